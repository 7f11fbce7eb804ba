//! Work side by side: networks, imagined seeds, predictors and studies, one per core.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Why work could not begin.
#[derive(Debug, thiserror::Error)]
pub enum ThreadError {
    #[error("the threads could not be started ({0}); try `--jobs 1`")]
    Pool(#[from] rayon::ThreadPoolBuildError),
    #[error("the threads could not be started ({0}); try `--jobs 1`")]
    Threads(#[from] std::io::Error),
}

/// The number of processors.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get())
}

/// The results of `work` on 0, 1, … `count` - 1, in that order, computed on `jobs` threads.
///
/// Each thread is the only one of a rayon pool of its own: dfdx's products use the ambient pool, and one thread
/// per network beats many. The number of jobs changes no result. What panics in `work` panics here.
///
/// # Errors
/// If no thread can be started.
pub fn side_by_side<T: Send>(
    jobs: usize,
    count: usize,
    work: impl Fn(usize) -> T + Sync,
) -> Result<Vec<T>, ThreadError> {
    let pools = (0..jobs.clamp(1, count.max(1)))
        .map(|_| rayon::ThreadPoolBuilder::new().num_threads(1).build())
        .collect::<Result<Vec<_>, _>>()?;
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| -> std::io::Result<()> {
        let mut threads = Vec::with_capacity(pools.len());
        for pool in &pools {
            let (sender, next, work) = (sender.clone(), &next, &work);
            let take = move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count || sender.send((index, work(index))).is_err() {
                        break;
                    }
                }
            };
            threads.push(std::thread::Builder::new().spawn_scoped(scope, move || pool.install(take))?);
        }
        threads.into_iter().for_each(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        Ok(())
    })?;
    drop(sender);
    let mut results: Vec<(usize, T)> = receiver.into_iter().collect();
    results.sort_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn results_come_in_order_with_any_number_of_jobs() {
        for jobs in [0, 1, 2, 9] {
            assert_eq!(side_by_side(jobs, 5, |index| index * index).unwrap(), [0, 1, 4, 9, 16]);
            assert!(side_by_side(jobs, 0, |index| index).unwrap().is_empty());
        }
    }
}
