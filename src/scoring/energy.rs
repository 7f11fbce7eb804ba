//! The energy score of a forecast in several dimensions, from draws.
//!
//! ES(F, y) = E|X - y| - (1/2) E|X - X'|, X and X' independent draws from F, |.| the Euclidean norm;
//! lower is better. In one dimension it is the CRPS. Draws are one of two things:
//!
//! - the distribution itself, which is *stated*, each draw as likely as another: X and X' may be the same one (the standard
//!   form), and the score is at least 0;
//! - a *sample* from the distribution, whose score is estimated without bias: pairs are of different draws alone (the fair
//!   form), which can be negative. Where draws come in groups, imagined seeds say, only groups are independent of one another:
//!   pairs are of draws from different groups, and groups count alike, whatever their sizes.
//!
//! Gneiting and Raftery (2007), section 4.3; Székely, G. J. and Rizzo, M. L. (2013), Energy statistics, Journal of Statistical
//! Planning and Inference 143, 1249-1272; Ferro, C. A. T. (2014), Fair scores for ensemble forecasts, Quarterly Journal of the
//! Royal Meteorological Society 140, 1917-1923.

use crate::scoring::crps::sum_of_distances;
use crate::scoring::error::{ScoringError, finite};
use pulp::Arch;

/// Draws that are looked at side by side.
const LANES: usize = 8;

/// Draws of a forecast, with what no outcome changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Ensemble {
    /// One column per dimension, one number per draw.
    columns: Vec<Vec<f64>>,
    /// Per draw, one over the size of its group.
    parts: Vec<f64>,
    groups: usize,
    /// E|X - X'| / 2.
    expected: f64,
}

impl Ensemble {
    /// Draws that are the distribution, from one column per dimension, each with one number per draw. Takes a time of draws
    /// squared x dimensions, in one dimension of draws.
    ///
    /// # Errors
    /// Without a draw, with columns of different lengths, or with a number that is not finite.
    pub fn stated(columns: Vec<Vec<f64>>) -> Result<Ensemble, ScoringError> {
        let size = checked(&columns)?;
        let m = size as f64;
        let expected = if size > 1 { 0.5 * single(&columns, size) * (m - 1.0) / m } else { 0.0 };
        Ok(Ensemble { columns, parts: vec![1.0; size], groups: size, expected })
    }

    /// Draws that are a sample, each independent of all others. Takes as long.
    ///
    /// # Errors
    /// As [`stated`](Ensemble::stated), and with a single draw.
    pub fn sample(columns: Vec<Vec<f64>>) -> Result<Ensemble, ScoringError> {
        let size = checked(&columns)?;
        if size < 2 {
            return Err(ScoringError::TooFewDraws { needed: 2, found: size });
        }
        let expected = 0.5 * single(&columns, size);
        Ok(Ensemble { columns, parts: vec![1.0; size], groups: size, expected })
    }

    /// Draws that are a sample in groups of these sizes, above 0, those of one group in a row. Of a single group nothing is
    /// independent: it is taken as stated.
    ///
    /// # Errors
    /// As [`stated`](Ensemble::stated), and if the sizes are not such or their sum is not the number of draws.
    pub fn grouped(columns: Vec<Vec<f64>>, sizes: &[usize]) -> Result<Ensemble, ScoringError> {
        let size = checked(&columns)?;
        if sizes.contains(&0) || sizes.iter().sum::<usize>() != size {
            return Err(ScoringError::Groups { draws: size, sizes: sizes.to_vec() });
        }
        if sizes.len() == 1 {
            return Ensemble::stated(columns);
        }
        if sizes.len() == size {
            return Ensemble::sample(columns);
        }
        let parts: Vec<f64> = sizes.iter().flat_map(|&size| vec![1.0 / size as f64; size]).collect();
        let starts = sizes.iter().scan(0, |end, size| Some((std::mem::replace(end, *end + size), *size)));
        let starts: Vec<usize> = starts.flat_map(|(start, size)| vec![start; size]).collect();
        let groups = sizes.len() as f64;
        let expected = sum_before(&columns, &parts, &starts) / (groups * (groups - 1.0));
        Ok(Ensemble { columns, parts, groups: sizes.len(), expected })
    }

