//! A hand-written outcome for the tests of what reads outcomes.

use crate::outcome::chain::{ChainOutcome, CycleOutcome, SolverOutcome, TestOutcome};
use crate::outcome::change::{Change, HeuristicChange, LayerChange, UnitChange};
use crate::outcome::claim::{ClaimOutcome, ClaimSide, Family};
use crate::outcome::convergence::{Convergence, ConvergentHeuristic};
use crate::outcome::learned::{LearnedOutcome, LearnedSolver};
use crate::outcome::measured::Measured;
use crate::outcome::predictor::{
    CourseOutcome, PredictedTraining, PredictorForecast, PredictorOutcome, ShareScore, SilenceOutcome, SkillOutcome,
};
use crate::outcome::seal::{Instead, Seal, SealStatus};
use crate::outcome::{
    AliasGroup, BehaviourOutcome, FailedSeed, ForecastOutcome, HeuristicOutcome, Ids, Outcome, PhaseOutcome,
    Reinforcement, Results, SCHEMA, ScenarioOutcome, ScoreOutcome, StudyInfo, Training, Verdict, Warning,
};

/// Where eight seeds lie around their mean, in units of a spread.
const AROUND: [f64; 8] = [-1.3, 0.2, 0.9, -0.4, 1.5, -0.9, 0.4, -0.4];

/// Eight values around `mean`.
pub fn spread(mean: f64, by: f64) -> Measured {
    Measured::over_seeds(AROUND.iter().map(|z| Some(mean + by * z)).collect())
}

/// Undefined in all of eight seeds.
pub fn undefined() -> Measured {
    Measured::over_seeds(vec![None; 8])
}

fn held(in_seeds: usize) -> Measured {
    Measured::over_seeds((0..8).map(|seed| Some(f64::from(u8::from(seed >= 8 - in_seeds)))).collect())
}

pub fn heuristic(name: &str, rule: &str, share: f64, strength: f64) -> HeuristicOutcome {
    let selected = strength > 0.25;
    HeuristicOutcome {
        name: name.to_string(),
        doc: String::new(),
        rule: rule.to_string(),
        fires: 0.83,
        strength: spread(strength, 0.2),
        strength_error: spread(0.02, 0.001),
        share: spread(share, 0.05),
        behavioural: spread(strength * 0.95, 0.2),
        causal: undefined(),
        placebo: undefined(),
        shuffled: undefined(),
        on_policy: spread(strength * 1.1, 0.3),
        magnitude: spread(strength.abs() * 0.7, 0.1),
        vif: spread(1.4, 0.02),
        alias_group: None,
        emerged_at: if selected { spread(120_000.0, 40_000.0) } else { undefined() },
        course: (0..8).map(|_| vec![0.0, strength * 0.6, strength]).collect(),
        selected: (0..8).map(|seed| selected && seed != 3).collect(),
        has_cue: false,
        reinforcement: Some(Reinforcement {
            gradient: spread(0.002 * strength, 0.0004),
            t: spread(6.0 * strength, 1.0),
            verdict: (0..8)
                .map(|seed| if selected && seed < 6 { "reinforced" } else { "unchanged" })
                .map(|verdict| Some(verdict.to_string()))
                .collect(),
        }),
    }
}

fn learned() -> LearnedOutcome {
    let solver = |solver: Option<&str>, agreement: f64, share: f64| LearnedSolver {
        solver: solver.map(str::to_string),
        agreement,
        share,
        reads: solver.map_or_else(Vec::new, |name| vec![name.to_string()]),
        units: vec![1.0 / 64.0; 64],
    };
    let seed =
        |seed: usize| vec![solver(Some("corner"), 0.94, 0.6), solver((seed != 4).then_some("cheese"), 0.88, 0.4)];
    LearnedOutcome { information: spread(0.71, 0.05), accuracy: spread(0.9, 0.02), by_seed: (0..8).map(seed).collect() }
}

