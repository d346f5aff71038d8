//! What is on file about a person, newest first, as far as its reader may know.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::words;
use crate::domain::application::identity;
use crate::domain::clearance::Dossier;
use crate::domain::own_link::by_own_link;
use crate::domain::permission::{Act, Subject, Who, may};
use crate::store::register::Titles;
use crate::types::{AuthorityId, Kind, Outcome, PersonId, StatusResult, UserId, long_date};

/// One thing on file.
pub(super) struct Paper {
    pub title: String,
    pub facts: Vec<String>,
    /// That it no longer counts, and why not; empty while it does.
    pub past: &'static str,
    pub correct: Option<String>,
    day: NaiveDate,
    person: PersonId,
}

/// What papers are named from.
pub(super) struct Naming<'a> {
    pub who: &'a Who,
    pub titles: &'a Titles,
    pub staff: &'a HashMap<UserId, String>,
    pub authorities: &'a HashMap<AuthorityId, String>,
}

impl Paper {
    fn new(person: PersonId, title: impl Into<String>, day: NaiveDate) -> Paper {
        Paper { title: title.into(), facts: Vec::new(), past: "", correct: None, day, person }
    }

    fn fact(mut self, name: &str, value: impl AsRef<str>) -> Paper {
        if !value.as_ref().trim().is_empty() {
            self.facts.push(format!("{name} {}", value.as_ref()));
        }
        self
    }

    fn on(self, name: &str, day: Option<NaiveDate>) -> Paper {
        match day {
            Some(day) => self.fact(name, long_date(day)),
            None => self,
        }
    }

    fn past(mut self, is_past: bool, word: &'static str) -> Paper {
        if is_past && self.past.is_empty() {
            self.past = word;
        }
        self
    }

    fn correctable(mut self, kind: &str, row: i64) -> Paper {
        self.correct = Some(format!("/people/{}/evidence/{kind}/{row}/correct", self.person));
        self
    }
}

