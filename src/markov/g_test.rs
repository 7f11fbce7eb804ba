//! The result of a likelihood-ratio test, and what its kinds share.
//!
//! G = 2 sum n ln(n / expected n), over cells with n > 0. Its p by chi-square holds for large counts alone; with sparse ones, as
//! bouts of solvers are, it rejects too often or too rarely. The p to go by is therefore the one by simulation,
//! p = (1 + number of simulated G at least as large) / (1 + number of simulations), which is valid at any size:
//! P(p <= a) <= a.
//!
//! Davison, A. C. and Hinkley, D. V. (1997), Bootstrap Methods and their Application, section 4.2.

use serde::Serialize;
use statrs::function::gamma::checked_gamma_ur;

/// How many data sets are simulated where nothing else is said.
pub const SIMULATIONS: usize = 999;
/// The relative difference below which a simulated G counts as equal to the observed one.
const SLACK: f64 = 1e-9;

/// A test of a hypothesis.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GTest {
    /// Infinite (`null` in JSON) where something happened that the hypothesis holds impossible.
    pub g: f64,
    /// Degrees of freedom; 0 where the counts cannot contradict the hypothesis, and both p are 1.
    pub degrees: u64,
    /// By chi-square: for large counts.
    pub chi_square_p: f64,
    /// By simulation: the one to go by. Nothing where there are too many counts to simulate them; then chi-square holds.
    pub simulated_p: Option<f64>,
}

impl GTest {
    /// With `simulated` giving one G after the other under the hypothesis.
    pub fn new(g: f64, degrees: u64, simulations: usize, mut simulated: impl FnMut() -> f64) -> GTest {
        if degrees == 0 && g.is_finite() {
            return GTest { g: g.max(0.0), degrees, chi_square_p: 1.0, simulated_p: Some(1.0) };
        }
        if g == f64::INFINITY {
            return GTest { g, degrees, chi_square_p: 0.0, simulated_p: Some(0.0) };
        }
        // What is 0 but for rounding.
        let g = g.max(0.0);
        let large = (0..simulations).filter(|_| simulated() >= g * (1.0 - SLACK) - SLACK).count();
        let simulated_p = Some((1 + large) as f64 / (1 + simulations) as f64);
        GTest { g, degrees, chi_square_p: chi_square_p(g, degrees), simulated_p }
    }

    /// Without simulation.
    pub fn by_chi_square(g: f64, degrees: u64) -> GTest {
        GTest { simulated_p: None, ..GTest::new(g, degrees, 0, || 0.0) }
    }

    /// The p to go by.
    pub fn p(&self) -> f64 {
        self.simulated_p.unwrap_or(self.chi_square_p)
    }
}

/// The probability that a chi-square variable is at least g.
fn chi_square_p(g: f64, degrees: u64) -> f64 {
    if g <= 0.0 { 1.0 } else { checked_gamma_ur(degrees as f64 / 2.0, g / 2.0).unwrap_or(0.0) }
}

/// The contribution to G of a cell, 0 where nothing was counted.
pub fn cell(count: u64, expected: f64) -> f64 {
    if count == 0 { 0.0 } else { 2.0 * count as f64 * (count as f64 / expected).ln() }
}

/// G and degrees of freedom of the independence of the rows and columns of a table; rows and columns of zeros count for
/// nothing.
pub fn independence(table: &[Vec<u64>]) -> (f64, u64) {
    let rows: Vec<u64> = table.iter().map(|row| row.iter().sum()).collect();
    let width = table.iter().map(Vec::len).max().unwrap_or(0);
    let columns: Vec<u64> = (0..width).map(|column| table.iter().filter_map(|row| row.get(column)).sum()).collect();
    let total = rows.iter().sum::<u64>() as f64;
    let mut g = 0.0;
    for (row, &row_total) in table.iter().zip(&rows) {
        for (&count, &column_total) in row.iter().zip(&columns) {
            g += cell(count, row_total as f64 * column_total as f64 / total);
        }
    }
    let used = |totals: &[u64]| totals.iter().filter(|&&n| n > 0).count().saturating_sub(1) as u64;
    (g, used(&rows) * used(&columns))
}

#[cfg(test)]
mod tests {
    use super::{GTest, independence};

    #[test]
    fn chi_square() {
        assert!((GTest::by_chi_square(3.841_458_820_694_124, 1).chi_square_p - 0.05).abs() < 1e-12);
        assert_eq!(GTest::by_chi_square(-1e-14, 4).chi_square_p, 1.0);
        assert_eq!(GTest::by_chi_square(0.0, 0).p(), 1.0);
        assert_eq!(GTest::by_chi_square(f64::INFINITY, 3).p(), 0.0);
        assert_eq!(GTest::by_chi_square(1e6, 3).p(), 0.0);
    }

    #[test]
    fn simulated() {
        let mut next = 0.0;
        let test = GTest::new(8.0, 1, 9, || {
            next += 1.0;
            next
        });
        assert_eq!(test.p(), 0.3);
    }

    #[test]
    fn tables() {
        assert_eq!(independence(&[vec![1, 2, 0], vec![2, 4, 0], vec![0, 0, 0]]), (0.0, 1));
        let (g, degrees) = independence(&[vec![3, 0], vec![0, 3]]);
        assert!((g - 12.0 * 2.0_f64.ln()).abs() < 1e-12 && degrees == 1);
        assert_eq!(independence(&[]), (0.0, 0));
    }
}
