//! Arrays in NumPy's format, `.npy`.
//!
//! Source: NumPy Enhancement Proposal 1, versions 1 to 3 of the format. Written in version 1, little-endian and in C
//! order; so is what is read.

use thiserror::Error;

/// What the bytes of such a file begin with.
pub const MAGIC: &[u8] = b"\x93NUMPY";

/// Why an array cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NpyError {
    #[error("the file ends in its header, or has none; save it again with `numpy.save`")]
    Header,
    #[error("version {0} of the format is not known; save it with a usual `numpy.save`")]
    Version(u8),
    #[error("its numbers have the type {0}; convert them, for example with `array.astype('float64')`")]
    Type(String),
    #[error("it is in Fortran order; save `numpy.ascontiguousarray(array)`")]
    Fortran,
    #[error("it has the shape {0}, where rows of numbers, that is two dimensions, or one row alone, are expected")]
    Shape(String),
    #[error(
        "its shape {shape} takes {expected} bytes, and there are {found}; the file was cut or changed: save it again"
    )]
    Length { shape: String, expected: String, found: usize },
}

/// The header of an array of this type, for example `<f8`, and shape; its numbers follow.
pub fn header(descr: &str, shape: &[usize]) -> Vec<u8> {
    let sizes: Vec<String> = shape.iter().map(|size| format!("{size},")).collect();
    // A tuple of one has its comma, one of several none at the end.
    let sizes = if shape.len() == 1 { sizes.concat() } else { sizes.join(" ").trim_end_matches(',').to_string() };
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({sizes}), }}");
    let before = MAGIC.len() + 4;
    while !(before + text.len() + 1).is_multiple_of(64) {
        text.push(' ');
    }
    text.push('\n');
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

/// An array of f64 of this shape, with its numbers in C order.
pub fn f64s(shape: &[usize], numbers: impl IntoIterator<Item = f64>) -> Vec<u8> {
    let mut bytes = header("<f8", shape);
    bytes.extend(numbers.into_iter().flat_map(f64::to_le_bytes));
    bytes
}

/// The rows of an array of two dimensions; one of one dimension is a row.
///
/// # Errors
/// If it is no array in C order of floating, whole or truth values, little-endian, or the file is not whole.
pub fn rows(bytes: &[u8]) -> Result<Vec<Vec<f64>>, NpyError> {
    let version = *bytes.get(MAGIC.len()).ok_or(NpyError::Header)?;
    let rest = bytes.get(MAGIC.len() + 2..).ok_or(NpyError::Header)?;
    let (length, rest) = match version {
        1 => rest.split_first_chunk().map(|(length, rest)| (usize::from(u16::from_le_bytes(*length)), rest)),
        2 | 3 => rest.split_first_chunk().map(|(length, rest)| (u32::from_le_bytes(*length) as usize, rest)),
        other => return Err(NpyError::Version(other)),
    }
    .ok_or(NpyError::Header)?;
    let (text, data) = rest.split_at_checked(length).ok_or(NpyError::Header)?;
    let text = std::str::from_utf8(text).map_err(|_| NpyError::Header)?;
    let descr = after(text, "descr")?;
    let quoted = descr.strip_prefix(['\'', '"']).and_then(|descr| descr.split(['\'', '"']).next());
    let descr = quoted.ok_or_else(|| NpyError::Type("of records".to_string()))?;
    if after(text, "fortran_order")?.starts_with("True") {
        return Err(NpyError::Fortran);
    }
    let shape = after(text, "shape")?;
    let shape = shape.strip_prefix('(').and_then(|shape| shape.split(')').next()).ok_or(NpyError::Header)?;
    let shown = || format!("({})", shape.escape_debug());
    let sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty());
    let sizes: Vec<usize> =
        sizes.map(|size| size.parse().map_err(|_| NpyError::Shape(shown()))).collect::<Result<_, _>>()?;
    let (count, columns) = match sizes[..] {
        [columns] => (1, columns),
        [count, columns] => (count, columns),
        _ => return Err(NpyError::Shape(shown())),
    };
    let (size, number) = kind(descr).ok_or_else(|| NpyError::Type(format!("{descr:?}")))?;
    let expected = count.checked_mul(columns).and_then(|numbers| numbers.checked_mul(size));
    if expected != Some(data.len()) {
        let expected = expected.map_or_else(|| "too many".to_string(), |expected| expected.to_string());
        return Err(NpyError::Length { shape: shown(), expected, found: data.len() });
    }
    if columns == 0 {
        // As many empty rows as it says would fill the memory.
        return Err(NpyError::Shape(shown()));
    }
    Ok(data.chunks_exact(size * columns).map(|row| row.chunks_exact(size).map(number).collect()).collect())
}

