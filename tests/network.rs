//! The network: its first layer against the dense product, and its two ways to run against each other.

use dfdx::prelude::{AsArray, Backward, OwnedTape, Rank0, SumTo, TensorFromVec, Trace, TryMatMul};
use dfdx::tensor::{Cpu, Tensor};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert, prop_assert_eq, prop_assume, proptest};
use proptest::test_runner::TestCaseError;
use rand::RngExt;
use shardbed::network::fused::Fused;
use shardbed::network::lit_sum::{Matrix, lit_sum};
use shardbed::network::parameters::Parameters;
use shardbed::network::tape::Network;
use shardbed::seed::Seed;
use shardbed::world::action::ACTIONS;
use shardbed::world::lit::LitRows;
use std::sync::Arc;

/// Observations of so many bits; rows may be empty and list a bit twice.
#[derive(Clone, Debug)]
struct Observations {
    bits: usize,
    rows: Vec<Vec<u16>>,
    /// Rows to compute, some of them perhaps more than once.
    picked: Vec<u32>,
}

impl Observations {
    fn lit(&self) -> Arc<LitRows> {
        let mut lit = LitRows::new();
        self.rows.iter().for_each(|row| lit.push_row(row));
        Arc::new(lit)
    }

    /// The picked rows as a dense matrix that counts how often each bit is lit.
    fn dense(&self) -> Vec<f32> {
        let mut dense = vec![0.0; self.picked.len() * self.bits];
        for (row, counts) in self.picked.iter().zip(dense.chunks_exact_mut(self.bits)) {
            self.rows[*row as usize].iter().for_each(|&bit| counts[usize::from(bit)] += 1.0);
        }
        dense
    }
}

fn observations() -> impl Strategy<Value = Observations> {
    (1_usize..24, 1_usize..16).prop_flat_map(|(bits, rows)| {
        let rows_of_bits = vec(vec(0..bits as u16, 0..8), rows);
        (Just(bits), rows_of_bits, vec(0..rows as u32, 1..24)).prop_map(|(bits, rows, picked)| Observations {
            bits,
            rows,
            picked,
        })
    })
}

/// Numbers from -1 to 1.
fn numbers(seed: u64, name: &str, count: usize) -> Vec<f32> {
    let mut random = Seed(seed).stream(name, &[]);
    (0..count).map(|_| random.random_range(-1.0..1.0)).collect()
}

/// A network with random weights and biases that keep activations near 1.
fn network(bits: usize, widths: &[usize], seed: u64) -> Parameters {
    let mut parameters = Parameters::zero(bits, widths);
    for (index, layer) in parameters.layers_mut().enumerate() {
        let scale = 2.0 / (layer.inputs as f32).sqrt();
        layer.weight = numbers(seed, &format!("weight {index}"), layer.weight.len());
        layer.weight.iter_mut().for_each(|weight| *weight *= scale);
        layer.bias = numbers(seed, &format!("bias {index}"), layer.bias.len());
    }
    parameters
}

/// Equal up to a part of the largest of the expected numbers, or of 1.
fn close(name: &str, found: &[f32], expected: &[f32], tolerance: f32) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.len(), expected.len(), "{}", name);
    let scale = expected.iter().fold(1.0_f32, |largest, x| largest.max(x.abs()));
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        prop_assert!((found - expected).abs() <= tolerance * scale, "{name} {index}: {found}, expected {expected}");
    }
    Ok(())
}

