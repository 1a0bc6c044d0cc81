//! Attempts that wait for the write lock are saved together.
//!
//! A transaction costs about as much as what one attempt writes. Whoever gets the turn saves all
//! that wait, his own among them; nobody waits for others to come. Each still ends as if it had
//! been alone: where one of them fails, all are undone and each is saved by itself.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::Store;
use super::error::StoreError;
use super::writing::Writing;
use crate::limits;

/// From here on the search index waits for the articles of a transaction …
const GATHER: &str = "insert or ignore into unindexed (article_id) values (0)";
/// … which it is given here: migration 0005 says why.
const INDEX: &str = "delete from unindexed";

/// All that one attempt changes.
pub(super) trait Record: Debug + Send + Sync + 'static {
    /// What saving it came to.
    type Saved: Debug + Send;

    /// How many attempts and entries it writes, about.
    fn rows(&self) -> usize;

    /// Writes it; may be called again where the transaction is undone.
    fn save(
        &self,
        tx: &mut Writing<'_>,
    ) -> impl Future<Output = Result<Self::Saved, StoreError>> + Send;
}

type Outcome<R> = Result<<R as Record>::Saved, StoreError>;

/// Records that wait to be saved, and the turn to save them.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<VecDeque<Box<dyn Waiting>>>,
    turn: tokio::sync::Mutex<()>,
}

/// A record in the queue, whatever it is of.
trait Waiting: Debug + Send {
    fn rows(&self) -> usize;

    /// Writes the record, and keeps what came of it until that is committed.
    fn save<'a>(&'a mut self, tx: &'a mut Writing<'_>) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Tells whoever waits for it.
    fn answer(self: Box<Self>, done: Result<(), StoreError>);
}

#[derive(Debug)]
struct Waiter<R: Record> {
    record: Arc<R>,
    saved: Option<R::Saved>,
    done: oneshot::Sender<Outcome<R>>,
}

impl<R: Record> Waiting for Waiter<R> {
    fn rows(&self) -> usize {
        self.record.rows()
    }

    fn save<'a>(&'a mut self, tx: &'a mut Writing<'_>) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.saved = Some(self.record.save(tx).await?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, done: Result<(), StoreError>) {
        let nothing = || StoreError::Query("nothing was saved".to_owned());
        let Waiter { saved, done: listener, .. } = *self;
        // Where nobody listens any more, it is saved all the same.
        let _ = listener.send(done.and_then(|()| saved.ok_or_else(nothing)));
    }
}

impl Queue {
    fn push<R: Record>(&self, record: &Arc<R>) -> oneshot::Receiver<Outcome<R>> {
        let (done, outcome) = oneshot::channel();
        let waiter = Waiter { record: Arc::clone(record), saved: None, done };
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(Box::new(waiter));
        outcome
    }

    /// The first of those that wait, and as many more as one transaction takes.
    fn take(&self) -> Vec<Box<dyn Waiting>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows = 0;
        let fit = waiting.iter().take_while(|waiter| {
            rows += waiter.rows();
            rows <= limits::ROWS_PER_COMMIT_MAX
        });
        let count = fit.count().max(1).min(waiting.len());
        waiting.drain(..count).collect()
    }
}

impl Store {
    /// Saves a record when its turn comes.
    pub(super) async fn save_with_others<R: Record>(&self, record: R) -> Outcome<R> {
        let record = Arc::new(record);
        let mut outcome = self.queue.push(&record);
        loop {
            let _turn = self.queue.turn.lock().await;
            match outcome.try_recv() {
                // Whoever had the turn before us saved ours with his.
                Ok(outcome) => return outcome,
                Err(oneshot::error::TryRecvError::Empty) => {
                    self.save_all(self.queue.take()).await;
                }
                // He was stopped before he could commit: nothing of it is saved.
                Err(oneshot::error::TryRecvError::Closed) => outcome = self.queue.push(&record),
            }
        }
    }

    async fn save_all(&self, mut batch: Vec<Box<dyn Waiting>>) {
        match self.save_together(&mut batch).await {
            Ok(()) => batch.into_iter().for_each(|waiting| waiting.answer(Ok(()))),
            // Nor would any of them be saved by itself.
            Err(StoreError::Locked) => {
                for waiting in batch {
                    waiting.answer(Err(StoreError::Locked));
                }
            }
            Err(_) if batch.len() > 1 => {
                for mut waiting in batch {
                    let done = self.save_together(std::slice::from_mut(&mut waiting)).await;
                    waiting.answer(done);
                }
            }
            Err(error) => {
                if let Some(waiting) = batch.pop() {
                    waiting.answer(Err(error));
                }
            }
        }
    }

    async fn save_together(&self, batch: &mut [Box<dyn Waiting>]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let mut writing = Writing::new(&mut tx);
        writing.add(GATHER);
        for waiting in batch {
            waiting.save(&mut writing).await?;
        }
        writing.add(INDEX);
        writing.settle().await?;
        Ok(tx.commit().await?)
    }
}
