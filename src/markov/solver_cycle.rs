//! Is there a solver-cycle: do solvers lead to one another in a circle more often than chance would have it?
//!
//! Definition: cycles are counted by loop erasure in event sequences, one an episode ([`crate::markov::flux`]; a solver that
//! follows itself is a loop of length 1, which takes part in the shares and is no solver-cycle). The data are compared with 999
//! data sets in which the events of every episode are put into random order. In each of the 1,000, the flux of a cycle is
//! standardised by its mean and deviation over the 1,000, and the statistic is the largest standardised flux of a
//! cycle of at least two solvers with a share of at least [`LEAST_SHARE`]. The p of a cycle is (1 + number of permutations
//! whose statistic is at least its standardised flux) / 1,000; so all cycles together have one error rate. A cycle is
//! found at p <= [`LEVEL`].
//!
//! Why only cycles with that share have a part in the maximum: none without it can be reported, and of many
//! solvers' hundreds of long cycles each permutation has some that no other has. These stand 31 deviations out, as far as
//! anything can among 1,000, and would hide every real cycle.
//!
//! Three and more solvers that merely never repeat are no random order either, and close cycles more often than a random order
//! does, one way round as often as the other. So a cycle of length 3 or more is found only if it also
//! occurs more often than its reverse: a one-sided sign-flip test of the differences per episode, exact, with Holm's
//! correction over the cycles tested so and their reverses, at [`LEVEL`].
//!
//! A cycle of two has no reverse: it is an *alternation*. Whether it is more than that solvers do not repeat says
//! [`Tested::beyond_non_repetition`]: the same p, with 999 orders that keep how often solvers follow themselves
//! ([`crate::markov::repeats`]). Among several solvers an alternation is found only if it is more. Where the two have at
//! least [`TWO_ALONE`] of the events, there is nothing but to take turns for them if they do not repeat (of two solvers that
//! never do there is one such order, and p is 1): their alternation is found, and compatible with mere non-repetition.
//!
//! Assumptions: under the null hypothesis the order of an episode's events is random given which they are; episodes are
//! independent. A rejection shows that the order matters, not why.
//!
//! Edge cases: with fewer than [`LEAST_EVENTS`] events nothing is tested; cycles of length n are not where fewer than
//! [`LEAST_IN_LONG`] events stand in episodes of more than n events, the fewest that close one. One solver has no cycle,
//! p = 1. With few episodes the sign-flip cannot reach its level: [`Direction::episodes`] says how many took part, and n of
//! them give no p below 2^-n.
//!
//! Besag, J. and Clifford, P. (1989), Generalized Monte Carlo significance tests, Biometrika 76, 633-642; Westfall, P. H. and
//! Young, S. S. (1993), Resampling-Based Multiple Testing; Holm, S. (1979), A simple sequentially rejective multiple
//! test procedure, Scandinavian Journal of Statistics 6, 65-70.

use crate::markov::counts::check;
use crate::markov::direction::{Direction, against_reverse, at_least_as_far};
use crate::markov::erasure::{Erasure, START};
use crate::markov::error::MarkovError;
use crate::markov::flux::from_smallest;
use crate::markov::repeats::{exchange, is_alone};
use crate::scoring::holm::holm;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use std::ops::Range;

pub const PERMUTATIONS: usize = 999;
/// At most this p.
pub const LEVEL: f64 = 0.01;
/// At least this part of all transitions that belong to loops.
pub const LEAST_SHARE: f64 = 0.2;
/// The part of all events from which on two solvers count as alone.
pub const TWO_ALONE: f64 = 0.9;
pub const LEAST_EVENTS: usize = 60;
/// Events in episodes that are long enough to hold the cycle.
pub const LEAST_IN_LONG: usize = 20;
/// With more events the permutations would take minutes.
pub const MAX_EVENTS: usize = 200_000;
/// The most nodes of the book of cycles; more only exist with tens of solvers, for cycles that occur once.
const MAX_NODES: usize = 1 << 22;
/// Standardised fluxes that differ by rounding alone count as equal.
const SLACK: f64 = 1e-9;

/// Why there is no test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Untestable {
    FewEvents { events: usize },
    ShortEpisodes { length: usize, events: usize },
    TooManyEvents { events: usize },
}

