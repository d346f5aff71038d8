//! Decisions: who proposes, who agrees, what follows at once, and what nobody outside learns.

use chaperone::clock::Clock;
use chaperone::config::Config;
use chaperone::domain::application::{Event, MOVES, advance};
use chaperone::domain::clearance::keep;
use chaperone::domain::letter::render::render;
use chaperone::domain::proposal::{self, NewProposal};
use chaperone::domain::{assessment, command};
use chaperone::error::{Error, Result};
use chaperone::store::application::{self, Application};
use chaperone::store::outbox::{self, Letter};
use chaperone::store::{Tx, approval, decision, proposal as papers};
use chaperone::types::{
    ApplicationId, ApplicationState, Finding, ItemState, Outcome, ProposalId, Reach, Status, Verdict,
};
use diesel::connection::SimpleConnection;
use rocket::http::Method;

use crate::evidence::FOR_ASSISTANT;
use crate::support::asker::{Asker, client};
use crate::support::database::day;
use crate::support::judge::{self, CANARY, begin, decide, draft, paper};
use crate::support::known::{KINDS, Known};
use crate::support::register::*;

/// With all papers, and a certificate that shows something or nothing.
pub fn complete(trace: &str) -> Council {
    let council = Council::with(ASSISTANT);
    council.test.db.read(|c| Ok(c.batch_execute("UPDATE people SET email = 'amina@example.org'")?)).unwrap();
    // What may be late for a fortnight too, so that a day in January finds nothing lapsed.
    for code in ["self_declaration", "disability_awareness", "first_aid", "pats", "references", "references"] {
        council.record(ASSISTANT, code, sample(code)).unwrap();
    }
    for code in FOR_ASSISTANT {
        let answers = if code == "dbs_certificate" { sample(code).with("trace", trace) } else { sample(code) };
        council.record(ASSISTANT, code, answers).unwrap();
    }
    council
}

/// Does something as the decider on a day.
pub fn on<T>(council: &Council, date: &str, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    command::run(&council.test.db, council.decider.user, &Clock::Fixed(day(date)), work)
}

pub fn made(council: &Council, outcome: Verdict) -> (ApplicationId, ProposalId) {
    let hands = (&council.decider, &council.other);
    on(council, "2026-11-22", |tx| decide(tx, council, hands, (council.person, ASSISTANT), &paper(outcome))).unwrap()
}

pub fn again(council: &Council, id: ApplicationId) -> Application {
    council.test.db.read(|c| application::find(c, id, &Reach::Everyone)).unwrap()
}

pub fn outbox_of(council: &Council, letter: &str) -> Vec<Letter> {
    let mut letters = council.test.db.read(|c| outbox::list(c, None, None, None, 100)).unwrap();
    letters.retain(|one| one.letter == letter);
    letters.reverse();
    letters
}

/// The words of the outbox's letters of a kind.
pub fn words(council: &Council, letter: &str) -> Vec<String> {
    let rows = outbox_of(council, letter);
    let rows: Vec<&Letter> = rows.iter().collect();
    let (sender, seal) = (Config::default().sender(), council.test.db.seal());
    let mut written = council.test.db.read(|c| render(c, seal, &sender, &rows, day("2026-11-22"))).unwrap();
    let words = |row: &&Letter| {
        let letter = written.remove(&row.id).unwrap().unwrap().unwrap();
        format!("{}\n{}\n{}", letter.subject, letter.text, letter.html)
    };
    rows.iter().map(words).collect()
}

/// A case with a trace, assessed.
fn assessed(council: &Council) -> ApplicationId {
    let made = council.act(&council.officer, |tx| {
        let mut application = begin(tx, council, council.person, ASSISTANT)?;
        judge::interviewed(tx, &mut application)?;
        assessment::assess(tx, &council.officer, application.id, &draft(None))?;
        Ok(application.id)
    });
    made.unwrap()
}

#[test]
fn one_decision_maker_approves_somebody_of_whom_nothing_is_known() {
    let council = complete("no");
    let (id, made) = made(&council, Verdict::Approved);
    assert_eq!(council.status(ASSISTANT), Status::Cleared);
    let (case, paper) = (again(&council, id), council.test.db.read(|c| papers::find(c, made)).unwrap());
    assert_eq!((case.state, case.outcome), (ApplicationState::Closed, Some(Verdict::Approved)));
    assert_eq!((paper.seconded_by, paper.appeal_by, paper.decision_id), (None, None, None));
    assert!(words(&council, "decision_letter")[0].contains("You are approved"));
    assert!(words(&council, "outcome_notice")[0].contains("we approved this person"));
    council.is_sound();
}

