//! The words, colours and signs of statuses. The same word has the same colour everywhere; red is for a
//! problem and nothing else.

mod progress;

pub use progress::Seen;

use crate::types::{BadgeState, BookingState, ItemState, Status, UserStatus};

/// A state that a page shows as a tag.
pub trait Tagged {
    /// The word people read.
    fn word(&self) -> &'static str;
    /// The tag's colour; each has a `govuk-tag--` class.
    fn colour(&self) -> &'static str;
    /// A sign for the requirement matrix; always beside the word.
    fn sign(&self) -> &'static str {
        "–"
    }
}

impl<T: Tagged> Tagged for &T {
    fn word(&self) -> &'static str {
        (*self).word()
    }

    fn colour(&self) -> &'static str {
        (*self).colour()
    }

    fn sign(&self) -> &'static str {
        (*self).sign()
    }
}

impl Tagged for Status {
    fn word(&self) -> &'static str {
        match self {
            Status::Cleared => "Cleared",
            Status::ClearedWithConditions => "Cleared with conditions",
            Status::InProgress => "In progress",
            Status::Lapsed => "Lapsed",
            Status::Suspended => "Suspended",
            Status::Unsuitable => "Unsuitable",
            Status::Left => "Left",
        }
    }

    fn colour(&self) -> &'static str {
        match self {
            Status::Cleared => "green",
            Status::ClearedWithConditions => "teal",
            Status::InProgress => "purple",
            Status::Lapsed | Status::Suspended | Status::Unsuitable => "red",
            Status::Left => "grey",
        }
    }
}

impl Tagged for ItemState {
    fn word(&self) -> &'static str {
        match self {
            ItemState::Met => "Met",
            ItemState::Due => "Due",
            ItemState::Overdue => "Overdue",
            ItemState::Lapsed => "Lapsed",
            ItemState::Missing => "Missing",
            ItemState::NotRequired => "Not required",
            ItemState::Waived => "Waived",
        }
    }

    fn colour(&self) -> &'static str {
        match self {
            ItemState::Met => "green",
            ItemState::Due => "yellow",
            ItemState::Overdue => "orange",
            ItemState::Lapsed | ItemState::Missing => "red",
            ItemState::NotRequired => "grey",
            ItemState::Waived => "teal",
        }
    }

    fn sign(&self) -> &'static str {
        match self {
            ItemState::Met | ItemState::Waived => "✓",
            ItemState::Due | ItemState::Overdue => "!",
            ItemState::Lapsed | ItemState::Missing => "✗",
            ItemState::NotRequired => "–",
        }
    }
}

/// How something asked stands, as the transport team reads it: red is for what stops somebody alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How it stands.
    pub state: ItemState,
    /// Whether it stops the person, now or on a day to come.
    pub stops: bool,
}

impl Wanted {
    fn is_minor(self) -> bool {
        self.state == ItemState::Missing && !self.stops
    }
}

impl Tagged for Wanted {
    fn word(&self) -> &'static str {
        if self.is_minor() { "To do" } else { self.state.word() }
    }

    fn colour(&self) -> &'static str {
        if self.is_minor() { "blue" } else { self.state.colour() }
    }

    fn sign(&self) -> &'static str {
        if self.is_minor() { "!" } else { self.state.sign() }
    }
}

impl Tagged for BadgeState {
    fn word(&self) -> &'static str {
        match self {
            BadgeState::Live => "Live",
            BadgeState::Suspended => "Suspended",
            BadgeState::Revoked => "Revoked",
            BadgeState::Lost => "Lost",
            BadgeState::Returned => "Returned",
            BadgeState::Superseded => "Superseded",
        }
    }

    fn colour(&self) -> &'static str {
        match self {
            BadgeState::Live => "green",
            BadgeState::Suspended | BadgeState::Revoked | BadgeState::Lost => "red",
            BadgeState::Returned | BadgeState::Superseded => "grey",
        }
    }
}

impl Tagged for UserStatus {
    fn word(&self) -> &'static str {
        match self {
            UserStatus::System => "System",
            UserStatus::Invited => "Invited",
            UserStatus::Active => "Active",
            UserStatus::Disabled => "Disabled",
        }
    }

    fn colour(&self) -> &'static str {
        match self {
            UserStatus::Invited => "purple",
            UserStatus::Active => "green",
            UserStatus::System | UserStatus::Disabled => "grey",
        }
    }
}

impl Tagged for BookingState {
    fn word(&self) -> &'static str {
        crate::domain::booking::title(*self)
    }

    fn colour(&self) -> &'static str {
        match self {
            BookingState::Booked => "blue",
            BookingState::Waiting => "yellow",
            BookingState::Cancelled => "grey",
            BookingState::Passed => "green",
            BookingState::Failed | BookingState::NoShow => "orange",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_word_has_one_colour_everywhere() {
        let mut colours: HashMap<&str, &str> = HashMap::new();
        let statuses = Status::ALL.iter().map(|s| (s.word(), s.colour()));
        let items = ItemState::ALL.iter().map(|s| (s.word(), s.colour()));
        let wanted = ItemState::ALL.iter().flat_map(|state| [true, false].map(|stops| Wanted { state: *state, stops }));
        let wanted = wanted.map(|one| (one.word(), one.colour())).collect::<Vec<_>>();
        let badges = BadgeState::ALL.iter().map(|s| (s.word(), s.colour()));
        let users = UserStatus::ALL.iter().map(|s| (s.word(), s.colour()));
        let bookings = BookingState::ALL.iter().map(|s| (s.word(), s.colour()));
        for (word, colour) in statuses.chain(items).chain(wanted).chain(badges).chain(users).chain(bookings) {
            assert_eq!(*colours.entry(word).or_insert(colour), colour, "{word}");
        }
    }
}
