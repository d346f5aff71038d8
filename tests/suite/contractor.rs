//! Contractors: the council's list and pages, and a firm's own home, which knows no other firm.

use chaperone::domain::contractor::{Details, change, create, set_status};
use chaperone::domain::user::Invitation;
use chaperone::domain::{command, user};
use chaperone::store::{Tx, contractor, trail};
use chaperone::types::{Access, ContractorId, ContractorStatus, Reach};

use crate::support::account::{active, clock, firm, firm_grant, grant, who};
use crate::support::browser::Browser;
use crate::support::browser::hidden;
use crate::support::council::{answers, as_user, council, firms};
use crate::support::database::TestDb;
use crate::support::race::at_once;
use crate::support::register::{faults, fill_twice};
use crate::support::world::{Line, World, person};
use chaperone::store::person as store_person;

const OFFICER: &str = "officer@council.example.org";
const FIRM: &str = "firm@contractor.example.org";

#[test]
fn firms_are_found_by_the_beginning_of_their_name() {
    let test = council(40);
    firm(&test, "Zebra Cars");
    let officer = as_user(&test, OFFICER);
    let all = officer.get("/contractors").body;
    assert!(all.contains("Zebra Cars") && all.contains("Add a contractor"));
    let some = officer.get("/contractors?q=ZEB").body;
    assert_eq!(some.matches("href=\"/contractors/").count(), 2, "the firm and the button");
    assert!(some.contains("Zebra Cars") && some.contains("Begins with ZEB"));
    assert!(officer.get("/contractors?q=xyzzy").body.contains("No contractors match"));
    assert!(officer.get("/contractors?status=ended").body.contains("No contractors match"));
    for n in 0..60 {
        firm(&test, &format!("Aa Coaches {n:02}"));
    }
    let page = officer.get("/contractors?q=aa").body;
    let next = page.split("after=").nth(1).unwrap().split('"').next().unwrap();
    let more = officer.get(&format!("/contractors?q=aa&after={next}")).body;
    assert!(more.contains("Aa Coaches 50") && more.contains("Aa Coaches 59") && !more.contains("Aa Coaches 49"));
}

#[test]
fn an_officer_adds_changes_and_ends_a_firm() {
    let test = council(10);
    let officer = as_user(&test, OFFICER);
    let wrong = [("name", ""), ("email", "nonsense"), ("second_email", "b@zebra.example.org")];
    let refused = officer.fill("/contractors/new", "/contractors/new", &wrong);
    assert_eq!(refused.status.code, 422);
    assert!(refused.body.contains("Enter the contractor&#39;s name") || refused.body.contains("Enter the contractor"));
    assert!(refused.body.contains("value=\"nonsense\"") && refused.body.contains("correct format"));
    let fields = [("name", "Zebra Cars"), ("email", "a@zebra.example.org"), ("second_email", "b@zebra.example.org")];
    let made = officer.fill("/contractors/new", "/contractors/new", &fields);
    let page = made.location.unwrap();
    assert!(officer.get(&page).body.contains("a@zebra.example.org"));
    assert!(officer.get(&page).body.contains("Nobody works for this contractor"));
    let twin = officer.fill("/contractors/new", "/contractors/new", &[("name", "ZEBRA  cars")]);
    assert_eq!(twin.status.code, 422);
    assert!(twin.body.contains("There is already a contractor of this name"));
    let edit = format!("{page}/edit");
    let before = test.db.read(trail::verify).unwrap();
    assert_eq!(officer.fill(&edit, &edit, &fields).to(), (303, page.as_str()));
    assert_eq!(test.db.read(trail::verify).unwrap(), before, "nothing differed");
    let moved = [("name", "Zebra Cars"), ("email", "new@zebra.example.org"), ("phone", "01632 960001")];
    assert_eq!(officer.fill(&edit, &edit, &moved).to(), (303, page.as_str()));
    assert!(officer.get(&page).body.contains("01632 960001"));
    let status = format!("{page}/status");
    let no_reason = officer.fill(&page, &status, &[("status", "ended"), ("reason", "")]);
    assert_eq!(no_reason.status.code, 422);
    assert!(no_reason.body.contains("Enter a reason"));
    assert_eq!(officer.fill(&page, &status, &[("status", "ended"), ("reason", "Closed")]).status.code, 303);
    assert!(officer.get(&page).body.contains("Ended"));
    assert_eq!(officer.fill(&page, &status, &[("status", "ended"), ("reason", "Closed")]).status.code, 409);
    assert_eq!(officer.fill(&page, &status, &[("status", "active"), ("reason", "Back")]).status.code, 303);
}

