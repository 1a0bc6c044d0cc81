//! Outcome and moment → when to look again.
//!
//! Pure arithmetic: jitter comes from the key and the moment, so that the same
//! question has the same answer.

mod quiet;
mod relocation;

use std::time::Duration;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::limits::HINT_MAX;
use crate::limits::HOST_ATTEMPTS_MAX;
use crate::limits::HOST_WAIT_MAX;
use crate::limits::PAGE_ATTEMPTS_MAX;
use crate::outcome::Nature;
use crate::outcome::Outcome;
use crate::time::Timestamp;

pub use quiet::Quiet;
pub use relocation::Moving;
pub use relocation::Relocation;
pub use relocation::relocation;

/// The operator's wishes, from `[schedule]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleOptions {
    /// No source is polled more often.
    pub min_interval: Duration,
    /// No source is polled less often, failing ones included, unless its server
    /// asks for a longer wait.
    pub max_interval: Duration,
    /// Articles younger than this are looked at again, to see whether they were
    /// edited; zero: none are.
    pub recheck: Duration,
}

/// What a source's past says of its rhythm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// The interval in force.
    pub interval: Duration,
    /// Failures in a row before this attempt.
    pub failures: u32,
}

/// What the publisher said about polling, in this answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// `Cache-Control: max-age` less `Age`, or `Expires`.
    pub fresh_for: Option<Duration>,
    /// The feed's own `ttl` or `sy:updatePeriod`.
    pub ttl: Option<Duration>,
    /// The feed's own `skipHours` and `skipDays`.
    pub quiet: Quiet,
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
}

/// When to look again, and the rhythm to remember.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The interval to remember.
    pub interval: Duration,
    /// Failures in a row, this attempt included.
    pub failures: u32,
    /// The next poll.
    pub next_poll_at: Timestamp,
}

/// Over how long polls are spread that wait for a feed's opening.
const OPENING_SPREAD_SECONDS: u64 = 20 * 60;

/// Age at which an article is looked at again for the first time.
const RECHECK_FIRST: Duration = Duration::from_hours(2);
/// Each further look comes when it is so many times as old: most edits come early.
const RECHECK_GROWTH: u32 = 4;

/// When to look again at the page of an article that was `born` then, if at all.
#[must_use]
pub fn recheck(born: Timestamp, options: &ScheduleOptions, now: Timestamp) -> Option<Timestamp> {
    let age = now.since(born).saturating_mul(RECHECK_GROWTH).max(RECHECK_FIRST);
    (age <= options.recheck).then(|| born.after(age))
}

/// Plans the next poll of a source after an attempt that ended in `outcome`.
///
/// The wait lies between the operator's bounds, is never shorter than what the
/// publisher asked for (up to a day and `max_interval`), and is longer than
/// `max_interval` only where `Retry-After` (up to `HOST_WAIT_MAX`) or the hours
/// and days that the feed rules out say so.
/// A failing source keeps the rhythm that it had, so that recovery is immediate.
#[must_use]
pub fn after_poll(
    outcome: Outcome,
    rhythm: Rhythm,
    hints: Hints,
    options: &ScheduleOptions,
    jitter_key: &str,
    now: Timestamp,
) -> Plan {
    let min = options.min_interval.as_secs();
    let max = options.max_interval.as_secs().max(min);
    let before = rhythm.interval.as_secs().clamp(min, max);
    let nature = outcome.nature();
    let failures = if outcome.is_failure() { rhythm.failures.saturating_add(1) } else { 0 };
    let interval = match nature {
        // Quick to notice a busy day, slow to forget it.
        Nature::News => before / 3 * 2,
        Nature::NoNews => before.saturating_add(before / 4),
        Nature::Passing | Nature::Lasting | Nature::Final => before,
    }
    .clamp(min, max);
    let wait = match nature {
        Nature::News | Nature::NoNews => interval,
        Nature::Passing => doubled(interval, failures - 1),
        Nature::Lasting => doubled(interval, failures.saturating_mul(2) - 1),
        Nature::Final => max,
    }
    .clamp(min, max);
    let next = spread(wait, asked(hints, outcome, max).max(min), max, jitter_key, now);
    let next = now.after(Duration::from_secs(next));
    Plan {
        interval: Duration::from_secs(interval),
        failures,
        next_poll_at: within_opening(hints.quiet, next, jitter_key),
    }
}

