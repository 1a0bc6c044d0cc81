//! Dates as publishers really write them, in feeds and on pages.
//!
//! A text is cut into numbers, words and signs; shapes of dates are looked for
//! among those. Nothing is guessed: an order of day and month that could be
//! either gives `None` where nothing else tells the [`Order`], and so does a day
//! that no calendar has.

mod order;
mod persian;
mod region;
mod shape;
mod token;
mod words;

use jiff::civil::Date;
use jiff::tz::Offset;

use crate::limits::DATE_BYTES_MAX;
use crate::time::{StatedTime, Timestamp};
use token::Token;

pub use order::Order;

/// Words that a date may carry beside its own: weekdays, "at", "Uhr", "de".
const STRAY_WORDS_MAX: usize = 5;

/// Reads one date, in whatever form it was written; `None` where it is none.
///
/// Never invents: a form that could mean two days gives `None`, as do a month
/// without a day and texts with numbers that are no part of the date.
#[must_use]
pub fn parse(text: &str) -> Option<StatedTime> {
    let (time, strays) = read(text, Order::Unknown)?;
    (strays <= STRAY_WORDS_MAX).then_some(time)
}

/// Whether a text is one date, though it may be ambiguous which.
#[must_use]
pub fn is_one(text: &str) -> bool {
    read(text, Order::DayFirst).is_some_and(|(_, strays)| strays <= STRAY_WORDS_MAX)
}

/// How many words a text has beside the one date that it is, weekdays aside; `None` where it is none.
#[must_use]
pub fn words_beside(text: &str) -> Option<usize> {
    let weekdays = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let weekdays = weekdays.filter(|word| is_weekday(word)).count();
    Some(read(text, Order::DayFirst)?.1.saturating_sub(weekdays))
}

/// The one date that a text is, and the words beside it.
fn read(text: &str, order: Order) -> Option<(StatedTime, usize)> {
    let text = text.trim();
    if text.len() > DATE_BYTES_MAX {
        return None;
    }
    // As JSON of .NET has it: `/Date(1704103200000+0100)/`, with an offset that changes nothing.
    let inside = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    let number = inside.map_or(text, |inside| inside.split(['+', '-']).next().unwrap_or(inside));
    if number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && let Some(moment) = unix_time(number)
    {
        return Some((StatedTime::from(moment), 0));
    }
    let tokens = token::split(text);
    let found = find_in(&tokens, order)?;
    let rest = || tokens[..found.start].iter().chain(&tokens[found.end..]);
    let numbers = rest().any(|token| matches!(token, Token::Number { .. }));
    let words = rest().filter(|token| matches!(token, Token::Word(_))).count();
    (!numbers).then_some((found.time, words))
}

/// Finds the first date in a short text: "Published on March 3, 2024 at 10:15
/// CET by …". `None` where there is none, or a span, or only one that the
/// `order` leaves ambiguous.
#[must_use]
pub fn find(text: &str, order: Order) -> Option<StatedTime> {
    let tokens = token::split(&text[..text.floor_char_boundary(DATE_BYTES_MAX)]);
    dates(&tokens, order).next().map(|(_, time)| time)
}

/// Whether there is a date in a short text, though it may be ambiguous which.
#[must_use]
pub fn is_in(text: &str) -> bool {
    find(text, Order::DayFirst).is_some()
}

/// A date in a line of text, with the words that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The date.
    pub time: StatedTime,
    /// Words since the date before, lower case.
    pub before: Vec<String>,
    /// How many of them stand behind the last bar, dot or colon.
    pub adjacent: usize,
}

/// Finds all dates in a line: "Updated 5 March 2024, first published 3 March 2024".
/// The ends of a span ("11 April 1933 – 2 March 2024", "7 to 9 pm") are none.
#[must_use]
pub fn sightings(line: &str, order: Order) -> Vec<Sighting> {
    let tokens = token::split(&line[..line.floor_char_boundary(DATE_BYTES_MAX)]);
    let mut found = Vec::new();
    for (lead, time) in dates(&tokens, order) {
        let divider = lead.iter().rposition(|token| {
            matches!(token, Token::Sign('|' | '•' | '·' | '●' | '—' | ':' | ')' | '(' | '/'))
        });
        let adjacent = lead[divider.map_or(0, |at| at + 1)..].iter();
        found.push(Sighting {
            time,
            before: lead.iter().filter_map(Token::word).map(str::to_owned).collect(),
            adjacent: adjacent.filter(|token| token.word().is_some()).count(),
        });
    }
    found
}

