//! A council's register, invented: the same arguments make the same lines on every machine, and of people only the
//! one in hand is in memory. At 2,700 people the source's figures hold exactly (source ¶129).

use chrono::{Days, Months, NaiveDate, TimeDelta};

use super::dice::{Dice, Quota, Shares};
use super::firm::Firms;
use super::line::RegisterLine;
use super::pools::{AUTHORITIES, POOLS, Pool, ROLES};
use crate::types::{BarredLists, DbsLevel, Outcome, Workforce, add_months, fold};

/// 2,700 applications, 550 of them with a trace, 103 of those unsuitable (source ¶129).
const SOURCE: (u64, u64, u64) = (2_700, 550, 103);

/// Certificate numbers are `00` and ten digits that begin with 1; a step prime to ten visits each once.
const CERTIFICATES: u64 = 1_000_000_000;
const CERTIFICATE_STEP: u64 = 618_033_989;

/// The register of `people` invented people on `today`, one line for each contractor a person works for.
/// About a hundredth have two, on adjacent lines. Traces and unsuitable decisions keep the source's proportions.
pub fn register(people: u32, seed: u64, today: NaiveDate) -> impl Iterator<Item = RegisterLine> {
    let mut dice = Dice::new(seed);
    let (of, traces, unsuitable) = SOURCE;
    let scaled = |count: u64| (u64::from(people) * count + of / 2) / of;
    let mut council = Council {
        firms: Firms::invent(people, &mut dice),
        origins: Shares::new(POOLS.iter().map(|pool| pool.share)),
        surnames: POOLS.iter().map(|pool| (pool, Shares::long_tail(pool.surnames.len(), 6, 24))).collect(),
        roles: Shares::new(ROLES.iter().map(|role| role.1)),
        authorities: Shares::new(AUTHORITIES.iter().map(|authority| authority.2)),
        traces: Quota::new(scaled(traces), people.into()),
        unsuitable: Quota::new(scaled(unsuitable), scaled(traces)),
        first_certificate: dice.below(CERTIFICATES),
        today,
        dice,
    };
    (1..=people).flat_map(move |number| council.lines_of(number))
}

struct Council {
    firms: Firms,
    origins: Shares,
    surnames: Vec<(&'static Pool, Shares)>,
    roles: Shares,
    authorities: Shares,
    traces: Quota,
    unsuitable: Quota,
    first_certificate: u64,
    today: NaiveDate,
    dice: Dice,
}

#[derive(Default)]
struct Licence {
    authority: &'static str,
    number: String,
    expiry: Option<NaiveDate>,
}

#[derive(Default)]
struct Subscription {
    joined: Option<NaiveDate>,
    checked: Option<NaiveDate>,
    result: &'static str,
}

impl Council {
    fn lines_of(&mut self, number: u32) -> impl Iterator<Item = RegisterLine> + use<> {
        let first = self.firms.engage(number, &mut self.dice);
        let line = self.person(number, first);
        let second = self.dice.chance(10).then(|| self.firms.draw(&mut self.dice)).filter(|&firm| firm != first);
        let again = second.map(|firm| {
            let firm = self.firms.get(firm);
            RegisterLine { contractor: firm.name, contractor_email: firm.email, ..line.clone() }
        });
        std::iter::once(line).chain(again)
    }

