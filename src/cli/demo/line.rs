//! One line of a register file: a person with one contractor, in the columns of the native file.

use std::io::{self, Write};

use chrono::NaiveDate;

use crate::types::{BarredLists, DbsLevel, Outcome, Workforce};

/// The native columns, in order. `ref` is the person's: someone engaged by two contractors has two lines that
/// differ only in `contractor` and `contractor_email`.
pub const HEADER: [&str; 32] = [
    "ref",
    "forename",
    "surname",
    "date_of_birth",
    "email",
    "phone",
    "role",
    "contractor",
    "contractor_email",
    "licensing_authority",
    "licence_number",
    "licence_expiry",
    "dbs_certificate_number",
    "dbs_issue_date",
    "dbs_level",
    "dbs_workforce",
    "dbs_barred_lists",
    "dbs_trace",
    "suitability_outcome",
    "suitability_date",
    "update_service_joined",
    "update_service_last_check",
    "update_service_result",
    "safeguarding_training_date",
    "first_aid_date",
    "pats_date",
    "cpc_expiry",
    "medical_expiry",
    "right_to_work_expiry",
    "badge_number",
    "badge_issued",
    "badge_expiry",
];

/// One person's engagement with one contractor. An empty text or an absent date is a blank cell.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the column of its name")]
pub struct RegisterLine {
    pub reference: String,
    pub forename: &'static str,
    pub surname: String,
    pub date_of_birth: NaiveDate,
    pub email: String,
    pub phone: String,
    pub role: &'static str,
    pub contractor: String,
    pub contractor_email: String,
    pub licensing_authority: &'static str,
    pub licence_number: String,
    pub licence_expiry: Option<NaiveDate>,
    pub dbs_certificate_number: String,
    pub dbs_issue_date: NaiveDate,
    pub dbs_level: DbsLevel,
    pub dbs_workforce: Workforce,
    pub dbs_barred_lists: BarredLists,
    pub dbs_trace: bool,
    pub suitability_outcome: Option<Outcome>,
    pub suitability_date: Option<NaiveDate>,
    pub update_service_joined: Option<NaiveDate>,
    pub update_service_last_check: Option<NaiveDate>,
    pub update_service_result: &'static str,
    pub safeguarding_training_date: Option<NaiveDate>,
    pub first_aid_date: Option<NaiveDate>,
    pub pats_date: Option<NaiveDate>,
    pub cpc_expiry: Option<NaiveDate>,
    pub medical_expiry: Option<NaiveDate>,
    pub right_to_work_expiry: Option<NaiveDate>,
    pub badge_number: String,
    pub badge_issued: Option<NaiveDate>,
    pub badge_expiry: Option<NaiveDate>,
}

impl RegisterLine {
    /// The cells as a file holds them, in the order of [`HEADER`]; dates as `2026-11-22`.
    pub fn to_fields(&self) -> [String; 32] {
        [
            self.reference.clone(),
            self.forename.to_owned(),
            self.surname.clone(),
            iso(self.date_of_birth),
            self.email.clone(),
            self.phone.clone(),
            self.role.to_owned(),
            self.contractor.clone(),
            self.contractor_email.clone(),
            self.licensing_authority.to_owned(),
            self.licence_number.clone(),
            cell(self.licence_expiry),
            self.dbs_certificate_number.clone(),
            iso(self.dbs_issue_date),
            self.dbs_level.as_str().to_owned(),
            self.dbs_workforce.as_str().to_owned(),
            self.dbs_barred_lists.as_str().to_owned(),
            if self.dbs_trace { "yes" } else { "no" }.to_owned(),
            self.suitability_outcome.map_or("", Outcome::as_str).to_owned(),
            cell(self.suitability_date),
            cell(self.update_service_joined),
            cell(self.update_service_last_check),
            self.update_service_result.to_owned(),
            cell(self.safeguarding_training_date),
            cell(self.first_aid_date),
            cell(self.pats_date),
            cell(self.cpc_expiry),
            cell(self.medical_expiry),
            cell(self.right_to_work_expiry),
            self.badge_number.clone(),
            cell(self.badge_issued),
            cell(self.badge_expiry),
        ]
    }
}

/// Writes the header and `lines` as UTF-8 CSV with plain line feeds; answers how many lines. Buffers for itself.
pub fn write_csv(out: impl Write, lines: impl Iterator<Item = RegisterLine>) -> io::Result<u64> {
    let mut file = csv::Writer::from_writer(out);
    file.write_record(HEADER)?;
    let mut written = 0;
    for line in lines {
        file.write_record(line.to_fields())?;
        written += 1;
    }
    file.flush()?;
    Ok(written)
}

fn cell(day: Option<NaiveDate>) -> String {
    day.map_or_else(String::new, iso)
}

fn iso(day: NaiveDate) -> String {
    day.to_string()
}