/// The chains of two solvers, one of three rules being no solver's.
pub fn chain() -> ChainOutcome {
    let solver = |name: &str, bouts: f64| SolverOutcome {
        name: name.to_string(),
        doc: String::new(),
        heuristics: vec![format!("to_{name}")],
        activity: spread(2.1, 0.2),
        bouts: spread(bouts, 0.1),
        length: spread(3.4, 0.1),
        resolved: spread(0.97, 0.01),
        return_probability: spread(0.61, 0.02),
        returns: spread(7.9, 0.3),
    };
    let row = |parts: [f64; 3]| parts.map(|part| spread(part, part * 0.05)).to_vec();
    ChainOutcome {
        states: ["corner", "cheese", "other"].map(str::to_string).to_vec(),
        episodes: 200,
        counts: vec![vec![vec![300, 90, 10], vec![80, 200, 2], vec![9, 1, 0]]; 8],
        transition: vec![row([0.75, 0.22, 0.03]), row([0.28, 0.72, 0.001]), row([0.9, 0.1, 0.0])],
        occupancy: vec![spread(0.55, 0.02), spread(0.44, 0.02), spread(0.01, 0.001)],
        stationary: vec![spread(0.56, 0.02), spread(0.43, 0.02), spread(0.01, 0.001)],
        entropy_rate: spread(0.6, 0.02),
        solvers: vec![solver("corner", 2.4), solver("cheese", 2.2)],
        events: vec![vec![vec![4, 90], vec![88, 2]]; 8],
        cycles: vec![CycleOutcome {
            solvers: vec!["corner".to_string(), "cheese".to_string()],
            kind: "alternation".to_string(),
            flux_share: spread(0.93, 0.02),
            p_value: spread(0.001, 0.0),
            p_reverse: undefined(),
            p_beyond: spread(1.0, 0.0),
            found: (0..8).map(|seed| (seed != 5).then_some(seed != 2)).collect(),
        }],
        not_testable: (0..8).map(|seed| (seed == 5).then(|| "48 bouts ended, and 60 are needed".to_string())).collect(),
        homogeneity: Some(TestOutcome { statistic: 41.0, freedom: 42.0, p_value: 0.51 }),
        convergent: vec![Vec::new(); 8],
    }
}

fn quantity(name: &str, unit: &str, value: Measured, random: Option<f64>) -> BehaviourOutcome {
    BehaviourOutcome { name: name.to_string(), unit: unit.to_string(), value, random }
}

fn forecast(text: &str, kind: &str) -> ForecastOutcome {
    ForecastOutcome { text: text.to_string(), kind: kind.to_string(), ..ForecastOutcome::default() }
}

fn score(rule: &str, mean: f64, reference: Option<f64>, skill: Option<f64>) -> ScoreOutcome {
    ScoreOutcome {
        rule: rule.to_string(),
        score: spread(mean, mean * 0.1),
        infinite: 0,
        reference: reference.map(|mean| spread(mean, if rule == "interval" { 0.1 } else { 0.0 })),
        skill,
        scale: reference.filter(|_| rule != "log"),
    }
}

