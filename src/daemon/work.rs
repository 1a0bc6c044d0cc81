//! The one loop: leases work from the store, hands it out host by host, and
//! stops in order.
//!
//! One task works through the sources and entries of one host, so that hosts do
//! not wait for one another and politeness needs no lock. What a task does is
//! committed piece by piece; the loop can be killed at any point.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::limits::{HOST_BATCH_MAX, LEASE_MAX};
use crate::pipeline::{self, Context, PollReport, VisitReport};
use crate::store::{PendingEntry, Source, SourceId, StoreError};
use crate::time::Timestamp;

/// How often the store is asked for work that another process brought
/// (`tearsheet add`).
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// Pause after the disk failed; also the least time between two log lines of it.
const DISK_PAUSE: Duration = Duration::from_mins(1);
/// How often old rows of `fetches` are dropped.
const TRIM_EVERY: Duration = Duration::from_hours(1);

/// When to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// When nothing is due any more.
    Idle,
    /// Only when told to.
    Stopped {
        /// How long rows of `fetches` are kept.
        fetches_kept: Duration,
    },
}

/// What to work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All sources that are due and all entries that are pending.
    Everything,
    /// Entries of these sources only; the sources have been polled already.
    EntriesOf(Vec<SourceId>),
}

/// How to work.
#[derive(Clone, Debug)]
pub struct WorkOptions {
    /// Hosts worked on at once.
    pub concurrency: usize,
    /// How long work in flight may go on after a stop was asked for.
    pub drain: Duration,
    /// When to end.
    pub until: Until,
    /// What to work on.
    pub scope: Scope,
}

/// Something came to its outcome.
#[derive(Clone, Debug)]
pub enum Event {
    /// A poll.
    Polled(PollReport),
    /// A visit.
    Visited(VisitReport),
}

/// What one host has for us to do.
#[derive(Debug, Default)]
struct HostBatch {
    sources: Vec<Source>,
    entries: Vec<PendingEntry>,
}

/// Works until done or stopped; `observe` hears of every outcome.
///
/// # Errors
///
/// A one-shot run ends at the first failure of the database. A daemon waits out
/// those that may pass and ends at the others.
pub async fn work(
    ctx: &Context,
    options: &WorkOptions,
    stop: &CancellationToken,
    mut observe: impl FnMut(Event),
) -> Result<(), StoreError> {
    let now = (ctx.clock)();
    for (host, until) in ctx.store.host_waits(now).await? {
        ctx.fetcher.hold(&host, until, now);
    }
    let mut shift = Shift::new(ctx, options);
    let mut trimmed_at: Option<Instant> = None;
    loop {
        if let Until::Stopped { fetches_kept } = options.until
            && trimmed_at.is_none_or(|at| at.elapsed() >= TRIM_EVERY)
        {
            trimmed_at = Some(Instant::now());
            let before = (ctx.clock)().before(fetches_kept);
            shift.bear(ctx.store.trim_fetches(before).await.map(|_| ()))?;
        }
        let refilled = shift.hand_out(stop).await;
        shift.bear(refilled)?;
        if shift.is_idle() && options.until == Until::Idle && !shift.resting() {
            return Ok(());
        }
        let wake = shift.wake_at().await;
        tokio::select! {
            () = stop.cancelled() => break,
            Some(event) = shift.events.recv() => observe(event),
            Some(done) = shift.tasks.join_next(), if !shift.tasks.is_empty() => {
                let outcome = shift.hand_back(done);
                shift.bear(outcome)?;
            }
            () = tokio::time::sleep_until(wake), if wake_matters(&shift, options) => {}
        }
        while let Ok(event) = shift.events.try_recv() {
            observe(event);
        }
    }
    shift.drain(options.drain, observe).await;
    Ok(())
}

fn wake_matters(shift: &Shift<'_>, options: &WorkOptions) -> bool {
    options.until != Until::Idle || shift.resting()
}

