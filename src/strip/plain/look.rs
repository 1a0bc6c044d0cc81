//! What is to be seen of one unit by itself.

mod counts;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use crate::article::Kind;
use crate::dom::decode_references;
use crate::language::SENTENCE_ENDS;
use crate::rule::Rule;
use crate::strip::pairs;
use crate::strip::phrases::{Found, Vocabulary};
use crate::strip::share;
use crate::strip::syntax;
use crate::strip::words::{Row, Words};
use crate::text::as_read;
use counts::Counts;

/// Words of a unit that phrases and forms are looked for in.
const WORDS_LOOKED_AT: usize = 45;
/// Columns of a unit that carries a story.
const PROSE_COLUMNS_MIN: usize = 120;

/// Columns of the longest unit that presents an author, and the words of it that say so.
const BIO_COLUMNS_MAX: usize = 1_000;
const BIO_START_WORDS: usize = 16;

/// Words from which a line that ends in a full stop is a sentence.
const SENTENCE_WORDS_MIN: usize = 5;

/// A unit by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Look<'t> {
    pub text: &'t str,
    /// Letters, or what says as much: one character of Han, kana or Hangul is about three.
    pub columns: usize,
    /// Words, up to a bound.
    pub words: usize,
    pub found: Option<Found>,
    pub form: Option<(Kind, Rule)>,
    /// Opens a section of residue.
    pub opens: Option<Kind>,
    /// Begins with a word that stands before an author's name.
    pub by: bool,
    pub end: End,
    /// Hash of its letters and digits, or of all of it if it is long.
    pub letters: u64,
    counts: OnceCell<Box<Counts>>,
    capital_share: OnceCell<f32>,
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

impl<'t> Look<'t> {
    /// Looks at a unit; `row` is lent and given back.
    pub(super) fn at(vocabulary: Vocabulary<'_>, text: &'t str, row: &mut Row) -> Look<'t> {
        let mut look = Look { text, end: End::of(text), ..Look::default() };
        look.columns = look.measured();
        // Of what is long, nothing but how it begins may say something.
        if is_surely_long(text) {
            look.words = WORDS_LOOKED_AT + 1;
            look.letters = xxh3_64(text.as_bytes());
            look.found = long_start(vocabulary, text, row);
            return look;
        }
        // References that nobody decoded are read as what they stand for, and every line as one reads it.
        let decoded = decoded(text);
        let read = as_read(decoded.as_ref());
        let text = without_heading_marks(read.as_ref());
        let words = Words::in_row(std::mem::take(row), text, WORDS_LOOKED_AT);
        look.words = words.len();
        look.letters = xxh3_64(words.joined(0, words.len()));
        look.found = vocabulary.evidence(&words);
        if !words.more {
            look.form = syntax::judge(vocabulary, text, &words);
            if look.form.is_none() && syntax::presents_author(vocabulary, text, &words) {
                look.form = Some((Kind::AuthorBio, Rule::PresentsAuthor));
            }
            if look.form.is_none() && syntax::is_author_line(vocabulary, text, &words) {
                look.form = Some((Kind::Byline, Rule::AuthorLine));
            }
            look.opens = vocabulary.opens_section(&words);
            look.by = vocabulary.by(&words, 0) > 0;
        }
        *row = words.into_row();
        look
    }

    /// Characters and words by what they look like, counted when they are first asked for: of most
    /// prose they never are.
    pub(super) fn counts(&self) -> &Counts {
        self.counts.get_or_init(|| Box::new(Counts::of(self.text)))
    }

    /// Share of its words that begin with a capital, which is asked of many whose counts are not.
    pub(super) fn capital_share(&self) -> f32 {
        *self.capital_share.get_or_init(|| {
            let (capital, tokens) = match self.counts.get() {
                Some(counts) => (counts.capital, counts.tokens),
                None => counts::capitals(self.text),
            };
            share(capital, tokens)
        })
    }

    /// Width of the unit, from that of its beginning.
    fn measured(&self) -> usize {
        let counted = &self.text.as_bytes()[..self.text.len().min(counts::BYTES_COUNTED)];
        let plain = pairs::count(counted, |_, byte| u8::from(byte.is_ascii_graphic()));
        let dense = || pairs::count(counted, |_, byte| u8::from(matches!(byte, 0xe3..=0xed)));
        // Han, kana and Hangul have three bytes a character, which says about as much as three letters.
        if 2 * plain > counted.len() || 2 * (plain + 3 * dense()) > counted.len() {
            return self.text.len();
        }
        let bytes_each = counted.len().checked_div(self.counts().characters).unwrap_or(1).max(1);
        self.text.len() / bytes_each
    }

    /// Whether it is longer than what a form is looked for in, and begins by presenting an author.
    pub(super) fn is_long_bio(&self, vocabulary: Vocabulary<'_>) -> bool {
        self.words > WORDS_LOOKED_AT
            && self.columns <= BIO_COLUMNS_MAX
            && self.name().nth(1).is_some()
            && syntax::presents_author(
                vocabulary,
                self.text,
                &Words::of(self.text, BIO_START_WORDS),
            )
    }

    /// The capital words that it begins with.
    pub(super) fn name(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.text.split_whitespace().take_while(|word| word.starts_with(char::is_uppercase))
    }

    /// Whether it is a sentence.
    pub(super) fn is_sentence(&self) -> bool {
        self.end == End::Sentence && self.words >= SENTENCE_WORDS_MIN
    }

    /// Whether it carries a story rather than being a label or a teaser.
    pub(super) fn is_prose(&self) -> bool {
        self.columns >= PROSE_COLUMNS_MIN && self.end != End::Ellipsis
    }
}

