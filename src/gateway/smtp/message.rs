//! A letter as RFC 5322 bytes. The same letter always makes the same bytes: nothing in them is random or of now.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// One letter, ready to be written.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// `<something@host>`: the same at every attempt.
    pub message_id: String,
    /// `Name <address>` or an address.
    pub from: String,
    /// A staffed address.
    pub reply_to: String,
    /// The recipient.
    pub to: String,
    /// The second recipient.
    pub cc: Option<String>,
    /// One line; names nobody.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// A file that goes with it.
    pub attachment: Option<Attachment>,
    /// When the letter was written, not when it is sent.
    pub date: DateTime<Utc>,
}

/// A text file that goes with a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name; ours, so letters, digits, `-` and `.`.
    pub name: String,
    /// Its content type, parameters and all.
    pub kind: String,
    /// What is in it.
    pub text: String,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// A letter's bytes and whom they go to.
pub(super) struct Sealed {
    pub message_id: String,
    pub from: lettre::Address,
    pub to: lettre::Address,
    pub cc: Option<lettre::Address>,
    pub text: String,
}

impl Message {
    /// The bytes, CRLF lines, ASCII throughout.
    ///
    /// # Errors
    /// `Invalid`, naming the field but not its value, for an address or Message-ID that cannot stand in a header.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        Ok(self.seal()?.text.into_bytes())
    }

    pub(super) fn seal(&self) -> Result<Sealed> {
        let (from, reply_to, to) =
            (mailbox("from", &self.from)?, mailbox("reply_to", &self.reply_to)?, mailbox("to", &self.to)?);
        let cc = self.cc.as_deref().map(|cc| mailbox("cc", cc)).transpose()?;
        let message_id = checked_id(&self.message_id)?;
        let mut builder = lettre::Message::builder()
            .date(self.date.into())
            .message_id(Some(message_id.clone()))
            .from(from.clone())
            .reply_to(reply_to)
            .to(to.clone())
            .subject(one_line(&self.subject))
            .header(AutoSubmitted);
        if let Some(cc) = cc.clone() {
            builder = builder.cc(cc);
        }
        let parts = MultiPart::alternative()
            .boundary(boundary(&message_id))
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()));
        let parts = match &self.attachment {
            None => parts,
            Some(file) => {
                let kind = file.kind.parse().map_err(Error::internal)?;
                let file = Part::new(file.name.clone()).body(file.text.clone(), kind);
                MultiPart::mixed()
                    .boundary(boundary(&format!("{message_id} and a file")))
                    .multipart(parts)
                    .singlepart(file)
            }
        };
        let bytes = builder.multipart(parts).map_err(Error::internal)?.formatted();
        let text = String::from_utf8(bytes).ok().filter(|text| text.is_ascii());
        let text = text.ok_or_else(|| Error::internal("a letter came out with bytes beyond ASCII"))?;
        Ok(Sealed { message_id, from: from.email, to: to.email, cc: cc.map(|cc| cc.email), text })
    }
}

/// Every run of control characters becomes a space, so no value can begin a header of its own.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}')
        .filter(|s| !s.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn mailbox(field: &str, text: &str) -> Result<Mailbox> {
    let bad = || Error::invalid(field, "This is not a mail address letters can be sent to");
    if text.chars().any(char::is_control) {
        return Err(bad());
    }
    let mailbox: Mailbox = text.parse().map_err(|_| bad())?;
    if mailbox.email.to_string().is_ascii() { Ok(mailbox) } else { Err(bad()) }
}

fn checked_id(text: &str) -> Result<String> {
    let inside = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let good = inside.and_then(|id| id.split_once('@')).is_some_and(|(left, right)| {
        let plain =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.+=".contains(&b));
        plain(left) && plain(right)
    });
    if good { Ok(text.to_owned()) } else { Err(Error::invalid("message_id", "A Message-ID reads <name@host>")) }
}

fn boundary(message_id: &str) -> String {
    Sha256::digest(message_id.as_bytes()).iter().take(16).fold("part-".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// RFC 3834: written by a program, so out-of-office replies stay away.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}
