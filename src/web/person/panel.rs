//! The panel beside the list of people: what it offers, what is chosen, and the contractor whose name was typed.

use super::index::{AHEAD, Asked};
use crate::domain::permission::Who;
use crate::error::Result;
use crate::store::register::{Filter, Titles};
use crate::store::{Conn, authority, contractor};
use crate::types::{ContractorId, Status, fold};
use crate::web::form::Choice;
use crate::web::page::NavItem;
use crate::web::tag::Tagged;

/// More contractors than this are asked for by name: nobody reads so long a list, and every page would carry it.
const OFFERED: usize = 300;
/// How many names are suggested.
const SUGGESTED: i64 = 20;

/// What the panel offers.
#[derive(Default)]
pub(super) struct Choices {
    pub roles: Vec<Choice>,
    pub contractors: Vec<Choice>,
    /// Whether `contractors` is only the one chosen, or what the name typed may have meant.
    pub by_name: bool,
    pub authorities: Vec<Choice>,
    pub statuses: Vec<Choice>,
    pub days: Vec<Choice>,
}

impl Choices {
    /// The name of the contractor chosen; empty for none.
    pub fn contractor(&self, chosen: Option<ContractorId>) -> &str {
        let value = chosen.map(|id| id.to_string());
        let named = self.contractors.iter().find(|choice| Some(&choice.value) == value.as_ref());
        named.map_or("", |choice| choice.text.as_str())
    }
}

/// What a contractor's name, as typed, stands for.
#[derive(Clone, Default)]
pub(super) struct Typed {
    pub text: String,
    /// Those it may mean, when it means no single one.
    pub meant: Vec<Choice>,
}

impl Typed {
    /// What is wrong with it.
    pub fn fault(&self) -> String {
        let text = &self.text;
        if self.meant.is_empty() {
            format!("No contractor’s name begins with “{text}”")
        } else {
            format!("Several contractors’ names begin with “{text}”: enter more of the name")
        }
    }
}

/// The contractor of this name, or the only one whose name begins so.
pub(super) fn by_name(conn: &mut Conn, text: &str) -> Result<std::result::Result<ContractorId, Typed>> {
    let prefix = fold(text);
    let found = contractor::list(conn, None, &prefix, None, SUGGESTED)?;
    Ok(match found.as_slice() {
        [first, rest @ ..] if rest.is_empty() || first.folded_name == prefix => Ok(first.id),
        _ => Err(Typed {
            text: text.to_owned(),
            meant: found.into_iter().map(|firm| Choice::new(firm.id, firm.name)).collect(),
        }),
    })
}

pub(super) fn choices(conn: &mut Conn, who: &Who, titles: &Titles, filter: &Filter) -> Result<Choices> {
    let all = if who.is_staff() { contractor::few_choices(conn, OFFERED)? } else { None };
    let by_name = who.is_staff() && all.is_none();
    let firms = match all {
        Some(all) => all,
        None => {
            let wanted = if who.is_staff() { filter.contractor.into_iter().collect() } else { who.firms() };
            contractor::names(conn, &wanted)?
        }
    };
    Ok(Choices {
        roles: titles.roles.iter().map(|(code, title)| Choice::new(code, title.clone())).collect(),
        contractors: firms.into_iter().map(|(id, name)| Choice::new(id, name)).collect(),
        by_name,
        authorities: authority::all(conn)?.into_iter().map(|one| Choice::new(one.id, one.name)).collect(),
        statuses: Status::ALL.iter().map(|status| Choice::new(status, status.word())).collect(),
        days: AHEAD.iter().map(|days| Choice::new(days, ahead(*days))).collect(),
    })
}

fn ahead(days: u16) -> String {
    if days == 0 { "Overdue or missing".to_owned() } else { format!("Next {days} days, or overdue") }
}

/// The filters in force, each a link to the list without it.
pub(super) fn chosen(asked: &Asked, choices: &Choices) -> Vec<NavItem> {
    let word = |choices: &[Choice], value: Option<String>| {
        let value = value?;
        let known = choices.iter().find(|choice| choice.value == value);
        Some(known.map_or_else(|| "Not known".to_owned(), |choice| choice.text.clone()))
    };
    let filter = &asked.filter;
    let all = [
        (word(&choices.roles, filter.role.clone()), asked.without(|other| other.filter.role = None)),
        (
            word(&choices.contractors, filter.contractor.map(|id| id.to_string())),
            asked.without(|other| other.filter.contractor = None),
        ),
        (
            word(&choices.authorities, filter.authority.map(|id| id.to_string())),
            asked.without(|other| other.filter.authority = None),
        ),
        (
            word(&choices.statuses, filter.status.map(|status| status.to_string())),
            asked.without(|other| other.filter.status = None),
        ),
        (word(&choices.days, asked.due.map(|days| days.to_string())), asked.without(|other| other.due = None)),
    ];
    all.into_iter().filter_map(|(text, href)| Some(NavItem::new(text?, href))).collect()
}
