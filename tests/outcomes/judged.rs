//! Outcomes that were accepted beside prediction files, as snapshots: the same files that `shardbed run --snapshot` and
//! `shardbed review` write, compared as these compare them.

use insta::internals::SnapshotContents;
use insta::{Comparator, Settings, Snapshot, assert_snapshot};
use shardbed::cli::snapshot;
use shardbed::experiment::difference::compare::compare;
use shardbed::outcome::Outcome;
use shardbed::outcome::difference::Conclusion;
use std::path::Path;

/// Holds where nothing moved: to the last bit, or beyond what other seeds would where another kind of processor trained other
/// networks.
#[derive(Clone)]
struct Judged;

impl Comparator for Judged {
    fn matches(&self, reference: &Snapshot, test: &Snapshot) -> bool {
        match (outcome(reference.contents()), outcome(test.contents())) {
            (Some(reference), Some(test)) => compare(("accepted", &reference), ("new", &test))
                .is_ok_and(|found| matches!(found.conclusion, Conclusion::Identical | Conclusion::Same)),
            _ => false,
        }
    }

    fn dyn_clone(&self) -> Box<dyn Comparator> {
        Box::new(Judged)
    }
}

fn outcome(contents: &SnapshotContents) -> Option<Outcome> {
    let mut outcome: Outcome = serde_json::from_str(&contents.as_text()?.to_string()).ok()?;
    // Under one id, other bits would be a contradiction, and another kind of processor has others.
    outcome.ids.run.clear();
    Some(outcome)
}

/// The outcome of a study of a prediction file is as it was accepted.
pub fn holds(file: &Path, outcome: &Outcome) {
    let accepted = snapshot::path(file, &outcome.study.name);
    let folder = std::path::absolute(&accepted).expect("a path").parent().expect("a folder").to_path_buf();
    let mut settings = Settings::clone_current();
    settings.set_comparator(Box::new(Judged));
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_suffix(&outcome.study.name);
    let name = file.file_stem().expect("a file").to_string_lossy();
    settings.bind(|| assert_snapshot!(name.to_string(), snapshot::text(outcome).expect("an outcome is JSON")));
}
