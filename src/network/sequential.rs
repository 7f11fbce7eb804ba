//! A ReLU network from anywhere, as `torch.nn.Sequential` numbers its layers in safetensors.
//!
//! `0.weight` of shape (outputs, inputs), `0.bias`, `2.weight`, …: the numbers are places in the sequence, and what has no
//! numbers of its own, as a ReLU, takes a place without a tensor. So two linear layers at places that follow each other
//! (`0`, `1`) have nothing between them, and a free place between two means a ReLU, whatever stood there: a file does
//! not say. Dropout does nothing when a network is used, so two free places are one ReLU too. Nothing follows the last
//! layer. A pair such as `value.weight` and `value.bias` is another head: a last layer in place of the numbered one.

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use std::collections::BTreeMap;

/// The most weights and biases of a network together.
pub const MOST_PARAMETERS: usize = 10_000_000;
/// The most linear layers of a network.
pub const MOST_LAYERS: usize = 256;
/// The longest file, in bytes: as many numbers in f64, and a header.
pub const MOST_BYTES: usize = 8 * MOST_PARAMETERS + MOST_HEADER + 8;
/// The longest header, in bytes: names and shapes.
const MOST_HEADER: usize = 1 << 20;

/// An affine layer, y = W x + b, in f64.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// The place in the sequence, or the name of a head.
    pub name: String,
    pub inputs: usize,
    pub outputs: usize,
    /// Row by row, a row per output: `weight[output * inputs + input]`.
    pub weight: Vec<f64>,
    /// Zeros where the file has none.
    pub bias: Vec<f64>,
    /// Whether a ReLU follows.
    pub relu: bool,
}

/// Linear layers, at least one, each with as many inputs as the one before has outputs; no ReLU follows the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequential {
    pub layers: Vec<Linear>,
}

/// Bytes that are not a network of this kind.
#[derive(Debug, thiserror::Error)]
pub enum SequentialError {
    #[error(
        "this is no whole safetensors file ({0}); write it with `safetensors.torch.save_file(net.state_dict(), FILE)`"
    )]
    Damaged(String),
    #[error("the header is longer than 1 MiB; give a file that holds one network")]
    Header,
    #[error("there is no layer in it: tensors named `0.weight`, `2.weight`, … are expected, {found}{mend}")]
    NoLayers { found: String, mend: String },
    #[error(
        "the tensor {name:?} is no part of a ReLU network: names such as `0.weight`, `0.bias`, `2.weight`, and `NAME.weight`, \
         `NAME.bias` of another head, are expected; write a file with these alone, or choose a part of it with --prefix"
    )]
    Unknown { name: String },
    #[error("there is {name:?} but no {missing:?}; write a file that holds both")]
    Half { name: String, missing: String },
    #[error("there is no head {name:?} in it; {found}")]
    NoHead { name: String, found: String },
    #[error("{name:?} has the type {dtype:?}; convert it to float32 or float64, for example with `net.float()`")]
    Type { name: String, dtype: Dtype },
    #[error("{name:?} has the shape {shape:?}, where {expected} is expected{mend}")]
    Shape { name: String, shape: Vec<usize>, expected: String, mend: &'static str },
    #[error("{name:?} holds a number that is not finite, at place {place}; train the network again, or mend its file")]
    NotFinite { name: String, place: usize },
    #[error("the network has {found} {what}, and {most} are the most; give a smaller one")]
    TooLarge { found: usize, what: &'static str, most: usize },
}

/// Which of the layers in a file make the network.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part<'a> {
    /// Names are read without this and a dot before them, and others are left alone: `actor` for `actor.0.weight`.
    pub prefix: Option<&'a str>,
    /// The last layer, in place of the numbered one.
    pub head: Option<&'a str>,
}

