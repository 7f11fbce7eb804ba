//! A network as safetensors bytes.
//!
//! The names and layouts are those of `torch.nn.Sequential(Linear, ReLU, Linear, ReLU, …, Linear)` for
//! the policy: `0.weight` of shape (outputs, inputs), `0.bias`, `2.weight`, …; the value head is
//! `value.weight` and `value.bias`.

use crate::network::parameters::{Affine, Parameters};
use crate::world::action::ACTIONS;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

/// Bytes that are not a network of the shape asked for.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    #[error("the bytes of a stored network are damaged ({0}); delete the run from the store to train it again")]
    Damaged(#[from] safetensors::SafeTensorError),
    #[error(
        "a stored network has {name} of another type or shape than the study's agent; it was stored for another study"
    )]
    Shape { name: String },
    #[error(
        "a stored network holds a number in {name} that is not finite; delete the run from the store to train it again"
    )]
    NotFinite { name: String },
}

/// The bytes of a network with both heads.
pub fn to_bytes(parameters: &Parameters) -> Result<Vec<u8>, CheckpointError> {
    serialise(names(parameters).into_iter().zip(parameters.layers()))
}

/// The bytes of the hidden layers with one of the heads, which `torch.nn.Sequential` loads as they are.
pub fn to_sequential(hidden: &[Affine], head: &Affine) -> Result<Vec<u8>, CheckpointError> {
    let layers = hidden.iter().chain([head]).enumerate();
    serialise(layers.map(|(index, layer)| ((2 * index).to_string(), layer)))
}

fn serialise<'l>(layers: impl Iterator<Item = (String, &'l Affine)>) -> Result<Vec<u8>, CheckpointError> {
    let mut buffers = Vec::new();
    for (name, layer) in layers {
        let mut transposed = Vec::with_capacity(layer.weight.len() * 4);
        for output in 0..layer.outputs {
            for input in 0..layer.inputs {
                transposed.extend_from_slice(&layer.weight[input * layer.outputs + output].to_le_bytes());
            }
        }
        let bias: Vec<u8> = layer.bias.iter().flat_map(|b| b.to_le_bytes()).collect();
        buffers.push((format!("{name}.weight"), vec![layer.outputs, layer.inputs], transposed));
        buffers.push((format!("{name}.bias"), vec![layer.outputs], bias));
    }
    let mut views = Vec::with_capacity(buffers.len());
    for (name, shape, bytes) in &buffers {
        views.push((name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes)?));
    }
    Ok(safetensors::serialize(views, None)?)
}

/// The network in `bytes`, which must be for `bits` bits of observation and these widths.
pub fn from_bytes(bytes: &[u8], bits: usize, widths: &[usize]) -> Result<Parameters, CheckpointError> {
    let tensors = SafeTensors::deserialize(bytes)?;
    let mut parameters = Parameters::zero(bits, widths);
    for (name, layer) in names(&parameters).into_iter().zip(parameters.layers_mut()) {
        let weight = read(&tensors, format!("{name}.weight"), &[layer.outputs, layer.inputs])?;
        let Affine { inputs, outputs, weight: target, bias } = layer;
        for (index, value) in weight.into_iter().enumerate() {
            target[index % *inputs * *outputs + index / *inputs] = value;
        }
        *bias = read(&tensors, format!("{name}.bias"), &[*outputs])?;
    }
    Ok(parameters)
}

fn names(parameters: &Parameters) -> Vec<String> {
    let depth = parameters.hidden.len();
    debug_assert_eq!(parameters.policy.outputs, ACTIONS);
    (0..=depth).map(|layer| (2 * layer).to_string()).chain(["value".to_string()]).collect()
}

fn read(tensors: &SafeTensors, name: String, shape: &[usize]) -> Result<Vec<f32>, CheckpointError> {
    let view = tensors.tensor(&name)?;
    if view.dtype() != Dtype::F32 || view.shape() != shape {
        return Err(CheckpointError::Shape { name });
    }
    let (words, _) = view.data().as_chunks::<4>();
    let values: Vec<f32> = words.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    if values.iter().any(|value| !value.is_finite()) {
        return Err(CheckpointError::NotFinite { name });
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::{CheckpointError, from_bytes, to_bytes};
    use crate::network::initialise::orthogonal;
    use crate::seed::Seed;

    #[test]
    fn bytes_give_the_network_back() {
        let network = orthogonal(11, &[5, 7], Seed(1));
        let bytes = to_bytes(&network).unwrap();
        assert_eq!(from_bytes(&bytes, 11, &[5, 7]).unwrap(), network);
    }

    #[test]
    fn other_shapes_and_damage_are_refused() {
        let mut network = orthogonal(11, &[5], Seed(1));
        let bytes = to_bytes(&network).unwrap();
        assert!(matches!(from_bytes(&bytes, 12, &[5]), Err(CheckpointError::Shape { .. })));
        assert!(matches!(from_bytes(&bytes[..bytes.len() - 1], 11, &[5]), Err(CheckpointError::Damaged(_))));
        network.value.bias[0] = f32::NAN;
        let bytes = to_bytes(&network).unwrap();
        assert!(matches!(from_bytes(&bytes, 11, &[5]), Err(CheckpointError::NotFinite { .. })));
    }
}
