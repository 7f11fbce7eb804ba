//! `shardbed export RUN`: a stored run as files for use elsewhere.
//!
//! Everything is written into a folder beside the one that is asked for, which then takes its name: a reader sees a whole
//! export or none. The layout is told in its own `README.txt` and `manifest.json`.

use crate::attribution::contribution::contributions;
use crate::attribution::gradients::attribute;
use crate::cli::Report;
use crate::cli::arguments::Export;
use crate::cli::files::{self, shown};
use crate::cli::manifest::{FORMAT, Listed, Manifest, Training, readme};
use crate::cli::{npy, run};
use crate::experiment::measure::Measurement;
use crate::experiment::replay::{Networks, ReplayError, study};
use crate::experiment::setup::Setup;
use crate::heuristic::feature::phi;
use crate::language::canonical::canonical;
use crate::network::checkpoint::to_sequential;
use crate::network::parameters::Parameters;
use crate::outcome::Outcome;
use crate::parallel::side_by_side;
use crate::report::tables::{COLUMNS, tables, trainings};
use crate::selection::features::fisher_weights;
use crate::store::Store;
use crate::world::action::{ACTIONS, Action, Side};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use thiserror::Error;

/// The file that says what is in an export.
const MANIFEST: &str = "manifest.json";
/// The same for people.
const README: &str = "README.txt";
/// How it begins, in any version.
const START: &[u8] = b"{\n  \"format\": \"shardbed export ";

/// All that an export has at its top.
const TOP: [&str; 8] = [MANIFEST, README, "attributions", "bank", "networks", "outcome.json", "study.shard", "tables"];

/// Why nothing is exported.
#[derive(Debug, Error)]
pub enum ExportError {
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error("{}: an earlier export is there; --force replaces it", shown(.0))]
    There(PathBuf),
    #[error("{}: something else than an export is there, and is never replaced; choose another folder with --output", shown(.0))]
    Other(PathBuf),
    #[error("{}: no export writes it, and --force would delete it; move it away, or choose another folder with --output", shown(.0))]
    Foreign(PathBuf),
    #[error("{}: this is no name for a folder; give one with --output, for example --output export", shown(.0))]
    NoName(PathBuf),
    #[error("{}: it cannot be written: {source}; free its place, or choose another folder with --output", shown(.path))]
    Write { path: PathBuf, source: io::Error },
    #[error("the export cannot be described in JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes the export, and says where it is.
pub fn export(arguments: &Export) -> Report {
    match write(arguments) {
        Ok(said) => Report::success(said),
        Err(error) => Report::failure(error),
    }
}

fn write(arguments: &Export) -> Result<String, ExportError> {
    let store = Store::open_existing(&arguments.store).map_err(ReplayError::Store)?;
    let outcome = store.outcome(&arguments.run).map_err(ReplayError::Store)?;
    let study = study(&store, &outcome)?;
    let short: String = outcome.ids.run.chars().take(12).collect();
    let path = arguments.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}-{short}", study.name)));
    let place = Place::of(&path, arguments.force)?;
    let setup = Setup::new(&study).map_err(ReplayError::Experiment)?;
    let networks = Networks::of(&setup, &store, &outcome)?;
    // What is lost is found before anything is written.
    for training in 0..setup.arenas.len() {
        for &seed in &outcome.seeds {
            networks.last(training, seed)?;
        }
    }
    let measurement = Measurement::prepare(&setup).map_err(ReplayError::Experiment)?;
    let desk = Desk { folder: place.temporary.clone(), files: Mutex::default() };
    place.begin()?;
    let filled = fill(&desk, &setup, &outcome, &networks, &measurement).and_then(|()| place.take());
    if let Err(error) = filled {
        // The error that is told is the first one.
        let _ = fs::remove_dir_all(&place.temporary);
        return Err(error);
    }
    let files = desk.files.into_inner().unwrap_or_else(PoisonError::into_inner);
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    Ok(format!(
        "{}: {} files, {:.1} MB; {} says what they hold\n",
        shown(&path),
        files.len() + 2,
        bytes as f64 / 1e6,
        shown(&path.join(README))
    ))
}

/// Where an export goes, and where it is made.
struct Place {
    target: PathBuf,
    temporary: PathBuf,
}