/// `next`, or some minutes after the hours that the feed rules out: not all
/// feeds at the stroke of the hour.
fn within_opening(quiet: Quiet, next: Timestamp, jitter_key: &str) -> Timestamp {
    let open = quiet.first_open(next);
    if open == next {
        return next;
    }
    open.after(Duration::from_secs(draw(jitter_key, open) % OPENING_SPREAD_SECONDS))
}

/// Seconds that the publisher asks us to stay away.
fn asked(hints: Hints, outcome: Outcome, max: u64) -> u64 {
    let retry_after = seconds(hints.retry_after).min(HOST_WAIT_MAX.as_secs());
    if outcome.is_failure() {
        // How fresh an error page is says nothing about the feed.
        return retry_after;
    }
    let patience = seconds(hints.fresh_for).max(seconds(hints.ttl));
    retry_after.max(patience.min(HINT_MAX.as_secs()).min(max))
}

fn seconds(duration: Option<Duration>) -> u64 {
    duration.map_or(0, |duration| duration.as_secs())
}

fn doubled(seconds: u64, times: u32) -> u64 {
    // 2^20 of any interval is beyond every bound.
    seconds.saturating_mul(1 << times.min(20))
}

/// Ten per cent around `wait`, never below `floor`, and above `max` only where
/// `floor` leaves no other room.
fn spread(wait: u64, floor: u64, max: u64, jitter_key: &str, now: Timestamp) -> u64 {
    let low = wait.saturating_sub(wait / 10).max(floor);
    let high = wait.saturating_add(wait / 10).min(max);
    let high = if high > low {
        high
    } else if low < max || floor > max {
        low.saturating_add(low / 10)
    } else {
        low
    };
    low + draw(jitter_key, now) % (high - low).saturating_add(1)
}

/// A number that looks random, and is the same for the same key and moment.
#[must_use]
pub fn draw(key: &str, at: Timestamp) -> u64 {
    xxh3_64_with_seed(key.as_bytes(), at.as_unix().cast_unsigned())
}

/// The moment beyond which nothing is planned: the longest wait, and a week that
/// a feed may rule out but for one hour.
#[must_use]
pub fn horizon(options: &ScheduleOptions, now: Timestamp) -> Timestamp {
    let longest = options.max_interval.max(HOST_WAIT_MAX);
    now.after(longest.saturating_mul(2)).after(Duration::from_hours(8 * 24))
}

/// What to do with an entry whose page fetch failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Try again then.
    Retry(Timestamp),
    /// It will not get better.
    GiveUp,
}

/// Minutes until the next attempt at a page, by attempts made; the last holds for all that follow.
const PAGE_WAITS_MINUTES: &[u64] = &[5, 30, 120, 480, 1_440];

const _: () = assert!(PAGE_WAITS_MINUTES.len() == PAGE_ATTEMPTS_MAX as usize);

/// Decides what becomes of an entry whose attempt (the `attempts`th, from 1)
/// ended in `outcome`.
///
/// What may pass by itself is tried again after 5 minutes, half an hour, two
/// hours and eight hours, or later where `Retry-After` says so; the rest is
/// given up at once. Where the host cannot be had, that says nothing of the page: it is asked for once
/// a day then, for a month.
#[must_use]
pub fn after_page_failure(
    outcome: Outcome,
    attempts: u32,
    retry_after: Option<Duration>,
    jitter_key: &str,
    now: Timestamp,
) -> Remedy {
    // A robots.txt that cannot be had just now disallows with a time to wait.
    let unknown_rules = outcome == Outcome::RobotsDisallowed && retry_after.is_some();
    let of_host = unknown_rules || is_of_host(outcome);
    let most = if of_host { HOST_ATTEMPTS_MAX } else { PAGE_ATTEMPTS_MAX };
    if !(may_pass(outcome) || unknown_rules) || attempts >= most {
        return Remedy::GiveUp;
    }
    let step = (attempts.max(1) as usize - 1).min(PAGE_WAITS_MINUTES.len() - 1);
    let wait = PAGE_WAITS_MINUTES[step] * 60;
    let floor = seconds(retry_after).min(HOST_WAIT_MAX.as_secs());
    let next = spread(wait, floor, u64::MAX, jitter_key, now);
    Remedy::Retry(now.after(Duration::from_secs(next)))
}

/// Whether it says nothing of the page that was asked for.
const fn is_of_host(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Dns | Outcome::Connect | Outcome::Tls | Outcome::Timeout | Outcome::RateLimited
    )
}

