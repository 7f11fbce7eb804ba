//! Eigenvalues of a transition matrix, and its spectral gap.
//!
//! Definition: the eigenvalues lambda of P, counted with multiplicity, largest modulus first. The gap is 1 minus the second
//! largest modulus. 1 is as often an eigenvalue as there are recurrent classes; a class of period d has all d-th roots
//! of 1. So the gap is 0 where the chain has several recurrent classes or one with a period, and else says how
//! fast it forgets where it began: about (1 - gap)^t is left after t steps.
//!
//! Edge cases: a state that is never left adds an eigenvalue 0; then the largest modulus may be below 1. With one state there is
//! no second eigenvalue and the gap is 1; without states there is none.
//!
//! Method: the QR algorithm of faer on each communicating class alone, whose eigenvalues together are those of P. Within a
//! class, eigenvalues that nearly coincide and have nearly one eigenvector are right to fewer digits. Levin, D. A. and Peres, Y. (2017), Markov Chains and Mixing Times, chapter 12.

use crate::markov::classes::{Class, classes};
use crate::markov::error::MarkovError;
use crate::markov::transition::Transition;
use faer::Mat;
use serde::Serialize;
use std::cmp::Ordering;

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Eigenvalue {
    pub real: f64,
    pub imaginary: f64,
}

impl Eigenvalue {
    pub fn modulus(self) -> f64 {
        self.real.hypot(self.imaginary)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spectrum {
    /// Largest modulus first; of equal ones the largest real part, then the largest imaginary part.
    pub eigenvalues: Vec<Eigenvalue>,
    /// Nothing without states.
    pub gap: Option<f64>,
}

/// The spectrum of a chain.
///
/// # Errors
/// If the algorithm does not converge.
pub fn spectrum(p: &Transition) -> Result<Spectrum, MarkovError> {
    if p.states() == 0 {
        return Ok(Spectrum { eigenvalues: Vec::new(), gap: None });
    }
    let mut eigenvalues = Vec::with_capacity(p.states());
    for Class { states, .. } in classes(p) {
        let block = Mat::from_fn(states.len(), states.len(), |from, to| p.get(states[from], states[to]));
        let found = block.eigenvalues().map_err(|_| MarkovError::Spectrum)?;
        eigenvalues.extend(found.into_iter().map(|value| Eigenvalue { real: value.re, imaginary: value.im }));
    }
    if eigenvalues.iter().any(|value| !value.modulus().is_finite()) {
        return Err(MarkovError::Spectrum);
    }
    eigenvalues.sort_by(|a, b| descending(a.modulus(), b.modulus()).then(later(a, b)));
    let second = eigenvalues.get(1).map_or(0.0, |value| value.modulus());
    Ok(Spectrum { gap: Some((1.0 - second).clamp(0.0, 1.0)), eigenvalues })
}

/// Values that differ by rounding alone count as equal.
fn descending(a: f64, b: f64) -> Ordering {
    let rounded = |x: f64| (x * 1e9).round();
    rounded(b).total_cmp(&rounded(a))
}

fn later(a: &Eigenvalue, b: &Eigenvalue) -> Ordering {
    descending(a.real, b.real).then(descending(a.imaginary, b.imaginary))
}

#[cfg(test)]
mod tests {
    use super::spectrum;
    use crate::markov::transition::Transition;

    fn chain(rows: &[&[f64]]) -> Transition {
        Transition::new(rows.iter().map(|row| row.to_vec()).collect()).expect("valid")
    }

    #[test]
    fn of_two_states() {
        let found = spectrum(&chain(&[&[0.4, 0.6], &[0.2, 0.8]])).expect("converges");
        assert!((found.gap.expect("states") - 0.8).abs() < 1e-12);
        assert!((found.eigenvalues[0].real - 1.0).abs() < 1e-12 && (found.eigenvalues[1].real - 0.2).abs() < 1e-12);
    }

    #[test]
    fn a_way_without_return_has_zeros() {
        // 63 states one after the other, in an order of their own, into an absorbing one.
        let place = |state: usize| state * 37 % 64;
        let mut rows = vec![vec![0.0; 64]; 64];
        (0..64).for_each(|state| rows[place(state)][place((state + 1).min(63))] = 1.0);
        let found = spectrum(&Transition::new(rows).expect("valid")).expect("converges");
        assert_eq!(found.gap, Some(1.0));
    }

    #[test]
    fn edges() {
        assert_eq!(spectrum(&chain(&[])).expect("empty").gap, None);
        assert_eq!(spectrum(&chain(&[&[1.0]])).expect("one").gap, Some(1.0));
        let apart = spectrum(&chain(&[&[1.0, 0.0], &[0.0, 1.0]])).expect("converges");
        assert_eq!(apart.gap, Some(0.0));
        let leaks = spectrum(&chain(&[&[0.5, 0.5], &[0.0, 0.0]])).expect("converges");
        assert_eq!(leaks.eigenvalues.iter().map(|value| value.real).collect::<Vec<f64>>(), [0.5, 0.0]);
    }
}