/// What follows the key in the header, a Python dictionary.
fn after<'t>(text: &'t str, key: &str) -> Result<&'t str, NpyError> {
    let quoted = [format!("'{key}'"), format!("\"{key}\"")];
    let found = quoted.iter().find_map(|key| text.split_once(key.as_str()));
    let value = found.and_then(|(_, rest)| rest.trim_start().strip_prefix(':'));
    value.map(str::trim_start).ok_or(NpyError::Header)
}

type Number = fn(&[u8]) -> f64;

/// How many bytes a number of this type takes, and what it is.
fn kind(descr: &str) -> Option<(usize, Number)> {
    fn bytes<const N: usize>(bytes: &[u8]) -> [u8; N] {
        bytes.first_chunk().copied().unwrap_or([0; N])
    }
    let kind: (usize, Number) = match descr {
        "<f8" => (8, |b| f64::from_le_bytes(bytes(b))),
        "<f4" => (4, |b| f64::from(f32::from_le_bytes(bytes(b)))),
        "<i8" => (8, |b| i64::from_le_bytes(bytes(b)) as f64),
        "<i4" => (4, |b| f64::from(i32::from_le_bytes(bytes(b)))),
        "|i1" => (1, |b| f64::from(i8::from_le_bytes(bytes(b)))),
        "|u1" => (1, |b| f64::from(u8::from_le_bytes(bytes(b)))),
        "|b1" => (1, |b| if b == [0] { 0.0 } else { 1.0 }),
        _ => return None,
    };
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::{MAGIC, NpyError, f64s, header, rows};

    #[test]
    fn what_is_written_is_read() {
        let bytes = f64s(&[2, 3], [1.0, -2.5, 3.0, 4.0, f64::MIN_POSITIVE, 6.0]);
        assert_eq!(rows(&bytes), Ok(vec![vec![1.0, -2.5, 3.0], vec![4.0, f64::MIN_POSITIVE, 6.0]]));
        assert_eq!(rows(&f64s(&[2], [1.0, 2.0])), Ok(vec![vec![1.0, 2.0]]));
        assert_eq!(rows(&f64s(&[0, 2], [])), Ok(vec![]));
        for shape in [&[][..], &[7], &[2, 1], &[3, 4, 5]] {
            let bytes = header("<f8", shape);
            assert!(bytes.starts_with(MAGIC) && bytes.len().is_multiple_of(64) && bytes.ends_with(b"\n"));
        }
        let text = String::from_utf8(header("|u1", &[7])[10..].to_vec()).expect("text");
        assert!(text.starts_with("{'descr': '|u1', 'fortran_order': False, 'shape': (7,), }"), "{text}");
        assert!(String::from_utf8_lossy(&header("<f4", &[3, 4])).contains("'shape': (3, 4), }"));
    }

    #[test]
    fn the_usual_types() {
        for (descr, bytes) in [
            ("<f4", 2.0_f32.to_le_bytes().to_vec()),
            ("<i8", 2_i64.to_le_bytes().to_vec()),
            ("<i4", 2_i32.to_le_bytes().to_vec()),
            ("|i1", vec![2]),
            ("|u1", vec![2]),
        ] {
            assert_eq!(rows(&[header(descr, &[1, 1]), bytes].concat()), Ok(vec![vec![2.0]]), "{descr}");
        }
        assert_eq!(rows(&[header("|b1", &[2]), vec![0, 1]].concat()), Ok(vec![vec![0.0, 1.0]]));
        for descr in [">f8", "<c16", "<U3", "|O"] {
            assert_eq!(rows(&header(descr, &[1, 1])), Err(NpyError::Type(format!("{descr:?}"))));
        }
    }

    #[test]
    fn damage_is_told() {
        let whole = f64s(&[2, 3], [0.0; 6]);
        for end in 6..whole.len() {
            assert!(rows(&whole[..end]).is_err(), "{end}");
        }
        let with = |text: &str| {
            let mut bytes = MAGIC.to_vec();
            bytes.extend([1, 0]);
            bytes.extend((text.len() as u16).to_le_bytes());
            bytes.extend(text.as_bytes());
            rows(&bytes)
        };
        let of = |shape: &str| with(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}"));
        for shape in ["(2, 3, 4)", "()", "(-1, 3)", "(4, 0)", "(9999999999999999999999, 1)"] {
            assert!(matches!(of(shape), Err(NpyError::Shape(_))), "{shape}: {:?}", of(shape));
        }
        assert!(matches!(of("(4611686018427387904, 4611686018427387904)"), Err(NpyError::Length { .. })));
        assert!(matches!(of("(1000000000000, 0)"), Err(NpyError::Shape(_))));
        assert_eq!(of("3"), Err(NpyError::Header));
        assert_eq!(with("{}"), Err(NpyError::Header));
        assert_eq!(with("{'descr': '<f8', 'fortran_order': True, 'shape': (1,)}"), Err(NpyError::Fortran));
        assert!(matches!(with("{'descr': [('a', '<f8')], 'shape': (1,)}"), Err(NpyError::Type(_))));
    }
}
