//! The one place where the network meets the disk.
//!
//! [`poll`] takes a source to its entries, [`visit`] an entry to its article.
//! Each is a straight line: every step is a plain call on the value that the
//! step before returned, in the order in which the bytes travel. Stages never
//! call one another, so this folder is also the whole call graph:
//!
//! ```text
//! poll   fetch ─► announce (decode, parse) ─► known entries ─► sift ─► plan ─► record_poll
//! visit  fetch ─► template ─► read_page (decode, extract, strip, appraise, render) ─► settle ─► record_visit
//! ```
//!
//! A page that only sends browsers on has the first three of `visit` done once more.
//!
//! Failures of the network and of publishers are outcomes, written down like
//! any other; only the disk can fail these functions.

mod announce;
mod attempt;
mod context;
mod dates;
mod given;
mod import;
mod reading;
mod reclean;
mod settle;
mod throttle;

use std::sync::Arc;
use std::time::Instant;

use crate::feed;
use crate::fetch::{Fetch, Fetched, Page, Unsent, Validators, Wanted};
use crate::limits::{ENTRIES_MAX, ENTRY_REVISITS_MAX, LISTING_LINKS_MAX, VALIDATORS_AGE_MAX};
use crate::outcome::Outcome;
use crate::schedule::{self, Hints, Relocation, Rhythm};
use crate::sift::{self, Sifted};
use crate::store::{
    ArticleId, EntryState, PendingEntry, PollEnd, PollRecord, Source, SourceId, SourceKind,
    SourceNews, StoreError,
};
use crate::time::Timestamp;
use crate::warning::{Warning, WarningKind};

pub use context::{ContentChoice, Context};
pub use given::{Destination, Identified, IdentifyError, Taken, identify, take};
pub use import::SavedPage;
pub use reading::{Examined, Reading, examine, outcome_of, read_page};
pub use reclean::{
    Change, Moved, RecleanEnd, RecleanOptions, RecleanReport, count_blocks, reclean, undo,
};

use attempt::{Failure, Started, Wire};

/// What became of a poll or visit.
#[derive(Clone, Debug)]
pub enum Turn<T> {
    /// It was an attempt, and this is its end.
    Ended(T),
    /// It was none: nothing is written down, and all of it is still to do.
    Unsent(Unsent),
}

/// How one poll ended, for reports.
#[derive(Clone, Debug)]
pub struct PollReport {
    /// The source.
    pub source: SourceId,
    /// Its address.
    pub url: String,
    /// How it ended.
    pub outcome: Outcome,
    /// New entries.
    pub new: usize,
    /// Edited entries.
    pub changed: usize,
    /// The failure, for a person.
    pub error: Option<String>,
}

/// How one visit ended, for reports.
#[derive(Clone, Debug)]
pub struct VisitReport {
    /// The article's address.
    pub url: String,
    /// How it ended; `None` where nothing had to be fetched because the address
    /// is stored already.
    pub outcome: Option<Outcome>,
    /// The article.
    pub article: Option<ArticleId>,
    /// Its title.
    pub title: String,
    /// The failure, for a person.
    pub error: Option<String>,
    /// Where the entry stands now.
    pub state: EntryState,
    /// When it will be tried again.
    pub retry_at: Option<Timestamp>,
}

/// Polls one source and writes down how it went, whichever way it went.
///
/// # Errors
///
/// Only the disk can fail this. What the network or the publisher got wrong is
/// recorded with the source, where its reader will look for it.
pub async fn poll(ctx: &Context, source: &Source) -> Result<Turn<PollReport>, StoreError> {
    poll_within(ctx, source, Wire::default(), (ctx.now(), Instant::now())).await
}

