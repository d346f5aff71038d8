//! One rule for what an e-mail address is.

use email_address::{EmailAddress, Options};

/// Whether a letter could be sent to `text`: one plain address with a full domain, of at most 254 characters.
pub fn is_email(text: &str) -> bool {
    let plain = Options::default().with_required_tld().without_display_text().without_domain_literal();
    text.len() <= 254 && EmailAddress::parse_with_options(text, plain).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_address_is_plain_and_has_a_full_domain() {
        let long = format!("a@{}.org", "b.".repeat(130));
        for text in ["", "a", "a@b", "a@b@c.org", "Ann <a@b.org>", "a@[127.0.0.1]", "a@b.org; c@d.org", &long] {
            assert!(!is_email(text), "{text}");
        }
        for text in ["a@b.org", "Siân.o'brien+taxi@ash-cars.co.uk"] {
            assert!(is_email(text), "{text}");
        }
    }
}
