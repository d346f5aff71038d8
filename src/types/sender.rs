//! The council as its letters name it.

/// Who writes, in every letter's foot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The council's name.
    pub council: String,
    /// A staffed mail address.
    pub reply_to: String,
    /// Where the pages are, without a closing slash.
    pub base_url: String,
    /// Where what is posted to the council goes; may be empty.
    pub address: String,
}
