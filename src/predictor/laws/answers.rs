//! Laws of single forecasts: what is said of one study.

use crate::heuristic::rule::{Condition, Heuristic, Recommendation, Target};
use crate::predictor::laws::compare::{Match, alike};
use crate::predictor::laws::generate::{in_every_world, study};
use crate::predictor::laws::process::{update, with_rewards};
use crate::predictor::laws::subject::{Subject, afters};
use crate::predictor::prediction::{Prediction, Selection};
use crate::study::{Scenario, Study};
use crate::world::action::Side;
use crate::world::spec::{Object, Place, World};
use proptest::prelude::{Strategy, any};
use proptest::sample::{Index, select};

/// Every number can be one.
pub fn shares(subject: &Subject<'_>) -> Result<(), String> {
    // That shares are on the simplex is part of what every answer is held to.
    subject.for_all(study(), subject.config.show, |study| subject.predict(study).map(drop))
}

/// The same seed gives the same bits.
pub fn same_bits(subject: &Subject<'_>) -> Result<(), String> {
    subject.for_all(study(), subject.config.show, |study| {
        let first = subject.answer_among(1, subject.task(study)?)?;
        let second = subject.answer_among(3, subject.task(study)?)?;
        if first.prediction == second.prediction {
            return Ok(());
        }
        let exactly = Match::in_order(study.heuristics.len(), 0.0);
        let what = alike(first.answer(), second.answer(), &exactly).err();
        let what = what.unwrap_or_else(|| "the reasons for silence differ".to_string());
        Err(format!("asked once among 1 thread and once among 3, {what}"))
    })
}

/// A rule that never fires in training gets nothing.
pub fn never_fires(subject: &Subject<'_>) -> Result<(), String> {
    let ways = select(vec![Never::Contradiction, Never::TooMany, Never::AtItsTarget, Never::InTheScenarioAlone]);
    let cases = (study(), any::<Index>(), ways).prop_map(|(study, index, never)| {
        let rule = index.index(study.heuristics.len());
        (never.made(study, rule), rule)
    });
    let show = |(study, rule): &(Study, usize)| {
        format!("`{}` never fires in\n{}", study.heuristics[*rule].name, (subject.config.show)(study))
    };
    subject.for_all(cases, show, |(study, rule)| {
        let answered = subject.predict(study)?;
        let name = &study.heuristics[*rule].name;
        each_selection(&answered.prediction, |place, selection| match selection.shares() {
            Some(shares) if shares[*rule] != 0.0 => {
                Err(format!("{place}, `{name}` gets {:?}, and never fires", shares[*rule]))
            }
            _ => Ok(()),
        })
    })
}

/// How it comes that a rule never fires in training.
#[derive(Clone, Copy, Debug)]
enum Never {
    /// A wall cannot both be and not be.
    Contradiction,
    /// There are not as many objects or cells.
    TooMany,
    /// Where it is already, nothing is recommended.
    AtItsTarget,
    /// What it is about is in a scenario alone.
    InTheScenarioAlone,
}

impl Never {
    fn made(self, mut study: Study, rule: usize) -> Study {
        let Heuristic { condition, recommendation, .. } = &mut study.heuristics[rule];
        let corner = Place::Corner { vertical: Side::North, horizontal: Side::West, size: 1 };
        match self {
            Never::Contradiction => {
                let wall = || Box::new(Condition::Wall(Side::North));
                *condition = Condition::And(wall(), Box::new(Condition::Not(wall())));
            }
            Never::TooMany => {
                let over = crate::heuristic::rule::Comparison::Greater;
                *condition = Condition::Count(Target::Place(Place::Anywhere), over, 99.0);
            }
            Never::AtItsTarget => {
                *condition = Condition::At(corner);
                *recommendation = Recommendation::Toward { target: Target::Place(corner), by_direction: false };
            }
            Never::InTheScenarioAlone => {
                *condition = Condition::Visible(Target::Look("ghost".to_string()));
                let haunted = |world: &World| {
                    let mut world = world.clone();
                    world.objects.push(Object::named("ghost"));
                    world
                };
                study.scenarios.push(Scenario {
                    name: "haunted".to_string(),
                    doc: String::new(),
                    world: haunted(&study.world),
                    over_phases: study.phases.iter().map(|phase| haunted(&phase.world)).collect(),
                });
            }
        }
        study
    }
}

/// Without rewards nothing is learned.
pub fn no_reward(subject: &Subject<'_>) -> Result<(), String> {
    let silent = study().prop_map(|study| {
        in_every_world(&study, |world| {
            world.step_reward = 0.0;
            world.objects.iter_mut().for_each(|object| object.rewards.clear());
        })
    });
    subject.for_all(silent, subject.config.show, |study| {
        let answered = subject.predict(study)?;
        let name = |rule: usize| &study.heuristics[rule].name;
        for (draw, training, after) in afters(&answered.prediction) {
            let place = format!("in draw {draw}, after {}", study.training(training).name);
            let courses = after.course.iter().flat_map(|course| &course.strengths);
            for strengths in after.strength.iter().chain(courses) {
                if let Some(rule) = strengths.iter().position(|strength| *strength != 0.0) {
                    return Err(format!(
                        "{place}, the strength of `{}` is {:?}, and 0 is needed",
                        name(rule),
                        strengths[rule]
                    ));
                }
            }
            if let Some(Selection::Shares(shares)) = &after.selection {
                return Err(format!("{place}, the shares are {shares:?}, and nothing can be selected"));
            }
        }
        Ok(())
    })?;
    let shown = |given: &_| format!("{given:#?}");
    subject.for_all(update(), shown, |given| {
        let mut given = given.clone();
        given.process = with_rewards(&given.process, |_, _, _, _| 0.0);
        given.strengths.fill(0.0);
        match subject.optional_update(&given, &vec![0.0; given.process.states.len()])? {
            Some(update) if update.iter().any(|change| *change != 0.0) => {
                Err(format!("the expected update is {update:?}, and 0 is needed"))
            }
            _ => Ok(()),
        }
    })
}

/// Asks for something of what is selected in every draw after every training.
fn each_selection(
    prediction: &Prediction,
    test: impl Fn(&str, &Selection) -> Result<(), String>,
) -> Result<(), String> {
    afters(prediction).try_for_each(|(draw, training, after)| {
        let place = format!("in draw {draw}, after training {training}");
        after.selection.as_ref().map_or(Ok(()), |selection| test(&place, selection))
    })
}
