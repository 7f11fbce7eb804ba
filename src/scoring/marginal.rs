//! One part of shares that follow a Dirichlet distribution, by itself and beside another part, in closed form: no draws, so
//! that what is said of a part depends on its own expectation alone, and parts expected alike get the same to the last bit.
//!
//! With parameters a_1, …, a_n and their sum A, part k follows Beta(a_k, A - a_k), and x_j / (x_j + x_k) follows
//! Beta(a_j, a_k): part j is the smaller one with probability I_(1/2)(a_j, a_k), the regularised incomplete beta function.
//! Parts of two independent wholes have no closed form; see [`Marginal::beside`].
//!
//! Ferguson, T. S. (1973), A Bayesian analysis of some nonparametric problems, Annals of Statistics 1, 209-230.

use crate::scoring::dirichlet::Dirichlet;
use rand::Rng;
use statrs::function::beta::checked_beta_reg;

/// Cells of the grid on which two independent parts are compared, of equal width in the logarithm of y / (1 - y).
const CELLS: usize = 1024;
/// Beside them, so many edges within so many deviations of either mean, where parts of high concentration gather.
const NEAR: (usize, f64) = (128, 8.0);

/// The distribution of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Marginal {
    /// It is this.
    Point(f64),
    /// It follows Beta(own, rest), both above 0.
    Beta { own: f64, rest: f64 },
}

/// How likely it is that one number is less than another, equal to it, or greater; the sum is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Odds {
    pub less: f64,
    pub equal: f64,
    pub greater: f64,
}

impl Odds {
    pub const EQUAL: Odds = Odds { less: 0.0, equal: 1.0, greater: 0.0 };

    fn less(less: f64) -> Odds {
        Odds { less, equal: 0.0, greater: 1.0 - less }
    }

    fn turned(self) -> Odds {
        Odds { less: self.greater, equal: self.equal, greater: self.less }
    }
}

impl Marginal {
    /// A part of Dirichlet(concentration x shares) with this share, which is in [0, 1]; without a concentration, a number
    /// above 0, the share itself. What is expected to have nothing, or all, does.
    pub fn part(share: f64, concentration: Option<f64>) -> Marginal {
        let parameters = concentration.map(|concentration| (concentration * share, concentration * (1.0 - share)));
        match parameters {
            Some((own, rest)) if own > 0.0 && rest > 0.0 && (own + rest).is_finite() => Marginal::Beta { own, rest },
            _ => Marginal::Point(share),
        }
    }

    /// The probability that the number is at most `x`.
    pub fn at_most(self, x: f64) -> f64 {
        match self {
            Marginal::Point(point) => f64::from(u8::from(point <= x)),
            Marginal::Beta { own, rest } => below(own, rest, x),
        }
    }

    /// Beside an independent number. Of two Beta variables X and Y the probability that X < Y is the integral of P(X <= y)
    /// over P(Y <= y), by the trapezoidal rule between the [`edges`]. Beyond the first and the last of these the distribution
    /// functions are powers, y^a and y^b, and the integral is b / (a + b) of their product. Whichever way round it is asked the
    /// answer is the same, and with X and Y alike it is 1/2.
    pub fn beside(self, other: Marginal) -> Odds {
        match (self, other) {
            (Marginal::Point(one), Marginal::Point(other)) if one == other => Odds::EQUAL,
            (Marginal::Point(one), Marginal::Point(other)) => Odds::less(f64::from(u8::from(one < other))),
            (one, Marginal::Point(point)) => Odds::less(one.at_most(point)),
            (Marginal::Point(point), other) => Odds::less(other.at_most(point)).turned(),
            (one, other) if one == other => Odds { less: 0.5, equal: 0.0, greater: 0.5 },
            (Marginal::Beta { own: a, rest: c }, Marginal::Beta { own: b, rest: d }) => {
                let at = |&x: &f64| [(a, c), (b, d)].map(|(own, rest)| distribution(own, rest, x));
                let edges: Vec<[(f64, f64); 2]> = edges([(a, c), (b, d)]).iter().map(at).collect();
                let cell = |pair: &[[(f64, f64); 2]]| {
                    let [[x, y], [next_x, next_y]] = [pair[0], pair[1]];
                    // The difference of whichever is known more exactly.
                    let mass = if y.0 < 0.5 { next_y.0 - y.0 } else { y.1 - next_y.1 };
                    0.5 * (x.0 + next_x.0) * mass
                };
                let [first, last] = [edges[0], edges[edges.len() - 1]];
                let below = first[0].0 * first[1].0 * (b / (a + b));
                let above = last[1].1 * (1.0 - last[0].1 * (d / (c + d)));
                Odds::less((below + edges.windows(2).map(cell).sum::<f64>() + above).clamp(0.0, 1.0))
            }
        }
    }