/// Whether another attempt at the same page may end better.
const fn may_pass(outcome: Outcome) -> bool {
    match outcome.nature() {
        // A text that was emptied once more is no other text.
        Nature::Passing => !matches!(outcome, Outcome::Worse),
        Nature::Lasting => matches!(
            outcome,
            // Names and certificates are mended within hours, a handshake breaks off.
            Outcome::Dns | Outcome::Tls | Outcome::Decode
            // A page that is announced before it is published, or a guard that takes us for too many.
            | Outcome::NotFound | Outcome::Http4xx | Outcome::Empty
        ),
        Nature::News | Nature::NoNews | Nature::Final => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{
        Hints, Plan, Remedy, Rhythm, ScheduleOptions, after_page_failure, after_poll, recheck,
    };
    use crate::limits::HOST_ATTEMPTS_MAX;
    use crate::limits::HOST_WAIT_MAX;
    use crate::limits::PAGE_ATTEMPTS_MAX;
    use crate::outcome::Outcome;
    use crate::time::Timestamp;

    const HOUR: u64 = 3600;
    const OPTIONS: ScheduleOptions = ScheduleOptions {
        min_interval: Duration::from_secs(HOUR / 4),
        max_interval: Duration::from_secs(24 * HOUR),
        recheck: Duration::from_secs(48 * HOUR),
    };

    fn now() -> Timestamp {
        Timestamp::from_unix(1_795_428_000)
    }

    fn rhythm(interval: u64, failures: u32) -> Rhythm {
        Rhythm { interval: Duration::from_secs(interval), failures }
    }

    fn poll(outcome: Outcome, rhythm: Rhythm, hints: Hints, key: &str) -> Plan {
        after_poll(outcome, rhythm, hints, &OPTIONS, key, now())
    }

    fn wait(plan: Plan) -> u64 {
        plan.next_poll_at.since(now()).as_secs()
    }

    #[test]
    fn every_wait_lies_between_the_operators_bounds() {
        let absurd = [Duration::ZERO, Duration::from_secs(HOUR), Duration::MAX].map(Some);
        for &outcome in Outcome::ALL {
            for interval in [0, 1, HOUR, 23 * HOUR, u64::MAX] {
                for failures in [0, 1, 7, u32::MAX] {
                    for hint in absurd {
                        let hints = Hints { fresh_for: hint, ttl: hint, ..Hints::default() };
                        let plan = poll(outcome, rhythm(interval, failures), hints, "key");
                        assert!((HOUR / 4..=24 * HOUR).contains(&wait(plan)), "{outcome} {plan:?}");
                        assert!(plan.interval >= OPTIONS.min_interval, "{outcome} {plan:?}");
                        assert!(plan.interval <= OPTIONS.max_interval, "{outcome} {plan:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_source_is_left_alone_for_as_long_as_it_asks() {
        for hours in [1, 5, 20] {
            let asked = Some(Duration::from_secs(hours * HOUR));
            for hints in [
                Hints { fresh_for: asked, ..Hints::default() },
                Hints { ttl: asked, ..Hints::default() },
                Hints { retry_after: asked, ..Hints::default() },
            ] {
                for key in ["a", "b", "c", "d"] {
                    let plan = poll(Outcome::Unchanged, rhythm(HOUR / 2, 0), hints, key);
                    assert!(wait(plan) >= hours * HOUR, "{hints:?} {plan:?}");
                }
            }
        }
    }

    #[test]
    fn a_poll_that_would_fall_into_hours_that_the_feed_rules_out_waits_for_their_end() {
        let mut quiet = super::Quiet::default();
        let hour = now().as_unix() / 3600 % 24;
        (hour..hour + 4).for_each(|hour| quiet.add_hour(&(hour % 24).to_string()));
        let hints = Hints { quiet, ..Hints::default() };
        let polls = ["a", "b", "c"].map(|key| {
            let plan = poll(Outcome::Unchanged, rhythm(HOUR, 0), hints, key);
            let since_opening = wait(plan) + now().as_unix().cast_unsigned() % HOUR;
            assert!((4 * HOUR..4 * HOUR + HOUR / 2).contains(&since_opening), "{plan:?}");
            plan.next_poll_at
        });
        assert!(polls[0] != polls[1] || polls[1] != polls[2], "not all at the stroke of the hour");
    }

    #[test]
    fn retry_after_binds_beyond_our_own_ceiling_but_not_for_ever() {
        let hints = Hints { retry_after: Some(Duration::MAX), ..Hints::default() };
        let options = ScheduleOptions { max_interval: Duration::from_secs(6 * HOUR), ..OPTIONS };
        let plan = after_poll(Outcome::RateLimited, rhythm(HOUR, 0), hints, &options, "key", now());
        let day = HOST_WAIT_MAX.as_secs();
        assert!((day..=day + day / 10).contains(&wait(plan)), "{plan:?}");
    }

    #[test]
    fn a_busy_source_is_polled_sooner_and_a_quiet_one_later() {
        let busy = poll(Outcome::Updated, rhythm(4 * HOUR, 3), Hints::default(), "key");
        let quiet = poll(Outcome::NotModified, rhythm(4 * HOUR, 3), Hints::default(), "key");
        assert!(busy.interval < Duration::from_secs(4 * HOUR));
        assert!(quiet.interval > Duration::from_secs(4 * HOUR));
        assert_eq!((busy.failures, quiet.failures), (0, 0));
    }

    #[test]
    fn failures_wait_longer_each_time_and_hard_ones_longest_yet_it_never_ends() {
        let mut before = 0;
        for failures in 0..6 {
            let soft = poll(Outcome::Http5xx, rhythm(HOUR, failures), Hints::default(), "key");
            let hard = poll(Outcome::NotFound, rhythm(HOUR, failures), Hints::default(), "key");
            assert!(wait(soft) > before || wait(soft) >= 21 * HOUR, "{failures}: {soft:?}");
            assert!(wait(hard) > wait(soft) || wait(hard) >= 21 * HOUR, "{failures}: {hard:?}");
            assert_eq!(soft.interval, Duration::from_secs(HOUR), "the rhythm is kept");
            before = wait(soft);
        }
        let last = poll(Outcome::Dns, rhythm(HOUR, u32::MAX), Hints::default(), "key");
        assert!(wait(last) <= 24 * HOUR);
    }

    #[test]
    fn sources_that_fall_due_together_drift_apart_the_same_way_every_time() {
        let waits = |_| -> Vec<u64> {
            (0..100)
                .map(|n| format!("https://a.example/{n}"))
                .map(|key| wait(poll(Outcome::Unchanged, rhythm(HOUR, 0), Hints::default(), &key)))
                .collect()
        };
        let (first, second) = (waits(1), waits(2));
        assert_eq!(first, second);
        let distinct: std::collections::HashSet<_> = first.iter().collect();
        assert!(distinct.len() > 50, "{distinct:?}");
    }

    #[test]
    fn a_young_article_is_looked_at_again_ever_less_often_and_an_old_one_never() {
        let (born, mut looked) = (now(), now());
        let mut ages = Vec::new();
        while let Some(next) = recheck(born, &OPTIONS, looked) {
            ages.push(next.since(born).as_secs() / HOUR);
            looked = next;
        }
        assert_eq!(ages, [2, 8, 32]);
        assert_eq!(recheck(born, &OPTIONS, born.after(Duration::from_hours(72))), None);
        let never = ScheduleOptions { recheck: Duration::ZERO, ..OPTIONS };
        assert_eq!(recheck(born, &never, born), None);
    }

    #[test]
    fn a_page_is_tried_a_few_times_when_it_may_get_better_and_once_when_not() {
        for &outcome in Outcome::ALL {
            let remedy = after_page_failure(outcome, HOST_ATTEMPTS_MAX, None, "key", now());
            assert_eq!(remedy, Remedy::GiveUp, "{outcome}");
        }
        let remedy = after_page_failure(Outcome::Http5xx, PAGE_ATTEMPTS_MAX, None, "key", now());
        assert_eq!(remedy, Remedy::GiveUp);
        for attempts in PAGE_ATTEMPTS_MAX..HOST_ATTEMPTS_MAX {
            let remedy = after_page_failure(Outcome::Connect, attempts, None, "key", now());
            let Remedy::Retry(at) = remedy else { panic!("gave up after {attempts}") };
            assert!((20 * HOUR..28 * HOUR).contains(&at.since(now()).as_secs()));
        }
        let mut before = Duration::ZERO;
        for attempts in 1..PAGE_ATTEMPTS_MAX {
            let remedy = after_page_failure(Outcome::Timeout, attempts, None, "key", now());
            let Remedy::Retry(at) = remedy else { panic!("gave up after {attempts}") };
            assert!(at.since(now()) > before * 2);
            before = at.since(now());
        }
        let remedy = after_page_failure(Outcome::NotHtml, 1, None, "key", now());
        assert_eq!(remedy, Remedy::GiveUp);
        let asked = Duration::from_secs(2 * HOUR);
        let remedy = after_page_failure(Outcome::RateLimited, 1, Some(asked), "key", now());
        assert!(matches!(remedy, Remedy::Retry(at) if at >= now().after(asked)));
    }
}
