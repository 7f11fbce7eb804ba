//! What draws that come in groups say of the next one: a range that holds it with probability 90%, and the probability of an
//! event.
//!
//! A group is an imagined seed, its draws differ by noise: x_gi = mu + u_g + e_gi. Draws of one group are no independent
//! witnesses, so that the spread between the means of groups and that inside of groups are estimated apart. With G groups of
//! m draws, B the variance of their means and W that inside, a draw from a new group differs from the mean of all by
//! V = (1 + 1/G) B + (1 - 1/m) W in expected square, and the range is the mean -+ t(95%, f) sqrt V, with f = V^2 / (sum of
//! the squares of both terms, each over its degrees of freedom, G - 1 and G (m - 1)) by Satterthwaite. One draw per group
//! gives the usual range of Student for the next of G. Groups of different sizes count alike, with the harmonic mean of
//! their sizes as m.
//!
//! An event that holds in a part p of what was drawn from n groups has probability (n p + 1/2) / (n + 1), that of Jeffreys:
//! four groups never make anything surer than 90%.
//!
//! Geisser, S. (1993), Predictive inference, section 2.2; Satterthwaite, F. E. (1946), An approximate distribution of
//! estimates of variance components, Biometrics Bulletin 2, 110-114; Thomas, J. D. and Hultquist, R. A. (1978), Interval
//! estimation for the unbalanced case of the one-way random effects model, Annals of Statistics 6, 582-587.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The range that holds the draw of a new group with probability 90%. Nothing of fewer than two groups with a draw, or where
/// a draw is not finite.
pub fn range(groups: &[Vec<f64>]) -> Option<[f64; 2]> {
    let groups: Vec<&Vec<f64>> = groups.iter().filter(|group| !group.is_empty()).collect();
    if groups.len() < 2 || groups.iter().any(|group| group.iter().any(|x| !x.is_finite())) {
        return None;
    }
    let count = groups.len() as f64;
    let mean_of = |group: &[f64]| group.iter().sum::<f64>() / group.len() as f64;
    let means: Vec<f64> = groups.iter().map(|group| mean_of(group)).collect();
    let mean = mean_of(&means);
    let between = means.iter().map(|own| (own - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let inside_freedom = groups.iter().map(|group| group.len() as f64).sum::<f64>() - count;
    let squares = groups.iter().zip(&means).flat_map(|(group, own)| group.iter().map(move |x| (x - own).powi(2)));
    let inside = if inside_freedom > 0.0 { squares.sum::<f64>() / inside_freedom } else { 0.0 };
    // One over the harmonic mean of their sizes.
    let size = groups.iter().map(|group| 1.0 / group.len() as f64).sum::<f64>() / count;
    let terms = [((1.0 + 1.0 / count) * between, count - 1.0), ((1.0 - size) * inside, inside_freedom)];
    let variance: f64 = terms.iter().map(|(term, _)| term).sum();
    if variance <= 0.0 {
        return Some([mean, mean]);
    }
    let parts = terms.iter().filter(|(_, freedom)| *freedom > 0.0);
    let freedom = 1.0 / parts.map(|(term, freedom)| (term / variance).powi(2) / freedom).sum::<f64>();
    let half = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(0.95) * variance.sqrt();
    half.is_finite().then_some([mean - half, mean + half])
}

/// The probability of an event that holds in this part of what was drawn from so many groups, above 0.
pub fn probability(part: f64, groups: f64) -> f64 {
    (groups * part + 0.5) / (groups + 1.0)
}

#[cfg(test)]
mod tests {
    use super::{probability, range};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn normal(rng: &mut ChaCha8Rng) -> f64 {
        let (u, v): (f64, f64) = (rng.random(), rng.random());
        (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// How often the next draw falls into the range of `groups` x `size` draws, whose noise has deviation 1 - `between` and
    /// whose groups differ by deviation `between`.
    fn coverage((groups, size): (usize, usize), between: f64, shape: fn(f64) -> f64) -> f64 {
        let rng = &mut ChaCha8Rng::seed_from_u64(5);
        let rounds = 10_000;
        let mut held = 0;
        for _ in 0..rounds {
            let mut group = |size: usize| -> Vec<f64> {
                let own = between * normal(rng);
                (0..size).map(|_| shape(own + (1.0 - between) * normal(rng))).collect()
            };
            let drawn: Vec<Vec<f64>> = (0..groups).map(|_| group(size)).collect();
            let next = group(1)[0];
            let [low, high] = range(&drawn).expect("several groups");
            held += u32::from((low..=high).contains(&next));
        }
        f64::from(held) / f64::from(rounds)
    }

    #[test]
    fn nine_of_ten_fall_into_the_range() {
        let shapes: [fn(f64) -> f64; 2] = [|x| x, |x| (0.3 * x).exp()];
        for shape in shapes {
            for (groups, between) in [((4, 1), 0.0), ((8, 1), 0.0), ((16, 1), 0.0), ((4, 4), 0.0), ((4, 4), 0.9)] {
                let held = coverage(groups, between, shape);
                assert!((0.88..=0.92).contains(&held), "{groups:?} {between}: {held}");
            }
        }
    }

    #[test]
    fn one_draw_per_group_is_students_range() {
        // Mean 2, variance 1; t(95%, 2) from tables.
        let [low, high] = range(&[vec![1.0], vec![2.0], vec![3.0]]).expect("three");
        let half = 2.919_985_580_355_516 * (4.0_f64 / 3.0).sqrt();
        assert!((low - (2.0 - half)).abs() < 1e-9 && (high - (2.0 + half)).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn copies_of_a_draw_tell_nothing_new() {
        let (once, often) = ([vec![1.0], vec![4.0]], [vec![1.0; 3], vec![4.0; 5]]);
        assert_eq!(range(&once), range(&often));
        assert_eq!(range(&[vec![0.5, 0.5], vec![], vec![0.5]]), Some([0.5, 0.5]));
    }

    #[test]
    fn too_little_is_nothing() {
        assert_eq!((range(&[]), range(&[vec![1.0, 2.0], vec![]])), (None, None));
        assert_eq!(range(&[vec![1.0], vec![f64::NAN]]), None);
    }

    #[test]
    fn few_groups_are_never_sure() {
        assert_eq!((probability(1.0, 4.0), probability(0.0, 4.0), probability(0.5, 4.0)), (0.9, 0.1, 0.5));
    }
}
