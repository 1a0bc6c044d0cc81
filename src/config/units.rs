//! Durations and sizes as people write them: `1h30m`, `16MiB`.

use std::fmt::Write as _;
use std::time::Duration;

/// Units of time, in milliseconds, largest first.
const TIME_UNITS: &[(&str, u64)] = &[
    ("w", 7 * 24 * 3_600_000),
    ("d", 24 * 3_600_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Units of size, in bytes.
const SIZE_UNITS: &[(&str, u64)] = &[
    ("b", 1),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
];

/// Reads a duration: one or more `<whole number><unit>`, unit one of `w`, `d`,
/// `h`, `m`, `s`, `ms`; white space between the parts is fine.
///
/// # Errors
///
/// Says what is wrong with it, for a person.
///
/// ```
/// use std::time::Duration;
/// use tearsheet::config::units::parse_duration;
///
/// assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
/// assert!(parse_duration("15").is_err());
/// ```
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("a duration is missing; write it like \"15m\" or \"1h30m\"".to_owned());
    }
    let mut milliseconds: u64 = 0;
    // Bounded: each turn takes at least one byte of `rest`.
    while !rest.is_empty() {
        let (number, after) = leading_number(rest)
            .ok_or_else(|| format!("\"{text}\" is no duration; write it like \"15m\""))?;
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, tail) = after.split_at(end);
        if unit.is_empty() {
            return Err(if is_fraction(after) {
                format!(
                    "\"{text}\" has a fraction; write whole numbers, as in \"1h30m\" or \"1500ms\""
                )
            } else {
                format!("\"{text}\" lacks a unit (ms, s, m, h, d, w), as in \"{number}s\"")
            });
        }
        let factor = factor(TIME_UNITS, unit)
            .ok_or_else(|| format!("\"{unit}\" is no unit of time (ms, s, m, h, d, w)"))?;
        milliseconds = number
            .checked_mul(factor)
            .and_then(|part| milliseconds.checked_add(part))
            .ok_or_else(|| format!("\"{text}\" is too long"))?;
        rest = tail.trim_start();
    }
    Ok(Duration::from_millis(milliseconds))
}

/// Writes a duration in the form that [`parse_duration`] reads, exact to the
/// millisecond.
#[must_use]
pub fn show_duration(duration: Duration) -> String {
    let mut rest = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut text = String::new();
    // Weeks are read but not written: "90d" says more than "12w6d".
    for (unit, factor) in &TIME_UNITS[1..] {
        if rest >= *factor {
            let _ = write!(text, "{}{unit}", rest / factor);
            rest %= factor;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// Reads a size in bytes: a whole number with or without a unit (`B`, `KB`,
/// `MB`, `GB`, `KiB`, `MiB`, `GiB`; case does not matter).
///
/// # Errors
///
/// Says what is wrong with it, for a person.
///
/// ```
/// use tearsheet::config::units::parse_size;
///
/// assert_eq!(parse_size("16MiB"), Ok(16 * 1024 * 1024));
/// assert_eq!(parse_size("512"), Ok(512));
/// ```
pub fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let (number, unit) = leading_number(text)
        .ok_or_else(|| format!("\"{text}\" is no size; write it like \"16MiB\""))?;
    let unit = unit.trim();
    if is_fraction(unit) {
        return Err(format!("\"{text}\" has a fraction; write a whole number, as in \"1500KB\""));
    }
    let factor = if unit.is_empty() { Some(1) } else { factor(SIZE_UNITS, unit) };
    let factor = factor
        .ok_or_else(|| format!("\"{unit}\" is no unit of size (B, KB, MB, GB, KiB, MiB, GiB)"))?;
    number.checked_mul(factor).ok_or_else(|| format!("\"{text}\" is too large"))
}

/// Writes a size in the form that [`parse_size`] reads, exact to the byte.
#[must_use]
pub fn show_size(bytes: u64) -> String {
    for (unit, factor) in [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] {
        if bytes >= factor && bytes.is_multiple_of(factor) {
            return format!("{}{unit}", bytes / factor);
        }
    }
    bytes.to_string()
}

fn factor(units: &[(&str, u64)], unit: &str) -> Option<u64> {
    units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|(_, factor)| *factor)
}

/// Whether a number goes on behind its whole part.
fn is_fraction(after: &str) -> bool {
    after
        .strip_prefix(['.', ','])
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn leading_number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..end].parse().ok()?;
    Some((number, text[end..].trim_start()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{parse_duration, parse_size, show_duration, show_size};

    #[test]
    fn durations_are_read_and_written_as_people_write_them() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("20s", 20_000),
            ("15m", 900_000),
            ("1h30m", 5_400_000),
            ("7d", 604_800_000),
            ("0s", 0),
        ] {
            let duration = parse_duration(text).unwrap();
            assert_eq!(duration, Duration::from_millis(milliseconds), "{text}");
            assert_eq!(show_duration(duration), text);
        }
        assert_eq!(parse_duration("2w"), parse_duration("14d"));
        assert_eq!(parse_duration(" 1H 30M "), parse_duration("90m"));
    }

    #[test]
    fn what_is_no_duration_or_size_is_refused_with_a_reason() {
        for text in ["", "15", "m", "-5m", "1.5h", "5 parsecs", "99999999999999999999s", "1h-2m"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
        for text in ["", "MiB", "-1", "1.5MB", "10 stone", "99999999999GiB"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
        for (text, said) in [
            ("15", "\"15\" lacks a unit (ms, s, m, h, d, w), as in \"15s\""),
            ("1h 15", "\"1h 15\" lacks a unit (ms, s, m, h, d, w), as in \"15s\""),
            ("1.5s", "\"1.5s\" has a fraction; write whole numbers, as in \"1h30m\" or \"1500ms\""),
        ] {
            assert_eq!(parse_duration(text).unwrap_err(), said);
        }
        assert!(parse_size("1.5MB").unwrap_err().contains("has a fraction"));
    }

    #[test]
    fn sizes_tell_decimal_from_binary_units() {
        assert_eq!(parse_size("10MB"), Ok(10_000_000));
        assert_eq!(parse_size("10 mib"), Ok(10 << 20));
        assert_eq!(show_size(10 << 20), "10MiB");
        assert_eq!(show_size(10_000_001), "10000001");
    }
}
