//! What is to be expected of a study if its author's forecasts are right: scores, how many seeds tell them from the reference,
//! how claims come out. Nothing is trained.
//!
//! Rules are taken to be told apart, agents to learn, and rows of the chain to be visited: what only a training shows.

use crate::experiment::Source;
use crate::experiment::assemble::study_info;
use crate::experiment::baseline::{Chance, chances};
use crate::experiment::claims::too_few;
use crate::experiment::error::ExperimentError;
use crate::experiment::reference::{place, reference};
use crate::experiment::setup::Setup;
use crate::experiment::simulated::{POOL, Pool};
use crate::heuristic::rule::Comparison;
use crate::language::number::percent;
use crate::language::print;
use crate::outcome::SCHEMA;
use crate::outcome::diagnosis::{Chances, ClaimDiagnosis, Diagnosis, ExpectedScore, ForecastDiagnosis, Gain, Needed};
use crate::parallel::side_by_side;
use crate::scoring::claim::{Resamples, Side, Verdict, Why, verdict};
use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::error::ScoringError;
use crate::scoring::event::event;
use crate::scoring::expected::{STUDIES, expected, seeds_needed, seeds_needed_if_alike};
use crate::scoring::number::number;
use crate::scoring::scored::Scored;
use crate::scoring::verdict::Advantage;
use crate::scoring::weights::{Drawn, compared};
use crate::seed::Seed;
use crate::study::Study;
use crate::study::claim::{Claim, Criterion};
use crate::study::forecast::{Number, Operand, Statement};
use rand::RngExt;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Simulated studies in which a claim is judged: each judgement takes many resamples itself.
const CLAIM_STUDIES: usize = 500;
/// Resamples of each of them, fewer than a claim is judged by in earnest.
const CLAIM_RESAMPLES: usize = 1_000;
/// Up to so many seeds; the means of resamples of more are taken to be normal.
const RESAMPLED: usize = 100;
/// Parameters of a Dirichlet distribution that lie so near to 1 are 1.
const EVEN: f64 = 1e-9;
/// The truth that a certain forecast is tried on, so far from it.
const SURPRISE: f64 = 0.01;

/// Simulates studies from the forecasts of one, on so many threads, which change no bit.
///
/// # Errors
/// If one of its worlds has no level, or no thread can be started.
pub fn diagnose(study: &Study, source: &Source, jobs: usize) -> Result<Diagnosis, ExperimentError> {
    let setup = Setup::new(study)?;
    let seed = setup.measurement_seed.child("diagnosis", &[]);
    let (pool, chances) = (Pool::of(study, seed)?, random_policy(&setup)?);
    let diagnosing = Diagnosing { setup: &setup, pool, chances, uniforms: uniforms(study, seed)?, seed };
    let (mut forecasts, mut representatives) = (Vec::new(), Vec::new());
    for forecast in side_by_side(jobs, study.forecasts.len(), |forecast| diagnosing.forecast(forecast))? {
        let (diagnosis, representative) = forecast?;
        forecasts.push(diagnosis);
        representatives.extend(representative);
    }
    let drawn = Studies::drawn(diagnosing.seeds(), seed);
    let claim = |index: usize| study.claims.get(index).map(|claim| diagnosing.claim(claim, &drawn));
    let claims = side_by_side(jobs, study.claims.len(), claim)?.into_iter().flatten().collect();
    Ok(Diagnosis {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_string(),
        study: study_info(study, &source.file),
        prediction: source.prediction.clone(),
        seeds: u64::from(study.train.seeds),
        simulations: STUDIES as u64,
        forecasts,
        together: diagnosing.together(&representatives),
        claims,
    })
}

/// What the random policy does in the worlds of forecast numbers: training, then place of the world.
fn random_policy(setup: &Setup) -> Result<BTreeMap<(usize, usize), Vec<Chance>>, ExperimentError> {
    let mut found = BTreeMap::new();
    for forecast in &setup.study.forecasts {
        let Statement::Number { number, .. } = &forecast.statement else { continue };
        let Some((arena, _)) = place(setup, number) else { continue };
        if let Entry::Vacant(entry) = found.entry((number.after, arena)) {
            entry.insert(chances(setup, &setup.arenas[number.after][arena])?);
        }
    }
    Ok(found)
}

