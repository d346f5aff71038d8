//! Chance that comes out the same on every machine and under every version of every crate.

/// SplitMix64 (Steele, Lea and Flood, 2014). Ten lines of our own because `rand` keeps neither `StdRng` nor its
/// ranges stable between versions, and floating-point `ln` and `powf` differ between machines.
pub(super) struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from 0 up to, not reaching, `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.roll()) * u128::from(end)) >> 64) as u64
    }

    /// A whole number from `start` up to, not reaching, `end`.
    pub fn between(&mut self, start: i64, end: i64) -> i64 {
        start + self.below(u64::try_from(end - start).unwrap_or(0)) as i64
    }

    /// True `parts` times in a thousand.
    pub fn chance(&mut self, parts: u64) -> bool {
        self.below(1000) < parts
    }

    /// Any one of `from`, each as likely.
    pub fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        from.get(self.below(from.len() as u64) as usize).copied().unwrap_or_default()
    }
}

/// Unequal shares of a whole: each draw answers with a place in the list of weights.
pub(super) struct Shares(Vec<u64>);

impl Shares {
    pub fn new(weights: impl IntoIterator<Item = u64>) -> Shares {
        let mut sum = 0;
        Shares(
            weights
                .into_iter()
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        )
    }

    /// Shares that fall with rank in a long tail, as the sizes of firms and the commonness of surnames do:
    /// rank `i` weighs `(i + offset)^-power`, `power` counted in thirty-seconds.
    pub fn long_tail(len: usize, offset: u64, power: u32) -> Shares {
        Shares::new((0..len as u64).map(|rank| (1e9 / root_power((rank + offset) as f64, power)) as u64))
    }

    pub fn draw(&self, dice: &mut Dice) -> usize {
        let mark = dice.below(self.0.last().copied().unwrap_or(0));
        self.0.partition_point(|&sum| sum <= mark)
    }
}

/// `base` to the power `thirty_seconds / 32` by square roots alone, which IEEE 754 rounds alike everywhere.
fn root_power(base: f64, thirty_seconds: u32) -> f64 {
    let (mut root, mut product) = (base, 1.0);
    for bit in [16, 8, 4, 2, 1] {
        root = root.sqrt();
        if thirty_seconds & bit != 0 {
            product *= root;
        }
    }
    product
}

/// An exact number of hits spread evenly over a known number of draws (Knuth, TAOCP 2, algorithm S), kept in two numbers.
pub(super) struct Quota {
    draws: u64,
    hits: u64,
}

impl Quota {
    pub fn new(hits: u64, draws: u64) -> Quota {
        Quota { draws, hits }
    }

    pub fn draw(&mut self, dice: &mut Dice) -> bool {
        let hit = dice.below(self.draws) < self.hits;
        self.draws = self.draws.saturating_sub(1);
        self.hits -= u64::from(hit);
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_are_splitmix64() {
        let mut dice = Dice::new(1_234_567);
        assert_eq!([dice.roll(), dice.roll()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn a_quota_is_met_exactly() {
        for seed in 0..50 {
            let (mut dice, mut quota) = (Dice::new(seed), Quota::new(13, 70));
            assert_eq!((0..70).filter(|_| quota.draw(&mut dice)).count(), 13);
        }
    }

    #[test]
    fn shares_come_out_near_their_weights() {
        let (mut dice, shares) = (Dice::new(1), Shares::new([10, 0, 30]));
        let mut seen = [0; 3];
        (0..4000).for_each(|_| seen[shares.draw(&mut dice)] += 1);
        assert!((900..1100).contains(&seen[0]) && seen[1] == 0, "{seen:?}");
    }

    #[test]
    fn powers_by_square_roots_are_powers() {
        assert!((root_power(81.0, 24) - 27.0).abs() < 1e-9);
    }
}
