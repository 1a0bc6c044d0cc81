//! What is to be seen of one unit by itself.

use std::ops::Range;

use crate::article::Kind;
use crate::strip::phrases::{Found, Vocabulary};
use crate::strip::syntax;
use crate::strip::words::{Row, Words};

/// Words of a unit that phrases and forms are looked for in.
const WORDS_LOOKED_AT: usize = 45;
/// Bytes of a unit whose characters are counted; the rest is like its beginning.
const BYTES_COUNTED: usize = 480;
/// Columns of a unit that carries a story.
const PROSE_COLUMNS_MIN: usize = 120;

/// A unit by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    /// Columns on a screen; a wide character takes up two.
    pub columns: usize,
    /// Words, up to a bound.
    pub words: usize,
    pub found: Option<Found>,
    pub form: Option<(Kind, &'static str)>,
    /// Opens a section of residue.
    pub opens: Option<Kind>,
    /// Begins with a word that stands before an author's name.
    pub by: bool,
    pub counts: Counts,
    pub end: End,
    /// Hash of its letters and digits.
    pub letters: u64,
}

/// How a unit ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    /// As a sentence does.
    Sentence,
    /// It announces what follows.
    Colon,
    /// It was cut off.
    Ellipsis,
    #[default]
    Other,
}

/// Characters and words of a unit by what they look like.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub characters: usize,
    pub tokens: usize,
    /// Words that begin with a capital, and with a small letter.
    pub capital: usize,
    pub small: usize,
    /// Words all in capitals.
    pub shouted: usize,
    pub digits: usize,
    pub commas: usize,
    /// Ends of sentences within.
    pub stops: usize,
    pub quotes: usize,
    /// Bars, bullets, arrows, strokes: what parts items rather than sentences.
    pub bars: usize,
    /// Addresses, names of accounts, hashtags.
    pub addresses: usize,
    pub brackets: usize,
    pub money: usize,
    pub questions: usize,
    pub first_small: bool,
    pub first_digit: bool,
    pub first_mark: bool,
}

impl Look {
    /// Looks at a unit; `row` is lent and given back.
    pub(super) fn at(vocabulary: Vocabulary<'_>, text: &str, row: &mut Row) -> Look {
        let words = Words::in_row(std::mem::take(row), text, WORDS_LOOKED_AT);
        let mut look = Look {
            words: words.len(),
            counts: Counts::of(text),
            end: End::of(text),
            letters: letters(&words),
            ..Look::default()
        };
        look.columns = columns(text, &look.counts);
        if !words.more {
            look.found = vocabulary.evidence(&words);
            look.form = syntax::judge_by(vocabulary, text, &words);
            look.opens = vocabulary.opens_section(&words);
            look.by = vocabulary.by(&words) > 0;
        }
        *row = words.into_row();
        look
    }

    /// Whether it carries a story rather than being a label or a teaser.
    pub(super) fn is_prose(&self) -> bool {
        self.columns >= PROSE_COLUMNS_MIN && self.end != End::Ellipsis
    }
}

/// The same for units of the same words.
fn letters(words: &Words<'_>) -> u64 {
    xxhash_rust::xxh3::xxh3_64(words.joined(0, words.len()).as_bytes())
}

/// Width of the unit, from that of its beginning.
fn columns(text: &str, counts: &Counts) -> usize {
    let counted = text.len().min(BYTES_COUNTED);
    let bytes_each = counted.checked_div(counts.characters).unwrap_or(1).max(1);
    // Three bytes a character: scripts whose characters are wide and say more.
    let wide = if bytes_each >= 3 { 2 } else { 1 };
    text.len() / bytes_each * wide
}

impl End {
    fn of(text: &str) -> End {
        let bare = text.trim_end_matches([
            '"', '”', '“', '’', '\'', '»', '«', ')', ']', '」', '』', '）', ' ',
        ]);
        match bare.chars().next_back() {
            Some('.') if bare.ends_with("...") => End::Ellipsis,
            Some('…') => End::Ellipsis,
            Some('.' | '!' | '?' | '。' | '！' | '？' | '؟' | '।' | '۔') => End::Sentence,
            Some(':' | '：') => End::Colon,
            _ => End::Other,
        }
    }
}

impl Counts {
    fn of(text: &str) -> Counts {
        let text = &text[..text.floor_char_boundary(BYTES_COUNTED)];
        let mut counts = Counts::default();
        for (at, token) in text.split_whitespace().enumerate() {
            counts.tokens += 1;
            let mut capitals = 0;
            let mut letters = 0;
            for (place, c) in token.chars().enumerate() {
                counts.characters += 1;
                let small = c.is_lowercase();
                let capital = !small && c.is_uppercase();
                letters += usize::from(small || capital);
                capitals += usize::from(capital);
                if place == 0 {
                    counts.small += usize::from(small);
                    counts.capital += usize::from(capital);
                    if at == 0 {
                        counts.first_small = small;
                        counts.first_digit = c.is_ascii_digit();
                        counts.first_mark = !c.is_alphanumeric();
                    }
                }
                match c {
                    '0'..='9' => counts.digits += 1,
                    ',' | '、' | '，' | '،' => counts.commas += 1,
                    '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' => counts.quotes += 1,
                    '|' | '•' | '·' | '›' | '>' | '→' | '▶' | '►' | '/' | '–' | '—' | '｜' =>
                    {
                        counts.bars += 1;
                    }
                    '(' | '[' | '（' | '【' => counts.brackets += 1,
                    '$' | '€' | '£' | '¥' | '%' => counts.money += 1,
                    '?' | '？' | '؟' => counts.questions += 1,
                    '@' => counts.addresses += 1,
                    _ => {}
                }
            }
            counts.characters += 1;
            counts.shouted += usize::from(capitals == letters && capitals >= 2);
            counts.stops += usize::from(token.ends_with(['.', '!', '?', '。', '।']));
            counts.addresses += usize::from(
                token.starts_with('#') || token.starts_with("http") || token.starts_with("www."),
            );
        }
        counts
    }
}

/// Where a unit stands in its text.
pub(super) type Span = Range<usize>;