    /// The score: of the distribution that the draws are, or an unbiased estimate of that which they come from.
    ///
    /// # Errors
    /// If `y` has another dimension or is not finite.
    pub fn score(&self, y: &[f64]) -> Result<f64, ScoringError> {
        if y.len() != self.columns.len() {
            return Err(ScoringError::Dimension { expected: self.columns.len(), found: y.len() });
        }
        let mut squares = vec![0.0; self.parts.len()];
        for (column, &y) in self.columns.iter().zip(y) {
            let y = finite("the outcome", y)?;
            add_squares(&mut squares, column, y);
        }
        let distances = squares.iter().zip(&self.parts).map(|(s, part)| s.sqrt() * part);
        Ok(distances.sum::<f64>() / self.groups as f64 - self.expected)
    }

    /// What the distribution expects to score where outcomes are its own: half of the mean distance between two draws.
    pub fn expected(&self) -> f64 {
        self.expected
    }
}

/// The number of draws.
fn checked(columns: &[Vec<f64>]) -> Result<usize, ScoringError> {
    let size = columns.first().map_or(0, Vec::len);
    if size == 0 {
        return Err(ScoringError::TooFewDraws { needed: 1, found: 0 });
    }
    for column in columns {
        if column.len() != size {
            return Err(ScoringError::Ragged { expected: size, found: column.len() });
        }
        for &x in column {
            finite("a draw", x)?;
        }
    }
    Ok(size)
}

/// The mean distance between two different draws, of at least two.
fn single(columns: &[Vec<f64>], size: usize) -> f64 {
    let sum = match columns {
        [column] => sum_of_distances(column),
        _ => sum_before(columns, &vec![1.0; size], &(0..size).collect::<Vec<_>>()),
    };
    let m = size as f64;
    2.0 * sum / (m * (m - 1.0))
}

/// The sum of distances between each draw and all before `starts` of it, each times the parts of both. 4,096 draws in 16
/// dimensions are 134 million differences: they are taken [`LANES`] draws at a time, with the widest instructions that the
/// processor has. Each lane has a sum of its own, so that the bits do not depend on the processor.
fn sum_before(columns: &[Vec<f64>], parts: &[f64], starts: &[usize]) -> f64 {
    Arch::new().dispatch(|| in_lanes(columns, parts, starts))
}

#[inline(always)]
fn in_lanes(columns: &[Vec<f64>], parts: &[f64], starts: &[usize]) -> f64 {
    let mut sum = 0.0;
    for (i, &start) in starts.iter().enumerate() {
        let (whole, rest) = parts[..start].as_chunks::<LANES>();
        let mut lanes = [0.0; LANES];
        for (chunk, parts) in whole.iter().enumerate() {
            let mut squares = [0.0; LANES];
            for column in columns {
                add_squares(&mut squares, &column[chunk * LANES..][..LANES], column[i]);
            }
            for ((lane, square), part) in lanes.iter_mut().zip(squares).zip(parts) {
                *lane += square.sqrt() * part;
            }
        }
        for (j, part) in (whole.len() * LANES..start).zip(rest) {
            let squares: f64 = columns.iter().map(|column| (column[j] - column[i]) * (column[j] - column[i])).sum();
            lanes[j % LANES] += squares.sqrt() * part;
        }
        sum += parts[i] * lanes.iter().sum::<f64>();
    }
    sum
}

#[inline(always)]
fn add_squares(squares: &mut [f64], column: &[f64], y: f64) {
    for (square, x) in squares.iter_mut().zip(column) {
        *square += (x - y) * (x - y);
    }
}

