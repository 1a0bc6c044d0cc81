//! `<img>` → the picture's address and alternative text.

use crate::article::Image;
use crate::dom::Node;

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
            node.attr("srcset").or_else(|| node.attr("data-srcset")).and_then(first_of_set)
        })?;
    let alt = node.attr("alt").map(|alt| alt.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(Image {
        url: address.to_owned(),
        alt: alt.filter(|alt| !alt.is_empty()),
        ..Image::default()
    })
}

fn first_of_set(set: &str) -> Option<&str> {
    set.split_ascii_whitespace().next().filter(|address| !address.starts_with("data:"))
}
