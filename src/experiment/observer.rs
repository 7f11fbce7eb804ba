//! What an experiment tells while it runs.

/// How the training of a seed ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeedEnd {
    Trained,
    /// Its networks were in the store.
    Stored,
    Failed,
}

/// Told of progress from several threads at once. It changes nothing of the result.
pub trait Observer: Sync {
    /// A training begins, of a phase or the study's own: so many seeds, so many environment steps each.
    fn begin(&self, phase: Option<&str>, seeds: usize, steps: u64);
    /// A seed has taken so many environment steps; the mean return of its latest training episodes.
    fn progress(&self, seed: u64, step: u64, mean_return: Option<f64>);
    /// A seed is done.
    fn end(&self, seed: u64, end: SeedEnd);
    /// One of so many networks is measured.
    fn measured(&self, networks: usize);
    /// The outcome is in the store.
    fn stored(&self);
    /// What is done next, a participle.
    fn stage(&self, stage: &str);
}

/// Says nothing.
pub struct Silent;

impl Observer for Silent {
    fn begin(&self, _: Option<&str>, _: usize, _: u64) {}
    fn progress(&self, _: u64, _: u64, _: Option<f64>) {}
    fn end(&self, _: u64, _: SeedEnd) {}
    fn measured(&self, _: usize) {}
    fn stored(&self) {}
    fn stage(&self, _: &str) {}
}
