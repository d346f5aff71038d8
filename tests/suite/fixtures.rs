//! Our components beside govuk-frontend's own fixtures: the same elements, attributes and words.

use std::path::Path;

use askama::Template;
use chaperone::error::Fault;
use chaperone::web::form::{Choice, Typed};
use chaperone::web::page::Banner;
use scraper::{ElementRef, Html};

/// What a case is made from, whichever component it is.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% import "components/field.html" as f %}{% import "components/notice.html" as n %}{% import "components/button.html" as b %}
{%- match case -%}
{%- when "input" -%}{{ f::input(form, name, label, hint=hint) }}
{%- when "textarea" -%}{{ f::textarea(form, name, label, hint=hint) }}
{%- when "select" -%}{{ f::select(form, name, label, choices, hint=hint, empty="") }}
{%- when "password-input" -%}{{ f::password(form, name, label, hint=hint) }}
{%- when "radios" -%}{{ f::radios(form, name, label, choices, hint=hint) }}
{%- when "checkboxes" -%}{{ f::checkboxes(form, name, label, choices, hint=hint) }}
{%- when "date-input" -%}{{ f::date_input(form, name, label, hint=hint) }}
{%- when "error-summary" -%}{{ n::error_summary(faults) }}
{%- when "warning-text" -%}{{ n::warning(label) }}
{%- when "details" -%}{% call n::details(label) %}{{ hint }}{% endcall %}
{%- when "inset-text" -%}{% call n::inset() %}{{ label }}{% endcall %}
{%- when "notification-banner" -%}{{ n::banner(banner) }}
{%- when _ -%}{{ b::button(label) }}
{%- endmatch -%}"#
)]
struct Case {
    case: &'static str,
    form: Typed,
    name: String,
    label: String,
    hint: String,
    choices: Vec<Choice>,
    faults: Vec<Fault>,
    banner: Banner,
}

impl Case {
    /// Reads the fixture's options.
    fn of(case: &'static str, options: &serde_json::Value) -> Case {
        let text = |path: &str| options.pointer(path).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let first = |paths: &[&str]| paths.iter().map(|p| text(p)).find(|t| !t.is_empty()).unwrap_or_default();
        let name = first(&["/id", "/idPrefix", "/name"]);
        let mut form = Typed::default();
        let mut choices = Vec::new();
        for item in options["items"].as_array().into_iter().flatten() {
            let value = item["value"].as_str().map_or_else(|| item["value"].to_string(), str::to_owned);
            if item["checked"] == true {
                form = form.with(&name, &value);
            }
            choices.push(Choice::new(value, item["text"].as_str().unwrap_or_default()));
        }
        for part in ["day", "month", "year"] {
            if let Some(value) = options["values"].get(part) {
                form = form.with(&format!("{name}-{part}"), value);
            }
        }
        let message = text("/errorMessage/text");
        if !message.is_empty() {
            form.refuse(&name, message);
        }
        let faults = options["errorList"].as_array().into_iter().flatten();
        let faults = faults.map(|e| {
            Fault::new(e["href"].as_str().unwrap_or_default().trim_start_matches('#'), e["text"].as_str().unwrap())
        });
        Case {
            case,
            form,
            name,
            label: first(&["/label/text", "/fieldset/legend/text", "/summaryText", "/text"]),
            hint: if case == "details" { text("/text") } else { text("/hint/text") },
            choices,
            faults: faults.collect(),
            banner: Banner { success: options["type"] == "success", text: text("/text") },
        }
    }
}

/// Elements, sorted attributes and words, a line each. Left aside: what is ours to choose (names of parts,
/// widths, the size of a legend) and an empty value, which says nothing.
fn outline(html: &str) -> Vec<String> {
    let mut lines = Vec::new();
    walk(Html::parse_fragment(html).root_element(), &mut lines);
    lines
}

fn walk(element: ElementRef<'_>, lines: &mut Vec<String>) {
    let mut attributes: Vec<_> = element
        .value()
        .attrs()
        .filter(|(name, value)| !matches!((*name, *value), ("name" | "inputmode", _) | ("value", "")))
        .map(|(name, value)| {
            let ours = |class: &&str| !class.contains("--width-") && !class.starts_with("govuk-fieldset__legend--");
            let mut words: Vec<_> = value.split_whitespace().filter(ours).collect();
            words.sort_unstable();
            format!("{name}={}", words.join(" "))
        })
        .collect();
    attributes.sort();
    lines.push(format!("{} {}", element.value().name(), attributes.join(" ")));
    for child in element.children() {
        if let Some(inner) = ElementRef::wrap(child) {
            walk(inner, lines);
        } else if let Some(text) = child.value().as_text() {
            let words: Vec<_> = text.split_whitespace().collect();
            if !words.is_empty() {
                lines.push(words.join(" "));
            }
        }
    }
}

#[test]
fn components_are_built_like_the_design_systems_own() {
    let package =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/node_modules/govuk-frontend/dist/govuk/components");
    if !package.is_dir() {
        // Assets built elsewhere come without the package's fixtures.
        return;
    }
    for (case, names) in [
        ("input", &["default", "with error and hint"][..]),
        ("textarea", &["default", "with error message"]),
        ("select", &["with hint text and error message"]),
        ("password-input", &["with hint text"]),
        ("radios", &["with fieldset and error message"]),
        ("checkboxes", &["with hint"]),
        ("date-input", &["with values"]),
        ("error-summary", &["default"]),
        ("warning-text", &["default"]),
        ("details", &["default"]),
        ("inset-text", &["default"]),
        ("notification-banner", &["with type as success"]),
        ("button", &["prevent double click"]),
    ] {
        let held = std::fs::read_to_string(package.join(case).join("fixtures.json")).unwrap();
        let held: serde_json::Value = serde_json::from_str(&held).unwrap();
        for name in names {
            let fixture = held["fixtures"].as_array().unwrap().iter().find(|f| f["name"] == *name);
            let fixture = fixture.unwrap_or_else(|| panic!("{case} has no fixture {name}"));
            let ours = Case::of(case, &fixture["options"]).render().unwrap();
            assert_eq!(outline(&ours), outline(fixture["html"].as_str().unwrap()), "{case}: {name}");
        }
    }
}
