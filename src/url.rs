//! Addresses: reading, resolving, and the one form under which they are compared.

use std::borrow::Cow;

use crate::limits::URL_BYTES_MAX;

/// Why an address cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not an address at all.
    #[error("not a web address: {0}")]
    Malformed(String),
    /// Another scheme than http and https.
    #[error("only http and https can be fetched, not {0}:")]
    Scheme(String),
    /// Longer than [`URL_BYTES_MAX`].
    #[error("address is longer than {URL_BYTES_MAX} bytes")]
    TooLong,
    /// With a user name or password, which would end up in logs and database.
    #[error("addresses with a user name or password are not followed; no place here keeps secrets")]
    Credentials,
}

impl From<url::ParseError> for UrlError {
    fn from(error: url::ParseError) -> UrlError {
        UrlError::Malformed(match error {
            url::ParseError::RelativeUrlWithoutBase => {
                "write it like https://example.org/feed".to_owned()
            }
            other => other.to_string(),
        })
    }
}

/// Reads a web address as a person types it; `example.org/feed` means https.
/// `feed://example.org/x` and `feed:https://example.org/x`, by which browsers once
/// handed feeds to readers, are what they stand for.
///
/// # Errors
///
/// Says why it is none.
pub fn parse(text: &str) -> Result<url::Url, UrlError> {
    let text = text.trim();
    if text.len() > URL_BYTES_MAX {
        return Err(UrlError::TooLong);
    }
    let text = without_feed_scheme(text);
    let parsed = match url::Url::parse(&text) {
        Err(url::ParseError::RelativeUrlWithoutBase) if text.contains('.') => {
            url::Url::parse(&format!("https://{text}"))
        }
        // `localhost:8000/feed` reads as scheme `localhost`.
        Ok(odd)
            if odd.cannot_be_a_base()
                && odd.path().bytes().next().is_some_and(|byte| byte.is_ascii_digit()) =>
        {
            url::Url::parse(&format!("https://{text}"))
        }
        other => other,
    };
    let mut url = parsed?;
    url.set_fragment(None);
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::Credentials);
    }
    fetchable(url)
}

fn without_feed_scheme(text: &str) -> Cow<'_, str> {
    let is_scheme = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    if is_scheme("feed://") {
        Cow::Owned(format!("http{}", &text["feed".len()..]))
    } else if is_scheme("feed:http:") || is_scheme("feed:https:") {
        Cow::Borrowed(&text["feed:".len()..])
    } else {
        Cow::Borrowed(text)
    }
}

/// Resolves a link found in a document at `base`; credentials in it are dropped, and so is the
/// fragment, which no server is asked for.
///
/// # Errors
///
/// Says why it leads nowhere that can be fetched.
pub fn resolve(base: &url::Url, link: &str) -> Result<url::Url, UrlError> {
    let mut url = resolve_with_fragment(base, link)?;
    url.set_fragment(None);
    Ok(url)
}

/// As [`resolve`], with the fragment: posts of a live blog and comments on a story differ in
/// nothing else.
///
/// # Errors
///
/// Says why it leads nowhere that can be fetched.
pub fn resolve_with_fragment(base: &url::Url, link: &str) -> Result<url::Url, UrlError> {
    let link = link.trim();
    if link.len() > URL_BYTES_MAX {
        return Err(UrlError::TooLong);
    }
    fetchable(base.join(link)?)
}

fn fetchable(mut url: url::Url) -> Result<url::Url, UrlError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UrlError::Scheme(url.scheme().to_owned()));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(UrlError::Malformed("no host".to_owned()));
    }
    if url.as_str().len() > URL_BYTES_MAX {
        return Err(UrlError::TooLong);
    }
    drop_credentials(&mut url);
    Ok(url)
}

fn drop_credentials(url: &mut url::Url) {
    // Both only fail for addresses without a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
}

/// Query parameters that only tell where a reader came from.
const TRACKERS: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "mc_cid",
    "mc_eid",
    "igshid",
    "yclid",
    "twclid",
    "ttclid",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "oly_anon_id",
    "oly_enc_id",
    "vero_id",
    "at_medium",
    "at_campaign",
    "at_custom1",
    "ns_campaign",
    "ns_mchannel",
    "ns_source",
    "cmpid",
    "ocid",
    "smid",
    "wt_mc",
    "xtor",
    "_ga",
    "guccounter",
    "guce_referrer",
];

