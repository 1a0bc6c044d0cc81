//! Text that is declared as plain and may be HTML all the same.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

use super::html::Element;
use super::text::push_escaped;

/// `text` as HTML: as it stands where it is HTML already, else so that it means what it says.
pub(super) fn as_html(text: Cow<'_, str>) -> Cow<'_, str> {
    if looks_like_html(&text) || !text.contains(['<', '>', '&', '"']) {
        return text;
    }
    let mut html = String::with_capacity(text.len());
    push_escaped(&mut html, &text);
    Cow::Owned(html)
}

/// Whether a text is HTML, though nobody says so: an end tag or a reference of HTML's is in it,
/// every reference is one of HTML's, and no more tags are of something else than such ends are
/// there. Whoever writes of `<p>` writes no end.
fn looks_like_html(text: &str) -> bool {
    let (mut ends, mut strangers, mut references) = (0, 0, 0);
    for at in memchr::memchr2_iter(b'<', b'&', text.as_bytes()) {
        let rest = &text[at + 1..];
        if text.as_bytes()[at] == b'<' {
            match tag(rest) {
                Some(Tag::End) => ends += 1,
                Some(Tag::Stranger) => strangers += 1,
                None => {}
            }
        } else {
            match reference(rest) {
                Some(true) => references += 1,
                Some(false) => return false,
                None => {}
            }
        }
    }
    strangers <= ends && ends + references > 0
}

/// A tag that tells whether a text is HTML.
enum Tag {
    /// Ends an element of HTML's.
    End,
    /// Begins an element that HTML does not know, as Word's `<o:p>`.
    Stranger,
}

/// What stands behind a `<`, if it tells anything.
fn tag(rest: &str) -> Option<Tag> {
    let (rest, is_end) = rest.strip_prefix('/').map_or((rest, false), |rest| (rest, true));
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b":-_".contains(byte);
    let length = rest.bytes().take_while(of_name).count();
    match (Element::of(&rest[..length]), is_end) {
        (None, false) => Some(Tag::Stranger),
        (Some(_), true) if rest[length..].starts_with('>') => Some(Tag::End),
        _ => None,
    }
}

/// Whether what stands behind an `&` is a reference of HTML's; `None` where it is none at all.
fn reference(rest: &str) -> Option<bool> {
    let length =
        rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    let name = &rest[..length];
    if name.is_empty() || !rest[length..].starts_with(';') {
        return None;
    }
    let is_known = name.starts_with('#')
        // The table holds beginnings of names, too, which stand for nothing.
        || NAMED_ENTITIES.get(&rest[..=length]).is_some_and(|&(first, _)| first != 0);
    Some(is_known)
}

#[cfg(test)]
mod tests {
    use super::looks_like_html;

    #[test]
    fn text_is_html_where_all_of_its_tags_and_references_are() {
        for html in [
            "<p>Rain <B>storm</B></p>",
            "Rain &amp; storm",
            "Rain <br> storm &#8211; hail",
            "2 < 3 <!-- really --> <em>x</em>",
            "<img src='x'><p class=\"y\">Rain</p>",
            "<p>Rain fell.</p><script async src='x'></script>",
            "<svg></svg>Rain <b>fell</b>",
            "<p>Rain fell.<o:p></o:p></p>",
            "<p>Rain <blink>storm</blink></p>",
            "We <3 <b>rain</b>",
        ] {
            assert!(looks_like_html(html), "{html}");
        }
        for text in [
            "Rain",
            "R&D, 1 < 2; <3",
            "The <p> tag",
            "A <br/> breaks the line",
            "Vec<T></T>",
            "Map<K, V> or <b>Map<K></b>",
            "A </T> &amp; <T>",
            "A &rain; of <b>frogs</b>",
            "x <b and c> y",
        ] {
            assert!(!looks_like_html(text), "{text}");
        }
    }
}
