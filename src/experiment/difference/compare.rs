//! Two outcomes, number by number.

use crate::experiment::difference::judge::{near, p_value, spreads};
use crate::experiment::difference::leaves::{Leaf, Leaves, leaves};
use crate::outcome::difference::{
    Component, Conclusion, Difference, Judgement, NumberDifference, Side, TextDifference,
};
use crate::outcome::measured::Measured;
use crate::outcome::{Ids, Outcome, SCHEMA};
use crate::scoring::holm::holm;
use std::collections::BTreeSet;

/// What a number that has no seeds has to differ by, relative and absolute, to have moved: the rounding of another kind of
/// processor is far below.
const STATED: f64 = 1e-3;
/// The chance that anything at all is called moved though nothing is.
const LEVEL: f64 = 0.05;

/// Numbers that follow from others, or say how much was asked for. On the same networks they are judged as any other.
const FOLLOWING: &[&str] = &[
    "seeds",
    "steps",
    "episodes",
    "snapshots",
    "skill",
    "squared_error",
    "squared_error_uniform",
    "p_value",
    "p_adjusted",
    "adjusted_p",
    "resamples",
    "tasks",
    "log_tasks",
    "nats",
    "reference_infinite",
    "forecasts_better",
    "forecasts_scored",
    "infinite",
    "undefined_seeds",
    "statistic",
    "freedom",
    "in_all",
];
/// Texts of which a change is one of the result, whatever the networks are.
const DECIDING: &[&str] = &["learned", "inadmissible", "failure", "silent", "convergent"];
/// Texts that say nothing of the result.
const WORDS: &[&str] = &["doc", "world_doc", "rule", "text", "summary", "message", "sentence", "name"];
/// What a file asks for: one outcome alone has it where the files differ, not by chance.
const ASKED: &[&str] = &["heuristics", "forecasts", "claims", "scenarios", "phases"];

/// Compares two outcomes, each with the name by which it was asked for. Why numbers moved is left open.
///
/// # Errors
/// If one is no JSON.
pub fn compare(a: (&str, &Outcome), b: (&str, &Outcome)) -> Result<Difference, serde_json::Error> {
    // Where one has no predictors, as snapshots have none, there is nothing to compare those of the other with.
    let both = !a.1.predictors.is_empty() && !b.1.predictors.is_empty();
    let read = |outcome: &Outcome| match both {
        true => leaves(outcome),
        false => leaves(&outcome.without_predictors()),
    };
    let (one, other) = (read(a.1)?, read(b.1)?);
    let components = components(a.1, b.1);
    let same_networks = known(&a.1.ids.training).is_some()
        && a.1.ids.training == b.1.ids.training
        && (&a.1.seeds, &a.1.failed) == (&b.1.seeds, &b.1.failed);
    let (mut numbers, mut texts, mut lists, mut compared) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let shared: BTreeSet<&String> = one.keys().filter(|name| other.contains_key(*name)).collect();
    for &name in &shared {
        match (&one[name], &other[name]) {
            (Leaf::Measured(a), Leaf::Measured(b)) => {
                compared += 1;
                // What no seed defines is not there.
                if a != b && defined(a).max(defined(b)) > 0 {
                    numbers.push(measured(name, a, b, same_networks));
                }
            }
            (Leaf::Number(a), Leaf::Number(b)) => {
                compared += 1;
                if a != b {
                    numbers.push(stated(name, *a, *b, same_networks));
                }
            }
            (Leaf::Text(a), Leaf::Text(b)) if a != b => {
                texts.push(TextDifference { name: name.clone(), a: a.clone(), b: b.clone() });
            }
            (Leaf::List(a), Leaf::List(b)) if a != b => lists.push(name.clone()),
            _ => {}
        }
    }
    // What has to be the same to the last bit is no matter of chance.
    if known(&a.1.ids.run).is_some() && a.1.ids.run == b.1.ids.run {
        numbers.iter_mut().for_each(|number| number.judgement = Judgement::Moved);
    } else {
        judge(&mut numbers, compared);
    }
    numbers.sort_by_key(|number| rank(&number.name));
    let missing =
        |here: &Leaves, there: &Leaves| here.keys().filter(|name| !there.contains_key(*name)).cloned().collect();
    let mut difference = Difference {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_string(),
        a: side(a),
        b: side(b),
        conclusion: Conclusion::Identical,
        sentence: String::new(),
        components,
        numbers,
        compared,
        same_networks,
        texts,
        lists,
        only_in_a: missing(&one, &other),
        only_in_b: missing(&other, &one),
        again: Vec::new(),
    };
    difference.conclusion = conclusion(&difference, one == other, same_networks);
    difference.sentence = sentence(&difference);
    Ok(difference)
}

