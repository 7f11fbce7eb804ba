//! Learned solvers: which part of what it sees leads a network at each step, found without heuristics.
//!
//! From the network and the observations of its episodes alone:
//! 1. [`cues`](crate::solver::cues) that the observations show by themselves;
//! 2. the activity of a cue, m_g(s) = max(0, <z_c(s) - z_c(s without the bits of g), z_c(s) / |z_c(s)|>): how much of the
//!    decision rests on it; z_c are the centred logits as the sum of the contributions of units, so without the output bias;
//! 3. the K cues that are most often the most active of all become the components;
//! 4. solvers have bouts: a hidden Markov chain over the components, each likely in proportion to the fourth power of its
//!    part of the activity, its transitions fitted by Baum and Welch (Rabiner 1989), names the dominant one at each step.
//!
//! What it reaches: the dominant component against the true target (what is in hand says it; in `forage` the piece that
//! is reached next), on networks of seeds that no constant here was chosen on, means over four seeds, 100 episodes each:
//!
//! | | `deliver` | `relay` | `forage` |
//! | --- | --- | --- | --- |
//! | accuracy with K the number of kinds (2, 3, 3) | .997 | .992 | .878 |
//! | normalised mutual information | .97 | .96 | .59 |
//! | accuracy with one more | .990 | .927 | .878 |
//!
//! Chance is .50, .34 and .34. Taking away the look of each object by its name (step 2 with the looks for cues, no step 4)
//! reaches .997, .973 and .857; a linear probe of the last hidden layer 1, 1 and .48. What it knows: that bits exclude each
//! other and add up, that what is removed stops to matter, that solvers last. What it does not do: tell apart groups of
//! units. The [weights](Component::weights) of two components have a cosine of .98 or more, since the same units serve
//! all; k-means, NMF and independent components of contributions or activations are at chance, and only the patterns of
//! active units tell something, in `relay` alone. What is apart is what the units read. Where the number of things
//! changes, the cues are coarse; see [`cues`](crate::solver::cues). Nothing is drawn at random.

use crate::attribution::contribution::centred;
use crate::network::fused::Fused;
use crate::network::parameters::Parameters;
use crate::solver::cues::cues;
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use std::ops::RangeInclusive;

/// How many components can be asked for.
pub const COMPONENTS: RangeInclusive<usize> = 2..=16;
/// The most steps that are looked at.
pub const MOST_STEPS: usize = 100_000;
/// The most cues that are tried; of more, those whose bits are least often lit are tried as one.
const MOST_CUES: usize = 64;
/// The power of a part of the activity that its component is likely in proportion to.
const POWER: i32 = 4;
/// What is added to each part before, so that no component is impossible.
const FLOOR: f64 = 1e-3;
/// The probability of staying in a component that fitting the transitions begins with.
const STAYING: f64 = 0.7;
/// How often the transitions are fitted.
const ROUNDS: usize = 20;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// As many as asked for, those more often the most active first. Where there are fewer cues, the last have none.
    pub components: Vec<Component>,
    /// The dominant component of each step. Where no component is ever active, always the first.
    pub dominant: Vec<usize>,
    /// The activity of each component at each step, in logits, at least 0: `[step * components + component]`.
    pub activity: Vec<f64>,
}

/// One learned solver.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// The bits that it reads, ascending.
    pub bits: Vec<u16>,
    /// How much of its effect passes through each unit of the last hidden layer while it is dominant: at least 0, sum 1; all
    /// equal where it has no effect.
    pub weights: Vec<f64>,
    /// Its part in [0, 1] of the activity of all components over all steps; 0 where there is none.
    pub share: f64,
}

/// Why nothing can be learned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LearnedError {
    #[error("{0} learned solvers are asked for; ask for {least} to {most}", least = COMPONENTS.start(), most = COMPONENTS.end())]
    Components(usize),
    #[error("there are {0} steps of episodes to learn solvers from, more than {MOST_STEPS}; take fewer episodes")]
    Steps(usize),
    #[error("the episodes are {claimed} steps long together, but there are {found} observations; give every step one")]
    Lengths { claimed: usize, found: usize },
    #[error(
        "bit {bit} of an observation is lit, but the network reads {inputs}; give observations of the network's own study"
    )]
    Bits { bit: u16, inputs: usize },
}

