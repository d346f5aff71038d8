//! The form of an application, group by group: what it takes, what it refuses, and how it is left and taken up again.

use chaperone::domain::application::answers::Answers;
use chaperone::domain::application::questions::Group;
use chaperone::store::application as store;
use chaperone::types::{ApplicationId, Reach};

use crate::support::account::{active, firm_grant};
use crate::support::applying::{ASSISTANT, Fields, answer, answer_all, begin, date, right};
use crate::support::browser::Browser;
use crate::support::council::as_user;
use crate::support::known::Known;

fn start() -> (Known, Browser, String) {
    let known = Known::new();
    let browser = as_user(&known.world.test, "contractor@known.example.org");
    let id = begin(&browser, &[("kind", "new"), ("role", "passenger_assistant")]);
    (known, browser, id)
}

fn answers(known: &Known, id: &str) -> Answers {
    let id = ApplicationId(id.parse().unwrap());
    Answers::of(&known.world.test.db.read(|conn| store::find(conn, id, &Reach::Everyone)).unwrap()).unwrap()
}

fn but<'a>(group: &str, changes: &[(&'a str, &'a str)]) -> Fields<'a> {
    let kept = right(group).into_iter().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes.iter().copied().filter(|(_, value)| *value != "-")).collect()
}

#[test]
fn each_group_says_what_is_wrong_and_keeps_what_was_typed() {
    let (known, browser, id) = start();
    let long = "x".repeat(101);
    let cases: &[(&str, Fields<'_>, &str)] = &[
        ("name", but("name", &[("surname", "-")]), "Enter the surname, or the only name"),
        ("name", but("name", &[("surname", &long)]), "must be 100 characters or fewer"),
        ("name", but("name", &[("no_other_name", "-")]), "Enter every other name they have used"),
        ("name", but("name", &[("former_names", "Siân Jones")]), "not both"),
        ("birth", date("date_of_birth", "31", "2", "1990"), "The date of birth must be a real date"),
        ("birth", date("date_of_birth", "", "2", "1990"), "must include a day"),
        ("birth", date("date_of_birth", "1", "1", "2030"), "must be in the past"),
        ("birth", date("date_of_birth", "1", "1", "1901"), "within 110 years"),
        (
            "birth",
            date("date_of_birth", "23", "11", "2008"),
            "at least 18 for this role. They will be on 23 November 2026",
        ),
        ("contact", but("contact", &[("email", "-")]), "Enter the person’s own email address"),
        ("contact", but("contact", &[("email", "sian@home")]), "in the correct format"),
        ("contact", but("contact", &[("email", "Office@AshdownCars.example.org")]), "not the firm’s"),
        ("contact", but("contact", &[("email", "contractor@known.example.org")]), "not the firm’s"),
        ("contact", but("contact", &[("phone", "call me")]), "Enter a telephone number"),
        ("addresses", vec![], "Enter where they live now"),
        ("addresses", but("addresses", &[("postcode-1", "-")]), "Enter the postcode"),
        ("addresses", but("addresses", &[("lines-1", "-")]), "Enter the address"),
        ("addresses", but("addresses", &[("from-1-month", "13")]), "must be a real date"),
        ("addresses", but("addresses", &[("from-1-year", "-")]), "must include a year"),
        ("addresses", but("addresses", &[("from-1-month", "12"), ("from-1-year", "2026")]), "must be in the past"),
        (
            "addresses",
            but("addresses", &[("from-1-month", "1"), ("from-1-year", "2024")]),
            "There is a gap: November 2021 to December 2023",
        ),
        (
            "addresses",
            but("addresses", &[("until-1-month", "3"), ("until-1-year", "2020")]),
            "Enter where they live now",
        ),
        (
            "addresses",
            but("addresses", &[("until-1-month", "3"), ("until-1-year", "2014")]),
            "left before they moved in",
        ),
        ("right_to_work", vec![], "Select what shows their right to work"),
        ("right_to_work", vec![("right_to_work", "a library card")], "Select what shows their right to work"),
        ("identity", vec![("documents", "passport")], "These are not enough. It takes route 1"),
        (
            "identity",
            vec![("documents", "passport"), ("documents", "residence_permit"), ("documents", "marriage_certificate")],
            "shows their current address",
        ),
        ("identity", vec![("documents", "a library card")], "Select from the list"),
        ("referees", but("referees", &[("referee-2", "-")]), "Enter the name of referee 2"),
        (
            "referees",
            but("referees", &[("referee_phone-2", "-")]),
            "Enter an email address or a telephone number of referee 2",
        ),
        ("referees", but("referees", &[("referee_email-1", "owen")]), "in the correct format"),
    ];
    for (group, fields, message) in cases {
        let sent = answer(&browser, &id, group, fields);
        assert_eq!(sent.status.code, 422, "{group} {fields:?}");
        assert!(sent.body.contains(message), "{group} {fields:?}: no {message:?}");
        assert!(sent.body.contains("There is a problem") && sent.body.contains("<title>Error: "), "{group}");
        for (name, value) in fields.iter().filter(|(name, value)| !value.is_empty() && name.starts_with("lines")) {
            assert!(sent.body.contains(value), "{name} is lost");
        }
    }
    assert!(Group::ALL.iter().all(|group| !answers(&known, &id).has(*group)), "nothing wrong is kept");
    assert_eq!(browser.get(&format!("/applications/{id}/answers/licence")).status.code, 404, "no driver's question");
    assert_eq!(browser.get(&format!("/applications/{id}/answers/declaration")).status.code, 404, "the person's own");
    assert_eq!(browser.get(&format!("/applications/{id}/answers/nonsense")).status.code, 404);
}

#[test]
fn a_draft_is_left_half_done_and_taken_up_again() {
    let (known, browser, id) = start();
    let half = [("surname", "O’Brien"), ("then", "later")];
    assert_eq!(answer(&browser, &id, "name", &half).to(), (303, format!("/applications/{id}").as_str()));
    assert!(browser.get(&format!("/applications/{id}")).body.contains("Something to put right"));
    let page = browser.get(&format!("/applications/{id}/answers/name")).body;
    assert!(page.contains("value=\"O’Brien\""));
    assert_eq!(answer(&browser, &id, "contact", &[("email", "sian@"), ("then", "later")]).status.code, 303);
    assert_eq!(answers(&known, &id).email, "sian@", "kept as it is until it is sent in");
    let long = "x".repeat(101);
    assert_eq!(answer(&browser, &id, "name", &[("surname", &long), ("then", "later")]).status.code, 422);
    let unreal = date("date_of_birth", "31", "2", "1990").into_iter().chain([("then", "later")]).collect::<Vec<_>>();
    assert_eq!(answer(&browser, &id, "birth", &unreal).status.code, 422);
}

#[test]
fn names_of_every_kind_are_kept_as_they_are() {
    let (known, browser, id) = start();
    for (forename, surname, sorted) in [
        ("Anne-Marie", "Butt-Copestake ", "butt copestake anne marie"),
        ("Séamus", "O'Brien", "obrien seamus"),
        ("Łukasz", "Wiśniewski", "wisniewski lukasz"),
        ("", " Suharto ", "suharto"),
        ("Thị  Minh", "Nguyễn", "nguyen thi minh"),
    ] {
        let fields =
            [("forename", forename), ("surname", surname), ("former_names", "Ann Marie Ní Dhomhnaill \n\n Cher")];
        assert_eq!(answer(&browser, &id, "name", &fields).status.code, 303, "{surname}");
        let kept = answers(&known, &id);
        assert_eq!((kept.surname.as_str(), kept.sort_name().as_str()), (surname.trim(), sorted));
        let others: Vec<(&str, &str)> =
            kept.former_names.iter().map(|one| (one.forename.as_str(), one.surname.as_str())).collect();
        assert_eq!(others, [("Ann Marie Ní", "Dhomhnaill"), ("", "Cher")]);
    }
    assert!(browser.get("/applications").body.contains("Thị Minh Nguyễn"));
}

#[test]
fn addresses_overlap_are_added_one_by_one_and_taken_out() {
    let (known, browser, id) = start();
    let one = [("lines-1", "2 Low Road"), ("postcode-1", "EX1 1AB"), ("from-1-month", "June"), ("from-1-year", "2024")];
    let sent = answer(&browser, &id, "addresses", &[&one[..], &[("then", "another"), ("rows", "1")]].concat());
    assert_eq!(sent.to(), (303, format!("/applications/{id}/answers/addresses?another=true").as_str()));
    let page = browser.get(sent.to().1).body;
    assert!(page.contains("2 Low Road") && page.contains("id=\"lines-2\"") && !page.contains("id=\"lines-3\""));
    let both = [
        &one[..],
        &[
            ("lines-2", "1 High Street"),
            ("postcode-2", "EX1 1AA"),
            ("from-2-month", "1"),
            ("from-2-year", "2010"),
            ("until-2-month", "8"),
            ("until-2-year", "2024"),
        ],
    ]
    .concat();
    assert_eq!(answer(&browser, &id, "addresses", &both).status.code, 303);
    assert_eq!(answers(&known, &id).addresses.len(), 2);
    let cleared: Vec<(&str, &str)> =
        both.iter().map(|(name, value)| if name.contains("-1") { (*name, "") } else { (*name, *value) }).collect();
    let cleared: Vec<(&str, &str)> = cleared.into_iter().filter(|(name, _)| !name.starts_with("until")).collect();
    assert_eq!(answer(&browser, &id, "addresses", &cleared).status.code, 303);
    assert_eq!(answers(&known, &id).addresses.len(), 1);
}

#[test]
fn time_abroad_says_what_will_be_asked_for() {
    let (_known, browser, id) = start();
    let fields = [
        ("lines-1", "1 High Street"),
        ("postcode-1", "EX1 1AA"),
        ("from-1-month", "2"),
        ("from-1-year", "2025"),
        ("lines-2", "Calle Mayor 1"),
        ("country-2", "Spain"),
        ("from-2-month", "2"),
        ("from-2-year", "2023"),
        ("until-2-month", "2"),
        ("until-2-year", "2025"),
        ("lines-3", "Rue Haute 2"),
        ("country-3", "France"),
        ("from-3-month", "1"),
        ("from-3-year", "2023"),
        ("until-3-month", "2"),
        ("until-3-year", "2023"),
        ("lines-4", "9 Low Road"),
        ("postcode-4", "EX1 1AB"),
        ("from-4-month", "1"),
        ("from-4-year", "2000"),
        ("until-4-month", "1"),
        ("until-4-year", "2023"),
        ("rows", "4"),
    ];
    assert_eq!(answer(&browser, &id, "addresses", &fields).status.code, 303);
    let page = browser.get(&format!("/applications/{id}/answers/addresses")).body;
    assert!(
        page.contains("Time in Spain") && page.contains("25 months") && page.contains("certificate of good conduct")
    );
    assert!(page.contains("Time in France") && page.contains("Nothing is asked for because of this"));
    let check = browser.get(&format!("/applications/{id}/answers")).body;
    assert!(check.contains("Time in Spain"));
}

#[test]
fn two_people_editing_one_draft_do_not_write_over_each_other() {
    let (known, first, id) = start();
    let firm = chaperone::types::ContractorId(known.names["firm"].parse().unwrap());
    active(&known.world.test, "second@known.example.org", &[firm_grant(firm)]);
    let second = as_user(&known.world.test, "second@known.example.org");
    let page = format!("/applications/{id}/answers/name");
    let opened = second.get(&page).body;
    answer_all(&first, &id, &["name"]);
    let hidden = |name| crate::support::browser::hidden(&opened, name);
    let own = [("csrf", hidden("csrf")), ("submission", hidden("submission")), ("based_on", hidden("based_on"))];
    let mut fields: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("surname", "Jones"), ("no_other_name", "yes")]);
    assert_eq!(second.send(&page, &fields).status.code, 409);
    assert_eq!(answers(&known, &id).surname, "O’Brien");
    assert_eq!(answer(&second, &id, "birth", &right("birth")).status.code, 303, "another group is another matter");
    let check = format!("/applications/{id}/answers");
    answer_all(&first, &id, &ASSISTANT[2..]);
    let opened = second.get(&check).body;
    assert_eq!(answer(&first, &id, "contact", &[("email", "other@home.example.org")]).status.code, 303);
    let hidden = |name| crate::support::browser::hidden(&opened, name);
    let own = [("csrf", hidden("csrf")), ("submission", hidden("submission")), ("based_on", hidden("based_on"))];
    let mut fields: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("sworn", "yes"));
    assert_eq!(second.send(&check, &fields).status.code, 409, "nobody swears to what they have not seen");
}

#[test]
fn what_was_answered_is_in_no_trail() {
    let (known, browser, id) = start();
    answer_all(&browser, &id, &ASSISTANT);
    let rows = known.number(
        "SELECT COUNT(*) AS n FROM trail WHERE act LIKE 'application.%' AND (new_value LIKE '%Brien%' OR new_value LIKE '%home.example%' OR new_value LIKE '%1990%')",
    );
    assert_eq!(rows, 0);
    assert_eq!(known.number("SELECT COUNT(*) AS n FROM trail WHERE act = 'application.answer'"), 7);
}
