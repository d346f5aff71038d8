//! Appeals: in time or late, before people who had no part in the decision, and what each outcome leaves behind.

use chaperone::domain::appeal::{self, NewAppeal, NewHearing, NewOutcome};
use chaperone::domain::permission::Who;
use chaperone::domain::proposal;
use chaperone::error::{Error, Result};
use chaperone::store::application::agreed_conditions;
use chaperone::store::{appeal as store, approval, decision};
use chaperone::types::{
    Access, AppealId, AppealOutcome, AppealState, ApplicationId, ApplicationState, At, Outcome, Status, UserId, Verdict,
};
use diesel::connection::SimpleConnection;

use crate::came_back::look_again;
use crate::decision::{again, complete, made, on, outbox_of, words};
use crate::support::account::{active, grant, who};
use crate::support::browser::Browser;
use crate::support::database::day;
use crate::support::judge::{self, CANARY, paper};
use crate::support::register::*;

/// The last day to appeal against what was decided on 22 November 2026.
const LAST: &str = "2026-12-15";

struct Hall {
    council: Council,
    case: ApplicationId,
    panel: Vec<Who>,
}

/// Somebody refused, and three people who had no part in it.
fn refused() -> Hall {
    against(complete("yes"), Verdict::Refused)
}

fn against(council: Council, verdict: Verdict) -> Hall {
    let (case, _) = made(&council, verdict);
    let panel = ["ann", "bo", "cy"].map(|name| {
        let user = active(&council.test, &format!("{name}@panel.example.org"), &[grant(Access::PanelMember)]);
        who(&council.test, user)
    });
    Hall { council, case, panel: panel.into() }
}

impl Hall {
    fn lodge(&self, received: &str, posted: Option<&str>) -> Result<AppealId> {
        let new = NewAppeal {
            received_on: Some(day(received)),
            posted_on: posted.map(day),
            grounds: format!("It was not me: {CANARY}"),
        };
        on(&self.council, received, |tx| appeal::lodge(tx, &self.council.officer, self.case, &new))
    }

    fn arrange(&self, id: AppealId, panel: &[UserId]) -> Result<()> {
        let at = At::new("2026-12-20T10:00:00Z".parse().unwrap());
        let new = NewHearing {
            panel: panel.to_vec(),
            chair: panel.first().copied(),
            at: Some(at),
            place: "County Hall".into(),
        };
        on(&self.council, "2026-12-16", |tx| appeal::arrange(tx, &self.council.officer, id, &new))
    }

    fn sitters(&self) -> Vec<UserId> {
        self.panel.iter().map(|one| one.user).collect()
    }

    /// Lodged in time and heard.
    fn heard(&self) -> AppealId {
        let id = self.lodge(LAST, None).unwrap();
        self.arrange(id, &self.sitters()).unwrap();
        self.read();
        id
    }

    fn decide(&self, who: &Who, id: AppealId, outcome: AppealOutcome) -> Result<()> {
        let conditional = outcome == AppealOutcome::Varied;
        let new = NewOutcome {
            appellant_attended: Some(true),
            attended: self.sitters(),
            outcome: Some(outcome),
            conditions: if conditional { "Only with a second adult".into() } else { String::new() },
            conditions_until: conditional.then(|| day("2027-03-31")),
            reasons: "The panel believed the appellant".into(),
            absent_why: String::new(),
        };
        self.record(who, id, &new)
    }

    fn record(&self, who: &Who, id: AppealId, new: &NewOutcome) -> Result<()> {
        on(&self.council, "2026-12-21", |tx| appeal::decide(tx, who, id, new))
    }

    /// The chair reads the case after the hearing.
    fn read(&self) {
        on(&self.council, "2026-12-21", |tx| judge::read(tx, &self.panel[0], self.case)).unwrap();
    }

    fn appeal(&self, id: AppealId) -> store::Appeal {
        self.council.test.db.read(|c| store::find(c, id)).unwrap()
    }

