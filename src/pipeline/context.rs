//! What the pipeline works with.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::attempt::Failure;
use super::throttle::LogThrottle;
use crate::fetch::Fetcher;
use crate::limits::PAGE_TIME_MAX;
use crate::outcome::Outcome;
use crate::schedule::ScheduleOptions;
use crate::store::{Store, StoreError};
use crate::strip::Phrases;
use crate::time::Timestamp;

crate::outcome::words! {
    /// Where the text of an article may come from (`extract.content`).
    ContentChoice {
        /// The page only.
        Page = "page",
        /// The feed's own content only; pages are not fetched.
        Feed = "feed",
        /// The page first, the feed's content where the page fails or holds less.
        Auto = "auto",
    }
}

/// What the pipeline works with.
#[derive(Clone, Debug)]
pub struct Context {
    /// Where outcomes are written.
    pub store: Store,
    /// The way to the network.
    pub fetcher: Arc<Fetcher>,
    /// The operator's wishes for polling.
    pub schedule: ScheduleOptions,
    /// Where the text may come from.
    pub content: ContentChoice,
    /// The wordings of residue, the operator's own among them.
    pub phrases: Arc<Phrases>,
    /// The wall clock; the surface hands it in.
    pub clock: fn() -> Timestamp,
    /// What the log need not say again.
    pub(super) log: Arc<LogThrottle>,
    /// Bounds the threads that run the CPU stages.
    workers: Arc<Semaphore>,
}

impl Context {
    /// Puts a context together; `threads` pages are read at once.
    #[must_use]
    pub fn new(
        store: Store,
        fetcher: Fetcher,
        schedule: ScheduleOptions,
        content: ContentChoice,
        phrases: Arc<Phrases>,
        threads: usize,
        clock: fn() -> Timestamp,
    ) -> Self {
        let workers = Arc::new(Semaphore::new(threads.max(1)));
        let (fetcher, log) = (Arc::new(fetcher), Arc::default());
        Context { store, fetcher, schedule, content, phrases, clock, log, workers }
    }

    /// Keeps for the next run what the fetcher has learnt of robots.txt.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub async fn save_robots(&self) -> Result<(), StoreError> {
        self.store.save_robots(&self.fetcher.robots_learnt()).await
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Runs CPU work off the async threads, one permit each.
    pub(super) async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = Arc::clone(&self.workers).acquire_owned().await;
        supervised(move || {
            let _permit = permit;
            work()
        })
        .await
    }
}

/// Runs CPU work off the async threads.
///
/// A thread cannot be stopped: work that outlives [`PAGE_TIME_MAX`] is given up on but keeps its
/// thread until it ends. A panic stays in its thread.
pub(super) async fn supervised<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let task = tokio::task::spawn_blocking(work);
    match tokio::time::timeout(PAGE_TIME_MAX, task).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_panic)) => {
            Err(Failure::new(Outcome::TooComplex, "reading it crashed; please report this page"))
        }
        Err(_elapsed) => Err(Failure::new(
            Outcome::TooComplex,
            format!("reading it took longer than {} s", PAGE_TIME_MAX.as_secs()),
        )),
    }
}
