//! What stays of a study when it is copied under other names and trained with other settings, so that a copy is known as one.
//!
//! The form of a training is its world without
//! - what anything is called, what is said about it, and in which order it stands;
//! - what is gained, how long an episode lasts and how often actions slip.
//!
//! Neither the rules of a study nor its settings are part of it: networks do not depend on the former, so that a study with
//! one rule more would be told of its own networks, and a little more training makes nearly the same ones. What is left, the
//! layout, the view, which objects lie where and what touching them does, is compared exactly. Objects are told apart by what
//! they are and by what is said of the others they refer to (colour refinement, as in tests of whether two graphs are the
//! same), so that two forms can be equal by mistake only where objects play the same part.

use crate::experiment::ids::hash;
use crate::predictor::change::{Change, changed_world};
use crate::study::Study;
use crate::world::spec::{Object, World};
use std::collections::{BTreeMap, BTreeSet};

/// The forms of all trainings of a study, each a hash.
///
/// # Errors
/// If a number in it is not finite.
pub fn forms(study: &Study) -> Result<BTreeSet<String>, serde_json::Error> {
    study.trainings().into_iter().map(|training| form(training.world)).collect()
}

fn form(world: &World) -> Result<String, serde_json::Error> {
    let bare = |object: &Object| Object { rewards: Vec::new(), ..object.clone() };
    let world = World {
        horizon: 0,
        step_reward: 0.0,
        slip: 0.0,
        objects: world.objects.iter().map(bare).collect(),
        ..world.clone()
    };
    let mut names = Names::default();
    // What is said of one object reaches another through at most all of them.
    for _ in 0..=world.objects.len() {
        names = names.refined(&world)?;
    }
    let mut changed = changed_world(&world, &names);
    changed.objects.clear();
    let mut objects: Vec<&String> = names.objects.values().collect();
    objects.sort();
    hash(&(changed, objects))
}

/// What stands in place of names: hashes of what they name; nothing for what the world does not have.
#[derive(Default)]
struct Names {
    objects: BTreeMap<String, String>,
    looks: BTreeMap<String, String>,
}

impl Names {
    /// With one step more of what objects refer to.
    fn refined(&self, world: &World) -> Result<Names, serde_json::Error> {
        let mut refined = Names::default();
        for (own, mut changed) in world.objects.iter().zip(changed_world(world, self).objects) {
            changed.looks.sort();
            refined.objects.insert(own.name.clone(), hash(&changed)?);
        }
        let mut shown: BTreeMap<&String, Vec<&String>> = BTreeMap::new();
        for object in &world.objects {
            object
                .looks
                .iter()
                .for_each(|look| shown.entry(look).or_default().extend(refined.objects.get(&object.name)));
        }
        let mut looks = BTreeMap::new();
        for (look, mut objects) in shown {
            objects.sort();
            looks.insert(look.clone(), hash(&objects)?);
        }
        refined.looks = looks;
        Ok(refined)
    }
}

impl Change for Names {
    fn look(&self, name: &str) -> String {
        self.looks.get(name).cloned().unwrap_or_default()
    }

    fn object(&self, name: &str) -> String {
        self.objects.get(name).cloned().unwrap_or_default()
    }

    fn name(&self, _name: &str) -> String {
        String::new()
    }

    fn doc(&self, _doc: &str) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::forms;
    use crate::language::read;
    use std::collections::BTreeSet;

    const STUDY: &str = r#"
        edition 1
        world mill_yard {
          layout room 5x5
          view offsets
          carry 1
          object grain { carried; respawns }
          object mill { needs grain; carried; respawns }
          object stall { needs mill; reward +1 }
        }
        study bakery {
          on mill_yard
          agent mlp(4)
          train ppo { steps 1k; seeds 2 }
          heuristic to_grain { if not holding grain then move toward grain; bias 2 }
          heuristic to_mill { if holding grain then move toward mill }
          heuristic to_stall { if holding mill then move toward stall }
          phase slow after train { object stall { at corner(north, west) } }
        }
    "#;

    fn of(text: &str) -> BTreeSet<String> {
        let checked = read(text).unwrap_or_else(|findings| panic!("{findings:?}\n{text}"));
        forms(&checked.studies[0]).unwrap()
    }

    /// With one piece of the text replaced.
    fn with(old: &str, new: &str) -> BTreeSet<String> {
        assert!(STUDY.contains(old), "{old}");
        of(&STUDY.replace(old, new))
    }

    #[test]
    fn names_order_rewards_and_settings_are_no_part_of_it() {
        let own = of(STUDY);
        assert_eq!(own.len(), 2);
        for (old, new) in [
            ("grain", "clay"),
            ("stall", "kiln"),
            ("to_mill", "on_the_way"),
            ("bakery", "pottery"),
            ("mill_yard", "yard"),
            ("bias 2", "bias 0.5"),
            ("reward +1", "reward +3"),
            ("carry 1", "carry 1\n horizon 300\n slip 5%\n step reward -0.01"),
            ("mlp(4)", "mlp(8, 8)"),
            ("steps 1k; seeds 2", "steps 3M; seeds 3; entropy 0.1"),
            ("object mill { needs grain; carried; respawns }", ""),
        ] {
            if new.is_empty() {
                let later = format!("object stall {{ needs mill; reward +1 }}\n{old}");
                assert_eq!(of(&STUDY.replace(old, "").replace("object stall { needs mill; reward +1 }", &later)), own);
            } else {
                assert_eq!(with(old, new), own, "{new}");
            }
        }
        let rule = "heuristic to_mill { if holding grain then move toward mill }";
        let last = format!("{rule}\n phase slow");
        assert_eq!(of(&STUDY.replace(rule, "").replace("phase slow", &last)), own);
    }

    #[test]
    fn another_world_is_another_form() {
        let own = of(STUDY);
        for (old, new) in [
            ("room 5x5", "room 5x6"),
            ("view offsets", "view all"),
            ("needs mill; reward", "needs grain; reward"),
            ("object grain { carried; respawns }", "object grain { count 2; carried; respawns }"),
        ] {
            assert!(with(old, new).is_disjoint(&own), "{new}");
        }
        // A phase in another world leaves the first training what it is.
        assert_eq!(with("at corner(north, west)", "at edge(west)").intersection(&own).count(), 1);
    }
}