#[test]
fn no_reasons_no_decision_and_no_refusal() {
    let council = complete("no");
    let propose = |new: &NewProposal| {
        council.act(&council.decider, |tx| {
            let id = begin(tx, &council, council.person, ASSISTANT)?.id;
            proposal::propose(tx, &council.decider, id, new)
        })
    };
    for outcome in Verdict::ALL {
        let new = NewProposal { reasons: "  ".into(), ..paper(*outcome) };
        assert_eq!(faults(propose(&new)), [("reasons".to_owned(), "Enter the reason".to_owned())], "{outcome}");
    }
    let fields = |new: &NewProposal| faults(propose(new)).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    assert_eq!(fields(&NewProposal::default()), ["outcome", "reasons"]);
    let open =
        NewProposal { conditions: String::new(), conditions_until: None, ..paper(Verdict::ApprovedWithConditions) };
    assert_eq!(fields(&open), ["conditions", "conditions_until"], "conditions are dated");
    let past = NewProposal { conditions_until: Some(day("2026-11-21")), ..paper(Verdict::ApprovedWithConditions) };
    assert_eq!(fields(&past), ["conditions_until"]);
}

#[test]
fn a_refusal_needs_a_second_decision_maker_who_is_another() {
    let council = complete("no");
    let (case, refusal) = council
        .act(&council.decider, |tx| {
            let id = begin(tx, &council, council.person, ASSISTANT)?.id;
            Ok((id, proposal::propose(tx, &council.decider, id, &paper(Verdict::Refused))?))
        })
        .unwrap();
    assert_eq!(again(&council, case).state, ApplicationState::Proposed);
    assert_eq!(council.status(ASSISTANT), Status::InProgress, "nothing is decided yet");
    let agree = |who| council.act(who, |tx| proposal::agree(tx, who, refusal));
    assert!(matches!(agree(&council.decider), Err(Error::Forbidden(why)) if why.contains("You proposed")));
    assert!(matches!(agree(&council.officer), Err(Error::Forbidden(_))));
    let forced = council.test.db.read(|c| {
        let by = council.decider.user;
        Ok(c.batch_execute(&format!("UPDATE proposals SET seconded_by = {by} WHERE id = {refusal}"))?)
    });
    assert!(forced.is_err(), "the table itself refuses");
    let send_back = |why: &str| council.act(&council.other, |tx| proposal::send_back(tx, &council.other, refusal, why));
    assert_eq!(faults(send_back(""))[0].0, "reason");
    assert!(matches!(agree(&council.other), Err(Error::Conflict(why)) if why.starts_with("Read the notes")));
    council.act(&council.other, |tx| judge::read(tx, &council.other, case)).unwrap();
    agree(&council.other).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Unsuitable);
    assert!(matches!(agree(&council.other), Err(Error::Conflict(_))));
    assert!(matches!(send_back("Too late"), Err(Error::Conflict(_))));
    let letter = &words(&council, "decision_letter")[0];
    for part in ["15 December 2026", CANARY, "22 November 2027", "criteria/1/public"] {
        assert!(letter.contains(part), "{part}: {letter}");
    }
    council.is_sound();
}

