//! Every training of a study, every seed of it side by side; what is in the store is not trained again.

use crate::experiment::error::ExperimentError;
use crate::experiment::ids::training_keys;
use crate::experiment::needed::needed;
use crate::experiment::observer::{Observer, SeedEnd};
use crate::experiment::setup::Setup;
use crate::network::checkpoint::{from_bytes, to_bytes};
use crate::network::initialise::orthogonal;
use crate::network::parameters::Parameters;
use crate::outcome::{FailedSeed, Outcome};
use crate::parallel::side_by_side;
use crate::seed::Seed;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::training::{StoredSnapshot, StoredTraining};
use crate::training::ppo::{Progress, Snapshot, TrainingError, snapshot_steps, train, whole_steps};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// A seed that finished: its snapshots, the network before the training first, final last. The networks are in the store.
pub struct TrainedSeed {
    pub seed: u64,
    /// Environment steps before each snapshot.
    pub steps: Vec<u64>,
    /// Mean training return since the snapshot before.
    pub returns: Vec<Option<f64>>,
}

/// Every seed in one training. The networks of all together may be larger than the memory, so they stay in the store.
#[derive(Default)]
pub struct TrainedSeeds {
    /// In the order of [`Trained::seeds`].
    pub seeds: Vec<TrainedSeed>,
    /// Environment steps per second of wall time over the seeds trained now; nothing if none was.
    pub steps_per_second: Option<f64>,
}

/// Every seed in every training of a study.
pub struct Trained {
    /// Those that finished in all trainings, in order; at least one.
    pub seeds: Vec<u64>,
    pub failed: Vec<FailedSeed>,
    /// The study's own, then the phases.
    pub trainings: Vec<TrainedSeeds>,
    /// When the first network was stored, of those seeds, in seconds since 1970; nothing where that is not known of some.
    pub since: Option<u64>,
    /// For each training, the store's key of its networks.
    keys: Vec<String>,
    /// They are those of an earlier run: none is trained.
    past: bool,
}

/// Trains the seeds 0, 1, … of a study that the store does not have, a training behind the one that it goes on from. A
/// seed that fails does not stop the others, but is not trained any more; a seed that finishes is stored at once.
pub fn train_all(
    setup: &Setup,
    jobs: usize,
    store: &Store,
    observer: &dyn Observer,
) -> Result<Trained, ExperimentError> {
    let keys = training_keys(setup.study, &setup.sight, setup.gradients)?;
    let mut trained = Trained {
        seeds: (0..u64::from(setup.study.train.seeds)).collect(),
        failed: Vec::new(),
        trainings: keys.iter().map(|_| TrainedSeeds::default()).collect(),
        since: None,
        keys,
        past: false,
    };
    for training in setup.study.training_order() {
        let (done, failed) =
            Job { setup, training, keys: &trained.keys, store, past: false }.seeds(&trained.seeds, jobs, observer)?;
        trained.seeds = done.seeds.iter().map(|seed| seed.seed).collect();
        trained.failed.extend(failed);
        trained.trainings[training] = done;
        if trained.seeds.is_empty() {
            let told = |last: &FailedSeed| {
                let phase = last.phase.as_ref().map_or(String::new(), |phase| format!(" in phase {phase}"));
                format!("seed {}{phase}: {}", last.seed, last.message)
            };
            let reason = trained.failed.last().map(told);
            return Err(ExperimentError::NoSeed(reason.unwrap_or_else(|| "the study has no seeds".to_string())));
        }
    }
    for training in &mut trained.trainings {
        training.seeds.retain(|seed| trained.seeds.contains(&seed.seed));
    }
    trained.since = since(store, &trained)?;
    Ok(trained)
}

fn since(store: &Store, trained: &Trained) -> Result<Option<u64>, StoreError> {
    let mut first = Some(u64::MAX);
    for key in &trained.keys {
        for seed in &trained.seeds {
            first = first.min(store.trained(key, *seed)?);
        }
    }
    Ok(first)
}

