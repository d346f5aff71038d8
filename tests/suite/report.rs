//! The funnel: what the demonstration counts as the source does, what each number opens, who may see it, and that its
//! reads, and the queues', stay within an index.

use chaperone::cli::demo::{self, applications, logins};
use chaperone::domain::queue::{self, Queue};
use chaperone::domain::report::{Figures, STAGES, code, funnel};
use chaperone::store::queue::{Owned, Place, appeals, coming, waiting};
use chaperone::store::report::{Filter, Split, rows, tallies};
use chaperone::store::{Conn, migrate};
use chaperone::types::{ContractorId, InterviewId, UserId};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::register::plans;
use crate::support::account::clock;
use crate::support::council::{answers, as_user, council, take_file};
use crate::support::database::{TestDb, day};

const OFFICER: &str = "officer@council.example.org";
const AUDITOR: &str = "auditor@council.example.org";

fn sql(test: &TestDb, statements: &str) {
    test.db.read(|conn| Ok(conn.batch_execute(statements)?)).unwrap();
}

fn number(test: &TestDb, query: &str) -> i64 {
    #[derive(QueryableByName)]
    struct One {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let query = format!("SELECT COUNT(*) AS n FROM {query}");
    test.db
        .read(|conn| Ok(diesel::sql_query(&query).get_result::<One>(conn)?))
        .unwrap_or_else(|e| panic!("{query}: {e}"))
        .n
}

fn whole(test: &TestDb) -> Figures {
    test.db.read(|conn| funnel(conn, Split::Whole, &Filter::default(), day("2026-11-22"))).unwrap().total
}

/// A version of the criteria, where the register has none.
fn publish_criteria(test: &TestDb) {
    if number(test, "criteria_versions") == 0 {
        sql(
            test,
            "INSERT INTO criteria_versions (number, title, effective_from, published_by, published_at, digest)
             VALUES (1, 'Criteria', '2026-01-01', 1, '2026-01-01 09:00:00', '');
             INSERT INTO criteria (version, code, kind, title, months, is_never, guidance, position, source) VALUES
             (1, 'violence', 'guideline', 'Violence', 120, FALSE, '', 1, ''),
             (1, 'honesty', 'factor', 'Honesty', NULL, FALSE, '', 2, '')",
        );
    }
}

/// The demonstration council, as `chaperone demo` fills it.
fn demonstration(people: u32) -> TestDb {
    let test = TestDb::new();
    let today = day("2026-11-22");
    let mut csv = Vec::new();
    demo::write_csv(&mut csv, demo::with_live_work(demo::register(people, 1, today), today)).unwrap();
    take_file(&test, &csv);
    publish_criteria(&test);
    logins::enrol_all(&test.db, &clock(), "Exampleshire", &test.url).unwrap();
    assert_eq!(applications::begin(&test.db, &clock()).unwrap(), people as usize);
    test
}

#[test]
fn the_demonstration_council_counts_as_the_source_does() {
    let test = demonstration(2_700);
    let total = whole(&test);
    assert_eq!((total.applied, total.trace, total.interviewed, total.unsuitable), (2_700, 550, 550, 103));
    assert!(total.appealed >= 8 && total.upheld >= 2, "{total:?}");
    let count = |query: &str| number(&test, query);
    assert_eq!(count("people"), 2_700);
    assert_eq!(count("(SELECT DISTINCT person_id FROM applications) a"), 2_700);
    assert_eq!(count("applications WHERE submitted_on IS NOT NULL AND kind <> 'review'"), 2_700);
    assert_eq!(count("dbs_certificates WHERE has_trace"), 550);
    assert_eq!(
        count("applications a JOIN dbs_certificates c ON c.person_id = a.person_id WHERE c.has_trace AND a.has_trace"),
        550
    );
    assert_eq!(count("applications WHERE has_trace AND interviewed_on IS NOT NULL"), 550);
    assert_eq!(count("decisions WHERE outcome = 'unsuitable'"), 103);
    let undone = count("applications WHERE appeal_outcome IN ('upheld', 'varied')");
    assert_eq!(count("applications WHERE outcome = 'refused'") + undone, 103);
    assert_eq!(total.upheld, undone);
    assert_eq!(total.appealed, count("appeals"));
    // Nobody is interviewed or decided before they applied, and nothing is decided before its interview.
    for wrong in [
        "applications WHERE interviewed_on < submitted_on OR decided_on < submitted_on OR appealed_on < decided_on",
        "applications WHERE decided_on < interviewed_on OR state_since > '2026-11-22' OR submitted_on > '2026-11-22'",
        "applications WHERE started_on > submitted_on OR (outcome IS NULL) <> (decided_on IS NULL)",
        // Whoever is found unsuitable was refused, and nobody else.
        "applications a WHERE a.outcome = 'refused' AND NOT EXISTS (SELECT 1 FROM clearances c WHERE c.person_id = a.person_id AND c.status = 'unsuitable')",
        "applications a WHERE a.outcome <> 'refused' AND EXISTS (SELECT 1 FROM clearances c WHERE c.person_id = a.person_id AND c.status = 'unsuitable')",
        // Whoever waits for a decision is not approved.
        "applications a JOIN approvals p ON p.person_id = a.person_id WHERE a.outcome IS NULL",
        // Who interviewed decides nothing, and an appeal panel shares nobody with the decision.
        "interviews i JOIN interview_panel m ON m.interview_id = i.id JOIN proposals p ON p.application_id = i.application_id WHERE m.user_id IN (p.proposed_by, p.seconded_by)",
        "appeals a JOIN appeal_panel m ON m.appeal_id = a.id JOIN proposals p ON p.id = a.proposal_id WHERE m.user_id IN (p.proposed_by, p.seconded_by)",
        "fuses f JOIN applications a ON a.id = f.application_id WHERE a.outcome IS NULL",
    ] {
        assert_eq!(count(wrong), 0, "{wrong}");
    }
    for queue in Queue::ALL {
        let fill = test.db.read(|conn| queue::fill(conn, queue, 1001)).unwrap();
        let same = match queue {
            Queue::Check => count("applications WHERE state IN ('submitted', 'checking')"),
            Queue::Arrange => count(
                "applications a WHERE state = 'interview_due' AND interviewed_on IS NOT NULL AND NOT EXISTS \
                 (SELECT 1 FROM interviews i WHERE i.application_id = a.id AND i.state = 'arranged')",
            ),
            Queue::Interviews => count("interviews WHERE state = 'arranged'"),
            Queue::Assess => count("applications WHERE state = 'interviewed'"),
            Queue::Decide => count("applications WHERE state = 'assessed'"),
            Queue::Second => count("applications WHERE state = 'proposed'"),
            Queue::Appeals => count("appeals WHERE state IN ('lodged', 'hearing_arranged')"),
            Queue::Exceptions => continue,
        };
        assert!(fill.count > 1, "{queue:?} is empty");
        assert_eq!(fill.count as i64, same, "{queue:?}");
    }
    // Each number opens as many rows as it says, and each split adds up.
    let pages = |filter: &Filter, stage| test.db.read(|conn| rows(conn, stage, filter, None, 10_000)).unwrap().len();
    for split in [Split::Role, Split::Contractor, Split::Authority, Split::Month] {
        let found = test.db.read(|conn| funnel(conn, split, &Filter::default(), day("2026-11-22"))).unwrap();
        assert_eq!(found.total, total, "{split:?}");
        for stage in STAGES {
            assert_eq!(found.lines.iter().map(|line| line.figures.of(stage)).sum::<i64>(), total.of(stage));
        }
    }
    for stage in STAGES {
        assert_eq!(pages(&Filter::default(), stage) as i64, total.of(stage), "{}", code(stage));
    }
    let half = Filter { from: Some(day("2025-01-01")), to: Some(day("2025-12-31")), ..Filter::default() };
    let of_2025 = test.db.read(|conn| funnel(conn, Split::Whole, &half, day("2026-11-22"))).unwrap().total;
    assert_eq!(of_2025.applied, count("applications WHERE submitted_on BETWEEN '2025-01-01' AND '2025-12-31'"));
}

#[test]
fn a_small_demonstration_has_work_in_every_queue_too() {
    let test = demonstration(300);
    for queue in Queue::ALL {
        let fill = test.db.read(|conn| queue::fill(conn, queue, 1001)).unwrap();
        assert!(fill.count > 0 || queue == Queue::Exceptions, "{queue:?} is empty");
    }
    let differences = test.db.snapshot(|conn| chaperone::domain::clearance::keep::check(conn, |_| {})).unwrap();
    assert!(differences.is_empty(), "{differences:?}");
}

/// Applications of the first ten people: two with a trace, one of them refused, a draft and a case of the council's own.
fn few(test: &TestDb) {
    sql(
        test,
        "INSERT INTO applications (reference, kind, person_id, contractor_id, role, state, state_since, sort_name,
         started_by, started_on, submitted_on, outcome, decided_on, origin)
         SELECT 'A-' || id, 'new', id, (SELECT MIN(contractor_id) FROM engagements e WHERE e.person_id = people.id),
         'passenger_assistant', 'closed', '2026-06-01', sort_name, 1, '2026-05-01', '2026-05-02', 'approved',
         '2026-06-01', 'recorded' FROM people WHERE id <= 10;
         UPDATE applications SET has_trace = TRUE, interviewed_on = '2026-05-20' WHERE person_id <= 2;
         UPDATE applications SET outcome = 'refused' WHERE person_id = 1;
         UPDATE applications SET submitted_on = NULL WHERE person_id = 8;
         UPDATE applications SET kind = 'review' WHERE person_id = 9",
    );
}

