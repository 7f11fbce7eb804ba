//! Exact draws of multinomial counts, however many.
//!
//! Method: a multinomial draw is a chain of binomial ones. A binomial draw with many trials is halved until few are left: the
//! middle of n ordered uniform numbers follows a beta distribution, and what lies on either side of it is binomial again.
//! So a draw takes about log n beta draws, each of two gamma ones (Marsaglia and Tsang).
//!
//! Devroye, L. (1986), Non-Uniform Random Variate Generation, section X.4.3.

use rand::{Rng, RngExt};

/// With fewer trials they are made one by one.
const FEW: u64 = 24;

/// `trials` things put into cells with these probabilities, which sum to about 1; into `cells`, of the same length.
pub fn multinomial(trials: u64, probabilities: &[f64], cells: &mut [u64], rng: &mut impl Rng) {
    cells.fill(0);
    let mut left = trials;
    let mut mass: f64 = probabilities.iter().sum();
    let last = probabilities.iter().rposition(|&p| p > 0.0);
    for (cell, &p) in probabilities.iter().enumerate() {
        if left == 0 || p == 0.0 {
            continue;
        }
        cells[cell] = if Some(cell) == last { left } else { binomial(left, p / mass, rng) };
        left -= cells[cell];
        mass -= p;
    }
}

/// The number of successes in `trials` of probability p each.
fn binomial(mut trials: u64, p: f64, rng: &mut impl Rng) -> u64 {
    let mut p = p.clamp(0.0, 1.0);
    let mut successes = 0;
    while trials > FEW && p > 0.0 && p < 1.0 {
        let middle = trials / 2 + 1;
        let (below, above) = (gamma(middle as f64, rng), gamma((trials + 1 - middle) as f64, rng));
        let place = below / (below + above);
        if place <= p {
            successes += middle;
            trials -= middle;
            p = if place < 1.0 { (p - place) / (1.0 - place) } else { 0.0 };
        } else {
            trials = middle - 1;
            p /= place;
        }
    }
    let few = match p {
        0.0 => 0,
        p if p >= 1.0 => trials,
        p => (0..trials).filter(|_| rng.random::<f64>() < p).count() as u64,
    };
    successes + few
}

/// A gamma variable of shape a >= 1 and scale 1.
fn gamma(a: f64, rng: &mut impl Rng) -> f64 {
    let d = a - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
        let z = radius * (std::f64::consts::TAU * rng.random::<f64>()).cos();
        let v = (1.0 + c * z).powi(3);
        if v > 0.0 && (1.0 - rng.random::<f64>()).ln() < 0.5 * z * z + d * (1.0 - v + v.ln()) {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::multinomial;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn moments() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for (trials, p) in [(7, [0.5, 0.0, 0.2, 0.3]), (300, [0.01, 0.9, 0.09, 0.0]), (1 << 40, [0.25; 4])] {
            let n = trials as f64;
            let (mut sums, mut squares) = ([0.0; 4], [0.0; 4]);
            let mut cells = [0; 4];
            for _ in 0..4_000 {
                multinomial(trials, &p, &mut cells, &mut rng);
                assert_eq!(cells.iter().sum::<u64>(), trials);
                for k in 0..4 {
                    let off = cells[k] as f64 - n * p[k];
                    sums[k] += off;
                    squares[k] += off * off;
                }
            }
            for k in 0..4 {
                let variance = n * p[k] * (1.0 - p[k]);
                assert!((sums[k] / 4_000.0).abs() <= 4.0 * (variance / 4_000.0).sqrt(), "{trials} {p:?} {k}: mean");
                assert!((squares[k] / 4_000.0 - variance).abs() <= 0.12 * variance, "{trials} {p:?} {k}: variance");
            }
        }
    }

    #[test]
    fn nothing_to_put() {
        let mut cells = [9; 2];
        multinomial(0, &[0.5, 0.5], &mut cells, &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(cells, [0, 0]);
    }
}