impl Sequential {
    pub fn inputs(&self) -> usize {
        self.layers.first().map_or(0, |layer| layer.inputs)
    }

    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.outputs)
    }

    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.weight.len() + layer.bias.len()).sum()
    }

    /// The network in the bytes of a safetensors file.
    ///
    /// # Errors
    /// If they are damaged, have tensors of other names, shapes, types or numbers that are not finite, or more than
    /// [`MOST_PARAMETERS`] or [`MOST_LAYERS`].
    pub fn from_bytes(bytes: &[u8], part: Part) -> Result<Sequential, SequentialError> {
        let length = bytes.first_chunk().map(|length| u64::from_le_bytes(*length));
        // What is longer than the file is damage, not size.
        if length.is_some_and(|length| length > MOST_HEADER as u64 && length < bytes.len() as u64) {
            return Err(SequentialError::Header);
        }
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| damaged(&error))?;
        let names = Names::of(&tensors, part)?;
        let mut layers: Vec<Linear> = Vec::with_capacity(names.layers.len());
        let mut found = 0_usize;
        for (index, name) in names.layers.iter().enumerate() {
            let full = |end: &str| match part.prefix {
                Some(prefix) => format!("{prefix}.{}.{end}", name.text),
                None => format!("{}.{end}", name.text),
            };
            let (weight_name, bias_name) = (full("weight"), full("bias"));
            let weight = tensors
                .tensor(&weight_name)
                .map_err(|_| SequentialError::Half { name: bias_name.clone(), missing: weight_name.clone() })?;
            let (outputs, inputs) = shape(&weight_name, &weight, layers.last())?;
            // A tensor with a zero in its shape is refused, so neither product is too large: both fit the file.
            found = found.saturating_add(inputs.saturating_mul(outputs)).saturating_add(outputs);
            if found > MOST_PARAMETERS {
                return Err(SequentialError::TooLarge { found, what: "weights and biases", most: MOST_PARAMETERS });
            }
            let bias = match tensors.tensor(&bias_name) {
                Err(_) => vec![0.0; outputs],
                Ok(bias) if bias.shape() == [outputs] => numbers(&bias_name, &bias)?,
                Ok(bias) => {
                    let expected = format!("[{outputs}], a number per output of {weight_name:?},");
                    let shape = bias.shape().to_vec();
                    return Err(SequentialError::Shape { name: bias_name, shape, expected, mend: "" });
                }
            };
            let relu = names.layers.get(index + 1).is_some_and(|next| next.place > name.place + 1);
            let weight = numbers(&weight_name, &weight)?;
            layers.push(Linear { name: name.text.clone(), inputs, outputs, weight, bias, relu });
        }
        Ok(Sequential { layers })
    }
}

/// The message may hold names from the file, which a terminal would obey.
fn damaged(error: &SafeTensorError) -> SequentialError {
    SequentialError::Damaged(error.to_string().escape_debug().to_string())
}

/// A layer's name and its place in the sequence.
struct Name {
    text: String,
    place: u32,
}

/// The names of the layers that make the network, in order.
struct Names {
    layers: Vec<Name>,
}

impl Names {
    fn of(tensors: &SafeTensors, part: Part) -> Result<Names, SequentialError> {
        let mut all: Vec<&str> = tensors.iter().map(|(name, _)| name).collect();
        all.sort_unstable();
        let start = part.prefix.map(|prefix| format!("{prefix}."));
        let mut places: BTreeMap<u32, String> = BTreeMap::new();
        let mut heads: Vec<&str> = Vec::new();
        let mut unknown = None;
        for &name in &all {
            let short = match &start {
                Some(start) => match name.strip_prefix(start.as_str()) {
                    Some(short) => short,
                    None => continue,
                },
                None => name,
            };
            let of = short.strip_suffix(".weight").or_else(|| short.strip_suffix(".bias"));
            match of {
                Some(of) if place(of).is_some() => {
                    places.extend(place(of).map(|place| (place, of.to_string())));
                }
                Some(of) if !of.is_empty() && !of.contains('.') => heads.push(of),
                _ => unknown = unknown.or(Some(name)),
            }
        }
        heads.dedup();
        if places.is_empty() {
            return Err(nothing(&all, part));
        }
        if let Some(name) = unknown {
            return Err(SequentialError::Unknown { name: name.to_string() });
        }
        if places.len() > MOST_LAYERS {
            return Err(SequentialError::TooLarge { found: places.len(), what: "layers", most: MOST_LAYERS });
        }
        let mut layers: Vec<Name> = places.into_iter().map(|(place, text)| Name { text, place }).collect();
        if let (Some(head), Some(last)) = (part.head, layers.last_mut()) {
            if !heads.contains(&head) {
                let found = match heads.first() {
                    None => "its last layer is the one with the highest number, leave --head out".to_string(),
                    Some(_) => format!("there is {}", listed(&heads)),
                };
                return Err(SequentialError::NoHead { name: head.to_string(), found });
            }
            last.text = head.to_string();
        }
        Ok(Names { layers })
    }
}