/// The dates among tokens that are no end of a span, each with the tokens since the date before.
fn dates(tokens: &[Token], order: Order) -> impl Iterator<Item = (&[Token], StatedTime)> {
    let mut rest = tokens;
    let mut spans = false;
    std::iter::from_fn(move || {
        loop {
            let date = find_in(rest, order)?;
            let (lead, behind) = (&rest[..date.start], &rest[date.end..]);
            let ends = spans && lead.len() == 1;
            spans = behind.len() > 1
                && leads_to_end(&behind[0])
                && (shape::day(behind, 1, Order::DayFirst).is_some()
                    || shape::clock(behind, 1, 2..=2).is_some());
            rest = behind;
            if !spans && !ends {
                return Some((lead, date.time));
            }
        }
    })
}

/// Whether a token stands between the beginning and the end of a span.
fn leads_to_end(token: &Token) -> bool {
    matches!(token, Token::Sign('-' | '—' | '~'))
        || token.word().is_some_and(|word| words::UNTIL.contains(&word))
}

/// Reads the day in the path of an address: `/2024/03/03/…`, `…-2024-03-03-…`,
/// `/2024/mar/03/…`, `/20240303/…`, `/31-03-2024-…`.
#[must_use]
pub fn from_path(path: &str) -> Option<Date> {
    let tokens = token::split(&path[..path.floor_char_boundary(DATE_BYTES_MAX)]);
    let year_first = (0..tokens.len()).find_map(|at| shape::year_first(&tokens, at));
    let year_last = || (0..tokens.len()).find_map(|at| shape::year_last(&tokens, at));
    year_first.or_else(year_last).map(|(day, _)| day)
}

/// Whether this lower-case word is the name of a month, and not of other things more often.
#[must_use]
pub fn is_month(word: &str) -> bool {
    words::month(word).is_some() && !words::is_name(word)
}

/// Whether this lower-case word means a day of the week in some language.
#[must_use]
pub fn is_weekday(word: &str) -> bool {
    words::is_weekday(word)
}

struct DateMatch {
    time: StatedTime,
    start: usize,
    end: usize,
}

fn find_in(tokens: &[Token], order: Order) -> Option<DateMatch> {
    let (start, (day, mut end)) =
        (0..tokens.len()).find_map(|at| Some((at, shape::day(tokens, at, order)?)))?;
    let mut start = start;
    let mut clock = shape::clock_after(tokens, end);
    if let Some((_, after)) = clock {
        end = after;
    } else if let Some((time, before, after)) = shape::clock_before(tokens, start) {
        clock = Some((time, after));
        start = before;
    }
    let time = match clock.map(|(time, _)| time) {
        None => StatedTime::Day(day),
        Some(clock) => {
            let civil = day.to_datetime(clock.time);
            let civil = if clock.next_day { civil.tomorrow().ok()? } else { civil };
            match clock.offset.map(Offset::from_seconds) {
                Some(Ok(offset)) => StatedTime::Zoned(civil, offset),
                Some(Err(_)) => return None,
                None => match region::offset(tokens, shape::opened(tokens, end), civil) {
                    Some((offset, after)) => {
                        end = after;
                        StatedTime::Zoned(civil, offset)
                    }
                    None => StatedTime::Local(civil),
                },
            }
        }
    };
    let end = shape::close_parenthesis(tokens, end);
    Some(DateMatch { time, start, end })
}

/// Seconds or milliseconds since 1970, within the years 1980 to 2100; not what may as well
/// be a day with its hour, `2024010110`.
fn unix_time(text: &str) -> Option<Timestamp> {
    let digits = text.split('.').next()?;
    let number: i64 = digits.parse().ok()?;
    let seconds = match digits.len() {
        10 if shape::is_day_and_hour(number.unsigned_abs()) => return None,
        9 | 10 => number,
        12 | 13 => number / 1000,
        _ => return None,
    };
    (315_532_800..4_102_444_800).contains(&seconds).then(|| Timestamp::from_unix(seconds))
}

#[cfg(test)]
mod tests {
    use super::{Order, find, from_path, is_in, is_one, parse, sightings};

