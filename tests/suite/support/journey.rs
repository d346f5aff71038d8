//! Two applicants of one firm, walked through the real forms from the firm's first page to the outcome, day by day; one
//! of them may have a trace. What the firm is shown and sent after each step is kept.

use std::collections::BTreeMap;

use chaperone::domain::criteria::Criteria;
use chaperone::types::{Access, ContractorId, UserId};
use rocket::local::blocking::Client;

use super::account::{active, firm_grant, grant, signed_in_on};
use super::applying::{self, ASSISTANT, own_link, right};
use super::asker::{Asker, client_on};
use super::browser::Browser;
use super::council::firms;
use super::crawl::crawl;
use super::forms::{fill, press, read_notes, record};
use super::known::FIRM;
use super::mail_sink::Received;
use super::register::{certificate_answers, sample};
use super::world::{World, address, person};

/// What only the vault may hold, and where else than in the vault it may be read: nowhere, but for the letters to the
/// person that must hold the last two.
pub const CANARIES: [&str; 6] = ["zqdeclared", "zqnotes", "zqfinding", "zqaccount", "zqreasons", "zqplace"];

/// Somebody who applies.
#[derive(Debug, Clone)]
pub struct Applicant {
    pub forename: &'static str,
    pub surname: &'static str,
    pub certificate: &'static str,
    pub traced: bool,
    pub application: String,
    pub person: String,
}

/// What the firm was shown and sent after a step.
pub struct Told {
    pub step: &'static str,
    pub pages: BTreeMap<String, String>,
    pub mail: Vec<String>,
}

/// The register, who works at it, and what the firm was told.
pub struct Journey {
    pub world: World,
    pub applicants: [Applicant; 2],
    pub told: Vec<Told>,
    /// Every other letter.
    pub elsewhere: Vec<Received>,
    users: Vec<(&'static str, UserId)>,
    firm: ContractorId,
}

/// The pages on one day.
pub struct Day<'a> {
    pub client: Client,
    pub on: &'static str,
    journey: &'a Journey,
}

impl Day<'_> {
    /// Somebody of a kind who has signed in.
    pub fn of(&self, kind: &str) -> Asker<'_> {
        let user = self.journey.user(kind);
        let token = signed_in_on(&self.journey.world.test, user, self.on).reveal().to_owned();
        Asker::new(&self.client, &self.journey.world.test, Some(token))
    }
}

impl Journey {
    /// A firm with nobody but its two applicants to be, of whom the first may have a trace.
    pub fn new(traced: bool) -> Journey {
        // One person of long standing, as an imported register has them.
        let world = World::of(&[person(1, FIRM)]);
        let firm = firms(&world.test)[0].id;
        let grants = [
            ("officer", grant(Access::Officer)),
            ("decider", grant(Access::DecisionMaker)),
            ("second", grant(Access::DecisionMaker)),
            ("one", grant(Access::PanelMember)),
            ("two", grant(Access::PanelMember)),
            ("inspector", grant(Access::ComplianceOfficer)),
            ("auditor", grant(Access::Auditor)),
            ("admin", grant(Access::Admin)),
            ("firm", firm_grant(firm)),
        ];
        let users =
            grants.map(|(kind, granted)| (kind, active(&world.test, &format!("{kind}@walk.example.org"), &[granted])));
        let applicant = |forename, surname, certificate, traced| Applicant {
            forename,
            surname,
            certificate,
            traced,
            application: String::new(),
            person: String::new(),
        };
        // Of one length, so that letters break their lines alike.
        let applicants = [
            applicant("Zebedee", "Quillfeather", "001234567890", traced),
            applicant("Yorwith", "Ravenscourte", "001234567891", false),
        ];
        Journey { world, applicants, told: Vec::new(), elsewhere: Vec::new(), users: users.into(), firm }
    }

