//! Plain values every floor shares: ids, instants, closed sets of words. They know no table and no page.

mod date;
mod fold;
mod formula;
mod host;
mod id;
mod instant;
mod mail;
mod reach;
mod say;
mod secret;
mod sender;
mod words;

pub use date::{add_months, in_london, london_midnight, london_time, parse_date, parse_time};
pub use fold::fold;
pub use formula::{FORMULA_SIGNS, guarded};
pub use host::is_loopback;
pub use id::*;
pub use instant::At;
pub use mail::is_email;
pub use reach::Reach;
pub use say::{clock_time, long_date, moment, thousands, work_as};
pub use secret::Secret;
pub use sender::Sender;
pub use words::*;
