//! Keeps the HTML parser linear: takes out tags that would nest too deeply.
//!
//! The parser looks through the open elements at every start tag, and through
//! the open formatting elements (`<b>`, `<font>` …) at every paragraph. A
//! hostile page makes that quadratic. One pass over the tags counts what is
//! open, as roughly as is safe: it may count too much (then the page is
//! flattened where a browser would not have to), never much too little.

use std::borrow::Cow;

use crate::limits;

/// The page itself where it is harmless; else without the tags that nest too deeply, and without NULs.
pub(super) fn flatten(html: &str) -> Cow<'_, str> {
    let html = match memchr::memchr(0, html.as_bytes()) {
        Some(_) => Cow::Owned(html.replace('\0', "")),
        None => Cow::Borrowed(html),
    };
    let mut scan = Scan::new(&html, limits::FORMATTING_MAX);
    let mut harmless = true;
    while let Some(tag) = scan.next_tag() {
        harmless &= scan.admit(&tag);
    }
    let hostile = scan.copies > limits::FORMATTING_COPIES_MAX;
    if harmless && !hostile {
        return html;
    }
    let most = if hostile { limits::FORMATTING_MAX_OF_HOSTILE } else { limits::FORMATTING_MAX };
    Cow::Owned(without_refused_tags(&html, most))
}

fn without_refused_tags(html: &str, formatting_max: usize) -> String {
    let mut out = String::with_capacity(html.len());
    let mut scan = Scan::new(html, formatting_max);
    let mut copied = 0;
    while let Some(tag) = scan.next_tag() {
        if !scan.admit(&tag) {
            out.push_str(&html[copied..tag.start]);
            copied = tag.end;
        }
    }
    out.push_str(&html[copied..]);
    out
}

/// A start or end tag.
struct Tag<'a> {
    start: usize,
    end: usize,
    name: &'a [u8],
    closes: bool,
    attributes: usize,
}

/// A formatting element that was not closed yet.
struct Formatting {
    key: u64,
    /// Its place among the open elements; `None` once the element around it was closed.
    place: Option<usize>,
}

struct Scan<'a> {
    html: &'a str,
    at: usize,
    /// Names of the open elements, by hash: two names that collide only blur the count.
    open: Vec<u64>,
    formatting: Vec<Formatting>,
    formatting_max: usize,
    copies: usize,
    /// End tags to leave out, because their start tags were.
    dropped: std::collections::HashMap<u64, usize>,
}

impl<'a> Scan<'a> {
    fn new(html: &'a str, formatting_max: usize) -> Scan<'a> {
        Scan {
            html,
            at: 0,
            open: Vec::new(),
            formatting: Vec::new(),
            formatting_max,
            copies: 0,
            dropped: std::collections::HashMap::new(),
        }
    }

    /// The next tag; comments, declarations and the text of scripts and styles are passed over.
    fn next_tag(&mut self) -> Option<Tag<'a>> {
        let bytes = self.html.as_bytes();
        loop {
            let start = self.at + memchr::memchr(b'<', &bytes[self.at..])?;
            let rest = &bytes[start + 1..];
            let closes = rest.first() == Some(&b'/');
            let name_at = start + 1 + usize::from(closes);
            if !bytes.get(name_at).is_some_and(u8::is_ascii_alphabetic) {
                self.at = match rest.first() {
                    Some(b'!') if rest.starts_with(b"!--") => end_of_comment(bytes, start + 4),
                    Some(b'!' | b'?' | b'/') => after(bytes, start + 1, b'>'),
                    _ => start + 1,
                };
                continue;
            }
            let name_end = bytes[name_at..]
                .iter()
                .position(|&byte| byte.is_ascii_whitespace() || byte == b'>' || byte == b'/')
                .map_or(bytes.len(), |length| name_at + length);
            let name = &bytes[name_at..name_end];
            let (end, attributes) = end_of_tag(bytes, name_end);
            self.at = end;
            if !closes && is_raw_text(name) {
                self.at = end_of_raw_text(bytes, end, name);
                continue;
            }
            return Some(Tag { start, end, name, closes, attributes });
        }
    }

