//! A number measured once per seed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// A measured number: the seed is the unit of every interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measured {
    /// Over the seeds where it is defined; null where there is none.
    pub mean: Option<f64>,
    /// Over seeds; null with fewer than two.
    pub standard_error: Option<f64>,
    /// Student's 95% interval over seeds; null with fewer than two.
    pub interval: Option<[f64; 2]>,
    /// In the order of the outcome's seeds; null where undefined.
    pub by_seed: Vec<Option<f64>>,
}

impl Measured {
    /// From one value per seed. Values that are not finite count as undefined, since JSON cannot hold them.
    ///
    /// The standard error is the sample deviation (n - 1) over sqrt n; the interval is mean +- t(0.975, n - 1) x it.
    pub fn over_seeds(values: Vec<Option<f64>>) -> Measured {
        let by_seed: Vec<Option<f64>> = values.into_iter().map(|value| value.and_then(finite)).collect();
        let defined: Vec<f64> = by_seed.iter().flatten().copied().collect();
        let n = defined.len() as f64;
        let mean = finite(defined.iter().sum::<f64>() / n);
        let standard_error = mean.filter(|_| n > 1.0).and_then(|mean| {
            let squares: f64 = defined.iter().map(|value| (value - mean) * (value - mean)).sum();
            finite((squares / (n - 1.0) / n).sqrt())
        });
        let interval = match (mean, standard_error) {
            (Some(mean), Some(error)) => interval(mean, error, n - 1.0),
            _ => None,
        };
        Measured { mean, standard_error, interval, by_seed }
    }

    /// In the seed with this index; nothing where it is undefined.
    pub fn at(&self, seed: usize) -> Option<f64> {
        self.by_seed.get(seed).copied().flatten()
    }

    /// From one score per seed, of which log scores may be infinite: how many are, besides. One that is leaves the
    /// mean undefined, since no finite number stands for it.
    pub fn over_scores(scores: Vec<Option<f64>>) -> (Measured, usize) {
        let infinite = scores.iter().flatten().filter(|score| score.is_infinite()).count();
        let measured = Measured::over_seeds(scores);
        if infinite == 0 {
            (measured, 0)
        } else {
            (Measured { by_seed: measured.by_seed, ..Measured::default() }, infinite)
        }
    }
}

fn interval(mean: f64, error: f64, freedom: f64) -> Option<[f64; 2]> {
    let half = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(0.975) * error;
    Some([finite(mean - half)?, finite(mean + half)?])
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::Measured;

    #[test]
    fn student_interval_over_the_defined_seeds() {
        let measured = Measured::over_seeds(vec![Some(1.0), None, Some(2.0), Some(3.0), Some(f64::NAN)]);
        assert_eq!(measured.by_seed, [Some(1.0), None, Some(2.0), Some(3.0), None]);
        let error = 1.0 / 3.0_f64.sqrt();
        assert_eq!(measured.mean, Some(2.0));
        assert!((measured.standard_error.expect("defined") - error).abs() < 1e-12);
        // t(0.975, 2) from tables.
        let [low, high] = measured.interval.expect("defined");
        assert!((high - 2.0 - 4.302_652_729_911_275 * error).abs() < 1e-8, "{high}");
        assert!((low + high - 4.0).abs() < 1e-12);
    }

    #[test]
    fn student_quantiles_agree_with_tables() {
        for (freedom, t) in [(1.0, 12.706_204_736), (7.0, 2.364_624_252), (15.0, 2.131_449_546), (999.0, 1.962_341_461)]
        {
            let [_, high] = super::interval(0.0, 1.0, freedom).expect("finite");
            assert!((high - t).abs() < 1e-6, "{freedom}: {high}");
        }
    }

    #[test]
    fn too_few_seeds() {
        let single = Measured::over_seeds(vec![Some(1.5)]);
        assert_eq!((single.mean, single.standard_error, single.interval), (Some(1.5), None, None));
        assert_eq!(Measured::over_seeds(vec![None]).mean, None);
        assert_eq!(Measured::over_seeds(vec![]), Measured::default());
        assert_eq!(Measured::over_seeds(vec![Some(2.0); 4]).interval, Some([2.0, 2.0]));
        assert_eq!(Measured::over_seeds(vec![Some(f64::MAX); 2]).interval, None);
    }

    #[test]
    fn infinite_scores_are_counted() {
        let (measured, infinite) = Measured::over_scores(vec![Some(f64::INFINITY), Some(1.0), None]);
        assert_eq!((measured.mean, infinite), (None, 1));
        assert_eq!(measured.by_seed, [None, Some(1.0), None]);
        assert_eq!(Measured::over_scores(vec![Some(1.0)]).0.mean, Some(1.0));
    }
}
