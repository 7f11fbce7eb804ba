//! What a validation found, and whether it is what was demanded.

use crate::seed::Seed;
use crate::selection::magnitude::MAGNITUDES;
use crate::validation::calibration::{Calibration, Coverage};
use crate::validation::controls::{Control, Demand};
use crate::validation::criterion::{Criterion, binomial_quantile};
use crate::validation::estimators::ESTIMATORS;
use crate::validation::planted::{Origin, Plan, Planted};
use crate::validation::recovery::Recovery;
use crate::validation::solvers::Dominance;
use crate::validation::threshold::{Errors, errors};
use crate::validation::wiring::Wiring;
use serde::Serialize;

/// Demanded of the shares of strength in planted networks.
const CORRELATION: f64 = 0.99;
const MEDIAN_ERROR: f64 = 0.015;
const WORST_ERROR: f64 = 0.05;
/// Demanded of the coverage of 95% intervals.
const COVERAGE: (f64, f64) = (0.935, 0.965);
/// Of the kind of policies and of the rule that are covered least: not below what binomial chance leaves in 999 of 1,000
/// cases of a coverage of 95%, where four data sets count as one. That is generous: all data sets of a policy share what
/// its intervals do wrong, and there are six to nine policies of each kind.
const COVERED: f64 = 0.95;
const DATA_SETS_AS_ONE: usize = 4;
const COVERAGE_LEVEL: f64 = 0.999;
/// The chance that some rule about something never shown is selected in a network, and the quantile of how many
/// networks this explains.
const CHANCE: f64 = 0.01;
const LEVEL: f64 = 0.99;

/// Demanded of the dominant solver in networks wired by hand, for each kind of rule.
const WIRED_ACCURACY: f64 = 0.99;

/// The parts of a validation; those that were not asked for are absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Findings {
    pub planted: Option<PlantedFindings>,
    pub calibration: Option<Calibration>,
    pub controls: Option<Vec<Control>>,
    pub solvers: Option<Vec<Dominance>>,
    pub criteria: Vec<Criterion>,
}

/// What planted networks show.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlantedFindings {
    /// Networks wired by hand, and distilled ones.
    pub wired: usize,
    pub distilled: usize,
    /// The largest mean KL(pi_w || network) of a distilled network on fresh states, in nats; null without any.
    pub divergence: Option<f64>,
    /// The most gradient steps that a distilled network took.
    pub steps: usize,
    /// Of every estimator, then of every magnitude.
    pub recoveries: Vec<MeasureRecovery>,
    /// Of strength alone, by wiring.
    pub by_wiring: Vec<WiringRecovery>,
    /// Of strength alone, in distilled networks, by the seed of all that is drawn.
    pub by_seed: Vec<SeedRecovery>,
    pub wired_errors: Vec<Errors>,
    pub distilled_errors: Vec<Errors>,
}

/// How well one measure recovers planted shares.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasureRecovery {
    pub name: &'static str,
    pub formula: &'static str,
    /// It is a magnitude and no estimator of strength.
    pub magnitude: bool,
    pub wired: Recovery,
    pub distilled: Recovery,
}

/// How well strength recovers planted shares in one wiring.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WiringRecovery {
    pub wiring: Wiring,
    pub recovery: Recovery,
}

/// How well strength recovers the shares that were planted by distillation with one seed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeedRecovery {
    pub seed: u64,
    pub recovery: Recovery,
}

impl Findings {
    /// Adds what planted networks show. Of a second plan and further ones, whose seed is another, nothing is kept but
    /// the criteria and how well strength recovers shares.
    pub fn add_planted(&mut self, networks: &[Planted], plan: &Plan) {
        let found = PlantedFindings::of(networks, plan.seed);
        let Seed(seed) = plan.seed;
        if let Some(strength) = found.recoveries.first() {
            let sides = [
                ("wired by hand".to_string(), &strength.wired),
                (format!("distilled with seed {seed}"), &strength.distilled),
            ];
            for (name, recovery) in sides.into_iter().filter(|(_, recovery)| recovery.networks > 0) {
                let value = |number: Option<f64>| number.unwrap_or(f64::NAN);
                self.criteria.extend([
                    Criterion::at_least(
                        format!("correlation of shares, {name}"),
                        value(recovery.correlation),
                        CORRELATION,
                    ),
                    Criterion::at_most(
                        format!("median largest share error, {name}"),
                        value(recovery.median_error),
                        MEDIAN_ERROR,
                    ),
                    Criterion::at_most(
                        format!("worst largest share error, {name}"),
                        value(recovery.worst_error),
                        WORST_ERROR,
                    ),
                ]);
            }
        }
        if let Some(divergence) = found.divergence {
            let name = format!("largest divergence of a network distilled with seed {seed}, nats");
            self.criteria.push(Criterion::at_most(name, divergence, plan.distillation.divergence));
        }
        match &mut self.planted {
            Some(first) => first.by_seed.extend(found.by_seed),
            None => self.planted = Some(found),
        }
    }