#[test]
fn each_access_sees_its_part() {
    let test = council(30);
    let id = firms(&test).remove(0).id;
    let page = format!("/contractors/{id}");
    assert_eq!(answers(&test, "/contractors"), [404, 200, 200, 200, 200, 404, 303]);
    assert_eq!(answers(&test, &page), [404, 200, 200, 200, 200, 404, 303]);
    assert_eq!(answers(&test, "/contractors/new"), [404, 200, 200, 403, 403, 404, 303]);
    assert_eq!(answers(&test, &format!("{page}/edit")), [404, 200, 200, 403, 403, 404, 303]);
    assert_eq!(answers(&test, "/home"), [404, 404, 404, 404, 404, 200, 303]);
    let inspector = as_user(&test, "inspector@council.example.org");
    let seen = inspector.get(&page).body;
    assert!(!seen.contains("Change contacts") && !seen.contains("All letters") && !seen.contains("/status"));
    assert_eq!(inspector.fill(&page, &format!("{page}/status"), &[("status", "ended")]).status.code, 403);
    let posted = inspector.fill(&page, &format!("{page}/edit"), &[("name", "X")]);
    assert_eq!(posted.status.code, 403);
}

#[test]
fn a_firm_never_sees_another() {
    let test = council(120);
    let all = firms(&test);
    let (own, other) = (&all[0], &all[1]);
    active(&test, "two@contractor.example.org", &[firm_grant(own.id), firm_grant(all[2].id)]);
    let user = as_user(&test, FIRM);
    let home = user.get("/home").body;
    assert!(home.contains(&own.name) && home.contains("Your people"));
    for firm in &all[1..] {
        assert!(!home.contains(&firm.name), "{}", firm.name);
    }
    let link = format!("/people/export.csv?contractor={}", own.id);
    assert!(home.contains(&link));
    let csv = String::from_utf8(user.get_bytes(&link)).unwrap();
    let their = |firm: ContractorId| {
        let today = crate::support::database::day("2026-11-22");
        let ids = test.db.read(|c| contractor::at_firm(c, firm, today, None, 500)).unwrap();
        test.db.read(|c| chaperone::store::person::by_ids(c, &ids)).unwrap()
    };
    let mine: Vec<String> = their(own.id).into_iter().map(|person| person.reference).collect();
    assert!(mine.iter().all(|reference| csv.contains(reference.as_str())));
    for person in their(other.id).iter().filter(|person| !mine.contains(&person.reference)) {
        assert!(!csv.contains(&person.reference) && !home.contains(&format!("/people/{}\"", person.id)));
    }
    let missing = user.get("/home?firm=99999");
    let theirs = user.get(&format!("/home?firm={}", other.id));
    assert_eq!((theirs.status.code, &theirs.body), (404, &missing.body));
    assert_eq!(user.get(&format!("/contractors/{}", own.id)).body, missing.body);
    assert!(test.db.read(|c| contractor::find(c, other.id, &Reach::Firms(vec![own.id]))).is_err());
    let two = as_user(&test, "two@contractor.example.org");
    assert!(two.get("/home").body.contains("You also act for"));
    assert_eq!(two.get(&format!("/home?firm={}", all[2].id)).status.code, 200);
}

