//! Trained networks that the long tests share: what one of them has trained, the others find in the store.
//!
//! The store lies in the target folder. Its keys hold everything that networks depend on but the code that trains them, so
//! `.ci/run` removes it before it begins; where you run a long test by hand after changing that code, do so too.

use shardbed::experiment::observer::Silent;
use shardbed::experiment::setup::Setup;
use shardbed::experiment::train::train_all;
use shardbed::store::Store;
use shardbed::training::ppo::Snapshot;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Held while networks are trained: of two tests side by side that want the same ones, each would train them.
static TRAINING: Mutex<()> = Mutex::new(());

pub fn store() -> Store {
    Store::open(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("networks")).expect("a store in the target folder")
}

/// For each seed of a study, in order, the networks of its own training: the one before it first, the final one last.
pub fn snapshots(setup: &Setup) -> Vec<Vec<Snapshot>> {
    let store = store();
    let trained = {
        let _alone = TRAINING.lock().unwrap_or_else(PoisonError::into_inner);
        train_all(setup, 2, &store, &Silent).unwrap_or_else(|error| panic!("{error}"))
    };
    assert!(trained.failed.is_empty(), "{:?}", trained.failed);
    let of = |&seed: &u64| trained.snapshots(setup, &store, 0, seed).unwrap_or_else(|error| panic!("{error}"));
    trained.seeds.iter().map(of).collect()
}