/// Polls a source in an attempt that began before; `wire` is what the wire said since.
#[tracing::instrument(skip_all, fields(source = source.id.0, url = %crate::url::shown(&source.url)))]
async fn poll_within(
    ctx: &Context,
    source: &Source,
    mut wire: Wire,
    started: Started,
) -> Result<Turn<PollReport>, StoreError> {
    let fetch = Fetch {
        url: source.url.clone(),
        wanted: match source.kind {
            SourceKind::Feed | SourceKind::Sitemap => Wanted::Feed,
            SourceKind::Page => Wanted::Page,
        },
    };
    let validators = source.validators.clone().filter(|_| are_recent(source, started.0));
    let report = match ctx.fetcher.fetch_if_changed(fetch, validators, started.0).await {
        Ok(Fetched::Changed(page)) => {
            wire.add(Wire::of_page(&page));
            return answered(ctx, source, page, wire, started).await;
        }
        Ok(Fetched::Unchanged { moved_to, validators, hints }) => {
            wire.status = Some(304);
            // Its own wishes are those of the last full answer.
            let hints = Hints { ttl: source.ttl, quiet: source.quiet, ..hints };
            let relocation = Some(located(source, moved_to, &mut wire, started.0));
            let end = PollEnd::NotModified(validators);
            let end = Polled { end, hints, wire, relocation, error: None };
            record_poll(ctx, source, end, Outcome::NotModified, started).await?
        }
        Err(error) => {
            // Whoever was asked before it: this source was not.
            if let Some(why) = error.unsent {
                return Ok(Turn::Unsent(why));
            }
            wire.add(Wire::of_error(&error));
            // Once it is believed to have moved there, it is its own address that is gone.
            let moved_to = error.moved_to.clone().filter(|_| error.outcome == Outcome::Gone);
            let relocation = moved_to.map(|to| located(source, Some(to), &mut wire, started.0));
            let elsewhere = error.elsewhere;
            let failure = Failure::from(error);
            let failure = if elsewhere { failure.of_another_address() } else { failure };
            poll_failed(ctx, source, failure, wire, relocation, started).await?
        }
    };
    Ok(Turn::Ended(report))
}

/// What a poll came to, before it is written down.
struct Polled {
    end: PollEnd,
    hints: Hints,
    wire: Wire,
    relocation: Option<Relocation>,
    error: Option<Failure>,
}

/// Whether the validators of a source come from an answer that is recent
/// enough. Some servers say "not modified" for ever.
fn are_recent(source: &Source, now: Timestamp) -> bool {
    source.answered_at.is_some_and(|at| now.since(at) < VALIDATORS_AGE_MAX)
}

/// What an answer from `moved_to` says of where the source is, with a word
/// about it in the warnings.
fn located(
    source: &Source,
    moved_to: Option<url::Url>,
    wire: &mut Wire,
    now: Timestamp,
) -> Relocation {
    let led_to = moved_to.map(|url| crate::url::canonical(&url)).filter(|to| *to != source.url);
    let relocation = schedule::relocation(source.moving.as_ref(), led_to.as_ref(), now);
    let word = match &relocation {
        Relocation::Stays => None,
        Relocation::Watched(moving) => {
            let to = &moving.to;
            Some(format!("the server says it is now at {to}; it will be asked there if that lasts"))
        }
        Relocation::Moved(to) => Some(format!(
            "it has been at {to} for days; it is asked there, unless another source is"
        )),
    };
    wire.warnings.extend(word.map(|word| Warning::new(WarningKind::Moved, word).to_string()));
    relocation
}

/// Takes a full answer to its entries; `wire` is what the wire said of it, and before.
///
/// Everything that a poll learns commits at once, together with the validators
/// that would hide it from the next poll: a crash in between repeats the poll
/// and loses nothing.
async fn answered(
    ctx: &Context,
    source: &Source,
    mut page: Page,
    mut wire: Wire,
    started: Started,
) -> Result<Turn<PollReport>, StoreError> {
    let (mut hints, validators) = (page.hints, page.validators.take());
    let moved_to = page.moved_to.take();
    let announced = match announce::announce(ctx, source, page).await {
        Ok(announced) => announced,
        Err(Failure { unsent: Some(why), .. }) => return Ok(Turn::Unsent(why)),
        Err(failure) => {
            let report = poll_failed(ctx, source, failure, wire, None, started).await?;
            return Ok(Turn::Ended(report));
        }
    };
    wire.bytes += announced.more_bytes;
    wire.host_waits.extend(announced.host_waits);
    wire.warnings.extend(announced.document.warnings.iter().map(ToString::to_string));
    let relocation = Some(located(source, moved_to, &mut wire, started.0));
    hints.ttl = announced.document.ttl;
    hints.quiet = announced.document.quiet;

    let mut news = SourceNews {
        title: announced.document.title,
        site_url: announced.document.site_url.map(String::from),
        language: announced.document.language,
        ttl: hints.ttl,
        quiet: hints.quiet,
        ..SourceNews::default()
    };
    let sift::Identified { entries: identified, nameless, repeated } =
        sift::identify(announced.document.entries);
    if nameless > 0 {
        let detail = format!("{nameless} without guid, link or title and time");
        wire.warnings.push(Warning::new(WarningKind::NamelessEntries, detail).to_string());
    }
    if repeated > 0 {
        let detail = format!("{repeated} are told twice");
        wire.warnings.push(Warning::new(WarningKind::EntriesDropped, detail).to_string());
    }
    let known = ctx.store.known_entries(source.id, &identified).await?;
    news.fresh = match ctx.off_thread(move || sift::sift(identified, &known)).await {
        Ok(fresh) => fresh,
        Err(failure) => {
            let report = poll_failed(ctx, source, failure, wire, None, started).await?;
            return Ok(Turn::Ended(report));
        }
    };
    if news.fresh.worn_out > 0 {
        let detail =
            format!("{} were edited {ENTRY_REVISITS_MAX} times before", news.fresh.worn_out);
        wire.warnings.push(Warning::new(WarningKind::EditsIgnored, detail).to_string());
    }

    // Only now can the surplus be told: of what has no date, the known may be any.
    let total = news.fresh.new.len();
    let is_dated = |sifted: &Sifted| sifted.entry.changed_at().is_some();
    let most = match source.kind {
        SourceKind::Page => LISTING_LINKS_MAX,
        SourceKind::Feed | SourceKind::Sitemap => ENTRIES_MAX,
    };
    feed::sitemap::keep_ends(&mut news.fresh.new, is_dated, most);
    let is_all = news.fresh.new.len() == total;
    if !is_all {
        let detail = format!("{most} of {total} new ones kept; others at the next poll");
        wire.warnings.push(Warning::new(WarningKind::EntriesDropped, detail).to_string());
    }

    let nothing_new = news.fresh.new.is_empty() && news.fresh.changed.is_empty();
    // A 304 would hide what was left for the next poll, or lost with the end of the document. One
    // that brings nothing new is all that its server ever sends.
    let is_whole = announced.complete && is_all && (nothing_new || !announced.document.cut_off);
    news.validators = validators.filter(|_| is_whole);
    let outcome = if nothing_new { Outcome::Unchanged } else { Outcome::Updated };
    let end = PollEnd::Answered(Box::new(news));
    let end = Polled { end, hints, wire, relocation, error: None };
    Ok(Turn::Ended(record_poll(ctx, source, end, outcome, started).await?))
}

