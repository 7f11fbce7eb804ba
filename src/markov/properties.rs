//! What holds for every chain: each property on random chains, periodic ones, ones that fall apart, and ones with dead
//! ends among them.

use crate::markov::classes::{classes, recurrent};
use crate::markov::counts::Counts;
use crate::markov::cycles::cycle_weights;
use crate::markov::entropy::{entropy_production, entropy_rate};
use crate::markov::fit::fit;
use crate::markov::flux::flux;
use crate::markov::homogeneity::homogeneity;
use crate::markov::order::order;
use crate::markov::passage::{hitting, mean_first_passage};
use crate::markov::posterior::uniform;
use crate::markov::returns::returns;
use crate::markov::spectrum::spectrum;
use crate::markov::stationary::{on_class, stationary};
use crate::markov::transition::Transition;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Asserts that so many things are possible, that all were drawn, and each as often as the others: chi-square within four
/// deviations.
pub fn equally_likely<'n>(drawn: impl ExactSizeIterator<Item = &'n i32> + Clone, possible: usize) {
    assert_eq!(drawn.len(), possible);
    let expected = f64::from(drawn.clone().sum::<i32>()) / possible as f64;
    let chi_square: f64 = drawn.map(|&n| (f64::from(n) - expected).powi(2) / expected).sum();
    let degrees = possible as f64 - 1.0;
    assert!((chi_square - degrees).abs() < 4.0 * (2.0 * degrees).sqrt(), "{chi_square} on {degrees}");
}

/// Chains of 1 to 6 states, many entries zero, some rows too; every second one goes round in a circle of blocks.
fn chains() -> impl Strategy<Value = Transition> {
    (1..=6_usize, any::<u64>(), 0.2..1.0, any::<bool>()).prop_map(|(states, seed, density, round)| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let blocks = rng.random_range(1..=3.min(states));
        let dead_ends = rng.random::<f64>() < 0.2;
        let row = |from: usize| {
            let weight = |to: usize| {
                let open = !round || to % blocks == (from + 1) % blocks;
                let drawn = (rng.random::<f64>() < density, rng.random::<f64>());
                if open && drawn.0 { 0.01 + drawn.1 } else { 0.0 }
            };
            let weights: Vec<f64> = (0..states).map(weight).collect();
            let sum: f64 = weights.iter().sum();
            match sum {
                0.0 if dead_ends => weights,
                0.0 => (0..states).map(|to| if to == from { 1.0 } else { 0.0 }).collect(),
                _ => weights.into_iter().map(|weight| weight / sum).collect(),
            }
        };
        Transition::new((0..states).map(row).collect()).expect("a transition matrix")
    })
}

/// The same chain with state i called `names[i]`.
fn renamed(p: &Transition, names: &[usize]) -> Transition {
    let mut rows = vec![vec![0.0; p.states()]; p.states()];
    for from in 0..p.states() {
        for to in 0..p.states() {
            rows[names[from]][names[to]] = p.get(from, to);
        }
    }
    Transition::new(rows).expect("a transition matrix")
}

/// The chain seen backwards on a recurrent class that is all of it.
fn reversed(p: &Transition) -> Transition {
    let all: Vec<usize> = (0..p.states()).collect();
    let pi = on_class(p, &all);
    let row = |from: usize| all.iter().map(|&to| pi[to] * p.get(to, from) / pi[from]).collect();
    Transition::new(all.iter().map(|&from| row(from)).collect()).expect("a transition matrix")
}

