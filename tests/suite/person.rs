//! People's pages: who sees what of whom, and that an address or a file tells nothing it should not.

use chaperone::config::Config;
use chaperone::store::trail;
use chaperone::types::{Access, PersonId, Secret};
use chaperone::web;
use chaperone::web::app::App;
use rocket::local::blocking::Client;

use crate::register::{firm, import, line, person};
use crate::support::account::{active, firm_grant, grant};
use crate::support::browser::Browser;
use crate::support::database::{KEY, TestDb, day};

const OFFICER: &str = "officer@council.example.org";

/// A browser in which somebody with this access has signed in.
fn staff(test: &TestDb, access: Access) -> Browser {
    let email = format!("{access}@council.example.org");
    active(test, &email, &[grant(access)]);
    signed_in(test, &email)
}

fn of_firm(test: &TestDb, name: &str) -> Browser {
    let email = format!("{}@contractor.example.org", name.len());
    active(test, &email, &[firm_grant(firm(test, name))]);
    signed_in(test, &email)
}

fn signed_in(test: &TestDb, email: &str) -> Browser {
    let browser = Browser::new(test);
    assert_eq!(browser.sign_in(email).status.code, 303, "{email}");
    browser
}

/// The same register on a later day, before any sweep.
fn officer_on(test: &TestDb, today: &str) -> Browser {
    active(test, OFFICER, &[grant(Access::Officer)]);
    let config = Config {
        base_url: "http://127.0.0.1:8000".into(),
        secret_key: Secret::new(KEY),
        today: Some(day(today)),
        ..Config::default()
    };
    let browser = Browser { client: Client::tracked(web::open(App::new(config, test.db.clone())).unwrap()).unwrap() };
    assert_eq!(browser.sign_in(OFFICER).status.code, 303);
    browser
}

fn page_of(id: PersonId) -> String {
    format!("/people/{id}")
}

/// The address a page's link of this relation goes to.
fn link(body: &str, rel: &str) -> Option<String> {
    let before = body.split(&format!("\" rel=\"{rel}\"")).next().filter(|before| before.len() < body.len())?;
    Some(before.rsplit("href=\"").next()?.replace("&#38;", "&"))
}

#[test]
fn a_list_is_walked_by_its_links_there_and_back() {
    let test = TestDb::new();
    let lines: Vec<_> = (1..=120).map(|n| line(&format!("P{n:03}"), "Ann", "Lee", "Ashdown Cars", false)).collect();
    import(&test, &lines);
    let officer = staff(&test, Access::Officer);
    let seen = |body: &str| (1..=120).filter(|n| body.contains(&format!("P{n:03}"))).collect::<Vec<_>>();
    let first = officer.get("/people").body;
    assert!(first.contains("120 results") && link(&first, "prev").is_none());
    let second = officer.get(&link(&first, "next").unwrap()).body;
    let third = officer.get(&link(&second, "next").unwrap()).body;
    assert_eq!([seen(&first), seen(&second), seen(&third)].concat(), (1..=120).collect::<Vec<_>>());
    assert!(link(&third, "next").is_none() && second.contains("<title>People (continued)"));
    let back = officer.get(&link(&third, "prev").unwrap()).body;
    assert_eq!(seen(&back), seen(&second));
    let start = officer.get(&link(&back, "prev").unwrap()).body;
    assert_eq!((seen(&start), link(&start, "prev")), (seen(&first), None));
}

#[test]
fn chosen_filters_are_links_to_the_list_without_them() {
    let test = TestDb::new();
    import(
        &test,
        &[
            line("P1", "Ann", "Lee", "Ashdown Cars", false),
            line("P2", "Bo", "Ray", "Brook Coaches", false).replace("2026-01-10,SB", ",SB"),
        ],
    );
    let officer = staff(&test, Access::Officer);
    let brook = firm(&test, "Brook Coaches");
    let page =
        officer.get(&format!("/people?role=passenger_assistant&contractor={brook}&status=cleared&due=&authority="));
    assert!(page.body.contains("Bo Ray") && !page.body.contains("Ann Lee"));
    let without = format!("href=\"/people?role=passenger_assistant&#38;contractor={brook}\"");
    assert!(page.body.contains(&without), "{}", page.body);
    assert!(page.body.contains(&format!(
        "href=\"/people/export.csv?role=passenger_assistant&#38;contractor={brook}&#38;status=cleared\""
    )));
    let none = officer.get("/people?status=suspended").body;
    assert!(none.contains("Nobody matches these filters") && none.contains("0 results"));
    assert!(
        officer
            .get("/people?sort=due")
            .body
            .contains("aria-sort=\"ascending\"><a class=\"govuk-link app-sort\" href=\"/people?sort=due\"")
    );
    for odd in ["/people?after=x", "/people?after=1.", "/people?before=9999.pcv_driver", "/people?contractor=x&due=5"] {
        assert_eq!(officer.get(odd).status.code, 200, "{odd}");
    }
}

