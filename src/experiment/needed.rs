//! Which networks a stored run rests on.

use crate::behaviour::arena::compiled;
use crate::experiment::error::ExperimentError;
use crate::experiment::ids::training_keys;
use crate::experiment::replay::{ReplayError, study};
use crate::outcome::Outcome;
use crate::store::Store;
use crate::store::error::StoreError;

/// For each training of a run, the store's key of its networks; nothing where the store has no study of it that this version
/// can read.
///
/// # Errors
/// If the store cannot be read.
pub fn needed(store: &Store, outcome: &Outcome) -> Result<Option<Vec<String>>, ExperimentError> {
    let study = match study(store, outcome) {
        Ok(study) => study,
        Err(ReplayError::Store(error)) if !matches!(error, StoreError::DamagedRun { .. }) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    let (sight, _, _) = compiled(&study);
    Ok(Some(training_keys(&study, &sight)?))
}
