//! The syntax tree: a file as written, every part with its place. Nothing is looked up or checked here.

use crate::heuristic::rule::Comparison;
use crate::language::span::{Span, Spanned};
use crate::world::action::Side;
use crate::world::spec::Touch;

pub type Name = Spanned<String>;

/// A number as written; with `%` it stands as a fraction of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    pub value: f64,
    pub percent: bool,
    pub span: Span,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    pub uses: Vec<Use>,
    pub worlds: Vec<World>,
    pub studies: Vec<Study>,
    /// A `use` could not be understood: a world that is not known may be one of its worlds.
    pub broken_use: bool,
}

/// `use "PATH"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// Without its quotes; its place is with them.
    pub path: Spanned<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct World {
    pub doc: String,
    pub name: Name,
    pub statements: Vec<Spanned<WorldStatement>>,
    /// A statement in it was refused, so what is missing may have been meant.
    pub broken: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum WorldStatement {
    Layout(Layout),
    Start(Site),
    View(View),
    Horizon(Amount),
    StepReward(Amount),
    Slip(Amount),
    Carry(Amount),
    Object(Object),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    pub width: u64,
    pub height: u64,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Layout {
    Room(Size),
    Maze(Size, Option<Amount>),
    Scatter(Size, Amount),
    /// The grid, and how many rooms stand beside and above one another in it.
    Rooms(Size, Size),
    /// The rows, each without the space around it and with its place.
    Map(Vec<Spanned<String>>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum View {
    All,
    Window(Amount),
    Offsets,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub kind: PlaceKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PlaceKind {
    Anywhere,
    Corner { vertical: Side, horizontal: Side, size: Option<Amount> },
    Edge(Side),
    Columns(Amount, Amount),
    Rows(Amount, Amount),
    Cell(Amount, Amount),
    Marker(char),
}

/// Where something is put.
#[derive(Clone, Debug, PartialEq)]
pub enum Site {
    Place(Place),
    /// `near(OF, DISTANCE)`.
    Near {
        of: Anchor,
        distance: Amount,
        span: Span,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Anchor {
    /// The word `agent`.
    Agent(Span),
    Object(Name),
}

impl Site {
    pub fn span(&self) -> Span {
        match self {
            Site::Place(place) => place.span,
            Site::Near { span, .. } => *span,
        }
    }
}

/// One of the sites at which an object is placed, with its share.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    pub site: Site,
    pub share: Option<Amount>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub doc: String,
    pub name: Name,
    pub statements: Vec<Spanned<ObjectStatement>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ObjectStatement {
    Count(Amount),
    /// At least one.
    At(Vec<Placement>),
    Reward(Amount, Option<Site>),
    Touch(Touch),
    Blocks,
    Needs(Name),
    Unless(Name),
    MovesRandom(Amount),
    MovesTowardAgent(Amount),
    Looks(Vec<Name>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    pub doc: String,
    pub name: Name,
    pub on: Vec<Spanned<Name>>,
    pub agents: Vec<Spanned<Vec<Amount>>>,
    pub trains: Vec<Spanned<Vec<Setting>>>,
    pub heuristics: Vec<Heuristic>,
    pub scenarios: Vec<Scenario>,
    pub phases: Vec<Phase>,
    pub solvers: Vec<Solver>,
    /// How many groups, after `solvers learned`.
    pub learned: Vec<Spanned<Amount>>,
    pub predicts: Vec<Predict>,
    pub claims: Vec<Claim>,
    /// A statement in it was refused, so what is missing may have been meant.
    pub broken: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its words, separated by one space.
    pub name: Name,
    pub amount: Amount,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    pub doc: String,
    pub name: Name,
    pub on: Vec<Spanned<Name>>,
    pub statements: Vec<Spanned<WorldStatement>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    pub doc: String,
    pub name: Name,
    /// The training that it goes on from; `train` is the study's own.
    pub after: Option<Name>,
    pub on: Vec<Spanned<Name>>,
    pub statements: Vec<Spanned<WorldStatement>>,
    pub agents: Vec<Spanned<Vec<Amount>>>,
    pub trains: Vec<Spanned<Vec<Setting>>>,
    /// A statement in it was refused.
    pub broken: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Heuristic {
    pub doc: String,
    pub name: Name,
    pub rules: Vec<Spanned<Rule>>,
    pub biases: Vec<Spanned<Bias>>,
    pub broken: bool,
}

/// `solver NAME = h, h`.
#[derive(Clone, Debug, PartialEq)]
pub struct Solver {
    pub doc: String,
    pub name: Name,
    /// At least one.
    pub heuristics: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Bias {
    Given(Amount),
    Measured,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub condition: Condition,
    pub recommendation: Recommendation,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Look(Name),
    Place(Place),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    Always,
    Visible(Target),
    Within(Target, Amount),
    Side {
        target: Target,
        side: Side,
        within: Option<Amount>,
    },
    At(Place),
    /// With the place of the whole, the word `wall` included.
    Wall(Spanned<Side>),
    Holding(Name),
    Distance(Target, Comparison, Amount),
    Count(Target, Comparison, Amount),
    Not(Box<Condition>),
    /// At least two, none of them this variant.
    All(Vec<Condition>),
    /// At least two, none of them this variant.
    Any(Vec<Condition>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Recommendation {
    Toward {
        target: Target,
        by_direction: bool,
    },
    AwayFrom(Target),
    Side(Side),
    /// The place of `move free`.
    Free(Span),
    Stay,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Predict {
    pub doc: String,
    pub span: Span,
    pub forecast: Forecast,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Forecast {
    Weights(Weights),
    Transitions(Transitions),
    Asked(Box<Asked>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    pub parts: Vec<(Name, Amount)>,
    pub rest: Vec<Span>,
    pub concentrations: Vec<Spanned<Amount>>,
    /// The phase after `after`.
    pub after: Option<Name>,
    /// The word `weights`.
    pub span: Span,
    pub broken: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Transitions {
    pub rows: Vec<Row>,
    pub concentrations: Vec<Spanned<Amount>>,
    /// The scenario after `in`.
    pub scenario: Option<Name>,
    /// The phase after `after`.
    pub after: Option<Name>,
    /// The word `transitions`.
    pub span: Span,
    pub broken: bool,
}

/// `FROM -> TO P%, TO P%, rest`; solvers, or the word `other`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub from: Name,
    pub parts: Vec<(Name, Amount)>,
    /// The word `rest`.
    pub rest: Option<Span>,
    pub span: Span,
}

/// `QUANTITY [COMPARED OPERAND] = ANSWER`.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub quantity: Quantity,
    pub comparison: Option<(Comparison, Operand)>,
    pub answer: Answer,
}

/// `claim NAME "TEXT" { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    pub doc: String,
    pub name: Name,
    /// Without its quotes and the space at its ends; its place is with them.
    pub text: Spanned<String>,
    pub confirm: Vec<Criterion>,
    pub refute: Vec<Criterion>,
    /// A statement in it was refused, so what is missing may have been meant.
    pub broken: bool,
}

/// `QUANTITY COMPARED OPERAND at P%`.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    pub quantity: Quantity,
    /// Every claim has one; that it is missing is said where it is known what stands in its place.
    pub comparison: Option<(Comparison, Operand)>,
    pub level: Amount,
    /// The whole statement.
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    Quantity(Box<Quantity>),
    Constant(Amount),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Probability(Amount),
    Interval(Amount, Amount),
}

impl Answer {
    pub fn span(&self) -> Span {
        match self {
            Answer::Probability(amount) => amount.span,
            Answer::Interval(low, high) => low.span.to(high.span),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub kind: QuantityKind,
    /// The scenario after `in`.
    pub scenario: Option<Name>,
    /// The phase after `after`.
    pub after: Option<Name>,
    /// Without the `in` and the `after`.
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum QuantityKind {
    Share(Name),
    Strength(Name),
    Causal(Name),
    Selected(Name),
    Order(Vec<Name>),
    Reinforced(Name),
    Explained,
    Magnitude(Name),
    /// From the first to the second: solvers, or the word `other`.
    Transition(Name, Name),
    Returns(Name),
    Cycle(Vec<Name>),
    Reach {
        goal: Goal,
        before: Option<Goal>,
        within: Option<Amount>,
    },
    TimeAt(Place),
    MeanReturn,
    MeanLength,
    MeanReach(Goal),
}

impl QuantityKind {
    /// Whether it is measured in every world that is asked for, so that it takes `in`.
    pub fn takes_in(&self) -> bool {
        match self {
            QuantityKind::Share(_)
            | QuantityKind::Strength(_)
            | QuantityKind::Causal(_)
            | QuantityKind::Selected(_)
            | QuantityKind::Order(_)
            | QuantityKind::Reinforced(_)
            | QuantityKind::Explained
            | QuantityKind::Magnitude(_) => false,
            QuantityKind::Transition(..)
            | QuantityKind::Returns(_)
            | QuantityKind::Cycle(_)
            | QuantityKind::Reach { .. }
            | QuantityKind::TimeAt(_)
            | QuantityKind::MeanReturn
            | QuantityKind::MeanLength
            | QuantityKind::MeanReach(_) => true,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    Object(Name),
    Place(Place),
}
