//! The calendar of Iran and Afghanistan: `۱۳ اسفند ۱۴۰۴`, `1404/12/13`.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::token::Token;

/// Years that a publication may state: 1921 to 2101 in the calendar that `date` speaks.
const YEARS: std::ops::RangeInclusive<u64> = 1300..=1479;
/// The first day of [`YEARS`].
const FIRST_DAY: Date = date(1921, 3, 21);
/// Eight years of 33 have a day more; these are they, for years in the range.
const LEAP: [u64; 8] = [1, 5, 9, 13, 17, 22, 26, 30];
const CYCLE: u64 = 33;

/// Names of the twelve months, with the letters of Arabic keyboards.
const MONTHS: [&[&str]; 12] = [
    &["فروردین", "فروردين"],
    &["اردیبهشت", "ارديبهشت"],
    &["خرداد"],
    &["تیر", "تير"],
    &["مرداد"],
    &["شهریور", "شهريور"],
    &["مهر"],
    &["آبان"],
    &["آذر"],
    &["دی", "دي"],
    &["بهمن"],
    &["اسفند"],
];

/// A day that begins at token `at`, and the token after it. Its year alone tells `1404/12/13` from
/// the days of other calendars.
pub(super) fn day(tokens: &[Token], at: usize) -> Option<(Date, usize)> {
    match tokens.get(at..)? {
        [day, Token::Word(word), year, ..] if day.number(1..=2).is_some() => {
            let month = (1..).zip(MONTHS).find(|(_, names)| names.contains(&word.as_str()))?.0;
            Some((of(year.number(4..=4)?, month, day.number(1..=2)?)?, at + 3))
        }
        [year, Token::Sign('/'), month, Token::Sign('/'), day, ..] => {
            let (year, month) = (year.number(4..=4)?, month.number(1..=2)?);
            Some((of(year, month, day.number(1..=2)?)?, at + 5))
        }
        _ => None,
    }
}

/// The day in the calendar of other countries.
fn of(year: u64, month: u64, day: u64) -> Option<Date> {
    let is_leap = |year: u64| LEAP.contains(&(year % CYCLE));
    let length = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 if is_leap(year) => 30,
        12 => 29,
        _ => return None,
    };
    if !YEARS.contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let years: u64 = (*YEARS.start()..year).map(|year| 365 + u64::from(is_leap(year))).sum();
    let months = 30 * (month - 1) + (month - 1).min(6);
    FIRST_DAY.checked_add(i64::try_from(years + months + day - 1).ok()?.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_other_calendars() {
        for (persian, other) in [
            ((1300, 1, 1), date(1921, 3, 21)),
            ((1357, 11, 22), date(1979, 2, 11)),
            ((1399, 12, 30), date(2021, 3, 20)),
            ((1400, 1, 1), date(2021, 3, 21)),
            ((1403, 12, 30), date(2025, 3, 20)),
            ((1404, 1, 1), date(2025, 3, 21)),
            ((1404, 7, 1), date(2025, 9, 23)),
            ((1404, 12, 13), date(2026, 3, 4)),
        ] {
            let (year, month, day) = persian;
            assert_eq!(of(year, month, day), Some(other), "{persian:?}");
        }
        assert_eq!(of(1404, 12, 30), None);
        assert_eq!(of(1404, 7, 31), None);
        assert_eq!(of(1453, 13, 1), None);
    }
}