/// Over as many shares as there are in some forecast.
fn uniforms(study: &Study, seed: Seed) -> Result<BTreeMap<usize, Drawn>, ScoringError> {
    let parts = |statement: &Statement| match statement {
        Statement::Weights { shares, .. } => Some(shares.len()),
        Statement::Transitions { rows, .. } => rows.first().map(|row| row.shares.len()),
        Statement::Event { .. } | Statement::Number { .. } => None,
    };
    let parts: BTreeSet<usize> = study.forecasts.iter().filter_map(|forecast| parts(&forecast.statement)).collect();
    parts.into_iter().map(|parts| Ok((parts, Drawn::dirichlet(&Dirichlet::uniform(parts)?, seed.0)?))).collect()
}

/// The simulated studies in which claims are judged, the same for all of them.
struct Studies {
    /// Of each its seeds, as places in the pool.
    seeds: Vec<Vec<usize>>,
    /// None for more than [`RESAMPLED`] seeds.
    resamples: Option<Resamples>,
}

impl Studies {
    /// Each of so many seeds.
    fn drawn(count: usize, seed: Seed) -> Studies {
        let mut stream = seed.stream("claims", &[]);
        Studies {
            seeds: (0..CLAIM_STUDIES).map(|_| (0..count).map(|_| stream.random_range(0..POOL)).collect()).collect(),
            resamples: (count <= RESAMPLED).then(|| Resamples::drawn(CLAIM_RESAMPLES, count, seed.0)),
        }
    }

    /// The share of resamples of these seeds in which a side holds, beside its level.
    fn held(&self, side: Option<&Side>, seeds: &[usize]) -> Option<(f64, f64)> {
        let side = side?;
        let differences = seeds.iter().map(|&at| side.differences[at]).collect();
        let of_study = Side { differences, ..*side };
        let held = match &self.resamples {
            Some(resamples) => resamples.holding(&of_study),
            None => of_study.holding_if_normal(),
        };
        Some((held?, side.level))
    }
}

struct Diagnosing<'a> {
    setup: &'a Setup<'a>,
    pool: Pool<'a>,
    chances: BTreeMap<(usize, usize), Vec<Chance>>,
    /// The uniform distribution over shares, by how many they are.
    uniforms: BTreeMap<usize, Drawn>,
    seed: Seed,
}

/// A forecast scored on every simulated seed.
#[derive(Default)]
struct Simulated {
    /// The one that counts first.
    scores: Vec<Scored>,
    /// The forecast that what happens is drawn from, where it is another.
    drawn_from: Option<usize>,
    /// The part of seeds in which an event holds.
    held: Option<f64>,
}