/// What became of a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Of three solvers or more, and it has a direction.
    Cycle,
    /// Of two solvers.
    Alternation,
    /// Of two among several: more frequent than in random orders, but not than where solvers do not repeat.
    NonRepetition,
    /// More frequent than in random orders, but not surely more than its reverse.
    NoDirection,
    /// As random orders have it.
    Chance,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tested {
    /// From the smallest onwards.
    pub states: Vec<usize>,
    pub count: u64,
    /// Of the transitions that belong to loops.
    pub share: f64,
    /// The mean count over the 1,000 data sets, and its deviation.
    pub expected: f64,
    pub deviation: f64,
    /// How many deviations the count is above the mean.
    pub excess: f64,
    pub p: f64,
    /// For cycles of at least three with p at most [`LEVEL`].
    pub direction: Option<Direction>,
    /// For alternations: p against orders in which solvers follow themselves as often as in the data. At most [`LEVEL`] speaks
    /// for more than non-repetition.
    pub beyond_non_repetition: Option<f64>,
    pub verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SolverCycles {
    pub events: usize,
    /// Why nothing was tested, or no cycles of any length.
    pub untestable: Option<Untestable>,
    /// The least p of a cycle, 1 if none has a large enough share; nothing if nothing was tested.
    pub p: Option<f64>,
    /// All with a share of at least [`LEAST_SHARE`], at most five, the largest share first.
    pub cycles: Vec<Tested>,
}

impl SolverCycles {
    /// Those that hold: cycles and alternations.
    pub fn found(&self) -> impl Iterator<Item = &Tested> {
        self.cycles.iter().filter(|cycle| matches!(cycle.verdict, Verdict::Cycle | Verdict::Alternation))
    }

    /// Whether this cycle, up to rotation, is found.
    pub fn holds(&self, cycle: &[usize]) -> bool {
        let (tail, head) = from_smallest(cycle);
        let rotated = [tail, head].concat();
        self.found().any(|tested| tested.states == rotated)
    }
}

/// Why a cycle of `length` solvers cannot be tested on these episodes, if so.
pub fn untestable(episodes: &[Vec<usize>], length: usize) -> Option<Untestable> {
    let events = episodes.iter().map(Vec::len).sum();
    if events < LEAST_EVENTS {
        return Some(Untestable::FewEvents { events });
    }
    if events > MAX_EVENTS {
        return Some(Untestable::TooManyEvents { events });
    }
    let events = episodes.iter().map(Vec::len).filter(|&events| events > length).sum();
    (events < LEAST_IN_LONG).then_some(Untestable::ShortEpisodes { length, events })
}

/// Tests the event sequences of episodes, of solvers below `solvers`.
///
/// # Errors
/// For too many solvers or one out of range.
pub fn solver_cycles(episodes: &[Vec<usize>], solvers: usize, seed: u64) -> Result<SolverCycles, MarkovError> {
    solver_cycles_among(PERMUTATIONS, episodes, solvers, seed)
}

/// The same test with another number of permutations, for where many are made and each may be coarser. With fewer than 99,
/// no cycle can be found.
///
/// # Errors
/// For too many solvers or one out of range.
pub fn solver_cycles_among(
    permutations: usize,
    episodes: &[Vec<usize>],
    solvers: usize,
    seed: u64,
) -> Result<SolverCycles, MarkovError> {
    check(episodes, solvers)?;
    let events = episodes.iter().map(Vec::len).sum();
    if let Some(reason) = untestable(episodes, 2) {
        return Ok(SolverCycles { events, untestable: Some(reason), p: None, cycles: Vec::new() });
    }
    let longest = (2..=solvers).take_while(|&length| untestable(episodes, length).is_none()).last().unwrap_or(0);
    let data = Data {
        events: episodes.iter().flatten().map(|&solver| solver as u8).collect(),
        episodes: episodes
            .iter()
            .scan(0, |end, episode| {
                let start = *end;
                *end += episode.len();
                Some(start..*end)
            })
            .collect(),
        solvers,
        longest,
    };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut permuted = data.events.clone();
    let mut cycles = data.compared(permutations, |order| {
        data.episodes.iter().for_each(|episode| permuted[episode.clone()].shuffle(&mut rng));
        order.copy_from_slice(&permuted);
    });
    cycles.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.states.cmp(&b.states)));
    judge(&mut cycles, episodes);
    if cycles.iter().any(|cycle| cycle.verdict == Verdict::Alternation) {
        // Where no episode has another order, p is 1 without drawing any.
        let open: Vec<Range<usize>> =
            data.episodes.iter().filter(|episode| !is_alone(&data.events[(*episode).clone()])).cloned().collect();
        let permutations = if open.is_empty() { 0 } else { permutations };
        let mut hub = data.events.clone();
        open.iter().for_each(|episode| exchange(&mut hub[episode.clone()], &mut rng));
        let against = data.compared(permutations, |order| {
            order.copy_from_slice(&hub);
            open.iter().for_each(|episode| exchange(&mut order[episode.clone()], &mut rng));
        });
        for cycle in cycles.iter_mut().filter(|cycle| cycle.verdict == Verdict::Alternation) {
            let same = against.iter().find(|other| other.states == cycle.states);
            cycle.beyond_non_repetition = same.map(|other| other.p);
            let own = data.events.iter().filter(|&&solver| cycle.states.contains(&usize::from(solver))).count();
            let alone = own as f64 >= TWO_ALONE * data.events.len() as f64;
            if !alone && cycle.beyond_non_repetition.is_none_or(|p| p > LEVEL) {
                cycle.verdict = Verdict::NonRepetition;
            }
        }
    }
    let p = cycles.iter().map(|cycle| cycle.p).fold(1.0, f64::min);
    Ok(SolverCycles { events, untestable: None, p: Some(p), cycles })
}

