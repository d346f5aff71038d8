//! The components: their parts are tied together for a screen reader, their classes exist, and nothing that
//! only gov.uk may wear is shipped.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use askama::Template;
use chaperone::error::Fault;
use chaperone::types::{ItemState, Status};
use chaperone::web::form::{Choice, Typed};
use chaperone::web::page::{Banner, Frame, NavItem};
use chaperone::web::{assets, filters};
use chrono::NaiveDate;
use scraper::{Html, Selector};

/// One of everything.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "layout.html" %}
{% import "components/button.html" as b %}
{% import "components/field.html" as f %}
{% import "components/list.html" as l %}
{% import "components/notice.html" as n %}
{% import "components/way.html" as w %}
{% block before %}{{ w::breadcrumbs(links) }}{{ w::back("/people") }}{% endblock %}
{% block content %}
<h1 class="govuk-heading-l">Components</h1>
<form method="post" novalidate>
{{ b::csrf(frame) }}
{{ f::input(form, "name", "Full name", hint="As on the passport", autocomplete="name") }}
{{ f::input(form, "email", "Email address", kind="email", width="20") }}
{{ f::password(form, "password", "Password") }}
{{ f::textarea(form, "reason", "Reason", hint="Two lines will do") }}
{{ f::select(form, "role", "Role", choices) }}
{{ f::radios(form, "outcome", "Outcome", choices) }}
{{ f::checkboxes(form, "roles", "Roles", choices, hint="Choose all that apply", small=true) }}
{{ f::date_input(form, "issued", "Date of issue") }}
{{ f::date_input(form, "born", "Date of birth", small=true) }}
{% call f::fieldset("Address") %}{{ f::input(form, "town", "Town") }}{% endcall %}
{{ b::button("Save") }} {{ b::button("Delete", style="warning", name="act", value="delete") }} {{ b::link_button("Add a person", "/people/new", style="secondary") }}
</form>
{% call w::filter_panel("/people", links) %}{{ f::input(form, "q", "Name") }}{% endcall %}
{% call n::inset() %}Inset{% endcall %}{{ n::warning("This stops the person at once.") }}
{% call n::details("Help") %}Text{% endcall %}
<dl class="govuk-summary-list">{{ l::summary_row("Name", "Ann") }}{{ l::summary_change("Date of birth", day|date, "/x") }}</dl>
{% call l::summary_card("Certificate") %}<dl class="govuk-summary-list">{{ l::summary_row("Expires", "x") }}</dl>{% endcall %}
{% call l::table("People") %}<thead><tr>{{ l::sort_column("Name", "/people?sort=name", "ascending") }}{{ l::column("Routes", numeric=true) }}{{ l::column("Status") }}</tr></thead>
<tbody>{% for status in statuses %}<tr><th scope="row" class="govuk-table__header">Ann Lee</th><td class="govuk-table__cell govuk-table__cell--numeric" data-label="Routes">3</td><td class="govuk-table__cell" data-label="Status">{{ status|tag }}</td></tr>{% endfor %}</tbody>{% endcall %}
<ul class="app-matrix">{% for state in states %}{% call l::matrix_item(state|sign, "Enhanced DBS certificate", note="31 March 2027, in 9 days") %}{{ state|tag }}{% endcall %}{% endfor %}</ul>
<ol class="app-timeline">{% call l::event("Hold placed", "Ann Lee", "22 November 2026") %}{{ "one\ntwo"|nl2p }}{% endcall %}</ol>
<ul class="app-figures"><li class="app-figure app-figure--problem"><span class="app-figure__number">3</span> cannot work</li></ul>
<p class="govuk-body">{{ 1204|plural("person", "people") }}, {{ day|relative(today) }}, {{ missing|date }}</p>
{{ w::pages(previous, next, "people") }}
{% endblock %}"#
)]
struct Gallery {
    frame: Frame,
    form: Typed,
    choices: Vec<Choice>,
    links: Vec<NavItem>,
    statuses: Vec<Status>,
    states: Vec<ItemState>,
    day: NaiveDate,
    today: NaiveDate,
    missing: Option<NaiveDate>,
    previous: Option<String>,
    next: Option<String>,
}

/// One of everything, with faults.
fn gallery() -> String {
    let mut form = Typed::parse(
        b"name=Ann&born-day=3&born-month=jan&born-year=1980&issued-day=3&issued-month=&issued-year=2026&role=pa&roles=pa",
    )
    .unwrap();
    form.need_date("born", "date of birth");
    form.need_date("issued", "date of issue");
    form.need_text("reason", 200, "Enter the reason");
    form.need_choice::<i64>("outcome", "Choose an outcome");
    form.refuse("name", "Enter a name without <brackets>");
    let links = vec![NavItem::new("Today", "/"), NavItem { current: true, ..NavItem::new("People", "/people") }];
    let frame = Frame {
        phone: String::new(),
        council: "Exampleshire County Council".into(),
        title: "Components".into(),
        nav: links.clone(),
        user: Some("Priya Shah".into()),
        csrf: "token".into(),
        banner: Some(Banner { success: true, text: "Saved".into() }),
        faults: Vec::new(),
    };
    let page = Gallery {
        frame: frame.with_faults(&form),
        form,
        choices: vec![Choice::new("driver", "Driver"), Choice::new("pa", "Passenger assistant").hint("On the bus")],
        links,
        statuses: Status::ALL.to_vec(),
        states: ItemState::ALL.to_vec(),
        day: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
        today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
        missing: None,
        previous: Some("/people?before=1".into()),
        next: Some("/people?after=9".into()),
    };
    page.render().unwrap()
}

