//! Which networks a stored run rests on.
//!
//! They are kept with the run, since a later version may name the networks of the same study otherwise. Layouts of the store
//! before 4 kept no names: there they are those that this version gives, if its hash of them is the run's.

use crate::behaviour::arena::compiled;
use crate::experiment::error::ExperimentError;
use crate::experiment::ids::{training_id, training_keys};
use crate::language;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::study::StoredStudy;
use crate::study::Study;
use crate::training::learner::Gradients;

/// What is to be kept of a run beside its outcome.
///
/// # Errors
/// If a number in the study is not finite.
pub fn kept(study: &Study, gradients: Gradients, path: Option<String>) -> Result<StoredStudy, ExperimentError> {
    let (sight, _, _) = compiled(study);
    let keys = training_keys(study, &sight, gradients)?;
    Ok(StoredStudy { text: language::canonical::canonical(study), keys: Some(keys), path })
}

/// For each training of a run, the store's key of its networks; nothing where that cannot be told. `training` is the run's hash
/// of all trainings, if its outcome can be read.
///
/// # Errors
/// If the store cannot be read.
pub fn needed(store: &Store, run: &str, training: Option<&str>) -> Result<Option<Vec<String>>, ExperimentError> {
    let stored = match store.stored_study(run) {
        Ok(Some(stored)) => stored,
        Ok(None) | Err(StoreError::DamagedRun { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if stored.keys.is_some() {
        return Ok(stored.keys);
    }
    let studies = language::read(&stored.text).map(|checked| checked.studies).unwrap_or_default();
    let Some(study) = studies.first() else { return Ok(None) };
    let (sight, _, _) = compiled(study);
    let keys = training_keys(study, &sight, Gradients::default())?;
    let own = training_id(&keys, study.train.seeds)?;
    Ok(training.is_some_and(|training| training == own).then_some(keys))
}
