//! The network of `tests/known-answers/attribution.json` in safetensors.

use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::Value;

pub fn cases() -> Value {
    serde_json::from_str(include_str!("../known-answers/attribution.json")).expect("JSON")
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(|number| number.as_f64().expect("a number")).collect()
}

pub fn matrix(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().expect("an array").iter().map(numbers).collect()
}

/// A file of tensors in f64: name, shape, numbers.
pub fn tensors(tensors: &[(String, Vec<usize>, Vec<f64>)]) -> Vec<u8> {
    let bytes: Vec<Vec<u8>> =
        tensors.iter().map(|(_, _, numbers)| numbers.iter().flat_map(|n| n.to_le_bytes()).collect()).collect();
    let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
        (name.as_str(), TensorView::new(Dtype::F64, shape.clone(), bytes).expect("as long as its shape"))
    });
    safetensors::serialize(views, None).expect("serialises")
}

/// The network, whose layers stand at these places of a sequence.
pub fn known_network(places: [usize; 3]) -> Vec<u8> {
    let cases = cases();
    let mut found = Vec::new();
    for (layer, place) in cases["network"]["layers"].as_array().expect("layers").iter().zip(places) {
        let weight = matrix(&layer["weight"]);
        let shape = vec![weight.len(), weight[0].len()];
        found.push((format!("{place}.weight"), shape, weight.concat()));
        let bias = numbers(&layer["bias"]);
        found.push((format!("{place}.bias"), vec![bias.len()], bias));
    }
    tensors(&found)
}
