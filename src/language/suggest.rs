//! The nearest known name to an unknown one.

/// The known name that a writer of `name` most likely meant, if any is near enough: a prefix of it, or at a
/// Damerau-Levenshtein distance of at most a third of the longer one (at least 1).
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Distances are quadratic in length: nothing that long is a slip of the pen.
    if name.len() > 64 {
        return None;
    }
    known
        .into_iter()
        .filter_map(|candidate| {
            let distance = strsim::damerau_levenshtein(name, candidate);
            let allowed = (name.chars().count().max(candidate.chars().count()) / 3).max(1);
            let prefix = name.len() >= 3 && candidate.starts_with(name);
            (distance <= allowed || prefix).then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or the list of what is known, or that nothing is.
pub fn help(name: &str, kind: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if known.is_empty() => format!("there is no {kind} here"),
        None => format!("known: {}", list(known)),
    }
}

/// `a`, `b`, `c`
pub fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
