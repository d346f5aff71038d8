//! The Update Service is asked as facts.md §2.3 says, and only an exact answer is a result.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use chaperone::gateway::update_service::{Answer, Checker, NoResult, Question, UpdateService, read};
use chaperone::types::StatusResult;

use crate::log_lines;
use crate::support::database::day;
use crate::support::dbs::{NOBODY, Stub, pretend};

/// An answer as facts.md §2.3 shows it.
pub const PASS: &str = "<statusCheckResult><statusCheckResultType>SUCCESS</statusCheckResultType>\
    <status>BLANK_NO_NEW_INFO</status><forename>TAYLOR</forename><surname>SWIFT</surname>\
    <printDate class=\"sql-date\">2024-04-22</printDate></statusCheckResult>";

fn officer() -> Checker {
    Checker {
        organisation: "Exampleshire & Bro Môn Council".into(),
        forename: "Dana".into(),
        surname: "Whitlock".into(),
        has_accepted_declaration: true,
    }
}

pub fn ask(url: &str, certificate: &str, surname: &str) -> Result<Answer, NoResult> {
    let service = UpdateService::open(url).unwrap().with_patience(Duration::from_secs(20));
    service.check(&Question { certificate, surname, date_of_birth: day("1971-03-07"), checker: &officer() })
}

fn told(stub: &Stub) -> Result<Answer, NoResult> {
    ask(&stub.url(), "001200000001", "Swift")
}

fn plain(answer: Answer) -> (StatusResult, Option<(String, String, String)>) {
    let holder = answer.holder.map(|who| (who.forename, who.surname, who.printed_on.to_string()));
    (answer.result, holder)
}

#[test]
fn each_code_is_the_result_it_says() {
    let url = pretend("");
    let holder = || Some(("SAMPLE".to_owned(), "SWIFT".to_owned(), "2024-04-22".to_owned()));
    for (number, result, holder) in [
        ("000000000001", StatusResult::BlankNoNewInfo, holder()),
        ("100000000001", StatusResult::NoMatchFound, None),
        ("200000000001", StatusResult::BlankNoNewInfo, holder()),
        ("300000000001", StatusResult::NonBlankNoNewInfo, holder()),
        ("400000000001", StatusResult::NewInfo, holder()),
    ] {
        assert_eq!(plain(ask(&url, number, "Swift").unwrap()), (result, holder), "{number}");
    }
    let whole = format!("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{PASS}\n");
    assert_eq!(read(whole.as_bytes()).unwrap().result, StatusResult::BlankNoNewInfo);
}