    fn outcomes(&self) -> Vec<Outcome> {
        let rows = self.council.test.db.read(|c| decision::of_people(c, &[self.council.person])).unwrap();
        rows.into_iter().map(|one| one.outcome).collect()
    }
}

#[test]
fn case_21_an_appeal_upheld_reverses_the_refusal_and_both_decisions_are_kept() {
    let hall = refused();
    let id = hall.lodge(LAST, None).unwrap();
    assert_eq!(again(&hall.council, hall.case).state, ApplicationState::Appealed);
    assert_eq!(hall.council.status(ASSISTANT), Status::Unsuitable, "they stay off meanwhile");
    assert!(matches!(hall.lodge(LAST, None), Err(Error::Conflict(_))), "once");
    assert_eq!(faults(hall.arrange(id, &hall.sitters()[..2]))[0].0, "panel");
    hall.arrange(id, &hall.sitters()).unwrap();
    assert!(
        matches!(hall.decide(&hall.panel[1], id, AppealOutcome::Upheld), Err(Error::Forbidden(_))),
        "the chair does"
    );
    hall.read();
    hall.decide(&hall.panel[0], id, AppealOutcome::Upheld).unwrap();
    assert_eq!(hall.council.status(ASSISTANT), Status::Cleared);
    assert_eq!(hall.outcomes(), [Outcome::Unsuitable, Outcome::Suitable]);
    let case = again(&hall.council, hall.case);
    assert_eq!((case.state, case.outcome), (ApplicationState::Closed, Some(Verdict::Approved)));
    assert_eq!(case.appeal_outcome, Some(AppealOutcome::Upheld));
    let letters = words(&hall.council, "appeal_letter");
    assert_eq!(letters.len(), 3);
    for (letter, part) in letters.iter().zip(["We have your appeal", "20 December 2026 at 10:00", "is upheld"]) {
        assert!(letter.contains(part), "{part}: {letter}");
    }
    assert!(letters[2].contains("The panel believed the appellant"));
    assert_eq!(outbox_of(&hall.council, "outcome_notice").len(), 2, "the firm hears that they may work");
    hall.council.is_sound();
}

#[test]
fn case_21_late_by_one_day_waits_for_somebody_who_did_not_decide() {
    let hall = refused();
    let id = hall.lodge("2026-12-16", None).unwrap();
    assert!(hall.appeal(id).is_late);
    assert_eq!(again(&hall.council, hall.case).state, ApplicationState::Decided);
    assert!(matches!(hall.arrange(id, &hall.sitters()), Err(Error::Conflict(_))));
    let judge = |who: &Who, accept| {
        on(&hall.council, "2026-12-16", |tx| appeal::judge_late(tx, who, id, accept, "In hospital"))
    };
    assert!(matches!(judge(&hall.council.decider, true), Err(Error::Forbidden(_))), "took part");
    assert!(matches!(judge(&hall.council.officer, true), Err(Error::Forbidden(_))));
    let fresh = active(&hall.council.test, "dm3@council.example.org", &[grant(Access::DecisionMaker)]);
    let fresh = who(&hall.council.test, fresh);
    judge(&fresh, true).unwrap();
    assert_eq!(again(&hall.council, hall.case).state, ApplicationState::Appealed);
    assert!(matches!(judge(&fresh, false), Err(Error::Conflict(_))));

    let hall = refused();
    let id = hall.lodge("2026-12-16", None).unwrap();
    let fresh = active(&hall.council.test, "dm3@council.example.org", &[grant(Access::DecisionMaker)]);
    let fresh = who(&hall.council.test, fresh);
    on(&hall.council, "2026-12-17", |tx| appeal::judge_late(tx, &fresh, id, false, "No good cause was shown")).unwrap();
    assert_eq!((hall.appeal(id).state, hall.appeal(id).outcome), (AppealState::Decided, None));
    assert_eq!(again(&hall.council, hall.case).state, ApplicationState::Decided);
    assert!(words(&hall.council, "appeal_letter")[0].contains("No good cause was shown"));
    hall.council.is_sound();
}

