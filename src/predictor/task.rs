//! What a predictor is given: a study made ready, without its author's forecasts and claims.

use crate::behaviour::arena::{Arena, compiled, worlds};
use crate::heuristic::evaluate::Rule;
use crate::parallel::processors;
use crate::predictor::PredictorError;
use crate::predictor::absence::Absence;
use crate::predictor::change::{Change, changed_study};
use crate::predictor::earlier::Earlier;
use crate::predictor::measured_bias::{Learning, PART, learning};
use crate::seed::Seed;
use crate::selection::bank::Bank;
use crate::study::Study;
use crate::training::supervised::Looks;
use crate::world::action::Side;
use crate::world::image::Image;
use crate::world::level::LevelError;
use crate::world::sight::Sight;
use crate::world::spec::{Place, World};
use crate::world::state::State;
use std::sync::{Arc, OnceLock};

/// A study to be forecast.
pub struct Task {
    /// Without forecasts and claims. How many seeds it asks for is nothing that a forecast depends on.
    pub study: Study,
    pub sight: Sight,
    /// Its heuristics, compiled.
    pub rules: Vec<Rule>,
    /// For each training, the worlds that are asked about, that of the training first; the behaviours of an arena are
    /// those to be forecast there.
    pub arenas: Vec<Vec<Arena>>,
    /// From which predictors draw. It is neither a seed of training nor that of the measurement.
    pub seed: Seed,
    /// What was measured in other studies, in an order that depends on what they hold alone.
    pub earlier: Vec<Earlier>,
    /// On how many threads a predictor may work, at least 1: all processors, unless told otherwise. No number changes a
    /// forecast.
    pub threads: usize,
    bank: OnceLock<Bank>,
    /// The task that this is the image of.
    original: Option<(Arc<Task>, Image)>,
    learning: OnceLock<Learning>,
    absence: OnceLock<Absence>,
}

impl Task {
    /// The task that a study sets. `earlier` holds nothing of the study itself.
    ///
    /// # Errors
    /// If one of its worlds has no level.
    pub fn new(study: &Study, earlier: Vec<Earlier>) -> Result<Task, LevelError> {
        let (sight, arenas, rules) = compiled(study);
        let seed = Seed(0).child("prediction", &[]);
        for arena in arenas.iter().flatten() {
            State::draw(&arena.engine, &mut seed.stream("trial level", &arena.indices(&[])))?;
        }
        let study = Study { forecasts: Vec::new(), claims: Vec::new(), ..study.clone() };
        Ok(Task {
            study,
            sight,
            rules,
            arenas,
            seed,
            earlier,
            threads: processors(),
            bank: OnceLock::new(),
            learning: OnceLock::new(),
            absence: OnceLock::new(),
            original: None,
        })
    }

    /// The image of a task: its study turned over, its levels and its bank the images of those of the other. A predictor
    /// that draws all its levels from the engines of the task, and its actions
    /// [by way of these](crate::behaviour::policy::draw_in), then meets images of all that it met there. Nothing where the
    /// worlds of the study differ in size, as a place of a rule is then not the same place everywhere.
    pub fn image(original: &Arc<Task>, image: Image) -> Option<Task> {
        let size = original.study.world.layout.size();
        if worlds(&original.study).any(|world| world.layout.size() != size) {
            return None;
        }
        let study = changed_study(&original.study, &Turned { image, size });
        let (sight, _, rules) = compiled(&study);
        // Those of the original, of which forecasts that are gone may have asked for some.
        let turned = |own: &Arena| own.image(image, &sight);
        let arenas = original.arenas.iter().map(|arenas| arenas.iter().map(turned).collect()).collect();
        Some(Task {
            study,
            sight,
            rules,
            arenas,
            seed: original.seed,
            earlier: original.earlier.clone(),
            threads: original.threads,
            bank: OnceLock::new(),
            learning: OnceLock::new(),
            absence: OnceLock::new(),
            original: Some((Arc::clone(original), image)),
        })
    }

    /// The probe bank on which the strengths of networks are measured.
    ///
    /// # Errors
    /// If one of the worlds has no level.
    pub fn bank(&self) -> Result<&Bank, PredictorError> {
        kept(&self.bank, || match &self.original {
            Some((original, image)) => Ok(original.bank()?.image(*image, &self.sight, &self.rules)),
            None => Bank::of_study(&self.study, &self.sight, &self.rules)
                .map_err(|error| PredictorError::Level(error.source)),
        })
    }

    /// How fresh networks learn the rules, until half of each is explained: what [measured
    /// bias](crate::predictor::measured_bias) is read from.
    ///
    /// # Errors
    /// If one of the worlds has no level, or a network cannot be trained.
    pub fn learning(&self) -> Result<&Learning, PredictorError> {
        kept(&self.learning, || learning(self, Looks::Until(PART)))
    }

    /// What the rules recommend on the bank where looks are absent.
    ///
    /// # Errors
    /// If one of the worlds has no level.
    pub fn absence(&self) -> Result<&Absence, PredictorError> {
        kept(&self.absence, || Ok(Absence::of(self.bank()?, &self.rules)))
    }

    /// The world of a training.
    pub fn own_arena(&self, training: usize) -> &Arena {
        &self.arenas[training][0]
    }
}

/// What a cell holds, made now if it is empty. Two threads may both make it; the first is kept, and both are the same.
fn kept<T>(cell: &OnceLock<T>, make: impl FnOnce() -> Result<T, PredictorError>) -> Result<&T, PredictorError> {
    if let Some(known) = cell.get() {
        return Ok(known);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}

/// Turns over what a study says.
struct Turned {
    image: Image,
    size: (u32, u32),
}

impl Change for Turned {
    fn world(&self, world: &World) -> World {
        self.image.world(world)
    }

    fn side(&self, side: Side) -> Side {
        self.image.side(side)
    }

    fn place(&self, place: Place) -> Place {
        self.image.place(place, self.size)
    }
}
