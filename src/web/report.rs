//! The funnel from application to appeal: its counts, the same as a file, and the applications behind each.

mod rows;

use askama::Template;
use rocket::http::ContentType;
use rocket::{FromForm, Route, State, get, routes};

use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::policy::{self, Policy};
use crate::domain::report::{self, Figures, Funnel, Line, STAGES, funnel};
use crate::error::Result;
use crate::store::report::{Filter, Split, Stage};
use crate::store::{Conn, authority, contractor};
use crate::types::{guarded, parse_date, thousands};
use crate::web::answer::{Answer, Download, path};
use crate::web::app::App;
use crate::web::filters;
use crate::web::form::{Choice, Typed};
use crate::web::guard::Staff;
use crate::web::page::{Frame, NavItem};

/// The most lines on the page; the file has them all.
const SHOWN: usize = 200;
/// More contractors than this are not offered: nobody reads so long a list.
const OFFERED: usize = 300;
/// Who may not see whose certificate had a trace is not told of so few either.
const FEW: i64 = 5;
const SPLITS: [(Split, &str); 4] = [
    (Split::Role, "Role"),
    (Split::Contractor, "Contractor"),
    (Split::Authority, "Licensing authority"),
    (Split::Month, "Month"),
];

/// The funnel's address, as it comes.
#[derive(FromForm, Default)]
struct Query<'r> {
    from: Option<&'r str>,
    to: Option<&'r str>,
    by: Option<&'r str>,
    role: Option<&'r str>,
    contractor: Option<&'r str>,
    authority: Option<&'r str>,
}

/// What is asked, and how it was typed.
#[derive(Clone)]
struct Asked {
    split: Split,
    filter: Filter,
    form: Typed,
}

/// "none" is what is not recorded.
fn id<T: std::str::FromStr>(text: Option<&str>) -> Option<Option<T>> {
    match text? {
        "none" => Some(None),
        text => text.parse().ok().map(Some),
    }
}

impl Asked {
    fn of(query: &Query<'_>) -> Asked {
        let text = |value: Option<&str>| value.unwrap_or_default().trim().to_owned();
        let mut form = Typed::default();
        for (name, value) in [
            ("from", query.from),
            ("to", query.to),
            ("by", query.by),
            ("role", query.role),
            ("contractor", query.contractor),
            ("authority", query.authority),
        ] {
            form = form.with(name, text(value));
        }
        let mut day = |name: &str| {
            let typed = form.text(name).to_owned();
            let day = parse_date(&typed);
            if day.is_none() && !typed.is_empty() {
                form.refuse(name, "Enter a date, for example 27/3/2026");
            }
            day
        };
        let (from, to) = (day("from"), day("to"));
        let filter = Filter {
            from,
            to,
            role: Some(text(query.role)).filter(|role| !role.is_empty()),
            contractor: id(query.contractor),
            authority: id(query.authority),
        };
        let by = query.by.unwrap_or_default();
        let split = SPLITS.into_iter().find(|(split, _)| report::split_code(*split) == by);
        Asked { split: split.map_or(Split::Whole, |(split, _)| split), filter, form }
    }

    /// The query of an address under this filter.
    fn pairs(&self) -> Vec<(&'static str, Option<String>)> {
        fn word<T: ToString>(id: &Option<Option<T>>) -> Option<String> {
            id.as_ref().map(|id| id.as_ref().map_or_else(|| "none".to_owned(), T::to_string))
        }
        vec![
            ("from", self.filter.from.map(|day| day.to_string())),
            ("to", self.filter.to.map(|day| day.to_string())),
            ("role", self.filter.role.clone()),
            ("contractor", word(&self.filter.contractor)),
            ("authority", word(&self.filter.authority)),
        ]
    }

