//! Articles out of the database, as a stream.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::pin;

use clap::{Args, ValueEnum};
use futures_util::StreamExt;
use indicatif::ProgressBar;

use super::failure::Failure;
use super::selection::Selection;
use super::target::{self, Target};
use super::{End, Session, now};
use crate::export;
use crate::json::EscapedJson;
use crate::store::{ArticleDetail, ArticleFilter, ArticleId, ArticleRow, Parts, Store};

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

impl ExportFormat {
    fn is_binary(self) -> bool {
        !matches!(self, ExportFormat::Jsonl | ExportFormat::Csv | ExportFormat::Markdown)
    }
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
    // Tried before the first article is written: what cannot be told to the next run is exported twice.
    let cursor = args.cursor.as_deref().map(|path| session.target(Some(path))).transpose()?;
    // A bar over what scrolls by on the same terminal would only be in its way.
    let hidden = args.output.is_none() && session.screen.width.is_some();
    let bar =
        if hidden { ProgressBar::hidden() } else { session.screen.progress("exporting", None) };
    let last = write(&args, session, Export { store: &store, filter, parts, bar }).await?;
    if let (Some(mut cursor), Some(ArticleId(last))) = (cursor, last) {
        cursor.data(&format!("{last}\n"))?;
        cursor.finish()?;
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
        if let (Some(output), Some(cursor)) = (&self.output, &self.cursor)
            && target::are_one(output, cursor)
        {
            return refuse("--output and --cursor name one file", "give each a name of its own");
        }
        if self.format == ExportFormat::Markdown && self.output.is_none() {
            return refuse("Markdown is written into a folder", "name it with --output");
        }
        Ok(())
    }
}

/// The number that an earlier run left; none where there was no run.
fn read_cursor(path: &Path) -> anyhow::Result<Option<ArticleId>> {
    let text = match crate::config::read_given(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
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

/// Writes all of an export in the form that was asked for; gives the number of its last article.
async fn write(
    args: &ExportArgs,
    session: &Session,
    export: Export<'_>,
) -> anyhow::Result<Option<ArticleId>> {
    let output = args.output.as_deref();
    if args.format == ExportFormat::Markdown {
        let folder = output.unwrap_or(Path::new("")).to_owned();
        let render = move |articles: &[ArticleDetail]| write_files(&folder, articles);
        return export.each(render, async |()| Ok(())).await;
    }
    let mut target = session.target(output)?;
    if args.format.is_binary() && target.is_terminal() {
        return Err(Failure::new("this form is no text for a terminal")
            .hint("name a file with --output, or redirect stdout")
            .into());
    }
    let last = match args.format {
        ExportFormat::Jsonl => {
            let dolma = args.dolma;
            let render = move |articles: &[ArticleDetail]| {
                if dolma { dolma_lines(articles) } else { Ok(export::json_lines(articles)?) }
            };
            export.each(render, async |lines| Ok(target.write_all(lines.as_bytes())?)).await?
        }
        ExportFormat::Csv => {
            target.data(&export::csv_record(export::ARTICLE_COLUMNS))?;
            let render =
                |articles: &[ArticleDetail]| Ok(articles.iter().map(export::csv_article).collect());
            export.each(render, async |lines: String| Ok(target.data(&lines)?)).await?
        }
        #[cfg(feature = "parquet")]
        ExportFormat::Parquet => {
            let mut file = export::ParquetFile::new(&mut target)?;
            let render = |articles: &[ArticleDetail]| Ok(export::parquet_columns(articles)?);
            let last = export.each(render, async |columns| Ok(file.write(&columns)?)).await?;
            file.finish()?;
            last
        }
        ExportFormat::Warc => {
            target.write_all(&export::warc_info(&now().to_string())?)?;
            let store = export.store;
            let render = |articles: &[ArticleDetail]| {
                Ok(articles.iter().map(|detail| detail.article.clone()).collect())
            };
            let write = async |articles: Vec<ArticleRow>| {
                for article in &articles {
                    if let Some(page) = store.page(ArticleId(article.id)).await? {
                        target.write_all(&export::warc_response(article, &page)?)?;
                    }
                }
                Ok(())
            };
            export.each(render, write).await?
        }
        ExportFormat::Markdown => None,
    };
    target.finish()?;
    Ok(last)
}

/// Which articles are exported, and the bar that shows how far that is.
struct Export<'a> {
    store: &'a Store,
    filter: ArticleFilter,
    parts: Parts,
    bar: ProgressBar,
}

impl Export<'_> {
    /// Writes what `render` makes of each portion, in their order; gives the number of the last
    /// article.
    async fn each<T: Send + 'static>(
        self,
        render: impl Fn(&[ArticleDetail]) -> anyhow::Result<T> + Send + Sync + 'static,
        mut write: impl AsyncFnMut(T) -> anyhow::Result<()>,
    ) -> anyhow::Result<Option<ArticleId>> {
        let mut last = self.filter.after_id;
        let render = move |articles: Vec<ArticleDetail>| {
            let ids: Vec<i64> = articles.iter().map(|detail| detail.article.id).collect();
            (ids, render(&articles))
        };
        let mut portions = pin!(self.store.export(self.filter, self.parts, render));
        while let Some(portion) = portions.next().await {
            let (ids, made) = portion?;
            write(made?).await?;
            last = ids.last().copied().map(ArticleId).or(last);
            self.bar.inc(ids.len() as u64);
        }
        self.bar.finish_and_clear();
        Ok(last)
    }
}

fn dolma_lines(articles: &[ArticleDetail]) -> anyhow::Result<String> {
    let lines = articles.iter().map(|detail| {
        Ok(format!("{}\n", EscapedJson(&serde_json::to_string(&export::dolma(detail))?)))
    });
    lines.collect()
}

/// Writes one file an article.
fn write_files(folder: &Path, articles: &[ArticleDetail]) -> anyhow::Result<()> {
    articles.iter().try_for_each(|ArticleDetail { article, .. }| {
        write_file(&folder.join(export::file_name(article)), &export::document(article))
    })
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
