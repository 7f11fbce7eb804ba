//! The numbers of an outcome as tables: what a spreadsheet or a data frame takes.

use crate::outcome::benchmark::AUTHOR;
use crate::outcome::measured::Measured;
use crate::outcome::predictor::SkillOutcome;
use crate::outcome::{HeuristicOutcome, OWN, Outcome, Results, ScoreOutcome};
use crate::report::chain_tables::{chains, cycles, events, learned_solvers, occupancy, solvers, transitions};
use crate::report::claim_table::claims;
use crate::report::csv::{Cell, Table, number, optional, text};

/// Every training of an outcome, its own first, by name.
pub fn trainings(outcome: &Outcome) -> Vec<(&str, &Results)> {
    let phases = outcome.phases.iter().map(|phase| (phase.name.as_str(), &phase.results));
    std::iter::once((OWN, &outcome.results)).chain(phases).collect()
}

/// A number of a heuristic in each seed.
pub struct Column {
    pub name: &'static str,
    pub unit: &'static str,
    of: fn(&HeuristicOutcome) -> &Measured,
}

/// What is measured of a heuristic.
pub const COLUMNS: &[Column] = &[
    Column { name: "strength", unit: "logits", of: |h| &h.strength },
    Column { name: "strength_error", unit: "logits", of: |h| &h.strength_error },
    Column { name: "share", unit: "0 to 1", of: |h| &h.share },
    Column { name: "behavioural", unit: "logits", of: |h| &h.behavioural },
    Column { name: "causal", unit: "logits", of: |h| &h.causal },
    Column { name: "placebo", unit: "logits", of: |h| &h.placebo },
    Column { name: "shuffled", unit: "logits", of: |h| &h.shuffled },
    Column { name: "on_policy", unit: "logits", of: |h| &h.on_policy },
    Column { name: "magnitude", unit: "logits", of: |h| &h.magnitude },
    Column { name: "vif", unit: "variance inflation, at least 1", of: |h| &h.vif },
    Column { name: "emerged_at", unit: "environment steps", of: |h| &h.emerged_at },
];

impl Column {
    /// In the seed with this index; nothing where it is undefined.
    pub fn at(&self, heuristic: &HeuristicOutcome, seed: usize) -> Option<f64> {
        (self.of)(heuristic).at(seed)
    }
}

/// All tables of an outcome.
pub fn tables(outcome: &Outcome) -> Vec<Table> {
    vec![
        heuristics(outcome),
        training(outcome),
        reinforcement(outcome),
        convergence(outcome),
        course(outcome),
        behaviour(outcome),
        chains(outcome),
        transitions(outcome),
        occupancy(outcome),
        solvers(outcome),
        events(outcome),
        cycles(outcome),
        learned_solvers(outcome),
        forecasts(outcome),
        weights(outcome),
        scores(outcome),
        scores_by_seed(outcome),
        claims(outcome),
        skills(outcome),
        warnings(outcome),
    ]
}

fn heuristics(outcome: &Outcome) -> Table {
    let mut columns = vec!["training", "seed", "heuristic", "rule", "fires"];
    columns.extend(COLUMNS.iter().map(|column| column.name));
    columns.extend(["selected", "has_cue", "alias_group"]);
    let mut rows = Vec::new();
    for (name, results) in trainings(outcome) {
        for (index, &seed) in outcome.seeds.iter().enumerate() {
            for h in &results.heuristics {
                let mut row = vec![text(name), Cell::Whole(seed), text(&h.name), text(&h.rule), number(Some(h.fires))];
                row.extend(COLUMNS.iter().map(|column| number(column.at(h, index))));
                row.push(Cell::Truth(h.selected.get(index).copied().unwrap_or(false)));
                row.push(Cell::Truth(h.has_cue));
                let group = h.alias_group.and_then(|group| results.alias_groups.get(group));
                row.push(text(&group.map_or_else(String::new, |group| group.members.join(" "))));
                rows.push(row);
            }
        }
    }
    Table { name: "heuristics", about: "a heuristic in a seed after a training", columns, rows }
}

fn training(outcome: &Outcome) -> Table {
    let mut rows = Vec::new();
    for (name, results) in trainings(outcome) {
        let training = &results.training;
        for (index, &seed) in outcome.seeds.iter().enumerate() {
            rows.push(vec![
                text(name),
                Cell::Whole(seed),
                Cell::Whole(training.steps),
                number(training.return_start.at(index)),
                number(training.return_mean.at(index)),
                number(Some(training.return_random)),
                number(Some(training.return_best)),
                Cell::Truth(training.learned),
                number(results.explained.at(index)),
            ]);
        }
    }
    let columns = vec![
        "training",
        "seed",
        "steps",
        "return_start",
        "return_mean",
        "return_random",
        "return_best",
        "learned",
        "explained",
    ];
    Table { name: "training", about: "a seed after a training", columns, rows }
}