async fn poll_failed(
    ctx: &Context,
    source: &Source,
    failure: Failure,
    wire: Wire,
    relocation: Option<Relocation>,
    started: Started,
) -> Result<PollReport, StoreError> {
    let outcome = failure.outcome;
    let hints = Hints { retry_after: failure.retry_after, quiet: source.quiet, ..Hints::default() };
    let end = Polled { end: PollEnd::Failed, hints, wire, relocation, error: Some(failure) };
    record_poll(ctx, source, end, outcome, started).await
}

async fn record_poll(
    ctx: &Context,
    source: &Source,
    polled: Polled,
    outcome: Outcome,
    started: Started,
) -> Result<PollReport, StoreError> {
    let Polled { end, hints, wire, relocation, error } = polled;
    let url = crate::url::shown(&source.url);
    let rhythm = Rhythm { interval: source.interval, failures: source.failures };
    let now = ctx.now();
    let plan =
        schedule::after_poll(outcome, rhythm, hints, &ctx.schedule, source.url.as_str(), now);
    let attempt = wire.attempt(&url, started, outcome, error.as_ref());
    if let Some(failure) = &error {
        if let Some(again) = ctx.log.say(&failure.message, Instant::now()) {
            tracing::info!(%outcome, next = %plan.next_poll_at, again, "{}", failure.message);
        }
    } else {
        tracing::info!(%outcome, next = %plan.next_poll_at, "polled");
    }
    let record =
        PollRecord { source: source.id, url: source.url.clone(), attempt, end, plan, relocation };
    let saved = ctx.store.record_poll(record).await?;
    Ok(PollReport {
        source: source.id,
        url,
        outcome,
        new: saved.new,
        changed: saved.changed,
        error: error.map(|failure| failure.message),
    })
}

