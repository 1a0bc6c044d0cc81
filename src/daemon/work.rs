//! The one loop: takes what is due from the store, hands it out host by host, and
//! stops in order.
//!
//! One task works through the sources and entries of one host, so that a slow
//! host holds up nobody else and no two tasks queue for the same turn. What a
//! task does is committed piece by piece; the loop can be killed at any point.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::pace::Pace;
use crate::fetch::Unsent;
use crate::limits::{DUE_MAX, EVENTS_MAX, HOST_BATCH_MAX, HOST_WAIT_TROUBLE, ROBOTS_KEPT};
use crate::pipeline::{self, Context, PollReport, Turn, VisitReport};
use crate::schedule;
use crate::store::{PendingEntry, Source, SourceId, StoreError};
use crate::time::Timestamp;

/// How often the store is asked for work that time, or another process (`tearsheet add`), brought.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Pause after the disk failed; also the least time between two log lines of it.
const DISK_PAUSE: Duration = Duration::from_mins(1);
/// How often the database is tidied.
const TIDY_EVERY: Duration = Duration::from_hours(1);

/// When to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// When nothing is due any more.
    Idle,
    /// Only when told to.
    Stopped,
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
    /// How long rows of `fetches` are kept.
    pub fetches_kept: Duration,
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
    ctx.store.open_connections().await?;
    let mut shift = Shift::new(ctx, options);
    let ended = shift.run(stop, &mut observe).await;
    if ended.is_ok() && stop.is_cancelled() {
        shift.drain(options.drain, &mut observe).await;
    }
    // Whatever ended it: what was committed is reported.
    while let Ok(event) = shift.events.try_recv() {
        observe(event);
    }
    ended
}

/// What one host's task came to.
type HostDone = (String, Result<Option<Duration>, StoreError>);

/// The state of the loop.
struct Shift<'a> {
    ctx: &'a Context,
    options: &'a WorkOptions,
    tasks: JoinSet<HostDone>,
    task_hosts: HashMap<tokio::task::Id, String>,
    queue: VecDeque<(String, HostBatch)>,
    /// Hosts queued, worked on, or left alone for a while.
    busy: HashSet<String>,
    /// Until when those are left alone.
    left_alone: HashMap<String, Instant>,
    tidied_at: Option<Instant>,
    /// Whether a task has ended since we looked for work.
    stale: bool,
    looked_at: Instant,
    /// How fast polls begin; a run that somebody waits for has none.
    pace: Option<Pace>,
    started_at: Timestamp,
    rest_until: Option<Instant>,
    events: mpsc::Receiver<Event>,
    report: mpsc::Sender<Event>,
    draining: CancellationToken,
}

impl<'a> Shift<'a> {
    fn new(ctx: &'a Context, options: &'a WorkOptions) -> Self {
        let (report, events) = mpsc::channel(EVENTS_MAX);
        Shift {
            ctx,
            options,
            tasks: JoinSet::new(),
            task_hosts: HashMap::new(),
            queue: VecDeque::new(),
            busy: HashSet::new(),
            left_alone: HashMap::new(),
            tidied_at: None,
            stale: true,
            looked_at: Instant::now(),
            pace: None,
            started_at: (ctx.clock)(),
            rest_until: None,
            events,
            report,
            draining: CancellationToken::new(),
        }
    }

