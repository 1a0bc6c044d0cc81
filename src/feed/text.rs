//! Text as feeds write it: references decoded, characters made legal, mark-up
//! taken off headlines.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::dom::NAMED_ENTITIES;

use super::html::Element;
use super::tokens::Ahead;
use super::tokens::CDATA;

/// Longest reference that is looked up: `&CounterClockwiseContourIntegral;`.
const REFERENCE_BYTES_MAX: usize = 40;

/// Bytes of mark-up and text that are read for each byte of a line that may be kept.
const MARKUP_PER_TEXT: usize = 16;

/// How far behind a script's tag its end is looked for in a headline.
const PROGRAM_BYTES_MAX: usize = 4096;

/// Decodes one level of character and entity references, as HTML does:
/// numbers 128 to 159 mean windows-1252, what stands for no character is
/// dropped, and what is no reference stays as it is.
///
/// `declared` looks up entities that the document declares itself. The flag
/// tells whether every `&` began a reference.
pub(super) fn decode_references<'a>(
    text: &'a str,
    declared: &dyn Fn(&str) -> Option<String>,
) -> (Cow<'a, str>, bool) {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else {
        return (Cow::Borrowed(text), true);
    };
    let mut clean = true;
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(found) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..found]);
        rest = &rest[found..];
        let (replacement, length) = reference(rest, declared);
        clean &= replacement.is_some();
        out.push_str(replacement.as_deref().unwrap_or(&rest[..length]));
        rest = &rest[length..];
    }
    out.push_str(rest);
    (Cow::Owned(out), clean)
}

/// Reads the reference at the start of `text`, which begins with `&`: what it
/// stands for and its length; no replacement where it is none.
fn reference(text: &str, declared: &dyn Fn(&str) -> Option<String>) -> (Option<String>, usize) {
    let body = &text.as_bytes()[1..];
    if body.first() == Some(&b'#') {
        return numeric(text);
    }
    let name_length = body
        .iter()
        .take(REFERENCE_BYTES_MAX)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    let name = &text[1..=name_length];
    let terminated = body.get(name_length) == Some(&b';');
    if terminated {
        let found = declared(name).or_else(|| named(&text[1..name_length + 2]));
        if found.is_some() {
            return (found, name_length + 2);
        }
    }
    // The old names count without a semicolon, but not inside a word or query.
    let stands_alone = !terminated && body.get(name_length) != Some(&b'=');
    if stands_alone && let Some(found) = named(name) {
        return (Some(found), name_length + 1);
    }
    (None, 1)
}

fn named(name: &str) -> Option<String> {
    let (first, second) = *NAMED_ENTITIES.get(name)?;
    let text: String =
        [first, second].into_iter().filter(|&c| c != 0).filter_map(char::from_u32).collect();
    (!text.is_empty()).then_some(text)
}

fn numeric(text: &str) -> (Option<String>, usize) {
    let Some((mut code, mut length)) = number(text) else { return (None, 1) };
    // Some programs write the two halves of UTF-16 each as a reference.
    if let 0xd800..=0xdbff = code
        && let Some((low @ 0xdc00..=0xdfff, more)) = number(&text[length..])
    {
        code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        length += more;
    }
    let legal = char::from_u32(code).map(legal).unwrap_or_default();
    (Some(legal.map(String::from).unwrap_or_default()), length)
}

/// The number of the reference at the start of `text`, and its length.
fn number(text: &str) -> Option<(u32, usize)> {
    let bytes = text.strip_prefix("&#")?.as_bytes();
    let hexadecimal = matches!(bytes.first(), Some(b'x' | b'X'));
    let (radix, start) = if hexadecimal { (16, 1) } else { (10, 0) };
    let is_digit = |byte: &&u8| char::from(**byte).is_digit(radix);
    let end = start + bytes[start..].iter().take_while(is_digit).count();
    if end == start {
        return None;
    }
    let digits = std::str::from_utf8(&bytes[start..end]).ok()?;
    let code = u32::from_str_radix(digits, radix).unwrap_or(u32::MAX);
    Some((code, 2 + end + usize::from(bytes.get(end) == Some(&b';'))))
}

