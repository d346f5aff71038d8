//! A letter's envelope, the same at every attempt, and how long to wait between attempts.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::domain::letter::{Enclosure, Letter};
use crate::gateway::smtp::{Attachment, Message};
use crate::jobs::spec::Deliver;
use crate::store::outbox::Letter as Row;

/// The row's message: nothing in it comes from the attempt.
pub(super) fn message(config: &Config, row: &Row, letter: Letter, enclosed: Option<Enclosure>) -> Message {
    Message {
        message_id: message_id(config, row),
        from: config.mail_from.clone(),
        reply_to: config.mail_reply_to.clone(),
        to: row.to_email.clone(),
        cc: Some(row.cc_email.clone()).filter(|cc| !cc.is_empty()),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        attachment: enclosed.map(|Enclosure { name, kind, text }| Attachment { name, kind, text }),
        date: row.created_at.utc(),
    }
}

/// `<outbox-ID.FINGERPRINT@host>`. The fingerprint tells this letter from one of the same number in another register.
fn message_id(config: &Config, row: &Row) -> String {
    let made = format!("{}|{}|{}|{}", row.id, row.letter, row.created_at, row.to_email);
    let fingerprint: String = hex::encode(Sha256::digest(made.as_bytes())).chars().take(16).collect();
    let host = config.mail_from.rsplit('@').next().unwrap_or_default().trim_end_matches(['>', ' ']);
    let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    format!("<outbox-{}.{fingerprint}@{}>", row.id, if plain { host } else { "localhost" })
}

/// Doubling from the first wait to the longest, and up to a tenth more by the letter's number, so that a backlog
/// does not come back all at once.
pub(super) fn wait(params: &Deliver, row: &Row) -> TimeDelta {
    let doublings = u32::try_from(row.attempts - 1).unwrap_or(0).min(24);
    let (first, longest) = (params.first_wait.seconds(), params.longest_wait.seconds());
    let wait = first.saturating_mul(1 << doublings).min(longest);
    let jitter = wait * (row.id.0.wrapping_mul(37).rem_euclid(100)) / 1000;
    TimeDelta::seconds(wait + jitter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{At, OutboxId, OutboxState};

    fn row(attempts: i32) -> Row {
        Row {
            id: OutboxId(12),
            letter: "all_clear".into(),
            state: OutboxState::Sending,
            to_email: "team@council.example".into(),
            cc_email: String::new(),
            contractor_id: None,
            user_id: None,
            person_id: None,
            params: "{}".into(),
            subject: None,
            body_text: None,
            body_html: None,
            created_at: At::new(chrono::DateTime::UNIX_EPOCH),
            next_attempt_at: At::new(chrono::DateTime::UNIX_EPOCH),
            lease_key: None,
            attempts,
            sent_at: None,
            last_error: None,
        }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits: Vec<i64> = [1, 2, 3, 7, 100].map(|n| wait(&Deliver::default(), &row(n)).num_seconds()).into();
        assert_eq!(waits, [62, 125, 250, 3758, 3758]);
    }

    #[test]
    fn a_message_id_is_the_rows_own() {
        let id = |row: &Row| message_id(&Config::default(), row);
        assert_eq!(id(&row(1)), id(&row(9)));
        assert!(id(&row(1)).starts_with("<outbox-12.") && id(&row(1)).ends_with("@council.example.org>"));
        assert_ne!(
            id(&row(1)),
            id(&Row { created_at: At::new(chrono::DateTime::UNIX_EPOCH).plus(TimeDelta::seconds(1)), ..row(1) })
        );
    }
}
