//! Web page → the feeds that it advertises.

/// The feeds that a page advertises, best first, at most
/// `limits::DISCOVERED_FEEDS_MAX`.
#[must_use]
pub fn discover(html: &str, url: &url::Url) -> Vec<url::Url> {
    let _ = (html, url);
    Vec::new()
}
