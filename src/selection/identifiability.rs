//! Which strengths the probe bank can tell apart.
//!
//! From the correlation form of the unridged Fisher Gram matrix on the bank, at the uniform policy: so it
//! depends on the study alone, and every seed and every predictor is measured in the same coordinates. Directions
//! with an eigenvalue below [`CUT`] (for a pair: a variance inflation of 10) are not identified; strengths are
//! the minimum-norm solution on the rest, and rules that such a direction joins form an alias group.

use crate::selection::linear::eigen;
use faer::Mat;

/// The eigenvalue below which a direction is not identified.
pub const CUT: f64 = 0.05;
/// Two rules are joined where the projection on the unidentified directions has an entry of at least this size.
const JOINED: f64 = 0.1;

/// The part of a combination's size that may lie along an unidentified direction of a group for the combination to
/// count as identified: rules that are alike need not fire equally often.
const LEANING: f64 = 0.2;

/// Whether the sum or the difference of strengths is identified in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasKind {
    /// The rules recommend alike: the sum is identified.
    Aligned,
    /// The rules recommend opposite things: the difference is identified.
    Opposed,
    /// Some rules together recommend what others do: neither is identified.
    Mixed,
}

/// Rules whose strengths cannot be told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// Indices of heuristics, ascending.
    pub members: Vec<usize>,
    pub kind: AliasKind,
    /// The sign, 1 or -1, of each member in the combination that is identified; the first is 1. Empty if mixed.
    pub signs: Vec<f64>,
}

/// The identified directions.
#[derive(Clone, Debug)]
pub struct Identified {
    /// Strengths are this matrix (heuristics x identified directions) times free coordinates.
    pub basis: Mat<f64>,
    pub aliases: Vec<Alias>,
}

/// What a Gram matrix identifies. A rule that never fires, with a zero on the diagonal, gets strength 0.
pub fn identify(gram: &Mat<f64>) -> Identified {
    let firing: Vec<usize> = (0..gram.nrows()).filter(|&h| gram[(h, h)] > 0.0).collect();
    let scale: Vec<f64> = firing.iter().map(|&h| 1.0 / gram[(h, h)].sqrt()).collect();
    let n = firing.len();
    let correlation = Mat::from_fn(n, n, |i, j| gram[(firing[i], firing[j])] * scale[i] * scale[j]);
    let Some((values, vectors)) = eigen(&correlation) else {
        return Identified { basis: Mat::zeros(gram.nrows(), 0), aliases: Vec::new() };
    };
    let lost = values.iter().filter(|value| **value < CUT).count();
    let mut basis = Mat::zeros(gram.nrows(), n - lost);
    for (i, &h) in firing.iter().enumerate() {
        for column in 0..n - lost {
            basis[(h, column)] = vectors[(i, lost + column)] * scale[i];
        }
    }
    // The projection does not depend on how eigenvectors of equal eigenvalues are turned.
    let projection = Mat::from_fn(n, n, |i, j| (0..lost).map(|k| vectors[(i, k)] * vectors[(j, k)]).sum::<f64>());
    Identified { basis, aliases: aliases(&firing, &scale, &projection, &correlation) }
}

/// The connected parts of the rules that the unidentified directions join.
fn aliases(firing: &[usize], scale: &[f64], projection: &Mat<f64>, correlation: &Mat<f64>) -> Vec<Alias> {
    let n = firing.len();
    let mut seen = vec![false; n];
    let mut groups = Vec::new();
    for start in 0..n {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut part = vec![start];
        let mut next = 0;
        while next < part.len() {
            for other in 0..n {
                if !seen[other] && projection[(part[next], other)].abs() >= JOINED {
                    seen[other] = true;
                    part.push(other);
                }
            }
            next += 1;
        }
        if part.len() > 1 {
            part.sort_unstable();
            groups.push(alias(firing, scale, projection, correlation, &part));
        }
    }
    groups
}

/// What is identified of the joined rules `part`: a combination of strengths is, where it has nothing along the
/// unidentified directions. Strengths are `scale` times the coordinates that `projection` is about.
fn alias(firing: &[usize], scale: &[f64], projection: &Mat<f64>, correlation: &Mat<f64>, part: &[usize]) -> Alias {
    let members = part.iter().map(|&i| firing[i]).collect();
    let identified = |signs: &[f64]| {
        let combination: Vec<f64> = part.iter().zip(signs).map(|(&i, sign)| sign * scale[i]).collect();
        let lost = part.iter().map(|&i| {
            part.iter().zip(&combination).map(|(&j, weight)| projection[(i, j)] * weight).sum::<f64>().powi(2)
        });
        let size: f64 = combination.iter().map(|weight| weight * weight).sum();
        (lost.sum::<f64>() / size).sqrt() <= LEANING
    };
    let alike = vec![1.0; part.len()];
    if identified(&alike) {
        return Alias { members, kind: AliasKind::Aligned, signs: alike };
    }
    let signs: Vec<f64> = part.iter().map(|&i| if correlation[(part[0], i)] < 0.0 { -1.0 } else { 1.0 }).collect();
    if identified(&signs) {
        return Alias { members, kind: AliasKind::Opposed, signs };
    }
    Alias { members, kind: AliasKind::Mixed, signs: Vec::new() }
}

