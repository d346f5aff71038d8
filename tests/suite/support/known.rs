//! A council in which everything exists once: two firms with a person each and one at both, and a row of every kind
//! that an address can name.

use std::collections::HashMap;

use chaperone::domain::{command, signing};
use chaperone::store::{Tx, outbox, task};
use chaperone::types::{Access, ContractorId, PersonId, Secret, UserId};
use diesel::prelude::*;

use super::account::{active, clock, firm_grant, grant, invited};
use super::world::{START, World, person};

/// The firm whose person most addresses are about.
pub const FIRM: &str = "Ashdown Cars";
/// The other.
pub const OTHER_FIRM: &str = "Birch Coaches";

/// The council and what its addresses name.
pub struct Known {
    /// The register.
    pub world: World,
    /// Values for addresses, by the word in braces.
    pub names: HashMap<&'static str, String>,
    /// One user of each kind, by the matrix's column.
    pub users: Vec<(&'static str, UserId)>,
}

/// The kinds of user that sign in, in the matrix's order.
pub const KINDS: [&str; 8] = ["admin", "officer", "decider", "panel", "inspector", "auditor", "contractor", "other"];

fn letter(tx: &mut Tx<'_>, firm: Option<ContractorId>) -> chaperone::types::OutboxId {
    let letter = outbox::NewLetter {
        letter: "contractor_digest",
        to: "office@ashdowncars.example.org",
        cc: "",
        contractor: firm,
        user: None,
        person: None,
        params: "{}".into(),
    };
    outbox::put(tx, &letter).unwrap()
}

impl Known {
    /// With nothing recorded beyond the import and one row of each kind.
    pub fn new() -> Known {
        let lines = [person(1, FIRM), person(2, OTHER_FIRM), person(3, FIRM), person(3, OTHER_FIRM)];
        let lines = lines.map(|line| line.with("licence_number", ""));
        let world = World::of(&lines);
        Known::around(world)
    }

    /// Around an imported register, whose persons 1 and 2 are of the two firms.
    pub fn around(world: World) -> Known {
        let test = &world.test;
        let firms = super::council::firms(test);
        let firm_of = |name: &str| firms.iter().find(|firm| firm.name == name).unwrap().id;
        let (firm, other) = (firm_of(FIRM), firm_of(OTHER_FIRM));
        let grants = [
            grant(Access::Admin),
            grant(Access::Officer),
            grant(Access::DecisionMaker),
            grant(Access::PanelMember),
            grant(Access::ComplianceOfficer),
            grant(Access::Auditor),
            firm_grant(firm),
            firm_grant(other),
        ];
        let made = |(kind, grant)| (kind, active(test, &format!("{kind}@known.example.org"), &[grant]));
        let users: Vec<(&str, UserId)> = KINDS.into_iter().zip(grants).map(made).collect();
        let spare = active(test, "spare@known.example.org", &[grant(Access::Officer)]);
        let (_, link) = invited(test, "new@known.example.org", &[grant(Access::Officer)]);
        let (letter, task) = command::write_untrailed(&test.db, &clock(), |tx| {
            let letter = letter(tx, Some(firm));
            let new = task::NewTask {
                kind: "bounced_letter",
                cause: "known",
                subject_kind: "outbox",
                subject_id: letter.0,
                detail: "It came back",
                due_on: tx.today,
            };
            task::open(tx, &new)?;
            let task = task::open_ones(tx, None, None, 1000)?.into_iter().find(|one| one.dedup_key == "known");
            Ok((letter, task.unwrap().id))
        })
        .unwrap();
        let mut names = HashMap::from([
            ("firm", firm.to_string()),
            ("other_firm", other.to_string()),
            ("user", spare.to_string()),
            ("link", link.reveal().to_owned()),
            ("letter", letter.to_string()),
            ("task", task.to_string()),
            ("import", "1".to_owned()),
            ("asset", chaperone::web::assets::asset("favicon.svg")),
        ]);
        let mut known = Known { world, names: HashMap::new(), users };
        names.insert("person", known.person("T00001").to_string());
        names.insert("other_person", known.person("T00002").to_string());
        known.names = names;
        known.place_rows();
        known.place_case(spare);
        known.place_cases();
        known.place_badges();
        known.place_training();
        known
    }

