//! The stable codes of diagnostics. E01 is the text, E02 its grammar, E03 names, E04 numbers, E05 worlds,
//! E06 studies and heuristics, E07 forecasts, E08 files that are used, E10 claims; W are warnings. E09 was what was not
//! built yet.

use crate::language::diagnostic::Severity;
use std::fmt;

/// A kind of finding; its id never changes its meaning.
#[derive(Debug)]
pub struct Code {
    pub id: &'static str,
    pub severity: Severity,
    /// The rule that is broken, in one sentence.
    pub rule: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.id == other.id
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

const fn error(id: &'static str, rule: &'static str) -> Code {
    Code { id, severity: Severity::Error, rule }
}

const fn warning(id: &'static str, rule: &'static str) -> Code {
    Code { id, severity: Severity::Warning, rule }
}

macro_rules! codes {
    ($($name:ident = $make:ident($id:literal, $rule:literal);)*) => {
        $(pub static $name: Code = $make($id, $rule);)*
        /// Every code, in order.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    NOT_TEXT = error("E0101", "A prediction file is UTF-8 text.");
    EMPTY = error("E0102", "A prediction file has an edition, a world and a study.");
    TOO_LONG = error("E0103", "A prediction file is at most 1 MiB long.");
    STRAY_CHARACTER = error("E0104", "Outside strings and comments only the characters of the language stand.");
    BAD_NAME = error("E0105", "A name begins with a lower-case letter and goes on with lower-case letters, digits and `_`.");
    BAD_NUMBER = error("E0106", "A number is digits, with at most one point, an exponent or a suffix `k` or `M`, and it is finite.");
    UNCLOSED_TEXT = error("E0107", "A string ends with the quotes that it began with.");
    STRAY_DOC = error("E0108", "A `///` comment stands on its own line above what it documents.");

    EXPECTED = error("E0201", "The grammar asks for something else here.");
    UNKNOWN_STATEMENT = error("E0202", "Only the statements of the language are understood.");
    UNKNOWN_WORD = error("E0203", "Only the words of the language are understood.");
    UNCLOSED_BLOCK = error("E0204", "Every `{` has its `}`.");
    NESTING = error("E0205", "Braces, parentheses and `not` nest at most 64 deep.");
    EDITION = error("E0206", "A prediction file begins with `edition 1`.");
    LEFT_OVER = error("E0207", "A statement ends at the end of its line, at `;` or at `}`.");
    RESERVED = error("E0208", "The words of conditions and the four sides are never names, and no solver is named `learned`.");
    CORNER_ORDER = error("E0209", "A corner is named north or south first, then east or west.");
    NEAR_HERE = error("E0210", "`near` stands in placements, in `start` and in places of rewards only.");

    UNKNOWN_WORLD = error("E0301", "A study trains in a world of its file or of a file that it uses.");
    UNKNOWN_LOOK = error("E0302", "A rule is about a look that some world of the study shows, or about a place.");
    UNKNOWN_OBJECT = error("E0303", "An object that a world, a rule or a forecast names is one that the world, or some world of the study, has.");
    UNKNOWN_HEURISTIC = error("E0304", "A forecast is about a heuristic of its study.");
    UNKNOWN_SCENARIO = error("E0305", "`in` names a scenario of the study.");
    UNKNOWN_SETTING = error("E0306", "Only the settings of the algorithm can be set.");
    DUPLICATE = error("E0307", "A name is given once, and so is a statement.");
    UNKNOWN_PHASE = error("E0308", "`after` names a phase of the study, or `train`, its own training.");

    UNKNOWN_SOLVER = error("E0309", "A chain is over `other` and the solvers of its study, which are its heuristics where it declares none.");

    NOT_WHOLE = error("E0401", "Counts, sizes and steps are whole numbers.");
    OUT_OF_RANGE = error("E0402", "A number lies in its range.");
    NEEDS_PERCENT = error("E0403", "A share or a probability is written with `%`.");
    NO_PERCENT = error("E0404", "What is no share and no probability is a bare number.");

    NO_LAYOUT = error("E0501", "A world has a layout.");
    GRID_SIZE = error("E0502", "A grid is between 1x1 and 64x64 cells, mazes and windows have odd sizes, every room has a cell.");
    BAD_MAP = error("E0503", "A map is rows of equal length of `#`, `.` and letters.");
    IMPOSSIBLE_PLACE = error("E0504", "A place has at least one floor cell in the grid.");
    TOO_CROWDED = error("E0505", "A place has a floor cell for everything that is put there.");
    TOO_MANY_KINDS = error("E0506", "A world has at most 16 kinds of object.");
    SCENARIO_VIEW = error("E0507", "A scenario and a phase keep the view of their study.");
    NO_SHARES = error("E0508", "Where an object has several places, each has its share.");
    NEAR_CIRCLE = error("E0509", "Nothing is placed near itself, nor near what is placed near it.");
    NOT_CARRIED = error("E0510", "`needs` and `unless` name another kind, one that is `carried`.");
    NEED_CIRCLE = error("E0511", "Nothing needs what can be had only with it in hand.");

    INCOMPLETE = error("E0601", "A study has a world, an agent and a heuristic; a heuristic has a rule.");
    TOO_MANY = error("E0602", "A file has at most 100 studies, a study at most 16 heuristics, 16 solvers, 20 scenarios and phases, 64 looks and 100 claims, an agent at most 4 layers.");
    OBSERVATION_SIZE = error("E0603", "An observation has at most 65,536 bits.");
    NETWORK_SIZE = error("E0604", "A network has at most 10 million parameters.");
    MINIBATCHES = error("E0605", "Every minibatch holds at least two steps, since advantages are normalised in each.");
    TRAINING_SIZE = error("E0606", "Training one network fills at most 4 GiB of memory.");
    PHASE_CYCLE = error("E0607", "Phases that go on from one another begin with `train` or with one that trains fresh networks.");
    PHASE_AGENT = error("E0608", "A phase that goes on from a training keeps its agent.");
    PHASE_SEEDS = error("E0609", "All trainings of a study have the same seeds.");
    TWO_SOLVERS = error("E0610", "A heuristic belongs to at most one solver.");
    FEW_UNITS = error("E0611", "Units are divided into at most as many groups as there are units.");

    BAD_SUM = error("E0701", "Shares sum to 100%; with `rest`, to at most that.");
    NO_CONCENTRATION = error("E0702", "A distribution over shares has a concentration.");
    WRONG_ANSWER = error("E0703", "An event is forecast by a probability, a number by an interval.");
    EMPTY_INTERVAL = error("E0704", "The 5% quantile is below the 95% quantile.");
    NOTHING_LEFT = error("E0705", "`rest` stands for at least one heuristic, or one state of the chain.");
    NO_SCENARIO_HERE = error("E0706", "Shares, strengths and magnitudes are measured after each training and take no `in`.");
    MIXED_UNITS = error("E0707", "A share is compared with a share, a bare number with a bare number.");
    BEFORE_ITSELF = error("E0708", "Nothing is reached before itself.");
    NO_ORDER = error("E0709", "An order is of two or more heuristics, all different.");
    NO_CUE = error("E0710", "A rule has a causal strength where it names a look: that is what is taken away.");
    NO_ROW = error("E0711", "A forecast of transitions has at least one row.");
    NO_CYCLE = error("E0712", "A cycle is of two or more solvers, all different.");
    NO_BOUTS = error("E0713", "`other` is the state of the steps at which no solver acts, so it has no bouts: it never returns and is in no cycle.");

    BAD_PATH = error("E0801", "A `use` names a file in the folder of the prediction file or below it, links included.");
    NOT_USED = error("E0802", "A file that is used can be read.");
    NO_FOLDER = error("E0803", "Only a text that is a file can use other files.");
    USE_CIRCLE = error("E0804", "No file uses itself, nor a file that uses it.");
    BROKEN_USE = error("E0805", "A file that is used has no errors in its worlds.");
    TOO_MANY_USED = error("E0806", "A file uses at most 20 others, of 4 MiB together, those that they use included.");

    NO_SIDE = error("E1001", "A claim says what confirms it or what refutes it.");
    NO_MEAN = error("E1002", "A claim compares means over seeds: a number with a number or with a constant.");

    FEW_SEEDS = warning("W0101", "With fewer than 8 seeds little can be said about any forecast.");
    CERTAIN = warning("W0102", "A forecast of 0% or 100% that fails costs without limit.");
    NEVER_HELD = warning("W0103", "What no world of the study lets the agent carry is never held.");
    UNEVEN = warning("W0104", "Minibatches are of one size where their number divides the steps of a rollout.");
    UNSEEN = warning("W0105", "A rule is about what the agent sees.");
    WIDE_WINDOW = warning("W0106", "A window reaches no farther than the grid.");
    ALWAYS_NEAR = warning("W0107", "The place of a reward is one where an object can be touched or not.");
    NEW_OBJECT = warning("W0108", "An object that a scenario or a phase names is one that the world has, unless it is to be added.");
    SAME_TRAINING = warning("W0109", "A phase that trains fresh networks differs from the study's own training.");
    ONE_WAY = warning("W0110", "A claim can come out both ways, confirmed and refuted.");
    OVERLAP = warning("W0111", "What confirms a claim and what refutes it exclude each other.");
    TOO_FEW_TO_DECIDE = warning("W0112", "A study has so many seeds that all of them lie on one side of a claim by chance less often than its level allows.");
}