#[test]
fn among_very_many_contractors_one_is_named() {
    let test = TestDb::new();
    let mut lines: Vec<_> =
        (1..=301).map(|n| line(&format!("P{n}"), "Ann", "Lee", &format!("Firm {n:03}"), false)).collect();
    lines.push(line("Q1", "Bo", "Ray", "Brook Coaches", false));
    import(&test, &lines);
    let officer = staff(&test, Access::Officer);
    let brook = firm(&test, "Brook Coaches");
    for address in [format!("/people?contractor={brook}"), "/people?firm=brook+c&role=passenger_assistant".into()] {
        let page = officer.get(&address).body;
        assert!(page.contains("Bo Ray") && page.contains("1 result<"), "{page}");
        assert!(page.contains("name=\"firm\" type=\"text\" value=\"Brook Coaches\"") && !page.contains("Firm 001"));
    }
    let several = officer.get("/people?firm=Firm").body;
    assert!(several.contains("begin with “Firm”") && several.contains("<option value=\"Firm 001\">"), "{several}");
    assert!(several.contains("0 results") && several.contains("<title>Error: "));
    assert!(officer.get("/people?firm=Firm+001").body.contains("1 result<"));
    assert!(officer.get("/people?firm=nobody").body.contains("No contractor’s name begins with “nobody”"));
}

#[test]
fn a_typed_name_stays_out_of_every_address() {
    let test = TestDb::new();
    import(
        &test,
        &[line("P1", "Siân", "O’Brien", "Ashdown Cars", false), line("P2", "Bo", "Ray", "Ashdown Cars", false)],
    );
    let officer = staff(&test, Access::Officer);
    let sent = officer.fill("/people", "/people/search", &[("term", "  OBRIEN ")]);
    let (status, to) = sent.to();
    assert!(status == 303 && to.starts_with("/people?search=") && !to.to_lowercase().contains("obrien"), "{to}");
    let found = officer.get(to).body;
    assert!(found.contains("Siân O’Brien") && !found.contains("Bo Ray") && found.contains("value=\"OBRIEN\""));
    let other = staff(&test, Access::Auditor).get(to).body;
    assert!(!other.contains("OBRIEN"), "another sign-in does not open it");
    let exact = officer.fill("/people", "/people/search", &[("term", "p2")]);
    assert!(officer.get(exact.to().1).body.contains("Bo Ray"));
    assert_eq!(officer.fill("/people", "/people/search", &[("term", " ")]).to(), (303, "/people"));
    let nobody = officer.fill("/people", "/people/search", &[("term", "zz")]);
    assert!(officer.get(nobody.to().1).body.contains("Nobody was found"));
}

#[test]
fn an_export_is_harmless_and_on_the_trail() {
    let test = TestDb::new();
    import(&test, &[line("P1", "=HYPERLINK(1)", "@Lee", "Ashdown Cars", true)]);
    let auditor = staff(&test, Access::Auditor);
    let file = auditor.get("/people/export.csv?status=cleared");
    assert_eq!(file.status.code, 200);
    let mut lines = file.body.trim_start_matches('\u{FEFF}').lines();
    assert_eq!(
        lines.next(),
        Some("Reference,Surname,Forename,Role,Status,Cleared until,Next due,How,Date,Contractors")
    );
    let row = lines.next().unwrap();
    assert!(row.starts_with("P1,'@Lee,'=HYPERLINK(1),Passenger assistant,Cleared,"), "{row}");
    assert!(lines.next().is_none() && !file.body.to_lowercase().contains("trace"));
    assert!(!file.body.contains("uitab"));
    use chaperone::store::schema::trail as t;
    use diesel::prelude::*;
    let said: (String, Option<String>) = test
        .db
        .read(|c| Ok(t::table.filter(t::act.eq("people.export")).select((t::act, t::new_value)).first(c)?))
        .unwrap();
    let told = said.1.unwrap();
    assert!(told.contains("\"rows\":1") && told.contains("cleared") && !told.contains("Lee"), "{told}");
    test.db.read(trail::verify).unwrap();
}

