//! Recovery: how well measured shares find planted ones.
//!
//! Shares are the positive parts over their sum. A measure that is undefined for some rules is compared on the
//! others, with the planted shares over the same rules; where these hold nothing planted, the network does not count.

use crate::selection::share::shares;
use serde::Serialize;

/// How well a measure recovers the planted shares of a set of networks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recovery {
    /// That count.
    pub networks: usize,
    /// Pearson's, pooled over networks x rules; null where one side never changes.
    pub correlation: Option<f64>,
    /// The largest error of a share in each network: the median over the networks.
    pub median_error: Option<f64>,
    /// The same, the largest over the networks.
    pub worst_error: Option<f64>,
}

impl Recovery {
    /// From the planted strengths and the measured values of each network.
    pub fn of<'a>(networks: impl IntoIterator<Item = (&'a [f64], &'a [Option<f64>])>) -> Recovery {
        let (mut pairs, mut errors) = (Vec::new(), Vec::new());
        for (planted, measured) in networks {
            let defined: Vec<(f64, f64)> =
                planted.iter().zip(measured).filter_map(|(p, m)| m.map(|m| (*p, m))).collect();
            let (planted, measured): (Vec<f64>, Vec<f64>) = defined.into_iter().unzip();
            let Some(planted) = shares(&planted) else { continue };
            // Where nothing positive is found, nothing is selected: no rule has a share.
            let measured = shares(&measured).unwrap_or_else(|| vec![0.0; planted.len()]);
            let error = planted.iter().zip(&measured).map(|(p, m)| (p - m).abs()).fold(0.0, f64::max);
            errors.push(error);
            pairs.extend(planted.into_iter().zip(measured));
        }
        errors.sort_by(f64::total_cmp);
        Recovery {
            networks: errors.len(),
            correlation: correlation(&pairs),
            median_error: median(&errors),
            worst_error: errors.last().copied(),
        }
    }
}

/// The median of sorted numbers.
fn median(sorted: &[f64]) -> Option<f64> {
    let n = sorted.len();
    let (low, high) = (sorted.get(n.checked_sub(1)? / 2)?, sorted.get(n / 2)?);
    Some((low + high) / 2.0)
}

/// Pearson's correlation.
fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |(x, y), pair| (x + pair.0 / n, y + pair.1 / n));
    let sum = |product: fn(f64, f64) -> f64| pairs.iter().map(|pair| product(pair.0 - x, pair.1 - y)).sum::<f64>();
    let (xx, yy, xy) = (sum(|x, _| x * x), sum(|_, y| y * y), sum(|x, y| x * y));
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

#[cfg(test)]
mod tests {
    use super::Recovery;

    #[test]
    fn shares_are_compared_where_they_are_defined() {
        let (first, second) = ([1.0, 3.0, 0.0], [0.0, 0.0, 2.0]);
        let found = [Some(2.0), Some(2.0), None];
        // The second network has nothing planted on what is defined.
        let recovery = Recovery::of([(&first[..], &found[..]), (&second[..], &found[..])]);
        assert_eq!((recovery.networks, recovery.correlation), (1, None));
        assert_eq!((recovery.median_error, recovery.worst_error), (Some(0.25), Some(0.25)));
    }

    #[test]
    fn what_is_found_exactly_correlates_wholly() {
        let (first, second) = ([1.0, 3.0], [2.0, 0.0]);
        let recovery =
            Recovery::of([(&first[..], &[Some(2.0), Some(6.0)][..]), (&second[..], &[Some(1.0), Some(-1.0)][..])]);
        assert!((recovery.correlation.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(recovery.worst_error, Some(0.0));
        assert_eq!(Recovery::of([]).median_error, None);
        let nothing = Recovery::of([(&first[..], &[Some(-1.0), Some(-2.0)][..])]);
        assert_eq!(nothing.worst_error, Some(0.75));
    }
}
