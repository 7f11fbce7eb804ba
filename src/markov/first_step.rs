//! First-step analysis: x = Q x + b on states from which the chain surely or possibly exits.
//!
//! Definition: Q holds the transition probabilities among the states, `exit` the probability to go elsewhere, b >= 0 what a
//! step brings. So x_i is what is collected on average before the exit.
//!
//! Method: elimination of one state after the other in the manner of Grassmann, Taksar and Heyman: 1 - q_kk is summed from the
//! other entries of the row and the exit, nothing is subtracted, every entry of x is right to nearly all digits.
//! The diagonal of Q is not used.
//!
//! Assumption: from every state the exit can be reached.
//!
//! O'Cinneide, C. A. (1996), Relative-error bounds for the LU decomposition via the GTH algorithm, Numerische Mathematik
//! 73, 507-519.

/// In place of a probability too small for f64.
const SMALLEST: f64 = 1e-300;

/// The equations, one row of `q`, one `exit` and one `b` per state.
pub struct FirstStep {
    pub q: Vec<Vec<f64>>,
    pub exit: Vec<f64>,
    pub b: Vec<f64>,
}

impl FirstStep {
    /// x, and the logarithm of the determinant of I - Q, which itself may be too small for f64.
    pub fn solve(mut self) -> (Vec<f64>, f64) {
        let states = self.exit.len();
        let mut log_determinant = 0.0;
        for last in (0..states).rev() {
            let out = (self.exit[last] + self.q[last][..last].iter().sum::<f64>()).max(SMALLEST);
            log_determinant += out.ln();
            self.exit[last] /= out;
            self.b[last] /= out;
            self.q[last][..last].iter_mut().for_each(|p| *p /= out);
            let (above, row) = self.q.split_at_mut(last);
            for (state, other) in above.iter_mut().enumerate() {
                let weight = other[last];
                if weight > 0.0 {
                    self.exit[state] += weight * self.exit[last];
                    self.b[state] += weight * self.b[last];
                    for (cell, &p) in other[..last].iter_mut().zip(&row[0][..last]) {
                        *cell += weight * p;
                    }
                }
            }
        }
        for state in 1..states {
            let later: f64 =
                (0..state).filter(|&to| self.q[state][to] > 0.0).map(|to| self.q[state][to] * self.b[to]).sum();
            self.b[state] += later;
        }
        (self.b, log_determinant)
    }
}

#[cfg(test)]
mod tests {
    use super::FirstStep;

    #[test]
    fn ruin_of_a_gambler() {
        // Fair steps between 0 and 4: from i the game lasts i (4 - i) steps. det(I - Q) = 1/2.
        let q = vec![vec![0.0, 0.5, 0.0], vec![0.5, 0.0, 0.5], vec![0.0, 0.5, 0.0]];
        let (x, log_determinant) = FirstStep { q, exit: vec![0.5, 0.0, 0.5], b: vec![1.0; 3] }.solve();
        assert!(x.iter().zip([3.0, 4.0, 3.0]).all(|(x, expected)| (x - expected).abs() < 1e-14), "{x:?}");
        assert!((log_determinant - 0.5_f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn no_states() {
        assert_eq!(FirstStep { q: Vec::new(), exit: Vec::new(), b: Vec::new() }.solve(), (Vec::new(), 0.0));
    }
}
