//! The meaning of a heuristic: the actions that it recommends in a scene.
//!
//! Conditions on what is absent are false and moves about it recommend nothing; only `count`, which is then 0,
//! is compared all the same. A condition on a distance is false where nothing can be reached.

use crate::heuristic::nearest::Aim;
use crate::heuristic::rule::{Comparison, Condition, Heuristic, Recommendation, Target};
use crate::heuristic::scene::Scene;
use crate::world::action::{Action, ActionSet, Side};
use crate::world::place;
use crate::world::sight::Sight;
use crate::world::spec::Place;
use std::cmp::Ordering;

/// A heuristic compiled against a sight: it serves every world of the study. The order of rules is by what they say.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub struct Rule {
    condition: Test,
    recommendation: Advice,
    cue: u64,
}

/// A [`Condition`] with indices in place of names.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum Test {
    Always,
    Visible(Aim),
    Within(Aim, u32),
    Side {
        aim: Aim,
        side: Side,
        within: Option<u32>,
    },
    At(Place),
    Wall(Side),
    /// By the kind's place in the sight; nothing for a kind that no world lets carry.
    Holding(Option<usize>),
    Distance(Aim, Comparison, f64),
    Count(Aim, Comparison, f64),
    Not(Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}

/// A [`Recommendation`] with indices in place of names.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Advice {
    Toward { aim: Aim, by_direction: bool },
    AwayFrom(Aim),
    Side(Side),
    Free,
    Stay,
}

impl Rule {
    pub fn compile(heuristic: &Heuristic, sight: &Sight) -> Rule {
        let mut cue = 0;
        let mut aim = |target: &Target| {
            let aim = Aim::compile(target, sight);
            if let Aim::Look(look @ 0..64) = aim {
                cue |= 1 << look;
            }
            aim
        };
        let condition = Test::compile(&heuristic.condition, sight, &mut aim);
        let recommendation = match &heuristic.recommendation {
            Recommendation::Toward { target, by_direction } => {
                Advice::Toward { aim: aim(target), by_direction: *by_direction }
            }
            Recommendation::AwayFrom(target) => Advice::AwayFrom(aim(target)),
            Recommendation::Side(side) => Advice::Side(*side),
            Recommendation::Free => Advice::Free,
            Recommendation::Stay => Advice::Stay,
        };
        Rule { condition, recommendation, cue }
    }

    /// The recommended actions; empty where the rule does not fire: its condition is false, or it recommends
    /// nothing or everything.
    pub fn recommends(&self, scene: &Scene<'_>) -> ActionSet {
        if !self.condition.holds(scene) {
            return ActionSet::EMPTY;
        }
        match self.recommendation.actions(scene) {
            ActionSet::ALL => ActionSet::EMPTY,
            actions => actions,
        }
    }

    /// The looks that the condition and the recommendation name, as a bitmask of their indices; 0 without a cue.
    pub fn cue(&self) -> u64 {
        self.cue
    }
}

impl Test {
    fn compile(condition: &Condition, sight: &Sight, aim: &mut impl FnMut(&Target) -> Aim) -> Test {
        match condition {
            Condition::Always => Test::Always,
            Condition::Visible(target) => Test::Visible(aim(target)),
            Condition::Within(target, distance) => Test::Within(aim(target), *distance),
            Condition::Side { target, side, within } => Test::Side { aim: aim(target), side: *side, within: *within },
            Condition::At(place) => Test::At(*place),
            Condition::Wall(side) => Test::Wall(*side),
            Condition::Holding(kind) => Test::Holding(sight.carried(kind)),
            Condition::Distance(target, comparison, number) => Test::Distance(aim(target), *comparison, *number),
            Condition::Count(target, comparison, number) => Test::Count(aim(target), *comparison, *number),
            Condition::Not(inner) => Test::Not(Box::new(Test::compile(inner, sight, aim))),
            Condition::And(left, right) => {
                let left = Box::new(Test::compile(left, sight, aim));
                Test::And(left, Box::new(Test::compile(right, sight, aim)))
            }
            Condition::Or(left, right) => {
                let left = Box::new(Test::compile(left, sight, aim));
                Test::Or(left, Box::new(Test::compile(right, sight, aim)))
            }
        }
    }

