//! Share: the measured selection weight of a heuristic, max(w_h, 0) / sum_k max(w_k, 0).

use crate::selection::identifiability::{Alias, AliasKind};

/// The share of each heuristic, at least 0, sum 1; nothing if no strength is positive: then nothing was selected.
pub fn shares(strengths: &[f64]) -> Option<Vec<f64>> {
    let positive: Vec<f64> = strengths.iter().map(|strength| strength.max(0.0)).collect();
    let total: f64 = positive.iter().sum();
    (total > 0.0).then(|| positive.iter().map(|strength| strength / total).collect())
}

/// What a forecast of weights is scored on: every heuristic on its own, but an aligned group as one.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// Indices of heuristics; singles and groups in the order of their first member.
    pub parts: Vec<Vec<usize>>,
}

impl Parts {
    /// The parts of `heuristics` heuristics with these aliases.
    pub fn new(heuristics: usize, aliases: &[Alias]) -> Parts {
        let group =
            |h: usize| aliases.iter().find(|alias| alias.kind == AliasKind::Aligned && alias.members.contains(&h));
        let parts = (0..heuristics)
            .filter_map(|h| match group(h) {
                Some(alias) => (alias.members.first() == Some(&h)).then(|| alias.members.clone()),
                None => Some(vec![h]),
            })
            .collect();
        Parts { parts }
    }

    /// Sums `values`, one per heuristic, over each part.
    pub fn sum(&self, values: &[f64]) -> Vec<f64> {
        self.parts.iter().map(|part| part.iter().map(|&h| values[h]).sum()).collect()
    }

    /// The share of each part, a group's being max(sum of its strengths, 0) over the total; nothing if none is positive.
    pub fn shares(&self, strengths: &[f64]) -> Option<Vec<f64>> {
        shares(&self.sum(strengths))
    }
}

#[cfg(test)]
mod tests {
    use super::{Parts, shares};
    use crate::selection::identifiability::{Alias, AliasKind};
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn negative_strengths_have_no_share() {
        assert_eq!(shares(&[3.0, -2.0, 1.0]), Some(vec![0.75, 0.0, 0.25]));
        assert_eq!(shares(&[0.0, -2.0]), None);
    }

    #[test]
    fn an_aligned_group_counts_as_one() {
        let alias = Alias { members: vec![0, 2], kind: AliasKind::Aligned, signs: vec![1.0, 1.0] };
        let parts = Parts::new(3, &[alias]);
        assert_eq!(parts.parts, [vec![0, 2], vec![1]]);
        assert_eq!(parts.shares(&[2.0, 1.0, 1.0]), Some(vec![0.75, 0.25]));
    }

    proptest! {
        #[test]
        fn shares_do_not_depend_on_the_order(strengths in proptest::collection::vec(-3.0..3.0f64, 1..8)) {
            let forward = shares(&strengths);
            let backward = shares(&strengths.iter().rev().copied().collect::<Vec<_>>());
            match (forward, backward) {
                (Some(f), Some(b)) => {
                    prop_assert!(f.iter().zip(b.iter().rev()).all(|(x, y)| (x - y).abs() < 1e-12));
                    prop_assert!((f.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                }
                (f, b) => prop_assert!(f.is_none() && b.is_none()),
            }
        }
    }
}
