//! What a ledger says of a study as it is now.

use crate::ledger::entry::Entry;
use crate::ledger::whole::Ledger;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No entry is about a study of this name.
    Unsealed,
    /// The newest entry of the study has this very prediction.
    Sealed {
        entry: Entry,
        /// [`Ledger::not_before`], in seconds since 1970.
        time: u64,
    },
    /// The newest entry of the study has another prediction, even if an older one has this: else it could be chosen after
    /// the result which of several counts.
    Changed { entry: Entry },
    /// The ledger is not whole; what is wrong with it.
    Broken(String),
    /// Nothing shows that the ledger was tampered with, but it cannot be read: why, and how to mend it.
    Unreadable(String),
}

impl Standing {
    /// Of a study with this name and canonical hash.
    pub fn of(ledger: &Ledger, study: &str, prediction: &str) -> Standing {
        match ledger.newest(study) {
            None => Standing::Unsealed,
            Some(entry) if entry.prediction == prediction => {
                Standing::Sealed { entry: entry.clone(), time: ledger.not_before(entry) }
            }
            Some(entry) => Standing::Changed { entry: entry.clone() },
        }
    }
}
