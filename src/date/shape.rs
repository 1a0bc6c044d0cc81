//! The shapes of dates and times of day among tokens.

use jiff::civil::{Date, ISOWeekDate, Time, Weekday};

use super::order::Order;
use super::persian;
use super::token;
use super::token::Token;
use super::words;

/// Years that a publication may state.
const YEARS: std::ops::RangeInclusive<u64> = 1900..=2100;
/// Thai years are counted from the Buddha's death, unless they are below the first number.
const BUDDHIST_FROM: u64 = 2400;
const BUDDHIST_AHEAD: u64 = 543;
/// Tokens between a day and its time of day: ", at", " - um", "kl.".
const BETWEEN_MAX: usize = 3;

/// A time of day, with its distance from UTC in seconds where one is stated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub(super) time: Time,
    pub(super) offset: Option<i32>,
    /// Whether it was written as 24:00.
    pub(super) next_day: bool,
}

/// A day that begins at token `at`, and the token after it.
pub(super) fn day(tokens: &[Token], at: usize, order: Order) -> Option<(Date, usize)> {
    if at > 0 && glued(tokens, at) {
        return None;
    }
    year_first(tokens, at)
        .or_else(|| worded_year(tokens, at))
        .or_else(|| week(tokens, at))
        .or_else(|| numbers(tokens, at, order))
        .or_else(|| day_month_year(tokens, at))
        .or_else(|| month_day_year(tokens, at))
        .or_else(|| persian::day(tokens, at))
}

/// Whether the number at `at` is the middle of something longer: `7.1.2.2024`.
fn glued(tokens: &[Token], at: usize) -> bool {
    at >= 2
        && matches!(tokens[at - 1], Token::Sign('.' | '/' | '-'))
        && matches!(tokens[at - 2], Token::Number { .. })
        && matches!(tokens[at], Token::Number { .. })
        && tokens.get(at - 2).and_then(|token| token.number(1..=2)).is_some()
}

/// `2024-01-31`, `2024/1/31`, `2024. 1. 31.`, `2024年1月31日`, `2024 January 31`,
/// `20240131`, and the day of the year `2024-031`.
pub(super) fn year_first(tokens: &[Token], at: usize) -> Option<(Date, usize)> {
    if let Some(number) = tokens[at].number(8..=8) {
        return Some((compact(number)?, at + 1));
    }
    if let Some(number) = tokens[at].number(14..=14) {
        return Some((compact(number / 1_000_000)?, at + 1));
    }
    let year = tokens[at].number(4..=4)?;
    let (first, mut next) = separator(tokens, at + 1);
    let month = match tokens.get(next)? {
        Token::Word(word) => u64::from(words::month(word)?),
        token if first.is_some() => {
            if let Some(nth) = token.number(3..=3).filter(|_| first == Some('-')) {
                return Some((day_of_year(year, nth)?, next + 1));
            }
            token.number(1..=2)?
        }
        _ => return None,
    };
    let named = tokens[next].word().is_some();
    let (second, after) = separator(tokens, next + 1);
    if !named && second != first && !(first == Some('年') || first == Some('년')) {
        return None;
    }
    let day = tokens.get(after)?.number(1..=2)?;
    next = after + 1;
    // A number glued on by the same sign makes it something else: `1.2.3.4`.
    if let (Some(sign), Some(follows)) = (first, tokens.get(next))
        && sign != '-'
        && follows.is(sign)
        && tokens.get(next + 1).is_some_and(|token| token.number(1..=2).is_some())
        && sign == '.'
        && !tokens.get(next + 2).is_some_and(|token| token.is(':'))
    {
        return None;
    }
    let next = next
        + usize::from(
            tokens.get(next).is_some_and(|t| t.is('.') || matches!(t.word(), Some("日" | "일"))),
        );
    Some((date(year, month, day)?, next))
}