/// The state of the loop.
struct Shift<'a> {
    ctx: &'a Context,
    options: &'a WorkOptions,
    tasks: JoinSet<(String, Result<(), StoreError>)>,
    task_hosts: HashMap<tokio::task::Id, String>,
    queue: VecDeque<(String, HostBatch)>,
    /// Hosts queued or worked on.
    busy: HashSet<String>,
    /// Whether leasing again can bring anything that the last lease did not.
    stale: bool,
    leased_at: Instant,
    started_at: Timestamp,
    rest_until: Option<Instant>,
    events: mpsc::Receiver<Event>,
    report: mpsc::Sender<Event>,
    draining: CancellationToken,
}

impl<'a> Shift<'a> {
    fn new(ctx: &'a Context, options: &'a WorkOptions) -> Self {
        let (report, events) = mpsc::channel(256);
        Shift {
            ctx,
            options,
            tasks: JoinSet::new(),
            task_hosts: HashMap::new(),
            queue: VecDeque::new(),
            busy: HashSet::new(),
            stale: true,
            leased_at: Instant::now(),
            started_at: (ctx.clock)(),
            rest_until: None,
            events,
            report,
            draining: CancellationToken::new(),
        }
    }

    fn is_idle(&self) -> bool {
        self.tasks.is_empty() && self.queue.is_empty()
    }

    fn resting(&self) -> bool {
        self.rest_until.is_some_and(|until| Instant::now() < until)
    }

    /// When to look for work again, though nothing has ended meanwhile.
    async fn wake_at(&self) -> Instant {
        if let Some(until) = self.rest_until.filter(|until| Instant::now() < *until) {
            return until;
        }
        // A task that ends wakes us sooner, and asks for more by itself.
        if !self.is_idle() {
            return Instant::now() + LOOK_AGAIN;
        }
        let now = (self.ctx.clock)();
        let wait = match self.ctx.store.next_due(now).await {
            Ok(Some(at)) => at.since(now).min(LOOK_AGAIN),
            Ok(None) | Err(_) => LOOK_AGAIN,
        };
        // What is due this moment and was not dealt out waits for its host.
        Instant::now() + wait.max(Duration::from_secs(1))
    }

    /// Keeps every slot filled with the batch of one host.
    async fn hand_out(&mut self, stop: &CancellationToken) -> Result<(), StoreError> {
        if stop.is_cancelled() || self.resting() {
            return Ok(());
        }
        let overdue = self.leased_at.elapsed() >= Duration::from_secs(1);
        let room = self.tasks.len() < self.options.concurrency;
        if self.queue.is_empty() && room && (self.stale || overdue) {
            self.lease().await?;
        }
        while self.tasks.len() < self.options.concurrency {
            let Some((host, batch)) = self.queue.pop_front() else { break };
            let task = work_host(
                self.ctx.clone(),
                host.clone(),
                batch,
                self.report.clone(),
                self.draining.clone(),
            );
            let handle = self.tasks.spawn(task);
            self.task_hosts.insert(handle.id(), host);
        }
        Ok(())
    }

    async fn lease(&mut self) -> Result<(), StoreError> {
        let now = (self.ctx.clock)();
        // A run that ends polls each source once, however short its interval.
        let due = if self.options.until == Until::Idle { self.started_at } else { now };
        let store = &self.ctx.store;
        let mut batches: Vec<(String, HostBatch)> = Vec::new();
        let mut place: HashMap<String, usize> = HashMap::new();
        let mut batch_of = |host: String, batches: &mut Vec<(String, HostBatch)>| {
            *place.entry(host.clone()).or_insert_with(|| {
                batches.push((host, HostBatch::default()));
                batches.len() - 1
            })
        };
        let only = match &self.options.scope {
            Scope::Everything => {
                for source in store.due_sources(due, LEASE_MAX, &self.busy).await? {
                    let at = batch_of(crate::url::host(&source.url), &mut batches);
                    batches[at].1.sources.push(source);
                }
                None
            }
            Scope::EntriesOf(sources) => Some(sources.as_slice()),
        };
        let entries = store.lease_entries(now, LEASE_MAX, HOST_BATCH_MAX, &self.busy, only).await?;
        for entry in entries {
            let at = batch_of(entry.host.clone(), &mut batches);
            batches[at].1.entries.push(entry);
        }
        self.stale = false;
        self.leased_at = Instant::now();
        self.busy.extend(batches.iter().map(|(host, _)| host.clone()));
        self.queue.extend(batches);
        Ok(())
    }

