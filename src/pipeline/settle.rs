//! The end of a visit: which text is the article's, and what becomes of its entry.

use std::sync::Arc;
use std::time::Instant;

use super::attempt::Started;
use super::dates;
use super::reading::{self, Reading};
use super::{ContentChoice, Context, Failure, VisitReport, Wire};
use crate::article::{Article, Content, DateSource, Metadata, PageKind};
use crate::fetch::{Page, Validators};
use crate::limits::{FEED_WORDS_MIN, LONE_WORDS_MIN, PAGE_ATTEMPTS_MAX};
use crate::outcome::Outcome;
use crate::schedule::{self, Remedy};
use crate::store::{
    ArticleRecord, Attempt, EntryState, FetchedArticle, NoArticle, PageRecord, PendingEntry,
    StoreError, VisitEnd, VisitRecord,
};
use crate::time::{StatedTime, Timestamp};

/// Settles an entry whose page was read: its article is the page's, or the
/// feed's where the feed holds more.
pub(super) async fn with_page(
    ctx: &Context,
    entry: &PendingEntry,
    reading: Reading,
    page: &Page,
    mut wire: Wire,
    started: Started,
) -> Result<VisitReport, StoreError> {
    wire.warnings.extend(reading.article.warnings.iter().map(ToString::to_string));
    if entry.url.as_ref().is_some_and(|asked| fell_back_to_the_front(asked, &page.url)) {
        let failure = Failure::new(Outcome::Soft404, "redirected to the site's front page");
        return without_page(ctx, entry, failure, wire, started).await;
    }
    if !reading.kind.has_article() {
        let failure = Failure::new(reading.kind.outcome(), reading.kind.describe());
        return without_page(ctx, entry, failure, wire, started).await;
    }
    let paywalled = reading.kind == PageKind::Paywalled;
    if ctx.content == ContentChoice::Auto
        && let Some(mut article) = feed_article(ctx, entry, started.0).await?
        && holds_more(&article, &reading.article, paywalled)
    {
        add_of_page(&mut article.metadata, reading.article.metadata, started.0);
        let why =
            paywalled.then(|| Failure::new(Outcome::Paywalled, "the page is behind a paywall"));
        return store_feed_article(ctx, entry, article, why, wire, started).await;
    }
    let mut article = reading.article;
    complete(&mut article.metadata, entry, started.0);
    let url = article.metadata.canonical_url.clone().unwrap_or_else(|| page.url.clone());
    let published = article.metadata.published.map(|dated| dated.at.timestamp());
    let born = published.unwrap_or(entry.first_seen_at).min(entry.first_seen_at);
    let record = ArticleRecord {
        url: crate::url::canonical(&url).into(),
        content: Content::Page,
        paywalled,
        first_seen_at: entry.first_seen_at,
        fetched_at: started.0,
        article,
    };
    let page = PageRecord {
        url: page.url.clone().into(),
        status: page.status,
        content_type: page.content_type.clone(),
        html: page.body.clone(),
        validators: page.validators.clone(),
    };
    let recheck_at = schedule::recheck(born, &ctx.schedule, started.0);
    let fetched = FetchedArticle { record, page, recheck_at };
    store_article(ctx, entry, fetched, None, wire, started).await
}

/// Settles an entry whose page is as it was when its article was stored.
pub(super) async fn unchanged(
    ctx: &Context,
    entry: &PendingEntry,
    validators: Validators,
    wire: Wire,
    started: Started,
) -> Result<VisitReport, StoreError> {
    let published = entry.published.as_deref().and_then(crate::date::parse);
    let born = published.map_or(entry.first_seen_at, StatedTime::timestamp);
    let recheck_at = schedule::recheck(born.min(entry.first_seen_at), &ctx.schedule, started.0);
    let attempt = wire.attempt(&shown(entry), started, Outcome::NotModified, None);
    let end = VisitEnd::Without(NoArticle::NotModified { validators, recheck_at });
    record(ctx, entry, attempt, end).await
}