/// `2024 m. sausio 31 d.`, `2024eko urtarrilaren 31a`, `2024. gada 31. janvāris`.
fn worded_year(tokens: &[Token], at: usize) -> Option<(Date, usize)> {
    let is_dot = |token: &Token| token.is('.');
    let year = tokens[at].number(4..=4)?;
    let next = skip(tokens, at + 1, 1, is_dot);
    tokens.get(next)?.word().filter(|word| words::YEAR.contains(word))?;
    let next = skip(tokens, next + 1, 1, is_dot);
    let second = skip(tokens, next + 1, 1, is_dot);
    let month_at = if tokens.get(next)?.word().is_some() { next } else { second };
    let day_at = next + second - month_at;
    let month = words::month(tokens.get(month_at)?.word()?)?;
    let day = tokens.get(day_at)?.number(1..=2)?;
    Some((date(year, u64::from(month), day)?, second + 1))
}

/// The day of a week of ISO 8601, Monday where none is named: `2024-W05-3`, `2024W053`, `2024-W05`.
fn week(tokens: &[Token], at: usize) -> Option<(Date, usize)> {
    let year = tokens[at].number(4..=4).filter(|year| YEARS.contains(year))?;
    let next = skip(tokens, at + 1, 1, |token| token.is('-'));
    tokens.get(next)?.word().filter(|word| *word == "w")?;
    let number = tokens.get(next + 1)?;
    let (week, day, end) = if let Some(both) = number.number(3..=3) {
        (both / 10, both % 10, next + 2)
    } else {
        let day = tokens.get(next + 3).and_then(|day| day.number(1..=1));
        let day = day.filter(|_| tokens[next + 2].is('-'));
        (number.number(2..=2)?, day.unwrap_or(1), next + if day.is_some() { 4 } else { 2 })
    };
    let day = Weekday::from_monday_one_offset(i8::try_from(day).ok()?).ok()?;
    let date = ISOWeekDate::new(i16::try_from(year).ok()?, i8::try_from(week).ok()?, day).ok()?;
    Some((date.date(), end))
}

/// The sign between parts of a date, and the token after it.
fn separator(tokens: &[Token], at: usize) -> (Option<char>, usize) {
    match tokens.get(at) {
        Some(Token::Sign(sign @ ('-' | '/' | '.'))) => (Some(*sign), at + 1),
        Some(Token::Word(word)) => match word.as_str() {
            "年" | "월" | "月" | "년" => (word.chars().next(), at + 1),
            _ => (None, at),
        },
        _ => (None, at),
    }
}

/// `31-01-2024` in one piece, the year in full.
pub(super) fn year_last(tokens: &[Token], at: usize) -> Option<(Date, usize)> {
    tokens.get(at + 4)?.number(4..=4)?;
    if glued(tokens, at) { None } else { numbers(tokens, at, Order::Unknown) }
}

/// `31.01.2024`, `31/01/2024`, `01/31/2024` and two-digit years. Between
/// readings that differ a weekday before them chooses, else the order.
fn numbers(tokens: &[Token], at: usize, order: Order) -> Option<(Date, usize)> {
    let [first, sign, second, sign_again, third, ..] = tokens.get(at..)? else { return None };
    let Token::Sign(sign @ ('.' | '/' | '-')) = sign else { return None };
    if !sign_again.is(*sign) {
        return None;
    }
    let (a, b) = (first.number(1..=2)?, second.number(1..=2)?);
    let year = third.number(4..=4).or_else(|| third.number(2..=2).map(century))?;
    let end = at + 5;
    if tokens.get(end).is_some_and(|token| token.is(*sign))
        && tokens.get(end + 1).is_some_and(|token| matches!(token, Token::Number { .. }))
    {
        return None;
    }
    if *sign == '.' {
        return Some((date(year, b, a)?, end));
    }
    let short = third.number(2..=2);
    let iso = short.filter(|_| first.number(2..=2).is_some());
    let (day_first, month_first) = (date(year, b, a), date(year, a, b));
    let readings = [day_first, month_first, iso.and_then(|day| date(century(a), b, day))];
    let mut readings = readings.into_iter().flatten();
    let first = readings.clone().next()?;
    if readings.clone().all(|other| other == first) {
        return Some((first, end));
    }
    let before = tokens[..at].iter().rev().find(|token| !matches!(token, Token::Sign(',' | '.')));
    let weekday = before.and_then(Token::word).unwrap_or_default();
    let is_named = |day: &Date| words::weekdays(weekday).any(|named| named == day.weekday());
    if let Some(named) = readings.find(is_named) {
        return (!readings.any(|other| other != named && is_named(&other))).then_some((named, end));
    }
    // Between hyphens a year of two digits may stand first.
    if short.is_some() && *sign == '-' {
        return None;
    }
    let ordered = match order {
        Order::Unknown => None,
        Order::DayFirst => day_first,
        Order::MonthFirst => month_first,
    };
    Some((ordered?, end))
}

