//! Laws that every predictor keeps, and a kit that tests any [`Predictor`] against them on generated studies.
//!
//! [`LAWS`] lists them. [`check`] asks a predictor for forecasts of small [studies](generate), and for expected updates in
//! small [processes](process), each case drawn from the seed of the [`Config`]; of a law that is broken it shows the
//! simplest case that it finds. A predictor that panics, answers nonsense or never answers breaks the law under which it
//! did so, and is named with it. A law that does not apply to a predictor is declared by its
//! [exemptions](Predictor::exemptions), each with the reason.
//!
//! # Example
//! A first idea: a rule is worth how often it fires where a random policy walks, times its bias. So that no rule is worth
//! nothing, one is added to how often it fires, which is a mistake: see what the laws make of it.
//!
//! ```
//! use shardbed::heuristic::rule::Bias;
//! use shardbed::language::canonical::canonical;
//! use shardbed::predictor::laws::config::Config;
//! use shardbed::predictor::laws::{check, without_update};
//! use shardbed::predictor::prediction::{Prediction, Selection};
//! use shardbed::predictor::task::Task;
//! use shardbed::predictor::{Exemption, Predictor, PredictorError};
//! use std::sync::Arc;
//!
//! struct Firing {
//!     added: usize,
//! }
//!
//! impl Predictor for Firing {
//!     fn name(&self) -> &str {
//!         "firing times bias"
//!     }
//!
//!     fn summary(&self) -> &str {
//!         "a rule is worth how often it fires, times its bias"
//!     }
//!
//!     fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
//!         let seen = task.bank()?.training_features(0);
//!         let worth = task.study.heuristics.iter().enumerate().map(|(h, rule)| {
//!             let fires = seen.sets.iter().skip(h).step_by(seen.heuristics).filter(|set| !set.is_empty()).count();
//!             let bias = if let Bias::Given(bias) = rule.bias { bias } else { 1.0 };
//!             (fires + self.added) as f64 * bias
//!         });
//!         let selection = Selection::of(&worth.collect::<Vec<f64>>());
//!         let selections = vec![selection; task.arenas.len()];
//!         Ok(Prediction::of_selections(selections, 10.0, "it counts how often rules fire"))
//!     }
//!
//!     fn exemptions(&self) -> Vec<Exemption> {
//!         let unseen = Exemption { law: "no reward", reason: "it does not look at rewards" };
//!         [vec![unseen], without_update("it learns nothing")].concat()
//!     }
//! }
//!
//! let config = Config { cases: 6, show: canonical, ..Config::default() };
//! let broken = |added: usize| -> Vec<String> {
//!     let predictor: Arc<dyn Predictor> = Arc::new(Firing { added });
//!     let reports = check(&predictor, &config).into_iter();
//!     reports.filter(|report| report.is_broken()).map(|report| report.to_string()).collect()
//! };
//! // Rules that never fire get a share:
//! let [never] = &broken(1)[..] else { panic!("one law is broken") };
//! assert!(never.starts_with("never fires is broken by `firing times bias`: "), "{never}");
//! assert!(never.contains("The simplest case found:\n"), "{never}");
//! // Nothing is added, and all laws hold.
//! assert!(broken(0).is_empty());
//! ```

pub mod answers;
pub mod compare;
pub mod config;
pub mod copies;
pub mod generate;
pub mod invariance;
pub mod process;
pub mod subject;
pub mod updates;

use crate::predictor::guard::{Card, card};
use crate::predictor::laws::config::Config;
use crate::predictor::laws::subject::Subject;
use crate::predictor::{Exemption, Predictor};
use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

/// How far shares may be apart that are equal but for the order of sums.
pub const TOLERANCE: f64 = 1e-9;

