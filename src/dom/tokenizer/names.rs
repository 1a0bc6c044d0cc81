//! Names of tags and attributes as the atoms that the tree is made of.

use html5ever::LocalName;

/// Atoms of up to this length hold their text themselves and cost nothing to make.
const INLINE_BYTES_MAX: usize = 7;
const SLOTS: usize = 256;

/// The atoms of the names met last; to make one of a long name takes a hash and,
/// for a name that HTML does not know, a lock.
pub(super) struct Names<'a>(Vec<Option<(&'a str, LocalName)>>);

impl Default for Names<'_> {
    fn default() -> Self {
        Names(vec![None; SLOTS])
    }
}

impl<'a> Names<'a> {
    /// The atom of a name as it is written in the page.
    pub(super) fn atom(&mut self, written: &'a str) -> LocalName {
        if written.len() <= INLINE_BYTES_MAX && !needs_rewriting(written) {
            return LocalName::from(written);
        }
        let slot = &mut self.0[slot_of(written)];
        match slot {
            Some((known, atom)) if *known == written => atom.clone(),
            _ => {
                let atom = make(written);
                *slot = Some((written, atom.clone()));
                atom
            }
        }
    }
}

fn make(written: &str) -> LocalName {
    if !needs_rewriting(written) {
        return LocalName::from(written);
    }
    LocalName::from(written.to_ascii_lowercase().replace('\0', "\u{fffd}"))
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
