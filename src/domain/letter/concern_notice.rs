//! To the team: somebody of the public is concerned. What they wrote is read in the register alone.

use super::{Sender, templates};
use crate::types::ConcernId;

/// What the letter is made of.
#[derive(Clone)]
pub struct ConcernNotice {
    /// Who writes.
    pub sender: Sender,
    /// Which concern.
    pub id: ConcernId,
}

templates!(
    ConcernNotice,
    "mail/concern_notice/subject.txt",
    "mail/concern_notice/body.txt",
    "mail/concern_notice/body.html"
);