/// Finds `k` learned solvers from the observations of episodes with these lengths, one after the other.
pub fn learn(
    parameters: &Parameters,
    observations: &LitRows,
    lengths: &[usize],
    k: usize,
) -> Result<Learned, LearnedError> {
    check(parameters, observations, lengths, k)?;
    let mut cues = cues(observations);
    join_least(&mut cues, observations);
    let steps = observations.len();
    let mut effects = Effects::new(parameters);
    let mut activity = vec![0.0; steps * cues.len()];
    for (step, of_cues) in activity.chunks_exact_mut(cues.len().max(1)).enumerate() {
        let row = observations.row(step);
        effects.look(row);
        for (cue, activity) in cues.iter().zip(of_cues) {
            *activity = effects.without(row, cue).iter().sum::<f64>().max(0.0);
        }
    }
    let chosen = most_often_dominant(&activity, cues.len(), k);
    let activity: Vec<f64> = (0..steps)
        .flat_map(|step| (0..k).map(move |component| (step, component)))
        .map(|(step, component)| chosen.get(component).map_or(0.0, |cue| activity[step * cues.len() + cue]))
        .collect();
    let dominant = dominant(&activity, k, lengths);
    let total: f64 = activity.iter().sum();
    let components = (0..k).map(|component| {
        let bits = chosen.get(component).map_or(Vec::new(), |&cue| cues[cue].clone());
        let own: f64 = activity.iter().skip(component).step_by(k).sum();
        let at = (0..steps).filter(|&step| dominant[step] == component);
        let weights = effects.weights(observations, &bits, at);
        Component { bits, weights, share: if total > 0.0 { own / total } else { 0.0 } }
    });
    Ok(Learned { components: components.collect(), dominant, activity })
}

fn check(parameters: &Parameters, observations: &LitRows, lengths: &[usize], k: usize) -> Result<(), LearnedError> {
    if !COMPONENTS.contains(&k) {
        return Err(LearnedError::Components(k));
    }
    let found = observations.len();
    if found > MOST_STEPS {
        return Err(LearnedError::Steps(found));
    }
    let claimed = lengths.iter().fold(0, |sum: usize, length| sum.saturating_add(*length));
    if claimed != found {
        return Err(LearnedError::Lengths { claimed, found });
    }
    let inputs = parameters.hidden.first().map_or(0, |layer| layer.inputs);
    match observations.bits().iter().find(|bit| usize::from(**bit) >= inputs) {
        Some(&bit) => Err(LearnedError::Bits { bit, inputs }),
        None => Ok(()),
    }
}

/// Leaves at most [`MOST_CUES`] cues: those least often lit become one, the last.
fn join_least(cues: &mut Vec<Vec<u16>>, observations: &LitRows) {
    if cues.len() <= MOST_CUES {
        return;
    }
    let lit = |cue: &Vec<u16>| observations.bits().iter().filter(|bit| cue.binary_search(bit).is_ok()).count();
    cues.sort_by_cached_key(|cue| std::cmp::Reverse(lit(cue)));
    let mut joined = cues.split_off(MOST_CUES - 1).concat();
    joined.sort_unstable();
    cues.push(joined);
}

/// At most `k` cues, those first that are the most active of all at the most steps; of several, the first.
fn most_often_dominant(activity: &[f64], cues: usize, k: usize) -> Vec<usize> {
    let mut often = vec![0usize; cues];
    for row in activity.chunks_exact(cues.max(1)) {
        let mut best = 0;
        for (cue, &activity) in row.iter().enumerate() {
            if activity > row[best] {
                best = cue;
            }
        }
        often[best] += usize::from(row[best] > 0.0);
    }
    let mut order: Vec<usize> = (0..cues).collect();
    order.sort_by_key(|&cue| std::cmp::Reverse(often[cue]));
    order.truncate(k);
    order
}