fn reinforcement(outcome: &Outcome) -> Table {
    let mut rows = Vec::new();
    for (name, results) in trainings(outcome) {
        for (index, &seed) in outcome.seeds.iter().enumerate() {
            for h in &results.heuristics {
                let Some(found) = &h.reinforcement else { continue };
                rows.push(vec![
                    text(name),
                    Cell::Whole(seed),
                    text(&h.name),
                    number(found.gradient.at(index)),
                    number(found.t.at(index)),
                    optional(found.verdict.get(index).and_then(Option::as_deref)),
                ]);
            }
        }
    }
    let columns = vec!["training", "seed", "heuristic", "gradient", "t", "verdict"];
    let about = "what a further step would do to a heuristic in a seed after a training";
    Table { name: "reinforcement", about, columns, rows }
}

fn convergence(outcome: &Outcome) -> Table {
    let mut rows = Vec::new();
    if let Some(convergence) = &outcome.convergence {
        for h in &convergence.heuristics {
            for (training, &seeds) in convergence.trainings.iter().zip(&h.selected) {
                rows.push(vec![
                    text(&h.name),
                    text(training),
                    Cell::Whole(seeds as u64),
                    Cell::Whole(h.in_all as u64),
                    Cell::Truth(h.convergent),
                ]);
            }
        }
    }
    let columns = vec!["heuristic", "training", "selected_seeds", "selected_in_all", "convergent"];
    let about = "a heuristic after a training of those that reward differently, with how many seeds select it";
    Table { name: "convergence", about, columns, rows }
}

fn course(outcome: &Outcome) -> Table {
    let mut rows = Vec::new();
    for (name, results) in trainings(outcome) {
        for (index, &seed) in outcome.seeds.iter().enumerate() {
            for (snapshot, &step) in results.training.snapshots.iter().enumerate() {
                let curve = results.training.curve.get(index).and_then(|curve| curve.get(snapshot)).copied().flatten();
                for h in &results.heuristics {
                    let strength = h.course.get(index).and_then(|course| course.get(snapshot)).copied();
                    let heuristic = text(&h.name);
                    rows.push(vec![
                        text(name),
                        Cell::Whole(seed),
                        Cell::Whole(step),
                        heuristic,
                        number(strength),
                        number(curve),
                    ]);
                }
            }
        }
    }
    let columns = vec!["training", "seed", "step", "heuristic", "strength", "training_return"];
    Table { name: "course", about: "a heuristic in a seed at a snapshot of a training", columns, rows }
}

fn behaviour(outcome: &Outcome) -> Table {
    let mut rows = Vec::new();
    for (name, results) in trainings(outcome) {
        for scenario in &results.scenarios {
            for quantity in &scenario.quantities {
                for (index, &seed) in outcome.seeds.iter().enumerate() {
                    rows.push(vec![
                        text(name),
                        text(&scenario.name),
                        text(&quantity.name),
                        text(&quantity.unit),
                        Cell::Whole(seed),
                        number(quantity.value.at(index)),
                        number(quantity.random),
                    ]);
                }
            }
        }
    }
    let columns = vec!["training", "world", "quantity", "unit", "seed", "value", "random_policy"];
    Table { name: "behaviour", about: "what a seed does in a world after a training", columns, rows }
}

fn forecasts(outcome: &Outcome) -> Table {
    let forecast = |(index, forecast): (usize, &crate::outcome::ForecastOutcome)| {
        vec![
            Cell::Whole(index as u64 + 1),
            text(&forecast.text),
            text(&forecast.doc),
            text(&forecast.kind),
            optional(forecast.after.as_deref()),
            optional(forecast.scenario.as_deref()),
            optional(forecast.unit.as_deref()),
            number(forecast.probability),
            number(forecast.low),
            number(forecast.high),
            number(forecast.concentration),
            number(forecast.measured.as_ref().and_then(|measured| measured.mean)),
            Cell::Whole(forecast.undefined_seeds as u64),
            optional(forecast.inadmissible.as_deref()),
        ]
    };
    let columns = vec![
        "forecast",
        "text",
        "doc",
        "kind",
        "after",
        "world",
        "unit",
        "probability",
        "low",
        "high",
        "concentration",
        "measured_mean",
        "undefined_seeds",
        "inadmissible",
    ];
    let rows = outcome.forecasts.iter().enumerate().map(forecast).collect();
    Table { name: "forecasts", about: "a forecast; low and high are its 5% and 95% quantiles", columns, rows }
}

fn weights(outcome: &Outcome) -> Table {
    let mut rows = Vec::new();
    for (index, forecast) in outcome.forecasts.iter().enumerate() {
        let heuristics = outcome.results.heuristics.iter();
        for (heuristic, share) in heuristics.zip(forecast.shares.iter().flatten()) {
            rows.push(vec![Cell::Whole(index as u64 + 1), text(&heuristic.name), number(Some(*share))]);
        }
    }
    let columns = vec!["forecast", "heuristic", "share"];
    Table { name: "forecast_weights", about: "a heuristic's share in a forecast of weights", columns, rows }
}