    fn person(&mut self, number: u32, firm: usize) -> RegisterLine {
        let (forename, surname) = self.name();
        let role = ROLES.get(self.roles.draw(&mut self.dice)).map_or("", |role| role.0);
        let date_of_birth = self.date_of_birth();
        let firm = self.firms.get(firm);
        let email = match self.dice.chance(60) {
            true => String::new(),
            false => format!("{}.{}{number}@example.org", letters(forename), letters(&surname)),
        };
        let phone = match self.dice.chance(20) {
            true => String::new(),
            false => format!("07700 900{:03}", self.dice.below(1000)),
        };
        let licence = self.licence(role, forename, &surname);
        let trace = self.traces.draw(&mut self.dice);
        let (issued, subscription) = self.certificate(date_of_birth, trace);
        let (level, workforce, barred_lists) = self.reach(role);
        let outcome = trace.then(|| match self.unsuitable.draw(&mut self.dice) {
            true => Outcome::Unsuitable,
            false => Outcome::Suitable,
        });
        let decided = outcome.map(|_| self.after(issued, 5, 60).min(self.today));
        let badge = (outcome != Some(Outcome::Unsuitable)).then(|| self.due(3));
        let drives = matches!(role, "taxi_phv_driver" | "pcv_driver");
        RegisterLine {
            reference: format!("P{number:06}"),
            forename,
            surname,
            date_of_birth,
            email,
            phone,
            role,
            contractor: firm.name,
            contractor_email: firm.email,
            licensing_authority: licence.authority,
            licence_number: licence.number,
            licence_expiry: licence.expiry,
            dbs_certificate_number: self.certificate_number(number),
            dbs_issue_date: issued,
            dbs_level: level,
            dbs_workforce: workforce,
            dbs_barred_lists: barred_lists,
            dbs_trace: trace,
            suitability_outcome: outcome,
            suitability_date: decided,
            update_service_joined: subscription.joined,
            update_service_last_check: subscription.checked,
            update_service_result: subscription.result,
            safeguarding_training_date: self.trained(985),
            first_aid_date: self.trained(match role {
                "passenger_assistant" => 920,
                "pcv_driver" => 100,
                _ => 140,
            }),
            pats_date: self.trained(match role {
                "passenger_assistant" => 960,
                "taxi_phv_driver" => 250,
                "pcv_driver" => 100,
                _ => 50,
            }),
            cpc_expiry: match role {
                "pcv_driver" => Some(self.due(5)),
                "transport_planner" => self.sometimes_due(600, 5),
                _ => None,
            },
            medical_expiry: drives.then(|| self.due(5)),
            right_to_work_expiry: self.sometimes_due(75, 3),
            badge_number: badge.map_or_else(String::new, |_| format!("SB{:06}", 100_000 + number)),
            badge_issued: badge.map(|expiry| years_before(expiry, 3)),
            badge_expiry: badge,
        }
    }

    fn name(&mut self) -> (&'static str, String) {
        let origin = self.origins.draw(&mut self.dice);
        let forename = self.surnames.get(origin).map_or("", |(pool, _)| self.dice.pick(pool.forenames));
        let surname = self.surname(origin);
        if self.dice.chance(35) {
            let origin = self.origins.draw(&mut self.dice);
            let other = self.surname(origin);
            if other != surname {
                return (forename, format!("{surname}-{other}"));
            }
        }
        (forename, surname.to_owned())
    }

    fn surname(&mut self, origin: usize) -> &'static str {
        let Some((pool, shares)) = self.surnames.get(origin) else { return "" };
        pool.surnames.get(shares.draw(&mut self.dice)).copied().unwrap_or("")
    }

    /// Twenty to seventy-five years ago, the middle years likeliest.
    fn date_of_birth(&mut self) -> NaiveDate {
        let spread = (self.dice.below(19_724) + self.dice.below(19_724)) / 2;
        let age = 7_305 + spread + self.dice.below(365);
        self.today.checked_sub_days(Days::new(age)).unwrap_or(NaiveDate::MIN)
    }

    /// Driving licence numbers are one sign short of the DVLA's sixteen, so that none can be anybody's.
    fn licence(&mut self, role: &str, forename: &str, surname: &str) -> Licence {
        let dice = &mut self.dice;
        match role {
            "taxi_phv_driver" => {
                let (authority, initials, _) =
                    AUTHORITIES.get(self.authorities.draw(dice)).copied().unwrap_or_default();
                let number = format!("{initials}/{}/{:05}", dice.pick(&["PHD", "HCD", "DUAL"]), dice.below(100_000));
                Licence { authority, number, expiry: Some(self.due(3)) }
            }
            "pcv_driver" => {
                let five = letters(surname).to_uppercase();
                let initial = letters(forename).to_uppercase();
                let check = [(); 2].map(|()| char::from(dice.pick(b"ABCDEFGHJ")));
                let digits = dice.below(1_000_000);
                let number = format!("{five:9<5.5}{digits:06}{initial:.1}9{}{}", check[0], check[1]);
                Licence { number, expiry: Some(self.due(5)), ..Licence::default() }
            }
            _ => Licence::default(),
        }
    }

