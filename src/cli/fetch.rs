//! Going to the network: fetch once, the daemon, the demo.

use clap::Args;

use super::{End, Session};
use crate::store::SourceKind;

/// Shows the whole product on a bundled newspaper, without internet.
///
/// Serves a small newspaper on loopback, polls it over real HTTP, and prints what
/// was stored and what was removed. The database stays behind, to be looked at.
#[derive(Args, Debug)]
pub(super) struct DemoArgs {
    /// Where to leave the database [default: tearsheet-demo.db].
    #[arg(long, value_name = "FILE")]
    pub output: Option<std::path::PathBuf>,
}

/// Polls what is due (or the addresses given), stores the articles, and exits.
///
/// An address given may be a source, followed or not, or an article's own page, which is then
/// stored.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tearsheet fetch                                  from cron: what is due
  tearsheet fetch --all                            everything that is followed, due or not
  tearsheet fetch https://example.org/2026/storm   this one article")]
pub(super) struct FetchArgs {
    /// Sources or articles; what is due where none is given.
    #[arg(value_name = "URL")]
    pub urls: Vec<String>,
    /// Polls all active sources, due or not.
    #[arg(long, conflicts_with = "urls")]
    pub all: bool,
    /// Form of the report.
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReportFormat,
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ReportFormat {
    /// For a person.
    Text,
    /// One object.
    Json,
}

/// Fetches for ever: schedules what is due, stores the articles.
///
/// Stops on SIGTERM or SIGINT, after the work in hand is finished (`daemon.drain`).
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tearsheet daemon --db news.db --listen 127.0.0.1:9600")]
pub(super) struct DaemonArgs {
    /// Serves /healthz, /readyz and /metrics there; the same as `--set daemon.listen=ADDR`.
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
}

/// What an address turned out to be.
pub(super) struct Identified {
    /// The address to follow: the page's feed where it has one.
    pub url: url::Url,
    /// What it is.
    pub kind: SourceKind,
    /// Its title; empty where it gives none.
    pub title: String,
}

/// Looks at an address that somebody wants to follow.
#[expect(clippy::unused_async, reason = "asks the network")]
pub(super) async fn identify(session: &Session, url: &url::Url) -> anyhow::Result<Identified> {
    let _ = (session, url);
    anyhow::bail!("not yet")
}

#[expect(clippy::unused_async, reason = "asks the network")]
pub(super) async fn demo(session: &Session, args: DemoArgs) -> anyhow::Result<End> {
    let _ = (session, args.output);
    anyhow::bail!("not yet")
}

#[expect(clippy::unused_async, reason = "asks the network")]
pub(super) async fn fetch(session: &Session, args: FetchArgs) -> anyhow::Result<End> {
    let _ = (session, args.urls, args.all, args.format);
    anyhow::bail!("not yet")
}

#[expect(clippy::unused_async, reason = "asks the network")]
pub(super) async fn daemon(session: &Session, args: DaemonArgs) -> anyhow::Result<End> {
    let _ = (session, args);
    anyhow::bail!("not yet")
}