/// The character to keep for `c`: C1 controls are windows-1252 read wrongly,
/// other controls and non-characters are nothing.
pub(super) fn legal(c: char) -> Option<char> {
    match c {
        '\t' | '\n' | '\r' => Some(c),
        '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => None,
        '\u{80}'..='\u{9f}' => {
            let byte = u8::try_from(u32::from(c)).ok()?;
            let (text, _, _) = encoding_rs::WINDOWS_1252.decode(std::slice::from_ref(&byte));
            text.chars().next().filter(|c| !c.is_control())
        }
        _ => Some(c),
    }
}

/// Makes every character legal; most text has nothing to mend.
pub(super) fn legalized(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| legal(c) == Some(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(legal).collect())
}

/// Appends `text` so that an XML or HTML parser reads it back as it is.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
}

/// Cuts `text` to at most `max` bytes, on a character boundary.
pub(super) fn cut(text: &mut String, max: usize) {
    if text.len() > max {
        text.truncate(text.floor_char_boundary(max));
    }
}

/// HTML → one line of text: tags off, references decoded (once more where the
/// publisher escaped or wrapped twice), white space folded, at most `max` bytes; `None`
/// where nothing is left.
pub(super) fn plain(html: &str, max: usize) -> Option<String> {
    let none = |_: &str| None;
    let stripped = without_tags(&html[..html.floor_char_boundary(MARKUP_PER_TEXT * max)]);
    let (mut text, _) = decode_references(&stripped, &none);
    let is_escaped = memchr::memchr_iter(b'&', text.as_bytes()).any(|at| {
        let (meant, length) = reference(&text[at..], &none);
        meant.is_some() && text[at..at + length].ends_with(';')
    });
    if is_escaped || text.contains(CDATA) {
        let again = without_tags(&text);
        text = Cow::Owned(decode_references(&again, &none).0.into_owned());
    }
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > max {
            break;
        }
    }
    cut(&mut line, max);
    let trimmed = line.trim_end().len();
    line.truncate(trimmed);
    (!line.is_empty()).then_some(line)
}

/// Takes off HTML's mark-up and comments; `Vec<T>`, `a < b` and tags that the headline speaks
/// of are text, and so is the inside of a CDATA section that was escaped or wrapped into another.
fn without_tags(html: &str) -> String {
    let html = if html.contains(CDATA) {
        Cow::Owned(html.replace(CDATA, "").replace("]]>", ""))
    } else {
        Cow::Borrowed(html)
    };
    let ends = last_ends(&html);
    let mut out = String::with_capacity(html.len());
    // Looked for once: many `<` before a single `>` must not each be searched up to it.
    let (mut next_close, mut next_equals) = (Ahead::default(), Ahead::default());
    let mut read = 0;
    while let Some(start) = memchr::memchr(b'<', &html.as_bytes()[read..]).map(|at| read + at) {
        let close = next_close.find(&html, start, |bytes| memchr::memchr(b'>', bytes));
        if close == html.len() {
            break;
        }
        out.push_str(&html[read..start]);
        read = start + 1;
        let inside = &html[read..close];
        let is_mark_up = |equals: &mut Ahead| {
            ends.get(&name(inside)).is_some_and(|end| *end > start)
                || is_complete(inside)
                || equals.find(&html, start, |bytes| memchr::memchr(b'=', bytes)) < close
        };
        if let Some(block) = tag(inside).filter(|_| is_mark_up(&mut next_equals)) {
            if block {
                out.push(' ');
            }
            read = close + 1;
            read += program_end(inside, &html[read..]).unwrap_or_default();
        } else {
            out.push('<');
        }
    }
    out.push_str(&html[read..]);
    out
}

/// Where the last end tag of each element begins.
fn last_ends(html: &str) -> HashMap<String, usize> {
    let ends = memchr::memmem::find_iter(html.as_bytes(), "</");
    ends.map(|at| (name(&html[at + 2..]), at)).collect()
}

