//! The register's words: standings, what falls due and what was done, as sentences.

use chrono::NaiveDate;

use crate::domain::clearance::Standing;
use crate::types::{ItemState, Status};
use crate::web::filters::long_date;
use crate::web::tag::Tagged;

/// A standing as a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    word: &'static str,
    colour: &'static str,
}

impl Tagged for Mark {
    fn word(&self) -> &'static str {
        self.word
    }

    fn colour(&self) -> &'static str {
        self.colour
    }
}

/// The council's word for a standing.
pub fn status(status: Status) -> Mark {
    Mark { word: status.word(), colour: status.colour() }
}

/// A contractor's word for a standing.
pub fn standing(standing: Standing) -> Mark {
    let (word, colour) = match standing {
        Standing::MayWork => ("May work", "green"),
        Standing::MayWorkWithConditions => ("May work with conditions", "teal"),
        Standing::CannotWork => ("Cannot work", "red"),
        Standing::WithTheCouncil => ("With the council", "purple"),
        Standing::NotApproved => ("Not approved", "red"),
        Standing::Left => ("Left", "grey"),
    };
    Mark { word, colour }
}

/// "missing since", "was due" or "due", before a date.
pub fn due_verb(state: ItemState) -> &'static str {
    match state {
        ItemState::Missing => "missing since",
        ItemState::Overdue | ItemState::Lapsed => "was due",
        _ => "due",
    }
}

/// "31 March 2027", or that there is no end.
pub fn until(day: Option<NaiveDate>) -> String {
    match day {
        Some(day) if day >= crate::domain::clearance::FOREVER => "No end date".to_owned(),
        Some(day) => long_date(day),
        None => String::new(),
    }
}