#[test]
fn a_home_never_tells_of_a_trace_or_a_hold() {
    let test = council(300);
    for firm in firms(&test) {
        let email = format!("u{}@contractor.example.org", firm.id);
        active(&test, &email, &[firm_grant(firm.id)]);
        let home = as_user(&test, &email).get("/").body.to_lowercase();
        for word in ["suitab", " trace", "new information", "suspended", "lapsed</strong>", "approval"] {
            assert!(!home.contains(word), "{word} at {}", firm.name);
        }
    }
}

#[test]
fn a_firm_of_many_is_paged_by_name() {
    let test = council(900);
    let today = crate::support::database::day("2026-11-22");
    let count = |id| test.db.read(|c| contractor::at_firm(c, id, today, None, 500)).unwrap().len();
    let big = firms(&test).into_iter().max_by_key(|firm| count(firm.id)).unwrap();
    let all = test.db.read(|c| contractor::at_firm(c, big.id, today, None, 500)).unwrap();
    let half = all[all.len() / 2];
    let after = test.db.read(|c| contractor::at_firm(c, big.id, today, Some(half), 500)).unwrap();
    assert_eq!(after, all[all.len() / 2 + 1..]);
    let officer = as_user(&test, OFFICER);
    assert_eq!(officer.get(&format!("/contractors/{}?after={half}", big.id)).status.code, 200);
}

#[test]
fn the_letter_a_firm_would_get_is_read_and_sent_to_oneself() {
    let test = council(120);
    let officer = as_user(&test, OFFICER);
    let firm = firms(&test).into_iter().find(|firm| {
        let page = officer.get(&format!("/contractors/{}/letter", firm.id)).body;
        page.contains("Send this to my own address")
    });
    let page = format!("/contractors/{}/letter", firm.unwrap().id);
    let sent = officer.fill(&page, &page, &[]);
    assert_eq!(sent.status.code, 303);
    let letter = officer.get(&sent.location.unwrap()).body;
    assert!(letter.contains("Test: ") && letter.contains(OFFICER) && letter.contains("Waiting"), "{letter}");
    assert_eq!(answers(&test, &page), [404, 200, 200, 404, 404, 404, 303]);
    let empty = format!("/contractors/{}/letter", self::firm(&test, "Zebra Cars"));
    assert!(officer.get(&empty).body.contains("There is nothing to tell this contractor"));
    assert_eq!(officer.fill("/contractors/new", &empty, &[]).status.code, 409);
}

const CONTACTS: [&str; 3] = ["Zqname", "zqmail@zebra.example.org", "01632 960731"];

fn details(name: &str) -> Details {
    let [contact_name, email, phone] = CONTACTS.map(str::to_owned);
    Details { name: name.into(), contact_name, email, phone, ..Details::default() }
}

#[test]
fn a_form_opened_before_somebody_elses_save_undoes_nothing() {
    let test = council(1);
    let edit = format!("/contractors/{}/edit", firms(&test)[0].id);
    let (one, two) = (as_user(&test, OFFICER), as_user(&test, "decider@council.example.org"));
    let opened = two.get(&edit).body;
    let name = firms(&test)[0].name.clone();
    assert_eq!(one.fill(&edit, &edit, &[("name", &name), ("phone", "01632 960001")]).status.code, 303);
    let own = ["csrf", "submission", "based_on"].map(|field| (field, hidden(&opened, field)));
    let mut stale: Vec<_> = own.iter().map(|(field, value)| (*field, value.as_str())).collect();
    stale.extend([("name", name.as_str()), ("phone", "01632 960002")]);
    let late = two.send(&edit, &stale);
    assert_eq!(late.status.code, 409);
    assert!(late.body.contains("Somebody changed these details after you opened the form."));
    assert_eq!(firms(&test)[0].phone, "01632 960001");
}

#[test]
fn a_save_at_the_moment_a_firm_ends_does_not_bring_it_back() {
    let test = TestDb::new();
    let id = firm(&test, "Zebra Cars");
    let by = who(&test, active(&test, OFFICER, &[grant(Access::Officer)]));
    let base = Details::of(&firms(&test)[0]).fingerprint();
    let end = |tx: &mut Tx<'_>| set_status(tx, &by, id, ContractorStatus::Ended, "Closed");
    let save = || command::run(&test.db, by.user, &clock(), |tx| change(tx, &by, id, &details("Zebra Cars"), &base));
    let (ended, saved) = at_once(&test, by.user, end, save);
    ended.unwrap();
    assert!(saved.unwrap());
    let firm = firms(&test).remove(0);
    assert_eq!((firm.status, firm.email.as_str()), (ContractorStatus::Ended, CONTACTS[1]));
}

