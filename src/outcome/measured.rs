//! A number measured once per seed.

use serde::{Deserialize, Serialize};

/// A measured number: the seed is the unit of every interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Over the seeds where it is defined; null where there is none.
    pub mean: Option<f64>,
    /// Over seeds; null with fewer than two.
    pub standard_error: Option<f64>,
    /// Student's 95% interval over seeds; null with fewer than two.
    pub interval: Option<[f64; 2]>,
    /// In the order of the outcome's seeds; null where undefined.
    pub by_seed: Vec<Option<f64>>,
}
