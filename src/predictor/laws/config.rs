//! How thoroughly laws are tested.

use crate::heuristic::rule::{Bias, Condition, Heuristic, Recommendation, Target};
use crate::predictor::earlier::Earlier;
use crate::study::Study;
use crate::world::action::Side;
use crate::world::spec::Place;
use std::time::Duration;

/// How many cases, which, and for how long.
#[derive(Clone, Debug)]
pub struct Config {
    /// Cases per law.
    pub cases: u32,
    /// From which cases are drawn: the same are in every run.
    pub seed: u64,
    /// How long one forecast may take.
    pub limit: Duration,
    /// How often at most something simpler is tried once a case breaks a law.
    pub shrinks: u32,
    /// How a study is shown: [`plainly`] without more.
    /// [`canonical`](../../../language/canonical/fn.canonical.html) shows it in the words of a prediction file.
    pub show: fn(&Study) -> String,
    /// What was measured in other studies.
    pub earlier: Vec<Earlier>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            cases: 16,
            seed: 0,
            limit: Duration::from_secs(60),
            shrinks: 200,
            show: plainly,
            earlier: vec![earlier()],
        }
    }
}

/// A study that was run before.
fn earlier() -> Earlier {
    let toward = |target: Target| Recommendation::Toward { target, by_direction: false };
    let corner = Place::Corner { vertical: Side::North, horizontal: Side::East, size: 1 };
    let rules = [
        (Condition::Always, toward(Target::Place(corner))),
        (Condition::Visible(Target::Look("cheese".to_string())), toward(Target::Look("cheese".to_string()))),
        (Condition::Wall(Side::North), Recommendation::Free),
        (Condition::Always, Recommendation::Side(Side::East)),
    ];
    let rule = |(index, (condition, recommendation)): (usize, (Condition, Recommendation))| Heuristic {
        name: format!("earlier{index}"),
        doc: String::new(),
        condition,
        recommendation,
        bias: Bias::Given(1.0),
    };
    Earlier {
        heuristics: rules.into_iter().enumerate().map(rule).collect(),
        shares: vec![0.5, 0.25, 0.125, 0.125],
        selected: vec![1.0, 0.75, 0.0, 0.25],
    }
}

/// A study as the data that it is, a line for each part.
pub fn plainly(study: &Study) -> String {
    let mut lines =
        vec![format!("world {:?}", study.world), format!("{:?}", study.agent), format!("{:?}", study.train)];
    lines.extend(study.heuristics.iter().map(|heuristic| {
        let (condition, recommendation) = (&heuristic.condition, &heuristic.recommendation);
        format!("rule {}: if {condition:?} then {recommendation:?}, bias {:?}", heuristic.name, heuristic.bias)
    }));
    lines.extend(study.scenarios.iter().map(|scenario| format!("scenario {}: {:?}", scenario.name, scenario.world)));
    lines.extend(study.phases.iter().map(|phase| format!("phase {}: {:?}", phase.name, phase.world)));
    lines.join("\n")
}
