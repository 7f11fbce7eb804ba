//! `shardbed attribute NET INPUTS`: what any ReLU network does, unit by unit.

use crate::attribution::mlp::{Magnitudes, Overflow, Row, Site, attribute as run, row};
use crate::attribution::path::{Integrated, TooManyPieces, integrate};
use crate::cli::Report;
use crate::cli::arguments::{Attribute, Format};
use crate::cli::files::{self, FileError, shown};
use crate::cli::inputs::{self, InputsError};
use crate::network::sequential::{Linear, MOST_BYTES, Part, Sequential, SequentialError};
use crate::report::number::{Unit, counted};
use crate::report::paper::{Paint, Paper};
use crate::report::terminal::Style;
use serde::Serialize;
use std::path::PathBuf;
use thiserror::Error;

/// The most numbers that are kept or printed.
const MOST_NUMBERS: usize = 20_000_000;
/// What the input is called among the layers.
const INPUT: &str = "input";
/// Units and outputs that a summary names.
const SUMMARY: usize = 8;

/// Why nothing is shown.
#[derive(Debug, Error)]
pub enum AttributeError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{}: the file is longer than a network of 10 million numbers in float64; give a smaller one", shown(.0))]
    TooLong(PathBuf),
    #[error("{}: {source}", shown(.path))]
    Network { path: PathBuf, source: SequentialError },
    #[error(transparent)]
    Inputs(#[from] InputsError),
    #[error("{}: there are {found} rows, and {expected} in the inputs; give one, or as many", shown(.path))]
    Baselines { path: PathBuf, found: usize, expected: usize },
    #[error("--output {given}: the network has the outputs 0 to {last}; give one of these")]
    Output { given: usize, last: usize },
    #[error("--layer {given:?}: the layers with units are {known}; give one of these")]
    Layer { given: String, known: String },
    #[error(
        "this would be {numbers} numbers, and {MOST_NUMBERS} are the most; give fewer rows, or one output with --output, or one \
         layer with --layer"
    )]
    TooMuch { numbers: usize },
    #[error("{}: {source}", shown(.path))]
    Overflow { path: PathBuf, source: Overflow },
    #[error("{}: {source}", shown(.path))]
    Pieces { path: PathBuf, source: TooManyPieces },
    #[error("the result cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Shows what the network does on the inputs; the code is 0, or 2 where it cannot be said.
pub fn attribute(arguments: &Attribute, style: Style) -> Report {
    let shown = || {
        let asked = Asked::read(arguments)?;
        match arguments.format {
            Format::Human => Ok(asked.summary(arguments, style)),
            Format::Json => asked.json(arguments),
        }
    };
    shown().map_or_else(|error: AttributeError| Report::failure(error), Report::success)
}

/// A network, and what it does on some inputs.
struct Asked {
    network: Sequential,
    rows: Vec<Row>,
    /// The outputs whose gradients are shown.
    outputs: Vec<usize>,
    /// The sites that are shown: 0 is the input, others are the layers that they come behind.
    sites: Vec<usize>,
}

impl Asked {
    fn read(arguments: &Attribute) -> Result<Asked, AttributeError> {
        let path = &arguments.network;
        let bytes = files::read_up_to(path, MOST_BYTES)?;
        if bytes.len() > MOST_BYTES {
            return Err(AttributeError::TooLong(path.clone()));
        }
        let part = Part { prefix: arguments.prefix.as_deref(), head: arguments.head.as_deref() };
        let network = Sequential::from_bytes(&bytes, part);
        let network = network.map_err(|source| AttributeError::Network { path: path.clone(), source })?;
        let outputs = match arguments.output {
            None => (0..network.outputs()).collect(),
            Some(output) if output < network.outputs() => vec![output],
            Some(given) => return Err(AttributeError::Output { given, last: network.outputs() - 1 }),
        };
        let sites = sites(&network, &arguments.layer)?;
        let inputs = inputs::read(&arguments.inputs, network.inputs())?;
        let units = |site: &usize| network.layers[*site].inputs;
        let kept: usize = (0..network.layers.len()).map(|site| units(&site) * (2 + 2 * network.outputs())).sum();
        let printed: usize = sites.iter().map(|site| units(site) * (12 + 5 * outputs.len())).sum();
        let numbers = kept.max(printed).saturating_mul(inputs.len());
        if numbers > MOST_NUMBERS {
            return Err(AttributeError::TooMuch { numbers });
        }
        let rows = run(&network, &inputs);
        let rows = rows.map_err(|source| AttributeError::Overflow { path: arguments.inputs.clone(), source })?;
        Ok(Asked { network, rows, outputs, sites })
    }

