//! The Dirichlet distribution over shares: draws, mean, marginal quantiles.
//!
//! Density proportional to prod x_k^(alpha_k - 1) on the simplex. Parts with parameter 0 are exactly 0. Draws
//! are normalised gamma variables (Marsaglia and Tsang), kept as logarithms: with parameters far below 1
//! every gamma variable would underflow and their ratio be undefined.
//!
//! Ferguson, T. S. (1973), A Bayesian analysis of some nonparametric problems, Annals of Statistics 1, 209-230;
//! Marsaglia, G. and Tsang, W. W. (2000), A simple method for generating gamma variables, ACM
//! Transactions on Mathematical Software 26, 363-372.

use crate::scoring::error::ScoringError;
use rand::{Rng, RngExt};
use statrs::function::beta::checked_beta_reg;
use statrs::function::gamma::ln_gamma;

/// Below this sum of parameters a draw is one whole part, up to an error of that order.
const WHOLE: f64 = 1e-6;

#[derive(Clone, Debug, PartialEq)]
pub struct Dirichlet {
    alpha: Vec<f64>,
    total: f64,
}

impl Dirichlet {
    /// With these parameters: finite, at least 0, at least one above 0.
    ///
    /// # Errors
    /// If they are not.
    pub fn new(alpha: Vec<f64>) -> Result<Dirichlet, ScoringError> {
        let total: f64 = alpha.iter().sum();
        if alpha.iter().all(|&a| a >= 0.0) && total.is_finite() && total > 0.0 {
            Ok(Dirichlet { alpha, total })
        } else {
            Err(ScoringError::Parameters(alpha))
        }
    }

    /// With the parameters concentration x share; the shares are its mean where they sum to 1.
    ///
    /// # Errors
    /// If a parameter comes out negative or not finite, or all are 0.
    pub fn around(shares: &[f64], concentration: f64) -> Result<Dirichlet, ScoringError> {
        Dirichlet::new(shares.iter().map(|s| s * concentration).collect())
    }

    /// Every split of `parts` equally likely: parameters 1. It knows nothing.
    ///
    /// # Errors
    /// Without parts.
    pub fn uniform(parts: usize) -> Result<Dirichlet, ScoringError> {
        Dirichlet::new(vec![1.0; parts])
    }

    pub fn alpha(&self) -> &[f64] {
        &self.alpha
    }

    /// The expected shares; they sum to 1.
    pub fn mean(&self) -> Vec<f64> {
        self.alpha.iter().map(|a| a / self.total).collect()
    }

    /// The density at shares inside of the simplex. Nothing on its boundary, where a parameter is 0, or with another number
    /// of parts.
    pub fn density(&self, shares: &[f64]) -> Option<f64> {
        let inside = shares.len() == self.alpha.len() && shares.iter().all(|&x| x > 0.0 && x <= 1.0);
        if !inside || (shares.iter().sum::<f64>() - 1.0).abs() > 1e-9 || self.alpha.contains(&0.0) {
            return None;
        }
        let part = |(a, x): (&f64, &f64)| (a - 1.0) * x.ln() - ln_gamma(*a);
        let logarithm = ln_gamma(self.total) + self.alpha.iter().zip(shares).map(part).sum::<f64>();
        Some(logarithm.exp())
    }

    /// The distribution of sums of parts: each group of indices becomes one part. Nothing if an index is out of range.
    pub fn merge(&self, groups: &[Vec<usize>]) -> Option<Dirichlet> {
        let sum = |group: &Vec<usize>| group.iter().map(|&k| self.alpha.get(k).copied()).sum::<Option<f64>>();
        Dirichlet::new(groups.iter().map(sum).collect::<Option<Vec<f64>>>()?).ok()
    }

    /// The quantile of one part at `level` in [0, 1], within 1e-12: the part alone follows Beta(alpha_k, total - alpha_k).
    /// Nothing if the index or the level is out of range.
    pub fn quantile(&self, part: usize, level: f64) -> Option<f64> {
        let a = *self.alpha.get(part)?;
        let b: f64 = self.alpha.iter().enumerate().filter(|(k, _)| *k != part).map(|(_, a)| a).sum();
        if !(0.0..=1.0).contains(&level) {
            return None;
        }
        if a == 0.0 || b == 0.0 {
            return Some(if a == 0.0 { 0.0 } else { 1.0 });
        }
        let (mut low, mut high) = (0.0, 1.0);
        while high - low > 1e-13 {
            let middle = 0.5 * (low + high);
            if checked_beta_reg(a, b, middle).ok()? < level { low = middle } else { high = middle }
        }
        Some(0.5 * (low + high))
    }

    /// `count` draws: one column per part, one number per draw.
    pub fn draws<R: Rng>(&self, count: usize, rng: &mut R) -> Vec<Vec<f64>> {
        let mut columns = vec![Vec::with_capacity(count); self.alpha.len()];
        let mut draw = vec![0.0; self.alpha.len()];
        for _ in 0..count {
            self.draw(&mut draw, rng);
            for (column, &x) in columns.iter_mut().zip(&draw) {
                column.push(x);
            }
        }
        columns
    }

