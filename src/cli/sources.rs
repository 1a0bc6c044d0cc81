//! What is followed: add, sources.

use clap::{Args, Subcommand, ValueEnum};

use super::output::{self, Printable};
use super::query::RowFormat;
use super::selection::find_source;
use super::source_page::{self, SourceShowArgs};
use super::table::Table;
use super::{End, Session, now};
use crate::export;
use crate::feed::listing::Selector;
use crate::pipeline::{self, Context, Identified, IdentifyError};
use crate::store::{
    Added, NewSource, Source, SourceKind, SourceReport, SourceState, Store, StoreError,
};
use crate::time::Timestamp;

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum KindArg {
    /// RSS, Atom, RDF, JSON Feed.
    Feed,
    /// A section front whose article links are followed.
    Page,
    /// A sitemap.
    Sitemap,
}

impl From<KindArg> for SourceKind {
    fn from(kind: KindArg) -> SourceKind {
        match kind {
            KindArg::Feed => SourceKind::Feed,
            KindArg::Page => SourceKind::Page,
            KindArg::Sitemap => SourceKind::Sitemap,
        }
    }
}

/// Follows sources. Of a web page, the feeds are discovered.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tearsheet add https://example.org/                    finds the site's feed
  tearsheet add --kind page https://example.org/local   a section front without a feed
  tearsheet add --kind sitemap https://example.org/news-sitemap.xml")]
pub(super) struct AddArgs {
    /// Addresses of feeds, web pages or sitemaps.
    #[arg(value_name = "URL", required = true)]
    urls: Vec<String>,
    /// Takes the addresses as they are, for this; without it each is looked at first.
    #[arg(long, value_enum)]
    kind: Option<KindArg>,
}

pub(super) async fn add(session: &Session, args: AddArgs) -> anyhow::Result<End> {
    let store = session.open().await?;
    let told = match args.kind {
        Some(kind) => Told::Given(kind.into()),
        None => Told::Asked(super::fetch::context(&session.config, store.clone(), false).await?),
    };
    let mut out = session.screen.stdout();
    let (mut done, mut failed) = (0, 0);
    for text in &args.urls {
        match add_one(&store, text, &told).await {
            Ok((added, source)) => {
                done += 1;
                let word = if added.new { "added" } else { "known" };
                let url = Printable(source.url.as_str());
                out.line(format_args!("{word}  {}  {}  {url}", added.id.0, source.kind))?;
            }
            // Nor would the others be written down.
            Err(error) if error.is::<StoreError>() => return Err(error),
            Err(error) => {
                let error =
                    error.context(format!("could not follow {}", crate::url::shown_as_given(text)));
                output::say(&super::failure::describe(&error));
                failed += 1;
            }
        }
    }
    out.finish()?;
    if let Told::Asked(ctx) = &told {
        ctx.save_robots().await?;
    }
    store.close().await;
    Ok(End::of(done, failed))
}

/// How it is told what stands at an address.
enum Told {
    /// By the person who adds it.
    Given(SourceKind),
    /// By what is there.
    Asked(Context),
}

async fn add_one(store: &Store, text: &str, told: &Told) -> anyhow::Result<(Added, NewSource)> {
    let url = crate::url::parse(text)?;
    let identified = match told {
        Told::Given(kind) => Identified { url: crate::url::bare(&url), kind: *kind, doubt: None },
        Told::Asked(ctx) => pipeline::identify(ctx, &url).await.map_err(|error| match error {
            IdentifyError::Store(error) => anyhow::Error::from(error),
            IdentifyError::Nothing(message) => anyhow::Error::msg(message),
        })?,
    };
    if let Some(doubt) = &identified.doubt {
        output::note(format_args!("tearsheet: {}", Printable(doubt)));
    }
    let source = NewSource::new(identified.url, identified.kind);
    Ok((store.add_source(&source, now()).await?, source))
}

/// Lists what is followed, or changes it.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  tearsheet sources
  tearsheet sources show 7                              what is taken out of its articles, and why
  tearsheet sources pause 7 8
  tearsheet sources move 7 https://example.org/new-feed.xml
  tearsheet sources links 9 'main .teaser h2'")]
pub(super) struct SourcesArgs {
    #[command(subcommand)]
    command: Option<SourcesCommand>,
    /// Only those that failed at their last poll.
    #[arg(long)]
    failing: bool,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: RowFormat,
}

