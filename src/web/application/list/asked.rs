//! What the list of applications was asked for: its address read and written.

use rocket::FromForm;

use super::super::Stage;
use crate::domain::application::moves;
use crate::store::application::Filter;
use crate::types::{ApplicationId, ApplicationState, ContractorId, UserId};
use crate::web::answer::path;
use crate::web::form::Typed;
use crate::web::tag::Tagged;

/// The list's address, as it comes.
#[derive(FromForm)]
pub(super) struct Query<'r> {
    state: Option<&'r str>,
    kind: Option<&'r str>,
    role: Option<&'r str>,
    contractor: Option<&'r str>,
    owner: Option<&'r str>,
    search: Option<&'r str>,
    pub before: Option<i64>,
}

#[derive(Clone, Default)]
pub(super) struct Asked {
    /// The word of the states that were chosen; none for what the list shows by itself.
    pub state: Option<&'static str>,
    pub filter: Filter,
    pub search: Option<String>,
}

/// The states that may be chosen together: word, title, and which they are.
pub(super) fn groups(is_council: bool) -> Vec<(&'static str, &'static str, Vec<ApplicationState>)> {
    let open = [&[ApplicationState::Draft, ApplicationState::Returned], moves::OPEN].concat();
    let settled = vec![ApplicationState::Decided, ApplicationState::Appealed, ApplicationState::Closed];
    let one = |state: ApplicationState| vec![state];
    let mut groups = vec![("open", "Open", open)];
    if is_council {
        groups.push(("settled", "Decided or closed", settled));
        groups.extend(
            ApplicationState::ALL.iter().map(|state| (state.as_str(), Stage::of(*state, true).word(), one(*state))),
        );
        return groups;
    }
    groups.push(("returned", "Returned to you", one(ApplicationState::Returned)));
    groups.push(("draft", "Draft", one(ApplicationState::Draft)));
    groups.push(("council", "With the council", moves::OPEN.to_vec()));
    groups.push(("settled", "Decided", settled));
    groups.push(("withdrawn", "Withdrawn", one(ApplicationState::Withdrawn)));
    groups.push(("all", "All", Vec::new()));
    groups
}

impl Asked {
    /// A firm chooses among the states it may know, and sees what is open until it does.
    pub fn of(query: &Query<'_>, is_council: bool) -> Asked {
        let groups = groups(is_council);
        let chosen = groups.iter().find(|(word, _, _)| Some(*word) == query.state);
        let own = if is_council { None } else { groups.first() };
        let state = chosen.map(|(word, _, _)| *word).filter(|word| is_council || *word != "open");
        let states = chosen.or(own).map(|(_, _, states)| states.clone()).unwrap_or_default();
        let some = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        if !is_council {
            let filter = Filter { states, role: some(query.role), ..Filter::default() };
            return Asked { state, filter, search: None };
        }
        let filter = Filter {
            states,
            kind: query.kind.and_then(|word| word.parse().ok()),
            role: some(query.role),
            contractor: query.contractor.and_then(|id| id.parse().ok()).map(ContractorId),
            owner: query.owner.and_then(|id| id.parse().ok()).map(UserId),
            name: String::new(),
        };
        Asked { state, filter, search: some(query.search) }
    }

    pub fn path(&self, before: Option<ApplicationId>) -> String {
        let Filter { kind, role, contractor, owner, .. } = &self.filter;
        let pairs = [
            ("state", self.state.map(str::to_owned)),
            ("kind", kind.map(|one| one.to_string())),
            ("role", role.clone()),
            ("contractor", contractor.map(|one| one.to_string())),
            ("owner", owner.map(|one| one.to_string())),
            ("search", self.search.clone()),
            ("before", before.map(|one| one.to_string())),
        ];
        path("/applications", &pairs)
    }

    pub fn without(&self, change: impl Fn(&mut Asked)) -> String {
        let mut other = self.clone();
        change(&mut other);
        other.path(None)
    }

    pub fn form(&self) -> Typed {
        let Filter { kind, role, contractor, owner, .. } = &self.filter;
        let fields = [
            ("state", self.state.map(str::to_owned)),
            ("kind", kind.map(|one| one.to_string())),
            ("role", role.clone()),
            ("contractor", contractor.map(|one| one.to_string())),
            ("owner", owner.map(|one| one.to_string())),
        ];
        fields.into_iter().fold(Typed::default(), |form, (name, value)| form.with(name, value.unwrap_or_default()))
    }
}
