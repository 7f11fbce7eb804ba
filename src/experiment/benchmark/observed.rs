//! What a study's outcome says of shares, as predictors are compared with it.

use crate::experiment::error::ExperimentError;
use crate::outcome::measured::Measured;
use crate::outcome::{Outcome, Results};
use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::pooled::{energy_noise, mean_noise, squared_error};
use crate::scoring::weights::Drawn;
use crate::selection::identifiability::{Alias, AliasKind};
use crate::selection::share::Parts;
use crate::study::Study;

/// After one training.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Why nothing can be scored, if so.
    pub left_out: Option<String>,
    pub parts: Parts,
    /// Shares of the parts in each seed; nothing where nothing was selected.
    pub seeds: Vec<Option<Vec<f64>>>,
}

/// What every training of an outcome says, the study's own first. A phase whose networks learned nothing in a training
/// before it is left out as one in which they did not learn: it began elsewhere than the study says.
pub fn observed(study: &Study, outcome: &Outcome) -> Vec<Observed> {
    let phases = outcome.phases.iter().map(|phase| &phase.results);
    let trainings: Vec<&Results> = std::iter::once(&outcome.results).chain(phases).collect();
    let of = |(training, results): (usize, &&Results)| {
        let unlearned = |own: &usize| trainings.get(*own).is_some_and(|results| !results.training.learned);
        let unlearned = study.lineage(training).into_iter().find(unlearned).map(|own| match own == training {
            true => "the agent did not learn".to_string(),
            false => format!("the agent did not learn in {}, before it", study.training(own).name),
        });
        after(results, outcome.seeds.len(), unlearned)
    };
    trainings.iter().enumerate().map(of).collect()
}

/// What the results after one training say of so many seeds; `unlearned` is why nothing was learned, if so, a clause.
pub fn after(results: &Results, seeds: usize, unlearned: Option<String>) -> Observed {
    let heuristics = &results.heuristics;
    let index = |name: &String| heuristics.iter().position(|heuristic| heuristic.name == *name);
    let aligned = results.alias_groups.iter().filter(|group| group.kind == "aligned");
    let aliases: Vec<Alias> = aligned
        .map(|group| {
            let members: Vec<usize> = group.members.iter().filter_map(index).collect();
            Alias { signs: vec![1.0; members.len()], kind: AliasKind::Aligned, members }
        })
        .collect();
    let parts = Parts::new(heuristics.len(), &aliases);
    let shares = |seed: usize| {
        let strengths: Vec<f64> = heuristics.iter().map(|h| h.strength.at(seed)).collect::<Option<_>>()?;
        parts.shares(&strengths)
    };
    let seeds: Vec<Option<Vec<f64>>> = (0..seeds).map(shares).collect();
    let left_out = if unlearned.is_some() {
        unlearned
    } else if results.alias_groups.len() > aliases.len() {
        Some("the sum of some rules is not known, so no share is".to_string())
    } else if seeds.iter().all(Option::is_none) {
        Some("no rule was selected in any seed".to_string())
    } else {
        None
    };
    Observed { left_out, parts, seeds }
}

/// What the noise between seeds leaves, and what the uniform forecast makes of a training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub uniform_squared_error: f64,
    pub uniform_energy: f64,
    pub noise_squared_error: Option<f64>,
    pub noise_energy: Option<f64>,
}

impl Observed {
    /// The share of each part over seeds.
    pub fn shares(&self) -> Vec<Measured> {
        let of = |part: usize| self.seeds.iter().map(|seed| seed.as_ref().map(|shares| shares[part])).collect();
        (0..self.parts.parts.len()).map(|part| Measured::over_seeds(of(part))).collect()
    }

    /// The mean shares over the seeds in which something was selected; nothing where there is none.
    pub fn mean(&self) -> Option<Vec<f64>> {
        self.shares().into_iter().map(|share| share.mean).collect()
    }

    /// What bounds the skill of forecasts; nothing where the training is left out. Draws come from `seed`.
    ///
    /// # Errors
    /// If a share is not finite.
    pub fn bounds(&self, seed: u64) -> Result<Option<Bounds>, ExperimentError> {
        let (None, Some(mean)) = (&self.left_out, self.mean()) else { return Ok(None) };
        let sizes: Vec<f64> = self.parts.parts.iter().map(|part| part.len() as f64).collect();
        let uniform = Dirichlet::new(sizes)?;
        let scores = Drawn::dirichlet(&uniform, seed)?.scores(&self.seeds)?;
        let defined: Vec<Vec<f64>> = self.seeds.iter().flatten().cloned().collect();
        Ok(Some(Bounds {
            uniform_squared_error: squared_error(&uniform.mean(), &mean)?,
            uniform_energy: Measured::over_seeds(scores).mean.unwrap_or(f64::NAN),
            noise_squared_error: mean_noise(&defined),
            noise_energy: energy_noise(&defined)?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::observed;
    use crate::language::read;
    use crate::outcome::fixture::with_phases;

    #[test]
    fn what_comes_after_nothing_learned_is_left_out() {
        let text = "edition 1\nworld w { layout room 3x3; object cheese { reward +1; ends } }\nstudy s {\n on w\n \
                    agent mlp(4)\n train ppo { steps 1k; seeds 8 }\n heuristic r { if always then move east }\n \
                    phase later after train { slip 5% }\n phase fresh { slip 5% }\n}\n";
        let study = read(text).unwrap().studies.remove(0);
        let mut outcome = with_phases();
        outcome.phases.iter_mut().for_each(|phase| phase.results.training.learned = true);
        let reasons = |outcome: &_| -> Vec<String> {
            observed(&study, outcome).into_iter().map(|own| own.left_out.unwrap_or_default()).collect()
        };
        let unlearned = |reasons: Vec<String>| -> Vec<bool> {
            reasons.iter().map(|reason| reason.starts_with("the agent did not learn")).collect()
        };
        assert_eq!(unlearned(reasons(&outcome)), [false; 3]);
        outcome.results.training.learned = false;
        assert_eq!(unlearned(reasons(&outcome)), [true, true, false]);
        assert_eq!(reasons(&outcome)[1], "the agent did not learn in train, before it");
        outcome.results.training.learned = true;
        outcome.phases[0].results.training.learned = false;
        assert_eq!(unlearned(reasons(&outcome)), [false, true, false]);
    }
}
