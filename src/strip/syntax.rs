//! Residue that has a form rather than a wording: credits, time stamps, copyright lines.

mod credit;
mod line;
mod stamp;

use crate::article::Kind;
use crate::rule::Rule;
use crate::strip::phrases::Vocabulary;
use crate::strip::words::{Signs, Words};

pub(super) use credit::is_credit_in_figure;

/// Longest caption that is known by the credit at its end, in words.
const CAPTION_WORDS_MAX: usize = 40;

/// Judges a block by its form; `words` are those of `text`.
pub(super) fn judge(
    vocabulary: Vocabulary<'_>,
    text: &str,
    words: &Words<'_>,
) -> Option<(Kind, Rule)> {
    if words.more {
        return None;
    }
    if words.may_have(Signs::of("/")) && credit::is_signature(vocabulary, text) {
        return Some((Kind::Byline, Rule::AuthorInitials));
    }
    if credit::is_credit(vocabulary, text, words) {
        return Some((Kind::PhotoCredit, Rule::CreditSyntax));
    }
    // A report that an agency signed looks like a caption, but for the picture.
    if words.len() <= CAPTION_WORDS_MAX
        && credit::at_end(vocabulary, text, words)
            .is_some_and(|at| !credit::is_signature(vocabulary, &text[at..]))
    {
        return Some((Kind::Caption, Rule::CaptionWithCredit));
    }
    if line::is_contact(vocabulary, text, words) {
        return Some((Kind::AuthorBio, Rule::ContactLine));
    }
    if line::is_copyright(text, words) {
        return Some((Kind::Legal, Rule::CopyrightLine));
    }
    if stamp::is_running_time(text, words) {
        return Some((Kind::Player, Rule::RunningTime));
    }
    if stamp::is_stamp(vocabulary, text, words) {
        return Some((Kind::Byline, Rule::TimeStamp));
    }
    if line::is_bracketed_signature(vocabulary, text, words) {
        return Some((Kind::Byline, Rule::AuthorInitials));
    }
    if line::is_post_signature(text, words) {
        return Some((Kind::Other, Rule::PostSignature));
    }
    if line::is_address(text) {
        return Some((Kind::RelatedLinks, Rule::BareAddress));
    }
    if line::is_trail(vocabulary, text, words) {
        return Some((Kind::Navigation, Rule::Trail));
    }
    line::are_hashtags(text, words).then_some((Kind::Navigation, Rule::Hashtags))
}

/// Whether a line presents an author: `Jane Roe is a reporter at the Post.`
pub(super) fn presents_author(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    line::presents_author(vocabulary, text, words)
}

/// Whether a line says who wrote a text, and no more: `By Jane Roe`.
pub(super) fn is_author_line(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    line::is_author_line(vocabulary, text, words)
}

/// Whether the words from `at` on say that whoever stands before them is an author.
pub(super) fn presents_at(vocabulary: Vocabulary<'_>, words: &Words<'_>, at: usize) -> bool {
    line::presents_at(vocabulary, words, at)
}

/// Whether a line is made of numbers and the words of dates.
pub(super) fn is_stamp(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    stamp::is_stamp(vocabulary, text, words)
}

/// Whether a word is a number or a word of dates.
pub(super) fn is_of_stamp(vocabulary: Vocabulary<'_>, words: &Words<'_>, at: usize) -> bool {
    stamp::is_number(words, at) || stamp::is_word(vocabulary, words, at)
}

/// How many words stand before a date within these.
pub(super) fn stamp_within(vocabulary: Vocabulary<'_>, words: &Words<'_>) -> Option<usize> {
    stamp::within(vocabulary, words)
}

/// Who took a picture: `Peter Klaunzer - Pool/Keystone Via Getty Images`, `(AP Photo/Jane Roe)`.
pub(super) fn is_credit(vocabulary: Vocabulary<'_>, text: &str, words: &Words<'_>) -> bool {
    credit::is_credit(vocabulary, text, words)
}

/// Where a credit begins that ends a caption: `Two boats. (AP Photo/Jane Roe)`.
pub(super) fn credit_at_end(vocabulary: Vocabulary<'_>, text: &str) -> Option<usize> {
    credit::at_end(vocabulary, text, &Words::of(text, CAPTION_WORDS_MAX))
}

/// Whether agencies sign a text of a caption's length, as they do reports and captions.
pub(super) fn is_signed(vocabulary: Vocabulary<'_>, text: &str) -> bool {
    let words = Words::of(text, CAPTION_WORDS_MAX);
    let signature = || credit::at_end(vocabulary, text, &words);
    !words.more && signature().is_some_and(|at| credit::is_signature(vocabulary, &text[at..]))
}

#[cfg(test)]
mod tests;
