//! One article for a person: what it says, and what was taken out of it.

use std::io;

use super::output::{Out, Printable, PrintableText, Screen};
use crate::store::ArticleDetail;

/// Prints everything that is known of an article.
pub(super) fn print(out: &mut Out, screen: Screen, detail: &ArticleDetail) -> io::Result<()> {
    head(out, screen, detail)?;
    out.line("")?;
    if let Some(summary) = &detail.article.summary {
        out.line(format_args!("{}\n", screen.dim(Printable(summary))))?;
    }
    out.line(PrintableText(&detail.article.text))?;
    images(out, screen, detail)?;
    removals(out, screen, detail)?;
    revisions(out, screen, detail)
}

fn head(out: &mut Out, screen: Screen, detail: &ArticleDetail) -> io::Result<()> {
    let article = &detail.article;
    out.line(screen.bold(Printable(&article.title)))?;
    out.line(Printable(&article.url))?;
    let published = article.published_at.as_ref().map(|at| match &article.published_from {
        Some(from) => format!("{at} (from {from})"),
        None => at.clone(),
    });
    let about = [
        article.site_name.clone(),
        Some(article.authors.join(", ")).filter(|names| !names.is_empty()),
        published,
        article.language.clone(),
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    out.line(Printable(&about.join(" · ")))?;
    out.line(screen.dim(format_args!(
        "article {} · revision {} · {} words · confidence {:.2} · text from the {}",
        article.id, article.revision, article.word_count, article.confidence, article.content
    )))?;
    if article.paywalled {
        out.line("only what its paywall shows")?;
    }
    if let Some(first) = article.duplicate_of {
        out.line(format_args!("the same text as article {first}"))?;
    }
    for (id, title) in &detail.sources {
        let line = format!("source {id}  {}", Printable(title));
        out.line(screen.dim(line.trim_end()))?;
    }
    Ok(())
}

fn images(out: &mut Out, screen: Screen, detail: &ArticleDetail) -> io::Result<()> {
    if detail.images.is_empty() {
        return Ok(());
    }
    out.line(format_args!("\n{}", screen.bold("Images")))?;
    for image in &detail.images {
        out.line(format_args!("  {}", Printable(&image.url)))?;
        for (label, text) in
            [("caption", &image.caption), ("credit", &image.credit), ("alt", &image.alt)]
        {
            if let Some(text) = text {
                out.line(format_args!("    {label:<8}{}", Printable(text)))?;
            }
        }
    }
    Ok(())
}

fn removals(out: &mut Out, screen: Screen, detail: &ArticleDetail) -> io::Result<()> {
    if detail.removals.is_empty() {
        return Ok(());
    }
    out.line(format_args!("\n{}", screen.bold("Removed from the text")))?;
    for removal in &detail.removals {
        let rule = Printable(&removal.rule).to_string();
        out.line(format_args!(
            "  before block {:<4}{:<18}{}",
            removal.position,
            removal.kind,
            screen.dim(rule)
        ))?;
        for line in removal.text.lines() {
            out.line(format_args!("    {}", Printable(line)))?;
        }
    }
    Ok(())
}

fn revisions(out: &mut Out, screen: Screen, detail: &ArticleDetail) -> io::Result<()> {
    out.line(format_args!("\n{}", screen.bold("Revisions")))?;
    for revision in detail.revisions.iter().rev() {
        out.line(format_args!(
            "  {:>3}  {}  {:<10}  {}",
            revision.revision,
            revision.recorded_at,
            revision.reason,
            Printable(&revision.title)
        ))?;
    }
    Ok(())
}
