//! Two stand-ins for the Update Service: the program's own pretend one, and a bare socket that says anything at all.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use chaperone::cli::fake_dbs::{self, Scenario};
use rocket::fairing::AdHoc;

/// Starts `chaperone fake-dbs` in this process with a scenario file's text; its address. It ends with the process.
pub fn pretend(scenario: &str) -> String {
    pretend_that(Scenario::read(scenario).unwrap())
}

/// As [`pretend`], with a scenario that is made already.
pub fn pretend_that(scenario: Scenario) -> String {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let rocket = fake_dbs::rocket(0, scenario);
        // Ctrl-C is the test runner's.
        let quiet = rocket.figment().clone().merge(("shutdown.ctrlc", false)).merge(("shutdown.signals", [""; 0]));
        let rocket = rocket.configure(quiet).attach(AdHoc::on_liftoff("port", move |rocket| {
            let port = rocket.config().port;
            Box::pin(async move { tell.send(port).unwrap() })
        }));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(rocket.launch()).unwrap();
    });
    let port = told.recv_timeout(Duration::from_secs(20)).unwrap();
    format!("http://127.0.0.1:{port}{}", fake_dbs::PATH)
}

/// One connection's worth of a service.
pub struct Stub {
    address: SocketAddr,
    heard: JoinHandle<String>,
}

impl Stub {
    /// Answers one request with these bytes, then hangs up.
    pub fn saying(bytes: impl Into<Vec<u8>>) -> Stub {
        let bytes = bytes.into();
        Stub::with(move |line| {
            // The asker may hang up on an answer that it does not like.
            let _ = line.write_all(&bytes);
        })
    }

    /// Answers with status 200 and this body.
    pub fn answering(body: &[u8]) -> Stub {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        Stub::saying([head.as_bytes(), body].concat())
    }

    /// Begins an answer and then sends a byte now and then, for ever.
    pub fn dawdling() -> Stub {
        Stub::with(|line| {
            let mut alive = line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n").is_ok();
            while alive {
                std::thread::sleep(Duration::from_millis(20));
                alive = line.write_all(b" ").is_ok();
            }
        })
    }

    /// Hears the request and never says a word.
    pub fn silent() -> Stub {
        Stub::with(|line| {
            let _ = line.read(&mut [0; 1]);
        })
    }

    fn with(act: impl FnOnce(&mut TcpStream) + Send + 'static) -> Stub {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heard = std::thread::spawn(move || {
            let (mut line, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0; 1];
                line.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            act(&mut line);
            String::from_utf8(head).unwrap()
        });
        Stub { address, heard }
    }

    pub fn url(&self) -> String {
        format!("http://{}/status/", self.address)
    }

    /// The request's first line and headers, once it has been answered.
    pub fn heard(self) -> String {
        self.heard.join().unwrap()
    }
}

/// An address of this machine that nothing listens on.
pub const NOBODY: &str = "http://127.0.0.1:1/status";