/// An address without what no request carries: its fragment, and credentials.
#[must_use]
pub fn bare(url: &url::Url) -> url::Url {
    let mut url = url.clone();
    url.set_fragment(None);
    drop_credentials(&mut url);
    url
}

/// The form under which addresses are compared and stored: no fragment, no
/// credentials, no tracking parameters, no sessions, no default port, no empty query.
///
/// The same address gives the same form on any day and machine, and a form is
/// its own form.
///
/// ```
/// let url = url::Url::parse("HTTPS://A.example:443/x?utm_source=rss&id=7#top").unwrap();
/// assert_eq!(tearsheet::url::canonical(&url).as_str(), "https://a.example/x?id=7");
/// ```
#[must_use]
pub fn canonical(url: &url::Url) -> url::Url {
    let mut url = bare(url);
    if let Some((path, _)) = url.path().split_once(";jsessionid=") {
        let path = path.to_owned();
        url.set_path(&path);
    }
    let Some(query) = url.query() else { return url };
    let is_kept = |part: &&str| !part.is_empty() && !is_tracker(part) && !is_session(part);
    // Kept parts stay byte for byte: re-encoding would make another address of some.
    let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
    let kept = (!kept.is_empty()).then(|| kept.join("&"));
    url.set_query(kept.as_deref());
    url
}

/// The canonical form with the fragment that it leaves out, unless that is empty, a tracker
/// (`#xtor=RSS-1`) or words to be marked on the page (`#:~:text=`).
#[must_use]
pub fn canonical_with_fragment(url: &url::Url) -> url::Url {
    let is_place = |fragment: &&str| {
        !fragment.is_empty() && !fragment.starts_with(":~:") && !is_tracker(fragment)
    };
    let mut place = canonical(url);
    place.set_fragment(url.fragment().filter(is_place));
    place
}

fn is_tracker(part: &str) -> bool {
    let name = part.split('=').next().unwrap_or_default().to_ascii_lowercase();
    name.starts_with("utm_") || TRACKERS.contains(&name.as_str())
}

/// Letters and digits from which what a short name gives is a session rather than a page. One of
/// digits alone may be a page's, which many sites number by its time.
const SESSION_BYTES_MIN: usize = 16;

/// Whether a part of a query numbers the visit, which differs each time, and not what is visited.
fn is_session(part: &str) -> bool {
    let (name, value) = part.split_once('=').unwrap_or((part, ""));
    match name.to_ascii_lowercase().as_str() {
        "phpsessid" | "jsessionid" | "sessionid" | "session_id" | "oscsid" | "zenid" => true,
        "sid" | "s" => {
            value.len() >= SESSION_BYTES_MIN
                && value.bytes().all(|byte| byte.is_ascii_hexdigit())
                && value.bytes().any(|byte| byte.is_ascii_alphabetic())
        }
        name => name.starts_with("aspsessionid"),
    }
}