    /// All the way, looking after each step.
    pub fn walked(traced: bool) -> Journey {
        let mut journey = Journey::new(traced);
        let start = "2026-11-22";
        journey.step("sent in", start, |day, one| one.application = day.send_in(one));
        journey.step("taken", start, |day, one| {
            drop(press(&day.of("officer"), &format!("/applications/{}/take", one.application)))
        });
        journey.step("linked", "2026-11-25", |day, one| {
            let page = format!("/applications/{}/link", one.application);
            fill(&day.of("officer"), &page, &[("person", "new")]);
            one.person = day.person(one);
        });
        journey.step("recorded", "2026-11-25", |day, one| day.record(one));
        journey.step("invited", "2026-11-26", |day, one| day.invite(one));
        journey.step("interviewed", "2026-12-02", |day, one| day.interview(one));
        journey.step("assessed", "2026-12-04", |day, one| day.assess(one));
        journey.step("proposed", "2026-12-17", |day, one| {
            if one.traced {
                day.propose(one);
            }
        });
        journey.step("decided", "2026-12-18", |day, one| if one.traced { day.agree(one) } else { day.propose(one) });
        journey
    }

    /// Does something for each of them, and then looks at what the firm is told that night.
    pub fn step(&mut self, step: &'static str, on: &'static str, mut work: impl FnMut(&Day<'_>, &mut Applicant)) {
        let mut applicants = self.applicants.clone();
        for one in &mut applicants {
            work(&self.day(on), one);
        }
        self.applicants = applicants;
        for job in ["lapse", "chase", "remind", "deliver"] {
            let outcome = self.world.run(job, on);
            assert!(!outcome.red, "{job}: {}", outcome.detail);
        }
        let (own, elsewhere) = self.world.sink.take().into_iter().partition(|one| one.to.contains(&address(FIRM)));
        let own: Vec<Received> = own;
        let mail = own.iter().map(|one| format!("{}\n{}\n{}", one.header("Subject"), one.text, one.html)).collect();
        self.elsewhere.extend::<Vec<Received>>(elsewhere);
        let pages = self.seen(on);
        self.told.push(Told { step, pages, mail });
    }

    fn seen(&self, on: &'static str) -> BTreeMap<String, String> {
        let day = self.day(on);
        let choose = format!("/applications/new/person?kind=renewal&role=passenger_assistant&firm={}", self.firm);
        let from = ["/", "/home", "/applications", "/people", "/people/export.csv", "/people/export.xlsx", &choose];
        crawl(&day.client, &day.of("firm"), &from.map(str::to_owned), SKIP)
    }

    /// All that somebody of a kind can reach on a day.
    pub fn reached(&self, kind: &str, on: &'static str) -> BTreeMap<String, String> {
        let day = self.day(on);
        let mut from: Vec<String> =
            ["/", "/people", "/people/export.csv", "/users", "/jobs", "/interviews", "/appeals"]
                .map(str::to_owned)
                .into();
        for one in &self.applicants {
            from.extend(
                ["", "/history", "/trail", "/disclosure-readings"].map(|end| format!("/people/{}{end}", one.person)),
            );
            from.extend(["", "/proposal", "/assessment"].map(|end| format!("/applications/{}{end}", one.application)));
        }
        crawl(&day.client, &day.of(kind), &from, SKIP)
    }

    /// The pages as they are on a day.
    pub fn day(&self, on: &'static str) -> Day<'_> {
        Day { client: client_on(&self.world.test, on), on, journey: self }
    }

    fn user(&self, kind: &str) -> UserId {
        self.users.iter().find(|(known, _)| *known == kind).unwrap().1
    }
}

/// What is public, or about no applicant.
const SKIP: &[&str] = &[
    "/assets",
    "/criteria",
    "/policy",
    "/accessibility",
    "/sign-",
    "/password",
    "/jobs/",
    "/imports",
    "/contractors",
    "/reports/funnel/rows",
];

impl Day<'_> {
    /// Begins, answers and sends in; the person answers by their link. The application's id.
    fn send_in(&self, one: &Applicant) -> String {
        let firm = self.of("firm");
        let to = fill(&firm, "/applications/new", &[("kind", "new"), ("role", "passenger_assistant")]);
        let id = to.strip_prefix("/applications/").unwrap().to_owned();
        let mail = format!("{}@home.example.org", one.surname.to_lowercase());
        for group in ASSISTANT {
            let mut fields = right(group);
            for (name, value) in &mut fields {
                match *name {
                    "forename" => *value = one.forename,
                    "surname" => *value = one.surname,
                    "email" => *value = &mail,
                    _ => {}
                }
            }
            fill(&firm, &format!("/applications/{id}/answers/{group}"), &fields);
        }
        fill(&firm, &format!("/applications/{id}/answers"), &[("sworn", "yes")]);
        let link = own_link(&self.journey.world.test);
        let own = Browser::new(&self.journey.world.test);
        assert_eq!(own.fill(&link, &link, &[]).to(), (303, "/own"));
        let declared = [("declared", if one.traced { "yes" } else { "no" }), ("text", "zqdeclared of 2014")];
        let declared = if one.traced { &declared[..] } else { &declared[..1] };
        assert_eq!(own.fill("/own/declaration", "/own/declaration", declared).to(), (303, "/own"));
        assert_eq!(own.fill("/own/consent", "/own/consent", &[("agree", "yes")]).to(), (303, "/own"));
        // The minute at which the link went out is the moment's.
        self.journey.world.sql("UPDATE own_links SET sent_at = '2026-11-22 09:00:00'");
        id
    }

    fn person(&self, one: &Applicant) -> String {
        let id = chaperone::types::ApplicationId(one.application.parse().unwrap());
        super::application::stands(&self.journey.world.test, id).person_id.unwrap().to_string()
    }

    fn record(&self, one: &Applicant) {
        let officer = self.of("officer");
        for code in ["identity", "right_to_work", "overseas", "safeguarding", "first_aid", "dbs_certificate"] {
            let answers = if code == "dbs_certificate" {
                let paper = certificate_answers(one.certificate).with("trace", if one.traced { "yes" } else { "no" });
                paper.with("forename", one.forename).with("surname", one.surname)
            } else {
                sample(code)
            };
            let said = record(&officer, &one.person, "passenger_assistant", code, &answers);
            assert_eq!(said.code, 303, "{code}: {}", said.body);
        }
    }

    fn invite(&self, one: &Applicant) {
        if !one.traced {
            return;
        }
        let (first, second) = (self.journey.user("one").to_string(), self.journey.user("two").to_string());
        let plan =
            [applying::date("on", "1", "12", "2026"), vec![("time", "10:00"), ("minutes", "45"), ("how", "in_person")]];
        let rest = [("place", "zqplace, Room 2"), ("panel", &first), ("panel", &second)];
        let page = format!("/applications/{}/interviews/new", one.application);
        fill(&self.of("officer"), &page, &[plan.concat(), rest.to_vec()].concat());
    }

    fn interview(&self, one: &Applicant) {
        if !one.traced {
            return;
        }
        let (first, second) = (self.journey.user("one").to_string(), self.journey.user("two").to_string());
        let member = self.of("one");
        let id = self.of("officer").get("/interviews").body;
        let id = id.split("/interviews/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let held = [applying::date("on", "1", "12", "2026"), vec![("attended", first.as_str()), ("attended", &second)]];
        fill(&member, &format!("/interviews/{id}/held"), &held.concat());
        fill(&member, &format!("/interviews/{id}/notes"), &[("note", "zqnotes of what was said")]);
    }

    fn assess(&self, one: &Applicant) {
        if !one.traced {
            return;
        }
        let mut fields = vec![("account".to_owned(), "zqaccount: it was long ago".to_owned())];
        for criterion in Criteria::shipped().unwrap().criteria {
            let finding = if criterion.code == "dishonesty" { "not_known" } else { "not_relevant" };
            fields.push((format!("finding_{}", criterion.code), finding.to_owned()));
            fields.push((format!("words_{}", criterion.code), "zqfinding weighed".to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        fill(&self.of("officer"), &format!("/applications/{}/assessment", one.application), &fields);
    }

    fn propose(&self, one: &Applicant) {
        let reasons = if one.traced { "zqreasons weighed with care" } else { "All is in order" };
        let page = format!("/applications/{}/proposal", one.application);
        fill(&self.of("decider"), &page, &[("outcome", "approved"), ("reasons", reasons)]);
    }

    fn agree(&self, one: &Applicant) {
        let id = chaperone::types::ApplicationId(one.application.parse().unwrap());
        let papers = self.journey.world.test.db.read(|c| chaperone::store::proposal::of_application(c, id)).unwrap();
        let second = self.of("second");
        read_notes(&second, id);
        press(&second, &format!("/proposals/{}/agree", papers.last().unwrap().id));
    }
}
