//! The log score of a Dirichlet forecast of the probabilities behind observed counts, in nats.
//!
//! S(alpha, n) = -ln P(n), P(n) = (N! / prod n_k!) Gamma(A) / Gamma(A + N) prod Gamma(alpha_k + n_k) / Gamma(alpha_k) with N
//! the sum of counts and A that of parameters; lower is better, infinite where what has parameter 0 is counted.
//!
//! Mosimann, J. E. (1962), On the compound multinomial distribution, the multivariate beta-distribution,
//! and correlations among proportions, Biometrika 49, 65-82.

use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::error::ScoringError;
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

#[cfg(test)]
mod tests {
    use super::dirichlet_multinomial;
    use crate::scoring::dirichlet::Dirichlet;

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
}
