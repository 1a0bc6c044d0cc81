//! Questions to the database: list, show, search, status.

use clap::{Args, ValueEnum};

use super::output::{self, Out, Printable, Screen};
use super::selection::{Selection, find_article};
use super::table::Table;
use super::{End, Session, now};
use crate::config::units;
use crate::export;
use crate::limits;
use crate::store::{FailingSource, HitOrder, SearchHit, Status};
use crate::time::Timestamp;

/// Articles that `list` shows where no limit is given.
const LIST_LIMIT: u32 = 50;
/// Hits that `search` shows where no limit is given.
const SEARCH_LIMIT: u32 = 20;

/// Forms of a list of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RowFormat {
    /// A table for a person; the same in a pipe, but not cut to the terminal's width.
    Text,
    /// One array.
    Json,
    /// One object a line.
    Jsonl,
    /// Comma-separated, with a head. Texts that a spreadsheet would take for a
    /// formula have a `'` before them.
    Csv,
}

/// Lists articles, newest first.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tearsheet list --since 1d
  tearsheet list --site example.org --lang de --limit 10 --format jsonl")]
pub(super) struct ListArgs {
    #[command(flatten)]
    selection: Selection,
    /// Form of the output. At most 50 articles unless `--limit` says otherwise.
    #[arg(long, value_enum, default_value = "text")]
    format: RowFormat,
}

pub(super) async fn list(session: &Session, args: ListArgs) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let filter = args.selection.filter(&store, Some(LIST_LIMIT), now()).await?;
    let rows = store.list(&filter).await?;
    let mut out = session.screen.stdout();
    match args.format {
        RowFormat::Text => {
            let mut table = Table::new(&["#id", "published", "site", "#words", "title"]);
            for row in &rows {
                let published = row.published_at.as_deref().unwrap_or(&row.first_seen_at);
                table.row([
                    row.id.to_string(),
                    published.get(..10).unwrap_or(published).to_owned(),
                    row.site_name.clone().unwrap_or_default(),
                    row.word_count.to_string(),
                    row.title.clone(),
                ]);
            }
            print_table(&mut out, session.screen, &table)?;
        }
        RowFormat::Json => out.json(&rows.iter().map(export::listed).collect::<Vec<_>>())?,
        RowFormat::Jsonl => {
            for row in &rows {
                out.json_line(&export::listed(row))?;
            }
        }
        RowFormat::Csv => {
            out.data(&export::csv_record(export::LIST_COLUMNS))?;
            for row in &rows {
                out.data(&export::csv_listed(row))?;
            }
        }
    }
    out.finish()?;
    if rows.is_empty() && args.format == RowFormat::Text {
        hint(session, "no articles; `tearsheet fetch` gets what is due");
    }
    Ok(End::Done)
}

fn print_table(out: &mut Out, screen: Screen, table: &Table) -> std::io::Result<()> {
    table.lines(screen).into_iter().try_for_each(|line| out.line(line))
}

/// A word on stderr to a person who looks at an empty answer.
fn hint(session: &Session, text: &str) {
    if session.screen.progress {
        output::note(format_args!("tearsheet: {text}"));
    }
}

/// Shows one article: metadata, text, what was removed and why, images, revisions.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tearsheet show 7
  tearsheet show 7 --diff                       what its last revision changed
  tearsheet show 7 --removed                    what was taken out of it, and why
  tearsheet show 7 --format markdown > storm.md")]
pub(super) struct ShowArgs {
    /// Number of the article, as `list` shows it, or its address.
    #[arg(value_name = "ID")]
    id: String,
    /// Shows what revision N changed, word by word [default of N: the current one].
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "last",
          value_parser = Edit::parse, conflicts_with = "format")]
    diff: Option<Edit>,
    /// Shows what was taken out, where it stood, and which rule said so.
    #[arg(long, conflicts_with = "diff")]
    removed: bool,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: ShowFormat,
}

/// An edit of an article, by the revision that it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// The last one.
    Last,
    /// The one that made this revision.
    Numbered(i64),
}

impl Edit {
    fn parse(text: &str) -> Result<Edit, String> {
        if text == "last" {
            return Ok(Edit::Last);
        }
        let number = text.parse().ok().filter(|number| *number >= 1);
        number.map(Edit::Numbered).ok_or_else(|| "write the number of a revision".to_owned())
    }
}

/// Forms of one article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowFormat {
    /// For a person.
    Text,
    /// Everything, as one object.
    Json,
    /// The article alone, as Markdown.
    Markdown,
}

