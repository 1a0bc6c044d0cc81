//! Whose turn it is: one request at a time per host, spaced, after the waits
//! that the host asked for, and not too many over all hosts.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::limits::HOST_PATIENCE;
use crate::limits::HOST_WAIT_MAX;
use crate::limits::HOSTS_MAX;
use crate::limits::POOL_IDLE_TIMEOUT;

/// Hosts in the map before idle ones are looked for.
const SWEEP_MIN: usize = 1024;

/// The gate that every request passes.
#[derive(Debug)]
pub(super) struct Gate {
    delay: Duration,
    slots: Arc<Semaphore>,
    /// How many of those there are.
    width: AtomicUsize,
    hosts: Mutex<Hosts>,
    /// When any host may have been asked last, as far as nothing else is known.
    asked_at: OnceLock<Instant>,
    closed: CancellationToken,
}

/// Why there was no turn to be had, and nothing sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// The host is to be left alone for so long yet, which is more than anybody should queue for it.
    Held(Duration),
    /// We were told to stop before its turn came.
    Stopped,
}

#[derive(Debug)]
struct Hosts {
    known: HashMap<String, Arc<Host>>,
    /// Size of `known` at which it is swept next; doubling keeps sweeps cheap.
    sweep_at: usize,
}

#[derive(Debug)]
struct Host {
    /// Held by the one request under way; those waiting are served in order.
    turn: Arc<tokio::sync::Mutex<()>>,
    pace: Mutex<Pace>,
}

#[derive(Clone, Debug)]
struct Pace {
    /// The last request ended.
    asked_at: Option<Instant>,
    /// From the end of a request to the next: the operator's pause, or the host's `Crawl-delay`
    /// where that is longer.
    spacing: Duration,
    /// The wait that the host asked for ends.
    held_until: Instant,
    /// Origin and time of the last answer that left its connection open.
    kept_alive: Option<(String, Instant)>,
}

impl Gate {
    pub(super) fn new(delay: Duration, concurrency: usize) -> Self {
        let slots = concurrency.clamp(1, Semaphore::MAX_PERMITS);
        let hosts = Hosts { known: HashMap::new(), sweep_at: SWEEP_MIN };
        Gate {
            delay,
            slots: Arc::new(Semaphore::new(slots)),
            width: AtomicUsize::new(slots),
            hosts: Mutex::new(hosts),
            asked_at: OnceLock::new(),
            closed: CancellationToken::new(),
        }
    }

    /// Gives no turn any more, nor to those who wait for one.
    pub(super) fn close(&self) {
        self.closed.cancel();
    }

    /// Takes the place of `turn` away for good, unless it is the last one.
    pub(super) fn narrow(&self, mut turn: Turn) {
        let fewer = |width: usize| (width > 1).then(|| width - 1);
        let narrowed = self.width.fetch_update(Relaxed, Relaxed, fewer).is_ok();
        if let Some(slot) = turn.slot.take_if(|_| narrowed) {
            slot.forget();
        }
    }

    /// Waits for the turn of `host`, then for a place among all requests.
    ///
    /// # Errors
    ///
    /// Where none will come.
    pub(super) async fn enter(&self, host: &str) -> Result<Turn, Unsent> {
        tokio::select! {
            biased;
            () = self.closed.cancelled() => Err(Unsent::Stopped),
            turn = self.queue(host) => turn.map_err(Unsent::Held),
        }
    }

    async fn queue(&self, host: &str) -> Result<Turn, Duration> {
        let host = self.host(host);
        // Nobody queues at a closed door; the door may also close meanwhile.
        host.patient()?;
        let turn = Arc::clone(&host.turn).lock_owned().await;
        loop {
            let ready_at = host.patient()?;
            if ready_at <= Instant::now() {
                break;
            }
            tokio::time::sleep_until(ready_at).await;
        }
        // Only now: whoever waits for a slow host must not keep others from theirs.
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        let slot = slot.expect("the semaphore is never closed");
        Ok(Turn { host, _place: turn, slot: Some(slot) })
    }

    /// Closes `host` for `wait`, at most [`HOST_WAIT_MAX`].
    pub(super) fn hold(&self, host: &str, wait: Duration) {
        self.host(host).hold(wait);
    }

