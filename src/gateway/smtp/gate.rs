//! What holds a letter back until the one before it is on record.

use tokio::sync::oneshot::Receiver;

/// A letter's words go to the relay only when this opens; all that comes before them need not wait.
#[derive(Debug)]
pub struct Gate(State);

#[derive(Debug)]
enum State {
    Open,
    Shut,
    Waiting(Receiver<()>),
}

impl Gate {
    /// Nothing to wait for.
    pub fn open() -> Gate {
        Gate(State::Open)
    }

    /// Opens when the other end is sent to; stays shut when it is dropped.
    pub fn after(signal: Receiver<()>) -> Gate {
        Gate(State::Waiting(signal))
    }

    pub(super) async fn pass(&mut self) -> bool {
        if let State::Waiting(signal) = &mut self.0 {
            self.0 = if signal.await.is_ok() { State::Open } else { State::Shut };
        }
        matches!(self.0, State::Open)
    }
}