    /// The loop: tidies, hands out, and hears what comes back.
    async fn run(
        &mut self,
        stop: &CancellationToken,
        observe: &mut impl FnMut(Event),
    ) -> Result<(), StoreError> {
        loop {
            let tidied = self.tidy().await;
            self.bear(tidied)?;
            let handed_out = self.hand_out(stop).await;
            self.bear(handed_out)?;
            let ends = self.options.until == Until::Idle;
            if ends && self.is_idle() {
                return Ok(());
            }
            let wake = self.wake_at();
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                Some(event) = self.events.recv() => observe(event),
                Some(done) = self.tasks.join_next(), if !self.tasks.is_empty() => {
                    let done = self.hand_back(done);
                    self.bear(done)?;
                }
                () = tokio::time::sleep_until(wake), if !ends => {}
            }
            while let Ok(event) = self.events.try_recv() {
                observe(event);
            }
        }
    }

    /// Drops old rows of `fetches`, and brings back what a wrong clock put off,
    /// now and then.
    async fn tidy(&mut self) -> Result<(), StoreError> {
        if self.tidied_at.is_some_and(|at| at.elapsed() < TIDY_EVERY) {
            return Ok(());
        }
        self.tidied_at = Some(Instant::now());
        let now = (self.ctx.clock)();
        let horizon = schedule::horizon(&self.ctx.schedule, now);
        let replanned = self.ctx.store.replan_beyond(horizon, now).await?;
        if replanned > 0 {
            tracing::warn!(
                replanned,
                "planned for a far future, when the clock was wrong; due now"
            );
        }
        self.ctx.store.forget_robots(now.before(ROBOTS_KEPT)).await?;
        self.ctx.store.trim_fetches(now.before(self.options.fetches_kept)).await.map(|_| ())
    }

    fn is_idle(&self) -> bool {
        self.tasks.is_empty() && self.queue.is_empty()
    }

    fn resting(&self) -> bool {
        self.rest_until.is_some_and(|until| Instant::now() < until)
    }

    /// When to look for work again, though nothing has ended meanwhile.
    fn wake_at(&self) -> Instant {
        let now = Instant::now();
        self.rest_until.filter(|until| now < *until).unwrap_or(now + LOOK_AGAIN)
    }

    /// Keeps every slot filled with the batch of one host.
    async fn hand_out(&mut self, stop: &CancellationToken) -> Result<(), StoreError> {
        if stop.is_cancelled() || self.resting() {
            return Ok(());
        }
        let overdue = self.looked_at.elapsed() >= LOOK_AGAIN;
        let room = self.tasks.len() < self.options.concurrency;
        if self.queue.is_empty() && room && (self.stale || overdue) {
            self.look_for_work().await?;
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

    /// Counts the sources of a daemon, now and then.
    async fn keep_pace(&mut self, now: Instant) -> Result<(), StoreError> {
        let is_known = self.pace.as_ref().is_some_and(|pace| pace.is_recent(now));
        if self.options.until == Until::Stopped && !is_known {
            let sources = self.ctx.store.active_sources().await?;
            let pace = self.pace.get_or_insert_with(|| Pace::new(now));
            pace.adapt(sources, self.ctx.schedule.min_interval, now);
        }
        Ok(())
    }

    /// Queues what is due, host by host.
    async fn look_for_work(&mut self) -> Result<(), StoreError> {
        let (now, moment) = ((self.ctx.clock)(), Instant::now());
        self.keep_pace(moment).await?;
        let busy = &mut self.busy;
        self.left_alone.retain(|host, until| {
            let still = *until > moment;
            if !still {
                busy.remove(host);
            }
            still
        });
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
                let room = self.pace.as_ref().map_or(DUE_MAX, |pace| pace.room(moment));
                let sources = match room.min(DUE_MAX) {
                    0 => Vec::new(),
                    room => store.due_sources(due, room, &self.busy).await?,
                };
                if let Some(pace) = &mut self.pace {
                    pace.spend(sources.len(), moment);
                }
                for source in sources {
                    let at = batch_of(crate::url::host(&source.url), &mut batches);
                    batches[at].1.sources.push(source);
                }
                None
            }
            Scope::EntriesOf(sources) => Some(sources.as_slice()),
        };
        store.wake_rechecks(now).await?;
        let entries = store.due_entries(now, DUE_MAX, HOST_BATCH_MAX, &self.busy, only).await?;
        for entry in entries {
            let at = batch_of(entry.host.clone(), &mut batches);
            batches[at].1.entries.push(entry);
        }
        self.stale = false;
        self.looked_at = Instant::now();
        self.busy.extend(batches.iter().map(|(host, _)| host.clone()));
        self.queue.extend(batches);
        Ok(())
    }

    /// Takes a finished task's host back.
    fn hand_back(
        &mut self,
        done: Result<HostDone, tokio::task::JoinError>,
    ) -> Result<(), StoreError> {
        self.stale = true;
        match done {
            Ok((host, outcome)) => {
                self.task_hosts.retain(|_, of| *of != host);
                match outcome {
                    Ok(None) => {
                        self.busy.remove(&host);
                        Ok(())
                    }
                    Ok(Some(wait)) => {
                        let seconds = wait.as_secs();
                        tracing::warn!(host, seconds, "the host is left alone; what it has waits");
                        self.leave_alone(host, wait);
                        Ok(())
                    }
                    // One record that the database refuses must not end the daemon, nor
                    // be tried again at once.
                    Err(error @ StoreError::Other(_)) if self.options.until == Until::Stopped => {
                        tracing::error!(
                            host,
                            error = &error as &dyn std::error::Error,
                            "not stored"
                        );
                        self.leave_alone(host, HOST_WAIT_TROUBLE);
                        Ok(())
                    }
                    Err(error) => {
                        self.busy.remove(&host);
                        Err(error)
                    }
                }
            }
            Err(error) => {
                // Nothing of it was lost: what it had not committed is still due.
                // But it would crash at the same place at once: others first.
                let host = self.task_hosts.remove(&error.id()).unwrap_or_default();
                tracing::error!(%error, host, "a worker crashed; please report this");
                self.leave_alone(host, HOST_WAIT_TROUBLE);
                Ok(())
            }
        }
    }

    fn leave_alone(&mut self, host: String, wait: Duration) {
        self.busy.insert(host.clone());
        self.left_alone.insert(host, Instant::now() + wait);
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
    async fn drain(&mut self, limit: Duration, observe: &mut impl FnMut(Event)) {
        self.draining.cancel();
        self.ctx.fetcher.stop();
        self.queue.clear();
        tracing::info!(in_flight = self.tasks.len(), "stopping");
        let deadline = Instant::now() + limit;
        while !self.tasks.is_empty() {
            tokio::select! {
                Some(event) = self.events.recv() => observe(event),
                Some(done) = self.tasks.join_next() => {
                    match done {
                        Ok((host, Err(error))) => tracing::error!(host, "{error}"),
                        Err(error) if error.is_panic() => tracing::error!(%error, "a worker crashed"),
                        Ok(_) | Err(_) => {}
                    }
                }
                () = tokio::time::sleep_until(deadline) => {
                    tracing::warn!(left = self.tasks.len(), "stopped before all was done; the next run goes on");
                    self.tasks.shutdown().await;
                }
            }
        }
    }
}