    fn name(&self, site: usize) -> &str {
        site.checked_sub(1).map_or(INPUT, |layer| &self.network.layers[layer].name)
    }

    /// Whether a ReLU makes what is after of what is before.
    fn relu(&self, site: usize) -> bool {
        site.checked_sub(1).is_some_and(|layer| self.network.layers[layer].relu)
    }

    /// The activations of every row's baseline.
    fn baselines(&self, arguments: &Attribute) -> Result<Vec<Row>, AttributeError> {
        let inputs = match &arguments.baseline {
            None => vec![vec![0.0; self.network.inputs()]],
            Some(path) => {
                let rows = inputs::read(path, self.network.inputs())?;
                if rows.len() != 1 && rows.len() != self.rows.len() {
                    let (found, expected) = (rows.len(), self.rows.len());
                    return Err(AttributeError::Baselines { path: path.clone(), found, expected });
                }
                rows
            }
        };
        let path = || arguments.baseline.clone().unwrap_or_else(|| arguments.inputs.clone());
        run(&self.network, &inputs).map_err(|source| AttributeError::Overflow { path: path(), source })
    }

    fn json(&self, arguments: &Attribute) -> Result<String, AttributeError> {
        let baselines = if arguments.without_integrated { Vec::new() } else { self.baselines(arguments)? };
        let mut layers = Vec::with_capacity(self.sites.len());
        for &site in &self.sites {
            let integrated = match baselines.is_empty() {
                true => None,
                false => {
                    let from = baselines.iter().cycle().map(|row| row.sites[site].after.as_slice());
                    let ends: Vec<_> = from.zip(self.rows.iter().map(|row| row.sites[site].after.as_slice())).collect();
                    let path = || arguments.inputs.clone();
                    let found = integrate(&self.network, site, &ends);
                    let found = found.map_err(|source| AttributeError::Pieces { path: path(), source })?;
                    let finite = |found: &Integrated| found.gradients.iter().all(|gradient| gradient.is_finite());
                    if let Some(row) = found.iter().position(|found| !finite(found)) {
                        let (layer, what) = (self.name(site).to_string(), "an integrated gradient");
                        let source = Overflow { row, layer, what };
                        return Err(AttributeError::Overflow { path: path(), source });
                    }
                    Some(found)
                }
            };
            layers.push(self.layer(site, arguments.output, integrated));
        }
        let linear = |layer: &Linear| LinearShown {
            name: layer.name.clone(),
            inputs: layer.inputs,
            outputs: layer.outputs,
            relu: layer.relu,
        };
        let all = Shown {
            network: self.network.layers.iter().map(linear).collect(),
            rows: self.rows.len(),
            outputs: &self.outputs,
            output: self.rows.iter().map(|row| row.output.as_slice()).collect(),
            highest: self.rows.iter().map(|row| row.highest).collect(),
            layers,
        };
        Ok(serde_json::to_string(&all)? + "\n")
    }