#[test]
fn a_trace_is_interviewed_and_assessed_before_anything_is_proposed() {
    let council = complete("yes");
    let propose =
        |id| council.act(&council.decider, |tx| proposal::propose(tx, &council.decider, id, &paper(Verdict::Refused)));
    let started = council.act(&council.officer, |tx| begin(tx, &council, council.person, ASSISTANT)).unwrap();
    assert!(matches!(propose(started.id), Err(Error::Conflict(_))), "while it is checked");
    let done = council.act(&council.officer, |tx| {
        let mut application = application::find(tx, started.id, &Reach::Everyone)?;
        judge::interviewed(tx, &mut application)?;
        Ok(())
    });
    done.unwrap();
    assert!(matches!(propose(started.id), Err(Error::Conflict(_))), "without an assessment");
    let mut gaps = draft(None);
    gaps.weighed.remove("weapon");
    gaps.weighed.get_mut("honesty").unwrap().words.clear();
    gaps.weighed.get_mut("dishonesty").unwrap().words.clear();
    gaps.account.clear();
    let assess =
        |draft| council.act(&council.officer, |tx| assessment::assess(tx, &council.officer, started.id, draft));
    let open: Vec<String> = faults(assess(&gaps)).into_iter().map(|(field, _)| field).collect();
    assert_eq!(open, ["finding_weapon", "words_dishonesty", "words_honesty", "account"]);
    let mut bold = draft(Some("2026-01-31"));
    bold.weighed.get_mut("dishonesty").unwrap().finding = Some(Finding::Met);
    let refused = faults(assess(&bold));
    assert!(
        refused.len() == 1 && refused[0].0 == "differs_dishonesty",
        "against the advice without a reason: {refused:?}"
    );
    assert!(refused[0].1.contains("The guideline is not met until"), "{refused:?}");
    let mut reasoned = bold.clone();
    reasoned.weighed.get_mut("dishonesty").unwrap().differs = format!("They were children then: {CANARY}");
    let criteria = chaperone::domain::criteria::Criteria::shipped().unwrap();
    let lines = assessment::lines(&criteria, &reasoned, day("2026-11-22"));
    let line = lines.iter().find(|line| line.words.contains("They were children then")).unwrap();
    assert!(line.finding == Some(Finding::Met) && line.advice.contains("not met until"), "{}", line.advice);
    assess(&reasoned).unwrap();
    let paper = propose(started.id).unwrap();
    assert_eq!(again(&council, started.id).state, ApplicationState::Proposed);
    council.act(&council.other, |tx| proposal::send_back(tx, &council.other, paper, "Ask the referee")).unwrap();
    assert_eq!(again(&council, started.id).state, ApplicationState::Assessed);
    council.is_sound();
}

#[test]
fn whoever_interviewed_neither_decides_nor_agrees() {
    let council = complete("yes");
    let id = assessed(&council);
    let sat = |user| {
        council.test.db.read(|c| {
            Ok(c.batch_execute(&format!(
                "INSERT INTO interviews (application_id, starts_at, minutes, place, state, arranged_by, held_on)
                 VALUES ({id}, '2026-11-22 09:00:00', 60, 'County Hall', 'held', {user}, '2026-11-22');
                 INSERT INTO interview_panel (interview_id, user_id) SELECT MAX(id), {user} FROM interviews"
            ))?)
        })
    };
    sat(council.decider.user).unwrap();
    let propose = |who| council.act(who, |tx| proposal::propose(tx, who, id, &paper(Verdict::Approved)));
    assert!(matches!(propose(&council.decider), Err(Error::Forbidden(why)) if why.contains("interviewed")));
    let paper = propose(&council.other).unwrap();
    let agree = council.act(&council.decider, |tx| proposal::agree(tx, &council.decider, paper));
    assert!(matches!(agree, Err(Error::Forbidden(why)) if why.contains("interviewed")));
    council.is_sound();
}

#[test]
fn a_deferral_says_what_is_waited_for_and_decides_nothing() {
    let council = complete("no");
    let (id, _) = made(&council, Verdict::Deferred);
    assert_eq!((again(&council, id).state, again(&council, id).outcome), (ApplicationState::Deferred, None));
    assert!(words(&council, "decision_letter")[0].contains("What we wait for"));
    assert!(outbox_of(&council, "outcome_notice").is_empty(), "a firm is told outcomes alone");
    let resume = council.act(&council.officer, |tx| {
        let mut application = application::find(tx, id, &Reach::Everyone)?;
        advance(tx, &mut application, Event::Resume, "")
    });
    resume.unwrap();
    let done =
        council.act(&council.decider, |tx| proposal::propose(tx, &council.decider, id, &paper(Verdict::Approved)));
    done.unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Cleared);
    council.is_sound();
}

#[test]
fn case_11_a_new_certificate_with_the_same_trace_needs_its_own_decision() {
    let council = complete("yes");
    made(&council, Verdict::Approved);
    assert_eq!(council.status(ASSISTANT), Status::Cleared);
    let renewed = certificate_answers("009876543210").with("issued_on", "2026-11-20").with("trace", "yes");
    council.record(ASSISTANT, "dbs_certificate", renewed.with("original_seen_on", "2026-11-21")).unwrap();
    assert_eq!(council.item(ASSISTANT, "suitability"), ItemState::Missing, "nothing carries over");
    let started = council.act(&council.officer, |tx| begin(tx, &council, council.person, ASSISTANT)).unwrap();
    assert!(started.has_trace);
    let begun = council.test.db.read(|c| assessment::earlier(c, &started)).unwrap();
    assert!(begun.contains(&("dishonesty".into(), Finding::NotKnown)), "it begins from what was found before");
    council
        .act(&council.officer, |tx| {
            application::move_to(tx, started.id, started.state, ApplicationState::Withdrawn).map(|_| {
                tx.trail(chaperone::store::trail::Entry::new("application.withdraw", "application", started.id.0))
            })
        })
        .unwrap();
    made(&council, Verdict::Approved);
    assert_eq!(council.item(ASSISTANT, "suitability"), ItemState::Met);
    assert_eq!(council.status(ASSISTANT), Status::Cleared);
    let decisions = council.test.db.read(|c| decision::of_people(c, &[council.person])).unwrap();
    assert_eq!(decisions.len(), 2);
    assert_ne!(decisions[0].certificate_id, decisions[1].certificate_id);
    council.is_sound();
}

