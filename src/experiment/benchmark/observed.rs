//! What a study's outcome says of shares, as predictors are compared with it.

use crate::experiment::error::ExperimentError;
use crate::outcome::measured::Measured;
use crate::outcome::{Outcome, Results};
use crate::predictor::earlier::Earlier;
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

/// What every training of an outcome says, the study's own first.
pub fn observed(outcome: &Outcome) -> Vec<Observed> {
    let phases = outcome.phases.iter().map(|phase| &phase.results);
    std::iter::once(&outcome.results).chain(phases).map(|results| after(results, outcome.seeds.len())).collect()
}

fn after(results: &Results, seeds: usize) -> Observed {
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
    let left_out = if !results.training.learned {
        Some("the agent did not learn".to_string())
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

/// What other studies may know of this one.
pub fn earlier(study: &Study, outcome: &Outcome) -> Earlier {
    let heuristics = &outcome.results.heuristics;
    let selected =
        |selected: &[bool]| selected.iter().filter(|selected| **selected).count() as f64 / selected.len().max(1) as f64;
    Earlier {
        heuristics: study.heuristics.clone(),
        shares: heuristics.iter().map(|heuristic| heuristic.share.mean.unwrap_or(0.0)).collect(),
        selected: heuristics.iter().map(|heuristic| selected(&heuristic.selected)).collect(),
    }
}