/// Settles an entry that has no page to ask, or whose page is not to be asked.
pub(super) async fn without_link(
    ctx: &Context,
    entry: &PendingEntry,
    started: Started,
) -> Result<VisitReport, StoreError> {
    let message = match &entry.url {
        Some(_) if leads_home(entry) => {
            "its link leads to the feed or front that it is from, which carries hardly any text"
        }
        Some(_) => "the feed carries no article text",
        None => "no link that can be fetched, and hardly any text in the feed",
    };
    let none = Failure::new(Outcome::NoArticle, message);
    without_page(ctx, entry, none, Wire::default(), started).await
}

/// Settles an entry whose page gave no article: by the feed's own content where
/// that is one, else by trying again or giving up.
pub(super) async fn without_page(
    ctx: &Context,
    entry: &PendingEntry,
    failure: Failure,
    wire: Wire,
    started: Started,
) -> Result<VisitReport, StoreError> {
    let attempts = entry.attempts + 1;
    let key = entry.url.as_ref().map_or("", url::Url::as_str);
    let wait = failure.retry_after;
    let now = ctx.now();
    let remedy = schedule::after_page_failure(failure.outcome, attempts, wait, key, now);

    // What may get better by itself is worth waiting for; the page holds more.
    let last_chance = remedy == Remedy::GiveUp || attempts >= PAGE_ATTEMPTS_MAX;
    // But a server that answered has said its word, and a text that the feed
    // carries whole is there now; only the host's own wish to wait is heeded.
    let answered =
        matches!(failure.outcome, Outcome::NotFound | Outcome::Http4xx | Outcome::Challenge);
    let whole = entry.content.is_some() && failure.outcome != Outcome::RateLimited;
    let has_page = entry.url.is_some() && !leads_home(entry);
    let enough = if has_page { FEED_WORDS_MIN } else { LONE_WORDS_MIN };
    // A page's text that is stored already stays: the feed's teaser would make it worse.
    if (last_chance || answered || whole)
        && ctx.content != ContentChoice::Page
        && !ctx.store.is_from_page(entry.article).await?
        && let Some(article) = feed_article(ctx, entry, started.0).await?
        && (article.word_count >= enough || ctx.content == ContentChoice::Feed)
    {
        let why = (ctx.content == ContentChoice::Auto && has_page).then_some(failure);
        return store_feed_article(ctx, entry, article, why, wire, started).await;
    }
    let why = match remedy {
        Remedy::Retry(at) => NoArticle::Retry(at),
        Remedy::GiveUp if was_looked_at(failure.outcome) => NoArticle::Skipped,
        Remedy::GiveUp => NoArticle::Failed,
    };
    let attempt = wire.attempt(&shown(entry), started, failure.outcome, Some(&failure));
    let report = record(ctx, entry, attempt, VisitEnd::Without(why)).await?;
    Ok(VisitReport { error: Some(failure.message), ..report })
}

/// Whether the page was there and simply holds no article: its entry is
/// `skipped`, where one that could not be had is `failed`.
fn was_looked_at(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::NoArticle
            | Outcome::Soft404
            | Outcome::ConsentWall
            | Outcome::Challenge
            | Outcome::LoginWall
            | Outcome::NotHtml
            | Outcome::Empty
            | Outcome::RobotsDisallowed
    )
}

/// Whether a server that lost a page sent us to its front instead: the home
/// page, or that of a language or edition. An address with a query is a page of
/// its own: many a site tells all its stories at `/?p=7` or `/index.php?id=7`.
pub(super) fn fell_back_to_the_front(asked: &url::Url, found: &url::Url) -> bool {
    is_front(found) && !is_front(asked)
}

/// The front of a site, or of one of its languages or editions.
fn is_front(url: &url::Url) -> bool {
    let is_of_language =
        |stem: &str| stem.len() == 2 && stem.bytes().all(|b| b.is_ascii_alphabetic());
    lone_stem(url).is_some_and(|stem| {
        is_home(&stem) || is_of_language(&stem) || matches!(&*stem, "404" | "error")
    })
}