fn predictors() -> Vec<PredictorOutcome> {
    let silent = |topics: &[&str], reason: &str| {
        let silence = |topic: &&str| SilenceOutcome { topic: topic.to_string(), reason: reason.to_string() };
        topics.iter().map(silence).collect::<Vec<_>>()
    };
    let training = |shares: [f64; 3], skill: f64, squared_error: f64| PredictedTraining {
        training: "train".to_string(),
        shares: Some(shares.to_vec()),
        score: Some(ShareScore {
            energy: score("energy", 0.284 * (1.0 - skill), Some(0.284), Some(skill)),
            squared_error,
            squared_error_uniform: 0.094,
        }),
        ..PredictedTraining::default()
    };
    let predictor = |name: &str, summary: &str| PredictorOutcome {
        name: name.to_string(),
        summary: summary.to_string(),
        version: 1,
        ..PredictorOutcome::default()
    };
    vec![
        PredictorOutcome {
            silences: silent(&["magnitudes"], "its rules have no units"),
            trainings: vec![PredictedTraining {
                strengths: Some(vec![1.9, 0.8, 0.1]),
                selected: Some(vec![1.0, 0.9, 0.2]),
                course: Some(CourseOutcome {
                    steps: vec![0, 250_000, 500_000],
                    strengths: vec![vec![0.0; 3], vec![1.2, 0.4, 0.1], vec![1.9, 0.8, 0.1]],
                }),
                ..training([0.68, 0.28, 0.04], 0.71, 0.011)
            }],
            ..predictor("shard dynamics", "runs the training objective on the rules alone")
        },
        PredictorOutcome {
            failure: Some("it panicked: out of ideas".to_string()),
            ..predictor("mix", "adds up networks that were fitted to single rules")
        },
        PredictorOutcome {
            silences: silent(&["strengths", "selected"], "it knows nothing"),
            trainings: vec![training([1.0 / 3.0; 3], 0.0, 0.094)],
            ..predictor("uniform", "every split of the shares is equally likely")
        },
    ]
}

/// Who fares how against knowing nothing.
fn skills() -> Vec<SkillOutcome> {
    let of = |forecaster: &str, tasks: usize, skill: f64, nats: Option<f64>| SkillOutcome {
        forecaster: forecaster.to_string(),
        reference: "uniform".to_string(),
        tasks,
        skill: Some(skill),
        log_tasks: 2,
        nats,
        infinite: usize::from(nats.is_none()),
        reference_infinite: 0,
    };
    vec![of("author", 4, 0.53, Some(-0.19)), of("shard dynamics", 2, 0.77, None)]
}

/// What predictors say of an event: the one that knows nothing is silent but of shares.
fn said(probability: f64, skill: f64) -> Vec<PredictorForecast> {
    let of = |name: &str| PredictorForecast { name: name.to_string(), ..PredictorForecast::default() };
    vec![
        PredictorForecast {
            probability: Some(probability),
            scores: vec![score("brier", 0.25 * (1.0 - skill), Some(0.25), Some(skill))],
            ..of("shard dynamics")
        },
        PredictorForecast { silent: Some("it knows nothing".to_string()), ..of("uniform") },
    ]
}

/// One that is confirmed, and one that is not decided.
fn claims() -> Vec<ClaimOutcome> {
    let side = |comparison: &str, resamples: f64, p: f64| ClaimSide {
        comparison: comparison.to_string(),
        level: 0.95,
        unit: "probability".to_string(),
        left: spread(0.58, 0.05),
        right: Some(spread(0.27, 0.05)),
        difference: spread(0.31, 0.02),
        resamples: Some(resamples),
        p_value: Some(p),
        seeds_needed: 5,
        ..ClaimSide::default()
    };
    let against = |comparison: &str, resamples: f64, p: f64| ClaimSide {
        unit: "number".to_string(),
        left: spread(0.18, 0.06),
        right: None,
        constant: Some(0.15),
        difference: spread(0.03, 0.06),
        ..side(comparison, resamples, p)
    };
    let family = |adjusted_p: f64, stands: Option<bool>| Some(Family { claims: 2, studies: 1, adjusted_p, stands });
    vec![
        ClaimOutcome {
            p_value: Some(2.0 / 256.0),
            family: family(4.0 / 256.0, Some(true)),
            name: "proxy_wins".to_string(),
            doc: "What the study is about.".to_string(),
            text: "the corner rule outweighs the cheese rule".to_string(),
            verdict: "confirmed".to_string(),
            confirm: Some(side("share(to_corner) > share(to_cheese)", 1.0, 1.0 / 256.0)),
            refute: Some(side("share(to_corner) < share(to_cheese)", 0.0, 1.0)),
            seeds: 8,
            ..ClaimOutcome::default()
        },
        ClaimOutcome {
            p_value: Some(0.18),
            family: family(0.18, None),
            name: "useless".to_string(),
            text: "it hardly finds the cheese elsewhere".to_string(),
            verdict: "inconclusive".to_string(),
            reason: Some("neither side holds as surely as it has to".to_string()),
            confirm: Some(against("mean(return) in elsewhere < 0.15", 0.09, 0.91)),
            refute: Some(against("mean(return) in elsewhere > 0.15", 0.91, 0.09)),
            seeds: 6,
            undefined_seeds: 2,
            ..ClaimOutcome::default()
        },
    ]
}

