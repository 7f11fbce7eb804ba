//! A study that takes a fraction of a second, and what its runs leave.

use crate::desk::Desk;
use rusqlite::{Connection, params};
use serde_json::Value;
use shardbed::digest::digest;
use shardbed::store::FILE;
use std::collections::BTreeMap;

/// Nothing is rewarded, so that no other study is told of it, whatever else the store holds.
pub const STUDY: &str = "\
edition 1

world room {
  layout room 3x3
  view offsets
  horizon 5
  object cheese { at anywhere; ends }
}

study cheese {
  on room
  agent mlp(4)
  train ppo { steps 1k; seeds 3; environments 8; rollout 16; epochs 1 }

  heuristic to_cheese { if cheese visible then move toward cheese }

  phase sour after train { object cheese { reward -1 }; train { steps 256 } }

  predict share(to_cheese) = 20% to 60%
}
";

/// Key, seed and snapshot of every network in a store, with the network.
pub type Rows = BTreeMap<(String, i64, i64), Vec<u8>>;

impl Desk {
    pub fn new() -> Desk {
        let desk = Desk::empty();
        desk.write("study.shard", STUDY);
        desk.write("other.shard", STUDY.replace("study cheese", "study another").replace("3x3", "4x3"));
        desk
    }

    /// The outcome of the only study of a run.
    #[track_caller]
    pub fn outcome(&self, arguments: &[&str]) -> Value {
        let said = self.says(arguments);
        assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
        serde_json::from_str(&said.out).expect("one outcome")
    }

    pub fn database(&self, store: &str) -> Connection {
        Connection::open(self.path(store).join(FILE)).expect("opens")
    }

    /// The networks in a store, whenever they were trained; none where it is not made yet.
    pub fn rows(&self, store: &str) -> Rows {
        let read = || -> rusqlite::Result<Rows> {
            let connection = self.database(store);
            let mut statement = connection.prepare("SELECT key, seed, snapshot, network FROM networks")?;
            statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?)))?.collect()
        };
        if self.path(store).join(FILE).exists() { read().unwrap_or_default() } else { Rows::new() }
    }
}

/// What a run of the study in a store is asked for.
pub fn run<'a>(store: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let own = ["run", "study.shard", "--predictor", "uniform", "--format", "json", "--quiet", "--store", store];
    [&own, more].concat()
}

/// Whether the networks of some training all came from the store: its speed is then unknown.
pub fn reused(outcome: &Value, training: usize) -> bool {
    let training = training.checked_sub(1).map_or(&outcome["training"], |phase| &outcome["phases"][phase]["training"]);
    training["steps_per_second"].is_null()
}

/// An outcome without its speeds, all that may differ.
pub fn bits(mut outcome: Value) -> String {
    outcome["training"]["steps_per_second"] = Value::Null;
    for phase in outcome["phases"].as_array_mut().expect("phases") {
        phase["training"]["steps_per_second"] = Value::Null;
    }
    outcome.to_string()
}

/// Gives everything in a store the checksum of what is now in its row, as a stranger can.
pub fn sign(database: &Connection) {
    let mut statement = database
        .prepare("SELECT rowid, key, seed, snapshot, snapshots, step, mean_return, network, trained FROM networks")
        .expect("a table");
    let mut rows = statement.query([]).expect("rows");
    while let Some(row) = rows.next().expect("a row") {
        let numbers: [i64; 4] = [2, 3, 4, 5].map(|column| row.get(column).expect("a number"));
        let [seed, index, total, step] = numbers.map(i64::to_le_bytes);
        let (id, key, network): (i64, String, Vec<u8>) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(7).unwrap());
        let mean_return: Option<f64> = row.get(6).expect("a number");
        let bits = mean_return.map_or(Vec::new(), |value| value.to_bits().to_le_bytes().to_vec());
        let trained: Option<i64> = row.get(8).expect("a time");
        let trained = trained.map(i64::to_le_bytes);
        let mut parts: Vec<&[u8]> = vec![key.as_bytes(), &seed, &index, &total, &step, &bits, &network];
        parts.extend(trained.as_ref().map(<[u8; 8]>::as_slice));
        let sha256 = digest(&parts);
        database.execute("UPDATE networks SET sha256 = ?1 WHERE rowid = ?2", params![sha256, id]).expect("signed");
    }
    let mut statement = database.prepare("SELECT id, CAST(outcome AS BLOB) FROM runs").expect("a table");
    let mut rows = statement.query([]).expect("rows");
    while let Some(row) = rows.next().expect("a row") {
        let (id, outcome): (String, Vec<u8>) = (row.get(0).expect("an id"), row.get(1).expect("an outcome"));
        let sha256 = digest(&[id.as_bytes(), &outcome]);
        database.execute("UPDATE runs SET sha256 = ?1 WHERE id = ?2", params![sha256, id]).expect("signed");
    }
    let mut statement = database.prepare("SELECT run, text, keys, path FROM studies").expect("a table");
    let mut rows = statement.query([]).expect("rows");
    while let Some(row) = rows.next().expect("a row") {
        let [run, text]: [String; 2] = [0, 1].map(|column| row.get(column).expect("text"));
        let [keys, path]: [Option<String>; 2] = [2, 3].map(|column| row.get(column).expect("text"));
        let mut parts = vec![run.as_bytes(), text.as_bytes()];
        if keys.is_some() || path.is_some() {
            parts.extend([&keys, &path].map(|part| part.as_deref().unwrap_or_default().as_bytes()));
        }
        let sha256 = digest(&parts);
        database.execute("UPDATE studies SET sha256 = ?1 WHERE run = ?2", params![sha256, run]).expect("signed");
    }
}
