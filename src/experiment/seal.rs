//! From what a ledger says of a study, and when its networks were trained, to what the outcome says of its seal.

use crate::ledger::standing::Standing;
use crate::outcome::seal::{Instead, Seal, SealStatus};
use crate::study::Study;

/// The setting of [`Instead`] that is the number of seeds; every other is steps.
pub const SEEDS: &str = "seeds";

/// What is known before training.
#[derive(Clone, Debug)]
pub struct Sealing {
    pub standing: Standing,
    /// What the command line put in place of what the file says.
    pub instead: Vec<Instead>,
}

/// `trained` is when the first of the networks was stored, in seconds since 1970; nothing where that is not known of some.
pub fn seal(sealing: &Sealing, trained: Option<u64>) -> Seal {
    let (status, entry, fault) = match &sealing.standing {
        Standing::Unsealed => (SealStatus::Unsealed, None, None),
        Standing::Changed { entry } => (SealStatus::Changed, Some(entry), None),
        Standing::Broken(fault) => (SealStatus::Broken, None, Some(fault.clone())),
        Standing::Unreadable(why) => (SealStatus::Unreadable, None, Some(why.clone())),
        Standing::Sealed { entry, time } => {
            let before = trained.is_some_and(|trained| *time <= trained);
            (if before { SealStatus::Before } else { SealStatus::After }, Some(entry), None)
        }
    };
    Seal {
        status,
        author: entry.map(|entry| entry.author.clone()),
        sealed: entry.map(|entry| entry.sealed.clone()),
        entry: entry.map(|entry| entry.hash.clone()),
        fault,
        instead: sealing.instead.clone(),
    }
}

/// In which seeds and steps a study `run` differs from the one `written`.
pub fn instead(written: &Study, run: &Study) -> Vec<Instead> {
    let seeds = (SEEDS, None, u64::from(written.train.seeds), u64::from(run.train.seeds));
    let steps = ("steps", None, written.train.steps, run.train.steps);
    let phases = written.phases.iter().zip(&run.phases);
    let phases = phases.map(|(old, new)| ("steps", Some(old.name.clone()), old.train.steps, new.train.steps));
    let all = [seeds, steps].into_iter().chain(phases).filter(|(.., written, run)| written != run);
    all.map(|(setting, phase, written, run)| Instead { setting: setting.to_string(), phase, written, run }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Sealing, seal};
    use crate::ledger::entry::Sealing as Entered;
    use crate::ledger::standing::Standing;
    use crate::ledger::whole::Ledger;
    use crate::outcome::seal::SealStatus;

    fn ledger(of: &[(&str, &str, u64)]) -> Ledger {
        let mut ledger = Ledger::default();
        for (study, prediction, time) in of {
            let prediction = prediction.repeat(64);
            let entered = Entered { study, prediction: &prediction, time: *time, author: "A", version: "1" };
            ledger.append(entered).expect("a sound entry");
        }
        ledger
    }

    fn status(of: &[(&str, &str, u64)], trained: Option<u64>) -> SealStatus {
        let standing = Standing::of(&ledger(of), "one", &"a".repeat(64));
        seal(&Sealing { standing, instead: Vec::new() }, trained).status
    }

    #[test]
    fn what_was_trained_before_the_seal_decides() {
        let sealed = [("one", "a", 100), ("two", "b", 500)];
        assert_eq!(status(&sealed, Some(99)), SealStatus::After);
        assert_eq!(status(&sealed, Some(100)), SealStatus::Before);
        assert_eq!(status(&sealed, Some(101)), SealStatus::Before);
        assert_eq!(status(&sealed, None), SealStatus::After);
        // The ledger had got to 500 before the clock went back to 100.
        assert_eq!(status(&[("two", "b", 500), ("one", "a", 100)], Some(300)), SealStatus::After);
    }

    #[test]
    fn the_newest_seal_of_the_study_counts() {
        assert_eq!(status(&[], Some(1)), SealStatus::Unsealed);
        assert_eq!(status(&[("two", "a", 1)], Some(1)), SealStatus::Unsealed);
        assert_eq!(status(&[("one", "b", 1)], Some(1)), SealStatus::Changed);
        assert_eq!(status(&[("one", "a", 1), ("one", "b", 2)], Some(3)), SealStatus::Changed);
        assert_eq!(status(&[("one", "b", 1), ("one", "a", 2)], Some(3)), SealStatus::Before);
        // Back to what was sealed first: only from then on it is the one that counts.
        assert_eq!(status(&[("one", "a", 1), ("one", "b", 2), ("one", "a", 9)], Some(3)), SealStatus::After);
    }
}