fn side((name, outcome): (&str, &Outcome)) -> Side {
    Side {
        name: name.to_string(),
        run: known(&outcome.ids.run),
        study: outcome.study.name.clone(),
        file: outcome.study.file.clone(),
        version: outcome.version.clone(),
        seeds: outcome.seeds.len(),
    }
}

/// A hash; snapshots leave them out.
fn known(hash: &str) -> Option<String> {
    (!hash.is_empty() && hash.chars().all(|c| c.is_ascii_hexdigit())).then(|| hash.to_string())
}

fn components(a: &Outcome, b: &Outcome) -> Vec<Component> {
    let of = |name: &str, hash: fn(&Ids) -> &String| Component {
        name: name.to_string(),
        a: known(hash(&a.ids)),
        b: known(hash(&b.ids)),
    };
    let version = |outcome: &Outcome| Some(outcome.version.clone()).filter(|version| !version.starts_with('['));
    vec![
        of("prediction", |ids| &ids.prediction),
        of("world", |ids| &ids.world),
        of("training", |ids| &ids.training),
        of("measurement", |ids| &ids.measurement),
        of("scoring", |ids| &ids.scoring),
        Component { name: "version".to_string(), a: version(a), b: version(b) },
    ]
}

/// In how many seeds a number is defined.
fn defined(measured: &Measured) -> usize {
    measured.by_seed.iter().flatten().count()
}

fn measured(name: &str, a: &Measured, b: &Measured, same_networks: bool) -> NumberDifference {
    let differs = |pair: (&Option<f64>, &Option<f64>)| match pair {
        (Some(a), Some(b)) => !near(*a, *b),
        (a, b) => a.is_some() != b.is_some(),
    };
    let unlike = a.by_seed.len() != b.by_seed.len() || a.by_seed.iter().zip(&b.by_seed).any(differs);
    // The mean and what is made of the spread, too, of seeds that are the same.
    let made = || [(&a.mean, &b.mean), (&a.standard_error, &b.standard_error)].into_iter().any(differs);
    let p_value = p_value(a, b).filter(|_| !same_networks && unlike);
    let judgement = match () {
        // Chance cannot explain what the same networks are measured at.
        () if same_networks && (unlike || made()) => Judgement::Moved,
        () if !unlike && made() => Judgement::Moved,
        () if unlike && p_value.is_none() && differs((&a.mean, &b.mean)) => Judgement::Unjudged,
        () => Judgement::Within,
    };
    NumberDifference {
        name: name.to_string(),
        difference: a.mean.zip(b.mean).map(|(a, b)| b - a),
        spreads: spreads(a, b),
        p_value,
        p_adjusted: None,
        judgement,
        because: None,
        a: a.clone(),
        b: b.clone(),
    }
}

fn stated(name: &str, a: f64, b: f64, same_networks: bool) -> NumberDifference {
    let follows = name.rsplit(" / ").next().is_some_and(|last| FOLLOWING.contains(&last));
    let judgement = match () {
        () if (a - b).abs() <= STATED * a.abs().max(b.abs()).max(1.0) => Judgement::Within,
        () if follows && !same_networks => Judgement::Follows,
        () => Judgement::Moved,
    };
    let alone = |value: f64| Measured { mean: Some(value), ..Measured::default() };
    NumberDifference {
        name: name.to_string(),
        a: alone(a),
        b: alone(b),
        difference: Some(b - a),
        spreads: None,
        p_value: None,
        p_adjusted: None,
        judgement,
        because: None,
    }
}

/// Decides what has a p, Holm over all numbers compared: those that are the same have a p of 1.
fn judge(numbers: &mut [NumberDifference], compared: usize) {
    let mut family: Vec<f64> = numbers.iter().filter_map(|number| number.p_value).collect();
    family.resize(compared.max(family.len()), 1.0);
    for number in numbers {
        let Some(p) = number.p_value else { continue };
        let adjusted = holm(p, &family);
        number.p_adjusted = Some(adjusted);
        number.judgement = if adjusted <= LEVEL { Judgement::Moved } else { Judgement::Within };
    }
}

