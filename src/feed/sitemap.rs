//! Sitemaps, news sitemaps and sitemap indexes (sitemaps.org).

use super::{Entry, ParseError};
use crate::warning::Warning;

/// What a sitemap file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Sitemap {
    /// Pages, newest first.
    Pages(Vec<Entry>, Vec<Warning>),
    /// Other sitemaps, newest first, at most `limits::SITEMAPS_MAX`.
    Index(Vec<url::Url>, Vec<Warning>),
}

/// Reads a sitemap, gzipped or not.
///
/// # Errors
///
/// What is no sitemap is an error; bad entries are warnings.
pub fn parse(bytes: &[u8], url: &url::Url) -> Result<Sitemap, ParseError> {
    let _ = (bytes, url);
    Err(ParseError::Empty)
}
