//! Integrated gradients of a ReLU network, without a step size.
//!
//! Along the straight line from the activations b of a site on a baseline input to its activations a, the integrated
//! gradient of output z at unit i is (a_i - b_i) times the integral over t in [0, 1] of dz/da_i at b + t (a - b). They sum
//! to z at the one end less z at the other (completeness). At the input this is Sundararajan, Taly and Yan 2017,
//! arXiv:1703.01365; at a layer its layer form, of the network from that layer on.
//!
//! On such a line the network is affine in pieces, so the integral is a sum over pieces, whose ends are where a unit reaches
//! the kink of its ReLU. They are followed in order: a unit of the first layer behind the site changes sides at most once,
//! one of a later layer at most once between changes of those before it. What the sum lacks to completeness is rounding.

use crate::attribution::mlp::close;
use crate::network::sequential::{Linear, Sequential};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

/// The most multiplications for all lines together, about a minute of one core: a deep network can have far more pieces than
/// units.
const MOST_WORK: f64 = 2e11;

/// Integrated gradients at one site.
#[derive(Clone, Debug, PartialEq)]
pub struct Integrated {
    /// `[output * units + unit]`.
    pub gradients: Vec<f64>,
    /// Per output, the sum of its integrated gradients less the change of the output.
    pub completeness_error: Vec<f64>,
}

/// A line of more pieces than there is time for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "row {row}, counted from 0: integrated gradients take too long, since units change sides more than {most} times on the way \
     from the baseline; give fewer rows, or leave them out with --without-integrated"
)]
pub struct TooManyPieces {
    pub row: usize,
    pub most: usize,
}

/// Integrates for every pair of activations of the site with this index, 0 being the input, which the network has.
///
/// # Errors
/// If the lines have more pieces than 2e11 multiplications allow for.
pub fn integrate(
    network: &Sequential,
    site: usize,
    ends: &[(&[f64], &[f64])],
) -> Result<Vec<Integrated>, TooManyPieces> {
    let layers = &network.layers[site..];
    // A piece takes every layer behind the first for the activations, their slopes and the gradient of every output.
    let behind: usize = layers.iter().skip(1).map(|layer| layer.weight.len()).sum();
    let piece = (behind * (2 + network.outputs()) + layers[0].outputs) as f64;
    let most = (MOST_WORK / (piece * ends.len() as f64)) as usize;
    let integrated: Vec<_> = ends
        .par_iter()
        .enumerate()
        .map(|(row, (from, to))| line(layers, from, to, most).ok_or(TooManyPieces { row, most }))
        .collect();
    integrated.into_iter().collect()
}

/// Nothing if there are more than `most` pieces.
fn line(layers: &[Linear], from: &[f64], to: &[f64], most: usize) -> Option<Integrated> {
    let first = layers.first()?;
    let change: Vec<f64> = to.iter().zip(from).map(|(to, from)| to - from).collect();
    if layers.len() == 1 {
        return Some(Integrated::of(&first.weight, layers, from, to));
    }
    let (start, slope) = (first.apply(from), first.turn(&change));
    let mut open: Vec<Vec<bool>> = Vec::new();
    let mut integral = vec![0.0; layers.last()?.outputs * first.outputs];
    let mut at = 0.0;
    for _ in 0..=most {
        let value: Vec<f64> = start.iter().zip(&slope).map(|(start, slope)| start + at * slope).collect();
        let moment = Moment::at(layers, value, slope.clone(), &mut open);
        let (next, changes) = moment.next(layers, &open, at);
        if next > at {
            for (sum, gradient) in integral.iter_mut().zip(gradient(layers, &open)) {
                *sum += (next - at) * gradient;
            }
        }
        at = next;
        if let Some((layer, unit)) = changes {
            open[layer][unit] = !open[layer][unit];
            continue;
        }
        return Some(Integrated::of(&first.pull(&integral), layers, from, to));
    }
    None
}

impl Integrated {
    /// From the mean gradient along the line.
    fn of(mean: &[f64], layers: &[Linear], from: &[f64], to: &[f64]) -> Integrated {
        let change: Vec<f64> = to.iter().zip(from).map(|(to, from)| to - from).collect();
        let gradients: Vec<f64> = mean.iter().zip(change.iter().cycle()).map(|(mean, change)| mean * change).collect();
        let sums = gradients.chunks_exact(change.len().max(1)).map(|of_output| of_output.iter().sum::<f64>());
        let (low, high) = (output(layers, from), output(layers, to));
        let completeness_error = sums.zip(high.iter().zip(&low)).map(|(sum, (high, low))| sum - (high - low)).collect();
        Integrated { gradients, completeness_error }
    }
}

fn output(layers: &[Linear], input: &[f64]) -> Vec<f64> {
    layers.iter().fold(input.to_vec(), |value, layer| {
        let before = layer.apply(&value);
        if layer.relu { before.into_iter().map(|value| value.max(0.0)).collect() } else { before }
    })
}

/// The activations before each ReLU at a point of the line, and how fast they change along it.
struct Moment {
    layers: Vec<(Vec<f64>, Vec<f64>)>,
}

impl Moment {
    /// From those of the first layer. `open` says which units pass something on; it is found here where it is not known:
    /// those above 0 or about to be.
    fn at(layers: &[Linear], value: Vec<f64>, slope: Vec<f64>, open: &mut Vec<Vec<bool>>) -> Moment {
        let mut found: Vec<(Vec<f64>, Vec<f64>)> = vec![(value, slope)];
        for (index, layer) in layers.iter().enumerate() {
            let Some((value, slope)) = found.last() else { break };
            if open.len() == index {
                let begins =
                    |(value, slope): (&f64, &f64)| !layer.relu || *value > 0.0 || *value == 0.0 && *slope > 0.0;
                open.push(value.iter().zip(slope).map(begins).collect());
            }
            let Some(next) = layers.get(index + 1) else { break };
            let (mut value, mut slope) = (value.clone(), slope.clone());
            close(&mut value, &open[index]);
            close(&mut slope, &open[index]);
            found.push((next.apply(&value), next.turn(&slope)));
        }
        Moment { layers: found }
    }

    /// Where the next unit changes sides, and which; else the end of the line.
    fn next(&self, layers: &[Linear], open: &[Vec<bool>], at: f64) -> (f64, Option<(usize, usize)>) {
        let mut first = (1.0, None);
        for (index, (value, slope)) in self.layers.iter().enumerate().filter(|(index, _)| layers[*index].relu) {
            for (unit, (value, slope)) in value.iter().zip(slope).enumerate() {
                // How far from the kink, on its side; rounding may leave it beyond.
                let (height, falls) = if open[index][unit] { (*value, -slope) } else { (-value, *slope) };
                let crossing = at + height.max(0.0) / falls;
                if falls > 0.0 && crossing < first.0 {
                    first = (crossing, Some((index, unit)));
                }
            }
        }
        first
    }
}

/// The gradient of every output with respect to the first layer before its ReLU; there is one behind it.
fn gradient(layers: &[Linear], open: &[Vec<bool>]) -> Vec<f64> {
    let mut gradient = layers.last().map_or_else(Vec::new, |last| last.weight.clone());
    for (index, layer) in layers.iter().enumerate().take(layers.len().saturating_sub(1)).rev() {
        if layer.relu {
            close(&mut gradient, &open[index]);
        }
        if index > 0 {
            gradient = layer.pull(&gradient);
        }
    }
    gradient
}