/// A loss that is neither linear nor symmetric in what it is of.
fn loss(output: Matrix<OwnedTape<f32, Cpu>>, factors: Matrix) -> Tensor<Rank0, f32, Cpu, OwnedTape<f32, Cpu>> {
    (output.square() * factors).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_first_layer_is_the_dense_product(observed in observations(), units in 1_usize..9, seed in 0_u64..1000) {
        let device = Cpu::default();
        let (bits, count) = (observed.bits, observed.picked.len());
        let weight: Matrix = device.tensor_from_vec(numbers(seed, "weight", bits * units), (bits, units));
        let factors: Matrix = device.tensor_from_vec(numbers(seed, "factors", count * units), (count, units));
        let picked: Arc<[u32]> = observed.picked.clone().into();

        let sparse = lit_sum(weight.leaky_trace(), &observed.lit(), &picked);
        // A tape may be on the left operand alone, so the product is that of the transposed matrices.
        let transposed = transpose(&observed.dense(), bits);
        let inputs: Matrix = device.tensor_from_vec(transposed, (bits, count));
        let dense_weight: Matrix =
            device.tensor_from_vec(transpose(&weight.as_vec(), units), (units, bits));
        let dense = dense_weight.leaky_trace().matmul(inputs);
        close("output", &sparse.as_vec(), &transpose(&dense.as_vec(), count), 1e-5)?;

        let dense_factors: Matrix = device.tensor_from_vec(transpose(&factors.as_vec(), units), (units, count));
        let sparse_gradient = loss(sparse, factors).backward().get(&weight).as_vec();
        let dense_gradient = loss(dense, dense_factors).backward().get(&dense_weight).as_vec();
        close("gradient", &sparse_gradient, &transpose(&dense_gradient, bits), 1e-5)?;
    }

    #[test]
    fn both_ways_to_run_agree(observed in observations(), widths in vec(1_usize..20, 1..=4), seed in 0_u64..1000) {
        let parameters = network(observed.bits, &widths, seed);
        let lit = observed.lit();
        let rows = lit.len();
        let (mut logits, mut values) = (vec![[0.0; ACTIONS]; rows], vec![0.0; rows]);
        Fused::new(&parameters).run(&lit, &mut logits, &mut values);

        let on_tape = Network::new(&parameters);
        let all: Arc<[u32]> = (0..rows as u32).collect();
        let (both, value) = on_tape.heads(on_tape.trace(&lit, &all));
        close("logits", logits.as_flattened(), &both.as_vec(), 1e-4)?;
        close("values", &values, &value.as_vec(), 1e-4)?;
        let alone = on_tape.logits(on_tape.trace(&lit, &all));
        prop_assert_eq!(alone.as_vec(), both.as_vec());

        let some = on_tape.logits(on_tape.trace(&lit, &observed.picked.clone().into()));
        let expected: Vec<f32> = observed.picked.iter().flat_map(|&row| logits[row as usize]).collect();
        close("picked logits", &some.as_vec(), &expected, 1e-4)?;
        prop_assert_eq!(on_tape.parameters(), parameters);
    }

    /// Central differences of the loss in weights of the first layer, through all that follows it.
    #[test]
    fn gradients_are_those_of_differences(observed in observations(), seed in 0_u64..1000) {
        let parameters = network(observed.bits, &[6, 5], seed);
        // Few rows, so that not every case has a unit beside the kink of its ReLU.
        let (lit, picked): (_, Arc<[u32]>) = (observed.lit(), observed.picked.iter().copied().take(2).collect());
        // In f64 by hand: in f32 differences would be mostly noise.
        let by_hand = |parameters: &Parameters| -> (f64, bool) {
            let (mut sum, mut near_a_kink) = (0.0, false);
            for &row in picked.iter() {
                let mut inputs = vec![0.0_f64; observed.bits];
                lit.row(row as usize).iter().for_each(|&bit| inputs[usize::from(bit)] += 1.0);
                for layer in parameters.hidden.iter().chain([&parameters.policy]) {
                    let outputs = (0..layer.outputs).map(|o| {
                        let weights = (0..layer.inputs).map(|i| f64::from(layer.weight[i * layer.outputs + o]));
                        f64::from(layer.bias[o]) + weights.zip(&inputs).map(|(w, x)| w * x).sum::<f64>()
                    });
                    let outputs: Vec<f64> = outputs.collect();
                    let hidden = layer.outputs != ACTIONS || !std::ptr::eq(layer, &parameters.policy);
                    near_a_kink |= hidden && outputs.iter().any(|x| x.abs() < 0.01);
                    inputs = outputs.into_iter().map(|x| if hidden { x.max(0.0) } else { x }).collect();
                }
                sum += inputs.iter().map(|x| x * x).sum::<f64>();
            }
            (sum, near_a_kink)
        };
        let on_tape = Network::new(&parameters);
        let output = on_tape.logits(on_tape.trace(&lit, &picked));
        let squares: Tensor<Rank0, f32, Cpu, _> = output.square().sum();
        let (sum, near_a_kink) = by_hand(&parameters);
        prop_assert!((f64::from(squares.array()) - sum).abs() <= 1e-4 * (1.0 + sum));
        let gradient = squares.backward().get(&on_tape.hidden[0].weight).as_vec();
        prop_assume!(!near_a_kink);
        let largest = gradient.iter().fold(1.0_f64, |largest, g| largest.max(f64::from(g.abs())));
        let step = 2.0_f32.powi(-12);
        for index in (0..gradient.len()).step_by(7) {
            let moved = |by: f32| {
                let mut moved = parameters.clone();
                moved.hidden[0].weight[index] += by;
                (by_hand(&moved).0, f64::from(moved.hidden[0].weight[index]))
            };
            let ((high, to), (low, from)) = (moved(step), moved(-step));
            let difference = (high - low) / (to - from);
            let found = f64::from(gradient[index]);
            prop_assert!((found - difference).abs() <= 1e-4 * largest, "{index}: {found}, expected {difference}");
        }
    }
}

/// The transpose of a flat matrix with rows of this length.
fn transpose(matrix: &[f32], columns: usize) -> Vec<f32> {
    let rows = matrix.len() / columns;
    (0..matrix.len()).map(|index| matrix[index % rows * columns + index / rows]).collect()
}
