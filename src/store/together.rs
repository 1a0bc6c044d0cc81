//! Visits that wait for the write lock are saved together.
//!
//! A transaction costs about as much as an article in it. Whoever gets the turn saves all that
//! wait, his own among them; nobody waits for others to come. Each still ends as if it had been
//! alone: where one of them fails, all are undone and each is saved by itself.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::Store;
use super::error::StoreError;
use super::visit::{self, Visit, VisitSaved};
use crate::limits;

/// From here on the search index waits for the articles of a transaction …
const GATHER: &str = "insert or ignore into unindexed (article_id) values (0)";
/// … which it is given here: migration 0005 says why.
const INDEX: &str = "delete from unindexed";

type Outcome = Result<VisitSaved, StoreError>;

/// Visits that wait to be saved, and the turn to save them.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<VecDeque<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Waiting {
    visit: Arc<Visit>,
    done: oneshot::Sender<Outcome>,
}

impl Queue {
    fn push(&self, visit: &Arc<Visit>) -> oneshot::Receiver<Outcome> {
        let (done, outcome) = oneshot::channel();
        let waiting = Waiting { visit: Arc::clone(visit), done };
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(waiting);
        outcome
    }

    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().min(limits::VISITS_PER_COMMIT_MAX);
        waiting.drain(..count).collect()
    }
}

impl Store {
    /// Saves a visit when its turn comes.
    pub(super) async fn save_with_others(&self, visit: Visit) -> Outcome {
        let visit = Arc::new(visit);
        let mut outcome = self.queue.push(&visit);
        loop {
            let _turn = self.queue.turn.lock().await;
            match outcome.try_recv() {
                // Whoever had the turn before us saved ours with his.
                Ok(outcome) => return outcome,
                Err(oneshot::error::TryRecvError::Empty) => {
                    self.save_all(self.queue.take()).await;
                }
                // He was stopped before he could commit: nothing of it is saved.
                Err(oneshot::error::TryRecvError::Closed) => outcome = self.queue.push(&visit),
            }
        }
    }

    async fn save_all(&self, batch: Vec<Waiting>) {
        let visits: Vec<_> = batch.iter().map(|waiting| Arc::clone(&waiting.visit)).collect();
        match self.save_together(&visits).await {
            Ok(saved) => {
                for (waiting, saved) in batch.into_iter().zip(saved) {
                    // Nobody listens any more: the visit is saved all the same.
                    let _ = waiting.done.send(Ok(saved));
                }
            }
            Err(error) => {
                let mut alone = Some(error).filter(|_| batch.len() == 1);
                for waiting in batch {
                    let outcome = match alone.take() {
                        Some(error) => Err(error),
                        None => self.save_alone(&waiting.visit).await,
                    };
                    let _ = waiting.done.send(outcome);
                }
            }
        }
    }

    async fn save_alone(&self, visit: &Arc<Visit>) -> Outcome {
        let mut saved = self.save_together(std::slice::from_ref(visit)).await?;
        saved.pop().ok_or_else(|| StoreError::Query("nothing was saved".to_owned()))
    }

    async fn save_together(&self, visits: &[Arc<Visit>]) -> Result<Vec<VisitSaved>, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(GATHER).execute(&mut *tx).await?;
        let mut saved = Vec::with_capacity(visits.len());
        for visit in visits {
            saved.push(visit::save(&mut tx, visit).await?);
        }
        sqlx::query(INDEX).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(saved)
    }
}
