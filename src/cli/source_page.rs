//! One source for a person: how it fares, and what is taken out of its articles.

use serde_json::json;

use super::fetch::ReportFormat;
use super::output::{self, Out, Printable};
use super::selection::find_source;
use super::sources::{source_json, source_table};
use super::table::Table;
use super::{End, Session, now};
use crate::store::{RuleCount, SourceReport};

/// Shows one source, with what is taken out of its articles by kind and rule.
#[derive(clap::Args, Debug)]
pub(super) struct SourceShowArgs {
    /// Number of the source, or its address.
    #[arg(value_name = "ID")]
    id: String,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: ReportFormat,
}

pub(super) async fn show(session: &Session, args: &SourceShowArgs) -> anyhow::Result<End> {
    let store = session.open_read_only().await?;
    let source = find_source(&store, &args.id).await?;
    let report = store.source_report(source.id).await?;
    let rules = store.rules_of_source(source.id).await?;
    let mut out = session.screen.stdout();
    match args.format {
        ReportFormat::Json => {
            let mut value = source_json(&report);
            value["removals"] = json!(rules);
            out.json(&value)?;
        }
        ReportFormat::Text => print(&mut out, session, &report, &rules)?,
    }
    out.finish()?;
    Ok(End::Done)
}

fn print(
    out: &mut Out,
    session: &Session,
    report: &SourceReport,
    rules: &[RuleCount],
) -> std::io::Result<()> {
    let about = source_table(std::slice::from_ref(report), now());
    about.lines(session.screen).into_iter().try_for_each(|line| out.line(line))?;
    out.line("")?;
    if rules.is_empty() {
        return out.line("nothing was removed from its articles");
    }
    let mut table =
        Table::new(&["kind", "rule", "#removals", "#articles", "#of 100", "#characters", "last"]);
    for rule in rules {
        let share = rule.articles * 100 / report.articles.max(1);
        table.row([
            rule.kind.clone(),
            rule.rule.clone(),
            rule.removals.to_string(),
            rule.articles.to_string(),
            share.to_string(),
            rule.characters.to_string(),
            rule.example.clone(),
        ]);
    }
    table.lines(session.screen).into_iter().try_for_each(|line| out.line(line))?;
    let blocks: u64 = rules.iter().map(|rule| rule.removals).sum();
    let from = output::count(report.articles, "article");
    let title = Printable(&report.source.title).to_string();
    let of = if title.is_empty() { String::new() } else { format!(" of {title}") };
    out.line(format_args!("\n{} removed from {from}{of}", output::count(blocks, "block")))
}
