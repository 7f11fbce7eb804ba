//! Cues found without names: groups of bits of the observation that stand for one thing.
//!
//! However an object is seen, the bits that show it add up to a constant: one parcel lights one bit of its plane or, in
//! hand, the bit for that; two berries light two bits of theirs. The indicator of such a conserved group is a null
//! vector of the covariance of the bits. So: bits that are always lit together count as one; of the correlation matrix
//! of these, the eigenvectors with an eigenvalue below [`CUT`] span a projection P, and the bits j with
//! P_ij > sqrt(P_ii P_jj) / 2 are the group of i, the free bit with the largest P_ii; and so on. On `deliver`, `relay` and `forage` the groups are exactly the planes of the looks (each
//! with the bit of its object in hand), the columns and the rows.
//!
//! A bit that takes more than [`MODE`] of what its group is lit, in a group of more than [`FEW`], is no place but a mode
//! (something is in hand) and becomes a cue of its own: removing it together with the places would mix up where a thing
//! is with whether it is there.
//!
//! Limits: things whose number changes (they vanish, or leave a window) are not conserved; their bits, with all others that
//! belong to no group, are one last cue, the rest. Bits that are always or never lit belong to none.

use crate::selection::linear::eigen;
use crate::world::lit::LitRows;
use faer::Mat;
use std::collections::{BTreeMap, BTreeSet};

/// The variance of a group's sum, as a part of the sum of its variances, below which it is conserved.
pub const CUT: f64 = 0.05;
/// The part of what a group is lit above which one bit is a mode.
pub const MODE: f64 = 0.1;
/// A group of at most so many has no modes.
pub const FEW: usize = 20;
/// Bits lit in fewer steps than this are left out where groups are sought, and join one afterwards.
const RARE: usize = 5;
/// So many steps are needed for every bit: with fewer, null vectors come from the want of data alone.
const STEPS_PER_BIT: usize = 4;
/// The part of a bit's variance that P has to hold for the bit to belong to a group; of n objects alike it is 1/n.
const HELD: f64 = 0.02;
/// The most bits, those always lit together counted once, whose correlations are decomposed.
pub const MOST_BITS: usize = 2048;

/// The cues in these observations, disjoint, each ascending: conserved groups without their modes, by their first bit;
/// then the modes; then the rest. None is empty; there is none where no bit varies. Where there are too few steps for
/// the bits, or more than [`MOST_BITS`], the only cue is the rest.
pub fn cues(rows: &LitRows) -> Vec<Vec<u16>> {
    let steps = rows.len();
    let mut lit: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
    for (step, row) in rows.rows().enumerate() {
        row.iter().for_each(|&bit| lit.entry(bit).or_default().push(step as u32));
    }
    lit.retain(|_, at| at.len() < steps);
    let atoms = atoms(&lit);
    let groups = conserved(&atoms, &lit, rows);
    let (mut cues, mut modes) = (Vec::new(), Vec::new());
    let mut rest: Vec<u16> = lit.keys().copied().collect();
    for (group, joined) in groups.iter().zip(joined(&groups, &atoms, &lit, steps)) {
        let often = |&atom: &usize| lit[&atoms[atom][0]].len() as f64;
        let total: f64 = group.iter().map(often).sum();
        let is_mode = |atom: &usize| group.len() > FEW && often(atom) > MODE * total;
        let mut places = joined;
        for atom in group {
            if is_mode(atom) {
                modes.push(atoms[*atom].clone());
            } else {
                places.extend(&atoms[*atom]);
            }
        }
        places.sort_unstable();
        cues.push(places);
    }
    cues.sort_unstable();
    cues.append(&mut modes);
    let grouped: BTreeSet<u16> = cues.iter().flatten().copied().collect();
    rest.retain(|bit| !grouped.contains(bit));
    cues.push(rest);
    cues.retain(|cue| !cue.is_empty());
    cues
}

/// The bits that are not rare, those that are always lit together as one; by their first bit.
fn atoms(lit: &BTreeMap<u16, Vec<u32>>) -> Vec<Vec<u16>> {
    let mut together: BTreeMap<&[u32], Vec<u16>> = BTreeMap::new();
    for (&bit, at) in lit.iter().filter(|(_, at)| at.len() >= RARE) {
        together.entry(at).or_default().push(bit);
    }
    let mut atoms: Vec<Vec<u16>> = together.into_values().collect();
    atoms.sort_unstable();
    atoms
}

