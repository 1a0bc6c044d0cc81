//! Pages that somebody has already: read and stored as fetched ones are.

use super::dates;
use super::reading::{self, Reading};
use crate::article::{Article, Content, PageKind};
use crate::outcome::Outcome;
use crate::store::{ArticleRecord, FetchedArticle, ImportRecord, PageRecord};
use crate::strip::{Phrases, Template};
use crate::time::Timestamp;
use crate::warc::NAMELESS;

/// A page that was not fetched by us.
#[derive(Clone, Debug)]
pub struct SavedPage {
    /// Where it was found, where that is known.
    pub url: Option<url::Url>,
    /// When it was fetched.
    pub captured_at: Timestamp,
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// Its bytes, unpacked.
    pub bytes: Vec<u8>,
}

impl SavedPage {
    /// What it is known by: its address in canonical form, else a name made of
    /// its bytes, so that the same page stored twice is one.
    #[must_use]
    pub fn address(&self) -> String {
        match &self.url {
            Some(url) => crate::url::canonical(url).into(),
            None => format!("{NAMELESS}{:032x}", xxhash_rust::xxh3::xxh3_128(&self.bytes)),
        }
    }

    /// Reads it as a page of a site that is known for what `template` holds, and says what is to
    /// be stored of it; pure.
    #[must_use]
    pub fn read(self, phrases: &Phrases, template: &Template) -> ImportRecord {
        let (url, captured_at) = (self.address(), self.captured_at);
        let article = self.read_article(&url, phrases, template).map(Box::new);
        ImportRecord { url, captured_at, article }
    }

    fn read_article(
        self,
        address: &str,
        phrases: &Phrases,
        template: &Template,
    ) -> Result<FetchedArticle, Outcome> {
        if let Some(outcome) = Outcome::of_status(self.status) {
            return Err(outcome);
        }
        let read = reading::read_page(
            &self.bytes,
            self.content_type.as_deref(),
            self.url.as_ref(),
            phrases,
            Some(template),
        );
        let Reading { mut article, kind } = read.map_err(reading::outcome_of)?;
        if !kind.has_article() {
            return Err(kind.outcome());
        }
        dates::believe(&mut article.metadata, self.captured_at);
        Ok(self.into_fetched(article, address, kind == PageKind::Paywalled))
    }

    fn into_fetched(self, article: Article, address: &str, paywalled: bool) -> FetchedArticle {
        let canonical = article.metadata.canonical_url.as_ref();
        // A page from nowhere may still say where it belongs.
        let url = canonical.map(|url| crate::url::canonical(url).into());
        let record = ArticleRecord {
            url: url.unwrap_or_else(|| address.to_owned()),
            content: Content::Page,
            paywalled,
            first_seen_at: self.captured_at,
            fetched_at: self.captured_at,
            article,
        };
        let page = PageRecord {
            url: self.url.map_or_else(|| address.to_owned(), String::from),
            status: self.status,
            content_type: self.content_type,
            html: self.bytes,
            validators: None,
        };
        FetchedArticle { record, page, recheck_at: None }
    }
}
