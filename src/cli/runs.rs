//! `runs`: what the store holds.

use crate::cli::files::shown;
use crate::cli::gc::size;
use crate::cli::store::opened;
use crate::experiment::error::ExperimentError;
use crate::experiment::needed::needed;
use crate::ledger::time::{Civil, civil};
use crate::outcome::seal::SealStatus;
use crate::report::number::{Unit, counted};
use crate::report::paper::{Paint, Paper};
use crate::report::terminal::Style;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::glance::Glance;
use crate::store::run::RunRow;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// Digits of an id that tell runs apart well enough.
const SHORT: usize = 12;
/// The most phases whose steps are told one by one.
const PHASES: usize = 2;

/// The runs of a store.
pub struct List {
    /// Its folder, for people.
    store: String,
    /// The size of its files, in bytes.
    bytes: u64,
    /// The latest first.
    runs: Vec<Listed>,
}

/// A run, with what one chooses among runs by.
#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    row: RunRow,
    /// The folder of the store.
    store: String,
    /// Where the prediction file was, absolute and without links; null where that is not known.
    path: Option<String>,
    /// Of the program that made it; this, the steps and the seal are null where the outcome is damaged.
    version: Option<String>,
    /// Environment steps of each seed in the study's own training.
    steps: Option<u64>,
    /// The further trainings, in file order.
    phases: Vec<PhaseSteps>,
    /// Whether the prediction was sealed before its result; null also where nobody looked.
    seal: Option<SealStatus>,
    /// Whether seeds and steps were those of the prediction file; null where nobody looked.
    as_written: Option<bool>,
    /// Its networks in the store, which other runs may rest on too; null where it cannot be told which they are.
    networks: Option<Networks>,
}

#[derive(Debug, Serialize)]
struct PhaseSteps {
    name: String,
    steps: u64,
}

/// Seeds, each in one training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Networks {
    /// How many the run measured.
    of: usize,
    /// How many of them the store has, whole or damaged.
    seeds: usize,
    /// The size of their networks, in bytes.
    bytes: u64,
}

/// The runs in the store in `dir`; none where that is the folder that is used where none is given, and it is not there yet.
///
/// # Errors
/// If there is no store in another folder, or one that cannot be read.
pub fn list(dir: &Path) -> Result<List, ExperimentError> {
    let mut list = List { store: shown(dir), bytes: 0, runs: Vec::new() };
    if let Some(store) = opened(dir)? {
        list.bytes = store.bytes()?;
        for row in store.runs()? {
            list.runs.push(listed(&store, &list.store, row)?);
        }
    }
    Ok(list)
}

