//! Retention: what is proposed, what holds it, who destroys, and that nothing can be had back.

use chaperone::domain::application::{Event, advance};
use chaperone::domain::retention::{self, Destroyed};
use chaperone::domain::{subject_access, vault};
use chaperone::error::{Error, Result};
use chaperone::jobs::{Outcome, run_once};
use chaperone::store::appeal::{self, Appeal};
use chaperone::store::application::{self, Application};
use chaperone::store::fuse::{self, Fuse};
use chaperone::store::outbox::{self, NewLetter};
use chaperone::store::proposal::{self as papers, Proposal};
use chaperone::store::trail::Entry;
use chaperone::store::{Tx, task, vault as notes};
use chaperone::types::{
    Access, AppealId, AppealState, ApplicationState, At, FuseState, NoteKind, OutboxState, ProposalId, ProposalState,
    UserId, Verdict,
};
use diesel::prelude::*;

use crate::support::account::{active, grant};
use crate::support::application::{self as filed, ANSWERS, stands};
use crate::support::browser::Browser;
use crate::support::case::{again, applied, case_of, office, sql};
use crate::support::database::day;
use crate::support::race::at_once;
use crate::support::register::{ASSISTANT, Council, faults, fill, fill_twice};
use crate::vault::CANARY;

/// A decided case of six months ago, with notes and a letter that quotes them.
fn decided() -> (Council, Application) {
    let council = Council::with(ASSISTANT);
    let application = applied(&council, ApplicationState::Proposed);
    let who = &council.decider;
    council
        .act(who, |tx| {
            vault::write(tx, application.id, NoteKind::Interview, CANARY)?;
            vault::write(tx, application.id, NoteKind::Reasons, &format!("{CANARY}, at length. ").repeat(400))?;
            let mut moved = application.clone();
            advance(tx, &mut moved, Event::Agree, "")?;
            moved.decided_on = Some(tx.today);
            application::decided(tx, moved.id, None, moved.decided_on)?;
            let paper = papers::insert(tx, &paper(&moved, who.user, tx.at))?;
            let letter = NewLetter {
                letter: "decision_letter",
                to: "amina@example.org",
                cc: "",
                contractor: None,
                user: None,
                person: moved.person_id,
                params: format!("{{\"proposal\":{paper},\"why\":\"{CANARY}\"}}"),
            };
            let id = outbox::put(tx, &letter)?;
            outbox::keep_text(tx, id, "Our decision", &format!("Because of {CANARY}"), &format!("<p>{CANARY}</p>"))?;
            retention::light(tx, &moved)
        })
        .unwrap();
    let application = again(&council, application.id);
    (council, application)
}

fn paper(application: &Application, by: UserId, at: At) -> Proposal {
    Proposal {
        id: ProposalId(0),
        application_id: application.id,
        person_id: application.person_id.unwrap(),
        outcome: Verdict::Refused,
        criteria_version: 1,
        policy_number: 1,
        has_trace: true,
        conditions: String::new(),
        conditions_until: None,
        note_id: None,
        state: ProposalState::SentBack,
        proposed_by: by,
        proposed_at: at,
        seconded_by: None,
        seconded_at: None,
        sent_back_reason: String::new(),
        decision_id: None,
        approval_id: None,
        decided_on: None,
        appeal_by: None,
    }
}

fn fuse_of(council: &Council, application: &Application) -> Fuse {
    council.test.db.read(|c| fuse::find(c, application.id)).unwrap().unwrap()
}

fn sweep(council: &Council, on: &str) -> Outcome {
    run_once(&office(council, on, "file:///nowhere"), "retention", None).unwrap()
}

/// As if it had been decided six months before the suite's day.
fn aged(council: &Council, application: &Application) {
    let id = application.id;
    sql(
        council,
        &format!("UPDATE fuses SET lit_on = '2026-05-22', burns_on = '2026-11-22' WHERE application_id = {id}"),
    );
    sql(council, "UPDATE outbox SET created_at = '2026-05-22 09:00:00' WHERE letter = 'decision_letter'");
}

fn destroy(council: &Council, application: &Application) -> Result<Destroyed> {
    let who = &council.decider;
    council.act(who, |tx| retention::destroy(tx, who, application.id, true))
}

fn tasks(council: &Council, kind: &str) -> usize {
    council.test.db.read(|c| task::open_ones(c, Some(kind), None, 100)).unwrap().len()
}