/// The events of episodes, one behind the other.
struct Data {
    events: Vec<u8>,
    /// Where each is.
    episodes: Vec<Range<usize>>,
    solvers: usize,
    /// Cycles longer than this are not tested.
    longest: usize,
}

impl Data {
    /// The cycles with a large enough share, against those of so many other orders, each of which `draw` writes.
    fn compared(&self, permutations: usize, mut draw: impl FnMut(&mut [u8])) -> Vec<Tested> {
        let mut tally = Tally::new(self.solvers);
        tally.add(self, &self.events);
        // Where the data have none, there is nothing to compare.
        if tally.large.iter().any(|large| !large.is_empty()) {
            let mut order = self.events.clone();
            for _ in 0..permutations {
                draw(&mut order);
                tally.add(self, &order);
            }
        }
        tally.tested()
    }
}

/// The cycles of one data set after the other, the data first.
struct Tally {
    erasure: Erasure,
    /// By number of cycle, 0 for events that close none, of the data set at hand; zero between data sets.
    counts: Vec<u32>,
    /// Cycles of the data set at hand.
    met: Vec<usize>,
    /// By number of cycle, over all data sets.
    sums: Vec<f64>,
    squares: Vec<f64>,
    /// By data set, the cycles with a large enough share, and their counts.
    large: Vec<Vec<(usize, u32)>>,
    /// Transitions in loops, in the data.
    consumed: u64,
}

impl Tally {
    fn new(solvers: usize) -> Tally {
        Tally {
            erasure: Erasure::new(solvers, MAX_NODES),
            counts: Vec::new(),
            met: Vec::new(),
            sums: Vec::new(),
            squares: Vec::new(),
            large: Vec::new(),
            consumed: 0,
        }
    }

    fn add(&mut self, data: &Data, events: &[u8]) {
        let mut consumed = 0_u64;
        for episode in &data.episodes {
            let mut path = START;
            for &solver in &events[episode.clone()] {
                let step = self.erasure.step(&mut path, solver);
                consumed += u64::from(step.length);
                let cycle = step.cycle as usize;
                if cycle >= self.counts.len() {
                    self.counts.resize(cycle + 1, 0);
                    self.sums.resize(cycle + 1, 0.0);
                    self.squares.resize(cycle + 1, 0.0);
                }
                // Whether an event closes a cycle is as good as a coin, so there is no branch on that.
                if self.counts[cycle] == 0 {
                    self.met.push(cycle);
                }
                self.counts[cycle] += 1;
            }
        }
        if self.large.is_empty() {
            self.consumed = consumed;
        }
        let mut large = Vec::new();
        for index in self.met.drain(..) {
            let count = self.counts[index];
            let length = index.checked_sub(1).map_or(0, |cycle| self.erasure.cycles()[cycle].len());
            let share = (length as u64 * u64::from(count)) as f64 / consumed as f64;
            if length > 0 && length <= data.longest && share >= LEAST_SHARE {
                large.push((index, count));
            }
            self.sums[index] += f64::from(count);
            self.squares[index] += f64::from(count) * f64::from(count);
            self.counts[index] = 0;
        }
        self.large.push(large);
    }

