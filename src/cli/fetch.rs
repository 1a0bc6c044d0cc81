//! `tearsheet fetch` and `daemon`: the commands that fetch.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use futures_util::StreamExt;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::interrupt::{outlive_hang_ups, stop_on_signal};
use super::output::{self, Printable};
use super::{End, Session};
use crate::config::Config;
use crate::daemon::{self, Event, Scope, Until};
use crate::fetch::{Fetcher, Unsent};
use crate::limits::{CRAWL_DELAY_MAX, TAKEN_AT_ONCE};
use crate::outcome::Outcome;
use crate::pipeline::{self, Context, Taken};
use crate::store::{EntryState, Held, SourceId, Store, WorkLock};

/// Polls what is due (or the addresses given), stores the articles, and exits.
///
/// An address given may be a source, followed or not, or an article's own page, which is then
/// stored.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tearsheet fetch                              poll what is due, store its articles
  tearsheet fetch --all                        poll every active source now
  tearsheet fetch https://news.example/feed    this feed (it is followed from now on)
  tearsheet fetch https://news.example/2026/11/story.html    this article

Exit code 1 when some of it failed, 2 when it could not be done at all.")]
pub(super) struct FetchArgs {
    /// Feeds, sitemaps, section fronts (followed from now on) or articles; what is due where none is given.
    #[arg(value_name = "URL")]
    urls: Vec<String>,
    /// Polls every active source, due or not.
    #[arg(long, conflicts_with = "urls")]
    all: bool,
    /// Form of the report.
    #[arg(long, value_enum, default_value = "text")]
    format: ReportFormat,
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For a person.
    Text,
    /// One object.
    Json,
}

/// Fetches for ever: polls what is due, stores the articles, serves health and metrics.
#[derive(Debug, Args)]
#[command(after_help = "\
SIGTERM and SIGINT let work in flight end within `daemon.drain`; a second one ends at once.
SIGHUP changes nothing: the configuration is read at the start.
Everything that was not done is done after the next start.")]
pub(super) struct DaemonArgs {
    /// Serves /healthz, /readyz and /metrics there; the same as `--set daemon.listen=ADDR`.
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Option<String>,
}

/// Fetches once.
pub(super) async fn fetch(session: &Session, args: FetchArgs) -> anyhow::Result<End> {
    let config = &session.config;
    let urls = parse_urls(&args.urls)?;
    let lock = WorkLock::acquire(&config.store_options().path)?;
    let ctx = context(config, session.open().await?, lock.is_after_kill()).await?;
    let stop = stop_on_signal()?;
    let mut report = Report::new();

    let scope = if urls.is_empty() {
        if args.all {
            ctx.store.make_due(None, super::now()).await?;
        }
        if !ctx.store.has_sources().await? {
            note("tearsheet: nothing is followed yet\n  hint  `tearsheet add URL` follows a site");
        }
        Scope::Everything
    } else {
        Scope::EntriesOf(take_all(&ctx, &urls, &stop, &mut report).await?)
    };
    work_off(&ctx, session, scope.clone(), &stop, &mut report).await?;
    let asked_for = match &scope {
        Scope::Everything => None,
        Scope::EntriesOf(sources) => Some(sources.as_slice()),
    };
    report.held = ctx.store.held(asked_for, super::now()).await?;
    ctx.store.close().await;
    report.print(args.format, stop.is_cancelled())?;
    Ok(if report.failed() == 0 && !stop.is_cancelled() { End::Done } else { End::SomeFailed })
}

/// Works until nothing is due, with a spinner for those who wait.
async fn work_off(
    ctx: &Context,
    session: &Session,
    scope: Scope,
    stop: &CancellationToken,
    report: &mut Report,
) -> anyhow::Result<()> {
    let options = session.config.daemon_options().work(Until::Idle, scope);
    let progress = session.screen.progress("fetching", None);
    let worked = daemon::work(ctx, &options, stop, |event| {
        report.count(&event);
        progress.set_message(report.line());
        progress.inc(1);
    })
    .await;
    progress.finish_and_clear();
    Ok(worked?)
}

