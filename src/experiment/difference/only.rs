//! What stands in one outcome alone: of a thing that the other lacks its name, and how much it holds.

use crate::experiment::difference::leaves::Leaves;
use crate::outcome::difference::Only;
use std::collections::BTreeMap;

/// What `here` has and `there` has not, in order: of each place the topmost below which there is nothing.
pub fn only(here: &Leaves, there: &Leaves) -> Vec<Only> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for name in here.keys().filter(|name| !there.contains_key(*name)) {
        let ends = name.match_indices(" / ").map(|(end, _)| end).chain([name.len()]);
        let topmost = ends.map(|end| &name[..end]).find(|place| !holds(there, place));
        *found.entry(topmost.unwrap_or(name).to_string()).or_default() += 1;
    }
    found.into_iter().map(|(name, holds)| Only { name, holds }).collect()
}

/// Whether anything stands at a place or below it.
fn holds(leaves: &Leaves, place: &str) -> bool {
    let below = format!("{place} / ");
    leaves.contains_key(place) || leaves.range(below.clone()..).next().is_some_and(|(name, _)| name.starts_with(&below))
}

#[cfg(test)]
mod tests {
    use super::only;
    use crate::experiment::difference::leaves::{Leaf, Leaves};
    use crate::outcome::difference::Only;

    fn leaves(names: &[&str]) -> Leaves {
        names.iter().map(|name| (name.to_string(), Leaf::Number(1.0))).collect()
    }

    #[test]
    fn a_thing_that_is_missing_is_named_once() {
        let here = leaves(&["a / x / share", "a / x / strength / deep", "a / y / share", "a / y / skill", "b"]);
        let there = leaves(&["a / y / share", "a / x2 / share"]);
        let one = |name: &str, holds: usize| Only { name: name.to_string(), holds };
        assert_eq!(only(&here, &there), [one("a / x", 2), one("a / y / skill", 1), one("b", 1)]);
        assert_eq!(only(&there, &here), [one("a / x2", 1)]);
        assert_eq!(only(&here, &here), []);
    }
}