    fn draw<R: Rng>(&self, shares: &mut [f64], rng: &mut R) {
        if self.total < WHOLE {
            return self.draw_whole(shares, rng);
        }
        for (share, &a) in shares.iter_mut().zip(&self.alpha) {
            *share = if a > 0.0 { log_gamma(a, rng) } else { f64::NEG_INFINITY };
        }
        let largest = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for share in shares.iter_mut() {
            *share = (*share - largest).exp();
            sum += *share;
        }
        for share in shares.iter_mut() {
            *share /= sum;
        }
    }

    /// One part is everything, each with probability in proportion to its parameter.
    fn draw_whole<R: Rng>(&self, shares: &mut [f64], rng: &mut R) {
        shares.fill(0.0);
        let mut left = rng.random::<f64>() * self.total;
        let mut chosen = 0;
        for (k, &a) in self.alpha.iter().enumerate() {
            if a > 0.0 {
                chosen = k;
                left -= a;
                if left < 0.0 {
                    break;
                }
            }
        }
        shares[chosen] = 1.0;
    }
}

/// The logarithm of a gamma variable of shape `a` > 0 and scale 1.
fn log_gamma<R: Rng>(a: f64, rng: &mut R) -> f64 {
    if a < 1.0 {
        // A variable of shape a is one of shape a + 1 times U^(1/a).
        return log_gamma(a + 1.0, rng) + open_uniform(rng).ln() / a;
    }
    let d = a - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let z = standard_normal(rng);
        let v = (1.0 + c * z).powi(3);
        if v > 0.0 && open_uniform(rng).ln() < 0.5 * z * z + d * (1.0 - v + v.ln()) {
            return d.ln() + v.ln();
        }
    }
}

/// Uniform on (0, 1].
fn open_uniform<R: Rng>(rng: &mut R) -> f64 {
    1.0 - rng.random::<f64>()
}

/// By the Box-Muller transform, one of the pair.
fn standard_normal<R: Rng>(rng: &mut R) -> f64 {
    let radius = (-2.0 * open_uniform(rng).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    use super::Dirichlet;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn columns(alpha: &[f64]) -> Vec<Vec<f64>> {
        Dirichlet::new(alpha.to_vec()).expect("valid").draws(20_000, &mut ChaCha8Rng::seed_from_u64(1))
    }

    #[test]
    fn draws_have_the_moments() {
        for alpha in [vec![0.3, 0.7, 2.0], vec![12.0, 5.0, 3.0], vec![1.0; 5], vec![0.01, 0.02], vec![1e-9, 3e-9]] {
            let total: f64 = alpha.iter().sum();
            for (column, a) in columns(&alpha).iter().zip(&alpha) {
                let mean = column.iter().sum::<f64>() / 20_000.0;
                let variance = column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 20_000.0;
                let share = a / total;
                assert!((mean - share).abs() < 0.015, "{alpha:?}: mean {mean}, expected {share}");
                assert!((variance - share * (1.0 - share) / (total + 1.0)).abs() < 0.01, "{alpha:?}: {variance}");
            }
        }
    }

    #[test]
    fn draws_lie_on_the_simplex_whatever_the_parameters() {
        let extremes = [vec![1e-300, 1e-300], vec![0.0, 1e-5, 1e5], vec![1e-310, 1.0], vec![1e300, 1e300], vec![5.0]];
        for alpha in extremes {
            let columns = columns(&alpha);
            for i in 0..20_000 {
                let sum: f64 = columns.iter().map(|column| column[i]).sum();
                assert!((sum - 1.0).abs() < 1e-12, "{alpha:?}: {sum}");
            }
        }
        assert!(columns(&[0.0, 1.0, 1.0])[0].iter().all(|&x| x == 0.0));
    }

    #[test]
    fn quantiles() {
        // A part of Dirichlet(1, 1, 1) has distribution function 1 - (1 - x)^2.
        let uniform = Dirichlet::uniform(3).expect("valid");
        for level in [0.05, 0.5, 0.95] {
            let expected = 1.0 - (1.0_f64 - level).sqrt();
            assert!((uniform.quantile(0, level).expect("in range") - expected).abs() < 1e-12);
        }
        let sharp = Dirichlet::new(vec![0.0, 2.0, 1e-3]).expect("valid");
        assert_eq!(sharp.quantile(0, 0.5), Some(0.0));
        assert!(sharp.quantile(2, 0.5).expect("in range") < 1e-12);
        assert_eq!(Dirichlet::uniform(1).expect("valid").quantile(0, 0.05), Some(1.0));
        assert_eq!(uniform.quantile(3, 0.5), None);
        assert_eq!(uniform.quantile(0, 1.5), None);
    }

    #[test]
    fn merging_adds_parameters() {
        let merged = Dirichlet::around(&[0.5, 0.3, 0.2], 10.0).expect("valid").merge(&[vec![0, 2], vec![1]]);
        assert_eq!(merged.expect("in range").alpha(), [7.0, 3.0]);
        assert_eq!(Dirichlet::uniform(2).expect("valid").merge(&[vec![2]]), None);
    }

    #[test]
    fn refuses_bad_parameters() {
        for bad in [vec![], vec![0.0, 0.0], vec![-1.0, 2.0], vec![f64::NAN, 1.0], vec![f64::INFINITY]] {
            assert!(Dirichlet::new(bad).is_err());
        }
    }
}
