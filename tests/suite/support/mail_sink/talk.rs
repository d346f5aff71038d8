//! The server's side of one connection.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};

use super::{Act, Received, Stage, State, lock, mime};

/// One connection.
pub(super) struct Talk {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
    number: usize,
    state: Arc<Mutex<State>>,
    from: String,
    to: Vec<String>,
    this: usize,
}

/// The connection is over.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Over {
        Over
    }
}

impl Talk {
    pub(super) fn new(stream: TcpStream, number: usize, state: Arc<Mutex<State>>) -> Talk {
        stream.set_nodelay(true).unwrap();
        let writer = stream.try_clone().unwrap();
        Talk { reader: BufReader::new(stream), writer, number, state, from: String::new(), to: vec![], this: 0 }
    }

    pub(super) fn run(mut self) {
        let _ = self.converse();
        let _ = self.writer.shutdown(Shutdown::Both);
    }

    fn converse(&mut self) -> Result<(), Over> {
        self.answer(Stage::Greeting, None, "220 sink ready")?;
        loop {
            let line = self.line()?;
            let word = line.split([' ', ':']).next().unwrap_or("").to_ascii_uppercase();
            lock(&self.state).commands.push(word.clone());
            match word.as_str() {
                "EHLO" => self.say("250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN")?,
                "AUTH" => drop(self.answer(Stage::Auth, None, "235 welcome")?),
                "MAIL" => {
                    let mut now = lock(&self.state);
                    now.offered += 1;
                    self.this = now.offered;
                    drop(now);
                    self.to.clear();
                    self.from = address(&line);
                    self.answer(Stage::Mail, None, "250 sender fine")?;
                }
                "RCPT" => {
                    let to = address(&line);
                    if self.answer(Stage::Rcpt, Some(&to), "250 recipient fine")? {
                        self.to.push(to);
                    }
                }
                "DATA" if self.answer(Stage::Data, None, "354 go on")? => {
                    let raw = self.letter()?;
                    self.end(raw)?;
                }
                "DATA" => {}
                "RSET" | "NOOP" => self.say("250 fine")?,
                "QUIT" => return self.say("221 goodbye"),
                _ => self.say("502 what?")?,
            }
        }
    }

    fn end(&mut self, raw: String) -> Result<(), Over> {
        match self.rule(Stage::End, None) {
            Some(Act::Reply(line)) => self.say(line),
            Some(Act::Drop) => Err(Over),
            Some(Act::KeepAndDrop) => {
                self.keep(raw);
                Err(Over)
            }
            wait => {
                if let Some(Act::Wait(span)) = wait {
                    std::thread::sleep(span);
                }
                self.keep(raw);
                self.say("250 2.0.0 kept")
            }
        }
    }

    fn keep(&mut self, raw: String) {
        let (headers, _) = mime::split(&raw);
        let received = Received {
            from: std::mem::take(&mut self.from),
            to: std::mem::take(&mut self.to),
            connection: self.number,
            text: mime::part(&raw, "text/plain").unwrap_or_default(),
            html: mime::part(&raw, "text/html").unwrap_or_default(),
            headers,
            raw,
        };
        lock(&self.state).messages.push(received);
    }

    /// Says `usual` unless a rule says otherwise; true when it was `usual`.
    fn answer(&mut self, stage: Stage, recipient: Option<&str>, usual: &str) -> Result<bool, Over> {
        match self.rule(stage, recipient) {
            Some(Act::Reply(line)) => self.say(line).map(|()| false),
            Some(Act::Drop | Act::KeepAndDrop) => Err(Over),
            Some(Act::Wait(span)) => {
                std::thread::sleep(span);
                self.say(usual).map(|()| true)
            }
            None => self.say(usual).map(|()| true),
        }
    }

    fn rule(&self, stage: Stage, recipient: Option<&str>) -> Option<Act> {
        let named = recipient.map_or_else(|| self.to.clone(), |to| vec![to.to_owned()]);
        let mut now = lock(&self.state);
        now.rules.iter_mut().find_map(|rule| rule.fires(stage, self.this, &named).then(|| rule.act.clone()))
    }

    fn letter(&mut self) -> Result<String, Over> {
        let mut raw = String::new();
        loop {
            let line = self.line()?;
            if line == "." {
                return Ok(raw);
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
        }
    }

    fn line(&mut self) -> Result<String, Over> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(Over);
        }
        assert!(line.ends_with("\r\n"), "a bare line feed: {line:?}");
        Ok(line.trim_end_matches("\r\n").to_owned())
    }

    fn say(&mut self, line: &str) -> Result<(), Over> {
        self.writer.write_all(format!("{line}\r\n").as_bytes())?;
        Ok(())
    }
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
