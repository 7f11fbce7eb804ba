//! What an interrupted command has kept, and what it says of that.
//!
//! Ctrl-C ends the process where it stands, whatever its threads are doing; no loop asks for it. That loses nothing that was
//! kept, and keeps nothing half: the networks of a seed enter the store in one transaction, when the seed is done, and so does
//! an outcome. A process that ends in the midst of one leaves what was there before, as after `kill -9`.

use crate::cli::files::shown;
use crate::language::render::visible;
use indicatif::{ProgressBar, ProgressDrawTarget};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is kept so far. Clones are one and the same.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    store: Option<PathBuf>,
    studies: Vec<Study>,
    bar: Option<ProgressBar>,
}

struct Study {
    name: String,
    trainings: Vec<Training>,
    /// Its outcome is in the store.
    whole: bool,
}

struct Training {
    phase: Option<String>,
    seeds: usize,
    kept: usize,
}

impl Kept {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A store keeps what is done from now on.
    pub fn in_store(&self, store: &Path) {
        self.state().store = Some(store.to_owned());
    }

    /// A study begins, with this bar.
    pub fn study(&self, name: &str, bar: &ProgressBar) {
        let mut state = self.state();
        state.bar = Some(bar.clone());
        state.studies.push(Study { name: name.to_string(), trainings: Vec::new(), whole: false });
    }

    fn last(&self, change: impl FnOnce(&mut Study)) {
        if let Some(study) = self.state().studies.last_mut() {
            change(study);
        }
    }

    /// A training of the study begins, of so many seeds.
    pub fn training(&self, phase: Option<&str>, seeds: usize) {
        self.last(|study| study.trainings.push(Training { phase: phase.map(str::to_string), seeds, kept: 0 }));
    }

    /// The networks of one more seed are in the store.
    pub fn seed(&self) {
        self.last(|study| {
            if let Some(training) = study.trainings.last_mut() {
                training.kept += 1;
            }
        });
    }

    /// The outcome of the study is in the store.
    pub fn outcome(&self) {
        self.last(|study| study.whole = true);
    }

    /// Clears the bar for good; what is kept, and how to go on, in a line.
    pub fn interrupted(&self) -> String {
        let state = self.state();
        if let Some(bar) = &state.bar {
            bar.finish_and_clear();
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        match &state.store {
            None => "interrupted\n".to_string(),
            Some(store) => format!("interrupted: {}\n", said(&shown(store), &state.studies)),
        }
    }

    /// What is kept, and how to go on, a clause; nothing where nothing can be kept.
    pub fn said(&self) -> String {
        let state = self.state();
        state.store.as_ref().map_or(String::new(), |store| said(&shown(store), &state.studies))
    }
}

fn said(store: &str, studies: &[Study]) -> String {
    let mut parts = Vec::new();
    let whole: Vec<&Study> = studies.iter().filter(|study| study.whole).collect();
    match whole.as_slice() {
        [] => {}
        [study] => parts.push(format!("the outcome of {}", visible(&study.name))),
        more => parts.push(format!("the outcomes of {} studies", more.len())),
    }
    for study in studies.iter().filter(|study| !study.whole) {
        for Training { phase, seeds, kept } in &study.trainings {
            let of = phase.as_ref().map_or(String::new(), |phase| format!(" after phase {}", visible(phase)));
            parts.push(format!("{kept} of {seeds} seeds of {}{of}", visible(&study.name)));
        }
    }
    let kept = !whole.is_empty() || studies.iter().flat_map(|study| &study.trainings).any(|training| training.kept > 0);
    match kept {
        true => format!("{store} keeps {}; the same command again goes on from there", parts.join(", ")),
        false => format!("nothing was done yet that {store} could keep; the same command again begins anew"),
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;
    use indicatif::ProgressBar;
    use std::path::Path;

    #[test]
    fn says_what_is_kept_and_how_to_go_on() {
        let kept = Kept::default();
        let begin = |name: &str| kept.study(name, &ProgressBar::hidden());
        assert_eq!(kept.interrupted(), "interrupted\n");
        kept.in_store(Path::new("there"));
        begin("cheese");
        assert!(kept.interrupted().contains("nothing was done yet that there could keep"));
        kept.training(None, 8);
        assert_eq!(
            kept.interrupted(),
            "interrupted: nothing was done yet that there could keep; the same command again begins anew\n"
        );
        kept.seed();
        kept.training(Some("sour"), 7);
        assert_eq!(
            kept.interrupted(),
            "interrupted: there keeps 1 of 8 seeds of cheese, 0 of 7 seeds of cheese after phase sour; the same command again \
             goes on from there\n"
        );
        kept.outcome();
        begin("candy");
        kept.training(None, 2);
        assert!(kept.interrupted().contains("keeps the outcome of cheese, 0 of 2 seeds of candy;"));
        kept.outcome();
        assert!(kept.interrupted().contains("keeps the outcomes of 2 studies;"));
    }
}
