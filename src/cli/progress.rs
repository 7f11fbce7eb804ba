//! Progress on standard error: one bar for all seeds, with rate and time left. Silent where that is no terminal.

use crate::cli::kept::Kept;
use crate::experiment::observer::{Observer, SeedEnd};
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A bar for one study.
pub struct Progress {
    study: String,
    bar: ProgressBar,
    kept: Kept,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    seeds: usize,
    /// Environment steps per seed.
    steps: u64,
    done: usize,
    measured: usize,
    /// Steps that each seed has taken, and the return of its latest episodes.
    now: BTreeMap<u64, (u64, Option<f64>)>,
}

impl Progress {
    /// `shown` is false for `--quiet`; `kept` is told what is kept.
    pub fn new(study: &str, shown: bool, kept: &Kept) -> Progress {
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        kept.study(study, &bar);
        Progress { study: study.to_string(), bar, kept: kept.clone(), state: Mutex::default() }
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        self.bar.set_position(state.now.values().map(|(step, _)| step).sum());
        let returns: Vec<f64> = state.now.values().filter_map(|(_, mean)| *mean).collect();
        let mean = match returns.len() {
            0 => String::new(),
            n => format!(", return {:.2}", returns.iter().sum::<f64>() / n as f64),
        };
        self.bar.set_message(format!("{} of {} seeds{mean}", state.done, state.seeds));
    }
}

impl Observer for Progress {
    fn begin(&self, phase_name: Option<&str>, seeds: usize, steps: u64) {
        // The template is fixed; should a later version of the library refuse it, its plain bar will do.
        let style = ProgressStyle::with_template("{prefix} {bar:30} {percent:>3}%  {msg}  {rate} steps/s, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                // Writing to a string cannot fail, and a bar has no one to tell.
                let _ = write!(out, "{}", HumanCount(state.per_sec() as u64));
            });
        self.bar.set_style(style);
        let phase = phase_name.map_or(String::new(), |phase| format!(", phase {phase}"));
        self.bar.set_prefix(format!("training {}{phase}", self.study));
        self.bar.reset();
        self.bar.set_length(seeds as u64 * steps);
        self.bar.enable_steady_tick(Duration::from_millis(250));
        self.update(|state| *state = State { seeds, steps, ..State::default() });
        self.kept.training(phase_name, seeds);
    }

    fn progress(&self, seed: u64, step: u64, mean_return: Option<f64>) {
        self.update(|state| {
            state.now.insert(seed, (step, mean_return));
        });
    }

    fn end(&self, seed: u64, end: SeedEnd) {
        if end != SeedEnd::Failed {
            self.kept.seed();
        }
        self.update(|state| {
            state.done += 1;
            let whole = state.steps;
            let now = state.now.entry(seed).or_default();
            if end != SeedEnd::Trained {
                *now = (whole, None);
            }
        });
    }

    fn measured(&self, networks: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.measured += 1;
        self.bar.set_message(format!("{} of {networks} networks", state.measured));
    }

    fn stored(&self) {
        self.kept.outcome();
    }

    fn stage(&self, stage: &str) {
        let style = ProgressStyle::with_template("{prefix} {spinner}  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        self.bar.set_style(style);
        self.bar.set_prefix(format!("{stage} {}", self.study));
        self.bar.set_message("");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
