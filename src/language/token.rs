//! Text to tokens. Comments are kept beside them for the formatter; a character that begins no token is a
//! diagnostic and left out.

use crate::language::codes::{
    self, BAD_NAME, BAD_NUMBER, NESTING, STRAY_CHARACTER, STRAY_DOC, UNCLOSED_BLOCK, UNCLOSED_TEXT,
};
use crate::language::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::language::number;
use crate::language::span::Span;
use logos::{Lexer, Logos};

/// The most blocks inside one another.
pub const MAX_NESTING: usize = 64;

#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r]+")]
enum Raw {
    #[token("\n")]
    Newline,
    #[regex(r"///[^\n]*", priority = 20, allow_greedy = true)]
    Doc,
    #[regex(r"//[^\n]*", priority = 10, allow_greedy = true)]
    Slashes,
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Comment,
    #[regex(r"[A-Za-z_\u{80}-\u{10FFFF}][0-9A-Za-z_\u{80}-\u{10FFFF}]*")]
    Word,
    #[regex(r"[+-]?\.?[0-9]([eE][+-]|[0-9A-Za-z_.])*")]
    Number,
    #[token("\"\"\"", rest_of_block)]
    Block,
    #[regex("\"[^\"\n]*\"?")]
    Text,
    #[regex("'[^'\n]*'?")]
    Letter,
    #[token("{")]
    OpenBrace,
    #[token("}")]
    CloseBrace,
    #[token("(")]
    OpenParen,
    #[token(")")]
    CloseParen,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token("%")]
    Percent,
    #[token("->")]
    Arrow,
    #[token("<=")]
    AtMost,
    #[token("<")]
    Less,
    #[token(">=")]
    AtLeast,
    #[token(">")]
    Greater,
    #[token("==")]
    DoubleEqual,
    #[token("=")]
    Equal,
}

/// Takes everything up to the closing `"""`, or the whole rest where there is none.
fn rest_of_block(lexer: &mut Lexer<'_, Raw>) {
    let rest = lexer.remainder();
    lexer.bump(rest.find("\"\"\"").map_or(rest.len(), |end| end + 3));
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a word of the language.
    Word,
    Number,
    /// `9x9`.
    Size,
    /// `"…"` or `"""…"""`.
    Text,
    /// `'C'`.
    Letter,
    /// `/// …`.
    Doc,
    OpenBrace,
    CloseBrace,
    OpenParen,
    CloseParen,
    Comma,
    Semicolon,
    Percent,
    Arrow,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    EndOfFile,
}

#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub span: Span,
    /// It is the first token of its line.
    pub line_start: bool,
    /// At least one empty line lies above it.
    pub blank_above: bool,
}

impl Token<'_> {
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    /// Whether a newline before it does not end the statement.
    pub fn continues_line(&self) -> bool {
        self.kind == Kind::Word && matches!(self.text, "then" | "and" | "or")
    }
}

/// A `#` comment.
#[derive(Clone, Copy, Debug)]
pub struct Comment<'a> {
    pub text: &'a str,
    pub span: Span,
    /// Nothing stands before it on its line.
    pub own_line: bool,
    pub blank_above: bool,
}

/// The tokens of a text, the last one being [`Kind::EndOfFile`].
pub struct Tokens<'a> {
    pub tokens: Vec<Token<'a>>,
    pub comments: Vec<Comment<'a>>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Cuts a text (without byte order mark) into tokens.
pub fn tokens(text: &str) -> Tokens<'_> {
    let mut reader =
        Reader { text, found: Tokens { tokens: Vec::new(), comments: Vec::new(), diagnostics: Vec::new() } };
    let mut newlines = 1;
    for (raw, range) in Raw::lexer(text).spanned() {
        let span = Span::from(range);
        match raw {
            Ok(Raw::Newline) => newlines += 1,
            Ok(raw) => {
                reader.token(raw, span, newlines);
                newlines = 0;
            }
            Err(()) => reader.stray(span),
        }
    }
    reader.push(Kind::EndOfFile, Span { start: text.len(), end: text.len() }, newlines.max(1));
    reader.nesting();
    reader.found
}