/// Every byte the database keeps of the vault and the letters: the file, its journal and index, or the tables' own files.
fn bytes(council: &Council) -> Vec<(String, Vec<u8>)> {
    if !council.test.is_postgres() {
        let path = council.test.url.strip_prefix("sqlite://").unwrap();
        let files = ["", "-wal", "-shm"].map(|ending| format!("{path}{ending}"));
        return files.into_iter().map(|file| (file.clone(), std::fs::read(file).unwrap_or_default())).collect();
    }
    #[derive(QueryableByName)]
    struct File {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        hex: String,
    }
    // The statistics too hold values of columns.
    let query = "SELECT c.relname::text AS name, encode(pg_read_binary_file(pg_relation_filepath(c.oid)), 'hex') AS hex
        FROM pg_class c WHERE pg_relation_filepath(c.oid) IS NOT NULL AND (
            c.oid IN ('vault_keys'::regclass, 'vault_notes'::regclass, 'outbox'::regclass)
            OR c.oid IN (SELECT reltoastrelid FROM pg_class WHERE oid IN ('vault_keys'::regclass, 'vault_notes'::regclass, 'outbox'::regclass))
            OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN ('vault_keys'::regclass, 'vault_notes'::regclass)))";
    use diesel::connection::SimpleConnection;
    let files: Vec<File> = council
        .test
        .db
        .read(|c| {
            // What is still in memory only is written first.
            c.batch_execute("CHECKPOINT")?;
            Ok(diesel::sql_query(query).load(c)?)
        })
        .unwrap();
    files.into_iter().map(|file| (file.name, hex::decode(file.hex).unwrap())).collect()
}

fn holds(council: &Council, needle: &str) -> bool {
    let needle = needle.as_bytes();
    bytes(council).iter().any(|(_, bytes)| bytes.windows(needle.len()).any(|window| window == needle))
}

#[test]
fn after_the_fuse_neither_notes_nor_key_can_be_had_back_and_the_decision_stays() {
    let (council, application) = decided();
    // Others stand around it, so that rows move within their pages before and after.
    for n in 0..60 {
        let other = applied(&council, ApplicationState::Closed);
        let text = format!("Something else {n} ").repeat(40);
        council.act(&council.decider, |tx| vault::write(tx, other.id, NoteKind::Interview, &text)).unwrap();
    }
    aged(&council, &application);
    let key = council.test.db.read(|c| notes::key(c, application.id)).unwrap().unwrap();
    let sealed = council.test.db.read(|c| notes::notes(c, application.id, None)).unwrap();
    let needles: Vec<String> = [key.clone(), CANARY.to_owned()]
        .into_iter()
        .chain(sealed.iter().map(|note| note.sealed.chars().take(60).collect()))
        .collect();
    assert!(holds(&council, &key) && holds(&council, CANARY), "the search finds what is there");
    let done = destroy(&council, &application).unwrap();
    assert_eq!((done.notes, done.letters, done.proof.len()), (2, 1, 64));
    assert!(retention::wipe(&council.test.db));
    assert!(!holds(&council, &key), "the key is gone at once");
    assert!(sweep(&council, "2026-11-23").detail.contains("0 proposed"));
    // PostgreSQL keeps a row for as long as anything that runs in the same database might look: here, other tests.
    for _ in 0..50 {
        if !holds(&council, CANARY) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(council.test.db.wipe(true).unwrap());
    }
    for needle in &needles {
        assert!(!holds(&council, needle), "{needle} can still be had");
    }
    let kept = again(&council, application.id);
    assert_eq!((kept.state, kept.decided_on), (ApplicationState::Decided, Some(day("2026-11-22"))));
    let fuse = fuse_of(&council, &application);
    assert_eq!(
        (fuse.state, fuse.proof, fuse.reviewed_by),
        (FuseState::Destroyed, done.proof, Some(council.decider.user))
    );
    let letter = council.test.db.read(|c| outbox::newest(c, "decision_letter")).unwrap().unwrap();
    assert_eq!(letter.body_text.as_deref(), Some("Destroyed under retention on 22 November 2026."));
    assert_eq!((letter.params.as_str(), letter.state), ("{}", OutboxState::Unneeded));
    let case = case_of(&council, &kept);
    let who = &council.decider;
    let read = council.act(who, |tx| vault::read(tx, who, &kept, &case, None, "To see what is left"));
    assert!(read.unwrap().is_empty());
    let others: i64 =
        council.test.db.read(|c| Ok(chaperone::store::schema::vault_keys::table.count().get_result(c)?)).unwrap();
    assert_eq!(others, 60, "nobody else's key went");
    council.is_sound();
}

