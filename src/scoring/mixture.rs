//! A forecast of shares by imagined outcomes: the mixture of Dirichlet(kappa x shares) over them, each as likely as another.
//! An author's Dirichlet distribution is the mixture over one. Without kappa the imagined outcomes are the distribution
//! themselves, or a sample from it.
//!
//! The order in which parts are listed changes no bit: parts are drawn in the order of what is imagined of them, and those
//! of which the same is imagined are exchangeable.

use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::energy::Ensemble;
use crate::scoring::error::ScoringError;
use rand::Rng;

/// The mixture.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    /// Per part, its share in each of the imagined outcomes.
    parts: Vec<Vec<f64>>,
    size: usize,
    width: Width,
}

/// What the imagined outcomes are to the distribution.
#[derive(Clone, Debug, PartialEq)]
enum Width {
    /// It is a mixture of Dirichlet distributions around them.
    Kappa(f64),
    /// They are all of it.
    Stated,
    /// They come from it in groups of these sizes, of which only different ones are independent.
    Sample(Vec<usize>),
}

impl Mixture {
    /// Of imagined outcomes, at least one, each with a share at least 0 per part, not all 0. Without `kappa`, a number
    /// above 0, they are themselves the distribution.
    ///
    /// # Errors
    /// If there is none, or they have different numbers of parts, or a share or `kappa` is not such.
    pub fn new(imagined: &[Vec<f64>], kappa: Option<f64>) -> Result<Mixture, ScoringError> {
        Mixture::of(imagined, kappa.map_or(Width::Stated, Width::Kappa))
    }

    /// Of imagined outcomes that are a sample from the distribution, in groups, which are imagined seeds: groups are independent
    /// of one another, what is in one is not. Empty ones are left out.
    ///
    /// # Errors
    /// As [`new`](Mixture::new).
    pub fn sample(groups: &[Vec<Vec<f64>>]) -> Result<Mixture, ScoringError> {
        let sizes = groups.iter().map(Vec::len).filter(|&size| size > 0).collect();
        Mixture::of(&groups.concat(), Width::Sample(sizes))
    }

    fn of(imagined: &[Vec<f64>], width: Width) -> Result<Mixture, ScoringError> {
        let parts = imagined.first().ok_or(ScoringError::TooFewDraws { needed: 1, found: 0 })?.len();
        for shares in imagined {
            if shares.len() != parts {
                return Err(ScoringError::Dimension { expected: parts, found: shares.len() });
            }
            Dirichlet::around(shares, if let Width::Kappa(kappa) = width { kappa } else { 1.0 })?;
        }
        let column = |part: usize| imagined.iter().map(|shares| shares[part]).collect();
        Ok(Mixture { parts: (0..parts).map(column).collect(), size: imagined.len(), width })
    }

    /// Per part, its share in each of the imagined outcomes.
    pub fn parts(&self) -> &[Vec<f64>] {
        &self.parts
    }

    /// The number above 0 by which it is wider than the imagined outcomes, if it is.
    pub fn kappa(&self) -> Option<f64> {
        if let Width::Kappa(kappa) = self.width { Some(kappa) } else { None }
    }

    /// The expected share of each part.
    pub fn mean(&self) -> Vec<f64> {
        self.parts.iter().map(|part| part.iter().sum::<f64>() / self.size as f64).collect()
    }

    /// The imagined outcomes, each with a share per part.
    pub fn imagined(&self) -> impl Iterator<Item = Vec<f64>> {
        (0..self.size).map(|index| self.parts.iter().map(|part| part[index]).collect())
    }

    /// The mixture over sums of parts: each group of indices becomes one part. Nothing if an index is out of range, or
    /// without groups.
    pub fn merged(&self, groups: &[Vec<usize>]) -> Option<Mixture> {
        let sum = |shares: &[f64], group: &Vec<usize>| group.iter().map(|&k| shares.get(k).copied()).sum();
        let one = |shares: Vec<f64>| groups.iter().map(|group| sum(&shares, group)).collect::<Option<Vec<f64>>>();
        Mixture::of(&self.imagined().map(one).collect::<Option<Vec<_>>>()?, self.width.clone()).ok()
    }

    /// Draws, one column per part of those in `order`, ready to be scored. Of n imagined outcomes, draw i of a mixture with a kappa
    /// belongs to the one with index i modulo n. There are at least `count` of these, and as many of each; without kappa every
    /// imagined outcome once.
    ///
    /// # Errors
    /// None that a mixture could cause.
    pub fn ensemble<R: Rng>(&self, order: &[usize], count: usize, rng: &mut R) -> Result<Ensemble, ScoringError> {
        let mut columns = match self.width {
            Width::Kappa(kappa) => self.draws(kappa, count, rng)?,
            Width::Stated | Width::Sample(_) => self.parts.clone(),
        };
        let columns = order.iter().map(|&part| std::mem::take(&mut columns[part])).collect();
        match &self.width {
            Width::Kappa(_) => Ensemble::sample(columns),
            Width::Stated => Ensemble::stated(columns),
            Width::Sample(sizes) => Ensemble::grouped(columns, sizes),
        }
    }

