//! What a relay answered, made fit for a log and a page: one short line without anybody's address.

/// Longest answer kept, in characters.
const LONGEST: usize = 200;

/// `text` on one line, with every mail address and the names before the @ in `private` taken out.
pub(super) fn clean(text: &str, private: &[&str]) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let named = !bare.is_empty() && private.iter().any(|address| is_local_part(bare, address));
        words.push(if word.contains('@') || named { "[address]".into() } else { word.into() });
    }
    words.join(" ").chars().take(LONGEST).collect()
}

fn is_local_part(word: &str, address: &str) -> bool {
    address.split_once('@').is_some_and(|(local, _)| local.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn an_answer_names_nobody() {
        let heard = "550 5.1.1 <j.o'hara@firm.example>: user \"J.O'Hara\" unknown;\r\n see\tpostmaster@relay.example";
        assert_eq!(
            clean(heard, &["j.o'hara@firm.example"]),
            "550 5.1.1 [address] user [address] unknown; see [address]"
        );
    }

    #[test]
    fn an_answer_is_short() {
        assert_eq!(clean(&"é ".repeat(500), &[]).chars().count(), 200);
    }
}
