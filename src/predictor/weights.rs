//! The strengths that training moves, and how a gradient moves them: where inductive bias enters.
//!
//! The bias of a rule is how fast a gradient g strengthens it. There are three forms.
//!
//! *Plain*: w_h += rate x bias_h x g_h. Two cues that always occur together, with saliences s_1 and s_2 that scale what they
//! add to a logit, learn as rules with biases s_1^2 and s_2^2 do, and end with strengths in that proportion.
//!
//! *Product*, of depth two: w_h = u_h v_h with u_h += rate x bias_h x g_h x v_h, and v_h likewise. The richer grows faster,
//! so that cues compete nearly winner takes all. A salience s is then a bias of s, since the factors start at sqrt(bias)
//! times `start`. Where the two start apart, for example one of them at 0, w starts at 0 and can fall below it; u^2 - v^2 is
//! conserved, so that equal ones never can.
//!
//! *Natural*: w += rate x (F + damping x B^-1)^-1 g, F the Fisher information of the policy and B the diagonal of the biases.
//! Without damping it is the replicator equation, in which biases do not count; with much of it, it is the plain form, slowed
//! down.
//!
//! Sources: Saxe, McClelland and Ganguli 2014, arXiv:1312.6120 (depth); Kakade 2002, "A natural policy gradient".

use faer::Mat;
use faer::prelude::Solve;

/// No strength goes beyond this, in logits: there every softmax is decided, and a bias as large as a number can be leads
/// nowhere that is not finite.
const MOST: f64 = 1e3;

/// How a gradient moves strengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    Plain,
    Product {
        /// The two factors, for a bias of 1.
        start: [f64; 2],
    },
    Natural {
        /// Above 0.
        damping: f64,
    },
}

/// The strengths of rules, logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    form: Form,
    biases: Vec<f64>,
    strengths: Vec<f64>,
    /// Of the product form.
    factors: Vec<[f64; 2]>,
    /// Of the plain form, rules x rules; empty where a step along a rule strengthens that rule alone.
    responses: Vec<Vec<f64>>,
}

impl Weights {
    /// One per bias, each above 0; they start at 0, or at what the factors of the product form say.
    pub fn new(biases: &[f64], form: Form) -> Weights {
        let factors: Vec<[f64; 2]> = match form {
            Form::Product { start } => biases.iter().map(|bias| start.map(|factor| factor * bias.sqrt())).collect(),
            Form::Plain | Form::Natural { .. } => Vec::new(),
        };
        let mut strengths = vec![0.0; biases.len()];
        strengths.iter_mut().zip(&factors).for_each(|(w, [u, v])| *w = u * v);
        Weights { form, biases: biases.to_vec(), strengths, factors, responses: Vec::new() }
    }

    /// From now on, in the plain form, a step along each rule (column) adds so many times as much to the strength of every rule
    /// (row): w_h += rate x sum_k responses_hk x bias_k x g_k.
    pub fn respond(&mut self, responses: Vec<Vec<f64>>) {
        self.responses = responses;
    }

    /// The same, begun at these strengths; the product form begins where it always does.
    pub fn starting_at(mut self, strengths: &[f64]) -> Weights {
        if self.factors.is_empty() {
            self.strengths.copy_from_slice(strengths);
        }
        self
    }

    pub fn strengths(&self) -> &[f64] {
        &self.strengths
    }

    /// Whether a step asks for the Fisher information.
    pub fn is_natural(&self) -> bool {
        matches!(self.form, Form::Natural { .. })
    }

