//! The register as lists: what each holds, its order, and that the databases find it by an index.

use std::sync::{Arc, Mutex};

use chaperone::domain::command;
use chaperone::domain::import::{ColumnMap, apply, read};
use chaperone::domain::person::{Details, edit};
use chaperone::store::register::{self, Cursor, Filter, Scope, Sort};
use chaperone::store::trail::Entry;
use chaperone::store::{Conn, migrate, person as people};
use chaperone::types::{PersonId, Reach, Status, UserId};
use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;

use crate::support::account::clock;
use crate::support::database::{TestDb, day};
use crate::support::register::{ASSISTANT, Council};

const HEADER: &str = "ref,forename,surname,date_of_birth,role,contractor,contractor_email,dbs_certificate_number,\
dbs_issue_date,dbs_level,dbs_workforce,dbs_barred_lists,dbs_trace,suitability_outcome,suitability_date,\
safeguarding_training_date,first_aid_date,pats_date,badge_number,badge_issued,badge_expiry,right_to_work_expiry";

/// A passenger assistant with everything in date.
pub fn line(reference: &str, forename: &str, surname: &str, firm: &str, trace: bool) -> String {
    let number: String = reference.chars().filter(char::is_ascii_digit).collect();
    let decision = if trace { "yes,suitable,2026-02-01" } else { "no,," };
    format!(
        "{reference},{forename},{surname},1980-05-06,passenger_assistant,{firm},office@{}.example.org,\
         00160{number:0>7},2026-01-10,enhanced,child_and_adult,child_and_adult,{decision},\
         2026-01-10,2026-01-10,2026-01-10,SB{number},2026-02-02,2029-02-02,",
        firm.to_lowercase().replace(' ', "")
    )
}

/// Takes these lines into the register.
pub fn import(test: &TestDb, lines: &[String]) {
    let csv = format!("{HEADER}\n{}\n", lines.join("\n"));
    let sheet = read(csv.as_bytes(), "register.csv").unwrap();
    let map = ColumnMap::of(&sheet.header).unwrap();
    let order = apply::Order { file_name: "register.csv", dry_run: false, by: UserId::SYSTEM };
    let begun = apply::begin(&test.db, &clock(), order, &sheet).unwrap();
    let done = apply::apply(&test.db, &clock(), begun, &sheet, &map, |_| {}).unwrap();
    assert_eq!(done.import.rejected, 0, "{:?}", done.problems);
}

/// The person with this reference.
pub fn person(test: &TestDb, reference: &str) -> PersonId {
    let found = test.db.read(|c| chaperone::store::person::by_reference(c, reference)).unwrap();
    found.unwrap().id
}

/// The firm of this name.
pub fn firm(test: &TestDb, name: &str) -> chaperone::types::ContractorId {
    let folded = chaperone::types::fold(name);
    test.db.read(|c| chaperone::store::contractor::by_folded_name(c, &folded)).unwrap().unwrap().id
}

fn everyone() -> Scope {
    Scope { reach: Reach::Everyone, today: day("2026-11-22"), sees_trace: true }
}

fn names(test: &TestDb, scope: &Scope, filter: &Filter, sort: Sort, cursor: Option<&Cursor>) -> Vec<String> {
    test.db
        .read(|c| {
            let found = register::page(c, scope, filter, sort, cursor, 100)?;
            register::lines(c, scope, found)
        })
        .unwrap()
        .into_iter()
        .map(|line| line.reference)
        .collect()
}

fn walk(test: &TestDb, sort: Sort, size: i64) -> (Vec<PersonId>, Vec<PersonId>) {
    let (scope, filter) = (everyone(), Filter::default());
    let page =
        |cursor: Option<&Cursor>| test.db.read(|c| register::page(c, &scope, &filter, sort, cursor, size)).unwrap();
    let (mut there, mut cursor, mut last) = (Vec::new(), None, None);
    loop {
        let found = page(cursor.as_ref());
        let Some(end) = found.last() else { break };
        cursor = Some(Cursor { person: end.person, role: end.role.clone(), due_on: None, back: false });
        last = cursor.clone();
        there.extend(found.iter().map(|one| one.person));
    }
    let mut back = vec![*there.last().unwrap()];
    let mut cursor = last.map(|cursor| Cursor { back: true, ..cursor });
    loop {
        let found = page(cursor.as_ref());
        let Some(start) = found.first() else { break };
        cursor = Some(Cursor { person: start.person, role: start.role.clone(), due_on: None, back: true });
        back.splice(0..0, found.iter().map(|one| one.person));
    }
    (there, back)
}

