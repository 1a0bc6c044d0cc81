//! Care of the database file: migrate, check, backup, prune.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::failure::Failure;
use super::fetch::ReportFormat;
use super::interrupt::until_signal;
use super::selection::When;
use super::{End, Session, now, output};
use crate::store::{self, Retention, StoreError};

/// Takes care of the database file.
#[derive(Args, Debug)]
pub(super) struct DbArgs {
    #[command(subcommand)]
    command: DbCommand,
}

#[derive(Subcommand, Debug)]
enum DbCommand {
    /// Brings an older database up to this version's schema; harmless where it is current.
    Migrate,
    /// Looks for damage: integrity, references, search index. Exit code 1 when some is found.
    Check {
        /// Form of the output.
        #[arg(long, value_enum, default_value = "text")]
        format: ReportFormat,
    },
    Prune(PruneArgs),
    /// Prints what every table, view and column holds, as Markdown.
    Schema,
    /// Copies the database to FILE while it is in use.
    Backup {
        /// File to write; it must not be there yet.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Lets go of old pages, revisions and attempts; articles and their current text stay.
#[derive(Args, Debug)]
#[command(after_help = "\
What goes is gone: an article without its page cannot be made again by newer rules. The room is
used for what comes next; `--vacuum` gives it back to the disk, for which the whole file is written
anew while nothing else may write.

Examples:
  tearsheet db prune --pages 180d --dry-run
  tearsheet db prune --pages 180d --fetches 30d --revisions 5 --vacuum")]
struct PruneArgs {
    /// Pages that were fetched before: a day, a time or how long ago (`180d`).
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    pages: Option<When>,
    /// Rows of the fetch log from before.
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    fetches: Option<When>,
    /// Versions of each article beyond its newest N.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    revisions: Option<u32>,
    /// Says what would go and how much it holds, and lets nothing go.
    #[arg(long)]
    dry_run: bool,
    /// Gives the room back to the disk.
    #[arg(long, conflicts_with = "dry_run")]
    vacuum: bool,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: ReportFormat,
}

pub(super) async fn run(session: &Session, args: DbArgs) -> anyhow::Result<End> {
    match args.command {
        DbCommand::Migrate => migrate(session).await,
        DbCommand::Check { format } => check(session, format).await,
        DbCommand::Prune(args) => prune(session, args).await,
        DbCommand::Schema => schema(session).await,
        DbCommand::Backup { file } => until_signal(backup(session, &file)).await,
    }
}

async fn migrate(session: &Session) -> anyhow::Result<End> {
    let store = session.open_existing().await?;
    let (version, _) = store.schema_version().await?;
    store.close().await;
    let path = session.config.store_options().path.display();
    let mut out = session.screen.stdout();
    out.line(format_args!("{path} has schema version {version}, the current one"))?;
    out.finish()?;
    Ok(End::Done)
}

async fn schema(session: &Session) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let (version, _) = store.schema_version().await?;
    let mut out = session.screen.stdout();
    out.data(&store::reference(version, &store.schema().await?))?;
    out.finish()?;
    Ok(End::Done)
}

async fn check(session: &Session, format: ReportFormat) -> anyhow::Result<End> {
    let reader = session.open_read_only().await?;
    // SQLite compares a search index by way of a statement that writes; a file
    // that cannot be opened for that is checked as far as reading goes.
    let (store, hindrance) = match session.open_existing().await {
        Ok(store) => (store, None),
        Err(error) => (reader, Some(error)),
    };
    let bar = session.screen.progress("checking", None);
    let mut report = store.check(now()).await?;
    bar.finish_and_clear();
    if let Some(why) = &hindrance {
        for line in &mut report.skipped {
            *line = format!("{line}: {why}");
        }
    }
    let mut out = session.screen.stdout();
    match format {
        ReportFormat::Json => out.json(&report)?,
        ReportFormat::Text => {
            for line in &report.passed {
                out.line(format_args!("good     {}", output::Printable(line)))?;
            }
            for line in &report.skipped {
                out.line(format_args!("skipped  {}", output::Printable(line)))?;
            }
            for line in &report.problems {
                let mark = session.screen.red("problem");
                out.line(format_args!("{mark}  {}", output::Printable(line)))?;
            }
        }
    }
    out.finish()?;
    // Whoever may only read has seen all that there is to see.
    let looked = matches!(hindrance, None | Some(StoreError::ReadOnly { .. }));
    Ok(if report.problems.is_empty() && looked { End::Done } else { End::SomeFailed })
}

async fn prune(session: &Session, args: PruneArgs) -> anyhow::Result<End> {
    if args.pages.is_none() && args.fetches.is_none() && args.revisions.is_none() && !args.vacuum {
        return Err(Failure::new("nothing was named that should go")
            .hint("--pages WHEN, --fetches WHEN, --revisions N; `--dry-run` shows what would go")
            .into());
    }
    let now = now();
    let wanted = Retention {
        pages_before: args.pages.map(|when| when.resolve(now)),
        fetches_before: args.fetches.map(|when| when.resolve(now)),
        revisions_kept: args.revisions,
    };
    let bar = session.screen.progress("pruning", None);
    let report = if args.dry_run {
        session.open_read_only().await?.measure_prune(&wanted).await?
    } else {
        let store = session.open_existing().await?;
        let report = store.prune(&wanted).await?;
        if args.vacuum {
            store.vacuum().await?;
        }
        store.close().await;
        report
    };
    bar.finish_and_clear();
    let mut out = session.screen.stdout();
    match args.format {
        ReportFormat::Json => out.json(&report)?,
        ReportFormat::Text => {
            let verb = if args.dry_run { "would go" } else { "gone" };
            let parts = [
                (report.pages, "page"),
                (report.revisions, "revision"),
                (report.fetches, "attempt"),
            ];
            for (part, noun) in parts {
                let (rows, bytes) = (output::count(part.rows, noun), output::bytes(part.bytes));
                out.line(format_args!("{rows}, {bytes}  {verb}"))?;
            }
        }
    }
    out.finish()?;
    Ok(End::Done)
}

async fn backup(session: &Session, file: &Path) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let bar = session.screen.progress("copying", None);
    let bytes = store.backup(file).await?;
    bar.finish_and_clear();
    let mut out = session.screen.stdout();
    out.line(format_args!("{}  {}", file.display(), output::bytes(bytes)))?;
    out.finish()?;
    Ok(End::Done)
}