/// Bytes in which the first two words of a text stand, by which it is seen of most that no phrase begins
/// there.
const FIRST_WORDS_BYTES: usize = 32;

/// The phrase that a long unit begins with, if it says so much that no story begins so.
fn long_start(vocabulary: Vocabulary<'_>, text: &str, row: &mut Row) -> Option<Found> {
    let first = &text[..text.floor_char_boundary(FIRST_WORDS_BYTES)];
    let words = Words::in_row(std::mem::take(row), first, usize::MAX);
    let may_start = vocabulary.may_start(&words, 0);
    *row = words.into_row();
    if !may_start {
        return None;
    }
    let words = Words::in_row(std::mem::take(row), text, WORDS_LOOKED_AT);
    let found = vocabulary.evidence(&words);
    *row = words.into_row();
    found
}

/// The text behind the signs by which Markdown knows a heading (`CommonMark` 0.31, 4.2).
fn without_heading_marks(text: &str) -> &str {
    let bare = text.trim_start_matches('#');
    let is_marked = (1..=6).contains(&(text.len() - bare.len())) && bare.starts_with(' ');
    if is_marked { bare.trim_start() } else { text }
}

/// Longest unit whose references are decoded, in bytes; a prompt is shorter.
const DECODED_BYTES_MAX: usize = 4_096;

/// The text with its character references decoded, where it has any.
fn decoded(text: &str) -> Cow<'_, str> {
    let has_reference = memchr::memchr(b'&', text.as_bytes())
        .is_some_and(|at| memchr::memchr(b';', &text.as_bytes()[at..]).is_some());
    if !has_reference || text.len() > DECODED_BYTES_MAX {
        return Cow::Borrowed(text);
    }
    Cow::Owned(decode_references(text))
}

/// Whether it has more words than are looked at, which is seen of most that have without reading.
fn is_surely_long(text: &str) -> bool {
    let start = &text.as_bytes()[..text.len().min(counts::BYTES_COUNTED)];
    // A letter behind a space begins a word, whatever else does.
    let begins =
        |space, letter: u8| u8::from(space == b' ') & u8::from(letter.is_ascii_alphanumeric());
    text.len() > 2 * WORDS_LOOKED_AT && pairs::count(start, begins) > WORDS_LOOKED_AT + 1
}

impl End {
    fn of(text: &str) -> End {
        let bare = text.trim_end_matches([
            '"', '”', '“', '’', '\'', '»', '«', ')', ']', '」', '』', '）', ' ',
        ]);
        match bare.chars().next_back() {
            Some('.') if bare.ends_with("...") => End::Ellipsis,
            Some('…') => End::Ellipsis,
            Some(last) if SENTENCE_ENDS.contains(&last) => End::Sentence,
            Some(':' | '：') => End::Colon,
            _ => End::Other,
        }
    }
}

/// Where a unit stands in its text.
pub(super) type Span = Range<usize>;