fn select(page: &Html, selector: &str) -> Vec<scraper::ElementRef<'static>> {
    let page: &'static Html = Box::leak(Box::new(page.clone()));
    page.select(&Selector::parse(selector).unwrap()).collect()
}

#[test]
fn every_reference_between_elements_finds_its_mark() {
    let page = Html::parse_document(&gallery());
    let all: Vec<_> = select(&page, "[id]").iter().map(|e| e.attr("id").unwrap()).collect();
    let ids: BTreeSet<_> = all.iter().copied().collect();
    assert_eq!(all.len(), ids.len(), "an id is given twice");
    for attribute in ["for", "aria-describedby", "aria-labelledby", "aria-controls"] {
        for element in select(&page, &format!("[{attribute}]")) {
            for id in element.attr(attribute).unwrap().split(' ') {
                assert!(ids.contains(id), "{attribute}={id}");
            }
        }
    }
    for link in select(&page, "a[href^='#']") {
        assert!(ids.contains(&link.attr("href").unwrap()[1..]), "{:?}", link.attr("href"));
    }
    for field in select(&page, "input:not([type=hidden]), select, textarea") {
        let id = field.attr("id").expect("a field without an id");
        assert_eq!(select(&page, &format!("label[for='{id}']")).len(), 1, "{id}");
    }
}

#[test]
fn a_fault_is_said_twice_in_the_same_words_and_in_the_title() {
    let page = Html::parse_document(&gallery());
    let text =
        |selector: &str| select(&page, selector).iter().map(|e| e.text().collect::<String>()).collect::<Vec<_>>();
    let at_fields: BTreeSet<_> = text("p.govuk-error-message").iter().map(|t| t.replace("Error: ", "")).collect();
    let summary: BTreeSet<_> = text(".govuk-error-summary__list a").into_iter().collect();
    assert_eq!(summary, at_fields);
    assert!(summary.contains("Enter a name without <brackets>"));
    assert!(text("title")[0].starts_with("Error: Components – Chaperone – "));
    let link = select(&page, ".govuk-error-summary__list a[href='#issued-month']");
    assert_eq!(link.len(), 1, "a date's fault leads to the part that is missing");
    assert_eq!(select(&page, ".govuk-date-input__input.govuk-input--error").len(), 1);
}

#[test]
fn what_was_typed_is_shown_again() {
    let page = Html::parse_document(&gallery());
    let value = |id: &str| select(&page, &format!("#{id}"))[0].attr("value").unwrap_or_default().to_owned();
    assert_eq!(value("name"), "Ann");
    assert_eq!(value("born-month"), "jan");
    assert_eq!(select(&page, "option[selected]")[0].attr("value"), Some("pa"));
    assert_eq!(select(&page, "input[name=roles][checked]")[0].attr("value"), Some("pa"));
    assert_eq!(value("password"), "");
}

#[test]
fn a_whole_date_at_fault_leads_to_its_day() {
    let mut form = Typed::parse(b"issued-day=30&issued-month=2&issued-year=2026").unwrap();
    assert_eq!(form.need_date("issued", "date of issue"), None);
    assert_eq!(form.summary(), [Fault::new("issued-day", "The date of issue must be a real date")]);
    assert!(["day", "month", "year"].iter().all(|part| form.is_part_wrong("issued", part)));
}

fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if matches!(path.extension().and_then(|e| e.to_str()), Some("html" | "rs")) {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// Words of `text` that begin with `prefix` and are complete: `govuk-tag--{{ colour }}` is not.
fn classes<'a>(text: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_!".contains(c);
    text.match_indices(prefix)
        .filter(|(at, _)| !text[..*at].ends_with(is_part))
        .map(|(at, _)| {
            let rest = &text[at..];
            (&rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())], at)
        })
        .filter(|(word, at)| !text[at + word.len()..].starts_with("{{"))
        .map(|(word, _)| word)
        .collect()
}

#[test]
fn every_class_a_page_names_is_in_the_stylesheet() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = vec![gallery()];
    files(&root.join("templates"), &mut sources);
    files(&root.join("src/web"), &mut sources);
    let css =
        assets::all().find(|(name, _)| *name == "main.css").map(|(_, bytes)| String::from_utf8_lossy(bytes)).unwrap();
    let css = css.replace('\\', "");
    let shipped: BTreeSet<_> = ["govuk-", "app-"].iter().flat_map(|prefix| classes(&css, prefix)).collect();
    for source in &sources {
        for value in source.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            for word in ["govuk-", "app-"].iter().flat_map(|prefix| classes(value, prefix)) {
                // A block may carry no style of its own when its elements do.
                let is_block =
                    shipped.iter().any(|class| class.strip_prefix(word).is_some_and(|r| r.starts_with("__")));
                let is_hook = word.starts_with("govuk-js-");
                assert!(shipped.contains(word) || is_block || is_hook, "{word} is in no stylesheet");
            }
        }
    }
}

#[test]
fn nothing_that_only_gov_uk_may_wear_is_shipped() {
    for (name, bytes) in assets::all() {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for mark in ["gds transport", "crest", "crown", "www.gov.uk", "url(", ".woff"] {
            assert!(!text.contains(mark), "{name} holds {mark}");
        }
    }
    assert!(!gallery().to_lowercase().contains("gov.uk"));
}
