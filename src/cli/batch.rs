//! Many inputs through one function on several threads, in the order they came.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::limits::{BATCH_BYTES_MAX, BATCH_INPUTS_PER_THREAD, WORKER_STACK_BYTES};

/// Maps `inputs` through `work` on `threads` threads and hands every result to
/// `write` in the order of the inputs. Holds one chunk of inputs at a time;
/// `bytes_of` says how much memory one takes. One thread is the caller's own, and holds one input.
///
/// Where `work` panics, `crashed` says what the result is.
///
/// # Errors
///
/// The first error of `write` ends it.
pub(super) fn map_in_order<I, O, E>(
    mut inputs: impl Iterator<Item = I>,
    bytes_of: impl Fn(&I) -> usize,
    threads: usize,
    work: impl Fn(&I) -> O + Sync,
    crashed: impl Fn(&I) -> O + Sync,
    mut write: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E>
where
    I: Sync,
    O: Send,
{
    // The stages hold no state between inputs, so nothing is left broken.
    let work = |input: &I| {
        catch_unwind(AssertUnwindSafe(|| work(input))).unwrap_or_else(|_panic| crashed(input))
    };
    if threads <= 1 {
        return inputs.try_for_each(|input| write(work(&input)));
    }
    loop {
        let mut chunk = Vec::new();
        let mut bytes = 0;
        while chunk.len() < threads * BATCH_INPUTS_PER_THREAD && bytes < BATCH_BYTES_MAX {
            let Some(input) = inputs.next() else { break };
            bytes += bytes_of(&input);
            chunk.push(input);
        }
        if chunk.is_empty() {
            return Ok(());
        }
        for result in run_chunk(&chunk, threads, &work) {
            write(result)?;
        }
    }
}

fn run_chunk<I: Sync, O: Send>(
    chunk: &[I],
    threads: usize,
    work: &(impl Fn(&I) -> O + Sync),
) -> Vec<O> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(chunk.len()));
    let run = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = chunk.get(index) else { break };
            let result = work(input);
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
    use crate::limits::BATCH_BYTES_MAX;

    #[test]
    fn what_waits_to_be_written_is_bounded_in_bytes() {
        let pulled = std::cell::Cell::new(0);
        let inputs = (0..100).inspect(|_| pulled.set(pulled.get() + 1));
        let mut written = 0;
        let write = |_: usize| {
            assert!(pulled.get() - written <= 4);
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
            map_in_order(
                0..500,
                |_| BATCH_BYTES_MAX / 9,
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
