//! The pages served on a free port, and a client of one connection that is kept open.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use chaperone::config::Config;
use chaperone::types::Secret;
use chaperone::web::{self, app::App};
use tokio::runtime::{Builder, Runtime};

use crate::ground::{Ground, KEY, today};

/// A port nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until the port answers.
pub fn wait_for(port: u16) -> TcpStream {
    let began = Instant::now();
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => return stream,
            Err(error) if began.elapsed() > Duration::from_secs(30) => panic!("{error}"),
            Err(_) => std::thread::sleep(Duration::from_micros(500)),
        }
    }
}

/// The pages of a register.
pub struct Server {
    pub port: u16,
    runtime: Option<Runtime>,
}

impl Server {
    pub fn start(ground: &Ground) -> Server {
        let port = free_port();
        let config = Config {
            base_url: format!("http://127.0.0.1:{port}"),
            secret_key: Secret::new(KEY),
            today: Some(today()),
            port,
            ..Config::default()
        };
        let rocket = web::open(App::new(config, ground.db.clone())).unwrap();
        let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.spawn(rocket.launch());
        drop(wait_for(port));
        Server { port, runtime: Some(runtime) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

/// A browser of one connection.
pub struct Client {
    reader: BufReader<TcpStream>,
    cookie: String,
}

impl Client {
    pub fn new(port: u16, token: &str) -> Client {
        let stream = wait_for(port);
        stream.set_nodelay(true).unwrap();
        Client { reader: BufReader::with_capacity(64 * 1024, stream), cookie: format!("chaperone={token}") }
    }

    /// The page's status and text.
    pub fn get(&mut self, path: &str) -> (u16, String) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {}\r\n\r\n", self.cookie);
        self.reader.get_mut().write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line).unwrap();
            let text = line.trim_end();
            if text.is_empty() {
                break;
            }
            if let Some((name, value)) = text.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).unwrap();
        (status, String::from_utf8(body).unwrap())
    }
}
