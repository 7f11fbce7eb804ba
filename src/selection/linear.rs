//! The little linear algebra that the fits share: symmetric matrices of at most 16 rows, on faer.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

/// The eigenvalues of a symmetric matrix, ascending, and its eigenvectors as columns.
///
/// A matrix with a number that is not finite has no eigenvectors: nothing is returned.
pub fn eigen(matrix: &Mat<f64>) -> Option<(Vec<f64>, Mat<f64>)> {
    // faer takes one from the number of rows.
    if matrix.nrows() == 0 {
        return Some((Vec::new(), Mat::zeros(0, 0)));
    }
    let decomposition = matrix.self_adjoint_eigen(Side::Lower).ok()?;
    let values = (0..matrix.nrows()).map(|i| decomposition.S()[i]).collect();
    Some((values, decomposition.U().to_owned()))
}

/// The inverse of a symmetric positive definite matrix; nothing where it is not one.
pub fn inverse(matrix: &Mat<f64>) -> Option<Mat<f64>> {
    let identity = Mat::identity(matrix.nrows(), matrix.nrows());
    Some(matrix.llt(Side::Lower).ok()?.solve(identity))
}

/// The mean of the diagonal; 0 of an empty matrix.
pub fn mean_diagonal(matrix: &Mat<f64>) -> f64 {
    let n = matrix.nrows();
    (0..n).map(|i| matrix[(i, i)]).sum::<f64>() / n.max(1) as f64
}

/// `matrix` with `ridge` added to its diagonal.
pub fn with_ridge(matrix: &Mat<f64>, ridge: f64) -> Mat<f64> {
    Mat::from_fn(matrix.nrows(), matrix.ncols(), |i, j| matrix[(i, j)] + if i == j { ridge } else { 0.0 })
}

/// `matrix` times `vector`.
pub fn times(matrix: &Mat<f64>, vector: &[f64]) -> Vec<f64> {
    (0..matrix.nrows()).map(|i| vector.iter().enumerate().map(|(j, v)| matrix[(i, j)] * v).sum()).collect()
}

#[cfg(test)]
mod tests {
    use crate::selection::linear::eigen;
    use faer::Mat;

    #[test]
    fn a_matrix_without_rows_has_no_eigenvalues() {
        assert!(eigen(&Mat::zeros(0, 0)).is_some_and(|(values, vectors)| values.is_empty() && vectors.ncols() == 0));
    }
}