    fn shown(text: &str) -> String {
        parse(text).map_or_else(|| "none".to_owned(), |time| time.to_string())
    }

    #[test]
    fn feeds_and_pages_write_the_same_moment_in_many_ways() {
        for (written, read) in [
            // RFC 822 and its relatives
            ("Mon, 01 Jan 2024 10:00:00 +0100", "2024-01-01T10:00:00+01:00"),
            ("Tue, 01 Jan 2024 10:00:00 GMT", "2024-01-01T10:00:00Z"),
            ("01 Jan 24 10:00 EST", "2024-01-01T10:00:00-05:00"),
            ("Thursday, 01-Jan-26 10:00:00 GMT", "2026-01-01T10:00:00Z"),
            ("Mon, 1 Jan 2024 10:00:00 CEST", "2024-01-01T10:00:00+02:00"),
            ("Mon, 1 Jan 2024 10:00:00 JST", "2024-01-01T10:00:00+09:00"),
            ("Mon, 1 Jan 2024 10:00:00 IST", "2024-01-01T10:00:00+05:30"),
            ("Mon, 1 Jan 2024 10:00:00 GMT+2", "2024-01-01T10:00:00+02:00"),
            ("Mon, 1 Jan 2024 10:00:00 GMT-05:00", "2024-01-01T10:00:00-05:00"),
            ("Mon, 01 Jan 2024 10:00:00 +00:00", "2024-01-01T10:00:00Z"),
            ("Mon, 01 Jan 2024", "2024-01-01"),
            ("Mon, 01 Jan, 2024 10:00:00", "2024-01-01T10:00:00Z"),
            // ISO 8601 and its relatives
            ("2024-01-01", "2024-01-01"),
            ("20240101", "2024-01-01"),
            ("20240101T101500Z", "2024-01-01T10:15:00Z"),
            ("2024-01-01T10:15Z", "2024-01-01T10:15:00Z"),
            ("2024-01-01T10:15:30.123456-0330", "2024-01-01T10:15:30-03:30"),
            ("2024-01-01 10:15:30", "2024-01-01T10:15:30Z"),
            ("2024-01-01 10:15:30 +0000", "2024-01-01T10:15:30Z"),
            ("2024-01-01T10:15:30 +05:30", "2024-01-01T10:15:30+05:30"),
            ("2024-01-01T10:15:30+01:00[Europe/Berlin]", "2024-01-01T10:15:30+01:00"),
            ("2024-01-01T24:00:00Z", "2024-01-02T00:00:00Z"),
            ("2024-01-01T10:15:30,250Z", "2024-01-01T10:15:30Z"),
            ("Mon, 01 Jul 2024 10:00:00 Europe/Berlin", "2024-07-01T10:00:00+02:00"),
            ("2024-01-01 10:00:00 America/New_York", "2024-01-01T10:00:00-05:00"),
            ("2024-01-01 10:00 America/Argentina/Buenos_Aires", "2024-01-01T10:00:00-03:00"),
            ("2024-01-01 10:00:00 Nowhere/Else", "2024-01-01T10:00:00Z"),
            ("Mon, 01 Jul 2024 10:00:00 PT", "2024-07-01T10:00:00-07:00"),
            ("Mon, 01 Jan 2024 10:00:00 (CT)", "2024-01-01T10:00:00-06:00"),
            ("1 July 2024 AT 10:00 AT", "2024-07-01T10:00:00-03:00"),
            ("2024-01-01T10:00:00[Europe/Berlin]", "2024-01-01T10:00:00+01:00"),
            ("Mon, 01 Jan 2024 10:00:00 WITA", "2024-01-01T10:00:00+08:00"),
            ("Mon, 01 Jan 2024 10:00:00 PET", "2024-01-01T10:00:00-05:00"),
            ("2024-01-01 1:5:7", "2024-01-01T01:05:07Z"),
            ("Mon, 01 Jan 2024 10:5 +0100", "2024-01-01T10:05:00+01:00"),
            ("2024-01-01T10:00:00-07:00:00", "2024-01-01T10:00:00-07:00"),
            ("2023-335", "2023-12-01"),
            ("2004-W01", "2003-12-29"),
            ("2003-W52-3", "2003-12-24"),
            ("2003W523T101500Z", "2003-12-24T10:15:00Z"),
            // programs
            ("Mon Jan  1 10:00:00 2024", "2024-01-01T10:00:00Z"),
            ("Mon Jan  1 10:00:00 UTC 2024", "2024-01-01T10:00:00Z"),
            (
                "Mon Jan 01 2024 10:00:00 GMT+0100 (Central European Standard Time)",
                "2024-01-01T10:00:00+01:00",
            ),
            // people
            ("January 1st, 2024", "2024-01-01"),
            ("Jan. 1, 2024, 3:05 p.m. ET", "2024-01-01T15:05:00-05:00"),
            ("Monday, January 1, 2024 - 10:00", "2024-01-01T10:00:00Z"),
            ("12:30 AM 1 January 2024", "2024-01-01T00:30:00Z"),
            ("01.02.2024", "2024-02-01"),
            ("1. 2. 2024, 10.15 Uhr", "2024-02-01T10:15:00Z"),
            ("2024/02/01 10:15", "2024-02-01T10:15:00Z"),
            ("13/01/2024", "2024-01-13"),
            ("01/13/2024", "2024-01-13"),
            ("05-Jan-2026", "2026-01-05"),
            ("Mo, 01 Mär 2024 10:00:00 +0100", "2024-03-01T10:00:00+01:00"),
            ("1er janv. 2024 à 10h15", "2024-01-01T10:15:00Z"),
            ("lunes, 1 de enero de 2024", "2024-01-01"),
            ("1 febbraio 2024", "2024-02-01"),
            ("1 de março de 2024", "2024-03-01"),
            ("1 maart 2024", "2024-03-01"),
            ("tor, 01 des 2022 10:00:00 +0100", "2022-12-01T10:00:00+01:00"),
            ("1. des. 2022", "2022-12-01"),
            ("5 października 2024", "2024-10-05"),
            ("5 lokakuuta 2024 klo 9.30", "2024-10-05T09:30:00Z"),
            ("5. října 2024", "2024-10-05"),
            ("5 Ağustos 2024", "2024-08-05"),
            ("5 сентября 2024 г.", "2024-09-05"),
            ("5 листопада 2024", "2024-11-05"),
            ("5 Ιουλίου 2024", "2024-07-05"),
            ("2024. július 5. 10:15", "2024-07-05T10:15:00Z"),
            ("5 iulie 2024", "2024-07-05"),
            ("2024年7月5日 10時15分", "2024-07-05T10:15:00Z"),
            ("2024년 7월 5일", "2024-07-05"),
            ("2024년 7월 5일  오후 11:31:25", "2024-07-05T23:31:25Z"),
            ("2024-07-05 오전 12:05", "2024-07-05T00:05:00Z"),
            ("2024年7月5日 午後3時5分", "2024-07-05T15:05:00Z"),
            ("21 באוקטובר 2025", "2025-10-21"),
            ("21 अक्टूबर 2025", "2025-10-21"),
            ("21 ตุลาคม 2568 เวลา 09:12", "2025-10-21T09:12:00Z"),
            ("21 ต.ค. 68", "2025-10-21"),
            ("21 ตุลาคม พ.ศ. 2568", "2025-10-21"),
            ("21 พฤศจิกายน ค.ศ. 2025", "2025-11-21"),
            ("ngày 21 tháng 10 năm 2025", "2025-10-21"),
            ("21 tháng 10, 2025", "2025-10-21"),
            ("21 نيسان 2025", "2025-04-21"),
            ("2024-julius-13T9:15-05:00", "2024-07-13T09:15:00-05:00"),
            ("5. listopada 2025. u 15:04", "2025-10-05T15:04:00Z"),
            ("5 listopada 2025, godz. 15:04", "2025-11-05T15:04:00Z"),
            ("12 Agu 2025", "2025-08-12"),
            ("10 čvn 2025", "2025-06-10"),
            ("2025 m. lapkričio 5 d. 15:04", "2025-11-05T15:04:00Z"),
            ("2025. gada 5. novembris", "2025-11-05"),
            ("2025eko azaroaren 5a", "2025-11-05"),
        ] {
            assert_eq!(shown(written), read, "{written}");
        }
    }

