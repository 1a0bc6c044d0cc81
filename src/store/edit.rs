//! What a text that differs is: an edit, a worse copy, or nothing at all.
//!
//! Pure. Pages change with every look at them: counters count, clocks run. Only what a reader
//! would call a change of the article is one.

use crate::render::count_words;

/// Words of a block that may be a counter or a clock; a sentence is longer.
const VOLATILE_WORDS_MAX: usize = 8;

/// One version of an article's text, with the blocks that were taken out of its page.
pub(super) struct Version<'a> {
    pub(super) text: &'a str,
    pub(super) removed: Vec<&'a str>,
}

/// Whether two texts say the same: equal but for white space, for counters and clocks that stand
/// in blocks of their own, and for blocks that we took out of one of the pages and not of the other.
pub(super) fn is_same(before: &Version<'_>, after: &Version<'_>) -> bool {
    let kept_before = blocks(before.text).filter(|block| !contains(&after.removed, block));
    let mut kept_after = blocks(after.text).filter(|block| !contains(&before.removed, block));
    let same = |block| kept_after.next().is_some_and(|other| is_same_block(block, other));
    kept_before.into_iter().all(same) && kept_after.next().is_none()
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

fn blocks(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|block| !block.is_empty())
}

fn contains(removed: &[&str], block: &str) -> bool {
    removed.iter().any(|other| same_words(other, block))
}

fn is_same_block(one: &str, other: &str) -> bool {
    same_words(one, other) || is_counter(one, other)
}

/// `3 comments` and `5 comments`, `Updated 2 minutes ago` and `Updated 1 hour ago`: both are short
/// and hold a number, and most of what is no number is the same.
fn is_counter(one: &str, other: &str) -> bool {
    let (one, other): (Vec<&str>, Vec<&str>) =
        (one.split_whitespace().collect(), other.split_whitespace().collect());
    let short = one.len().max(other.len()) <= VOLATILE_WORDS_MAX;
    let counts = |words: &[&str]| words.iter().any(|word| has_digit(word));
    if !short || !counts(&one) || !counts(&other) {
        return false;
    }
    let said = |words: &[&str]| -> Vec<String> {
        words.iter().filter(|word| !has_digit(word)).map(|word| word.to_lowercase()).collect()
    };
    let (one, other) = (said(&one), said(&other));
    let shared = one.iter().filter(|word| other.contains(word)).count();
    shared * 2 >= one.len().max(other.len())
}

fn has_digit(word: &str) -> bool {
    word.contains(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::{Version, is_same, is_worse};

    fn plain(text: &str) -> Version<'_> {
        Version { text, removed: Vec::new() }
    }

    #[test]
    fn white_space_counters_and_clocks_are_no_edits() {
        let story = "The storm reached the coast on Monday night and took 2 roofs with it.";
        for (before, after) in [
            ("3 comments", "5  comments"),
            ("Updated 2 minutes ago", "Updated 1 hour ago"),
            ("1,204", "1,377"),
            ("Zuletzt aktualisiert: 10:32 Uhr", "Zuletzt aktualisiert: 11:05 Uhr"),
        ] {
            let before = format!("{story}\n\n{before}");
            let after = format!("{story}\n\n\n{after}");
            assert!(is_same(&plain(&before), &plain(&after)), "{after}");
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
        ] {
            assert!(!is_same(&plain(before), &plain(after)), "{after}");
        }
    }

    #[test]
    fn a_block_that_we_took_out_of_one_of_the_pages_only_is_no_edit() {
        let whole = plain("One.\n\nRead our newsletter\n\nTwo.");
        let cleaned = Version { text: "One.\n\nTwo.", removed: vec!["Read our  newsletter"] };
        assert!(is_same(&whole, &cleaned) && is_same(&cleaned, &whole));
        assert!(!is_same(&whole, &plain("One.\n\nTwo.")));
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
