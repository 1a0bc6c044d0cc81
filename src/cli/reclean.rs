//! `tearsheet reclean`: stored articles, made again with the rules of today.

use std::collections::BTreeMap;
use std::io;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::output::{self, Out, Printable, Screen};
use super::selection::{Selection, find_article};
use super::{End, Session, now};
use crate::pipeline::{self, Change, Moved, RecleanEnd, RecleanOptions, RecleanReport};
use crate::store::{ArticleFilter, Remaking, Store};

/// Makes articles again from their stored pages, with the rules of today and what is known to
/// repeat on their sites.
#[derive(Args, Debug)]
#[command(mut_arg("duplicates", |arg| arg.hide(true)))]
#[command(after_help = "\
A text that changes becomes a new revision, `recleaned`; `--undo` returns to the one before. A text
that would be emptied or halved is left as it is, and named; exit code 1 says that there are such.
It may run beside the daemon, and be stopped at any moment: what is done is done. `--after-id N`
goes on behind an article.

Examples:
  tearsheet reclean --dry-run --since 30d
  tearsheet reclean --source 3
  tearsheet reclean 7 --force
  tearsheet reclean --undo --site example.org")]
pub(super) struct RecleanArgs {
    /// Numbers of articles, or their addresses [default: all].
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    selection: Selection,
    /// Shows what would change, article by article, and changes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Takes also a text that is emptied or halved.
    #[arg(long, conflicts_with = "undo")]
    force: bool,
    /// Returns articles to the revision before they were last recleaned.
    #[arg(long)]
    undo: bool,
    /// Pages read at once [default: the number of cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: RecleanFormat,
}

/// Forms of what `reclean` reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RecleanFormat {
    /// For a person: with `--dry-run` what changes in each article, and the totals.
    Text,
    /// One object for each article that is not as it was, then one with the totals.
    Jsonl,
}

pub(super) async fn run(session: &Session, args: RecleanArgs) -> anyhow::Result<End> {
    let store = if args.dry_run {
        session.open_read_only().await?
    } else {
        session.open_existing().await?
    };
    let filter = filter(&args, &store).await?;
    let configured = session.config.extract_options().threads;
    let threads = args.threads.map_or_else(|| super::threads(configured), usize::from);
    let files = &session.config.clean_options().phrases;
    // What is put back is judged by nothing.
    let phrases = super::phrases::read(if args.undo { &[] } else { files })?;
    let options = RecleanOptions { dry_run: args.dry_run, force: args.force, threads, phrases };
    if !args.undo {
        count_first(session, &store, &filter, &options).await?;
    }
    let (what, length) = if args.undo {
        ("putting back", store.count_recleaned(&filter).await?)
    } else {
        ("recleaning", store.count_stored(&filter, Remaking::All).await?)
    };
    // A bar over what scrolls by on the same terminal would only be in its way.
    let scrolls = args.dry_run || args.format == RecleanFormat::Jsonl;
    let bar = if scrolls && session.screen.width.is_some() {
        indicatif::ProgressBar::hidden()
    } else {
        session.screen.progress(what, Some(length))
    };
    let mut account = Account {
        out: session.screen.stdout(),
        screen: session.screen,
        shows_changes: args.dry_run,
        format: args.format,
        totals: Totals::default(),
    };
    let mut report = |report: RecleanReport| -> anyhow::Result<()> {
        bar.inc(1);
        bar.suspend(|| account.take(&report))
    };
    if args.undo {
        pipeline::undo(&store, filter, args.dry_run, &mut report).await?;
    } else {
        pipeline::reclean(&store, filter, options, now, &mut report).await?;
    }
    bar.finish_and_clear();
    store.close().await;
    account.finish(args.dry_run, args.undo)
}

/// Counts what repeats where that is not done yet. A dry run writes nothing, and says what it lacks.
async fn count_first(
    session: &Session,
    store: &Store,
    filter: &ArticleFilter,
    options: &RecleanOptions,
) -> anyhow::Result<()> {
    let uncounted = store.count_stored(filter, Remaking::Uncounted).await?;
    if uncounted == 0 {
        return Ok(());
    }
    if options.dry_run {
        output::note(format_args!(
            "tearsheet: what repeats is not counted yet in {}; without --dry-run they are counted \
             first, and more may be found to repeat",
            output::count(uncounted, "article")
        ));
        return Ok(());
    }
    let bar = session.screen.progress("counting", Some(uncounted));
    pipeline::count_blocks(store, filter.clone(), options, || bar.inc(1)).await?;
    bar.finish_and_clear();
    Ok(())
}