impl Diagnosing<'_> {
    fn study(&self) -> &Study {
        self.setup.study
    }

    fn seeds(&self) -> usize {
        self.study().train.seeds as usize
    }

    fn forecast(&self, index: usize) -> Result<(ForecastDiagnosis, Option<Scored>), ScoringError> {
        let forecast = &self.study().forecasts[index];
        let simulated = self.simulated(index)?;
        let first = simulated.scores.first();
        let gains = first.and_then(gains);
        let diagnosis = ForecastDiagnosis {
            text: forecast.text.clone(),
            drawn_from: simulated.drawn_from.map(|from| self.study().forecasts[from].text.clone()),
            implied: simulated.held.filter(|_| simulated.drawn_from.is_some()),
            scores: simulated.scores.iter().map(|score| self.score(score)).collect(),
            needed: gains.as_ref().map(|gains| self.needed(gains)),
            remarks: self.remarks(&forecast.statement, &simulated),
        };
        Ok((diagnosis, simulated.scores.into_iter().next()))
    }

    /// The scores of a forecast in every seed of the pool.
    fn simulated(&self, index: usize) -> Result<Simulated, ScoringError> {
        let against_uniform = |shares: &[f64], concentration: f64, parts: &[Vec<f64>]| {
            let outcome = |at: usize| Some(parts.iter().map(|part| part[at]).collect::<Vec<f64>>());
            let outcomes: Vec<_> = (0..POOL).map(outcome).collect();
            let forecast = Dirichlet::around(shares, concentration)?;
            let missing = ScoringError::Dimension { expected: shares.len(), found: 0 };
            let uniform = self.uniforms.get(&shares.len()).ok_or(missing)?;
            // Thirds are no exact numbers.
            if forecast.alpha().iter().all(|alpha| (alpha - 1.0).abs() < EVEN) {
                return compared(uniform, uniform, &outcomes);
            }
            compared(&Drawn::dirichlet(&forecast, self.seed.0)?, uniform, &outcomes)
        };
        let mut simulated = Simulated::default();
        match &self.study().forecasts[index].statement {
            Statement::Weights { shares, concentration, .. } => {
                if let Some(parts) = self.pool.shares(index) {
                    simulated.scores.push(against_uniform(shares, *concentration, parts)?);
                }
            }
            Statement::Transitions { rows, concentration, .. } => {
                for (row, parts) in rows.iter().zip(self.pool.rows(index).unwrap_or_default()) {
                    let scored = against_uniform(&row.shares, *concentration, parts)?;
                    match simulated.scores.first_mut() {
                        Some(sum) => add(sum, &scored),
                        None => simulated.scores.push(scored),
                    }
                }
            }
            Statement::Event { probability, .. } => {
                if let Some((held, from)) = self.pool.held(index) {
                    let scores = event(*probability, &held.iter().map(|held| Some(*held)).collect::<Vec<_>>())?;
                    simulated.scores = vec![scores.brier, scores.log];
                    simulated.drawn_from = from;
                    simulated.held = Some(held.iter().filter(|held| **held).count() as f64 / held.len() as f64);
                }
            }
            Statement::Number { number: asked, low, high } => {
                if let Some((from, values)) = self.pool.values(asked) {
                    let values: Vec<Option<f64>> = values.iter().map(|value| Some(*value)).collect();
                    simulated.scores.push(number(*low, *high, self.reference(asked)?, &values)?);
                    simulated.drawn_from = (from != index).then_some(from);
                }
            }
        }
        Ok(simulated)
    }

    fn reference(&self, number: &Number) -> Result<Option<(f64, f64)>, ScoringError> {
        reference(self.setup, number, |arena, index| Some(self.chances.get(&(number.after, arena))?.get(index)?.range))
    }

    fn score(&self, scored: &Scored) -> ExpectedScore {
        let scores: Vec<f64> = scored.scores.iter().flatten().copied().collect();
        let found = expected(&scores, self.seeds(), self.seed.0);
        let reference: Option<Vec<f64>> =
            scored.reference.as_ref().map(|reference| reference.iter().flatten().copied().collect());
        ExpectedScore {
            rule: scored.rule.name.to_string(),
            mean: found.map(|found| found.mean),
            independent: found.map(|found| found.independent),
            alike: found.map(|found| found.alike),
            reference: reference.map(|scores| scores.iter().sum::<f64>() / scores.len() as f64),
            skill: scored.skill().filter(|skill| skill.is_finite()),
        }
    }

    fn needed(&self, gains: &[f64]) -> Needed {
        let seeds = |count: usize| count as u64;
        Needed {
            independent: seeds_needed(gains, self.seed.0).map(seeds),
            alike: seeds_needed_if_alike(gains).map(seeds),
        }
    }

    fn together(&self, representatives: &[Scored]) -> Option<Gain> {
        let advantage = Advantage::of(representatives, POOL);
        let gains: Vec<f64> = advantage.by_seed.into_iter().collect::<Option<_>>()?;
        let found = expected(&gains, self.seeds(), self.seed.0)?;
        Some(Gain {
            forecasts: advantage.scored,
            mean: found.mean,
            independent: found.independent,
            alike: found.alike,
            needed: self.needed(&gains),
        })
    }

    /// What the author should know of a forecast.
    fn remarks(&self, statement: &Statement, simulated: &Simulated) -> Vec<String> {
        let mut remarks = Vec::new();
        match simulated.scores.first() {
            Some(Scored { reference: None, .. }) => {
                remarks.push("No reference exists for it, so it has no skill and no part in the verdict.".to_string());
            }
            Some(Scored { scores, reference: Some(reference), .. }) if scores == reference => {
                remarks.push("It says what the reference says, so that it can neither gain nor lose.".to_string());
            }
            Some(scored) if scored.skill().is_some_and(|skill| skill < 0.0) => {
                remarks.push("Even if it is right it does worse than the reference.".to_string());
            }
            _ => {}
        }
        let Statement::Event { probability, .. } = statement else { return remarks };
        let fails = |held: f64| if *probability == 1.0 { 1.0 - held } else { held };
        let infinite = |fails: f64| percent(rounded(1.0 - (1.0 - fails).powi(self.seeds() as i32)));
        if *probability == 0.0 || *probability == 1.0 {
            let count = self.seeds();
            remarks.push(match simulated.held.filter(|_| simulated.drawn_from.is_some()) {
                Some(held) => format!(
                    "It leaves no room for surprise, but what it follows from lets it fail in {} of seeds: its log score is then \
                     infinite in {} of studies of {count} seeds.",
                    percent(rounded(fails(held))),
                    infinite(fails(held))
                ),
                None => format!(
                    "It leaves no room for surprise. Were the truth {}, its log score would be infinite in {} of studies of \
                     {count} seeds.",
                    percent((probability - SURPRISE).abs()),
                    infinite(SURPRISE)
                ),
            });
        }
        remarks
    }

    fn claim(&self, claim: &Claim, studies: &Studies) -> ClaimDiagnosis {
        let mut diagnosis =
            ClaimDiagnosis { name: claim.name.clone(), text: claim.text.clone(), ..ClaimDiagnosis::default() };
        let seeds = self.seeds();
        // Even where all resamples are on one side.
        let surely = |side: &Option<Criterion>| side.as_ref().map(|side| (1.0, side.level));
        let nothing = |side: &Option<Criterion>| side.as_ref().map(|side| (0.0, side.level));
        let best = [
            verdict(seeds, surely(&claim.confirm), nothing(&claim.refute)),
            verdict(seeds, nothing(&claim.confirm), surely(&claim.refute)),
        ];
        if let [Verdict::Inconclusive(Why::TooFew { level, needed }), Verdict::Inconclusive(Why::TooFew { .. })] = best
        {
            diagnosis.too_few = Some(too_few(seeds, level, needed));
        }
        let unknown = claim.criteria().flat_map(Criterion::numbers).find(|number| self.pool.values(number).is_none());
        if let Some(number) = unknown {
            let names = print::Names::of(self.study());
            let shown = print::number(number, &names);
            diagnosis.silent = Some(format!("no forecast is about {shown}, so nothing says what it will be"));
            return diagnosis;
        }
        let side = |criterion: &Option<Criterion>| criterion.as_ref().and_then(|side| self.side(side));
        let (confirm, refute) = (side(&claim.confirm), side(&claim.refute));
        let judged = |drawn: &Vec<usize>| {
            verdict(seeds, studies.held(confirm.as_ref(), drawn), studies.held(refute.as_ref(), drawn))
        };
        diagnosis.independent = Some(chances_of(studies.seeds.iter().map(judged)));
        let holds = |side: &Option<Side>, at: usize| {
            let side = side.as_ref()?;
            let difference = side.differences[at];
            let holds = if side.strict { difference > 0.0 } else { difference >= 0.0 };
            Some((f64::from(u8::from(holds)), side.level))
        };
        let alike = (0..POOL).map(|at| verdict(seeds, holds(&confirm, at), holds(&refute, at)));
        diagnosis.alike = Some(chances_of(alike));
        diagnosis
    }

    /// A side of a claim in every seed of the pool.
    fn side(&self, criterion: &Criterion) -> Option<Side> {
        let left = self.pool.values(&criterion.left)?.1;
        let right = match &criterion.right {
            Operand::Number(right) => self.pool.values(right)?.1.to_vec(),
            Operand::Constant(right) => vec![*right; POOL],
        };
        let upwards = matches!(criterion.comparison, Comparison::Greater | Comparison::AtLeast);
        let strict = matches!(criterion.comparison, Comparison::Greater | Comparison::Less);
        let sign = if upwards { 1.0 } else { -1.0 };
        let differences = left.iter().zip(&right).map(|(left, right)| sign * (left - right)).collect();
        Some(Side { differences, strict, level: criterion.level })
    }
}

