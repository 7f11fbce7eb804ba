//! The random decisions that a world takes. None can panic, and all give the same result on every platform.

use rand::Rng;

/// A number uniform in `0..n`, up to a bias below n / 2^64; 0 where `n` is 0.
pub fn below(n: u32, rng: &mut impl Rng) -> u32 {
    ((u128::from(rng.next_u64()) * u128::from(n)) >> 64) as u32
}

/// True with this probability, to a resolution of 2^-32: never at 0 or less, always at 1 or more.
pub fn happens(probability: f64, rng: &mut impl Rng) -> bool {
    f64::from(rng.next_u32()) < probability * 4_294_967_296.0
}

/// The index of one of these shares, each drawn with its probability; nothing with the probability that they leave.
/// One number is drawn, to the resolution of [`happens`].
pub fn which(shares: impl IntoIterator<Item = f64>, rng: &mut impl Rng) -> Option<usize> {
    let number = f64::from(rng.next_u32());
    let mut sum = 0.0;
    shares.into_iter().position(|share| {
        sum += share;
        number < sum * 4_294_967_296.0
    })
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::chance::{below, happens, which};

    #[test]
    fn the_ends_are_exact_and_the_middle_is_fair() {
        let rng = &mut Seed(1).stream("chance", &[]);
        assert!((0..1_000).all(|_| !happens(0.0, rng) && happens(1.0, rng)));
        let hits = (0..10_000).filter(|_| happens(0.3, rng)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
        let mut counts = [0; 5];
        (0..10_000).for_each(|_| counts[below(5, rng) as usize] += 1);
        assert!(counts.iter().all(|count| (1_800..2_200).contains(count)), "{counts:?}");
        assert_eq!(below(0, rng), 0);
    }

    #[test]
    fn one_of_the_shares_is_drawn() {
        let rng = &mut Seed(1).stream("chance", &[]);
        let mut counts = [0; 3];
        (0..10_000).for_each(|_| counts[which([0.2, 0.0, 0.3], rng).map_or(1, |share| share)] += 1);
        assert!((1_800..2_200).contains(&counts[0]) && (2_800..3_200).contains(&counts[2]), "{counts:?}");
        assert_eq!((which([0.0, 1.0], rng), which([], rng)), (Some(1), None));
    }
}