#[test]
fn drafts_and_the_councils_own_cases_are_no_applications() {
    let test = council(20);
    assert!(as_user(&test, OFFICER).get("/reports/funnel").body.contains("Nobody has sent in an application yet."));
    few(&test);
    let expected = Figures { applied: 8, trace: 2, interviewed: 2, unsuitable: 1, ..Figures::default() };
    assert_eq!(whole(&test), expected);
}

#[test]
fn the_officer_opens_a_number_and_takes_the_figures_away() {
    let test = council(20);
    few(&test);
    let officer = as_user(&test, OFFICER);
    let page = officer.get("/reports/funnel?by=month").body;
    assert!(page.contains("May 2026") && page.contains("25.0%"), "{page}");
    assert!(page.contains("<caption") && page.contains("scope=\"row\""));
    let href = page.split("href=\"/reports/funnel/rows?").nth(2).unwrap().split('"').next().unwrap();
    let rows = officer.get(&format!("/reports/funnel/rows?{}", href.replace("&#38;", "&").replace("&amp;", "&"))).body;
    assert_eq!(rows.matches("href=\"/applications/").count(), 2, "{href}\n{rows}");
    assert!(rows.contains("Refused") && rows.contains("Approved"));
    assert_eq!(officer.get("/reports/funnel/rows?stage=nothing").status.code, 404);
    let wrong = officer.get("/reports/funnel?from=soon").body;
    assert!(wrong.contains("Enter a date, for example 27/3/2026") && wrong.contains("value=\"soon\""));
    let file = String::from_utf8(officer.get_bytes("/reports/funnel.csv?by=role")).unwrap();
    assert!(file.starts_with('\u{feff}'));
    assert!(file.contains("role,applied,trace,interviewed,unsuitable,appealed,upheld\r\n"), "{file}");
    assert!(file.contains("\r\nAll,8,2,2,1,0,0\r\n"), "{file}");
}

