//! The funnel from application to appeal (source report ¶129): what each column counts, and what its lines are called.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::policy::{self, Policy};
use crate::error::Result;
use crate::store::report::{Filter, Split, Stage, Tally};
use crate::store::{Conn, authority, contractor, report as store};
use crate::types::{AppealOutcome, ContractorId};

/// The columns, in order.
pub const STAGES: [Stage; 6] =
    [Stage::Applied, Stage::Trace, Stage::Interviewed, Stage::Unsuitable, Stage::Appealed, Stage::Upheld];

/// How many of one line of the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Figures {
    /// Sent in; a case that the council opened itself is none.
    pub applied: i64,
    /// With a trace on the certificate, or a matter declared.
    pub trace: i64,
    /// Interviewed.
    pub interviewed: i64,
    /// Refused at the first decision, whatever an appeal made of it.
    pub unsuitable: i64,
    /// An appeal was lodged.
    pub appealed: i64,
    /// The appeal changed the decision, in whole or in part.
    pub upheld: i64,
}

impl Figures {
    /// One column.
    pub fn of(&self, stage: Stage) -> i64 {
        match stage {
            Stage::Applied => self.applied,
            Stage::Trace => self.trace,
            Stage::Interviewed => self.interviewed,
            Stage::Unsuitable => self.unsuitable,
            Stage::Appealed => self.appealed,
            Stage::Upheld => self.upheld,
        }
    }

    /// A column as a share of those who applied, such as "20.4%"; empty where nobody did.
    pub fn share(&self, stage: Stage) -> String {
        if self.applied == 0 {
            return String::new();
        }
        let tenths = (self.of(stage) * 1000 + self.applied / 2) / self.applied;
        format!("{}.{}%", tenths / 10, tenths % 10)
    }

    fn add(&mut self, tally: &Tally) {
        let if_so = |is: bool| if is { tally.count } else { 0 };
        self.applied += tally.count;
        self.trace += if_so(tally.has_trace);
        self.interviewed += if_so(tally.was_interviewed);
        self.unsuitable += if_so(tally.was_refused);
        self.appealed += if_so(tally.was_appealed);
        self.upheld += if_so(matches!(tally.appeal_outcome, Some(AppealOutcome::Upheld | AppealOutcome::Varied)));
    }
}

/// One line of a funnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The role's code, the firm's or authority's id, the month; `None` where it is not recorded.
    pub key: Option<String>,
    /// What it is called.
    pub name: String,
    /// How many.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A funnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Funnel {
    /// Its lines; none when it is not split.
    pub lines: Vec<Line>,
    /// All of them together.
    pub total: Figures,
}

/// Adds up what is alike, line by line.
pub fn shape(tallies: &[Tally]) -> (BTreeMap<Option<String>, Figures>, Figures) {
    let mut lines: BTreeMap<Option<String>, Figures> = BTreeMap::new();
    let mut total = Figures::default();
    for tally in tallies {
        lines.entry(tally.key.clone()).or_default().add(tally);
        total.add(tally);
    }
    (lines, total)
}

/// The funnel of what was sent in. Firms come by how many applied, months in their order, all else by name; what is
/// not recorded comes last.
///
/// # Errors
/// The database's.
pub fn funnel(conn: &mut Conn, split: Split, filter: &Filter, today: NaiveDate) -> Result<Funnel> {
    let (lines, total) = shape(&store::tallies(conn, split, filter)?);
    if split == Split::Whole {
        return Ok(Funnel { lines: Vec::new(), total });
    }
    let names = names(conn, split, lines.keys().flatten(), today)?;
    let called = |key: &Option<String>| match key {
        Some(key) => names.get(key).cloned().unwrap_or_else(|| key.clone()),
        None => "Not recorded".to_owned(),
    };
    let mut lines: Vec<Line> =
        lines.into_iter().map(|(key, figures)| Line { name: called(&key), key, figures }).collect();
    match split {
        Split::Contractor => lines.sort_by_key(|line| (line.key.is_none(), -line.figures.applied, line.name.clone())),
        Split::Month => lines.sort_by_key(|line| (line.key.is_none(), line.key.clone())),
        _ => lines.sort_by_key(|line| (line.key.is_none(), line.name.clone())),
    }
    Ok(Funnel { lines, total })
}