    /// Counts the tag; `false` when it would nest too deeply and has to go.
    fn admit(&mut self, tag: &Tag<'_>) -> bool {
        if tag.attributes > limits::HTML_ATTRIBUTES_MAX {
            return false;
        }
        if is_void(tag.name) {
            return true;
        }
        let key = key_of(tag.name);
        if tag.closes {
            if let Some(count) = self.dropped.get_mut(&key)
                && *count > 0
            {
                *count -= 1;
                return false;
            }
            if is_formatting(tag.name)
                && let Some(at) = self.formatting.iter().rposition(|open| open.key == key)
            {
                self.formatting.remove(at);
            }
            close(&mut self.open, key);
            self.orphan_formatting();
            return true;
        }
        self.end_implied(tag.name);
        let formatting = is_formatting(tag.name);
        let too_deep = self.open.len() >= limits::DOM_DEPTH_MAX;
        if too_deep || (formatting && self.formatting.len() >= self.formatting_max) {
            *self.dropped.entry(key).or_default() += 1;
            return false;
        }
        if formatting {
            self.formatting.push(Formatting { key, place: Some(self.open.len()) });
        } else {
            self.copies += self.formatting.iter().filter(|open| open.place.is_none()).count();
        }
        self.open.push(key);
        true
    }
}

impl Scan<'_> {
    /// Those that were left open in what is closed now will be opened again.
    fn orphan_formatting(&mut self) {
        let open = self.open.len();
        for formatting in self.formatting.iter_mut().rev() {
            if formatting.place.is_some_and(|place| place >= open) {
                formatting.place = None;
            }
        }
    }

    /// Elements whose end tag may be left out end where the next of their kind begins.
    fn end_implied(&mut self, name: &[u8]) {
        let ended: &[&str] = match name.to_ascii_lowercase().as_slice() {
            b"li" => &["li", "p"],
            b"dt" | b"dd" => &["dt", "dd", "p"],
            b"tr" => &["tr", "td", "th", "p"],
            b"td" | b"th" => &["td", "th", "p"],
            b"tbody" | b"tfoot" | b"thead" => &["tbody", "thead", "tfoot", "tr", "td", "th", "p"],
            b"option" | b"optgroup" => &["option"],
            b"a" => &["a"],
            b"p" | b"div" | b"ul" | b"ol" | b"dl" | b"table" | b"h1" | b"h2" | b"h3" | b"h4"
            | b"blockquote" | b"pre" | b"section" | b"hr" | b"form" => &["p"],
            _ => return,
        };
        let searched = self.open.len().saturating_sub(limits::IMPLIED_ENDS_SEARCHED_MAX);
        let barrier = self.open[searched..].iter().rposition(|open| BARRIERS.contains(open));
        let from = searched + barrier.map_or(0, |barrier| barrier + 1);
        let ended = |open: &u64| ended.iter().any(|name| key_of(name.as_bytes()) == *open);
        if let Some(at) = self.open[from..].iter().position(ended) {
            self.open.truncate(from + at);
            self.orphan_formatting();
        }
    }
}

/// Elements that an implied end does not reach out of.
static BARRIERS: std::sync::LazyLock<Vec<u64>> = std::sync::LazyLock::new(|| {
    ["ul", "ol", "dl", "table", "div", "section", "article", "button", "select", "blockquote"]
        .iter()
        .map(|name| key_of(name.as_bytes()))
        .collect()
});

/// Takes the innermost element of that name and all within it from the open ones.
fn close(open: &mut Vec<u64>, key: u64) {
    let searched = open.len().saturating_sub(limits::OPEN_SEARCHED_MAX);
    if let Some(at) = open[searched..].iter().rposition(|&other| other == key) {
        open.truncate(searched + at);
    }
}