/// A law.
pub struct Law {
    /// By which exemptions name it.
    pub name: &'static str,
    /// A sentence without a full stop.
    pub statement: &'static str,
    /// What is wrong, if anything.
    test: fn(&Subject<'_>) -> Result<(), String>,
}

/// Every law, in the order in which they are tested.
pub const LAWS: &[Law] = &[
    Law {
        name: "exemptions",
        statement: "it says who it is, and every exemption names another law, once, and gives a reason",
        test: exemptions,
    },
    Law {
        name: "shares",
        statement: "shares are at least 0 and sum to 1, or nothing is selected; every other number is finite, and what is \
                    not forecast is said, with the reason",
        test: answers::shares,
    },
    Law {
        name: "same bits",
        statement: "the same task gets the same forecast, to the last bit, among any number of threads and with any \
                    number of its own",
        test: answers::same_bits,
    },
    Law {
        name: "order",
        statement: "the order of rules permutes the answer and nothing else, to 1e-9",
        test: invariance::order,
    },
    Law {
        name: "names",
        statement: "other names of the study, its world, objects, looks, rules, scenarios and phases, and other \
                    documentation, change nothing",
        test: invariance::names,
    },
    Law {
        name: "equal copies",
        statement: "two copies of a rule with the same bias get the same share and strength, to 1e-9",
        test: copies::equal_copies,
    },
    Law {
        name: "divided bias",
        statement: "two copies of a rule with half its bias each get together what it gets alone, and the others what they \
                    get then, to 1e-9",
        test: copies::divided_bias,
    },
    Law {
        name: "never fires",
        statement: "a rule that never fires in training gets the share 0",
        test: answers::never_fires,
    },
    Law {
        name: "no reward",
        statement: "where all rewards are 0 every strength is exactly 0 and nothing is selected, and with a critic of 0 the \
                    first expected update is exactly 0",
        test: answers::no_reward,
    },
    Law {
        name: "scale",
        statement: "without entropy bonus, rewards from a ten-thousandth to ten times as large change mean shares and \
                    strengths by at most 4 standard errors over the forecast's own draws",
        test: invariance::scale,
    },
    Law {
        name: "mirror",
        statement: "mirror images of worlds and rules, in which nothing moves or gets a fresh place, have the mirror image of \
                    the answer, to 1e-9, where levels and actions are the images of those that are drawn",
        test: invariance::mirror,
    },
    Law {
        name: "bias",
        statement: "raising the bias of a rule never lowers its share of the clipped strengths after one expected update \
                    from 0",
        test: updates::bias,
    },
    Law {
        name: "sign",
        statement: "with one reward and no other, a critic of 0 and strengths of 0, the opposite reward has exactly the \
                    opposite expected update",
        test: updates::sign,
    },
    Law {
        name: "shaping",
        statement: "a potential that is 0 at the end changes no expected update under an exact critic, to 1e-10",
        test: updates::shaping,
    },
];

/// The laws of expected updates.
const OF_UPDATES: [&str; 3] = ["bias", "sign", "shaping"];

/// The exemptions of a predictor without expected updates.
pub fn without_update(reason: &'static str) -> Vec<Exemption> {
    OF_UPDATES.into_iter().map(|law| Exemption { law, reason }).collect()
}

/// What became of a law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Holds,
    /// It does not apply, for this reason.
    Exempt(String),
    /// What is wrong, and the simplest case found in which it is.
    Broken(String),
}

/// A law with its verdict on a predictor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawReport {
    pub law: &'static str,
    pub predictor: String,
    pub verdict: Verdict,
}

impl LawReport {
    pub fn is_broken(&self) -> bool {
        matches!(self.verdict, Verdict::Broken(_))
    }
}

impl fmt::Display for LawReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LawReport { law, predictor, verdict } = self;
        match verdict {
            Verdict::Holds => write!(f, "{law} holds for `{predictor}`"),
            Verdict::Exempt(reason) => write!(f, "{law} does not apply to `{predictor}`: {reason}"),
            Verdict::Broken(message) => write!(f, "{law} is broken by `{predictor}`: {message}"),
        }
    }
}

/// The law with this name.
pub fn law(name: &str) -> Option<&'static Law> {
    LAWS.iter().find(|law| law.name == name)
}

/// Tests a predictor against every law that applies to it.
pub fn check(predictor: &Arc<dyn Predictor>, config: &Config) -> Vec<LawReport> {
    let (name, exemptions) = match card(predictor, config.limit) {
        Ok(Card { name, exemptions, .. }) => (name, exemptions),
        // The first law says why.
        Err(_) => ("a predictor without a name".to_string(), Vec::new()),
    };
    let stuck = Cell::new(false);
    let verdict = |law: &Law| {
        let exempt = exemptions.iter().find(|exemption| exemption.law == law.name);
        if let Some(exemption) = exempt.filter(|_| law.name != LAWS[0].name) {
            return Verdict::Exempt(exemption.reason.to_string());
        }
        test(law, predictor, config, &stuck).map_or_else(Verdict::Broken, |()| Verdict::Holds)
    };
    LAWS.iter().map(|law| LawReport { law: law.name, predictor: name.clone(), verdict: verdict(law) }).collect()
}

/// Tests a predictor against one law, whether it is exempt or not.
///
/// # Errors
/// What is wrong, and the simplest case found in which it is.
pub fn check_law(law: &Law, predictor: &Arc<dyn Predictor>, config: &Config) -> Result<(), String> {
    test(law, predictor, config, &Cell::new(false))
}

fn test(law: &Law, predictor: &Arc<dyn Predictor>, config: &Config, stuck: &Cell<bool>) -> Result<(), String> {
    if stuck.get() {
        return Err("it is asked no more, as it did not answer in time under an earlier law".to_string());
    }
    (law.test)(&Subject { predictor, config, law: law.name, stuck })
}

fn exemptions(subject: &Subject<'_>) -> Result<(), String> {
    let exemptions = subject.card()?.exemptions;
    exemptions.iter().enumerate().try_for_each(|(index, exemption)| {
        let name = exemption.law;
        if law(name).is_none_or(|law| law.name == LAWS[0].name) {
            let known: Vec<&str> = LAWS.iter().skip(1).map(|law| law.name).collect();
            return Err(format!("there is no law `{name}` to be exempt from; there are: {}", known.join(", ")));
        }
        if exemptions.iter().take(index).any(|other| other.law == name) {
            return Err(format!("it is exempt from `{name}` twice"));
        }
        if exemption.reason.trim().is_empty() {
            return Err(format!("it gives no reason why it is exempt from `{name}`"));
        }
        Ok(())
    })
}