#[test]
fn a_fuse_burns_for_six_months_and_is_proposed_to_a_person() {
    let (council, application) = decided();
    let fuse = fuse_of(&council, &application);
    assert_eq!((fuse.lit_on, fuse.burns_on, fuse.state), (day("2026-11-22"), day("2027-05-22"), FuseState::Burning));
    assert!(matches!(destroy(&council, &application), Err(Error::Conflict(_))), "not before its day");
    sweep(&council, "2027-05-21");
    assert_eq!((fuse_of(&council, &application).state, tasks(&council, "retention_review")), (FuseState::Burning, 0));
    sweep(&council, "2027-05-22");
    sweep(&council, "2027-05-22");
    assert_eq!((fuse_of(&council, &application).state, tasks(&council, "retention_review")), (FuseState::Proposed, 1));
    let letters = council.test.db.read(|c| outbox::list(c, None, None, None, 10)).unwrap();
    let told: Vec<_> = letters.iter().filter(|one| one.letter == "retention_due").collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].params.contains("\"waiting\":1") && !told[0].params.contains("Okafor"));
    assert_eq!(sweep(&council, "2027-06-05").failed, 0);
    assert_eq!(tasks(&council, "retention_late"), 0);
    sweep(&council, "2027-06-06");
    sweep(&council, "2027-06-07");
    assert_eq!(tasks(&council, "retention_late"), 1);
    assert!(council.test.db.read(|c| notes::key(c, application.id)).unwrap().is_some(), "nothing goes by itself");
    council.is_sound();
}

#[test]
fn case_22_an_open_appeal_an_open_case_and_a_request_to_see_hold_the_notes() {
    let (council, application) = decided();
    aged(&council, &application);
    let id = application.id;
    let state = |state: &str| sql(&council, &format!("UPDATE applications SET state = '{state}' WHERE id = {id}"));
    state("appealed");
    assert!(sweep(&council, "2026-11-22").detail.contains("1 held"));
    let refused = destroy(&council, &application);
    let why = "An appeal is open, so the notes are held until it is decided.";
    assert!(matches!(refused, Err(Error::Conflict(sentence)) if sentence == why));
    state("checking");
    assert!(matches!(destroy(&council, &application), Err(Error::Conflict(_))), "sent back to be decided anew");
    state("closed");
    let person = council.person.0;
    sql(&council, &format!(
        "INSERT INTO tasks (kind, dedup_key, subject_kind, subject_id, detail, due_on, state, opened_at)
         VALUES ('subject_access', 'sar', 'person', {person}, 'Send them what is held', '2026-12-22', 'open', '2026-11-22 09:00:00')"
    ));
    assert!(matches!(destroy(&council, &application), Err(Error::Conflict(_))));
    sql(&council, "UPDATE tasks SET state = 'done'");
    assert!(destroy(&council, &application).is_ok());
}

#[test]
fn a_review_puts_it_off_for_three_months_at_most_and_says_why() {
    let (council, application) = decided();
    aged(&council, &application);
    sweep(&council, "2026-11-22");
    let who = &council.decider;
    let delay = |until: &str, why: &str| {
        council.act(who, |tx| retention::delay(tx, who, application.id, Some(day(until)), why))
    };
    assert_eq!(faults(delay("2026-12-22", ""))[0].0, "reason");
    for until in ["2026-11-22", "2026-11-01", "2027-02-23"] {
        assert_eq!(faults(delay(until, "A complaint is open"))[0].0, "until", "{until}");
    }
    delay("2027-02-22", "A complaint is open").unwrap();
    let fuse = fuse_of(&council, &application);
    assert_eq!((fuse.state, fuse.delays, fuse.burns_on), (FuseState::Burning, 1, day("2027-02-22")));
    assert_eq!(tasks(&council, "retention_review"), 0, "the review is done");
    assert!(matches!(destroy(&council, &application), Err(Error::Conflict(_))));
    sweep(&council, "2027-02-22");
    assert_eq!(tasks(&council, "retention_review"), 1, "and asked again");
    let officer = &council.officer;
    let refused = council.act(officer, |tx| retention::destroy(tx, officer, application.id, true));
    assert!(matches!(refused, Err(Error::Forbidden("Only a decision maker can review this."))));
    council.is_sound();
}