/// Fetches the addresses given by hand; the sources among them are returned.
async fn take_all(
    ctx: &Context,
    urls: &[url::Url],
    stop: &CancellationToken,
    report: &mut Report,
) -> anyhow::Result<Vec<SourceId>> {
    let mut sources = Vec::new();
    // Side by side: a host that hangs holds up nobody else; the gate keeps each host's pace.
    let mut taken = futures_util::stream::iter(urls)
        .map(|url| pipeline::take(ctx, url))
        .buffer_unordered(TAKEN_AT_ONCE);
    loop {
        let next = tokio::select! {
            next = taken.next() => next,
            () = stop.cancelled() => None,
        };
        let Some(next) = next else { break };
        match next? {
            Taken::Polled { report: polled, added } => {
                if added {
                    note(format_args!(
                        "following {} as source {}",
                        Printable(&polled.url),
                        polled.source.0
                    ));
                }
                sources.push(polled.source);
                report.count(&Event::Polled(polled));
            }
            Taken::Visited(visited) => report.count(&Event::Visited(visited)),
            Taken::Unsent { url, why: Unsent::Held(left) } => report.hold(&url, left),
            // That the run was interrupted is said once, at its end.
            Taken::Unsent { why: Unsent::Stopped, .. } => {}
            Taken::Failed { url, outcome, error } => report.fail("fetch", &url, outcome, &error),
        }
    }
    ctx.save_robots().await?;
    Ok(sources)
}

/// Runs until stopped.
pub(super) async fn daemon(session: &Session, _args: DaemonArgs) -> anyhow::Result<End> {
    let config = &session.config;
    let path = &config.store_options().path;
    let lock = WorkLock::acquire(path)?;
    let store = session.open().await?;
    let ctx = context(config, store.clone(), lock.is_after_kill()).await?;
    let version = env!("CARGO_PKG_VERSION");
    tracing::info!(database = %path.display(), version, "started");
    #[cfg(unix)]
    outlive_hang_ups()?;
    daemon::daemon(ctx, config.daemon_options(), stop_on_signal()?).await?;
    store.close().await;
    tracing::info!("stopped");
    Ok(End::Done)
}

/// Sets up the fetcher for a database, with what earlier runs know of hosts: the waits that they asked
/// for, the spacing that is under way (of each host where the last run was killed), and robots.txt.
pub(super) async fn context(
    config: &Config,
    store: Store,
    after_kill: bool,
) -> anyhow::Result<Context> {
    let options = config.fetch_options();
    let (delay, timeout) = (options.per_host_delay, options.timeout);
    let fetcher = Fetcher::new(options).context("cannot set up the HTTP client")?;
    let now = super::now();
    if after_kill {
        fetcher.resume_all();
    }
    let longest = delay.max(CRAWL_DELAY_MAX);
    for (host, at) in store.hosts_asked_since(now.before(longest + timeout)).await? {
        fetcher.resume(&host, now.since(at));
    }
    for (host, until) in store.host_waits(now).await? {
        fetcher.hold(&host, until, now);
    }
    fetcher.recall_robots(store.robots().await?, now);
    let extract = config.extract_options();
    let threads = super::threads(extract.threads);
    let schedule = config.schedule_options();
    let phrases = super::phrases::read(&config.clean_options().phrases)?;
    Ok(Context::new(store, fetcher, schedule, extract.content, phrases, threads, super::now))
}

fn parse_urls(texts: &[String]) -> anyhow::Result<Vec<url::Url>> {
    texts
        .iter()
        .map(|text| {
            let shown = || format!("cannot fetch {}", crate::url::shown_as_given(text));
            crate::url::parse(text).with_context(shown)
        })
        .collect()
}

