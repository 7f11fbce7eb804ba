//! From arguments to a command.

use crate::cli::arguments::{Command, Findings, Format};
use crate::cli::inputs::MOST_BYTES;
use crate::cli::kept::Kept;
use crate::cli::{
    Report, attribute, bench_predictors, bias, chain, check, diagnose, diff, export, files, fmt, gc, history, predict,
    review, run, runs, score, seal, show, validate, verify,
};
use crate::language::render;
use crate::outcome::schema::schema;
use crate::report::terminal::Style;
use std::io::BufRead;

/// What the terminal is like.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// Standard output is a terminal: its width in columns.
    pub width: Option<usize>,
    /// Standard error is a terminal.
    pub errors: bool,
    /// Colours are not wanted.
    pub plain: bool,
}

impl Terminal {
    fn style(self) -> Style {
        let base = Style::default();
        Style { width: self.width.unwrap_or(base.width).clamp(60, 120), colour: self.width.is_some() && !self.plain }
    }

    fn coloured_errors(self) -> bool {
        self.errors && !self.plain
    }
}

/// Does what a command says. `stdin` is standard input, for the commands that want it. `kept` is told what is kept, should the
/// command be interrupted. `print` is given what a long command has to say as soon as it is known; what is returned is the
/// rest.
pub fn execute(
    command: &Command,
    terminal: Terminal,
    stdin: &mut dyn BufRead,
    kept: &Kept,
    print: &mut dyn FnMut(&Report),
) -> Report {
    match command {
        Command::Check { files: given, format } => {
            let format = match format {
                Findings::Human => render::Format::Human,
                Findings::Short => render::Format::Short,
                Findings::Json => render::Format::Json,
            };
            check::check(given, format, terminal.coloured_errors())
        }
        Command::Fmt { files: given, check } => {
            let input = match given.iter().any(|file| file.as_os_str() == "-").then(|| files::start(stdin)).transpose()
            {
                Ok(input) => input,
                Err(error) => return Report::failure(format!("standard input cannot be read: {error}")),
            };
            fmt::fmt(given, *check, input.as_deref(), terminal.coloured_errors())
        }
        Command::Chain(arguments) => {
            let input = match (arguments.file.as_os_str() == "-").then(|| files::start(stdin)).transpose() {
                Ok(input) => input,
                Err(error) => return Report::failure(format!("standard input cannot be read: {error}")),
            };
            chain::chain(arguments, terminal.style(), input.as_deref())
        }
        Command::Score(arguments) => {
            let named = [&arguments.forecast, &arguments.outcome].into_iter().any(|file| file.as_os_str() == "-");
            let input = match named.then(|| files::up_to(stdin, MOST_BYTES)).transpose() {
                Ok(input) => input,
                Err(error) => return Report::failure(format!("standard input cannot be read: {error}")),
            };
            score::score(arguments, terminal.style(), input.as_deref())
        }
        Command::Bias(arguments) => bias::bias(arguments, terminal.style(), terminal.coloured_errors(), print),
        Command::Predict(arguments) => predict::predict(arguments, terminal.style(), terminal.coloured_errors(), print),
        Command::Diagnose(arguments) => {
            diagnose::diagnose(arguments, terminal.style(), terminal.coloured_errors(), print)
        }
        Command::Run(arguments) => run::run(arguments, terminal.style(), terminal.coloured_errors(), kept, print),
        Command::Seal(arguments) => seal::seal(arguments, terminal.coloured_errors()),
        Command::Verify(arguments) => verify::verify(arguments, terminal.coloured_errors()),
        Command::BenchPredictors(arguments) => bench_predictors::bench_predictors(arguments, kept),
        Command::Validate(arguments) => validate::validate(arguments, kept),
        Command::Attribute(arguments) => attribute::attribute(arguments, terminal.style()),
        Command::Diff(arguments) => diff::diff(arguments, terminal.style()),
        Command::Review(arguments) => review::review(arguments, terminal.style(), stdin, print),
        Command::Export(arguments) => export::export(arguments),
        Command::Gc(arguments) => gc::gc(arguments, terminal.style()),
        Command::Schema => Report::success(schema()),
        Command::Runs { output } => match runs::list(&output.store) {
            Err(error) => Report::failure(error),
            Ok(list) => match output.format {
                Format::Human => Report::success(runs::human(&list, terminal.style())),
                Format::Json => runs::json(&list).map_or_else(Report::failure, Report::success),
            },
        },
        Command::History(arguments) => history::history(arguments, terminal.style()),
        Command::Show { run, output } => match show::find(&output.store, run) {
            Err(error) => Report::failure(error),
            Ok(outcome) => match output.format {
                Format::Human => Report::success(show::human(&outcome, terminal.style())),
                Format::Json => show::json(&outcome).map_or_else(Report::failure, Report::success),
            },
        },
    }
}