/// Why no layer is found.
fn nothing(all: &[&str], part: Part) -> SequentialError {
    let found = match (all, part.prefix) {
        ([], _) => "and there is no tensor at all".to_string(),
        (_, Some(prefix)) => format!("behind {:?}, and there is {}", format!("{prefix}."), listed(all)),
        (_, None) => format!("and there is {}", listed(all)),
    };
    // `actor.0.weight`: what stands before the number.
    let mut prefixes: Vec<&str> = all
        .iter()
        .filter_map(|name| name.strip_suffix(".weight")?.rsplit_once('.'))
        .filter(|(_, last)| place(last).is_some())
        .map(|(prefix, _)| prefix)
        .collect();
    prefixes.dedup();
    let mend = match prefixes.first() {
        None => String::new(),
        Some(prefix) => format!("; choose a part of it, for example with --prefix {prefix:?}"),
    };
    SequentialError::NoLayers { found, mend }
}

/// The first few of them.
fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(4).map(|name| format!("{name:?}")).collect();
    let more = if names.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// A number as a sequence writes it: without a sign and zeros before it.
fn place(text: &str) -> Option<u32> {
    text.parse().ok().filter(|place: &u32| place.to_string() == text)
}

/// Outputs and inputs of a weight matrix that follows `before`.
fn shape(name: &str, weight: &TensorView, before: Option<&Linear>) -> Result<(usize, usize), SequentialError> {
    let wrong = |expected: String, mend| {
        Err(SequentialError::Shape { name: name.to_string(), shape: weight.shape().to_vec(), expected, mend })
    };
    match (weight.shape(), before) {
        (&[outputs, inputs], Some(before)) if inputs != before.outputs => {
            let transposed = outputs == before.outputs;
            let expected =
                format!("[outputs, {}], since layer {:?} has {} outputs,", before.outputs, before.name, before.outputs);
            wrong(expected, if transposed { "; transpose it, as torch.nn.Linear stores it" } else { "" })
        }
        (&[outputs, inputs], _) if outputs > 0 && inputs > 0 => Ok((outputs, inputs)),
        _ => wrong("[outputs, inputs], both at least 1,".to_string(), "; only linear layers can be read"),
    }
}

/// The numbers of a tensor, all of them finite.
fn numbers(name: &str, tensor: &TensorView) -> Result<Vec<f64>, SequentialError> {
    let data = tensor.data();
    let halves = || data.as_chunks::<2>().0.iter().map(|&bytes| u16::from_le_bytes(bytes));
    let values: Vec<f64> = match tensor.dtype() {
        Dtype::F64 => data.as_chunks::<8>().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect(),
        Dtype::F32 => data.as_chunks::<4>().0.iter().map(|&bytes| f64::from(f32::from_le_bytes(bytes))).collect(),
        Dtype::BF16 => halves().map(|bits| f64::from(f32::from_bits(u32::from(bits) << 16))).collect(),
        Dtype::F16 => halves().map(half).collect(),
        dtype => return Err(SequentialError::Type { name: name.to_string(), dtype }),
    };
    match values.iter().position(|value| !value.is_finite()) {
        Some(place) => Err(SequentialError::NotFinite { name: name.to_string(), place }),
        None => Ok(values),
    }
}