    /// Adds how often intervals cover.
    pub fn add_calibration(&mut self, found: Calibration) {
        let (least, most) = COVERAGE;
        self.criteria.push(Criterion::within("coverage of 95% intervals", found.overall.covered, least, most));
        let least = |coverages: &[Coverage]| coverages.iter().min_by(|a, b| a.covered.total_cmp(&b.covered)).cloned();
        let sides = [("kind", least(&found.by_addition)), ("rule", least(&found.by_rule))];
        for (what, worst) in sides.into_iter().filter_map(|(what, worst)| worst.map(|worst| (what, worst))) {
            let trials = (worst.data_sets / DATA_SETS_AS_ONE).max(1);
            let missed = binomial_quantile(trials, 1.0 - COVERED, COVERAGE_LEVEL) as f64 / trials as f64;
            let name = format!("coverage of the {what} covered least ({})", worst.name);
            self.criteria.push(Criterion::at_least(name, worst.covered, 1.0 - missed));
        }
        self.calibration = Some(found);
    }

    /// Adds the negative controls and the positive one.
    pub fn add_controls(&mut self, found: Vec<Control>) {
        let mut judged: Vec<&str> = Vec::new();
        for control in &found {
            let name = format!("seeds of {} that select {}", control.study, control.rule);
            let (selected, seeds) = (control.selected as f64, control.seeds as f64);
            match control.demand {
                Demand::All => self.criteria.push(Criterion::at_least(name, selected, seeds)),
                Demand::None => self.criteria.push(Criterion::at_most(name, selected, 0.0)),
                Demand::Seldom | Demand::Open => {}
            }
            // All rules about what was never shown stand or fall by one test of its weights.
            if matches!(control.demand, Demand::None | Demand::Seldom) && !judged.contains(&control.study.as_str()) {
                judged.push(&control.study);
                let name = format!("seeds of {} that select any rule about cheese", control.study);
                let most = binomial_quantile(control.seeds, CHANCE, LEVEL);
                self.criteria.push(Criterion::at_most(name, control.any_selected as f64, most as f64));
            }
        }
        self.controls = Some(found);
    }

    /// Adds who is dominant. Where networks are wired by hand, nothing excuses another name than that of the true rule.
    pub fn add_solvers(&mut self, found: Vec<Dominance>) {
        for row in found.iter().filter(|row| !row.distilled) {
            let name = format!("dominant solver named where a rule of the kind `{}` is, wired by hand", row.kind);
            self.criteria.push(Criterion::at_least(name, row.accuracy(), WIRED_ACCURACY));
        }
        self.solvers = Some(found);
    }

    /// Whether every criterion holds.
    pub fn hold(&self) -> bool {
        self.criteria.iter().all(|criterion| criterion.holds)
    }
}

impl PlantedFindings {
    fn of(networks: &[Planted], Seed(seed): Seed) -> PlantedFindings {
        let (wired, distilled): (Vec<&Planted>, Vec<&Planted>) =
            networks.iter().partition(|network| matches!(network.origin, Origin::Wired(_)));
        let recovery = |networks: &[&Planted], measure: usize| {
            Recovery::of(networks.iter().map(|n| (&n.strengths[..], &n.values[measure][..])))
        };
        let names = ESTIMATORS.iter().map(|e| (e.name, e.formula, false));
        let names = names.chain(MAGNITUDES.iter().map(|m| (m.name, m.formula, true)));
        let recoveries = names.enumerate().map(|(measure, (name, formula, magnitude))| MeasureRecovery {
            name,
            formula,
            magnitude,
            wired: recovery(&wired, measure),
            distilled: recovery(&distilled, measure),
        });
        let of_wiring = |wiring: Wiring| {
            let own: Vec<&Planted> = wired.iter().filter(|n| n.origin == Origin::Wired(wiring)).copied().collect();
            WiringRecovery { wiring, recovery: recovery(&own, 0) }
        };
        let distillations = networks.iter().filter_map(|network| match network.origin {
            Origin::Wired(_) => None,
            Origin::Distilled { steps, divergence } => Some((steps, divergence)),
        });
        let rates = |networks: &[&Planted]| errors(networks.iter().map(|n| (&n.strengths[..], &n.measured)));
        PlantedFindings {
            wired: wired.len(),
            distilled: distilled.len(),
            divergence: distillations.clone().map(|(_, divergence)| divergence).max_by(f64::total_cmp),
            steps: distillations.map(|(steps, _)| steps).max().unwrap_or(0),
            recoveries: recoveries.collect(),
            by_seed: vec![SeedRecovery { seed, recovery: recovery(&distilled, 0) }],
            by_wiring: Wiring::ALL.into_iter().map(of_wiring).collect(),
            wired_errors: rates(&wired),
            distilled_errors: rates(&distilled),
        }
    }
}
