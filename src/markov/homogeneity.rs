//! Do several count matrices, one per seed, share one transition matrix?
//!
//! Definition: for every state, the table of seeds by next states is tested for independence; G and the degrees of freedom,
//! (seeds that left the state - 1)(states that followed in any - 1), are summed over the states.
//!
//! Simulated p: for every state the transitions are dealt out anew to the seeds, each of which keeps how often it left
//! the state; given that, every deal is equally likely if the matrix is one. Above [`MAX_DEALT`] transitions there is none,
//! and chi-square holds unless counts of single transitions are small.
//!
//! Edge cases: one seed, or none that left the same state, cannot differ: p 1.
//!
//! Anderson, T. W. and Goodman, L. A. (1957), Statistical inference about Markov chains, section 3.4.

use crate::markov::counts::Counts;
use crate::markov::error::MarkovError;
use crate::markov::g_test::{GTest, independence};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// The most transitions that are dealt out anew.
pub const MAX_DEALT: u64 = 200_000;

/// Tests with `simulations` deals.
///
/// # Errors
/// If the matrices have different numbers of states.
pub fn homogeneity(seeds: &[Counts], simulations: usize, seed: u64) -> Result<GTest, MarkovError> {
    let states = seeds.first().map_or(0, Counts::states);
    if let Some(other) = seeds.iter().find(|counts| counts.states() != states) {
        return Err(MarkovError::Dimension { expected: states, found: other.states() });
    }
    let table = |from: usize| seeds.iter().map(|counts| counts.row(from).to_vec()).collect::<Vec<Vec<u64>>>();
    let tests: Vec<(f64, u64)> = (0..states).map(|from| independence(&table(from))).collect();
    let (g, degrees) = (tests.iter().map(|(g, _)| g).sum(), tests.iter().map(|(_, degrees)| degrees).sum());
    if seeds.iter().map(Counts::total).sum::<u64>() > MAX_DEALT {
        return Ok(GTest::by_chi_square(g, degrees));
    }
    // A table without a degree of freedom has G = 0 however it is dealt.
    let mut decks: Vec<Deck> =
        (0..states).filter(|&from| tests[from].1 > 0).map(|from| Deck::new(&table(from))).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Ok(GTest::new(g, degrees, simulations, || decks.iter_mut().map(|deck| deck.deal(&mut rng)).sum()))
}

/// The transitions out of one state.
struct Deck {
    /// Next states.
    cards: Vec<u8>,
    /// How many each seed has.
    hands: Vec<usize>,
    table: Vec<Vec<u64>>,
}

impl Deck {
    fn new(table: &[Vec<u64>]) -> Deck {
        let cards = table.iter().flat_map(|row| row.iter().enumerate());
        let cards = cards.flat_map(|(to, &count)| std::iter::repeat_n(to as u8, count as usize)).collect();
        let hands = table.iter().map(|row| row.iter().sum::<u64>() as usize).collect();
        Deck { cards, hands, table: table.to_vec() }
    }

    /// G of the table after a deal.
    fn deal(&mut self, rng: &mut ChaCha8Rng) -> f64 {
        self.cards.shuffle(rng);
        let mut dealt = 0;
        for (row, &hand) in self.table.iter_mut().zip(&self.hands) {
            row.fill(0);
            self.cards[dealt..dealt + hand].iter().for_each(|&to| row[usize::from(to)] += 1);
            dealt += hand;
        }
        independence(&self.table).0
    }
}

#[cfg(test)]
mod tests {
    use super::homogeneity;
    use crate::markov::counts::Counts;

    fn counts(rows: &[&[u64]]) -> Counts {
        Counts::from_rows(&rows.iter().map(|row| row.to_vec()).collect::<Vec<Vec<u64>>>()).expect("square")
    }

    #[test]
    fn different_seeds_are_told_apart() {
        let one = counts(&[&[30, 10], &[20, 20]]);
        let other = counts(&[&[10, 30], &[20, 20]]);
        let alike = homogeneity(&[one.clone(), one.clone()], 999, 5).expect("alike");
        assert_eq!((alike.degrees, alike.p()), (2, 1.0));
        let apart = homogeneity(&[one, other], 999, 5).expect("alike");
        assert!(apart.p() <= 0.002 && apart.chi_square_p < 1e-3, "{apart:?}");
    }

    #[test]
    fn nothing_to_differ() {
        let one = counts(&[&[3, 1], &[0, 0]]);
        let other = counts(&[&[0, 0], &[1, 1]]);
        assert_eq!(homogeneity(&[one.clone(), other], 99, 5).expect("alike").p(), 1.0);
        assert_eq!(homogeneity(std::slice::from_ref(&one), 99, 5).expect("one").p(), 1.0);
        assert_eq!(homogeneity(&[], 99, 5).expect("none").p(), 1.0);
        assert!(homogeneity(&[one, counts(&[])], 99, 5).is_err());
    }
}
