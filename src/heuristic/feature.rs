//! The feature of a heuristic in a state: phi(a) = 1[a in A] - |A| / |actions|, A the actions it recommends.

use crate::world::action::{ACTIONS, ActionSet};

/// The feature of the recommended actions: it sums to 0, and is zero where the rule does not fire (the empty set).
pub fn phi(set: ActionSet) -> [f64; ACTIONS] {
    let share = set.len() as f64 / ACTIONS as f64;
    std::array::from_fn(|action| f64::from(u8::from(set.contains(action))) - share)
}

#[cfg(test)]
mod tests {
    use crate::heuristic::feature::phi;
    use crate::world::action::ActionSet;

    #[test]
    fn features_are_centred() {
        assert_eq!(phi(ActionSet::EMPTY), [0.0; 5]);
        assert_eq!(phi(ActionSet(0b00101)), [0.6, -0.4, 0.6, -0.4, -0.4]);
        for set in 0..32 {
            assert!(phi(ActionSet(set)).iter().sum::<f64>().abs() < 1e-15);
        }
    }
}