    /// The cycles of the data with a large enough share.
    fn tested(&self) -> Vec<Tested> {
        let sets = self.large.len() as f64;
        let standard = |index: usize, count: u32| {
            let mean = self.sums[index] / sets;
            let deviation = (self.squares[index] / sets - mean * mean).max(0.0).sqrt();
            let excess = if deviation > SLACK { (f64::from(count) - mean) / deviation } else { 0.0 };
            (mean, deviation, excess)
        };
        let largest = |large: &Vec<(usize, u32)>| {
            large.iter().map(|&(index, count)| standard(index, count).2).fold(f64::NEG_INFINITY, f64::max)
        };
        let permuted: Vec<f64> = self.large.iter().skip(1).map(largest).collect();
        let describe = |&(index, count): &(usize, u32)| {
            let (expected, deviation, excess) = standard(index, count);
            let as_large = permuted.iter().filter(|&&statistic| statistic >= excess - SLACK).count();
            let states: Vec<usize> =
                self.erasure.cycles()[index - 1].iter().map(|&solver| usize::from(solver)).collect();
            Tested {
                count: u64::from(count),
                share: (states.len() as u64 * u64::from(count)) as f64 / self.consumed as f64,
                expected,
                deviation,
                excess,
                p: (1 + as_large) as f64 / (1 + permuted.len()) as f64,
                direction: None,
                beyond_non_repetition: None,
                verdict: Verdict::Chance,
                states,
            }
        };
        self.large.first().map_or(Vec::new(), |data| data.iter().map(describe).collect())
    }
}

