//! Hears every statement the program sends to SQLite, with its values, so that the bare database can be given the very
//! same work. Statements of one transaction stay together, whatever other connections do meanwhile.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use rusqlite::types::Value;

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    pub sql: String,
    pub binds: Vec<Value>,
}

static RECORDING: AtomicBool = AtomicBool::new(false);
static HEARD: Mutex<Vec<Statement>> = Mutex::new(Vec::new());

/// One connection's ear.
#[derive(Default)]
struct Ear {
    open: Vec<Statement>,
    in_transaction: bool,
}

/// Every connection opened from now on is heard.
pub fn listen() {
    set_default_instrumentation(|| Some(Box::new(Ear::default()))).unwrap();
}

/// What `work` sends.
pub fn during(work: impl FnOnce()) -> Vec<Statement> {
    HEARD.lock().unwrap().clear();
    RECORDING.store(true, Ordering::SeqCst);
    work();
    RECORDING.store(false, Ordering::SeqCst);
    std::mem::take(&mut *HEARD.lock().unwrap())
}

impl Instrumentation for Ear {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if !RECORDING.load(Ordering::Relaxed) {
            return;
        }
        let InstrumentationEvent::StartQuery { query, .. } = event else { return };
        let text = query.to_string();
        let (sql, binds) = text.rsplit_once(" -- binds: ").unwrap_or((&text, "[]"));
        let word = sql.split_whitespace().next().unwrap_or_default().to_uppercase();
        // The bare connection has set its own.
        if word == "PRAGMA" {
            return;
        }
        self.open.push(Statement { sql: sql.to_owned(), binds: Values(binds.trim()).list() });
        match word.as_str() {
            "BEGIN" => self.in_transaction = true,
            "COMMIT" => self.in_transaction = false,
            "ROLLBACK" if !sql.contains("TO SAVEPOINT") => self.in_transaction = false,
            _ => {}
        }
        if !self.in_transaction {
            HEARD.lock().unwrap().append(&mut self.open);
        }
    }
}

/// Values as Diesel prints them: Rust's own `{:?}` of ids, dates, words and texts.
struct Values<'a>(&'a str);

impl Values<'_> {
    fn list(mut self) -> Vec<Value> {
        let mut values = Vec::new();
        self.eat("[");
        while !self.0.is_empty() && !self.0.starts_with(']') {
            values.push(self.value());
            self.eat(",");
        }
        values
    }

    fn eat(&mut self, mark: &str) {
        self.0 = self.0.trim_start();
        self.0 = self.0.strip_prefix(mark).unwrap_or(self.0).trim_start();
    }

    fn value(&mut self) -> Value {
        if self.0.starts_with('"') {
            return Value::Text(self.text());
        }
        let end = self.0.find([',', ']', '(', ')']).unwrap_or(self.0.len());
        let word = &self.0[..end];
        self.0 = &self.0[end..];
        if self.0.starts_with('(') {
            self.eat("(");
            let value = self.value();
            self.eat(")");
            return value;
        }
        match word {
            "None" => Value::Null,
            "true" => Value::Integer(1),
            "false" => Value::Integer(0),
            _ => match word.parse() {
                Ok(number) => Value::Integer(number),
                Err(_) if word.starts_with(|c: char| c.is_ascii_digit()) => Value::Text(word.replace('T', " ")),
                Err(_) => Value::Text(snake(word)),
            },
        }
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        let mut letters = self.0.char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.0 = &self.0[at + 1..];
                    return text;
                }
                '\\' => match letters.next().map(|(_, letter)| letter) {
                    Some('n') => text.push('\n'),
                    Some('r') => text.push('\r'),
                    Some('t') => text.push('\t'),
                    Some('0') => text.push('\0'),
                    Some('u') => {
                        let code: String = letters.by_ref().map(|(_, c)| c).skip(1).take_while(|c| *c != '}').collect();
                        text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                    }
                    Some(other) => text.push(other),
                    None => {}
                },
                letter => text.push(letter),
            }
        }
        panic!("a text without an end");
    }
}

/// `NotRequired` is kept as `not_required`.
fn snake(variant: &str) -> String {
    let mut word = String::new();
    for letter in variant.chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.extend(letter.to_lowercase());
    }
    word
}
