//! Names and statements that may be given once.

use crate::language::check::Findings;
use crate::language::codes::DUPLICATE;
use crate::language::diagnostic::Diagnostic;
use crate::language::span::Span;
use crate::language::tree::Name;

/// The same name a second time.
pub fn duplicate(kind: &str, name: &Name, first: Span) -> Diagnostic {
    let message = format!("a second {kind} `{}`", name.value);
    Diagnostic::new(&DUPLICATE, name.span, message)
        .label("again here")
        .also(first, "first here")
        .help("give one of them another name, or remove it")
}

/// Statements that may be given once in a block; what is said of the same thing counts as one.
#[derive(Default)]
pub struct Once {
    seen: Vec<(String, Span)>,
}

impl Once {
    /// Remembers that a thing is said here, and says so where it was said before.
    pub fn note(&mut self, what: &str, span: Span, findings: &mut Findings) {
        match self.seen.iter().find(|(known, _)| *known == what) {
            Some((_, first)) => findings.push(
                Diagnostic::new(&DUPLICATE, span, format!("{what} is given a second time"))
                    .label("again here")
                    .also(*first, "first here")
                    .help("keep one of them"),
            ),
            None => self.seen.push((what.to_owned(), span)),
        }
    }
}