/// To a tenth of a percent.
fn rounded(part: f64) -> f64 {
    (part * 1e3).round() / 1e3
}

/// Reference score minus score in every seed.
fn gains(scored: &Scored) -> Option<Vec<f64>> {
    let reference = scored.reference.as_ref()?;
    scored.scores.iter().zip(reference).map(|(score, reference)| Some((*reference)? - (*score)?)).collect()
}

/// Adds the scores of another row.
fn add(sum: &mut Scored, more: &Scored) {
    let plus = |to: &mut Option<f64>, term: &Option<f64>| *to = to.zip(*term).map(|(one, other)| one + other);
    sum.scores.iter_mut().zip(&more.scores).for_each(|(to, term)| plus(to, term));
    if let (Some(to), Some(terms)) = (&mut sum.reference, &more.reference) {
        to.iter_mut().zip(terms).for_each(|(to, term)| plus(to, term));
    }
    plus(&mut sum.scale, &more.scale);
}

fn chances_of(verdicts: impl Iterator<Item = Verdict>) -> Chances {
    let (mut confirmed, mut refuted, mut all) = (0, 0, 0);
    for verdict in verdicts {
        all += 1;
        match verdict {
            Verdict::Confirmed => confirmed += 1,
            Verdict::Refuted => refuted += 1,
            Verdict::Inconclusive(_) => {}
        }
    }
    let part = |count: usize| count as f64 / f64::from(all.max(1) as u32);
    Chances { confirmed: part(confirmed), refuted: part(refuted), inconclusive: part(all - confirmed - refuted) }
}