impl Trained {
    /// The networks of an earlier run as the store has them, without training any; nothing where one is missing or damaged, or
    /// the store does not tell which they are. `setup` is the run's study, or another on the same networks.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn stored(setup: &Setup, run: &Outcome, store: &Store) -> Result<Option<Trained>, ExperimentError> {
        let Some(keys) = needed(store, &run.ids.run, Some(&run.ids.training))? else { return Ok(None) };
        if keys.len() != setup.arenas.len() {
            return Ok(None);
        }
        let mut trainings = Vec::with_capacity(keys.len());
        for training in 0..keys.len() {
            let job = Job { setup, training, keys: &keys, store, past: true };
            let mut own = TrainedSeeds::default();
            for &seed in &run.seeds {
                let Some(snapshots) = job.stored(seed)? else { return Ok(None) };
                own.seeds.push(TrainedSeed::of(seed, &snapshots));
            }
            if own.seeds.windows(2).any(|pair| pair[0].steps != pair[1].steps) {
                return Ok(None);
            }
            trainings.push(own);
        }
        let (seeds, failed) = (run.seeds.clone(), run.failed.clone());
        Ok(Some(Trained { seeds, failed, since: None, trainings, keys, past: true }))
    }

    /// The networks of a seed in a training, the one before it first, final last; trained once more where the store has lost them
    /// since, unless they are those of an earlier run. Call it in a rayon pool of one thread.
    pub fn snapshots(
        &self,
        setup: &Setup,
        store: &Store,
        training: usize,
        seed: u64,
    ) -> Result<Vec<Snapshot>, ExperimentError> {
        Job { setup, training, keys: &self.keys, store, past: self.past }.again(seed)
    }
}

impl TrainedSeed {
    fn of(seed: u64, snapshots: &[Snapshot]) -> TrainedSeed {
        let steps = snapshots.iter().map(|snapshot| snapshot.step).collect();
        TrainedSeed { seed, steps, returns: snapshots.iter().map(|snapshot| snapshot.mean_return).collect() }
    }
}

/// One training of a study.
#[derive(Clone, Copy)]
struct Job<'a> {
    setup: &'a Setup<'a>,
    training: usize,
    keys: &'a [String],
    store: &'a Store,
    /// The networks are those of an earlier run, perhaps of another version: none is trained, and snapshots are where they are.
    past: bool,
}

/// How far a seed came, and why no farther.
struct Stopped {
    seed: u64,
    reached: u64,
    error: TrainingError,
}

