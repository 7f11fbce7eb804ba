//! The parts of a study in the words of a prediction file, each on one line.

use crate::heuristic::rule::{Bias, Comparison, Condition, Heuristic, Recommendation, Target};
use crate::language::number::{percent, plain};
use crate::study::Study;
use crate::study::claim::Criterion;
use crate::study::forecast::{Behaviour, Event, Goal, Number, Operand, Quantity, Row, Statement};
use crate::study::solver::OTHER;
use crate::world::spec::{Anchor, Place, Placement, Site, Touch, View};

/// `corner(north, east)`
pub fn place(place: &Place) -> String {
    match place {
        Place::Anywhere => "anywhere".into(),
        Place::Corner { vertical, horizontal, size } => {
            let size = if *size == 1 { String::new() } else { format!(", {size}") };
            format!("corner({}, {}{size})", vertical.name(), horizontal.name())
        }
        Place::Edge(side) => format!("edge({})", side.name()),
        Place::Columns(first, last) => format!("columns({first}, {last})"),
        Place::Rows(first, last) => format!("rows({first}, {last})"),
        Place::Cell(column, row) => format!("cell({column}, {row})"),
        Place::Marker(letter) => format!("marker('{letter}')"),
    }
}

/// A place, or `near(cheese, 2)`
pub fn site(site: &Site) -> String {
    match site {
        Site::Place(at) => place(at),
        Site::Near { of: Anchor::Agent, distance } => format!("near(agent, {distance})"),
        Site::Near { of: Anchor::Object(name), distance } => format!("near({name}, {distance})"),
    }
}

/// `anywhere`, or `edge(north) 60%, near(cheese, 2) 40%`
pub fn placements(placements: &[Placement]) -> String {
    match placements {
        [only] => site(&only.site),
        _ => {
            let shared = |at: &Placement| format!("{} {}", site(&at.site), percent(at.share));
            placements.iter().map(shared).collect::<Vec<_>>().join(", ")
        }
    }
}

/// `all`
pub fn view(view: View) -> String {
    match view {
        View::All => "all".into(),
        View::Window(across) => format!("window {across}"),
        View::Offsets => "offsets".into(),
    }
}

