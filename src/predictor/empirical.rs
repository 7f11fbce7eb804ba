//! The forecast of who knows other studies alone: what rules of the same kind came to there.
//!
//! The kind of a rule is what it recommends (moves toward a look or a place, or by direction; away; to a side; free; to stay)
//! and whether it always does or on a condition. A share means more where there are more rules, so m_h is the mean of
//! share x number of rules in its study over the earlier rules of the kind of h, 1 for a kind that was never seen: what an
//! even split gives. The share of rule h is m_h / sum_k m_k, over the rules that fire where a random policy comes in
//! training; the others get nothing.
//!
//! Of n studies with rules of the kind of h, these are selected in a part p of the seeds, on average: h is selected with
//! probability (n p + 1/2) / (n + 1), so that few studies make nothing sure. For a kind that was never seen all earlier
//! rules count; a rule that never fires is not selected at all. The draws hold the probability to within [`DRAWS`].
//!
//! Where no rule of the study is of a kind that was seen, nothing is known and nothing is said.

use crate::heuristic::rule::{Condition, Heuristic, Recommendation, Target};
use crate::predictor::earlier::Earlier;
use crate::predictor::kappa::Kappa;
use crate::predictor::laws::without_update;
use crate::predictor::prediction::{After, Draw, Prediction, Selection, Topic};
use crate::predictor::task::Task;
use crate::predictor::{Exemption, Predictor, PredictorError};

/// How sure it is of its shares: they are Dirichlet(kappa x share).
const KAPPA: Kappa = Kappa { relative: 7.0, pixel: 2.0 };
/// Draws, which hold a probability to half of one in so many.
const DRAWS: usize = 100;

/// Shares as in other studies.
pub struct EmpiricalFrequency;

impl Predictor for EmpiricalFrequency {
    fn name(&self) -> &str {
        "empirical frequency"
    }

    fn summary(&self) -> &str {
        "the share of a rule is what rules of its kind had in other studies"
    }

    fn version(&self) -> u32 {
        2
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        if task.earlier.is_empty() {
            return Ok(Prediction::silent(&task.study, "it knows no other study that was run and learned"));
        }
        let kinds: Vec<Kind> = task.study.heuristics.iter().map(Kind::of).collect();
        let known: Vec<Option<f64>> = kinds.iter().map(|kind| level(&task.earlier, *kind)).collect();
        if known.iter().all(Option::is_none) {
            return Ok(Prediction::silent(&task.study, "no other study that it knows has rules of these kinds"));
        }
        let levels: Vec<f64> = known.into_iter().map(|level| level.unwrap_or(1.0)).collect();
        let bank = task.bank()?;
        let fires = |training: usize| {
            let features = bank.training_features(training);
            (0..levels.len()).map(|h| features.firing(h) > 0.0).collect::<Vec<bool>>()
        };
        let fires: Vec<Vec<bool>> = (0..task.arenas.len()).map(fires).collect();
        let selection = |fires: &Vec<bool>| {
            let levels = levels.iter().zip(fires).map(|(level, fires)| if *fires { *level } else { 0.0 });
            Selection::of(&levels.collect::<Vec<f64>>())
        };
        let selections: Vec<Selection> = fires.iter().map(selection).collect();
        let reason = "other studies tell the shares of kinds of rules, and no more";
        let mut prediction = Prediction::of_selections(selections.clone(), KAPPA.of(&task.study), reason);
        let of = |kind: &Kind| likely_selected(&task.earlier, Some(*kind)).or(likely_selected(&task.earlier, None));
        // There is an earlier rule, so there is a mean over all.
        let selected: Vec<f64> = kinds.iter().map(|kind| of(kind).unwrap_or(0.0)).collect();
        let draw = |draw: usize| {
            // The order of the rules has no say in a draw.
            let below = |probability: &f64| (draw as f64 + 0.5) / (DRAWS as f64) < *probability;
            let after = |(selection, fires): (&Selection, &Vec<bool>)| {
                let selected = selected.iter().zip(fires).map(|(probability, fires)| *fires && below(probability));
                let (selection, selected) = (Some(selection.clone()), Some(selected.collect()));
                After { selection, selected, ..After::default() }
            };
            Draw { trainings: selections.iter().zip(&fires).map(after).collect() }
        };
        prediction.draws = (0..DRAWS).map(draw).collect();
        prediction.silences.retain(|silence| silence.topic != Topic::Selected);
        Ok(prediction)
    }

    fn exemptions(&self) -> Vec<Exemption> {
        let exempt =
            |law| Exemption { law, reason: "it looks at other studies, and of its own at kinds of rules alone" };
        ["divided bias", "no reward"].into_iter().map(exempt).chain(without_update("it learns nothing")).collect()
    }
}

/// What rules have in common that may come to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    advice: Advice,
    always: bool,
}

/// What a rule recommends, without what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Advice {
    TowardLook,
    TowardPlace,
    ByDirection,
    Away,
    Side,
    Free,
    Stay,
}

impl Kind {
    fn of(heuristic: &Heuristic) -> Kind {
        let advice = match &heuristic.recommendation {
            Recommendation::Toward { by_direction: true, .. } => Advice::ByDirection,
            Recommendation::Toward { target: Target::Look(_), .. } => Advice::TowardLook,
            Recommendation::Toward { target: Target::Place(_), .. } => Advice::TowardPlace,
            Recommendation::AwayFrom(_) => Advice::Away,
            Recommendation::Side(_) => Advice::Side,
            Recommendation::Free => Advice::Free,
            Recommendation::Stay => Advice::Stay,
        };
        Kind { advice, always: heuristic.condition == Condition::Always }
    }
}

/// The mean share x number of rules of the earlier rules of a kind; nothing for one that was never seen.
fn level(earlier: &[Earlier], kind: Kind) -> Option<f64> {
    let of = |study: &Earlier| {
        let rules = study.heuristics.len() as f64;
        let own = study.heuristics.iter().zip(&study.shares).filter(|(heuristic, _)| Kind::of(heuristic) == kind);
        own.map(|(_, share)| share * rules).collect::<Vec<f64>>()
    };
    mean(&earlier.iter().flat_map(of).collect::<Vec<f64>>())
}

/// How likely the earlier rules of a kind, or all, make it that a rule is selected; nothing without any.
fn likely_selected(earlier: &[Earlier], kind: Option<Kind>) -> Option<f64> {
    let of = |study: &Earlier| {
        let rules = study.heuristics.iter().zip(&study.selected);
        let own = rules.filter(|(heuristic, _)| kind.is_none_or(|kind| Kind::of(heuristic) == kind));
        mean(&own.map(|(_, selected)| *selected).collect::<Vec<f64>>())
    };
    let by_study: Vec<f64> = earlier.iter().filter_map(of).collect();
    let studies = by_study.len() as f64;
    mean(&by_study).map(|part| (studies * part + 0.5) / (studies + 1.0))
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