/// The host that politeness is owed to: lower-case name with a port that is not
/// the scheme's own.
#[must_use]
pub fn host(url: &url::Url) -> String {
    let name = url.host_str().unwrap_or_default().trim_end_matches('.');
    match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

/// The site that an address belongs to: its registrable domain (by the Public
/// Suffix List), or the whole host where there is none (IP addresses).
#[must_use]
pub fn site(url: &url::Url) -> String {
    match url.host() {
        Some(url::Host::Domain(name)) => {
            psl::domain_str(name).map_or_else(|| host(url), str::to_owned)
        }
        _ => host(url),
    }
}

/// The address for logs and messages: credentials left out.
#[must_use]
pub fn shown(url: &url::Url) -> String {
    if url.username().is_empty() && url.password().is_none() {
        return url.as_str().to_owned();
    }
    let mut url = url.clone();
    drop_credentials(&mut url);
    url.into()
}

/// The same of a text that somebody gave for an address, whether it is one or not.
#[must_use]
pub fn shown_as_given(text: &str) -> String {
    url::Url::parse(text.trim()).map_or_else(|_| text.to_owned(), |url| shown(&url))
}

#[cfg(test)]
mod tests {
    use super::{
        UrlError, canonical, canonical_with_fragment, host, parse, resolve, resolve_with_fragment,
        site,
    };

    #[test]
    fn an_address_without_a_scheme_means_https() {
        assert_eq!(parse(" example.org/feed ").unwrap().as_str(), "https://example.org/feed");
        assert_eq!(parse("localhost:8000/f").unwrap().as_str(), "https://localhost:8000/f");
    }

    #[test]
    fn a_link_that_hands_a_feed_to_a_reader_is_the_address_of_the_feed() {
        for (text, meant) in [
            ("feed://a.example/f", "http://a.example/f"),
            ("Feed:https://a.example/f", "https://a.example/f"),
            ("feed:8000/f", "https://feed:8000/f"),
        ] {
            assert_eq!(parse(text).unwrap().as_str(), meant);
        }
        assert!(parse("daily").unwrap_err().to_string().contains("like https://"));
    }

    #[test]
    fn other_schemes_are_refused_by_name() {
        for text in ["ftp://a.example/x", "file:///etc/passwd", "javascript:alert(1)", "data:,x"] {
            let scheme = text.split(':').next().unwrap().to_owned();
            assert_eq!(parse(text), Err(UrlError::Scheme(scheme)), "{text}");
        }
    }

    #[test]
    fn secrets_are_refused_where_a_person_gives_them_and_dropped_where_a_page_does() {
        assert_eq!(parse("https://u:p@a.example/feed"), Err(UrlError::Credentials));
        let base = url::Url::parse("https://a.example/").unwrap();
        assert_eq!(resolve(&base, "//u:p@b.example/x").unwrap().as_str(), "https://b.example/x");
    }

    #[test]
    fn the_canonical_form_is_its_own_form_and_keeps_what_identifies() {
        for (given, expected) in [
            ("http://u:p@a.example:80/?#x", "http://a.example/"),
            ("http://a.example/?a=1&utm_medium=x&b=%2f", "http://a.example/?a=1&b=%2f"),
            ("http://a.example/?fbclid=1", "http://a.example/"),
            ("http://a.example/p?id=utm_source", "http://a.example/p?id=utm_source"),
            ("http://a.example/p?PHPSESSID=a1&id=7", "http://a.example/p?id=7"),
            ("http://a.example/p;jsessionid=A1.node2?id=7", "http://a.example/p?id=7"),
            ("http://a.example/p?sid=0123456789abcdef&t=7", "http://a.example/p?t=7"),
            ("http://a.example/p?sid=4711", "http://a.example/p?sid=4711"),
            ("http://a.example/p?sid=2026112300000001", "http://a.example/p?sid=2026112300000001"),
        ] {
            let once = canonical(&url::Url::parse(given).unwrap());
            assert_eq!(once.as_str(), expected);
            assert_eq!(canonical(&once), once);
        }
    }

    #[test]
    fn a_fragment_that_names_a_place_on_the_page_stays_where_it_is_asked_for() {
        let base = url::Url::parse("https://a.example/live?utm_source=x").unwrap();
        for (given, kept) in [
            ("#post-1", "https://a.example/live#post-1"),
            ("#", "https://a.example/live"),
            ("#xtor=RSS-1", "https://a.example/live"),
            ("#utm_medium=rss", "https://a.example/live"),
            ("#:~:text=storm", "https://a.example/live"),
        ] {
            let url = base.join(given).unwrap();
            assert_eq!(canonical_with_fragment(&url).as_str(), kept);
        }
    }

    #[test]
    fn links_resolve_and_lose_their_fragment() {
        let base = url::Url::parse("https://www.a.co.uk:8080/x/y").unwrap();
        assert_eq!(resolve(&base, "../z#k").unwrap().as_str(), "https://www.a.co.uk:8080/z");
        assert_eq!(resolve_with_fragment(&base, "#k").unwrap().fragment(), Some("k"));
        assert!(resolve(&base, "mailto:a@b.example").is_err());
        assert_eq!((host(&base), site(&base)), ("www.a.co.uk:8080".into(), "a.co.uk".into()));
    }
}