fn near(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// Sequences of the chain, which end where it does.
fn walks(p: &Transition, sequences: usize, steps: usize, rng: &mut ChaCha8Rng) -> Vec<Vec<usize>> {
    let walk = |rng: &mut ChaCha8Rng| {
        let mut walk = vec![rng.random_range(0..p.states())];
        while walk.len() < steps && p.is_left(walk[walk.len() - 1]) {
            let row = p.row(walk[walk.len() - 1]);
            let mut left = rng.random::<f64>();
            let next = row.iter().position(|p| {
                left -= p;
                left < 0.0
            });
            walk.push(next.or(row.iter().rposition(|&p| p > 0.0)).expect("the state is left"));
        }
        walk
    };
    (0..sequences).map(|_| walk(rng)).collect()
}

proptest! {
    #[test]
    fn stationary_distributions_stay(p in chains()) {
        let classes = recurrent(&p);
        let found = stationary(&p);
        prop_assert_eq!(found.len(), classes.len());
        for (pi, class) in found.iter().zip(&classes) {
            prop_assert!(near(pi.iter().sum(), 1.0));
            for to in 0..p.states() {
                let after: f64 = (0..p.states()).map(|from| pi[from] * p.get(from, to)).sum();
                prop_assert!((after - pi[to]).abs() <= 1e-14, "{} became {after}", pi[to]);
                prop_assert_eq!(pi[to] > 0.0, class.contains(&to));
            }
        }
    }

    #[test]
    fn classes_part_the_states(p in chains()) {
        let classes = classes(&p);
        let mut all: Vec<usize> = classes.iter().flat_map(|class| class.states.clone()).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..p.states()).collect::<Vec<usize>>());
        prop_assert!(classes.iter().any(|class| class.recurrent) || (0..p.states()).any(|state| !p.is_left(state)));
        for class in &classes {
            for &state in &class.states {
                let back = returns(&p)[state];
                prop_assert_eq!(class.recurrent, back.probability == 1.0, "{:?} in {:?}", back, class);
                prop_assert_eq!(class.period.is_none(), back.probability == 0.0);
            }
        }
    }

    #[test]
    fn a_period_of_a_class_shows_in_its_spectrum(p in chains()) {
        let on_circle: usize =
            classes(&p).iter().filter(|class| class.recurrent).filter_map(|class| class.period).sum();
        let found = spectrum(&p).expect("converges");
        let moduli: Vec<f64> = found.eigenvalues.iter().map(|value| value.modulus()).collect();
        prop_assert_eq!(moduli.iter().filter(|&&modulus| (modulus - 1.0).abs() < 1e-7).count(), on_circle);
        prop_assert!(moduli.iter().all(|&modulus| modulus < 1.0 + 1e-7));
        let trace: f64 = (0..p.states()).map(|state| p.get(state, state)).sum();
        prop_assert!((found.eigenvalues.iter().map(|value| value.real).sum::<f64>() - trace).abs() < 1e-9);
        prop_assert!(found.eigenvalues.iter().map(|value| value.imaginary).sum::<f64>().abs() < 1e-9);
    }

    #[test]
    fn passage_times_satisfy_their_equations(p in chains()) {
        let m = mean_first_passage(&p);
        for target in 0..p.states() {
            let h = hitting(&p, &[target]);
            for (from, times) in m.iter().enumerate().filter(|(from, _)| *from != target) {
                let ahead: f64 = (0..p.states()).map(|to| p.get(from, to) * h[to]).sum();
                prop_assert!(near(h[from], ahead));
                let sure = h[from] == 1.0;
                prop_assert_eq!(sure, times[target].is_finite());
                let others = (0..p.states()).filter(|&to| p.get(from, to) > 0.0);
                let later: f64 = others.map(|to| p.get(from, to) * m[to][target]).sum();
                prop_assert!(!sure || near(times[target], 1.0 + later));
            }
        }
        let back = returns(&p);
        for pi in stationary(&p) {
            for (state, mass) in pi.iter().enumerate().filter(|(_, mass)| **mass > 0.0) {
                prop_assert!(near(back[state].mean_time, 1.0 / mass));
            }
        }
        for found in back {
            prop_assert_eq!(found.probability > 0.0, found.mean_time_if_it_returns.is_some_and(|time| time >= 1.0 - 1e-9));
        }
    }

    #[test]
    fn every_step_belongs_to_one_cycle(p in chains()) {
        for class in recurrent(&p) {
            let cycles = cycle_weights(&p, &class).expect("few");
            prop_assert!(near(cycles.iter().map(|cycle| cycle.states.len() as f64 * cycle.weight).sum(), 1.0));
            let pi = on_class(&p, &class);
            for &state in &class {
                let through = cycles.iter().filter(|cycle| cycle.states.contains(&state));
                prop_assert!(near(through.map(|cycle| cycle.weight).sum(), pi[state]));
            }
        }
    }

    #[test]
    fn backwards_is_the_same_but_for_direction(p in chains()) {
        let all: Vec<usize> = (0..p.states()).collect();
        prop_assume!(recurrent(&p) == [all.clone()]);
        let back = reversed(&p);
        prop_assert!(on_class(&p, &all).iter().zip(on_class(&back, &all)).all(|(a, b)| near(*a, b)));
        prop_assert!(near(entropy_rate(&p, &all), entropy_rate(&back, &all)));
        let (forth, back_again) = (entropy_production(&p, &all), entropy_production(&back, &all));
        prop_assert!(forth >= 0.0 && (near(forth, back_again) || (forth - back_again).abs() < 1e-9));
        let reverse = |states: &[usize]| -> Vec<usize> {
            states.iter().take(1).chain(states.iter().skip(1).rev()).copied().collect()
        };
        let weights = cycle_weights(&back, &all).expect("few");
        for cycle in cycle_weights(&p, &all).expect("few") {
            let other = weights.iter().find(|other| other.states == reverse(&cycle.states));
            prop_assert!(other.is_some_and(|other| near(other.weight, cycle.weight)));
        }
    }

    #[test]
    fn names_do_not_matter(p in chains(), turn in 0..6_usize) {
        let states = p.states();
        let names: Vec<usize> = (0..states).map(|state| (states - 1 - state + turn) % states).collect();
        let other = renamed(&p, &names);
        let (back, back_other) = (returns(&p), returns(&other));
        let (m, m_other) = (mean_first_passage(&p), mean_first_passage(&other));
        for from in 0..states {
            prop_assert!(near(back[from].probability, back_other[names[from]].probability));
            for to in 0..states {
                prop_assert!(near(m[from][to], m_other[names[from]][names[to]]));
            }
        }
        for class in classes(&p) {
            let mut called: Vec<usize> = class.states.iter().map(|&state| names[state]).collect();
            called.sort_unstable();
            let found = classes(&other).into_iter().find(|other| other.states == called);
            prop_assert!(found.is_some_and(|found| (found.recurrent, found.period) == (class.recurrent, class.period)));
            if class.recurrent {
                let (pi, pi_other) = (on_class(&p, &class.states), on_class(&other, &called));
                prop_assert!((0..states).all(|state| near(pi[state], pi_other[names[state]])));
                prop_assert!(near(entropy_rate(&p, &class.states), entropy_rate(&other, &called)));
            }
        }
    }

    #[test]
    fn sequences_and_their_counts(p in chains(), seed in any::<u64>()) {
        let sequences = walks(&p, 4, 30, &mut ChaCha8Rng::seed_from_u64(seed));
        let counts = Counts::from_sequences(&sequences, p.states(), 1).expect("in range");
        let transitions: usize = sequences.iter().map(|sequence| sequence.len() - 1).sum();
        prop_assert_eq!(counts.total(), transitions as u64);
        let found = flux(&sequences, p.states()).expect("in range");
        let consumed: u64 = found.cycles.iter().map(|cycle| cycle.states.len() as u64 * cycle.count).sum();
        prop_assert_eq!(consumed, found.consumed);
        prop_assert!(found.transitions == counts.total() && found.transitions - consumed < 4 * p.states() as u64);
        for row in uniform(&counts) {
            prop_assert!(near(row.iter().map(|entry| entry.mean).sum(), 1.0));
            prop_assert!(row.iter().all(|entry| (0.0..=1.0).contains(&entry.interval[0]) && entry.interval[0] <= entry.interval[1]));
        }
        let to_itself = fit(&counts, &counts.transition(), 19, seed).expect("alike");
        prop_assert!(to_itself.test.g.abs() < 1e-9 && to_itself.test.p() == 1.0, "{:?}", to_itself);
        prop_assert_eq!(homogeneity(&[counts.clone(), counts], 19, seed).expect("alike").p(), 1.0);
    }
}