#[test]
fn pages_meet_without_gap_or_overlap_over_equal_names() {
    let test = TestDb::new();
    let lines: Vec<_> = (1..=23)
        .map(|n| line(&format!("P{n:06}"), "Ann", if n % 3 == 0 { "Lee" } else { "Ash" }, "Ashdown Cars", n % 5 == 0))
        .map(|line| line.replace("2026-01-10,2026-01-10,SB", ",,SB"))
        .collect();
    import(&test, &lines);
    for (sort, size) in [(Sort::Name, 4), (Sort::Name, 1), (Sort::Due, 4)] {
        let (there, back) = walk(&test, sort, size);
        assert_eq!(there, back, "{sort:?}");
        let mut once = there.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), there.len(), "{sort:?}");
        let whole = test.db.read(|c| register::page(c, &everyone(), &Filter::default(), sort, None, 100)).unwrap();
        assert_eq!(there, whole.iter().map(|one| one.person).collect::<Vec<_>>());
        let count = test.db.read(|c| register::count(c, &everyone(), &Filter::default(), sort, 1000)).unwrap();
        assert_eq!(count, there.len() as i64);
    }
    assert_eq!(walk(&test, Sort::Name, 4).0.len(), 23);
}

#[test]
fn a_kept_row_that_ran_out_reads_as_lapsed_before_the_sweep() {
    let test = TestDb::new();
    import(&test, &[line("P1", "Ann", "Lee", "Ashdown Cars", false), line("P2", "Bo", "Lee", "Ashdown Cars", false)]);
    let later = Scope { today: day("2029-06-01"), ..everyone() };
    let of = |scope: &Scope, status| names(&test, scope, &Filter { status, ..Filter::default() }, Sort::Name, None);
    assert_eq!(of(&everyone(), Some(Status::Cleared)), ["P1", "P2"]);
    assert!(of(&everyone(), Some(Status::Lapsed)).is_empty());
    assert!(of(&later, Some(Status::Cleared)).is_empty());
    assert_eq!(of(&later, Some(Status::Lapsed)), ["P1", "P2"]);
    let count = |status| {
        let filter = Filter { status, ..Filter::default() };
        test.db.read(|c| register::count(c, &later, &filter, Sort::Name, 1000)).unwrap()
    };
    assert_eq!((count(Some(Status::Cleared)), count(Some(Status::Lapsed)), count(None)), (0, 2, 2));
    let all = test.db.read(|c| register::page(c, &later, &Filter::default(), Sort::Name, None, 10)).unwrap();
    assert!(all.iter().all(|one| one.status == Status::Lapsed && one.valid_until.is_none()));
}

#[test]
fn filters_narrow_together() {
    let test = TestDb::new();
    import(
        &test,
        &[
            line("P1", "Ann", "Lee", "Ashdown Cars", false),
            line("P2", "Bo", "Lee", "Brook Minibuses", false),
            line("P3", "Cy", "Lee", "Brook Minibuses", false).replace(",passenger_assistant,", ",depot_supervisor,"),
        ],
    );
    let role = |role: &str| Filter { role: Some(role.into()), ..Filter::default() };
    assert_eq!(names(&test, &everyone(), &role("depot_supervisor"), Sort::Name, None), ["P3"]);
    let brook = Filter { contractor: Some(firm(&test, "Brook Minibuses")), ..Filter::default() };
    assert_eq!(names(&test, &everyone(), &brook, Sort::Name, None), ["P2", "P3"]);
    let both = Filter { role: Some("passenger_assistant".into()), ..brook.clone() };
    assert_eq!(names(&test, &everyone(), &both, Sort::Name, None), ["P2"]);
    let own = Scope { reach: Reach::Firms(vec![firm(&test, "Ashdown Cars")]), ..everyone() };
    assert_eq!(names(&test, &own, &Filter::default(), Sort::Name, None), ["P1"]);
    assert!(names(&test, &own, &brook, Sort::Name, None).is_empty(), "another firm's filter shows nothing");
    let nobody = Scope { reach: Reach::Nobody, ..everyone() };
    assert!(names(&test, &nobody, &Filter::default(), Sort::Name, None).is_empty());
}

