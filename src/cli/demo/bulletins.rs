//! The demonstration's bulletins, one of them partly read, one in three languages and one withdrawn; and what the public
//! wrote about two badges.

use chrono::{Days, NaiveDate};

use crate::clock::Clock;
use crate::domain::bulletin::words::Asked;
use crate::domain::bulletin::{self, Draft, Words, link};
use crate::domain::command;
use crate::domain::concern::{self, Report};
use crate::domain::permission::Who;
use crate::error::{Error, Result};
use crate::store::bulletin::reader::{self, Asked as Wanted};
use crate::store::bulletin::{self as store, Bulletin};
use crate::store::{Db, access, badge, clearance, user};
use crate::types::{BadgeState, BulletinId, Origin, PersonId, UserId};

/// Where everybody of the demonstration reads and writes from.
const ADDRESS: &str = "192.0.2.10";
/// Readers whose answers are taken at a time.
const BATCH: usize = 200;

/// Two questions, each with its options; the second option of each is right.
type Questions = [(&'static str, &'static str); 2];

const HANDING_OVER: (&str, &str, Questions) = (
    "Handing a pupil over",
    "Hand each pupil over to the member of staff at the gate, or at home to an adult you know. Never leave a pupil at the kerb.\n\nIf nobody is there, stay with the pupil and ring the transport team. Do not take them anywhere else.",
    [
        (
            "Nobody is at the gate. What do you do?",
            "Leave the pupil at the gate\nStay with the pupil and ring the transport team\nTake the pupil home with you",
        ),
        (
            "Who may you hand a pupil over to at home?",
            "Any adult at the address\nAn adult you know\nAn older brother or sister",
        ),
    ],
);
const PHONES: (&str, &str, Questions) = (
    "Telephones and photographs",
    "Do not photograph pupils and do not give them your telephone number. Do not use your telephone while you drive.\n\nIf a pupil asks to be friends online, say no and tell the transport team.",
    [
        ("A pupil asks for your number. What do you do?", "Give it to them\nSay no, and tell the transport team"),
        ("When may you photograph a pupil?", "When they ask\nNever"),
    ],
);
const PHONES_PL: (&str, &str, Questions) = (
    "Telefony i zdjęcia",
    "Nie fotografuj uczniów i nie podawaj im swojego numeru telefonu. Nie używaj telefonu podczas jazdy.\n\nJeśli uczeń chce dodać Cię do znajomych w internecie, odmów i powiadom zespół transportu.",
    [
        ("Uczeń prosi o Twój numer telefonu. Co robisz?", "Podaję numer\nOdmawiam i powiadamiam zespół transportu"),
        ("Kiedy wolno fotografować ucznia?", "Gdy o to poprosi\nNigdy"),
    ],
);
const PHONES_UR: (&str, &str, Questions) = (
    "ٹیلی فون اور تصویریں",
    "طلبہ کی تصویریں نہ لیں اور انہیں اپنا ٹیلی فون نمبر نہ دیں۔ گاڑی چلاتے ہوئے ٹیلی فون استعمال نہ کریں۔\n\nاگر کوئی طالب علم آن لائن دوستی کرنا چاہے تو انکار کریں اور ٹرانسپورٹ ٹیم کو بتائیں۔",
    [
        (
            "ایک طالب علم آپ کا نمبر مانگتا ہے۔ آپ کیا کریں گے؟",
            "نمبر دے دوں گا\nانکار کروں گا اور ٹرانسپورٹ ٹیم کو بتاؤں گا",
        ),
        ("آپ کب کسی طالب علم کی تصویر لے سکتے ہیں؟", "جب وہ کہے\nکبھی نہیں"),
    ],
);
const SNOW: (&str, &str, Questions) = (
    "When a school closes for snow",
    "Ring the transport team before you set off when snow is forecast. Schools that close are on the council’s website from 7am.",
    [
        ("Where do you look first?", "At the school’s gate\nOn the council’s website"),
        ("Whom do you ring?", "The school’s head\nThe transport team"),
    ],
);

/// Writes, publishes and has them read, through the same commands as everybody's; `team` is where concerns are mailed.
///
/// # Errors
/// The database's.
pub fn begin(db: &Db, clock: &Clock, team: &str) -> Result<()> {
    let officer = db.read(|conn| {
        let found = user::by_email(conn, "officer@demo.example.org")?.ok_or(Error::NotFound)?;
        Ok(Who { user: found.id, name: found.name, accesses: access::in_force(conn, found.id)? })
    })?;
    let today = clock.today();
    let drivers = ["taxi_phv_driver", "pcv_driver", "minibus_driver"];
    let snow = write(db, clock, &officer, &draft(&SNOW, false, &["pcv_driver", "minibus_driver"], today, 10))?;
    publish(db, clock, &officer, snow)?;
    let why = "The address on the council’s website has changed: a new bulletin follows";
    command::run(db, officer.user, clock, |tx| bulletin::withdraw(tx, &officer, snow, why))?;
    let phones = write(db, clock, &officer, &draft(&PHONES, false, &drivers, today, 28))?;
    let english = bulletin::mark(&db.read(|conn| bulletin::main(conn, phones))?);
    for (code, text) in [("pl", &PHONES_PL), ("ur", &PHONES_UR)] {
        let words = words(text);
        command::run(db, officer.user, clock, |tx| bulletin::translate(tx, &officer, phones, code, &words, &english))?;
    }
    publish(db, clock, &officer, phones)?;
    have_read(db, clock, phones, &["en", "pl", "en", "ur", "en"], 5)?;
    let handing_over = write(db, clock, &officer, &draft(&HANDING_OVER, true, &["passenger_assistant"], today, 14))?;
    publish(db, clock, &officer, handing_over)?;
    have_read(db, clock, handing_over, &["en"], 3)?;
    concerns(db, clock, &officer, team)
}