/// The share of p at most 0.01, 0.05 and 0.1, each at most 3 standard errors above.
fn holds_its_level(what: &str, ps: &[f64]) {
    for level in [0.01, 0.05, 0.1] {
        let share = ps.iter().filter(|&&p| p <= level).count() as f64 / ps.len() as f64;
        let error = (level * (1.0 - level) / ps.len() as f64).sqrt();
        assert!(share <= level + 3.0 * error, "{what}: p <= {level} in {share} of {} data sets", ps.len());
        assert!(share > 0.2 * level || level < 0.1, "{what}: p <= {level} in {share} of {} data sets", ps.len());
    }
}

/// With sparse counts, as a few episodes give them.
#[test]
fn p_values_under_the_null() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_123);
    let mut ps = vec![Vec::new(); 4];
    for data_set in 0..1_500 {
        let states = rng.random_range(2..=4);
        let mut draw = |_| {
            let weights: Vec<f64> = (0..states).map(|_| 0.05 + rng.random::<f64>().powi(2)).collect();
            let sum: f64 = weights.iter().sum();
            weights.into_iter().map(|weight| weight / sum).collect::<Vec<f64>>()
        };
        let p = Transition::new((0..states).map(&mut draw).collect()).expect("valid");
        let same = Transition::new(vec![draw(0); states]).expect("valid");
        let count = |sequences: &[Vec<usize>]| Counts::from_sequences(sequences, states, 1).expect("in range");
        let seeds: Vec<Counts> = (0..4).map(|_| count(&walks(&p, 2, 12, &mut rng))).collect();
        let sequences = walks(&p, 3, 15, &mut rng);
        ps[0].push(fit(&count(&sequences), &p, 199, data_set).expect("alike").test.p());
        ps[1].push(homogeneity(&seeds, 199, data_set).expect("alike").p());
        ps[2].push(order(&sequences, states, 199, data_set).expect("in range").second_against_first.p());
        let unordered = walks(&same, 3, 15, &mut rng);
        ps[3].push(order(&unordered, states, 199, data_set).expect("in range").first_against_zero.p());
    }
    for (what, ps) in ["fit", "homogeneity", "second order", "first order"].iter().zip(&ps) {
        holds_its_level(what, ps);
    }
}