#[test]
fn case_21_posted_in_time_is_in_time() {
    let hall = refused();
    let id = hall.lodge("2026-12-18", Some(LAST)).unwrap();
    assert!(!hall.appeal(id).is_late);
    assert_eq!(hall.appeal(id).lodged_on, day(LAST));
    let hall = refused();
    let id = hall.lodge("2026-12-18", Some("2026-12-16")).unwrap();
    assert!(hall.appeal(id).is_late);
}

#[test]
fn case_21_the_appellant_takes_it_back() {
    let hall = refused();
    let id = hall.heard();
    let withdraw =
        |why: &str| on(&hall.council, "2026-12-18", |tx| appeal::withdraw(tx, &hall.council.officer, id, why));
    assert_eq!(faults(withdraw(""))[0].0, "reason");
    withdraw("A letter of 17 December").unwrap();
    let case = again(&hall.council, hall.case);
    assert_eq!((case.state, case.appeal_outcome), (ApplicationState::Closed, Some(AppealOutcome::Withdrawn)));
    assert_eq!((case.outcome, hall.council.status(ASSISTANT)), (Some(Verdict::Refused), Status::Unsuitable));
    assert!(matches!(hall.decide(&hall.panel[0], id, AppealOutcome::Upheld), Err(Error::Conflict(_))));
    hall.council.is_sound();
}

#[test]
fn an_appeal_is_decided_after_the_hour_of_its_hearing_by_a_chair_who_has_read_the_case() {
    let hall = refused();
    let id = hall.lodge(LAST, None).unwrap();
    hall.arrange(id, &hall.sitters()).unwrap();
    let new = NewOutcome {
        outcome: Some(AppealOutcome::Dismissed),
        reasons: "The panel did not believe it".into(),
        ..NewOutcome::default()
    };
    let at = |hour: &str| {
        let sql = format!("UPDATE appeals SET hearing_at = '2026-12-21 {hour}' WHERE id = {id}");
        hall.council.test.db.read(|c| Ok(c.batch_execute(&sql)?)).unwrap();
    };
    at("23:59:59");
    let early = hall.record(&hall.panel[0], id, &new);
    assert!(matches!(early, Err(Error::Conflict(why)) if why.contains("after the hearing")), "on its day, before it");
    at("00:00:00");
    let unread = hall.record(&hall.panel[0], id, &new);
    assert!(matches!(unread, Err(Error::Conflict(why)) if why.starts_with("Read the bundle")));
    on(&hall.council, "2026-12-21", |tx| judge::read(tx, &hall.panel[1], hall.case)).unwrap();
    assert!(
        matches!(hall.record(&hall.panel[0], id, &new), Err(Error::Conflict(_))),
        "another's reading is not theirs"
    );
    hall.read();
    let fields = |new: &NewOutcome| -> Vec<String> {
        faults(hall.record(&hall.panel[0], id, new)).into_iter().map(|(field, _)| field).collect()
    };
    assert_eq!(fields(&new), ["appellant", "attended"]);
    let two = hall.sitters()[..2].to_vec();
    let new = NewOutcome { appellant_attended: Some(false), attended: two, ..new };
    assert_eq!(fields(&new), ["attended"], "fewer than three, and no reason");
    let without =
        NewOutcome { attended: hall.sitters()[1..].to_vec(), absent_why: "Ann was ill".into(), ..new.clone() };
    assert_eq!(fields(&without), ["attended"], "the chair was there");
    hall.record(&hall.panel[0], id, &NewOutcome { absent_why: "Cy was taken ill".into(), ..new }).unwrap();
    assert_eq!(hall.appeal(id).appellant_attended, Some(false));
    let sat = hall.council.test.db.read(|c| store::panel(c, id)).unwrap();
    assert_eq!(sat.iter().map(|one| one.attended).collect::<Vec<_>>(), [Some(true), Some(true), Some(false)]);
    hall.council.is_sound();
}