    fn holds(&self, scene: &Scene<'_>) -> bool {
        let near = |aim: &Aim, most: u32| {
            let distance = aim.distance(scene, scene.agent());
            distance.is_some_and(|distance| u32::from(distance) <= most)
        };
        match self {
            Test::Always => true,
            Test::Visible(aim) => aim.visible(scene),
            Test::Within(aim, most) => near(aim, *most),
            Test::Side { aim, side, within } => {
                within.is_none_or(|most| near(aim, most)) && aim.sides(scene).contains(*side as usize)
            }
            Test::At(place) => place::contains(place, scene.paths().grid(), scene.agent()),
            Test::Wall(side) => scene.paths().grid().neighbour(scene.agent(), *side).is_none(),
            Test::Holding(carried) => carried.is_some_and(|carried| scene.held(carried) > 0),
            Test::Distance(aim, comparison, number) => {
                let distance = aim.distance(scene, scene.agent());
                distance.is_some_and(|distance| comparison.holds(f64::from(distance), *number))
            }
            Test::Count(aim, comparison, number) => comparison.holds(aim.count(scene) as f64, *number),
            Test::Not(inner) => !inner.holds(scene),
            Test::And(left, right) => left.holds(scene) && right.holds(scene),
            Test::Or(left, right) => left.holds(scene) || right.holds(scene),
        }
    }
}

impl Advice {
    fn actions(&self, scene: &Scene<'_>) -> ActionSet {
        let mut actions = ActionSet::EMPTY;
        match self {
            Advice::Toward { aim, by_direction: true } => return aim.sides(scene),
            Advice::Toward { aim, by_direction: false } => return aim.moves(scene, Ordering::Less),
            Advice::AwayFrom(aim) => return aim.moves(scene, Ordering::Greater),
            Advice::Side(side) => actions.insert_side(*side),
            Advice::Free => {
                let grid = scene.paths().grid();
                let free = Side::ALL.into_iter().filter(|&side| grid.neighbour(scene.agent(), side).is_some());
                free.for_each(|side| actions.insert_side(side));
                actions.insert(Action::Stay);
            }
            Advice::Stay => actions.insert(Action::Stay),
        }
        actions
    }
}

#[cfg(test)]
mod tests {
    use crate::heuristic::evaluate::Rule;
    use crate::heuristic::rule::{Bias, Comparison, Condition, Heuristic, Recommendation, Target};
    use crate::heuristic::scene::Scene;
    use crate::world::action::{ActionSet, Side};
    use crate::world::drawn::{Drawn, drawn, object, of_world, world};
    use crate::world::paths::Paths;
    use crate::world::spec::{Object, Place, Touch, View};
    use crate::world::state::{GONE, HELD};

    fn cheese() -> Target {
        Target::Look("cheese".into())
    }

    fn map(text: &str) -> Drawn {
        drawn(text, &[object("cheese", Touch::Ends, 0.0), object("key", Touch::Carried { returns: false }, 0.0)])
    }

    fn rule(drawn: &Drawn, condition: Condition, recommendation: Recommendation) -> Rule {
        let heuristic =
            Heuristic { name: "h".into(), doc: String::new(), condition, recommendation, bias: Bias::Given(1.0) };
        Rule::compile(&heuristic, drawn.engine.sight())
    }

    /// The initials of the recommended actions, `-` for stay.
    fn recommends(drawn: &Drawn, hidden: u64, condition: Condition, recommendation: Recommendation) -> String {
        let paths = Paths::of(&drawn.state.grid);
        let mut scene = Scene::of(&drawn.engine, drawn.state.borrow(), &paths);
        scene.hide(hidden);
        initials(rule(drawn, condition, recommendation).recommends(&scene))
    }

    fn initials(set: ActionSet) -> String {
        "nsew-".chars().enumerate().filter(|(action, _)| set.contains(*action)).map(|(_, letter)| letter).collect()
    }

    fn holds(text: &str, condition: Condition) -> bool {
        !recommends(&map(text), 0, condition, Recommendation::Stay).is_empty()
    }

    fn moves(text: &str, recommendation: Recommendation) -> String {
        recommends(&map(text), 0, Condition::Always, recommendation)
    }

    fn toward(target: Target) -> Recommendation {
        Recommendation::Toward { target, by_direction: false }
    }

    fn by_direction(target: Target) -> Recommendation {
        Recommendation::Toward { target, by_direction: true }
    }

    fn east(within: Option<u32>) -> Condition {
        Condition::Side { target: cheese(), side: Side::East, within }
    }