    /// A course in a room with a session of the day before, at which the first person and the second have a place, one
    /// to come with the first person's, and a course at a screen.
    fn place_training(&mut self) {
        let (person, other) = (self.names["person"].clone(), self.names["other_person"].clone());
        let (firm, other_firm) = (self.names["firm"].clone(), self.names["other_firm"].clone());
        let session = |on: &str, taken: i32| {
            format!(
                "INSERT INTO training_sessions (course_id, held_on, starts_at, minutes, venue, trainer, capacity, taken,
                    state, arranged_by)
                 SELECT id, '{on}', '{on} 10:00:00', 180, 'County Hall', 'J Shah', 12, {taken}, 'planned', 1
                 FROM courses WHERE code = 'SG1';"
            )
        };
        let booking = |person: &str, firm: &str, state: &str| {
            format!(
                "INSERT INTO bookings (session_id, person_id, contractor_id, state, booked_by, booked_at)
                 SELECT MAX(id), {person}, {firm}, '{state}', 1, '2026-11-01 09:00:00' FROM training_sessions;"
            )
        };
        self.world.sql(&format!(
            "INSERT INTO courses (code, title, provider, accredited, mode, requirement, state) VALUES
             ('SG1', 'Safeguarding, level 1', 'The council', TRUE, 'class', 'safeguarding', 'open'),
             ('SG1-E', 'Safeguarding, level 1, at a screen', 'The board', TRUE, 'elearning', 'safeguarding', 'open');
             {} {} {} {} {}",
            session("2026-11-20", 2),
            booking(&person, &firm, "passed"),
            booking(&other, &other_firm, "booked"),
            session("2026-12-15", 1),
            booking(&person, &firm, "booked"),
        ));
        for (name, query) in [
            ("course", "SELECT id AS n FROM courses WHERE code = 'SG1'"),
            ("screen_course", "SELECT id AS n FROM courses WHERE code = 'SG1-E'"),
            ("past_session", "SELECT MIN(id) AS n FROM training_sessions"),
            ("session", "SELECT MAX(id) AS n FROM training_sessions"),
            ("passed", "SELECT MIN(id) AS n FROM bookings"),
            ("booking", "SELECT MAX(id) AS n FROM bookings"),
        ] {
            let id = self.number(query);
            self.names.insert(name, id.to_string());
        }
    }

    /// Whose reference this is.
    pub fn person(&self, reference: &str) -> PersonId {
        use chaperone::store::schema::people as p;
        let found =
            self.world.test.db.read(|c| Ok(p::table.filter(p::reference.eq(reference)).select(p::id).first(c)?));
        found.unwrap()
    }

    /// A hold, a waiver and a piece of evidence of the first person, as if recorded long ago.
    fn place_rows(&mut self) {
        let person = self.names["person"].clone();
        let firm = self.names["firm"].clone();
        let at = format!("{START} 09:00:00");
        self.world.sql(&format!(
            "INSERT INTO holds (person_id, code, starts_on, reason, placed_by, placed_at)
             VALUES ({person}, 'other', '{START}', 'To be looked into', 1, '{at}');
             INSERT INTO waivers (person_id, role, requirement, starts_on, ends_on, reason, origin, granted_by, recorded_on)
             VALUES ({person}, 'passenger_assistant', 'first_aid', '{START}', '2027-01-31', 'Course is full',
                     'recorded', 1, '{START}');
             INSERT INTO applications (reference, kind, contractor_id, role, state, state_since, started_by, started_on,
                                       submitted_on, has_trace, origin)
             VALUES ('A-000002', 'new', {firm}, 'passenger_assistant', 'checking', '{START}', 1, '{START}', '{START}',
                     FALSE, 'recorded');
             INSERT INTO dbs_requests (application_id, reference, level, workforce, basis, sent_on, stage, stage_on,
                                       recorded_by)
             SELECT id, 'F0000000001', 'enhanced', 'child', 'By law', '{START}', 1, '{START}', 1 FROM applications
             WHERE reference = 'A-000002';
             INSERT INTO bulletins (mandatory, state, roles, contractors, written_by, written_on, published_on, read_by)
             VALUES (TRUE, 'draft', '[]', '[]', 1, '{START}', NULL, '2027-01-31');
             INSERT INTO bulletins (mandatory, state, roles, contractors, written_by, written_on, published_on, read_by)
             VALUES (TRUE, 'published', '[]', '[{firm}]', 1, '{START}', '{START}', '2027-01-31');
             INSERT INTO bulletin_texts (bulletin_id, language, title, body, questions)
             SELECT id, 'en', 'Handing over at the gate', 'Hand over to a named adult.',
                    '[{{\"text\":\"To whom?\",\"options\":[\"A named adult\",\"Anybody\"],\"right\":0}},{{\"text\":\"Where?\",\"options\":[\"At the gate\",\"In the street\"],\"right\":0}}]'
             FROM bulletins;
             INSERT INTO bulletin_readers (bulletin_id, person_id, due_on, expires_at)
             SELECT MAX(id), {person}, '2027-01-31', '2027-03-03 00:00:00' FROM bulletins;
             INSERT INTO badge_concerns (words, received_at, state) VALUES ('No belt was worn', '{at}', 'new');
             INSERT INTO jobs (name, seen_at, next_run_at) VALUES ('lapse', '2026-12-22 09:00:00', '2026-12-22 23:00:00')"
        ));
        self.place_application();
        for (name, rows) in [
            ("hold", "holds WHERE TRUE"),
            ("waiver", "waivers WHERE requirement = 'first_aid'"),
            ("evidence", "evidence WHERE kind = 'training'"),
            ("work", "engagements WHERE TRUE"),
        ] {
            let id = self.number(&format!("SELECT MAX(id) AS n FROM {rows} AND person_id = {person}"));
            self.names.insert(name, id.to_string());
        }
        for (name, query) in [
            ("draft_bulletin", "SELECT MIN(id) AS n FROM bulletins"),
            ("bulletin", "SELECT MAX(id) AS n FROM bulletins"),
            ("reader", "SELECT MAX(id) AS n FROM bulletin_readers"),
            ("concern", "SELECT MAX(id) AS n FROM badge_concerns"),
        ] {
            let id = self.number(query);
            self.names.insert(name, id.to_string());
        }
        // Sent in, taken up by nobody in particular, and not linked: every step of checking is open to it.
        let checked = self.number("SELECT id AS n FROM applications WHERE reference = 'A-000002'");
        let request = self.number("SELECT MAX(id) AS n FROM dbs_requests");
        self.names.extend([("submitted_application", checked.to_string()), ("dbs_request", request.to_string())]);
    }

