//! What a revision changed, word by word, for a person.

use similar::{Algorithm, ChangeTag, TextDiffConfig};

use super::failure::Failure;
use super::output::{Out, Printable, PrintableText, Screen};
use super::query::Edit;
use crate::limits;
use crate::store::{ArticleDetail, RevisionRow};

/// Prints what an edit changed.
pub(super) fn print(
    out: &mut Out,
    screen: Screen,
    detail: &ArticleDetail,
    edit: Edit,
) -> anyhow::Result<()> {
    let number = match edit {
        Edit::Last => detail.article.revision,
        Edit::Numbered(number) => number,
    };
    let find = |number| detail.revisions.iter().find(|row: &&RevisionRow| row.revision == number);
    let missing = || {
        Failure::new(format!("article {} has no revision {number}", detail.article.id))
            .hint(format!("`tearsheet show {}` lists them", detail.article.id))
    };
    let after = find(number).ok_or_else(missing)?;
    let Some(before) = find(number - 1) else {
        let why = if number == 1 {
            format!("revision 1 of article {} is its first", detail.article.id)
        } else {
            format!("revision {} of article {} was pruned", number - 1, detail.article.id)
        };
        return Err(Failure::new(why).hint("there is nothing before it to compare with").into());
    };
    out.line(format_args!(
        "{} {} → {}  {}  {}",
        screen.bold("revision"),
        before.revision,
        after.revision,
        after.recorded_at,
        after.reason
    ))?;
    out.line(Printable(&detail.article.url))?;
    out.line("")?;
    if before.title != after.title {
        out.line(words(&before.title, &after.title, screen))?;
        out.line("")?;
    }
    out.line(words(&before.text, &after.text, screen))?;
    Ok(())
}

/// The later text with what was taken out `[-so-]` and what was put in `{+so+}`,
/// in colour where that is welcome. Blocks that are the same are left out.
fn words(before: &str, after: &str, screen: Screen) -> String {
    let diff = TextDiffConfig::default()
        .algorithm(Algorithm::Myers)
        .timeout(limits::DIFF_TIME_MAX)
        .diff_words(before, after);
    let mut marked = String::new();
    let mut open: Option<(ChangeTag, String)> = None;
    for change in diff.iter_all_changes() {
        match &mut open {
            Some((tag, run)) if *tag == change.tag() => run.push_str(change.value()),
            _ => {
                if let Some((tag, run)) = open.replace((change.tag(), change.value().to_owned())) {
                    marked.push_str(&mark(tag, &run, screen));
                }
            }
        }
    }
    if let Some((tag, run)) = open {
        marked.push_str(&mark(tag, &run, screen));
    }
    marked
}

fn mark(tag: ChangeTag, run: &str, screen: Screen) -> String {
    match tag {
        ChangeTag::Equal => shortened(run),
        ChangeTag::Delete => screen.red(format_args!("[-{}-]", PrintableText(run))),
        ChangeTag::Insert => screen.green(format_args!("{{+{}+}}", PrintableText(run))),
    }
}

/// What did not change, without the blocks that no change touches.
fn shortened(run: &str) -> String {
    let text = PrintableText(run).to_string();
    match (text.find("\n\n"), text.rfind("\n\n")) {
        (Some(first), Some(last)) if first < last => {
            format!("{}\n\n…{}", &text[..first], &text[last..])
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::cli::output::Screen;

    #[test]
    fn changed_words_are_marked_and_untouched_blocks_left_out() {
        let plain = Screen { width: None, color: false, progress: false };
        let before = "Two roofs were lost.\n\nA.\n\nB.\n\nC.\n\nNobody was hurt.";
        let after = "Three roofs were lost.\n\nA.\n\nB.\n\nC.\n\nNobody was hurt, they said.";
        let shown = words(before, after, plain);
        assert!(
            shown.starts_with("[-Two-]{+Three+} roofs were lost.\n\n…\n\nNobody was"),
            "{shown}"
        );
        assert!(!shown.contains("B.") && shown.contains("they said"), "{shown}");
        let coloured = words("a b", "a c", Screen { color: true, ..plain });
        assert_eq!(coloured, "a \u{1b}[31m[-b-]\u{1b}[0m\u{1b}[32m{+c+}\u{1b}[0m");
    }
}