    #[test]
    fn what_is_said_before_the_time_of_day_and_the_persian_calendar_are_read() {
        for (written, read) in [
            ("4 martie 2026, ora 17:20", "2026-03-04T17:20:00Z"),
            ("4. marca 2026 o 17:20", "2026-03-04T17:20:00Z"),
            ("4. ožujka 2026. u 17:20", "2026-03-04T17:20:00Z"),
            ("4 март 2026 г., 17:20 ч.", "2026-03-04T17:20:00Z"),
            ("چهارشنبه ۱۳ اسفند ۱۴۰۴ - ۱۷:۲۰", "2026-03-04T17:20:00Z"),
            ("۱۴۰۴/۱۲/۱۳ ۱۷:۲۰", "2026-03-04T17:20:00Z"),
        ] {
            assert_eq!(shown(written), read, "{written}");
        }
    }

    #[test]
    fn a_weekday_may_stand_before_the_time_and_settles_the_order_of_day_and_month() {
        for (written, read) in [
            ("2025/11/05(水) 15:04", "2025-11-05T15:04:00Z"),
            ("2025年11月3日（月）15時04分30秒", "2025-11-03T15:04:30Z"),
            ("2025年11月5日 水曜日 15:04", "2025-11-05T15:04:00Z"),
            ("2025年11月9日 星期日 下午3:04", "2025-11-09T15:04:00Z"),
            ("2025-11-05(수) 15:04", "2025-11-05T15:04:00Z"),
            ("2025년 11월 5일 수요일 15시 04분 30초", "2025-11-05T15:04:30Z"),
            ("2025-11-05 (Wed) 15:04", "2025-11-05T15:04:00Z"),
            ("5 Kasım 2025 Çarşamba, saat 15:04", "2025-11-05T15:04:00Z"),
            ("2025. november 5., szerda 15:04", "2025-11-05T15:04:00Z"),
            ("Thu, 11/06/2025 - 15:04", "2025-11-06T15:04:00Z"),
            ("Wednesday 11/06/2025", "2025-06-11"),
        ] {
            assert_eq!(shown(written), read, "{written}");
        }
    }