    fn layer(&self, site: usize, output: Option<usize>, integrated: Option<Vec<Integrated>>) -> LayerShown<'_> {
        let sites: Vec<&Site> = self.rows.iter().map(|row| &row.sites[site]).collect();
        let units = sites.first().map_or(0, |site| site.units);
        let each = |of: &dyn Fn(&Site, usize) -> Vec<f64>| -> Vec<Vec<Vec<f64>>> {
            sites.iter().map(|site| self.outputs.iter().map(|&output| of(site, output)).collect()).collect()
        };
        let gradient = |of: fn(&Site) -> &[f64]| -> Vec<Vec<&[f64]>> {
            sites.iter().map(|site| self.outputs.iter().map(|&output| row(of(site), units, output)).collect()).collect()
        };
        let magnitudes = |of: fn(&Site) -> &[f64]| -> MagnitudesShown {
            let found: Vec<Magnitudes> =
                self.rows.iter().zip(&sites).map(|(row, site)| site.magnitudes(of(site), row.highest)).collect();
            let mut shown = MagnitudesShown::default();
            for found in found {
                shown.highest.push(found.highest);
                shown.l1.push(found.l1);
                shown.l2.push(found.l2);
                shown.sum.push(found.sum);
            }
            let size =
                |output| sites.iter().map(move |site| row(of(site), units, output).iter().map(|g| g.abs()).collect());
            shown.output = output.map(|output| size(output).collect());
            shown
        };
        let before: fn(&Site) -> &[f64] = |site| &site.gradient_before;
        let after: fn(&Site) -> &[f64] = |site| &site.gradient_after;
        let chosen = |integrated: &Integrated| -> Vec<Vec<f64>> {
            self.outputs.iter().map(|&output| row(&integrated.gradients, units, output).to_vec()).collect()
        };
        let error = |integrated: &Integrated| -> Vec<f64> {
            self.outputs.iter().filter_map(|&output| integrated.completeness_error.get(output).copied()).collect()
        };
        LayerShown {
            name: self.name(site).to_string(),
            units,
            relu: self.relu(site),
            before: sites.iter().map(|site| site.before.as_slice()).collect(),
            after: sites.iter().map(|site| site.after.as_slice()).collect(),
            gradient_before: gradient(before),
            gradient_after: gradient(after),
            gradient_x_activation: each(&|site, output| site.gradient_x_activation(output)),
            contribution: (self.network.outputs() > 1).then(|| each(&|site, output| site.contribution(output))),
            integrated_gradients: integrated.as_ref().map(|all| all.iter().map(chosen).collect()),
            completeness_error: integrated.as_ref().map(|all| all.iter().map(error).collect()),
            magnitudes: BothShown { before: magnitudes(before), after: magnitudes(after) },
        }
    }

    fn summary(&self, arguments: &Attribute, style: Style) -> String {
        let mut paper = Paper::new(style);
        let network = &self.network;
        let (inputs, outputs) = (network.inputs(), network.outputs());
        let size = format!(
            "{}, {}, {} weights and biases",
            counted(inputs, "input"),
            counted(outputs, "output"),
            network.parameters()
        );
        paper.parts("NETWORK  ", Paint::Plain, &[shown(&arguments.network), size]);
        let layers: Vec<String> = network
            .layers
            .iter()
            .map(|layer| {
                let relu = if layer.relu { ", ReLU" } else { "" };
                format!("{}: {} to {}{relu}", layer.name, layer.inputs, layer.outputs)
            })
            .collect();
        paper.parts("layers   ", Paint::Plain, &layers);
        paper.parts(
            "inputs   ",
            Paint::Plain,
            &[format!("{} of {}", counted(self.rows.len(), "row"), shown(&arguments.inputs))],
        );
        self.outputs_summary(&mut paper);
        for &site in &self.sites {
            self.site_summary(&mut paper, site, arguments.output);
        }
        paper.into_text()
    }

    fn outputs_summary(&self, paper: &mut Paper) {
        let remark = if self.network.outputs() > SUMMARY { format!("the first {SUMMARY}") } else { String::new() };
        paper.heading("OUTPUTS", &remark);
        cells(paper, &["output", "mean", "lowest", "highest", "highest of all on"]);
        let number = |value: f64| Unit::Plain.show(value);
        for output in 0..self.network.outputs().min(SUMMARY) {
            let values = || self.rows.iter().map(|row| row.output[output]);
            let wins = self.rows.iter().filter(|row| row.highest == output).count();
            let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
            let mean = values().sum::<f64>() / self.rows.len().max(1) as f64;
            let line = [output.to_string(), number(mean), number(low), number(high), counted(wins, "row")];
            cells(paper, &line.each_ref().map(String::as_str));
        }
    }

    /// The units of a site that matter most.
    fn site_summary(&self, paper: &mut Paper, site: usize, output: Option<usize>) {
        let sites = || self.rows.iter().map(|row| (row, &row.sites[site]));
        let units = self.network.layers[site].inputs;
        let title = if site == 0 { "INPUT".to_string() } else { format!("LAYER {}", self.name(site)) };
        let mut remark = if site == 0 { counted(units, "number") } else { counted(units, "unit") };
        if self.relu(site) {
            let dead = |unit: &usize| sites().all(|(_, site)| site.after[*unit] == 0.0);
            remark.push_str(&format!(", {} dead on every row", (0..units).filter(dead).count()));
        }
        paper.heading(&title, &remark);
        let rows = self.rows.len().max(1) as f64;
        let mean = |of: &dyn Fn(&Row, &Site) -> f64| sites().map(|(row, site)| of(row, site)).sum::<f64>() / rows;
        let mut found: Vec<(usize, [f64; 3])> = (0..units)
            .map(|unit| {
                let gradient =
                    |row: &Row, site: &Site| site.gradient_after[output.unwrap_or(row.highest) * units + unit].abs();
                let product = |row: &Row, site: &Site| gradient(row, site) * site.after[unit].abs();
                (unit, [mean(&|_, site| site.after[unit]), mean(&gradient), mean(&product)])
            })
            .collect();
        found.sort_by(|(_, left), (_, right)| right[2].total_cmp(&left[2]));
        let of = output.map_or_else(|| "the highest output".to_string(), |output| format!("output {output}"));
        paper.paragraph(2, Paint::Faint, &format!("means over rows; gradients are of {of}, without their sign"));
        cells(paper, &[if site == 0 { "number" } else { "unit" }, "activation", "gradient", "gradient x activation"]);
        for (unit, numbers) in found.iter().take(SUMMARY) {
            let line = [
                unit.to_string(),
                Unit::Plain.show(numbers[0]),
                Unit::Plain.show(numbers[1]),
                Unit::Plain.show(numbers[2]),
            ];
            cells(paper, &line.each_ref().map(String::as_str));
        }
        if units > SUMMARY {
            paper.paragraph(2, Paint::Faint, &format!("and {} more that matter less", units - SUMMARY));
        }
    }
}