    /// Goes on with the spacing after a request to `host` that ended so long ago.
    pub(super) fn resume(&self, host: &str, ago: Duration) {
        let Some(asked_at) = Instant::now().checked_sub(ago) else { return };
        let host = self.host(host);
        let mut pace = host.pace();
        pace.asked_at = pace.asked_at.max(Some(asked_at));
    }

    /// Goes on with the spacing as if every host that is not known yet had been asked just now.
    pub(super) fn resume_all(&self) {
        self.asked_at.get_or_init(Instant::now);
    }

    /// Spaces requests to `host` by its `Crawl-delay` where that is longer, the next one, too.
    pub(super) fn slow_down(&self, host: &str, crawl_delay: Duration) {
        self.host(host).pace().spacing = self.delay.max(crawl_delay);
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.known.get(name) {
            return Arc::clone(host);
        }
        if hosts.known.len() >= hosts.sweep_at {
            hosts.sweep(Instant::now());
        }
        let asked_at = self.asked_at.get().copied();
        let host = Arc::new(Host::new(Instant::now(), self.delay, asked_at));
        hosts.known.insert(name.to_owned(), Arc::clone(&host));
        host
    }
}

impl Hosts {
    /// Forgets the hosts that nobody waits for and that owe us no wait. If too
    /// many are left, the shortest waits are forgotten as well.
    fn sweep(&mut self, now: Instant) {
        self.known.retain(|_, host| Arc::strong_count(host) > 1 || host.pace().ready_at() > now);
        if self.known.len() >= HOSTS_MAX {
            let mut ends: Vec<Instant> = self.known.values().map(|h| h.pace().ready_at()).collect();
            let middle = ends.len() / 2;
            let (_, &mut median, _) = ends.select_nth_unstable(middle);
            self.known.retain(|_, h| Arc::strong_count(h) > 1 || h.pace().ready_at() > median);
        }
        self.sweep_at = (self.known.len() * 2).clamp(SWEEP_MIN, HOSTS_MAX.max(SWEEP_MIN));
    }
}

impl Host {
    fn new(now: Instant, spacing: Duration, asked_at: Option<Instant>) -> Self {
        let pace = Pace { asked_at, spacing, held_until: now, kept_alive: None };
        Host { turn: Arc::default(), pace: Mutex::new(pace) }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When it is ready, unless that is too far off; then the time left.
    fn patient(&self) -> Result<Instant, Duration> {
        let pace = self.pace();
        let left = pace.held_until.saturating_duration_since(Instant::now());
        if left > HOST_PATIENCE { Err(left) } else { Ok(pace.ready_at()) }
    }

    /// Gives the end of the wait.
    fn hold(&self, wait: Duration) -> Instant {
        let until = Instant::now() + wait.min(HOST_WAIT_MAX);
        let mut pace = self.pace();
        pace.held_until = pace.held_until.max(until);
        pace.held_until
    }
}

impl Pace {
    fn ready_at(&self) -> Instant {
        self.asked_at.map_or(self.held_until, |at| self.held_until.max(at + self.spacing))
    }
}

/// Leave to send one request; the spacing begins when it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    host: Arc<Host>,
    _place: OwnedMutexGuard<()>,
    slot: Option<OwnedSemaphorePermit>,
}

impl Turn {
    /// Closes the host for `wait`; gives the moment when it opens.
    pub(super) fn hold(&self, wait: Duration) -> Instant {
        self.host.hold(wait)
    }

    /// Notes that the connection to `origin` stays open after a whole answer.
    pub(super) fn keep_alive(&self, origin: String) {
        self.host.pace().kept_alive = Some((origin, Instant::now()));
    }

