//! Addresses in HTML that travels without the page it stood on.

use std::borrow::Cow;

/// Attributes that hold one address.
const ADDRESSES: &[&str] =
    &["href", "src", "cite", "poster", "data", "longdesc", "background", "action"];

/// Makes the relative addresses in `html` absolute, from `base`; text without
/// any is given back as it is.
///
/// It may grow by `room` bytes, which are taken from that; what needs more stays
/// relative.
pub(super) fn absolute<'a>(html: &'a str, base: &url::Url, room: &mut usize) -> Cow<'a, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut rest = Attributes { html, at: 0 };
    while let Some((start, end)) = rest.next_address() {
        let Some(url) = made_absolute(&html[start..end], base) else { continue };
        let Some(left) = room.checked_sub(url.len().saturating_sub(end - start)) else { break };
        *room = left;
        out.push_str(&html[copied..start]);
        out.push_str(&url);
        copied = end;
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// The absolute form of a relative address, escaped for an attribute.
fn made_absolute(value: &str, base: &url::Url) -> Option<String> {
    let value = value.trim();
    let scheme = value.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
    if value.is_empty() || scheme || value.starts_with('#') {
        return None;
    }
    let decoded = value.replace("&amp;", "&");
    let url = base.join(&decoded).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(url.as_str().replace('&', "&amp;").replace('"', "%22").replace('\'', "%27"))
}

/// Goes through the attributes of every tag, once.
struct Attributes<'a> {
    html: &'a str,
    at: usize,
}

impl Attributes<'_> {
    /// Where the next address begins and ends.
    fn next_address(&mut self) -> Option<(usize, usize)> {
        let bytes = self.html.as_bytes();
        loop {
            // Every address follows a `=`: what stands before it tells the name.
            let equals = self.at + memchr::memchr(b'=', &bytes[self.at..])?;
            self.at = equals + 1;
            let before = self.html[..equals].trim_ascii_end();
            let named = ADDRESSES.iter().any(|name| ends_with_name(before, name));
            if named && let Some(value) = self.value() {
                return Some(value);
            }
        }
    }

    /// The value that begins behind the `=`.
    fn value(&mut self) -> Option<(usize, usize)> {
        let bytes = self.html.as_bytes();
        let blank = bytes[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let start = self.at + blank;
        let first = *bytes.get(start)?;
        let (start, end) = if matches!(first, b'"' | b'\'') {
            (start + 1, start + 1 + memchr::memchr(first, &bytes[start + 1..])?)
        } else {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'<');
            (start, start + bytes[start..].iter().position(ends)?)
        };
        self.at = end;
        Some((start, end))
    }
}

/// Whether `text` ends with this attribute's name, in a tag.
fn ends_with_name(text: &str, name: &str) -> bool {
    let Some(start) = text.len().checked_sub(name.len()) else { return false };
    let (before, end) = (&text.as_bytes()[..start], &text.as_bytes()[start..]);
    if !end.eq_ignore_ascii_case(name.as_bytes())
        || !before
            .last()
            .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''))
    {
        return false;
    }
    // The nearest bracket opens a tag; a bounded look back keeps this linear.
    let near = &before[before.len().saturating_sub(4096)..];
    match memchr::memrchr2(b'<', b'>', near) {
        Some(at) => near[at] == b'<' && near.get(at + 1).is_some_and(u8::is_ascii_alphabetic),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::absolute;
    use std::borrow::Cow;

    fn made(html: &str) -> String {
        let base = url::Url::parse("https://a.example/news/feed.xml").unwrap();
        absolute(html, &base, &mut { usize::MAX }).into_owned()
    }

    #[test]
    fn relative_addresses_are_made_absolute_and_nothing_else_is_touched() {
        for (html, expected) in [
            (
                "<a href=\"x?a=1&amp;b=2\">x</a>",
                "<a href=\"https://a.example/news/x?a=1&amp;b=2\">x</a>",
            ),
            ("<IMG alt='' SRC = '/p.png'>", "<IMG alt='' SRC = 'https://a.example/p.png'>"),
            ("<img src=p.png><p>", "<img src=https://a.example/news/p.png><p>"),
            ("<a title=\"a\"href='//b.example/'>", "<a title=\"a\"href='https://b.example/'>"),
            ("<a href=''>", "<a href=''>"),
            ("<a href='#top'>", "<a href='#top'>"),
            ("<a href='mailto:x@a.example'>", "<a href='mailto:x@a.example'>"),
            ("<a href='javascript:x'>", "<a href='javascript:x'>"),
            ("set src=\"x\" in the file", "set src=\"x\" in the file"),
            ("<a data-href='x' href='x", "<a data-href='x' href='x"),
        ] {
            assert_eq!(made(html), expected, "{html}");
        }
        let base = url::Url::parse("https://a.example/").unwrap();
        let mut room = 100;
        let html = "<a href='https://b.example/'>";
        assert!(matches!(absolute(html, &base, &mut room), Cow::Borrowed(_)));
        let many = "<a href='/'>".repeat(100);
        let absolute = absolute(&many, &base, &mut room);
        assert_eq!(absolute.matches("<a href='https://a.example/'>").count(), 5);
        assert!(absolute.len() <= many.len() + 100, "{absolute}");
    }
}