/// Two rules that training confounds, eight seeds, five forecasts, two claims.
pub fn outcome() -> Outcome {
    let mut cheese = heuristic("to_cheese", "if cheese visible then move toward cheese", 0.27, 0.9);
    cheese.causal = spread(0.74, 0.15);
    cheese.placebo = spread(0.11, 0.02);
    cheese.shuffled = spread(0.2, 0.03);
    cheese.has_cue = true;
    let walls = "if wall north or wall south or wall east or wall west then move free";
    Outcome {
        schema: SCHEMA,
        version: "0.1.0".to_string(),
        study: StudyInfo {
            name: "corner_cheese".to_string(),
            doc: "Two rules are indistinguishable in training: \"go to the cheese\" and \"go to the corner\".\nThe corner \
                  never moves, so it is the easier rule and takes most of the weight."
                .to_string(),
            file: "predictions/corner_cheese.shard".to_string(),
            world: "cheese_maze".to_string(),
            world_doc: "Scattered walls; in training the cheese is always in the north-east corner.".to_string(),
            agent: "mlp(64, 64)".to_string(),
        },
        ids: Ids {
            run: "3f9a1c20b7d4".repeat(5) + "0c1d",
            prediction: "a".repeat(64),
            world: "b".repeat(64),
            training: "c".repeat(64),
            measurement: "d".repeat(64),
            scoring: "e".repeat(64),
        },
        seal: Some(Seal {
            status: SealStatus::Before,
            author: Some("Ada".to_string()),
            sealed: Some("2026-01-31T09:30:00Z".to_string()),
            entry: Some("0f1e2d3c4b5a".repeat(5) + "6978"),
            fault: None,
            instead: Vec::new(),
        }),
        seeds: (0..8).collect(),
        failed: Vec::new(),
        results: Results {
        training: Training {
            steps: 507_904,
            steps_per_second: Some(212_345.6),
            return_mean: spread(0.81, 0.03),
            return_start: spread(-0.42, 0.05),
            return_random: -0.4,
            return_best: 0.93,
            best_policy: "shortest paths to the cheese".to_string(),
            learned: true,
            snapshots: vec![0, 253_952, 507_904],
            curve: (0..8).map(|_| vec![None, Some(0.4), Some(0.81)]).collect(),
        },
        heuristics: vec![
            heuristic("to_corner", "if always then move toward corner(north, east)", 0.58, 1.92),
            cheese,
            heuristic("avoid_walls", walls, 0.15, 0.2),
        ],
        alias_groups: Vec::new(),
        explained: spread(0.71, 0.04),
        scenarios: vec![
            ScenarioOutcome {
                name: "training".to_string(),
                doc: String::new(),
                episodes: 1000,
                quantities: vec![quantity("mean(return)", "number", spread(0.81, 0.03), Some(-0.4))],
                chain: Some(chain()),
            },
            ScenarioOutcome {
                name: "elsewhere".to_string(),
                doc: "The cheese may lie anywhere.".to_string(),
                episodes: 1000,
                chain: None,
                quantities: vec![
                    quantity(
                        "P(reach corner(north, east) before cheese)",
                        "probability",
                        spread(0.72, 0.06),
                        Some(0.31),
                    ),
                    quantity("time(at corner(north, east))", "probability", spread(0.38, 0.07), Some(0.012)),
                    quantity("mean(return)", "number", spread(0.18, 0.06), Some(-0.62)),
                ],
            },
        ],
        learned_solvers: Some(learned()),
        },
        phases: Vec::new(),
        convergence: None,
        forecasts: vec![
            ForecastOutcome {
                shares: Some(vec![0.6, 0.25, 0.15]),
                doc: "The corner never moves.".to_string(),
                concentration: Some(20.0),
                scores: vec![score("energy", 0.062, Some(0.284), Some(0.782))],
                squared_error: Some(0.004),
                ..forecast("weights { to_corner 60%; to_cheese 25%; rest; concentration 20 }", "weights")
            },
            ForecastOutcome {
                probability: Some(0.7),
                predictors: said(0.2, 0.84),
                measured: Some(held(0)),
                scores: vec![
                    score("brier", 0.49, Some(0.25), Some(-0.96)),
                    score("log", 1.204, Some(0.693), Some(-0.511)),
                ],
                ..forecast("selected(avoid_walls) = 70%", "event")
            },
            ForecastOutcome {
                low: Some(0.6),
                high: Some(0.9),
                unit: Some("probability".to_string()),
                quantity: Some("P(reach corner(north, east) before cheese)".to_string()),
                scenario: Some("elsewhere".to_string()),
                measured: Some(spread(0.72, 0.06)),
                scores: vec![score("interval", 0.32, Some(1.74), Some(0.816))],
                ..forecast("P(reach corner(north, east) before cheese) in elsewhere = 60% to 90%", "number")
            },
            ForecastOutcome {
                low: Some(0.1),
                high: Some(0.4),
                unit: Some("number".to_string()),
                quantity: Some("mean(return)".to_string()),
                scenario: Some("elsewhere".to_string()),
                measured: Some(spread(0.18, 0.06)),
                scores: vec![score("interval", 0.41, None, None)],
                ..forecast("mean(return) in elsewhere = 0.1 to 0.4", "number")
            },
            ForecastOutcome {
                probability: Some(0.1),
                measured: Some(held(1)),
                scores: vec![
                    score("brier", 0.11, Some(0.25), Some(0.56)),
                    score("log", 0.37, Some(0.693), Some(0.323)),
                ],
                ..forecast("share(to_cheese) > 50% = 10%", "event")
            },
        ],
        claims: claims(),
        predictors: predictors(),
        skills: skills(),
        verdict: Verdict {
            sentence: "Better than knowing nothing: over 8 seeds the 4 scored forecasts together gained 2.14 on it on \
                       average (95% interval 1.62 to 2.66; sign-flip p = 0.00781); 3 of 4 have positive skill."
                .to_string(),
            advantage: Some(spread(2.14, 0.6)),
            p_value: Some(2.0 / 256.0),
            forecasts_better: 3,
            forecasts_scored: 4,
        },
        warnings: vec![Warning {
            code: "relative-shares".to_string(),
            message: "Shares are relative to the rules listed here: listing another rule, or dropping one, moves the \
                      shares of the rest."
                .to_string(),
        }],
    }
}