/// `31 January 2024`, `31. Januar 2024`, `31 de enero de 2024`, `31-Jan-24`,
/// `31 tháng 1 năm 2024`, `31 มกราคม 2567`.
fn day_month_year(tokens: &[Token], at: usize) -> Option<(Date, usize)> {
    let day = tokens[at].number(1..=2)?;
    let next = skip(tokens, at + 1, 3, |token| {
        token.is('.')
            || token.is('-')
            || token.is('/')
            || token.is('º')
            || token.is(',')
            || token
                .word()
                .is_some_and(|word| words::ORDINALS.contains(&word) || words::LINKS.contains(&word))
    });
    let word = tokens.get(next)?.word()?;
    // Vietnamese counts the months: 21 tháng 10.
    let counted = if word == "tháng" { tokens.get(next + 1)?.number(1..=2) } else { None };
    let (month, next) = if let Some(month) = counted {
        (month, next + 1)
    } else {
        let dotted = tokens[at + 1].is('.');
        let month = if dotted { words::month_after_dot(word) } else { words::month(word) };
        (u64::from(month?), next)
    };
    let next = skip(tokens, next + 1, 3, |token| {
        matches!(token, Token::Sign('.' | '-' | '/' | ',' | '\'' | '’'))
            || token.word().is_some_and(|word| words::LINKS.contains(&word))
    });
    let year = tokens.get(next)?;
    if tokens.get(next + 1).is_some_and(|token| token.is(':')) {
        return None;
    }
    let thai = word.starts_with(token::is_thai);
    let short = if thai { thai_century } else { century };
    let year = year.number(4..=4).or_else(|| year.number(2..=2).map(short))?;
    let year = if thai && year > BUDDHIST_FROM { year - BUDDHIST_AHEAD } else { year };
    Some((date(year, month, day)?, next + 1))
}

/// `January 31, 2024`, `Jan. 31st 2024`, and with the time of day before the
/// year, as C and Unix write it: `Jan 31 10:00:00 UTC 2024`.
fn month_day_year(tokens: &[Token], at: usize) -> Option<(Date, usize)> {
    let month = words::month(tokens[at].word()?)?;
    let next = skip(tokens, at + 1, 1, |token| matches!(token, Token::Sign('.' | '-' | '/')));
    let day = tokens.get(next)?.number(1..=2)?;
    let next = skip(tokens, next + 1, 2, |token| {
        matches!(token, Token::Sign('.' | ',' | '-' | '/'))
            || token.word().is_some_and(|word| words::ORDINALS.contains(&word))
    });
    if let Some(year) = tokens.get(next)?.number(4..=4) {
        return Some((date(year, u64::from(month), day)?, next + 1));
    }
    let (_, after) = clock(tokens, next, 2..=2)?;
    let year = tokens.get(after)?.number(4..=4)?;
    // The time of day is read by `clock_after`, which then skips the year.
    Some((date(year, u64::from(month), day)?, next))
}

