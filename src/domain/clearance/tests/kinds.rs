//! Ages, driving entitlement and time abroad.

use super::super::support::*;
use super::super::*;
use crate::types::*;

#[test]
fn an_assistant_comes_of_age_on_the_birthday() {
    let mut dossier = papered(ASSISTANT);
    dossier.date_of_birth = Some(day("2007-03-10"));
    let young = on(ASSISTANT, &dossier, "2025-03-09");
    assert_eq!((young.status, young.next_change_on), (Status::Lapsed, Some(day("2025-03-10"))));
    assert!(on(ASSISTANT, &dossier, "2025-03-10").is_cleared());
    dossier.date_of_birth = None;
    assert_eq!(item(&on(ASSISTANT, &dossier, "2025-03-10"), "minimum_age").state, ItemState::Missing);
}

#[test]
fn a_medical_follows_the_age_at_examination() {
    let due = |born: &str, from: Option<&str>, printed: Option<&str>| {
        let mut dossier = papered(BUS);
        dossier.date_of_birth = Some(day(born));
        set(&mut dossier, "medical", from, printed);
        item(&on(BUS, &dossier, "2025-02-01"), "medical").due_on
    };
    let exam = Some("2024-06-01");
    assert_eq!(due("1985-09-12", exam, None), Some(day("2030-09-12")), "under 45: to the 45th birthday");
    assert_eq!(due("1979-06-01", exam, None), Some(day("2029-06-01")), "45 that very day: five years");
    assert_eq!(due("1960-01-20", exam, None), Some(day("2025-01-20")), "but not past the 65th birthday");
    assert_eq!(due("1955-01-20", exam, None), Some(day("2025-06-01")), "65 and over: a year");
    assert_eq!(due("1984-02-29", exam, None), Some(day("2029-02-28")), "born on 29 February");
    assert_eq!(due("1980-09-12", exam, Some("2028-01-01")), Some(day("2025-09-12")), "a printed end is capped");
    assert_eq!(due("1980-09-12", exam, Some("2025-03-01")), Some(day("2025-03-01")));
    assert_eq!(due("1970-09-12", None, Some("2040-01-01")), Some(day("2035-09-12")), "counted from when recorded");
}

#[test]
fn a_restricted_entitlement_is_none() {
    let mut dossier = papered(BUS);
    let tried = |dossier: &mut Dossier, facts: &str, origin| {
        let row = row_mut(dossier, "driving_entitlement");
        (row.facts, row.origin) = (facts.to_owned(), origin);
        item(&on(BUS, dossier, "2025-02-01"), "driving_entitlement").clone()
    };
    let restricted = tried(&mut dossier, r#"{"categories":["D1"],"restrictions":["101"]}"#, Origin::Recorded);
    assert_eq!((restricted.state, restricted.note.contains("101")), (ItemState::Missing, true));
    assert_eq!(tried(&mut dossier, r#"{"categories":["B"]}"#, Origin::Imported).state, ItemState::Missing);
    assert_eq!(tried(&mut dossier, "{}", Origin::Recorded).state, ItemState::Missing);
    assert_eq!(tried(&mut dossier, "{}", Origin::Imported).state, ItemState::Met);
    assert_eq!(tried(&mut dossier, "not json", Origin::Imported).state, ItemState::Missing);
}

#[test]
fn time_abroad_counts_for_five_years() {
    let mut dossier = papered(TAXI);
    row_mut(&mut dossier, "overseas").facts = r#"{"outcome":"outstanding","abroad_until":"2020-03-31"}"#.to_owned();
    let before = on(TAXI, &dossier, "2025-03-31");
    assert_eq!((before.status, before.next_change_on), (Status::Lapsed, Some(day("2025-04-01"))));
    let after = on(TAXI, &dossier, "2025-04-01");
    assert_eq!((after.status, item(&after, "overseas").state), (Status::Cleared, ItemState::NotRequired));
}

#[test]
fn each_country_needs_its_own_answer() {
    let mut dossier = papered(TAXI);
    row_mut(&mut dossier, "overseas").facts = r#"{"outcome":"certificate","country":"Spain"}"#.to_owned();
    assert_eq!(item(&on(TAXI, &dossier, "2025-02-01"), "overseas").state, ItemState::Met);
    let mut awaited = evidence(90, Kind::Overseas, "overseas", Some(day("2025-01-01")), None);
    awaited.facts = r#"{"outcome":"outstanding","country":"France","abroad_until":"2024-06-30"}"#.to_owned();
    dossier.evidence.push(awaited);
    let france = on(TAXI, &dossier, "2025-02-01");
    let found = item(&france, "overseas");
    assert_eq!((found.state, found.note.as_str()), (ItemState::Missing, "A check from France is outstanding"));
    dossier.evidence.last_mut().unwrap().facts =
        r#"{"outcome":"unobtainable","country":"France","instead":"embassy_letter"}"#.to_owned();
    assert_eq!(item(&on(TAXI, &dossier, "2025-02-01"), "overseas").state, ItemState::Met);
}
