//! One row of a register: every cell read, the row judged by itself. A fault costs the row, a doubt is a warning.

use chrono::NaiveDate;

use super::cells::Cells;
use super::columns::Column;
use super::map::ColumnMap;
use super::sheet::RawRow;
use super::{Problem, cell, check, words};
use crate::types::{BarredLists, DbsLevel, Outcome, StatusResult, Workforce, fold};

/// What rows are read by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Where the columns are.
    pub map: &'a ColumnMap,
    /// The day of the import, in London.
    pub today: NaiveDate,
    /// The role codes of the policy in force.
    pub roles: &'a [String],
}

/// What a row says of the person: the same on every row of theirs. Fields are named as the native columns are.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[allow(missing_docs, reason = "each is the native column of that name; see Column::meaning")]
pub struct PersonFacts {
    /// `ref`; empty where the file has none.
    pub reference: String,
    pub forename: String,
    pub surname: String,
    pub date_of_birth: Option<NaiveDate>,
    pub email: String,
    pub phone: String,
    /// Twelve digits; where there is a number there are date, level and trace.
    pub dbs_certificate_number: Option<String>,
    pub dbs_issue_date: Option<NaiveDate>,
    pub dbs_level: Option<DbsLevel>,
    pub dbs_workforce: Workforce,
    pub dbs_barred_lists: BarredLists,
    pub dbs_trace: Option<bool>,
    pub suitability_outcome: Option<Outcome>,
    pub suitability_date: Option<NaiveDate>,
    pub update_service_joined: Option<NaiveDate>,
    pub update_service_last_check: Option<NaiveDate>,
    pub update_service_result: Option<StatusResult>,
    pub safeguarding_training_date: Option<NaiveDate>,
    pub first_aid_date: Option<NaiveDate>,
    pub pats_date: Option<NaiveDate>,
    pub cpc_expiry: Option<NaiveDate>,
    pub medical_expiry: Option<NaiveDate>,
    pub right_to_work_expiry: Option<NaiveDate>,
}

/// What a row says of the person's work: it may differ from row to row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is the native column of that name; see Column::meaning")]
pub struct Work {
    pub role: String,
    pub contractor: String,
    /// The firm's key: its name folded.
    pub contractor_folded: String,
    pub contractor_email: String,
    pub licensing_authority: String,
    pub licence_number: String,
    pub licence_expiry: Option<NaiveDate>,
    /// Empty for none; where there is a number there are both dates.
    pub badge_number: String,
    pub badge_issued: Option<NaiveDate>,
    pub badge_expiry: Option<NaiveDate>,
}

/// A row that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// Where it stands in the file.
    pub line: u64,
    /// Of the person.
    pub person: PersonFacts,
    /// Of the work.
    pub work: Work,
}

/// Reads one row; its problems join `problems`. Nothing comes back of a row with a fault.
pub fn parse_row(raw: &RawRow, rules: &Rules<'_>, problems: &mut Vec<Problem>) -> Option<RegisterRow> {
    let mut cells = Cells::new(raw, rules, problems);
    if let Some(fault) = &raw.fault {
        cells.whole(fault.clone());
        return None;
    }
    let (has, wants) = (raw.cells.len(), rules.map.width());
    if has != wants {
        cells.whole(format!(
            "The row has {has} cells and the header {wants}: check commas, quotation marks and its end."
        ));
        return None;
    }
    let row = RegisterRow { line: raw.line, person: person(&mut cells), work: work(&mut cells) };
    check::row(&row, &mut cells);
    (!cells.is_rejected()).then_some(row)
}

fn person(cells: &mut Cells<'_>) -> PersonFacts {
    let (forename, surname) = cells.name();
    PersonFacts {
        reference: cells.text_or_none(Column::Ref),
        forename,
        surname,
        date_of_birth: cells.birth(),
        email: cells.or_drop(Column::Email, cell::email),
        phone: cells.or_drop(Column::Phone, cell::phone),
        dbs_certificate_number: cells.read(Column::DbsCertificateNumber, cell::certificate),
        dbs_issue_date: cells.date(Column::DbsIssueDate),
        dbs_level: cells.word(Column::DbsLevel, words::level, "basic, standard or enhanced"),
        dbs_workforce: cells
            .word(Column::DbsWorkforce, words::workforce, "child, adult, child_and_adult or other")
            .unwrap_or(Workforce::None),
        dbs_barred_lists: cells
            .word(Column::DbsBarredLists, words::lists, "child, adult, child_and_adult or nothing")
            .unwrap_or(BarredLists::None),
        dbs_trace: cells.word(Column::DbsTrace, words::truth, "yes or no"),
        suitability_outcome: cells.word(Column::SuitabilityOutcome, words::outcome, "suitable or unsuitable"),
        suitability_date: cells.date(Column::SuitabilityDate),
        update_service_joined: cells.date(Column::UpdateServiceJoined),
        update_service_last_check: cells.date(Column::UpdateServiceLastCheck),
        update_service_result: cells.word(
            Column::UpdateServiceResult,
            words::result,
            "blank_no_change, non_blank_no_change or changed",
        ),
        safeguarding_training_date: cells.date(Column::SafeguardingTrainingDate),
        first_aid_date: cells.date(Column::FirstAidDate),
        pats_date: cells.date(Column::PatsDate),
        cpc_expiry: cells.date(Column::CpcExpiry),
        medical_expiry: cells.date(Column::MedicalExpiry),
        right_to_work_expiry: cells.right_to_work(),
    }
}

fn work(cells: &mut Cells<'_>) -> Work {
    let contractor = cells.text_or_none(Column::Contractor);
    Work {
        role: cells.role(),
        contractor_folded: fold(&contractor),
        contractor,
        contractor_email: cells.or_drop(Column::ContractorEmail, cell::email),
        licensing_authority: cells.text_or_none(Column::LicensingAuthority),
        licence_number: cells.text_or_none(Column::LicenceNumber),
        licence_expiry: cells.date(Column::LicenceExpiry),
        badge_number: cells.text_or_none(Column::BadgeNumber),
        badge_issued: cells.date(Column::BadgeIssued),
        badge_expiry: cells.date(Column::BadgeExpiry),
    }
}
