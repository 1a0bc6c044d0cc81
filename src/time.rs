//! Moments in time, and times as publishers state them.
//!
//! Nothing here asks what time it is: `now` is an argument everywhere below the
//! surface.

use std::fmt;
use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// A moment: whole seconds since 1970-01-01T00:00:00Z.
///
/// Shown and stored as `2026-11-23T10:00:00Z`, which sorts and compares as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Takes seconds since the epoch, cut to the years 1 to 9999 so that the
    /// text form always has the same shape.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Timestamp(seconds.clamp(-62_135_596_800, 253_402_207_199))
    }

    /// Seconds since the epoch.
    #[must_use]
    pub fn as_unix(self) -> i64 {
        self.0
    }

    /// Reads the stored form, or any RFC 3339 time with an offset.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let moment: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Timestamp::from_unix(moment.as_second()))
    }

    /// This moment and `duration` later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_unix(self.0.saturating_add(seconds))
    }

    /// This moment and `duration` earlier.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_unix(self.0.saturating_sub(seconds))
    }

    /// How much later this is than `earlier`; zero where it is not later.
    #[must_use]
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_secs(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_second(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let civil = Offset::UTC.to_datetime(moment);
        write!(f, "{}Z", civil.strftime("%Y-%m-%dT%H:%M:%S"))
    }
}

/// A time as a page or feed states it: with its own offset, or only a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedTime {
    /// A calendar day and nothing more.
    Day(Date),
    /// Date and time of day, without a word about the zone; taken as UTC.
    Local(DateTime),
    /// Date and time of day at an offset from UTC.
    Zoned(DateTime, Offset),
}

impl StatedTime {
    /// The moment meant: midnight UTC for a day, UTC where no zone is given.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        let (civil, offset) = match self {
            StatedTime::Day(day) => (day.to_datetime(jiff::civil::Time::midnight()), Offset::UTC),
            StatedTime::Local(civil) => (civil, Offset::UTC),
            StatedTime::Zoned(civil, offset) => (civil, offset),
        };
        let moment = offset.to_timestamp(civil).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Timestamp::from_unix(moment.as_second())
    }

    /// Whether no more than a day may be meant: dates of RSS (RFC 822) have a time, and who knows only
    /// the day writes midnight.
    #[must_use]
    pub fn may_be_a_day(self) -> bool {
        match self {
            StatedTime::Day(_) => true,
            StatedTime::Local(civil) | StatedTime::Zoned(civil, _) => {
                civil.time() == jiff::civil::Time::midnight()
            }
        }
    }

    /// The calendar day as it was written, in the page's own zone.
    #[must_use]
    pub fn day(self) -> Date {
        match self {
            StatedTime::Day(day) => day,
            StatedTime::Local(civil) | StatedTime::Zoned(civil, _) => civil.date(),
        }
    }
}

impl From<Timestamp> for StatedTime {
    fn from(timestamp: Timestamp) -> Self {
        let moment = jiff::Timestamp::from_second(timestamp.as_unix())
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        StatedTime::Zoned(Offset::UTC.to_datetime(moment), Offset::UTC)
    }
}

impl fmt::Display for StatedTime {
    /// RFC 3339 at the page's own offset; `YYYY-MM-DD` for a day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StatedTime::Day(day) => write!(f, "{day}"),
            StatedTime::Local(civil) => write!(f, "{}Z", civil.strftime("%Y-%m-%dT%H:%M:%S")),
            StatedTime::Zoned(civil, offset) => {
                write!(f, "{}", civil.strftime("%Y-%m-%dT%H:%M:%S"))?;
                let seconds = offset.seconds();
                if seconds == 0 {
                    return write!(f, "Z");
                }
                let sign = if seconds < 0 { '-' } else { '+' };
                let minutes = seconds.abs() / 60;
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// A duration for a person, in its largest unit: `45s`, `3h`.
#[must_use]
pub fn rough(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3_600 => format!("{}m", seconds / 60),
        seconds @ 3_600..172_800 => format!("{}h", seconds / 3_600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::{StatedTime, Timestamp};
    use jiff::civil::date;
    use jiff::tz::offset;

    #[test]
    fn a_duration_is_said_in_its_largest_unit() {
        assert_eq!(super::rough(std::time::Duration::from_hours(25)), "25h");
    }

    #[test]
    fn stored_times_have_one_shape_and_read_back() {
        for seconds in [0, 1_795_428_000, -1, i64::MIN, i64::MAX] {
            let shown = Timestamp::from_unix(seconds).to_string();
            assert_eq!(shown.len(), "2026-11-23T10:00:00Z".len(), "{shown}");
            assert_eq!(Timestamp::parse(&shown), Some(Timestamp::from_unix(seconds)));
        }
    }

    #[test]
    fn a_stated_time_keeps_its_offset_and_a_day_stays_a_day() {
        let zoned = StatedTime::Zoned(date(2026, 3, 1).at(1, 30, 0, 0), offset(2));
        assert_eq!(zoned.to_string(), "2026-03-01T01:30:00+02:00");
        assert_eq!(zoned.timestamp().to_string(), "2026-02-28T23:30:00Z");
        assert_eq!(StatedTime::Day(date(2026, 3, 1)).to_string(), "2026-03-01");
    }
}
