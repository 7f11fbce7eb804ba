//! Activations and gradients of a ReLU network from anywhere, in closed form and f64.
//!
//! Between its kinks such a network is affine, so the gradient of output k is the product of the weight matrices behind,
//! without the units that a ReLU holds at 0; at a kink a ReLU counts as closed, as on dfdx's tape, in PyTorch and in JAX.
//! [`crate::attribution::gradients`] is the definition, with which a test compares this.
//!
//! At a *site*, the input or a hidden layer, with a its activations and g_k the gradient of output k with respect to them:
//!
//! | name | of unit i |
//! | --- | --- |
//! | gradient x activation | a_i g_ki |
//! | contribution | a_i (g_ki - mean of g_i over all outputs): the part of the centred outputs that passes through it |
//! | magnitude by the highest output | abs g_ki, k the highest output, the first of several |
//! | magnitude by the whole output | L1: sum_k abs g_ki; L2: sqrt sum_k g_ki^2; sum: abs sum_k g_ki |
//! | integrated gradients | see [`crate::attribution::path`] |

use crate::network::sequential::{Linear, Sequential};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

/// The largest activation or gradient: products and squares of such are still numbers.
const LARGEST: f64 = 1e150;

/// What a network does on one input.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub output: Vec<f64>,
    /// The index of the highest output, the first of several.
    pub highest: usize,
    /// The input, then the hidden layers.
    pub sites: Vec<Site>,
}

/// The input or a hidden layer on one input. Gradients are flat, `[output * units + unit]`, over all outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    pub units: usize,
    /// Before the ReLU; the same as after it where there is none.
    pub before: Vec<f64>,
    pub after: Vec<f64>,
    pub gradient_before: Vec<f64>,
    pub gradient_after: Vec<f64>,
}

/// How much a decision depends on each unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Magnitudes {
    pub highest: Vec<f64>,
    pub l1: Vec<f64>,
    pub l2: Vec<f64>,
    pub sum: Vec<f64>,
}

/// An input on which something is too large.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "row {row}, counted from 0: {what} at layer {layer:?} is larger than {LARGEST:e}; scale inputs or weights down"
)]
pub struct Overflow {
    pub row: usize,
    pub layer: String,
    pub what: &'static str,
}

/// Runs the network on every row, side by side; each has as many numbers as the network has inputs.
///
/// # Errors
/// If an activation or a gradient is larger than 1e150.
pub fn attribute(network: &Sequential, inputs: &[Vec<f64>]) -> Result<Vec<Row>, Overflow> {
    let rows: Vec<Result<Row, Overflow>> = inputs
        .par_iter()
        .enumerate()
        .map(|(row, input)| {
            run(network, input).map_err(|(layer, what)| Overflow { row, layer: layer.to_string(), what })
        })
        .collect();
    rows.into_iter().collect()
}

fn run<'n>(network: &'n Sequential, input: &[f64]) -> Result<Row, (&'n str, &'static str)> {
    let fit = |values: &[f64]| values.iter().all(|value| value.abs() <= LARGEST);
    if !fit(input) {
        return Err(("input", "a number"));
    }
    let mut sites = vec![Site::new(input.to_vec(), false)];
    for layer in &network.layers {
        let before = sites.last().map_or_else(Vec::new, |site| layer.apply(&site.after));
        if !fit(&before) {
            return Err((&layer.name, "an activation"));
        }
        sites.push(Site::new(before, layer.relu));
    }
    let output = sites.pop().map_or_else(Vec::new, |site| site.after);
    // From the last layer on, whose weights are the gradients with respect to what goes into it.
    let mut gradient = Vec::new();
    for (index, (site, layer)) in sites.iter_mut().zip(&network.layers).enumerate().rev() {
        gradient = if index + 1 == network.layers.len() { layer.weight.clone() } else { layer.pull(&gradient) };
        if !fit(&gradient) {
            return Err((&layer.name, "a gradient"));
        }
        site.gradient_after.clone_from(&gradient);
        if index.checked_sub(1).is_some_and(|before| network.layers[before].relu) {
            let open: Vec<bool> = site.before.iter().map(|before| *before > 0.0).collect();
            close(&mut gradient, &open);
        }
        site.gradient_before.clone_from(&gradient);
    }
    let highest = (0..output.len()).fold(0, |best, k| if output[k] > output[best] { k } else { best });
    Ok(Row { output, highest, sites })
}