/// Works through what one host has for us, one after the other; gives the time
/// for which the host is to be left alone before the rest, if it is.
async fn work_host(
    ctx: Context,
    host: String,
    batch: HostBatch,
    report: mpsc::Sender<Event>,
    draining: CancellationToken,
) -> HostDone {
    let outcome = async {
        let mut edited = HashSet::new();
        for source in &batch.sources {
            if draining.is_cancelled() {
                return Ok(None);
            }
            let turn = unless_removed(pipeline::poll(&ctx, source).await)?;
            let is_edited = matches!(&turn, Some(Turn::Ended(polled)) if polled.changed > 0);
            edited.extend(is_edited.then_some(source.id));
            if let Some(why) = end_turn(&ctx, turn, Event::Polled, &report).await? {
                return Ok(wait(why));
            }
        }
        // What was read before its source was polled may say something else by now: it is dealt
        // out once more, so that its page is asked only once.
        let is_current =
            |entry: &&PendingEntry| entry.source.is_none_or(|source| !edited.contains(&source));
        // Nor is a page asked for again at once that another entry is to be tried again for.
        let mut tried = HashSet::new();
        for entry in batch.entries.iter().filter(is_current) {
            if draining.is_cancelled() {
                return Ok(None);
            }
            let page = entry.url.as_ref().map(crate::url::canonical);
            if page.as_ref().is_some_and(|page| tried.contains(page)) {
                continue;
            }
            let turn = unless_removed(pipeline::visit(&ctx, entry).await)?;
            if let Some(Turn::Ended(VisitReport { retry_at: Some(_), .. })) = &turn {
                tried.extend(page);
            }
            if let Some(why) = end_turn(&ctx, turn, Event::Visited, &report).await? {
                return Ok(wait(why));
            }
        }
        Ok(None)
    }
    .await;
    (host, outcome)
}

/// Reports what a turn came to, and saves what it learnt of robots.txt: a kill makes us ask for little
/// twice. Gives the reason where it was none.
async fn end_turn<T>(
    ctx: &Context,
    turn: Option<Turn<T>>,
    event: fn(T) -> Event,
    report: &mpsc::Sender<Event>,
) -> Result<Option<Unsent>, StoreError> {
    let unsent = match turn {
        Some(Turn::Ended(ended)) => {
            // Nobody listens any more only when the loop is gone; so is the need.
            let _ = report.send(event(ended)).await;
            None
        }
        Some(Turn::Unsent(why)) => Some(why),
        None => None,
    };
    ctx.save_robots().await?;
    Ok(unsent)
}

/// For how long a host is to be left alone that had no turn for us.
fn wait(why: Unsent) -> Option<Duration> {
    match why {
        Unsent::Held(left) => Some(left),
        Unsent::Stopped => None,
    }
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