    /// When the certificate was issued, never before the sixteenth birthday, and for a third the Update Service.
    fn certificate(&mut self, date_of_birth: NaiveDate, trace: bool) -> (NaiveDate, Subscription) {
        let sixteen = add_months(date_of_birth, 16 * 12);
        if !self.dice.chance(340) {
            return (years_before(self.due(3), 3).max(sixteen), Subscription::default());
        }
        let checked = years_before(self.due(1), 1);
        let issued = self.after(checked, -5 * 365 + 1, 1).max(sixteen);
        let joined = self.after(issued, 3, 30).min(checked);
        let result = match (self.dice.chance(12), trace) {
            (true, _) => "changed",
            (false, true) => "non_blank_no_change",
            (false, false) => "blank_no_change",
        };
        (issued, Subscription { joined: Some(joined), checked: Some(checked), result })
    }

    /// What was asked of the DBS. Two office workers in three hold a lesser certificate than the policy asks.
    fn reach(&mut self, role: &str) -> (DbsLevel, Workforce, BarredLists) {
        let office = matches!(role, "depot_supervisor" | "transport_planner");
        let enhanced = !office || self.dice.chance(350);
        let child = self.dice.chance(380);
        let workforce = if child { Workforce::Child } else { Workforce::ChildAndAdult };
        match (enhanced, child) {
            (true, true) => (DbsLevel::Enhanced, workforce, BarredLists::Child),
            (true, false) => (DbsLevel::Enhanced, workforce, BarredLists::ChildAndAdult),
            _ if self.dice.chance(500) => (DbsLevel::Standard, workforce, BarredLists::None),
            _ => (DbsLevel::Basic, Workforce::None, BarredLists::None),
        }
    }

    fn certificate_number(&self, number: u32) -> String {
        let place = (self.first_certificate + u64::from(number) * CERTIFICATE_STEP) % CERTIFICATES;
        format!("{:012}", CERTIFICATES + place)
    }

    /// A course taken by `parts` in a thousand, good for three years.
    fn trained(&mut self, parts: u64) -> Option<NaiveDate> {
        self.sometimes_due(parts, 3).map(|due| years_before(due, 3))
    }

    fn sometimes_due(&mut self, parts: u64, years: i64) -> Option<NaiveDate> {
        self.dice.chance(parts).then(|| self.due(years))
    }

    /// When something renewed every `years` next falls due: 2 % are overdue, most of them by weeks, 3 % fall due
    /// within thirty days, the rest are spread over the cycle.
    fn due(&mut self, years: i64) -> NaiveDate {
        match self.dice.below(100) {
            0..2 => {
                let mut late = 1;
                while late < 240 && self.dice.below(35) != 0 {
                    late += 1;
                }
                shifted(self.today, -late)
            }
            2..5 => self.after(self.today, 0, 31),
            _ => self.after(self.today, 31, years * 365 + 1),
        }
    }

    /// A day `start` days after `day` or later, short of `end` days.
    fn after(&mut self, day: NaiveDate, start: i64, end: i64) -> NaiveDate {
        shifted(day, self.dice.between(start, end))
    }
}

pub(super) fn shifted(day: NaiveDate, by: i64) -> NaiveDate {
    day.checked_add_signed(TimeDelta::days(by)).unwrap_or(day)
}

fn years_before(day: NaiveDate, years: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(12 * years)).unwrap_or(NaiveDate::MIN)
}

fn letters(name: &str) -> String {
    fold(name).chars().filter(char::is_ascii_alphabetic).collect()
}

#[cfg(test)]
#[path = "register_tests.rs"]
mod tests;
