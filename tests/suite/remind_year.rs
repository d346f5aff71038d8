//! A year of nights with outages against a model written from the rule alone: of each item the smallest lead reached
//! is owed, once for each firm; a letter tells everything current (house.md §5).

use std::collections::{BTreeMap, BTreeSet};

use chaperone::types::add_months;
use chrono::{Days, NaiveDate};

use crate::support::database::day;
use crate::support::world::{START, World, address, person, surname};

const ITEMS: [(&str, u32); 3] = [("safeguarding_training_date", 36), ("first_aid_date", 36), ("pats_date", 48)];
const LEADS: [u64; 5] = [90, 60, 30, 14, 0];
const FIRMS: usize = 23;

/// A sequence that looks random and is the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

type Item = (u32, &'static str);

/// What the rule says, kept apart from the program.
#[derive(Default)]
struct Model {
    taken: BTreeMap<Item, NaiveDate>,
    ledger: BTreeSet<(Item, NaiveDate, u64)>,
    /// By firm, what its waiting letter was owed for.
    waiting: BTreeMap<usize, BTreeSet<(Item, NaiveDate)>>,
}

impl Model {
    fn firm(person: u32) -> usize {
        person as usize % FIRMS
    }

    /// Each open item with its due day and the smallest lead reached.
    fn open(&self, today: NaiveDate) -> Vec<(Item, NaiveDate, u64)> {
        let due = |(item, taken): (&Item, &NaiveDate)| {
            let months = ITEMS.iter().find(|(column, _)| *column == item.1).unwrap().1;
            (*item, add_months(*taken, months))
        };
        let reached = |due: NaiveDate| LEADS.iter().copied().filter(|lead| due - Days::new(*lead) <= today).min();
        self.taken.iter().map(due).filter_map(|(item, due)| Some((item, due, reached(due)?))).collect()
    }

    fn remind(&mut self, today: NaiveDate) {
        for (item, due, lead) in self.open(today) {
            if self.ledger.insert((item, due, lead)) {
                self.waiting.entry(Self::firm(item.0)).or_default().insert((item, due));
            }
        }
    }

    /// Who is written to, and of whom.
    fn deliver(&mut self, today: NaiveDate) -> BTreeMap<usize, BTreeSet<u32>> {
        let open = self.open(today);
        let mut letters = BTreeMap::new();
        for (firm, owed) in std::mem::take(&mut self.waiting) {
            if open.iter().any(|(item, due, _)| owed.contains(&(*item, *due))) {
                let named = open.iter().filter(|((person, _), ..)| Self::firm(*person) == firm);
                letters.insert(firm, named.map(|((person, _), ..)| *person).collect());
            }
        }
        letters
    }
}

fn firm_name(firm: usize) -> String {
    format!("Firm {}", surname(firm as u32))
}

/// Somebody with each item taken on some day of the last years, so that much falls due within the year.
fn somebody(number: u32, today: NaiveDate, dice: &mut Dice, model: &mut Model) -> crate::support::world::Line {
    let mut line = person(number, &firm_name(Model::firm(number)));
    for (column, months) in ITEMS {
        let taken = today - Days::new(dice.roll(u64::from(months) * 31 + 40));
        model.taken.insert((number, column), taken);
        line = line.with(column, &taken.to_string());
    }
    line
}

#[test]
fn a_year_of_nights_with_outages_writes_the_letters_of_the_rule() {
    let (mut dice, mut model, world) = (Dice(20_261_122), Model::default(), World::new());
    let start = day(START);
    let mut lines: BTreeMap<u32, _> =
        (0..80).map(|number| (number, somebody(number, start, &mut dice, &mut model))).collect();
    world.import(START, &lines.values().cloned().collect::<Vec<_>>());
    let (mut outage, mut letters) = (0, 0);
    for night in 0..365 {
        let today = start + Days::new(night);
        let on = today.to_string();
        // Renewals, often of what is due; now and then somebody new.
        let mut changed = BTreeSet::new();
        for _ in 0..dice.roll(3) {
            let number = dice.roll(lines.len() as u64) as u32;
            let (column, _) = ITEMS[dice.roll(3) as usize];
            let taken = today - Days::new(dice.roll(20));
            if model.taken[&(number, column)] < taken {
                model.taken.insert((number, column), taken);
                let line = lines.remove(&number).unwrap().with(column, &taken.to_string());
                lines.insert(number, line);
                changed.insert(number);
            }
        }
        if dice.roll(20) == 0 {
            let number = lines.len() as u32;
            lines.insert(number, somebody(number, today, &mut dice, &mut model));
            changed.insert(number);
        }
        if !changed.is_empty() {
            world.import(&on, &changed.iter().map(|number| lines[number].clone()).collect::<Vec<_>>());
        }
        // An outage of some nights: of everything, or of the mail alone.
        if outage == 0 && dice.roll(25) == 0 {
            outage = 1 + dice.roll(9);
        }
        let (reminds, delivers) = match outage {
            0 => (true, true),
            n => (n % 3 == 0, false),
        };
        outage = outage.saturating_sub(1);
        if reminds {
            model.remind(today);
            assert!(!world.run("remind", &on).red);
        }
        if delivers {
            let owed = model.deliver(today);
            assert!(!world.run("deliver", &on).red);
            let sent = world.sink.take();
            letters += sent.len();
            let found: BTreeMap<usize, BTreeSet<u32>> = sent
                .iter()
                .map(|letter| {
                    let firm = (0..FIRMS).find(|firm| address(&firm_name(*firm)) == letter.to[0]).unwrap();
                    let named = |number: &u32| letter.text.contains(&format!("Ann {},", surname(*number)));
                    (firm, lines.keys().copied().filter(named).collect())
                })
                .collect();
            assert_eq!((found.len(), &found), (sent.len(), &owed), "on {on}");
        }
    }
    assert!(letters > 200, "{letters} letters are too few to show anything");
}
