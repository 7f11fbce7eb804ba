//! The log score of a Dirichlet forecast of the probabilities behind observed counts, in nats.
//!
//! S(alpha, n) = -ln P(n), P(n) = (N! / prod n_k!) Gamma(A) / Gamma(A + N) prod Gamma(alpha_k + n_k) / Gamma(alpha_k) with N
//! the sum of counts and A that of parameters; lower is better, infinite where what has parameter 0 is counted.
//!
//! Mosimann, J. E. (1962), On the compound multinomial distribution, the multivariate beta-distribution,
//! and correlations among proportions, Biometrika 49, 65-82.

use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::error::ScoringError;
use crate::scoring::mixture::Mixture;
use statrs::function::gamma::ln_gamma;

/// The score on these counts, one per part of the forecast.
///
/// # Errors
/// If there are more or fewer counts than parts.
pub fn dirichlet_multinomial(forecast: &Dirichlet, counts: &[u64]) -> Result<f64, ScoringError> {
    let alpha = forecast.alpha();
    if alpha.len() != counts.len() {
        return Err(ScoringError::Dimension { expected: alpha.len(), found: counts.len() });
    }
    // ln B(a, n) + ln n, where B is the beta function, is each part's term and, for the sums, the whole's.
    let term = |a: f64, n: f64| {
        if n == 0.0 { 0.0 } else { ln_gamma(a) + ln_gamma(n) - ln_gamma(a + n) + n.ln() }
    };
    let total: f64 = alpha.iter().sum();
    let mut parts = 0.0;
    for (&a, &n) in alpha.iter().zip(counts) {
        if a == 0.0 && n > 0 {
            return Ok(f64::INFINITY);
        }
        parts += term(a, n as f64);
    }
    let counted = counts.iter().map(|&n| n as f64).sum();
    Ok(parts - term(total, counted))
}

/// The score of a mixture, -ln of the mean over its parts of exp(-S): that of the probability which all of them together give
/// to the counts.
///
/// # Errors
/// If there are more or fewer counts than parts, or the mixture is no wider than its shares.
pub fn of_mixture(forecast: &Mixture, counts: &[u64]) -> Result<f64, ScoringError> {
    let kappa = forecast.kappa().unwrap_or(f64::INFINITY);
    let score = |shares: Vec<f64>| dirichlet_multinomial(&Dirichlet::around(&shares, kappa)?, counts);
    let scores: Vec<f64> = forecast.imagined().map(score).collect::<Result<_, _>>()?;
    let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
    if least.is_infinite() {
        return Ok(least);
    }
    let mean = scores.iter().map(|score| (least - score).exp()).sum::<f64>() / scores.len() as f64;
    Ok(least - mean.ln())
}

#[cfg(test)]
mod tests {
    use super::{dirichlet_multinomial, of_mixture};
    use crate::scoring::dirichlet::Dirichlet;
    use crate::scoring::mixture::Mixture;

    #[test]
    fn tends_to_the_multinomial_as_the_concentration_grows() {
        // 6! / (3! 2! 1!) x .5^3 x .3^2 x .2
        let multinomial = -(60.0_f64 * 0.125 * 0.09 * 0.2).ln();
        let sharp = Dirichlet::around(&[0.5, 0.3, 0.2], 1e6).expect("valid");
        assert!((dirichlet_multinomial(&sharp, &[3, 2, 1]).expect("valid") - multinomial).abs() < 1e-4);
    }

    /// Three outcomes, up to six draws: the probabilities of all counts sum to 1.
    #[test]
    fn is_a_distribution() {
        let forecast = Dirichlet::new(vec![0.4, 2.0, 1.3]).expect("valid");
        for n in 0..=6_u64 {
            let counts = (0..=n).flat_map(|a| (0..=n - a).map(move |b| [a, b, n - a - b]));
            let sum: f64 = counts.map(|c| (-dirichlet_multinomial(&forecast, &c).expect("valid")).exp()).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{n}: {sum}");
        }
    }

    #[test]
    fn what_was_called_impossible_is_infinite() {
        let forecast = Dirichlet::new(vec![0.0, 1.0]).expect("valid");
        assert_eq!(dirichlet_multinomial(&forecast, &[1, 0]), Ok(f64::INFINITY));
        assert!(dirichlet_multinomial(&forecast, &[0, 4]).expect("valid").abs() < 1e-12);
        assert!(dirichlet_multinomial(&forecast, &[1]).is_err());
    }

    #[test]
    fn a_mixture_means_probabilities() {
        let imagined = [vec![0.5, 0.5], vec![0.9, 0.1]];
        let probability = |shares: &[f64], counts: &[u64]| {
            let forecast = Dirichlet::around(shares, 6.0).expect("valid");
            (-dirichlet_multinomial(&forecast, counts).expect("valid")).exp()
        };
        let mixture = Mixture::new(&imagined, Some(6.0)).expect("valid");
        for counts in [[0, 4], [3, 1], [0, 0]] {
            let mean = imagined.iter().map(|shares| probability(shares, &counts)).sum::<f64>() / 2.0;
            let score = of_mixture(&mixture, &counts).expect("valid");
            assert!((score + mean.ln()).abs() < 1e-9, "{counts:?}: {score}");
        }
        let one = Mixture::new(&imagined[1..], Some(6.0)).expect("valid");
        let alone = dirichlet_multinomial(&Dirichlet::around(&imagined[1], 6.0).expect("valid"), &[900, 100]);
        assert_eq!(of_mixture(&one, &[900, 100]), alone);
    }

    #[test]
    fn a_mixture_calls_impossible_what_all_of_it_does() {
        let of = |imagined: &[Vec<f64>]| {
            of_mixture(&Mixture::new(imagined, Some(2.0)).expect("valid"), &[3, 5]).expect("valid")
        };
        assert_eq!(of(&[vec![1.0, 0.0], vec![1.0, 0.0]]), f64::INFINITY);
        assert!(of(&[vec![1.0, 0.0], vec![0.5, 0.5]]).is_finite());
        assert!(of_mixture(&Mixture::new(&[vec![0.5, 0.5]], None).expect("valid"), &[3, 5]).is_err());
    }
}
