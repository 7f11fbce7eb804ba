//! What a step does to a quantity, beyond noise: reinforced, disinforced or unchanged.
//!
//! One batch is sampling noise, whatever the size of the step, so the verdict rests on the t statistic over batches:
//! t = mean / (s / sqrt n), s the deviation with n - 1 in the denominator. Where |t| is at most [`CERTAIN`] nothing is said.

/// The |t| above which a verdict is given.
pub const CERTAIN: f64 = 3.0;

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Reinforced,
    Disinforced,
    Unchanged,
}

impl Effect {
    /// What t says.
    pub fn of(t: f64) -> Effect {
        if t > CERTAIN {
            Effect::Reinforced
        } else if t < -CERTAIN {
            Effect::Disinforced
        } else {
            Effect::Unchanged
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Effect::Reinforced => "reinforced",
            Effect::Disinforced => "disinforced",
            Effect::Unchanged => "unchanged",
        }
    }
}

/// A mean over batches, and how sure its sign is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverBatches {
    pub mean: f64,
    /// The mean over its standard error; 0 of a quantity that is 0 in every batch, infinite of another that is the same
    /// in all of them.
    pub t: f64,
}

impl OverBatches {
    /// From one number per batch; nothing of fewer than two.
    pub fn of(batches: &[f64]) -> Option<OverBatches> {
        let n = batches.len() as f64;
        let mean = batches.iter().sum::<f64>() / n;
        let squares = batches.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        let standard_error = (squares / (n - 1.0) / n).sqrt();
        let t = if mean == 0.0 { 0.0 } else { mean / standard_error };
        (batches.len() > 1).then_some(OverBatches { mean, t })
    }

    pub fn effect(self) -> Effect {
        Effect::of(self.t)
    }
}

#[cfg(test)]
mod tests {
    use super::{Effect, OverBatches};

    #[test]
    fn t_is_the_mean_over_its_standard_error() {
        // Deviation 1, standard error 1 / sqrt 3.
        let found = OverBatches::of(&[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((found.mean, found.effect()), (2.0, Effect::Reinforced));
        assert!((found.t - 2.0 * 3.0f64.sqrt()).abs() < 1e-12, "{found:?}");
        let mirrored = OverBatches::of(&[-1.0, -2.0, -3.0]).unwrap();
        assert_eq!((mirrored.t, mirrored.effect()), (-found.t, Effect::Disinforced));
        // The same mean, less sure.
        assert_eq!(OverBatches::of(&[0.0, 2.0, 4.0]).unwrap().effect(), Effect::Unchanged);
        assert_eq!(OverBatches::of(&[0.0; 4]).unwrap(), OverBatches { mean: 0.0, t: 0.0 });
        assert_eq!(OverBatches::of(&[0.5; 4]).unwrap().t, f64::INFINITY);
        assert_eq!((OverBatches::of(&[1.0]), OverBatches::of(&[])), (None, None));
    }

    #[test]
    fn a_verdict_needs_more_than_three() {
        let verdicts = [3.0, 3.1, -3.0, -3.1, 0.0, f64::NAN].map(|t| Effect::of(t).name());
        assert_eq!(verdicts, ["unchanged", "reinforced", "unchanged", "disinforced", "unchanged", "unchanged"]);
    }
}
