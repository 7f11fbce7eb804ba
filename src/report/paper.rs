//! What sections write on: lines of limited width, coloured if asked for.

use crate::report::sanitize::sanitize;
use crate::report::terminal::Style;
use crate::report::wrap::{columns, join, left, wrap};

/// What a stretch of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    Plain,
    Heading,
    /// Explanations.
    Faint,
    /// Forecast by the author.
    Forecast,
    /// Measured.
    Measured,
    Good,
    Bad,
    Warning,
}

impl Paint {
    /// The parameters of the SGR escape sequence.
    fn code(self) -> &'static str {
        match self {
            Paint::Plain => "",
            Paint::Heading => "1",
            Paint::Faint => "2",
            Paint::Forecast => "35",
            Paint::Measured => "36",
            Paint::Good => "32",
            Paint::Bad => "31",
            Paint::Warning => "33",
        }
    }
}

pub struct Paper {
    /// Columns, at least 60.
    width: usize,
    colour: bool,
    text: String,
}

impl Paper {
    pub fn new(style: Style) -> Paper {
        Paper { width: style.width.max(60), colour: style.colour, text: String::new() }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn into_text(self) -> String {
        self.text
    }

    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A section's heading, after a blank line, with a remark beside it or below.
    pub fn heading(&mut self, title: &str, remark: &str) {
        self.blank();
        if columns(title) + 2 + columns(remark) <= self.width {
            self.line(&[(title, Paint::Heading), ("  ", Paint::Plain), (remark, Paint::Faint)]);
        } else {
            self.paragraph(0, Paint::Heading, title);
            self.paragraph(2, Paint::Faint, remark);
        }
    }

    /// Wrapped text, every line indented.
    pub fn paragraph(&mut self, indent: usize, paint: Paint, text: &str) {
        self.hanging(&" ".repeat(indent), paint, text);
    }

    /// Wrapped text after a `label`, later lines indented by its width.
    pub fn hanging(&mut self, label: &str, paint: Paint, text: &str) {
        let indent = columns(label).min(self.width / 2);
        self.labelled(label, paint, &wrap(&sanitize(text), self.width - indent), indent);
    }

    /// Like [`Paper::hanging`], of parts joined by ` · ` that stay whole where they fit.
    pub fn parts(&mut self, label: &str, paint: Paint, parts: &[String]) {
        let indent = columns(label).min(self.width / 2);
        let parts: Vec<String> = parts.iter().map(|part| sanitize(part)).collect();
        self.labelled(label, paint, &join(&parts, self.width - indent), indent);
    }

    /// Terms and what they mean, one below the other.
    pub fn terms(&mut self, terms: &[(&str, &str)]) {
        let widest = terms.iter().map(|(term, _)| columns(term)).max().unwrap_or(0);
        for (term, meaning) in terms {
            self.hanging(&format!("  {}  ", left(term, widest)), Paint::Faint, meaning);
        }
    }

    /// One line as it is; the caller sees to its width.
    pub fn line(&mut self, spans: &[(&str, Paint)]) {
        let end = spans.iter().rposition(|(text, _)| !text.trim_end().is_empty()).map_or(0, |last| last + 1);
        for (i, (text, paint)) in spans[..end].iter().enumerate() {
            let text = sanitize(text);
            let text = if i + 1 == end { text.trim_end() } else { &text };
            if self.colour && *paint != Paint::Plain && !text.trim().is_empty() {
                self.text.push_str(&format!("\u{1b}[{}m{text}\u{1b}[0m", paint.code()));
            } else {
                self.text.push_str(text);
            }
        }
        self.blank();
    }

    fn labelled(&mut self, label: &str, paint: Paint, lines: &[String], indent: usize) {
        let indented = " ".repeat(indent);
        // A label too long to stand beside its text stands above it.
        let beside = columns(label) <= indent;
        if !beside {
            for line in wrap(&sanitize(label), self.width) {
                self.line(&[(&line, Paint::Plain)]);
            }
        }
        for (i, line) in lines.iter().enumerate() {
            let before = if i == 0 && beside { label } else { &indented };
            let label_paint = if paint == Paint::Faint || paint == Paint::Warning { paint } else { Paint::Plain };
            self.line(&[(before, label_paint), (line, paint)]);
        }
    }
}
