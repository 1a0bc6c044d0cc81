//! Many inputs through one function on several threads, in the order they came.

use std::collections::HashMap;
use std::iter::{Enumerate, Fuse};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread;

use crate::limits::{BATCH_BYTES_MAX, BATCH_PORTIONS_PER_THREAD, WORKER_STACK_BYTES};

/// Maps inputs through `work` on `threads` threads and hands the results of every portion to `write`,
/// in the order in which the portions came.
///
/// A thread takes a portion when it has nothing else to do, and what became of it is written as soon
/// as all before it is: who waits for an answer before he asks again gets it. `bytes_of` says how much
/// memory an input takes; no more than a bound is held until it is written. One thread is the
/// caller's own, and holds one portion.
///
/// Where `work` panics, `crashed` says what the result is.
///
/// # Errors
///
/// The first error of `write` ends it.
pub(super) fn map_in_order<I, O, E>(
    portions: impl Iterator<Item = Vec<I>> + Send,
    bytes_of: impl Fn(&I) -> usize + Sync,
    threads: usize,
    work: impl Fn(&I) -> O + Sync,
    crashed: impl Fn(&I) -> O + Sync,
    mut write: impl FnMut(Vec<O>) -> Result<(), E>,
) -> Result<(), E>
where
    O: Send,
{
    // The stages hold no state between inputs, so nothing is left broken.
    let work = |input: &I| {
        catch_unwind(AssertUnwindSafe(|| work(input))).unwrap_or_else(|_panic| crashed(input))
    };
    let work = |portion: Vec<I>| -> Vec<O> { portion.iter().map(&work).collect() };
    let (freed, written) = mpsc::channel();
    let queue = Mutex::new(Queue {
        portions: portions.enumerate().fuse(),
        held: 0,
        held_bytes: 0,
        held_max: threads * BATCH_PORTIONS_PER_THREAD,
        written,
    });
    let (done, results) = mpsc::channel();
    // Where reading an input crashed, the lock is poisoned, and nothing more is read.
    let take = || queue.lock().ok()?.take(&bytes_of);
    let run = |done: Sender<_>| {
        while let Some((number, bytes, portion)) = take() {
            if done.send((number, bytes, work(portion))).is_err() {
                break;
            }
        }
    };
    thread::scope(|scope| {
        // Once these are gone, by an error or by a panic, the threads end.
        let (freed, results) = (freed, results);
        let spawn = |done: Sender<_>| {
            let builder = thread::Builder::new().stack_size(WORKER_STACK_BYTES);
            builder.spawn_scoped(scope, || run(done)).is_ok()
        };
        let spawned = (0..threads).filter(|_| threads > 1 && spawn(done.clone())).count();
        drop(done);
        if spawned == 0 {
            while let Some((_, bytes, portion)) = take() {
                write(work(portion))?;
                let _ = freed.send(bytes);
            }
        }
        let mut waiting = HashMap::new();
        let mut next = 0;
        for (number, bytes, result) in results {
            waiting.insert(number, (bytes, result));
            while let Some((bytes, result)) = waiting.remove(&next) {
                write(result)?;
                next += 1;
                // When all inputs are taken, nobody waits for room.
                let _ = freed.send(bytes);
            }
        }
        Ok(())
    })
}

/// What is still to be done.
struct Queue<P> {
    portions: Fuse<Enumerate<P>>,
    /// Portions that were taken and are not yet known to be written, and their bytes.
    held: usize,
    held_bytes: usize,
    held_max: usize,
    /// Bytes of each portion that was written.
    written: Receiver<usize>,
}

impl<I, P: Iterator<Item = Vec<I>>> Queue<P> {
    /// The next portion with its number and its bytes, once there is room for it.
    fn take(&mut self, bytes_of: impl Fn(&I) -> usize) -> Option<(usize, usize, Vec<I>)> {
        loop {
            let is_full = self.held >= self.held_max || self.held_bytes >= BATCH_BYTES_MAX;
            let bytes = if is_full {
                self.written.recv().ok()?
            } else {
                match self.written.try_recv() {
                    Ok(bytes) => bytes,
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return None,
                }
            };
            self.held -= 1;
            self.held_bytes -= bytes;
        }
        let (number, portion) = self.portions.next()?;
        let bytes = portion.iter().map(bytes_of).sum();
        self.held += 1;
        self.held_bytes += bytes;
        Some((number, bytes, portion))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::map_in_order;
    use crate::limits::BATCH_BYTES_MAX;

    #[test]
    fn what_waits_to_be_written_is_bounded_in_bytes() {
        let pulled = AtomicUsize::new(0);
        let inputs = (0..100).map(|n| {
            pulled.fetch_add(1, Ordering::SeqCst);
            vec![n]
        });
        let mut written = 0;
        let write = |_: Vec<usize>| {
            assert!(pulled.load(Ordering::SeqCst) - written <= 4);
            written += 1;
            Ok::<(), ()>(())
        };
        map_in_order(inputs, |_| BATCH_BYTES_MAX / 4, 8, |n| *n, |n| *n, write).unwrap();
        assert_eq!(written, 100);
    }

    #[test]
    fn results_come_in_the_order_of_the_inputs_and_a_crash_costs_only_its_own() {
        for threads in [1, 2, 7] {
            let mut out = Vec::new();
            let work = |n: &usize| {
                assert!(*n != 70, "page that crashes");
                n * 2
            };
            let portions = (0..250).map(|n| vec![2 * n, 2 * n + 1]);
            let write = |results| {
                out.extend(results);
                Ok::<(), ()>(())
            };
            map_in_order(portions, |_| BATCH_BYTES_MAX / 9, threads, work, |_| 1, write).unwrap();
            let expected: Vec<_> = (0..500).map(|n| if n == 70 { 1 } else { n * 2 }).collect();
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn who_asks_again_only_after_an_answer_is_answered() {
        for threads in [1, 3] {
            let (ask, questions) = mpsc::channel();
            ask.send(vec![0]).unwrap();
            let mut ask = Some(ask);
            let write = |answers: Vec<usize>| {
                if answers[0] < 10 {
                    ask.as_ref().unwrap().send(answers).unwrap();
                } else {
                    ask = None;
                }
                Ok::<(), ()>(())
            };
            map_in_order(questions.into_iter(), |_| 1, threads, |n| n + 1, |n| *n, write).unwrap();
            assert!(ask.is_none());
        }
    }

    #[test]
    fn an_error_of_writing_ends_it_though_there_is_no_end_of_inputs() {
        for threads in [1, 3] {
            let inputs = std::iter::repeat(vec![()]);
            let write = |_| Err("full");
            assert_eq!(map_in_order(inputs, |()| 1, threads, |()| (), |()| (), write), Err("full"));
        }
    }
}
