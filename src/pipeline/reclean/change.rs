//! What a text says that another does not, block by block; pure.

use std::collections::HashMap;

use crate::article::Article;
use crate::store::{RemovalRow, Snapshot};
use crate::text::one_line;

/// What an article says otherwise than before.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// Blocks that are no longer in the text.
    pub removed: Vec<Moved>,
    /// Blocks that are in the text again, or for the first time.
    pub restored: Vec<Moved>,
    /// The headlines before and after, where they differ.
    pub title: Option<(String, String)>,
    /// Words of the text, white space parted, before and after.
    pub words: (usize, usize),
}

/// A block that went out of the text or came back.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Moved {
    /// What it was taken for, where it stands among what was taken out.
    pub kind: Option<String>,
    /// The rule that said so.
    pub rule: Option<String>,
    /// Its text.
    pub text: String,
}

impl Change {
    /// What `after` says otherwise than `before`.
    #[must_use]
    pub fn between(before: &Snapshot, after: &Snapshot) -> Change {
        let words = |text: &str| text.split_whitespace().count();
        let same_title = after.title.is_empty() || before.title == after.title;
        Change {
            removed: missing(&before.text, &after.text, &after.removals),
            restored: missing(&after.text, &before.text, &before.removals),
            title: (!same_title).then(|| (before.title.clone(), after.title.clone())),
            words: (words(&before.text), words(&after.text)),
        }
    }
}

/// The blocks of `text` that `other` does not have, as often as it lacks them; `removals` are
/// those of the other text, and say what they are.
fn missing(text: &str, other: &str, removals: &[RemovalRow]) -> Vec<Moved> {
    let mut has: HashMap<String, usize> = HashMap::new();
    for block in blocks(other) {
        *has.entry(one_line(block)).or_default() += 1;
    }
    let named: HashMap<String, &RemovalRow> =
        removals.iter().rev().map(|removal| (one_line(&removal.text), removal)).collect();
    let mut missing = Vec::new();
    for block in blocks(text) {
        let block_folded = one_line(block);
        match has.get_mut(&block_folded) {
            Some(count) if *count > 0 => *count -= 1,
            _ => {
                let named = named.get(&block_folded);
                missing.push(Moved {
                    kind: named.map(|removal| removal.kind.clone()),
                    rule: named.map(|removal| removal.rule.clone()),
                    text: block.to_owned(),
                });
            }
        }
    }
    missing
}

fn blocks(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").filter(|block| !block.trim().is_empty())
}

/// What an article says that is not stored yet.
pub(super) fn said(article: &Article) -> Snapshot {
    let removals = article.removals.iter().map(|removal| RemovalRow {
        position: removal.position.try_into().unwrap_or(i64::MAX),
        kind: removal.kind.as_str().to_owned(),
        rule: removal.rule.as_str().to_owned(),
        text: removal.text.clone(),
    });
    Snapshot {
        title: article.metadata.title.clone().unwrap_or_default(),
        text: article.text.clone(),
        removals: removals.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Snapshot};
    use crate::store::RemovalRow;

    fn said(text: &str, removed: &[(&str, &str)]) -> Snapshot {
        let removals = removed.iter().map(|(kind, text)| RemovalRow {
            position: 0,
            kind: (*kind).to_owned(),
            rule: "a_rule".to_owned(),
            text: (*text).to_owned(),
        });
        Snapshot { title: "Storm".to_owned(), text: text.to_owned(), removals: removals.collect() }
    }

    #[test]
    fn what_went_and_what_came_back_is_named_by_what_it_was_taken_for() {
        let before = said("One.\n\nSign up.\n\nTwo.", &[("caption", "A ferry.")]);
        let after = said("One.\n\nA  ferry.\n\nTwo.", &[("newsletter_prompt", "Sign up.")]);
        let change = Change::between(&before, &after);
        assert_eq!(change.removed.len(), 1);
        assert_eq!(change.removed[0].kind.as_deref(), Some("newsletter_prompt"));
        assert_eq!(change.restored.len(), 1);
        assert_eq!(change.restored[0].kind.as_deref(), Some("caption"));
        assert_eq!((change.title, change.words), (None, (4, 4)));
    }

    #[test]
    fn a_block_that_stood_twice_and_stands_once_went_once() {
        let change = Change::between(&said("A.\n\nB.\n\nA.", &[]), &said("B.\n\nA.", &[]));
        assert_eq!(change.removed.iter().map(|moved| &moved.text).collect::<Vec<_>>(), ["A."]);
        assert!(change.removed[0].kind.is_none() && change.restored.is_empty());
    }
}