/// A word to the person at the terminal; one that nobody can read any more is
/// no reason to stop.
fn note(line: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// What a one-shot run did: attempts by outcome, and the failures by name.
#[derive(Debug)]
pub(super) struct Report {
    started: Instant,
    polls: BTreeMap<Outcome, usize>,
    visits: BTreeMap<Outcome, usize>,
    /// Addresses given by hand that were neither source nor article.
    others: BTreeMap<Outcome, usize>,
    known: usize,
    new_entries: usize,
    changed_entries: usize,
    notes: Vec<Note>,
    failed: usize,
    /// What is left because its host asked for a wait.
    held: Vec<Held>,
}

#[derive(Debug, serde::Serialize)]
struct Note {
    what: &'static str,
    url: String,
    outcome: &'static str,
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<String>,
}

impl Report {
    pub(super) fn new() -> Self {
        Report {
            started: Instant::now(),
            polls: BTreeMap::new(),
            visits: BTreeMap::new(),
            others: BTreeMap::new(),
            known: 0,
            new_entries: 0,
            changed_entries: 0,
            notes: Vec::new(),
            failed: 0,
            held: Vec::new(),
        }
    }

    pub(super) fn count(&mut self, event: &Event) {
        match event {
            Event::Polled(poll) => {
                *self.polls.entry(poll.outcome).or_default() += 1;
                self.new_entries += poll.new;
                self.changed_entries += poll.changed;
                if let Some(error) = &poll.error {
                    self.note("poll", &poll.url, poll.outcome, error, None);
                }
            }
            Event::Visited(visit) => {
                let Some(outcome) = visit.outcome else {
                    self.known += 1;
                    return;
                };
                *self.visits.entry(outcome).or_default() += 1;
                let Some(error) = &visit.error else { return };
                // A page without an article is no fault of anybody's.
                let what = if visit.state == EntryState::Skipped { "skipped" } else { "page" };
                let retry_at = visit.retry_at.map(|at| at.to_string());
                self.note(what, &visit.url, outcome, error, retry_at);
            }
        }
    }

    fn fail(&mut self, what: &'static str, url: &str, outcome: Outcome, error: &str) {
        *self.others.entry(outcome).or_default() += 1;
        self.note(what, url, outcome, error, None);
    }

    /// Nothing was asked: no attempt, but what was wanted is not done either.
    fn hold(&mut self, url: &str, left: Duration) {
        let error = crate::fetch::left_alone(left);
        self.note("fetch", url, Outcome::RateLimited, &error, None);
    }

    fn note(
        &mut self,
        what: &'static str,
        url: &str,
        outcome: Outcome,
        error: &str,
        retry_at: Option<String>,
    ) {
        self.failed += usize::from(what != "skipped");
        let (url, error) = (url.to_owned(), error.to_owned());
        self.notes.push(Note { what, url, outcome: outcome.as_str(), error, retry_at });
    }

    pub(super) fn failed(&self) -> usize {
        self.failed
    }

    fn sum(counts: &BTreeMap<Outcome, usize>, of: &[Outcome]) -> usize {
        of.iter().filter_map(|outcome| counts.get(outcome)).sum()
    }

    fn stored(&self) -> usize {
        use Outcome::{Paywalled, Stored, StoredFromFeed};
        Self::sum(&self.visits, &[Stored, StoredFromFeed, Paywalled])
    }

    /// One line for the spinner.
    fn line(&self) -> String {
        format!(
            "{} polls, {} articles stored, {} failures",
            self.polls.values().sum::<usize>(),
            self.stored(),
            self.failed()
        )
    }

    pub(super) fn print(&self, format: ReportFormat, interrupted: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if format == ReportFormat::Json {
            let words = |counts: &BTreeMap<Outcome, usize>| -> BTreeMap<&str, usize> {
                counts.iter().map(|(outcome, count)| (outcome.as_str(), *count)).collect()
            };
            let value = json!({
                "polls": words(&self.polls), "pages": words(&self.visits), "others": words(&self.others),
                "known_already": self.known, "new_entries": self.new_entries,
                "changed_entries": self.changed_entries, "notes": self.notes, "held": self.held,
                "interrupted": interrupted, "seconds": self.started.elapsed().as_secs_f64(),
            });
            return writeln!(out, "{value:#}");
        }
        self.print_text(&mut out, interrupted)
    }

    fn print_text(&self, out: &mut impl Write, interrupted: bool) -> io::Result<()> {
        for (what, counts) in
            [("polls", &self.polls), ("pages", &self.visits), ("others", &self.others)]
        {
            let total: usize = counts.values().sum();
            if total == 0 {
                continue;
            }
            let parts: Vec<_> =
                counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
            writeln!(out, "{what:<9} {total:>5}   {}", parts.join(", "))?;
        }
        let stored = self.stored();
        let revised = Self::sum(&self.visits, &[Outcome::Revised]);
        let duplicates = Self::sum(&self.visits, &[Outcome::Duplicate]) + self.known;
        writeln!(
            out,
            "articles  {stored:>5}   new; {revised} revised, {duplicates} carried more than once"
        )?;
        for note in &self.notes {
            let again = note.retry_at.as_ref().map(|at| format!("; again after {at}"));
            writeln!(
                out,
                "{:<9} {}   {}: {}{}",
                if note.what == "skipped" { note.what } else { "failed" },
                Printable(&note.url),
                note.outcome,
                Printable(&note.error),
                again.unwrap_or_default()
            )?;
        }
        for held in &self.held {
            let sources = output::count(held.sources, "source");
            let pages = output::count(held.pages, "page");
            writeln!(
                out,
                "waiting   {}   {sources} and {pages}: it asked to be left alone until {}",
                Printable(&held.host),
                held.until
            )?;
        }
        if interrupted {
            writeln!(out, "interrupted: what is left is done by the next run")?;
        }
        writeln!(out, "took {:.1} s", self.started.elapsed().as_secs_f64())
    }
}
