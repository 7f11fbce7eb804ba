//! A network and the gradients of losses of its heads, in blocks of rows that stay in cache.
//!
//! The same function and the same derivatives as [`crate::network::tape`], the definition, with which tests compare it. Nothing
//! is allocated once it is made, no observation is written out as zeros and ones, and the instructions are the widest that
//! the processor has. Sums run in one order, so that the bits depend on the kind of processor alone.

use crate::network::lit_product::LitProduct;
use crate::network::marks::{WORD, by_columns, mark, mark_lit};
use crate::network::outer::{outer, outer_sparse};
use crate::network::packed::{LINE, Numbers, Packed, PackedLayer, VALUE, zeros};
use crate::network::parameters::Parameters;
use crate::network::product::{Product, Then};
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use pulp::{Arch, Simd, WithSimd};

/// Rows of a block: its activations and gradients lie in the first two levels of cache beside the weights, and a word marks a bit for
/// each.
const BLOCK: usize = WORD;

/// Numbers that a network says on a row: the logits and the value.
const SAID: usize = VALUE + 1;

/// What the network says on one row: the logits, the value at [`VALUE`], and zeros; or the derivatives of a loss with respect to
/// them, zeros included.
pub type Heads = [f32; LINE];

/// A loss, as a sum over rows, of what a network says on them.
pub trait Loss {
    /// Writes the derivatives with respect to what the network says on some rows over zeros; returns their part of the loss. The rows
    /// are those at the places from `first` on among all.
    fn slopes(&mut self, first: usize, said: &[Heads], slopes: &mut [Heads]) -> f64;
}

/// A network ready to run and to be trained.
pub struct Fused {
    arch: Arch,
    packed: Packed,
    /// Of each layer but the first, the heads last: `[output * inputs + input]`.
    transposed: Vec<Numbers>,
    /// Of each hidden layer, the activations after the ReLU of the rows of a block.
    after: Vec<Numbers>,
    /// Of each hidden layer, the derivatives of the loss with respect to them, before the ReLU.
    slopes: Vec<Numbers>,
    heads: Numbers,
    head_slopes: Numbers,
    /// Of each hidden layer, the activations that are not 0: see [`mark`].
    marks: Vec<Vec<u64>>,
    /// Of each input of a layer, the rows of a block in which it is not 0.
    rows_of: Vec<u64>,
}

impl Fused {
    pub fn new(parameters: &Parameters) -> Fused {
        Fused::on(Arch::new(), parameters)
    }

    /// With the instructions given in place of the widest.
    pub fn on(arch: Arch, parameters: &Parameters) -> Fused {
        let packed = Packed::of(parameters);
        let later = || packed.hidden.iter().skip(1).chain([&packed.heads]);
        let transposed = later().map(|layer| zeros(layer.weight.len())).collect();
        let buffers = || packed.hidden.iter().map(|layer| zeros(BLOCK * layer.outputs)).collect();
        let mut fused = Fused {
            arch,
            transposed,
            after: buffers(),
            slopes: buffers(),
            heads: zeros(BLOCK * LINE),
            head_slopes: zeros(BLOCK * LINE),
            marks: packed.hidden.iter().map(|layer| vec![0; BLOCK * layer.outputs.div_ceil(WORD)]).collect(),
            rows_of: Vec::new(),
            packed,
        };
        fused.transpose();
        fused
    }

    pub fn packed(&self) -> &Packed {
        &self.packed
    }

    pub fn parameters(&self) -> Parameters {
        self.packed.parameters()
    }

    /// Changes the numbers.
    pub fn change(&mut self, change: impl FnOnce(&mut Packed)) {
        change(&mut self.packed);
        self.transpose();
    }

    fn transpose(&mut self) {
        let later = self.packed.hidden.iter().skip(1).chain([&self.packed.heads]);
        for (layer, transposed) in later.zip(&mut self.transposed) {
            for (input, row) in layer.weight.chunks_exact(layer.outputs).enumerate() {
                for (column, weight) in transposed.chunks_exact_mut(layer.inputs).zip(row) {
                    column[input] = *weight;
                }
            }
        }
    }

    /// The first layer, to be changed between runs.
    pub fn first(&mut self) -> &mut PackedLayer {
        &mut self.packed.hidden[0]
    }

    /// Logits of the five actions and the value of each row; the slices are as long as `rows`.
    pub fn run(&mut self, rows: &LitRows, logits: &mut [[f32; ACTIONS]], values: &mut [f32]) {
        self.each(rows, |row, _, heads| {
            logits[row].copy_from_slice(&heads[..ACTIONS]);
            values[row] = heads[VALUE];
        });
    }

