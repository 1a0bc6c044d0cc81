//! `<img>` → the picture's address and alternative text.

use crate::article::Image;
use crate::dom::Node;
use crate::text::one_line;

/// Attributes that hold the address, the ones that lazy loaders fill first.
const SOURCES: &[&str] = &["data-src", "data-original", "data-lazy-src", "data-hi-res-src", "src"];

/// The picture of an `<img>`; `None` for tracking pixels, icons and data addresses.
///
/// The address is as written; it is made absolute when its page is known.
pub(super) fn of(node: Node<'_>) -> Option<Image> {
    let small = |name| {
        node.attr(name)
            .and_then(|size| size.trim_end_matches("px").parse::<u32>().ok())
            .is_some_and(|size| size <= 32)
    };
    if small("width") || small("height") {
        return None;
    }
    let address = SOURCES
        .iter()
        .filter_map(|name| node.attr(name))
        .map(str::trim)
        .find(|address| !address.is_empty() && !address.starts_with("data:"))
        .or_else(|| {
            node.attr("srcset").or_else(|| node.attr("data-srcset")).and_then(largest_of_set)
        })?;
    let alt = node.attr("alt").map(one_line);
    Some(Image {
        url: address.to_owned(),
        alt: alt.filter(|alt| !alt.is_empty()),
        ..Image::default()
    })
}

/// The largest picture of a set, by width or density (HTML, "srcset attributes"); the first where
/// none says how large it is.
fn largest_of_set(set: &str) -> Option<&str> {
    let mut largest: Option<(f64, &str)> = None;
    let mut rest = set;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (address, behind) = rest.split_at(end);
        if address.is_empty() {
            return largest.map(|(_, address)| address);
        }
        // A comma right behind the address ends the candidate; one within belongs to it.
        let bare = address.trim_end_matches(',');
        let (size, next) = if bare.len() < address.len() {
            ("", behind)
        } else {
            behind.split_once(',').unwrap_or((behind, ""))
        };
        let size = size.trim().trim_end_matches(['w', 'x']).parse().unwrap_or(1.0);
        if !bare.starts_with("data:") && largest.is_none_or(|(before, _)| size > before) {
            largest = Some((size, bare));
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::largest_of_set;

    #[test]
    fn the_largest_picture_of_a_set_is_taken_and_commas_part_or_belong() {
        for (set, largest) in [
            ("/a.jpg, /b.jpg 2x", Some("/b.jpg")),
            ("/w_1,h_2/a.jpg 320w,/w_9,h_9/b.jpg 1280w, /c.jpg 640w", Some("/w_9,h_9/b.jpg")),
            ("/a.jpg", Some("/a.jpg")),
            ("data:image/gif;base64,R0 9w, /a.jpg 1w", Some("/a.jpg")),
            (" , ", None),
        ] {
            assert_eq!(largest_of_set(set), largest, "{set}");
        }
    }
}