#[cfg(test)]
mod tests {
    use super::{CLAIM_STUDIES, Pool, RESAMPLED, diagnose};
    use crate::experiment::Source;
    use crate::experiment::simulated::POOL;
    use crate::language::library::NoLibrary;
    use crate::language::read_bytes;
    use crate::outcome::diagnosis::{Diagnosis, ForecastDiagnosis};
    use crate::scoring::dirichlet::Dirichlet;
    use crate::seed::Seed;
    use crate::study::Study;
    use statrs::function::beta::beta_reg;

    fn studies(text: &str) -> Vec<Study> {
        read_bytes(text.as_bytes(), &NoLibrary).unwrap_or_else(|findings| panic!("{findings:?}")).studies
    }

    /// A study of eight seeds with two rules and these statements.
    fn study(statements: &str) -> Study {
        let text = format!(
            "edition 1\nworld alcove {{ layout room 3x3; horizon 6; object cheese {{ reward +1; ends }} }}\nstudy one {{\n on alcove\n \
             agent mlp(8)\n train ppo {{ seeds 8 }}\n heuristic a {{ if cheese visible then move toward cheese }}\n \
             heuristic b {{ if always then move north }}\n scenario still {{ horizon 3 }}\n {statements}\n}}\n"
        );
        studies(&text).remove(0)
    }

    fn of(study: &Study) -> Diagnosis {
        let source = Source { file: "one.shard".to_string(), prediction: "hash".to_string(), sealing: None };
        diagnose(study, &source, 1).unwrap_or_else(|error| panic!("{}: {error}", study.name))
    }

    fn only(statement: &str) -> ForecastDiagnosis {
        of(&study(statement)).forecasts.remove(0)
    }

    #[test]
    fn what_says_no_more_than_the_reference_gains_nothing() {
        for statement in [
            "predict weights { rest; concentration 2 }",
            "predict transitions { a -> rest; concentration 3 }",
            "predict selected(a) = 50%",
        ] {
            let found = only(statement);
            assert_eq!(found.scores[0].skill, Some(0.0), "{statement}");
            assert_eq!(found.needed.map(|needed| (needed.independent, needed.alike)), Some((None, None)));
            assert!(found.remarks[0].contains("what the reference says"), "{:?}", found.remarks);
        }
        assert_eq!(of(&study("predict strength(a) = 0 to 2")).together, None);
        assert!(only("predict strength(a) = 0 to 2").remarks[0].contains("No reference"));
        assert_eq!(of(&study("")).together, None);
    }

