//! Text that is declared as plain and may be HTML all the same.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

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

/// Whether a text is HTML, though nobody says so: every tag and every reference in it is one of
/// HTML's, and there is an end tag or a reference. Whoever writes of `<p>` writes no end.
fn looks_like_html(text: &str) -> bool {
    let mut has_proof = false;
    for at in memchr::memchr2_iter(b'<', b'&', text.as_bytes()) {
        let rest = &text[at + 1..];
        let known = if text.as_bytes()[at] == b'<' { tag(rest) } else { reference(rest) };
        match known {
            Some(true) => has_proof = true,
            Some(false) => {}
            None => return false,
        }
    }
    has_proof
}

/// Whether what stands behind a `<` proves that it is HTML's; `None` where it is the tag of
/// something else.
fn tag(rest: &str) -> Option<bool> {
    let (rest, is_end) = rest.strip_prefix('/').map_or((rest, false), |rest| (rest, true));
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    match rest[..length].to_ascii_lowercase().as_str() {
        "" => Some(false),
        "a" | "abbr" | "acronym" | "address" | "area" | "article" | "aside" | "audio" | "b"
        | "bdi" | "bdo" | "big" | "blockquote" | "br" | "button" | "canvas" | "caption"
        | "center" | "cite" | "code" | "col" | "colgroup" | "data" | "dd" | "del" | "details"
        | "dfn" | "dialog" | "dir" | "div" | "dl" | "dt" | "em" | "embed" | "fieldset"
        | "figcaption" | "figure" | "font" | "footer" | "form" | "h1" | "h2" | "h3" | "h4"
        | "h5" | "h6" | "header" | "hr" | "i" | "iframe" | "img" | "input" | "ins" | "kbd"
        | "label" | "legend" | "li" | "main" | "map" | "mark" | "menu" | "meter" | "nav"
        | "nobr" | "noscript" | "object" | "ol" | "optgroup" | "option" | "output" | "p"
        | "param" | "picture" | "pre" | "progress" | "q" | "rp" | "rt" | "ruby" | "s" | "samp"
        | "section" | "select" | "small" | "source" | "span" | "strike" | "strong" | "sub"
        | "summary" | "sup" | "table" | "tbody" | "td" | "textarea" | "tfoot" | "th" | "thead"
        | "time" | "tr" | "track" | "tt" | "u" | "ul" | "var" | "video" | "wbr" => {
            Some(is_end && rest[length..].starts_with('>'))
        }
        _ => None,
    }
}

/// The same for what stands behind an `&`.
fn reference(rest: &str) -> Option<bool> {
    let length =
        rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    let name = &rest[..length];
    if name.is_empty() || !rest[length..].starts_with(';') {
        return Some(false);
    }
    let is_known = name.starts_with('#')
        // The table holds beginnings of names, too, which stand for nothing.
        || NAMED_ENTITIES.get(&rest[..=length]).is_some_and(|&(first, _)| first != 0);
    is_known.then_some(true)
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
        ] {
            assert!(looks_like_html(html), "{html}");
        }
        for text in [
            "Rain",
            "R&D, 1 < 2; <3",
            "The <p> tag",
            "A <br/> breaks the line",
            "Vec<T></T>",
            "<p>Rain <blink>storm</blink></p>",
            "A &rain; of <b>frogs</b>",
            "x <b and c> y",
        ] {
            assert!(!looks_like_html(text), "{text}");
        }
    }
}