#[test]
fn nobody_who_took_part_sits_on_the_appeal() {
    let hall = refused();
    let id = hall.lodge(LAST, None).unwrap();
    let council = &hall.council;
    for involved in [council.decider.user, council.other.user, council.officer.user] {
        let refusals = faults(hall.arrange(id, &[involved, hall.panel[0].user, hall.panel[1].user]));
        assert_eq!(refusals[0].0, "panel", "{involved}");
    }
    let case = hall.case;
    let sat = active(&council.test, "sat@panel.example.org", &[grant(Access::PanelMember)]);
    let statement = format!(
        "INSERT INTO interviews (application_id, starts_at, minutes, place, state, arranged_by, held_on)
         VALUES ({case}, '2026-11-22 09:00:00', 60, 'County Hall', 'held', {sat}, '2026-11-22');
         INSERT INTO interview_panel (interview_id, user_id) SELECT MAX(id), {sat} FROM interviews"
    );
    council.test.db.read(|c| Ok(c.batch_execute(&statement)?)).unwrap();
    assert_eq!(faults(hall.arrange(id, &[sat, hall.panel[0].user, hall.panel[1].user]))[0].0, "panel", "interviewed");
    let auditor = active(&council.test, "audit@council.example.org", &[grant(Access::Auditor)]);
    assert_eq!(faults(hall.arrange(id, &[auditor, hall.panel[0].user, hall.panel[1].user]))[0].0, "panel");
    hall.arrange(id, &hall.sitters()).unwrap();
    let outsider = who(&council.test, sat);
    assert!(hall.decide(&outsider, id, AppealOutcome::Upheld).is_err());
    assert!(matches!(hall.decide(&council.decider, id, AppealOutcome::Upheld), Err(Error::Forbidden(_))));
}

#[test]
fn a_varied_decision_has_conditions_and_a_dismissed_one_stands() {
    let hall = refused();
    let id = hall.heard();
    hall.decide(&hall.panel[0], id, AppealOutcome::Varied).unwrap();
    assert_eq!(hall.council.status(ASSISTANT), Status::ClearedWithConditions);
    assert!(words(&hall.council, "outcome_notice")[1].contains("Only with a second adult"));
    hall.council.is_sound();
    let hall = refused();
    let id = hall.heard();
    hall.decide(&hall.panel[0], id, AppealOutcome::Dismissed).unwrap();
    assert_eq!(hall.council.status(ASSISTANT), Status::Unsuitable);
    assert_eq!(outbox_of(&hall.council, "outcome_notice").len(), 1, "a firm never learns of the appeal");
    assert_eq!(again(&hall.council, hall.case).outcome, Some(Verdict::Refused));
    hall.council.is_sound();
}

#[test]
fn a_case_sent_back_is_decided_by_others() {
    let hall = refused();
    let id = hall.heard();
    hall.decide(&hall.panel[0], id, AppealOutcome::Remitted).unwrap();
    let council = &hall.council;
    assert_eq!(again(council, hall.case).state, ApplicationState::Checking);
    assert_eq!(council.status(ASSISTANT), Status::Unsuitable, "the decision stands until then");
    look_again(council, "2026-12-21");
    assert_eq!(again(council, hall.case).state, ApplicationState::Checking, "its interview stands");
    let propose =
        |who: &Who| on(council, "2026-12-21", |tx| proposal::propose(tx, who, hall.case, &paper(Verdict::Approved)));
    for earlier in [&council.decider, &council.other] {
        assert!(matches!(propose(earlier), Err(Error::Forbidden(why)) if why.contains("others")));
    }
    let [third, fourth] = ["dm3", "dm4"].map(|name| {
        let user = active(&council.test, &format!("{name}@council.example.org"), &[grant(Access::DecisionMaker)]);
        who(&council.test, user)
    });
    let paper = propose(&third).unwrap();
    let agree = |who: &Who| on(council, "2026-12-21", |tx| proposal::agree(tx, who, paper));
    assert!(matches!(agree(&council.other), Err(Error::Forbidden(_))));
    on(council, "2026-12-21", |tx| judge::read(tx, &fourth, hall.case)).unwrap();
    agree(&fourth).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Cleared);
    council.is_sound();
}

