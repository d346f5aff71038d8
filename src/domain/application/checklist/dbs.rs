//! The DBS part of the list: the certificate against the role in plain words, the original, the days left to join the
//! Update Service, and the application on its way.

use super::{Check, Reading, Stands};
use crate::domain::dbs_request::{Early, early, is_overdue, stage_title, trouble_title};
use crate::domain::evidence::join_by;
use crate::domain::evidence::update_service::JOIN_DAYS;
use crate::domain::policy::Params;
use crate::domain::requirement::dbs_certificate::refusal;
use crate::store::dbs::Certificate;
use crate::types::{BarredLists, CertificateSource, DbsTrouble, Kind, Origin, Workforce, long_date};

pub(super) fn checks(reading: &Reading<'_>) -> Vec<Check> {
    let Some(requirement) = reading.requirement(Kind::DbsCertificate) else { return Vec::new() };
    let newest = newest(reading);
    let mut checks = vec![against_role(&requirement.params, newest)];
    if let Some(certificate) = newest {
        checks.push(original(certificate));
        checks.extend(join_window(reading, certificate));
    }
    checks.extend(on_its_way(reading, newest));
    checks
}

fn newest<'a>(reading: &Reading<'a>) -> Option<&'a Certificate> {
    let live = reading.dossier.certificates.iter().filter(|one| one.retired_on.is_none());
    live.max_by_key(|one| (one.issued_on, one.id))
}

fn against_role(params: &Params, newest: Option<&Certificate>) -> Check {
    const TITLE: &str = "DBS certificate against the role";
    let Some(certificate) = newest else { return Check::new(TITLE, Stands::Open, "No certificate seen yet") };
    let mut told = vec![format!(
        "{} level, {} workforce, {}, issued {}",
        capital(certificate.level.as_str()),
        workforce(certificate.workforce),
        lists(certificate.barred_lists),
        long_date(certificate.issued_on)
    )];
    let refused = refusal(params, certificate);
    told.extend(refused.clone());
    told.extend(explanation(params, certificate));
    if certificate.source == CertificateSource::AnotherBody {
        told.push("Another body asked for it: what it shows was judged for their role, not for this one".to_owned());
    }
    let stands = if refused.is_some() { Stands::Wrong } else { Stands::Done };
    Check { title: TITLE, stands, told, bars: false }
}

/// The workforce trap, in plain words (facts.md §1.1).
fn explanation(params: &Params, certificate: &Certificate) -> Option<String> {
    if certificate.workforce != Workforce::Other || params.workforces.is_empty() {
        return None;
    }
    let why = "A taxi licence's certificate is for the “other” workforce: the police did not look for what bears on \
               work with children. Driving or escorting on a school contract is regulated activity with children";
    Some(match (params.other_with_both_lists, certificate.barred_lists) {
        (Some(true), BarredLists::ChildAndAdult) => {
            format!("{why}. The council's policy accepts it all the same, because both barred lists were searched")
        }
        (Some(true), _) => {
            format!("{why}. The council's policy accepts one only when both barred lists were searched")
        }
        _ => format!("{why}, so the council's policy asks for a new check for the child workforce"),
    })
}

fn original(certificate: &Certificate) -> Check {
    const TITLE: &str = "Original certificate";
    match certificate.original_seen_on {
        Some(day) => {
            let told = format!("Seen in person by {} on {}", certificate.original_seen_by, long_date(day));
            Check::new(TITLE, Stands::Done, told)
        }
        None if certificate.origin == Origin::Imported => {
            let told = "Taken over with the imported register, which does not say who saw the original";
            Check::new(TITLE, Stands::Told, told)
        }
        None => {
            let told = "Only a copy, or nothing, has been seen: an exception. The DBS requires the original to be seen \
                        in person; copies and video do not do";
            Check::new(TITLE, Stands::Wrong, told).barring()
        }
    }
}

/// The days left to join, or that a new check is needed; nothing once it is joined or where nobody asks for it.
fn join_window(reading: &Reading<'_>, certificate: &Certificate) -> Option<Check> {
    const TITLE: &str = "Joining the Update Service";
    reading.requirement(Kind::UpdateService)?;
    let mut subscriptions = reading.dossier.subscriptions.iter();
    let live = subscriptions.find(|one| one.certificate_id == certificate.id && one.ended_on.is_none());
    if let Some(joined) = live {
        return Some(Check::new(TITLE, Stands::Done, format!("Joined on {}", long_date(joined.joined_on))));
    }
    let last = join_by(certificate.issued_on);
    let left = (last - reading.today).num_days();
    Some(match left {
        left if left < 0 => {
            let told = format!("The last day to join was {}. To join, a new check is needed", long_date(last));
            Check::new(TITLE, Stands::Wrong, told)
        }
        0 => Check::new(TITLE, Stands::Open, "Today is the last day to join"),
        1 => Check::new(TITLE, Stands::Open, format!("1 day left to join: until {}", long_date(last))),
        left => Check::new(TITLE, Stands::Open, format!("{left} days left to join: until {}", long_date(last))),
    })
}

fn on_its_way(reading: &Reading<'_>, newest: Option<&Certificate>) -> Option<Check> {
    const TITLE: &str = "DBS application";
    let request = reading.requests.first()?;
    let came = newest.is_some_and(|one| one.issued_on >= request.sent_on);
    let mut told = vec![format!(
        "{}: stage {} of 5, {}, since {}",
        request.reference,
        request.stage,
        stage_title(request.stage),
        long_date(request.stage_on)
    )];
    let mut stands = if came { Stands::Done } else { Stands::Open };
    if request.trouble != DbsTrouble::None {
        told.push(trouble_title(request.trouble).to_owned());
        stands = Stands::Wrong;
    }
    if is_overdue(request, reading.today) && !came {
        told.push("Overdue: ask the DBS what holds it up".to_owned());
        stands = Stands::Wrong;
    }
    match early(request, reading.today) {
        Early::NotJoined => {}
        Early::Stands => told.push("Joined early, and in time: the subscription stands".to_owned()),
        Early::Waits(day) => {
            told.push(format!("Joined early: it stands if the DBS has the application by {}", long_date(day)));
        }
        Early::Lost(day) => {
            told.push(format!(
                "Joined early, but the DBS did not have the application by {}: there is no subscription, whatever they \
                 were told. They must join again with the certificate's number, within {JOIN_DAYS} days of its issue",
                long_date(day)
            ));
            stands = Stands::Wrong;
        }
    }
    Some(Check { title: TITLE, stands, told, bars: false })
}

fn workforce(workforce: Workforce) -> &'static str {
    match workforce {
        Workforce::None => "no",
        Workforce::Child => "child",
        Workforce::Adult => "adult",
        Workforce::ChildAndAdult => "child and adult",
        Workforce::Other => "other",
    }
}

fn lists(lists: BarredLists) -> &'static str {
    match lists {
        BarredLists::None => "no barred list",
        BarredLists::Child => "children's barred list",
        BarredLists::Adult => "adults' barred list",
        BarredLists::ChildAndAdult => "both barred lists",
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
