//! One round of questions. Each answer is its own transaction, but for those that nothing was found: they wait for the
//! round's end, since only all of them together show whether it is the service that fails.

use std::time::Duration;

use chrono::{Datelike, NaiveDate};

use crate::domain::circuit::{self, Limits, Tally};
use crate::domain::command;
use crate::domain::status_check::{self, Answered, Pace, Standing, ToAsk};
use crate::error::Result;
use crate::gateway::update_service::{Checker, Question, UpdateService};
use crate::jobs::run::{Outcome, Shift};
use crate::jobs::spec::StatusChecks;
use crate::store::circuit as circuits;
use crate::store::declaration::Declaration;
use crate::store::watch::{self, Watch};
use crate::types::{CircuitCause, StatusResult, SubscriptionId, UserId};

/// The most that one round takes on; the rest stay due.
const MOST: i64 = 50_000;

pub(super) struct Round<'a> {
    shift: &'a Shift<'a>,
    params: &'a StatusChecks,
    service: &'a UpdateService,
    declared: &'a Declaration,
    checker: Checker,
    tally: Tally,
    unknown: Vec<(Box<ToAsk>, Answered)>,
    done: u64,
    aside: u64,
    unanswered: Vec<SubscriptionId>,
    broken: Vec<SubscriptionId>,
    said: &'static str,
    /// Whether the team has said that a flood of new information is to be believed.
    is_told: bool,
}

/// What came of one question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    /// It was not to be asked.
    Nothing,
    /// An answer that tells of the certificate.
    Known,
    /// The certificate was not found.
    Unknown,
    /// No answer, or none that could be written down.
    Silence,
}