/// Every score: the place of its forecast from 1, whose it is, the author's first.
fn each_score(outcome: &Outcome) -> impl Iterator<Item = (u64, &str, &ScoreOutcome)> {
    (1..).zip(&outcome.forecasts).flat_map(|(place, forecast)| {
        let author = forecast.scores.iter().map(|score| (AUTHOR, score));
        let predictors = forecast.predictors.iter();
        let theirs = predictors.flat_map(|said| said.scores.iter().map(|score| (said.name.as_str(), score)));
        author.chain(theirs).map(move |(whose, score)| (place, whose, score))
    })
}

fn scores(outcome: &Outcome) -> Table {
    let row = |(forecast, whose, score): (u64, &str, &ScoreOutcome)| {
        vec![
            Cell::Whole(forecast),
            text(whose),
            text(&score.rule),
            number(score.mean()),
            number(score.reference.as_ref().and_then(|reference| reference.mean)),
            number(score.skill),
            Cell::Whole(score.infinite as u64),
            number(score.scale),
        ]
    };
    let columns = vec!["forecast", "forecaster", "rule", "score", "reference", "skill", "infinite", "scale"];
    let about =
        "a score of somebody's forecast, mean over seeds; lower is better, `inf` where 0% happened in some seed";
    Table { name: "scores", about, columns, rows: each_score(outcome).map(row).collect() }
}

fn scores_by_seed(outcome: &Outcome) -> Table {
    let rows = |(forecast, whose, score)| {
        let row = move |(at, &seed): (usize, &u64)| {
            let score: &ScoreOutcome = score;
            vec![
                Cell::Whole(forecast),
                text(whose),
                text(&score.rule),
                Cell::Whole(seed),
                number(score.at(at)),
                number(score.reference.as_ref().and_then(|reference| reference.at(at))),
            ]
        };
        outcome.seeds.iter().enumerate().map(row)
    };
    let columns = vec!["forecast", "forecaster", "rule", "seed", "score", "reference"];
    let about = "a score of somebody's forecast in a seed; `inf` where 0% happened";
    Table { name: "scores_by_seed", about, columns, rows: each_score(outcome).flat_map(rows).collect() }
}

fn skills(outcome: &Outcome) -> Table {
    let row = |skill: &SkillOutcome| {
        vec![
            text(&skill.forecaster),
            text(&skill.reference),
            Cell::Whole(skill.tasks as u64),
            number(skill.skill),
            Cell::Whole(skill.log_tasks as u64),
            number(skill.nats),
            Cell::Whole(skill.infinite as u64),
            Cell::Whole(skill.reference_infinite as u64),
        ]
    };
    let columns =
        vec!["forecaster", "reference", "tasks", "skill", "log_tasks", "nats", "infinite", "reference_infinite"];
    let about = "a forecaster beside a reference, over the forecasts that both are scored on";
    Table { name: "skills", about, columns, rows: outcome.skills.iter().map(row).collect() }
}

fn warnings(outcome: &Outcome) -> Table {
    let rows = outcome.warnings.iter().map(|warning| vec![text(&warning.code), text(&warning.message)]).collect();
    Table { name: "warnings", about: "a reason for care", columns: vec!["code", "message"], rows }
}

#[cfg(test)]
mod tests {
    use super::tables;
    use crate::outcome::fixture;

    #[test]
    fn every_table_is_whole() {
        let mut outcome = fixture::with_phases();
        let log = &mut outcome.forecasts[1].scores[1];
        (log.infinite, log.score.mean, log.score.by_seed[3]) = (1, None, None);
        for table in tables(&outcome) {
            assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.name);
        }
        let named = |name: &str| tables(&outcome).into_iter().find(|table| table.name == name).expect("a table");
        let scores = outcome
            .forecasts
            .iter()
            .map(|own| own.scores.len() + own.predictors.iter().map(|said| said.scores.len()).sum::<usize>());
        assert_eq!(named("scores_by_seed").rows.len(), outcome.seeds.len() * scores.sum::<usize>());
        assert!(named("scores").csv().contains("\n2,author,log,inf,0.69"), "{}", named("scores").csv());
        assert!(named("scores_by_seed").csv().contains("\n2,author,log,3,inf,0.69"));
        assert!(named("scores").csv().contains("\n2,shard dynamics,brier,"), "{}", named("scores").csv());
        let heuristics = &tables(&outcome)[0];
        let trainings = 1 + outcome.phases.len();
        assert_eq!(heuristics.rows.len(), trainings * outcome.seeds.len() * outcome.results.heuristics.len());
        let text = heuristics.csv();
        assert_eq!(text.lines().next().map(|line| line.split(',').count()), Some(heuristics.columns.len()));
        let strength = outcome.results.heuristics[0].strength.by_seed[0].expect("measured");
        assert!(text.lines().nth(1).is_some_and(|line| line.contains(&format!(",{strength:?},"))), "{text}");
    }
}
