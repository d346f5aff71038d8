//! How far letters, jobs, imports, tasks and firms are, and how a firm sees its people.

use super::Tagged;
use crate::domain::clearance::Standing;
use crate::types::{ContractorStatus, ImportState, OutboxState, RunState, Severity, TaskState};

/// A standing as a contractor reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen(pub Standing);

impl Seen {
    /// The standing, from a template.
    pub fn of(standing: &Standing) -> Seen {
        Seen(*standing)
    }
}

macro_rules! tags {
    ($($kind:ident { $($state:pat => ($word:literal, $colour:literal)),+ $(,)? })+) => {$(
        impl Tagged for $kind {
            fn word(&self) -> &'static str {
                match self { $($state => $word),+ }
            }

            fn colour(&self) -> &'static str {
                match self { $($state => $colour),+ }
            }
        }
    )+};
}

tags! {
    Seen {
        Seen(Standing::MayWork) => ("May work", "green"),
        Seen(Standing::MayWorkWithConditions) => ("May work with conditions", "teal"),
        Seen(Standing::CannotWork) => ("Cannot work", "red"),
        Seen(Standing::WithTheCouncil) => ("With the council", "purple"),
        Seen(Standing::NotApproved) => ("Not approved", "red"),
        Seen(Standing::Left) => ("Left", "grey"),
    }
    OutboxState {
        OutboxState::Pending => ("Waiting", "blue"),
        OutboxState::Sending => ("Sending", "blue"),
        OutboxState::Sent => ("Sent", "green"),
        OutboxState::Failed => ("Failed", "red"),
        OutboxState::Unneeded => ("No longer needed", "grey"),
    }
    RunState {
        RunState::Running => ("Running", "blue"),
        RunState::Done => ("Done", "green"),
        RunState::Failed => ("Failed", "red"),
    }
    ImportState {
        ImportState::Running => ("Running", "blue"),
        ImportState::Done => ("Done", "green"),
        ImportState::Failed => ("Failed", "red"),
    }
    Severity {
        Severity::Warning => ("Warning", "yellow"),
        Severity::Rejected => ("Rejected", "red"),
    }
    TaskState {
        TaskState::Open => ("Open", "blue"),
        TaskState::Done => ("Done", "green"),
    }
    ContractorStatus {
        ContractorStatus::Active => ("Active", "green"),
        ContractorStatus::Ended => ("Ended", "grey"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::types::{Status, UserStatus};

    #[test]
    fn a_word_has_one_colour_here_too() {
        let mut colours: HashMap<&str, &str> = HashMap::new();
        let letters = OutboxState::ALL.iter().map(|s| (s.word(), s.colour()));
        let runs = RunState::ALL.iter().map(|s| (s.word(), s.colour()));
        let imports = ImportState::ALL.iter().map(|s| (s.word(), s.colour()));
        let tasks = TaskState::ALL.iter().map(|s| (s.word(), s.colour()));
        let firms = ContractorStatus::ALL.iter().map(|s| (s.word(), s.colour()));
        let people = Status::ALL.iter().map(|s| (s.word(), s.colour()));
        let users = UserStatus::ALL.iter().map(|s| (s.word(), s.colour()));
        let left = [(Seen(Standing::Left).word(), Seen(Standing::Left).colour())];
        let all = letters.chain(runs).chain(imports).chain(tasks).chain(firms).chain(people).chain(users).chain(left);
        for (word, colour) in all {
            assert_eq!(*colours.entry(word).or_insert(colour), colour, "{word}");
        }
    }
}
