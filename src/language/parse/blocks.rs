//! Statements and blocks of them: where they end, the `///` lines above them, and going on after an error.

use crate::language::codes::{LEFT_OVER, STRAY_DOC, UNCLOSED_BLOCK};
use crate::language::diagnostic::Diagnostic;
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::span::Spanned;
use crate::language::token::Kind;

impl Cursor<'_> {
    /// The `///` lines above the statement.
    pub fn take_doc(&mut self) -> String {
        self.doc.take().map(|doc| doc.value).unwrap_or_default()
    }

    fn read_doc(&mut self) {
        let mut lines: Vec<&str> = Vec::new();
        let start = self.token().span;
        while self.kind() == Kind::Doc {
            let line = self.token().text.trim_start_matches("///");
            lines.push(line.strip_prefix(' ').unwrap_or(line).trim_end());
            self.bump();
        }
        self.doc = (!lines.is_empty()).then(|| Spanned::new(lines.join("\n"), self.since(start)));
    }

    fn refuse_doc(&mut self, why: &str) {
        if let Some(doc) = self.doc.take() {
            let help = "a `///` comment documents a world, an object, a study, a heuristic, a scenario, a phase, a solver, \
                        a forecast or a claim; other comments begin with `#`";
            self.push(Diagnostic::new(&STRAY_DOC, doc.span, why).help(help));
        }
    }

    /// One statement with its `///` lines and its end. After an error it goes on behind the statement. Says whether
    /// it was understood.
    pub fn statement(&mut self, read: impl FnOnce(&mut Self) -> Parsed<()>) -> bool {
        while self.kind() == Kind::Semicolon {
            self.bump();
        }
        self.read_doc();
        if matches!(self.kind(), Kind::EndOfFile | Kind::CloseBrace) && self.doc.is_some() {
            self.refuse_doc("a `///` comment above nothing");
            return true;
        }
        if self.kind() == Kind::EndOfFile {
            return true;
        }
        let start = self.at;
        self.begin = start;
        self.parens = 0;
        self.reading = None;
        let mut understood = read(self).is_ok();
        let after_block =
            self.at > start && self.tokens.get(self.at - 1).is_some_and(|last| last.kind == Kind::CloseBrace);
        if understood && self.at != start && !after_block && !self.at_end() {
            let finding = Diagnostic::new(
                &LEFT_OVER,
                self.here(),
                format!("expected the end of the statement, found {}", self.found()),
            );
            self.push(finding.help("a statement ends at the end of its line, at `;` or at `}`"));
            understood = false;
        }
        if understood {
            self.refuse_doc("a `///` comment above a statement that has no documentation");
        }
        self.doc = None;
        self.parens = 0;
        if !understood {
            self.recover();
            if self.at == start {
                self.bump();
            }
        }
        understood
    }

    /// Goes behind the statement, blocks in it included.
    fn recover(&mut self) {
        let mut braces = 0usize;
        if self.dangling().is_some() {
            // The next line was meant to go on with the statement.
            self.begin = self.at;
        }
        loop {
            match self.kind() {
                Kind::EndOfFile => return,
                _ if self.begins_item() && self.at > self.begin => return,
                Kind::OpenBrace => braces += 1,
                Kind::CloseBrace if braces == 0 => return,
                Kind::CloseBrace => {
                    braces -= 1;
                    if braces == 0 {
                        self.bump();
                        return;
                    }
                }
                _ if braces == 0 && self.at_end() => return,
                _ => {}
            }
            self.bump();
        }
    }

    /// `world NAME {` or `study NAME {` at the very start of a line: a block before it was not closed.
    fn begins_item(&self) -> bool {
        let token = self.token();
        let column_zero = token.span.start == 0 || self.text.as_bytes().get(token.span.start - 1) == Some(&b'\n');
        let opens = self.tokens.get(self.at + 2).is_some_and(|token| token.kind == Kind::OpenBrace);
        column_zero && opens && (token.is_word("world") || token.is_word("study"))
    }

    /// `{ … }`: every statement in it is read by `read`. Says whether all were understood.
    pub fn block(&mut self, mut read: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<bool> {
        let opening = self.here();
        if !self.take(Kind::OpenBrace) {
            let next_line = self.kind() == Kind::OpenBrace;
            let stop = self.expected("`{`");
            if next_line && let Some(last) = self.diagnostics.last_mut() {
                last.help = Some("the `{` of a block stands on the line of its first word".into());
            }
            return Err(stop);
        }
        self.unclosed = false;
        let mut understood = true;
        loop {
            while self.kind() == Kind::Semicolon {
                self.bump();
            }
            if self.kind() == Kind::CloseBrace {
                self.bump();
                return Ok(understood);
            }
            if self.kind() == Kind::EndOfFile || self.begins_item() {
                if !self.unclosed {
                    let found = if self.kind() == Kind::EndOfFile { "the file ends" } else { "the next item begins" };
                    let message = format!("{found} before the `}}` of this block");
                    let span = self.token().span;
                    let mut finding = Diagnostic::new(&UNCLOSED_BLOCK, opening, message).label("opened here");
                    if self.kind() != Kind::EndOfFile {
                        finding = finding.also(span, "this looks like the next item");
                    }
                    self.push(finding.help("close it with `}`"));
                }
                self.unclosed = true;
                return Ok(false);
            }
            understood &= self.statement(&mut read);
        }
    }
}