    /// Two applications with a trace of the first person: one waits for an interview to be arranged, one had it two
    /// days ago, with the panel member and a spare officer, and a fuse as if an earlier decision had lit it.
    fn place_case(&mut self, spare: UserId) {
        let (person, firm, panel) = (&self.names["person"], &self.names["firm"], self.user("panel"));
        let application = |reference: &str| {
            format!(
                "INSERT INTO applications (reference, kind, person_id, contractor_id, role, state, state_since, started_by,
                    started_on, submitted_on, has_trace, origin)
                 VALUES ('{reference}', 'new', {person}, {firm}, 'passenger_assistant', 'interview_due', '{START}', 1,
                    '2026-11-01', '2026-11-01', TRUE, 'recorded');"
            )
        };
        let id = |reference: &str| format!("(SELECT id FROM applications WHERE reference = '{reference}')");
        let case = id("A-KNOWN-1");
        self.world.sql(&format!(
            "{} {}
             INSERT INTO interviews (application_id, starts_at, minutes, place, state, arranged_by)
             VALUES ({case}, '2026-11-20 10:00:00', 45, 'Room 2', 'arranged', 1);
             INSERT INTO interview_panel (interview_id, user_id) SELECT MAX(id), {panel} FROM interviews;
             INSERT INTO interview_panel (interview_id, user_id) SELECT MAX(id), {spare} FROM interviews;
             INSERT INTO fuses (application_id, lit_on, burns_on, state) VALUES ({case}, '2026-05-20', '2026-11-20', 'proposed')",
            application("A-KNOWN-1"),
            application("A-KNOWN-2"),
        ));
        let number = |query: String| self.number(&query).to_string();
        let (interview, case) =
            (number("SELECT MAX(id) AS n FROM interviews".into()), number(format!("SELECT {case} AS n")));
        let due = number(format!("SELECT {} AS n", id("A-KNOWN-2")));
        self.names.extend([("interview", interview), ("case", case), ("due", due)]);
    }

    /// A draft of the first firm's, for somebody nobody knows.
    fn place_application(&mut self) {
        let firm = self.names["firm"].clone();
        self.world.sql(&format!(
            "INSERT INTO applications (reference, kind, contractor_id, role, state, state_since, sort_name, answers,
                                       started_by, started_on, origin)
             VALUES ('A-000001', 'new', {firm}, 'passenger_assistant', 'draft', '{START}', 'vale robin',
                     '{{\"forename\":\"Robin\",\"surname\":\"Vale\"}}', 1, '{START}', 'recorded')"
        ));
        let id = self.number("SELECT MAX(id) AS n FROM applications");
        self.names.insert("application", id.to_string());
    }

    /// A case at each step of a decision: interviewed, assessed, proposed by the decider, decided, and under appeal
    /// with the panel member in the chair.
    fn place_cases(&mut self) {
        let person = self.names["person"].clone();
        let (spare, decider, panel) = (self.names["user"].clone(), self.user("decider"), self.user("panel"));
        // Before any hour the suite may run at.
        let at = format!("{START} 00:00:00");
        for (name, state) in [
            ("interviewed", "interviewed"),
            ("assessed", "assessed"),
            ("proposed", "proposed"),
            ("decided", "decided"),
            ("appealed", "appealed"),
        ] {
            self.world.sql(&format!(
                "INSERT INTO applications (reference, kind, person_id, role, state, state_since, started_by, started_on,
                                           submitted_on, has_trace, interviewed_on, origin)
                 VALUES ('J-{name}', 'new', {person}, 'passenger_assistant', '{state}', '{START}', 1, '{START}',
                         '{START}', TRUE, '{START}', 'recorded')"
            ));
            let id = self.number(&format!("SELECT id AS n FROM applications WHERE reference = 'J-{name}'"));
            self.world.sql(&format!(
                "INSERT INTO assessments (application_id, criteria_version, assessed_by, assessed_on)
                 VALUES ({id}, 1, {spare}, '{START}')"
            ));
            self.names.insert(name, id.to_string());
        }
        for (name, state, by) in [("proposed", "open", decider.0), ("decided", "agreed", 1), ("appealed", "agreed", 1)]
        {
            let id = &self.names[name];
            self.world.sql(&format!(
                "INSERT INTO proposals (application_id, person_id, outcome, criteria_version, policy_number, has_trace,
                                        state, proposed_by, proposed_at, decided_on, appeal_by)
                 VALUES ({id}, {person}, 'refused', 1, 1, TRUE, '{state}', {by}, '{at}', '{START}', '2026-12-15')"
            ));
        }
        let paper = |known: &Known, name: &str| {
            known.number(&format!("SELECT id AS n FROM proposals WHERE application_id = {}", known.names[name]))
        };
        let (open, appealed) = (paper(self, "proposed"), paper(self, "appealed"));
        self.world.sql(&format!(
            "INSERT INTO appeals (application_id, proposal_id, person_id, lodged_on, is_late, state, acknowledge_by,
                                  hear_by, hearing_at, place)
             VALUES ({}, {appealed}, {person}, '{START}', FALSE, 'hearing_arranged', '{START}', '2026-12-20', '{at}',
                     'County Hall');
             INSERT INTO appeal_panel (appeal_id, user_id, is_chair) SELECT MAX(id), {panel}, TRUE FROM appeals",
            self.names["appealed"]
        ));
        let appeal = self.number("SELECT MAX(id) AS n FROM appeals");
        self.names.insert("proposal", open.to_string());
        self.names.insert("appeal", appeal.to_string());
    }

    /// A badge of our own of the first person's, one asked for, an order that is finished, and a photograph.
    fn place_badges(&mut self) {
        let (person, firm) = (self.names["person"].clone(), self.names["firm"].clone());
        let at = format!("{START} 09:00:00");
        command::run(&self.world.test.db, UserId::SYSTEM, &clock(), signing::ensure_key).unwrap();
        self.world.sql(&format!(
            "INSERT INTO photos (person_id, jpeg, digest, uploaded_by, uploaded_on)
             VALUES ({person}, '/9j/2Q==', 'none', 1, '{START}');
             INSERT INTO badges (number, person_id, contractor_id, role, issued_on, expires_on, state, origin, opaque)
             VALUES ('C900001', {person}, {firm}, 'passenger_assistant', '{START}', '2029-11-22', 'live', 'recorded',
                     'AAAAAAAAAAAAAAAA');
             INSERT INTO badge_requests (person_id, contractor_id, role, cause, state, asked_by, asked_on)
             VALUES ({person}, {firm}, 'passenger_assistant', 'damaged', 'open', 1, '{START}');
             INSERT INTO badge_batches (asked_by, asked_at, total, finished_at) VALUES (1, '{at}', 0, '{at}')"
        ));
        for (name, table) in [
            ("badge", "badges WHERE opaque IS NOT NULL"),
            ("badge_request", "badge_requests"),
            ("badge_batch", "badge_batches"),
            ("photo", "photos"),
        ] {
            let id = self.number(&format!("SELECT MAX(id) AS n FROM {table}"));
            self.names.insert(name, id.to_string());
        }
    }

    /// The user of a kind.
    pub fn user(&self, kind: &str) -> UserId {
        self.users.iter().find(|(known, _)| *known == kind).unwrap().1
    }

    /// An address with its braces filled in.
    pub fn address(&self, pattern: &str) -> String {
        self.names.iter().fold(pattern.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// A number the database works out.
    pub fn number(&self, query: &str) -> i64 {
        #[derive(QueryableByName)]
        struct One {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let one = self.world.test.db.read(|conn| Ok(diesel::sql_query(query).get_result::<One>(conn)?));
        one.unwrap_or_else(|error| panic!("{query}: {error}")).n
    }

    /// A token of a sign-in of this user that begins now.
    pub fn token(&self, user: UserId) -> Secret {
        super::account::signed_in(&self.world.test, user)
    }
}
