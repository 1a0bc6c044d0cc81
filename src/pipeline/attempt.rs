//! An attempt on its way to its row: what failed, and what the wire said.

use std::time::{Duration, Instant};

use crate::fetch::{FetchError, Page};
use crate::outcome::Outcome;
use crate::store::Attempt;
use crate::time::Timestamp;

/// When an attempt began: for the record, and to measure it by.
pub(super) type Started = (Timestamp, Instant);

/// An attempt that did not get where it was going.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) outcome: Outcome,
    pub(super) message: String,
    pub(super) retry_after: Option<Duration>,
}

impl Failure {
    pub(super) fn new(outcome: Outcome, message: impl Into<String>) -> Self {
        Failure { outcome, message: message.into(), retry_after: None }
    }
}

/// What the wire said of an attempt, whichever way it went.
#[derive(Clone, Debug, Default)]
pub(super) struct Wire {
    pub(super) status: Option<u16>,
    pub(super) bytes: u64,
    pub(super) warnings: Vec<String>,
    pub(super) host_wait: Option<(String, Timestamp)>,
}

impl Wire {
    pub(super) fn of_page(page: &Page) -> Self {
        Wire {
            status: Some(page.status),
            bytes: page.wire_bytes,
            warnings: page.warnings.iter().map(ToString::to_string).collect(),
            host_wait: None,
        }
    }

    pub(super) fn of_error(error: &FetchError, now: Timestamp) -> Self {
        // Only a wait that the server named binds the host; an own backoff does not.
        let host_wait = match (error.outcome, error.retry_after) {
            (Outcome::RateLimited, Some(wait)) => {
                Some((crate::url::host(&error.url), now.after(wait)))
            }
            _ => None,
        };
        Wire { status: error.status, bytes: error.wire_bytes, warnings: Vec::new(), host_wait }
    }

    pub(super) fn attempt(
        self,
        url: &str,
        started: Started,
        outcome: Outcome,
        error: Option<&Failure>,
    ) -> Attempt {
        Attempt {
            url: url.to_owned(),
            started_at: started.0,
            duration: started.1.elapsed(),
            status: self.status,
            bytes: self.bytes,
            outcome,
            error_kind: error.map(|failure| failure.outcome),
            error: error.map(|failure| failure.message.clone()),
            warnings: self.warnings,
            host_wait: self.host_wait,
        }
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Failure { outcome: error.outcome, message: error.message, retry_after: error.retry_after }
    }
}
