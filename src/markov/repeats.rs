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

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Exchanges tried for each event.
const TRIES: usize = 4;

/// Exchanges events of an episode.
pub fn exchange(events: &mut [u8], rng: &mut ChaCha8Rng) {
    let inner = events.len().saturating_sub(2);
    if inner < 2 {
        return;
    }
    for _ in 0..TRIES * inner {
        let (a, b) = (1 + rng.random_range(0..inner as u32) as usize, 1 + rng.random_range(0..inner as u32) as usize);
        let (a, b) = (a.min(b), a.max(b));
        if events[a] == events[b] {
            continue;
        }
        let before = equal_near(events, a, b);
        events.swap(a, b);
        if equal_near(events, a, b) != before {
            events.swap(a, b);
        }
    }
}

/// How many of the neighbours that two places take part in are equal, each pair once.
fn equal_near(events: &[u8], a: usize, b: usize) -> u32 {
    let equal = |place: usize| u32::from(events[place] == events[place + 1]);
    let between = if a + 1 == b { 0 } else { equal(b - 1) };
    equal(a - 1) + equal(a) + between + equal(b)
}

#[cfg(test)]
mod tests {
    use super::exchange;
    use crate::markov::properties::equally_likely;
    use rand::SeedableRng;
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
    fn short_episodes_stay() {
        for length in 0..4 {
            let mut events = vec![0, 1, 0, 1][..length].to_vec();
            let before = events.clone();
            exchange(&mut events, &mut ChaCha8Rng::seed_from_u64(1));
            assert_eq!(events, before);
        }
    }
}
