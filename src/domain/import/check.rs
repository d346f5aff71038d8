//! What the cells of a row say together: what must go with what, and which day cannot come before which.

use chrono::NaiveDate;

use super::cell::uk;
use super::cells::Cells;
use super::columns::Column;
use super::row::{PersonFacts, RegisterRow, Work};

/// Says what is wrong with `row` as a whole.
pub(super) fn row(row: &RegisterRow, cells: &mut Cells<'_>) {
    keys(row, cells);
    past(row, cells);
    certificate(&row.person, cells);
    suitability(&row.person, cells);
    update_service(&row.person, cells);
    licence(&row.work, cells);
    badge(&row.work, cells);
}

fn keys(row: &RegisterRow, cells: &mut Cells<'_>) {
    if cells.rules.map.has(Column::Ref) {
        if row.person.reference.is_empty() {
            cells.reject(Column::Ref, "The reference is blank. It is what tells people apart in this file.");
        }
        let blank = cells.rules.map.has(Column::DateOfBirth) && row.person.date_of_birth.is_none();
        if blank && !cells.is_rejected() {
            cells.warn(
                Column::DateOfBirth,
                "The date of birth is blank. Until it is recorded the minimum age is not met.",
            );
        }
    } else if row.person.date_of_birth.is_none() && !cells.is_rejected() {
        cells.reject(
            Column::DateOfBirth,
            "The date of birth is blank. With the name it is what tells people apart in this file.",
        );
    }
    if row.work.contractor.is_empty() {
        cells.reject(Column::Contractor, "The contractor is blank.");
    } else if row.work.contractor_folded.is_empty() {
        cells.reject(Column::Contractor, "The contractor’s name has no letter or digit.");
    }
}

/// Things done cannot be done after the day of the import.
fn past(row: &RegisterRow, cells: &mut Cells<'_>) {
    let done = [
        (Column::DbsIssueDate, row.person.dbs_issue_date),
        (Column::SuitabilityDate, row.person.suitability_date),
        (Column::UpdateServiceJoined, row.person.update_service_joined),
        (Column::UpdateServiceLastCheck, row.person.update_service_last_check),
        (Column::SafeguardingTrainingDate, row.person.safeguarding_training_date),
        (Column::FirstAidDate, row.person.first_aid_date),
        (Column::PatsDate, row.person.pats_date),
        (Column::BadgeIssued, row.work.badge_issued),
    ];
    for (column, day) in done {
        if let Some(day) = day.filter(|day| *day > cells.rules.today) {
            cells.reject(column, format!("{} is in the future.", uk(day)));
        } else if let (Some(day), Some(birth)) = (day, row.person.date_of_birth)
            && day < birth
        {
            cells.reject(column, format!("{} is before the person was born.", uk(day)));
        }
    }
}

fn certificate(person: &PersonFacts, cells: &mut Cells<'_>) {
    if person.dbs_certificate_number.is_none() {
        if person.dbs_issue_date.is_some() {
            cells.need(Column::DbsCertificateNumber, "There is an issue date but no certificate number.");
        } else if person.dbs_trace == Some(true) {
            cells.need(Column::DbsCertificateNumber, "A trace is recorded but no certificate number.");
        }
        return;
    }
    if person.dbs_issue_date.is_none() {
        cells.need(Column::DbsIssueDate, "There is a certificate number but no issue date.");
    }
    if person.dbs_level.is_none() {
        cells.need(Column::DbsLevel, "There is a certificate number but no level. Write basic, standard or enhanced.");
    }
    if person.dbs_trace.is_none() {
        cells.need(
            Column::DbsTrace,
            "There is a certificate number but nothing says whether it shows a trace. Write yes or no.",
        );
    }
}

fn suitability(person: &PersonFacts, cells: &mut Cells<'_>) {
    match (person.suitability_outcome, person.suitability_date) {
        (Some(outcome), None) => {
            cells.need(Column::SuitabilityDate, format!("The outcome is {outcome} but has no date."))
        }
        (None, Some(_)) => cells.need(Column::SuitabilityOutcome, "There is a decision date but no outcome."),
        _ => {}
    }
    if let (Some(decided), Some(issued)) = (person.suitability_date, person.dbs_issue_date)
        && decided < issued
    {
        cells.warn(Column::SuitabilityDate, before("The decision", decided, "the certificate was issued", issued));
    }
}

fn update_service(person: &PersonFacts, cells: &mut Cells<'_>) {
    match (person.update_service_last_check, person.update_service_result) {
        (Some(_), None) => cells.need(Column::UpdateServiceResult, "A status check has a date but no result."),
        (None, Some(_)) => cells.need(Column::UpdateServiceLastCheck, "A status check has a result but no date."),
        _ => {}
    }
    let has_any = person.update_service_joined.is_some() || person.update_service_last_check.is_some();
    if has_any && person.dbs_certificate_number.is_none() {
        cells.need(Column::DbsCertificateNumber, "There is an Update Service date but no certificate number.");
    }
    let days = [
        (Column::UpdateServiceJoined, "Joining the Update Service", person.update_service_joined),
        (Column::UpdateServiceLastCheck, "The status check", person.update_service_last_check),
    ];
    for (column, what, day) in days {
        if let (Some(day), Some(issued)) = (day, person.dbs_issue_date)
            && day < issued
        {
            cells.warn(column, before(what, day, "the certificate was issued", issued));
        }
    }
    if let (Some(checked), Some(joined)) = (person.update_service_last_check, person.update_service_joined)
        && checked < joined
    {
        let message = before("The status check", checked, "the person joined the Update Service", joined);
        cells.warn(Column::UpdateServiceLastCheck, message);
    }
}

fn licence(work: &Work, cells: &mut Cells<'_>) {
    if work.role == "taxi_phv_driver" && !work.licence_number.is_empty() && work.licensing_authority.is_empty() {
        cells.need(Column::LicensingAuthority, "There is a taxi licence but no licensing authority.");
    }
    let has_any = !work.licence_number.is_empty() || !work.licensing_authority.is_empty();
    if has_any && work.licence_expiry.is_none() {
        cells.need(Column::LicenceExpiry, "There is a licence but no expiry date.");
    }
    if work.licence_expiry.is_some() && !has_any {
        cells.need(Column::LicenceNumber, "There is a licence expiry date but no licence number or authority.");
    }
}

fn badge(work: &Work, cells: &mut Cells<'_>) {
    if work.badge_number.is_empty() {
        if work.badge_issued.is_some() || work.badge_expiry.is_some() {
            cells.need(Column::BadgeNumber, "There is a badge date but no badge number.");
        }
        return;
    }
    match (work.badge_issued, work.badge_expiry) {
        (None, _) => cells.need(Column::BadgeIssued, "There is a badge number but no issue date."),
        (_, None) => cells.need(Column::BadgeExpiry, "There is a badge number but no expiry date."),
        (Some(issued), Some(expires)) if expires < issued => {
            cells.reject(Column::BadgeExpiry, before("The badge’s expiry", expires, "its issue", issued));
        }
        _ => {}
    }
}

fn before(what: &str, day: NaiveDate, other: &str, limit: NaiveDate) -> String {
    format!("{what} ({}) is before {other} ({}).", uk(day), uk(limit))
}