/// The variance inflation of each rule: the diagonal of the inverse of the correlation matrix, at least 1.
/// Nothing for a rule that never fires or that others reproduce exactly.
pub fn inflation(gram: &Mat<f64>) -> Vec<Option<f64>> {
    let firing: Vec<usize> = (0..gram.nrows()).filter(|&h| gram[(h, h)] > 0.0).collect();
    let n = firing.len();
    let correlation = Mat::from_fn(n, n, |i, j| {
        let (h, k) = (firing[i], firing[j]);
        gram[(h, k)] / (gram[(h, h)] * gram[(k, k)]).sqrt()
    });
    let mut result = vec![None; gram.nrows()];
    let Some((values, vectors)) = eigen(&correlation) else { return result };
    for (i, &h) in firing.iter().enumerate() {
        let lost: f64 = (0..n).filter(|&k| values[k] < 1e-9).map(|k| vectors[(i, k)].powi(2)).sum();
        if lost < 1e-6 {
            let inflation = (0..n).filter(|&k| values[k] >= 1e-9).map(|k| vectors[(i, k)].powi(2) / values[k]).sum();
            result[h] = Some(inflation);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::{AliasKind, identify, inflation};
    use faer::mat;

    #[test]
    fn duplicates_share_and_opposites_differ() {
        let gram = mat![[2.0, 2.0, 0.0, 0.0], [2.0, 2.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0], [0.0, 0.0, -1.0, 1.0]];
        let identified = identify(&gram);
        assert_eq!(identified.basis.ncols(), 2);
        assert_eq!(identified.aliases.len(), 2);
        assert_eq!((&identified.aliases[0].members, identified.aliases[0].kind), (&vec![0, 1], AliasKind::Aligned));
        assert_eq!((&identified.aliases[1].members, identified.aliases[1].kind), (&vec![2, 3], AliasKind::Opposed));
        assert_eq!(identified.aliases[1].signs, [1.0, -1.0]);
        assert_eq!(inflation(&gram), [None; 4]);
    }

    #[test]
    fn a_pair_is_cut_at_an_inflation_of_ten() {
        // For a pair of correlation r the least eigenvalue is 1 - r, the inflation 1 / (1 - r^2).
        for (r, groups) in [(0.94, 0), (0.96, 1)] {
            let gram = mat![[1.0, r], [r, 1.0]];
            assert_eq!(identify(&gram).aliases.len(), groups, "{r}");
            let expected = 1.0 / (1.0 - r * r);
            assert!((inflation(&gram)[0].unwrap() - expected).abs() < 1e-9);
            assert_eq!(expected > 10.0, groups == 1);
        }
    }

    #[test]
    fn rules_that_make_up_another_are_mixed_in_any_order() {
        // Unit features e1, e2 and their sum: its strength can be moved to the other two.
        let product = |a: [f64; 2], b: [f64; 2]| a[0] * b[0] + a[1] * b[1];
        let features = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            let gram = faer::Mat::from_fn(3, 3, |i, j| product(features[order[i]], features[order[j]]));
            let aliases = identify(&gram).aliases;
            assert_eq!(aliases.len(), 1);
            assert_eq!((aliases[0].kind, aliases[0].members.len()), (AliasKind::Mixed, 3), "{order:?}");
        }
        // Five rules, one per action, sum to nothing.
        let always = faer::Mat::from_fn(5, 5, |i, j| if i == j { 0.8 } else { -0.2 });
        assert_eq!(identify(&always).aliases[0].kind, AliasKind::Mixed);
    }

    #[test]
    fn duplicates_need_not_fire_equally_often() {
        // The second rule fires on 92% of the states of the first.
        let identified = identify(&mat![[1.0, 0.92], [0.92, 0.92]]);
        assert_eq!((identified.aliases.len(), identified.aliases[0].kind), (1, AliasKind::Aligned));
        let [first, second] = [identified.basis[(0, 0)], identified.basis[(1, 0)]];
        assert!((second / first - (1.0f64 / 0.92).sqrt()).abs() < 1e-9, "{first} {second}");
    }

    #[test]
    fn a_rule_that_never_fires_is_left_out() {
        let identified = identify(&mat![[1.0, 0.0], [0.0, 0.0]]);
        assert_eq!((identified.basis.ncols(), identified.aliases.len()), (1, 0));
        assert_eq!(identified.basis[(1, 0)], 0.0);
    }
}
