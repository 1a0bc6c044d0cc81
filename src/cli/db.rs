//! Care of the database file: migrate, check, backup.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::fetch::ReportFormat;
use super::{End, Session, now, output};

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
    /// Copies the database to FILE while it is in use.
    Backup {
        /// File to write; it must not be there yet.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

pub(super) async fn run(session: &Session, args: DbArgs) -> anyhow::Result<End> {
    match args.command {
        DbCommand::Migrate => migrate(session).await,
        DbCommand::Check { format } => check(session, format).await,
        DbCommand::Backup { file } => backup(session, &file).await,
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

async fn check(session: &Session, format: ReportFormat) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    // SQLite compares a search index by way of a statement that writes; a file
    // that cannot be written to is checked as far as reading goes.
    let store = session.open_existing().await.unwrap_or(store);
    let bar = session.screen.progress("checking", None);
    let report = store.check(now()).await?;
    bar.finish_and_clear();
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
    Ok(if report.problems.is_empty() { End::Done } else { End::SomeFailed })
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
