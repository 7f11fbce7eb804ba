//! Which behaviours are measured in each world: what every report shows, and what forecasts ask for.

use crate::experiment::setup::Setup;
use crate::heuristic::rule::{Condition, Recommendation, Target};
use crate::study::forecast::{Behaviour, Event, Goal, Number, Operand, Statement};
use crate::world::spec::Place;

/// The behaviours measured in one world, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantities {
    pub behaviours: Vec<Behaviour>,
}

/// For each world of a study: return, length, how often each object is reached and how much time is spent at each
/// place that a rule names, then what forecasts ask for.
pub fn quantities(setup: &Setup) -> Vec<Quantities> {
    let mut places = Vec::new();
    for heuristic in &setup.study.heuristics {
        condition_places(&heuristic.condition, &mut places);
        match &heuristic.recommendation {
            Recommendation::Toward { target, .. } | Recommendation::AwayFrom(target) => {
                target_place(target, &mut places)
            }
            Recommendation::Side(_) | Recommendation::Free | Recommendation::Stay => {}
        }
    }
    let mut all: Vec<Quantities> = setup
        .arenas
        .iter()
        .map(|arena| {
            let mut quantities = Quantities { behaviours: vec![Behaviour::Return, Behaviour::Length] };
            for object in arena.engine.world().objects.iter().filter(|object| object.count > 0) {
                let goal = Goal::Object(object.name.clone());
                quantities.add(&Behaviour::Reach { goal, before: None, within: None });
            }
            places.iter().for_each(|place| quantities.add(&Behaviour::TimeAt(*place)));
            quantities
        })
        .collect();
    for forecast in &setup.study.forecasts {
        for number in numbers(&forecast.statement) {
            if let Number::Behaviour { behaviour, scenario } = number
                && let Some(quantities) = all.get_mut(arena_index(*scenario))
            {
                quantities.add(behaviour);
            }
        }
    }
    all
}

/// The place of a scenario among the worlds of a study; the training world is the first.
pub fn arena_index(scenario: Option<usize>) -> usize {
    scenario.map_or(0, |index| index + 1)
}

/// The numbers that a forecast is about.
fn numbers(statement: &Statement) -> Vec<&Number> {
    match statement {
        Statement::Number { number, .. } => vec![number],
        Statement::Event { event: Event::Comparison { left, right, .. }, .. } => match right {
            Operand::Number(right) => vec![left, right],
            Operand::Constant(_) => vec![left],
        },
        Statement::Event { event: Event::Selected(_), .. } | Statement::Weights { .. } => Vec::new(),
    }
}

impl Quantities {
    fn add(&mut self, behaviour: &Behaviour) {
        if !self.behaviours.contains(behaviour) {
            self.behaviours.push(behaviour.clone());
        }
    }
}

fn condition_places(condition: &Condition, places: &mut Vec<Place>) {
    match condition {
        Condition::Visible(target)
        | Condition::Within(target, _)
        | Condition::Side { target, .. }
        | Condition::Distance(target, ..)
        | Condition::Count(target, ..) => target_place(target, places),
        Condition::At(place) => add_place(place, places),
        Condition::Not(inner) => condition_places(inner, places),
        Condition::And(left, right) | Condition::Or(left, right) => {
            condition_places(left, places);
            condition_places(right, places);
        }
        Condition::Always | Condition::Wall(_) | Condition::Holding(_) => {}
    }
}

fn target_place(target: &Target, places: &mut Vec<Place>) {
    if let Target::Place(place) = target {
        add_place(place, places);
    }
}

fn add_place(place: &Place, places: &mut Vec<Place>) {
    if *place != Place::Anywhere && !places.contains(place) {
        places.push(*place);
    }
}
