//! Where two rows of one person disagree.

use super::cell::{short, uk};
use super::columns::Column;
use super::row::PersonFacts;
use crate::types::fold;

/// The first column in which two rows disagree, and what each says.
pub(super) struct Difference {
    pub(super) column: Column,
    first: String,
    later: String,
}

impl Difference {
    /// What the officer is told of the later row.
    pub(super) fn message(&self, title: &str, first_line: u64, later_line: u64) -> String {
        let said =
            |text: &str| if text.is_empty() { "is blank".to_owned() } else { format!("says “{}”", short(text)) };
        format!(
            "Two rows of the same person disagree on {title}: line {first_line} {}, line {later_line} {}.",
            said(&self.first),
            said(&self.later)
        )
    }
}

macro_rules! compare {
    ($a:ident, $b:ident; $($column:ident $field:ident $show:expr;)+) => {
        $(if $a.$field != $b.$field {
            let show = $show;
            return Some(Difference { column: Column::$column, first: show(&$a.$field), later: show(&$b.$field) });
        })+
    };
}

/// Compares what must be the same on every row of a person. Names may differ in case and accents.
pub(super) fn first(a: &PersonFacts, b: &PersonFacts) -> Option<Difference> {
    for (column, x, y) in [(Column::Forename, &a.forename, &b.forename), (Column::Surname, &a.surname, &b.surname)] {
        if x != y && fold(x) != fold(y) {
            return Some(Difference { column, first: x.clone(), later: y.clone() });
        }
    }
    let day = |day: &Option<chrono::NaiveDate>| day.map(uk).unwrap_or_default();
    compare! { a, b;
        DateOfBirth date_of_birth day;
        Email email String::clone;
        Phone phone String::clone;
        DbsCertificateNumber dbs_certificate_number |x: &Option<String>| x.clone().unwrap_or_default();
        DbsIssueDate dbs_issue_date day;
        DbsLevel dbs_level shown;
        DbsWorkforce dbs_workforce ToString::to_string;
        DbsBarredLists dbs_barred_lists ToString::to_string;
        DbsTrace dbs_trace |x: &Option<bool>| x.map(|yes| if yes { "yes" } else { "no" }.to_owned()).unwrap_or_default();
        SuitabilityOutcome suitability_outcome shown;
        SuitabilityDate suitability_date day;
        UpdateServiceJoined update_service_joined day;
        UpdateServiceLastCheck update_service_last_check day;
        UpdateServiceResult update_service_result shown;
        SafeguardingTrainingDate safeguarding_training_date day;
        FirstAidDate first_aid_date day;
        PatsDate pats_date day;
        CpcExpiry cpc_expiry day;
        MedicalExpiry medical_expiry day;
        RightToWorkExpiry right_to_work_expiry day;
    }
    None
}

fn shown<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map(ToString::to_string).unwrap_or_default()
}