fn is_home(stem: &str) -> bool {
    matches!(stem, "" | "index" | "home" | "default")
}

/// The only part of an address's path, without an extension; empty at the root, `None` where there are
/// more parts or a query.
fn lone_stem(url: &url::Url) -> Option<String> {
    let url = crate::url::canonical(url);
    let mut parts = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let part = parts.next().unwrap_or_default();
    let is_lone = parts.next().is_none() && url.query().is_none();
    is_lone.then(|| part.split('.').next().unwrap_or_default().to_owned())
}

/// Whether the link of an entry leads to its feed, or to the front of that one's host: that of many
/// entries of status pages and changelogs does, and tells the story of none.
pub(super) fn leads_home(entry: &PendingEntry) -> bool {
    let (Some(url), Some(feed)) = (&entry.url, &entry.source_url) else { return false };
    crate::url::canonical(url) == crate::url::canonical(feed)
        || crate::url::host(url) == crate::url::host(feed)
            && lone_stem(url).is_some_and(|stem| is_home(&stem))
}

/// What the article of an entry is stored under that the feed alone tells: its link, where that is
/// its own or names a place of its own; else a name of its own, never a web address.
fn own_name(entry: &PendingEntry) -> String {
    let url = match &entry.url {
        Some(url) if leads_home(entry) => {
            Some(crate::url::canonical_with_fragment(url)).filter(|url| url.fragment().is_some())
        }
        url => url.as_ref().map(crate::url::canonical),
    };
    url.map_or_else(|| format!("urn:tearsheet:entry:{}", entry.id.0), String::from)
}

/// Half as much again is more than another way to cut the same text; before a
/// paywall anything is.
fn holds_more(feed: &Article, page: &Article, paywalled: bool) -> bool {
    let enough = feed.word_count >= FEED_WORDS_MIN;
    enough
        && (feed.word_count * 2 > page.word_count * 3
            || (paywalled && feed.word_count > page.word_count))
}

/// Fills what the feed leaves open from what the page says of its article.
fn add_of_page(metadata: &mut Metadata, mut page: Metadata, now: Timestamp) {
    dates::believe(&mut page, now);
    if metadata.authors.is_empty() {
        metadata.authors = page.authors;
    }
    let first_seen = metadata.published.is_none_or(|dated| dated.from == DateSource::FirstSeen);
    if let Some(stated) = page.published.filter(|_| first_seen) {
        metadata.published = Some(stated);
    }
    metadata.modified = metadata.modified.or(page.modified);
    metadata.image_url = metadata.image_url.take().or(page.image_url);
    metadata.summary = metadata.summary.take().or(page.summary);
    metadata.language = metadata.language.take().or(page.language);
}

/// The article that the feed itself carries, if it carries one.
async fn feed_article(
    ctx: &Context,
    entry: &PendingEntry,
    now: Timestamp,
) -> Result<Option<Article>, StoreError> {
    let Some(content) = entry.content.clone().or_else(|| entry.summary.clone()) else {
        return Ok(None);
    };
    let mut known = Metadata { title: entry.title.clone(), ..Metadata::default() };
    complete(&mut known, entry, now);
    let url = entry.url.clone();
    let template = ctx.store.template_of(url.as_ref()).await?;
    let phrases = Arc::clone(&ctx.phrases);
    let work =
        move || reading::read_feed_content(&content, known, url.as_ref(), &phrases, &template);
    Ok(ctx.off_thread(work).await.unwrap_or_else(|failure| {
        tracing::warn!(outcome = %failure.outcome, "feed content: {}", failure.message);
        None
    }))
}