    /// One step up a gradient. `fisher` is rules x rules, row by row; the natural form alone reads it.
    pub fn step(&mut self, gradient: &[f64], fisher: &[f64], rate: f64) {
        match self.form {
            Form::Plain if !self.responses.is_empty() => {
                let steps: Vec<f64> = gradient.iter().zip(&self.biases).map(|(g, bias)| rate * bias * g).collect();
                for (w, responses) in self.strengths.iter_mut().zip(&self.responses) {
                    let change: f64 = responses.iter().zip(&steps).map(|(response, step)| response * step).sum();
                    *w = (*w + change).clamp(-MOST, MOST);
                }
            }
            Form::Plain => {
                for ((w, g), bias) in self.strengths.iter_mut().zip(gradient).zip(&self.biases) {
                    *w = (*w + rate * bias * g).clamp(-MOST, MOST);
                }
            }
            Form::Product { .. } => {
                let most = MOST.sqrt();
                let factors = self.factors.iter_mut().zip(&mut self.strengths);
                for (((factors, w), g), bias) in factors.zip(gradient).zip(&self.biases) {
                    let [u, v] = *factors;
                    let change = rate * bias * g;
                    *factors = [u + change * v, v + change * u].map(|factor| factor.clamp(-most, most));
                    *w = factors[0] * factors[1];
                }
            }
            Form::Natural { damping } => {
                let n = self.strengths.len();
                let diagonal = |h: usize| damping / self.biases[h];
                let system = Mat::from_fn(n, n, |a, b| fisher[a * n + b] + if a == b { diagonal(a) } else { 0.0 });
                let direction = system.partial_piv_lu().solve(Mat::from_fn(n, 1, |h, _| gradient[h]));
                for (h, w) in self.strengths.iter_mut().enumerate() {
                    *w = (*w + rate * direction[(h, 0)]).clamp(-MOST, MOST);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Weights};

    #[test]
    fn two_at_half_the_bias_get_together_what_one_gets() {
        for form in [Form::Plain, Form::Natural { damping: 0.1 }] {
            let mut one = Weights::new(&[1.5, 0.7], form);
            one.step(&[0.3, -0.2], &[0.2, 0.05, 0.05, 0.1], 0.5);
            let mut two = Weights::new(&[0.75, 0.75, 0.7], form);
            let fisher = [0.2, 0.2, 0.05, 0.2, 0.2, 0.05, 0.05, 0.05, 0.1];
            two.step(&[0.3, 0.3, -0.2], &fisher, 0.5);
            let (one, two) = (one.strengths(), two.strengths());
            assert_eq!(two[0], two[1]);
            assert!((one[0] - two[0] - two[1]).abs() < 1e-12 && (one[1] - two[2]).abs() < 1e-12, "{one:?} {two:?}");
        }
    }

    #[test]
    fn factors_that_start_apart_can_fall_below_zero_and_without_a_gradient_nothing_moves() {
        let mut weights = Weights::new(&[2.0, 1.0], Form::Product { start: [0.1, 0.0] });
        assert_eq!(weights.strengths(), [0.0, 0.0]);
        for _ in 0..100 {
            weights.step(&[-1.0, 0.0], &[], 0.05);
        }
        assert!(weights.strengths()[0] < -1.0 && weights.strengths()[1] == 0.0, "{weights:?}");
    }

    #[test]
    fn heavy_damping_is_the_plain_form_slowed_down() {
        let (gradient, fisher, damping) = ([0.3, -0.2], [0.2, 0.05, 0.05, 0.1], 1e6);
        let mut plain = Weights::new(&[2.0, 0.5], Form::Plain);
        plain.step(&gradient, &fisher, 1.0);
        let mut natural = Weights::new(&[2.0, 0.5], Form::Natural { damping });
        natural.step(&gradient, &fisher, damping);
        for (plain, natural) in plain.strengths().iter().zip(natural.strengths()) {
            assert!((plain - natural).abs() < 1e-5);
        }
    }

    #[test]
    fn a_step_along_a_rule_moves_others_as_they_respond() {
        let mut plain = Weights::new(&[2.0, 0.5], Form::Plain);
        let mut same = plain.clone();
        same.respond(vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
        let mut mixed = plain.clone();
        mixed.respond(vec![vec![1.0, 0.25], vec![-0.5, 2.0]]);
        for weights in [&mut plain, &mut same, &mut mixed] {
            weights.step(&[0.5, -1.0], &[], 0.5);
        }
        // Steps of .5 x 2 x .5 = .5 and .5 x .5 x -1 = -.25.
        assert_eq!(plain.strengths(), [0.5, -0.25]);
        assert_eq!(same, Weights { responses: same.responses.clone(), ..plain });
        assert_eq!(mixed.strengths(), [0.4375, -0.75]);
    }
}