/// The place of a part of the report, then the name.
fn rank(name: &str) -> (usize, String) {
    const ORDER: &[&str] = &[
        "training",
        "heuristics",
        "alias_groups",
        "explained",
        "scenarios",
        "learned_solvers",
        "phases",
        "convergence",
    ];
    let part = name.split(" / ").next().unwrap_or(name);
    (ORDER.iter().position(|own| *own == part).unwrap_or(ORDER.len()), name.to_string())
}

fn conclusion(difference: &Difference, same: bool, same_networks: bool) -> Conclusion {
    let is = |judgement: Judgement| difference.numbers.iter().any(|number| number.judgement == judgement);
    let decides = |text: &TextDifference| {
        let last = text.name.rsplit(" / ").next().unwrap_or(&text.name);
        DECIDING.contains(&last) || same_networks && !WORDS.contains(&last)
    };
    let asked = |name: &String| {
        let part = name.split(" / ").next().unwrap_or(name);
        let last = name.rsplit(" / ").next().unwrap_or(name);
        // Cycles are found or not by chance, too.
        ASKED.contains(&part)
            && !FOLLOWING.contains(&last)
            && !name.contains(" / cycles / ")
            && !name.contains(" / chain / ")
    };
    let other_things = difference.only_in_a.iter().chain(&difference.only_in_b).any(asked);
    match () {
        () if same => Conclusion::Identical,
        () if difference.a.run.is_some() && difference.a.run == difference.b.run => Conclusion::Contradiction,
        () if is(Judgement::Moved) || other_things || difference.texts.iter().any(decides) => Conclusion::Moved,
        () if is(Judgement::Unjudged) => Conclusion::Unjudged,
        () => Conclusion::Same,
    }
}

