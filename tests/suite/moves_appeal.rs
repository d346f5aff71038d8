//! Every form of an appeal, sent raw in every standing of the appeal by every kind of user: it does what it may, and is
//! refused with nothing changed everywhere else. And nobody judges what they themselves did.

use chaperone::types::{Access, ApplicationState, UserId};
use rocket::http::Method;
use rocket::local::blocking::Client;

use crate::support::account::{active, grant};
use crate::support::asker::{Asker, Said, client};
use crate::support::forms::read_notes;
use crate::support::known::{KINDS, Known};

/// How an appeal may stand: a name, its row, and its application's state.
const STANDINGS: [(&str, &str, &str); 7] = [
    ("lodged", "state = 'lodged'", "appealed"),
    ("late", "state = 'lodged', is_late = TRUE", "decided"),
    ("late and accepted", "state = 'lodged', is_late = TRUE, late_reason = 'Ill'", "appealed"),
    ("arranged", "state = 'hearing_arranged', hearing_at = '2026-11-22 00:00:00', place = 'County Hall'", "appealed"),
    ("decided", "state = 'decided', outcome = 'dismissed', hearing_at = '2026-11-22 00:00:00'", "closed"),
    ("late and refused", "state = 'decided', is_late = TRUE, late_reason = 'None'", "decided"),
    ("withdrawn", "state = 'withdrawn'", "closed"),
];

/// A form with what makes it good, who may send it, and in which standings it is taken.
struct Form {
    path: String,
    fields: Vec<(&'static str, String)>,
    by: &'static [&'static str],
    open: &'static [&'static str],
    /// What it answers when it is taken.
    taken: u16,
}

const OPEN: &[&str] = &["lodged", "late", "late and accepted", "arranged"];
const ALL: &[&str] = &["lodged", "late", "late and accepted", "arranged", "decided", "late and refused", "withdrawn"];

/// Three who had no part in anything, the panel member among them.
fn sitters(known: &Known) -> [UserId; 3] {
    let more = ["ann", "bo"]
        .map(|name| active(&known.world.test, &format!("{name}@panel.example.org"), &[grant(Access::PanelMember)]));
    [known.user("panel"), more[0], more[1]]
}

fn hearing(panel: &[UserId; 3]) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&str, String)> =
        [("at-day", "4"), ("at-month", "12"), ("at-year", "2026"), ("time", "10:30"), ("place", "County Hall")]
            .map(|(name, text)| (name, text.to_owned()))
            .into();
    fields.extend(panel.map(|user| ("panel", user.to_string())));
    fields.push(("chair", panel[0].to_string()));
    fields
}

/// What the chair records, one of three having fallen ill.
fn decision(panel: &[UserId; 3]) -> Vec<(&'static str, String)> {
    let chair = panel[0].to_string();
    let fields = [("appellant", "yes"), ("absent_why", "Two fell ill"), ("outcome", "dismissed")];
    let fields = fields.into_iter().chain([("reasons", "The panel did not believe it")]);
    fields.chain([("attended", chair.as_str())]).map(|(name, text)| (name, text.to_owned())).collect()
}

fn forms(known: &Known, panel: &[UserId; 3]) -> Vec<Form> {
    let appeal = |end: &str| format!("/appeals/{}/{end}", known.names["appeal"]);
    let text =
        |fields: &[(&'static str, &str)]| fields.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    let grounds = text(&[
        ("received_on-day", "22"),
        ("received_on-month", "11"),
        ("received_on-year", "2026"),
        ("grounds", "No"),
    ]);
    let team: &[&str] = &["officer", "decider"];
    let form = |path, fields, by, open, taken| Form { path, fields, by, open, taken };
    vec![
        // There is one already, however it stands.
        form(format!("/applications/{}/appeal", known.names["appealed"]), grounds, team, &[], 303),
        form(appeal("late"), text(&[("accept", "yes"), ("reason", "Ill")]), &["decider"], &["late"], 303),
        form(appeal("withdraw"), text(&[("withdrawn", "They wrote")]), team, OPEN, 303),
        form(appeal("hearing"), hearing(panel), team, &["lodged", "late and accepted", "arranged"], 303),
        form(appeal("decision"), decision(panel), &["panel"], &["arranged"], 303),
        form(appeal("bundle"), text(&[("reason", "To prepare the hearing")]), &["decider", "panel"], ALL, 200),
    ]
}

/// The appeal in a standing, with the panel member in its chair.
fn place(known: &Known, row: &str, state: &str) {
    let (id, case, panel) = (&known.names["appeal"], &known.names["appealed"], known.user("panel"));
    known.world.sql(&format!(
        "UPDATE appeals SET is_late = FALSE, late_reason = '', outcome = NULL, hearing_at = NULL, place = '',
             decided_on = NULL, decided_by = NULL, note_id = NULL WHERE id = {id};
         UPDATE appeals SET {row} WHERE id = {id};
         DELETE FROM appeal_panel WHERE appeal_id = {id};
         INSERT INTO appeal_panel (appeal_id, user_id, is_chair) VALUES ({id}, {panel}, TRUE);
         UPDATE applications SET state = '{state}', outcome = 'refused', appeal_outcome = NULL WHERE id = {case}"
    ));
}

