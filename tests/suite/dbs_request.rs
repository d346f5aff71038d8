//! DBS applications we sent off, over HTTP and in the domain: facts.md §8 cases 2, 5 and 15, and no check without a basis.

use chaperone::domain::application::checking;
use chaperone::domain::dbs_request::{self, NewRequest, News};
use chaperone::domain::evidence::Answers;
use chaperone::store::application::Application;
use chaperone::store::dbs_request as store;
use chaperone::types::{ApplicationId, DbsLevel, DbsRequestId, DbsTrouble, Workforce};
use rocket::http::Method;

use crate::support::application::application;
use crate::support::asker::{Asker, client};
use crate::support::council::firms;
use crate::support::database::day;
use crate::support::known::Known;
use crate::support::register::{ASSISTANT, Council, faults, sample};

fn taken(council: &Council, change: impl FnOnce(&mut Application)) -> ApplicationId {
    let id = application(&council.test, Some(council.firm), |row| {
        row.person_id = Some(council.person);
        change(row);
    });
    council.act(&council.officer, |tx| checking::take(tx, &council.officer, id)).unwrap();
    id
}

fn enhanced(reference: &str) -> NewRequest {
    NewRequest {
        reference: reference.into(),
        level: Some(DbsLevel::Enhanced),
        workforce: Workforce::Child,
        sent_on: Some(day("2026-10-01")),
        joined_on: None,
    }
}

fn record(council: &Council, id: ApplicationId, new: &NewRequest) -> chaperone::error::Result<DbsRequestId> {
    council.act(&council.officer, |tx| dbs_request::record(tx, &council.officer, id, new))
}

/// facts.md §8.5: a certificate's number pasted in the place of the form's reference.
#[test]
fn a_dbs_application_is_recorded_by_its_own_reference() {
    let council = Council::with(ASSISTANT);
    let id = taken(&council, |_| {});
    let wrong = faults(record(&council, id, &enhanced("000123456789")));
    assert!(wrong[0].0 == "reference" && wrong[0].1.contains("number of a certificate"), "{wrong:?}");
    record(&council, id, &enhanced("f0123456789")).unwrap();
    let rows = council.test.db.read(|c| store::of_application(c, id)).unwrap();
    assert_eq!((rows[0].reference.as_str(), rows[0].stage), ("F0123456789", 1));
    assert!(rows[0].basis.contains("SVGA 2006"), "why it is lawful stays with it");
    assert_eq!(faults(record(&council, id, &enhanced("F0123456789")))[0].0, "reference", "twice");
}

#[test]
fn a_role_without_a_basis_gets_a_basic_check_and_a_child_none() {
    let council = Council::with("depot_staff");
    let id = taken(&council, |row| row.role = "depot_staff".into());
    let wrong = faults(record(&council, id, &enhanced("F0123456789")));
    assert!(wrong.iter().any(|(field, message)| field == "level" && message.contains("no basis in law")), "{wrong:?}");
    let basic = NewRequest { level: Some(DbsLevel::Basic), workforce: Workforce::None, ..enhanced("F0123456789") };
    record(&council, id, &basic).unwrap();
    let young = taken(&council, |row| {
        row.role = "depot_staff".into();
        row.answers = r#"{"date_of_birth":"2010-11-01"}"#.into();
    });
    let basic = NewRequest { reference: "F0123456780".into(), ..basic };
    assert_eq!(faults(record(&council, young, &basic))[0].0, "sent_on");
}