struct Reader<'a> {
    text: &'a str,
    found: Tokens<'a>,
}

impl<'a> Reader<'a> {
    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    fn push(&mut self, kind: Kind, span: Span, newlines: usize) {
        let text = self.slice(span).trim_end_matches('\r');
        let token = Token { kind, text, span, line_start: newlines > 0, blank_above: newlines > 1 };
        self.found.tokens.push(token);
    }

    fn error(&mut self, diagnostic: Diagnostic) {
        if self.found.diagnostics.len() < MAX_FINDINGS {
            self.found.diagnostics.push(diagnostic);
        }
    }

    fn token(&mut self, raw: Raw, span: Span, newlines: usize) {
        let kind = match raw {
            Raw::Newline => return,
            Raw::Comment => {
                let text = self.slice(span).trim_end();
                let comment = Comment { text, span, own_line: newlines > 0, blank_above: newlines > 1 };
                return self.found.comments.push(comment);
            }
            Raw::Slashes => {
                let message = "`//` begins no comment";
                return self.error(
                    Diagnostic::new(&STRAY_CHARACTER, span, message)
                        .help("`#` begins a comment, `///` documents the item below it"),
                );
            }
            Raw::Doc => {
                if newlines == 0 {
                    return self.error(
                        Diagnostic::new(&STRAY_DOC, span, "a `///` comment after something else on its line")
                            .help("put it on a line of its own above the item, or begin it with `#`"),
                    );
                }
                Kind::Doc
            }
            Raw::Word => {
                self.check_word(span);
                Kind::Word
            }
            Raw::Number => match self.number_kind(span) {
                Some(kind) => kind,
                None => return,
            },
            Raw::Block => {
                let text = self.slice(span);
                if text.len() < 6 || !text.ends_with("\"\"\"") {
                    let opening = Span { start: span.start, end: span.start + 3 };
                    self.error(
                        Diagnostic::new(&UNCLOSED_TEXT, opening, "the text that begins here never ends")
                            .help("close it with `\"\"\"`"),
                    );
                }
                Kind::Text
            }
            Raw::Text | Raw::Letter => {
                let quote = if raw == Raw::Text { '"' } else { '\'' };
                let text = self.slice(span);
                if text.len() < 2 || !text.ends_with(quote) {
                    self.error(
                        Diagnostic::new(&UNCLOSED_TEXT, span, "a string that does not end on its line")
                            .help(format!("close it with `{quote}`")),
                    );
                }
                if raw == Raw::Text { Kind::Text } else { Kind::Letter }
            }
            Raw::DoubleEqual => {
                self.error(
                    Diagnostic::new(&STRAY_CHARACTER, span, "`==` is no sign of the language").help("write `=`"),
                );
                Kind::Equal
            }
            Raw::OpenBrace => Kind::OpenBrace,
            Raw::CloseBrace => Kind::CloseBrace,
            Raw::OpenParen => Kind::OpenParen,
            Raw::CloseParen => Kind::CloseParen,
            Raw::Comma => Kind::Comma,
            Raw::Semicolon => Kind::Semicolon,
            Raw::Percent => Kind::Percent,
            Raw::Arrow => Kind::Arrow,
            Raw::AtMost => Kind::AtMost,
            Raw::Less => Kind::Less,
            Raw::AtLeast => Kind::AtLeast,
            Raw::Greater => Kind::Greater,
            Raw::Equal => Kind::Equal,
        };
        self.push(kind, span, newlines);
    }

    fn check_word(&mut self, span: Span) {
        let word = self.slice(span);
        let mut bytes = word.bytes();
        let good = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        // `P` is the one word of the language in upper case.
        if good || word == "P" {
            return;
        }
        let shown = shorten(word);
        let mut diagnostic = Diagnostic::new(&BAD_NAME, span, format!("`{shown}` is no name"));
        let lower = word.to_lowercase();
        diagnostic = if word.len() == 1 && word.is_ascii() && word != "_" {
            diagnostic.help(format!("names are lower case: `{lower}`; a marker of a map has quotes: `'{word}'`"))
        } else if word.is_ascii() && lower.starts_with(|c: char| c.is_ascii_lowercase()) {
            diagnostic.help(format!("names are lower case: `{}`", shorten(&lower)))
        } else if word.contains(['→', '⇒']) {
            diagnostic.help("an arrow is written `->`")
        } else {
            diagnostic.help("names begin with one of a to z and go on with a to z, 0 to 9 and `_`")
        };
        self.error(diagnostic);
    }

