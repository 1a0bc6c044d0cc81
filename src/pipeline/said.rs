//! What the log has said a moment ago is not said again: when the network goes, every source and
//! page says the same.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::limits::{SAID_MAX, SAID_ONCE_IN};

/// Failures of which the log has told.
#[derive(Debug, Default)]
pub(super) struct Said(Mutex<HashMap<String, Told>>);

#[derive(Debug)]
struct Told {
    at: Instant,
    /// How often it was left out since.
    again: u64,
}

impl Said {
    /// Whether to say this now; if so, how often it was left out since it was said last.
    pub(super) fn say(&self, words: &str, now: Instant) -> Option<u64> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |told: &Told| now.saturating_duration_since(told.at) < SAID_ONCE_IN;
        if let Some(told) = told.get_mut(words).filter(|told| is_fresh(told)) {
            told.again += 1;
            return None;
        }
        if told.len() >= SAID_MAX {
            told.clear();
        }
        let before = told.insert(words.to_owned(), Told { at: now, again: 0 });
        Some(before.map_or(0, |before| before.again))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::Said;
    use crate::limits::{SAID_MAX, SAID_ONCE_IN};

    #[test]
    fn the_same_words_are_said_once_in_a_while_and_then_how_often_they_were_not() {
        let (said, now) = (Said::default(), Instant::now());
        assert_eq!(said.say("no connection", now), Some(0));
        assert_eq!(said.say("no answer", now), Some(0));
        for _ in 0..1000 {
            assert_eq!(said.say("no connection", now), None);
        }
        assert_eq!(said.say("no connection", now + SAID_ONCE_IN), Some(1000));
        assert_eq!(said.say("no connection", now + SAID_ONCE_IN), None);
        for number in 0..3 * SAID_MAX {
            assert_eq!(said.say(&number.to_string(), now), Some(0));
        }
        assert!(said.0.lock().unwrap().len() <= SAID_MAX);
    }
}
