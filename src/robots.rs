//! robots.txt (RFC 9309) → may we, and how slowly.
//!
//! Our own reader: of the crates, `texting_robots` 0.2 compares percent-encoded
//! forms undecoded, does not know `name/1.0` as a product, reads past its
//! bound, and took seconds over one file full of wildcards.

use std::fmt;
use std::time::Duration;

use memchr::memmem;

use crate::limits::CRAWL_DELAY_MAX;
use crate::limits::ROBOTS_BYTES_MAX;

/// The rules of one host for us.
///
/// Written out they are a robots.txt that says the same to anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    allow: bool,
    /// Normalised as paths are; `*` stands for anything, a last `$` for the end.
    pattern: Vec<u8>,
}

impl Robots {
    /// Reads a robots.txt; anything can be read, rubbish allows all.
    ///
    /// `product` is our product token, e.g. `tearsheet`; what follows its
    /// letters, `_` and `-` (a version) does not count. Groups that name it are
    /// merged; those for `*` hold only where none does.
    #[must_use]
    pub fn parse(bytes: &[u8], product: &str) -> Self {
        let text = String::from_utf8_lossy(within_bound(bytes));
        let product = product_token(product);
        let (mut ours, mut general) = (Group::default(), Group::default());
        let mut audience = Audience::default();
        for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']) {
            let Some((key, value)) = field(line) else { continue };
            match key.as_str() {
                "user-agent" | "useragent" => audience.address(value, product),
                "allow" | "disallow" | "crawl-delay" => {
                    audience.listed = true;
                    for (addressed, group) in
                        [(audience.ours, &mut ours), (audience.general, &mut general)]
                    {
                        if addressed {
                            group.add(&key, value);
                        }
                    }
                }
                // Sitemap and whatever else somebody invented: no part of any group.
                _ => {}
            }
        }
        let group = if ours.named { ours } else { general };
        group.robots
    }

    /// Rules that allow everything (4xx on robots.txt).
    #[must_use]
    pub fn allow_all() -> Self {
        Robots::default()
    }

    /// Whether the path and query of `url` may be fetched.
    ///
    /// The longest pattern that matches decides, `Allow` where two are equally
    /// long. robots.txt itself may always be fetched.
    #[must_use]
    pub fn allows(&self, url: &url::Url) -> bool {
        if url.path() == "/robots.txt" {
            return true;
        }
        let path = normalised(&url[url::Position::BeforePath..url::Position::AfterQuery], false);
        self.rules
            .iter()
            .filter(|rule| matches(&rule.pattern, &path))
            .max_by_key(|rule| (rule.pattern.len(), rule.allow))
            .is_none_or(|rule| rule.allow)
    }

    /// `Crawl-delay`, at most `limits::CRAWL_DELAY_MAX`.
    #[must_use]
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }

    /// Bytes that the rules take in memory, roughly.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.rules.iter().map(|rule| rule.pattern.len() + size_of::<Rule>()).sum()
    }
}

impl fmt::Display for Robots {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Robots::allow_all() {
            return Ok(());
        }
        out.write_str("User-agent: *\n")?;
        if let Some(delay) = self.crawl_delay {
            writeln!(out, "Crawl-delay: {}", delay.as_secs_f64())?;
        }
        for Rule { allow, pattern } in &self.rules {
            let key = if *allow { "Allow" } else { "Disallow" };
            // Normalised patterns are ASCII.
            writeln!(out, "{key}: {}", String::from_utf8_lossy(pattern))?;
        }
        Ok(())
    }
}

/// What one user agent is told, over all groups that name it.
#[derive(Default)]
struct Group {
    named: bool,
    robots: Robots,
}

impl Group {
    fn add(&mut self, key: &str, value: &str) {
        self.named = true;
        if key == "crawl-delay" {
            let seconds = value.parse().ok().filter(|seconds: &f64| *seconds >= 0.0);
            let delay = seconds
                .map(|seconds| seconds.min(CRAWL_DELAY_MAX.as_secs_f64()))
                .map(Duration::from_secs_f64);
            self.robots.crawl_delay = self.robots.crawl_delay.max(delay);
            return;
        }
        // An empty path is how a group says that it has no rule.
        if value.is_empty() {
            return;
        }
        let mut pattern = normalised(value, true);
        if !pattern.starts_with(b"/") && !pattern.starts_with(b"*") {
            pattern.insert(0, b'/');
        }
        self.robots.rules.push(Rule { allow: key == "allow", pattern });
    }
}

/// Whom the lines being read are for.
#[derive(Default)]
struct Audience {
    ours: bool,
    general: bool,
    /// Rules have been listed: the next `User-agent` begins another group.
    listed: bool,
}

impl Audience {
    fn address(&mut self, value: &str, product: &str) {
        if self.listed {
            *self = Audience::default();
        }
        if value.starts_with('*') {
            self.general = true;
        } else {
            let token = product_token(value);
            self.ours |= !token.is_empty() && token.eq_ignore_ascii_case(product);
        }
    }
}

