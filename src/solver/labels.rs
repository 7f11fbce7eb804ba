//! Which heuristics learned components match, by the steps that they share.
//!
//! Compared are the dominant component and the dominant solver of a heuristic at every step; steps without one, `other`,
//! are left out. Normalised mutual information is 2 I(C; H) / (H(C) + H(H)); see Vinh, Epps and Bailey 2010, "Information
//! theoretic measures for clusterings comparison".

/// How components and heuristics go together.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    /// One per component.
    pub components: Vec<Label>,
    /// Normalised mutual information in [0, 1]; 0 where either is always the same.
    pub information: f64,
    /// The share of steps in [0, 1] on which the two agree when each component is paired with at most one heuristic and each
    /// heuristic with at most one component, in the best way; 0 without steps.
    pub accuracy: f64,
}

/// One component.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// The heuristic that is dominant on the most of the component's steps: several components may have the same. Nothing
    /// if that is at most half of them, or no larger a part than of all steps: then the component matches none.
    pub heuristic: Option<usize>,
    /// The part in [0, 1] of the component's steps that the best heuristic has, whether or not it matches; 0 without steps.
    pub agreement: f64,
}

/// Labels `components` components, at most 16. `dominant` and `solvers` have one entry per step, of which those of the shorter
/// count; entries beyond `components` and `heuristics` count as `other`.
pub fn label(components: usize, dominant: &[usize], heuristics: usize, solvers: &[Option<usize>]) -> Labels {
    let mut shared = vec![vec![0usize; heuristics]; components];
    for (&component, solver) in dominant.iter().zip(solvers) {
        if let Some(count) = solver.and_then(|solver| shared.get_mut(component)?.get_mut(solver)) {
            *count += 1;
        }
    }
    let steps: usize = shared.iter().flatten().sum();
    let of_heuristic: Vec<usize> = (0..heuristics).map(|h| shared.iter().map(|row| row[h]).sum()).collect();
    let part = |count: usize, of: usize| count as f64 / of.max(1) as f64;
    let labels = shared.iter().map(|row| {
        let of_component = row.iter().sum();
        // Of several the first.
        let best = row.iter().copied().enumerate().rev().max_by_key(|&(_, count)| count);
        let (heuristic, count) = best.unwrap_or_default();
        let agreement = part(count, of_component);
        let matches =
            agreement > 0.5 && (agreement > part(of_heuristic[heuristic], steps) || of_heuristic[heuristic] == steps);
        Label { heuristic: matches.then_some(heuristic), agreement }
    });
    Labels {
        components: labels.collect(),
        information: information(&shared, steps),
        accuracy: part(paired(&shared), steps),
    }
}

fn information(shared: &[Vec<usize>], steps: usize) -> f64 {
    let n = steps as f64;
    let entropy = |counts: Vec<usize>| -> f64 {
        counts.iter().filter(|count| **count > 0).map(|&count| -(count as f64 / n) * (count as f64 / n).ln()).sum()
    };
    let heuristics = shared.first().map_or(0, Vec::len);
    let rows = entropy(shared.iter().map(|row| row.iter().sum()).collect());
    let columns = entropy((0..heuristics).map(|h| shared.iter().map(|row| row[h]).sum()).collect());
    let both = entropy(shared.concat());
    if rows == 0.0 || columns == 0.0 { 0.0 } else { (2.0 * (rows + columns - both) / (rows + columns)).clamp(0.0, 1.0) }
}

/// The most steps that a pairing of components with heuristics can share: over sets of components already paired.
fn paired(shared: &[Vec<usize>]) -> usize {
    let heuristics = shared.first().map_or(0, Vec::len);
    let mut most = vec![0usize; 1 << shared.len()];
    for h in 0..heuristics {
        for set in (0..most.len()).rev() {
            for (component, row) in shared.iter().enumerate().filter(|(component, _)| set >> component & 1 == 0) {
                let with = set | 1 << component;
                most[with] = most[with].max(most[set] + row[h]);
            }
        }
    }
    most.into_iter().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Label, label};

    #[test]
    fn components_get_the_heuristics_of_their_steps() {
        let solvers: Vec<Option<usize>> = [0, 0, 0, 0, 1, 1, 1, 1].map(Some).to_vec();
        let found = label(2, &[1, 1, 1, 1, 0, 0, 0, 0], 2, &solvers);
        assert_eq!(found.components.iter().map(|label| label.heuristic).collect::<Vec<_>>(), [Some(1), Some(0)]);
        assert!((found.information - 1.0).abs() < 1e-12);
        assert_eq!(found.accuracy, 1.0);
        let found = label(3, &[1, 1, 2, 2, 0, 0, 0, 1], 2, &solvers);
        let expected = [(Some(1), 1.0), (Some(0), 2.0 / 3.0), (Some(0), 1.0)];
        assert_eq!(found.components, expected.map(|(heuristic, agreement)| Label { heuristic, agreement }));
        assert_eq!(found.accuracy, 5.0 / 8.0);
    }

    #[test]
    fn what_is_independent_matches_none() {
        let solvers: Vec<Option<usize>> = [0, 0, 1, 1].map(Some).to_vec();
        let found = label(2, &[0, 1, 0, 1], 2, &solvers);
        assert!(found.components.iter().all(|label| label.heuristic.is_none() && label.agreement == 0.5));
        assert!(found.information < 1e-12);
        assert_eq!(found.accuracy, 0.5);
    }

    #[test]
    fn nothing_to_compare_has_an_answer() {
        for (components, heuristics, solvers) in
            [(2, 2, vec![None; 3]), (2, 0, vec![Some(0); 3]), (0, 2, vec![Some(1); 3])]
        {
            let found = label(components, &[0, 0, 1], heuristics, &solvers);
            assert!(found.components.iter().all(|label| *label == Label { heuristic: None, agreement: 0.0 }));
            assert_eq!((found.information, found.accuracy), (0.0, 0.0));
        }
        let always = label(2, &[0, 0], 2, &[Some(1), Some(1)]);
        assert_eq!((always.components[0].heuristic, always.information, always.accuracy), (Some(1), 0.0, 1.0));
    }

    #[test]
    fn the_pairing_is_the_best_of_all() {
        // The first component shares more with the heuristic that is the only one of the second.
        let mut dominant = vec![0; 9];
        let mut solvers = [vec![Some(0); 5], vec![Some(1); 4]].concat();
        dominant.extend([1; 3]);
        solvers.extend([Some(0); 3]);
        assert_eq!(label(2, &dominant, 2, &solvers).accuracy, 7.0 / 12.0);
    }
}