    fn path(&self, room: &str, more: &[(&'static str, Option<String>)]) -> String {
        let mut pairs = self.pairs();
        pairs.extend_from_slice(more);
        path(room, &pairs)
    }

    fn by(&self) -> (&'static str, Option<String>) {
        ("by", Some(report::split_code(self.split).to_owned()))
    }

    /// Narrowed to one line.
    fn line(&self, line: &Line) -> Asked {
        let mut one = self.clone();
        let key = line.key.as_deref();
        match self.split {
            Split::Whole => {}
            Split::Role => one.filter.role = line.key.clone(),
            Split::Contractor => one.filter.contractor = Some(key.and_then(|key| key.parse().ok())),
            Split::Authority => one.filter.authority = Some(key.and_then(|key| key.parse().ok())),
            Split::Month => {
                let first = key.and_then(|key| format!("{key}-01").parse::<chrono::NaiveDate>().ok());
                let last = first.and_then(|day| day.checked_add_months(chrono::Months::new(1))?.pred_opt());
                one.filter.from = one.filter.from.max(first);
                one.filter.to = one.filter.to.into_iter().chain(last).min();
            }
        }
        one
    }
}

/// A number on the page.
struct Cell {
    title: &'static str,
    count: String,
    share: String,
    href: Option<String>,
}

struct Shown {
    name: String,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "report/funnel.html")]
struct Page {
    frame: Frame,
    form: Typed,
    split_title: &'static str,
    lines: Vec<Shown>,
    total: Shown,
    is_empty: bool,
    left_out: usize,
    is_masked: bool,
    titles: Vec<&'static str>,
    splits: Vec<Choice>,
    roles: Vec<Choice>,
    contractors: Vec<Choice>,
    authorities: Vec<Choice>,
    chosen: Vec<NavItem>,
    file: String,
}

/// A count as its reader may see it: to others than the team none below five, and the rest to the nearest five, so that
/// no subtraction of lines or of days brings a hidden one back.
fn figure(count: i64, sees: bool) -> String {
    if sees { thousands(count) } else { blurred(count).map_or_else(|| format!("fewer than {FEW}"), thousands) }
}

fn blurred(count: i64) -> Option<i64> {
    (!(1..FEW).contains(&count)).then(|| (count + FEW / 2) / FEW * FEW)
}

fn cells(asked: &Asked, figures: &Figures, sees: bool) -> Vec<Cell> {
    let cell = |stage: Stage| {
        let count = figures.of(stage);
        let is_told = sees || stage == Stage::Applied;
        let to = [("stage", Some(report::code(stage).to_owned()))];
        Cell {
            title: report::title(stage),
            count: figure(count, is_told),
            // An exact share would give the count away.
            share: if stage == Stage::Applied || !is_told { String::new() } else { figures.share(stage) },
            // The rows show whose it was.
            href: (sees && count > 0).then(|| asked.path("/reports/funnel/rows", &to)),
        }
    };
    STAGES.map(cell).into()
}

/// What the panel offers.
struct Choices {
    roles: Vec<Choice>,
    contractors: Vec<Choice>,
    authorities: Vec<Choice>,
}

fn choices(conn: &mut Conn, filter: &Filter, today: chrono::NaiveDate) -> Result<Choices> {
    let policies = policy::published(conn)?;
    let roles = Policy::in_force(&policies, today).map(|policy| policy.roles.as_slice()).unwrap_or_default();
    let firms = match contractor::few_choices(conn, OFFERED)? {
        Some(all) => all,
        None => contractor::names(conn, &filter.contractor.flatten().into_iter().collect::<Vec<_>>())?,
    };
    let none = || Choice::new("none", "Not recorded");
    Ok(Choices {
        roles: roles.iter().map(|role| Choice::new(&role.code, role.title.clone())).collect(),
        contractors: firms.into_iter().map(|(id, name)| Choice::new(id, name)).chain([none()]).collect(),
        authorities: authority::all(conn)?
            .into_iter()
            .map(|one| Choice::new(one.id, one.name))
            .chain([none()])
            .collect(),
    })
}

fn chosen(asked: &Asked, choices: &Choices) -> Vec<NavItem> {
    let named = |choices: &[Choice], value: Option<String>| {
        let value = value?;
        Some(choices.iter().find(|choice| choice.value == value).map_or(value, |choice| choice.text.clone()))
    };
    let pairs = asked.pairs();
    let item = |(name, value): &(&'static str, Option<String>)| {
        let text = match *name {
            "from" => asked.filter.from.map(|day| format!("From {}", crate::types::long_date(day))),
            "to" => asked.filter.to.map(|day| format!("To {}", crate::types::long_date(day))),
            "role" => named(&choices.roles, value.clone()),
            "contractor" => named(&choices.contractors, value.clone()),
            _ => named(&choices.authorities, value.clone()),
        };
        let rest: Vec<_> = pairs.iter().filter(|(other, _)| other != name).cloned().chain([asked.by()]).collect();
        text.map(|text| NavItem::new(text, path("/reports/funnel", &rest)))
    };
    pairs.iter().filter_map(item).collect()
}

#[get("/reports/funnel?<query..>")]
async fn show(staff: Staff, app: &State<App>, frame: Frame, query: Query<'_>) -> Result<Answer> {
    may(&staff, Act::ViewFunnel, Subject::Register)?;
    let (asked, today) = (Asked::of(&query), app.clock.today());
    let (split, filter) = (asked.split, asked.filter.clone());
    let (found, choices) =
        app.read(move |conn| Ok((funnel(conn, split, &filter, today)?, choices(conn, &filter, today)?))).await?;
    let sees = staff.sees_trace();
    let Funnel { lines, total } = found;
    let left_out = lines.len().saturating_sub(SHOWN);
    let shown = lines
        .iter()
        .take(SHOWN)
        .map(|line| Shown { name: line.name.clone(), cells: cells(&asked.line(line), &line.figures, sees) });
    let page = Page {
        split_title: SPLITS.iter().find(|(one, _)| *one == asked.split).map_or("Which", |(_, title)| *title),
        lines: shown.collect(),
        total: Shown { name: "All".into(), cells: cells(&asked, &total, sees) },
        is_empty: total.applied == 0,
        left_out,
        is_masked: !sees,
        titles: STAGES.map(report::title).into(),
        splits: SPLITS.map(|(split, title)| Choice::new(report::split_code(split), title)).into(),
        chosen: chosen(&asked, &choices),
        roles: choices.roles,
        contractors: choices.contractors,
        authorities: choices.authorities,
        file: asked.path("/reports/funnel.csv", &[asked.by()]),
        frame: frame.titled("From application to appeal").with_faults(&asked.form),
        form: asked.form,
    };
    Answer::page(&page)
}

#[get("/reports/funnel.csv?<query..>")]
async fn file(staff: Staff, app: &State<App>, query: Query<'_>) -> Result<Download> {
    may(&staff, Act::ViewFunnel, Subject::Register)?;
    let (asked, today) = (Asked::of(&query), app.clock.today());
    let (split, filter) = (asked.split, asked.filter);
    let found = app.read(move |conn| funnel(conn, split, &filter, today)).await?;
    Ok(Download::new(&format!("funnel-{today}.csv"), ContentType::CSV, bytes(&staff, split, &found)))
}

/// The file; without its mark a spreadsheet reads names in its own code page.
fn bytes(who: &Who, split: Split, found: &Funnel) -> Vec<u8> {
    let sees = who.sees_trace();
    let few = |count: i64| match blurred(count) {
        _ if sees => count.to_string(),
        Some(count) => count.to_string(),
        None => figure(count, false),
    };
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    let first = Some(report::split_code(split)).filter(|code| !code.is_empty()).unwrap_or("which");
    for line in report::csv(found, first, few) {
        // Writing to memory does not fail.
        let _ = out.write_record(line.iter().map(|cell| guarded(cell).into_owned()));
    }
    out.into_inner().unwrap_or_default()
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![show, file, rows::list]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_exact_figure_is_left_to_subtract_a_hidden_one_from() {
        assert_eq!([0, 1, 4, 5, 7, 8, 103].map(blurred), [Some(0), None, None, Some(5), Some(5), Some(10), Some(105)]);
        assert_eq!([figure(103, true), figure(103, false), figure(3, false)], ["103", "105", "fewer than 5"]);
    }
}