#[test]
fn a_later_decision_lights_it_again_and_one_that_nobody_lit_is_lit() {
    let (council, application) = decided();
    aged(&council, &application);
    sweep(&council, "2026-11-22");
    council.act(&council.decider, |tx| retention::light(tx, &application)).unwrap();
    let fuse = fuse_of(&council, &application);
    assert_eq!((fuse.state, fuse.burns_on), (FuseState::Burning, day("2027-05-22")));
    assert_eq!(tasks(&council, "retention_review"), 0);
    let forgotten = applied(&council, ApplicationState::Withdrawn);
    council.act(&council.decider, |tx| vault::write(tx, forgotten.id, NoteKind::Declaration, CANARY)).unwrap();
    let outcome = sweep(&council, "2026-11-22");
    assert!(outcome.detail.contains("1 lit"), "{}", outcome.detail);
    assert_eq!(fuse_of(&council, &forgotten).burns_on, day("2027-05-15"), "from the day it ended");
    let clean = applied(&council, ApplicationState::Closed);
    council
        .act(&council.decider, |tx| {
            retention::light(tx, &clean)?;
            retention::light(tx, &application)
        })
        .unwrap();
    assert!(council.test.db.read(|c| fuse::find(c, clean.id)).unwrap().is_none(), "nothing to destroy");
    council.is_sound();
}

#[test]
fn the_pages_destroy_once_and_say_how_long_backups_last() {
    let (council, application) = decided();
    aged(&council, &application);
    sweep(&council, "2026-11-22");
    active(&council.test, "dm@council.example.org", &[grant(Access::DecisionMaker)]);
    let browser = Browser::new(&council.test);
    browser.sign_in("dm@council.example.org");
    assert!(browser.get("/retention").body.contains("at most 35 days later"));
    let page = format!("/retention/{}", application.id);
    let unsure = browser.fill(&page, &format!("{page}/destroy"), &[]);
    assert_eq!(unsure.status.code, 422);
    assert_eq!(browser.fill(&page, &format!("{page}/delay"), &[("reason", "x")]).status.code, 422);
    let body = browser.get(&page).body;
    let own = ["csrf", "submission"].map(|name| (name, crate::support::browser::hidden(&body, name)));
    let form: Vec<(&str, &str)> =
        own.iter().map(|(name, value)| (*name, value.as_str())).chain([("confirm", "yes")]).collect();
    for _ in 0..2 {
        assert_eq!(browser.send(&format!("{page}/destroy"), &form).to(), (303, "/retention"));
    }
    assert!(!holds(
        &council,
        &council.test.db.read(|c| notes::key(c, application.id)).unwrap().unwrap_or("x?x".into())
    ));
    let list = browser.get("/retention").body;
    assert!(list.contains(&fuse_of(&council, &application).proof) && list.contains("27 December 2026"));
    assert_eq!(browser.get(&page).status.code, 409);
    assert!(
        browser.get(&format!("/applications/{}/vault", application.id)).body.contains("were destroyed under retention")
    );
    council.is_sound();
}

#[test]
fn who_has_read_is_listed_for_decision_makers_and_the_auditor() {
    let (council, application) = decided();
    for (mail, access) in [("dm", Access::DecisionMaker), ("ad", Access::Auditor), ("of", Access::Officer)] {
        active(&council.test, &format!("{mail}@council.example.org"), &[grant(access)]);
    }
    let browser = Browser::new(&council.test);
    browser.sign_in("dm@council.example.org");
    let vault = format!("/applications/{}/vault", application.id);
    let open =
        fill_twice(&browser, &vault, &[("kind", "interview"), ("reason", "=HYPERLINK for the second opinion")], 2);
    assert_eq!((open.status.code, open.body.matches(CANARY).count()), (200, 1), "one kind only");
    let page = format!("/people/{}/disclosure-readings", council.person);
    let auditor = Browser::new(&council.test);
    auditor.sign_in("ad@council.example.org");
    for one in [&browser, &auditor] {
        let list = one.get(&page);
        assert_eq!((list.status.code, list.body.matches("for the second opinion").count()), (200, 2), "every time");
        let file = one.get(&format!("{page}.csv")).body;
        assert!(file.contains("'=HYPERLINK") && file.contains("Interview notes") && !file.contains("zqvault"));
    }
    assert_eq!(auditor.get(&vault).status.code, 404);
    let officer = Browser::new(&council.test);
    officer.sign_in("of@council.example.org");
    assert_eq!((officer.get(&page).status.code, officer.get(&vault).status.code), (404, 403));
    assert!(fill(&officer, "/interviews", &[]).status.code == 404);
    council.is_sound();
}

