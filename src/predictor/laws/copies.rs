//! Laws of a rule that is there twice.

use crate::heuristic::rule::{Bias, Heuristic};
use crate::predictor::laws::TOLERANCE;
use crate::predictor::laws::generate::study;
use crate::predictor::laws::subject::{Subject, afters};
use crate::predictor::prediction::Selection;
use crate::study::Study;
use proptest::prelude::{Strategy, any};
use proptest::sample::Index;

/// A study and the rule of it that is copied.
fn cases() -> impl Strategy<Value = (Study, usize)> {
    (study(), any::<Index>()).prop_map(|(mut study, index)| {
        let rule = index.index(study.heuristics.len());
        // A measured bias is none that could be divided.
        if study.heuristics[rule].bias == Bias::Measured {
            study.heuristics[rule].bias = Bias::Given(1.0);
        }
        (study, rule)
    })
}

/// The study with a copy of a rule behind all others, the biases of both times a factor.
fn copied(study: &Study, rule: usize, factor: f64) -> Study {
    let mut study = study.clone();
    let bias = match study.heuristics[rule].bias {
        Bias::Given(bias) => Bias::Given(bias * factor),
        Bias::Measured => Bias::Measured,
    };
    study.heuristics[rule].bias = bias;
    let copy = Heuristic { name: "copy".to_string(), ..study.heuristics[rule].clone() };
    study.heuristics.push(copy);
    study
}

/// Copies with the same bias get the same.
pub fn equal_copies(subject: &Subject<'_>) -> Result<(), String> {
    let show = |(study, rule): &(Study, usize)| (subject.config.show)(&copied(study, *rule, 1.0));
    subject.for_all(cases(), show, |(study, rule)| {
        let (rule, copy) = (*rule, study.heuristics.len());
        let answered = subject.predict(&copied(study, rule, 1.0))?;
        let name = &study.heuristics[rule].name;
        for (draw, training, after) in afters(&answered.prediction) {
            let shares = after.selection.as_ref().and_then(Selection::shares);
            for (what, numbers) in [("share", shares), ("strength", after.strength.as_deref())] {
                let Some(numbers) = numbers else { continue };
                if (numbers[rule] - numbers[copy]).abs() > TOLERANCE * numbers[rule].abs().max(1.0) {
                    return Err(format!(
                        "in draw {draw}, after {}, `{name}` has the {what} {:?}, and its copy {:?}",
                        study.training(training).name,
                        numbers[rule],
                        numbers[copy]
                    ));
                }
            }
        }
        Ok(())
    })
}

/// Copies that divide the bias divide the share.
pub fn divided_bias(subject: &Subject<'_>) -> Result<(), String> {
    let show = |(study, rule): &(Study, usize)| {
        format!("with `{}` twice at half its bias in\n{}", study.heuristics[*rule].name, (subject.config.show)(study))
    };
    subject.for_all(cases(), show, |(study, rule)| {
        let (rule, copy) = (*rule, study.heuristics.len());
        let (alone, both) = (subject.predict(study)?, subject.predict(&copied(study, rule, 0.5))?);
        if alone.prediction.draws.len() != both.prediction.draws.len() {
            return Err("with the bias divided among two copies it has another number of draws".to_string());
        }
        for ((draw, training, one), (_, _, two)) in afters(&alone.prediction).zip(afters(&both.prediction)) {
            let place = || format!("in draw {draw}, after {}, ", study.training(training).name);
            let shares = |selection: &Option<Selection>| selection.as_ref().map(|s| s.shares().map(<[f64]>::to_vec));
            let (one, two) = match (shares(&one.selection), shares(&two.selection)) {
                (Some(Some(one)), Some(Some(two))) => (one, two),
                (one, two) if one == two => continue,
                (one, two) => return Err(format!("{}what is selected is {one:?} alone, and {two:?} divided", place())),
            };
            for (other, heuristic) in study.heuristics.iter().enumerate() {
                let together = if other == rule { two[rule] + two[copy] } else { two[other] };
                if (one[other] - together).abs() > TOLERANCE {
                    return Err(format!(
                        "{}`{}` gets {:?}, and {together:?} where `{}` is divided",
                        place(),
                        heuristic.name,
                        one[other],
                        study.heuristics[rule].name
                    ));
                }
            }
        }
        Ok(())
    })
}
