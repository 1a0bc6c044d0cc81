//! No herd: how fast a daemon asks for its sources when all of them are due.
//!
//! After an outage, a night's sleep or a long list of new sources, everything is
//! due at the same moment. Each host has its own spacing; the network between,
//! and whoever serves a thousand of those hosts, would still see a burst.

use std::time::Duration;

use tokio::time::Instant;

use crate::limits::{CATCH_UP_TIME, POLLS_PER_SECOND};

/// Polls may be saved up for so long: the loop looks for work about once a second.
const SAVED_UP: Duration = Duration::from_secs(2);
/// How often the sources are counted.
const ADAPTED_EVERY: Duration = Duration::from_mins(1);
/// Time that one poll takes of the whole, where there are few.
const EACH_MAX: Duration = Duration::from_millis(1000 / POLLS_PER_SECOND as u64);

/// Deals out leave to begin polls.
#[derive(Debug)]
pub(super) struct Pace {
    /// Time that one poll takes of the whole.
    each: Duration,
    /// Up to here, time was dealt out.
    dealt_until: Instant,
    adapted_at: Instant,
}

impl Pace {
    /// The pace for a few sources.
    pub(super) fn new(now: Instant) -> Pace {
        let dealt_until = now.checked_sub(SAVED_UP).unwrap_or(now);
        Pace { each: EACH_MAX, dealt_until, adapted_at: now }
    }

    /// Adapts to so many sources, none of which is polled more often than every
    /// `min_interval`: fast enough to keep up with half as much again.
    pub(super) fn adapt(&mut self, sources: u32, min_interval: Duration, now: Instant) {
        let whole = CATCH_UP_TIME.min(min_interval / 3 * 2);
        self.each = (whole / sources.max(1)).min(EACH_MAX);
        self.adapted_at = now;
    }

    /// Whether the sources were counted a moment ago.
    pub(super) fn is_recent(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.adapted_at) < ADAPTED_EVERY
    }

    /// How many polls may begin now.
    pub(super) fn room(&self, now: Instant) -> usize {
        let saved = now.saturating_duration_since(self.dealt_until).min(SAVED_UP);
        usize::try_from(saved.as_nanos() / self.each.as_nanos().max(1)).unwrap_or(usize::MAX)
    }

    /// So many have begun.
    pub(super) fn spend(&mut self, polls: usize, now: Instant) {
        let saved_since = now.checked_sub(SAVED_UP).unwrap_or(now);
        let polls = u32::try_from(polls).unwrap_or(u32::MAX);
        self.dealt_until = self.dealt_until.max(saved_since) + self.each.saturating_mul(polls);
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use crate::limits::{CATCH_UP_TIME, POLLS_PER_SECOND};
    use std::time::Duration;
    use tokio::time::Instant;

    const HOUR: Duration = Duration::from_hours(1);
    const SECOND: Duration = Duration::from_secs(1);

    /// Polls that begin in each second, where all sources are due at the start.
    fn begun(sources: u32, min_interval: Duration) -> Vec<usize> {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.adapt(sources, min_interval, start);
        let mut left = sources as usize;
        let mut begun = Vec::new();
        while left > 0 {
            let now = start + SECOND * u32::try_from(begun.len()).unwrap();
            let polls = pace.room(now).min(left);
            pace.spend(polls, now);
            left -= polls;
            begun.push(polls);
        }
        begun
    }

    #[test]
    fn ten_thousand_sources_that_are_all_overdue_are_spread_over_minutes() {
        let begun = begun(10_000, HOUR);
        assert!(begun.iter().all(|polls| *polls <= 3 * POLLS_PER_SECOND as usize), "{begun:?}");
        let seconds = begun.len() as u64;
        assert!((CATCH_UP_TIME.as_secs() / 2..=CATCH_UP_TIME.as_secs()).contains(&seconds));
    }

    #[test]
    fn a_few_sources_are_asked_at_once_and_a_short_interval_is_kept_up_with() {
        assert_eq!(begun(20, HOUR), [20]);
        assert_eq!(begun(2_000, SECOND).len(), 1);
    }

    #[test]
    fn quiet_hours_are_not_saved_up_for_a_burst() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.adapt(10_000, HOUR, start);
        pace.spend(pace.room(start), start);
        assert!(pace.room(start + HOUR) <= 3 * POLLS_PER_SECOND as usize);
    }
}