    /// Whether the next request to `origin` goes over a connection that was
    /// used before. Asking forgets it: a request that fails has used it up.
    pub(super) fn take_kept_alive(&self, origin: &str) -> bool {
        self.host
            .pace()
            .kept_alive
            .take()
            .is_some_and(|(kept, since)| kept == origin && since.elapsed() < POOL_IDLE_TIMEOUT)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.host.pace().asked_at = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, SWEEP_MIN, Unsent};
    use crate::limits::HOST_WAIT_MAX;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::Instant;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn requests_to_one_host_are_spaced_from_end_to_start() {
        let gate = Gate::new(SECOND, 8);
        let start = Instant::now();
        let first = gate.enter("a.example").await.unwrap();
        tokio::time::sleep(3 * SECOND).await;
        drop(first);
        drop(gate.enter("a.example").await.unwrap());
        assert_eq!(start.elapsed(), 4 * SECOND);
        drop(gate.enter("b.example").await.unwrap());
        assert_eq!(start.elapsed(), 4 * SECOND, "another host has its own pace");
        gate.slow_down("a.example", 10 * SECOND);
        drop(gate.enter("a.example").await.unwrap());
        assert_eq!(start.elapsed(), 14 * SECOND, "the crawl delay holds for the next request");
        drop(gate.enter("a.example").await.unwrap());
        assert_eq!(start.elapsed(), 24 * SECOND, "and for all after it");
    }

    #[tokio::test(start_paused = true)]
    async fn a_held_host_turns_everybody_away_at_once() {
        let gate = Arc::new(Gate::new(SECOND, 8));
        let turn = gate.enter("a.example").await.unwrap();
        let queued = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.enter("a.example").await.err() }
        });
        tokio::task::yield_now().await;
        turn.hold(60 * SECOND);
        drop(turn);
        assert_eq!(queued.await.unwrap(), Some(Unsent::Held(60 * SECOND)));
        assert_eq!(gate.enter("a.example").await.err(), Some(Unsent::Held(60 * SECOND)));
        tokio::time::advance(56 * SECOND).await;
        drop(gate.enter("a.example").await.unwrap());
        gate.hold("a.example", Duration::MAX);
        assert_eq!(gate.enter("a.example").await.err(), Some(Unsent::Held(HOST_WAIT_MAX)));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_when_the_gate_closes_goes_at_once_and_who_has_a_turn_keeps_it() {
        let gate = Gate::new(60 * SECOND, 8);
        let turn = gate.enter("b.example").await.unwrap();
        drop(gate.enter("a.example").await.unwrap());
        let start = Instant::now();
        let (spaced, queued, ()) =
            tokio::join!(gate.enter("a.example"), gate.enter("b.example"), async { gate.close() });
        assert_eq!((spaced.err(), queued.err()), (Some(Unsent::Stopped), Some(Unsent::Stopped)));
        assert_eq!(gate.enter("c.example").await.err(), Some(Unsent::Stopped));
        assert_eq!(start.elapsed(), Duration::ZERO);
        drop(turn);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_a_host_takes_no_place_from_others() {
        let gate = Arc::new(Gate::new(SECOND, 1));
        drop(gate.enter("slow.example").await.unwrap());
        let start = Instant::now();
        let waiting = gate.enter("slow.example");
        let other = async { drop(gate.enter("quick.example").await.unwrap()) };
        tokio::pin!(waiting);
        tokio::select! {
            biased;
            _ = &mut waiting => panic!("the spacing was not kept"),
            () = other => assert_eq!(start.elapsed(), Duration::ZERO),
        }
        waiting.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_given_up_gives_its_turn_to_the_next() {
        let gate = Gate::new(SECOND, 1);
        let turn = gate.enter("a.example").await.unwrap();
        let given_up = tokio::time::timeout(SECOND, gate.enter("a.example")).await;
        assert!(given_up.is_err());
        let elsewhere = tokio::time::timeout(SECOND, gate.enter("b.example")).await;
        assert!(elsewhere.is_err(), "the only place is taken");
        drop(turn);
        drop(gate.enter("b.example").await.unwrap());
        drop(gate.enter("a.example").await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_that_are_idle_are_forgotten() {
        let gate = Gate::new(SECOND, 8);
        gate.hold("held.example", HOST_WAIT_MAX);
        for number in 0..5 * SWEEP_MIN {
            drop(gate.enter(&format!("h{number}.example")).await.unwrap());
            tokio::time::advance(SECOND).await;
        }
        assert!(gate.hosts.lock().unwrap().known.len() <= 2 * SWEEP_MIN);
        assert!(gate.enter("held.example").await.is_err());
    }
}
