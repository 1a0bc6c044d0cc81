//! Chance that repeats itself: `SplitMix64`.

/// A source of numbers that look random and follow from the seed alone.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, but without, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        let digits = u32::try_from(self.next() >> 32).expect("32 bits are left");
        f64::from(digits) / (f64::from(u32::MAX) + 1.0)
    }

    /// Parts `rows` by chance: about `share` of them, and the rest, both in order.
    pub(crate) fn part(&mut self, rows: &[u32], share: f64) -> (Vec<u32>, Vec<u32>) {
        rows.iter().partition(|_| share >= 1.0 || self.unit() < share)
    }

    /// Chooses `share` of so many things by chance: whether each is chosen.
    pub(crate) fn choose(&mut self, things: usize, share: f64) -> Vec<bool> {
        let mut order: Vec<(u64, usize)> = (0..things).map(|thing| (self.next(), thing)).collect();
        order.sort_unstable();
        let quota = f64::from(u32::try_from(things).expect("things are few")) * share;
        let mut chosen = vec![false; things];
        for (place, (_, thing)) in (0_u32..).zip(order) {
            chosen[thing] = f64::from(place) < quota;
        }
        chosen
    }
}