/// The bytes that are read: whole lines only, so that a cut path does not
/// become a shorter and wider one.
fn within_bound(bytes: &[u8]) -> &[u8] {
    let Some(head) = bytes.get(..ROBOTS_BYTES_MAX) else { return bytes };
    let end = head.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(0);
    &head[..end]
}

/// Splits a line into its key, in lower case, and value; comments are dropped
/// and a forgotten colon is forgiven.
fn field(line: &str) -> Option<(String, &str)> {
    let line = line.split('#').next()?.trim();
    let (key, value) = line.split_once(':').or_else(|| line.split_once([' ', '\t']))?;
    Some((key.trim().to_ascii_lowercase(), value.trim()))
}

fn product_token(text: &str) -> &str {
    let text = text.trim();
    let end = text
        .find(|letter: char| !letter.is_ascii_alphabetic() && letter != '_' && letter != '-')
        .unwrap_or(text.len());
    &text[..end]
}

/// The form in which paths and patterns are compared (RFC 9309, 2.2.2): what
/// need not be percent-encoded is decoded, all else is encoded in upper case.
///
/// In a path `*` and `$` are letters like any other and are encoded, so that
/// only a pattern's own `*` and last `$` have a meaning.
fn normalised(text: &str, is_pattern: bool) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        index += 1;
        match byte {
            b'%' => match hex(bytes.get(index..index + 2)) {
                Some(decoded) => {
                    index += 2;
                    push(&mut out, decoded, is_unreserved(decoded));
                }
                None => push(&mut out, byte, false),
            },
            b'*' => push(&mut out, byte, is_pattern),
            b'$' => push(&mut out, byte, is_pattern && index == bytes.len()),
            _ => push(&mut out, byte, is_unreserved(byte) || b":/?#[]@!&'()+,;=".contains(&byte)),
        }
    }
    out
}

fn push(out: &mut Vec<u8>, byte: u8, plain: bool) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if plain {
        out.push(byte);
    } else {
        out.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
}