#[test]
fn what_comes_in_after_the_interview_takes_the_case_back_to_one() {
    let council = complete("yes");
    let id = assessed(&council);
    let proposed =
        council.act(&council.decider, |tx| proposal::propose(tx, &council.decider, id, &paper(Verdict::Approved)));
    let proposed = proposed.unwrap();
    let newer =
        sample("dbs_certificate").with("trace", "yes").with("number", "001234567899").with("issued_on", "2026-11-20");
    council.record(ASSISTANT, "dbs_certificate", newer.with("original_seen_on", "2026-11-21")).unwrap();
    let case = again(&council, id);
    assert_eq!(case.state, ApplicationState::InterviewDue);
    assert_eq!(case.certificate_id.map(|id| id.to_string()), Some(council.certificate()));
    let agreed = council.act(&council.other, |tx| proposal::agree(tx, &council.other, proposed));
    assert!(matches!(agreed, Err(Error::Conflict(_))), "nobody was asked about the newer certificate");
    assert_eq!(council.status(ASSISTANT), Status::InProgress);
    council.is_sound();
}

#[test]
fn case_19_a_trace_found_after_the_approval_is_refused_and_the_approval_revoked_at_once() {
    let council = complete("no");
    made(&council, Verdict::Approved);
    let traced = certificate_answers("009876543210").with("issued_on", "2026-11-20").with("trace", "yes");
    council.record(ASSISTANT, "dbs_certificate", traced.with("original_seen_on", "2026-11-21")).unwrap();
    assert_eq!(council.status(ASSISTANT), Status::Lapsed, "stopped before anybody decided");
    made(&council, Verdict::Refused);
    assert_eq!(council.status(ASSISTANT), Status::Unsuitable);
    let held = council.test.db.read(|c| approval::of_people(c, &[council.person])).unwrap();
    assert!(held.iter().all(|one| one.ended_on == Some(day("2026-11-22"))), "no approval is left");
    assert_eq!(council.letters().len(), 1, "each firm is told at once");
    assert!(words(&council, "decision_letter").last().unwrap().contains("revoked"));
    made(&council, Verdict::Refused);
    assert_eq!(council.letters().len(), 1, "a firm that knows is not told again");
    council.is_sound();
}

#[test]
fn case_20_the_advice_is_as_of_the_day_it_is_asked() {
    let council = complete("yes");
    let id = council
        .act(&council.officer, |tx| {
            let mut application = begin(tx, &council, council.person, ASSISTANT)?;
            judge::interviewed(tx, &mut application)?;
            assessment::assess(tx, &council.officer, application.id, &draft(Some("2019-11-23")))?;
            Ok(application.id)
        })
        .unwrap();
    let advice = |date: &str, code: &str| {
        let (criteria, kept) =
            on(&council, date, |tx| assessment::read(tx, &council.decider, id, "To decide this case")).unwrap();
        let at = criteria.criteria.iter().position(|one| one.code == code).unwrap();
        assessment::lines(&criteria, &kept, day(date)).swap_remove(at).advice
    };
    assert_eq!(advice("2026-11-22", "dishonesty"), "The guideline is not met until 23 November 2026");
    assert_eq!(advice("2026-11-23", "dishonesty"), "The guideline has been met since 23 November 2026");
    assert_eq!(advice("2026-11-23", "weapon"), "", "what is not relevant has no advice");
    let unread = council.act(&council.decider, |tx| assessment::read(tx, &council.decider, id, ""));
    assert_eq!(faults(unread.map(drop))[0].0, "reason");
    let officer = council.act(&council.officer, |tx| assessment::read(tx, &council.officer, id, "Out of interest"));
    assert!(matches!(officer, Err(Error::Forbidden(_))));
    let other = complete("yes");
    let id = assessed(&other);
    let (criteria, kept) =
        on(&other, "2026-11-22", |tx| assessment::read(tx, &other.decider, id, "To decide this case")).unwrap();
    let lines = assessment::lines(&criteria, &kept, day("2026-11-22"));
    assert!(lines.iter().any(|line| line.advice == "Not known: the end of the sentence is not known"));
}