#[test]
fn one_name_added_twice_at_once_is_a_fault_of_the_name() {
    let test = TestDb::new();
    let by = who(&test, active(&test, OFFICER, &[grant(Access::Officer)]));
    let add = |tx: &mut Tx<'_>| create(tx, &by, &details("Zebra Cars"));
    let (first, second) = at_once(&test, by.user, add, || command::run(&test.db, by.user, &clock(), add));
    first.unwrap();
    assert_eq!(faults(second), [("name".to_owned(), "There is already a contractor of this name".to_owned())]);
    let invite = |tx: &mut Tx<'_>| {
        let grants = vec![grant(Access::Auditor)];
        user::enrol(tx, &Invitation { name: "Bo Ash".into(), email: "bo@council.example.org".into(), grants })
    };
    let (first, second) = at_once(&test, by.user, invite, || command::run(&test.db, by.user, &clock(), invite));
    first.unwrap();
    assert_eq!(faults(second)[0].0, "email");
}

#[test]
fn a_form_clicked_twice_does_its_work_once() {
    let test = council(120);
    let (officer, admin) = (as_user(&test, OFFICER), as_user(&test, "admin@council.example.org"));
    let made = fill_twice(&officer, "/contractors/new", &[("name", "Zebra Cars")], 2);
    assert_eq!(made.status.code, 303, "{}", made.body);
    let page = made.location.unwrap();
    assert!(officer.get(&page).body.contains("Zebra Cars"));
    let key = hidden(&officer.get(&page).body, "submission");
    let end = [("status", "ended"), ("reason", "Closed"), ("submission", key.as_str())];
    for _ in 0..2 {
        assert_eq!(officer.fill("/contractors/new", &format!("{page}/status"), &end).to(), (303, page.as_str()));
    }
    let bo = [("name", "Bo Ash"), ("email", "bo@council.example.org"), ("accesses", "auditor")];
    let invited = fill_twice(&admin, "/users/new", &bo, 2);
    assert_eq!(invited.status.code, 303, "{}", invited.body);
    let page = invited.location.unwrap();
    let key = hidden(&admin.get(&page).body, "submission");
    for _ in 0..2 {
        let off = admin.fill("/users", &format!("{page}/disable"), &[("submission", key.as_str())]);
        assert_eq!(off.to(), (303, page.as_str()));
    }
}

#[test]
fn the_trail_of_a_firm_tells_which_details_changed_and_none_of_them() {
    let test = TestDb::new();
    let by = who(&test, active(&test, OFFICER, &[grant(Access::Officer)]));
    let id = command::run(&test.db, by.user, &clock(), |tx| create(tx, &by, &details("Zebra Cars"))).unwrap();
    let base = Details::of(&firms(&test)[0]).fingerprint();
    let next = Details { phone: "01632 960999".into(), ..details("Zebra Taxis") };
    command::run(&test.db, by.user, &clock(), |tx| change(tx, &by, id, &next, &base)).unwrap();
    use chaperone::store::schema::trail as t;
    use diesel::prelude::*;
    let rows = t::table.filter(t::subject_kind.eq("contractor")).order(t::seq).select(t::new_value);
    let told: Vec<Option<String>> = test.db.read(|c| Ok(rows.load(c)?)).unwrap();
    let told: Vec<&str> = told.iter().flatten().map(String::as_str).collect();
    assert_eq!(
        told,
        [
            r#"{"contractor":"zebra cars","fields":["name","contact_name","email","phone"]}"#,
            r#"{"contractor":"zebra taxis","fields":["name","phone"]}"#
        ]
    );
}