fn hex(pair: Option<&[u8]>) -> Option<u8> {
    let &[high, low] = pair? else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Whether `pattern` matches the beginning of `path`.
///
/// Each literal between two stars is taken at its first occurrence, which is
/// enough and never goes back: the cost is linear whatever the pattern.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, anchored) = match pattern.strip_suffix(b"$") {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut literals = pattern.split(|&byte| byte == b'*');
    let first = literals.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let mut last = None;
    for literal in literals {
        // The one before turned out not to be the last.
        if let Some(literal) = last.replace(literal) {
            let Some(at) = memmem::find(rest, literal) else { return false };
            rest = &rest[at + literal.len()..];
        }
    }
    match (last, anchored) {
        (None, anchored) => !anchored || rest.is_empty(),
        (Some(last), true) => rest.ends_with(last),
        (Some(last), false) => memmem::find(rest, last).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Robots, matches};
    use crate::limits::CRAWL_DELAY_MAX;
    use crate::limits::ROBOTS_BYTES_MAX;
    use std::time::Duration;

    fn allows(text: impl AsRef<[u8]>, path: &str) -> bool {
        let url = url::Url::parse("https://a.example").unwrap().join(path).unwrap();
        Robots::parse(text.as_ref(), "tearsheet").allows(&url)
    }

    #[test]
    fn our_groups_are_merged_and_the_star_is_for_those_without_one() {
        let text = "User-agent: *\nDisallow: /star\n\nUser-agent: TearSheet/1.0\nDisallow: /x\n\n\
                    User-agent: other\nDisallow: /\n\nUser-agent: a\nuser-agent: tearsheet\n\
                    Sitemap: https://a.example/s\nUser-agent: b\nDisallow: /z\n";
        for (path, expected) in [("/star", true), ("/x1", false), ("/z", false), ("/y", true)] {
            assert_eq!(allows(text, path), expected, "{path}");
        }
        assert!(!allows("User-agent: tear\nDisallow:\n\nUser-agent: *\nDisallow: /", "/x"));
        assert!(allows("User-agent: tearsheet\nDisallow:\n\nUser-agent: *\nDisallow: /", "/x"));
    }

    #[test]
    fn the_longest_pattern_wins_and_allow_wins_a_tie() {
        for (rules, path, expected) in [
            ("Disallow: /a\nAllow: /a/b", "/a/b/c", true),
            ("Allow: /a/b\nDisallow: /a", "/a/c", false),
            ("Disallow: /a\nAllow: /a", "/a", true),
            ("Allow: /\nDisallow: /*.gif$", "/x/y.gif", false),
            ("Disallow: /*.gif$", "/y.gif?z", true),
            ("Disallow: /a$", "/ab", true),
            ("Disallow: /a$", "/a", false),
            ("Disallow: /*a*b*c$", "/xaybzc", false),
            ("Disallow: /ab*b$", "/ab", true),
            ("Disallow: *?", "/x?page=2", false),
            ("Disallow: /p$q", "/p$q", false),
            ("Disallow: /", "/robots.txt", true),
            ("Disallow: private", "/private/x", false),
            ("Disallow:", "/x", true),
        ] {
            assert_eq!(
                allows(format!("User-agent: *\n{rules}\n"), path),
                expected,
                "{rules} {path}"
            );
        }
    }

    #[test]
    fn rules_that_are_written_out_read_the_same() {
        for text in [
            "",
            "User-agent: *\nDisallow:\n",
            "User-agent: other\nDisallow: /\n",
            "User-agent: *\nCrawl-delay: 2.5\n",
            "User-agent: *\nDisallow: /\n\nUser-agent: tearsheet\nCrawl-delay: 1\n\
             Disallow: private\nAllow: /a b%2f*é$\nDisallow: *?x=%23\nAllow: /p$q\n",
        ] {
            let read = Robots::parse(text.as_bytes(), "tearsheet");
            let written = read.to_string();
            assert_eq!(Robots::parse(written.as_bytes(), "whoever"), read, "{written}");
        }
    }

    #[test]
    fn percent_forms_are_compared_decoded() {
        for (pattern, path, matched) in [
            ("/%7euser", "/~user", true),
            ("/~user", "/%7Euser", true),
            ("/café", "/caf%c3%a9", true),
            ("/caf%c3%a9", "/café", true),
            ("/a%3cd", "/a%3Cd", true),
            ("/a/b", "/a%2Fb", false),
            ("/f-%2A.html", "/f-*.html", true),
            ("/f-%2A.html", "/f-x.html", false),
            ("/a b", "/a%20b", true),
            ("/100%", "/100%", true),
        ] {
            let text = format!("User-agent: *\nDisallow: {pattern}\n");
            assert_eq!(!allows(text, path), matched, "{pattern} {path}");
        }
    }

    #[test]
    fn sloppy_files_are_understood_and_rubbish_allows_all() {
        for text in [
            "\u{feff}User-agent: *\nDisallow: /p\n",
            "user-AGENT : * # all\r\nDISALLOW :/p # none\r\n",
            "User-agent: *\rDisallow: /p\r",
            "User-agent *\nDisallow /p",
            "<!-- -->\nUser-agent: *\n\n\nfoo: bar\nDisallow: /p",
        ] {
            assert!(!allows(text, "/p"), "{text}");
        }
        for text in
            [&b"\xff\xfe\0\x80\n:::\n"[..], b"<!doctype html><p>disallow: /", b"", b"Disallow: /"]
        {
            assert!(allows(text, "/p"));
        }
    }

    #[test]
    fn what_lies_beyond_the_bound_is_ignored_with_the_line_it_cuts() {
        let mut text = b"User-agent: *\nDisallow: /head\n".to_vec();
        text.resize(ROBOTS_BYTES_MAX - 12, b'#');
        text.extend_from_slice(b"\nDisallow: /tail\nDisallow: /\n");
        assert!(!allows(&text, "/head"));
        assert!(allows(&text, "/tail") && allows(&text, "/x"));
    }

    #[test]
    fn crawl_delays_are_read_and_bounded() {
        for (value, expected) in [
            ("2", Some(Duration::from_secs(2))),
            ("0.5", Some(Duration::from_millis(500))),
            ("1e300", Some(CRAWL_DELAY_MAX)),
            ("inf", Some(CRAWL_DELAY_MAX)),
            ("-1", None),
            ("NaN", None),
            ("soon", None),
        ] {
            let robots =
                Robots::parse(format!("User-agent: *\nCrawl-delay: {value}").as_bytes(), "t");
            assert_eq!(robots.crawl_delay(), expected, "{value}");
        }
    }

    /// The definition, with no care for its cost.
    fn matches_slowly(pattern: &[u8], path: &[u8]) -> bool {
        match pattern {
            [] => true,
            b"$" => path.is_empty(),
            [b'*', rest @ ..] => (0..=path.len()).any(|at| matches_slowly(rest, &path[at..])),
            [first, rest @ ..] => path.first() == Some(first) && matches_slowly(rest, &path[1..]),
        }
    }

    /// Every text of up to `length` of these letters.
    fn texts(letters: &[u8], length: usize) -> Vec<Vec<u8>> {
        let mut all = vec![Vec::new()];
        let mut from = 0;
        for _ in 0..length {
            let to = all.len();
            for index in from..to {
                all.extend(
                    letters
                        .iter()
                        .map(|&letter| [&all[index][..], &[letter]].concat())
                        .collect::<Vec<_>>(),
                );
            }
            from = to;
        }
        all
    }

    #[test]
    fn quick_matching_is_matching() {
        for pattern in texts(b"ab*", 5) {
            for pattern in [pattern.clone(), [&pattern[..], b"$"].concat()] {
                for path in texts(b"ab", 5) {
                    assert_eq!(
                        matches(&pattern, &path),
                        matches_slowly(&pattern, &path),
                        "{} {}",
                        pattern.escape_ascii(),
                        path.escape_ascii(),
                    );
                }
            }
        }
    }

    #[test]
    fn a_file_full_of_wildcards_is_cheap() {
        let mut text = b"User-agent: *\n".to_vec();
        while text.len() < ROBOTS_BYTES_MAX - 64 {
            text.extend_from_slice(b"Disallow: /*a*a*a*a*a*a*a*a*b$\n");
        }
        assert!(allows(text, &"a".repeat(4000)));
    }
}