fn asker<'a>(known: &'a Known, client: &'a Client, kind: &str) -> Asker<'a> {
    let token = KINDS.contains(&kind).then(|| known.token(known.user(kind)).reveal().to_owned());
    Asker::new(client, &known.world.test, token)
}

fn send(asker: &Asker<'_>, path: &str, fields: &[(&'static str, String)]) -> Said {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
    asker.ask(Method::Post, path, &fields)
}

fn trail(known: &Known) -> i64 {
    known.number("SELECT COUNT(*) AS n FROM trail")
}

/// Whoever may not send a form is told so, or that there is no such thing.
fn refusal(form: &Form, kind: &str) -> u16 {
    match kind {
        "nobody" => 401,
        "officer" if form.path.ends_with("/late") || form.path.ends_with("/bundle") => 403,
        _ => 404,
    }
}

#[test]
fn every_form_of_an_appeal_does_what_it_may_and_nothing_else() {
    let known = Known::new();
    let (client, panel) = (client(&known.world.test), sitters(&known));
    let forms = forms(&known, &panel);
    let (mut taken, mut refused) = (0, 0);
    for kind in KINDS.into_iter().chain(["nobody"]) {
        let asker = asker(&known, &client, kind);
        for (standing, row, state) in STANDINGS {
            for form in &forms {
                place(&known, row, state);
                let before = trail(&known);
                let code = send(&asker, &form.path, &form.fields).code;
                let expected = match (form.by.contains(&kind), form.open.contains(&standing)) {
                    (true, true) => form.taken,
                    (true, false) => 409,
                    (false, _) => refusal(form, kind),
                };
                assert_eq!(code, expected, "{} by {kind} when {standing}", form.path);
                if code < 400 {
                    taken += 1;
                    continue;
                }
                assert_eq!(trail(&known), before, "{} by {kind} when {standing}", form.path);
                let condition = row.split(", ").next().unwrap();
                let (id, case) = (&known.names["appeal"], &known.names["appealed"]);
                let stands = format!(
                    "SELECT COUNT(*) AS n FROM appeals a JOIN applications p ON p.id = a.application_id
                     WHERE a.id = {id} AND a.{condition} AND p.id = {case} AND p.state = '{state}'"
                );
                assert_eq!(known.number(&stands), 1, "{} by {kind} when {standing}", form.path);
                refused += 1;
            }
        }
    }
    assert_eq!((taken, refused), (30, 9 * 7 * 6 - 30));
}

#[test]
fn an_appeal_is_lodged_against_a_refusal_that_is_decided_and_by_the_team_alone() {
    let known = Known::new();
    let (client, case) = (client(&known.world.test), known.names["decided"].clone());
    let mut form = forms(&known, &[UserId(1); 3]).remove(0);
    form.path = format!("/applications/{case}/appeal");
    for kind in KINDS.into_iter().chain(["nobody"]) {
        let asker = asker(&known, &client, kind);
        for state in ApplicationState::ALL {
            known.world.sql(&format!(
                "DELETE FROM appeals WHERE application_id = {case};
                 UPDATE applications SET state = '{state}' WHERE id = {case}"
            ));
            let code = send(&asker, &form.path, &form.fields).code;
            let is_over = matches!(state, ApplicationState::Decided | ApplicationState::Closed);
            let expected = match (form.by.contains(&kind), is_over) {
                (true, true) => 303,
                (true, false) => 409,
                (false, _) => refusal(&form, kind),
            };
            assert_eq!(code, expected, "{kind} when {state}");
            let there = known.number(&format!("SELECT COUNT(*) AS n FROM appeals WHERE application_id = {case}"));
            assert_eq!(there, i64::from(code == 303), "{kind} when {state}");
        }
    }
    known.world.sql(&format!(
        "DELETE FROM appeals WHERE application_id = {case}; UPDATE applications SET state = 'decided' WHERE id = {case};
         UPDATE proposals SET outcome = 'approved' WHERE application_id = {case}"
    ));
    let officer = asker(&known, &client, "officer");
    assert_eq!(send(&officer, &form.path, &form.fields).code, 409, "nobody appeals against an approval");
}

/// An interview of a case that was held by this user and another.
fn interviewed(known: &Known, case: &str, by: UserId) {
    known.world.sql(&format!(
        "INSERT INTO interviews (application_id, starts_at, minutes, place, state, arranged_by, held_on)
         VALUES ({case}, '2026-11-20 10:00:00', 45, 'Room 2', 'held', 1, '2026-11-20');
         INSERT INTO interview_panel (interview_id, user_id) SELECT MAX(id), {by} FROM interviews;
         INSERT INTO interview_panel (interview_id, user_id) SELECT MAX(id), 1 FROM interviews"
    ));
}

fn refuses() -> Vec<(&'static str, String)> {
    vec![("outcome", "refused".into()), ("reasons", "Weighed against the criteria".into())]
}