    #[test]
    fn toward_shortens_the_path_and_away_lengthens_it() {
        for (text, to, away) in [
            ("... .@. ..c", "se", "nw"),
            ("@#c ...", "s", ""),
            (".@#c ....", "s", "w"),
            ("... .@c ...", "e", "nsw"),
            // Ties: toward each of the nearest, away from all.
            ("c@c ...", "ew", "s"),
            ("c.@...c ....... .......", "w", "se"),
            // Nothing to be seen, and nothing to be reached.
            ("@..", "", ""),
            ("@#c", "", ""),
            (".@#c", "", ""),
        ] {
            assert_eq!(moves(text, toward(cheese())), to, "toward {text}");
            assert_eq!(moves(text, Recommendation::AwayFrom(cheese())), away, "away {text}");
        }
    }

    #[test]
    fn by_direction_ignores_walls() {
        for (text, sides) in [
            ("@#c ...", "e"),
            ("@#. ..c", "se"),
            ("c@c", "ew"),
            ("c@..c", "w"),
            // None can be reached: all count as nearest.
            ("c#@#.c", "ew"),
            ("@..", ""),
        ] {
            assert_eq!(moves(text, by_direction(cheese())), sides, "{text}");
        }
        let column = Target::Place(Place::Columns(0, 1));
        assert_eq!(moves("..# ..@ ...", by_direction(column)), "w");
    }

    #[test]
    fn at_the_target_toward_recommends_nothing() {
        let mut drawn = map("@c.");
        drawn.state.agent = 1;
        let check = |recommendation| recommends(&drawn, 0, Condition::Always, recommendation);
        assert_eq!(check(toward(cheese())), "");
        assert_eq!(check(by_direction(cheese())), "");
        assert_eq!(check(Recommendation::AwayFrom(cheese())), "ew");
        assert_eq!(moves("@..", toward(Target::Place(Place::Columns(0, 0)))), "");
    }

    #[test]
    fn sides_compare_columns_or_rows_alone_for_the_nearest() {
        assert!(holds("@.. ..c", east(None)));
        assert!(!holds("@.. c..", east(None)));
        // The one to the west is nearer; of two equally near ones either will do.
        assert!(!holds("c@..c", east(None)));
        assert!(holds("c@c", east(None)));
        assert!(holds("@.c", east(Some(2))) && !holds("@.c", east(Some(1))));
        // Unreachable: a side, but no distance.
        assert!(holds("@#c", east(None)) && !holds("@#c", east(Some(9))));
    }

    #[test]
    fn distances_are_path_distances_and_false_where_there_is_none() {
        let within = |distance| Condition::Within(cheese(), distance);
        let more = |number| Condition::Distance(cheese(), Comparison::Greater, number);
        assert!(holds("@#c ...", within(4)) && !holds("@#c ...", within(3)));
        assert!(holds("@#c ...", more(3.0)) && !holds("@#c ...", more(4.0)));
        for text in ["@..", "@#c"] {
            assert!(!holds(text, within(u32::MAX)) && !holds(text, more(0.0)));
            assert!(!holds(text, Condition::Distance(cheese(), Comparison::Less, 1e9)));
        }
        assert!(holds("@.c..c", Condition::Distance(cheese(), Comparison::Equal, 2.0)));
        let corner = Target::Place(Place::Cell(2, 1));
        assert!(holds("@.. ...", Condition::Distance(corner, Comparison::Equal, 3.0)));
    }

    #[test]
    fn counts_are_compared_even_when_they_are_zero() {
        let count = |target, comparison, number| Condition::Count(target, comparison, number);
        assert!(holds("@cc", count(cheese(), Comparison::Equal, 2.0)));
        assert!(holds("@..", count(cheese(), Comparison::Less, 1.0)));
        assert!(holds("@#.", count(Target::Place(Place::Anywhere), Comparison::Equal, 2.0)));
        assert!(holds("@#.", count(Target::Look("unknown".into()), Comparison::AtMost, 0.0)));
    }