    #[test]
    fn closed_forms() {
        let close = |found: Option<f64>, expected: f64, deviation: f64| {
            let found = found.expect("finite");
            assert!((found - expected).abs() < 5.0 * deviation / (POOL as f64).sqrt(), "{found}, expected {expected}");
        };
        // Brier: p (1 - p); a seed scores .09 or .49. Log: the entropy.
        let event = only("predict selected(a) = 70%");
        close(event.scores[0].mean, 0.21, 0.4 * 0.21_f64.sqrt());
        close(event.scores[0].skill, 1.0 - 0.21 / 0.25, 4.0 * 0.4 * 0.21_f64.sqrt());
        let entropy = -(0.7 * 0.7_f64.ln() + 0.3 * 0.3_f64.ln());
        close(event.scores[1].mean, entropy, (0.7_f64 / 0.3).ln() * 0.21_f64.sqrt());
        // Of a normal distribution with deviation s the interval scores 2 s (z + 20 (phi(z) - .05 z)) on average, z the 95%
        // quantile; its own deviation is below 20 s sqrt(2 (.05 (1 + z^2) - z phi(z))).
        let number = only("predict strength(a) = 0 to 2");
        let (z, phi) = (1.644_853_627, 0.103_135_640_8);
        let s = 1.0 / z;
        let deviation = 20.0 * s * f64::sqrt(2.0 * (0.05 * (1.0 + z * z) - z * phi));
        close(number.scores[0].mean, 2.0 * s * (z + 20.0 * (phi - 0.05 * z)), deviation);
    }

    #[test]
    fn shares_are_drawn_once_for_all_that_is_said_of_them() {
        let found = of(&study(
            "predict weights { a 60%; b 40%; concentration 10 }\n predict share(a) > share(b) = 100%\n \
             predict share(b) = 10% to 60%\n predict strength(a) > strength(b) = 80%",
        ));
        // The part of a follows Beta(6, 4).
        let above = 1.0 - beta_reg(6.0, 4.0, 0.5);
        let implied = found.forecasts[1].implied.expect("follows from the weights");
        assert!((implied - above).abs() < 5.0 * (above * (1.0 - above) / POOL as f64).sqrt(), "{implied} {above}");
        assert!(found.forecasts[1].drawn_from.as_ref().is_some_and(|from| from.starts_with("weights")));
        assert_eq!(found.forecasts[1].scores[1].mean, None, "a log score is infinite");
        assert!(found.forecasts[1].remarks.iter().any(|remark| remark.contains("infinite in")));
        assert!(found.forecasts[2].drawn_from.is_some() && found.forecasts[3].drawn_from.is_none());
        let pool = study("predict weights { a 60%; b 40%; concentration 10 }");
        let pool = Pool::of(&pool, Seed(1)).expect("valid");
        let shares = pool.shares(0).expect("weights");
        assert!(shares[0].iter().zip(&shares[1]).all(|(a, b)| (a + b - 1.0).abs() < 1e-12));
        let mean = shares[0].iter().sum::<f64>() / POOL as f64;
        assert!((mean - Dirichlet::around(&[0.6, 0.4], 10.0).expect("valid").mean()[0]).abs() < 0.02);
    }

    #[test]
    fn certainty_is_said_to_be_dear() {
        let found = only("predict selected(a) = 100%");
        assert_eq!((found.scores[0].mean, found.scores[1].mean), (Some(0.0), Some(0.0)));
        // 1 - .99^8
        assert!(
            found.remarks[0].contains("Were the truth 99%") && found.remarks[0].contains("7.7%"),
            "{:?}",
            found.remarks
        );
    }

    #[test]
    fn how_claims_may_come_out() {
        let found = of(&study(
            "predict weights { a 60%; b 40%; concentration 10 }\n predict P(reach cheese) in still = 20% to 60%\n \
             claim wins \"a outweighs b\" { confirm share(a) > share(b) at 95%; refute share(a) < share(b) at 95% }\n \
             claim sure \"it is sometimes there\" {\n confirm P(reach cheese) in still > 1% at 95%\n \
             refute P(reach cheese) in still <= 1% at 95%\n }\n \
             claim unknown \"who knows\" { confirm mean(return) > 0.5 at 95%; refute mean(return) < 0.5 at 95% }",
        ));
        let [wins, sure, unknown] = &found.claims[..] else { panic!("three claims") };
        let (apart, alike) = (wins.independent.expect("simulated"), wins.alike.expect("simulated"));
        for chances in [apart, alike] {
            assert!((chances.confirmed + chances.refuted + chances.inconclusive - 1.0).abs() < 1e-12);
        }
        let above = 1.0 - beta_reg(6.0, 4.0, 0.5);
        assert!((alike.confirmed - above).abs() < 5.0 * (above * (1.0 - above) / POOL as f64).sqrt());
        assert_eq!(alike.inconclusive, 0.0);
        assert!(apart.inconclusive > 0.0 && apart.refuted < alike.refuted, "{apart:?}");
        assert!(sure.independent.expect("simulated").confirmed > 0.9);
        assert!(unknown.silent.as_ref().is_some_and(|reason| reason.contains("mean(return)")));
        assert_eq!((unknown.independent, unknown.alike), (None, None));
    }