#[cfg(test)]
mod tests {
    use super::Ensemble;
    use crate::scoring::crps;

    #[test]
    fn in_one_dimension_it_is_the_crps() {
        let draws = vec![0.3, -1.0, 2.5, 0.3, 7.0];
        let of = |ensemble: Ensemble, y: f64| ensemble.score(&[y]).expect("finite");
        for y in [-3.0, 0.3, 1.0, 9.0] {
            let stated = of(Ensemble::stated(vec![draws.clone()]).expect("valid"), y);
            let sample = of(Ensemble::sample(vec![draws.clone()]).expect("valid"), y);
            assert!((stated - crps::ensemble(&draws, y).expect("valid")).abs() < 1e-12);
            assert!((sample - crps::fair(&draws, y).expect("valid")).abs() < 1e-12);
        }
    }

    /// Another dimension in which nothing differs changes nothing, though it is counted otherwise.
    #[test]
    fn a_dimension_without_differences_changes_nothing() {
        let draws = vec![0.3, -1.0, 2.5, 0.3, 7.0];
        let flat = vec![4.0; 5];
        for form in [Ensemble::stated, Ensemble::sample] {
            let one = form(vec![draws.clone()]).expect("valid").score(&[1.5]).expect("finite");
            let two = form(vec![draws.clone(), flat.clone()]).expect("valid").score(&[1.5, 4.0]).expect("finite");
            assert!((one - two).abs() < 1e-12, "{one} {two}");
        }
    }

    #[test]
    fn pairs_are_of_different_groups() {
        // Groups 0 and 1, then 4: on 0 the mean distances are .5 and 4, and between the groups 3.5.
        let grouped = Ensemble::grouped(vec![vec![0.0, 1.0, 4.0]], &[2, 1]).expect("valid");
        assert!((grouped.score(&[0.0]).expect("finite") - (2.25 - 1.75)).abs() < 1e-12);
        assert!((grouped.expected() - 1.75).abs() < 1e-12);
        // One group is all that is known.
        let one = Ensemble::grouped(vec![vec![0.0, 1.0, 4.0]], &[3]).expect("valid");
        assert_eq!(one, Ensemble::stated(vec![vec![0.0, 1.0, 4.0]]).expect("valid"));
    }

    #[test]
    fn draws_that_repeat_their_groups_say_nothing_new() {
        let draws = [[0.2, 0.8], [0.5, 0.5], [0.9, 0.1]];
        let column = |d: usize, times: usize| draws.iter().flat_map(|x| vec![x[d]; times]).collect();
        let once = Ensemble::sample(vec![column(0, 1), column(1, 1)]).expect("valid");
        let often = Ensemble::grouped(vec![column(0, 4), column(1, 4)], &[4; 3]).expect("valid");
        let [once, often] = [once, often].map(|ensemble| ensemble.score(&[0.3, 0.7]).expect("finite"));
        assert!((once - often).abs() < 1e-12, "{once} {often}");
    }

    #[test]
    fn domain() {
        assert!(Ensemble::stated(vec![]).is_err());
        assert!(Ensemble::stated(vec![vec![]]).is_err());
        assert!(Ensemble::stated(vec![vec![1.0], vec![1.0, 2.0]]).is_err());
        assert!(Ensemble::stated(vec![vec![f64::NAN]]).is_err());
        let point = || vec![vec![1.0], vec![0.0]];
        let single = Ensemble::stated(point()).expect("valid");
        assert_eq!(single.score(&[1.0, 2.0]), Ok(2.0));
        assert!(Ensemble::sample(point()).is_err());
        assert!(Ensemble::grouped(point(), &[2]).is_err() && Ensemble::grouped(point(), &[1, 0]).is_err());
        assert!(single.score(&[1.0]).is_err());
        assert!(single.score(&[1.0, f64::INFINITY]).is_err());
    }
}
