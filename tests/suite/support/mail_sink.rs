//! A real SMTP server on a loopback port, on plain threads, that keeps what it is sent and misbehaves when told.

mod script;
mod talk;

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

pub use script::{Act, Rule, Stage};

use super::mime;
use talk::Talk;

/// A letter as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Which connection it came on, from 1.
    pub connection: usize,
    /// The bytes, dots undone.
    pub raw: String,
    /// Decoded headers in order.
    pub headers: Vec<(String, String)>,
    /// Decoded plain part, LF lines.
    pub text: String,
    /// Decoded HTML part, LF lines.
    pub html: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        mime::value(&self.headers, name).unwrap_or_default()
    }

    pub fn message_id(&self) -> &str {
        self.header("Message-ID")
    }
}

#[derive(Default)]
struct State {
    messages: Vec<Received>,
    rules: Vec<Rule>,
    commands: Vec<String>,
    connections: usize,
    offered: usize,
    open: Vec<TcpStream>,
    stopping: bool,
}

/// The server; stops when dropped.
pub struct Sink {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    door: Option<JoinHandle<()>>,
}

impl Sink {
    /// Listens on a free port.
    pub fn start() -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut sink = Sink { address: listener.local_addr().unwrap(), state: Arc::default(), door: None };
        sink.serve(listener);
        sink
    }

    /// `smtp://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Everything kept so far.
    pub fn messages(&self) -> Vec<Received> {
        self.lock().messages.clone()
    }

    /// Everything kept so far, forgetting it.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.lock().messages)
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> usize {
        self.lock().connections
    }

    /// Command words heard so far ("EHLO", "MAIL", …).
    pub fn commands(&self) -> Vec<String> {
        self.lock().commands.clone()
    }

    /// Replaces the script; the first rule that fits acts.
    pub fn script(&self, rules: impl IntoIterator<Item = Rule>) {
        self.lock().rules = rules.into_iter().collect();
    }

    /// Refuses connections and cuts the open ones.
    pub fn stop(&mut self) {
        if let Some(door) = self.door.take() {
            self.lock().stopping = true;
            let _ = TcpStream::connect(self.address);
            door.join().unwrap();
            for stream in self.lock().open.drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// Listens again, on the same port.
    pub fn restart(&mut self) {
        if self.door.is_none() {
            self.lock().stopping = false;
            let listener = TcpListener::bind(self.address).unwrap();
            self.serve(listener);
        }
    }

    fn serve(&mut self, listener: TcpListener) {
        let state = Arc::clone(&self.state);
        self.door = Some(std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let number = {
                    let mut now = lock(&state);
                    if now.stopping {
                        return;
                    }
                    now.connections += 1;
                    now.open.push(stream.try_clone().unwrap());
                    now.connections
                };
                let state = Arc::clone(&state);
                std::thread::spawn(move || Talk::new(stream, number, state).run());
            }
        }));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.stop();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
