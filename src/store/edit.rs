//! What a text that differs is: an edit, a worse copy, or nothing at all.
//!
//! Pure. Pages change with every look at them: counters count, clocks run. Only what a reader
//! would call a change of the article is one.

use std::collections::HashSet;

use crate::render::count_words;
use crate::strip::counter;
use crate::text::one_line;

/// One version of an article's text, with the blocks that were taken out of its page.
pub(super) struct Version<'a> {
    text: &'a str,
    /// On one line each.
    removed: HashSet<String>,
}

impl<'a> Version<'a> {
    pub(super) fn new(text: &'a str, removed: impl IntoIterator<Item: AsRef<str>>) -> Version<'a> {
        Version { text, removed: removed.into_iter().map(|text| one_line(text.as_ref())).collect() }
    }

    /// A text of which nothing is known to have been taken out.
    pub(super) fn plain(text: &'a str) -> Version<'a> {
        Version { text, removed: HashSet::new() }
    }

    /// Its blocks, but for those that were taken out of the `other`.
    fn blocks_beside<'b>(&'b self, other: &'b Version<'_>) -> impl Iterator<Item = &'a str> + 'b {
        blocks(self.text)
            .filter(|block| other.removed.is_empty() || !other.removed.contains(&one_line(block)))
    }
}

/// Whether two texts say the same: equal but for white space, for counters and clocks that stand
/// in blocks of their own, and for blocks that we took out of one of the pages and not of the other.
pub(super) fn is_same(before: &Version<'_>, after: &Version<'_>) -> bool {
    let mut kept_after = after.blocks_beside(before);
    let same = |block| kept_after.next().is_some_and(|other| is_same_block(block, other));
    before.blocks_beside(after).all(same) && kept_after.next().is_none()
}

/// Emptied or halved; where `partial`, from a place that tends to hold less, already what is shorter.
pub(super) fn is_worse(before: &str, after: &str, partial: bool) -> bool {
    let (words, words_before) = (count_words(after), count_words(before));
    words == 0 && words_before > 0 || words * 2 < words_before || partial && words < words_before
}

/// Whether two texts differ in white space at most.
pub(super) fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// Whether two texts consist of the same blocks, white space aside: what is told of places among
/// them is true of both.
pub(super) fn same_blocks(one: &str, other: &str) -> bool {
    let mut others = blocks(other);
    blocks(one).all(|block| others.next().is_some_and(|other| same_words(block, other)))
        && others.next().is_none()
}

fn blocks(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|block| !block.is_empty())
}

fn is_same_block(one: &str, other: &str) -> bool {
    let counted = counter(one);
    same_words(one, other) || counted.is_some() && counted == counter(other)
}

#[cfg(test)]
mod tests {
    use super::{Version, is_same, is_worse};

    #[test]
    fn white_space_counters_and_clocks_are_no_edits() {
        let story = "The storm reached the coast on Monday night and took 2 roofs with it.";
        for (before, after) in [
            ("3 comments", "5  comments"),
            ("Updated 2 minutes ago", "Updated 1 hour ago"),
            ("1,204", "1,377"),
            ("Zuletzt aktualisiert: 10:32 Uhr", "Zuletzt aktualisiert: 11:05 Uhr"),
            ("2 Kommentare", "14 Kommentare"),
            ("1.2K shares", "3.4K shares"),
            ("Lesezeit 3 Minuten", "Lesezeit 4 Minuten"),
        ] {
            let before = format!("{story}\n\n{before}");
            let after = format!("{story}\n\n\n{after}");
            assert!(is_same(&Version::plain(&before), &Version::plain(&after)), "{after:?}");
        }
    }

    #[test]
    fn what_a_reader_would_call_a_change_is_one() {
        for (before, after) in [
            (
                "The storm took 2 roofs and a tree on Monday.",
                "The storm took 3 roofs and a tree on Monday.",
            ),
            ("Nobody was hurt.", "Somebody was hurt."),
            ("One.", "One.\n\nTwo."),
            ("One.\n\nTwo.", "One."),
            ("One.\n\nTwo.", "Two.\n\nOne."),
            ("3 comments", "3 dead"),
            ("3 comments", "5 shares"),
            ("Monday, 10 November 2026", "Tuesday, 11 November 2026"),
            ("At least 12 people died on Monday.", "At least 43 people died on Monday."),
            ("Confirmed dead in the town: 12", "Confirmed dead in the town: 147"),
            ("Final score: United 2 City 1.", "Final score: United 2 City 3."),
            ("Ticket price: 12 pounds", "Ticket price: 45 euros"),
            ("Police shot dead 3 protesters.", "Police shot dead 30 protesters."),
            ("Labour | 31.2 | 14", "Labour | 29.9 | 12"),
            ("12 | 31", "14 | 33"),
        ] {
            assert!(!is_same(&Version::plain(before), &Version::plain(after)), "{after}");
        }
    }

    #[test]
    fn a_block_that_we_took_out_of_one_of_the_pages_only_is_no_edit() {
        let whole = Version::plain("One.\n\nRead our newsletter\n\nTwo.");
        let cleaned = Version::new("One.\n\nTwo.", ["Read our  newsletter"]);
        assert!(is_same(&whole, &cleaned) && is_same(&cleaned, &whole));
        assert!(!is_same(&whole, &Version::plain("One.\n\nTwo.")));
    }

    #[test]
    fn emptied_and_halved_is_worse_and_so_is_shorter_from_a_place_that_holds_less() {
        assert!(is_worse("one two three", "", false));
        assert!(is_worse("one two three", "one", false));
        assert!(!is_worse("one two three", "one two", false));
        assert!(is_worse("one two three", "one two", true));
        assert!(!is_worse("", "", false));
        let (story, beginning) = ("昨夜の嵐で港の屋根が二つ飛んだ。", "昨夜の嵐で。");
        assert!(is_worse(story, beginning, false), "words without spaces between them");
    }
}
