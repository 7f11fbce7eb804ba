//! `shardbed fmt FILE…`: prediction files in canonical layout.

use crate::cli::{Report, files};
use crate::language::diagnostic::Diagnostic;
use crate::language::render::{Format, render};
use crate::language::{decode, format};
use std::path::{Path, PathBuf};

/// Lays out every file in place; files that are so already are not touched. With `check`, nothing is written, the
/// files that differ are listed on standard output, and the code is 1 where there are any. The path `-` stands for
/// standard input, given as `stdin`, whose layout goes to standard output. A file that cannot be used is code 1 with
/// `check`, else 2; the other files are done all the same.
pub fn fmt(paths: &[PathBuf], check: bool, stdin: Option<&[u8]>, color: bool) -> Report {
    let mut report = Report::default();
    let bad = if check { 1 } else { 2 };
    for path in paths {
        let input = (path == Path::new("-")).then_some(stdin).flatten();
        let name = if input.is_some() { "standard input".to_owned() } else { files::shown(path) };
        let bytes = match input.map_or_else(|| files::read(path), |bytes| Ok(bytes.to_vec())) {
            Ok(bytes) => bytes,
            Err(error) => {
                report.stderr.push_str(&format!("error: {error}\n"));
                report.code = bad;
                continue;
            }
        };
        match laid_out(&bytes) {
            Err(findings) => {
                let text = String::from_utf8_lossy(&bytes);
                report.stderr.push_str(&render(&findings, &name, &text, Format::Human, color));
                report.code = bad;
            }
            Ok(text) if check => {
                if text.as_bytes() != bytes {
                    report.stdout.push_str(&format!("{name}: not in canonical layout; `shardbed fmt` mends it\n"));
                    report.code = 1;
                }
            }
            Ok(text) if input.is_some() => report.stdout.push_str(&text),
            Ok(text) if text.as_bytes() == bytes => {}
            Ok(text) => {
                if let Err(error) = files::replace(path, &text) {
                    report.stderr.push_str(&format!("error: {error}\n"));
                    report.code = bad;
                }
            }
        }
    }
    report
}

fn laid_out(bytes: &[u8]) -> Result<String, Vec<Diagnostic>> {
    format(decode(bytes)?)
}
