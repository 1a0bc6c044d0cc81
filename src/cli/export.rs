//! Articles out of the database, as a stream.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::pin;

use clap::{Args, ValueEnum};
use futures_util::StreamExt;

use super::failure::Failure;
use super::selection::Selection;
use super::target::Target;
use super::{End, Session, now};
use crate::export;
use crate::store::{ArticleDetail, ArticleId, Parts, Store};

/// Writes articles as JSON Lines, CSV, Parquet, Markdown or WARC, in order of their number; streams,
/// does not load.
#[derive(Args, Debug)]
#[command(after_help = "\
JSON Lines and Parquet hold everything: text, Markdown, removals, images; `--revisions` adds every
version. CSV holds the article's own columns; a text that a spreadsheet would take for a formula
(it begins with = + - @) has a ' before it. Markdown writes one file an article, with front matter,
into a folder. WARC holds the stored pages, not the articles. README, \"Export\", has the shapes.

Examples:
  tearsheet export --since 30d --lang en > articles.jsonl
  tearsheet export --format parquet --output articles.parquet
  tearsheet export --format markdown --output notes/
  tearsheet export --dolma --output corpus.jsonl
  tearsheet export --since-id 4711                     what came since that article
  tearsheet export --cursor seen.txt >> all.jsonl      what came since the last run")]
pub(super) struct ExportArgs {
    #[command(flatten)]
    selection: Selection,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "jsonl")]
    format: ExportFormat,
    /// JSON Lines in the shape of the Dolma toolkit.
    #[arg(long, conflicts_with = "revisions")]
    dolma: bool,
    /// Every version of every article, too (JSON Lines).
    #[arg(long)]
    revisions: bool,
    /// File to write; it appears when it is complete, or not at all [default: stdout]. For Markdown,
    /// the folder.
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Begins behind the number in FILE, and leaves there the number of the last article.
    #[arg(long, value_name = "FILE", conflicts_with = "after_id")]
    cursor: Option<PathBuf>,
}

/// Forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// One object a line, with everything.
    Jsonl,
    /// Comma-separated, with a head.
    Csv,
    /// Columns with types, packed with zstd.
    #[cfg(feature = "parquet")]
    Parquet,
    /// A folder of Markdown files with front matter.
    Markdown,
    /// The stored pages as an archive (.warc.gz).
    Warc,
}

pub(super) async fn run(session: &Session, args: ExportArgs) -> anyhow::Result<End> {
    args.check()?;
    let store = session.open_read_only().await?;
    let mut filter = args.selection.filter(&store, None, now()).await?;
    if let Some(cursor) = &args.cursor {
        filter.after_id = read_cursor(cursor)?;
    }
    let parts = match args.format {
        ExportFormat::Csv | ExportFormat::Markdown | ExportFormat::Warc => Parts::None,
        _ if args.revisions => Parts::All,
        _ => Parts::Current,
    };
    let mut sink = Sink::open(&args, session)?;
    // A bar over what scrolls by on the same terminal would only be in its way.
    let hidden = args.output.is_none() && session.screen.width.is_some();
    let bar = if hidden {
        indicatif::ProgressBar::hidden()
    } else {
        session.screen.progress("exporting", None)
    };
    let mut last = filter.after_id;
    let mut articles = pin!(store.export(filter, parts));
    while let Some(detail) = articles.next().await {
        let detail = detail?;
        sink.write(&detail, &store).await?;
        last = Some(ArticleId(detail.article.id));
        bar.inc(1);
    }
    bar.finish_and_clear();
    sink.finish()?;
    if let (Some(cursor), Some(ArticleId(last))) = (&args.cursor, last) {
        let mut target = Target::open(Some(cursor), session.screen)?;
        target.data(&format!("{last}\n"))?;
        target.finish()?;
    }
    Ok(End::Done)
}

