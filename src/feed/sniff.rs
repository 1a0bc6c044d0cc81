//! Text that is declared as plain and may be HTML all the same.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::dom::NAMED_ENTITIES;

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

/// Whether a text is HTML, though nobody says so: an element of HTML's with words in it or a reference
/// is there, every reference is one of HTML's, and no more tags are of something else than such
/// elements are there. Whoever writes of `<p>` or of `<b></b>` marks no words up.
fn looks_like_html(text: &str) -> bool {
    let (mut elements, mut strangers, mut references) = (0, 0, 0);
    // Where the content begins of the last element of each name.
    let mut open: HashMap<String, usize> = HashMap::new();
    for at in memchr::memchr2_iter(b'<', b'&', text.as_bytes()) {
        let rest = &text[at + 1..];
        if text.as_bytes()[at] == b'<' {
            match tag(rest) {
                Some(Tag::Start(name, length)) => {
                    open.insert(name, at + 1 + length);
                }
                Some(Tag::End(name)) => {
                    let content = open.remove(&name).and_then(|start| text.get(start..at));
                    let has_words = |content: &str| content.contains(char::is_alphanumeric);
                    elements += usize::from(content.is_some_and(has_words));
                }
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
    strangers <= elements && elements + references > 0
}

/// A tag that tells whether a text is HTML.
enum Tag {
    /// Begins an element of HTML's; with its name in small letters, and what it takes up of the text.
    Start(String, usize),
    /// Ends one.
    End(String),
    /// Begins what is none of HTML's: an element of Word's as `<o:p>`, a parameter, an address in
    /// angle brackets.
    Stranger,
}

/// What stands behind a `<`, if it tells anything.
fn tag(rest: &str) -> Option<Tag> {
    let (name_on, is_end) = rest.strip_prefix('/').map_or((rest, false), |rest| (rest, true));
    if !name_on.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b":-_".contains(byte);
    let length = name_on.bytes().take_while(of_name).count();
    let (name, behind) = name_on.split_at(length);
    let is_known = Element::of(name).is_some();
    if is_end {
        return (is_known && behind.starts_with('>')).then(|| Tag::End(name.to_ascii_lowercase()));
    }
    let ends = behind.starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'));
    if !is_known || !ends {
        return Some(Tag::Stranger);
    }
    let end = length + behind.find('>')? + 1;
    Some(Tag::Start(name.to_ascii_lowercase(), end))
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
            "How to remove </p> from a string",
            "difference between <b></b> and <strong></strong>?",
            "Regex to match <a>...</a>",
            "find all <td> in <tr> before </table>",
            "It&#8217;s by s <s@x.test>",
        ] {
            assert!(!looks_like_html(text), "{text}");
        }
    }
}
