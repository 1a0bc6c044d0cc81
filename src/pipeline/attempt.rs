//! An attempt on its way to its row: what failed, and what the wire said.

use std::time::{Duration, Instant};

use crate::fetch::{FetchError, Page, Unsent};
use crate::outcome::Outcome;
use crate::store::{Attempt, AttemptFailure};
use crate::time::Timestamp;

/// When an attempt began: for the record, and to measure it by.
pub(super) type Started = (Timestamp, Instant);

/// An attempt that did not get where it was going.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) outcome: Outcome,
    pub(super) message: String,
    pub(super) retry_after: Option<Duration>,
    /// Hosts that are to be left alone because of it, and until when.
    pub(super) host_waits: Vec<(String, Timestamp)>,
    /// Set where it is no attempt: all of it is still to do.
    pub(super) unsent: Option<Unsent>,
}

impl Failure {
    pub(super) fn new(outcome: Outcome, message: impl Into<String>) -> Self {
        Failure {
            outcome,
            message: message.into(),
            retry_after: None,
            host_waits: Vec::new(),
            unsent: None,
        }
    }

    /// The same where not the source's own address says it: of that, nobody said that it is gone.
    pub(super) fn of_another_address(mut self) -> Self {
        if self.outcome == Outcome::Gone {
            self.outcome = Outcome::NotFound;
        }
        self
    }
}

/// What the wire said of an attempt, whichever way it went.
#[derive(Clone, Debug, Default)]
pub(super) struct Wire {
    pub(super) status: Option<u16>,
    pub(super) bytes: u64,
    pub(super) warnings: Vec<String>,
    /// Hosts that asked, on the way, to be left alone, and until when.
    pub(super) host_waits: Vec<(String, Timestamp)>,
}

impl Wire {
    pub(super) fn of_page(page: &Page) -> Self {
        Wire { status: Some(page.status), bytes: page.wire_bytes, ..Wire::default() }
    }

    pub(super) fn of_error(error: &FetchError) -> Self {
        Wire { status: error.status, bytes: error.wire_bytes, ..Wire::default() }
    }

    /// Goes on with the next answer of the same attempt, whose status is the attempt's.
    pub(super) fn add(&mut self, next: Wire) {
        self.status = next.status;
        self.bytes += next.bytes;
        self.warnings.extend(next.warnings);
        self.host_waits.extend(next.host_waits);
    }

    pub(super) fn attempt(
        mut self,
        url: &str,
        started: Started,
        outcome: Outcome,
        failure: Option<&Failure>,
    ) -> Attempt {
        self.host_waits.extend(failure.iter().flat_map(|failure| failure.host_waits.clone()));
        Attempt {
            url: url.to_owned(),
            started_at: started.0,
            duration: started.1.elapsed(),
            status: self.status,
            bytes: self.bytes,
            outcome,
            failure: failure.map(|failure| AttemptFailure {
                kind: failure.outcome,
                message: failure.message.clone(),
            }),
            warnings: self.warnings,
            host_waits: self.host_waits,
        }
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        let FetchError { outcome, message, retry_after, host_waits, unsent, .. } = error;
        Failure { outcome, message, retry_after, host_waits, unsent }
    }
}