/// Which atoms make up each conserved group: indices, ascending.
fn conserved(atoms: &[Vec<u16>], lit: &BTreeMap<u16, Vec<u32>>, rows: &LitRows) -> Vec<Vec<usize>> {
    let (n, steps) = (atoms.len(), rows.len());
    if !(2..=MOST_BITS).contains(&n) || steps < STEPS_PER_BIT * n {
        return Vec::new();
    }
    let mean: Vec<f64> = atoms.iter().map(|atom| lit[&atom[0]].len() as f64 / steps as f64).collect();
    let variance: Vec<f64> = mean.iter().map(|mean| mean * (1.0 - mean)).collect();
    let together = together(atoms, rows);
    let covariance = |i: usize, j: usize| together[i * n + j] / steps as f64 - mean[i] * mean[j];
    let correlation = Mat::from_fn(n, n, |i, j| covariance(i, j) / (variance[i] * variance[j]).sqrt());
    let Some((values, vectors)) = eigen(&correlation) else { return Vec::new() };
    let null = values.iter().filter(|value| **value < CUT).count();
    let projected = |i: usize, j: usize| (0..null).map(|k| vectors[(i, k)] * vectors[(j, k)]).sum::<f64>();
    let diagonal: Vec<f64> = (0..n).map(|i| projected(i, i)).collect();
    let mut free: Vec<usize> = (0..n).filter(|&i| diagonal[i] > HELD * variance[i]).collect();
    // What varies most is known best; compared with that alone, one bit that is like two groups cannot join them.
    free.sort_by(|&i, &j| diagonal[j].total_cmp(&diagonal[i]));
    let mut groups = Vec::new();
    while let Some(&first) = free.first() {
        let alike = |j: usize| projected(first, j) > (diagonal[first] * diagonal[j]).sqrt() / 2.0;
        let (mut group, others): (Vec<usize>, Vec<usize>) = free.into_iter().partition(|&j| j == first || alike(j));
        free = others;
        group.sort_unstable();
        let of_sum: f64 =
            group.iter().flat_map(|&i| group.iter().map(move |&j| (i, j))).map(|(i, j)| covariance(i, j)).sum();
        if group.len() > 1 && of_sum < CUT * group.iter().map(|&i| variance[i]).sum::<f64>() {
            groups.push(group);
        }
    }
    groups.sort_unstable();
    groups
}

/// In how many steps two atoms are lit together: `[i * atoms + j]`.
fn together(atoms: &[Vec<u16>], rows: &LitRows) -> Vec<f64> {
    let n = atoms.len();
    let index: BTreeMap<u16, usize> = atoms.iter().enumerate().map(|(index, atom)| (atom[0], index)).collect();
    let mut together = vec![0.0; n * n];
    for row in rows.rows() {
        let lit: Vec<usize> = row.iter().filter_map(|bit| index.get(bit).copied()).collect();
        for &i in &lit {
            lit.iter().for_each(|&j| together[i * n + j] += 1.0);
        }
    }
    together
}

/// For each group, the rare bits that stand in for it: those lit mostly where it is short of its usual number.
fn joined(groups: &[Vec<usize>], atoms: &[Vec<u16>], lit: &BTreeMap<u16, Vec<u32>>, steps: usize) -> Vec<Vec<u16>> {
    let mut short = Vec::with_capacity(groups.len());
    for group in groups {
        let mut number = vec![0u32; steps];
        for &atom in group {
            lit[&atoms[atom][0]].iter().for_each(|&step| number[step as usize] += 1);
        }
        let usual = (number.iter().sum::<u32>() as f64 / steps as f64).round() as u32;
        short.push(number.into_iter().map(|number| number < usual).collect::<Vec<bool>>());
    }
    let mut joined = vec![Vec::new(); groups.len()];
    for (&bit, at) in lit.iter().filter(|(_, at)| at.len() < RARE) {
        let stands_in = |short: &Vec<bool>| at.iter().filter(|&&step| short[step as usize]).count();
        // Of several the first.
        let best = short.iter().enumerate().rev().max_by_key(|(_, short)| stands_in(short));
        if let Some((group, _)) = best.filter(|(_, short)| 2 * stands_in(short) > at.len()) {
            joined[group].push(bit);
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::cues;
    use crate::seed::Seed;
    use crate::world::lit::LitRows;
    use rand::RngExt;

    /// Two things in planes of 25 and one that comes and goes; the first is at times in hand (bit 60), and every place of
    /// the second lights a second bit, 100 on.
    fn observations(steps: usize) -> LitRows {
        let mut random = Seed(1).stream("planted", &[]);
        let mut rows = LitRows::new();
        for _ in 0..steps {
            rows.light(if random.random_bool(0.4) { 60 } else { random.random_range(0..25) });
            let place = random.random_range(25..50);
            rows.light_all(&[place, place + 100, 99]);
            if random.random_bool(0.5) {
                rows.light(random.random_range(50..53));
            }
            rows.end_row();
        }
        rows
    }

    #[test]
    fn things_whose_number_is_constant_are_found() {
        let found = cues(&observations(2000));
        let second: Vec<u16> = (25..50).chain(125..150).collect();
        assert_eq!(found, [(0..25).collect(), second, vec![60], (50..53).collect()]);
    }

    #[test]
    fn rare_places_join_what_they_stand_in_for() {
        let mut rows = observations(2000);
        for _ in 0..2 {
            rows.push_row(&[70, 25, 125, 99]);
        }
        let found = cues(&rows);
        assert!(found[0].ends_with(&[24, 70]), "{found:?}");
    }

    #[test]
    fn without_data_all_is_rest() {
        assert_eq!(cues(&LitRows::new()), Vec::<Vec<u16>>::new());
        let mut rows = LitRows::new();
        rows.push_row(&[1, 2]);
        assert_eq!(cues(&rows), Vec::<Vec<u16>>::new());
        rows.push_row(&[1, 3]);
        assert_eq!(cues(&rows), [vec![2, 3]]);
    }
}
