//! A bulletin in another language: what was translated from English that changed since waits to be checked.

use chaperone::domain::bulletin::{self, Draft, Words};
use chaperone::domain::permission::Who;
use chaperone::error::{Error, Result};
use chaperone::store::bulletin as store;
use chaperone::types::{BulletinId, BulletinState};

use crate::bulletin::{act, draft, team, words};
use crate::support::database::{TestDb, day};
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;

fn polish() -> Words {
    Words { title: "Przekazanie".into(), ..words("Handing over") }
}

/// A draft in English and in Polish.
struct Translated {
    desk: Desk,
    by: Who,
    id: BulletinId,
}

impl Translated {
    fn new() -> Translated {
        let desk = Desk::of(&[person(1, FIRM), person(9, OTHER_FIRM)]);
        let by = team(&desk.world.test);
        let id = act(&desk.world.test, &by, |tx| bulletin::create(tx, &by, &draft())).unwrap();
        let one = Translated { desk, by, id };
        let of = one.mark();
        act(one.test(), &one.by, |tx| bulletin::translate(tx, &one.by, id, "pl", &polish(), &of)).unwrap();
        one
    }

    fn test(&self) -> &TestDb {
        &self.desk.world.test
    }

    fn mark(&self) -> String {
        bulletin::mark(&self.test().db.read(|c| bulletin::main(c, self.id)).unwrap())
    }

    fn polish(&self) -> Option<store::Text> {
        let texts = self.test().db.read(|c| store::texts(c, self.id)).unwrap();
        texts.into_iter().find(|text| text.language == "pl")
    }

    fn is_behind(&self) -> bool {
        let english = self.test().db.read(|c| bulletin::main(c, self.id)).unwrap();
        bulletin::is_behind(&self.polish().unwrap(), &english)
    }

    fn change(&self, words: Words) {
        let read = |c: &mut _| Ok((store::find(c, self.id)?, bulletin::main(c, self.id)?));
        let (row, text) = self.test().db.read(read).unwrap();
        let (changed, based) = (Draft { words, ..draft() }, bulletin::based_on(&row, &text));
        act(self.test(), &self.by, |tx| bulletin::change(tx, &self.by, self.id, &changed, &based)).unwrap();
    }

    fn check(&self, words: &Words, of: &str) -> Result<()> {
        act(self.test(), &self.by, |tx| bulletin::check(tx, &self.by, self.id, "pl", words, of))
    }
}

#[test]
fn a_translation_waits_to_be_checked_once_the_title_the_text_or_a_question_changed() {
    let one = Translated::new();
    assert!(!one.is_behind());
    let (mut body, mut right) = (words("Handing over"), words("Handing over"));
    body.body = "Hand each pupil over to a named adult, at the door.".into();
    right.questions[0].right = "3".into();
    for changed in [words("Handing over safely"), body, right] {
        one.change(changed);
        assert!(one.is_behind());
        one.change(words("Handing over"));
        assert!(!one.is_behind(), "it is again what was translated");
    }
    let read_by = Draft { read_by: Some(day("2026-12-07")), ..draft() };
    let based = one.test().db.read(|c| Ok(bulletin::based_on(&store::find(c, one.id)?, &bulletin::main(c, one.id)?)));
    let based = based.unwrap();
    act(one.test(), &one.by, |tx| bulletin::change(tx, &one.by, one.id, &read_by, &based)).unwrap();
    assert!(!one.is_behind(), "another day says nothing else");
}

#[test]
fn a_translation_is_confirmed_or_changed_against_the_english_there_is_now() {
    let one = Translated::new();
    let old = one.mark();
    let mut changed = words("Handing over");
    changed.questions[0].right = "3".into();
    changed.questions[1].options = "To a named adult\nTo anybody".into();
    one.change(changed);
    let fields = |result: Result<()>| match result {
        Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(fields(one.check(&polish(), &old)), ["title", "q2_options"], "the form showed other English");
    let mut mended = polish();
    mended.questions[1].options = "Osobie\nKomukolwiek".into();
    one.check(&mended, &one.mark()).unwrap();
    let text = one.polish().unwrap();
    assert!(!one.is_behind());
    assert_eq!((text.questions[0].right, text.questions[1].options.len()), (2, 2), "what is right is as in English");
    let refused =
        fields(act(one.test(), &one.by, |tx| bulletin::translate(tx, &one.by, one.id, "pl", &mended, &one.mark())));
    assert_eq!(refused, ["language"], "a language is added once");
    act(one.test(), &one.by, |tx| bulletin::publish(tx, &one.by, one.id)).unwrap();
    assert!(matches!(one.check(&mended, &one.mark()), Err(Error::Conflict(_))));
    one.desk.is_sound();
}

#[test]
fn nothing_is_published_while_a_translation_waits_and_the_pages_say_so() {
    let one = Translated::new();
    let (officer, at) = (&one.desk.officer, format!("/bulletins/{}", one.id));
    let check = format!("{at}/languages/pl/check");
    assert!(officer.get(&format!("{at}/edit")).body.contains("It is written in Polish too"));
    assert!(officer.get(&check).body.contains("Change the Polish translation"));
    one.change(words("Handing over safely"));
    let page = officer.get(&at).body;
    assert!(page.contains("Changed since this was translated") && page.contains(&check));
    let refused = officer.fill(&at, &format!("{at}/publish"), &[]);
    assert_eq!(refused.status.code, 422);
    assert!(refused.body.contains("There is a problem") && refused.body.contains("#translation_pl"));
    assert_eq!(one.test().db.read(|c| store::find(c, one.id)).unwrap().state, BulletinState::Draft);
    let page = officer.get(&check).body;
    assert!(page.contains("Handing over safely") && page.contains("Przekazanie") && page.contains("Confirm"));
    let typed = [("title", "Bezpieczne przekazanie"), ("body", "Przekaż dziecko.")];
    let again = officer.fill(&check, &check, &typed);
    assert_eq!(again.status.code, 422);
    assert!(again.body.contains("Bezpieczne przekazanie"), "nothing typed is lost");
    let options = "Osobie\nKomukolwiek\nNikomu";
    let all = [
        typed[0],
        typed[1],
        ("q1_text", "Komu?"),
        ("q1_options", options),
        ("q2_text", "Komu nie?"),
        ("q2_options", options),
    ];
    assert_eq!(officer.fill(&check, &check, &all).status.code, 303);
    assert!(!officer.get(&at).body.contains("Changed since this was translated"));
    assert_eq!(officer.fill(&at, &format!("{at}/publish"), &[]).status.code, 303);
    assert_eq!(officer.get(&check).status.code, 409);
    let gone = act(one.test(), &one.by, |tx| bulletin::drop_language(tx, &one.by, one.id, "pl"));
    assert!(matches!(gone, Err(Error::Conflict(_))));
    one.desk.is_sound();
}
