//! Demand: what the demonstration's page says is what a count of its own makes of the tables; who is invited, and what a
//! firm sees.

use std::collections::{BTreeMap, HashMap};

use chaperone::cli::demo::{self, logins, training};
use chaperone::domain::booking::{invite, to_invite};
use chaperone::domain::demand;
use chaperone::domain::permission::Who;
use chaperone::store::booking as places;
use chaperone::types::{Access, UserId, add_months};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use crate::support::account::{active, clock, grant};
use crate::support::browser::Browser;
use crate::support::case::sql;
use crate::support::council::take_file;
use crate::support::database::{TestDb, day};
use crate::support::training::School;

/// The demonstration council with its training.
fn demonstration(people: u32) -> TestDb {
    let test = TestDb::new();
    let today = day("2026-11-22");
    let mut csv = Vec::new();
    demo::write_csv(&mut csv, demo::with_live_work(demo::register(people, 1, today), today)).unwrap();
    take_file(&test, &csv);
    logins::enrol_all(&test.db, &clock(), "Exampleshire", &test.url).unwrap();
    training::begin(&test.db, &clock()).unwrap();
    test
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    person: i64,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Nullable<Date>)]
    on: Option<NaiveDate>,
}

fn rows(test: &TestDb, query: &str) -> Vec<Row> {
    test.db.read(|conn| Ok(diesel::sql_query(query).load(conn)?)).unwrap_or_else(|error| panic!("{query}: {error}"))
}

fn number(test: &TestDb, query: &str) -> usize {
    rows(test, &format!("SELECT COUNT(*) AS person, '' AS role, CAST(NULL AS DATE) AS \"on\" FROM {query}"))[0].person
        as usize
}

fn officer() -> Who {
    Who { user: UserId::SYSTEM, name: "Dana Whitlock".into(), accesses: vec![(Access::Officer, None)] }
}

