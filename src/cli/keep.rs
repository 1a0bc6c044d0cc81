//! `extract --store`: pages that somebody has already, into the database.

use std::sync::Arc;

use serde_json::Value;

use super::batch::map_in_order;
use super::extract::ExtractArgs;
use super::input::{self, Input, InputError, Place, Web};
use super::output::{self, Printable};
use super::{End, Session, now};
use crate::fetch::FetchOptions;
use crate::limits;
use crate::outcome::Outcome;
use crate::pipeline::SavedPage;
use crate::store::{ImportRecord, Store, StoreError};
use crate::strip::Phrases;
use crate::time::Timestamp;

/// What became of one page before it is stored.
enum Read {
    /// To be stored.
    Page(Value, Box<ImportRecord>),
    /// Stored already, by an earlier run.
    Known,
    /// There is none.
    Failed(Value, InputError),
}

/// How often which end was met.
#[derive(Debug, Default)]
struct Tally {
    stored: u64,
    revised: u64,
    unchanged: u64,
    duplicates: u64,
    known: u64,
    worse: u64,
    without_article: u64,
    unreadable: u64,
}

/// Stores the articles of what was named; says what has none, and a sum at the end.
pub(super) async fn run(
    session: &Session,
    args: ExtractArgs,
    threads: usize,
    options: FetchOptions,
    phrases: Arc<Phrases>,
) -> anyhow::Result<End> {
    let store = session.open().await?;
    let handle = tokio::runtime::Handle::current();
    let bar = session.screen.progress("storing", None);
    let kept = store.clone();
    let shown = bar.clone();
    let tally = tokio::task::spawn_blocking(move || -> anyhow::Result<Tally> {
        let web = Web::new(options, handle.clone());
        let mut keeper = Keeper {
            store: &kept,
            handle: &handle,
            waiting: Vec::new(),
            bytes: 0,
            tally: Tally::default(),
        };
        let work = |input: &Input| read(input, &web, &phrases, &kept, &handle);
        let crashed = |input: &Input| {
            let error =
                InputError::new(Outcome::TooComplex, "reading it crashed; please report this page");
            Ok(Read::Failed(input.id.clone(), error))
        };
        let pages = args.source()?.map(|input| vec![input]);
        map_in_order(pages, Input::bytes, threads, work, crashed, |page| {
            page.into_iter().try_for_each(|read| {
                shown.inc(1);
                keeper.take(read?)
            })
        })?;
        keeper.save()?;
        Ok(keeper.tally)
    })
    .await??;
    bar.finish_and_clear();
    store.close().await;
    let mut out = session.screen.stdout();
    for (count, what) in [
        (tally.stored, "stored"),
        (tally.revised, "revised"),
        (tally.unchanged, "unchanged"),
        (tally.duplicates, "duplicates"),
        (tally.known, "stored before"),
        (tally.worse, "worse: what is stored stays"),
        (tally.without_article, "without an article"),
        (tally.unreadable, "unreadable"),
    ] {
        if count > 0 {
            out.line(format_args!("{count:>9}  {what}"))?;
        }
    }
    out.finish()?;
    Ok(End::of_batch(tally.failed()))
}

impl Tally {
    /// Pages that gave none; each was named.
    fn failed(&self) -> u64 {
        self.worse + self.without_article + self.unreadable
    }

    fn count(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Stored | Outcome::Paywalled => &mut self.stored,
            Outcome::Revised => &mut self.revised,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Worse => &mut self.worse,
            Outcome::Duplicate => &mut self.duplicates,
            _ => &mut self.without_article,
        } += 1;
    }
}

fn read(
    input: &Input,
    web: &Web,
    phrases: &Phrases,
    store: &Store,
    handle: &tokio::runtime::Handle,
) -> Result<Read, StoreError> {
    let failed = |error| Ok(Read::Failed(input.id.clone(), error));
    let captured_at = captured_at(&input.place);
    let settled = |url: &str| handle.block_on(store.is_settled(url, captured_at));
    // Where the address is known, the page need not even be read.
    if let Some(url) = input.url.as_deref().and_then(|url| crate::url::parse(url).ok())
        && settled(crate::url::canonical(&url).as_str())?
    {
        return Ok(Read::Known);
    }
    let loaded = match input::load(input, web) {
        Ok(loaded) => loaded,
        Err(error) => return failed(error),
    };
    let status = match &input.place {
        Place::Archive(capture) => capture.status,
        _ => 200,
    };
    let page = SavedPage {
        url: loaded.url,
        captured_at,
        status,
        content_type: loaded.content_type,
        bytes: loaded.bytes,
    };
    if settled(&page.address())? {
        return Ok(Read::Known);
    }
    let template = handle.block_on(store.template_of(page.url.as_ref()))?;
    Ok(Read::Page(input.id.clone(), Box::new(page.read(phrases, &template))))
}

/// When a page was fetched: what the archive says, else when its file was
/// written, else now.
fn captured_at(place: &Place) -> Timestamp {
    let written = |path: &std::path::Path| {
        let since = path.metadata().and_then(|file| file.modified()).ok()?;
        let since = since.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(Timestamp::from_unix(i64::try_from(since.as_secs()).ok()?))
    };
    match place {
        Place::Archive(capture) => capture.captured_at,
        Place::File(path) => written(path).unwrap_or_else(now),
        Place::Stdin | Place::Web(_) | Place::Broken(_) => now(),
    }
}

/// Stores what was read, many pages at once, in the order in which they came.
struct Keeper<'a> {
    store: &'a Store,
    handle: &'a tokio::runtime::Handle,
    /// Saved at once; the store commits them together.
    waiting: Vec<(Value, Box<ImportRecord>)>,
    /// Bytes of their pages.
    bytes: usize,
    tally: Tally,
}

impl Keeper<'_> {
    fn take(&mut self, read: Read) -> Result<(), StoreError> {
        match read {
            Read::Known => self.tally.known += 1,
            Read::Failed(id, error) => {
                self.tally.unreadable += 1;
                say(&id, &error.message, error.kind.as_str());
            }
            Read::Page(id, record) => {
                // Two captures of one address are two versions: one after the other.
                if self.waiting.iter().any(|(_, other)| other.url == record.url) {
                    self.save()?;
                }
                self.bytes += record.article.as_ref().map_or(0, |article| article.page.html.len());
                self.waiting.push((id, record));
                if self.waiting.len() >= limits::ROWS_PER_COMMIT_MAX
                    || self.bytes >= limits::BYTES_PER_COMMIT_MAX
                {
                    self.save()?;
                }
            }
        }
        Ok(())
    }

    fn save(&mut self) -> Result<(), StoreError> {
        self.bytes = 0;
        let (ids, records): (Vec<_>, Vec<_>) = self.waiting.drain(..).unzip();
        let saved = self.handle.block_on(self.store.record_imports(records));
        for (id, saved) in ids.into_iter().zip(saved) {
            let outcome = saved?.outcome;
            self.tally.count(outcome);
            if outcome == Outcome::Worse {
                say(&id, "the text is emptied or halved; what is stored stays", outcome.as_str());
            } else if outcome.is_failure() {
                say(&id, "no article was stored", outcome.as_str());
            }
        }
        Ok(())
    }
}

fn say(id: &Value, message: &str, kind: &str) {
    let name = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    output::note(format_args!("tearsheet: {}: {} ({kind})", Printable(&name), Printable(message)));
}