/// The same study with one seed, which has no intervals.
pub fn single_seed() -> Outcome {
    let mut outcome = outcome();
    let single = |measured: &mut Measured| {
        *measured = Measured::over_seeds(measured.by_seed.iter().take(1).copied().collect());
    };
    outcome.seeds.truncate(1);
    outcome.seal = Some(Seal {
        status: SealStatus::Unsealed,
        author: None,
        sealed: None,
        entry: None,
        fault: None,
        instead: vec![Instead { setting: "seeds".to_string(), phase: None, written: 8, run: 1 }],
    });
    outcome.results.training.return_start = Measured::over_seeds(vec![Some(-0.4)]);
    single(&mut outcome.results.training.return_mean);
    single(&mut outcome.results.explained);
    for h in &mut outcome.results.heuristics {
        for measured in
            [&mut h.strength, &mut h.share, &mut h.causal, &mut h.placebo, &mut h.shuffled, &mut h.emerged_at]
        {
            single(measured);
        }
        h.selected.truncate(1);
    }
    outcome.results.scenarios.iter_mut().flat_map(|s| &mut s.quantities).for_each(|q| single(&mut q.value));
    for forecast in &mut outcome.forecasts {
        forecast.measured.iter_mut().for_each(single);
        for score in &mut forecast.scores {
            single(&mut score.score);
            score.reference.iter_mut().for_each(single);
        }
    }
    for claim in &mut outcome.claims {
        claim.verdict = "inconclusive".to_string();
        claim.reason = Some("one seed is too few, at 95% it takes at least 5".to_string());
        (claim.seeds, claim.undefined_seeds) = (1, 0);
        (claim.p_value, claim.family) = (None, None);
        for side in claim.confirm.iter_mut().chain(&mut claim.refute) {
            [&mut side.left, &mut side.difference].into_iter().chain(&mut side.right).for_each(single);
            (side.resamples, side.p_value) = (None, None);
        }
    }
    outcome.verdict.sentence =
        "One seed only: in it the 4 scored forecasts together gained 2.31 on knowing nothing (3 of \
                                4 have positive skill), but a single seed cannot tell whether the next would agree."
            .to_string();
    outcome
}