/// `ends`; what is carried and returns are two statements.
pub fn touch(touch: Touch) -> Vec<String> {
    let words: &[&str] = match touch {
        Touch::Stays => &["stays"],
        Touch::Ends => &["ends"],
        Touch::Vanishes => &["vanishes"],
        Touch::Respawns => &["respawns"],
        Touch::Carried { returns: false } => &["carried"],
        Touch::Carried { returns: true } => &["carried", "respawns"],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// `if cheese visible then move toward cheese`
pub fn heuristic_words(heuristic: &Heuristic) -> String {
    format!("if {} then {}", condition(&heuristic.condition), recommendation(&heuristic.recommendation))
}

/// `2`, or `measured`
pub fn bias(bias: Bias) -> String {
    match bias {
        Bias::Given(value) => plain(value),
        Bias::Measured => "measured".into(),
    }
}

fn target(target: &Target) -> String {
    match target {
        Target::Look(name) => name.clone(),
        Target::Place(at) => place(at),
    }
}

/// `wall north or wall south`
pub fn condition(written: &Condition) -> String {
    let group = |inner: &Condition, both: bool| match inner {
        Condition::Or(..) => format!("({})", condition(inner)),
        Condition::And(..) if both => format!("({})", condition(inner)),
        _ => condition(inner),
    };
    match written {
        Condition::Always => "always".into(),
        Condition::Visible(about) => format!("{} visible", target(about)),
        Condition::Within(about, steps) => format!("{} within {steps}", target(about)),
        Condition::Side { target: about, side, within } => {
            let within = within.map_or(String::new(), |steps| format!(" within {steps}"));
            format!("{} {}{within}", target(about), side.name())
        }
        Condition::At(at) => format!("at {}", place(at)),
        Condition::Wall(side) => format!("wall {}", side.name()),
        Condition::Holding(object) => format!("holding {object}"),
        Condition::Distance(about, comparison, number) => {
            format!("distance({}) {} {}", target(about), comparison.sign(), plain(*number))
        }
        Condition::Count(about, comparison, number) => {
            format!("count({}) {} {}", target(about), comparison.sign(), plain(*number))
        }
        Condition::Not(inner) => format!("not {}", group(inner, true)),
        Condition::And(left, right) => format!("{} and {}", group(left, false), group(right, false)),
        Condition::Or(left, right) => format!("{} or {}", condition(left), condition(right)),
    }
}

/// `move toward cheese`
pub fn recommendation(written: &Recommendation) -> String {
    match written {
        Recommendation::Toward { target: about, by_direction } => {
            format!("move toward {}{}", target(about), if *by_direction { " by direction" } else { "" })
        }
        Recommendation::AwayFrom(about) => format!("move away from {}", target(about)),
        Recommendation::Side(side) => format!("move {}", side.name()),
        Recommendation::Free => "move free".into(),
        Recommendation::Stay => "stay".into(),
    }
}

/// `cheese`, or a place
pub fn goal(goal: &Goal) -> String {
    match goal {
        Goal::Object(name) => name.clone(),
        Goal::Place(at) => place(at),
    }
}

/// `P(reach cheese before corner(north, east))`
pub fn behaviour(behaviour: &Behaviour) -> String {
    match behaviour {
        Behaviour::Reach { goal: reached, before, within } => {
            let before = before.as_ref().map_or(String::new(), |before| format!(" before {}", goal(before)));
            let within = within.map_or(String::new(), |steps| format!(" within {steps}"));
            format!("P(reach {}{before}{within})", goal(reached))
        }
        Behaviour::TimeAt(at) => format!("time(at {})", place(at)),
        Behaviour::Return => "mean(return)".into(),
        Behaviour::Length => "mean(length)".into(),
        Behaviour::MeanReach(reached) => format!("mean(reach {})", goal(reached)),
    }
}

/// Whether a number is a share, a probability or a part, written with `%`.
pub fn is_share(number: &Number) -> bool {
    match &number.quantity {
        Quantity::Share(_) | Quantity::Explained => true,
        Quantity::Transition { .. } => true,
        Quantity::Strength(_) | Quantity::Causal(_) | Quantity::Magnitude(_) | Quantity::Returns(_) => false,
        Quantity::Behaviour(behaviour) => matches!(behaviour, Behaviour::Reach { .. } | Behaviour::TimeAt(_)),
    }
}

/// A value in the unit of a number: `60%` or `0.4`.
pub fn value(number: &Number, value: f64) -> String {
    if is_share(number) { percent(value) } else { plain(value) }
}

/// The names of what forecasts are about, each in the order of the study.
#[derive(Clone, Debug, Default)]
pub struct Names<'a> {
    pub heuristics: Vec<&'a str>,
    /// The states of the chains without `other`: the declared solvers, else the heuristics.
    pub solvers: Vec<&'a str>,
    pub scenarios: Vec<&'a str>,
    pub phases: Vec<&'a str>,
}

impl<'a> Names<'a> {
    pub fn of(study: &'a Study) -> Names<'a> {
        let heuristics: Vec<&str> = study.heuristics.iter().map(|heuristic| heuristic.name.as_str()).collect();
        let declared: Vec<&str> = study.solvers.iter().map(|solver| solver.name.as_str()).collect();
        Names {
            solvers: if declared.is_empty() { heuristics.clone() } else { declared },
            heuristics,
            scenarios: study.scenarios.iter().map(|scenario| scenario.name.as_str()).collect(),
            phases: study.phases.iter().map(|phase| phase.name.as_str()).collect(),
        }
    }

    fn heuristic(&self, index: usize) -> &'a str {
        self.heuristics.get(index).copied().unwrap_or("?")
    }

    /// A state of a chain.
    fn state(&self, index: usize) -> &'a str {
        self.solvers.get(index).copied().unwrap_or(OTHER)
    }

    /// ` after more`; nothing after the study's own training.
    fn after(&self, training: usize) -> String {
        let phase = training.checked_sub(1);
        phase.map_or(String::new(), |phase| format!(" after {}", self.phases.get(phase).unwrap_or(&"?")))
    }

    /// ` in elsewhere`; nothing in the world of the training.
    fn scenario(&self, scenario: Option<usize>) -> String {
        scenario.map_or(String::new(), |scenario| format!(" in {}", self.scenarios.get(scenario).unwrap_or(&"?")))
    }
}

/// A whole forecast for people, without `predict`: shares of selection with at most two decimals, since those that
/// `rest` stands for have no end.
pub fn shown(written: &Statement, names: &Names<'_>) -> String {
    match written {
        Statement::Weights { shares, concentration, after } => {
            let shares = rounded(shares);
            statement(&Statement::Weights { shares, concentration: *concentration, after: *after }, names)
        }
        Statement::Transitions { rows, concentration, scenario, after } => {
            let rounded = |row: &Row| Row { shares: rounded(&row.shares), ..*row };
            let rows = rows.iter().map(rounded).collect();
            let (scenario, after) = (*scenario, *after);
            statement(&Statement::Transitions { rows, concentration: *concentration, scenario, after }, names)
        }
        Statement::Event { .. } | Statement::Number { .. } => statement(written, names),
    }
}