/// The value of an IEEE 754 half: a sign, 5 bits of exponent, 10 of fraction.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let size = match (bits >> 10) & 0x1f {
        0 => fraction * f64::powi(2.0, -24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1.0 + fraction / 1024.0) * f64::powi(2.0, i32::from(exponent) - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::{Part, Sequential, half};
    use safetensors::Dtype;
    use safetensors::tensor::TensorView;

    /// A file of tensors: name, shape, type, bytes.
    fn file(tensors: &[(&str, &[usize], Dtype, Vec<u8>)]) -> Vec<u8> {
        let view = |(name, shape, dtype, bytes): &'_ (&str, &[usize], Dtype, Vec<u8>)| {
            (
                name.to_string(),
                TensorView::new(*dtype, shape.to_vec(), Box::leak(bytes.clone().into_boxed_slice())).unwrap(),
            )
        };
        safetensors::serialize(tensors.iter().map(view), None).unwrap()
    }

    fn ones(shape: &[usize]) -> Vec<u8> {
        (0..shape.iter().product()).flat_map(|_| 1f32.to_le_bytes()).collect()
    }

    /// A file of ones in f32.
    fn of_ones(tensors: &[(&str, &[usize])]) -> Vec<u8> {
        let tensors: Vec<_> = tensors.iter().map(|(name, shape)| (*name, *shape, Dtype::F32, ones(shape))).collect();
        file(&tensors)
    }

    fn read(bytes: &[u8]) -> Result<Sequential, String> {
        Sequential::from_bytes(bytes, Part::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn places_say_where_a_relu_stands() {
        let network = read(&of_ones(&[
            ("10.weight", &[1, 2]),
            ("1.weight", &[4, 3]),
            ("2.weight", &[5, 4]),
            ("2.bias", &[5]),
            ("4.weight", &[2, 5]),
        ]))
        .unwrap();
        let layers: Vec<_> = network.layers.iter().map(|l| (l.name.as_str(), l.inputs, l.outputs, l.relu)).collect();
        assert_eq!(layers, [("1", 3, 4, false), ("2", 4, 5, true), ("4", 5, 2, true), ("10", 2, 1, false)]);
        assert_eq!((&network.layers[0].bias, &network.layers[1].bias), (&vec![0.0; 4], &vec![1.0; 5]));
    }

    #[test]
    fn parts_of_a_file() {
        let bytes =
            of_ones(&[("0.weight", &[4, 3]), ("2.weight", &[5, 4]), ("value.weight", &[1, 4]), ("value.bias", &[1])]);
        assert_eq!(read(&bytes).unwrap().outputs(), 5);
        let head = |head| Sequential::from_bytes(&bytes, Part { head: Some(head), prefix: None });
        let value = head("value").unwrap();
        assert_eq!((value.outputs(), value.layers[0].relu, value.layers[1].name.as_str()), (1, true, "value"));
        let error = head("vaule").unwrap_err().to_string();
        assert!(error.contains("no head \"vaule\"") && error.contains("\"value\""), "{error}");

        let bytes = of_ones(&[("actor.net.0.weight", &[4, 3]), ("critic.0.weight", &[1, 3]), ("log_std", &[4])]);
        let error = read(&bytes).unwrap_err();
        assert!(error.contains("--prefix \"actor.net\""), "{error}");
        let prefix = |prefix| Sequential::from_bytes(&bytes, Part { prefix: Some(prefix), head: None });
        assert_eq!(prefix("actor.net").unwrap().outputs(), 4);
        assert_eq!(prefix("critic").unwrap().outputs(), 1);
        assert!(prefix("actor").unwrap_err().to_string().contains("\"log_std\""));
    }

    #[test]
    fn every_floating_type_is_read() {
        let weights = [1.5, -0.25, 0.0, 65504.0];
        let bytes = |dtype| -> Vec<u8> {
            let number = |w: &f64| match dtype {
                Dtype::F64 => w.to_le_bytes().to_vec(),
                Dtype::F32 => (*w as f32).to_le_bytes().to_vec(),
                Dtype::BF16 => ((*w as f32).to_bits() >> 16).to_le_bytes()[..2].to_vec(),
                _ => {
                    [0x3e00_u16, 0xb400, 0, 0x7bff][weights.iter().position(|x| x == w).unwrap()].to_le_bytes().to_vec()
                }
            };
            weights.iter().flat_map(number).collect()
        };
        for dtype in [Dtype::F64, Dtype::F32, Dtype::F16] {
            let network = read(&file(&[("0.weight", &[2, 2], dtype, bytes(dtype))])).unwrap();
            assert_eq!(network.layers[0].weight, weights, "{dtype:?}");
        }
        let brain = read(&file(&[("0.weight", &[2, 2], Dtype::BF16, bytes(Dtype::BF16))])).unwrap();
        assert_eq!(brain.layers[0].weight[..3], weights[..3]);
        assert_eq!((half(1), half(0x8001), half(0x03ff)), (2f64.powi(-24), -(2f64.powi(-24)), 1023.0 * 2f64.powi(-24)));
        assert!(half(0x7c01).is_nan() && half(0xfc00) == f64::NEG_INFINITY);
        let error = read(&file(&[("0.weight", &[2, 2], Dtype::I32, ones(&[2, 2]))])).unwrap_err();
        assert!(error.contains("I32") && error.contains("net.float()"), "{error}");
    }

    #[test]
    fn what_is_no_such_network_is_refused() {
        for (tensors, words) in [
            (&[][..], "there is no tensor at all"),
            (&[("weight", &[2, 2][..])][..], "`0.weight`, `2.weight`, … are expected, and there is \"weight\""),
            (&[("0.weight", &[2, 2]), ("1.running_mean", &[2])], "\"1.running_mean\" is no part"),
            (&[("0.weight", &[2, 2]), ("00.weight", &[2, 2])], "no layer in it"),
            (&[("0.weight", &[2, 2]), ("2.weight", &[3, 4])], "[outputs, 2], since layer \"0\" has 2 outputs"),
            (&[("0.weight", &[2, 2]), ("2.weight", &[2, 4])], "transpose it"),
            (&[("0.weight", &[2, 2]), ("0.bias", &[3])], "\"0.bias\" has the shape [3], where [2]"),
            (&[("0.weight", &[2, 2, 3, 3])], "only linear layers"),
            (&[("0.weight", &[2])], "only linear layers"),
            (&[("0.weight", &[0, 3])], "both at least 1"),
            (&[("0.weight", &[2, 2]), ("2.bias", &[2])], "there is \"2.bias\" but no \"2.weight\""),
            (&[("\u{1b}[31m0", &[2])], "\"\\u{1b}[31m0\""),
        ] {
            // A name such as `00` is that of a head, which alone makes no network.
            let tensors = if words == "no layer in it" { &tensors[1..] } else { tensors };
            let error = read(&of_ones(tensors)).unwrap_err();
            assert!(error.contains(words), "{error}");
            assert!(!error.contains('\u{1b}'));
        }
        let many: Vec<String> = (0..257).map(|place| format!("{place}.weight")).collect();
        let many: Vec<(&str, &[usize])> = many.iter().map(|name| (name.as_str(), &[1, 1][..])).collect();
        assert!(read(&of_ones(&many)).unwrap_err().contains("257 layers, and 256 are the most"));
        let mut bad = of_ones(&[("0.weight", &[2, 2])]);
        let end = bad.len();
        bad[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
        assert!(read(&bad).unwrap_err().contains("not finite, at place 3"));
    }

    #[test]
    fn damage_is_told() {
        let bytes = of_ones(&[("0.weight", &[2, 2]), ("0.bias", &[2])]);
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end]).unwrap_err().contains("no whole safetensors file"), "{end}");
        }
        let header = |text: &str, data: usize| {
            let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
            bytes.extend_from_slice(text.as_bytes());
            bytes.resize(bytes.len() + data, 0);
            bytes
        };
        for text in [
            r#"{"0.weight":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,16]}}"#,
            r#"{"0.weight":{"dtype":"F32","shape":[9223372036854775807,3],"data_offsets":[0,16]}}"#,
            r#"{"0.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,99999999999]}}"#,
            r#"{"0.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"0.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}"#,
            r#"{"0.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[-1,16]}}"#,
            r#"{"0.weight":{"dtype":"F9","shape":[2,2],"data_offsets":[0,16]}}"#,
            "[]",
            "{\"0.weight\": ",
        ] {
            assert!(read(&header(text, 16)).unwrap_err().contains("no whole safetensors file"), "{text}");
        }
        let mut not_text = header("{}  ", 16);
        not_text[9] = 0xff;
        assert!(read(&not_text).unwrap_err().contains("no whole safetensors file"));
        assert!(read(&header(&" ".repeat(2 << 20), 8)).unwrap_err().contains("longer than 1 MiB"));
        let mut endless = bytes.clone();
        endless[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(read(&endless).unwrap_err().contains("no whole safetensors file"));
    }
}
