//! Which of day and month is written first.

use std::ops::RangeInclusive;

use super::token::{self, Token};
use crate::limits::DATE_BYTES_MAX;

/// The order of day and month in dates of numbers alone, such as `05/11/2025`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Nothing tells: a date that could be either is none.
    #[default]
    Unknown,
    /// `05/11/2025` is 5 November.
    DayFirst,
    /// `05/11/2025` is May 11.
    MonthFirst,
}

/// Regions whose dates begin with the month, or with either.
const OTHER_REGIONS: &[&str] = &["us", "ca", "ph", "pr"];
/// Languages whose own dates begin with the year: foreign ones come in any order.
const YEAR_FIRST: &[&str] = &["zh", "ja", "ko", "hu", "lt", "mn"];

/// Numbers that no month has.
const DAYS_ONLY: RangeInclusive<u64> = 13..=31;

impl Order {
    /// What the dates of a line show by numbers that no month has: `25/11/2025`.
    #[must_use]
    pub fn shown_in(line: &str) -> Order {
        let tokens = token::split(&line[..line.floor_char_boundary(DATE_BYTES_MAX)]);
        let mut shown = tokens.windows(5).filter_map(|window| match window {
            [first, Token::Sign(sign @ ('/' | '-')), second, again, year] if again.is(*sign) => {
                year.number(4..=4)?;
                let (first, second) = (first.number(1..=2)?, second.number(1..=2)?);
                match (DAYS_ONLY.contains(&first), DAYS_ONLY.contains(&second)) {
                    (true, false) => Some(Order::DayFirst),
                    (false, true) => Some(Order::MonthFirst),
                    _ => None,
                }
            }
            _ => None,
        });
        shown.next().unwrap_or_default()
    }

    /// What the language of a page, a BCP 47 tag in small letters, says of its dates.
    ///
    /// In nearly all countries the day stands first. English without a region is written in all, and
    /// templates declare that of the United States wherever they are used: neither tells anything.
    #[must_use]
    pub fn of_language(tag: &str) -> Order {
        let mut parts = tag.split('-');
        let language = parts.next().unwrap_or_default();
        let region = parts.find(|part| part.len() == 2);
        let known = language != "en" || region.is_some();
        let other = region.is_some_and(|region| OTHER_REGIONS.contains(&region));
        if known && !other && !YEAR_FIRST.contains(&language) {
            Order::DayFirst
        } else {
            Order::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn a_number_that_no_month_has_tells_the_order() {
        assert_eq!(Order::shown_in("Posted 25/11/2025"), Order::DayFirst);
        assert_eq!(Order::shown_in("Posted 11-25-2025"), Order::MonthFirst);
        for line in ["05/11/2025", "2025-11-25", "25/11", "25.11.2025", "40/50/2025"] {
            assert_eq!(Order::shown_in(line), Order::Unknown, "{line}");
        }
    }

    #[test]
    fn a_language_tells_the_order_only_where_all_who_write_it_agree() {
        for tag in ["de", "es", "pt-br", "fr-fr", "en-gb", "en-au", "sr-latn-rs", "vi"] {
            assert_eq!(Order::of_language(tag), Order::DayFirst, "{tag}");
        }
        for tag in ["en", "en-us", "en-ca", "fr-ca", "es-us", "ja", "zh-hant-tw", "hu"] {
            assert_eq!(Order::of_language(tag), Order::Unknown, "{tag}");
        }
    }
}