/// Gives every cycle its verdict.
fn judge(cycles: &mut [Tested], episodes: &[Vec<usize>]) {
    let mut family = Vec::new();
    for cycle in cycles.iter_mut().filter(|cycle| cycle.p <= LEVEL) {
        if cycle.states.len() == 2 {
            cycle.verdict = Verdict::Alternation;
            continue;
        }
        let (differences, reverse) = against_reverse(&cycle.states, episodes);
        let opposite: Vec<i64> = differences.iter().map(|difference| -difference).collect();
        let p = at_least_as_far(&differences);
        family.extend([p, at_least_as_far(&opposite)]);
        let episodes = differences.len();
        cycle.verdict = Verdict::NoDirection;
        cycle.direction = Some(Direction { reverse, episodes, p, adjusted_p: p });
    }
    for cycle in cycles {
        if let Some(direction) = &mut cycle.direction {
            direction.adjusted_p = holm(direction.p, &family);
            if direction.adjusted_p <= LEVEL {
                cycle.verdict = Verdict::Cycle;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LEVEL, SolverCycles, Untestable, Verdict, solver_cycles, untestable};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// The next solver, by weight; never `not`.
    fn draw(weights: &[f64], not: Option<usize>, rng: &mut ChaCha8Rng) -> usize {
        let open: Vec<usize> = (0..weights.len()).filter(|&solver| Some(solver) != not).collect();
        let mut left = rng.random::<f64>() * open.iter().map(|&solver| weights[solver]).sum::<f64>();
        let chosen = open.iter().find(|&&solver| {
            left -= weights[solver];
            left < 0.0
        });
        *chosen.unwrap_or(&open[0])
    }

    /// Episodes without any order, but that a solver may never follow itself.
    fn order_free(solvers: usize, repeats: bool, rng: &mut ChaCha8Rng) -> Vec<Vec<usize>> {
        let weights: Vec<f64> = (0..solvers).map(|_| 0.3 + rng.random::<f64>()).collect();
        let (episodes, most) = (rng.random_range(10..40), rng.random_range(6..30));
        let episode = |rng: &mut ChaCha8Rng| {
            let mut events: Vec<usize> = Vec::new();
            for _ in 0..rng.random_range(3..=most) {
                let not = if repeats { None } else { events.last().copied() };
                events.push(draw(&weights, not, rng));
            }
            events
        };
        (0..episodes).map(|_| episode(rng)).collect()
    }

    /// Each solver is followed by the next around the circle with this probability, else by any.
    fn circle(solvers: usize, strength: f64, rng: &mut ChaCha8Rng) -> Vec<Vec<usize>> {
        let episode = |rng: &mut ChaCha8Rng| {
            let mut events = vec![rng.random_range(0..solvers)];
            while events.len() < 12 {
                let last = events[events.len() - 1];
                let onwards = rng.random::<f64>() < strength;
                events.push(if onwards { (last + 1) % solvers } else { rng.random_range(0..solvers) });
            }
            events
        };
        (0..30).map(|_| episode(rng)).collect()
    }

    fn of_length(found: &SolverCycles, verdict: Verdict) -> usize {
        found.cycles.iter().filter(|cycle| cycle.verdict == verdict).count()
    }

    fn surely_alternates(found: &SolverCycles) -> bool {
        found.cycles.iter().any(|cycle| cycle.beyond_non_repetition.is_some_and(|p| p <= LEVEL))
    }

    #[test]
    fn chains_without_order_have_no_cycle() {
        let mut rng = ChaCha8Rng::seed_from_u64(20_261_123);
        let (mut cycles, mut alternations, mut beyond, mut tested) = (0, [0, 0], 0, 0);
        for chain in 0..500 {
            let repeats = chain % 2 == 0;
            let found = solver_cycles(&order_free(3 + chain / 2 % 4, repeats, &mut rng), 6, chain as u64);
            let found = found.expect("in range");
            tested += usize::from(found.p.is_some());
            cycles += usize::from(of_length(&found, Verdict::Cycle) > 0);
            alternations[usize::from(!repeats)] += usize::from(of_length(&found, Verdict::Alternation) > 0);
            beyond += usize::from(surely_alternates(&found));
        }
        assert!(tested >= 450, "{tested} tested");
        // Half of the chains never repeat; two of their solvers that have nine tenths of the events could only take turns.
        let rates = format!("{cycles} cycles; {alternations:?} alternations, {beyond} beyond non-repetition");
        assert!(cycles + alternations[0] + alternations[1] <= 10, "{rates}");
    }

    #[test]
    fn true_cycles_are_found() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        for solvers in [3, 4] {
            for run in 0..20 {
                let found = solver_cycles(&circle(solvers, 0.7, &mut rng), solvers, run).expect("in range");
                let whole: Vec<usize> = (0..solvers).collect();
                assert!(found.holds(&whole), "{found:?}");
                assert!(!found.holds(&whole.into_iter().rev().collect::<Vec<usize>>()), "{found:?}");
            }
        }
        let two = solver_cycles(&circle(2, 0.7, &mut rng), 2, 1).expect("in range");
        assert!(two.holds(&[1, 0]) && two.cycles[0].verdict == Verdict::Alternation, "{two:?}");
        assert!(!surely_alternates(&two), "{two:?}");
        // Two pairs that never repeat and hold to each other: 0 with 1, 2 with 3.
        let episode = |rng: &mut ChaCha8Rng| {
            let mut events = vec![0];
            while events.len() < 20 {
                let last = events[events.len() - 1];
                let other = (last / 2 * 2 + 2) % 4 + rng.random_range(0..2);
                events.push(if rng.random::<f64>() < 0.8 { last ^ 1 } else { other });
            }
            events
        };
        let pairs: Vec<Vec<usize>> = (0..20).map(|_| episode(&mut rng)).collect();
        let pairs = solver_cycles(&pairs, 4, 1).expect("in range");
        assert!(pairs.holds(&[0, 1]) && pairs.holds(&[2, 3]) && surely_alternates(&pairs), "{pairs:?}");
    }

    #[test]
    fn too_little_to_test() {
        let short = vec![vec![0, 1]; 40];
        assert_eq!(untestable(&short, 2), Some(Untestable::ShortEpisodes { length: 2, events: 0 }));
        assert_eq!(solver_cycles(&short, 2, 1).expect("in range").p, None);
        assert_eq!(untestable(&[vec![0; 59]], 2), Some(Untestable::FewEvents { events: 59 }));
        assert_eq!(solver_cycles(&[], 0, 1).expect("empty").untestable, Some(Untestable::FewEvents { events: 0 }));
        let alone = solver_cycles(&[vec![0; 100]], 1, 1).expect("in range");
        assert_eq!((alone.p, alone.cycles.len()), (Some(1.0), 0));
        // Twenty events in episodes that hold a cycle of 3, fewer that hold one of 4.
        let mixed: Vec<Vec<usize>> = [vec![vec![0, 1, 2]; 20], vec![vec![0, 1, 2, 0]; 5]].concat();
        assert_eq!((untestable(&mixed, 3), untestable(&mixed, 4).is_some()), (None, true));
        assert!(solver_cycles(&[vec![3]], 3, 1).is_err());
    }

    #[test]
    fn one_long_episode_has_no_direction() {
        let found = solver_cycles(&[(0..90).map(|event| event % 3).collect()], 3, 1).expect("in range");
        assert_eq!(found.cycles[0].verdict, Verdict::NoDirection);
        assert_eq!(found.cycles[0].direction.expect("tested").p, 0.5);
    }
}
