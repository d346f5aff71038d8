//! `chaperone demo`: the demonstration council, an invented register of the source's own size, the same on every
//! machine.

mod answers;
mod appeal;
pub mod applications;
mod badges;
mod broken;
mod bulletins;
mod dice;
mod fill;
mod firm;
mod line;
mod live;
pub mod logins;
mod papers;
mod pending;
mod pools;
mod register;
pub mod training;
mod watch;

pub use broken::{BrokenRow, broken_rows};
pub use fill::Demo;
pub use line::{HEADER, RegisterLine, write_csv};
pub use pending::with_live_work;
pub use register::register;
