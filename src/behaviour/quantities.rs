//! Which behaviours are measured in each world: what every report shows, and what forecasts and claims ask for.

use crate::heuristic::rule::{Condition, Recommendation, Target};
use crate::study::Study;
use crate::study::forecast::{Behaviour, Goal, Quantity};
use crate::world::spec::{Place, World};

/// What is measured in one world after one training: return, length, how often each object is reached and how much time
/// is spent at each place that a rule names, then what forecasts and claims ask for there.
pub fn behaviours(study: &Study, world: &World, training: usize, scenario: Option<usize>) -> Vec<Behaviour> {
    let mut behaviours = vec![Behaviour::Return, Behaviour::Length];
    let mut add = |behaviour: Behaviour| {
        if !behaviours.contains(&behaviour) {
            behaviours.push(behaviour);
        }
    };
    for object in world.objects.iter().filter(|object| object.count > 0) {
        add(Behaviour::Reach { goal: Goal::Object(object.name.clone()), before: None, within: None });
    }
    places(study).into_iter().for_each(|place| add(Behaviour::TimeAt(place)));
    for number in study.numbers_asked() {
        if let Quantity::Behaviour(behaviour) = &number.quantity
            && (number.after, number.scenario) == (training, scenario)
        {
            add(behaviour.clone());
        }
    }
    behaviours
}

/// The places that the rules of a study name.
fn places(study: &Study) -> Vec<Place> {
    let mut places = Vec::new();
    for heuristic in &study.heuristics {
        condition_places(&heuristic.condition, &mut places);
        match &heuristic.recommendation {
            Recommendation::Toward { target, .. } | Recommendation::AwayFrom(target) => {
                target_place(target, &mut places)
            }
            Recommendation::Side(_) | Recommendation::Free | Recommendation::Stay => {}
        }
    }
    places
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