    /// Tells of each row the activations of the last hidden layer, after the ReLU, and what the network says.
    pub fn each(&mut self, rows: &LitRows, tell: impl FnMut(usize, &[f32], &Heads)) {
        let arch = self.arch;
        arch.dispatch(Run { network: self, rows, tell });
    }

    /// The gradient of one logit with respect to every hidden unit, after the ReLU: `choose` says of what the network says on a row which
    /// logit. Tells of each block of rows, layer by layer from the last: see [`Layer`].
    pub fn gradients(
        &mut self,
        rows: &LitRows,
        choose: impl FnMut(usize, &Heads) -> usize,
        tell: impl FnMut(Layer<'_>),
    ) {
        let arch = self.arch;
        arch.dispatch(ByUnit { network: self, rows, choose, tell });
    }

    /// Tells of each layer and row the activations before the ReLU, those that are padded included.
    pub fn before(&mut self, rows: &LitRows, tell: impl FnMut(usize, usize, &[f32])) {
        let arch = self.arch;
        arch.dispatch(Before { network: self, rows, tell });
    }

    /// The activations of the last hidden layer where these bits are lit, after the ReLU.
    pub fn activations(&mut self, lit: &[u16]) -> &[f32] {
        let arch = self.arch;
        arch.dispatch(One { network: self, lit });
        self.packed.top(&self.after[self.after.len() - 1])
    }

    /// Adds the derivatives of a loss with respect to all numbers, a sum over the `picked` rows, to `gradient`; returns the loss.
    pub fn gradient(&mut self, rows: &LitRows, picked: &[u32], gradient: &mut Packed, loss: impl Loss) -> f64 {
        let arch = self.arch;
        arch.dispatch(Gradient { network: self, rows, picked, gradient, loss })
    }
}

/// The logits of a network, one row per observation.
pub fn logits(parameters: &Parameters, rows: &LitRows) -> Vec<[f32; ACTIONS]> {
    let mut logits = vec![[0.0; ACTIONS]; rows.len()];
    Fused::new(parameters).each(rows, |row, _, heads| logits[row].copy_from_slice(&heads[..ACTIONS]));
    logits
}

/// The activations of the last hidden layer after the ReLU, flat: `[row * units + unit]`.
pub fn last_hidden(parameters: &Parameters, rows: &LitRows) -> Vec<f32> {
    let mut all = Vec::with_capacity(rows.len() * parameters.policy.inputs);
    Fused::new(parameters).each(rows, |_, units, _| all.extend_from_slice(units));
    all
}

struct Run<'a, T> {
    network: &'a mut Fused,
    rows: &'a LitRows,
    tell: T,
}

impl<T: FnMut(usize, &[f32], &Heads)> WithSimd for Run<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        for first in (0..self.rows.len()).step_by(BLOCK) {
            let count = (self.rows.len() - first).min(BLOCK);
            forward(simd, self.network, count, |place| self.rows.row(first + place), &mut []);
            let Fused { packed, after, heads, .. } = &*self.network;
            let units = after[after.len() - 1].chunks_exact(packed.heads.inputs);
            for (place, (units, heads)) in units.zip(heads.as_chunks().0).take(count).enumerate() {
                (self.tell)(first + place, packed.top(units), heads);
            }
        }
    }
}

/// A hidden layer on a block of rows. Every list is flat, `[row * width + unit]`, and what is padded is 0.
pub struct Layer<'a> {
    /// The index of the layer, and of the block's first row.
    pub layer: usize,
    pub first: usize,
    /// Units of a row, those that are padded included.
    pub width: usize,
    /// The activations, after the ReLU.
    pub after: &'a [f32],
    /// The gradient with respect to them. That with respect to what goes into the ReLU is the same where the unit is not 0, else 0.
    pub gradient: &'a [f32],
}

struct ByUnit<'a, C, T> {
    network: &'a mut Fused,
    rows: &'a LitRows,
    choose: C,
    tell: T,
}