    /// A number, a size, or nothing with a diagnostic.
    fn number_kind(&mut self, span: Span) -> Option<Kind> {
        let text = self.slice(span);
        if number::size(text).is_some() {
            return Some(Kind::Size);
        }
        let shown = shorten(text);
        let diagnostic = match number::value(text) {
            Some(value) if value.is_finite() => return Some(Kind::Number),
            Some(_) => Diagnostic::new(&BAD_NUMBER, span, format!("`{shown}` is too large for a number")),
            None => {
                let message = format!("`{shown}` is no number");
                Diagnostic::new(&BAD_NUMBER, span, message).help(match text.trim_start_matches(['+', '-']) {
                    rest if rest.starts_with('.') => format!("write `0{}`", shorten(rest)),
                    rest if rest.contains('_') => {
                        "write the digits without `_`; `500k` is 500000, `2M` is 2000000".into()
                    }
                    _ => "numbers look like 12, 0.5, -0.01, 1e-3, 500k, 2M; sizes like 9x9".into(),
                })
            }
        };
        self.error(diagnostic);
        // A stand-in, so that the statement goes on.
        Some(Kind::Number)
    }

    fn stray(&mut self, span: Span) {
        let text = self.slice(span);
        let message = format!("`{}` begins nothing in this language", shorten(text).escape_debug());
        let diagnostic = Diagnostic::new(&STRAY_CHARACTER, span, message);
        self.error(match text {
            "-" if self.inside_word(span) => diagnostic.help("names are joined by `_`: `blue_cheese`"),
            "+" | "-" => diagnostic.help("a sign stands directly before its number; an interval is `LO to HI`"),
            ":" => diagnostic.help("a statement is its words and values, separated by spaces alone"),
            "!" => diagnostic.help("write `not CONDITION`"),
            "&" => diagnostic.help("write `and`"),
            "|" => diagnostic.help("write `or`"),
            _ => diagnostic,
        });
    }

    /// Whether letters stand directly on both sides.
    fn inside_word(&self, span: Span) -> bool {
        let (before, after) = (self.text.get(..span.start), self.text.get(span.end..));
        before.is_some_and(|text| text.ends_with(|sign: char| sign.is_ascii_alphanumeric()))
            && after.is_some_and(|text| text.starts_with(|sign: char| sign.is_ascii_alphanumeric()))
    }

    /// Braces deeper than allowed, and closing ones too many, so that nothing later has to count.
    fn nesting(&mut self) {
        let mut open = 0usize;
        let mut findings = Vec::new();
        for token in &self.found.tokens {
            if findings.len() == MAX_FINDINGS {
                break;
            }
            match token.kind {
                Kind::OpenBrace => {
                    open += 1;
                    if open == MAX_NESTING + 1 {
                        let message = format!("blocks inside one another deeper than {MAX_NESTING}");
                        findings.push(Diagnostic::new(&NESTING, token.span, message));
                    }
                }
                Kind::CloseBrace if open == 0 => {
                    let message = "a `}` without its `{`";
                    findings.push(Diagnostic::new(&UNCLOSED_BLOCK, token.span, message).help("remove it"));
                }
                Kind::CloseBrace => open -= 1,
                _ => {}
            }
        }
        findings.into_iter().for_each(|finding| self.error(finding));
    }
}

/// A long text cut for a message.
pub fn shorten(text: &str) -> String {
    const LENGTH: usize = 40;
    match text.char_indices().nth(LENGTH) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
    }
}

/// Whether nothing after this finding can be understood.
pub fn is_fatal(diagnostic: &Diagnostic) -> bool {
    *diagnostic.code == codes::NESTING
}