#[test]
fn somebody_whose_engagement_ended_is_no_longer_the_firms_to_see() {
    use chaperone::store::schema::engagements;
    let test = TestDb::new();
    import(&test, &[line("P1", "Ann", "Lee", "Ashdown Cars", false)]);
    let own = Scope { reach: Reach::Firms(vec![firm(&test, "Ashdown Cars")]), ..everyone() };
    let search = |typed| test.db.read(|c| register::search(c, &own, typed, None, 10)).unwrap().len();
    assert_eq!((names(&test, &own, &Filter::default(), Sort::Name, None).len(), search("lee")), (1, 1));
    let end = engagements::ends_on.eq(Some(day("2026-11-21")));
    test.db.read(|c| Ok(diesel::update(engagements::table).set(end).execute(c)?)).unwrap();
    assert_eq!((names(&test, &own, &Filter::default(), Sort::Name, None).len(), search("lee")), (0, 0));
    assert!(test.db.read(|c| register::exactly(c, &own, "p1")).unwrap().is_empty());
}

#[test]
fn a_search_folds_what_is_typed_and_pages_over_equal_terms() {
    let test = TestDb::new();
    let names = [
        ("P1", "Siân", "O’Brien"),
        ("P2", "Łukasz", "Wiśniewski"),
        ("P3", "Ann", "Butt-Copestake"),
        ("P4", "Ann", "Butt-Copestake"),
        ("P5", "Ann", "Butt-Copestake"),
    ];
    let lines: Vec<_> = names.iter().map(|(r, f, s)| line(r, f, s, "Ashdown Cars", false)).collect();
    import(&test, &lines);
    let found = |typed: &str, cursor: Option<&Cursor>, size| {
        test.db.read(|c| register::search(c, &everyone(), typed, cursor, size)).unwrap()
    };
    for (typed, reference) in
        [("obrien", "P1"), ("O'Brien", "P1"), ("sian ob", "P1"), ("WISNIEW", "P2"), ("lukasz", "P2")]
    {
        assert_eq!(found(typed, None, 10), [person(&test, reference)], "{typed}");
    }
    assert_eq!(found("copestake", None, 10).len(), 3);
    assert!(found("brien", None, 10).is_empty() && found("'", None, 10).is_empty());
    let first = found("butt", None, 2);
    let at = |person, back| Cursor { person, role: String::new(), due_on: None, back };
    assert_eq!(first, [person(&test, "P3"), person(&test, "P4")]);
    assert_eq!(found("butt", Some(&at(first[1], false)), 2), [person(&test, "P5")]);
    assert_eq!(found("butt", Some(&at(person(&test, "P5"), true)), 2), first);
    assert_eq!(found("butt", Some(&at(PersonId(99), false)), 2), first, "a row that is gone begins anew");
    let exactly = |typed| test.db.read(|c| register::exactly(c, &everyone(), typed)).unwrap();
    assert_eq!(exactly(" p2 "), [person(&test, "P2")]);
    assert_eq!(exactly("001600000003"), [person(&test, "P3")]);
    assert_eq!(exactly("0016 0000 0003"), [person(&test, "P3")]);
}