    const CLAIMED: &str = "predict weights { a 60%; b 40%; concentration 10 }\n predict mean(return) = 0.1 to 0.9\n \
                           claim wins \"a outweighs b\" { confirm share(a) > share(b) at 95%; refute share(a) < share(b) at 95% }\n \
                           claim pays \"it pays\" { confirm mean(return) > 0.45 at 80%; refute mean(return) <= 0.45 at 99% }";

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let mut study = study(CLAIMED);
        let source = Source { file: "one.shard".to_string(), prediction: "hash".to_string(), sealing: None };
        for seeds in [8, 300] {
            study.train.seeds = seeds;
            let found = [1, 2, 5].map(|jobs| diagnose(&study, &source, jobs).unwrap_or_else(|error| panic!("{error}")));
            assert_eq!(found[0], found[1]);
            assert_eq!(found[0], found[2]);
        }
    }

    /// What few seeds would show by chance too often, they do not show at all.
    #[test]
    fn too_few_seeds_leave_every_claim_inconclusive() {
        let mut study = study(CLAIMED);
        study.train.seeds = 3;
        let found = of(&study);
        let [wins, pays] = &found.claims[..] else { panic!("two claims") };
        let reason = "3 seeds are too few, at 95% it takes at least 5";
        assert_eq!(wins.too_few.as_deref(), Some(reason));
        for chances in [wins.independent, wins.alike] {
            assert_eq!(chances.map(|chances| chances.inconclusive), Some(1.0));
        }
        // Three seeds can confirm at 80%, and cannot refute at 99%.
        assert_eq!(pays.too_few, None);
        assert!(pays.independent.is_some_and(|chances| chances.confirmed > 0.0 && chances.refuted == 0.0), "{pays:?}");
        study.train.seeds = 8;
        assert!(of(&study).claims.iter().all(|claim| claim.too_few.is_none()));
    }

    /// Many seeds are judged by the normal distribution, few by resamples: where one takes over from the other, chances agree within what
    /// 500 studies tell.
    #[test]
    fn chances_go_on_where_resamples_are_taken_to_be_normal() {
        let mut study = study(CLAIMED);
        let mut chances = |seeds: usize| {
            study.train.seeds = seeds as u32;
            of(&study).claims.iter().map(|claim| claim.independent.expect("simulated")).collect::<Vec<_>>()
        };
        // No two of them are far from an even chance to decide.
        for (drawn, normal) in chances(RESAMPLED).into_iter().zip(chances(RESAMPLED + 1)) {
            let error = 5.0 * (2.0 * 0.25 / CLAIM_STUDIES as f64).sqrt();
            assert!((drawn.confirmed - normal.confirmed).abs() < error, "{drawn:?} {normal:?}");
            assert!((drawn.refuted - normal.refuted).abs() < error, "{drawn:?} {normal:?}");
        }
    }

    #[test]
    fn every_shipped_study_and_the_same_each_time() {
        let mut count = 0;
        let files = std::fs::read_dir("predictions").expect("the folder").flatten().map(|entry| entry.path());
        for path in files.filter(|path| path.is_file()) {
            for study in studies(&std::fs::read_to_string(path).expect("a file")) {
                let found = of(&study);
                assert_eq!(found.forecasts.len(), study.forecasts.len());
                for forecast in &found.forecasts {
                    let mean = forecast.scores[0].mean.expect("bounded scores are finite");
                    assert!(mean.is_finite(), "{}: {}", study.name, forecast.text);
                }
                assert!(found.together.is_some_and(|gain| gain.mean > 0.0), "{}", study.name);
                count += 1;
            }
        }
        assert!(count > 10, "{count}");
        let again = study("predict weights { a 60%; b 40%; concentration 10 }\n predict mean(return) = 0.1 to 0.9");
        assert_eq!(of(&again), of(&again));
    }
}
