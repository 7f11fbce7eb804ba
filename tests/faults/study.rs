//! A study that takes a fraction of a second, and what its runs leave.

use crate::desk::Desk;
use rusqlite::Connection;
use serde_json::Value;
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
