//! `shardbed check FILE…`: what is wrong with prediction files.

use crate::cli::{Report, files};
use crate::language::read_bytes;
use crate::language::render::{Format, render};
use crate::report::number::counted;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Checks every file. Findings of people's formats go to standard error, with one line per file in order on
/// standard output; JSON goes to standard output. The code is 0 where every file is in order, with or without
/// warnings, else 1.
pub fn check(paths: &[PathBuf], format: Format, color: bool) -> Report {
    let mut report = Report::default();
    for path in paths {
        one(path, format, color, &mut report);
    }
    report
}

fn one(path: &Path, format: Format, color: bool, report: &mut Report) {
    let name = path.display().to_string();
    let (bytes, folder) = match files::open(path) {
        Ok(opened) => opened,
        Err(error) => {
            report.code = 1;
            return match format {
                Format::Json => {
                    let object =
                        json!({ "file": name, "severity": "error", "code": null, "message": error.to_string() });
                    report.stdout.push_str(&format!("{object}\n"));
                }
                _ => report.stderr.push_str(&format!("error: {error}\n")),
            };
        }
    };
    let result = read_bytes(&bytes, &folder);
    let text = String::from_utf8_lossy(&bytes);
    let findings = match &result {
        Ok(checked) => &checked.warnings,
        Err(findings) => findings,
    };
    let shown = render(findings, &name, &text, format, color);
    match format {
        Format::Json => report.stdout.push_str(&shown),
        _ => report.stderr.push_str(&shown),
    }
    match result {
        Err(_) => report.code = 1,
        Ok(checked) if format == Format::Human => {
            let studies: Vec<String> = checked
                .studies
                .iter()
                .map(|study| {
                    let [rules, forecasts] =
                        [counted(study.heuristics.len(), "heuristic"), counted(study.forecasts.len(), "forecast")];
                    let claims = match study.claims.len() {
                        0 => String::new(),
                        count => format!(", {}", counted(count, "claim")),
                    };
                    format!("{} ({rules}, {forecasts}{claims})", study.name)
                })
                .collect();
            let found = match (studies.is_empty(), checked.worlds) {
                (false, _) => studies.join(", "),
                (true, 1) => "no study, 1 world".to_owned(),
                (true, worlds) => format!("no study, {worlds} worlds"),
            };
            report.stdout.push_str(&format!("{}: ok: {found}\n", files::shown(path)));
        }
        Ok(_) => {}
    }
}