#[derive(Subcommand, Debug)]
enum SourcesCommand {
    Show(SourceShowArgs),
    /// Stops polling sources; they stay, with their articles.
    Pause(SourceRefs),
    /// Polls sources again, at once, unless their host asked for a wait; their failures are forgotten.
    Resume(SourceRefs),
    /// Forgets sources; their articles stay, their pending entries go.
    Remove(SourceRefs),
    /// Gives a source another address; the old one is remembered as its own.
    Move {
        /// Number of the source, or its address.
        #[arg(value_name = "ID")]
        id: String,
        /// The new address.
        #[arg(value_name = "URL")]
        url: String,
    },
    /// Says where on a page its articles' links stand.
    Links(LinksArgs),
}

#[derive(Args, Debug)]
struct LinksArgs {
    /// Number of the source, or its address.
    #[arg(value_name = "ID")]
    id: String,
    /// Names, .classes and #ids, one inside the other; without it, the links are
    /// found by structure again.
    #[arg(value_name = "SELECTOR")]
    selector: Option<String>,
}

#[derive(Args, Debug)]
struct SourceRefs {
    /// Numbers of sources, or their addresses.
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

/// What can be done to a source that is named.
#[derive(Clone, Copy)]
enum Change {
    Pause,
    Resume,
    Remove,
}

pub(super) async fn sources(session: &Session, args: SourcesArgs) -> anyhow::Result<End> {
    match args.command {
        None => list(session, args.failing, args.format).await,
        Some(SourcesCommand::Show(args)) => source_page::show(session, &args).await,
        Some(SourcesCommand::Pause(refs)) => change(session, &refs.ids, Change::Pause).await,
        Some(SourcesCommand::Resume(refs)) => change(session, &refs.ids, Change::Resume).await,
        Some(SourcesCommand::Remove(refs)) => change(session, &refs.ids, Change::Remove).await,
        Some(SourcesCommand::Move { id, url }) => move_to(session, &id, &url).await,
        Some(SourcesCommand::Links(args)) => set_links(session, &args).await,
    }
}

async fn change(session: &Session, ids: &[String], change: Change) -> anyhow::Result<End> {
    let store = session.open_existing().await?;
    let mut out = session.screen.stdout();
    let (mut done, mut failed) = (0, 0);
    for id in ids {
        match change_one(&store, id, change).await {
            Ok(source) => {
                done += 1;
                let word = match change {
                    Change::Pause => "paused",
                    Change::Resume => "resumed",
                    Change::Remove => "removed",
                };
                let url = Printable(source.url.as_str());
                let left = source.next_poll_at.since(now());
                let wait = match change {
                    Change::Resume if !left.is_zero() => {
                        format!("  {}", crate::fetch::left_alone(left))
                    }
                    _ => String::new(),
                };
                out.line(format_args!("{word}  {}  {url}{wait}", source.id.0))?;
            }
            // One wrong number does not keep the others from being done.
            Err(error @ StoreError::NoSuch { .. }) => {
                output::say(&super::failure::describe(&error.into()));
                failed += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
    out.finish()?;
    store.close().await;
    Ok(End::of(done, failed))
}

async fn change_one(store: &Store, id: &str, change: Change) -> Result<Source, StoreError> {
    let source = find_source(store, id).await?;
    match change {
        Change::Pause => store.set_source_state(source.id, SourceState::Paused, now()).await?,
        Change::Resume => {
            store.set_source_state(source.id, SourceState::Active, now()).await?;
            return store.source(source.id).await;
        }
        Change::Remove => store.remove_source(source.id).await?,
    }
    Ok(source)
}

async fn move_to(session: &Session, id: &str, url: &str) -> anyhow::Result<End> {
    let store = session.open_existing().await?;
    let source = find_source(&store, id).await?;
    let url = crate::url::bare(&crate::url::parse(url)?);
    store.move_source(source.id, &url, now()).await?;
    store.close().await;
    let mut out = session.screen.stdout();
    let from = Printable(source.url.as_str());
    out.line(format_args!("moved  {}  {from} → {}", source.id.0, Printable(url.as_str())))?;
    out.finish()?;
    Ok(End::Done)
}

async fn set_links(session: &Session, args: &LinksArgs) -> anyhow::Result<End> {
    let selector = args.selector.as_deref().map(str::parse::<Selector>).transpose()?;
    let store = session.open_existing().await?;
    let source = find_source(&store, &args.id).await?;
    anyhow::ensure!(
        source.kind == SourceKind::Page,
        "source {} is a {}; only a page has links to choose from",
        source.id.0,
        source.kind
    );
    store.set_links(source.id, selector.as_ref(), now()).await?;
    store.close().await;
    let mut out = session.screen.stdout();
    let id = source.id.0;
    let where_to = selector.map_or_else(|| "found by structure".to_owned(), |it| it.to_string());
    out.line(format_args!("links  {id}  {}", Printable(&where_to)))?;
    out.finish()?;
    Ok(End::Done)
}

async fn list(session: &Session, failing: bool, format: RowFormat) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let mut sources = store.source_reports().await?;
    sources.retain(|report| !failing || report.source.failures > 0);
    let mut out = session.screen.stdout();
    let rows = || sources.iter().map(source_json);
    match format {
        RowFormat::Text => {
            let table = source_table(&sources, now());
            table.lines(session.screen).into_iter().try_for_each(|line| out.line(line))?;
        }
        RowFormat::Json => out.json(&rows().collect::<Vec<_>>())?,
        RowFormat::Jsonl => rows().try_for_each(|row| out.json_line(&row))?,
        RowFormat::Csv => {
            out.data(&export::csv_record(SOURCE_COLUMNS))?;
            for row in rows() {
                let cells: Vec<_> = SOURCE_COLUMNS.iter().map(|name| row[*name].clone()).collect();
                out.data(&export::csv_values(&cells))?;
            }
        }
    }
    out.finish()?;
    Ok(End::Done)
}

pub(super) fn source_table(sources: &[SourceReport], now: Timestamp) -> Table {
    let mut table = Table::new(&[
        "#id",
        "kind",
        "state",
        "#articles",
        "polled",
        "next",
        "title",
        "address",
        "error",
    ]);
    for SourceReport { source, articles, failing_since } in sources {
        let polled = source
            .polled_at
            .map_or_else(|| "never".to_owned(), |at| format!("{} ago", output::span(at, now)));
        let next = match source.state {
            SourceState::Active if source.next_poll_at <= now => "due".to_owned(),
            SourceState::Active => format!("in {}", output::span(source.next_poll_at, now)),
            SourceState::Paused | SourceState::Gone => "-".to_owned(),
        };
        let error = match (source.failures, &source.last_error) {
            (0, error) => error.clone().unwrap_or_default(),
            (failures, Some(error)) => {
                let error = format!("{error} ({failures}×)");
                let kind = source.last_error_kind.as_deref();
                output::trouble(&error, kind, *failing_since, now)
            }
            (failures, None) => format!("{failures}×"),
        };
        table.row([
            source.id.0.to_string(),
            source.kind.to_string(),
            source.state.to_string(),
            articles.to_string(),
            polled,
            next,
            shown_title(source),
            source.url.to_string(),
            error,
        ]);
    }
    table
}

/// What a source is called. Pages and sitemaps have no title of their own.
fn shown_title(source: &Source) -> String {
    match source.kind {
        SourceKind::Page | SourceKind::Sitemap if source.title.is_empty() => {
            crate::url::host(&source.url)
        }
        _ => source.title.clone(),
    }
}

const SOURCE_COLUMNS: &[&str] = &[
    "id",
    "url",
    "kind",
    "title",
    "site_url",
    "language",
    "state",
    "articles",
    "added_at",
    "polled_at",
    "changed_at",
    "next_poll_at",
    "failures",
    "last_error",
    "last_error_kind",
    "failing_since",
];

/// A source as data; the names are [`SOURCE_COLUMNS`].
pub(super) fn source_json(report: &SourceReport) -> serde_json::Value {
    let SourceReport { source, articles, failing_since } = report;
    serde_json::json!({
        "id": source.id.0,
        "url": source.url.as_str(),
        "kind": source.kind.as_str(),
        "title": source.title,
        "site_url": source.site_url,
        "language": source.language,
        "state": source.state.as_str(),
        "articles": articles,
        "added_at": source.added_at.to_string(),
        "polled_at": source.polled_at.map(|at| at.to_string()),
        "changed_at": source.changed_at.map(|at| at.to_string()),
        "next_poll_at": source.next_poll_at.to_string(),
        "failures": source.failures,
        "last_error": source.last_error,
        "last_error_kind": source.last_error_kind,
        "failing_since": failing_since.map(|at| at.to_string()),
    })
}
