//! What the log has said a moment ago is not said again: when the network goes, every source and
//! page says the same.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::limits::{LOG_THROTTLE_TEXTS_MAX, LOG_THROTTLE_WINDOW};

/// Failures of which the log has told.
#[derive(Debug, Default)]
pub(super) struct LogThrottle(Mutex<HashMap<String, Told>>);

#[derive(Debug)]
struct Told {
    at: Instant,
    /// How often it was left out since.
    again: u64,
}

impl LogThrottle {
    /// Whether to say this now; if so, how often it was left out since it was said last.
    pub(super) fn say(&self, words: &str, now: Instant) -> Option<u64> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |told: &Told| now.saturating_duration_since(told.at) < LOG_THROTTLE_WINDOW;
        if let Some(told) = told.get_mut(words).filter(|told| is_fresh(told)) {
            told.again += 1;
            return None;
        }
        if told.len() >= LOG_THROTTLE_TEXTS_MAX {
            told.clear();
        }
        let before = told.insert(words.to_owned(), Told { at: now, again: 0 });
        Some(before.map_or(0, |before| before.again))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::LogThrottle;
    use crate::limits::{LOG_THROTTLE_TEXTS_MAX, LOG_THROTTLE_WINDOW};

    #[test]
    fn the_same_words_are_said_once_in_a_while_and_then_how_often_they_were_not() {
        let (log, now) = (LogThrottle::default(), Instant::now());
        assert_eq!(log.say("no connection", now), Some(0));
        assert_eq!(log.say("no answer", now), Some(0));
        for _ in 0..1000 {
            assert_eq!(log.say("no connection", now), None);
        }
        assert_eq!(log.say("no connection", now + LOG_THROTTLE_WINDOW), Some(1000));
        assert_eq!(log.say("no connection", now + LOG_THROTTLE_WINDOW), None);
        for number in 0..3 * LOG_THROTTLE_TEXTS_MAX {
            assert_eq!(log.say(&number.to_string(), now), Some(0));
        }
        assert!(log.0.lock().unwrap().len() <= LOG_THROTTLE_TEXTS_MAX);
    }
}
