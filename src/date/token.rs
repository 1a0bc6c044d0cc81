//! Cutting a text into numbers, words and signs.

use super::words;
use crate::language;

/// One piece of a text. White space is not kept, but for the question whether
/// it stood before the piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Decimal digits.
    Number {
        /// Their value; `u64::MAX` where it is larger.
        value: u64,
        /// How many digits were written.
        digits: usize,
    },
    /// Letters, lower case.
    Word(String),
    /// A word in capitals, here in lower case, that is a zone's name as it stands and means
    /// something else in small letters: `ET`, `PET`.
    Zone(String),
    /// Anything else.
    Sign(char),
}

impl Token {
    /// The word, if it is one.
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) | Token::Zone(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is this sign.
    pub(super) fn is(&self, sign: char) -> bool {
        *self == Token::Sign(sign)
    }

    /// The value of a number of so many digits.
    pub(super) fn number(&self, digits: std::ops::RangeInclusive<usize>) -> Option<u64> {
        match self {
            Token::Number { value, digits: written } if digits.contains(written) => Some(*value),
            _ => None,
        }
    }
}

/// Cuts `text`. East Asian date signs (年月日時分秒, 년월일) are words of their own.
pub(super) fn split(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = String::new();
    let mut capitals = true;
    let mut number: Option<(u64, usize)> = None;
    for character in text.chars() {
        let digit = digit_of(character);
        let letter = digit.is_none()
            && (character.is_alphabetic()
                || is_mark(character)
                || language::is_sign(character)
                || character == '.' && letters.ends_with(is_thai));
        if let (None, Some((value, digits))) = (digit, number) {
            tokens.push(Token::Number { value, digits });
            number = None;
        }
        if (!letter || is_counter(character)) && !letters.is_empty() {
            tokens.push(word(std::mem::take(&mut letters), capitals));
            capitals = true;
        }
        if let Some(digit) = digit {
            let (value, digits) = number.unwrap_or((0, 0));
            number = Some((value.saturating_mul(10).saturating_add(digit), digits + 1));
        } else if is_counter(character) {
            tokens.push(Token::Word(character.to_string()));
        } else if letter {
            capitals &= character.is_uppercase();
            letters.extend(character.to_lowercase().filter(|c| !is_mark(*c)));
        } else if !character.is_whitespace() && !is_invisible(character) {
            tokens.push(Token::Sign(same_sign(character)));
        }
    }
    if let Some((value, digits)) = number {
        tokens.push(Token::Number { value, digits });
    }
    if !letters.is_empty() {
        tokens.push(word(letters, capitals));
    }
    tokens
}

fn word(letters: String, capitals: bool) -> Token {
    if capitals && words::capital_zone(&letters).is_some() {
        Token::Zone(letters)
    } else {
        Token::Word(letters)
    }
}

fn digit_of(character: char) -> Option<u64> {
    let zero = match character {
        '0'..='9' => '0',
        '０'..='９' => '０',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        '\u{e50}'..='\u{e59}' => '\u{e50}',
        _ => return None,
    };
    Some(u64::from(u32::from(character) - u32::from(zero)))
}

fn is_counter(character: char) -> bool {
    matches!(
        character,
        '年' | '月' | '日' | '時' | '时' | '分' | '秒' | '년' | '월' | '일' | '시' | '분' | '초'
    )
}

/// Thai has dots within its short forms, and none at the end of sentences.
pub(super) fn is_thai(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{e7f}')
}

/// The dot that lower-casing the Turkish capital I leaves behind.
fn is_mark(character: char) -> bool {
    character == '\u{307}'
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}')
}

fn same_sign(character: char) -> char {
    match character {
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        '：' => ':',
        '／' => '/',
        '．' => '.',
        '（' => '(',
        '）' => ')',
        other => other,
    }
}