    fn draws<R: Rng>(&self, kappa: f64, count: usize, rng: &mut R) -> Result<Vec<Vec<f64>>, ScoringError> {
        let order = by_content(&self.parts);
        let mut columns = vec![Vec::with_capacity(count); self.parts.len()];
        for _ in 0..count.div_ceil(self.size) {
            for index in 0..self.size {
                let shares: Vec<f64> = order.iter().map(|&part| self.parts[part][index]).collect();
                let draw = Dirichlet::around(&shares, kappa)?.draws(1, rng);
                for (&part, drawn) in order.iter().zip(draw) {
                    columns[part].extend(drawn);
                }
            }
        }
        Ok(columns)
    }
}

/// The indices of rows of numbers in ascending order, the first number first.
pub fn by_content(rows: &[Vec<f64>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let compare = |a: &Vec<f64>, b: &Vec<f64>| {
        let different = a.iter().zip(b).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
        different.unwrap_or(a.len().cmp(&b.len()))
    };
    order.sort_by(|&a, &b| compare(&rows[a], &rows[b]));
    order
}

#[cfg(test)]
mod tests {
    use super::{Mixture, by_content};
    use crate::scoring::energy::Ensemble;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn draws(imagined: &[Vec<f64>], kappa: f64, count: usize) -> Vec<Vec<f64>> {
        let mixture = Mixture::new(imagined, Some(kappa)).expect("valid");
        mixture.draws(kappa, count, &mut ChaCha8Rng::seed_from_u64(3)).expect("valid")
    }

    #[test]
    fn each_imagined_outcome_is_as_likely_as_another() {
        let columns = draws(&[vec![0.9, 0.1], vec![0.2, 0.8], vec![0.4, 0.6]], 50.0, 4000);
        assert_eq!(columns[0].len(), 4002);
        for (index, share) in [(0, 0.9), (1, 0.2), (2, 0.4)] {
            let mean = columns[0].iter().skip(index).step_by(3).sum::<f64>() / 1334.0;
            assert!((mean - share).abs() < 0.01, "{index}: {mean}");
        }
        assert!(columns[0].iter().zip(&columns[1]).all(|(a, b)| (a + b - 1.0).abs() < 1e-12));
    }

    #[test]
    fn the_order_of_parts_changes_no_bit() {
        let forward = draws(&[vec![0.5, 0.3, 0.2], vec![0.5, 0.1, 0.4]], 8.0, 50);
        let turned = draws(&[vec![0.2, 0.5, 0.3], vec![0.4, 0.5, 0.1]], 8.0, 50);
        assert_eq!([&forward[0], &forward[1], &forward[2]], [&turned[1], &turned[2], &turned[0]]);
    }

    #[test]
    fn without_kappa_they_are_the_distribution_or_a_sample_of_it() {
        let imagined = [vec![0.5, 0.5], vec![1.0, 0.0]];
        let columns = vec![vec![0.5, 1.0], vec![0.5, 0.0]];
        let ensemble =
            |mixture: &Mixture| mixture.ensemble(&[0, 1], 50, &mut ChaCha8Rng::seed_from_u64(3)).expect("valid");
        let stated = Mixture::new(&imagined, None).expect("valid");
        assert_eq!(ensemble(&stated), Ensemble::stated(columns.clone()).expect("valid"));
        let sample = Mixture::sample(&[imagined[..1].to_vec(), Vec::new(), imagined[1..].to_vec()]).expect("valid");
        assert_eq!(ensemble(&sample), Ensemble::sample(columns.clone()).expect("valid"));
        let one = Mixture::sample(&[imagined.to_vec()]).expect("valid");
        assert_eq!(ensemble(&one), Ensemble::stated(columns).expect("valid"));
        assert_eq!((stated.kappa(), sample.kappa()), (None, None));
    }

    #[test]
    fn means_and_sums_of_parts() {
        let mixture = Mixture::new(&[vec![0.5, 0.25, 0.25], vec![0.25, 0.0, 0.75]], Some(8.0)).expect("valid");
        assert_eq!(mixture.mean(), [0.375, 0.125, 0.5]);
        let merged = mixture.merged(&[vec![0, 2], vec![1]]).expect("in range");
        assert_eq!(merged, Mixture::new(&[vec![0.75, 0.25], vec![1.0, 0.0]], Some(8.0)).expect("valid"));
        assert_eq!((mixture.merged(&[vec![3]]), mixture.merged(&[])), (None, None));
    }

    #[test]
    fn domain() {
        assert!(Mixture::new(&[], Some(1.0)).is_err());
        assert!(Mixture::new(&[vec![0.5, 0.5], vec![1.0]], Some(1.0)).is_err());
        assert!(Mixture::new(&[vec![f64::NAN, 0.5]], None).is_err());
        assert!(Mixture::new(&[vec![0.5, 0.5]], Some(f64::NAN)).is_err());
        assert!(Mixture::new(&[vec![0.5, 0.5]], Some(0.0)).is_err());
    }

    #[test]
    fn rows_in_order() {
        assert_eq!(by_content(&[vec![2.0], vec![1.0, 5.0], vec![1.0, 3.0], vec![1.0]]), [3, 2, 1, 0]);
    }
}
