//! Which heuristics are selected under every reward function of a study.
//!
//! A reward function is the step reward and what every object pays where. Of several trainings under one, the last in
//! the order of training counts, since it has been trained most; one in which the agent did not learn says nothing of
//! what its reward selects.

use crate::experiment::MeasuredTraining;
use crate::experiment::setup::Setup;
use crate::outcome::convergence::{Convergence, ConvergentHeuristic};
use crate::world::spec::{Reward, World};

/// The summary; nothing where the study has one reward function. No heuristic is judged where fewer than two were learned.
pub fn convergence(setup: &Setup, trainings: &[MeasuredTraining], learned: &[bool]) -> Option<Convergence> {
    let study = setup.study;
    let rewards: Vec<_> = study.trainings().iter().map(|training| reward(training.world)).collect();
    let (counted, not_learned) = counted(&study.training_order(), &rewards, learned);
    if counted.len() + not_learned.len() < 2 {
        return None;
    }
    let names = |trainings: &[usize]| trainings.iter().map(|&t| study.training(t).name.to_string()).collect();
    let seeds = trainings.first()?.networks.len();
    let heuristic = |(h, heuristic): (usize, &crate::heuristic::rule::Heuristic)| {
        let selected = |training: usize, seed: usize| trainings[training].networks[seed].selected[h];
        let in_all = (0..seeds).filter(|&seed| counted.iter().all(|&training| selected(training, seed))).count();
        ConvergentHeuristic {
            name: heuristic.name.clone(),
            selected: counted.iter().map(|&t| (0..seeds).filter(|&seed| selected(t, seed)).count()).collect(),
            in_all,
            convergent: 2 * in_all > seeds,
        }
    };
    Some(Convergence {
        trainings: names(&counted),
        not_learned: names(&not_learned),
        heuristics: match counted.len() {
            0 | 1 => Vec::new(),
            _ => study.heuristics.iter().enumerate().map(heuristic).collect(),
        },
    })
}

/// What a world pays: at every step, and for every object that pays anything, by its name.
fn reward(world: &World) -> (f64, Vec<(&str, &[Reward])>) {
    let paid = world.objects.iter().filter(|object| object.count > 0 && object.rewards.iter().any(|r| r.amount != 0.0));
    let mut paid: Vec<(&str, &[Reward])> =
        paid.map(|object| (object.name.as_str(), object.rewards.as_slice())).collect();
    paid.sort_by_key(|(name, _)| *name);
    (world.step_reward, paid)
}

/// The trainings that count, one for each reward that was learned, and one for each of the others; both ascending.
fn counted<R: PartialEq>(order: &[usize], rewards: &[R], learned: &[bool]) -> (Vec<usize>, Vec<usize>) {
    let of = |wanted: bool| {
        let mut last: Vec<usize> = Vec::new();
        for &training in order.iter().rev().filter(|&&training| learned[training] == wanted) {
            if last.iter().all(|&other| rewards[other] != rewards[training]) {
                last.push(training);
            }
        }
        last.sort_unstable();
        last
    };
    let (counted, mut others) = (of(true), of(false));
    others.retain(|&training| counted.iter().all(|&other| rewards[other] != rewards[training]));
    (counted, others)
}

#[cfg(test)]
mod tests {
    use super::{counted, reward};
    use crate::world::drawn::{object, world};
    use crate::world::spec::Touch;

    #[test]
    fn the_last_training_under_each_reward_counts() {
        // Training 3 goes on from 1; 2 and 4 reward alike and 4 did not learn; nobody learned under "e".
        let rewards = ["a", "b", "c", "b", "c", "e"];
        let learned = [true, true, true, true, false, false];
        assert_eq!(counted(&[0, 1, 2, 4, 5, 3], &rewards, &learned), (vec![0, 2, 3], vec![5]));
        assert_eq!(counted(&[0], &["a"], &[false]), (vec![], vec![0]));
    }

    #[test]
    fn a_reward_is_what_is_paid_in_any_order() {
        let [cheese, nut] = [("cheese", 1.0), ("nut", 0.0)].map(|(name, paid)| object(name, Touch::Vanishes, paid));
        let both = world("@cn", &[nut.clone(), cheese.clone()]);
        assert_eq!(reward(&both), reward(&world("n.@c.", &[cheese.clone(), nut])));
        let mut dear = both.clone();
        dear.step_reward = -0.1;
        assert_ne!(reward(&both), reward(&dear));
        let twice = object("cheese", Touch::Vanishes, 2.0);
        assert_ne!(reward(&world("@c.", &[cheese])), reward(&world("@c.", &[twice])));
    }
}
