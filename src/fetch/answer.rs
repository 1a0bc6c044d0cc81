//! What the head of an answer says: how it ended, how long it holds, when to
//! come again.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;
use memchr::memmem;
use reqwest::header::{self, HeaderMap, HeaderName};

use crate::fetch::Validators;
use crate::fetch::failure::Failure;
use crate::limits::FRESH_FOR_MAX;
use crate::limits::HOST_WAIT_DEFAULT;
use crate::limits::HOST_WAIT_MAX;
use crate::limits::VALIDATOR_BYTES_MAX;
use crate::outcome::Outcome;
use crate::schedule::Hints;
use crate::time::Timestamp;

/// What an answer says about polling; `now` stands in for a missing `Date`.
pub(super) fn hints(headers: &HeaderMap, now: Timestamp) -> Hints {
    Hints {
        fresh_for: fresh_for(headers, now),
        retry_after: retry_after(headers, now),
        ..Hints::default()
    }
}

/// Freshness (RFC 9111, 4.2): `max-age` less `Age`, else `Expires` less `Date`.
/// An answer that must not be kept, or that is stale already, says nothing.
fn fresh_for(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let mut max_age = None;
    for value in headers.get_all(header::CACHE_CONTROL) {
        let mut quoted = false;
        let directives = value.to_str().unwrap_or_default().split(|c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        for directive in directives {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                // With a value, it is of the fields that this names.
                "no-cache" if !value.is_empty() => {}
                "no-store" | "no-cache" => return None,
                "max-age" => max_age = max_age.or(Some(seconds(value.trim().trim_matches('"')))),
                _ => {}
            }
        }
    }
    let fresh_for = match max_age {
        Some(max_age) => {
            max_age?.checked_sub(text(headers, header::AGE).and_then(seconds).unwrap_or_default())
        }
        None => Some(date(headers, header::EXPIRES)?.since(server_time(headers, now))),
    };
    fresh_for.filter(|left| !left.is_zero()).map(|left| left.min(FRESH_FOR_MAX))
}

/// `Retry-After`: seconds or a date (RFC 9110, 10.2.3), of several the longest wait, at most
/// [`HOST_WAIT_MAX`].
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let values = headers.get_all(header::RETRY_AFTER).iter();
    let waits = values.filter_map(|value| value.to_str().ok()).filter_map(|value| {
        let value = value.trim();
        seconds(value).or_else(|| Some(http_date(value)?.since(server_time(headers, now))))
    });
    waits.max().map(|wait| wait.min(HOST_WAIT_MAX)).filter(|wait| !wait.is_zero())
}

/// The server's clock, by which its dates are meant.
fn server_time(headers: &HeaderMap, now: Timestamp) -> Timestamp {
    date(headers, header::DATE).unwrap_or(now)
}

/// Digits and nothing else; too many of them are the largest number.
fn seconds(text: &str) -> Option<Duration> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<Timestamp> {
    http_date(text(headers, name)?)
}

/// The three forms of RFC 9110, 5.6.7.
fn http_date(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text) {
        return Some(Timestamp::from_unix(moment.as_second()));
    }
    let forms = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let civil = forms.iter().find_map(|form| DateTime::strptime(form, text).ok())?;
    let moment = Offset::UTC.to_timestamp(civil).ok()?;
    Some(Timestamp::from_unix(moment.as_second()))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

