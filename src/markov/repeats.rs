//! Random orders of events that keep how often a solver follows itself.
//!
//! Definition: every order of an episode's events with the same first event, the same last, and as many neighbours that are
//! equal, all equally likely. If the next solver is drawn without regard to the present one, but that it is never
//! the same, the orders of an episode are exactly so distributed, given these.
//!
//! Method: a Markov chain that exchanges two events at random places wherever the number of equal neighbours stays. The
//! orders are draws from one hub, itself reached from the data: so the data and the draws are exchangeable, and a p from
//! them is valid however few exchanges there are; few only cost power.
//!
//! Besag, J. and Clifford, P. (1989), Generalized Monte Carlo significance tests, Biometrika 76, 633-642.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Exchanges tried for each event.
const TRIES: usize = 4;
/// Up to so many places two are drawn from 32 bits.
const SHORT: usize = 4096;
/// Whether a longer episode is alone is not looked for: it takes a time of events squared.
const LOOKED_AT: usize = 256;

/// Exchanges events of an episode of fewer than 2^32.
pub fn exchange(events: &mut [u8], rng: &mut ChaCha8Rng) {
    let inner = events.len().saturating_sub(2);
    if inner < 2 {
        return;
    }
    // The chance of a pair of places does not depend on the order, so that none of them is drawn more often than another, and few
    // bits do.
    let bits = if inner <= SHORT { 16 } else { 32 };
    let place = |number: u64| 1 + ((number * inner as u64) >> bits) as usize;
    for _ in 0..TRIES * inner {
        let both = if bits == 16 { u64::from(rng.next_u32()) } else { rng.next_u64() };
        let (a, b) = (place(both >> bits), place(both & ((1 << bits) - 1)));
        // Without a branch: whether it may be is as good as a coin.
        let (one, other) = (events[a], events[b]);
        let may = keeps_repeats(events, a, b);
        events[a] = if may { other } else { one };
        events[b] = if may { one } else { other };
    }
}

/// Whether no exchange of two events leads to another order: then the episode has none. A long one is held to have others.
pub fn is_alone(events: &[u8]) -> bool {
    let inner = 1..events.len().saturating_sub(1);
    let stays = |a: usize, b: usize| events[a] == events[b] || !keeps_repeats(events, a, b);
    inner.len() <= LOOKED_AT && inner.clone().all(|a| (a + 1..inner.end).all(|b| stays(a, b)))
}

/// Whether as many neighbours are equal after the events at two inner places are exchanged.
#[inline(always)]
fn keeps_repeats(events: &[u8], a: usize, b: usize) -> bool {
    let (near_a, near_b) = (&events[a - 1..a + 2], &events[b - 1..b + 2]);
    let (one, other) = (near_a[1], near_b[1]);
    let equal = |near: &[u8], event: u8| u32::from(near[0] == event) + u32::from(near[2] == event);
    // Of neighbours that are exchanged each would meet itself where the other was.
    let itself = 2 * u32::from(a.abs_diff(b) == 1) * u32::from(one != other);
    equal(near_a, one) + equal(near_b, other) + itself == equal(near_a, other) + equal(near_b, one)
}

#[cfg(test)]
mod tests {
    use super::{exchange, is_alone, keeps_repeats};
    use crate::markov::properties::equally_likely;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use std::collections::BTreeMap;

    #[test]
    fn every_order_is_equally_likely() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let original = [0, 1, 2, 0, 1, 1, 2, 0];
        let repeats = |events: &[u8]| events.windows(2).filter(|pair| pair[0] == pair[1]).count();
        let mut seen = BTreeMap::new();
        for _ in 0..20_000 {
            let mut events = original;
            (0..6).for_each(|_| exchange(&mut events, &mut rng));
            assert_eq!((events[0], events[7], repeats(&events)), (0, 0, 1));
            *seen.entry(events).or_insert(0) += 1;
        }
        let possible = (0..3_u32.pow(6))
            .map(|code| {
                let mut events = [0; 8];
                (0..6).for_each(|place| events[place + 1] = (code / 3_u32.pow(place as u32) % 3) as u8);
                events
            })
            .filter(|events| {
                let count = |solver: u8| events.iter().filter(|&&other| other == solver).count();
                (count(0), count(1), repeats(events)) == (3, 3, 1)
            })
            .count();
        equally_likely(seen.values(), possible);
    }

    #[test]
    fn what_is_exchanged_keeps_repeats() {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let repeats = |events: &[u8]| events.windows(2).filter(|pair| pair[0] == pair[1]).count();
        for _ in 0..500 {
            let events: Vec<u8> = (0..rng.random_range(2..9)).map(|_| rng.random_range(0..3)).collect();
            let mut others = 0;
            for (a, b) in (1..events.len() - 1).flat_map(|a| (1..events.len() - 1).map(move |b| (a, b))) {
                let mut exchanged = events.clone();
                exchanged.swap(a, b);
                let keeps = repeats(&exchanged) == repeats(&events);
                assert_eq!(keeps_repeats(&events, a, b), keeps, "{events:?} {a} {b}");
                others += usize::from(keeps && exchanged != events);
            }
            assert_eq!(is_alone(&events), others == 0, "{events:?}");
        }
        assert!(is_alone(&[]) && is_alone(&[0]) && !is_alone(&[0; 1000]));
    }

    #[test]
    fn short_episodes_stay() {
        for length in 0..4 {
            let mut events = vec![0, 1, 0, 1][..length].to_vec();
            let before = events.clone();
            exchange(&mut events, &mut ChaCha8Rng::seed_from_u64(1));
            assert_eq!(events, before);
        }
    }
}