/// facts.md §8.2: joined early with the form's reference, and the DBS had it after the 28 days.
#[test]
fn case_02_an_early_join_that_came_too_late_is_no_subscription_whatever_they_say() {
    let council = Council::with(ASSISTANT);
    let id = taken(&council, |_| {});
    let early = NewRequest { joined_on: Some(day("2026-09-20")), ..enhanced("F0123456789") };
    let request = record(&council, id, &early).unwrap();
    let news = |received: &str, stage| News {
        stage: Some(stage),
        stage_on: Some(day("2026-10-20")),
        trouble: DbsTrouble::None,
        received_on: Some(day(received)),
        joined_on: Some(day("2026-09-20")),
    };
    let tell = |news: &News| {
        council.act(&council.officer, |tx| {
            let based_on = dbs_request::fingerprint(&chaperone::store::dbs_request::find(tx, request)?);
            dbs_request::update(tx, &council.officer, request, news, &based_on)
        })
    };
    tell(&news("2026-10-18", 3)).unwrap();
    council.record(ASSISTANT, "dbs_certificate", sample("dbs_certificate")).unwrap();
    let joined = || {
        Answers::default()
            .with("certificate", council.certificate())
            .with("consent_on", "2026-11-10")
            .with("consent_text", "2026-1")
            .with("joined_on", "2026-09-20")
    };
    assert_eq!(council.refused(ASSISTANT, "update_service", joined()), ["joined_on"]);
    // The certificate of ours has brought it to its last stage.
    tell(&news("2026-10-17", 5)).unwrap();
    council.record(ASSISTANT, "update_service", joined()).unwrap();
    let back = faults(tell(&news("2026-10-17", 2)));
    assert_eq!(back[0].0, "stage", "stages run forward");
    council.is_sound();
}

/// facts.md §8.15: the join window of a certificate issued at the end of February.
#[test]
fn the_pages_follow_a_dbs_application_from_stage_to_stage() {
    let known = Known::new();
    let test = &known.world.test;
    let client = client(test);
    let officer = Asker::new(&client, test, Some(known.token(known.user("officer")).reveal().to_owned()));
    let id = application(test, Some(firms(test)[0].id), |row| row.state = chaperone::types::ApplicationState::Checking);
    let path = format!("/applications/{id}/dbs-requests/new");
    assert!(officer.get(&path).body.contains("SVGA 2006"));
    let date = |name: &str, text: &str| {
        let mut parts = text.split('-').map(str::to_owned);
        let mut field = |part: &str| (format!("{name}-{part}"), parts.next().unwrap());
        [field("year"), field("month"), field("day")]
    };
    let send = |path: &str, plain: &[(&str, &str)], dates: &[(&str, &str)]| {
        let dates: Vec<(String, String)> = dates.iter().flat_map(|(name, text)| date(name, text)).collect();
        let fields: Vec<(&str, &str)> =
            plain.iter().copied().chain(dates.iter().map(|(name, text)| (name.as_str(), text.as_str()))).collect();
        let row = test.db.read(|c| store::of_application(c, id)).unwrap().pop();
        let based_on = row.map(|row| dbs_request::fingerprint(&row)).unwrap_or_default();
        let fields = [&fields[..], &[("based_on", based_on.as_str())]].concat();
        officer.ask(Method::Post, path, &fields)
    };
    let plain = [("reference", "F0123456789"), ("level", "enhanced"), ("workforce", "child")];
    assert_eq!(send(&path, &plain, &[]).code, 422);
    let sent = send(&path, &plain, &[("sent_on", "2026-10-01"), ("joined_on", "2026-10-01")]);
    assert_eq!(sent.code, 303, "{}", sent.body);
    let page = officer.get(&format!("/applications/{id}")).body;
    assert!(page.contains("stage 1 of 5") && page.contains("Overdue: ask the DBS"), "seven weeks at stage 1");
    assert!(page.contains("there is no subscription, whatever they were told"));
    let list = officer.get("/dbs-requests").body;
    assert!(list.contains("F0123456789") && list.contains("Overdue"));
    let request = test.db.read(|c| store::of_application(c, id)).unwrap()[0].id;
    let path = format!("/dbs-requests/{request}");
    assert_eq!(send(&path, &[("stage", "4"), ("trouble", "fingerprints")], &[("stage_on", "2026-09-01")]).code, 422);
    let news = [("stage", "4"), ("trouble", "fingerprints")];
    assert_eq!(send(&path, &news, &[("stage_on", "2026-11-10"), ("received_on", "2026-10-05")]).code, 303);
    let page = officer.get(&format!("/applications/{id}")).body;
    assert!(page.contains("With the local police") && page.contains("Fingerprints are asked for"));
    assert!(!page.contains("no subscription"), "nobody says any more that they joined");
    assert_eq!(send(&path, &[("stage", "5"), ("trouble", "none")], &[("stage_on", "2026-11-20")]).code, 303);
    assert!(!officer.get("/dbs-requests").body.contains("F0123456789"), "it has arrived");
}