/// The most probable component at each step, given its whole episode.
fn dominant(activity: &[f64], k: usize, lengths: &[usize]) -> Vec<usize> {
    if activity.iter().all(|activity| *activity == 0.0) {
        return vec![0; activity.len() / k];
    }
    let mut likely = activity.to_vec();
    for row in likely.chunks_exact_mut(k) {
        let total: f64 = row.iter().sum();
        row.iter_mut().for_each(|m| *m = (if total > 0.0 { *m / total } else { 0.0 } + FLOOR).powi(POWER));
    }
    let moving = (1.0 - STAYING) / (k - 1) as f64;
    let mut transition: Vec<f64> =
        (0..k * k).map(|index| if index / k == index % k { STAYING } else { moving }).collect();
    let mut posterior = vec![0.0; likely.len()];
    for _ in 0..ROUNDS {
        // One transition of each kind in advance keeps every one possible.
        let mut counts = vec![1.0; k * k];
        let mut first = 0;
        for length in lengths {
            let steps = first * k..(first + length) * k;
            smooth(&likely[steps.clone()], &transition, &mut posterior[steps], &mut counts);
            first += length;
        }
        for (row, counts) in transition.chunks_exact_mut(k).zip(counts.chunks_exact(k)) {
            let total: f64 = counts.iter().sum();
            row.iter_mut().zip(counts).for_each(|(p, count)| *p = count / total);
        }
    }
    let largest = |row: &[f64]| (0..k).rev().max_by(|&i, &j| row[i].total_cmp(&row[j])).unwrap_or(0);
    posterior.chunks_exact(k).map(largest).collect()
}

/// Forward and backward through one episode, from equal probabilities: the posterior of each step, and the expected
/// transitions added to the counts.
fn smooth(likely: &[f64], transition: &[f64], posterior: &mut [f64], counts: &mut [f64]) {
    let k = transition.len().isqrt();
    let steps = likely.len() / k;
    let normalise = |row: &mut [f64]| {
        let total: f64 = row.iter().sum();
        row.iter_mut().for_each(|p| *p /= total);
    };
    for step in 0..steps {
        for to in 0..k {
            let before = match step.checked_sub(1) {
                None => 1.0,
                Some(last) => (0..k).map(|from| posterior[last * k + from] * transition[from * k + to]).sum(),
            };
            posterior[step * k + to] = before * likely[step * k + to];
        }
        normalise(&mut posterior[step * k..(step + 1) * k]);
    }
    let (mut after, mut weighted) = (vec![1.0; k], vec![0.0; k]);
    let mut moves = vec![0.0; k * k];
    for step in (0..steps).rev() {
        let now = &mut posterior[step * k..(step + 1) * k];
        if step + 1 < steps {
            for (to, weighted) in weighted.iter_mut().enumerate() {
                *weighted = likely[(step + 1) * k + to] * after[to];
            }
            for (index, moves) in moves.iter_mut().enumerate() {
                *moves = now[index / k] * transition[index] * weighted[index % k];
            }
            normalise(&mut moves);
            counts.iter_mut().zip(&moves).for_each(|(count, moves)| *count += moves);
            for (from, after) in after.iter_mut().enumerate() {
                *after = (0..k).map(|to| transition[from * k + to] * weighted[to]).sum();
            }
            normalise(&mut after);
        }
        now.iter_mut().zip(&after).for_each(|(p, after)| *p *= after);
        normalise(now);
    }
}

/// What bits do to a decision, unit by unit.
struct Effects {
    network: Fused,
    /// The centred logits that a unit adds for each unit of its activation.
    outputs: Vec<[f64; ACTIONS]>,
    activations: Vec<f32>,
    /// How far each unit moves the logits along the decision for each unit of its activation.
    along: Vec<f64>,
    parts: Vec<f64>,
}

impl Effects {
    fn new(parameters: &Parameters) -> Effects {
        let (rows, _) = parameters.policy.weight.as_chunks::<ACTIONS>();
        let outputs: Vec<_> = rows.iter().map(|row| centred(row.map(f64::from))).collect();
        let units = outputs.len();
        Effects {
            network: Fused::new(parameters),
            outputs,
            activations: vec![0.0; units],
            along: vec![0.0; units],
            parts: vec![0.0; units],
        }
    }

