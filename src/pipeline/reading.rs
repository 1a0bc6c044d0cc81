//! The CPU stages, put together: bytes → what the page holds.
//!
//! Pure: the same bytes give the same reading on any day and machine. The
//! daemon, `extract` and tests all read pages through these functions.

use super::Failure;
use crate::article::{Article, Draft, Judgement, Metadata, PageKind};
use crate::decode;
use crate::extract::{self, ExtractError};
use crate::fetch::Page;
use crate::outcome::Outcome;
use crate::render;
use crate::strip::{self, Template};

/// What a page was found to hold.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The article, or what came nearest to one.
    pub article: Article,
    /// What the page as a whole is.
    pub kind: PageKind,
}

/// Reads a page from its bytes.
///
/// `content_type` is the header's value, `url` where the page was found, `template` what is known of
/// its site, where one is kept.
///
/// # Errors
///
/// [`ExtractError`] where there is nothing to read; a page without an article
/// is a [`Reading`] whose kind says so.
pub fn read_page(
    bytes: &[u8],
    content_type: Option<&str>,
    url: Option<&url::Url>,
    template: Option<&Template>,
) -> Result<Reading, ExtractError> {
    if decode::binary(bytes).is_some() {
        return Err(ExtractError::NotHtml);
    }
    let decoded = decode::decode(bytes, content_type);
    let mut reading = read_html(&decoded.text, url, template)?;
    reading.article.warnings.extend(decoded.warnings);
    Ok(reading)
}

/// Reads a page from its text.
///
/// # Errors
///
/// As [`read_page`].
pub fn read_html(
    html: &str,
    url: Option<&url::Url>,
    template: Option<&Template>,
) -> Result<Reading, ExtractError> {
    let draft = extract::extract(html, url)?;
    let judgement = strip::strip(&draft, template);
    Ok(finish(draft, judgement))
}

fn finish(draft: Draft, judgement: Judgement) -> Reading {
    let (kind, confidence) = strip::appraise(&draft, &judgement);
    let article = render::render(draft, &judgement, confidence);
    Reading { article: Article { fingerprints: judgement.fingerprints, ..article }, kind }
}

/// Reads a page as it was fetched.
pub(super) fn read_fetched(page: &Page, template: &Template) -> Result<Reading, ExtractError> {
    let content_type = page.content_type.as_deref();
    if content_type.is_some_and(is_no_page) {
        return Err(ExtractError::NotHtml);
    }
    read_page(&page.body, content_type, Some(&page.url), Some(template))
}

/// Types that never hold an article, whatever the bytes look like. Wrong types
/// of text are common and harmless: those are sniffed.
fn is_no_page(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    ["image/", "audio/", "video/", "font/"].iter().any(|prefix| essence.starts_with(prefix))
        || matches!(essence.as_str(), "application/pdf" | "application/zip" | "application/json")
}

/// Reads the content that a feed carries for an entry, as if it were the
/// article of a page with nothing around it.
pub(super) fn read_feed_content(
    content: &str,
    known: Metadata,
    url: Option<&url::Url>,
    template: &Template,
) -> Option<Article> {
    let html = format!("<!doctype html><html><body><article>{content}</article></body></html>");
    let draft = extract::extract(&html, url).ok()?;
    let judgement = strip::strip_by_rules(&draft, Some(template));
    let mut article = finish(draft, judgement).article;
    if article.text.is_empty() {
        return None;
    }
    let language = known.language.clone().or(article.metadata.language.take());
    article.metadata = Metadata { image_url: article.metadata.image_url.take(), language, ..known };
    Some(article)
}

/// The failure that an unreadable page is.
pub(super) fn failure(error: ExtractError) -> Failure {
    Failure::new(outcome_of(error), error.to_string())
}

/// The outcome of an attempt whose page could not be read.
#[must_use]
pub fn outcome_of(error: ExtractError) -> Outcome {
    match error {
        ExtractError::Empty => Outcome::Empty,
        ExtractError::NotHtml => Outcome::NotHtml,
    }
}
