//! The program itself: how soon it answers, and how much memory it holds, idle and under load.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::ground::{Ground, KEY};
use crate::http::{Client, free_port};
use crate::table::{Aim, Table};

/// Browsers at once, and pages each asks for.
const BROWSERS: usize = 8;
const PAGES: usize = 150;

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn rows(table: &mut Table, ground: &Ground) {
    let (token, _) = ground.sign_in();
    let port = free_port();
    let mail = ground.file.with_file_name("mail");
    let began = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_chaperone"))
        .arg("serve")
        .env("CHAPERONE_DATABASE_URL", ground.url())
        .env("CHAPERONE_SECRET_KEY", KEY)
        .env("CHAPERONE_TODAY", crate::ground::today().to_string())
        .env("CHAPERONE_PORT", port.to_string())
        .env("CHAPERONE_BASE_URL", format!("http://127.0.0.1:{port}"))
        .env("CHAPERONE_SMTP_URL", format!("file://{}", mail.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let running = Running(child);
    let (status, _) = Client::new(port, "").get("/health/live");
    let started = began.elapsed();
    assert_eq!(status, 200);
    std::thread::sleep(Duration::from_secs(2));
    let idle = resident(&running.0);
    let token = token.reveal();
    std::thread::scope(|scope| {
        for browser in 0..BROWSERS {
            scope.spawn(move || {
                let mut client = Client::new(port, token);
                for page in 0..PAGES {
                    let person = 1 + (browser * PAGES + page) % ground.people as usize;
                    client.get("/people?sort=due&due=30");
                    client.get("/people");
                    client.get(&format!("/people/{person}"));
                }
            });
        }
    });
    let loaded = resident(&running.0);
    table.amount(ground.people, "start-up until it answers", started.as_secs_f64() * 1e3, " ms", Aim::None);
    table.amount(ground.people, "memory, idle", idle, " MB", Aim::AtMost(30.0));
    table.amount(ground.people, "memory, after 3,600 pages to 8 browsers", loaded, " MB", Aim::AtMost(60.0));
}

/// Resident memory, in MB.
fn resident(child: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}