/// The time of day that follows a day ending before token `at`.
pub(super) fn clock_after(tokens: &[Token], at: usize) -> Option<(Clock, usize)> {
    if let Some(number) = at.checked_sub(1).and_then(|at| tokens[at].number(14..=14)) {
        let (hour, minute, second) = (number / 10_000 % 100, number / 100 % 100, number % 100);
        return Some((clock_of(hour, minute, second, None)?, at));
    }
    let at = behind_weekday(tokens, at).unwrap_or(at);
    (at..=(at + BETWEEN_MAX).min(tokens.len())).find_map(|start| {
        let filler = tokens.get(at..start)?.iter().all(|token| match token {
            Token::Sign(_) => true,
            Token::Word(word) | Token::Zone(word) => words::BEFORE_CLOCK.contains(&word.as_str()),
            Token::Number { .. } => false,
        });
        if !filler {
            return None;
        }
        // `9:5` may be a score, unless nothing parts it from the day.
        let (clock, end) = clock(tokens, start, if start == at { 1..=2 } else { 2..=2 })?;
        // The year of the Unix form stands behind.
        let year = tokens.get(end).is_some_and(|token| token.number(4..=4).is_some());
        Some((clock, end + usize::from(year)))
    })
}

/// The token behind a weekday at `at`, with a comma before it or in brackets: `(水)`, `, szerda`.
fn behind_weekday(tokens: &[Token], at: usize) -> Option<usize> {
    let start = skip(tokens, at, 2, |token| matches!(token, Token::Sign('(' | ',' | '.')));
    let word = tokens.get(start)?.word()?;
    words::is_weekday(word).then_some(())?;
    let is_rest = |token: &Token| {
        token.word().is_some_and(|word| words::AFTER_WEEKDAY.contains(&word))
            || matches!(token, Token::Sign(')' | '.'))
    };
    Some(skip(tokens, start + 1, 3, is_rest))
}

/// The time of day that stands before a day beginning at token `at`, with the
/// tokens that it begins at and ends before.
pub(super) fn clock_before(tokens: &[Token], at: usize) -> Option<(Clock, usize, usize)> {
    let first = at.saturating_sub(9);
    (first..at).find_map(|start| {
        if start > 0 && (tokens[start - 1].is(':') || tokens[start - 1].is('.')) {
            return None;
        }
        let (clock, end) = clock(tokens, start, 2..=2)?;
        let between = tokens.get(end..at)?;
        (between.len() <= BETWEEN_MAX
            && !between.iter().any(|token| matches!(token, Token::Number { .. })))
        .then_some((clock, start, end))
    })
}

/// The token after a bracket that opens at `at`, else `at`.
pub(super) fn opened(tokens: &[Token], at: usize) -> usize {
    at + usize::from(tokens.get(at).is_some_and(|token| token.is('(') || token.is('[')))
}

/// The token after a bracket that begins at `at`: `(CET)`, `[Europe/Berlin]`.
pub(super) fn close_parenthesis(tokens: &[Token], at: usize) -> usize {
    let close = match tokens.get(at) {
        Some(Token::Sign('(')) => ')',
        Some(Token::Sign('[')) => ']',
        _ => return at,
    };
    tokens[at..].iter().position(|token| token.is(close)).map_or(at, |length| at + length + 1)
}

