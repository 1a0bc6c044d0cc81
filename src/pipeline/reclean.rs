//! Making stored articles again from their pages, with the rules of today.
//!
//! ```text
//! count_blocks  stored_articles ─► read_page ─► count_blocks      what repeats on their sites
//! reclean       stored_articles ─► template ─► read_page ─► weigh ─► record_recleaned
//! undo          recleaned_articles ─► undo_reclean
//! ```
//!
//! What repeats is counted before anything is made again, so that what becomes of an article does
//! not depend on which others came before it. Each article is done or not done: a run that is
//! killed is simply run again.

mod change;

use futures_util::StreamExt;
use futures_util::stream;
use std::sync::Arc;

use super::context::supervised;
use super::dates;
use super::reading::{self, Reading};
use super::settle;
use crate::article::{Article, Content, DateSource, Metadata, PageKind};
use crate::decode;
use crate::extract::ExtractError;
use crate::store::{
    ArticleFilter, ArticleId, ArticleRecord, Recleaned, Remake, Remaking, Store, StoreError,
    StoredArticle, Undone, Walk,
};
use crate::strip::{Phrases, Template};
use crate::time::Timestamp;

pub use change::{Change, Moved};

/// How articles are made again.
#[derive(Clone, Debug)]
pub struct RecleanOptions {
    /// Says what would change, and changes nothing.
    pub dry_run: bool,
    /// Takes also a text that is emptied or halved.
    pub force: bool,
    /// Pages read at once.
    pub threads: usize,
    /// The wordings of residue, the operator's own among them.
    pub phrases: Arc<Phrases>,
}

/// What became of one article, for reports.
#[derive(Clone, Debug)]
pub struct RecleanReport {
    /// Its number.
    pub id: ArticleId,
    /// Its address.
    pub url: String,
    /// Its headline, as it was.
    pub title: String,
    /// What became of it.
    pub end: RecleanEnd,
}

/// What becomes of an article that is made again, or put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecleanEnd {
    /// It says something else.
    Changed(Change),
    /// It says the same.
    Unchanged,
    /// It would be emptied or halved, and is left as it is; forced, it is not.
    LeftAlone(Change),
    /// Its page is not stored.
    WithoutPage,
    /// Its page could not be read, and it is left as it is.
    Unreadable(String),
    /// It was fetched or edited meanwhile, by the rules of today.
    Overtaken,
    /// What it was before is no longer kept, and cannot be put back.
    Lost,
}

/// Counts the blocks of those articles that are not counted by the rules of today, for what
/// repeats on their sites; `done` hears of each.
///
/// # Errors
///
/// Only the disk can fail this; what is counted until then stays.
pub async fn count_blocks(
    store: &Store,
    filter: ArticleFilter,
    options: &RecleanOptions,
    mut done: impl FnMut(),
) -> Result<(), StoreError> {
    let mut walk = Walk::over(filter);
    loop {
        let articles = store.stored_articles(&mut walk, Remaking::Uncounted).await?;
        if articles.is_empty() {
            return Ok(());
        }
        let looked_at = articles.len();
        let counted: Vec<_> = stream::iter(articles)
            .map(|article| async {
                let (id, place) = (article.id, article.place()?);
                let phrases = Arc::clone(&options.phrases);
                let read = move || read(&article, &phrases, &Template::default());
                let read = supervised(read).await;
                // A page that cannot be read holds no block that could repeat.
                let article = read.ok().and_then(Result::ok).map(|reading| reading.article);
                Some((id, place, article.map(|read| read.fingerprints).unwrap_or_default()))
            })
            .buffered(options.threads.max(1))
            .filter_map(async |counted| counted)
            .collect()
            .await;
        store.count_blocks(&counted).await?;
        (0..looked_at).for_each(|_| done());
    }
}

/// Makes articles again; `report` hears what became of each, once it is saved.
///
/// # Errors
///
/// Only the disk can fail this, and `report`; what is made again until then stays.
pub async fn reclean<E: From<StoreError>>(
    store: &Store,
    filter: ArticleFilter,
    options: RecleanOptions,
    clock: fn() -> Timestamp,
    mut report: impl FnMut(RecleanReport) -> Result<(), E>,
) -> Result<(), E> {
    let mut walk = Walk::over(filter);
    loop {
        let articles = store.stored_articles(&mut walk, Remaking::All).await?;
        if articles.is_empty() {
            return Ok(());
        }
        let mut remade: Vec<Remade> = stream::iter(articles)
            .map(|article| remake(store, article, &options))
            .buffered(options.threads.max(1))
            .collect::<Vec<_>>()
            .await
            .into_iter()
            .collect::<Result<_, StoreError>>()?;
        if !options.dry_run {
            save(store, &mut remade, clock()).await?;
        }
        remade.into_iter().try_for_each(|remade| report(remade.report))?;
    }
}

/// An article made again, before it is saved.
struct Remade {
    report: RecleanReport,
    to_save: Option<Recleaned>,
}

/// Makes one article again.
async fn remake(
    store: &Store,
    article: StoredArticle,
    options: &RecleanOptions,
) -> Result<Remade, StoreError> {
    let template = store.template_of(article.place().as_ref()).await?;
    let report = |end| {
        let (id, url) = (article.id, article.url.clone());
        RecleanReport { id, url, title: article.said.title.clone(), end }
    };
    if article.page.is_none() {
        return Ok(Remade { report: report(RecleanEnd::WithoutPage), to_save: None });
    }
    let (phrases, force) = (Arc::clone(&options.phrases), options.force);
    let unreadable = report(RecleanEnd::Unreadable(String::new()));
    let made = supervised(move || {
        let read = read(&article, &phrases, &template).map_err(|error| error.to_string());
        read.map(|reading| weighed(article, reading, force))
    });
    let failed = |message| {
        let end = RecleanEnd::Unreadable(message);
        Remade { report: RecleanReport { end, ..unreadable }, to_save: None }
    };
    Ok(match made.await {
        Ok(Ok(remade)) => remade,
        Ok(Err(message)) => failed(message),
        Err(failure) => failed(failure.message),
    })
}

