//! Invented contractors: about one to twenty people, their sizes in a long tail, no two names alike once folded.

use std::collections::HashSet;

use super::dice::{Dice, Shares};
use super::pools::{FORMS, PLACES, POOLS, TRADES};
use crate::types::fold;

/// Past this many firms, plain place names and surnames run short and take a second word.
const PLAIN_NAMES: usize = 600;

/// One contractor.
#[derive(Debug, Clone, Default)]
pub(super) struct Firm {
    pub name: String,
    pub email: String,
}

/// Every contractor of a register, and how likely each is to engage the next person.
pub(super) struct Firms {
    all: Vec<Firm>,
    by_size: Vec<usize>,
    sizes: Shares,
}

impl Firms {
    /// Invents the contractors of a register of `people`.
    pub fn invent(people: u32, dice: &mut Dice) -> Firms {
        let count = (people / 20).max(3).min(people) as usize;
        let (mut all, mut taken) = (Vec::with_capacity(count), HashSet::with_capacity(count));
        while all.len() < count {
            let name = name(all.len() > PLAIN_NAMES, dice);
            let folded = fold(&name);
            let slug: String = folded.chars().filter(char::is_ascii_alphabetic).take(24).collect();
            if taken.insert(folded) {
                let email = format!("compliance@{slug}{}.example.org", all.len() + 1);
                all.push(Firm { name, email });
            }
        }
        Firms { all, by_size: shuffled(count, dice), sizes: Shares::long_tail(count, 4, 29) }
    }

    /// The firm that engages person `number` (from 1): the first people fill every firm once, so that none is empty.
    pub fn engage(&self, number: u32, dice: &mut Dice) -> usize {
        let drawn = self.draw(dice);
        let turn = number.saturating_sub(1) as usize;
        if turn < self.all.len() { turn } else { drawn }
    }

    /// Any firm, the large ones more often.
    pub fn draw(&self, dice: &mut Dice) -> usize {
        self.by_size.get(self.sizes.draw(dice)).copied().unwrap_or(0)
    }

    pub fn get(&self, firm: usize) -> Firm {
        self.all.get(firm).cloned().unwrap_or_default()
    }
}

fn name(two_words: bool, dice: &mut Dice) -> String {
    let base = match dice.below(100) {
        0..62 if two_words => format!("{} {}", dice.pick(PLACES), dice.pick(PLACES)),
        0..62 => dice.pick(PLACES).to_owned(),
        62..92 if two_words => format!("{} {}", letter(dice), family(dice)),
        62..92 => family(dice),
        _ => (0..3).map(|_| letter(dice)).collect(),
    };
    format!("{base} {} {}", dice.pick(TRADES), dice.pick(FORMS)).trim_end().to_owned()
}

fn family(dice: &mut Dice) -> String {
    let total = POOLS.iter().map(|pool| pool.surnames.len() as u64).sum();
    let nth = dice.below(total) as usize;
    let surname = POOLS.iter().flat_map(|pool| pool.surnames).nth(nth).copied().unwrap_or_default();
    match surname.ends_with('s') {
        true => format!("{surname}'"),
        false if dice.chance(500) => format!("{surname}'s"),
        false => surname.to_owned(),
    }
}

fn letter(dice: &mut Dice) -> char {
    char::from(dice.pick(b"ABCDEFGHJKLMNPRSTVW"))
}

/// The numbers below `count` in chance order (Fisher and Yates), so that a firm's size owes nothing to its place in the file.
fn shuffled(count: usize, dice: &mut Dice) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, dice.below(last as u64 + 1) as usize);
    }
    order
}