/// `Content-Type`, byte for byte.
pub(super) fn content_type(headers: &HeaderMap) -> Option<String> {
    text(headers, header::CONTENT_TYPE).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The validators of an answer of `url`, byte for byte; `None` where it has
/// none that can be kept.
pub(super) fn validators(url: &url::Url, headers: &HeaderMap) -> Option<Validators> {
    let (etag, last_modified) =
        (validator(headers, header::ETAG), validator(headers, header::LAST_MODIFIED));
    (etag.is_some() || last_modified.is_some()).then(|| Validators {
        url: url.as_str().to_owned(),
        etag,
        last_modified,
    })
}

/// What a validator says of the version, without the name of a coding that some servers add to it
/// (`"7-gzip"`) and take off again.
fn version(etag: &str) -> &str {
    let bare = etag.trim_matches('"');
    ["-gzip", "-br", "-zstd", "-df", ";gzip", ";br"]
        .iter()
        .find_map(|coding| bare.strip_suffix(coding))
        .unwrap_or(bare)
}

/// Those that were sent, updated by what the 304 says (RFC 9111, 4.3.4); none where it speaks of
/// another version than that which gave them: some servers look at the date alone.
pub(super) fn updated(sent: &Validators, headers: &HeaderMap) -> Validators {
    let etag = validator(headers, header::ETAG);
    let is_weak = |etag: &str| etag.starts_with("W/");
    if let (Some(sent_etag), Some(etag)) = (&sent.etag, &etag)
        && version(sent_etag) != version(etag)
        && !is_weak(sent_etag)
        && !is_weak(etag)
    {
        return Validators { url: sent.url.clone(), ..Validators::default() };
    }
    let last_modified = validator(headers, header::LAST_MODIFIED);
    Validators {
        url: sent.url.clone(),
        etag: etag.or_else(|| sent.etag.clone()),
        last_modified: last_modified.or_else(|| sent.last_modified.clone()),
    }
}

/// A character for each byte: `obs-text` may be in any charset (RFC 9110, 5.5).
fn validator(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.as_bytes();
    let is_kept = !value.is_empty() && value.len() <= VALIDATOR_BYTES_MAX;
    is_kept.then(|| value.iter().copied().map(char::from).collect())
}

/// The failure that an answer with this head and start of a body is.
pub(super) fn failure(status: u16, headers: &HeaderMap, start: &[u8], now: Timestamp) -> Failure {
    let mut retry_after = retry_after(headers, now);
    if status == 429 {
        retry_after = retry_after.or(Some(HOST_WAIT_DEFAULT));
    }
    let outcome = match status {
        _ if is_challenge(status, headers, start) => Outcome::Challenge,
        503 if retry_after.is_some() => Outcome::RateLimited,
        _ => Outcome::of_status(status).unwrap_or(Outcome::Protocol),
    };
    let message = match (outcome, status) {
        (Outcome::Challenge, _) => "a check whether we are a browser".to_owned(),
        (_, 304) => "server answered 304 to an unconditional request".to_owned(),
        _ => format!("server answered {status}"),
    };
    Failure { retry_after, ..Failure::new(outcome, message).with_status(status) }
}

/// Marks of a page that lets browsers in and nobody else.
const CHALLENGES: &[&[u8]] = &[
    b"/cdn-cgi/challenge-platform/",
    b"cf-chl-",
    b"<title>Just a moment...</title>",
    b"captcha-delivery.com",
    b"_Incapsula_Resource",
    b"px-captcha",
];

pub(super) fn is_challenge(status: u16, headers: &HeaderMap, start: &[u8]) -> bool {
    let says = |name: &str, words: &[&str]| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| words.iter().any(|word| value.eq_ignore_ascii_case(word)))
    };
    says("cf-mitigated", &["challenge"])
        || says("x-amzn-waf-action", &["challenge", "captcha"])
        || (matches!(status, 403 | 429 | 503)
            && CHALLENGES.iter().any(|mark| memmem::find(start, mark).is_some()))
}

#[cfg(test)]
mod tests {
    use super::{failure, fresh_for, hints, http_date, is_challenge, retry_after, validators};
    use crate::limits::{FRESH_FOR_MAX, HOST_WAIT_MAX, VALIDATOR_BYTES_MAX};
    use crate::outcome::Outcome;
    use crate::time::Timestamp;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
    use std::time::Duration;

    /// Sun, 06 Nov 1994 08:49:37 GMT
    const NOW: i64 = 784_111_777;

    fn now() -> Timestamp {
        Timestamp::from_unix(NOW)
    }

