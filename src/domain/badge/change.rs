//! What becomes of a badge after its issue: it is stopped and allowed again, revoked, lost, given back. Each is somebody's
//! word with a reason, and holds from the next request on.

use super::tell;
use crate::domain::letter::BadgeNews;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::reason;
use crate::error::{Error, Result};
use crate::store::badge::{self as store, Badge};
use crate::store::task;
use crate::store::trail::Entry;
use crate::store::{Conn, Tx};
use crate::types::{BadgeId, BadgeState};

/// What may be done to a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is not to authorise for now.
    Suspend,
    /// It authorises again.
    Restore,
    /// It is dead for good.
    Revoke,
    /// Nobody knows where it is.
    Lose,
    /// It came back.
    Return,
}

impl Change {
    /// Every change.
    pub const ALL: [Change; 5] = [Change::Suspend, Change::Restore, Change::Revoke, Change::Lose, Change::Return];

    /// Its word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Change::Suspend => "suspend",
            Change::Restore => "restore",
            Change::Revoke => "revoke",
            Change::Lose => "lose",
            Change::Return => "return",
        }
    }

    /// The change called `word`.
    pub fn parse(word: &str) -> Option<Change> {
        Change::ALL.into_iter().find(|one| one.word() == word)
    }

    /// What a page calls it.
    pub fn title(self) -> &'static str {
        match self {
            Change::Suspend => "Suspend the badge",
            Change::Restore => "End the badge’s suspension",
            Change::Revoke => "Revoke the badge",
            Change::Lose => "Record the badge as lost or stolen",
            Change::Return => "Record the badge as returned",
        }
    }

    /// Whether the firm and the wearer have a letter of it. Whoever says that a badge is lost or returned knows.
    pub fn is_told(self) -> bool {
        self.news().is_some()
    }

    fn news(self) -> Option<BadgeNews> {
        match self {
            Change::Suspend => Some(BadgeNews::Suspended),
            Change::Restore => Some(BadgeNews::Restored),
            Change::Revoke => Some(BadgeNews::Revoked),
            Change::Lose | Change::Return => None,
        }
    }

    fn state(self) -> BadgeState {
        match self {
            Change::Suspend => BadgeState::Suspended,
            Change::Restore => BadgeState::Live,
            Change::Revoke => BadgeState::Revoked,
            Change::Lose => BadgeState::Lost,
            Change::Return => BadgeState::Returned,
        }
    }

    /// Whether it can be done to this badge now.
    pub fn fits(self, badge: &Badge) -> bool {
        match self {
            Change::Suspend => badge.state == BadgeState::Live,
            Change::Restore => badge.state == BadgeState::Suspended,
            Change::Revoke | Change::Lose => !super::is_dead(badge.state),
            Change::Return => badge.returned_on.is_none() && badge.state != BadgeState::Returned,
        }
    }
}

/// Does a change. A badge that was dead already and comes back stays what it was. When it is stopped or allowed again the
/// firm and the wearer have a letter; neither says why.
///
/// # Errors
/// `NotFound`; `Conflict` when the badge is in no state for it; `Invalid` at `reason`.
pub fn change(tx: &mut Tx<'_>, who: &Who, id: BadgeId, change: Change, why: &str) -> Result<()> {
    may(who, Act::IssueBadges, Subject::Register)?;
    let badge = store::find(tx, id)?;
    let mut faults = Vec::new();
    let why = reason::needed("reason", why, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let moved = || Error::Conflict("Somebody changed this badge after you opened the page.".into());
    if !change.fits(&badge) {
        return Err(moved());
    }
    let state = if change == Change::Return && super::is_dead(badge.state) { badge.state } else { change.state() };
    let done = if state == badge.state { store::take_back(tx, id)? } else { store::change(tx, &badge, state, &why)? };
    if !done {
        return Err(moved());
    }
    if change == Change::Return {
        for open in task::open_of(tx, &[return_cause(id)])? {
            task::close(tx, open.id, "The badge was returned")?;
        }
    }
    let act = match change {
        Change::Suspend => "badge.suspend",
        Change::Restore => "badge.restore",
        Change::Revoke => "badge.revoke",
        Change::Lose => "badge.lose",
        Change::Return => "badge.return",
    };
    tx.trail(Entry::new(act, "badge", id.0).about(badge.person_id).old(&badge.state).new_value(&state).reason(why));
    match change.news() {
        Some(news) => tell::of_badge(tx, &badge, news),
        None => Ok(()),
    }
}

/// The cause of the task that asks for a badge back.
pub(super) fn return_cause(id: BadgeId) -> String {
    format!("badge_to_return:{id}")
}

/// The badge, when `who` may know of it: the council any, a firm its own.
///
/// # Errors
/// `NotFound`.
pub fn seen(conn: &mut Conn, who: &Who, id: BadgeId) -> Result<Badge> {
    let badge = store::find(conn, id)?;
    may(who, Act::ViewPerson, Subject::Firm(badge.contractor_id))?;
    Ok(badge)
}