fn listed(store: &Store, folder: &str, row: RunRow) -> Result<Listed, ExperimentError> {
    let glance = store.glance(&row.id)?;
    let path = match store.stored_study(&row.id) {
        Ok(stored) => stored.and_then(|stored| stored.path),
        Err(StoreError::DamagedRun { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let networks = glance.as_ref().map(|glance| networks(store, &row.id, glance)).transpose()?.flatten();
    let phases = glance.iter().flat_map(|glance| &glance.phases);
    let seal = glance.as_ref().and_then(|glance| glance.seal.as_ref());
    Ok(Listed {
        store: folder.to_string(),
        path,
        version: glance.as_ref().map(|glance| glance.version.clone()),
        steps: glance.as_ref().map(|glance| glance.training.steps),
        phases: phases.map(|phase| PhaseSteps { name: phase.name.clone(), steps: phase.training.steps }).collect(),
        seal: seal.map(|seal| seal.status),
        as_written: seal.map(|seal| seal.instead.is_empty()),
        networks,
        row,
    })
}

fn networks(store: &Store, run: &str, glance: &Glance) -> Result<Option<Networks>, ExperimentError> {
    let Some(keys) = needed(store, run, Some(&glance.ids.training))? else { return Ok(None) };
    // Two trainings of a study may be one and the same.
    let keys: BTreeSet<String> = keys.into_iter().collect();
    let mut found = Networks::default();
    for key in keys {
        for &seed in &glance.seeds {
            found.of += 1;
            if let Some(bytes) = store.network_bytes(&key, seed)? {
                found.seeds += 1;
                found.bytes += bytes;
            }
        }
    }
    Ok(Some(found))
}

/// For people: id, study, seeds and steps, seal, time, file and networks, with the verdict below; at the end where all this is.
pub fn human(list: &List, style: Style) -> String {
    let mut paper = Paper::new(style);
    if list.runs.is_empty() {
        let text = format!("No runs yet in {}: `shardbed run FILE` makes one.", list.store);
        paper.paragraph(0, Paint::Plain, &text);
        return paper.into_text();
    }
    for run in &list.runs {
        let id: String = run.row.id.chars().take(SHORT).collect();
        let mut facts = vec![run.row.study.clone(), trained(run)];
        facts.extend(run.seal.map(|seal| sealed(seal, run.as_written)));
        facts.push(time(run.row.stored));
        facts.push(run.row.file.clone());
        facts.push(run.networks.map_or("networks not known".to_string(), told));
        let other = run.version.as_ref().filter(|version| *version != env!("CARGO_PKG_VERSION"));
        facts.extend(other.map(|version| format!("by shardbed {version}")));
        paper.parts(&format!("{id}  "), Paint::Plain, &facts);
        paper.paragraph(SHORT + 2, Paint::Faint, &run.row.verdict);
    }
    let end = format!("{} in {}, {}", counted(list.runs.len(), "run"), list.store, size(list.bytes));
    paper.paragraph(0, Paint::Plain, &end);
    paper.into_text()
}

/// Seeds and steps.
fn trained(run: &Listed) -> String {
    let show = |steps: u64| Unit::Steps.show(steps as f64);
    let seeds = counted(run.row.seeds as usize, "seed");
    let Some(steps) = run.steps else { return seeds };
    let steps = if steps == 1 { "1 step".to_string() } else { format!("{} steps", show(steps)) };
    let phases = match run.phases.len() {
        0..=PHASES => run.phases.iter().map(|phase| format!(", {} in {}", show(phase.steps), phase.name)).collect(),
        more => format!(", and {more} phases"),
    };
    format!("{seeds} of {steps}{phases}")
}

fn sealed(status: SealStatus, as_written: Option<bool>) -> String {
    let status = match status {
        SealStatus::Before => "sealed before the run",
        SealStatus::After => "sealed after training",
        SealStatus::Unsealed => "unsealed",
        SealStatus::Changed => "changed since it was sealed",
        SealStatus::Broken => "its ledger is broken",
        SealStatus::Unreadable => "its ledger could not be read",
        SealStatus::Unknown => "its seal is of another version",
    };
    format!("{status}{}", if as_written == Some(false) { ", not run as written" } else { "" })
}

fn told(networks: Networks) -> String {
    let Networks { of, seeds, bytes } = networks;
    match seeds {
        0 => "its networks are gone".to_string(),
        _ if seeds == of => format!("networks of {}", size(bytes)),
        _ => format!("{seeds} of {of} trained seeds are there, {}", size(bytes)),
    }
}

/// For programs: an array of objects, in JSON on one line.
///
/// # Errors
/// If they cannot be written as JSON, which text and whole numbers always can.
pub fn json(list: &List) -> Result<String, serde_json::Error> {
    serde_json::to_string(&list.runs).map(|json| json + "\n")
}

/// Seconds since 1970 as a date and time of day (UTC).
fn time(seconds: u64) -> String {
    let Civil { year, month, day, hour, minute, .. } = civil(seconds);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::{Networks, human, json, list, sealed, time, told};
    use crate::outcome::fixture;
    use crate::outcome::seal::SealStatus;
    use crate::report::terminal::Style;
    use crate::store::Store;
    use crate::store::study::StoredStudy;
    use crate::store::training::{StoredSnapshot, StoredTraining};
    use serde_json::{Value, json as value};

    #[test]
    fn dates() {
        assert_eq!(time(0), "1970-01-01 00:00 UTC");
        assert_eq!(time(951_782_400), "2000-02-29 00:00 UTC");
        assert_eq!(time(1_735_689_599), "2024-12-31 23:59 UTC");
    }

    #[test]
    fn seals_and_networks_in_words() {
        assert_eq!(sealed(SealStatus::Changed, Some(true)), "changed since it was sealed");
        assert_eq!(sealed(SealStatus::After, Some(false)), "sealed after training, not run as written");
        let networks = |seeds| told(Networks { of: 3, seeds, bytes: 1500 });
        assert_eq!(networks(3), "networks of 2 kB");
        assert_eq!(networks(2), "2 of 3 trained seeds are there, 2 kB");
        assert_eq!(networks(0), "its networks are gone");
    }

    #[test]
    fn lists_what_the_store_holds() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let none = list(&folder.path().join("none")).err().expect("no store where one is named");
        assert!(none.to_string().contains("there is no store in ") && none.to_string().contains("none"), "{none}");
        let store = Store::open(folder.path()).expect("opens");
        let empty = list(folder.path()).expect("readable");
        assert_eq!(json(&empty).expect("valid"), "[]\n");
        assert!(human(&empty, Style::default()).starts_with("No runs yet in "));
        let outcome = fixture::outcome();
        let study = StoredStudy {
            text: String::new(),
            keys: Some(vec!["key".to_string()]),
            path: Some("/a.shard".to_string()),
        };
        store.put_run(&outcome, &study).expect("stored");
        let snapshot = StoredSnapshot { step: 0, mean_return: None, network: vec![0; 500] };
        let training = StoredTraining { snapshots: vec![snapshot] };
        outcome.seeds.iter().for_each(|&seed| store.put_networks("key", seed, &training).expect("stored"));
        let runs = list(folder.path()).expect("readable");
        for width in [60, 80, 100] {
            let text = human(&runs, Style { width, colour: false });
            let flowing = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for words in ["8 seeds of 507,904 steps", "sealed before the run", "networks of 4 kB", "1 run in "] {
                assert!(flowing.contains(words), "no `{words}` in {text}");
            }
            let longest = text.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(width), "{text}");
            assert!(text.starts_with("3f9a1c20b7d4  corner_cheese · 8 seeds"), "{text}");
            assert!(text.contains("\n              Better than knowing nothing"), "{text}");
        }
        let parsed: Value = serde_json::from_str(&json(&runs).expect("valid")).expect("valid");
        assert_eq!(parsed[0]["id"], outcome.ids.run.as_str());
        assert_eq!(parsed[0]["networks"], value!({"of": 8, "seeds": 8, "bytes": 4000}));
        assert_eq!((&parsed[0]["seal"], &parsed[0]["path"]), (&"sealed before the run".into(), &"/a.shard".into()));
        assert_eq!(parsed[0]["steps"], outcome.results.training.steps);
    }
}