#[test]
fn a_workbook_holds_what_the_list_holds_with_days_as_days() {
    use calamine::{Data, DataType, Reader, Xlsx};
    let test = TestDb::new();
    import(&test, &[line("P1", "=HYPERLINK(1)", "Lee", "Ashdown Cars", true)]);
    let rows = |browser: &Browser| -> Vec<Vec<Data>> {
        let file = browser.get_bytes("/people/export.xlsx?status=cleared");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(file)).unwrap();
        book.worksheet_range("People").unwrap().rows().map(<[Data]>::to_vec).collect()
    };
    let staff = rows(&staff(&test, Access::Auditor));
    assert_eq!((staff.len(), staff[0].len()), (2, 10));
    assert_eq!(staff[1][2], Data::String("=HYPERLINK(1)".into()), "words, not a formula");
    let until = staff[0].iter().position(|cell| *cell == Data::String("Cleared until".into())).unwrap();
    assert!(staff[1][until].is_datetime(), "{:?}", staff[1]);
    let firm = rows(&of_firm(&test, "Ashdown Cars"));
    assert_eq!(firm[0][5], Data::String("May work until".into()));
    assert_eq!(firm[1][4], Data::String("May work".into()));
}

#[test]
fn a_long_export_is_whole() {
    let test = TestDb::new();
    let lines: Vec<_> = (1..=620).map(|n| line(&format!("P{n:04}"), "Ann", "Lee", "Ashdown Cars", false)).collect();
    import(&test, &lines);
    let body = staff(&test, Access::Officer).get("/people/export.csv").body;
    assert_eq!(body.lines().count(), 621);
    assert_eq!(body.matches("Reference,").count(), 1);
}

#[test]
fn another_firms_person_and_a_missing_one_are_the_same_to_a_firm() {
    let test = TestDb::new();
    import(&test, &[line("P1", "Ann", "Lee", "Ashdown Cars", false), line("P2", "Bo", "Lee", "Brook Coaches", false)]);
    let ashdown = of_firm(&test, "Ashdown Cars");
    assert_eq!(ashdown.get(&page_of(person(&test, "P1"))).status.code, 200);
    let missing = ashdown.get("/people/999999");
    assert_eq!(missing.status.code, 404);
    let p2 = person(&test, "P2");
    for path in [page_of(p2), format!("/people/{p2}/history"), format!("/people/{p2}/trail")] {
        let other = ashdown.get(&path);
        assert_eq!((other.status, &other.body), (missing.status, &missing.body), "{path}");
    }
    let brook = firm(&test, "Brook Coaches");
    let plain = ashdown.get("/people").body;
    assert!(plain.contains("Ann Lee") && plain.contains("1 result<") && !plain.contains("Brook"));
    for path in [
        format!("/people?contractor={brook}"),
        format!("/people?after={p2}.passenger_assistant"),
        "/people?status=suspended&sort=due&due=7&authority=1".into(),
    ] {
        let body = ashdown.get(&path).body;
        assert!(!body.contains("Bo Lee") && !body.contains("Brook"), "{path}");
    }
    for typed in ["lee", "P2", "001600000002", "bo"] {
        let sent = ashdown.fill("/people", "/people/search", &[("term", typed)]);
        assert!(!ashdown.get(sent.to().1).body.contains("Bo Lee"), "{typed}");
    }
    let file = ashdown.get("/people/export.csv").body;
    assert!(file.contains("P1,Lee,Ann") && !file.contains("Bo") && file.lines().count() == 2, "{file}");
    assert!(file.contains("May work") && !file.contains("Cleared"));
}

/// Pairs of one clean and one traced person, otherwise alike: approved, and still waiting.
fn alike(test: &TestDb) -> [(PersonId, PersonId); 2] {
    let waiting = |line: String| {
        let at = line.find(",SB").unwrap();
        format!("{},,,,", &line[..at])
    };
    let traced = line("P4", "Ann", "Lee", "Ashdown Cars", true).replace("yes,suitable,2026-02-01", "yes,,");
    import(
        test,
        &[
            line("P1", "Ann", "Lee", "Ashdown Cars", false),
            line("P2", "Ann", "Lee", "Ashdown Cars", true),
            waiting(line("P3", "Ann", "Lee", "Ashdown Cars", false)),
            waiting(traced),
        ],
    );
    let id = |reference| person(test, reference);
    [(id("P1"), id("P2")), (id("P3"), id("P4"))]
}

