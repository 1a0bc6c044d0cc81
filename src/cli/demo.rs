//! `tearsheet demo`: the whole product on a machine without internet.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::output::Printable;
use super::{End, Session};
use crate::daemon::{self, Event, Scope, Until, WorkOptions};
use crate::demo::Newspaper;
use crate::fetch::{FetchOptions, Fetcher};
use crate::outcome::Outcome;
use crate::pipeline::{ContentChoice, Context};
use crate::schedule::ScheduleOptions;
use crate::store::{
    ArticleDetail, ArticleFilter, NewSource, SourceKind, Store, StoreError, WorkLock,
};
use crate::strip::Phrases;

/// Where the demo leaves its database unless `--db` says otherwise.
const DEMO_DB: &str = "tearsheet-demo.db";

/// Shows the whole product on a bundled newspaper, without internet.
///
/// Serves a small newspaper on loopback, polls its feeds, section front and sitemap over real
/// HTTP, lets one article be edited, polls again, and prints what was stored and what was
/// removed. The database stays behind, to be looked at.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Where to leave the database; must not be there yet [default: tearsheet-demo.db, replaced].
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the demonstration.
pub(super) async fn run(session: &Session, args: DemoArgs) -> anyhow::Result<End> {
    let started = Instant::now();
    let path = make_room(args.output.or_else(|| session.db_flag.clone())).await?;
    let _lock = WorkLock::acquire(&path)?;
    let stop = super::interrupt::stop_on_signal()?;
    let newspaper = Newspaper::open().await.context("cannot serve the newspaper on loopback")?;
    let ctx = context(&path).await?;
    let mut out = io::stdout().lock();

    let sources = newspaper.sources();
    writeln!(
        out,
        "A newspaper of {} sources is served on loopback. First edition:\n",
        sources.len()
    )?;
    for (url, kind) in sources {
        let url = crate::url::parse(&url)?;
        let kind = SourceKind::parse(kind).context("the newspaper's kinds of source are ours")?;
        ctx.store.add_source(&NewSource::new(url, kind), super::now()).await?;
    }
    let mut first = round(&ctx, &stop).await?;
    first.print(&mut out)?;

    newspaper.edit();
    ctx.store.make_due(None, super::now()).await?;
    writeln!(out, "\nAn editor changes one article. Second poll:\n")?;
    let mut second = round(&ctx, &stop).await?;
    second.print(&mut out)?;

    let requests = newspaper.requests();
    let (site, story_path) = crate::demo::story_of_interest();
    let story = format!("{}{story_path}", newspaper.origin(site).unwrap_or_default());
    let articles = ctx.store.list(&ArticleFilter::default()).await?;
    writeln!(out, "\nWhat came in: {} articles\n", articles.len())?;
    for article in &articles {
        let site = article.site_name.as_deref().unwrap_or("-");
        let language = article.language.as_deref().unwrap_or("-");
        writeln!(
            out,
            "{:>4}  {:<18}  {language:<5}  {:>4} words  {}",
            article.id,
            cut(site, 18),
            article.word_count,
            cut(&article.title, 60)
        )?;
    }
    let id = ctx.store.article_at(&story).await?.context("the demo's main story was not stored")?;
    let detail = ctx.store.article(id).await?;
    show_story(&mut out, &detail)?;
    newspaper.close().await;
    ctx.store.close().await;
    show_next_steps(&mut out, &path, id.0)?;
    writeln!(out, "\n{requests} requests, {:.1} s", started.elapsed().as_secs_f64())?;
    Ok(if stop.is_cancelled() { End::SomeFailed } else { End::Done })
}

/// The database to write. An earlier demo's is replaced; a file that was named
/// is somebody's and is not.
async fn make_room(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    if let Some(path) = named {
        anyhow::ensure!(
            !path.exists(),
            "{} is there already; the demo writes a file of its own",
            path.display()
        );
        return Ok(path);
    }
    let path = PathBuf::from(DEMO_DB);
    // Only what tearsheet wrote is tearsheet's to replace; a half-made file is.
    if let Err(error @ StoreError::NotOurs(_)) = Store::open_read_only(&path).await {
        return Err(error.into());
    }
    // Whoever still works on it keeps it.
    drop(WorkLock::acquire(&path)?);
    for suffix in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{DEMO_DB}{suffix}"));
        match std::fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot replace {}", file.display()));
            }
        }
    }
    Ok(path)
}