impl Naming<'_> {
    /// Everything on file, newest first.
    pub(super) fn papers(&self, dossier: &Dossier) -> Vec<Paper> {
        let mut papers: Vec<Paper> = self.documents(dossier).into_iter().chain(self.checks(dossier)).collect();
        papers.extend(self.decisions(dossier));
        if may(self.who, Act::CorrectEvidence, Subject::Register).is_err() {
            papers.iter_mut().for_each(|paper| paper.correct = None);
        }
        papers.sort_by_key(|paper| (!paper.past.is_empty(), std::cmp::Reverse(paper.day)));
        papers
    }

    fn by(&self, paper: Paper, user: UserId, on: NaiveDate) -> Paper {
        let name = self.staff.get(&user).map_or("", String::as_str);
        paper.fact("Recorded by", format!("{name}, {}", long_date(on)))
    }

    fn reason(&self, paper: Paper, reason: &str) -> Paper {
        if self.who.sees_reasons() { paper.fact("Reason:", reason) } else { paper }
    }

    fn documents(&self, dossier: &Dossier) -> Vec<Paper> {
        let id = dossier.person;
        let evidence = dossier.evidence.iter().map(|row| {
            let title = self.titles.any_requirement(&row.code).map_or_else(|| words::plain(&row.code), str::to_owned);
            let seen = row.seen_on.map_or_else(String::new, |day| format!(", {}", long_date(day)));
            let mut paper = Paper::new(id, title, row.valid_from.unwrap_or(row.recorded_on))
                .on("From", row.valid_from)
                .on("Until", row.expires_on)
                .fact("Reference", &row.reference);
            let facts = identity::named(&row.facts);
            let said = |name: &str| facts.get(name).and_then(|value| value.as_str()).unwrap_or_default();
            let by_person = row.kind == Kind::SelfDeclaration && !said("own_link").is_empty();
            if self.who.sees_reasons() && !by_person {
                paper.facts.extend(words::lines(Some(&facts.to_string())));
            }
            if !row.seen_by.is_empty() {
                paper = paper.fact("Seen by", format!("{}{seen}", row.seen_by));
            }
            let paper = paper.past(row.superseded_by.is_some(), "Replaced").past(row.retired_on.is_some(), "Set aside");
            let paper = match row.valid_from.filter(|_| by_person) {
                Some(day) => given(paper, day, said("wording")),
                None => self.by(paper, row.recorded_by, row.recorded_on),
            };
            let paper = self.reason(paper, &row.reason);
            let counts = paper.past.is_empty();
            if counts { paper.correctable(row.kind.as_str(), row.id.0) } else { paper }
        });
        let licences = dossier.licences.iter().map(|row| {
            let authority = self.authorities.get(&row.authority_id).map_or("", String::as_str);
            let paper =
                Paper::new(id, "Taxi or private hire driver's licence", row.valid_from.unwrap_or(row.recorded_on))
                    .fact("Number", &row.number)
                    .fact("Authority", authority)
                    .on("From", row.valid_from)
                    .on("Until", Some(row.expires_on))
                    .on("Ended", row.ended_on)
                    .past(row.retired_on.is_some(), "Set aside")
                    .past(row.ended_on.is_some(), "Ended");
            let paper = self.reason(self.by(paper, row.recorded_by, row.recorded_on), &row.reason);
            if row.retired_on.is_none() { paper.correctable("licence", row.id.0) } else { paper }
        });
        evidence.chain(licences).collect()
    }

    fn checks(&self, dossier: &Dossier) -> Vec<Paper> {
        let (id, sees_trace) = (dossier.person, self.who.sees_trace());
        let certificates = dossier.certificates.iter().map(|row| {
            let lists = row.barred_lists.as_str().replace('_', " ");
            let seen = if row.original_seen_by.is_empty() { "not recorded" } else { row.original_seen_by.as_str() };
            let mut paper = Paper::new(id, format!("DBS certificate ({})", row.level), row.issued_on)
                .fact("Number", &row.number)
                .on("Issued", Some(row.issued_on))
                .fact("Workforce:", row.workforce.as_str().replace('_', " "))
                .fact("Barred lists:", lists)
                .fact("Original seen by:", seen)
                .on("Original seen on", row.original_seen_on);
            if sees_trace {
                paper = paper.fact("Trace:", if row.has_trace { "yes" } else { "no" });
            }
            let paper = paper.past(row.retired_on.is_some(), "Set aside");
            let paper = self.reason(self.by(paper, row.recorded_by, row.recorded_on), &row.reason);
            if row.retired_on.is_none() { paper.correctable("dbs_certificate", row.id.0) } else { paper }
        });
        let consents = dossier.consents.iter().map(|row| {
            let paper = Paper::new(id, "Consent to status checks", row.given_on)
                .on("Given", Some(row.given_on))
                .on("Withdrawn", row.withdrawn_on)
                .past(row.withdrawn_on.is_some(), "Withdrawn");
            let paper = if by_own_link(row) {
                given(paper, row.given_on, &row.text_version)
            } else {
                self.by(paper, row.recorded_by, row.recorded_on)
            };
            if row.withdrawn_on.is_none() { paper.correctable("consent", row.id.0) } else { paper }
        });
        let subscriptions = dossier.subscriptions.iter().map(|row| {
            let paper = Paper::new(id, "Update Service subscription", row.joined_on)
                .on("Joined", Some(row.joined_on))
                .fact("Kind:", if row.volunteer { "free, as a volunteer" } else { "" })
                .on("Renewal due", row.renewal_due)
                .on("Ended", row.ended_on)
                .past(row.ended_on.is_some(), "Ended");
            let paper = self.by(paper, row.recorded_by, row.recorded_on);
            if row.ended_on.is_none() { paper.correctable("update_service", row.id.0) } else { paper }
        });
        let checks = dossier.checks.iter().map(|row| {
            let mut paper = Paper::new(id, "Status check", row.checked_on).on("Checked", Some(row.checked_on));
            if sees_trace {
                paper = paper.fact("Result:", result(row.result));
            }
            let paper = paper.fact("Checked by", &row.checker).correctable("status_check", row.id.0);
            self.by(paper, row.recorded_by, row.recorded_on)
        });
        certificates.chain(consents).chain(subscriptions).chain(checks).collect()
    }

    fn decisions(&self, dossier: &Dossier) -> Vec<Paper> {
        let id = dossier.person;
        let approvals = dossier.approvals.iter().map(|row| {
            let paper = Paper::new(id, format!("Approval: {}", self.titles.role(&row.role)), row.approved_on)
                .on("Approved", Some(row.approved_on))
                .fact("Conditions:", &row.conditions)
                .on("Conditions until", row.conditions_until)
                .on("Ended", row.ended_on)
                .past(row.ended_on.is_some(), "Ended");
            self.reason(self.by(paper, row.approved_by, row.recorded_on), &row.reason)
        });
        let decisions = dossier.decisions.iter().filter(|_| self.who.sees_trace()).map(|row| {
            let outcome = if row.outcome == Outcome::Suitable { "Suitable" } else { "Unsuitable" };
            let paper = Paper::new(id, "Suitability decision", row.decided_on)
                .fact("Outcome:", outcome)
                .on("Decided", Some(row.decided_on));
            self.reason(self.by(paper, row.decided_by, row.recorded_on), &row.reason)
        });
        approvals.chain(decisions).collect()
    }
}

/// That it is the person's own word, whoever of the team was at work when it was filed.
fn given(paper: Paper, day: NaiveDate, wording: &str) -> Paper {
    let day = long_date(day);
    let wording = if wording.is_empty() { String::new() } else { format!(", wording {wording}") };
    paper.fact("Given by the person by their own link on", format!("{day}{wording}"))
}

fn result(result: StatusResult) -> &'static str {
    match result {
        StatusResult::BlankNoNewInfo => "blank, no new information",
        StatusResult::NonBlankNoNewInfo => "not blank, no new information",
        StatusResult::NewInfo => "new information",
        StatusResult::NoMatchFound => "no match found",
    }
}