impl<'a> Round<'a> {
    pub(super) fn new(
        shift: &'a Shift<'a>,
        params: &'a StatusChecks,
        service: &'a UpdateService,
        declared: &'a Declaration,
    ) -> Round<'a> {
        let checker = Checker {
            organisation: shift.office.config.council_name.clone(),
            forename: declared.forename.clone(),
            surname: declared.surname.clone(),
            has_accepted_declaration: true,
        };
        let (tally, unknown, unanswered, broken) = (Tally::default(), Vec::new(), Vec::new(), Vec::new());
        Round {
            shift,
            params,
            service,
            declared,
            checker,
            tally,
            unknown,
            done: 0,
            aside: 0,
            unanswered,
            broken,
            said: "",
            is_told: false,
        }
    }

    /// Asks about all who are due; says whether it was let go on to the end.
    pub(super) fn go(&mut self) -> Result<bool> {
        let (db, today) = (&self.shift.office.db, self.shift.today());
        let mut due = db.read(|conn| watch::due(conn, today, MOST))?;
        // Those that were not found last time would else come first again and look like a flood.
        due.sort_by_key(|row| (mixed(row.subscription_id, today), row.subscription_id));
        let mut again = Vec::new();
        if let Some(open) = db.read(circuits::open_one)?.filter(|one| one.cause == CircuitCause::NewInfo) {
            if db.read(|conn| circuit::waits_for_people(conn, &open))? {
                self.said = "waits for the team to say whether so much new information is to be believed";
                return Ok(true);
            }
            command::run(db, UserId::SYSTEM, &self.shift.office.clock, |tx| circuit::close(tx, &open))?;
            self.is_told = true;
        }
        if let Some(open) = db.read(circuits::open_one)? {
            // Known ones first: whoever was always found tells most by not being found.
            due.sort_by_key(|row| row.strikes > 0 || row.failures > 0);
            let (mut asked, mut known) = (0, 0);
            while asked < self.params.probe && !due.is_empty() && self.shift.goes_on()? {
                let row = due.remove(0);
                let came = self.careful(&row);
                asked += u32::from(came != Came::Nothing);
                known += u32::from(came == Came::Known);
                if came == Came::Silence {
                    again.push(row);
                }
            }
            self.unknown.clear();
            if asked == 0 || known * 2 <= asked {
                self.said = "the service is still not believed";
                self.unanswered.extend(again.iter().map(|row| row.subscription_id));
                return Ok(true);
            }
            command::run(db, UserId::SYSTEM, &self.shift.office.clock, |tx| circuit::close(tx, &open))?;
            self.tally = Tally::default();
        }
        for is_first in [true, false] {
            let rows = if is_first { std::mem::take(&mut due) } else { std::mem::take(&mut again) };
            for row in rows {
                if !self.shift.goes_on()? {
                    return Ok(false);
                }
                match self.careful(&row) {
                    Came::Silence if is_first => again.push(row),
                    Came::Silence => self.unanswered.push(row.subscription_id),
                    _ => {}
                }
                if let Some(cause) = self.limits().broken(&self.tally) {
                    self.unanswered.extend(again.iter().map(|row| row.subscription_id));
                    return self.trip(cause).map(|()| true);
                }
            }
        }
        for (asked, answered) in std::mem::take(&mut self.unknown) {
            self.settle(&asked, &answered);
        }
        Ok(true)
    }

    fn limits(&self) -> Limits {
        let StatusChecks { flood_count, flood_percent, errors_in_a_row, news_count, news_percent, .. } = *self.params;
        let news = if self.is_told { u32::MAX } else { news_count };
        Limits { least: flood_count, percent: flood_percent, errors: errors_in_a_row, news, news_percent }
    }

    /// Nothing is made of what was not found; it stays due.
    fn trip(&mut self, cause: CircuitCause) -> Result<()> {
        let office = self.shift.office;
        self.unknown.clear();
        self.said = match cause {
            CircuitCause::NoMatch => "stopped: too many are not found to believe it",
            CircuitCause::Errors => "stopped: the service does not answer",
            CircuitCause::NewInfo => "stopped: too many have new information to believe it unasked",
        };
        tracing::error!(cause = %cause, asked = self.tally.asked, "the Update Service is not believed");
        command::run(&office.db, UserId::SYSTEM, &office.clock, |tx| {
            circuit::open(tx, &office.config.team_email, cause, &self.tally).map(|_| ())
        })
    }

    /// As [`Self::one`]; somebody about whom nothing can be asked or written costs only themselves.
    fn careful(&mut self, row: &Watch) -> Came {
        self.one(row).unwrap_or_else(|error| {
            tracing::error!(subscription = row.subscription_id.0, %error, "a certificate could not be asked about");
            self.broken.push(row.subscription_id);
            Came::Nothing
        })
    }

    fn one(&mut self, row: &Watch) -> Result<Came> {
        let (office, today) = (self.shift.office, self.shift.today());
        let (id, person) = (row.subscription_id, row.person_id);
        let asked = match office.db.read(|conn| status_check::to_ask(conn, person, id, today))? {
            Standing::Ask(asked) => asked,
            other => {
                command::run_if_needed(&office.db, UserId::SYSTEM, &office.clock, |tx| {
                    status_check::set_aside(tx, id, person, &other)
                })?;
                self.aside += 1;
                return Ok(Came::Nothing);
            }
        };
        if self.tally.asked > 0 {
            self.shift.stop.wait(Duration::from_secs(60) / self.params.per_minute.max(1));
        }
        self.tally.asked += 1;
        let question = Question {
            certificate: &asked.number,
            surname: &asked.surname,
            date_of_birth: asked.date_of_birth,
            checker: &self.checker,
        };
        let answer = match self.service.check(&question) {
            Ok(answer) => answer,
            Err(why) => {
                tracing::warn!(subscription = id.0, %why, "no answer");
                self.tally.silent += 1;
                command::write_untrailed(&office.db, &office.clock, |tx| watch::note_failure(tx, id))?;
                return Ok(Came::Silence);
            }
        };
        self.tally.answered += 1;
        self.tally.silent = 0;
        let holder = answer.holder.map(|holder| (holder.surname, holder.printed_on));
        let answered = Answered { result: answer.result, holder };
        if answered.result == StatusResult::NewInfo {
            self.tally.news += 1;
            // The one that makes it a flood waits with those after it.
            if self.limits().broken(&self.tally) == Some(CircuitCause::NewInfo) {
                return Ok(Came::Unknown);
            }
        }
        if answered.result == StatusResult::NoMatchFound {
            self.tally.unknown += 1;
            self.unknown.push((asked, answered));
            return Ok(Came::Unknown);
        }
        Ok(if self.settle(&asked, &answered) { Came::Known } else { Came::Silence })
    }

    /// Takes an answer; says whether it was written down.
    fn settle(&mut self, asked: &ToAsk, answered: &Answered) -> bool {
        let office = self.shift.office;
        let StatusChecks { recheck_days, grace_days, .. } = *self.params;
        let pace = Pace { recheck_days, grace_days };
        let taken = command::run_if_needed(&office.db, UserId::SYSTEM, &office.clock, |tx| {
            status_check::take(tx, asked, answered, self.declared, pace)
        });
        match taken {
            Ok(_) => {
                self.done += 1;
                self.broken.retain(|id| *id != asked.subscription);
            }
            Err(error) => {
                tracing::error!(subscription = asked.subscription.0, %error, "an answer could not be written down");
                self.broken.push(asked.subscription);
                return false;
            }
        }
        true
    }

    pub(super) fn outcome(self) -> Outcome {
        let mut detail = format!(
            "{} asked, {} answers taken, {} not found, {} without an answer, {} set aside",
            self.tally.asked,
            self.done,
            self.tally.unknown,
            self.unanswered.len(),
            self.aside
        );
        if !self.said.is_empty() {
            detail.push_str(&format!("; {}", self.said));
        }
        let ids =
            |rows: &[SubscriptionId]| rows.iter().take(20).map(ToString::to_string).collect::<Vec<_>>().join(", ");
        if !self.unanswered.is_empty() {
            detail.push_str(&format!("; subscriptions without an answer: {}", ids(&self.unanswered)));
        }
        if !self.broken.is_empty() {
            detail.push_str(&format!("; could not be written down: {}", ids(&self.broken)));
        }
        let failed = (self.unanswered.len() + self.broken.len()) as u64;
        Outcome { done: self.done, failed, detail, red: !self.broken.is_empty() }
    }
}

/// Another order each day, the same for all who ask.
fn mixed(id: SubscriptionId, today: NaiveDate) -> u64 {
    let seed = id.0.unsigned_abs() ^ (u64::from(today.num_days_from_ce().unsigned_abs()) << 32);
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
