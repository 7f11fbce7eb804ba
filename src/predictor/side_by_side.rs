//! Work side by side, on as many threads as there are processors: it changes no result.

use crate::predictor::PredictorError;
use rayon::ThreadPoolBuilder;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

/// The results of `work` on 0, 1, … `count` - 1, in that order, on as many threads as there are processors.
///
/// Each thread is the only one of a rayon pool of its own: the products of a network use the ambient pool, and whatever that
/// is, the bits are the same.
///
/// # Errors
/// If no thread can be started.
pub fn side_by_side<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Result<Vec<T>, PredictorError> {
    let processors = std::thread::available_parallelism().map_or(1, |n| n.get());
    let no_thread = |error: &dyn std::fmt::Display| PredictorError::Other(format!("no thread can be started: {error}"));
    let pools = (0..processors.clamp(1, count.max(1)))
        .map(|_| ThreadPoolBuilder::new().num_threads(1).build())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| no_thread(&error))?;
    let next = AtomicUsize::new(0);
    let (sender, receiver) = channel();
    std::thread::scope(|scope| -> std::io::Result<()> {
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
            std::thread::Builder::new().spawn_scoped(scope, move || pool.install(take))?;
        }
        Ok(())
    })
    .map_err(|error| no_thread(&error))?;
    drop(sender);
    let mut results: Vec<(usize, T)> = receiver.into_iter().collect();
    results.sort_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn results_come_in_order() {
        assert_eq!(side_by_side(5, |index| index * index).unwrap(), [0, 1, 4, 9, 16]);
        assert!(side_by_side(0, |index| index).unwrap().is_empty());
    }
}
