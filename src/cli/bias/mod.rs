//! `shardbed bias FILE`: how fast fresh networks learn each rule by itself, which is what `bias measured` means.

pub mod page;

use crate::cli::arguments::{Bias, Format};
use crate::cli::{Report, files};
use crate::heuristic::rule;
use crate::language::codes::FEW_SEEDS;
use crate::language::read_bytes;
use crate::language::render::{self, render};
use crate::predictor::measured_bias::{Learned, PART, STEPS, learning};
use crate::predictor::task::Task;
use crate::report::terminal::Style;
use crate::study::Study;
use serde::Serialize;

/// What is found in one study.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    pub study: String,
    /// The widths of the hidden layers of its agent.
    pub agent: Vec<usize>,
    /// Networks trained on each rule; 0 if none ever fires.
    pub networks: usize,
    /// Gradient steps that were tried.
    pub steps_tried: usize,
    /// The part of a rule that has to be explained.
    pub part: f64,
    /// The geometric mean of the biases of the rules that fire in training, rules that are alike counted once.
    pub mean_bias: Option<f64>,
    pub heuristics: Vec<Rule>,
}

/// What is found of one rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rule {
    pub name: String,
    /// What the file says; nothing where it says `measured`.
    pub given: Option<f64>,
    /// The share of the states of a random policy in training in which it fires.
    pub fires: f64,
    /// The earlier rule that recommends the same everywhere, and is learned by the same networks.
    pub same_as: Option<String>,
    /// The geometric mean over networks of the gradient steps until the part is explained, `steps_tried` where these are too
    /// few; nothing for a rule that fires nowhere.
    pub steps: Option<f64>,
    /// Per network, nothing where the steps tried are too few.
    pub steps_by_network: Vec<Option<f64>>,
    /// 1 / steps.
    pub bias: Option<f64>,
    /// Over the mean bias.
    pub relative_bias: Option<f64>,
    /// Per network.
    pub curves: Vec<Curve>,
}

/// A learning curve.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Curve {
    /// Gradient steps, ascending from 0.
    pub steps: Vec<usize>,
    /// The part of the rule that is explained on fresh states, at most 1.
    pub explained: Vec<f64>,
}

/// Trains networks on each rule of each study of a file and shows what was found. A file in error gives code 2.
pub fn bias(arguments: &Bias, style: Style, colour: bool) -> Report {
    let name = files::shown(&arguments.file);
    let (bytes, folder) = match files::open(&arguments.file) {
        Ok(opened) => opened,
        Err(error) => return Report::failure(error),
    };
    let text = String::from_utf8_lossy(&bytes);
    let shown = |findings: &[_]| render(findings, &name, &text, render::Format::Human, colour);
    let checked = match read_bytes(&bytes, &folder) {
        Ok(checked) => checked,
        Err(findings) => return Report { stderr: shown(&findings), code: 2, ..Report::default() },
    };
    if checked.studies.is_empty() {
        return Report::failure(format!("{name}: there is no study in it; add a `study`"));
    }
    // How many seeds are trained is of no account here.
    let warnings: Vec<_> = checked.warnings.into_iter().filter(|finding| finding.code != &FEW_SEEDS).collect();
    let mut report = Report { stderr: shown(&warnings), ..Report::default() };
    for study in &checked.studies {
        let written = find(study).and_then(|found| match arguments.format {
            Format::Human => Ok(page::page(&found, style)),
            Format::Json => serde_json::to_string(&found).map(|json| json + "\n").map_err(|error| error.to_string()),
        });
        match written {
            Ok(text) => {
                if arguments.format == Format::Human && !report.stdout.is_empty() {
                    report.stdout.push('\n');
                }
                report.stdout.push_str(&text);
            }
            Err(message) => {
                report.stderr.push_str(&format!("error: {name}: study {}: {message}\n", study.name));
                report.code = 2;
            }
        }
    }
    report
}

fn find(study: &Study) -> Result<Found, String> {
    let task = Task::new(study, Vec::new()).map_err(|error| error.to_string())?;
    // Nothing is ever explained to this part: every curve goes on to the last step.
    let found = learning(&task, f64::INFINITY).map_err(|error| error.to_string())?;
    let rule = |(index, own): (usize, &Learned)| Rule {
        name: study.heuristics[index].name.clone(),
        given: match study.heuristics[index].bias {
            rule::Bias::Given(bias) => Some(bias),
            rule::Bias::Measured => None,
        },
        fires: own.fires,
        same_as: (own.first != index).then(|| study.heuristics[own.first].name.clone()),
        steps: own.steps(),
        steps_by_network: own.half.clone(),
        bias: own.bias(),
        relative_bias: found.relative(index),
        curves: own
            .curves
            .iter()
            .map(|points| Curve {
                steps: points.iter().map(|point| point.step).collect(),
                explained: points.iter().map(|point| point.explained).collect(),
            })
            .collect(),
    };
    Ok(Found {
        study: study.name.clone(),
        agent: study.agent.hidden.clone(),
        networks: found.rules.iter().map(|rule| rule.curves.len()).max().unwrap_or(0),
        steps_tried: STEPS,
        part: PART,
        mean_bias: found.mean_bias(),
        heuristics: found.rules.iter().enumerate().map(rule).collect(),
    })
}