    #[test]
    fn programs_repeat_zones_and_wrap_numbers() {
        for (written, read) in [
            ("2024-01-01 10:00:00 -0500 -0500", "2024-01-01T10:00:00-05:00"),
            ("Mon, 01 Jan 2024 10:00:00 +0000 +0000", "2024-01-01T10:00:00Z"),
            ("Mon, 01 Jul 2024 10:00:00 CLT", "2024-07-01T10:00:00-04:00"),
            ("01.01.2024 10:00:30 МСК", "2024-01-01T10:00:30+03:00"),
            ("1704103200", "2024-01-01T10:00:00Z"),
            ("1704103200123", "2024-01-01T10:00:00Z"),
            ("/Date(1704103200000)/", "2024-01-01T10:00:00Z"),
            ("/Date(1704103200000+0100)/", "2024-01-01T10:00:00Z"),
        ] {
            assert_eq!(shown(written), read, "{written}");
        }
    }

    #[test]
    fn months_have_names_in_many_languages() {
        for names in [
            "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
            "януари февруари март април май юни юли август септември октомври ноември декември",
            "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
            "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
            "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada \
             studenoga prosinca",
            "januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra \
             decembra",
            "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio \
             lapkričio gruodžio",
            "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris \
             novembris decembris",
            "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november \
             detsember",
            "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
            "urtarrila otsaila martxoa apirila maiatza ekaina uztaila abuztua iraila urria azaroa \
             abendua",
            "xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro",
            "Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember",
            "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
        ] {
            for (month, name) in (1..).zip(names.split_whitespace()) {
                assert_eq!(
                    shown(&format!("5. {name} 2025")),
                    format!("2025-{month:02}-05"),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_day_or_could_be_two_is_not_invented() {
        for text in [
            "",
            "2003",
            "2003-12",
            "December 2003",
            "01/02/2024",
            "01-02-03",
            "2023-02-29",
            "31.04.2024",
            "2024-01-01T25:00:00Z",
            "99999999",
            "12345",
            "Version 1.2.2024.7",
            "2 hours ago",
            "3 March",
            "1850-01-01",
            "4.5.6",
            "2024010110",
            "Mon, 11/06/2025",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"1".repeat(1_000_000)), None);
    }

    #[test]
    fn a_known_order_tells_the_day_from_the_month_where_both_could_be_either() {
        for (written, day_first, month_first) in [
            ("05/11/2025", "2025-11-05", "2025-05-11"),
            ("5-11-2025 9h15", "2025-11-05T09:15:00Z", "2025-05-11T09:15:00Z"),
            ("5/11/25", "2025-11-05", "2025-05-11"),
            // What is no matter of order stays as it is.
            ("25/11/2025", "2025-11-25", "2025-11-25"),
            ("11/25/2025", "2025-11-25", "2025-11-25"),
            ("05.11.2025", "2025-11-05", "2025-11-05"),
            ("Wednesday 11/06/2025", "2025-06-11", "2025-06-11"),
            ("01-02-03", "none", "none"),
        ] {
            let read = |order| {
                find(written, order).map_or_else(|| "none".to_owned(), |time| time.to_string())
            };
            assert_eq!(read(Order::DayFirst), day_first, "{written}");
            assert_eq!(read(Order::MonthFirst), month_first, "{written}");
        }
        assert!(is_one("05/11/2025 at 9:15") && !is_one("Jane Doe wrote 05/11/2025 and 7 more"));
        assert!(is_in("Jane Doe | 05/11/2025") && !is_in("The final score was 05/11"));
    }

    #[test]
    fn a_date_is_found_within_a_line() {
        for (line, read) in [
            ("Published on March 3, 2024 at 10:15 CET by Jane Doe", "2024-03-03T10:15:00+01:00"),
            ("By Jane Doe | 10:15, 3 March 2024 | 12 comments", "2024-03-03T10:15:00Z"),
            ("Stand: 03.03.2024, 10:15 Uhr - Lesezeit: 3 Minuten", "2024-03-03T10:15:00Z"),
            ("Le 3 mars 2024 à 10:15 et à 11:30", "2024-03-03T10:15:00Z"),
            ("On 3 March 2024 at 10:15 pet owners met", "2024-03-03T10:15:00Z"),
            ("3 March 2024, 3:1 for the guests", "2024-03-03"),
        ] {
            assert_eq!(find(line, Order::Unknown).unwrap().to_string(), read, "{line}");
        }
        assert_eq!(find("The 12 best phones of 2024", Order::DayFirst), None);
    }

    #[test]
    fn the_ends_of_a_span_are_no_dates() {
        for line in [
            "April 11, 1933 — March 2, 2024",
            "11. April 1933 bis 2. März 2024",
            "20 November 2025, 7:00 pm - 9:00 pm",
        ] {
            let found = (find(line, Order::Unknown), sightings(line, Order::Unknown));
            assert_eq!(found, (None, vec![]), "{line}");
        }
        for line in ["3 March 2024 - updated 5 March 2024", "3 March 2024 - Jane Doe"] {
            assert_eq!(find(line, Order::Unknown).unwrap().to_string(), "2024-03-03", "{line}");
        }
    }

    #[test]
    fn all_dates_of_a_line_are_found_with_what_leads_to_them() {
        let line = "By Jane Doe | Updated 5 March 2024 10:15, first published 3/31/2024";
        let found = sightings(line, Order::Unknown);
        let shown: Vec<_> =
            found.iter().map(|date| (date.time.to_string(), date.adjacent)).collect();
        assert_eq!(shown, [("2024-03-05T10:15:00Z".to_owned(), 1), ("2024-03-31".to_owned(), 2)]);
        assert_eq!(found[1].before, ["first", "published"]);
        assert_eq!(sightings("The 12 best phones of 2024", Order::Unknown), []);
    }

    #[test]
    fn an_address_may_carry_its_day() {
        for (path, day) in [
            ("/news/2024/03/09/storm-hits", "2024-03-09"),
            ("/2024/mar/09/storm", "2024-03-09"),
            ("/storm-2024-03-09.html", "2024-03-09"),
            ("/a/20240309/storm", "2024-03-09"),
            ("/news/31-03-2024-storm", "2024-03-31"),
        ] {
            assert_eq!(from_path(path).unwrap().to_string(), day, "{path}");
        }
        assert_eq!(from_path("/2024/03/storm-1-2"), None);
        assert_eq!(from_path("/article-48412030"), None);
        assert_eq!(from_path("/storm-04-03-2024"), None);
    }
}
