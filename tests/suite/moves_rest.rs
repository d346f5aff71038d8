//! The other forms of a case, sent raw by every kind of user in every state: interviews, the person's own link, the DBS
//! applications we sent off, and the destruction of notes.

use chaperone::types::{ApplicationState, UserId};
use rocket::http::Method;

use crate::support::applying::{ASSISTANT, answer_all, begin};
use crate::support::asker::{Asker, client};
use crate::support::council::as_user;
use crate::support::known::{KINDS, Known};

/// A form with what makes it good and who may send it.
struct Form {
    path: String,
    fields: Vec<(&'static str, String)>,
    by: &'static [&'static str],
    /// Who is told that they may not; everybody else finds nothing.
    told: &'static [&'static str],
    /// The states in which it is taken.
    open: Vec<&'static str>,
    /// The states in which those who only sit on it do not know of it any more.
    gone: &'static [&'static str],
}

const TEAM: &[&str] = &["officer", "decider"];
const SUBMITTERS: &[&str] = &["officer", "decider", "contractor"];

fn text(fields: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    fields.iter().map(|(name, text)| (*name, (*text).to_owned())).collect()
}

/// Sends every form in every state as every kind, each time after `place`; what it must answer follows from the form.
fn all_refused_but_what_may_be(known: &Known, forms: &[Form], states: &[&'static str], place: impl Fn(&str)) -> usize {
    let client = client(&known.world.test);
    let mut taken = 0;
    for kind in KINDS.into_iter().chain(["nobody"]) {
        let token = KINDS.contains(&kind).then(|| known.token(known.user(kind)).reveal().to_owned());
        let asker = Asker::new(&client, &known.world.test, token);
        for state in states {
            for form in forms {
                place(state);
                let before = known.number("SELECT COUNT(*) AS n FROM trail");
                let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
                let code = asker.ask(Method::Post, &form.path, &fields).code;
                let is_gone = kind == "panel" && form.gone.contains(state);
                let expected = match (form.by.contains(&kind) && !is_gone, form.open.contains(state)) {
                    (true, true) => 303,
                    (true, false) => 409,
                    (false, _) if kind == "nobody" => 401,
                    (false, _) if form.told.contains(&kind) => 403,
                    (false, _) => 404,
                };
                assert_eq!(code, expected, "{} by {kind} when {state}", form.path);
                let after = known.number("SELECT COUNT(*) AS n FROM trail");
                assert_eq!(after > before, code == 303, "{} by {kind} when {state}", form.path);
                taken += usize::from(code == 303);
            }
        }
    }
    taken
}

fn words() -> Vec<&'static str> {
    ApplicationState::ALL.iter().map(|state| state.as_str()).collect()
}

#[test]
fn the_own_link_and_dbs_applications_follow_the_states_of_their_application() {
    let known = Known::new();
    let browser = as_user(&known.world.test, "contractor@known.example.org");
    let id = begin(&browser, &[("kind", "new"), ("role", "passenger_assistant")]);
    answer_all(&browser, &id, &ASSISTANT);
    let with_council =
        ["submitted", "checking", "interview_due", "interviewed", "assessed", "proposed", "deferred", "returned"];
    let checked = ["checking", "interview_due", "interviewed", "assessed", "deferred"];
    let request = text(&[
        ("reference", "F0000000002"),
        ("level", "enhanced"),
        ("workforce", "child"),
        ("sent_on-day", "20"),
        ("sent_on-month", "11"),
        ("sent_on-year", "2026"),
    ]);
    let forms = [
        Form {
            path: format!("/applications/{id}/own-link"),
            fields: Vec::new(),
            by: SUBMITTERS,
            told: &[],
            open: with_council.into(),
            gone: &[],
        },
        Form {
            path: format!("/applications/{id}/dbs-requests/new"),
            fields: request,
            by: TEAM,
            told: &[],
            open: checked.into(),
            gone: &[],
        },
    ];
    let taken = all_refused_but_what_may_be(&known, &forms, &words(), |state| {
        known.world.sql(&format!(
            "DELETE FROM own_links; DELETE FROM dbs_requests WHERE application_id = {id};
             UPDATE applications SET state = '{state}' WHERE id = {id}"
        ));
    });
    assert_eq!(taken, 3 * 8 + 2 * 5);
}

