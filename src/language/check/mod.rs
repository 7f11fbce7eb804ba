//! Syntax tree to studies: names are looked up, numbers checked, worlds, scenarios and phases laid over one another.

mod claims;
mod forecasts;
mod heuristics;
mod limits;
mod names;
mod numbers;
mod objects;
mod phases;
mod placement;
mod quantities;
mod relations;
mod shares;
mod solvers;
mod studies;
mod subjects;
mod training;
mod transitions;
mod uses;
mod windows;
mod worlds;

use crate::language::check::limits::MAX_STUDIES;
use crate::language::check::studies::Worlds;
use crate::language::check::worlds::Draft;
use crate::language::codes::{DUPLICATE, TOO_MANY};
use crate::language::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::language::library::Library;
use crate::language::span::Span;
use crate::language::token::shorten;
use crate::language::tree::{File, Name};
use crate::study::Study;
use std::collections::BTreeMap;

/// The findings so far. Errors and warnings are counted apart, so that a file with many warnings keeps its errors.
#[derive(Default)]
struct Findings {
    list: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    /// The unknown names of the study at hand, by what they would be names of.
    unknown: BTreeMap<(&'static str, String), Unknown>,
}

/// A name that the study does not have: it is reported once, however often it stands there.
struct Unknown {
    /// Of its finding, which says this where it is alone.
    index: usize,
    message: String,
    /// In how many more places it stands.
    more: usize,
}

impl Findings {
    /// Whether no more errors are collected.
    fn is_full(&self) -> bool {
        self.errors >= MAX_FINDINGS
    }

    /// Collects the error that `finding` makes; it is not asked where no more are collected, since to find the nearest
    /// known name takes time.
    fn push_with(&mut self, finding: impl FnOnce() -> Diagnostic) {
        if !self.is_full() {
            self.push(finding());
        }
    }

    /// Collects the error that `finding` makes of a name that the study does not have, once for each name: where it
    /// stands again, that is added to the error. `what` it would be a name of.
    fn push_unknown(&mut self, what: &'static str, name: &Name, finding: impl FnOnce() -> Diagnostic) {
        if let Some(unknown) = self.unknown.get_mut(&(what, name.value.clone())) {
            unknown.more += 1;
            let places = if unknown.more == 1 { "place" } else { "places" };
            if let Some(first) = self.list.get_mut(unknown.index) {
                first.message = format!("{}, here and in {} more {places}", unknown.message, unknown.more);
            }
            return;
        }
        let index = self.list.len();
        self.push_with(finding);
        if let Some(pushed) = self.list.get(index) {
            let unknown = Unknown { index, message: pushed.message.clone(), more: 0 };
            self.unknown.insert((what, name.value.clone()), unknown);
        }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        let count = if diagnostic.is_error() { &mut self.errors } else { &mut self.warnings };
        if *count >= MAX_FINDINGS {
            return;
        }
        // A scenario repeats what is wrong with its world.
        let same = |known: &Diagnostic| known.span == diagnostic.span && known.message == diagnostic.message;
        if !self.list.iter().any(same) {
            *count += 1;
            self.list.push(diagnostic);
        }
    }
}

/// The worlds of a file, checked, each with the place of its name.
fn worlds<'a>(file: &'a File, findings: &mut Findings) -> BTreeMap<&'a str, (Draft, Span)> {
    let mut known: BTreeMap<&str, (Draft, Span)> = BTreeMap::new();
    for world in &file.worlds {
        let draft = worlds::world(world, findings);
        match known.get(world.name.value.as_str()) {
            Some((_, first)) => findings.push(names::duplicate("world", &world.name, *first)),
            None => {
                known.insert(&world.name.value, (draft, world.name.span));
            }
        }
    }
    known
}

/// Every study that is in order, and what is to be said about the file. Where a finding is an error, the studies
/// are not to be used.
pub fn check(file: &File, library: &dyn Library) -> (Vec<Study>, Vec<Diagnostic>) {
    let mut findings = Findings::default();
    let imported = uses::imported(file, library, &mut findings);
    let more = file.broken_use || !findings.list.is_empty();
    let mut worlds = Worlds { known: worlds(file, &mut findings), more, uses: !file.uses.is_empty() };
    for world in &imported {
        match worlds.known.get(world.name.as_str()) {
            Some((_, own)) => {
                let message = format!("a second world `{}`: `{}` has one", world.name, shorten(&world.file));
                let finding = Diagnostic::new(&DUPLICATE, *own, message).also(world.span, "the other comes from here");
                findings.push(finding.help("give one of them another name"));
            }
            None => {
                worlds.known.insert(&world.name, (world.draft.clone(), world.span));
            }
        }
    }
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut studies = Vec::new();
    if let Some(study) = file.studies.get(MAX_STUDIES) {
        let message = format!("more than {MAX_STUDIES} studies in a file");
        findings.push(Diagnostic::new(&TOO_MANY, study.name.span, message).help("split it into several files"));
    }
    for study in file.studies.iter().take(MAX_STUDIES) {
        match seen.get(study.name.value.as_str()) {
            Some(first) => findings.push(names::duplicate("study", &study.name, *first)),
            None => {
                seen.insert(&study.name.value, study.name.span);
            }
        }
        studies.extend(studies::study(study, &worlds, &mut findings));
    }
    (studies, findings.list)
}