/// A list, read page by page.
fn by_pages(test: &TestDb, code: &str, ahead: Option<usize>, size: i64) -> Vec<places::Need> {
    let mut all: Vec<places::Need> = Vec::new();
    loop {
        let after = all.last().map(|one| one.person);
        let read = |c: &mut _| demand::people(c, &officer(), code, ahead, day("2026-11-22"), after, size);
        let page = test.db.read(read).unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

#[test]
fn the_demonstrations_shortfall_is_what_a_count_of_the_tables_makes_it() {
    let test = demonstration(2_700);
    let today = day("2026-11-22");
    assert!(number(&test, "training_sessions WHERE state = 'held'") >= 110);
    // Register and evidence agree.
    for wrong in [
        "bookings b JOIN training_sessions s ON s.id = b.session_id JOIN evidence e ON e.id = b.evidence_id
         WHERE b.state = 'passed' AND (e.person_id <> b.person_id OR e.valid_from <> s.held_on)",
        "bookings WHERE state = 'passed' AND evidence_id IS NULL",
        "bookings b JOIN training_sessions s ON s.id = b.session_id WHERE b.state = 'booked' AND s.held_on < '2026-11-22'",
        "training_sessions s WHERE s.taken <> (SELECT COUNT(*) FROM bookings b WHERE b.session_id = s.id AND b.state IN ('booked', 'passed', 'failed', 'no_show'))",
    ] {
        assert_eq!(number(&test, wrong), 0, "{wrong}");
    }
    assert!(number(&test, "bookings WHERE state = 'no_show'") >= 10);
    assert!(number(&test, "bookings WHERE state = 'waiting'") >= 3);

    // Counted here from evidence, waivers, engagements and refusals, not from what is kept of clearances.
    let work = rows(
        &test,
        "SELECT DISTINCT e.person_id AS person, e.role AS role, CAST(NULL AS DATE) AS \"on\" FROM engagements e
         WHERE (e.ends_on IS NULL OR e.ends_on >= '2026-11-22') AND NOT EXISTS
         (SELECT 1 FROM decisions d WHERE d.person_id = e.person_id AND d.outcome = 'unsuitable')",
    );
    let policy = chaperone::domain::policy::Policy::shipped().unwrap();
    let booked: BTreeMap<(i64, String), NaiveDate> = rows(
        &test,
        "SELECT b.person_id AS person, c.requirement AS role, s.held_on AS \"on\" FROM bookings b
         JOIN training_sessions s ON s.id = b.session_id JOIN courses c ON c.id = s.course_id
         WHERE b.state = 'booked' AND s.held_on >= '2026-11-22'",
    )
    .into_iter()
    .map(|row| ((row.person, row.role), row.on.unwrap()))
    .collect();
    let demands = test.db.read(|conn| demand::read(conn, &officer(), today)).unwrap();
    assert_eq!(demands.len(), 4);
    for found in demands {
        let code = found.training.code.as_str();
        let held: HashMap<i64, NaiveDate> = rows(
            &test,
            &format!(
                "SELECT person_id AS person, '' AS role, MAX(valid_from) AS \"on\" FROM evidence
                 WHERE kind = 'training' AND code = '{code}' AND retired_on IS NULL AND superseded_by IS NULL
                 GROUP BY person_id"
            ),
        )
        .into_iter()
        .map(|row| (row.person, row.on.unwrap()))
        .collect();
        let waived: HashMap<(i64, String), NaiveDate> = rows(
            &test,
            &format!(
                "SELECT person_id AS person, role AS role, MAX(ends_on) AS \"on\" FROM waivers
                 WHERE requirement = '{code}' AND withdrawn_on IS NULL AND starts_on <= '2026-11-22'
                 AND ends_on >= '2026-11-22' GROUP BY person_id, role"
            ),
        )
        .into_iter()
        .map(|row| ((row.person, row.role), row.on.unwrap()))
        .collect();
        let mut due: BTreeMap<i64, NaiveDate> = BTreeMap::new();
        for row in &work {
            let Some(asked) = policy.requirements.iter().find(|one| one.role == row.role && one.code == code) else {
                continue;
            };
            let serves = held.get(&row.person).map(|on| add_months(*on, asked.validity_months.unwrap()));
            let waiver = waived.get(&(row.person, row.role.clone())).copied();
            let day = match (serves.filter(|day| *day >= today), waiver) {
                (Some(day), _) => day,
                (None, Some(day)) => day,
                (None, None) => today,
            };
            // A place in time serves; for what has run out, any.
            let place = booked.get(&(row.person, code.to_owned()));
            if place.is_some_and(|held_on| day <= today || *held_on <= day) {
                continue;
            }
            let earliest = due.entry(row.person).or_insert(day);
            *earliest = day.min(*earliest);
        }
        let mut short = 0_i64;
        for (at, month) in found.months.iter().enumerate() {
            let name = add_months(day("2026-11-01"), at as u32).format("%Y-%m").to_string();
            let need = due.values().filter(|day| day.format("%Y-%m").to_string() == name).count();
            let free = rows(
                &test,
                &format!(
                    "SELECT CAST(COALESCE(SUM(s.capacity - s.taken), 0) AS BIGINT) AS person, '' AS role,
                     CAST(NULL AS DATE) AS \"on\" FROM training_sessions s JOIN courses c ON c.id = s.course_id
                     WHERE c.requirement = '{code}' AND s.state = 'planned' AND s.held_on >= '{name}-01'
                     AND s.held_on < '{}'",
                    add_months(day("2026-11-01"), at as u32 + 1)
                ),
            )[0]
            .person as usize;
            short += need as i64 - free as i64;
            assert_eq!((month.need, month.seats), (need, free), "{code} in {name}");
            assert_eq!(month.short as i64, short.max(0), "{code} by the end of {name}");
            let counted = test.db.read(|c| demand::count(c, &officer(), code, Some(at), today)).unwrap();
            assert_eq!(counted as usize, need, "{code} in {name}, as its list counts");
            let listed = by_pages(&test, code, Some(at), 40);
            let mut named: Vec<i64> = listed.iter().map(|one| one.person.0).collect();
            named.sort_unstable();
            let mut wanted: Vec<i64> =
                due.iter().filter(|(_, day)| day.format("%Y-%m").to_string() == name).map(|(id, _)| *id).collect();
            wanted.sort_unstable();
            assert_eq!(named, wanted, "{code} in {name}, as its list names");
        }
        let all = by_pages(&test, code, None, 100);
        assert_eq!(all.len(), found.months.iter().map(|month| month.need).sum::<usize>());
        assert!(all.is_sorted_by_key(|one| (one.due_on, one.sort_name.clone(), one.person)), "in order of need");
        if code == "safeguarding" {
            let cliff = &found.months[4];
            assert!(cliff.need > 120 && cliff.short > 120, "{cliff:?}");
            assert!(found.proposed() > 5);
        }
    }
}

#[test]
fn people_are_invited_in_order_of_need_no_more_than_fit_and_nobody_twice() {
    let school = School::of(2);
    for name in ["Beta", "Gamma", "Delta"] {
        school.hire(name);
    }
    let first = school.council.test.db.read(|c| to_invite(c, &school.row(), day("2026-11-22"))).unwrap();
    assert_eq!(first.len(), 2, "two seats are free");
    let send = || school.on("2026-11-22", |tx, who| invite(tx, who, school.session));
    assert_eq!(send().unwrap(), 2);
    assert_eq!(send().unwrap(), 2, "the other two");
    assert!(send().is_err(), "nobody is left");
    let asked = school.council.test.db.read(|c| places::invited(c, school.session)).unwrap();
    assert_eq!(asked.len(), 4);
    assert_eq!(school.news().iter().filter(|one| *one == "invited").count(), 4);
    school.council.is_sound();
}

#[test]
fn the_pages_lead_from_a_figure_to_its_people_and_a_firm_sees_its_own() {
    let school = School::of(5);
    active(&school.council.test, "of@council.example.org", &[grant(Access::Officer)]);
    let other = school.contractor(Some("Birch Coaches"));
    let browser = Browser::new(&school.council.test);
    browser.sign_in("of@council.example.org");
    let page = browser.get("/training/demand").body;
    assert!(page.contains("There are places enough") || page.contains("short by"), "{page}");
    let list = browser.get("/training/demand/people?requirement=safeguarding&month=0").body;
    assert!(list.contains("Okafor") && list.contains("They have none"));
    let after = |person: i64| format!("/training/demand/people?requirement=safeguarding&month=0&after={person}");
    let rest = browser.get(&after(school.council.person.0)).body;
    assert!(!rest.contains("Okafor") && rest.contains("(continued)") && rest.contains("1 person needs it"), "{rest}");
    assert_eq!(browser.get(&after(9999)).status.code, 404);
    school.book(school.council.person);
    let list = browser.get("/training/demand/people?requirement=safeguarding&month=0").body;
    assert!(!list.contains("Okafor"), "who has a place needs none");
    let firm = Browser::new(&school.council.test);
    firm.sign_in(&format!("user{}@firm.example.org", other.firms()[0]));
    let list = firm.get("/training/demand/people?requirement=first_aid");
    assert!(list.status.code == 200 && !list.body.contains("Okafor"));
    assert!(!firm.get("/training/demand").body.contains("short by"));
    assert_eq!(firm.get("/training/demand/people?requirement=licence").status.code, 404);
}

#[test]
fn a_place_after_the_day_serves_nobody_but_who_has_run_out() {
    let school = School::of(5);
    let (person, id) = (school.council.person, school.session);
    school.book(person);
    let needed = |state: &str, due_on: &str| {
        sql(
            &school.council,
            &format!(
                "UPDATE clearance_items SET state = '{state}', due_on = '{due_on}'
                 WHERE person_id = {person} AND requirement = 'safeguarding'"
            ),
        );
        let read = |c: &mut _| demand::people(c, &officer(), "safeguarding", None, day("2026-11-22"), None, 9);
        school.council.test.db.read(read).unwrap().iter().any(|need| need.person == person)
    };
    assert!(needed("due", "2026-12-01"), "the session is on the fourth");
    assert!(!needed("due", "2026-12-04"));
    assert!(!needed("lapsed", "2026-11-01") && !needed("missing", "2026-11-22"));
    let asked = |c: &mut _| demand::neediest(c, &officer(), "safeguarding", id, day("2026-11-22"), 20);
    needed("due", "2026-12-01");
    assert!(school.council.test.db.read(asked).unwrap().is_empty(), "who is here is not offered again");
}
