//! One SMTP connection and the conversation over it, step by step, so that each answer is known for what it is about.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use lettre::transport::smtp::Error as Broken;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;

use super::gate::Gate;
use super::message::Sealed;
use super::reply::clean;
use super::route::{Relay, Tls};
use super::{HELD_BACK, Outcome};
use crate::types::is_loopback;

/// Answers that speak of the connection or of our sign-in, never of one letter, whatever their first digit.
const NOT_THE_LETTER: [u16; 6] = [421, 503, 530, 534, 535, 538];

/// An open connection to the relay.
pub(super) struct Line {
    wire: AsyncSmtpConnection,
    patience: Duration,
    dead: bool,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

/// How the conversation about one letter ended.
pub(super) enum End {
    /// With an answer.
    Settled(Outcome),
    /// With the line. `untouched`: nothing of the letter had been sent.
    Lost { why: String, untouched: bool },
}

/// One step that did not go well.
enum Snag {
    Answer { code: u16, text: String },
    Dead(String),
}

impl Line {
    /// Dials, greets, encrypts and signs in.
    pub(super) async fn dial(relay: &Relay, patience: Duration) -> Result<Line, String> {
        let told = |snag: Snag| clean(&snag.to_string(), &[]);
        let me = ClientId::default();
        let mut wire = step(patience, "the greeting", connect(relay, &me)).await.map_err(told)?;
        if relay.tls == Tls::Required || (relay.tls == Tls::Opportunistic && wire.can_starttls()) {
            let keys = TlsParameters::new(relay.host.clone()).map_err(|e| told(e.into()))?;
            step(patience, "STARTTLS", async { Ok(wire.starttls(keys, &me).await?) }).await.map_err(told)?;
        }
        if let Some(sign_in) = &relay.sign_in {
            if !wire.is_encrypted() && relay.tls == Tls::Opportunistic && !is_loopback(&relay.host) {
                return Err("the relay offers no encryption, so our password was not sent".into());
            }
            let signed = step(patience, "AUTH", async { Ok(wire.auth(DEFAULT_MECHANISMS, sign_in).await?) }).await;
            if let Err(snag) = signed {
                let why = told(snag);
                tracing::warn!(%why, "signing in to the mail relay failed: check smtp_url");
                return Err(format!("sign-in failed: {why}"));
            }
        }
        Ok(Line { wire, patience, dead: false })
    }

    /// Whether another letter may be offered on it.
    pub(super) fn is_good(&self) -> bool {
        !self.dead
    }

    /// Offers one letter. A recipient refused for good does not keep the letter from the other; one refused for
    /// now puts the whole letter off, so that nobody gets it twice.
    pub(super) async fn deliver(&mut self, letter: &Sealed, gate: &mut Gate) -> End {
        let to = letter.to.to_string();
        let cc = letter.cc.as_ref().map(ToString::to_string).unwrap_or_default();
        let private = [to.as_str(), cc.as_str()];
        let tidy = |snag: &Snag| clean(&snag.to_string(), &private);

        if let Err(snag) = self.say("MAIL", Mail::new(Some(letter.from.clone()), vec![])).await {
            let why = tidy(&snag);
            if snag.is_final() {
                tracing::warn!(%why, "the mail relay refuses the From address: check mail_from");
            }
            return self.put_off(why).await;
        }
        let mut refused: Vec<String> = Vec::new();
        let recipients = [("recipient", Some(&letter.to)), ("second contact", letter.cc.as_ref())];
        for (which, address) in recipients.into_iter().filter_map(|(which, a)| Some((which, a?))) {
            match self.say("RCPT", Rcpt::new(address.clone(), vec![])).await {
                Ok(_) => {}
                Err(snag) if snag.is_final() => refused.push(format!("{which}: {}", tidy(&snag))),
                Err(snag) => return self.put_off(tidy(&snag)).await,
            }
        }
        if refused.len() == 1 + usize::from(letter.cc.is_some()) {
            return self.clear(Outcome::Refused { why: refused.join("; ") }).await;
        }
        match self.say("DATA", Data).await {
            Ok(_) => {}
            Err(snag) if snag.is_final() => return self.clear(Outcome::Refused { why: tidy(&snag) }).await,
            Err(snag) => return self.put_off(tidy(&snag)).await,
        }
        if !gate.pass().await {
            // The relay waits for words that will not come: only hanging up ends that.
            self.dead = true;
            return End::Settled(Outcome::Retry { why: HELD_BACK.into() });
        }
        let shortfall = (!refused.is_empty()).then(|| refused.join("; "));
        match self.say("the letter", Content(&letter.text)).await {
            Ok(answer) => End::Settled(Outcome::Sent { reply: clean(&words(&answer), &private), shortfall }),
            Err(snag) if snag.is_final() => End::Settled(Outcome::Refused { why: tidy(&snag) }),
            Err(snag) if self.dead => End::Lost { why: tidy(&snag), untouched: false },
            Err(snag) => End::Settled(Outcome::Retry { why: tidy(&snag) }),
        }
    }