/// Why a stored page could not be read.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("its stored page is damaged: {0}")]
    Damaged(#[from] std::io::Error),
    #[error(transparent)]
    NoPage(#[from] ExtractError),
}

/// Reads the stored page of an article as it was read when it was fetched; pure.
fn read(
    article: &StoredArticle,
    phrases: &Phrases,
    template: &Template,
) -> Result<Reading, ReadError> {
    let page = article.page.as_ref().ok_or(ExtractError::Empty)?;
    let html = page.unpack()?;
    let content_type = page.content_type.as_deref();
    let url = url::Url::parse(&page.url).ok();
    let complete = |metadata: &mut Metadata| {
        let now = article.seen.fetched_at;
        if let Some(entry) = &article.entry {
            return settle::complete(metadata, entry, now);
        }
        dates::believe(metadata, now);
        // Nobody is left to say it better than what is stored.
        metadata.published = metadata.published.filter(|dated| is_stated(dated.from));
    };
    match article.content {
        Content::Page => {
            let mut reading =
                reading::read_page(&html, content_type, url.as_ref(), phrases, Some(template))?;
            complete(&mut reading.article.metadata);
            Ok(reading)
        }
        Content::Feed => {
            let content = decode::decode(&html, content_type).text;
            let mut known =
                Metadata { title: Some(article.said.title.clone()), ..Metadata::default() };
            complete(&mut known);
            let read = reading::read_feed_content(&content, known, url.as_ref(), phrases, template);
            Ok(Reading { article: read.unwrap_or_default(), kind: PageKind::Article })
        }
    }
}

const fn is_stated(from: DateSource) -> bool {
    !matches!(from, DateSource::Url | DateSource::Text)
}

/// Weighs an article against what it was, and says what is to be saved of it; pure.
fn weighed(stored: StoredArticle, reading: Reading, force: bool) -> Remade {
    let (article, paywalled) = (reading.article, reading.kind == PageKind::Paywalled);
    let change = Change::between(&stored.said, &change::said(&article));
    let remake = match stored.weigh(&article) {
        // A page that would not be stored today is not believed to be better.
        Remake::Changed if !reading.kind.has_article() => Remake::Worse,
        remake => remake,
    };
    let end = match remake {
        Remake::Same | Remake::Amended => RecleanEnd::Unchanged,
        Remake::Worse if !force => RecleanEnd::LeftAlone(change),
        Remake::Changed | Remake::Worse => RecleanEnd::Changed(change),
    };
    let is_revision = matches!(end, RecleanEnd::Changed(_));
    let is_saved = is_revision || remake == Remake::Amended;
    let report = RecleanReport {
        id: stored.id,
        url: stored.url.clone(),
        title: stored.said.title.clone(),
        end,
    };
    Remade { report, to_save: is_saved.then(|| record(stored, article, paywalled, is_revision)) }
}

fn record(
    stored: StoredArticle,
    article: Article,
    paywalled: bool,
    is_revision: bool,
) -> Recleaned {
    let record = ArticleRecord {
        article,
        url: stored.url,
        content: stored.content,
        paywalled,
        first_seen_at: stored.first_seen_at,
        fetched_at: stored.seen.fetched_at,
    };
    Recleaned { id: stored.id, seen: stored.seen, record, is_revision }
}

/// Saves what is to be saved; what another program changed meanwhile says so.
async fn save(store: &Store, remade: &mut [Remade], now: Timestamp) -> Result<(), StoreError> {
    let (mut places, mut records) = (Vec::new(), Vec::new());
    for (place, remade) in remade.iter_mut().enumerate() {
        if let Some(record) = remade.to_save.take() {
            places.push(place);
            records.push(record);
        }
    }
    if records.is_empty() {
        return Ok(());
    }
    let saved = store.record_recleaned(records, now).await?;
    for (place, saved) in places.into_iter().zip(saved) {
        if !saved {
            remade[place].report.end = RecleanEnd::Overtaken;
        }
    }
    Ok(())
}

/// Puts articles back to what they were before they were last recleaned; `report` hears what
/// became of each.
///
/// # Errors
///
/// Only the disk can fail this, and `report`; what is put back until then stays.
pub async fn undo<E: From<StoreError>>(
    store: &Store,
    filter: ArticleFilter,
    dry_run: bool,
    mut report: impl FnMut(RecleanReport) -> Result<(), E>,
) -> Result<(), E> {
    let mut walk = Walk::over(filter);
    loop {
        let articles = store.recleaned_articles(&mut walk).await?;
        if articles.is_empty() {
            return Ok(());
        }
        let ids: Vec<ArticleId> = articles.iter().map(|article| article.id).collect();
        let ends = if dry_run {
            vec![Undone::PutBack; ids.len()]
        } else {
            store.undo_reclean(&ids).await?
        };
        for (article, end) in articles.into_iter().zip(ends) {
            let end = match (end, &article.before) {
                (Undone::PutBack, Some(before)) => {
                    RecleanEnd::Changed(Change::between(&article.now, before))
                }
                (Undone::PutBack | Undone::Lost, _) => RecleanEnd::Lost,
                (Undone::Overtaken, _) => RecleanEnd::Overtaken,
            };
            report(RecleanReport {
                id: article.id,
                url: article.url,
                title: article.now.title,
                end,
            })?;
        }
    }
}