/// The articles that are meant; duplicates, too: their texts hold the same residue.
async fn filter(args: &RecleanArgs, store: &Store) -> anyhow::Result<ArticleFilter> {
    let mut ids = Vec::with_capacity(args.ids.len());
    for id in &args.ids {
        ids.push(find_article(store, id).await?);
    }
    let filter = args.selection.filter(store, None, now()).await?;
    Ok(ArticleFilter { ids, duplicates: true, ..filter })
}

/// What became of how many articles, and of how many blocks.
#[derive(Debug, Default)]
struct Totals {
    changed: u64,
    unchanged: u64,
    left_alone: u64,
    without_page: u64,
    unreadable: u64,
    overtaken: u64,
    lost: u64,
    removed: BTreeMap<String, u64>,
    restored: BTreeMap<String, u64>,
}

/// What a block is called that no rule named: it fell out with what stands around it, or is new.
const UNNAMED: &str = "unnamed";

impl Totals {
    fn count(&mut self, end: &RecleanEnd) {
        *match end {
            RecleanEnd::Changed(change) => {
                for (counts, blocks) in
                    [(&mut self.removed, &change.removed), (&mut self.restored, &change.restored)]
                {
                    for block in blocks {
                        *counts.entry(kind(block).to_owned()).or_default() += 1;
                    }
                }
                &mut self.changed
            }
            RecleanEnd::Unchanged => &mut self.unchanged,
            RecleanEnd::LeftAlone(_) => &mut self.left_alone,
            RecleanEnd::WithoutPage => &mut self.without_page,
            RecleanEnd::Unreadable(_) => &mut self.unreadable,
            RecleanEnd::Overtaken => &mut self.overtaken,
            RecleanEnd::Lost => &mut self.lost,
        } += 1;
    }

    fn json(&self) -> Value {
        json!({
            "changed": self.changed, "unchanged": self.unchanged, "left_alone": self.left_alone,
            "without_page": self.without_page, "unreadable": self.unreadable,
            "overtaken": self.overtaken, "lost": self.lost,
            "removed": self.removed, "restored": self.restored,
        })
    }
}

fn kind(block: &Moved) -> &str {
    block.kind.as_deref().unwrap_or(UNNAMED)
}

/// The account that is given of a run.
struct Account {
    out: Out,
    screen: Screen,
    shows_changes: bool,
    format: RecleanFormat,
    totals: Totals,
}

impl Account {
    fn take(&mut self, report: &RecleanReport) -> anyhow::Result<()> {
        self.totals.count(&report.end);
        match self.format {
            RecleanFormat::Jsonl => {
                if report.end != RecleanEnd::Unchanged {
                    self.out.json_line(&line(report))?;
                }
            }
            RecleanFormat::Text => {
                if let RecleanEnd::Changed(change) | RecleanEnd::LeftAlone(change) = &report.end
                    && self.shows_changes
                {
                    print_change(&mut self.out, self.screen, report, change)?;
                }
            }
        }
        if let Some(why) = complaint(&report.end) {
            let (id, url) = (report.id.0, Printable(&report.url));
            output::note(format_args!("tearsheet: article {id}: {why}\n  {url}"));
        }
        Ok(())
    }

    fn finish(mut self, dry_run: bool, undo: bool) -> anyhow::Result<End> {
        let totals = &self.totals;
        if self.format == RecleanFormat::Jsonl {
            self.out.json_line(&json!({ "totals": totals.json() }))?;
        } else {
            print_totals(&mut self.out, totals, dry_run, undo)?;
        }
        self.out.finish()?;
        let failed = totals.left_alone + totals.unreadable + totals.lost;
        Ok(if failed == 0 { End::Done } else { End::SomeFailed })
    }
}