impl<C: FnMut(usize, &Heads) -> usize, T: FnMut(Layer<'_>)> WithSimd for ByUnit<'_, C, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        for first in (0..self.rows.len()).step_by(BLOCK) {
            let count = (self.rows.len() - first).min(BLOCK);
            forward(simd, self.network, count, |place| self.rows.row(first + place), &mut []);
            let Fused { packed, transposed, after, slopes, heads, marks, .. } = &mut *self.network;
            mark_top::<S>(simd, packed, after, marks, count);
            for layer in (0..packed.hidden.len()).rev() {
                let width = packed.hidden[layer].outputs;
                let (lower, upper) = slopes.split_at_mut(layer + 1);
                let out = &mut lower[layer][..count * width];
                let weight = &transposed[layer];
                match upper.first() {
                    Some(above) => {
                        let left = &above[..count * packed.hidden[layer + 1].outputs];
                        let (right, width) = (vectors::<S>(weight), width / S::F32_LANES);
                        let product = Product { left, right, start: None, width, then: Then::Nothing };
                        product.sparse(simd, vectors_mut::<S>(out), &marks[layer + 1]);
                    }
                    // A logit is a sum of units times weights: its gradient is the weights.
                    None => {
                        let rows = heads.as_chunks().0.iter().zip(out.chunks_exact_mut(width));
                        for (place, (heads, out)) in rows.enumerate() {
                            let logit = (self.choose)(first + place, heads);
                            out.copy_from_slice(&weight[logit * width..][..width]);
                        }
                    }
                }
                (self.tell)(Layer { layer, first, width, after: &after[layer][..count * width], gradient: out });
            }
        }
    }
}

struct Before<'a, T> {
    network: &'a mut Fused,
    rows: &'a LitRows,
    tell: T,
}

impl<T: FnMut(usize, usize, &[f32])> WithSimd for Before<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let mut before: Vec<Numbers> = self.network.after.iter().map(|units| zeros(units.len())).collect();
        for first in (0..self.rows.len()).step_by(BLOCK) {
            let count = (self.rows.len() - first).min(BLOCK);
            forward(simd, self.network, count, |place| self.rows.row(first + place), &mut before);
            for (layer, (units, packed)) in before.iter().zip(&self.network.packed.hidden).enumerate() {
                let units = units.chunks_exact(packed.outputs).take(count);
                units.enumerate().for_each(|(place, units)| (self.tell)(layer, first + place, units));
            }
        }
    }
}

struct One<'a> {
    network: &'a mut Fused,
    lit: &'a [u16],
}

impl WithSimd for One<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        forward(simd, self.network, 1, |_| self.lit, &mut []);
    }
}

struct Gradient<'a, L> {
    network: &'a mut Fused,
    rows: &'a LitRows,
    picked: &'a [u32],
    gradient: &'a mut Packed,
    loss: L,
}

impl<L: Loss> WithSimd for Gradient<'_, L> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) -> f64 {
        let mut sum = 0.0;
        for (block, picked) in self.picked.chunks(BLOCK).enumerate() {
            let lit = |place: usize| self.rows.row(picked[place] as usize);
            forward(simd, self.network, picked.len(), lit, &mut []);
            self.network.head_slopes.fill(0.0);
            let (heads, slopes) = (self.network.heads.as_chunks().0, self.network.head_slopes.as_chunks_mut().0);
            sum += self.loss.slopes(block * BLOCK, &heads[..picked.len()], &mut slopes[..picked.len()]);
            backward(simd, self.network, self.gradient, picked.len(), lit);
        }
        sum
    }
}

/// Leaves activations and heads of so many rows, at most a block, in the network's buffers, marks of the activations but for the last
/// layer, and the activations before the ReLU of as many layers as there is room for.
#[inline(always)]
fn forward<'r, S: Simd>(
    simd: S,
    network: &mut Fused,
    count: usize,
    lit: impl Fn(usize) -> &'r [u16],
    before: &mut [Numbers],
) {
    let Fused { packed, after, heads, marks, .. } = network;
    for (depth, layer) in packed.hidden.iter().enumerate() {
        let width = layer.outputs / S::F32_LANES;
        let (lower, upper) = after.split_at_mut(depth);
        let out = &mut vectors_mut::<S>(&mut upper[0])[..count * width];
        // Before and after the ReLU in turn where both are wanted.
        let then = if depth < before.len() { Then::Nothing } else { Then::Relu };
        let (right, bias) = (vectors::<S>(&layer.weight), vectors::<S>(&layer.bias));
        match depth.checked_sub(1) {
            None => LitProduct { left: &lit, right, start: bias, then }.run(simd, out),
            Some(below) => {
                let left = &lower[below][..count * layer.inputs];
                mark(simd, left, layer.inputs, &mut marks[below]);
                Product { left, right, start: Some(bias), width, then }.sparse(simd, out, &marks[below]);
            }
        }
        if let Some(before) = before.get_mut(depth) {
            vectors_mut::<S>(before)[..out.len()].copy_from_slice(out);
            out.iter_mut().for_each(|unit| *unit = simd.max_f32s(*unit, simd.splat_f32s(0.0)));
        }
    }
    let (layer, width) = (&packed.heads, LINE / S::F32_LANES);
    let left = &after[packed.hidden.len() - 1][..count * layer.inputs];
    let (right, start) = (vectors::<S>(&layer.weight), Some(vectors::<S>(&layer.bias)));
    let product = Product { left, right, start, width, then: Then::Nothing };
    product.dense(simd, &mut vectors_mut::<S>(heads)[..count * width], SAID.div_ceil(S::F32_LANES));
}