    /// Turns to the decision on an observation.
    fn look(&mut self, row: &[u16]) {
        self.activations.copy_from_slice(self.network.activations(row));
        let mut decision = [0.0; ACTIONS];
        for (output, &activation) in self.outputs.iter().zip(&self.activations) {
            decision.iter_mut().zip(output).for_each(|(d, output)| *d += output * f64::from(activation));
        }
        let size = decision.iter().map(|d| d * d).sum::<f64>().sqrt();
        for (along, output) in self.along.iter_mut().zip(&self.outputs) {
            let product: f64 = output.iter().zip(&decision).map(|(output, d)| output * d).sum();
            *along = if size > 0.0 { product / size } else { 0.0 };
        }
    }

    /// What the bits of a cue add along the decision on `row`, which was looked at last, through each unit; in logits.
    fn without(&mut self, row: &[u16], cue: &[u16]) -> &[f64] {
        let left: Vec<u16> = row.iter().copied().filter(|bit| cue.binary_search(bit).is_err()).collect();
        if left.len() == row.len() {
            self.parts.fill(0.0);
            return &self.parts;
        }
        let without = self.network.activations(&left);
        for (part, ((with, without), along)) in
            self.parts.iter_mut().zip(self.activations.iter().zip(without).zip(&self.along))
        {
            *part = (f64::from(*with) - f64::from(*without)) * along;
        }
        &self.parts
    }

