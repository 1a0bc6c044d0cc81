//! Character references: `&amp;`, `&copy`, `&#x2014;`.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// No name is longer, its semicolon included.
const NAME_BYTES_MAX: usize = 32;

/// What a reference stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) first: char,
    pub(super) second: Option<char>,
    /// Bytes after the `&`.
    pub(super) length: usize,
}

impl Reference {
    /// Reads the reference that begins with what stands after a `&`; `None` if it is just a `&`.
    pub(super) fn read(after: &str, in_attribute: bool) -> Option<Reference> {
        match after.as_bytes() {
            [b'#', b'x' | b'X', ..] => numeric(after, 2, 16),
            [b'#', ..] => numeric(after, 1, 10),
            [byte, ..] if byte.is_ascii_alphanumeric() => named(after, in_attribute),
            _ => None,
        }
    }
}

fn numeric(after: &str, opening: usize, radix: u32) -> Option<Reference> {
    let digits = after[opening..].bytes().map_while(|byte| char::from(byte).to_digit(radix));
    let (mut number, mut length) = (0u32, opening);
    for digit in digits {
        number = number.saturating_mul(radix).saturating_add(digit);
        length += 1;
    }
    if length == opening {
        return None;
    }
    length += usize::from(after.as_bytes().get(length) == Some(&b';'));
    Some(Reference { first: character(number), second: None, length })
}

/// The character of that number; those between ASCII and Latin-1 are meant as windows-1252.
fn character(number: u32) -> char {
    match number {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9f => C1_REPLACEMENTS[(number - 0x80) as usize]
            .or(char::from_u32(number))
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

fn named(after: &str, in_attribute: bool) -> Option<Reference> {
    let bytes = after.as_bytes();
    let letters =
        bytes.iter().take(NAME_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if bytes.get(letters) == Some(&b';')
        && let Some(reference) = entity(&after[..=letters])
    {
        return Some(reference);
    }
    // The old names need no semicolon, and may have text on their heels.
    let reference = (1..=letters).rev().find_map(|length| entity(&after[..length]))?;
    let next = bytes.get(reference.length);
    // In an address, `&copy=1` is a parameter.
    let is_text = next.is_some_and(|&byte| byte == b'=' || byte.is_ascii_alphanumeric());
    (!in_attribute || !is_text).then_some(reference)
}

fn entity(name: &str) -> Option<Reference> {
    let &(first, second) = NAMED_ENTITIES.get(name)?;
    // The table holds the beginnings of names, too, as zeros.
    let first = char::from_u32(first).filter(|&first| first != '\0')?;
    let second = char::from_u32(second).filter(|&second| second != '\0');
    Some(Reference { first, second, length: name.len() })
}