/// The time of day at `at`, whose minutes and seconds have so many digits behind a colon.
pub(super) fn clock(
    tokens: &[Token],
    at: usize,
    digits: std::ops::RangeInclusive<usize>,
) -> Option<(Clock, usize)> {
    let at = at + usize::from(tokens.get(at)?.word() == Some("t"));
    if let Some(compact) = tokens.get(at)?.number(6..=6)
        && at > 0
        && tokens[at - 1].word() == Some("t")
    {
        let (offset, end) = zone(tokens, at + 1);
        let clock = clock_of(compact / 10_000, compact / 100 % 100, compact % 100, offset)?;
        return Some((clock, end));
    }
    // In Korea, Japan and China the half of the day stands first.
    let half_first = tokens.get(at)?.word().and_then(words::half);
    let at = at + usize::from(half_first.is_some());
    let mut hour = tokens.get(at)?.number(1..=2)?;
    let mut minute = 0;
    let mut second = 0;
    let mut next = at + 1;
    let mut certain = false;
    match tokens.get(next) {
        Some(Token::Sign(':')) => {
            minute = tokens.get(next + 1)?.number(digits.clone())?;
            next += 2;
            certain = true;
            if let Some(value) = part(tokens, next, digits) {
                second = value;
                next += 2;
                next += fraction(tokens, next);
            }
        }
        Some(Token::Sign('.'))
            if tokens.get(next + 1).is_some_and(|t| t.number(2..=2).is_some()) =>
        {
            minute = tokens[next + 1].number(2..=2)?;
            next += 2;
            certain = at > 0
                && tokens[at - 1].word().is_some_and(|w| words::CLOCK_WORDS.contains(&w))
                || at > 1 && tokens[at - 2].word().is_some_and(|w| words::CLOCK_WORDS.contains(&w));
        }
        Some(Token::Word(word)) if matches!(word.as_str(), "h" | "時" | "时" | "시") => {
            next += 1;
            certain = word != "h";
            let digits = if word == "h" { 2..=2 } else { 1..=2 };
            if let Some(value) = tokens.get(next).and_then(|token| token.number(digits)) {
                minute = value;
                next += 1;
                certain = true;
                let is_unit = |at: usize, units: [&str; 2]| {
                    tokens.get(at).and_then(Token::word).is_some_and(|word| units.contains(&word))
                };
                if is_unit(next, ["分", "분"]) {
                    next += 1;
                    if is_unit(next + 1, ["秒", "초"]) {
                        second = tokens[next].number(1..=2)?;
                        next += 2;
                    }
                }
            }
        }
        _ => {}
    }
    if let Some(afternoon) = half_first.filter(|_| hour <= 12) {
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    if let Some((afternoon, after)) = half(tokens, next) {
        if hour > 12 && minute == 0 && !certain {
            return None;
        }
        if hour <= 12 {
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        }
        next = after;
        certain = true;
    }
    if tokens.get(next).is_some_and(|t| matches!(t.word(), Some("uhr" | "uur"))) {
        next += 1;
        certain = true;
    }
    if !certain {
        return None;
    }
    let (offset, end) = zone(tokens, next);
    Some((clock_of(hour, minute, second, offset)?, end))
}

/// Tokens of the fraction of a second at `at`, of any length; behind a comma
/// only one that cannot be a day or a year.
fn fraction(tokens: &[Token], at: usize) -> usize {
    let digits = match tokens.get(at) {
        Some(Token::Sign('.')) => 1..=9,
        Some(Token::Sign(',')) => 3..=3,
        _ => return 0,
    };
    if tokens.get(at + 1).is_some_and(|token| token.number(digits).is_some()) { 2 } else { 0 }
}

/// The number of so many digits behind a colon at `at`.
fn part(tokens: &[Token], at: usize, digits: std::ops::RangeInclusive<usize>) -> Option<u64> {
    tokens.get(at).filter(|token| token.is(':'))?;
    tokens.get(at + 1)?.number(digits)
}

/// am and pm, with or without dots.
fn half(tokens: &[Token], at: usize) -> Option<(bool, usize)> {
    match tokens.get(at)?.word()? {
        "am" => Some((false, at + 1)),
        "pm" => Some((true, at + 1)),
        letter @ ("a" | "p") => {
            let dot = tokens.get(at + 1)?.is('.');
            let m = at + 1 + usize::from(dot);
            if tokens.get(m)?.word()? != "m" {
                return None;
            }
            let end = m + 1 + usize::from(tokens.get(m + 1).is_some_and(|token| token.is('.')));
            Some((letter == "p", end))
        }
        _ => None,
    }
}

/// The zone at `at`, as seconds east of UTC, and the token after it.
fn zone(tokens: &[Token], at: usize) -> (Option<i32>, usize) {
    let start = at + usize::from(tokens.get(at).is_some_and(|token| token.is('(')));
    let Some(token) = tokens.get(start) else { return (None, at) };
    if let Some(word) = token.word() {
        let offset = match token {
            Token::Zone(word) => words::capital_zone(word).and_then(|zone| match zone {
                words::Zone::Offset(seconds) => Some(seconds),
                words::Zone::Place(_) => None,
            }),
            _ => words::zone(word),
        };
        let Some(offset) = offset else { return (None, at) };
        let end = start + 1;
        if offset == 0
            && let Some((seconds, end)) = signed(tokens, end)
        {
            return (Some(seconds), end);
        }
        let closed = start > at && tokens.get(end).is_some_and(|token| token.is(')'));
        return (Some(offset), end + usize::from(closed));
    }
    let Some((seconds, end)) = signed(tokens, at) else { return (None, at) };
    // Some programs write it once as the offset and once more as the zone's name.
    let again = signed(tokens, end).filter(|(again, _)| *again == seconds);
    (Some(seconds), again.map_or(end, |(_, end)| end))
}

/// `+0100`, `+01:00`, `-5`.
fn signed(tokens: &[Token], at: usize) -> Option<(i32, usize)> {
    let sign = match tokens.get(at)? {
        Token::Sign('+') => 1,
        Token::Sign('-') => -1,
        _ => return None,
    };
    let number = tokens.get(at + 1)?;
    let (hours, minutes, end) = if let Some(both) = number.number(3..=4) {
        (both / 100, both % 100, at + 2)
    } else {
        let minutes = part(tokens, at + 2, 2..=2);
        // No zone has seconds, but some programs write them.
        let seconds = minutes.and_then(|_| part(tokens, at + 4, 2..=2));
        let parts = [minutes, seconds].into_iter().flatten().count();
        (number.number(1..=2)?, minutes.unwrap_or(0), at + 2 + 2 * parts)
    };
    // "7:00 pm - 9:00 pm" is a span of time.
    if hours > 14 || minutes > 59 || half(tokens, end).is_some() {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    Some((sign * seconds, end))
}

fn clock_of(hour: u64, minute: u64, second: u64, offset: Option<i32>) -> Option<Clock> {
    // Leap seconds are written as 60; midnight at a day's end as 24:00.
    let second = if second == 60 { 59 } else { second };
    let next_day = hour == 24 && minute == 0 && second == 0;
    let hour = if next_day { 0 } else { hour };
    let (hour, minute, second) =
        (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?);
    Some(Clock { time: Time::new(hour, minute, second, 0).ok()?, offset, next_day })
}

fn skip(tokens: &[Token], at: usize, most: usize, wanted: impl Fn(&Token) -> bool) -> usize {
    at + tokens.get(at..).unwrap_or_default().iter().take(most).take_while(|t| wanted(t)).count()
}

/// Two-digit years as POSIX reads them: 69 to 99 are the 1900s.
fn century(year: u64) -> u64 {
    if year < 69 { 2000 + year } else { 1900 + year }
}

/// Two-digit years in Thai, of the 26th century after the Buddha.
fn thai_century(year: u64) -> u64 {
    2500 + year
}

fn date(year: u64, month: u64, day: u64) -> Option<Date> {
    if !YEARS.contains(&year) {
        return None;
    }
    let (year, month, day) =
        (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year, month, day).ok()
}

/// Whether digits in a row are a day of these years with an hour: `2024013110`.
pub(super) fn is_day_and_hour(number: u64) -> bool {
    number % 100 < 24 && compact(number / 100).is_some()
}

/// `20240131`.
fn compact(number: u64) -> Option<Date> {
    date(number / 10_000, number / 100 % 100, number % 100)
}

fn day_of_year(year: u64, nth: u64) -> Option<Date> {
    let first = date(year, 1, 1)?;
    let nth = i64::try_from(nth).ok()?;
    if !(1..=i64::from(first.days_in_year())).contains(&nth) {
        return None;
    }
    first.checked_add(jiff::Span::new().days(nth - 1)).ok()
}