    /// See [`Component::weights`].
    fn weights(&mut self, observations: &LitRows, cue: &[u16], at: impl Iterator<Item = usize>) -> Vec<f64> {
        let mut weights = vec![0.0; self.outputs.len()];
        for step in at {
            let row = observations.row(step);
            self.look(row);
            let parts = self.without(row, cue);
            weights.iter_mut().zip(parts).for_each(|(weight, part)| *weight += part.max(0.0));
        }
        let total: f64 = weights.iter().sum();
        let equal = 1.0 / weights.len().max(1) as f64;
        weights.iter().map(|weight| if total > 0.0 { weight / total } else { equal }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{LearnedError, MOST_STEPS, learn};
    use crate::network::parameters::Parameters;
    use crate::seed::Seed;
    use crate::solver::labels::label;
    use crate::world::lit::LitRows;
    use rand::{Rng, RngExt};

    /// The first bit of the second thing's places, the bit that is lit in the second regime, how many bits there are.
    const SECOND: u16 = 25;
    const REGIME: u16 = 50;
    const BITS: usize = 52;
    const EPISODES: usize = 50;
    const LENGTH: usize = 40;

    /// A network that goes where the first thing is, or the second while the regime bit is lit: units 0 to 3 pass on the
    /// first, units 4 to 7 the second, one per direction.
    fn planted() -> Parameters {
        let mut network = Parameters::zero(BITS, &[8]);
        let layer = &mut network.hidden[0];
        for place in 0..SECOND {
            let direction = usize::from(place % 4);
            layer.weight[usize::from(place) * 8 + direction] = 2.0;
            layer.weight[usize::from(place + SECOND) * 8 + 4 + direction] = 2.0;
        }
        for direction in 0..4 {
            layer.weight[usize::from(REGIME) * 8 + direction] = -2.0;
            layer.bias[4 + direction] = -2.0;
            layer.weight[usize::from(REGIME) * 8 + 4 + direction] = 2.0;
            network.policy.weight[direction * 5 + direction] = 3.0;
            network.policy.weight[(4 + direction) * 5 + direction] = 3.0;
        }
        network
    }

    /// Its episodes, in regimes of some six steps, and the true target of each step.
    fn episodes() -> (LitRows, Vec<Option<usize>>) {
        let mut random = Seed(5).stream("planted episodes", &[]);
        let (mut rows, mut targets) = (LitRows::new(), Vec::new());
        for _ in 0..EPISODES {
            let mut regime = false;
            for _ in 0..LENGTH {
                regime ^= random.random_bool(1.0 / 6.0);
                observe(regime, &mut random, &mut rows);
                targets.push(Some(usize::from(regime)));
            }
        }
        (rows, targets)
    }

    /// The first thing is out of view in the second regime.
    fn observe(regime: bool, random: &mut impl Rng, rows: &mut LitRows) {
        rows.light(if regime { REGIME } else { random.random_range(0..SECOND) });
        rows.light(random.random_range(SECOND..REGIME));
        rows.end_row();
    }

    #[test]
    fn planted_solvers_are_found_with_their_units_and_bits() {
        let (rows, targets) = episodes();
        let found = learn(&planted(), &rows, &[LENGTH; EPISODES], 2).unwrap();
        let labels = label(2, &found.dominant, 2, &targets);
        assert!(labels.accuracy > 0.99 && labels.information > 0.9, "{labels:?}");
        for (component, label) in found.components.iter().zip(&labels.components) {
            let target = label.heuristic.unwrap();
            let places: Vec<u16> = if target == 0 { (0..SECOND).collect() } else { (SECOND..REGIME).collect() };
            assert_eq!(component.bits, places);
            assert!((component.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(component.weights[4 * target..4 * target + 4].iter().sum::<f64>() > 0.99, "{component:?}");
        }
        assert!((found.components.iter().map(|component| component.share).sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(found, learn(&planted(), &rows, &[LENGTH; EPISODES], 2).unwrap());
    }

    #[test]
    fn more_components_than_cues_are_empty() {
        let (rows, _) = episodes();
        let found = learn(&planted(), &rows, &[LENGTH; EPISODES], 16).unwrap();
        assert_eq!((found.components.len(), found.activity.len()), (16, 16 * EPISODES * LENGTH));
        for component in found.components.iter().skip(3) {
            assert!(component.bits.is_empty() && component.share == 0.0 && component.weights == [0.125; 8]);
        }
    }

    #[test]
    fn what_never_varies_has_an_answer() {
        let (rows, _) = episodes();
        let found = learn(&Parameters::zero(BITS, &[8]), &rows, &[LENGTH; EPISODES], 2).unwrap();
        assert!(found.dominant.iter().all(|component| *component == 0) && found.activity.iter().all(|m| *m == 0.0));
        assert!(found.components.iter().all(|component| component.share == 0.0 && component.weights == [0.125; 8]));
        for (steps, lengths) in [(0, vec![]), (0, vec![0, 0]), (1, vec![1]), (3, vec![1, 0, 2])] {
            let mut same = LitRows::new();
            (0..steps).for_each(|_| same.push_row(&[1, REGIME]));
            let found = learn(&planted(), &same, &lengths, 5).unwrap();
            assert_eq!((found.components.len(), found.dominant), (5, vec![0; steps]));
        }
    }

    #[test]
    fn what_cannot_be_learned_from_is_refused() {
        let (rows, _) = episodes();
        let refused = |rows: &LitRows, lengths: &[usize], k| learn(&planted(), rows, lengths, k).unwrap_err();
        assert_eq!(refused(&rows, &[LENGTH; EPISODES], 1), LearnedError::Components(1));
        assert_eq!(refused(&rows, &[LENGTH; EPISODES], 17), LearnedError::Components(17));
        let found = EPISODES * LENGTH;
        assert_eq!(refused(&rows, &[LENGTH], 2), LearnedError::Lengths { claimed: LENGTH, found });
        assert_eq!(refused(&rows, &[usize::MAX, 2], 2), LearnedError::Lengths { claimed: usize::MAX, found });
        let mut other = LitRows::new();
        other.push_row(&[3, 52]);
        assert_eq!(refused(&other, &[1], 2), LearnedError::Bits { bit: 52, inputs: BITS });
        let mut long = LitRows::new();
        (0..=MOST_STEPS).for_each(|_| long.end_row());
        assert_eq!(refused(&long, &[MOST_STEPS + 1], 2), LearnedError::Steps(MOST_STEPS + 1));
    }
}