#[test]
fn no_error_is_a_result() {
    let url = pretend("");
    let refused = ask(NOBODY, "001200000001", "Swift");
    assert_eq!(refused, Err(NoResult::NoAnswer(ErrorKind::ConnectionRefused)));
    for (number, why) in [
        ("700000000001", NoResult::Failure),
        ("800000000001", NoResult::Status(503)),
        ("900000000001", NoResult::Status(500)),
    ] {
        assert_eq!(ask(&url, number, "Swift"), Err(why));
    }
    assert!(matches!(ask(&url, "600000000001", "Swift"), Err(NoResult::Malformed(_))));
    for code in [204, 301, 302, 400, 401, 403, 404, 502] {
        let moved = format!("HTTP/1.1 {code} X\r\nLocation: {url}/000000000001\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(told(&Stub::saying(moved)), Err(NoResult::Status(code)));
    }
    let cut = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{PASS}", PASS.len() + 1);
    for broken in [String::new(), "HTTP/1.1 200 OK\r\n".into(), "220 mail ready\r\n\r\n".into(), cut] {
        let got = told(&Stub::saying(broken.clone()));
        assert!(matches!(got, Err(NoResult::NoAnswer(_))), "{broken}: {got:?}");
    }
}

#[test]
fn a_service_that_dawdles_is_not_waited_for() {
    let url = pretend("[certificates.001200000001]\ndelay_ms = 5000");
    let (silent, dawdling) = (Stub::silent(), Stub::dawdling());
    for url in [url, silent.url(), dawdling.url()] {
        let service = UpdateService::open(&url).unwrap().with_patience(Duration::from_millis(300));
        let checker = officer();
        let question = Question {
            certificate: "001200000001",
            surname: "Swift",
            date_of_birth: day("1971-03-07"),
            checker: &checker,
        };
        let begun = Instant::now();
        assert_eq!(service.check(&question), Err(NoResult::Timeout));
        assert!(begun.elapsed() < Duration::from_secs(4));
    }
}

#[test]
fn no_more_is_read_than_an_answer_takes() {
    let long = [PASS.as_bytes(), &[b' '; 1 << 20]].concat();
    assert_eq!(told(&Stub::answering(&long)), Err(NoResult::Malformed("it is too long")));
}

#[test]
fn the_question_is_put_as_the_service_wants_it() {
    for (surname, sent) in [
        ("O'Brien", "O%27Brien"),
        ("  de la Cruz ", "de%20la%20Cruz"),
        ("Siân-Ŵyn", "Si%C3%A2n-%C5%B4yn"),
        ("A+B & C=D/E?#%41", "A%2BB%20%26%20C%3DD%2FE%3F%23%2541"),
    ] {
        let stub = Stub::answering(PASS.as_bytes());
        assert!(ask(&stub.url(), "001200000001", surname).is_ok());
        let heard = stub.heard();
        let wanted = format!(
            "GET /status/001200000001?dateOfBirth=07%2F03%2F1971&surname={sent}&hasAgreedTermsAndConditions=true\
             &organisationName=Exampleshire%20%26%20Bro%20M%C3%B4n%20Council&employeeForename=Dana\
             &employeeSurname=Whitlock HTTP/1.1"
        );
        assert_eq!(heard.lines().next(), Some(wanted.as_str()));
        assert!(!heard.to_lowercase().contains("referer"));
    }
}

#[test]
fn a_name_comes_back_as_it_was_asked() {
    let url = pretend("");
    for surname in ["O'Brien", "de la Cruz", "Siân-Ŵyn", "A+B & <C>", "\"Quoted\""] {
        let holder = ask(&url, "200000000001", surname).unwrap().holder.unwrap();
        assert_eq!(holder.surname, surname.to_uppercase());
    }
    let other = "[certificates.200000000001]\nforename = \"Ann\"\nsurname = \"Óg\"\nprinted_on = \"2025-02-03\"";
    let holder = ask(&pretend(other), "200000000001", "Young").unwrap().holder.unwrap();
    assert_eq!((holder.forename.as_str(), holder.surname.as_str()), ("Ann", "ÓG"));
    assert_eq!(holder.printed_on, day("2025-02-03"));
}

#[test]
fn nothing_is_asked_that_may_not_be() {
    let asks = |certificate: &str, surname: &str, change: fn(&mut Checker)| {
        let mut checker = officer();
        change(&mut checker);
        // Nobody listens: had it been asked, that would be the error.
        let service = UpdateService::open(NOBODY).unwrap();
        let date_of_birth = day("1971-03-07");
        match service.check(&Question { certificate, surname, date_of_birth, checker: &checker }) {
            Err(NoResult::NotAsked(_)) => false,
            Err(NoResult::NoAnswer(_)) => true,
            other => panic!("{other:?}"),
        }
    };
    assert!(asks("001200000001", "Swift", |_| {}));
    assert!(!asks("001200000001", "Swift", |who| who.has_accepted_declaration = false));
    assert!(!asks("001200000001", "Swift", |who| who.surname = " ".into()));
    assert!(!asks("001200000001", "Swift", |who| who.organisation.clear()));
    assert!(!asks("001200000001", " ", |_| {}));
    for number in ["", "00120000000", "0012000000011", "00120000000A", "../../000001", "٠٠١٢٠٠"] {
        assert!(!asks(number, "Swift", |_| {}), "{number}");
    }
    for address in ["http://dbs.example.org/status", "ftp://127.0.0.1/", "", "https://dbs.example.org/?number="] {
        assert!(UpdateService::open(address).is_err(), "{address}");
    }
}

#[test]
fn no_name_date_or_number_is_in_a_log_or_an_error() {
    log_lines::keep();
    let url = pretend("");
    let canaries =
        ["Zquupdate", "ZQUUPDATE", "zquofficer", "07/03/1971", "07%2F03%2F1971", "1971-03-07", "00077123466"];
    let checker = Checker { surname: "zquofficer".into(), ..officer() };
    let body = PASS.replace("SWIFT", "Zquupdate").replace("status>", "00077123466>");
    let stub = Stub::answering(body.as_bytes());
    let moved = Stub::saying("HTTP/1.1 302 Found\r\nLocation: /Zquupdate\r\nContent-Length: 0\r\n\r\n");
    let silent = Stub::silent();
    let mut said = Vec::new();
    for digit in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ""] {
        for address in [url.as_str(), NOBODY, &stub.url(), &moved.url(), &silent.url()] {
            let service = UpdateService::open(address).unwrap().with_patience(Duration::from_secs(2));
            let number = format!("{digit}00077123466");
            let question = Question {
                certificate: &number,
                surname: "Zquupdate",
                date_of_birth: day("1971-03-07"),
                checker: &checker,
            };
            let answer = service.check(&question);
            said.push(format!("{answer:?}"));
            said.extend(answer.err().map(|error| error.to_string()));
        }
    }
    assert!(said.iter().any(|text| text.contains("holds an element")) && said.iter().any(|text| text.contains("302")));
    for canary in canaries {
        assert!(!said.iter().any(|text| text.contains(canary)), "{canary}");
        let lines = log_lines::with(canary);
        assert!(lines.is_empty(), "{canary} in the log: {lines:#?}");
    }
    assert!(!log_lines::with("/crsc/api/status/<number>").is_empty(), "the pretend service's own log is watched too");
}