#[test]
fn destroying_one_cases_notes_leaves_the_letters_of_another() {
    let (council, application) = decided();
    aged(&council, &application);
    let other = applied(&council, ApplicationState::Closed);
    council
        .act(&council.decider, |tx| {
            let paper = papers::insert(tx, &paper(&other, tx.actor, tx.at))?;
            let letter = NewLetter {
                letter: "decision_letter",
                to: "amina@example.org",
                cc: "",
                contractor: None,
                user: None,
                person: other.person_id,
                params: format!("{{\"proposal\":{paper}}}"),
            };
            let id = outbox::put(tx, &letter)?;
            tx.trail(Entry::new("letter.write", "outbox", id.0));
            outbox::keep_text(tx, id, "Our decision", "Of another case", "<p>Of another case</p>")
        })
        .unwrap();
    sql(&council, "UPDATE outbox SET created_at = '2026-05-01 09:00:00'");
    assert_eq!(destroy(&council, &application).unwrap().letters, 1);
    let mut letters = council.test.db.read(|c| outbox::list(c, None, None, None, 10)).unwrap();
    letters.sort_by_key(|one| one.id);
    let texts: Vec<_> = letters.into_iter().map(|one| one.body_text.unwrap_or_default()).collect();
    assert_eq!(texts, ["Destroyed under retention on 22 November 2026.", "Of another case"]);
}

#[test]
fn what_is_lodged_while_the_notes_are_being_destroyed_holds_them() {
    let (council, application) = decided();
    aged(&council, &application);
    let lodge = |tx: &mut Tx<'_>| {
        application::held(tx, application.id)?;
        let papers = papers::of_application(tx, application.id)?;
        let today = tx.today;
        let row = Appeal {
            id: AppealId(0),
            application_id: application.id,
            proposal_id: papers[0].id,
            person_id: council.person,
            lodged_on: today,
            is_late: true,
            late_reason: String::new(),
            state: AppealState::Lodged,
            acknowledge_by: today,
            acknowledged_on: None,
            hear_by: today,
            hearing_at: None,
            place: String::new(),
            decide_by: None,
            outcome: None,
            note_id: None,
            decision_id: None,
            approval_id: None,
            decided_on: None,
            decided_by: None,
            appellant_attended: None,
            absent_why: String::new(),
        };
        let id = appeal::insert(tx, &row)?;
        tx.trail(Entry::new("appeal.lodge", "appeal", id.0).about(council.person));
        Ok(())
    };
    let (lodged, destroyed) = at_once(&council.test, council.officer.user, lodge, || destroy(&council, &application));
    lodged.unwrap();
    assert!(matches!(destroyed, Err(Error::Conflict(why)) if why.contains("An appeal is open")));
    assert_eq!(council.test.db.read(|c| notes::notes(c, application.id, None)).unwrap().len(), 2);
}

#[test]
fn a_request_to_see_what_is_held_keeps_the_notes_until_the_copy_is_made() {
    let (council, application) = decided();
    aged(&council, &application);
    let who = &council.officer;
    let asked = |on: &str| council.act(who, |tx| subject_access::ask(tx, who, council.person, Some(day(on))));
    assert_eq!(faults(asked("2026-11-23"))[0].0, "received_on");
    asked("2026-10-31").unwrap();
    assert!(matches!(asked("2026-11-01"), Err(Error::Conflict(why)) if why.contains("30 November 2026")));
    let refused = destroy(&council, &application);
    assert!(matches!(refused, Err(Error::Conflict(why)) if why.contains("asked to see what is held")));
    council.act(who, |tx| subject_access::gather(tx, who, council.person, "Letter of 31 October").map(drop)).unwrap();
    assert_eq!(tasks(&council, "subject_access"), 0);
    destroy(&council, &application).unwrap();
}

#[test]
fn the_answers_of_an_application_of_nobody_are_emptied_after_six_months() {
    let council = Council::with(ASSISTANT);
    let made = |state, since: &str| {
        filed::application(&council.test, None, |row| (row.state, row.state_since) = (state, day(since)))
    };
    let old = [ApplicationState::Withdrawn, ApplicationState::Closed].map(|state| made(state, "2026-05-22"));
    let kept = [made(ApplicationState::Withdrawn, "2026-05-23"), made(ApplicationState::Checking, "2026-05-01")];
    sweep(&council, "2026-11-22");
    for id in old {
        let row = stands(&council.test, id);
        assert_eq!((row.answers.as_str(), row.sort_name.as_str()), ("{}", ""));
    }
    assert!(kept.iter().all(|id| stands(&council.test, *id).answers == ANSWERS));
    assert!(sweep(&council, "2026-11-22").done == 0, "once");
}
