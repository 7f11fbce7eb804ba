//! Training every seed of a study, side by side; what is in the store is not trained again.

use crate::experiment::error::ExperimentError;
use crate::experiment::ids::training_key;
use crate::experiment::observer::{Observer, SeedEnd};
use crate::experiment::parallel::side_by_side;
use crate::experiment::setup::Setup;
use crate::network::checkpoint::{from_bytes, to_bytes};
use crate::outcome::FailedSeed;
use crate::seed::Seed;
use crate::store::Store;
use crate::store::training::{StoredSnapshot, StoredTraining};
use crate::training::ppo::{Progress, Snapshot, TrainingError, train, whole_steps};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// A seed that finished: its snapshots, untrained first, final last. The networks are in the store.
pub struct TrainedSeed {
    pub seed: u64,
    /// Environment steps before each snapshot.
    pub steps: Vec<u64>,
    /// Mean training return since the snapshot before.
    pub returns: Vec<Option<f64>>,
}

/// Every seed of a study. The networks of all seeds together may be larger than the memory, so they stay in the store.
pub struct Trained {
    /// The store's key of the networks.
    key: String,
    /// Those that finished, in order; at least one.
    pub seeds: Vec<TrainedSeed>,
    pub failed: Vec<FailedSeed>,
    /// Environment steps per second of wall time over the seeds trained now; nothing if none was.
    pub steps_per_second: Option<f64>,
}

/// Trains the seeds 0, 1, … of a study that the store does not have. A seed that fails does not stop the others; a
/// seed that finishes is stored at once.
pub fn train_all(
    setup: &Setup,
    jobs: usize,
    store: &Store,
    observer: &dyn Observer,
) -> Result<Trained, ExperimentError> {
    let settings = &setup.study.train;
    let key = training_key(setup.study, &setup.sight)?;
    let start = Instant::now();
    let steps_now = AtomicU64::new(0);
    observer.begin(settings.seeds as usize, whole_steps(settings));
    let results = side_by_side(jobs, settings.seeds as usize, |seed| {
        let seed = seed as u64;
        if let Some(snapshots) = stored(setup, &key, seed, store)? {
            observer.end(seed, SeedEnd::Stored);
            return Ok(Ok(TrainedSeed::of(seed, &snapshots)));
        }
        let mut reached = 0;
        let trained = train(&setup.study.agent, settings, setup.training(), Seed(seed), &mut |progress: Progress| {
            reached = progress.step;
            observer.progress(seed, progress.step, progress.mean_return);
        });
        steps_now.fetch_add(reached, Ordering::Relaxed);
        Ok(match trained {
            Ok(snapshots) => {
                store.put_networks(&key, seed, &to_stored(&snapshots)?)?;
                observer.end(seed, SeedEnd::Trained);
                Ok(TrainedSeed::of(seed, &snapshots))
            }
            Err(error) => {
                observer.end(seed, SeedEnd::Failed);
                Err((seed, reached, error))
            }
        })
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let steps_now = steps_now.into_inner();
    let (mut seeds, mut failed) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(Ok(networks)) => seeds.push(networks),
            Ok(Err((_, _, TrainingError::Level(source)))) => return Err(setup.level_error("training", source)),
            Ok(Err((seed, reached, error))) => {
                let step = match error {
                    TrainingError::Diverged { step, .. } => step,
                    TrainingError::Level(_) | TrainingError::Memory(_) => reached,
                };
                failed.push(FailedSeed { seed, step, message: error.to_string() });
            }
            Err(error) => return Err(error),
        }
    }
    if seeds.is_empty() {
        let reason = failed.first().map(|first| format!("seed {}: {}", first.seed, first.message));
        return Err(ExperimentError::NoSeed(reason.unwrap_or_else(|| "the study has no seeds".to_string())));
    }
    let steps_per_second = (steps_now > 0 && seconds > 0.0).then(|| steps_now as f64 / seconds);
    Ok(Trained { key, seeds, failed, steps_per_second })
}

impl TrainedSeed {
    fn of(seed: u64, snapshots: &[Snapshot]) -> TrainedSeed {
        let steps = snapshots.iter().map(|snapshot| snapshot.step).collect();
        TrainedSeed { seed, steps, returns: snapshots.iter().map(|snapshot| snapshot.mean_return).collect() }
    }
}

impl Trained {
    /// The networks of a seed, untrained first, final last.
    pub fn snapshots(&self, setup: &Setup, store: &Store, seed: u64) -> Result<Vec<Snapshot>, ExperimentError> {
        stored(setup, &self.key, seed, store)?.ok_or(ExperimentError::Lost { seed })
    }
}

/// The networks of a seed, if the store has them whole and undamaged.
fn stored(setup: &Setup, key: &str, seed: u64, store: &Store) -> Result<Option<Vec<Snapshot>>, ExperimentError> {
    let Some(stored) = store.networks(key, seed)? else { return Ok(None) };
    let (bits, widths) = (setup.sight.bits(), &setup.study.agent.hidden);
    let mut snapshots = Vec::with_capacity(stored.snapshots.len());
    for snapshot in stored.snapshots {
        // Bytes that pass the store's checksum and are no network are trained again, as damaged ones are.
        let Ok(parameters) = from_bytes(&snapshot.network, bits, widths) else { return Ok(None) };
        snapshots.push(Snapshot { step: snapshot.step, mean_return: snapshot.mean_return, parameters });
    }
    Ok((!snapshots.is_empty()).then_some(snapshots))
}

fn to_stored(snapshots: &[Snapshot]) -> Result<StoredTraining, ExperimentError> {
    let stored = snapshots.iter().map(|snapshot| {
        let network = to_bytes(&snapshot.parameters)?;
        Ok(StoredSnapshot { step: snapshot.step, mean_return: snapshot.mean_return, network })
    });
    Ok(StoredTraining { snapshots: stored.collect::<Result<_, ExperimentError>>()? })
}
