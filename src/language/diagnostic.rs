//! What the checker has to say about a file: an error or a warning at a place, with its mend.

use crate::language::codes::Code;
use crate::language::span::Span;

/// More findings of one kind, of the text, its grammar or its meaning, are not collected.
pub const MAX_FINDINGS: usize = 500;

/// How bad it is: a file with an error is refused, one with warnings is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub code: &'static Code,
    /// What was found and what was expected.
    pub message: String,
    /// The exact text that is wrong, in bytes of the text without its byte order mark.
    pub span: Span,
    /// Said at the underlined text itself; may be empty.
    pub label: String,
    /// Other places that explain it.
    pub also: Vec<Label>,
    /// How to mend it.
    pub help: Option<String>,
}

/// Another place, and what it has to do with the finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

impl Diagnostic {
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic { code, message: message.into(), span, label: String::new(), also: Vec::new(), help: None }
    }

    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.also.push(Label { span, text: text.into() });
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    pub fn severity(&self) -> Severity {
        self.code.severity
    }

    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}