pub(super) async fn show(session: &Session, args: ShowArgs) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let detail = store.article(find_article(&store, &args.id).await?).await?;
    let mut out = session.screen.stdout();
    if let Some(edit) = args.diff {
        super::diff::print(&mut out, session.screen, &detail, edit)?;
        out.finish()?;
        return Ok(End::Done);
    }
    if args.removed {
        super::removed::print(&mut out, session.screen, &detail, args.format)?;
        out.finish()?;
        return Ok(End::Done);
    }
    match args.format {
        ShowFormat::Text => super::article_page::print(&mut out, session.screen, &detail)?,
        ShowFormat::Json => out.json(&detail)?,
        ShowFormat::Markdown => out.data(&export::markdown(&detail.article))?,
    }
    out.finish()?;
    Ok(End::Done)
}

/// Searches titles and texts, best match first.
#[derive(Args, Debug)]
#[command(after_help = "\
Finds articles that hold all the words, in any order; a word in the headline counts for more.
\"a phrase\" stands for its words in this order, flood* for every word that begins so. Case and
accents make no difference. In articles in Chinese, Japanese and Korean words are found wherever they stand.
There are no operators: AND, OR and NOT are words like others. Matches stand in [brackets], in
every form of the output.

Examples:
  tearsheet search 'flood bridge'
  tearsheet search '\"storm surge\" balt*' --since 30d --format jsonl")]
pub(super) struct SearchArgs {
    /// What to look for.
    #[arg(value_name = "QUERY", required = true, num_args = 1..)]
    query: Vec<String>,
    #[command(flatten)]
    selection: Selection,
    /// In which order hits come.
    #[arg(long, value_enum, default_value = "relevance")]
    sort: SortArg,
    /// Form of the output. At most 20 hits unless `--limit` says otherwise.
    #[arg(long, value_enum, default_value = "text")]
    format: RowFormat,
}

/// Orders of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SortArg {
    /// Best match first.
    Relevance,
    /// Newest first.
    Date,
}

impl From<SortArg> for HitOrder {
    fn from(sort: SortArg) -> HitOrder {
        match sort {
            SortArg::Relevance => HitOrder::Relevance,
            SortArg::Date => HitOrder::Date,
        }
    }
}

pub(super) async fn search(session: &Session, args: SearchArgs) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let filter = args.selection.filter(&store, Some(SEARCH_LIMIT), now()).await?;
    let mut hits = store.search(&args.query.join(" "), &filter, args.sort.into()).await?;
    if args.format != RowFormat::Text {
        for hit in &mut hits {
            hit.snippet = hit.snippet.replace('\u{2}', "[").replace('\u{3}', "]");
        }
    }
    let mut out = session.screen.stdout();
    match args.format {
        RowFormat::Text => {
            hits.iter().try_for_each(|hit| print_hit(&mut out, session.screen, hit))?;
        }
        RowFormat::Json => out.json(&hits)?,
        RowFormat::Jsonl => hits.iter().try_for_each(|hit| out.json_line(hit))?,
        RowFormat::Csv => {
            out.data(&export::csv_record(export::HIT_COLUMNS))?;
            hits.iter().try_for_each(|hit| out.data(&export::csv_hit(hit)))?;
        }
    }
    out.finish()?;
    if hits.is_empty() && args.format == RowFormat::Text {
        hint(session, "nothing found");
    }
    Ok(End::Done)
}

fn print_hit(out: &mut Out, screen: Screen, hit: &SearchHit) -> std::io::Result<()> {
    let site = hit.site_name.as_deref().unwrap_or_default();
    let day = hit.published_at.as_deref().and_then(|text| text.get(..10)).unwrap_or_default();
    let place = [day, site].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    out.line(format_args!("{:>6}  {}", hit.id, screen.bold(Printable(&hit.title))))?;
    out.line(format_args!("        {}", screen.dim(Printable(&place.join(" · ")))))?;
    let mut snippet = String::new();
    for part in hit.snippet.split_inclusive(['\u{2}', '\u{3}']) {
        let text = Printable(part).to_string();
        match (part.ends_with('\u{2}'), part.ends_with('\u{3}')) {
            (true, _) => snippet.extend([text.as_str(), "["]),
            (_, true) => snippet.extend([screen.bold(text).as_str(), "]"]),
            _ => snippet.push_str(&text),
        }
    }
    out.line(format_args!("        {snippet}\n"))
}

/// Says whether all is well: totals, failing sources, lag, sizes. Exit code 1 when it is not.
#[derive(Args, Debug)]
pub(super) struct StatusArgs {
    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: super::fetch::ReportFormat,
}

