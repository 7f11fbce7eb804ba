//! Two outcomes, number by number.

use crate::experiment::difference::judge::{alike, near, p_value, spreads};
use crate::experiment::difference::leaves::{Leaf, Leaves, leaves};
use crate::experiment::difference::only::only;
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
    "seeds_needed",
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
/// Whose return is the best known, where it is that of a network.
const NETWORK: &str = "the network of seed ";
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
        && (&a.1.seeds, &a.1.failed) == (&b.1.seeds, &b.1.failed)
        && trained_alike(a.1, b.1);
    let (mut numbers, mut texts, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    let (mut compared, mut tested, mut other_data) = (0, 0, false);
    let shared: BTreeSet<&String> = one.keys().filter(|name| other.contains_key(*name)).collect();
    for &name in &shared {
        match (&one[name], &other[name]) {
            // What no seed defines is not there.
            (Leaf::Measured(a), Leaf::Measured(b)) if defined(a).max(defined(b)) == 0 => {}
            (Leaf::Measured(a), Leaf::Measured(b)) => {
                (compared, tested) = (compared + 1, tested + 1);
                if a != b {
                    numbers.push(measured(name, a, b, same_networks));
                }
            }
            (Leaf::Number(a), Leaf::Number(b)) => {
                compared += 1;
                if a != b {
                    let follows = follows(name, [&one, &other]);
                    numbers.push(stated(name, *a, *b, follows && !same_networks));
                }
            }
            (Leaf::Text(a), Leaf::Text(b)) if a != b => {
                texts.push(TextDifference { name: name.clone(), a: a.clone(), b: b.clone() });
            }
            (Leaf::List(a), Leaf::List(b)) if a != b => {
                other_data |= (same_networks || is_stated(name)) && !alike(a, b);
                lists.push(name.clone());
            }
            _ => {}
        }
    }
    // What has to be the same to the last bit is no matter of chance.
    if known(&a.1.ids.run).is_some() && a.1.ids.run == b.1.ids.run {
        numbers.iter_mut().for_each(|number| number.judgement = Judgement::Moved);
    } else {
        judge(&mut numbers, tested);
    }
    numbers.sort_by_key(|number| rank(&number.name));
    let missing = one.keys().filter(|name| !other.contains_key(*name));
    let other_things = missing.chain(other.keys().filter(|name| !one.contains_key(*name))).any(|name| is_asked(name));
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
        only_in_a: only(&one, &other),
        only_in_b: only(&other, &one),
        again: Vec::new(),
    };
    difference.conclusion = conclusion(&difference, one == other, other_things || other_data);
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