/// Sets what a ReLU keeps back to 0: `values` in rows with one place per unit.
pub fn close(values: &mut [f64], open: &[bool]) {
    for row in values.chunks_exact_mut(open.len().max(1)) {
        for (value, open) in row.iter_mut().zip(open) {
            *value = if *open { *value } else { 0.0 };
        }
    }
}

impl Linear {
    /// W x + b.
    pub fn apply(&self, input: &[f64]) -> Vec<f64> {
        self.turn(input).into_iter().zip(&self.bias).map(|(sum, bias)| sum + bias).collect()
    }

    /// W x.
    pub fn turn(&self, input: &[f64]) -> Vec<f64> {
        let row = |weights: &[f64]| weights.iter().zip(input).map(|(weight, input)| weight * input).sum();
        self.weight.chunks_exact(self.inputs.max(1)).map(row).collect()
    }

    /// The gradients of outputs with respect to this layer's inputs, from those with respect to its outputs, one row each.
    pub fn pull(&self, gradient: &[f64]) -> Vec<f64> {
        let mut pulled = vec![0.0; gradient.len() / self.outputs.max(1) * self.inputs];
        let rows = gradient.chunks_exact(self.outputs.max(1)).zip(pulled.chunks_exact_mut(self.inputs.max(1)));
        for (gradient, pulled) in rows {
            for (gradient, weights) in gradient.iter().zip(self.weight.chunks_exact(self.inputs.max(1))) {
                if *gradient != 0.0 {
                    for (pulled, weight) in pulled.iter_mut().zip(weights) {
                        *pulled += gradient * weight;
                    }
                }
            }
        }
        pulled
    }
}

impl Site {
    fn new(before: Vec<f64>, relu: bool) -> Site {
        let after = if relu { before.iter().map(|value| value.max(0.0)).collect() } else { before.clone() };
        Site { units: before.len(), before, after, gradient_before: Vec::new(), gradient_after: Vec::new() }
    }

    /// The activations times the gradient of an output with respect to them.
    pub fn gradient_x_activation(&self, output: usize) -> Vec<f64> {
        product(row(&self.gradient_after, self.units, output), &self.after)
    }

    /// The contributions to an output.
    pub fn contribution(&self, output: usize) -> Vec<f64> {
        let mean = self.over_outputs(&self.gradient_after, |gradients| {
            let (sum, count) = gradients.fold((0.0, 0.0_f64), |(sum, count), gradient| (sum + gradient, count + 1.0));
            sum / count.max(1.0)
        });
        let gradient = row(&self.gradient_after, self.units, output);
        let centred: Vec<f64> = gradient.iter().zip(mean).map(|(gradient, mean)| gradient - mean).collect();
        product(&centred, &self.after)
    }

    /// By the gradients before or after the ReLU; `highest` is the row's.
    pub fn magnitudes(&self, gradient: &[f64], highest: usize) -> Magnitudes {
        Magnitudes {
            highest: row(gradient, self.units, highest).iter().map(|gradient| gradient.abs()).collect(),
            l1: self.over_outputs(gradient, |gradients| gradients.map(f64::abs).sum()),
            l2: self
                .over_outputs(gradient, |gradients| gradients.map(|gradient| gradient * gradient).sum::<f64>().sqrt()),
            sum: self.over_outputs(gradient, |gradients| gradients.sum::<f64>().abs()),
        }
    }

    /// A number for each unit, of its gradients over all outputs.
    fn over_outputs(&self, gradient: &[f64], number: impl Fn(&mut dyn Iterator<Item = f64>) -> f64) -> Vec<f64> {
        (0..self.units).map(|unit| number(&mut gradient.iter().skip(unit).step_by(self.units).copied())).collect()
    }
}

/// The row of an output in a flat matrix.
pub fn row(gradient: &[f64], units: usize, output: usize) -> &[f64] {
    gradient.get(output * units..(output + 1) * units).unwrap_or_default()
}

fn product(left: &[f64], right: &[f64]) -> Vec<f64> {
    left.iter().zip(right).map(|(left, right)| left * right).collect()
}