pub(super) async fn status(session: &Session, args: StatusArgs) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let now = now();
    let status = store.status(now).await?;
    let problems = problems(&status, session.config.schedule_options().max_interval, now);
    let mut out = session.screen.stdout();
    match args.format {
        super::fetch::ReportFormat::Text => {
            print_status(&mut out, session.screen, &status, &problems, now)?;
        }
        super::fetch::ReportFormat::Json => {
            let mut value = serde_json::to_value(&status)?;
            if let Some(object) = value.as_object_mut() {
                for key in ["sources", "entries", "outcomes_day"] {
                    object.get_mut(key).map(pairs_to_object);
                }
                object.insert("well".to_owned(), problems.is_empty().into());
                object.insert("problems".to_owned(), problems.clone().into());
            }
            out.json(&value)?;
        }
    }
    out.finish()?;
    Ok(if problems.is_empty() { End::Done } else { End::SomeFailed })
}

/// What is not well, each with what to do about it.
fn problems(status: &Status, max_interval: std::time::Duration, now: Timestamp) -> Vec<String> {
    let mut problems = Vec::new();
    if !status.failing.is_empty() {
        let failing = status.failing.len() as u64;
        let verb = if failing == 1 { "fails" } else { "fail" };
        let long = status.failing.iter().filter(|it| output::fails_long(since(it), now)).count();
        let long = match long {
            0 => String::new(),
            long => format!(", {long} of them for more than a week"),
        };
        problems.push(format!(
            "{} {verb}{long}; `tearsheet sources` shows why, `tearsheet sources pause ID` stops one",
            output::count(failing, "source")
        ));
    }
    if status.lag_seconds > max_interval.as_secs() {
        problems.push(format!(
            "the most overdue source is {} late; is `tearsheet daemon` running?",
            crate::time::rough(std::time::Duration::from_secs(status.lag_seconds))
        ));
    }
    if status.wal_bytes > limits::WAL_BYTES_WARNED {
        problems.push(format!(
            "the log beside the database has grown to {}: a program that reads has had a \
             transaction open for long (a database tool, a notebook?); close it",
            output::bytes(status.wal_bytes)
        ));
    }
    problems
}

/// When a source began to fail.
fn since(source: &FailingSource) -> Option<Timestamp> {
    Timestamp::parse(source.failing_since.as_deref()?)
}

/// `[["active", 3]]` → `{"active": 3}`.
fn pairs_to_object(value: &mut serde_json::Value) {
    let pairs = value.as_array().into_iter().flatten();
    let object = pairs
        .filter_map(|pair| Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1)?.clone())))
        .collect::<serde_json::Map<_, _>>();
    *value = object.into();
}

fn print_status(
    out: &mut Out,
    screen: Screen,
    status: &Status,
    problems: &[String],
    now: Timestamp,
) -> std::io::Result<()> {
    let totals = |pairs: &[(String, u64)]| {
        let parts: Vec<_> = pairs.iter().map(|(word, n)| format!("{n} {word}")).collect();
        if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
    };
    out.line(format_args!("sources    {}", totals(&status.sources)))?;
    out.line(format_args!("entries    {}", totals(&status.entries)))?;
    out.line(format_args!(
        "articles   {}, {} of them duplicates; {} removed",
        status.articles,
        status.duplicates,
        output::count(status.removals, "block")
    ))?;
    out.line(format_args!("last day   {}", totals(&status.outcomes_day)))?;
    let lag = units::show_duration(std::time::Duration::from_secs(status.lag_seconds));
    out.line(format_args!("lag        {lag}"))?;
    out.line(format_args!(
        "size       {} and {} of log",
        output::bytes(status.database_bytes),
        output::bytes(status.wal_bytes)
    ))?;
    if !status.failing.is_empty() {
        out.line("")?;
        let mut table = Table::new(&["#id", "#failures", "next poll", "source", "error"]);
        for source in &status.failing {
            let next = source.next_poll_at.as_deref().and_then(Timestamp::parse);
            let next =
                next.map_or_else(|| "-".to_owned(), |at| format!("in {}", output::span(at, now)));
            table.row([
                source.id.to_string(),
                source.failures.to_string(),
                next,
                source.url.clone(),
                output::trouble(
                    source.last_error.as_deref().unwrap_or_default(),
                    source.last_error_kind.as_deref(),
                    since(source),
                    now,
                ),
            ]);
        }
        print_table(out, screen, &table)?;
    }
    out.line("")?;
    for problem in problems {
        out.line(format_args!("{}  {problem}", screen.red("not well")))?;
    }
    if problems.is_empty() { out.line("all is well") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::problems;
    use crate::limits;
    use crate::store::Status;
    use crate::time::Timestamp;

    #[test]
    fn a_log_that_a_reader_keeps_from_shrinking_is_not_well() {
        let now = Timestamp::from_unix(0);
        let well = Status { wal_bytes: limits::WAL_BYTES_WARNED, ..Status::default() };
        assert!(problems(&well, Duration::from_hours(24), now).is_empty());
        let grown = Status { wal_bytes: limits::WAL_BYTES_WARNED + 1, ..Status::default() };
        assert!(problems(&grown, Duration::from_hours(24), now)[0].contains("a transaction open"));
    }
}