#[test]
fn the_pages_take_an_appeal_from_the_post_to_the_panels_decision() {
    let hall = refused();
    let council = &hall.council;
    active(&council.test, "of@council.example.org", &[grant(Access::Officer)]);
    let officer = Browser::new(&council.test);
    officer.sign_in("of@council.example.org");
    let page = format!("/applications/{}/appeal", hall.case);
    let today = [("received_on-day", "22"), ("received_on-month", "11"), ("received_on-year", "2026")];
    assert_eq!(fill(&officer, &page, &today).status.code, 422, "no grounds, no appeal");
    let grounds = format!("Not me: {CANARY}");
    let done = fill_twice(&officer, &page, &[&today[..], &[("grounds", grounds.as_str())]].concat(), 2);
    let appeal = done.to().1.to_owned();
    assert!(appeal.starts_with("/appeals/"), "{appeal}");
    assert!(officer.get("/appeals").body.contains(&format!("href=\"{appeal}\"")));
    assert!(!officer.get(&appeal).body.contains(CANARY));
    let sitters: Vec<String> = hall.sitters().iter().map(ToString::to_string).collect();
    let at = [("at-day", "22"), ("at-month", "11"), ("at-year", "2026"), ("time", "00:00"), ("place", "County Hall")];
    let seats = |first: &str| {
        let mut fields: Vec<(String, String)> = at.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        fields.extend([first, &sitters[1], &sitters[2]].map(|id| ("panel".to_owned(), id.to_owned())));
        fields.push(("chair".to_owned(), first.to_owned()));
        fields
    };
    let hearing = format!("{appeal}/hearing");
    let send = |first: &str| {
        let fields = seats(first);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        fill(&officer, &hearing, &fields)
    };
    let refused = send(&council.decider.user.to_string());
    assert_eq!(refused.status.code, 422, "by raw POST too");
    assert!(refused.body.contains("cannot sit on the appeal"));
    assert_eq!(send(&sitters[0]).to(), (303, appeal.as_str()));

    let chair = Browser::new(&council.test);
    chair.sign_in("ann@panel.example.org");
    assert_eq!(officer.get(&format!("{appeal}/bundle")).status.code, 403);
    let bundle = format!("{appeal}/bundle");
    assert_eq!(fill(&chair, &bundle, &[("reason", "")]).status.code, 422);
    let pack = fill(&chair, &bundle, &[("reason", "To prepare the hearing")]);
    assert_eq!(pack.status.code, 200);
    for part in [CANARY, "Dishonesty", "Appeal lodged", "To prepare the hearing", "@media print", "Decision agreed"] {
        assert!(pack.body.contains(part), "{part}");
    }
    assert!(!pack.body.contains("<script") && !pack.body.contains("src="), "it needs nothing else");
    let decision = format!("{appeal}/decision");
    assert_eq!(fill(&chair, &decision, &[("outcome", "upheld")]).status.code, 422, "no reasons, no decision");
    let mut fields = vec![("outcome", "upheld"), ("reasons", "The panel believed the appellant"), ("appellant", "no")];
    fields.extend(sitters.iter().take(2).map(|id| ("attended", id.as_str())));
    let two = fill(&chair, &decision, &fields);
    assert!(two.status.code == 422 && two.body.contains("Select all three"), "{}", two.status.code);
    fields.push(("absent_why", "Cy was taken ill"));
    let done = fill_twice(&chair, &decision, &fields, 2);
    assert_eq!(done.to(), (303, appeal.as_str()));
    assert_eq!(council.status(ASSISTANT), Status::Cleared);
    let after = [chair.get(&appeal).body, fill(&chair, &bundle, &[("reason", "To look at it again")]).body];
    for page in after {
        for part in ["Appellant at the hearing", "took part", "did not take part", "Cy was taken ill"] {
            assert!(page.contains(part), "{part}");
        }
    }
    let other = Browser::new(&council.test);
    active(&council.test, "dee@panel.example.org", &[grant(Access::PanelMember)]);
    other.sign_in("dee@panel.example.org");
    assert_eq!(other.get(&appeal).status.code, 404, "a panel member sees the cases they sit on");
    assert!(other.get("/appeals").body.contains("No appeal is open"));
}

