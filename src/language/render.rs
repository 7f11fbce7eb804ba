//! Diagnostics as text: for people with the line underlined, one short line each, or one JSON object each.

use crate::language::diagnostic::{Diagnostic, Severity};
use crate::language::source;
use crate::language::span::{Span, position};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::json;
use std::borrow::Cow;
use std::ops::Range;

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
/// text, `color` whether a person's terminal shows it. Characters that a terminal would obey stand in JSON alone.
pub fn render(findings: &[Diagnostic], name: &str, text: &str, format: Format, color: bool) -> String {
    let text = source(text);
    let (exact, name) = (name, visible(name));
    let whole = Shown::new(if format == Format::Human { text } else { "" });
    let shown = findings.iter().take(if format == Format::Json { usize::MAX } else { MOST });
    let mut out: String = shown
        .map(|finding| match format {
            Format::Human => human(finding, &name, &whole, color),
            Format::Short => short(finding, &name, text),
            Format::Json => json(finding, exact, text),
        })
        .collect();
    if format != Format::Json && findings.len() > MOST {
        out.push_str(&format!("{name}: and {} more\n", findings.len() - MOST));
    }
    out
}

/// Whether a terminal would obey this character instead of showing it: a control character, or one that changes the
/// direction of the text around it.
fn commands(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with characters that a terminal would obey written out: `\u{9b}`. Newlines stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(|sign| commands(sign) && sign != '\n') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match commands(sign) && sign != '\n' {
            true => out.extend(sign.escape_unicode()),
            false => out.push(sign),
        }
    }
    out.into()
}

/// The text with `\u{fffd}` for characters that a terminal would obey, one for one, so that columns stay; and where its
/// bytes have gone: every place at which it grew, with the bytes by which it has grown up to there.
fn replaced(text: &str) -> (Cow<'_, str>, Vec<(usize, usize)>) {
    let obeyed = |sign: char| commands(sign) && !matches!(sign, '\n' | '\r' | '\t');
    if !text.contains(obeyed) {
        return (text.into(), Vec::new());
    }
    let mut out = String::with_capacity(text.len());
    let mut grown = Vec::new();
    for (at, sign) in text.char_indices() {
        match obeyed(sign) {
            true => {
                out.push('\u{fffd}');
                grown.push((at + sign.len_utf8(), out.len() - at - sign.len_utf8()));
            }
            false => out.push(sign),
        }
    }
    (out.into(), grown)
}

/// What people's formats show of a text.
struct Shown<'a> {
    text: Cow<'a, str>,
    grown: Vec<(usize, usize)>,
}

impl<'a> Shown<'a> {
    fn new(text: &'a str) -> Self {
        let (text, grown) = replaced(text);
        Shown { text, grown }
    }

    /// The bytes of a span in it, on character boundaries.
    fn range(&self, span: Span) -> Range<usize> {
        let place = |at: usize| {
            let before = self.grown.partition_point(|(place, _)| *place <= at);
            let at = at + before.checked_sub(1).and_then(|last| self.grown.get(last)).map_or(0, |(_, bytes)| *bytes);
            let at = at.min(self.text.len());
            (0..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
        };
        let start = place(span.start);
        start..place(span.end).max(start)
    }
}

fn human(finding: &Diagnostic, name: &str, shown: &Shown<'_>, color: bool) -> String {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let primary = AnnotationKind::Primary.span(shown.range(finding.span)).label(visible(&finding.label));
    let also = finding
        .also
        .iter()
        .map(|label| AnnotationKind::Context.span(shown.range(label.span)).label(visible(&label.text)));
    let title = level.primary_title(visible(&finding.message)).id(finding.code.id);
    let text = shown.text.as_ref();
    let mut group = if text.is_empty() {
        Group::with_title(title).element(Origin::path(name))
    } else {
        title.element(Snippet::source(text).path(name).annotation(primary).annotations(also))
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    format!("{}\n\n", renderer.render(&[group]))
}

fn short(finding: &Diagnostic, name: &str, text: &str) -> String {
    let (line, column) = position(text, finding.span.start);
    format!("{name}:{line}:{column}: {}: {}\n", finding.code, visible(&finding.message))
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
