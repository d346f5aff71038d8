//! Just enough MIME to read back what we send: folded and encoded headers, multipart, quoted-printable, base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Headers (folding undone, encoded words decoded) and the body below them.
pub fn split(raw: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        match (line.starts_with([' ', '\t']), headers.last_mut()) {
            (true, Some((_, value))) => value.push_str(line),
            _ => {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                headers.push((name.to_owned(), value.trim_start().to_owned()));
            }
        }
    }
    for (_, value) in &mut headers {
        *value = decode_words(value);
    }
    (headers, body)
}

/// The value of `name` among `headers`.
pub fn value<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
}

/// The decoded part of type `wanted` ("text/plain"), with LF lines.
pub fn part(raw: &str, wanted: &str) -> Option<String> {
    let (headers, body) = split(raw);
    let kind = value(&headers, "Content-Type").unwrap_or("text/plain");
    if let Some(boundary) = kind.split("boundary=").nth(1) {
        let marker = format!("--{}", boundary.split(';').next().unwrap_or("").trim_matches('"'));
        return body.split(marker.as_str()).skip(1).find_map(|piece| part(piece.strip_prefix("\r\n")?, wanted));
    }
    if !kind.starts_with(wanted) {
        return None;
    }
    let bytes = match value(&headers, "Content-Transfer-Encoding").unwrap_or("7bit") {
        "quoted-printable" => quoted_printable(body, false),
        "base64" => STANDARD.decode(body.split_whitespace().collect::<String>()).expect("base64"),
        _ => body.as_bytes().to_vec(),
    };
    Some(String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n"))
}

fn quoted_printable(text: &str, header: bool) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut out = Vec::new();
    let mut bytes = joined.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'=' => {
                let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                out.push(u8::from_str_radix(&hex, 16).expect("two hexadecimal digits"));
            }
            b'_' if header => out.push(b' '),
            other => out.push(other),
        }
    }
    out
}

/// RFC 2047 words decoded; the space between two of them is not part of the text.
fn decode_words(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some(start) = rest.find("=?") {
        let Some(word) = encoded_word(&rest[start..]) else { break };
        let between = &rest[..start];
        if !(after_word && between.trim().is_empty()) {
            out.push_str(between);
        }
        out.push_str(&word.0);
        rest = &rest[start + word.1..];
        after_word = true;
    }
    out + rest
}

fn encoded_word(text: &str) -> Option<(String, usize)> {
    let mut fields = text.strip_prefix("=?")?.splitn(3, '?');
    let (charset, method, tail) = (fields.next()?, fields.next()?, fields.next()?);
    let content = &tail[..tail.find("?=")?];
    let bytes = match method {
        "b" | "B" => STANDARD.decode(content).ok()?,
        _ => quoted_printable(content, true),
    };
    Some((String::from_utf8(bytes).ok()?, charset.len() + method.len() + content.len() + 6))
}
