//! `shardbed chain FILE`: everything about a chain.

pub mod input;
pub mod page;

use crate::cli::arguments::{Chain, Format};
use crate::cli::chain::input::Input;
use crate::cli::{Report, files};
use crate::markov::summary::summary;
use crate::report::terminal::Style;
use std::path::Path;

/// Describes the chain in a file; `-` stands for standard input, given as `stdin`.
pub fn chain(arguments: &Chain, style: Style, stdin: Option<&[u8]>) -> Report {
    let input = (arguments.file == Path::new("-")).then_some(stdin).flatten();
    let name = if input.is_some() { "standard input".to_owned() } else { files::shown(&arguments.file) };
    let bytes = match input.map_or_else(|| files::read(&arguments.file), |bytes| Ok(bytes.to_vec())) {
        Ok(bytes) => bytes,
        Err(error) => return Report::failure(error),
    };
    let Input { states, kind, data, predicted } = match input::read(&bytes) {
        Ok(input) => input,
        Err(message) => return Report::failure(format!("{name}: {message}")),
    };
    let found = match summary(states, kind, &data, predicted.as_ref(), arguments.seed) {
        Ok(found) => found,
        Err(error) => return Report::failure(format!("{name}: {error}")),
    };
    match arguments.format {
        Format::Human => Report::success(page::page(&found, style)),
        Format::Json => match serde_json::to_string(&found) {
            Ok(json) => Report::success(json + "\n"),
            Err(error) => Report::failure(error),
        },
    }
}
