//! What was taken out of an article: what, where it stood, and which rule said so.

use serde_json::{Value, json};

use super::failure::Failure;
use super::output::{Out, Printable, Screen};
use super::query::ShowFormat;
use crate::store::{ArticleDetail, RemovalRow};

/// Characters of the story that show where a removal stood.
const PLACE_CHARS: usize = 72;

/// Prints the removals of an article in their places.
pub(super) fn print(
    out: &mut Out,
    screen: Screen,
    detail: &ArticleDetail,
    format: ShowFormat,
) -> anyhow::Result<()> {
    let story: Vec<&str> = detail.article.text.split("\n\n").collect();
    match format {
        ShowFormat::Text => Ok(print_text(out, screen, detail, &story)?),
        ShowFormat::Json => {
            let (article, removals) = (&detail.article, &detail.removals);
            let removals: Vec<Value> = removals.iter().map(|it| in_place(it, &story)).collect();
            out.json(&json!({
                "id": article.id, "url": article.url, "title": article.title, "removals": removals,
            }))
        }
        ShowFormat::Markdown => Err(Failure::new("what was removed has no Markdown")
            .hint("leave out --format, or say --format json")
            .into()),
    }
}

fn print_text(
    out: &mut Out,
    screen: Screen,
    detail: &ArticleDetail,
    story: &[&str],
) -> std::io::Result<()> {
    out.line(screen.bold(Printable(&detail.article.title)))?;
    out.line(Printable(&detail.article.url))?;
    if detail.removals.is_empty() {
        return out.line("\nnothing was removed");
    }
    for same_place in detail.removals.chunk_by(|one, other| one.position == other.position) {
        let (before, after) = neighbours(&same_place[0], story);
        out.line("")?;
        place(out, screen, before.map(end_of))?;
        for removal in same_place {
            let what = format!("{} ({})", removal.kind, removal.rule);
            out.line(format_args!("  - {}", screen.red(Printable(&what))))?;
            for line in removal.text.lines() {
                out.line(format_args!("      {}", Printable(line)))?;
            }
        }
        place(out, screen, after.map(start_of))?;
    }
    Ok(())
}

fn place(out: &mut Out, screen: Screen, story: Option<String>) -> std::io::Result<()> {
    let Some(story) = story else { return Ok(()) };
    out.line(format_args!("    {}", screen.dim(Printable(&story))))
}

/// A removal with the story around it.
fn in_place(removal: &RemovalRow, story: &[&str]) -> Value {
    let (after, before) = neighbours(removal, story);
    json!({
        "position": removal.position, "kind": removal.kind, "rule": removal.rule,
        "text": removal.text, "after": after, "before": before,
    })
}

/// The blocks of the story between which a removal stood.
fn neighbours<'a>(removal: &RemovalRow, story: &[&'a str]) -> (Option<&'a str>, Option<&'a str>) {
    let at = usize::try_from(removal.position).unwrap_or_default();
    let block = |at: Option<usize>| story.get(at?).copied().filter(|block| !block.is_empty());
    (block(at.checked_sub(1)), block(Some(at)))
}

fn start_of(block: &str) -> String {
    match block.char_indices().nth(PLACE_CHARS) {
        Some((end, _)) => format!("{}…", &block[..end]),
        None => block.to_owned(),
    }
}

fn end_of(block: &str) -> String {
    match block.char_indices().rev().nth(PLACE_CHARS) {
        Some((start, c)) => format!("…{}", &block[start + c.len_utf8()..]),
        None => block.to_owned(),
    }
}