/// To two decimals of a percentage.
fn rounded(shares: &[f64]) -> Vec<f64> {
    shares.iter().map(|share| (share * 1e4).round() / 1e4).collect()
}

/// `share(to_cheese) after more`
pub fn number(asked: &Number, names: &Names<'_>) -> String {
    let quantity = match &asked.quantity {
        Quantity::Share(index) => format!("share({})", names.heuristic(*index)),
        Quantity::Strength(index) => format!("strength({})", names.heuristic(*index)),
        Quantity::Causal(index) => format!("causal({})", names.heuristic(*index)),
        Quantity::Explained => "explained".into(),
        Quantity::Magnitude(index) => format!("magnitude({})", names.heuristic(*index)),
        Quantity::Transition { from, to } => format!("transition({}, {})", names.state(*from), names.state(*to)),
        Quantity::Returns(solver) => format!("returns({})", names.state(*solver)),
        Quantity::Behaviour(asked) => behaviour(asked),
    };
    format!("{quantity}{}{}", names.scenario(asked.scenario), names.after(asked.after))
}

/// `share(a) > 50%`
pub fn event(event: &Event, names: &Names<'_>) -> String {
    match event {
        Event::Selected { heuristic, after } => {
            format!("selected({}){}", names.heuristic(*heuristic), names.after(*after))
        }
        Event::Order { heuristics, after } => {
            let list: Vec<&str> = heuristics.iter().map(|index| names.heuristic(*index)).collect();
            format!("order({}){}", list.join(", "), names.after(*after))
        }
        Event::Reinforced { heuristic, after } => {
            format!("reinforced({}){}", names.heuristic(*heuristic), names.after(*after))
        }
        Event::Cycle { solvers, scenario, after } => {
            let list: Vec<&str> = solvers.iter().map(|index| names.state(*index)).collect();
            format!("cycle({}){}{}", list.join(", "), names.scenario(*scenario), names.after(*after))
        }
        Event::Comparison { left, comparison, right } => compared(left, *comparison, right, names),
    }
}

/// `share(a) > share(b)`
fn compared(left: &Number, comparison: Comparison, right: &Operand, names: &Names<'_>) -> String {
    let right = match right {
        Operand::Number(right) => number(right, names),
        Operand::Constant(constant) => value(left, *constant),
    };
    format!("{} {} {right}", number(left, names), comparison.sign())
}

/// The comparison of a claim, without how sure it has to be: `share(a) > share(b)`
pub fn criterion(criterion: &Criterion, names: &Names<'_>) -> String {
    compared(&criterion.left, criterion.comparison, &criterion.right, names)
}

/// What a forecast is about: two with the same question are about the same.
pub fn question(statement: &Statement, names: &Names<'_>) -> String {
    match statement {
        Statement::Weights { after, .. } => format!("weights{}", names.after(*after)),
        Statement::Transitions { scenario, after, .. } => {
            format!("transitions{}{}", names.scenario(*scenario), names.after(*after))
        }
        Statement::Event { event: asked, .. } => event(asked, names),
        Statement::Number { number: asked, .. } => number(asked, names),
    }
}

/// A whole forecast, without `predict`.
pub fn statement(statement: &Statement, names: &Names<'_>) -> String {
    let question = question(statement, names);
    match statement {
        Statement::Weights { shares, concentration, .. } => {
            let parts = shares.iter().enumerate();
            let parts: String =
                parts.map(|(index, share)| format!("{} {}; ", names.heuristic(index), percent(*share))).collect();
            format!("{question} {{ {parts}concentration {} }}", plain(*concentration))
        }
        Statement::Transitions { rows, concentration, .. } => {
            let to = |(index, share): (usize, &f64)| format!("{} {}", names.state(index), percent(*share));
            let row = |row: &Row| {
                let parts: Vec<String> = row.shares.iter().enumerate().map(to).collect();
                format!("{} -> {}; ", names.state(row.from), parts.join(", "))
            };
            let rows: String = rows.iter().map(row).collect();
            format!("{question} {{ {rows}concentration {} }}", plain(*concentration))
        }
        Statement::Event { probability, .. } => format!("{question} = {}", percent(*probability)),
        Statement::Number { number: asked, low, high } => {
            format!("{question} = {} to {}", value(asked, *low), value(asked, *high))
        }
    }
}
