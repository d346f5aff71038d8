//! The demonstration council: an invented register of the source's own size, the same on every machine.
//! Nothing here touches a database or reads the clock.

mod broken;
mod dice;
mod firm;
mod line;
mod pools;
mod register;

pub use broken::{BrokenRow, broken_rows};
pub use line::{HEADER, RegisterLine, write_csv};
pub use register::register;
