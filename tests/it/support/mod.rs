//! What the tests stand on.

pub(crate) mod archive;
pub(crate) mod desk;
pub(crate) mod origin;
pub(crate) mod secure;

use std::time::{Duration, Instant};

/// Longest that a test waits for what must come; only a broken program needs it.
const PATIENCE: Duration = Duration::from_mins(2);

/// Waits until something is so.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::yield_now();
    }
}