    fn head(fields: &[(&'static str, &str)]) -> HeaderMap {
        let field = |&(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        fields.iter().map(field).collect()
    }

    #[test]
    fn dates_are_read_in_all_three_forms_of_http() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(http_date(text), Some(now()), "{text}");
        }
        assert_eq!(http_date("soon"), None);
    }

    #[test]
    fn freshness_is_max_age_less_age_or_else_expires_less_date() {
        for (fields, expected) in [
            (&[("cache-control", "public, max-age=600")][..], Some(600)),
            (&[("cache-control", "MAX-AGE=\"600\""), ("age", "100")], Some(500)),
            (&[("cache-control", "max-age=600"), ("age", "600")], None),
            (&[("cache-control", "max-age=0"), ("expires", "Sun, 06 Nov 1994 09:49:37 GMT")], None),
            (&[("cache-control", "max-age=x"), ("expires", "Sun, 06 Nov 1994 09:49:37 GMT")], None),
            (&[("cache-control", "max-age=600, no-store")], None),
            (&[("cache-control", "no-cache")], None),
            (&[("cache-control", "no-cache=\"Set-Cookie, Age\", max-age=600")], Some(600)),
            (&[("expires", "Sun, 06 Nov 1994 09:49:37 GMT")], Some(3600)),
            (
                &[
                    ("expires", "Sun, 06 Nov 1994 09:49:37 GMT"),
                    ("date", "Sun, 06 Nov 1994 09:39:37 GMT"),
                ],
                Some(600),
            ),
            (&[("expires", "Sun, 06 Nov 1994 07:49:37 GMT")], None),
            (&[("expires", "-1")], None),
            (&[("cache-control", "max-age=99999999999999999999")], Some(FRESH_FOR_MAX.as_secs())),
            (&[], None),
        ] {
            let expected = expected.map(Duration::from_secs);
            assert_eq!(fresh_for(&head(fields), now()), expected, "{fields:?}");
        }
    }

    #[test]
    fn waits_are_seconds_or_dates_and_never_longer_than_a_day() {
        for (value, expected) in [
            ("120", Some(120)),
            ("Sun, 06 Nov 1994 08:59:37 GMT", Some(600)),
            ("99999999999999999999999", Some(HOST_WAIT_MAX.as_secs())),
            ("Sun, 06 Nov 2094 08:49:37 GMT", Some(HOST_WAIT_MAX.as_secs())),
            ("Sun, 06 Nov 1994 07:49:37 GMT", None),
            ("0", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
        ] {
            let wait = retry_after(&head(&[("retry-after", value)]), now());
            assert_eq!(wait, expected.map(Duration::from_secs), "{value}");
        }
        assert!(hints(&head(&[("retry-after", "7")]), now()).retry_after.is_some());
        let mut two = head(&[("retry-after", "10")]);
        two.append("retry-after", HeaderValue::from_static("7200"));
        assert_eq!(retry_after(&two, now()), Some(Duration::from_hours(2)));
    }

    #[test]
    fn every_status_has_its_outcome() {
        let wait = head(&[("retry-after", "60")]);
        for (status, headers, outcome) in [
            (204, &HeaderMap::new(), Outcome::Empty),
            (206, &HeaderMap::new(), Outcome::Protocol),
            (304, &HeaderMap::new(), Outcome::Protocol),
            (401, &HeaderMap::new(), Outcome::Http4xx),
            (408, &HeaderMap::new(), Outcome::Protocol),
            (423, &HeaderMap::new(), Outcome::Http4xx),
            (425, &HeaderMap::new(), Outcome::Protocol),
            (404, &HeaderMap::new(), Outcome::NotFound),
            (410, &HeaderMap::new(), Outcome::Gone),
            (429, &HeaderMap::new(), Outcome::RateLimited),
            (500, &HeaderMap::new(), Outcome::Http5xx),
            (503, &HeaderMap::new(), Outcome::Http5xx),
            (503, &wait, Outcome::RateLimited),
            (999, &HeaderMap::new(), Outcome::Http5xx),
        ] {
            assert_eq!(failure(status, headers, b"", now()).outcome, outcome, "{status}");
        }
    }

    #[test]
    fn browser_checks_are_told_from_plain_refusals() {
        let cloudflare = head(&[("server", "cloudflare")]);
        assert!(is_challenge(403, &head(&[("cf-mitigated", "challenge")]), b""));
        assert!(is_challenge(503, &cloudflare, b"<title>Just a moment...</title>"));
        assert!(!is_challenge(403, &cloudflare, b"<h1>403 Forbidden</h1>"));
        assert!(!is_challenge(200, &cloudflare, b"<title>Just a moment...</title>"));
    }

    #[test]
    fn validators_are_kept_byte_for_byte_or_not_at_all() {
        let url = url::Url::parse("https://a.example/feed").unwrap();
        let odd = "W/no-quotes, \"and\" commas";
        let kept = validators(&url, &head(&[("etag", odd), ("last-modified", "yesterday")]));
        let kept = kept.unwrap();
        assert_eq!(
            (kept.etag.as_deref(), kept.last_modified.as_deref()),
            (Some(odd), Some("yesterday"))
        );
        assert_eq!(kept.url, "https://a.example/feed");
        let long = "x".repeat(VALIDATOR_BYTES_MAX + 1);
        assert_eq!(validators(&url, &head(&[("etag", &long)])), None);
    }
}