#[test]
fn an_appeal_decides_nothing_about_a_certificate_that_came_in_since() {
    let hall = refused();
    let (council, id) = (&hall.council, hall.heard());
    let newer = sample("dbs_certificate").with("trace", "yes").with("number", "001234567899");
    let newer = newer.with("issued_on", "2026-11-20").with("original_seen_on", "2026-11-21");
    council.record(ASSISTANT, "dbs_certificate", newer).unwrap();
    for outcome in [AppealOutcome::Upheld, AppealOutcome::Varied] {
        let refused = hall.decide(&hall.panel[0], id, outcome);
        assert!(matches!(refused, Err(Error::Conflict(why)) if why.contains("Send the case back to be decided anew")));
    }
    assert_eq!(hall.outcomes(), [Outcome::Unsuitable]);
    hall.decide(&hall.panel[0], id, AppealOutcome::Remitted).unwrap();
    let case = again(council, hall.case);
    assert_eq!(case.state, ApplicationState::InterviewDue, "the new certificate is interviewed about");
    assert_eq!(case.certificate_id.map(|id| id.to_string()), Some(council.certificate()));
    council.is_sound();
}

#[test]
fn an_appeal_upheld_gives_back_every_approval_that_the_refusal_ended() {
    let council = complete("no");
    made(&council, Verdict::Approved);
    let supervisor = "INSERT INTO approvals (person_id, role, approved_on, policy_number, conditions, conditions_until,
        ended_on, origin, approved_by, recorded_on, reason)
        SELECT person_id, 'depot_supervisor', approved_on, policy_number, 'Not at night', '2027-06-30', ended_on, origin,
        approved_by, recorded_on, reason FROM approvals";
    council.test.db.read(|c| Ok(c.batch_execute(supervisor)?)).unwrap();
    let traced = certificate_answers("009876543210").with("issued_on", "2026-11-20").with("trace", "yes");
    council.record(ASSISTANT, "dbs_certificate", traced.with("original_seen_on", "2026-11-21")).unwrap();
    let hall = against(council, Verdict::Refused);
    let council = &hall.council;
    let held = || council.test.db.read(|c| approval::of_people(c, &[council.person])).unwrap();
    assert!(held().iter().all(|one| one.ended_on.is_some()));
    let id = hall.heard();
    hall.decide(&hall.panel[0], id, AppealOutcome::Upheld).unwrap();
    let mut standing = held();
    standing.retain(|one| one.ended_on.is_none());
    standing.sort_by_key(|one| one.role.clone());
    let terms: Vec<_> = standing.iter().map(|one| (one.role.as_str(), one.conditions.as_str())).collect();
    assert_eq!(terms, [("depot_supervisor", "Not at night"), (ASSISTANT, "")]);
    assert_eq!(outbox_of(council, "outcome_notice").len(), 3, "approved, revoked, and once that they may work");
    assert!(outbox_of(council, "work_again").len() <= 1);
    council.is_sound();
}

#[test]
fn a_varied_decision_takes_the_place_of_its_conditions() {
    let hall = against(complete("yes"), Verdict::ApprovedWithConditions);
    let conditions = || hall.council.test.db.read(|c| agreed_conditions(c, hall.case)).unwrap();
    assert_eq!(conditions(), Some(("Only with a second adult".into(), Some(day("2027-01-31")))));
    let id = hall.heard();
    hall.decide(&hall.panel[0], id, AppealOutcome::Varied).unwrap();
    assert_eq!(conditions(), Some(("Only with a second adult".into(), Some(day("2027-03-31")))));
    let hall = against(complete("yes"), Verdict::ApprovedWithConditions);
    let id = hall.heard();
    hall.decide(&hall.panel[0], id, AppealOutcome::Upheld).unwrap();
    assert_eq!(hall.council.test.db.read(|c| agreed_conditions(c, hall.case)).unwrap(), None);
}
