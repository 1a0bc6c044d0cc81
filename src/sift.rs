//! Tells new entries from those already seen.
//!
//! Feeds repeat themselves: every poll returns mostly what the last one did.
//! Identity is decided here and nowhere else, from the entry alone, so that the
//! answer is the same today, next week and on another machine.

use std::collections::HashMap;

use crate::feed::Entry;

/// The identity of an entry within its source.
///
/// Equal keys mean "the same story, perhaps edited", never "the same text".
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryKey(pub String);

/// What an entry says; differs when the publisher edited it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u64);

/// An entry that we lack, or lack in this form.
#[derive(Clone, Debug, PartialEq)]
pub struct Sifted {
    /// Its identity.
    pub key: EntryKey,
    /// What it says.
    pub fingerprint: Fingerprint,
    /// The entry itself.
    pub entry: Entry,
}

/// The result of sifting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fresh {
    /// Entries never seen in this source.
    pub new: Vec<Sifted>,
    /// Entries seen before, edited since.
    pub changed: Vec<Sifted>,
    /// Entries without anything to know them by; dropped.
    pub nameless: usize,
}

/// Gives each entry its key; drops (and counts) those that have none, and the
/// later of two with the same key.
#[must_use]
pub fn identify(entries: Vec<Entry>) -> (Vec<Sifted>, usize) {
    let _ = entries;
    (Vec::new(), 0)
}

/// Sorts identified entries into new, changed and known ones.
#[must_use]
pub fn sift(identified: Vec<Sifted>, known: &HashMap<EntryKey, Fingerprint>) -> Fresh {
    let _ = (identified, known);
    Fresh::default()
}
