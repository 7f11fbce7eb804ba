//! `shardbed diff A B`: what moved between two outcomes, by how much, and because of what.

use crate::cli::Report;
use crate::cli::arguments::{Diff, Shown};
use crate::cli::kept::Kept;
use crate::cli::outcomes::named;
use crate::cli::progress::Progress;
use crate::cli::run::jobs;
use crate::experiment::Options;
use crate::experiment::difference::again::explain;
use crate::experiment::difference::compare::compare;
use crate::language::render::visible;
use crate::outcome::Outcome;
use crate::outcome::difference::{Conclusion, Difference};
use crate::report::difference::{markdown, terminal};
use crate::report::terminal::Style;
use crate::store::Store;
use crate::store::error::StoreError;

/// Compares the outcomes of A with those of B, study by study. The code is 0 where nothing moved, 1 where something did or too
/// few seeds leave it open, 3 where ids are the same and results are not, 2 where nothing could be compared.
pub fn diff(arguments: &Diff, style: Style) -> Report {
    let jobs = match jobs(arguments.jobs.as_deref()) {
        Ok(jobs) => jobs,
        Err(message) => return Report::failure(message),
    };
    let mut stderr = String::new();
    // Without it the hashes alone tell why something moved.
    let store = match Store::open_existing(&arguments.store) {
        Ok(store) => Some(store),
        Err(StoreError::Missing { .. }) => None,
        Err(error) => {
            stderr.push_str(&format!("warning: {}\n", visible(&error.to_string())));
            None
        }
    };
    let mut alone = Vec::new();
    let mut all = || -> Result<Vec<Difference>, String> {
        let [a, b] = [&arguments.a, &arguments.b].map(|given| named(given, &arguments.store));
        let (a, b) = (a.map_err(|error| error.to_string())?, b.map_err(|error| error.to_string())?);
        let one = |(a, b): (&Outcome, &Outcome)| {
            let compared = compare((&arguments.a, a), (&arguments.b, b));
            let mut difference = compared.map_err(|error| error.to_string())?;
            if difference.conclusion != Conclusion::Identical {
                let progress = Progress::new(&a.study.name, !arguments.quiet, &Kept::default());
                explain(&mut difference, (a, b), store.as_ref(), Options::jobs(jobs), &progress);
            }
            Ok(difference)
        };
        let pairs = pairs(arguments, &a, &b)?;
        for (name, outcomes) in [(&arguments.a, &a), (&arguments.b, &b)] {
            let left = outcomes
                .iter()
                .filter(|own| !pairs.iter().any(|(a, b)| std::ptr::eq(*a, *own) || std::ptr::eq(*b, *own)));
            alone.extend(
                left.map(|own| format!("{name}: study {} has no partner, or several, in the other", own.study.name)),
            );
        }
        pairs.into_iter().map(one).collect()
    };
    let differences = match all() {
        Ok(differences) => differences,
        Err(message) => return Report::failure(message),
    };
    let shown = |difference: &Difference| match arguments.format {
        Shown::Human => Ok(terminal(difference, arguments.all, style)),
        Shown::Markdown => Ok(markdown(difference, arguments.all)),
        Shown::Json => serde_json::to_string(difference).map(|json| json + "\n"),
    };
    let gap = if arguments.format == Shown::Json { "" } else { "\n" };
    match differences.iter().map(shown).collect::<Result<Vec<String>, _>>() {
        Ok(pages) => {
            let code = code(&differences).max(u8::from(!alone.is_empty()));
            alone.iter().for_each(|alone| stderr.push_str(&format!("warning: {}\n", visible(alone))));
            Report { stdout: pages.join(gap), stderr, code }
        }
        Err(error) => Report::failure(error),
    }
}

/// Which outcome is compared with which: those of one study; two outcomes in any case.
fn pairs<'a>(arguments: &Diff, a: &'a [Outcome], b: &'a [Outcome]) -> Result<Vec<(&'a Outcome, &'a Outcome)>, String> {
    if let ([a], [b]) = (a, b) {
        return Ok(vec![(a, b)]);
    }
    let partner = |here: &'a Outcome| {
        let mut found = b.iter().filter(|there| there.study.name == here.study.name);
        Some((here, found.next()?)).filter(|_| found.next().is_none())
    };
    let pairs: Vec<_> = a.iter().filter_map(partner).collect();
    if pairs.is_empty() {
        let names = |outcomes: &[Outcome]| {
            outcomes.iter().map(|outcome| outcome.study.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let (a, b) = (names(a), names(b));
        return Err(format!(
            "{} has the studies {a}, and {} {b}; give outcomes of one study",
            arguments.a, arguments.b
        ));
    }
    Ok(pairs)
}

fn code(differences: &[Difference]) -> u8 {
    let is = |wanted: Conclusion| differences.iter().any(|difference| difference.conclusion == wanted);
    match () {
        () if is(Conclusion::Contradiction) => 3,
        () if is(Conclusion::Moved) || is(Conclusion::Unjudged) => 1,
        () => 0,
    }
}
