//! Emergence: the first snapshot from which on a strength stays at half of the final one or above.

/// The index of that snapshot in a course of strengths; nothing if the final one is not positive or there is none.
pub fn emerged_at(course: &[f64]) -> Option<usize> {
    let last = *course.last()?;
    if last <= 0.0 {
        return None;
    }
    let below = course.iter().rposition(|strength| *strength < last / 2.0);
    Some(below.map_or(0, |index| index + 1))
}

/// Whether these emerged one after the other: none is missing, and no two at the same snapshot.
pub fn in_order(emerged: &[Option<usize>]) -> bool {
    emerged.iter().all(Option::is_some) && emerged.is_sorted_by(|a, b| a < b)
}

#[cfg(test)]
mod tests {
    use super::{emerged_at, in_order};

    #[test]
    fn a_tie_or_a_missing_one_is_no_order() {
        assert!(in_order(&[Some(0), Some(3), Some(4)]));
        assert!(!in_order(&[Some(3), Some(0)]));
        assert!(!in_order(&[Some(3), Some(3)]));
        assert!(!in_order(&[Some(3), None]));
        assert!(!in_order(&[None, Some(3)]));
        assert!(!in_order(&[None, None]));
    }

    #[test]
    fn half_must_be_sustained() {
        assert_eq!(emerged_at(&[0.0, 1.0, 0.4, 1.1, 2.0]), Some(3));
        assert_eq!(emerged_at(&[2.0, 2.0]), Some(0));
        assert_eq!(emerged_at(&[0.0, -1.0]), None);
        assert_eq!(emerged_at(&[]), None);
    }
}
