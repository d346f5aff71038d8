//! The closed words of a register as councils write them: roles, levels, workforces, lists, results, outcomes, yes and no.

use crate::types::{BarredLists, DbsLevel, Outcome, StatusResult, Workforce, fold};

/// The roles of the first policy; a later one may have others.
pub const NATIVE_ROLES: [&str; 8] = [
    "taxi_phv_driver",
    "pcv_driver",
    "minibus_driver",
    "passenger_assistant",
    "depot_supervisor",
    "depot_staff",
    "transport_planner",
    "psn_user",
];

/// The role a word means, where `roles` has it. `driver` alone means too many.
pub(super) fn role(text: &str, roles: &[String]) -> Option<String> {
    if let Some(role) = roles.iter().find(|role| *role == text) {
        return Some(role.clone());
    }
    let folded = fold(text);
    let known = match folded.as_str() {
        "taxi"
        | "taxi driver"
        | "phv"
        | "phv driver"
        | "private hire"
        | "private hire driver"
        | "ph driver"
        | "private hire vehicle driver"
        | "hackney driver"
        | "hackney carriage driver"
        | "taxi phv"
        | "taxi private hire driver"
        | "taxi and phv driver"
        | "taxi or phv driver"
        | "hackney private hire driver"
        | "dual driver"
        | "licensed driver" => "taxi_phv_driver",
        "pcv"
        | "psv"
        | "psv driver"
        | "psv pcv driver"
        | "pcv psv driver"
        | "bus driver"
        | "coach driver"
        | "bus coach driver"
        | "bus and coach driver"
        | "coach bus driver" => "pcv_driver",
        "minibus" | "mini bus driver" | "mini bus" => "minibus_driver",
        "pa"
        | "pas"
        | "escort"
        | "pta"
        | "vpa"
        | "passenger escort"
        | "school escort"
        | "passenger transport assistant"
        | "vehicle passenger assistant"
        | "travel assistant"
        | "transport assistant"
        | "assistant" => "passenger_assistant",
        "supervisor" => "depot_supervisor",
        "depot" | "depot worker" | "yard staff" => "depot_staff",
        "planner" | "route planner" => "transport_planner",
        _ => return roles.iter().find(|role| fold(role) == folded).cloned(),
    };
    roles.iter().find(|role| *role == known).cloned()
}

/// What a yes-or-no cell says.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "trace" => Some(true),
        "no" | "n" | "false" | "0" | "no trace" | "none" | "nil" => Some(false),
        _ => None,
    }
}

/// What a level cell says.
pub(super) fn level(text: &str) -> Option<DbsLevel> {
    if let Some(word) = DbsLevel::ALL.iter().find(|word| word.as_str() == text) {
        return Some(*word);
    }
    match fold(text).as_str() {
        "basic" | "basic dbs" | "basic disclosure" => Some(DbsLevel::Basic),
        "standard" | "standard dbs" | "standard disclosure" => Some(DbsLevel::Standard),
        "enhanced"
        | "enhanced dbs"
        | "enhanced disclosure"
        | "enhanced with barred list"
        | "enhanced with barred lists"
        | "enhanced with barred list check"
        | "enhanced with barred lists check" => Some(DbsLevel::Enhanced),
        _ => None,
    }
}

/// What a workforce cell says.
pub(super) fn workforce(text: &str) -> Option<Workforce> {
    if let Some(word) = Workforce::ALL.iter().find(|word| word.as_str() == text) {
        return Some(*word);
    }
    match fold(text).as_str() {
        "child" | "children" | "child workforce" | "childrens" | "childrens workforce" => Some(Workforce::Child),
        "adult" | "adults" | "adult workforce" => Some(Workforce::Adult),
        "child and adult"
        | "adult and child"
        | "child adult"
        | "both"
        | "child and adult workforce"
        | "adult and child workforce"
        | "children and adults" => Some(Workforce::ChildAndAdult),
        "other" | "other workforce" | "taxi other workforce" | "taxi other" => Some(Workforce::Other),
        "none" | "n a" | "na" => Some(Workforce::None),
        _ => None,
    }
}

/// What a barred-lists cell says.
pub(super) fn lists(text: &str) -> Option<BarredLists> {
    if let Some(word) = BarredLists::ALL.iter().find(|word| word.as_str() == text) {
        return Some(*word);
    }
    match fold(text).as_str() {
        "child" | "children" | "childrens" | "childrens list" | "child list" => Some(BarredLists::Child),
        "adult" | "adults" | "adults list" | "adult list" => Some(BarredLists::Adult),
        "child and adult" | "adult and child" | "child adult" | "both" | "both lists" | "children and adults" => {
            Some(BarredLists::ChildAndAdult)
        }
        "none" | "no" | "n a" | "na" | "neither" => Some(BarredLists::None),
        _ => None,
    }
}

/// What a status check said, by its code or by the official wording (facts.md §2.2).
pub(super) fn result(text: &str) -> Option<StatusResult> {
    let folded = fold(text);
    match folded.as_str() {
        "blank no change" | "blank no new info" | "blank no new information" => Some(StatusResult::BlankNoNewInfo),
        "non blank no change" | "non blank no new info" | "non blank no new information" => {
            Some(StatusResult::NonBlankNoNewInfo)
        }
        "changed" | "change" | "new info" | "new information" => Some(StatusResult::NewInfo),
        "no match" | "no match found" => Some(StatusResult::NoMatchFound),
        words if words.contains("did not reveal any information and remains current") => {
            Some(StatusResult::BlankNoNewInfo)
        }
        words if words.contains("no longer current") => Some(StatusResult::NewInfo),
        words if words.starts_with("this certificate remains current") => Some(StatusResult::NonBlankNoNewInfo),
        words if words.contains("details entered do not match") => Some(StatusResult::NoMatchFound),
        _ => None,
    }
}

/// What an outcome cell says.
pub(super) fn outcome(text: &str) -> Option<Outcome> {
    if let Some(word) = Outcome::ALL.iter().find(|word| word.as_str() == text) {
        return Some(*word);
    }
    match fold(text).as_str() {
        "suitable" => Some(Outcome::Suitable),
        "unsuitable" | "not suitable" => Some(Outcome::Unsuitable),
        _ => None,
    }
}

/// Forename and surname of a full name: `Surname, Forename`, or the last word and what goes with it.
/// True when there was more than one way to part it.
pub(super) fn split_name(text: &str) -> (String, String, bool) {
    const TITLES: [&str; 8] = ["mr", "mrs", "ms", "miss", "mx", "dr", "rev", "sir"];
    const WITH_SURNAME: [&str; 17] = [
        "de", "da", "di", "du", "del", "della", "la", "le", "van", "von", "den", "der", "bin", "ibn", "al", "ní", "st",
    ];
    if let Some((surname, forename)) = text.split_once(',') {
        return (forename.trim().to_owned(), surname.trim().to_owned(), false);
    }
    let mut words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 1
        && words.first().is_some_and(|w| TITLES.contains(&w.trim_end_matches('.').to_lowercase().as_str()))
    {
        words.remove(0);
    }
    let mut at = words.len().saturating_sub(1);
    while at > 1 && words.get(at - 1).is_some_and(|word| WITH_SURNAME.contains(&word.to_lowercase().as_str())) {
        at -= 1;
    }
    let surname = words.split_off(at);
    (words.join(" "), surname.join(" "), words.len() + surname.len() > 2)
}
