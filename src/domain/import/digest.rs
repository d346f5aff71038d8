//! What a file says of a person, as one number: the same whatever the order of rows and the way a date was typed.

use std::fmt::{Display, Write};

use chrono::{Datelike, NaiveDate};
use sha2::{Digest, Sha256};

use super::row::{PersonFacts, RegisterRow, Work};

/// SHA-256, in hex, of the rows of one person and of which columns the file lacks. Stored: a change here makes
/// every person of the next import look changed, once.
pub(super) fn of(rows: &[RegisterRow], absent: &str) -> String {
    let mut text = String::with_capacity(512);
    if let Some(row) = rows.first() {
        facts(&row.person, &mut text);
    }
    let mut works: Vec<&Work> = rows.iter().map(|row| &row.work).collect();
    works.sort();
    for each in works {
        work(each, &mut text);
    }
    field(&mut text, absent);
    hex::encode(Sha256::digest(text))
}

/// Cleaned text holds no control characters, so this one parts fields.
fn field(text: &mut String, value: &str) {
    text.push_str(value);
    text.push('\u{1f}');
}

fn shown(text: &mut String, value: Option<impl Display>) {
    if let Some(value) = value {
        // Writing to a String cannot fail.
        let _ = write!(text, "{value}");
    }
    text.push('\u{1f}');
}

fn days(text: &mut String, days: impl IntoIterator<Item = Option<NaiveDate>>) {
    for day in days {
        shown(text, day.map(|day| day.num_days_from_ce()));
    }
}

fn facts(person: &PersonFacts, text: &mut String) {
    let PersonFacts {
        reference,
        forename,
        surname,
        date_of_birth,
        email,
        phone,
        dbs_certificate_number,
        dbs_issue_date,
        dbs_level,
        dbs_workforce,
        dbs_barred_lists,
        dbs_trace,
        suitability_outcome,
        suitability_date,
        update_service_joined,
        update_service_last_check,
        update_service_result,
        safeguarding_training_date,
        first_aid_date,
        pats_date,
        cpc_expiry,
        medical_expiry,
        right_to_work_expiry,
    } = person;
    for value in [reference, forename, surname, email, phone] {
        field(text, value);
    }
    field(text, dbs_certificate_number.as_deref().unwrap_or_default());
    field(text, dbs_level.map(|word| word.as_str()).unwrap_or_default());
    field(text, dbs_workforce.as_str());
    field(text, dbs_barred_lists.as_str());
    field(text, dbs_trace.map(|yes| if yes { "yes" } else { "no" }).unwrap_or_default());
    field(text, suitability_outcome.map(|word| word.as_str()).unwrap_or_default());
    field(text, update_service_result.map(|word| word.as_str()).unwrap_or_default());
    days(text, [*date_of_birth, *dbs_issue_date, *suitability_date]);
    days(text, [*update_service_joined, *update_service_last_check]);
    days(text, [*safeguarding_training_date, *first_aid_date, *pats_date]);
    days(text, [*cpc_expiry, *medical_expiry, *right_to_work_expiry]);
}

fn work(work: &Work, text: &mut String) {
    let Work {
        role,
        contractor,
        contractor_folded: _,
        contractor_email,
        licensing_authority,
        licence_number,
        licence_expiry,
        badge_number,
        badge_issued,
        badge_expiry,
    } = work;
    for value in [role, contractor, contractor_email, licensing_authority, licence_number, badge_number] {
        field(text, value);
    }
    days(text, [*licence_expiry, *badge_issued, *badge_expiry]);
}