impl Job<'_> {
    /// These seeds, side by side: those that finished, and those that did not.
    fn seeds(
        self,
        seeds: &[u64],
        jobs: usize,
        observer: &dyn Observer,
    ) -> Result<(TrainedSeeds, Vec<FailedSeed>), ExperimentError> {
        let phase = self.setup.phase_name(self.training);
        let settings = self.setup.study.training(self.training).train;
        let start = Instant::now();
        let steps_now = AtomicU64::new(0);
        observer.begin(phase.as_deref(), seeds.len(), whole_steps(settings));
        // What the store cannot keep is not worth hours: no seed begins after its first error. Those in training go on, since
        // there may be room again when they are done.
        let broken = AtomicBool::new(false);
        let results = side_by_side(jobs, seeds.len(), |index| {
            let begins = !broken.load(Ordering::Relaxed);
            let result = begins.then(|| self.one(seeds[index], &steps_now, observer));
            broken.fetch_or(matches!(result, Some(Err(_))), Ordering::Relaxed);
            result
        })?;
        let seconds = start.elapsed().as_secs_f64();
        let steps_now = steps_now.into_inner();
        let mut done = TrainedSeeds {
            seeds: Vec::new(),
            steps_per_second: (steps_now > 0 && seconds > 0.0).then(|| steps_now as f64 / seconds),
        };
        let mut failed = Vec::new();
        for result in results.into_iter().flatten() {
            match result? {
                Ok(seed) => done.seeds.push(seed),
                Err(Stopped { error: TrainingError::Level(source), .. }) => {
                    return Err(self.setup.level_error(self.setup.own_arena(self.training), source));
                }
                Err(Stopped { seed, reached, error }) => {
                    let step = match error {
                        TrainingError::Diverged { step, .. } => step,
                        TrainingError::Level(_) | TrainingError::Memory(_) => reached,
                    };
                    failed.push(FailedSeed { seed, phase: phase.clone(), step, message: error.to_string() });
                }
            }
        }
        Ok((done, failed))
    }

    /// One seed, from the store or trained now.
    fn one(
        self,
        seed: u64,
        steps_now: &AtomicU64,
        observer: &dyn Observer,
    ) -> Result<Result<TrainedSeed, Stopped>, ExperimentError> {
        if let Some(snapshots) = self.stored(seed)? {
            observer.end(seed, SeedEnd::Stored);
            return Ok(Ok(TrainedSeed::of(seed, &snapshots)));
        }
        let mut reached = 0;
        let trained = self.trained(seed, &mut |progress| {
            reached = progress.step;
            observer.progress(seed, progress.step, progress.mean_return);
        })?;
        steps_now.fetch_add(reached, Ordering::Relaxed);
        match trained {
            Ok(snapshots) => {
                observer.end(seed, SeedEnd::Trained);
                Ok(Ok(TrainedSeed::of(seed, &snapshots)))
            }
            Err(error) => {
                observer.end(seed, SeedEnd::Failed);
                Ok(Err(Stopped { seed, reached, error }))
            }
        }
    }

    /// Trains a seed, and stores its networks.
    fn trained(
        self,
        seed: u64,
        told: &mut dyn FnMut(Progress),
    ) -> Result<Result<Vec<Snapshot>, TrainingError>, ExperimentError> {
        let settings = self.setup.study.training(self.training).train;
        let engine = &self.setup.own_arena(self.training).engine;
        let trained = train(self.initial(seed)?, settings, engine, self.root(seed), self.setup.gradients, told);
        if let Ok(snapshots) = &trained {
            self.store.put_networks(&self.keys[self.training], seed, &to_stored(snapshots)?)?;
        }
        Ok(trained)
    }

    /// The networks of a seed that was trained: from the store, or, where another process has taken them away since, trained
    /// again, to the same bits.
    fn again(self, seed: u64) -> Result<Vec<Snapshot>, ExperimentError> {
        match self.stored(seed)? {
            Some(snapshots) => Ok(snapshots),
            None if self.past => Err(ExperimentError::Lost { seed }),
            None => self.trained(seed, &mut |_| ())?.map_err(|_| ExperimentError::Lost { seed }),
        }
    }

    /// From which a seed draws: the number of trainings before counts, not their names, so that phases that go on from
    /// the same one share the draws, and differ in what they change alone.
    fn root(self, seed: u64) -> Seed {
        match self.setup.study.depth(self.training) {
            0 => Seed(seed),
            depth => Seed(seed).child("phase", &[depth as u64]),
        }
    }

    /// The network that a seed begins with: the final one of the training that this goes on from, or a fresh one.
    fn initial(self, seed: u64) -> Result<Parameters, ExperimentError> {
        let training = self.setup.study.training(self.training);
        match training.after {
            None => Ok(orthogonal(self.setup.sight.bits(), &training.agent.hidden, self.root(seed))),
            Some(from) => {
                let last = Job { training: from, ..self }.again(seed)?.pop();
                last.map(|snapshot| snapshot.parameters).ok_or(ExperimentError::Lost { seed })
            }
        }
    }

    /// The networks of a seed, if the store has them whole and undamaged. What passes its checksum and is not what this training
    /// leaves is trained again, as what is damaged.
    fn stored(self, seed: u64) -> Result<Option<Vec<Snapshot>>, ExperimentError> {
        let Some(stored) = self.store.networks(&self.keys[self.training], seed)? else { return Ok(None) };
        let training = self.setup.study.training(self.training);
        let steps: Vec<u64> = stored.snapshots.iter().map(|snapshot| snapshot.step).collect();
        let finite = stored.snapshots.iter().all(|snapshot| snapshot.mean_return.is_none_or(f64::is_finite));
        let rising = || steps.first() == Some(&0) && steps.is_sorted_by(|one, next| one < next);
        let sound = if self.past { rising() } else { steps == snapshot_steps(training.train) };
        if !finite || !sound {
            return Ok(None);
        }
        let mut snapshots = Vec::with_capacity(stored.snapshots.len());
        for snapshot in stored.snapshots {
            let read = from_bytes(&snapshot.network, self.setup.sight.bits(), &training.agent.hidden);
            let Ok(parameters) = read else { return Ok(None) };
            snapshots.push(Snapshot { step: snapshot.step, mean_return: snapshot.mean_return, parameters });
        }
        Ok(Some(snapshots))
    }
}

fn to_stored(snapshots: &[Snapshot]) -> Result<StoredTraining, ExperimentError> {
    let stored = snapshots.iter().map(|snapshot| {
        let network = to_bytes(&snapshot.parameters)?;
        Ok(StoredSnapshot { step: snapshot.step, mean_return: snapshot.mean_return, network })
    });
    Ok(StoredTraining { snapshots: stored.collect::<Result<_, ExperimentError>>()? })
}