/// Fetches the page of one entry and writes down what came of it.
///
/// # Errors
///
/// Only the disk can fail this.
#[tracing::instrument(skip_all, fields(entry = entry.id.0))]
pub async fn visit(ctx: &Context, entry: &PendingEntry) -> Result<Turn<VisitReport>, StoreError> {
    let started = (ctx.now(), Instant::now());
    let leads_home = settle::leads_home(entry);
    if !leads_home && let Some(report) = known_already(ctx, entry).await? {
        return Ok(Turn::Ended(report));
    }
    let own = entry.url.clone().filter(|_| !leads_home);
    let Some(url) = own.filter(|_| ctx.content != ContentChoice::Feed) else {
        return Ok(Turn::Ended(settle::without_link(ctx, entry, started).await?));
    };
    let canonical = crate::url::canonical(&url);
    if let Some((outcome, message)) = ctx.store.given_up(entry, &canonical, started.0).await? {
        let failure = Failure::new(outcome, message);
        let report = settle::without_page(ctx, entry, failure, Wire::default(), started).await?;
        return Ok(Turn::Ended(report));
    }
    let validators = of_kept_page(entry, started.0);
    let mut wire = Wire::default();
    let mut answer = ask_page(ctx, url, validators.clone(), &mut wire, started).await?;
    if let Ok(Answer::Page { sends_on_to: Some(url), .. }) = answer {
        // One step, as a redirect: what it leads to is not looked at for another.
        answer = ask_page(ctx, url, validators, &mut wire, started).await?;
    }
    let report = match answer {
        Ok(Answer::Page { page, reading: Ok(reading), .. }) => {
            settle::with_page(ctx, entry, *reading, &page, wire, started).await?
        }
        Ok(Answer::Unchanged(validators)) => {
            settle::unchanged(ctx, entry, validators, wire, started).await?
        }
        Err(Failure { unsent: Some(why), .. }) => return Ok(Turn::Unsent(why)),
        Ok(Answer::Page { reading: Err(failure), .. }) | Err(failure) => {
            settle::without_page(ctx, entry, failure, wire, started).await?
        }
    };
    Ok(Turn::Ended(report))
}

/// What came back where an article may be.
enum Answer {
    /// A page, what was read in it, and where it sends browsers on to instead.
    Page { page: Arc<Page>, reading: Result<Box<Reading>, Failure>, sends_on_to: Option<url::Url> },
    /// The page is as it was when these were given.
    Unchanged(Validators),
}

/// Asks for a page and reads it; `wire` is what the wire said before, for the same attempt.
async fn ask_page(
    ctx: &Context,
    asked: url::Url,
    validators: Option<Validators>,
    wire: &mut Wire,
    started: Started,
) -> Result<Result<Answer, Failure>, StoreError> {
    let is_midway = wire.status.is_some();
    let fetch = Fetch { url: asked.clone(), wanted: Wanted::Page };
    match ctx.fetcher.fetch_if_changed(fetch, validators, started.0).await {
        Ok(Fetched::Changed(page)) => {
            wire.add(Wire::of_page(&page));
            Ok(Ok(read_answer(ctx, page, asked).await?))
        }
        Ok(Fetched::Unchanged { validators, .. }) => {
            wire.status = Some(304);
            Ok(Ok(Answer::Unchanged(validators)))
        }
        Err(error) => {
            wire.add(Wire::of_error(&error));
            Ok(Err(if is_midway { error.midway() } else { error }.into()))
        }
    }
}

/// What to send back where the page of an article is looked at again; as with
/// sources, nothing that is much older.
fn of_kept_page(entry: &PendingEntry, now: Timestamp) -> Option<Validators> {
    let (validators, at) = entry.page.clone()?;
    (now.since(at) < VALIDATORS_AGE_MAX).then_some(validators)
}

/// Reads the page that came when `asked` was asked for, with what is known of its site.
async fn read_answer(ctx: &Context, page: Page, asked: url::Url) -> Result<Answer, StoreError> {
    let template = ctx.store.template_of(Some(&page.url)).await?;
    let page = Arc::new(page);
    let read = {
        let (page, phrases) = (Arc::clone(&page), Arc::clone(&ctx.phrases));
        ctx.off_thread(move || {
            let read = reading::read_fetched(&page, &phrases, &template);
            let sends_on_to = reading::sends_on_to(&page, &asked, read.as_ref());
            (read.map(Box::new).map_err(reading::failure), sends_on_to)
        })
        .await
    };
    let (reading, sends_on_to) = read.unwrap_or_else(|failure| (Err(failure), None));
    Ok(Answer::Page { page, reading, sends_on_to })
}

/// An address that is stored already needs no request, unless this entry was edited since, or
/// its source announced another at that address before: a live blog has grown by it, a page of
/// the day shows another story. An address that a page only claims to have is asked: pages lie
/// about it.
async fn known_already(
    ctx: &Context,
    entry: &PendingEntry,
) -> Result<Option<VisitReport>, StoreError> {
    let (None, Some(url)) = (entry.article, &entry.url) else { return Ok(None) };
    let canonical = crate::url::canonical(url);
    let announced = entry.source.map(|source| (source, entry.first_seen_at));
    let article = ctx.store.article_from(&canonical, announced).await?;
    let Some(article) = article else { return Ok(None) };
    ctx.store.settle_known(entry, article).await?;
    tracing::debug!(article = article.0, "stored already");
    Ok(Some(VisitReport {
        url: crate::url::shown(url),
        outcome: None,
        article: Some(article),
        title: entry.title.clone().unwrap_or_default(),
        error: None,
        state: EntryState::Stored,
        retry_at: None,
    }))
}