impl Place {
    fn of(path: &Path, force: bool) -> Result<Place, ExportError> {
        let failed = |source| ExportError::Write { path: path.to_owned(), source };
        let there = fs::symlink_metadata(path).is_ok();
        let target = if there { fs::canonicalize(path).map_err(failed)? } else { path.to_owned() };
        let name =
            target.file_name().ok_or_else(|| ExportError::NoName(path.to_owned()))?.to_string_lossy().into_owned();
        if there {
            let empty = fs::read_dir(&target).is_ok_and(|mut entries| entries.next().is_none());
            let export =
                files::read_up_to(&target.join(MANIFEST), START.len()).is_ok_and(|bytes| bytes.starts_with(START));
            match (empty, export) {
                (false, false) => return Err(ExportError::Other(path.to_owned())),
                (false, true) if !force => return Err(ExportError::There(path.to_owned())),
                _ => {}
            }
            for entry in fs::read_dir(&target).map_err(failed)? {
                let name = entry.map_err(failed)?.file_name();
                if !TOP.iter().any(|own| name == *own) {
                    return Err(ExportError::Foreign(path.join(name)));
                }
            }
        }
        let temporary = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        Ok(Place { target, temporary })
    }

    /// Makes the folder that is to be filled.
    fn begin(&self) -> Result<(), ExportError> {
        let failed = |source| ExportError::Write { path: self.target.clone(), source };
        if let Some(parent) = self.target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::create_dir(&self.temporary).map_err(failed)
    }

    /// Gives what was made its name.
    fn take(&self) -> Result<(), ExportError> {
        let failed = |source| ExportError::Write { path: self.target.clone(), source };
        if !self.target.exists() {
            return fs::rename(&self.temporary, &self.target).map_err(failed);
        }
        let old = self.temporary.with_extension("old");
        fs::rename(&self.target, &old).map_err(failed)?;
        if let Err(error) = fs::rename(&self.temporary, &self.target) {
            let _ = fs::rename(&old, &self.target);
            return Err(failed(error));
        }
        fs::remove_dir_all(&old).map_err(|source| ExportError::Write { path: old, source })
    }
}

/// The folder that is being filled.
struct Desk {
    folder: PathBuf,
    files: Mutex<Vec<Listed>>,
}

impl Desk {
    /// Writes a file of the export, and lists it.
    fn put(&self, path: &str, about: &str, shape: &[usize], bytes: &[u8]) -> Result<(), ExportError> {
        self.write(path, bytes)?;
        let listed = Listed {
            path: path.to_string(),
            about: about.to_string(),
            shape: shape.to_vec(),
            bytes: bytes.len() as u64,
        };
        self.files.lock().unwrap_or_else(PoisonError::into_inner).push(listed);
        Ok(())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let full = self.folder.join(path);
        let failed = |source| ExportError::Write { path: full.clone(), source };
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::File::create_new(&full).and_then(|mut file| file.write_all(bytes)).map_err(failed)
    }

    fn array(
        &self,
        path: &str,
        about: &str,
        shape: &[usize],
        numbers: impl IntoIterator<Item = f64>,
    ) -> Result<(), ExportError> {
        self.put(path, about, shape, &npy::f64s(shape, numbers))
    }
}

fn fill(
    desk: &Desk,
    setup: &Setup,
    outcome: &Outcome,
    networks: &Networks,
    measurement: &Measurement,
) -> Result<(), ExportError> {
    let study = setup.study;
    desk.put(
        "outcome.json",
        "the outcome, as `shardbed show RUN --format json` prints it",
        &[],
        &serde_json::to_vec(outcome)?,
    )?;
    desk.put("study.shard", "the study as it was run", &[], canonical(study).as_bytes())?;
    bank(desk, measurement, setup)?;
    write_tables(desk, outcome)?;
    let names: Vec<&str> = trainings(outcome).into_iter().map(|(name, _)| name).collect();
    let seeds = &outcome.seeds;
    let jobs = run::jobs(None).unwrap_or(1);
    let written = side_by_side(jobs, names.len() * seeds.len(), |index| {
        let (training, seed) = (index / seeds.len(), seeds[index % seeds.len()]);
        network(desk, &format!("{}/seed-{seed}", names[training]), &networks.last(training, seed)?, measurement)
    });
    written.map_err(|error| ReplayError::Experiment(error.into()))?.into_iter().collect::<Result<(), _>>()?;
    let mut files = desk.files.lock().unwrap_or_else(PoisonError::into_inner).clone();
    files.sort_by(|left, right| left.path.cmp(&right.path));
    let training = |(index, name): (usize, &&str)| Training {
        name: name.to_string(),
        hidden: study.training(index).agent.hidden.clone(),
        walk: [measurement.bank.walks[index].start, measurement.bank.walks[index].end],
    };
    let manifest = Manifest {
        format: FORMAT.to_string(),
        run: outcome.ids.run.clone(),
        version: env!("CARGO_PKG_VERSION").to_string(),
        study: study.name.clone(),
        seeds: seeds.clone(),
        trainings: names.iter().enumerate().map(training).collect(),
        heuristics: study.heuristics.iter().map(|heuristic| heuristic.name.clone()).collect(),
        actions: Action::ALL.iter().map(|action| action.side().map_or("stay", Side::name).to_string()).collect(),
        alias_groups: measurement.identified.aliases.iter().map(|alias| alias.members.clone()).collect(),
        files,
    };
    desk.write(README, readme(&manifest).as_bytes())?;
    desk.write(MANIFEST, (serde_json::to_string_pretty(&manifest)? + "\n").as_bytes())
}