#[test]
fn the_same_person_neither_interviews_and_decides_nor_seconds_their_own() {
    let known = Known::new();
    let client = client(&known.world.test);
    let second = active(&known.world.test, "second@known.example.org", &[grant(Access::DecisionMaker)]);
    let decider = asker(&known, &client, "decider");
    let second = Asker::new(&client, &known.world.test, Some(known.token(second).reveal().to_owned()));
    let case = known.names["assessed"].clone();
    let (propose, trace) = (format!("/applications/{case}/proposal"), "An interviewer");
    interviewed(&known, &case, known.user("decider"));
    let before = trail(&known);
    let said = send(&decider, &propose, &refuses());
    assert!(said.code == 403 && said.body.contains("You interviewed this person"), "{trace}: {}", said.code);
    assert_eq!(decider.get(&propose).code, 403);
    assert_eq!(trail(&known), before);

    let to = send(&second, &propose, &refuses());
    assert_eq!(to.code, 303, "{}", to.body);
    let paper = to.header("Location").to_owned();
    let before = trail(&known);
    for (who, why) in [(&decider, "You interviewed this person"), (&second, "You proposed this decision")] {
        for (end, fields) in [("agree", vec![]), ("send-back", vec![("reason", "Think again".to_owned())])] {
            let said = send(who, &format!("{paper}/{end}"), &fields);
            assert!(said.code == 403 && said.body.contains(why), "{end}: {} {}", said.code, said.body);
        }
    }
    assert_eq!(trail(&known), before);
    let open = known.number(&format!(
        "SELECT COUNT(*) AS n FROM proposals p JOIN applications a ON a.id = p.application_id
         WHERE a.id = {case} AND a.state = 'proposed' AND p.state = 'open' AND p.seconded_by IS NULL"
    ));
    assert_eq!(open, 1, "it waits for somebody else");
    known.world.sql("DELETE FROM interview_panel");
    assert_eq!(send(&decider, &format!("{paper}/agree"), &[]).code, 409, "nor does whoever has not read the notes");
    read_notes(&decider, &case);
    assert_eq!(send(&decider, &format!("{paper}/agree"), &[]).code, 303, "who did not interview agrees");
}

#[test]
fn nobody_sits_on_the_appeal_of_what_they_did() {
    let known = Known::new();
    let (client, panel) = (client(&known.world.test), sitters(&known));
    let (id, case, decider) = (&known.names["appeal"], known.names["appealed"].clone(), known.user("decider"));
    let officer = asker(&known, &client, "officer");
    let path = |end: &str| format!("/appeals/{id}/{end}");
    let parts = [
        ("proposed", format!("UPDATE proposals SET proposed_by = {decider} WHERE application_id = {case}")),
        ("agreed", format!("UPDATE proposals SET seconded_by = {decider} WHERE application_id = {case}")),
        ("assessed", format!("UPDATE assessments SET assessed_by = {decider} WHERE application_id = {case}")),
        ("interviewed", String::new()),
    ];
    for (part, sql) in parts {
        place(&known, "state = 'lodged'", "appealed");
        known.world.sql(&format!(
            "DELETE FROM interview_panel; UPDATE assessments SET assessed_by = 1;
             UPDATE proposals SET proposed_by = 1, seconded_by = NULL WHERE application_id = {case}; {sql}"
        ));
        if part == "interviewed" {
            interviewed(&known, &case, decider);
        }
        let before = trail(&known);
        let said = send(&officer, &path("hearing"), &hearing(&[decider, panel[1], panel[2]]));
        assert!(said.code == 422 && said.body.contains("cannot sit on the appeal"), "{part}: {}", said.code);
        // Even in the chair, by whatever mistake, they decide nothing; nor whether it is heard although it came late.
        place(&known, STANDINGS[3].1, "appealed");
        known.world.sql(&format!("UPDATE appeal_panel SET user_id = {decider}"));
        let asker = asker(&known, &client, "decider");
        let said = send(
            &asker,
            &path("decision"),
            &[("outcome", "upheld".into()), ("reasons", "I was right the first time".into())],
        );
        assert!(said.code == 403 && said.body.contains("took part in the decision"), "{part}: {}", said.code);
        place(&known, STANDINGS[1].1, "decided");
        let said = send(&asker, &path("late"), &[("accept", "yes".into()), ("reason", "Ill".into())]);
        assert!(said.code == 403 && said.body.contains("You took part"), "{part}: {}", said.code);
        assert_eq!(trail(&known), before, "{part}");
    }
    // What was sent back is decided anew by others than the panel that sent it.
    let assessed = &known.names["assessed"];
    known.world.sql(&format!(
        "DELETE FROM interview_panel; DELETE FROM appeal_panel; UPDATE appeals SET application_id = {assessed};
         INSERT INTO appeal_panel (appeal_id, user_id, is_chair) VALUES ({id}, {decider}, TRUE)"
    ));
    let said = send(&asker(&known, &client, "decider"), &format!("/applications/{assessed}/proposal"), &refuses());
    assert!(said.code == 403 && said.body.contains("You sat on the appeal"), "{}", said.code);
}
