//! robots.txt (RFC 9309) → may we, and how slowly.

use std::time::Duration;

/// The rules of one host for us.
#[derive(Clone, Debug, Default)]
pub struct Robots {}

impl Robots {
    /// Reads a robots.txt; anything can be read, rubbish allows all.
    ///
    /// `product` is our product token, e.g. `tearsheet`.
    #[must_use]
    pub fn parse(bytes: &[u8], product: &str) -> Self {
        let _ = (bytes, product);
        Robots {}
    }

    /// Rules that allow everything (4xx on robots.txt).
    #[must_use]
    pub fn allow_all() -> Self {
        Robots {}
    }

    /// Rules that allow nothing (5xx on robots.txt, or no answer).
    #[must_use]
    pub fn disallow_all() -> Self {
        Robots {}
    }

    /// Whether the path and query of `url` may be fetched.
    #[must_use]
    pub fn allows(&self, url: &url::Url) -> bool {
        let _ = url;
        true
    }

    /// `Crawl-delay`, at most `limits::CRAWL_DELAY_MAX`.
    #[must_use]
    pub fn crawl_delay(&self) -> Option<Duration> {
        None
    }
}
