//! Files of every alphabet, delimiter and kind.

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::*;

const SMALL: &str = "ref,surname,contractor,role\nP1,Plant,Ash Cars,PA\n";

fn cells(sheet: &Sheet, row: usize) -> Vec<&str> {
    sheet.rows[row].cells.iter().collect()
}

fn refusal(bytes: &[u8]) -> String {
    faults(read(bytes, "register.xls").unwrap_err()).remove(0).1
}

#[test]
fn every_delimiter_is_read_and_a_mark_is_passed_over() {
    for (text, told) in [
        (SMALL.to_owned(), ","),
        (SMALL.replace(',', ";"), ";"),
        (SMALL.replace(',', "\t"), "tab"),
        (format!("\u{feff}{SMALL}"), "mark"),
        (format!("sep=;\n{}", SMALL.replace(',', ";")), "sep"),
        (SMALL.replace('\n', "\r\n"), "crlf"),
        (SMALL.replace('\n', "\r"), "cr"),
        (format!("Drivers of the county,,,\n\n{SMALL}"), "title"),
    ] {
        let sheet = sheet(&text);
        assert_eq!(sheet.header, ["ref", "surname", "contractor", "role"], "{told}");
        assert_eq!(cells(&sheet, 0), ["P1", "Plant", "Ash Cars", "PA"], "{told}");
    }
}

#[test]
fn old_alphabets_keep_their_accents() {
    let latin = b"ref,surname,contractor\nP1,Si\xe2n,Caf\xe9 Cars \x96 Leek\n";
    let read_back = read(latin, "a.csv").unwrap();
    assert_eq!(cells(&read_back, 0), ["P1", "Siân", "Café Cars – Leek"]);
    assert!(read_back.notes[0].contains("Windows-1252"));
    let utf16: Vec<u8> = "\u{feff}ref\tsurname\nP1\tŁukasz\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(cells(&read(&utf16, "a.txt").unwrap(), 0), ["P1", "Łukasz"]);
}

#[test]
fn lines_are_those_of_the_file() {
    let sheet = sheet("\n\nref,surname\n\nP1,\"Plant\nof Leek\"\n,,\n\r\nP2,Clarke\nP3,Hall");
    assert_eq!(sheet.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [5, 9, 10]);
    assert_eq!(cells(&sheet, 0), ["P1", "Plant\nof Leek"]);
}

#[test]
fn an_open_quotation_mark_costs_its_own_row() {
    let rest: String = (3..400).map(|n| format!("P{n},Name{n},Firm\n")).collect();
    let sheet = sheet(&format!("ref,surname,contractor\nP1,Plant,Firm\nP2,\"Clarke,Firm\n{rest}"));
    assert_eq!(sheet.rows.len(), 399);
    assert_eq!((sheet.rows[1].line, cells(&sheet, 1)), (3, vec!["P2", "Clarke", "Firm"]));
    assert!(sheet.rows[1].fault.as_deref().unwrap().contains("never closed"));
    assert!(sheet.rows[2..].iter().all(|row| row.fault.is_none()));
    assert_eq!(sheet.rows[398].line, 400);
}

