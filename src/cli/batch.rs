//! Many inputs through one function on several threads, in the order they came.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::limits::WORKER_STACK_BYTES;

/// Inputs worked on before their results are written: enough to keep threads
/// busy behind one slow page, few enough to hold in memory.
const CHUNK_PER_THREAD: usize = 32;

/// Maps `inputs` through `work` on `threads` threads and hands every result to
/// `write` in the order of the inputs. Holds one chunk of inputs at a time.
///
/// Where `work` panics, `crashed` says what the result is.
///
/// # Errors
///
/// The first error of `write` ends it.
pub(super) fn map_in_order<I, O, E>(
    inputs: impl Iterator<Item = I>,
    threads: usize,
    work: impl Fn(&I) -> O + Sync,
    crashed: impl Fn(&I) -> O + Sync,
    mut write: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E>
where
    I: Sync,
    O: Send,
{
    let threads = threads.max(1);
    let mut inputs = inputs.peekable();
    while inputs.peek().is_some() {
        let chunk: Vec<I> = inputs.by_ref().take(threads * CHUNK_PER_THREAD).collect();
        for result in run_chunk(&chunk, threads, &work, &crashed) {
            write(result)?;
        }
    }
    Ok(())
}

fn run_chunk<I: Sync, O: Send>(
    chunk: &[I],
    threads: usize,
    work: &(impl Fn(&I) -> O + Sync),
    crashed: &(impl Fn(&I) -> O + Sync),
) -> Vec<O> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(chunk.len()));
    let run = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = chunk.get(index) else { break };
            // The stages hold no state between pages, so nothing is left broken.
            let result = catch_unwind(AssertUnwindSafe(|| work(input)))
                .unwrap_or_else(|_panic| crashed(input));
            results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    thread::scope(|scope| {
        let mut spawned = 0;
        for _ in 0..threads.min(chunk.len()) {
            let builder = thread::Builder::new().stack_size(WORKER_STACK_BYTES);
            spawned += usize::from(builder.spawn_scoped(scope, run).is_ok());
        }
        if spawned == 0 {
            run();
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::map_in_order;

    #[test]
    fn results_come_in_the_order_of_the_inputs_and_a_crash_costs_only_its_own() {
        for threads in [1, 2, 7] {
            let mut out = Vec::new();
            let work = |n: &usize| {
                assert!(*n != 70, "page that crashes");
                n * 2
            };
            map_in_order(
                0..500,
                threads,
                work,
                |_| 1,
                |n| {
                    out.push(n);
                    Ok::<(), ()>(())
                },
            )
            .unwrap();
            let expected: Vec<_> = (0..500).map(|n| if n == 70 { 1 } else { n * 2 }).collect();
            assert_eq!(out, expected);
        }
    }
}
