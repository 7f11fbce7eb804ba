//! The nearest known name to an unknown one.

/// Longer names are not looked up.
const LONGEST: usize = 40;
/// More names are not compared with.
const COMPARED: usize = 200;
/// More names are not listed.
const LISTED: usize = 16;

/// The known name that a writer of `name` most likely meant, if any is near enough: a prefix of it, or at a
/// Damerau-Levenshtein distance of at most a third of the longer one (at least 1).
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Distances are quadratic in length: nothing that long is a slip of the pen.
    if name.len() > LONGEST {
        return None;
    }
    known
        .into_iter()
        .take(COMPARED)
        .filter_map(|candidate| {
            let (length, other) = (name.chars().count(), candidate.chars().count());
            let allowed = (length.max(other) / 3).max(1);
            // The distance is at least the difference in length.
            if length.abs_diff(other) <= allowed {
                let distance = strsim::damerau_levenshtein(name, candidate);
                if distance <= allowed {
                    return Some((distance, candidate));
                }
            }
            (name.len() >= 3 && candidate.starts_with(name)).then_some((length.abs_diff(other), candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or the list of what is known, or that nothing is.
pub fn help(name: &str, kind: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if known.is_empty() => format!("there is no {kind} here"),
        None => format!("known: {}", some(known)),
    }
}

/// The first of them, and how many there are beside: lists of an author's names have no end.
pub fn some(names: &[&str]) -> String {
    match names.get(..LISTED) {
        Some(first) if names.len() > LISTED => format!("{} and {} more", list(first), names.len() - LISTED),
        _ => list(names),
    }
}

/// `a`, `b`, `c`
pub fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