fn names<'a>(
    conn: &mut Conn,
    split: Split,
    keys: impl Iterator<Item = &'a String>,
    today: NaiveDate,
) -> Result<HashMap<String, String>> {
    Ok(match split {
        Split::Whole => HashMap::new(),
        Split::Role => {
            let policies = policy::published(conn)?;
            let roles = Policy::in_force(&policies, today).map(|policy| policy.roles.clone()).unwrap_or_default();
            roles.into_iter().map(|role| (role.code, role.title)).collect()
        }
        Split::Contractor => {
            let ids: Vec<ContractorId> = keys.filter_map(|key| key.parse().ok()).collect();
            let mut found = HashMap::new();
            for some in ids.chunks(500) {
                found.extend(contractor::names(conn, some)?.into_iter().map(|(id, name)| (id.to_string(), name)));
            }
            found
        }
        Split::Authority => authority::all(conn)?.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
        Split::Month => keys.map(|key| (key.clone(), month(key))).collect(),
    })
}

/// "November 2026" for `2026-11`.
fn month(key: &str) -> String {
    NaiveDate::parse_from_str(&format!("{key}-01"), "%Y-%m-%d")
        .map_or_else(|_| key.to_owned(), |day| day.format("%B %Y").to_string())
}

/// A column's name.
pub fn title(stage: Stage) -> &'static str {
    match stage {
        Stage::Applied => "Applied",
        Stage::Trace => "With a trace",
        Stage::Interviewed => "Interviewed",
        Stage::Unsuitable => "Found unsuitable",
        Stage::Appealed => "Appealed",
        Stage::Upheld => "Appeal upheld",
    }
}

/// A column's name in addresses and files.
pub fn code(stage: Stage) -> &'static str {
    match stage {
        Stage::Applied => "applied",
        Stage::Trace => "trace",
        Stage::Interviewed => "interviewed",
        Stage::Unsuitable => "unsuitable",
        Stage::Appealed => "appealed",
        Stage::Upheld => "upheld",
    }
}

/// A funnel as a file: a line for each, and the last for all of them.
pub fn csv(funnel: &Funnel, first: &str, figure: impl Fn(i64) -> String) -> Vec<Vec<String>> {
    let mut table = vec![std::iter::once(first).chain(STAGES.map(code)).map(str::to_owned).collect::<Vec<_>>()];
    let total = Line { key: None, name: "All".into(), figures: funnel.total };
    for line in funnel.lines.iter().chain([&total]) {
        let figures = STAGES.map(|stage| match stage {
            Stage::Applied => line.figures.applied.to_string(),
            other => figure(line.figures.of(other)),
        });
        table.push(std::iter::once(line.name.clone()).chain(figures).collect());
    }
    table
}

/// What a split is called in addresses, files and commands.
pub fn split_code(split: Split) -> &'static str {
    match split {
        Split::Whole => "",
        Split::Role => "role",
        Split::Contractor => "contractor",
        Split::Authority => "authority",
        Split::Month => "month",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(key: &str, refused: bool, appeal: Option<AppealOutcome>, count: i64) -> Tally {
        Tally {
            key: Some(key.into()),
            has_trace: refused,
            was_interviewed: refused,
            was_refused: refused,
            was_appealed: appeal.is_some(),
            appeal_outcome: appeal,
            count,
        }
    }

    #[test]
    fn somebody_whose_appeal_was_upheld_stays_counted_as_found_unsuitable() {
        let tallies = [
            tally("a", false, None, 90),
            tally("a", true, None, 6),
            tally("a", true, Some(AppealOutcome::Upheld), 1),
            tally("b", true, Some(AppealOutcome::Varied), 1),
            tally("b", true, Some(AppealOutcome::Dismissed), 2),
        ];
        let (lines, total) = shape(&tallies);
        let expected = Figures { applied: 100, trace: 10, interviewed: 10, unsuitable: 10, appealed: 4, upheld: 2 };
        assert_eq!(total, expected);
        assert_eq!(lines[&Some("a".to_owned())].unsuitable, 7);
        assert_eq!(lines[&Some("b".to_owned())].upheld, 1);
    }

    #[test]
    fn shares_are_of_those_who_applied() {
        let figures = Figures { applied: 2700, trace: 550, unsuitable: 103, ..Figures::default() };
        assert_eq!(figures.share(Stage::Trace), "20.4%");
        assert_eq!(figures.share(Stage::Unsuitable), "3.8%");
        assert_eq!(figures.share(Stage::Applied), "100.0%");
        assert_eq!(Figures::default().share(Stage::Trace), "");
    }

    #[test]
    fn a_month_is_named() {
        assert_eq!(month("2026-11"), "November 2026");
    }
}
