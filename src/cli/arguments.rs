//! The command line.

use crate::training::learner::Gradients;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The store's folder where none is given.
pub const STORE: &str = ".shardbed";

/// A formal testbed for shard predictions: write which heuristics training will select, train, measure, score.
#[derive(Debug, Parser)]
#[command(name = "shardbed", version, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Reports what is wrong with prediction files
    Check {
        /// Prediction files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// How findings are written: for people, one a line, or one JSON object a line
        #[arg(long, value_enum, default_value_t = Findings::Human)]
        format: Findings,
    },
    /// Writes prediction files in their canonical layout, in place
    Fmt {
        /// Prediction files; - reads standard input and writes standard output
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Writes nothing; lists the files that differ and exits with 1 if there are any
        #[arg(long)]
        check: bool,
    },
    /// Shows everybody's forecast of every study of prediction files: the author's and those of predictors; trains no policy
    Predict(Predict),
    /// Says what scores to expect if the forecasts are right, how many seeds tell, and how claims may come out; trains nothing
    Diagnose(Diagnose),
    /// Trains, measures and scores every study of prediction files, and keeps the outcome
    Run(Run),
    /// Says in a ledger beside prediction files what they predict, when, and by whom: before they are run
    Seal(Seal),
    /// Says whether prediction files are as they were sealed; code 1 where not, 3 where the ledger was tampered with
    Verify(Verify),
    /// Lists the runs in the store, the latest first
    Runs {
        #[command(flatten)]
        output: Output,
    },
    /// Shows the report of a stored run
    Show {
        /// The run's id, or the beginning of it
        run: String,
        #[command(flatten)]
        output: Output,
    },
    /// Shows how good each author and each predictor was, over all outcomes in the store that were sealed before the run
    History(History),
    /// Says what the store holds, and removes what is damaged or no longer wanted
    Gc(Gc),
    /// Prints the JSON Schema of outcomes, which `run` and `show` print with --format json
    Schema,
    /// Measures networks whose strengths are known, and says how well that goes; code 1 where it goes too badly
    Validate(Validate),
    /// Says how good each predictor is, on studies that are trained once and measured
    BenchPredictors(BenchPredictors),
    /// Shows activations, gradients and magnitudes of any ReLU network, one trained in PyTorch included
    Attribute(Attribute),
    /// Writes the networks, probe states, attributions and tables of a stored run for use elsewhere
    Export(Export),
    /// Says everything about a Markov chain: counts, a transition matrix or sequences, in JSON
    Chain(Chain),
    /// Scores forecasts on what happened, both JSON from elsewhere or from `predict` and `run`
    Score(Score),
    /// Shows how fast fresh networks learn each heuristic by itself: what `bias measured` means
    Bias(Bias),
    /// Says what moved between two outcomes, by how much against the seeds' spread, and because of what; code 1 where something did
    Diff(Diff),
    /// Goes through outcomes that changed since they were accepted, and asks what to do; code 1 where some still wait
    Review(Review),
}

#[derive(Debug, Args)]
pub struct Review {
    /// Prediction files whose outcomes stand beside them, folders with all below, or pending snapshots
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Accepts all of them without asking
    #[arg(long, conflicts_with = "reject")]
    pub accept: bool,
    /// Rejects all of them without asking
    #[arg(long)]
    pub reject: bool,
    /// Networks measured at the same time; the number of processors if absent. Changes no result
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub jobs: Option<String>,
    /// The folder that keeps networks and outcomes, to say because of what they changed
    #[arg(long, value_name = "DIR", default_value = STORE)]
    pub store: PathBuf,
}

#[derive(Debug, Args)]
pub struct Diff {
    /// A run's id or the beginning of it, a file that `run --format json` wrote, or a stored snapshot
    pub a: String,
    /// The same, to compare it with
    pub b: String,
    /// Shows numbers that did not surely move as well
    #[arg(long)]
    pub all: bool,
    /// Networks measured at the same time; the number of processors if absent. Changes no result
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub jobs: Option<String>,
    /// Shows no progress
    #[arg(long)]
    pub quiet: bool,
    /// How the result is written: for people, in Markdown, or as JSON, one object a line
    #[arg(long, value_enum, default_value_t = Shown::Human)]
    pub format: Shown,
    /// The folder that keeps networks and outcomes
    #[arg(long, value_name = "DIR", default_value = STORE)]
    pub store: PathBuf,
}

/// How a comparison is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shown {
    Human,
    Markdown,
    Json,
}