fn words((title, body, questions): &(&str, &str, Questions)) -> Words {
    let asked = |(text, options): &(&str, &str)| Asked {
        text: (*text).to_owned(),
        options: (*options).to_owned(),
        right: "2".to_owned(),
    };
    Words { title: (*title).to_owned(), body: (*body).to_owned(), questions: questions.iter().map(asked).collect() }
}

fn draft(text: &(&str, &str, Questions), mandatory: bool, roles: &[&str], today: NaiveDate, days: u64) -> Draft {
    Draft {
        words: words(text),
        mandatory,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        contractors: Vec::new(),
        read_by: today.checked_add_days(Days::new(days)),
    }
}

fn write(db: &Db, clock: &Clock, officer: &Who, draft: &Draft) -> Result<BulletinId> {
    command::run(db, officer.user, clock, |tx| bulletin::create(tx, officer, draft))
}

fn publish(db: &Db, clock: &Clock, officer: &Who, id: BulletinId) -> Result<()> {
    command::run(db, officer.user, clock, |tx| bulletin::publish(tx, officer, id))?;
    bulletin::spread(db, clock, officer.user, id).map(drop)
}

/// Has all but each `nth` reader answer rightly, in turn in each of `languages`; every tenth is wrong first.
fn have_read(db: &Db, clock: &Clock, id: BulletinId, languages: &[&str], nth: usize) -> Result<()> {
    let seal = db.seal().clone();
    let (today, all) = (clock.today(), Wanted { firm: None, standing: None });
    let readers = db.read(|conn| {
        let bulletin: Bulletin = store::find(conn, id)?;
        reader::list(conn, &bulletin, &all, today, None, i64::MAX)
    })?;
    let willing: Vec<_> = readers.into_iter().enumerate().filter(|(at, _)| at % nth != 0).collect();
    for some in willing.chunks(BATCH) {
        command::run(db, UserId::SYSTEM, clock, |tx| {
            for (at, (row, ..)) in some {
                let token = link::token(&seal, row.id, row.turn);
                let language = languages.get(at % languages.len()).copied().unwrap_or_default();
                link::open(tx, &token, ADDRESS)?;
                if at % 10 == 1 {
                    link::answer(tx, &token, ADDRESS, language, &[Some(0), Some(1)])?;
                }
                link::answer(tx, &token, ADDRESS, language, &[Some(1), Some(1)])?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Two concerns: one looked at, one that waits.
fn concerns(db: &Db, clock: &Clock, officer: &Who, team: &str) -> Result<()> {
    let numbers = db.read(|conn| {
        let mut numbers = Vec::new();
        for person in clearance::people_after(conn, PersonId(0), 260)? {
            let worn = badge::of_person(conn, person)?.into_iter();
            let own = worn.filter(|one| one.origin == Origin::Recorded && one.state == BadgeState::Live);
            numbers.extend(own.map(|one| one.number));
        }
        Ok(numbers)
    })?;
    let number = |at: usize| numbers.get(at).cloned().unwrap_or_default();
    let seen = Report {
        number: number(5),
        words:
            "The minibus stood on the zigzag lines outside the school on Tuesday, and children got out into the road."
                .into(),
        name: "A parent".into(),
        contact: "parent@mail.example.org".into(),
        token: None,
    };
    let waits = Report {
        number: number(8),
        words: "The photo on the badge did not look like the person who came to fetch my son this morning. They drove off when I asked.".into(),
        name: "M Hughes, school office".into(),
        contact: "01632 960123".into(),
        token: None,
    };
    for report in [&seen, &waits] {
        command::run(db, UserId::SYSTEM, clock, |tx| concern::report(tx, report, ADDRESS, team))?;
    }
    let first = db.read(|conn| crate::store::concern::list(conn, None, None, 2))?.pop().ok_or(Error::NotFound)?.id;
    let note =
        "Rang the firm: the driver is reminded where to stop, and the school confirms that it has not happened again.";
    command::run(db, officer.user, clock, |tx| concern::see(tx, officer, first, note))
}