/// The same study with a phase that goes on from its training and one that trains fresh networks.
pub fn with_phases() -> Outcome {
    let mut outcome = outcome();
    let change = |strength: f64| HeuristicChange {
        name: String::new(),
        strength: spread(strength, 0.1),
        half_in_units: spread(9.0, 1.5),
    };
    let names = || outcome.results.heuristics.iter().map(|heuristic| heuristic.name.clone());
    let layers = [("hidden 1", 0.12), ("hidden 2", 0.31), ("policy", 0.95), ("value", 1.4)];
    let unit = |unit: usize| UnitChange {
        unit,
        incoming: 0.6 / (unit + 1) as f64,
        outgoing: 0.3,
        strength: vec![0.04, -0.21, 0.0],
    };
    let mut sour = outcome.results.clone();
    sour.training.steps = 98_304;
    sour.training.return_start = spread(-1.05, 0.03);
    sour.training.return_mean = spread(-0.1, 0.04);
    (sour.training.return_random, sour.training.return_best) = (-0.6, -0.02);
    sour.heuristics[1].strength = spread(-0.35, 0.2);
    sour.heuristics[1].share = spread(0.02, 0.01);
    sour.scenarios.truncate(1);
    let mut small = outcome.results.clone();
    small.training.learned = false;
    small.training.steps_per_second = None;
    let convergent = |(name, [own, small, in_all]): (String, [usize; 3])| ConvergentHeuristic {
        name,
        selected: vec![own, small],
        in_all,
        convergent: in_all > 4,
    };
    outcome.convergence = Some(Convergence {
        trainings: vec!["train".to_string(), "sour".to_string()],
        not_learned: vec!["small".to_string()],
        heuristics: names().zip([[8, 8, 8], [7, 0, 0], [5, 4, 3]]).map(convergent).collect(),
    });
    outcome.phases = vec![
        PhaseOutcome {
            name: "sour".to_string(),
            doc: "What was sought is to be avoided.".to_string(),
            after: Some("train".to_string()),
            agent: outcome.study.agent.clone(),
            world: vec!["object cheese { reward -1 }".to_string()],
            settings: vec!["steps 100k".to_string()],
            results: sour,
            change: Some(Change {
                layers: layers
                    .map(|(layer, mean)| LayerChange { layer: layer.to_string(), change: spread(mean, mean / 9.0) })
                    .to_vec(),
                heuristics: names()
                    .zip([0.1, -1.25, 0.0])
                    .map(|(name, strength)| HeuristicChange { name, ..change(strength) })
                    .collect(),
                units: 64,
                units_by_seed: (0..8).map(|seed| (seed..seed + 16).map(unit).collect()).collect(),
            }),
        },
        PhaseOutcome {
            name: "small".to_string(),
            doc: String::new(),
            after: None,
            agent: "mlp(8)".to_string(),
            world: Vec::new(),
            settings: Vec::new(),
            results: small,
            change: None,
        },
    ];
    outcome.forecasts.push(ForecastOutcome {
        shares: Some(vec![0.8, 0.05, 0.15]),
        concentration: Some(10.0),
        after: Some("sour".to_string()),
        scores: vec![score("energy", 0.05, Some(0.284), Some(0.824))],
        ..forecast("weights after sour { to_corner 80%; to_cheese 5%; rest; concentration 10 }", "weights")
    });
    outcome.forecasts.push(ForecastOutcome {
        low: Some(-0.2),
        high: Some(0.1),
        unit: Some("number".to_string()),
        quantity: Some("mean(return)".to_string()),
        scenario: Some("training".to_string()),
        after: Some("sour".to_string()),
        measured: Some(spread(-0.1, 0.04)),
        scores: vec![score("interval", 0.31, Some(1.2), Some(0.74))],
        ..forecast("mean(return) after sour = -0.2 to 0.1", "number")
    });
    outcome.failed = vec![FailedSeed {
        seed: 8,
        phase: Some("sour".to_string()),
        step: 12_288,
        message: "the loss became NaN; try a smaller learning rate".to_string(),
    }];
    outcome
}