/// The home, the list and the pages of Alpha Cars, which owes what `lines` say.
fn alpha(lines: &[Line]) -> (World, Browser) {
    let world = World::of(lines);
    let id = firms(&world.test).remove(0).id;
    active(&world.test, FIRM, &[firm_grant(id)]);
    let user = as_user(&world.test, FIRM);
    (world, user)
}

#[test]
fn a_home_says_what_comes_first_until_when_they_may_work_and_what_stops_nobody() {
    let alpha_person = |number| person(number, "Alpha Cars");
    let (world, user) = alpha(&[
        // In its days of grace; a namesake; stopped, with more to come; joined without a consent; never approved.
        alpha_person(1).with("surname", "Patel").with("first_aid_date", "2023-11-20"),
        alpha_person(2).with("surname", "Patel"),
        alpha_person(3).with("first_aid_date", "2023-10-01").with("pats_date", "2023-01-05"),
        alpha_person(4).with("update_service_joined", "2026-06-20"),
        alpha_person(5).with("badge_number", "").with("badge_issued", "").with("badge_expiry", ""),
    ]);
    let home = user.get("/home").body;
    let line = "Emergency first aid, was due by <strong>20 November 2026</strong>, 2 days ago \
                (may work until <strong>4 December 2026</strong> unless we have this)</li>";
    assert!(home.contains("Ann Patel (T00001)</a>, Passenger assistant: ") && home.contains(line), "{home}");
    assert!(home.contains(">Ann Patel (T00002)</a></td>"));
    assert!(home.contains("; With the council</li>"));
    let (urgent, also) = home.split_once("Please also send: this does not stop anybody working").unwrap();
    assert!(!urgent.contains("Update Service") && !urgent.contains("Ann Persone"));
    assert!(also.contains("join the Update Service within 30 days of the certificate, or apply for a new one</h4>"));
    let consent = "DBS Update Service: signed consent to status checks needed</h4>";
    assert!(also.contains(consent) && also.contains("Ann Persone</a>, Passenger assistant</li>"), "{also}");

    let csv = user.get("/people/export.csv").body;
    let row = |reference: &str| csv.lines().find(|line| line.contains(reference)).unwrap().to_owned();
    let stopped = ",Cannot work,,Emergency first aid,was due,01/10/2026,Alpha Cars";
    assert!(row("T00001").ends_with(",May work,04/12/2026,Emergency first aid,was due,20/11/2026,Alpha Cars"), "{csv}");
    assert!(row("T00002").ends_with(",May work,,,,,Alpha Cars") && row("T00003").ends_with(stopped), "{csv}");

    let page = |reference: &str| {
        let person = world.test.db.read(|conn| store_person::by_reference(conn, reference)).unwrap().unwrap();
        user.get(&format!("/people/{}", person.id)).body
    };
    let graced = page("T00001");
    assert!(graced.contains("They may work in this role until 4 December 2026, and after that only if"), "{graced}");
    assert!(graced.contains("2 days ago. They may work until 4 December 2026 unless we have this"));
    assert!(page("T00004").contains("not recorded, since 22 November 2026. This does not stop them working"));
    let waiting = page("T00005");
    assert!(waiting.contains("They cannot work in this role. The council is dealing with this."));
    let line =
        waiting.split("<span>With the council</span>").nth(1).and_then(|rest| rest.split("</li>").next()).unwrap();
    assert!(line.contains("The council is dealing with this, since") && !line.contains("Missing"), "{line}");
}

#[test]
fn a_heading_shows_twenty_people_and_leads_to_the_rest() {
    let (_world, user) =
        alpha(&(1..=23).map(|n| person(n, "Alpha Cars").with("first_aid_date", "2023-10-01")).collect::<Vec<_>>());
    let home = user.get("/home").body;
    let (needs, list) = home.split_once("id=\"people\"").unwrap();
    assert_eq!((needs.matches("<li><a").count(), list.matches("data-label=\"Name\"").count()), (20, 23));
    assert!(needs.contains("And 3 more in <a class=\"govuk-link\" href=\"#people\">the list of people below</a>."));
}