#[test]
fn a_trace_makes_no_difference_to_what_a_firm_sees() {
    let test = TestDb::new();
    let pairs = alike(&test);
    let browser = of_firm(&test, "Ashdown Cars");
    let plain = |id: PersonId, reference: &str| {
        let body = browser.get(&page_of(id)).body.replace(reference, "REF");
        body.replace(&format!("{}/", page_of(id)), "/people/ID/")
    };
    let references = [("P1", "P2"), ("P3", "P4")];
    for ((clean, traced), (clean_ref, traced_ref)) in pairs.into_iter().zip(references) {
        assert_eq!(plain(clean, clean_ref), plain(traced, traced_ref));
    }
    assert!(plain(pairs[1].0, "P3").contains("With the council"));
    let file = browser.get("/people/export.csv").body;
    let rows: Vec<_> = file.lines().skip(1).map(|row| row.split_once(',').unwrap().1).collect();
    assert_eq!((rows[0], rows[2]), (rows[1], rows[3]));
    let list = browser.get("/people").body.to_lowercase();
    assert!(!list.contains("suitab") && !list.contains("approval") && !list.contains("trace"));
}

#[test]
fn only_who_may_see_a_trace_reads_of_one() {
    let test = TestDb::new();
    let pairs = alike(&test);
    let all: Vec<_> = pairs.into_iter().flat_map(|(clean, traced)| [clean, traced]).collect();
    for access in [Access::ComplianceOfficer, Access::Auditor] {
        let browser = staff(&test, access);
        for id in &all {
            let body = browser.get(&page_of(*id)).body.to_lowercase();
            assert!(!body.contains("suitab") && !body.contains("trace") && !body.contains("holds"), "{access}");
            assert!(
                !body.contains("/evidence/new") && !body.contains("/correct") && !body.contains("/edit"),
                "{access}"
            );
        }
        assert_eq!(browser.get(&format!("/people/{}/history", all[0])).status.code, 404);
        let trail = browser.get(&format!("/people/{}/trail", all[1]));
        assert_eq!(trail.status.code == 200, access == Access::Auditor);
        assert!(!trail.body.to_lowercase().contains("suitab"));
    }
    let officer = staff(&test, Access::Officer).get(&page_of(all[3])).body;
    assert!(officer.contains("Suitability decision") && officer.contains("Trace: yes"));
    let admin = staff(&test, Access::Admin);
    assert_eq!(admin.get(&page_of(all[0])).body, admin.get("/people/999999").body);
    assert_eq!(admin.get("/people").status.code, 404);
}

#[test]
fn a_page_tells_the_standing_of_today_before_any_sweep() {
    let test = TestDb::new();
    import(&test, &[line("P1", "Ann", "Lee", "Ashdown Cars", false)]);
    let path = page_of(person(&test, "P1"));
    let now = staff(&test, Access::DecisionMaker).get(&path).body;
    assert!(now.contains("<strong>Cleared until ") && now.contains(">Authorised</strong>"));
    let officer = officer_on(&test, "2029-06-01");
    let later = officer.get(&path).body;
    assert!(later.contains("Cannot work since") && later.contains(">Not authorised</strong>"), "{later}");
    assert!(!later.contains("<strong>Cleared"));
    assert!(officer.get("/people?status=lapsed").body.contains("Ann Lee"));
    assert!(!officer.get("/people?status=cleared").body.contains("Ann Lee"));
}

#[test]
fn the_page_leads_whoever_may_write_to_the_forms() {
    let test = TestDb::new();
    import(&test, &[line("P1", "Ann", "Lee", "Ashdown Cars", false)]);
    let path = page_of(person(&test, "P1"));
    let ways =
        ["/edit\"", "/evidence/new?requirement=first_aid", "/correct\"", "/engagements/new\"", "/end\"", "/history"];
    let officer = staff(&test, Access::Officer).get(&path).body;
    for way in ways.iter().take(5) {
        assert!(officer.contains(way), "{way}");
    }
    assert!(!officer.contains("/holds/new") && !officer.contains("requirement=approval"));
    assert!(officer.contains("Taken from an imported register"));
    let decider = staff(&test, Access::DecisionMaker);
    let body = decider.get(&path).body;
    assert!(body.contains("/holds/new\"") && body.contains("/review\""));
    assert!(!body.contains("requirement=approval"), "approval comes from a decision paper alone");
    let history = decider.get(&format!("{path}/history"));
    assert!(history.status.code == 200 && history.body.contains("What changed"));
}