fn key_of(name: &[u8]) -> u64 {
    let mut lower = [0u8; 16];
    let length = name.len().min(16);
    lower[..length].copy_from_slice(&name[..length]);
    lower.make_ascii_lowercase();
    xxhash_rust::xxh3::xxh3_64(&lower[..length])
}

fn is_any(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
}

fn is_void(name: &[u8]) -> bool {
    name.len() <= 7
        && is_any(
            name,
            &[
                "br", "img", "input", "meta", "link", "hr", "source", "wbr", "area", "base", "col",
                "embed", "param", "track", "keygen", "frame", "bgsound", "path", "circle", "rect",
                "use", "line", "polygon", "g",
            ],
        )
}

fn is_formatting(name: &[u8]) -> bool {
    name.len() <= 6
        && is_any(
            name,
            &[
                "a", "b", "i", "u", "s", "em", "font", "big", "code", "nobr", "small", "strike",
                "strong", "tt",
            ],
        )
}

fn is_raw_text(name: &[u8]) -> bool {
    is_any(
        name,
        &[
            "script", "style", "textarea", "title", "xmp", "noscript", "iframe", "noembed",
            "noframes",
        ],
    )
}

fn after(bytes: &[u8], from: usize, byte: u8) -> usize {
    memchr::memchr(byte, &bytes[from.min(bytes.len())..]).map_or(bytes.len(), |at| from + at + 1)
}

fn end_of_comment(bytes: &[u8], from: usize) -> usize {
    // `<!-->` is a whole comment.
    let from = from.min(bytes.len()).saturating_sub(2);
    memchr::memmem::find(&bytes[from..], b"-->").map_or(bytes.len(), |at| from + at + 3)
}

/// The end of a tag, past attribute values that hold a `>`, and about how many attributes it has.
fn end_of_tag(bytes: &[u8], from: usize) -> (usize, usize) {
    let mut at = from;
    let mut value = false;
    let mut between = true;
    let mut attributes = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return (at + 1, attributes),
            b'"' | b'\'' if value => {
                at = after(bytes, at + 1, byte);
                (value, between) = (false, true);
                continue;
            }
            b'=' => value = true,
            b'/' => between = true,
            _ if byte.is_ascii_whitespace() => between = true,
            _ => {
                attributes += usize::from(between && !value);
                (value, between) = (false, false);
            }
        }
        at += 1;
    }
    (bytes.len(), attributes)
}

fn end_of_raw_text(bytes: &[u8], from: usize, name: &[u8]) -> usize {
    let mut at = from;
    while let Some(found) = memchr::memmem::find(&bytes[at..], b"</") {
        let start = at + found;
        let after_name = start + 2 + name.len();
        if bytes.get(start + 2..after_name).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return start;
        }
        at = start + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_page_is_left_as_it_is() {
        let page =
            "<html><body>".to_owned() + &"<div><p>One<p>Two <b>three</b><br></div>".repeat(500);
        assert!(matches!(flatten(&page), Cow::Borrowed(_)));
        let list = "<ul>".to_owned() + &"<li><a href=x>One</a>".repeat(400) + "</ul>";
        assert!(matches!(flatten(&list), Cow::Borrowed(_)));
    }

    #[test]
    fn scripts_and_comments_do_not_count() {
        let page =
            format!("<script>{}</script><!-- {} -->", "'<div>'".repeat(2000), "<div>".repeat(2000));
        assert!(matches!(flatten(&page), Cow::Borrowed(_)));
    }

    #[test]
    fn what_nests_too_deeply_is_flattened_and_its_text_stays() {
        let page = "<div>".repeat(5000) + "text" + &"</div>".repeat(5000) + "<p>after</p>";
        let flat = flatten(&page);
        assert_eq!(flat.matches("<div>").count(), limits::DOM_DEPTH_MAX);
        assert_eq!(flat.matches("</div>").count(), limits::DOM_DEPTH_MAX);
        assert!(flat.contains("text") && flat.ends_with("<p>after</p>"));
    }

    #[test]
    fn nul_characters_go() {
        assert_eq!(flatten("a\0b"), "ab");
    }
}