async fn context(path: &Path) -> anyhow::Result<Context> {
    let store = Store::open(path).await?;
    let loopback = "127.0.0.0/8".parse().context("loopback network")?;
    let options = FetchOptions {
        user_agent: format!("tearsheet/{} (+demo)", env!("CARGO_PKG_VERSION")),
        timeout: Duration::from_secs(10),
        body_limit: 4 << 20,
        concurrency: 16,
        // Our own hosts, on this machine: a second between requests would only bore.
        per_host_delay: Duration::from_millis(5),
        robots: true,
        robots_for_feeds: false,
        blocked_hosts: Vec::new(),
        allow_addresses: vec![loopback],
    };
    let fetcher = Fetcher::new(options).context("cannot set up the HTTP client")?;
    let schedule = ScheduleOptions {
        min_interval: Duration::from_mins(15),
        max_interval: Duration::from_hours(24),
        recheck: Duration::ZERO,
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let phrases = Arc::new(Phrases::built_in());
    Ok(Context::new(store, fetcher, schedule, ContentChoice::Auto, phrases, threads, super::now))
}

/// One round of polls and visits.
async fn round(ctx: &Context, stop: &CancellationToken) -> anyhow::Result<Round> {
    let options = WorkOptions {
        concurrency: 16,
        drain: Duration::from_secs(2),
        fetches_kept: Duration::from_hours(24),
        until: Until::Idle,
        scope: Scope::Everything,
    };
    let mut round = Round::default();
    daemon::work(ctx, &options, stop, |event| round.note(event)).await?;
    Ok(round)
}

/// What one round did, in the demo's words.
#[derive(Debug, Default)]
struct Round {
    polls: Vec<String>,
    pages: std::collections::BTreeMap<Outcome, usize>,
    known: usize,
    oddities: Vec<String>,
}

impl Round {
    fn note(&mut self, event: Event) {
        match event {
            Event::Polled(poll) => {
                let found = match (poll.new, poll.changed) {
                    (0, 0) => String::new(),
                    (new, 0) => format!("{new} new"),
                    (new, changed) => format!("{new} new, {changed} edited"),
                };
                let error = poll.error.unwrap_or_default();
                self.polls.push(format!("{:<44} {:<14} {found}{error}", poll.url, poll.outcome));
            }
            Event::Visited(visit) => {
                let Some(outcome) = visit.outcome else {
                    self.known += 1;
                    return;
                };
                *self.pages.entry(outcome).or_default() += 1;
                let remark = match (&visit.error, outcome) {
                    (Some(error), _) => error.clone(),
                    (None, Outcome::StoredFromFeed) => "text taken from the feed".to_owned(),
                    (None, Outcome::Revised) => "a new revision; the old one is kept".to_owned(),
                    (None, Outcome::Duplicate) => "the same text is stored already".to_owned(),
                    (None, _) => return,
                };
                self.oddities.push(format!("{:<16} {}: {remark}", outcome, Printable(&visit.url)));
            }
        }
    }

    fn print(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.polls.sort();
        self.oddities.sort();
        for poll in &self.polls {
            writeln!(out, "  poll   {poll}")?;
        }
        let pages: Vec<_> =
            self.pages.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
        if !pages.is_empty() {
            writeln!(out, "  pages  {}", pages.join(", "))?;
        }
        if self.known > 0 {
            writeln!(out, "         {} carried by two sources, fetched once", self.known)?;
        }
        for oddity in &self.oddities {
            writeln!(out, "         {oddity}")?;
        }
        Ok(())
    }
}

fn show_story(out: &mut impl Write, detail: &ArticleDetail) -> io::Result<()> {
    let article = &detail.article;
    writeln!(out, "\nOne of them, article {}: {}\n", article.id, Printable(&article.title))?;
    let authors = article.authors.join(", ");
    writeln!(out, "  by         {}", Printable(&authors))?;
    writeln!(
        out,
        "  published  {} (from {})",
        article.published_at.as_deref().unwrap_or("-"),
        article.published_from.as_deref().unwrap_or("-")
    )?;
    for image in &detail.images {
        let parts = [image.caption.as_deref(), image.credit.as_deref()];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            writeln!(out, "  image      {}", Printable(&parts.join(" / ")))?;
        }
    }
    writeln!(out, "\n  Removed from it, and why:\n")?;
    for removal in &detail.removals {
        let text = removal.text.replace('\n', " ");
        writeln!(out, "  {:<18} {:<24} {}", removal.kind, removal.rule, cut(&text, 70))?;
    }
    writeln!(out, "\n  What is left:\n")?;
    for paragraph in article.text.split("\n\n") {
        for line in wrap(paragraph, 92) {
            writeln!(out, "    {}", Printable(&line))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Foreign text on one line, cut to `width` characters.
fn cut(text: &str, width: usize) -> String {
    let shown = Printable(text).to_string();
    if shown.chars().count() <= width {
        return shown;
    }
    shown.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// Breaks a paragraph into lines of at most `width` characters, between words.
fn wrap(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in paragraph.split_whitespace() {
        let full = lines.last().is_some_and(|line| {
            !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width
        });
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

fn show_next_steps(out: &mut impl Write, path: &Path, id: i64) -> io::Result<()> {
    let db = path.display();
    writeln!(out, "The database is {db}. Ask it something, with tearsheet or with sqlite3:\n")?;
    for command in [
        format!("tearsheet --db {db} list"),
        format!("tearsheet --db {db} show {id}"),
        format!("tearsheet --db {db} search ferry"),
        format!(
            "tearsheet --db {db} sql \"select kind, count(*) from removals group by kind order by 2 desc\""
        ),
        format!(
            "sqlite3 {db} \"select title, published_at from articles order by published_at desc limit 5\""
        ),
    ] {
        writeln!(out, "  {command}")?;
    }
    Ok(())
}