/// Whether two trainings under one hash went alike: another kind of processor, or of program that does not say so, trains
/// other networks, and their returns in training tell.
pub fn trained_alike(a: &Outcome, b: &Outcome) -> bool {
    let curves = |outcome: &Outcome| -> Vec<Option<f64>> {
        let phases = outcome.phases.iter().map(|phase| &phase.results);
        phases.chain([&outcome.results]).flat_map(|results| results.training.curve.iter().flatten().copied()).collect()
    };
    let (a, b) = (curves(a), curves(b));
    let same = |(a, b): (&Option<f64>, &Option<f64>)| match (a, b) {
        (Some(a), Some(b)) => near(*a, *b),
        (a, b) => a == b,
    };
    a.len() == b.len() && a.iter().zip(&b).all(same)
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
    let ends = |measured: &Measured| measured.interval.map_or([None; 2], |ends| ends.map(Some));
    let made = || {
        let ends = ends(a).into_iter().zip(ends(b));
        let both = [(a.mean, b.mean), (a.standard_error, b.standard_error)].into_iter().chain(ends);
        both.into_iter().any(|(a, b)| differs((&a, &b)))
    };
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

/// The last part of a name.
fn last(name: &str) -> &str {
    name.rsplit(" / ").next().unwrap_or(name)
}

/// Whether a number follows from others where the networks are not the same.
fn follows(name: &str, outcomes: [&Leaves; 2]) -> bool {
    // The best return known may be that of a network.
    let by_network = |place: &str| {
        let policy = format!("{place}best_policy");
        let is = |leaf: Option<&Leaf>| matches!(leaf, Some(Leaf::Text(policy)) if policy.starts_with(NETWORK));
        outcomes.into_iter().any(|leaves| is(leaves.get(&policy)))
    };
    FOLLOWING.contains(&last(name)) || name.strip_suffix("return_best").is_some_and(by_network)
}

/// Whether raw data are what a file states: the shares of its forecasts.
fn is_stated(name: &str) -> bool {
    name.starts_with("forecasts / ") && last(name) == "shares" && !name.contains(" / predictors / ")
}

/// Whether a file asks for what stands at a place.
fn is_asked(name: &str) -> bool {
    // Cycles are found or not by chance, too.
    ASKED.contains(&name.split(" / ").next().unwrap_or(name))
        && !FOLLOWING.contains(&last(name))
        && !name.contains(" / cycles / ")
        && !name.contains(" / chain / ")
}

fn stated(name: &str, a: f64, b: f64, follows: bool) -> NumberDifference {
    let judgement = match () {
        () if (a - b).abs() <= STATED * a.abs().max(b.abs()).max(1.0) => Judgement::Within,
        () if follows => Judgement::Follows,
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

/// Decides what has a p, Holm over all `tested` numbers, those that are measured in both: those that are the same have a p of 1.
fn judge(numbers: &mut [NumberDifference], tested: usize) {
    let mut family: Vec<f64> = numbers.iter().filter_map(|number| number.p_value).collect();
    family.resize(tested.max(family.len()), 1.0);
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

/// `other` says that one of them was asked for other things, or that raw data which no chance explains differ.
fn conclusion(difference: &Difference, same: bool, other: bool) -> Conclusion {
    let is = |judgement: Judgement| difference.numbers.iter().any(|number| number.judgement == judgement);
    // A reason may count what a policy did.
    let words = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let decides = |text: &TextDifference| match difference.same_networks {
        true => !WORDS.contains(&last(&text.name)),
        false => DECIDING.contains(&last(&text.name)) && words(&text.a) != words(&text.b),
    };
    match () {
        () if same => Conclusion::Identical,
        () if difference.a.run.is_some() && difference.a.run == difference.b.run => Conclusion::Contradiction,
        () if is(Judgement::Moved) || other || difference.texts.iter().any(decides) => Conclusion::Moved,
        () if is(Judgement::Unjudged) => Conclusion::Unjudged,
        () => Conclusion::Same,
    }
}

fn sentence(difference: &Difference) -> String {
    let count = |judgement: Judgement| difference.numbers.iter().filter(|number| number.judgement == judgement).count();
    let of = |count: usize| format!("{count} of {} numbers", difference.compared);
    let things = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{count} {what}s")),
    };
    match difference.conclusion {
        Conclusion::Identical => format!("The same to the last bit: {} numbers.", difference.compared),
        Conclusion::Contradiction => {
            let numbers = Some(difference.numbers.len()).filter(|count| *count > 0).map(of);
            let alone = difference.only_in_a.len() + difference.only_in_b.len();
            let parts = [
                numbers,
                things(difference.texts.len(), "text"),
                things(difference.lists.len(), "list"),
                things(alone, "thing").map(|things| format!("{things} that one of them lacks")),
            ];
            format!(
                "The ids are the same and the results are not, in {}: one of the outcomes was edited, or made on another kind of \
                 processor, or the program does not repeat itself.",
                parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
            )
        }
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
            for (found, side) in [(&difference.only_in_a, "a"), (&difference.only_in_b, "b")] {
                let verb = if found.len() == 1 { "stands" } else { "stand" };
                parts.extend(things(found.len(), "thing").map(|things| format!("{things} {verb} only in {side}")));
            }
            if parts.is_empty() {
                parts.push("no number, but what stands beside them".to_string());
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
    use crate::experiment::difference::leaves::{Leaf, leaves};
    use crate::outcome::difference::{Conclusion, Difference, Judgement, NumberDifference};
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

    /// The one number that differs.
    fn only_number(difference: &Difference) -> &NumberDifference {
        let [number] = &difference.numbers[..] else { panic!("{:?}", difference.numbers) };
        number
    }

    #[test]
    fn what_is_made_of_the_same_seeds_otherwise_has_moved() {
        let wrong: [fn(&mut Measured); 3] = [
            |explained| explained.mean = Some(9.0),
            |explained| explained.standard_error = Some(9.0),
            |explained| explained.interval = explained.interval.map(|[low, _]| [low, 9.0]),
        ];
        for wrong in wrong {
            let made = anew(|outcome| wrong(&mut outcome.results.explained));
            assert_eq!(
                (made.conclusion, only_number(&made).judgement),
                (Conclusion::Moved, Judgement::Moved),
                "{}",
                made.sentence
            );
        }
    }

    #[test]
    fn on_the_same_networks_one_seed_and_raw_data_move() {
        let same = |change: fn(&mut Outcome)| {
            differ(|outcome| {
                outcome.ids.run = "00aa".to_string();
                change(outcome);
            })
        };
        let one = same(|outcome| {
            let mut values = outcome.results.explained.by_seed.clone();
            values[0] = values[0].map(|value| value + 1e-4);
            outcome.results.explained = Measured::over_seeds(values);
        });
        let number = only_number(&one);
        assert_eq!(
            (one.same_networks, number.judgement, number.p_value),
            (true, Judgement::Moved, None),
            "{}",
            one.sentence
        );
        assert!(one.sentence.contains("on the same networks, so that no chance explains it"), "{}", one.sentence);
        let rounding = same(|outcome| outcome.results.explained = by(&outcome.results.explained, 1e-13));
        assert_eq!((rounding.conclusion, only_number(&rounding).judgement), (Conclusion::Same, Judgement::Within));
        let list = same(|outcome| outcome.results.heuristics[0].selected[0] ^= true);
        assert_eq!((list.conclusion, list.numbers.len(), list.lists.len()), (Conclusion::Moved, 0, 1));
        // Of other networks, rules are selected by chance.
        let other = anew(|outcome| outcome.results.heuristics[0].selected[0] ^= true);
        assert_eq!((other.conclusion, other.lists.len()), (Conclusion::Same, 1));
    }

    #[test]
    fn the_same_hash_trains_other_networks_on_another_processor() {
        let elsewhere = differ(|outcome| {
            outcome.ids.run = "00aa".to_string();
            let last = outcome.results.training.curve[0].last_mut().expect("a snapshot");
            *last = last.map(|value| value + 0.01);
            outcome.results.explained = by(&outcome.results.explained, 0.001);
        });
        assert_eq!(
            (elsewhere.same_networks, elsewhere.conclusion),
            (false, Conclusion::Same),
            "{}",
            elsewhere.sentence
        );
        assert!(only_number(&elsewhere).p_adjusted.is_some());
    }

    #[test]
    fn an_event_that_always_held_is_judged_by_splits_and_holm_counts_all_that_was_measured() {
        let always = |held: f64| Measured::over_seeds(vec![Some(held); 8]);
        let mut a = fixture::outcome();
        a.results.explained = always(1.0);
        let mut b = a.clone();
        (b.ids.run, b.ids.training) = ("00aa".to_string(), "00bb".to_string());
        b.results.explained = always(0.0);
        let compared = compare(("a", &a), ("b", &b)).expect("outcomes are JSON");
        let number = only_number(&compared);
        let p = number.p_value.expect("eight seeds");
        assert!((p - 2.0 / 12_870.0).abs() < 1e-9 && number.spreads.is_none(), "{number:?}");
        let measured = |leaf: &&Leaf| matches!(leaf, Leaf::Measured(own) if own.mean.is_some());
        let tested = leaves(&a).expect("an outcome is JSON").values().filter(measured).count();
        let holm = number.p_adjusted.expect("eight seeds");
        assert!((holm - p * tested as f64).abs() < 1e-9, "{holm} is not {tested} times {p}");
    }

    #[test]
    fn what_only_one_side_defines_is_judged() {
        let lost = anew(|outcome| outcome.results.explained = Measured::over_seeds(vec![None; 8]));
        let number = only_number(&lost);
        assert!(number.p_value.is_some_and(|p| p < 1e-3) && number.difference.is_none(), "{number:?}");
        let same = differ(|outcome| {
            outcome.ids.run = "00aa".to_string();
            outcome.results.explained = Measured::over_seeds(vec![None; 8]);
        });
        assert_eq!(only_number(&same).judgement, Judgement::Moved);
    }

    #[test]
    fn a_contradiction_names_all_that_differs() {
        let edited = differ(|outcome| {
            outcome.results.explained = by(&outcome.results.explained, 1e-13);
            outcome.forecasts[0].scores[0].skill = Some(0.123);
        });
        assert_eq!(edited.conclusion, Conclusion::Contradiction);
        assert!(edited.numbers.len() == 2 && edited.numbers.iter().all(|own| own.judgement == Judgement::Moved));
        let list = differ(|outcome| outcome.results.heuristics[0].selected[0] ^= true);
        assert_eq!(list.conclusion, Conclusion::Contradiction);
        assert!(list.sentence.contains("are not, in 1 list: "), "{}", list.sentence);
    }

    #[test]
    fn what_a_file_states_moves_and_what_is_counted_in_words_does_not() {
        let shares = anew(|outcome| {
            let own = outcome.forecasts.iter_mut().find_map(|own| own.shares.as_mut()).expect("a forecast of shares");
            own.reverse();
        });
        assert_eq!((shares.conclusion, shares.numbers.len()), (Conclusion::Moved, 0), "{}", shares.sentence);
        let reasons = |one: &str, other: &str| {
            let mut a = fixture::outcome();
            a.forecasts[0].inadmissible = Some(one.to_string());
            let mut b = a.clone();
            (b.ids.run, b.ids.training) = ("00aa".to_string(), "00bb".to_string());
            b.forecasts[0].inadmissible = Some(other.to_string());
            compare(("a", &a), ("b", &b)).expect("outcomes are JSON").conclusion
        };
        assert_eq!(reasons("48 bouts ended", "51 bouts ended"), Conclusion::Same);
        assert_eq!(reasons("48 bouts ended", "the agent did not learn"), Conclusion::Moved);
    }

    #[test]
    fn the_best_return_known_is_one_of_chance_where_a_network_has_it() {
        let best = |policy: &str| {
            anew(|outcome| {
                outcome.results.training.return_best += 0.1;
                outcome.results.training.best_policy = policy.to_string();
            })
        };
        let (network, paths) = (best("the network of seed 3"), best("shortest paths"));
        assert_eq!((network.conclusion, only_number(&network).judgement), (Conclusion::Same, Judgement::Follows));
        assert_eq!((paths.conclusion, only_number(&paths).judgement), (Conclusion::Moved, Judgement::Moved));
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