    #[test]
    fn visible_at_wall_holding_and_their_combinations() {
        let visible = |target| Condition::Visible(target);
        assert!(holds("@#c", visible(cheese())) && !holds("@..", visible(cheese())));
        assert!(holds("@#.", visible(Target::Place(Place::Cell(2, 0)))));
        assert!(!holds("@#.", visible(Target::Place(Place::Cell(1, 0)))));
        assert!(
            holds("@..", Condition::At(Place::Columns(0, 1))) && !holds("@..", Condition::At(Place::Columns(1, 2)))
        );
        let wall = Condition::Wall;
        assert!(holds("@#", wall(Side::East)) && holds("@#", wall(Side::North)) && !holds("@.", wall(Side::East)));
        let not = |inner| Condition::Not(Box::new(inner));
        let (yes, no) = (Condition::Always, not(Condition::Always));
        let and = |l: &Condition, r: &Condition| Condition::And(Box::new(l.clone()), Box::new(r.clone()));
        let or = |l: &Condition, r: &Condition| Condition::Or(Box::new(l.clone()), Box::new(r.clone()));
        assert!(!holds("@", no.clone()) && holds("@", and(&yes, &yes)) && !holds("@", and(&yes, &no)));
        assert!(holds("@", or(&no, &yes)) && !holds("@", or(&no, &no)));
        assert!(holds("@..", not(visible(cheese()))));
        let mut drawn = map("@k");
        let key = || recommends(&drawn, 0, Condition::Holding("key".into()), Recommendation::Stay);
        assert_eq!(key(), "");
        (drawn.state.slots[0], drawn.state.held[1]) = (HELD, 1);
        assert_eq!(recommends(&drawn, 0, Condition::Holding("key".into()), Recommendation::Stay), "-");
        assert_eq!(recommends(&drawn, 0, Condition::Holding("cheese".into()), Recommendation::Stay), "");
    }

    #[test]
    fn what_is_hidden_removed_or_carried_is_absent() {
        let see = |drawn: &Drawn, hidden| {
            let fires = recommends(drawn, hidden, Condition::Visible(cheese()), Recommendation::Stay);
            (fires, recommends(drawn, hidden, Condition::Always, toward(cheese())))
        };
        let mut drawn = map("@.c");
        let (absent, present) = ((String::new(), String::new()), ("-".into(), "e".into()));
        assert_eq!(see(&drawn, 0), present);
        assert_eq!(see(&drawn, 0b10), present);
        assert_eq!(see(&drawn, 0b01), absent);
        for removed in [GONE, HELD] {
            drawn.state.slots[0] = removed;
            assert_eq!(see(&drawn, 0), absent);
        }
    }

    #[test]
    fn free_includes_stay_and_everything_is_nothing() {
        assert_eq!(moves("@#", Recommendation::Free), "-");
        assert_eq!(moves("@. .#", Recommendation::Free), "se-");
        assert_eq!(moves("... .@. ...", Recommendation::Free), "");
        assert_eq!(moves("@#", Recommendation::Side(Side::East)), "e");
        assert_eq!(moves("@#", Recommendation::Stay), "-");
    }

    #[test]
    fn the_cue_is_what_is_named() {
        let drawn = map("@");
        let (key, place) = (Target::Look("key".into()), Target::Place(Place::Anywhere));
        let cue = |condition, recommendation| rule(&drawn, condition, recommendation).cue();
        assert_eq!(cue(Condition::Always, toward(place.clone())), 0);
        assert_eq!(cue(Condition::Visible(cheese()), Recommendation::Stay), 0b01);
        let not = Condition::Not(Box::new(Condition::Visible(key.clone())));
        assert_eq!(cue(not, Recommendation::AwayFrom(cheese())), 0b11);
        assert_eq!(cue(Condition::Within(place, 1), by_direction(key)), 0b10);
        assert_eq!(cue(Condition::Holding("key".into()), Recommendation::Free), 0);
    }

