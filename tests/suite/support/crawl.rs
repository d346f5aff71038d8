//! All that somebody can reach by following links, and what of it is not about them but about the moment.

use std::collections::BTreeMap;

use chaperone::domain::import::read;
use rocket::local::blocking::Client;

use super::asker::Asker;
use super::browser::hidden;

/// The most pages that a walk may be long.
const MOST: usize = 400;
/// The most filters and pages of one list that are looked at.
const OF_ONE: usize = 6;

/// Every page and file that somebody reaches from these addresses, but for those that begin like one of `skip`: status,
/// headers and text by address. What no two answers share, the key and the token of forms, is taken out.
pub fn crawl(client: &Client, asker: &Asker<'_>, from: &[String], skip: &[&str]) -> BTreeMap<String, String> {
    let mut waiting: Vec<String> = from.to_vec();
    let mut found = BTreeMap::new();
    while let Some(path) = waiting.pop() {
        let list = path.split('?').next().unwrap_or_default();
        let of_one = found.keys().filter(|one: &&String| one.split('?').next() == Some(list)).count();
        if found.contains_key(&path) || of_one >= OF_ONE {
            continue;
        }
        let said = asker.get(&path);
        let next = said.body.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let next = next.map(|to| to.split('#').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&"));
        let next = next.filter(|to| to.starts_with('/') && !skip.iter().any(|one| to.starts_with(one)));
        waiting.extend(next);
        let key = hidden(&said.body, "submission");
        let body = if path.contains(".xlsx") { sheet(client, asker, &path) } else { said.body };
        let body = if key.is_empty() { body } else { body.replace(&key, "") };
        let headers: Vec<String> = said.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let text = format!("{}\n{}\n{}", said.code, headers.join("\n"), body.replace(&asker.csrf(), ""));
        found.insert(path, text);
        assert!(found.len() < MOST, "a walk without an end: {:?}", found.keys());
    }
    found
}

/// A workbook's cells as text.
fn sheet(client: &Client, asker: &Asker<'_>, path: &str) -> String {
    let cookie = rocket::http::Cookie::new("chaperone", asker.token.clone().unwrap_or_default());
    let bytes = client.get(path.to_owned()).cookie(cookie).dispatch().into_bytes().unwrap();
    let sheet = read(&bytes, "people.xlsx").unwrap();
    let rows = sheet.rows.iter().map(|row| row.cells.iter().collect::<Vec<_>>().join("\t"));
    [sheet.header.join("\t")].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}