    /// Beside another part of the same whole.
    pub fn within_a_whole(self, other: Marginal) -> Odds {
        match (self, other) {
            (Marginal::Beta { own: one, .. }, Marginal::Beta { own: other, .. }) => {
                // The same function of the same numbers whichever is asked about, so that the two answers sum to 1.
                match one.total_cmp(&other) {
                    std::cmp::Ordering::Equal => Odds { less: 0.5, equal: 0.0, greater: 0.5 },
                    std::cmp::Ordering::Less => Odds::less(below(one, other, 0.5)),
                    std::cmp::Ordering::Greater => Odds::less(below(other, one, 0.5)).turned(),
                }
            }
            _ => self.beside(other),
        }
    }

    /// `count` draws.
    pub fn draws<R: Rng>(self, count: usize, rng: &mut R) -> Vec<f64> {
        let alone = |x: f64| vec![x; count];
        match self {
            Marginal::Point(point) => alone(point),
            Marginal::Beta { own, rest } => match Dirichlet::new(vec![own, rest]) {
                Ok(dirichlet) => dirichlet.draws(count, rng).swap_remove(0),
                Err(_) => alone(own / (own + rest)),
            },
        }
    }
}

/// The quantile at `level` in (0, 1) of a number in [0, 1] that follows each of these with equal probability, within 1e-13;
/// nothing of none.
pub fn quantile(mixture: &[Marginal], level: f64) -> Option<f64> {
    let at_most = |x: f64| mixture.iter().map(|one| one.at_most(x)).sum::<f64>() / mixture.len() as f64;
    if mixture.is_empty() || at_most(0.0) >= level {
        return (!mixture.is_empty()).then_some(0.0);
    }
    let (mut low, mut high) = (0.0, 1.0);
    while high - low > 1e-13 {
        let middle = 0.5 * (low + high);
        if at_most(middle) < level { low = middle } else { high = middle }
    }
    Some(high)
}

/// Where the distributions of two Beta variables are looked up, ascending, as logarithms of y / (1 - y).
fn edges(both: [(f64, f64); 2]) -> Vec<f64> {
    let most = both.iter().map(|(own, rest)| own + rest).fold(1.0, f64::max);
    // Beyond, the distribution functions are powers of y, and of 1 - y, to one in a million.
    let end = (1e6 * most).ln();
    let grid = (0..=CELLS).map(|cell| end * (2.0 * cell as f64 / CELLS as f64 - 1.0));
    let near = both.iter().flat_map(|&(own, rest)| {
        let (mean, sum) = (own / (own + rest), own + rest);
        let deviation = (mean * (1.0 - mean) / (sum + 1.0)).sqrt();
        let place = move |step: usize| mean + deviation * NEAR.1 * (2.0 * step as f64 / NEAR.0 as f64 - 1.0);
        (0..=NEAR.0).map(place).map(|y| (y / (1.0 - y)).ln()).filter(move |x| x.abs() < end)
    });
    let mut edges: Vec<f64> = grid.chain(near).collect();
    edges.sort_by(f64::total_cmp);
    edges
}