    /// Says goodbye; a relay that does not answer is left.
    pub(super) async fn quit(mut self) {
        let _ = tokio::time::timeout(self.patience, self.wire.quit()).await;
    }

    async fn say(&mut self, name: &'static str, command: impl fmt::Display) -> Result<Response, Snag> {
        let wire = &mut self.wire;
        let answer = step(self.patience, name, async { Ok(wire.command(command).await?) }).await;
        self.dead |= answer.as_ref().is_err_and(Snag::hangs_up);
        answer
    }

    async fn put_off(&mut self, why: String) -> End {
        if self.dead { End::Lost { why, untouched: true } } else { self.clear(Outcome::Retry { why }).await }
    }

    /// Ends a letter given up half-way, so that the next begins clean.
    async fn clear(&mut self, outcome: Outcome) -> End {
        self.dead |= self.say("RSET", Rset).await.is_err();
        End::Settled(outcome)
    }
}

/// nodelay, or each letter waits 44 ms for an acknowledgement that is itself being held back. A wrapped line cannot
/// have it set, and does without: every step is one write.
async fn connect(relay: &Relay, me: &ClientId) -> Result<AsyncSmtpConnection, Snag> {
    let place = (relay.host.as_str(), relay.port);
    if relay.tls == Tls::Wrapped {
        let keys = TlsParameters::new(relay.host.clone())?;
        return Ok(AsyncSmtpConnection::connect_tokio1(place, None, me, Some(keys), None).await?);
    }
    let dead = |error: std::io::Error| Snag::Dead(format!("the relay cannot be reached: {}", error.kind()));
    let stream = TcpStream::connect(place).await.map_err(dead)?;
    stream.set_nodelay(true).map_err(dead)?;
    Ok(AsyncSmtpConnection::connect_with_transport(Box::new(stream), me).await?)
}

async fn step<T>(patience: Duration, name: &str, work: impl Future<Output = Result<T, Snag>>) -> Result<T, Snag> {
    match tokio::time::timeout(patience, work).await {
        Ok(done) => done,
        Err(_) => Err(Snag::Dead(format!("no answer to {name} within {} s", patience.as_secs_f32()))),
    }
}

impl Snag {
    /// A definite no about this letter or this recipient.
    fn is_final(&self) -> bool {
        matches!(self, Snag::Answer { code, .. } if (500..600).contains(code) && !NOT_THE_LETTER.contains(code))
    }

    /// The line is gone or about to go.
    fn hangs_up(&self) -> bool {
        matches!(self, Snag::Dead(_) | Snag::Answer { code: 421, .. })
    }
}

impl fmt::Display for Snag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Snag::Answer { code, text } => write!(f, "{code} {text}"),
            Snag::Dead(why) => f.write_str(why),
        }
    }
}

impl From<Broken> for Snag {
    fn from(error: Broken) -> Snag {
        let text = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        match error.status() {
            Some(code) => Snag::Answer { code: code.into(), text },
            None => Snag::Dead(format!("the connection broke: {text}")),
        }
    }
}

fn words(answer: &Response) -> String {
    let mut text = answer.code().to_string();
    for line in answer.message() {
        text.push(' ');
        text.push_str(line);
    }
    text
}

/// The letter with its dots doubled and its end marked, as one write.
struct Content<'a>(&'a str);

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.split_inclusive("\r\n") {
            if line.starts_with('.') {
                f.write_str(".")?;
            }
            f.write_str(line)?;
        }
        f.write_str(if self.0.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" })
    }
}
