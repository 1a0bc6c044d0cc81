//! Names of tags and attributes as the atoms that the tree is made of.

use std::borrow::Cow;

use html5ever::LocalName;

use crate::limits;

/// Atoms of up to this length hold their text themselves and cost nothing to make.
const INLINE_BYTES_MAX: usize = 7;
const SLOTS: usize = 256;

/// The atoms of the names met last; to make one of a long name takes a hash and,
/// for a name that HTML does not know, a lock and a search.
pub(super) struct Names<'a> {
    slots: Vec<Option<(&'a str, LocalName)>>,
    /// Unknown names that were made atoms; they are searched for among all that live.
    unknown: usize,
}

impl Default for Names<'_> {
    fn default() -> Self {
        Names { slots: vec![None; SLOTS], unknown: 0 }
    }
}

impl<'a> Names<'a> {
    /// The atom of a name as it is written in the page.
    pub(super) fn atom(&mut self, written: &'a str) -> LocalName {
        if written.len() <= INLINE_BYTES_MAX && !needs_rewriting(written) {
            return LocalName::from(written);
        }
        let slot = slot_of(written);
        if let Some((known, atom)) = &self.slots[slot]
            && *known == written
        {
            return atom.clone();
        }
        let atom = self.make(written);
        self.slots[slot] = Some((written, atom.clone()));
        atom
    }

    fn make(&mut self, written: &str) -> LocalName {
        let name = if needs_rewriting(written) {
            Cow::Owned(written.to_ascii_lowercase().replace('\0', "\u{fffd}"))
        } else {
            Cow::Borrowed(written)
        };
        if name.len() <= INLINE_BYTES_MAX {
            return LocalName::from(name);
        }
        LocalName::try_static(&name).unwrap_or_else(|| {
            self.unknown += 1;
            if self.unknown > limits::HTML_NAMES_MAX {
                return LocalName::from(&name[..name.floor_char_boundary(INLINE_BYTES_MAX)]);
            }
            LocalName::from(name)
        })
    }
}

fn needs_rewriting(written: &str) -> bool {
    written.bytes().any(|byte| byte.is_ascii_uppercase() || byte == 0)
}

/// A place for the name, from its length and both of its ends.
fn slot_of(written: &str) -> usize {
    let bytes = written.as_bytes();
    let ends = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(23)
        }
        _ => bytes.iter().fold(0, |sum, &byte| (sum << 8) | u64::from(byte)),
    };
    let mixed = (ends ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::from(mixed.to_be_bytes()[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_the_bound_only_unknown_names_are_shortened() {
        let mut names = Names { unknown: limits::HTML_NAMES_MAX, ..Names::default() };
        assert_eq!(&*names.atom("BLOCKQUOTE"), "blockquote");
        assert_eq!(&*names.atom("x-y"), "x-y");
        assert_eq!(&*names.atom("x-bl\u{e4}\u{e4}\u{e4}"), "x-bl\u{e4}");
    }
}