#[derive(Debug, Args)]
pub struct Attribute {
    /// The network in safetensors, its layers named as in torch.nn.Sequential: 0.weight, 0.bias, 2.weight, …
    pub network: PathBuf,
    /// What goes in: a JSON array of rows, each an array of numbers, or a NumPy array (.npy)
    pub inputs: PathBuf,
    /// Gradients of one output alone, counted from 0; all of them if absent
    #[arg(long, visible_alias = "action", value_name = "K", allow_negative_numbers = true)]
    pub output: Option<usize>,
    /// Shows this layer alone: its number or name, or `input`; may be given again
    #[arg(long, value_name = "NAME")]
    pub layer: Vec<String>,
    /// Where integrated gradients begin, a file as INPUTS with one row or as many as there; zeros if absent
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Leaves integrated gradients out, which take longer than all else
    #[arg(long)]
    pub without_integrated: bool,
    /// Another last layer in the file, such as `value` in a network of shardbed
    #[arg(long, value_name = "NAME")]
    pub head: Option<String>,
    /// Reads the tensors whose names begin with this and a dot
    #[arg(long, value_name = "NAME")]
    pub prefix: Option<String>,
    /// How the result is written: a summary for people, or everything as JSON, one object
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Export {
    /// The run's id, or the beginning of it
    pub run: String,
    /// The folder to write; STUDY-ID if absent
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replaces an earlier export
    #[arg(long)]
    pub force: bool,
    /// The folder that keeps networks and outcomes
    #[arg(long, value_name = "DIR", default_value = STORE)]
    pub store: PathBuf,
}

#[derive(Debug, Args)]
pub struct Run {
    /// Prediction files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Trains this many seeds, in place of the number in the file
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seeds: Option<String>,
    /// Trains each seed for this many environment steps (500k, 1M), in place of the number in the file; in a phase for at
    /// most as many
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub steps: Option<String>,
    /// Networks trained at the same time; the number of processors if absent. Changes no result
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub jobs: Option<String>,
    /// Scores this predictor alone beside the author, for example "shard dynamics"; may be given again. All of them if
    /// absent
    #[arg(long, value_name = "NAME")]
    pub predictor: Vec<String>,
    /// Does this part alone: `training` trains, keeps the networks for a whole run, and says how fast it was
    #[arg(long, value_enum, value_name = "PART", conflicts_with_all = ["snapshot", "predictor"])]
    pub only: Option<RunPart>,
    /// How derivatives are computed in training: by fused kernels, or on dfdx's tape, the definition, which is slower. The networks are
    /// others, by the rounding of f32
    #[arg(long, value_enum, value_name = "WAY", default_value_t = GradientsBy::Fused)]
    pub gradients: GradientsBy,
    /// Compares each outcome with the one accepted before, in `outcomes` beside the file; one that moved, or is new, waits for
    /// `shardbed review`, and the code is 1
    #[arg(long)]
    pub snapshot: bool,
    /// Shows no progress
    #[arg(long)]
    pub quiet: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RunPart {
    Training,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GradientsBy {
    Fused,
    Tape,
}

impl From<GradientsBy> for Gradients {
    fn from(by: GradientsBy) -> Gradients {
        match by {
            GradientsBy::Fused => Gradients::Fused,
            GradientsBy::Tape => Gradients::Tape,
        }
    }
}

#[derive(Debug, Args)]
pub struct Seal {
    /// Prediction files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Who seals; if absent, what the variable SHARDBED_AUTHOR says, else git's user.name, else the name of the login
    #[arg(long, value_name = "NAME")]
    pub author: Option<String>,
    /// How the result is written: for people, or JSON, one object a line
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// Prediction files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// A head that was published, as `seal` prints it: the ledger has to hold it
    #[arg(long, value_name = "HASH")]
    pub head: Option<String>,
    /// How the result is written: for people, or JSON, one object a line
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct History {
    /// Prediction files, or folders with all below: what was sealed in the ledgers beside them and has no outcome in the store
    /// is listed and counted
    pub paths: Vec<PathBuf>,
    /// Counts outcomes that were not sealed before the run as well, and says how many
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
pub struct Predict {
    /// Prediction files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Asks this predictor alone, for example "shard dynamics"; may be given again. All of them if absent
    #[arg(long, value_name = "NAME")]
    pub predictor: Vec<String>,
    /// Predictors asked at the same time, and threads of each; the number of processors if absent. Changes no result
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub jobs: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
pub struct Diagnose {
    /// Prediction files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Supposes this many seeds, in place of the number in the file
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seeds: Option<String>,
    /// Forecasts and claims simulated at the same time; the number of processors if absent. Changes no result
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub jobs: Option<String>,
    /// How the result is written: a page for people, or JSON, one object a line
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Validate {
    /// Does one part alone
    #[arg(long, value_enum)]
    pub only: Option<Part>,
    /// Networks made at the same time; the number of processors if absent. Changes no result
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub jobs: Option<String>,
    /// Shows no progress
    #[arg(long)]
    pub quiet: bool,
    /// How the result is written: tables for people, or JSON, one object
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct BenchPredictors {
    /// Scores one half of the studies alone; those to tune on are trained in any case, as what predictors may know
    #[arg(long, value_enum)]
    pub only: Option<Studies>,
    /// Asks this predictor alone; may be given again
    #[arg(long, value_name = "NAME")]
    pub predictor: Vec<String>,
    /// Trains this many seeds, in place of the number in each study
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seeds: Option<String>,
    /// Trains each seed for this many environment steps, in place of the number in each study; in a phase for at most as
    /// many
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub steps: Option<String>,
    /// Networks trained and predictors asked at the same time; the number of processors if absent. Changes no result
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub jobs: Option<String>,
    /// Shows no progress
    #[arg(long)]
    pub quiet: bool,
    /// Writes the tables, in Markdown, into this file too
    #[arg(long, value_name = "FILE")]
    pub table: Option<PathBuf>,
    /// Draws the skills as SVG into this file
    #[arg(long, value_name = "FILE")]
    pub picture: Option<PathBuf>,
    /// How the result is written: tables for people, or JSON, one object
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// The folder that keeps networks and outcomes: one of its own, since `empirical frequency` is told of whatever other
    /// studies a store holds
    #[arg(long, value_name = "DIR", default_value = ".shardbed-benchmark")]
    pub store: PathBuf,
}

/// A half of the studies that predictors are measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Studies {
    /// Those that predictors may be tuned on
    Tuning,
    /// Those never to be tuned on
    HeldOut,
}

#[derive(Debug, Args)]
pub struct Chain {
    /// A JSON object with `counts`, `transition` or `sequences`; - reads standard input
    pub file: PathBuf,
    /// What permutations and simulations are drawn from
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// How the result is written: tables for people, or JSON, one object
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Score {
    /// A JSON object with `forecasts`, or what `predict --format json` prints of a study; - reads standard input
    pub forecast: PathBuf,
    /// A JSON object with `outcomes`, or what `run` or `show` print with `--format json`; - reads standard input
    pub outcome: PathBuf,
    /// Whose forecasts are scored, where FORECAST has several: a predictor's name; the author's if absent
    #[arg(long, value_name = "NAME")]
    pub forecaster: Option<String>,
    /// How the result is written: for people, or JSON, one object
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Bias {
    /// Prediction files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Networks trained at the same time; the number of processors if absent. Changes no result
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub jobs: Option<String>,
    /// How the result is written: tables for people, or JSON, one object a line
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// A part of the validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Networks that follow rules with known strengths
    Planted,
    /// How often intervals of strength cover
    Calibration,
    /// Rules about what training never showed
    Controls,
    /// Which rule a network with known strengths acts by in a state
    Solvers,
}

#[derive(Debug, Args)]
pub struct Gc {
    /// Removes nothing, and says what would be removed
    #[arg(long)]
    pub dry_run: bool,
    /// Removes runs that were stored more than so many days ago, with the networks that no other run needs
    #[arg(long, value_name = "DAYS", value_parser = days, allow_negative_numbers = true)]
    pub older_than: Option<u64>,
    /// Removes runs of which there is a newer one of the same study in the same file, in the same folder, with the networks that
    /// no other run needs
    #[arg(long)]
    pub superseded: bool,
    /// Removes networks of no run: those of interrupted runs, which could go on from them
    #[arg(long)]
    pub unfinished: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
pub struct Output {
    /// How the result is written: a report for people, or JSON, one object a line (of `runs` one array)
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// The folder that keeps networks and outcomes
    #[arg(long, value_name = "DIR", default_value = STORE)]
    pub store: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Findings {
    Human,
    Short,
    Json,
}

/// A number of days.
fn days(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "a whole number of days is expected, for example --older-than 30".to_string())
}
