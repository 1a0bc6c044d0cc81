//! What the words of a line say: each by itself, and with the one before it.

use crate::strip::lexicon::Lexicon;
use crate::strip::words::{Key, Row, Words};

/// Words of a line that are asked for; what a line is, it says first.
const WORDS_ASKED: usize = 45;
/// Stand for what is before the first word and behind the last.
const START: Key = Key(1);
const END: Key = Key(2);

/// What the words of a line say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wording {
    /// Above zero towards story.
    pub leaning: f32,
    /// Share of what was asked for that the lexicon knows.
    pub known: f32,
}

impl Wording {
    /// That of a line; `row` is lent and given back.
    pub(super) fn of(text: &str, lexicon: &Lexicon, row: &mut Row) -> Wording {
        let (mut sum, mut known, mut asked) = (0.0, 0.0, 0.0_f32);
        each_number(text, row, |number| {
            let leaning = lexicon.leaning(number);
            sum += leaning;
            known += f32::from(u8::from(leaning.abs() > 0.0));
            asked += 1.0;
        });
        Wording { leaning: sum / asked.max(1.0).sqrt(), known: known / asked.max(1.0) }
    }
}

/// The words of a line and every two in a row, as numbers for the lexicon; for training.
#[must_use]
pub fn numbers(text: &str) -> Vec<u32> {
    let mut numbers = Vec::new();
    each_number(text, &mut Row::default(), |number| numbers.push(number));
    numbers
}

fn each_number(text: &str, row: &mut Row, mut see: impl FnMut(u32)) {
    let words = Words::in_row(std::mem::take(row), text, WORDS_ASKED);
    let mut before = START;
    for key in (0..words.len().min(WORDS_ASKED)).filter_map(|at| words.key(at)) {
        see(number(Key(0), key));
        see(number(before, key));
        before = key;
    }
    if !words.more && words.len() > 0 {
        see(number(before, END));
    }
    *row = words.into_row();
}

/// The number of a word behind another.
fn number(before: Key, word: Key) -> u32 {
    let both = before.0.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) ^ word.0;
    (both.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32) as u32
}