#[test]
fn every_number_on_a_badge_or_a_letter_finds_its_person() {
    let test = TestDb::new();
    import(&test, &[line("P002670", "Ann", "Lee", "Ashdown Cars", false)]);
    let id = person(&test, "P002670");
    test.db
        .read(|c| {
            let set = "UPDATE people SET phone = '07700 900123', email = 'ann@example.org'";
            Ok(diesel::sql_query(set).execute(c)?)
        })
        .unwrap();
    let found = |reach: Reach, typed: &str| {
        let scope = Scope { reach, ..everyone() };
        test.db.read(|c| register::exactly(c, &scope, typed)).unwrap()
    };
    for typed in [
        "p2670",
        " P002670 ",
        "SB002670",
        "sb002670",
        "001600002670",
        "1600002670",
        "07700900123",
        "07700 900123",
        "Ann@example.org",
    ] {
        assert_eq!(found(Reach::Everyone, typed), [id], "{typed}");
    }
    let own = || Reach::Firms(vec![firm(&test, "Ashdown Cars")]);
    assert_eq!([found(own(), "SB002670"), found(own(), "P2670")], [[id], [id]]);
    assert!(found(own(), "1600002670").is_empty(), "certificates are the council's");
    assert!(found(Reach::Firms(vec![chaperone::types::ContractorId(99)]), "SB002670").is_empty());
}

#[test]
fn a_former_name_is_the_councils_to_find() {
    let council = Council::with(ASSISTANT);
    let who = &council.officer;
    let known = council.test.db.read(|c| people::find(c, council.person, &Reach::Everyone)).unwrap();
    let old = Details::of(&known);
    let rename = |from: &Details, surname: &str| {
        let new = Details { surname: surname.into(), ..from.clone() };
        council.act(who, |tx| edit(tx, who, council.person, &new, "", &from.fingerprint())).unwrap();
        new
    };
    let found = |reach: Reach, typed: &str| {
        let scope = Scope { reach, ..everyone() };
        council.test.db.read(|c| register::search(c, &scope, typed, None, 10)).unwrap().len()
    };
    let new = rename(&old, "Adeyemi");
    let firm = || Reach::Firms(vec![council.firm]);
    assert_eq!([found(Reach::Everyone, "okafor"), found(firm(), "okafor"), found(firm(), "adeyemi")], [1, 0, 1]);
    rename(&new, "Okafor");
    assert_eq!([found(firm(), "okafor"), found(firm(), "adeyemi"), found(Reach::Everyone, "adeyemi")], [1, 0, 1]);
}

#[test]
fn a_page_goes_on_where_it_was_though_the_item_there_was_settled() {
    let test = TestDb::new();
    let lines: Vec<_> = (1..=9).map(|n| line(&format!("P{n:06}"), "Ann", "Lee", "Ashdown Cars", false)).collect();
    let due = |n: u32| lines[n as usize].replace("2026-01-10,2026-01-10,SB", &format!("2023-12-0{},,SB", n + 1));
    import(&test, &(0..9).map(due).collect::<Vec<_>>());
    let page = |cursor: Option<&Cursor>| {
        test.db.read(|c| register::page(c, &everyone(), &Filter::default(), Sort::Due, cursor, 4)).unwrap()
    };
    let first = page(None);
    let last = &first[3];
    let lines = test.db.read(|c| register::lines(c, &everyone(), first.clone())).unwrap();
    let due_on = lines[3].due.as_ref().map(|due| due.due_on);
    let cursor = Cursor { person: last.person, role: last.role.clone(), due_on, back: false };
    let before = page(Some(&cursor));
    command::run(&test.db, UserId::SYSTEM, &clock(), |tx| {
        diesel::sql_query(format!("DELETE FROM clearance_items WHERE person_id = {}", last.person))
            .execute(&mut **tx)?;
        tx.trail(Entry::new("a.test", "person", last.person.0));
        Ok(())
    })
    .unwrap();
    assert_eq!(page(Some(&cursor)), before);
}