#[test]
fn an_auditor_has_the_figures_and_never_whose_they_are() {
    let test = council(20);
    few(&test);
    assert_eq!(answers(&test, "/reports/funnel"), [404, 200, 200, 404, 200, 404, 303]);
    assert_eq!(answers(&test, "/reports/funnel.csv"), [404, 200, 200, 404, 200, 404, 303]);
    assert_eq!(answers(&test, "/reports/funnel/rows"), [404, 200, 200, 404, 404, 404, 303]);
    let auditor = as_user(&test, AUDITOR);
    let page = auditor.get("/reports/funnel?by=contractor").body;
    assert!(
        page.contains("fewer than 5") && !page.contains("/reports/funnel/rows") && !page.contains("25.0%"),
        "{page}"
    );
    let file = String::from_utf8(auditor.get_bytes("/reports/funnel.csv")).unwrap();
    assert!(file.contains("All,8,fewer than 5,fewer than 5,fewer than 5,0,0"), "{file}");
}

#[test]
fn the_queues_and_the_funnel_are_read_along_their_indexes() {
    let test = council(300);
    if test.is_postgres() {
        return;
    }
    sql(
        &test,
        "INSERT INTO applications (reference, kind, person_id, contractor_id, role, state, state_since, sort_name,
         started_by, started_on, submitted_on, has_trace, owner, origin)
         SELECT 'A-' || id, 'new', id, (SELECT MIN(contractor_id) FROM engagements e WHERE e.person_id = people.id),
         'passenger_assistant', CASE id % 9 WHEN 0 THEN 'checking' WHEN 1 THEN 'interview_due' ELSE 'closed' END,
         '2026-06-01', sort_name, 1, '2026-05-01', '2026-05-02', id % 5 = 0, CASE WHEN id % 2 = 0 THEN 2 END, 'recorded'
         FROM people",
    );
    let place = Place { day: day("2026-05-20"), id: 3 };
    let filters = [
        Filter::default(),
        Filter { from: Some(day("2026-01-01")), to: Some(day("2026-12-31")), ..Filter::default() },
        Filter {
            role: Some("passenger_assistant".into()),
            contractor: Some(Some(ContractorId(1))),
            ..Filter::default()
        },
    ];
    for settled in [false, true] {
        if settled {
            migrate::settle(&test.db).unwrap();
        }
        let work = |conn: &mut Conn| {
            for queue in Queue::ALL {
                queue::fill(conn, queue, 1001).unwrap();
                for owned in [Owned::Anybody, Owned::Nobody, Owned::By(UserId(2))] {
                    for after in [None, Some(place)] {
                        waiting(conn, queue.states(), queue == Queue::Arrange, owned, after, 51).unwrap();
                        appeals(conn, owned, after, 51).unwrap();
                        coming(conn, owned, after.map(|_| InterviewId(1)), 51).unwrap();
                        let kinds = ["data_check".to_owned()];
                        chaperone::store::queue::exceptions(conn, &kinds, owned, after, 51).unwrap();
                    }
                }
            }
            for filter in &filters {
                for split in [Split::Whole, Split::Role, Split::Contractor, Split::Authority, Split::Month] {
                    tallies(conn, split, filter).unwrap();
                }
                for stage in STAGES {
                    rows(conn, stage, filter, None, 51).unwrap();
                    rows(conn, stage, filter, Some(place), 51).unwrap();
                }
            }
        };
        for (statement, steps) in plans(&test, work) {
            for step in steps.iter().filter(|step| step.starts_with("SCAN")) {
                assert!(step.contains(" INDEX "), "{statement}\n{steps:#?}");
            }
            let counts = statement.contains("COUNT(*)");
            let covered = steps.iter().any(|step| step.contains("COVERING INDEX applications_funnel"));
            assert!(!counts || covered || statement.contains("contractor_id` ="), "{statement}\n{steps:#?}");
        }
    }
}
