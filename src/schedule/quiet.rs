//! The hours and days on which a feed does not want to be polled.

use jiff::Timestamp as Moment;
use jiff::tz::Offset;

use crate::time::Timestamp;

const HOUR: i64 = 3600;
const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What `skipHours` and `skipDays` of RSS say, in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quiet {
    /// Bit n stands for the hour that begins at n o'clock.
    hours: u32,
    /// Bit 0 stands for Monday.
    days: u8,
}

impl Quiet {
    /// What these hours and days say, as [`Quiet::hours`] and [`Quiet::days`]
    /// give them.
    #[must_use]
    pub fn of(hours: &[u8], days: &[impl AsRef<str>]) -> Quiet {
        let mut quiet = Quiet::default();
        for hour in hours {
            quiet.add_hour(&hour.to_string());
        }
        for day in days {
            quiet.add_day(day.as_ref());
        }
        quiet
    }

    /// Adds an hour, 0 to 23; 24 is another name for midnight. What is no hour
    /// says nothing.
    pub fn add_hour(&mut self, text: &str) {
        if let Ok(hour @ 0..=24) = text.trim().parse::<u32>() {
            self.hours |= 1 << (hour % 24);
        }
    }

    /// Adds a day by its English name, whole or cut to three letters.
    pub fn add_day(&mut self, text: &str) {
        let text = text.trim().to_ascii_lowercase();
        let is = |day: &&str| **day == text || text.len() == 3 && day.starts_with(&text);
        if let Some(day) = DAYS.iter().position(is) {
            self.days |= 1 << day;
        }
    }

    /// The hours, in order.
    pub fn hours(self) -> impl Iterator<Item = u8> {
        (0..24).filter(move |hour| self.hours >> hour & 1 == 1)
    }

    /// The days by their English names, Monday first.
    pub fn days(self) -> impl Iterator<Item = &'static str> {
        (0..).zip(DAYS).filter(move |(bit, _)| self.days >> bit & 1 == 1).map(|(_, day)| day)
    }

    /// The first moment from `at` on at which the feed may be polled. One that
    /// rules out every hour of the week is not believed.
    #[must_use]
    pub fn first_open(self, at: Timestamp) -> Timestamp {
        if self == Quiet::default() || !self.rules_out(at) {
            return at;
        }
        let hour = at.as_unix().div_euclid(HOUR);
        (1..=7 * 24)
            .map(|later| Timestamp::from_unix((hour + later) * HOUR))
            .find(|moment| !self.rules_out(*moment))
            .unwrap_or(at)
    }

    fn rules_out(self, at: Timestamp) -> bool {
        let moment = Moment::from_second(at.as_unix()).unwrap_or(Moment::UNIX_EPOCH);
        let civil = Offset::UTC.to_datetime(moment);
        let day = civil.weekday().to_monday_zero_offset();
        self.hours >> civil.hour() & 1 == 1 || self.days >> day & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::Quiet;
    use crate::time::Timestamp;

    /// When a feed is polled that would be at this time; 2026-11-23 is a Monday.
    fn polled(quiet: Quiet, at: &str) -> String {
        quiet.first_open(Timestamp::parse(at).unwrap()).to_string()
    }

    #[test]
    fn a_poll_waits_for_the_end_of_the_hours_and_days_that_are_skipped() {
        let mut at_night = Quiet::default();
        for hour in ["22", "23", " 24", "1", "2", "25", "x"] {
            at_night.add_hour(hour);
        }
        assert_eq!(polled(at_night, "2026-11-23T12:30:00Z"), "2026-11-23T12:30:00Z");
        assert_eq!(polled(at_night, "2026-11-23T22:30:00Z"), "2026-11-24T03:00:00Z");
        let weekend = Quiet::of(&[], &["Saturday", "Sun", "Someday"]);
        assert_eq!(polled(weekend, "2026-11-28T00:00:00Z"), "2026-11-30T00:00:00Z");
        assert_eq!(polled(weekend, "2026-11-27T23:59:59Z"), "2026-11-27T23:59:59Z");
    }

    #[test]
    fn a_feed_that_skips_everything_is_not_believed() {
        let always = Quiet::of(&(0..24).collect::<Vec<_>>(), &[""; 0]);
        assert_eq!(polled(always, "2026-11-23T12:30:00Z"), "2026-11-23T12:30:00Z");
    }

    #[test]
    fn hours_and_days_are_named_in_order() {
        let quiet = Quiet::of(&[23, 0], &["Sunday", "mon"]);
        assert_eq!(quiet.hours().collect::<Vec<_>>(), [0, 23]);
        assert_eq!(quiet.days().collect::<Vec<_>>(), ["monday", "sunday"]);
    }
}