/// The sites with these names, all where none is given.
fn sites(network: &Sequential, names: &[String]) -> Result<Vec<usize>, AttributeError> {
    let hidden = network.layers.iter().take(network.layers.len() - 1).map(|layer| layer.name.as_str());
    let known: Vec<&str> = std::iter::once(INPUT).chain(hidden).collect();
    if names.is_empty() {
        return Ok((0..known.len()).collect());
    }
    let mut chosen = Vec::new();
    for name in names {
        let site = known.iter().position(|known| known == name);
        let site = site.ok_or_else(|| AttributeError::Layer { given: name.clone(), known: known.join(", ") })?;
        if !chosen.contains(&site) {
            chosen.push(site);
        }
    }
    Ok(chosen)
}

/// A line of a table.
fn cells(paper: &mut Paper, cells: &[&str]) {
    let line: String = cells.iter().map(|cell| format!("  {cell:<12}")).collect();
    paper.line(&[(&line, Paint::Plain)]);
}

/// Everything, in JSON. Matrices are `[row][unit]` or `[row][output][unit]`.
#[derive(Serialize)]
struct Shown<'a> {
    network: Vec<LinearShown>,
    rows: usize,
    /// Of which the gradients are, in this order.
    outputs: &'a [usize],
    /// `[row][output]`, all outputs.
    output: Vec<&'a [f64]>,
    /// By row, the highest output.
    highest: Vec<usize>,
    layers: Vec<LayerShown<'a>>,
}

#[derive(Serialize)]
struct LinearShown {
    name: String,
    inputs: usize,
    outputs: usize,
    relu: bool,
}

#[derive(Serialize)]
struct LayerShown<'a> {
    /// `input`, or the name of the linear layer that computes it.
    name: String,
    units: usize,
    relu: bool,
    before: Vec<&'a [f64]>,
    after: Vec<&'a [f64]>,
    gradient_before: Vec<Vec<&'a [f64]>>,
    gradient_after: Vec<Vec<&'a [f64]>>,
    gradient_x_activation: Vec<Vec<Vec<f64>>>,
    /// Null with a single output, which has nothing to be centred against.
    contribution: Option<Vec<Vec<Vec<f64>>>>,
    integrated_gradients: Option<Vec<Vec<Vec<f64>>>>,
    /// `[row][output]`
    completeness_error: Option<Vec<Vec<f64>>>,
    magnitudes: BothShown,
}

/// By the gradients before and after the ReLU.
#[derive(Serialize)]
struct BothShown {
    before: MagnitudesShown,
    after: MagnitudesShown,
}

#[derive(Default, Serialize)]
struct MagnitudesShown {
    highest: Vec<Vec<f64>>,
    /// Of the output asked for; null where none is.
    output: Option<Vec<Vec<f64>>>,
    l1: Vec<Vec<f64>>,
    l2: Vec<Vec<f64>>,
    sum: Vec<Vec<f64>>,
}