/// All that can go wrong at once: nothing learned or selected, a failed seed, no forecast admissible, aliased rules.
pub fn troubled() -> Outcome {
    let mut outcome = outcome();
    outcome.seal = Some(Seal {
        status: SealStatus::Broken,
        author: None,
        sealed: None,
        entry: None,
        fault: Some("line 3: entry 2 is missing there, so it was deleted".to_string()),
        instead: Vec::new(),
    });
    outcome.results.training.learned = false;
    outcome.results.training.steps_per_second = None;
    outcome.results.training.return_mean = spread(-0.31, 0.2);
    outcome.failed = vec![FailedSeed {
        seed: 8,
        phase: None,
        step: 12_288,
        message: "the loss became NaN; try a smaller learning rate".to_string(),
    }];
    for h in &mut outcome.results.heuristics {
        h.share = undefined();
        h.strength = spread(-0.2, 0.1);
        h.emerged_at = undefined();
        h.selected = vec![false; 8];
    }
    outcome.results.heuristics[0].alias_group = Some(0);
    outcome.results.heuristics[1].alias_group = Some(0);
    outcome.results.alias_groups = vec![AliasGroup {
        members: vec!["to_corner".to_string(), "to_cheese".to_string()],
        kind: "aligned".to_string(),
        combined: spread(-0.4, 0.1),
        share: undefined(),
    }];
    outcome.results.explained = undefined();
    outcome.predictors.iter_mut().flat_map(|p| &mut p.trainings).for_each(|training| training.score = None);
    for forecast in &mut outcome.forecasts {
        forecast.scores.clear();
        forecast.squared_error = None;
        forecast.predictors.iter_mut().for_each(|said| said.scores.clear());
        forecast.inadmissible = Some("the agent did not learn".to_string());
    }
    for claim in &mut outcome.claims {
        (claim.verdict, claim.reason) = ("inadmissible".to_string(), Some("the agent did not learn".to_string()));
        (claim.p_value, claim.family) = (None, None);
        for side in claim.confirm.iter_mut().chain(&mut claim.refute) {
            (side.resamples, side.p_value) = (None, None);
        }
    }
    outcome.skills.clear();
    outcome.verdict = Verdict {
        sentence: "Not scored: the agent did not learn.".to_string(),
        advantage: None,
        p_value: None,
        forecasts_better: 0,
        forecasts_scored: 0,
    };
    outcome
}
