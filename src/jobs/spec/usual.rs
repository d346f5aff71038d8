//! What the parameters of each kind are where its file says nothing of them.

use super::params::{
    Anchor, Badges, Bulletins, Chase, Deliver, Desk, Digest, Invariants, Remind, Retention, SessionReminders,
    StatusChecks,
};
use crate::jobs::span::Span;

impl Default for Remind {
    fn default() -> Remind {
        Remind { escalate_after_days: 7, copy_second_contact: true }
    }
}

impl Default for Deliver {
    fn default() -> Deliver {
        Deliver {
            lease: Span::minutes(5),
            max_attempts: 120,
            first_wait: Span::minutes(1),
            longest_wait: Span::minutes(60),
        }
    }
}

impl Default for Bulletins {
    fn default() -> Bulletins {
        Bulletins { lead_days: 7, every_days: 7 }
    }
}

impl Default for Chase {
    fn default() -> Chase {
        Chase { first_days: 14, second_days: 28, council_days: 20, abandon_months: 6 }
    }
}

impl Default for Badges {
    fn default() -> Badges {
        Badges { renew_days: 60 }
    }
}

impl Default for SessionReminders {
    fn default() -> SessionReminders {
        SessionReminders { lead_days: 3 }
    }
}

impl Default for Digest {
    fn default() -> Digest {
        Digest { to: Desk::Team }
    }
}

impl Default for StatusChecks {
    fn default() -> StatusChecks {
        StatusChecks {
            per_minute: 30,
            patience: Span::minutes(1),
            recheck_days: 3,
            grace_days: 14,
            flood_count: 10,
            flood_percent: 25,
            news_count: 5,
            news_percent: 10,
            errors_in_a_row: 5,
            probe: 3,
            late_days: 7,
        }
    }
}

impl Default for Invariants {
    fn default() -> Invariants {
        Invariants { to: Desk::Team }
    }
}

impl Default for Anchor {
    fn default() -> Anchor {
        Anchor { to: Desk::Auditor }
    }
}

impl Default for Retention {
    fn default() -> Retention {
        Retention { to: Desk::Team }
    }
}