#[test]
fn an_interview_is_moved_called_off_held_and_written_up_by_those_who_may_while_it_stands_so() {
    let known = Known::new();
    let (id, case) = (known.names["interview"].clone(), known.names["case"].clone());
    let spare: UserId = known.names["user"].parse().unwrap();
    let panel = known.user("panel");
    let (one, two) = (panel.to_string(), spare.to_string());
    let path = |end: &str| format!("/interviews/{id}/{end}");
    let plan = text(&[
        ("on-day", "4"),
        ("on-month", "12"),
        ("on-year", "2026"),
        ("time", "10:30"),
        ("minutes", "45"),
        ("how", "in_person"),
        ("place", "Room 3"),
        ("panel", &one),
        ("panel", &two),
    ]);
    let held =
        text(&[("on-day", "20"), ("on-month", "11"), ("on-year", "2026"), ("attended", &one), ("attended", &two)]);
    let sitters: &[&str] = &["officer", "decider", "panel"];
    let form = |end, fields, by, told, open| Form {
        path: path(end),
        fields,
        by,
        told,
        open,
        gone: &["not_attended", "cancelled"],
    };
    let forms = [
        form("move", plan, TEAM, &[][..], vec!["arranged"]),
        form("cancel", text(&[("reason", "Ill")]), TEAM, &[], vec!["arranged"]),
        form("held", held, sitters, &[], vec!["arranged"]),
        form("not-attended", text(&[("reason", "Nobody came")]), sitters, &[], vec!["arranged"]),
        form("notes", text(&[("note", "What was said")]), &["panel"], TEAM, vec!["held"]),
    ];
    let states = ["arranged", "held", "not_attended", "cancelled"];
    let taken = all_refused_but_what_may_be(&known, &forms, &states, |state| {
        known.world.sql(&format!(
            "UPDATE interviews SET state = '{state}', starts_at = '2026-11-20 10:00:00', held_on = NULL WHERE id = {id};
             DELETE FROM interview_panel WHERE interview_id = {id};
             INSERT INTO interview_panel (interview_id, user_id) VALUES ({id}, {panel}), ({id}, {spare});
             UPDATE applications SET state = 'interview_due' WHERE id = {case}"
        ));
    });
    assert_eq!(taken, 2 + 2 + 3 + 3 + 1);
}

#[test]
fn notes_are_destroyed_or_kept_longer_by_a_decision_maker_when_their_day_has_come_and_nothing_is_open() {
    let known = Known::new();
    let case = known.names["case"].clone();
    let until =
        text(&[("until-day", "1"), ("until-month", "2"), ("until-year", "2027"), ("reason", "The ombudsman asks")]);
    let destroy = Form {
        path: format!("/retention/{case}/destroy"),
        fields: text(&[("confirm", "yes")]),
        by: &["decider"],
        told: &["officer"],
        open: vec!["proposed decided", "proposed closed", "proposed withdrawn", "due decided"],
        gone: &[],
    };
    let delay = Form {
        path: format!("/retention/{case}/delay"),
        fields: until,
        by: &["decider"],
        told: &["officer"],
        open: vec![
            "proposed decided",
            "proposed closed",
            "proposed withdrawn",
            "due decided",
            "early decided",
            "proposed appealed",
            "proposed checking",
        ],
        gone: &[],
    };
    let states = [
        "proposed decided",
        "proposed closed",
        "proposed withdrawn",
        "due decided",
        "early decided",
        "proposed appealed",
        "proposed checking",
        "destroyed decided",
    ];
    let taken = all_refused_but_what_may_be(&known, &[destroy, delay], &states, |state| {
        let (fuse, state) = state.split_once(' ').unwrap();
        let (fuse, burns) = match fuse {
            "due" => ("burning", "2026-11-22"),
            "early" => ("burning", "2026-11-23"),
            other => (other, "2026-11-20"),
        };
        known.world.sql(&format!(
            "UPDATE fuses SET state = '{fuse}', burns_on = '{burns}', delays = 0, destroyed_at = NULL, proof = ''
             WHERE application_id = {case};
             UPDATE applications SET state = '{state}' WHERE id = {case}"
        ));
    });
    assert_eq!(taken, 4 + 7);
}