/// What a person has to hear of, whatever the form of the output.
fn complaint(end: &RecleanEnd) -> Option<String> {
    match end {
        RecleanEnd::LeftAlone(change) => {
            let (before, after) = change.words;
            Some(format!(
                "left as it is: of {} {after} would be left; `--force` takes that",
                output::count(before as u64, "word")
            ))
        }
        RecleanEnd::Unreadable(why) => {
            Some(format!("left as it is: its page could not be read: {}", Printable(why)))
        }
        RecleanEnd::Lost => Some("stays recleaned: the revision before was pruned".to_owned()),
        RecleanEnd::Changed(_)
        | RecleanEnd::Unchanged
        | RecleanEnd::WithoutPage
        | RecleanEnd::Overtaken => None,
    }
}

fn line(report: &RecleanReport) -> Value {
    let mut line = json!({
        "id": report.id.0, "url": report.url, "title": report.title, "end": word(&report.end),
    });
    let detail = match &report.end {
        RecleanEnd::Changed(change) | RecleanEnd::LeftAlone(change) => ("change", json!(change)),
        RecleanEnd::Unreadable(why) => ("error", json!(why)),
        _ => return line,
    };
    line[detail.0] = detail.1;
    line
}

const fn word(end: &RecleanEnd) -> &'static str {
    match end {
        RecleanEnd::Changed(_) => "changed",
        RecleanEnd::Unchanged => "unchanged",
        RecleanEnd::LeftAlone(_) => "left_alone",
        RecleanEnd::WithoutPage => "without_page",
        RecleanEnd::Unreadable(_) => "unreadable",
        RecleanEnd::Overtaken => "overtaken",
        RecleanEnd::Lost => "lost",
    }
}

fn print_change(
    out: &mut Out,
    screen: Screen,
    report: &RecleanReport,
    change: &Change,
) -> io::Result<()> {
    let (before, after) = change.words;
    out.line(format_args!("{:>6}  {}", report.id.0, screen.bold(Printable(&report.title))))?;
    let about = format!("{}  {before} → {after} words", Printable(&report.url));
    out.line(format_args!("        {}", screen.dim(about)))?;
    if let Some((before, after)) = &change.title {
        out.line(format_args!("  title {}", screen.red(format_args!("- {}", Printable(before)))))?;
        out.line(format_args!("        {}", screen.green(format_args!("+ {}", Printable(after)))))?;
    }
    for block in &change.removed {
        out.line(screen.red(format_args!("      - {}", moved(block))))?;
    }
    for block in &change.restored {
        out.line(screen.green(format_args!("      + {}", moved(block))))?;
    }
    out.line("")
}

/// Characters of a block that a diff shows.
const SHOWN_CHARS: usize = 90;

fn moved(block: &Moved) -> String {
    let mut shown: String = block.text.chars().take(SHOWN_CHARS).collect();
    if shown.len() < block.text.len() {
        shown.push('…');
    }
    let rule = block.rule.as_deref().map(|rule| format!(" ({rule})")).unwrap_or_default();
    let what = Printable(&format!("{}{rule}", kind(block))).to_string();
    format!("{what:<40}  {}", Printable(&shown))
}

fn print_totals(out: &mut Out, totals: &Totals, dry_run: bool, undo: bool) -> io::Result<()> {
    let changed = match (dry_run, undo) {
        (true, true) => "would be put back",
        (true, false) => "would change",
        (false, true) => "put back",
        (false, false) => "changed",
    };
    for (count, what) in [
        (totals.changed, changed),
        (totals.unchanged, "unchanged"),
        (totals.left_alone, "left alone: the text would be emptied or halved"),
        (totals.without_page, "without a stored page, from which they could be made again"),
        (totals.unreadable, "left alone: the page could not be read"),
        (totals.overtaken, "fetched or edited meanwhile"),
        (totals.lost, "stay recleaned: the revision before was pruned"),
    ] {
        if count > 0 || what == changed {
            out.line(format_args!("{count:>9}  {what}"))?;
        }
    }
    for (verb, counts) in [("removed", &totals.removed), ("restored", &totals.restored)] {
        for (kind, count) in counts {
            out.line(format_args!("{count:>9}  {verb}: {}", Printable(kind)))?;
        }
    }
    Ok(())
}
