//! Diagnostics as text: for people with the line underlined, one short line each, or one JSON object each.

use crate::language::diagnostic::{Diagnostic, Severity};
use crate::language::source;
use crate::language::span::{Span, position};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::json;

/// At most this many are shown of one file.
const MOST: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With the text underlined.
    Human,
    /// `file:line:column: code: message`
    Short,
    /// One object a line.
    Json,
}

/// All of one file's findings, each ending in a newline. `name` is the file as it is to be shown, `text` its
/// text, `color` whether a person's terminal shows it.
pub fn render(findings: &[Diagnostic], name: &str, text: &str, format: Format, color: bool) -> String {
    let text = source(text);
    let shown = findings.iter().take(if format == Format::Json { usize::MAX } else { MOST });
    let mut out: String = shown
        .map(|finding| match format {
            Format::Human => human(finding, name, text, color),
            Format::Short => short(finding, name, text),
            Format::Json => json(finding, name, text),
        })
        .collect();
    if format != Format::Json && findings.len() > MOST {
        out.push_str(&format!("{name}: and {} more\n", findings.len() - MOST));
    }
    out
}

fn human(finding: &Diagnostic, name: &str, text: &str, color: bool) -> String {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let primary = AnnotationKind::Primary.span(range(finding.span, text)).label(finding.label.as_str());
    let also = finding
        .also
        .iter()
        .map(|label| AnnotationKind::Context.span(range(label.span, text)).label(label.text.as_str()));
    let title = level.primary_title(finding.message.as_str()).id(finding.code.id);
    let mut group = if text.is_empty() {
        Group::with_title(title).element(Origin::path(name))
    } else {
        title.element(Snippet::source(text).path(name).annotation(primary).annotations(also))
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    format!("{}\n\n", renderer.render(&[group]))
}

/// Within the text, on character boundaries.
fn range(span: Span, text: &str) -> std::ops::Range<usize> {
    let boundary = |at: usize| {
        let at = at.min(text.len());
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    };
    let start = boundary(span.start);
    start..boundary(span.end).max(start)
}

fn short(finding: &Diagnostic, name: &str, text: &str) -> String {
    let (line, column) = position(text, finding.span.start);
    format!("{name}:{line}:{column}: {}: {}\n", finding.code, finding.message)
}

fn json(finding: &Diagnostic, name: &str, text: &str) -> String {
    let place = |span: Span| {
        let (start, end) = (position(text, span.start), position(text, span.end));
        json!({
            "line": start.0, "column": start.1, "end_line": end.0, "end_column": end.1,
            "start": span.start, "end": span.end,
        })
    };
    let also: Vec<_> =
        finding.also.iter().map(|label| json!({ "span": place(label.span), "text": label.text })).collect();
    let object = json!({
        "file": name,
        "severity": finding.severity().name(),
        "code": finding.code.id,
        "message": finding.message,
        "span": place(finding.span),
        "also": also,
        "help": finding.help,
    });
    format!("{object}\n")
}