    /// The state with the objects of these looks of another; nothing where it is impossible.
    fn replaced<'p>(here: &Drawn, there: &Drawn, looks: u64, paths: &'p Paths) -> Option<Scene<'p>> {
        let [own, other] = [here, there].map(|drawn| (&drawn.engine, drawn.state.borrow()));
        let mut scene = Scene::of(own.0, own.1, paths);
        scene.turn_to_replaced(looks, own, other, paths).then_some(scene)
    }

    #[test]
    fn objects_can_be_shown_where_another_state_has_them() {
        let here = map("@.c #k.");
        let paths = &Paths::of(&here.state.grid);
        let scene = replaced(&here, &map("@c. #k."), 0b01, paths).unwrap();
        assert_eq!((scene.cells(0), scene.cells(1)), (&[1][..], &[4][..]));
        // On a wall, on the agent, and on another object: impossible.
        for text in ["@.. ck.", "c@. #k.", "@.. #c."] {
            assert!(replaced(&here, &map(text), 0b01, paths).is_none(), "{text}");
        }
        // On a narrower grid the same column and row; a look that is absent there becomes absent here.
        let narrow = map("@. .c");
        assert!(replaced(&here, &narrow, 0b01, paths).is_none(), "the key is there");
        let scene = replaced(&here, &narrow, 0b11, paths).unwrap();
        assert_eq!((scene.cells(0), scene.cells(1)), (&[4][..], &[][..]));
        // What is beyond the grid is wall.
        assert!(replaced(&narrow, &here, 0b01, &Paths::of(&narrow.state.grid)).is_none());
    }

    #[test]
    fn objects_are_replaced_with_all_their_looks() {
        let kind = |name: &str, looks: [&str; 2]| {
            let looks = looks.map(str::to_owned).to_vec();
            Object { looks, ..object(name, Touch::Stays, 0.0) }
        };
        let map = |text: &str| drawn(text, &[kind("a", ["red", "square"]), kind("b", ["blue", "square"])]);
        let (here, there) = (map("a.b .@."), map(".a. .@b"));
        let paths = &Paths::of(&here.state.grid);
        let looks = |scene: &Scene<'_>| {
            [0, 1, 2].map(|look| {
                let mut cells = scene.cells(look).to_vec();
                cells.sort_unstable();
                cells
            })
        };
        // Red moves with its square; blue and its own stay. Square moves both.
        assert_eq!(looks(&replaced(&here, &there, 0b001, paths).unwrap()), [vec![1], vec![1, 2], vec![2]]);
        assert_eq!(looks(&replaced(&here, &there, 0b100, paths).unwrap()), [vec![0], vec![0, 5], vec![5]]);
        assert_eq!(looks(&replaced(&here, &there, 0b010, paths).unwrap()), [vec![1], vec![1, 5], vec![5]]);
        // Where it already is, an object is not in its own way, but another one is.
        assert!(replaced(&here, &map("..a .@."), 0b001, paths).is_none());
        assert_eq!(looks(&replaced(&here, &here, 0b001, paths).unwrap()), [vec![0], vec![0, 2], vec![2]]);
    }

    #[test]
    fn what_is_out_of_the_window_is_absent() {
        let see = |text: &str| {
            let mut world = world(text, &[object("cheese", Touch::Ends, 0.0)]);
            world.view = View::Window(3);
            of_world(&world)
        };
        let fires = |text| recommends(&see(text), 0, Condition::Visible(cheese()), Recommendation::Stay);
        assert_eq!(["@c.", "@.c", "@#. .c."].map(fires), ["-", "", "-"]);
        let (far, near) = (see("@..c"), see(".@.c"));
        let aim = |drawn, recommendation| recommends(drawn, 0, Condition::Always, recommendation);
        assert_eq!((aim(&far, toward(cheese())), aim(&far, by_direction(cheese()))), (String::new(), String::new()));
        // A placebo shows what the other state has, as far as it is in view here.
        let (beside, paths) = (see("..c@"), Paths::of(&far.state.grid));
        assert!(Scene::of(&near.engine, near.state.borrow(), &paths).cells(0).is_empty());
        assert_eq!(replaced(&near, &beside, 0b01, &paths).unwrap().cells(0), [2]);
        assert!(replaced(&far, &beside, 0b01, &paths).unwrap().cells(0).is_empty());
    }

    #[test]
    fn the_nearest_of_many_is_found_on_a_large_grid_as_on_a_small_one() {
        // The same level in the north-west of a large grid, on which searches start from the agent.
        // Once all can be reached, once none from the enclosed cell in the north-east.
        for rows in [
            ["c.c.#.cc..", ".#...c.#..", "cc..#..#.c", "#####...c."],
            ["c.c.#.cc#.", ".#...c.##.", "cc..#..#..", "c.###.c.##"],
        ] {
            for (row, column) in (0..4).flat_map(|row| (0..10).map(move |column| (row, column))) {
                if rows[row].as_bytes()[column] != b'.' {
                    continue;
                }
                let place = |width: usize, height: usize| {
                    let mut lines: Vec<String> =
                        rows.iter().map(|row| format!("{row}{}", "#".repeat(width - row.len()))).collect();
                    lines.resize(height, "#".repeat(width));
                    lines[row].replace_range(column..=column, "@");
                    map(&lines.join(" "))
                };
                let (small, large) = (place(10, 4), place(60, 40));
                for recommendation in [toward(cheese()), by_direction(cheese()), Recommendation::AwayFrom(cheese())] {
                    let [few, many] =
                        [&small, &large].map(|drawn| recommends(drawn, 0, Condition::Always, recommendation.clone()));
                    assert_eq!(few, many, "{row} {column} {recommendation:?}");
                }
            }
        }
    }
}