fn sentence(difference: &Difference) -> String {
    let count = |judgement: Judgement| difference.numbers.iter().filter(|number| number.judgement == judgement).count();
    let of = |count: usize| format!("{count} of {} numbers", difference.compared);
    match difference.conclusion {
        Conclusion::Identical => format!("The same to the last bit: {} numbers.", difference.compared),
        Conclusion::Contradiction => format!(
            "The ids are the same and the results are not, in {}: one of the outcomes was edited, or made on another kind of \
             processor, or the program does not repeat itself.",
            of(difference.numbers.len())
        ),
        Conclusion::Same => format!(
            "Nothing moved beyond what other seeds or rounding would: {} differ, none of them surely.",
            of(difference.numbers.len())
        ),
        Conclusion::Moved => {
            let mut parts = Vec::new();
            let moved = count(Judgement::Moved);
            if moved > 0 && difference.same_networks {
                parts.push(format!("{} moved, on the same networks, so that no chance explains it", of(moved)));
            } else if moved > 0 {
                parts.push(format!("{} moved beyond what other seeds or rounding would", of(moved)));
            }
            let only = [(&difference.only_in_a, "a"), (&difference.only_in_b, "b")];
            for (names, side) in only.into_iter().filter(|(names, _)| !names.is_empty()) {
                parts.push(format!("{} stand only in {side}", names.len()));
            }
            if parts.is_empty() {
                parts.push("what is judged at all changed".to_string());
            }
            format!("Moved: {}.", parts.join("; "))
        }
        Conclusion::Unjudged => format!(
            "{} differ, and where a side has fewer than two seeds nobody can say whether that is more than chance; run more seeds.",
            of(difference.numbers.len())
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::outcome::difference::{Conclusion, Difference, Judgement};
    use crate::outcome::measured::Measured;
    use crate::outcome::{Outcome, fixture};

    fn differ(change: impl Fn(&mut Outcome)) -> Difference {
        let a = fixture::with_phases();
        let mut b = a.clone();
        change(&mut b);
        compare(("a", &a), ("b", &b)).expect("outcomes are JSON")
    }

    /// With another id, as another version gives.
    fn anew(change: impl Fn(&mut Outcome)) -> Difference {
        differ(|outcome| {
            outcome.ids.run = "00aa".to_string();
            outcome.ids.training = "00bb".to_string();
            change(outcome);
        })
    }

    fn by(measured: &Measured, shift: f64) -> Measured {
        Measured::over_seeds(measured.by_seed.iter().map(|value| value.map(|value| value + shift)).collect())
    }

    #[test]
    fn what_is_the_same_is_identical_but_for_speed_and_file() {
        let same = differ(|outcome| {
            outcome.results.training.steps_per_second = Some(1.0);
            outcome.study.file = "other.shard".to_string();
        });
        assert_eq!((same.conclusion, same.numbers.len()), (Conclusion::Identical, 0));
        assert!(same.compared > 100, "{}", same.compared);
    }

    #[test]
    fn other_bits_under_the_same_id_contradict() {
        let edited = differ(|outcome| outcome.results.explained = by(&outcome.results.explained, 1e-9));
        assert_eq!(edited.conclusion, Conclusion::Contradiction);
    }

    #[test]
    fn of_new_networks_only_what_other_seeds_would_not_do_has_moved() {
        let strength = |outcome: &mut Outcome, shift: f64| {
            let own = &mut outcome.results.heuristics[1].strength;
            *own = by(own, shift);
        };
        let little = anew(|outcome| strength(outcome, 0.02));
        assert_eq!((little.conclusion, little.numbers.len()), (Conclusion::Same, 1));
        assert_eq!(little.numbers[0].judgement, Judgement::Within);
        let much = anew(|outcome| strength(outcome, 2.0));
        assert_eq!(much.conclusion, Conclusion::Moved, "{}", much.sentence);
        let moved = &much.numbers[0];
        assert!(moved.name.ends_with("/ strength") && moved.p_adjusted.is_some_and(|p| p < 0.01), "{moved:?}");
        assert!((moved.difference.expect("defined") - 2.0).abs() < 1e-12 && moved.spreads.expect("a spread") > 5.0);
    }

    #[test]
    fn on_the_same_networks_a_small_shift_of_all_seeds_has_moved() {
        let again = differ(|outcome| {
            outcome.ids.run = "00aa".to_string();
            outcome.ids.measurement = "00cc".to_string();
            outcome.results.heuristics[1].strength = by(&outcome.results.heuristics[1].strength, 0.02);
        });
        assert_eq!(again.conclusion, Conclusion::Moved, "{}", again.sentence);
        let differing: Vec<&str> =
            again.components.iter().filter(|own| own.differs()).map(|own| own.name.as_str()).collect();
        assert_eq!(differing, ["measurement"]);
    }

    #[test]
    fn one_seed_judges_nothing_and_what_is_missing_is_named() {
        let single = |outcome: &mut Outcome, value: f64| {
            outcome.results.explained = Measured::over_seeds(vec![Some(value)]);
        };
        let mut a = fixture::outcome();
        single(&mut a, 0.5);
        let mut b = a.clone();
        (b.ids.run, b.ids.training) = ("00aa".to_string(), "00bb".to_string());
        single(&mut b, 0.6);
        let compared = compare(("a", &a), ("b", &b)).expect("outcomes are JSON");
        assert_eq!(compared.conclusion, Conclusion::Unjudged, "{}", compared.sentence);
        let fewer = anew(|outcome| outcome.forecasts.truncate(1));
        assert_eq!(fewer.conclusion, Conclusion::Moved);
        assert!(!fewer.only_in_a.is_empty() && fewer.only_in_b.is_empty());
    }

    #[test]
    fn on_the_same_networks_what_follows_is_judged_too() {
        let otherwise = differ(|outcome| {
            outcome.ids.run = "00aa".to_string();
            outcome.forecasts[0].scores[0].skill = Some(0.123);
        });
        assert_eq!((otherwise.conclusion, otherwise.numbers.len()), (Conclusion::Moved, 1), "{}", otherwise.sentence);
        let anew = anew(|outcome| outcome.forecasts[0].scores[0].skill = Some(0.123));
        assert_eq!((anew.conclusion, anew.numbers[0].judgement), (Conclusion::Same, Judgement::Follows));
    }

    #[test]
    fn a_spread_that_is_computed_otherwise_has_moved() {
        let wider = anew(|outcome| outcome.results.explained.standard_error = Some(9.0));
        assert_eq!(wider.conclusion, Conclusion::Moved, "{}", wider.sentence);
    }

    #[test]
    fn what_is_undefined_in_every_seed_of_both_is_not_there() {
        let mut a = fixture::outcome();
        a.results.explained = Measured::over_seeds(vec![None; 8]);
        let mut b = a.clone();
        (b.ids.run, b.ids.training) = ("00aa".to_string(), "00bb".to_string());
        b.results.explained = Measured::over_seeds(vec![None; 3]);
        let compared = compare(("a", &a), ("b", &b)).expect("outcomes are JSON");
        assert!(compared.numbers.is_empty() && compared.conclusion == Conclusion::Same, "{}", compared.sentence);
    }

    #[test]
    fn an_agent_that_no_longer_learns_has_moved() {
        let lost = anew(|outcome| outcome.results.training.learned = false);
        assert_eq!((lost.conclusion, lost.texts.len()), (Conclusion::Moved, 1));
    }
}
