//! Articles out of the database, as a stream.

use std::path::PathBuf;
use std::pin::pin;

use clap::{Args, ValueEnum};
use futures_util::StreamExt;

use super::selection::Selection;
use super::target::Target;
use super::{End, Session, now};
use crate::export;
use crate::store::ArticleDetail;

/// Writes articles as JSON Lines or CSV, in order of their number; streams, does not load.
#[derive(Args, Debug)]
#[command(after_help = "\
JSON Lines hold everything: text, Markdown, removals, images, revisions. CSV holds the article's
own columns; a text that a spreadsheet would take for a formula (it begins with = + - @) has a '
before it.

Examples:
  tearsheet export --since 30d --lang en > articles.jsonl
  tearsheet export --format csv --output articles.csv
  tearsheet export --after-id 4711                     what came since the last export")]
pub(super) struct ExportArgs {
    #[command(flatten)]
    selection: Selection,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "jsonl")]
    format: ExportFormat,
    /// File to write; it appears when it is complete, or not at all [default: stdout].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// One object a line, with everything.
    Jsonl,
    /// Comma-separated, with a head.
    Csv,
}

pub(super) async fn run(session: &Session, args: ExportArgs) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let filter = args.selection.filter(&store, None, now()).await?;
    let mut target = Target::open(args.output.as_deref(), session.screen)?;
    // A bar over what scrolls by on the same terminal would only be in its way.
    let hidden = args.output.is_none() && session.screen.width.is_some();
    let bar = if hidden {
        indicatif::ProgressBar::hidden()
    } else {
        session.screen.progress("exporting", None)
    };
    if args.format == ExportFormat::Csv {
        target.data(&export::csv_record(export::ARTICLE_COLUMNS))?;
    }
    let mut articles = pin!(store.export(filter));
    while let Some(detail) = articles.next().await {
        write(&mut target, args.format, &detail?)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    target.finish()?;
    Ok(End::Done)
}

fn write(target: &mut Target, format: ExportFormat, detail: &ArticleDetail) -> anyhow::Result<()> {
    match format {
        ExportFormat::Jsonl => target.json_line(detail),
        ExportFormat::Csv => Ok(target.data(&export::csv_article(detail))?),
    }
}
