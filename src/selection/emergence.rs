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

#[cfg(test)]
mod tests {
    use super::emerged_at;

    #[test]
    fn half_must_be_sustained() {
        assert_eq!(emerged_at(&[0.0, 1.0, 0.4, 1.1, 2.0]), Some(3));
        assert_eq!(emerged_at(&[2.0, 2.0]), Some(0));
        assert_eq!(emerged_at(&[0.0, -1.0]), None);
        assert_eq!(emerged_at(&[]), None);
    }
}
