//! The pretend Update Service answers as its scenario says, and refuses what the real one would.

use std::io::{Write, read_to_string};
use std::net::TcpStream;

use chaperone::cli::fake_dbs::Scenario;
use chaperone::gateway::update_service::NoResult;
use chaperone::types::StatusResult;

use crate::support::dbs::pretend;
use crate::update_service::ask;

#[test]
fn the_pretend_service_refuses_what_the_real_one_would() {
    let url = pretend("");
    let get = |query: &str| {
        let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap();
        let request = format!("GET /{path}/{query} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        read_to_string(stream).unwrap()[9..12].to_owned()
    };
    let sound = "200000000001?dateOfBirth=07/03/1971&surname=Swift&hasAgreedTermsAndConditions=true\
                 &organisationName=Council&employeeForename=Dana&employeeSurname=Whitlock";
    assert_eq!(get(sound), "200");
    for (old, new) in [
        ("200000000001", "20000000001"),
        ("07/03/1971", "1971-03-07"),
        ("07/03/1971", "03/27/1971"),
        ("surname=Swift", "surname="),
        ("=true", "=yes"),
        ("&employeeSurname=Whitlock", ""),
    ] {
        assert_eq!(get(&sound.replace(old, new)), "400", "{new}");
    }
}

#[test]
fn a_scenario_sets_one_certificate_or_every_one() {
    let flood = pretend("[every]\nanswer = \"NO_MATCH_FOUND\"\n[certificates.400000000001]\nanswer = \"NEW_INFO\"");
    for number in ["200000000001", "300000000001", "400000000001", "900000000001"] {
        assert_eq!(ask(&flood, number, "Swift").unwrap().result, StatusResult::NoMatchFound);
    }
    let down = pretend("[every]\nanswer = 503");
    assert_eq!(ask(&down, "200000000001", "Swift"), Err(NoResult::Status(503)));
    let one = pretend(
        "[certificates.200000000001]\nanswer = \"malformed\"\n[certificates.900000000001]\nanswer = \"failure\"",
    );
    assert!(matches!(ask(&one, "200000000001", "Swift"), Err(NoResult::Malformed(_))));
    assert_eq!(ask(&one, "900000000001", "Swift"), Err(NoResult::Failure));
    assert_eq!(ask(&one, "200000000002", "Swift").unwrap().result, StatusResult::BlankNoNewInfo);
    for wrong in ["[every]\nanswer = 200", "[every]\nanswer = \"PASS\"", "[all]", "[every]\nreply = 503"] {
        assert!(Scenario::read(wrong).is_err(), "{wrong}");
    }
}
