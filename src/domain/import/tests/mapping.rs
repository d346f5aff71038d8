//! Headings of other registers, and map files.

use super::*;

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[test]
fn the_native_header_needs_no_map() {
    let map = ColumnMap::of(&header(&GOOD.map(|(name, _)| name))).unwrap();
    assert_eq!(map.absent(), []);
    assert_eq!(map.chosen().len(), 32);
    assert!(Column::native().map(Column::as_str).eq(GOOD.map(|(name, _)| name)));
}

#[test]
fn no_heading_could_mean_two_columns() {
    let mut seen = std::collections::HashMap::new();
    for column in Column::ALL {
        let own = crate::types::fold(column.as_str());
        for word in column.synonyms().iter().map(ToString::to_string).chain([own]) {
            assert_eq!(word, crate::types::fold(&word));
            if let Some(other) = seen.insert(word.clone(), column) {
                panic!("{word} is {other:?} and {column:?}");
            }
        }
    }
}

#[test]
fn other_headings_are_known_by_their_synonyms() {
    let theirs = header(&[
        "Person ID",
        "First Name",
        "LAST NAME",
        "D.O.B.",
        "Job Title",
        "Operator",
        "Disclosure No",
        "DBS Date",
        "DBS type",
        "Trace?",
        "Vehicle",
    ]);
    let map = ColumnMap::of(&theirs).unwrap();
    for (column, heading) in [
        (Column::Ref, "Person ID"),
        (Column::Surname, "LAST NAME"),
        (Column::DateOfBirth, "D.O.B."),
        (Column::Contractor, "Operator"),
        (Column::DbsCertificateNumber, "Disclosure No"),
        (Column::DbsTrace, "Trace?"),
    ] {
        assert_eq!(map.title(column), heading);
    }
    assert_eq!(map.unused(), ["Vehicle"]);
    assert!(map.absent().contains(&Column::MedicalExpiry) && !map.absent().contains(&Column::Surname));
}

#[test]
fn what_a_file_lacks_is_told_all_at_once() {
    let error = ColumnMap::of(&header(&["Forename", "Telephone", "Mobile", "Badge no"])).unwrap_err();
    let fields: Vec<_> = faults(error).into_iter().map(|fault| fault.0).collect();
    assert_eq!(fields, ["phone", "surname", "contractor", "role", "ref", "badge_issued", "badge_expiry"]);
}

#[test]
fn a_map_file_states_what_differs() {
    let text = r#"
        [columns]
        surname = "Known as"
        contractor = "Garage"
        phone = ""
        [values.dbs_trace]
        "Has content" = "yes"
        [constants]
        role = "PA"
        dbs_level = "enhanced"
    "#;
    let csv = "Ref,Forename,known as,Garage,Tel,Certificate number,Certificate date,Trace\n\
               1,Ann,Lee,Ash Cars,07700900123,001602417128,01/02/2025,HAS CONTENT\n";
    let sheet = sheet(csv);
    let map = ColumnMap::from_toml(text, &sheet.header).unwrap();
    let roles = roles();
    let rules = Rules { map: &map, today: today(), roles: &roles };
    let mut problems = Vec::new();
    let row = parse_row(&sheet.rows[0], &rules, &mut problems).unwrap();
    assert_eq!(problems, []);
    assert_eq!((row.person.surname.as_str(), row.work.role.as_str()), ("Lee", "passenger_assistant"));
    assert_eq!((row.person.dbs_trace, row.person.phone.as_str()), (Some(true), ""));
    assert!(map.absent().contains(&Column::Phone) && !map.absent().contains(&Column::DbsLevel));
}

#[test]
fn the_faults_of_a_map_file_come_together() {
    let text = r#"
        [columns]
        surname = "Name"
        forename = "Name"
        shoe_size = "Feet"
        email = "Post"
        role = "Role"
        [constants]
        role = "PA"
        [values.colour]
        a = "b"
    "#;
    let error = ColumnMap::from_toml(text, &header(&["Ref", "Name", "Firm", "Role"])).unwrap_err();
    let told: Vec<_> = faults(error).into_iter().map(|(field, message)| format!("{field}: {message}")).collect();
    for words in [
        "shoe_size: This is not the name",
        "colour: This is not the name",
        "email: The file has no column headed “Post”",
        "“Name” is already used for forename",
        "role: The map gives both",
    ] {
        assert!(told.iter().any(|fault| fault.contains(words)), "{words}: {told:#?}");
    }
    for bad in ["[columns", "[wrong]\na = 1", "[columns]\nref = 7"] {
        assert_eq!(faults(ColumnMap::from_toml(bad, &header(&["Ref"])).unwrap_err())[0].0, "map");
    }
}

#[test]
fn a_full_name_is_parted() {
    for (full, forename, surname, warns) in [
        ("Butt-Copestake, Tariq", "Tariq", "Butt-Copestake", 0),
        ("Ann Lee", "Ann", "Lee", 0),
        ("Mrs Ann Lee", "Ann", "Lee", 0),
        ("Ana Maria de Souza", "Ana Maria", "de Souza", 1),
        ("Madonna", "", "Madonna", 0),
    ] {
        let sheet = sheet(&format!("Full name;DOB;Firm;Role\n\"{full}\";1/2/1980;Ash Cars;PA\n"));
        let found = people(&sheet).remove(0);
        assert_eq!(found.problems.len(), warns, "{found:?}");
        let facts = found.person.unwrap().facts;
        assert_eq!((facts.forename.as_str(), facts.surname.as_str()), (forename, surname));
    }
}
