//! The prediction language: text to [`Study`].
//!
//! A text becomes tokens ([`token`]), a syntax tree (`parse`, [`tree`]) and studies (`check`); what is wrong
//! becomes [`diagnostic`]s with stable [`codes`], shown by [`render`]. The other way lead [`mod@print`] (parts of a
//! study in the words of the language), [`canonical`] (a whole study and its hash) and [`layout`] (a file, tidied).

pub mod canonical;
mod check;
pub mod codes;
pub mod diagnostic;
pub mod layout;
pub mod library;
pub mod number;
mod parse;
pub mod print;
pub mod render;
pub mod span;
pub mod suggest;
pub mod token;
pub mod tree;
pub mod vocabulary;

use crate::language::codes::{EMPTY, INCOMPLETE, NOT_TEXT, TOO_LONG};
use crate::language::diagnostic::Diagnostic;
use crate::language::library::{Library, NoLibrary};
use crate::language::span::Span;
use crate::study::Study;

/// The longest file, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// A file in order.
#[derive(Clone, Debug)]
pub struct Checked {
    /// None in a file that only has worlds for others.
    pub studies: Vec<Study>,
    /// How many worlds it has itself.
    pub worlds: usize,
    pub warnings: Vec<Diagnostic>,
}

/// Reads a prediction file. Errors of the text and its grammar come together, those of its meaning after them;
/// spans count the bytes of [`source`]. A text that is no file uses no others.
pub fn read(text: &str) -> Result<Checked, Vec<Diagnostic>> {
    read_in(text, &NoLibrary)
}

/// [`read`] for the text of a file, which may use others of its library.
pub fn read_in(text: &str, library: &dyn Library) -> Result<Checked, Vec<Diagnostic>> {
    let text = source(text);
    let (file, findings) = syntax(text);
    if !findings.is_empty() {
        return Err(sorted(findings));
    }
    let (studies, mut findings) = check::check(&file, library);
    if file.studies.is_empty() && file.worlds.is_empty() && file.uses.is_empty() {
        let message = "the file has no world and no study";
        let help = "a study names a world, an agent, heuristics and forecasts: `study NAME { … }`";
        findings.push(Diagnostic::new(&INCOMPLETE, Span { start: text.len(), end: text.len() }, message).help(help));
    }
    let findings = sorted(findings);
    if findings.iter().any(Diagnostic::is_error) {
        return Err(findings);
    }
    Ok(Checked { studies, worlds: file.worlds.len(), warnings: findings })
}

/// [`read_in`] for the bytes of a file, which may not be text at all.
pub fn read_bytes(bytes: &[u8], library: &dyn Library) -> Result<Checked, Vec<Diagnostic>> {
    read_in(decode(bytes)?, library)
}

/// The bytes as text, or why they are none; that finding is shown with the text of [`String::from_utf8_lossy`].
pub fn decode(bytes: &[u8]) -> Result<&str, Vec<Diagnostic>> {
    // First, since only the start of such a file is read, which may end inside a character.
    if bytes.len() > MAX_BYTES {
        return Err(vec![too_long()]);
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let message = if bytes.contains(&0) {
            "this is no text but a binary file".to_owned()
        } else {
            format!("byte {at}, in line {line}, is no UTF-8")
        };
        // Where the text has a byte order mark, spans count from behind it.
        let at = if bytes.starts_with(b"\xef\xbb\xbf") { at - 3 } else { at };
        vec![Diagnostic::new(&NOT_TEXT, Span { start: at, end: at }, message).help("save the file as UTF-8 text")]
    })
}

/// The text that spans refer to: without its byte order mark.
pub fn source(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The file in its canonical layout, with its comments, a newline at its end. Only its grammar need be right.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let text = source(text);
    let (_, findings) = syntax(text);
    if !findings.is_empty() {
        return Err(sorted(findings));
    }
    Ok(layout::layout(text, layout::Keep::Comments))
}

fn too_long() -> Diagnostic {
    Diagnostic::new(&TOO_LONG, Span::default(), "the file is longer than 1 MiB").help("split it into several files")
}

fn syntax(text: &str) -> (tree::File, Vec<Diagnostic>) {
    let whole = Span { start: 0, end: 0 };
    let refuse = |finding: Diagnostic| (tree::File::default(), vec![finding]);
    if text.len() > MAX_BYTES {
        return refuse(too_long());
    }
    if text.trim().is_empty() {
        let help = "begin with `edition 1`, a `world` and a `study`";
        return refuse(Diagnostic::new(&EMPTY, whole, "the file is empty").help(help));
    }
    if text.contains('\0') {
        return refuse(Diagnostic::new(&NOT_TEXT, whole, "this is no text but a binary file"));
    }
    let tokens = token::tokens(text);
    if tokens.diagnostics.iter().any(token::is_fatal) {
        return (tree::File::default(), tokens.diagnostics);
    }
    let (file, parsed) = parse::parse(text, &tokens.tokens);
    let findings = merge(text, tokens.diagnostics, parsed);
    (file, findings)
}

/// The findings of both stages, without those of the parser that a wrong character explains: on the same line, or
/// behind a text that never ends.
fn merge(text: &str, lexed: Vec<Diagnostic>, parsed: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if lexed.is_empty() {
        return parsed;
    }
    let line = |span: Span| text.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count();
    let lines: Vec<usize> = lexed.iter().map(|finding| line(finding.span)).collect();
    let unclosed =
        lexed.iter().filter(|finding| *finding.code == codes::UNCLOSED_TEXT).map(|finding| finding.span.start);
    let cut = unclosed.min().unwrap_or(usize::MAX);
    let kept = parsed.into_iter().filter(|finding| {
        let opened_before = finding.span.start < cut && *finding.code != codes::UNCLOSED_BLOCK;
        (cut == usize::MAX || opened_before) && !lines.contains(&line(finding.span))
    });
    let mut all = lexed.clone();
    all.extend(kept);
    all
}

/// In the order of the file.
fn sorted(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings.sort_by_key(|finding| (!finding.is_error(), finding.span));
    findings
}
