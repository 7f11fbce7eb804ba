//! What moved between two outcomes, and because of what: what `shardbed diff` prints.

use crate::outcome::measured::Measured;
use serde::{Deserialize, Serialize};

/// Two outcomes compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The version of the layout of outcomes.
    pub schema: u32,
    /// The version of the program that compared them.
    pub version: String,
    pub a: Side,
    pub b: Side,
    pub conclusion: Conclusion,
    /// One plain sentence.
    pub sentence: String,
    pub components: Vec<Component>,
    /// Every number that is not the same to the last bit, in the order of the report.
    pub numbers: Vec<NumberDifference>,
    /// How many numbers both outcomes have.
    pub compared: usize,
    /// Whether both measured the same networks, by the hash of the training and by how it went: then every difference beyond
    /// rounding has moved.
    pub same_networks: bool,
    /// Texts and yes-or-no answers that differ.
    pub texts: Vec<TextDifference>,
    /// Lists of raw data that differ, such as learning curves; what is made of them is among the numbers.
    pub lists: Vec<String>,
    /// What b has nothing of.
    pub only_in_a: Vec<Only>,
    pub only_in_b: Vec<Only>,
    /// The stored networks that were measured and scored again to tell components apart, in order; without any, the hashes
    /// alone say which.
    pub again: Vec<Again>,
}

/// One of the two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// As it was named: a file, or the beginning of a run.
    pub name: String,
    /// The id of the run; a snapshot has none.
    pub run: Option<String>,
    pub study: String,
    /// The name of the prediction file.
    pub file: String,
    /// The version of the program that made it.
    pub version: String,
    pub seeds: usize,
}

/// What comes of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// The same to the last bit.
    Identical,
    /// The ids are the same, and the results are not: the program does not repeat itself, or one outcome was edited.
    Contradiction,
    /// Nothing moved beyond what other seeds would.
    Same,
    Moved,
    /// Numbers differ, and there are too few seeds to say whether that is more than chance.
    Unjudged,
}

/// A component of a result, by its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// `prediction`, `world`, `training`, `measurement`, `scoring`, or `version`, which has the version of the program.
    pub name: String,
    /// Null where a snapshot leaves it out.
    pub a: Option<String>,
    pub b: Option<String>,
}

impl Component {
    /// Whether it is known to differ.
    pub fn differs(&self) -> bool {
        self.a.is_some() && self.b.is_some() && self.a != self.b
    }
}

/// What is said of a number that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// By more than the seeds' spread explains; one without seeds, or of the same networks, by more than rounding.
    Moved,
    /// As other seeds, or rounding, might move it.
    Within,
    /// One seed, or none in which it is defined, has no spread.
    Unjudged,
    /// It follows from others, which are judged, or says how much was asked for.
    Follows,
}

/// A number in both outcomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberDifference {
    /// Where it stands: `heuristics / to_cheese / strength`.
    pub name: String,
    /// One that is measured in no seed has its mean alone.
    pub a: Measured,
    pub b: Measured,
    /// b - a, of the means; null where one is undefined.
    pub difference: Option<f64>,
    /// The size of the difference in standard deviations over seeds, pooled; null without a spread.
    pub spreads: Option<f64>,
    /// Two-sided, Welch's; null on the same networks, and without two seeds on either side.
    pub p_value: Option<f64>,
    /// The same after Holm, over all numbers that both measured.
    pub p_adjusted: Option<f64>,
    pub judgement: Judgement,
    /// The component that moved it most; null where that is not known.
    pub because: Option<String>,
}

/// A text in both outcomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextDifference {
    pub name: String,
    pub a: String,
    pub b: String,
}

/// What one outcome has and the other has nothing of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Only {
    /// Where it stands: `heuristics / to_cheese`.
    pub name: String,
    /// How many numbers, texts and lists are in it, or 1 where it is one.
    pub holds: usize,
}

/// Stored networks measured and scored again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Again {
    /// What was done, or why not: a clause.
    pub what: String,
    /// The components that it tells from the rest; empty where it could not be done.
    pub tells: Vec<String>,
}