    /// Takes a finished task's host back.
    fn hand_back(
        &mut self,
        done: Result<(String, Result<(), StoreError>), tokio::task::JoinError>,
    ) -> Result<(), StoreError> {
        self.stale = true;
        match done {
            Ok((host, outcome)) => {
                self.busy.remove(&host);
                self.task_hosts.retain(|_, of| *of != host);
                outcome
            }
            Err(error) => {
                // Nothing of it was lost: what it had not committed is still due.
                // But it would crash at the same place at once: others first.
                tracing::error!(%error, "a worker crashed");
                if let Some(host) = self.task_hosts.remove(&error.id()) {
                    tracing::error!(host, "this host is left alone until the next start");
                }
                Ok(())
            }
        }
    }

    /// Lets a failure of the disk pass where it may, once a minute with a word.
    fn bear(&mut self, outcome: Result<(), StoreError>) -> Result<(), StoreError> {
        let Err(error) = outcome else { return Ok(()) };
        if self.options.until == Until::Idle || !error.is_passing() {
            return Err(error);
        }
        if !self.resting() {
            let hint = error.hint().unwrap_or_default();
            tracing::error!(hint, "{error}; trying again in {} s", DISK_PAUSE.as_secs());
            self.rest_until = Some(Instant::now() + DISK_PAUSE);
        }
        Ok(())
    }

    /// Lets work in flight end within `limit`; what does not is left to the next run.
    async fn drain(mut self, limit: Duration, mut observe: impl FnMut(Event)) {
        self.draining.cancel();
        self.queue.clear();
        tracing::info!(in_flight = self.tasks.len(), "stopping");
        let deadline = Instant::now() + limit;
        while !self.tasks.is_empty() {
            tokio::select! {
                Some(event) = self.events.recv() => observe(event),
                Some(done) = self.tasks.join_next() => {
                    if let Ok((host, Err(error))) = done {
                        tracing::error!(host, "{error}");
                    }
                }
                () = tokio::time::sleep_until(deadline) => {
                    tracing::warn!(left = self.tasks.len(), "stopped before all was done; the next run goes on");
                    self.tasks.shutdown().await;
                }
            }
        }
        while let Ok(event) = self.events.try_recv() {
            observe(event);
        }
    }
}

/// Works through what one host has for us, one after the other.
async fn work_host(
    ctx: Context,
    host: String,
    batch: HostBatch,
    report: mpsc::Sender<Event>,
    draining: CancellationToken,
) -> (String, Result<(), StoreError>) {
    let outcome = async {
        for source in &batch.sources {
            if draining.is_cancelled() {
                return Ok(());
            }
            if let Some(polled) = unless_removed(pipeline::poll(&ctx, source).await)? {
                // Nobody listens any more only when the loop is gone; so is the need.
                let _ = report.send(Event::Polled(polled)).await;
            }
        }
        for entry in &batch.entries {
            if draining.is_cancelled() {
                return Ok(());
            }
            if let Some(visited) = unless_removed(pipeline::visit(&ctx, entry).await)? {
                let _ = report.send(Event::Visited(visited)).await;
            }
        }
        Ok(())
    }
    .await;
    (host, outcome)
}

/// A source that somebody removed while it was polled is no failure.
fn unless_removed<T>(done: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match done {
        Ok(value) => Ok(Some(value)),
        Err(StoreError::NoSuch { what, id }) => {
            tracing::debug!(what, id, "removed meanwhile");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