#[test]
fn what_is_no_register_is_refused_in_plain_words() {
    let protected: Vec<u8> =
        b"\xD0\xCF\x11\xE0....".iter().copied().chain("EncryptedPackage".bytes().flat_map(|b| [b, 0])).collect();
    for (bytes, words) in [
        (b"".as_slice(), "is empty"),
        (b" \r\n \n", "is empty"),
        (b"%PDF-1.7 x,y", "not a spreadsheet"),
        (b"<html><table>", "not a spreadsheet"),
        (b"a\0b,c\0d", "not a spreadsheet"),
        (b"only one column\nP1\n", "No header row"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest", "old Excel file"),
        (&protected, "password"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ] {
        assert!(refusal(bytes).contains(words), "{words}: {}", refusal(bytes));
    }
    assert!(refusal(vec![b','; 201].as_slice()).contains("200 columns"));
    assert!(refusal(&vec![b'x'; 64 * 1024 * 1024 + 1]).contains("64 MB"));
    assert!(refusal(format!("a,b\n{}", "1,2\n".repeat(200_001)).as_bytes()).contains("200,000"));
}

#[test]
fn a_cell_too_long_costs_its_row() {
    let sheet = sheet(&format!("ref,surname\nP1,{}\nP2,Hall\n", "x".repeat(4001)));
    assert!(sheet.rows[0].fault.as_deref().unwrap().contains("“surname”"));
    assert_eq!((sheet.rows[0].cells[1].len(), &sheet.rows[1].fault), (4000, &None));
}

/// The good row as Excel keeps it: real dates, numbers for numbers, a title above and an empty row between.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap().write(0, 0, "Ask Jo").unwrap();
    let page = book.add_worksheet().set_name("Drivers").unwrap();
    page.write(0, 0, "Drivers of the county").unwrap();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for (column, (name, good)) in (0u16..).zip(GOOD) {
        page.write(2, column, name).unwrap();
        match good {
            "001602417128" => page.write(4, column, 1_602_417_128f64).unwrap(),
            "07700 900401" => page.write(4, column, 7_700_900_401f64).unwrap(),
            _ if good.len() == 10 && good.contains("-0") => {
                page.write_with_format(4, column, ExcelDateTime::parse_from_str(good).unwrap(), &day).unwrap()
            }
            _ => page.write(4, column, good).unwrap(),
        };
    }
    page.write(5, 0, "P2").unwrap();
    page.write_formula(5, 2, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_is_read_as_an_officer_sees_it() {
    let sheet = read(&workbook(), "register.xlsx").unwrap();
    assert!(sheet.notes.iter().any(|note| note.contains("“Drivers”")), "{:?}", sheet.notes);
    assert_eq!(sheet.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [5, 6]);
    let (row, problems) = first_row(&sheet);
    let row = row.unwrap();
    assert_eq!(row.person.date_of_birth, "1965-03-31".parse().ok());
    assert_eq!(row.person.dbs_certificate_number.as_deref(), Some("001602417128"));
    assert_eq!(row.person.phone, "07700900401");
    assert_eq!(row.work.badge_expiry, "2028-06-26".parse().ok());
    assert_eq!(problems.len(), 2, "{problems:?}");
    let second = people(&sheet).remove(1);
    assert!(second.problems.iter().any(|p| p.column == "surname" && p.message.contains("#DIV/0!")), "{second:?}");
}

#[test]
fn a_workbook_that_unpacks_without_end_is_refused() {
    let mut bytes = workbook();
    let entry = bytes.windows(4).position(|sign| sign == b"PK\x01\x02").unwrap();
    bytes[entry + 24..entry + 28].copy_from_slice(&[0xff; 4]);
    assert!(refusal(&bytes).contains("too large once unpacked"));
}

fn everything(bytes: &[u8]) {
    let Ok(sheet) = read(bytes, "x") else { return };
    assert!(sheet.rows.windows(2).all(|pair| pair[0].line < pair[1].line));
    let text = "[columns]\nsurname = \"a\"\n[constants]\ncontractor = \"F\"\nrole = \"PA\"\nref = \"1\"";
    let Ok(map) = ColumnMap::of(&sheet.header).or_else(|_| ColumnMap::from_toml(text, &sheet.header)) else { return };
    let roles = roles();
    let found: Vec<_> = People::new(&sheet, Rules { map: &map, today: today(), roles: &roles }).collect();
    assert_eq!(found.iter().map(|group| group.lines.len()).sum::<usize>(), sheet.rows.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        everything(&bytes);
    }

    #[test]
    fn no_text_panics(text in "(a|b|ref|\"|,|;|\t|\n|\r|é|'|=|#N/A|1|29/02/26|\u{a0}){0,60}") {
        everything(format!("a,b\n{text}").as_bytes());
        everything(text.as_bytes());
    }

    #[test]
    fn no_cell_panics(column in 0usize..32, text in "\\PC{0,40}") {
        let file = file(&[&[(GOOD[column].0, &text)]]);
        everything(file.as_bytes());
    }

    #[test]
    fn no_damaged_workbook_panics(places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = workbook();
        for (place, byte) in places {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        everything(&bytes);
    }
}

/// The workbook with another table of strings.
fn with_strings(table: &str) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut old = zip::ZipArchive::new(Cursor::new(workbook())).unwrap();
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let mut part = old.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if !name.ends_with("sharedStrings.xml") {
            new.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            new.write_all(&bytes).unwrap();
        }
    }
    new.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
    new.write_all(table.as_bytes()).unwrap();
    new.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_asks_for_more_room_than_it_needs_is_refused() {
    for count in
        ["uniqueCount=\"900000000000\"", "uniqueCount = '+0900000000000'", "uniqueCount=\"99999999999999999999\""]
    {
        let bytes = with_strings(&format!("<?xml version=\"1.0\"?><sst {count}><si><t>ref</t></si></sst>"));
        assert!(refusal(&bytes).contains("damaged"), "{count}");
    }
}