#[test]
fn conditions_past_their_day_clear_nobody() {
    let council = complete("no");
    let (id, _) = made(&council, Verdict::ApprovedWithConditions);
    assert_eq!(council.status(ASSISTANT), Status::ClearedWithConditions);
    assert_eq!(again(&council, id).state, ApplicationState::Decided, "it can be appealed against");
    let sweep = |date: &str| {
        let clock = Clock::Fixed(day(date));
        command::run_if_needed(&council.test.db, council.officer.user, &clock, |tx| keep::sweep(tx, 100)).unwrap();
        council.status(ASSISTANT)
    };
    assert_eq!(sweep("2027-01-31"), Status::ClearedWithConditions);
    assert_eq!(sweep("2027-02-01"), Status::Lapsed);
    let closed = |date: &str| {
        on(&council, date, |tx| {
            proposal::close_decided(tx, 10)
                .inspect(|_| tx.trail(chaperone::store::trail::Entry::new("job.request", "job", 0)))
        })
        .unwrap()
    };
    assert_eq!((closed("2026-12-15"), closed("2026-12-16")), (0, 1), "on the day after the last to appeal");
    assert_eq!(again(&council, id).state, ApplicationState::Closed);
}

#[test]
fn a_firm_learns_the_same_of_a_trace_as_of_none() {
    let [clean, traced] = ["no", "yes"].map(|trace| {
        let council = complete(trace);
        made(&council, Verdict::Approved);
        assert_eq!(council.status(ASSISTANT), Status::Cleared);
        words(&council, "outcome_notice")
    });
    assert_eq!(clean, traced);
    let council = complete("yes");
    made(&council, Verdict::Refused);
    let told = words(&council, "outcome_notice").concat();
    for taboo in [CANARY, "trace", "DBS", "appeal", "criteria", "suitab", "interview"] {
        assert!(!told.contains(taboo), "{taboo}");
    }
    let decisions = council.test.db.read(|c| decision::of_people(c, &[council.person])).unwrap();
    assert_eq!(decisions.last().unwrap().outcome, Outcome::Unsuitable);
    assert!(!decisions.last().unwrap().reason.contains(CANARY), "the reasons are the vault's");
}

/// Which kinds may send each of these forms, and in which states it is taken.
const FORMS: [(&str, Event, &[&str]); 5] = [
    ("/applications/{case}/assessment", Event::Assess, &["officer", "decider"]),
    ("/applications/{case}/proposal", Event::Propose, &["decider"]),
    ("/proposals/{paper}/agree", Event::Agree, &["decider"]),
    ("/proposals/{paper}/send-back", Event::SendBackToAssessed, &["decider"]),
    ("/applications/{case}/appeal", Event::Appeal, &["officer", "decider"]),
];

#[test]
fn every_forbidden_move_is_refused_by_raw_post() {
    let known = Known::new();
    let client = client(&known.world.test);
    let case = &known.names["proposed"];
    // Somebody else proposed, so that the decider may agree where the state lets them.
    known.world.sql(&format!("UPDATE proposals SET proposed_by = 1 WHERE application_id = {case}"));
    let mut asked = 0;
    for state in ApplicationState::ALL {
        known.world.sql(&format!("UPDATE applications SET state = '{state}' WHERE id = {case}"));
        for (form, event, kinds) in FORMS {
            let path = form.replace("{case}", case).replace("{paper}", &known.names["proposal"]);
            let from = MOVES.iter().find(|one| one.event == event).unwrap().from;
            for kind in KINDS {
                let is_open = kinds.contains(&kind) && from.contains(state);
                if is_open && event == Event::Agree {
                    continue;
                }
                let token = known.token(known.user(kind)).reveal().to_owned();
                let code = Asker::new(&client, &known.world.test, Some(token)).ask(Method::Post, &path, &[]).code;
                let refused = matches!(code, 403 | 404 | 409);
                assert!(refused || (is_open && code == 422), "{kind} at {path} while {state}: {code}");
                asked += 1;
            }
        }
        let now =
            known.number(&format!("SELECT COUNT(*) AS n FROM applications WHERE id = {case} AND state = '{state}'"));
        assert_eq!(now, 1, "{state}: nothing moved");
    }
    assert!(asked > 500, "{asked}");
}