/// Adds the derivatives with respect to all numbers, from those with respect to the heads of so many rows.
#[inline(always)]
fn backward<'r, S: Simd>(
    simd: S,
    network: &mut Fused,
    gradient: &mut Packed,
    count: usize,
    lit: impl Fn(usize) -> &'r [u16],
) {
    let Fused { packed, transposed, after, slopes, head_slopes, marks, rows_of, .. } = network;
    mark_top::<S>(simd, packed, after, marks, count);
    let depth = packed.hidden.len();
    for layer in (1..=depth).rev() {
        let (lower, upper) = slopes.split_at_mut(layer);
        let (slope, into) = match upper.first() {
            Some(slope) => (&slope[..], &mut gradient.hidden[layer]),
            None => (&head_slopes[..], &mut gradient.heads),
        };
        let width = into.outputs / S::F32_LANES;
        let below = &after[layer - 1];
        let slope = &slope[..count * into.outputs];
        let own = vectors::<S>(slope);
        let (left, out) = (&below[..count * into.inputs], vectors_mut::<S>(&mut into.weight));
        if layer == depth {
            outer(simd, left, own, out, width, SAID.div_ceil(S::F32_LANES));
        } else {
            let words = count * into.inputs.div_ceil(WORD);
            rows_of.resize(into.inputs, 0);
            by_columns(&marks[layer - 1][..words], rows_of);
            outer_sparse(simd, Some(left), rows_of, own, out, width);
        }
        add_rows(simd, own, vectors_mut::<S>(&mut into.bias));
        let width = into.inputs / S::F32_LANES;
        let out = &mut vectors_mut::<S>(&mut lower[layer - 1])[..count * width];
        let then = Then::ThroughRelu(vectors::<S>(below));
        let right = vectors::<S>(&transposed[layer - 1]);
        if layer == depth {
            let right = &right[..SAID * width];
            Product { left: slope, right, start: None, width, then }.dense(simd, out, width);
        } else {
            Product { left: slope, right, start: None, width, then }.sparse(simd, out, &marks[layer]);
        }
    }
    let first = &mut gradient.hidden[0];
    let width = first.outputs / S::F32_LANES;
    let own = &vectors::<S>(&slopes[0])[..count * width];
    add_rows(simd, own, vectors_mut::<S>(&mut first.bias));
    let weight = vectors_mut::<S>(&mut first.weight);
    rows_of.clear();
    rows_of.resize(first.inputs, 0);
    mark_lit(count, lit, rows_of);
    outer_sparse(simd, None, rows_of, own, weight, width);
}

/// Marks the last hidden layer, which [`forward`] does not.
#[inline(always)]
fn mark_top<S: Simd>(simd: S, packed: &Packed, after: &[Numbers], marks: &mut [Vec<u64>], count: usize) {
    let (top, width) = (after.len() - 1, packed.heads.inputs);
    mark(simd, &after[top][..count * width], width, &mut marks[top]);
}

/// sums += every row.
#[inline(always)]
fn add_rows<S: Simd>(simd: S, rows: &[S::f32s], sums: &mut [S::f32s]) {
    for row in rows.chunks_exact(sums.len()) {
        sums.iter_mut().zip(row).for_each(|(sum, number)| *sum = simd.add_f32s(*sum, *number));
    }
}

#[inline(always)]
fn vectors<S: Simd>(numbers: &[f32]) -> &[S::f32s] {
    S::as_simd_f32s(numbers).0
}

#[inline(always)]
fn vectors_mut<S: Simd>(numbers: &mut [f32]) -> &mut [S::f32s] {
    S::as_mut_simd_f32s(numbers).0
}
