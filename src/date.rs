//! Dates as publishers really write them, in feeds and on pages.

use crate::time::StatedTime;

/// Reads one date, in whatever form it was written; `None` where it is none.
///
/// Never invents: a form that could mean two days gives `None`.
#[must_use]
pub fn parse(text: &str) -> Option<StatedTime> {
    let text = text.trim();
    if let Ok(day) = text.parse::<jiff::civil::Date>() {
        return (text.len() == 10).then_some(StatedTime::Day(day));
    }
    let zoned = jiff::fmt::temporal::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(StatedTime::from(crate::time::Timestamp::from_unix(zoned.as_second())))
}