/// The probabilities that a variable that follows Beta(own, rest) is at most y, and that it is more, each exact also where it
/// is small; `x` is the logarithm of y / (1 - y).
fn distribution(own: f64, rest: f64, x: f64) -> (f64, f64) {
    let [y, beyond] = [1.0 / (1.0 + (-x).exp()), 1.0 / (1.0 + x.exp())];
    if x < 0.0 {
        let below = below(own, rest, y);
        (below, 1.0 - below)
    } else {
        let above = below(rest, own, beyond);
        (1.0 - above, above)
    }
}

/// The probability that a variable that follows Beta(a, b), both above 0, is at most `x`.
fn below(a: f64, b: f64, x: f64) -> f64 {
    let known = checked_beta_reg(a, b, x.clamp(0.0, 1.0)).ok().filter(|p| p.is_finite());
    // Parameters beyond what can be computed leave next to no spread.
    known.unwrap_or_else(|| f64::from(u8::from(a / (a + b) <= x))).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::{Marginal, Odds, quantile};
    use crate::scoring::dirichlet::Dirichlet;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn beta(own: f64, rest: f64) -> Marginal {
        Marginal::Beta { own, rest }
    }

    #[test]
    fn parts_of_one_whole_compare_as_draws_do() {
        for shares in [[0.5, 0.3, 0.2], [0.05, 0.9, 0.05], [0.4, 0.0, 0.6]] {
            let dirichlet = Dirichlet::around(&shares, 6.0).expect("valid");
            let columns = dirichlet.draws(40_000, &mut ChaCha8Rng::seed_from_u64(1));
            for (one, other) in [(0, 1), (1, 2), (2, 0)] {
                let [part, beside] = [one, other].map(|k| Marginal::part(shares[k], Some(6.0)));
                let odds = part.within_a_whole(beside);
                let drawn = columns[one].iter().zip(&columns[other]).filter(|(x, y)| x < y).count() as f64 / 40_000.0;
                assert!((odds.less - drawn).abs() < 0.01, "{shares:?}: {odds:?} against {drawn}");
                assert_eq!(beside.within_a_whole(part), odds.turned());
            }
        }
    }

    #[test]
    fn what_is_expected_alike_is_exactly_even() {
        let even = Odds { less: 0.5, equal: 0.0, greater: 0.5 };
        for part in [beta(3.0, 7.0), beta(1e-3, 5.0), beta(250.0, 70.0)] {
            assert_eq!((part.within_a_whole(part), part.beside(part)), (even, even));
        }
        assert_eq!(Marginal::part(0.0, Some(9.0)).within_a_whole(Marginal::part(0.0, Some(9.0))), Odds::EQUAL);
    }

    #[test]
    fn independent_parts() {
        // X uniform, Y with density 2y: P(X < Y) is the integral of 2 y^2.
        let odds = beta(1.0, 1.0).beside(beta(2.0, 1.0));
        assert!((odds.less - 2.0 / 3.0).abs() < 1e-5, "{odds:?}");
        let back = beta(2.0, 1.0).beside(beta(1.0, 1.0));
        assert!((odds.less - back.greater).abs() < 1e-12);
        // X with distribution function x^3 against 1/2, and both against points.
        assert!((beta(3.0, 1.0).beside(Marginal::Point(0.5)).less - 0.125).abs() < 1e-12);
        assert!((Marginal::Point(0.5).beside(beta(3.0, 1.0)).greater - 0.125).abs() < 1e-12);
        assert_eq!(Marginal::Point(0.3).beside(Marginal::Point(0.4)).less, 1.0);
        assert_eq!(Marginal::Point(-1.0).beside(Marginal::Point(-1.0)), Odds::EQUAL);
    }

    #[test]
    fn small_parts_compare_as_powers_do() {
        // Next to 0 the distribution functions are y^a and y^b up to factors: the one with the smaller power is nearer to 0.
        for (one, other) in [(0.002, 0.02), (0.02, 0.002), (1e-4, 3e-4)] {
            // With Beta(a, 1), exactly y^a.
            let odds = beta(one, 1.0).beside(beta(other, 1.0));
            assert!((odds.less - other / (one + other)).abs() < 1e-5, "{one} {other}: {odds:?}");
            // And of what is nearly all, turned.
            let odds = beta(1.0, one).beside(beta(1.0, other));
            assert!((odds.greater - other / (one + other)).abs() < 1e-5, "{one} {other}: {odds:?}");
        }
        for (one, other) in [
            (beta(0.02, 3.0), beta(0.1, 3.0)),
            (beta(0.033, 9.97), beta(0.067, 9.93)),
            (beta(0.3, 0.2), beta(0.1, 2.0)),
        ] {
            let draws = |part: Marginal, seed| part.draws(60_000, &mut ChaCha8Rng::seed_from_u64(seed));
            let pairs = draws(one, 5).into_iter().zip(draws(other, 6));
            let (less, equal) = pairs.fold((0.0, 0.0), |(less, equal), (x, y)| match x.total_cmp(&y) {
                std::cmp::Ordering::Less => (less + 1.0, equal),
                std::cmp::Ordering::Equal => (less, equal + 1.0),
                std::cmp::Ordering::Greater => (less, equal),
            });
            // Draws below the smallest number are all 0.
            let (least, most) = (less / 60_000.0, (less + equal) / 60_000.0);
            let odds = one.beside(other);
            assert!((least - 0.01..most + 0.01).contains(&odds.less), "{one:?} {other:?}: {odds:?} {least} {most}");
        }
    }

    #[test]
    fn parts_that_gather_compare_as_normals_do() {
        // Means .5 and .501 with deviations of .0005: a difference of 1.414 deviations of it.
        let odds = beta(5e5, 5e5).beside(beta(5.01e5, 4.99e5));
        assert!((odds.less - 0.9214).abs() < 1e-3, "{odds:?}");
    }

    #[test]
    fn extremes_are_still_probabilities() {
        let extremes = [beta(1e-300, 5.0), beta(1e-5, 1e5), beta(1e300, 1e300), beta(0.5, 1e-12), beta(1e9, 3.0)];
        for one in extremes {
            for other in extremes {
                for odds in [one.beside(other), one.within_a_whole(other)] {
                    let sum = odds.less + odds.equal + odds.greater;
                    assert!(
                        (0.0..=1.0).contains(&odds.less) && (sum - 1.0).abs() < 1e-12,
                        "{one:?} {other:?} {odds:?}"
                    );
                }
            }
            let ends = [0.05, 0.95].map(|level| quantile(&[one], level).expect("one"));
            assert!((0.0..=ends[1]).contains(&ends[0]) && ends[1] <= 1.0, "{one:?} {ends:?}");
        }
    }

    #[test]
    fn quantiles_of_mixtures() {
        // Distribution functions x^3 and 1, or x^3 and x.
        let third = quantile(&[beta(3.0, 1.0)], 0.5).expect("one");
        assert!((third - 0.5_f64.cbrt()).abs() < 1e-9);
        let both = quantile(&[beta(3.0, 1.0), Marginal::Point(0.0)], 0.95).expect("two");
        assert!((both - 0.9_f64.cbrt()).abs() < 1e-9);
        assert_eq!(quantile(&[beta(3.0, 1.0), Marginal::Point(0.0)], 0.5), Some(0.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn what_has_nothing_or_all_is_no_variable() {
        assert_eq!(Marginal::part(0.0, Some(5.0)), Marginal::Point(0.0));
        assert_eq!(Marginal::part(1.0, Some(5.0)), Marginal::Point(1.0));
        assert_eq!(Marginal::part(0.3, None), Marginal::Point(0.3));
        assert_eq!(Marginal::part(0.25, Some(8.0)), beta(2.0, 6.0));
        let draws = beta(2.0, 6.0).draws(4000, &mut ChaCha8Rng::seed_from_u64(2));
        assert!((draws.iter().sum::<f64>() / 4000.0 - 0.25).abs() < 0.01);
    }
}
