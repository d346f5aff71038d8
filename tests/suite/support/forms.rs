//! Forms sent as a page would send them, which must be taken.

use chaperone::domain::evidence::Answers;
use rocket::http::Method;

use super::asker::{Asker, Said};

/// Sends a page's form, which must be taken; where it leads.
#[track_caller]
pub fn fill(asker: &Asker<'_>, page: &str, fields: &[(&str, &str)]) -> String {
    led(page, &asker.fill(page, fields))
}

/// Reads all notes of a case, as whoever decides has to first.
#[track_caller]
pub fn read_notes(asker: &Asker<'_>, case: impl std::fmt::Display) {
    let said = asker.ask(Method::Post, &format!("/applications/{case}/vault"), &[("reason", "To decide the case")]);
    assert_eq!(said.code, 200, "the vault of {case}: {}", said.body);
}

/// Sends a button, which must be taken; where it leads.
#[track_caller]
pub fn press(asker: &Asker<'_>, path: &str) -> String {
    led(path, &asker.ask(Method::Post, path, &[]))
}

#[track_caller]
fn led(page: &str, said: &Said) -> String {
    assert_eq!(said.code, 303, "{page}: {}", said.body);
    said.header("Location").to_owned()
}

/// Answers as their form sends them: a day in three fields.
pub fn fields(answers: &Answers) -> Vec<(String, String)> {
    let value = serde_json::to_value(answers).unwrap();
    let mut fields = Vec::new();
    for (name, value) in value.as_object().unwrap() {
        let texts: Vec<&str> = match value.as_array() {
            Some(many) => many.iter().map(|one| one.as_str().unwrap()).collect(),
            None => vec![value.as_str().unwrap()],
        };
        for text in texts {
            match text.parse::<chrono::NaiveDate>() {
                Ok(day) => {
                    for (part, shape) in [("day", "%d"), ("month", "%m"), ("year", "%Y")] {
                        fields.push((format!("{name}-{part}"), day.format(shape).to_string()));
                    }
                }
                Err(_) => fields.push((name.clone(), text.to_owned())),
            }
        }
    }
    fields
}

/// Records evidence by its form.
#[track_caller]
pub fn record(asker: &Asker<'_>, person: &str, role: &str, code: &str, answers: &Answers) -> Said {
    let page = format!("/people/{person}/evidence/new?requirement={code}&role={role}");
    let fields = fields(answers);
    asker.fill(&page, &fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
}
