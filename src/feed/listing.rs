//! Section front → the articles that it links to.

use super::Entry;

/// The links of a listing page that lead to articles, found by structure, in
/// reading order, at most `limits::LISTING_LINKS_MAX`.
#[must_use]
pub fn listing(html: &str, url: &url::Url) -> Vec<Entry> {
    let _ = (html, url);
    Vec::new()
}
