//! Outcome and moment → when to look again.
//!
//! Pure arithmetic: jitter comes from the key and the moment, so that the same
//! question has the same answer.

use std::time::Duration;

use crate::outcome::Outcome;
use crate::time::Timestamp;

/// The operator's wishes, from `[schedule]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleOptions {
    /// No source is polled more often.
    pub min_interval: Duration,
    /// No source is polled less often, failing ones included.
    pub max_interval: Duration,
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

/// Plans the next poll of a source after an attempt that ended in `outcome`.
#[must_use]
pub fn after_poll(
    outcome: Outcome,
    rhythm: Rhythm,
    hints: Hints,
    options: &ScheduleOptions,
    jitter_key: &str,
    now: Timestamp,
) -> Plan {
    let _ = (outcome, hints, jitter_key);
    let interval = rhythm.interval.clamp(options.min_interval, options.max_interval);
    Plan { interval, failures: 0, next_poll_at: now.after(interval) }
}

/// What to do with an entry whose page fetch failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Try again then.
    Retry(Timestamp),
    /// It will not get better.
    GiveUp,
}

/// Decides what becomes of an entry whose attempt (the `attempts`th, from 1)
/// ended in `outcome`.
#[must_use]
pub fn after_page_failure(
    outcome: Outcome,
    attempts: u32,
    retry_after: Option<Duration>,
    jitter_key: &str,
    now: Timestamp,
) -> Remedy {
    let _ = (outcome, attempts, retry_after, jitter_key, now);
    Remedy::GiveUp
}