#[test]
fn what_tells_of_a_trace_is_not_due_for_who_may_not_see_one() {
    let test = TestDb::new();
    import(&test, &[line("P1", "Ann", "Lee", "Ashdown Cars", true).replace(",yes,suitable,2026-02-01,", ",yes,,,")]);
    let blind = Scope { sees_trace: false, ..everyone() };
    let due = |scope: &Scope| {
        test.db
            .read(|c| {
                let found = register::page(c, scope, &Filter::default(), Sort::Due, None, 10)?;
                register::lines(c, scope, found)
            })
            .unwrap()
            .into_iter()
            .filter_map(|line| line.due.map(|due| due.requirement))
            .collect::<Vec<_>>()
    };
    assert_eq!(due(&everyone()), ["suitability"]);
    assert!(due(&blind).is_empty());
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

/// The statements that `work` runs, and how SQLite would answer each.
pub fn plans(test: &TestDb, work: impl FnOnce(&mut Conn)) -> Vec<(String, Vec<String>)> {
    let said: Arc<Mutex<Vec<String>>> = Arc::default();
    let hear = said.clone();
    let plans = test.db.read(|conn| {
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                hear.lock().unwrap().push(query.to_string());
            }
        });
        work(conn);
        conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
        let statements = said.lock().unwrap().clone();
        let explain = |text: String| {
            let sql = text.split(" -- binds").next().unwrap_or_default().to_owned();
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn).unwrap();
            (sql, steps.into_iter().map(|step| step.detail).collect())
        };
        Ok(statements.into_iter().map(explain).collect())
    });
    plans.unwrap()
}

#[test]
fn no_page_reads_a_whole_table() {
    let test = TestDb::new();
    if test.is_postgres() {
        return;
    }
    let lines: Vec<_> = (1..=300)
        .map(|n| line(&format!("P{n:06}"), "Ann", &format!("Lee{n}"), &format!("Firm {}", n % 30), n % 5 == 0))
        .zip(0..)
        .map(|(line, n)| line.replace("2026-01-10,SB", &format!("202{}-{:02}-{:02},SB", n % 6, n % 12 + 1, n % 28 + 1)))
        .collect();
    import(&test, &lines);
    let firm = firm(&test, "Firm 3");
    let cursor =
        Cursor { person: person(&test, "P000150"), role: "passenger_assistant".into(), due_on: None, back: false };
    let some = Filter::default();
    let filters = [
        some.clone(),
        Filter { role: Some("passenger_assistant".into()), ..some.clone() },
        Filter { status: Some(Status::Cleared), ..some.clone() },
        Filter { status: Some(Status::Lapsed), ..some.clone() },
        Filter { authority: Some(chaperone::types::AuthorityId(1)), ..some.clone() },
        Filter { contractor: Some(firm), ..some.clone() },
        Filter { contractor: Some(firm), status: Some(Status::Cleared), ..some.clone() },
        Filter { due_within: Some(day("2026-12-22")), ..some.clone() },
        Filter { due_within: Some(day("2026-12-22")), status: Some(Status::Cleared), ..some },
    ];
    for settled in [false, true] {
        if settled {
            migrate::settle(&test.db).unwrap();
        }
        for (filter, sort) in filters.iter().flat_map(|filter| [(filter, Sort::Name), (filter, Sort::Due)]) {
            let back = Cursor { back: true, ..cursor.clone() };
            let read = |conn: &mut Conn| {
                for at in [None, Some(&cursor), Some(&back)] {
                    let found = register::page(conn, &everyone(), filter, sort, at, 20).unwrap();
                    register::lines(conn, &everyone(), found).unwrap();
                }
                register::count(conn, &everyone(), filter, sort, 1000).unwrap();
            };
            no_scan(&plans(&test, read), filter.contractor.is_none());
        }
        let search = |conn: &mut Conn| {
            for at in [None, Some(&cursor)] {
                let found = register::search(conn, &everyone(), "lee", at, 20).unwrap();
                register::standings_of(conn, &everyone(), &found).unwrap();
            }
            register::exactly(conn, &everyone(), "001600000003").unwrap();
        };
        no_scan(&plans(&test, search), false);
    }
}

/// Only a walk in the order of the list itself, which ends with the page, may begin at an index's first row.
fn no_scan(plans: &[(String, Vec<String>)], may_walk: bool) {
    for (statement, steps) in plans {
        for step in steps.iter().filter(|step| step.starts_with("SCAN")) {
            let is_walk = statement.ends_with("LIMIT ?") && step.contains(" INDEX ");
            assert!(may_walk && is_walk, "{statement}\n{steps:#?}");
        }
    }
}
