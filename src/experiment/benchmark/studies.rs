//! The studies that predictors are measured on. They are part of the program, so that everyone measures on the same.

use crate::experiment::Source;
use crate::language::canonical::canonical_hash;
use crate::language::diagnostic::Diagnostic;
use crate::language::read;
use crate::outcome::benchmark::{Half, View};
use crate::study::Study;
use crate::world::spec;

/// A prediction file with one study.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// The name of the file, without its folder.
    pub name: &'static str,
    pub half: Half,
    pub text: &'static str,
}

macro_rules! embedded {
    ($half:expr, $folder:literal, $name:literal) => {
        File {
            name: $name,
            half: $half,
            text: include_str!(concat!("../../../benches/predictors/", $folder, "/", $name)),
        }
    };
}

/// All of them, those to tune on first.
pub const FILES: &[File] = &[
    embedded!(Half::Tuning, "tuning", "bonfire.shard"),
    embedded!(Half::Tuning, "tuning", "errand.shard"),
    embedded!(Half::Tuning, "tuning", "hamster.shard"),
    embedded!(Half::Tuning, "tuning", "ice_rink.shard"),
    embedded!(Half::Tuning, "tuning", "jewels.shard"),
    embedded!(Half::Tuning, "tuning", "lantern.shard"),
    embedded!(Half::Tuning, "tuning", "locker.shard"),
    embedded!(Half::Tuning, "tuning", "moth.shard"),
    embedded!(Half::Tuning, "tuning", "pantry.shard"),
    embedded!(Half::Tuning, "tuning", "pond.shard"),
    embedded!(Half::Tuning, "tuning", "windfall.shard"),
    embedded!(Half::HeldOut, "held_out", "bakery.shard"),
    embedded!(Half::HeldOut, "held_out", "beacon.shard"),
    embedded!(Half::HeldOut, "held_out", "butterfly.shard"),
    embedded!(Half::HeldOut, "held_out", "harbour.shard"),
    embedded!(Half::HeldOut, "held_out", "henhouse.shard"),
    embedded!(Half::HeldOut, "held_out", "homeward.shard"),
    embedded!(Half::HeldOut, "held_out", "milk_round.shard"),
    embedded!(Half::HeldOut, "held_out", "shepherd.shard"),
    embedded!(Half::HeldOut, "held_out", "turnstile.shard"),
    embedded!(Half::HeldOut, "held_out", "umbrella.shard"),
    embedded!(Half::HeldOut, "held_out", "vault.shard"),
];

/// A study to measure predictors on.
#[derive(Clone, Debug)]
pub struct Benched {
    pub half: Half,
    pub study: Study,
    pub source: Source,
}

impl Benched {
    pub fn view(&self) -> View {
        match self.study.world.view {
            spec::View::All => View::Pixel,
            spec::View::Window(_) | spec::View::Offsets => View::Relative,
        }
    }
}

/// The studies of all files.
///
/// # Errors
/// If a file is in error, which the tests rule out.
pub fn studies() -> Result<Vec<Benched>, (File, Vec<Diagnostic>)> {
    let mut all = Vec::new();
    for file in FILES {
        let checked = read(file.text).map_err(|findings| (*file, findings))?;
        all.extend(checked.studies.into_iter().map(|study| Benched {
            half: file.half,
            source: Source { file: file.name.to_string(), prediction: canonical_hash(&study), sealing: None },
            study,
        }));
    }
    Ok(all)
}