/// The probe states, and what heuristics recommend there.
fn bank(desk: &Desk, measurement: &Measurement, setup: &Setup) -> Result<(), ExportError> {
    let bank = &measurement.bank;
    let (states, bits) = (bank.observations.len(), setup.sight.bits());
    let shape = [states, bits];
    let mut bytes = npy::header("|u1", &shape);
    for lit in bank.observations.rows() {
        let start = bytes.len();
        bytes.resize(start + bits, 0);
        for &bit in lit {
            bytes[start + usize::from(bit)] = 1;
        }
    }
    desk.put(
        "bank/observations.npy",
        "uint8 [state, bit]: what networks see in each probe state, 1 where lit",
        &shape,
        &bytes,
    )?;
    let numbers = (0..states).flat_map(|state| bank.features.row(state).iter().flat_map(|set| phi(*set)));
    desk.array(
        "bank/phi.npy",
        "[state, heuristic, action]: the feature of each heuristic; all 0 where it does not fire",
        &[states, setup.rules.len(), ACTIONS],
        numbers,
    )?;
    let basis = &measurement.identified.basis;
    let numbers = (0..basis.nrows()).flat_map(|h| (0..basis.ncols()).map(move |column| basis[(h, column)]));
    desk.array(
        "bank/basis.npy",
        "[heuristic, direction]: strengths are this matrix times free coordinates, since others cannot be told apart",
        &[basis.nrows(), basis.ncols()],
        numbers,
    )
}

fn write_tables(desk: &Desk, outcome: &Outcome) -> Result<(), ExportError> {
    for table in tables(outcome) {
        let shape = [table.rows.len(), table.columns.len()];
        let about = format!("a row is {}; columns: {}", table.about, table.columns.join(", "));
        desk.put(&format!("tables/{}.csv", table.name), &about, &shape, table.csv().as_bytes())?;
    }
    let trainings = trainings(outcome);
    let shape = [trainings.len(), outcome.seeds.len(), outcome.results.heuristics.len()];
    for column in COLUMNS {
        let seeds = || 0..outcome.seeds.len();
        let numbers = trainings.iter().flat_map(|(_, results)| {
            seeds().flat_map(|seed| results.heuristics.iter().map(move |h| column.at(h, seed).unwrap_or(f64::NAN)))
        });
        let about = format!("[training, seed, heuristic], {}; NaN where undefined", column.unit);
        desk.array(&format!("tables/{}.npy", column.name), &about, &shape, numbers)?;
    }
    Ok(())
}

/// One network, and what it does on the probe states.
fn network(desk: &Desk, name: &str, parameters: &Parameters, measurement: &Measurement) -> Result<(), ExportError> {
    let Parameters { hidden, policy, value } = parameters;
    for (head, layer, about) in [
        ("policy", policy, "torch.nn.Sequential: linear layers with ReLU between, from an observation to 5 logits"),
        ("value", value, "the same hidden layers, to the value of the state"),
    ] {
        let bytes = to_sequential(hidden, layer).map_err(|error| ReplayError::Experiment(error.into()))?;
        desk.put(&format!("networks/{name}/{head}.safetensors"), about, &[], &bytes)?;
    }
    let bank = &measurement.bank;
    let attribution = attribute(parameters, &bank.observations);
    let states = attribution.states;
    for (index, layer) in attribution.layers.iter().enumerate() {
        let shape = [states, layer.units];
        for (side, numbers) in [("before", &layer.before), ("after", &layer.after)] {
            let path = format!("attributions/{name}/hidden-{}-{side}.npy", index + 1);
            let about = format!("[state, unit]: activations {side} the ReLU");
            desk.array(&path, &about, &shape, numbers.iter().map(|&number| f64::from(number)))?;
        }
    }
    let parts = contributions(&attribution);
    desk.array(
        &format!("attributions/{name}/contributions.npy"),
        "[state, unit, action], logits: the part of the centred logits that passes through each unit of the last hidden layer",
        &[states, parts.units, ACTIONS],
        parts.by_unit.iter().flatten().copied(),
    )?;
    let logits = attribution.logits.iter().flatten().map(|&logit| f64::from(logit));
    desk.array(&format!("attributions/{name}/logits.npy"), "[state, action]", &[states, ACTIONS], logits)?;
    desk.array(
        &format!("attributions/{name}/q.npy"),
        "[state, action]: 0.9 softmax(logits) + 0.1 / 5, at which strengths are fitted",
        &[states, ACTIONS],
        fisher_weights(&attribution.logits).into_iter().flatten(),
    )
}