async fn store_feed_article(
    ctx: &Context,
    entry: &PendingEntry,
    article: Article,
    why: Option<Failure>,
    wire: Wire,
    started: Started,
) -> Result<VisitReport, StoreError> {
    let content = entry.content.clone().or_else(|| entry.summary.clone()).unwrap_or_default();
    let record = ArticleRecord {
        url: own_name(entry),
        content: Content::Feed,
        paywalled: false,
        first_seen_at: entry.first_seen_at,
        fetched_at: started.0,
        article,
    };
    let page = PageRecord {
        url: shown(entry),
        status: wire.status.unwrap_or(200),
        content_type: Some("text/html; charset=utf-8".to_owned()),
        html: content.into_bytes(),
        validators: None,
    };
    let fetched = FetchedArticle { record, page, recheck_at: None };
    store_article(ctx, entry, fetched, why.as_ref(), wire, started).await
}

async fn store_article(
    ctx: &Context,
    entry: &PendingEntry,
    fetched: FetchedArticle,
    why: Option<&Failure>,
    wire: Wire,
    started: Started,
) -> Result<VisitReport, StoreError> {
    let title = fetched.record.article.metadata.title.clone().unwrap_or_default();
    let attempt = wire.attempt(&shown(entry), started, fetched.record.outcome(), why);
    let report = record(ctx, entry, attempt, VisitEnd::Article(Box::new(fetched))).await?;
    let error = (report.outcome == Some(Outcome::Worse))
        .then(|| "the text came back emptied or halved; the one stored before is kept".to_owned());
    Ok(VisitReport { title, error, ..report })
}

/// Writes down how a visit ended, and reports it.
async fn record(
    ctx: &Context,
    entry: &PendingEntry,
    attempt: Attempt,
    end: VisitEnd,
) -> Result<VisitReport, StoreError> {
    let (state, retry_at) = match &end {
        VisitEnd::Article(_) | VisitEnd::Without(NoArticle::NotModified { .. }) => {
            (EntryState::Stored, None)
        }
        VisitEnd::Without(NoArticle::Retry(at)) => (EntryState::Pending, Some(*at)),
        VisitEnd::Without(NoArticle::Skipped) => (EntryState::Skipped, None),
        VisitEnd::Without(NoArticle::Failed) => (EntryState::Failed, None),
    };
    let error = attempt.failure.as_ref().map(|failure| failure.message.clone());
    let record = VisitRecord {
        entry: entry.id,
        fingerprint: entry.fingerprint,
        host: entry.host.clone(),
        source: entry.source,
        attempt,
        end,
    };
    let saved = ctx.store.record_visit(record).await?;
    match error {
        Some(error) if saved.article.is_none() => {
            if let Some(again) = ctx.log.say(&error, Instant::now()) {
                tracing::info!(outcome = %saved.outcome, again, "{error}");
            }
        }
        error => {
            let article = saved.article.map(|id| id.0);
            tracing::info!(outcome = %saved.outcome, article, error, "visited");
        }
    }
    Ok(VisitReport {
        url: shown(entry),
        outcome: Some(saved.outcome),
        article: saved.article,
        title: entry.title.clone().unwrap_or_default(),
        error: None,
        state,
        retry_at,
    })
}

/// Fills what the page leaves open from what the source said, and settles dates.
pub(super) fn complete(metadata: &mut Metadata, entry: &PendingEntry, now: Timestamp) {
    if metadata.title.is_none() {
        metadata.title.clone_from(&entry.title);
    }
    if metadata.authors.is_empty() {
        metadata.authors.clone_from(&entry.authors);
    }
    if metadata.language.is_none() {
        metadata.language.clone_from(&entry.language);
    }
    if metadata.site_name.is_none() {
        metadata.site_name.clone_from(&entry.source_title);
    }
    dates::believe(metadata, now);
    metadata.published = Some(dates::publication(metadata.published, entry, now));
}

/// What an entry is called in reports and in `fetches`: its address, else its
/// headline.
fn shown(entry: &PendingEntry) -> String {
    let title = || entry.title.clone().unwrap_or_else(|| format!("entry {}", entry.id.0));
    entry.url.as_ref().map_or_else(title, crate::url::shown)
}
