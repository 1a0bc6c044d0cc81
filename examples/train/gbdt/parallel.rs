//! The same work on many things, by a few threads.

use std::sync::Mutex;
use std::thread;

/// Does `work` on each of the things; the results are in their order, whoever came first.
pub(crate) fn map<T, R>(
    threads: usize,
    things: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R>
where
    R: Send,
{
    let queue = Mutex::new(things.enumerate());
    let take = || queue.lock().expect("taking from the queue does not panic").next();
    let labour = || {
        let mut done = Vec::new();
        while let Some((place, thing)) = take() {
            done.push((place, work(thing)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads).map(|_| scope.spawn(labour)).collect();
        let mut done = labour();
        for helper in helpers {
            done.extend(helper.join().expect("the work does not panic"));
        }
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}
