//! How far somebody sees: worked out by the domain, obeyed by every scoped read of the store.

use super::ContractorId;

/// Whose people a reader may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Nobody's.
    Nobody,
    /// Those with an engagement at one of these firms.
    Firms(Vec<ContractorId>),
    /// Everybody's.
    Everyone,
}