impl ExportArgs {
    fn check(&self) -> anyhow::Result<()> {
        let refuse = |why: &str, hint: &str| Err(Failure::new(why).hint(hint).into());
        if (self.dolma || self.revisions) && self.format != ExportFormat::Jsonl {
            return refuse(
                "--dolma and --revisions are for JSON Lines",
                "leave out --format, or the other flag",
            );
        }
        if self.format == ExportFormat::Markdown && self.output.is_none() {
            return refuse("Markdown is written into a folder", "name it with --output");
        }
        Ok(())
    }
}

/// The number that an earlier run left; none where there was no run.
fn read_cursor(path: &Path) -> anyhow::Result<Option<ArticleId>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let why = format!("cannot read {}: {error}", path.display());
            return Err(Failure::new(why).hint("name another file with --cursor").into());
        }
    };
    text.trim().parse().map(|id| Some(ArticleId(id))).map_err(|_| {
        Failure::new(format!("{} holds no number of an article", path.display()))
            .hint("name another file, or delete this one to begin anew")
            .into()
    })
}

/// Where articles go, in the form that was asked for.
enum Sink {
    Jsonl(Target),
    Dolma(Target),
    Csv(Target),
    #[cfg(feature = "parquet")]
    Parquet(Box<export::ParquetFile<Target>>),
    Markdown(PathBuf),
    Warc(Target),
}

impl Sink {
    fn open(args: &ExportArgs, session: &Session) -> anyhow::Result<Sink> {
        let output = args.output.as_deref();
        let text = || Target::open(output, session.screen);
        let binary = || {
            let target = text()?;
            if target.is_terminal(session.screen) {
                return Err(Failure::new("this form is no text for a terminal")
                    .hint("name a file with --output, or redirect stdout")
                    .into());
            }
            anyhow::Ok(target)
        };
        Ok(match args.format {
            ExportFormat::Jsonl if args.dolma => Sink::Dolma(text()?),
            ExportFormat::Jsonl => Sink::Jsonl(text()?),
            ExportFormat::Csv => {
                let mut target = text()?;
                target.data(&export::csv_record(export::ARTICLE_COLUMNS))?;
                Sink::Csv(target)
            }
            #[cfg(feature = "parquet")]
            ExportFormat::Parquet => Sink::Parquet(Box::new(export::ParquetFile::new(binary()?)?)),
            ExportFormat::Markdown => Sink::Markdown(output.unwrap_or(Path::new("")).to_owned()),
            ExportFormat::Warc => {
                let mut target = binary()?;
                target.write_all(&export::warc_info(&now().to_string())?)?;
                Sink::Warc(target)
            }
        })
    }

    async fn write(&mut self, detail: &ArticleDetail, store: &Store) -> anyhow::Result<()> {
        match self {
            Sink::Jsonl(target) => target.json_line(detail)?,
            Sink::Dolma(target) => target.json_line(&export::dolma(detail))?,
            Sink::Csv(target) => target.data(&export::csv_article(detail))?,
            #[cfg(feature = "parquet")]
            Sink::Parquet(file) => file.push(detail)?,
            Sink::Markdown(folder) => {
                let path = folder.join(export::file_name(&detail.article));
                write_file(&path, &export::document(&detail.article))?;
            }
            Sink::Warc(target) => {
                if let Some(page) = store.page(ArticleId(detail.article.id)).await? {
                    target.write_all(&export::warc_response(&detail.article, &page)?)?;
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        match self {
            Sink::Jsonl(target) | Sink::Dolma(target) | Sink::Csv(target) | Sink::Warc(target) => {
                target.finish()
            }
            #[cfg(feature = "parquet")]
            Sink::Parquet(file) => file.finish()?.finish(),
            Sink::Markdown(_) => Ok(()),
        }
    }
}

/// Writes a file that appears whole or not at all, with the folders above it.
fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::new(format!("cannot make the folder {}: {error}", folder.display()))
            .hint("name another with --output")
    })?;
    let mut target = Target::open(Some(path), super::output::Screen::NONE)?;
    target.data(text)?;
    target.finish()
}