/// Whether a tag without attributes is mark-up even where its element does not end: in "Replace
/// `<b>` with `<strong>`", both are words.
fn is_complete(inside: &str) -> bool {
    let is_lone = matches!(name(inside).as_str(), "br" | "hr" | "li" | "p" | "wbr");
    is_lone || inside.starts_with(['!', '/'])
}

/// The name that a tag begins with, in lower case.
fn name(inside: &str) -> String {
    inside.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Where the end tag of a script or style begins whose tag is `inside`; what
/// stands before it is not for readers. Looked for nearby: headlines are short.
fn program_end(inside: &str, rest: &str) -> Option<usize> {
    let name = ["script", "style"].into_iter().find(|name| {
        let is = inside.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        is && !inside.ends_with('/')
    })?;
    let near = &rest.as_bytes()[..rest.len().min(PROGRAM_BYTES_MAX)];
    memchr::memchr_iter(b'<', near).find(|at| {
        let end = near.get(at + 1..at + 2 + name.len());
        end.is_some_and(|end| end[0] == b'/' && end[1..].eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// Whether what stands between `<` and `>` is a tag, and whether it parts words.
fn tag(inside: &str) -> Option<bool> {
    if inside.starts_with('!') {
        return Some(false);
    }
    let name = inside.trim_start_matches('/');
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let boundary = name[length..].chars().next();
    if !matches!(boundary, None | Some(' ' | '\t' | '\n' | '\r' | '/')) {
        return None;
    }
    Element::of(&name[..length]).map(|element| element != Element::Inline)
}

#[cfg(test)]
mod tests {
    use super::{decode_references, plain};

    #[test]
    fn headlines_lose_mark_up_but_not_their_brackets() {
        for (html, expected) in [
            ("Price <b>ris</b>es", "Price rises"),
            ("Now<SCRIPT src=x>track('<b>')</script>, then", "Now , then"),
            ("<style>b { color: red }</style>Red <script src=x>", "Red"),
            ("<a href='/x'>One</a> <i class=y>two", "One two"),
            ("Why <table> layouts died", "Why <table> layouts died"),
            ("<div> vs <section>: <b>a guide</b>", "<div> vs <section>: a guide"),
            ("Replace &lt;b&gt; with &lt;strong&gt;", "Replace <b> with <strong>"),
            ("if a<b and c>d", "if a<b and c>d"),
            ("<b <a href=x>One</a> = <i>", "One = <i>"),
            ("Where to put <script>", "Where to put <script>"),
            ("One<br/>Two  <p>Three", "One Two Three"),
            ("A &amp;amp; B", "A & B"),
            ("Vec&lt;T&gt; when a &lt; b", "Vec<T> when a < b"),
            ("Fish &amp; chips &copy; 2026", "Fish & chips © 2026"),
            ("R&D at AT&T", "R&D at AT&T"),
            ("&lt;![CDATA[Rain > <b>storm</b>]]&gt;", "Rain > storm"),
            ("<![CDATA[<![CDATA[Rain]]>]]>", "Rain"),
            ("L&amp;rsquo;été &amp;ndash; x", "L’été – x"),
        ] {
            assert_eq!(plain(html, 100).as_deref(), Some(expected), "{html}");
        }
        assert_eq!(plain(" <b> </b>&nbsp; ", 100), None);
    }

    #[test]
    fn references_are_decoded_as_browsers_do_and_bare_ampersands_stay() {
        let own = |name: &str| (name == "paper").then(|| "The Daily".to_owned());
        for (text, expected, clean) in [
            ("&eacute;&alpha;&#233;&#xE9;&#XE9;", "éαéé\u{e9}", true),
            ("&#150;&#0;&#xD800;&#99999999;", "–", true),
            ("&#55357;&#56832; &#xD83D;&#xDE00; &#55357; x", "😀 😀  x", true),
            ("&paper; &nope; & &#; &;", "The Daily &nope; & &#; &;", false),
            ("?x=1&copy=2&copy 3", "?x=1&copy=2© 3", false),
        ] {
            let (decoded, all) = decode_references(text, &own);
            assert_eq!((decoded.as_ref(), all), (expected, clean), "{text}");
        }
    }
}
