//! A place in the tokens, and what every part of the parser does there: look, take, complain, recover.

use crate::language::codes::{BAD_NAME, Code, EXPECTED, RESERVED};
use crate::language::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::language::number;
use crate::language::span::{Span, Spanned};
use crate::language::suggest;
use crate::language::token::{Kind, Token, shorten};
use crate::language::tree::{Amount, Name, Size};
use crate::language::vocabulary::{self, Entry};
use crate::study::solver::OTHER;
use crate::world::action::Side;

/// The statement cannot be understood; the diagnostic is already written.
#[derive(Debug)]
pub struct Stop(());

pub type Parsed<T> = Result<T, Stop>;

/// Its fields are for this file and [`blocks`](crate::language::parse::blocks), which goes on with it.
pub struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token<'a>],
    pub(super) at: usize,
    /// The token that begins the statement: it may stand at the start of a line.
    pub(super) begin: usize,
    pub(super) parens: usize,
    pub(super) doc: Option<Spanned<String>>,
    /// What is being read, to show how it is written where it is wrong.
    pub(super) reading: Option<&'static Entry>,
    /// An unclosed block was reported; those around it are not.
    pub(super) unclosed: bool,
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, tokens: &'a [Token<'a>]) -> Self {
        Cursor {
            text,
            tokens,
            at: 0,
            begin: 0,
            parens: 0,
            doc: None,
            reading: None,
            unclosed: false,
            diagnostics: Vec::new(),
        }
    }

    // --- Looking.

    /// The token here, whether or not it belongs to the statement.
    pub fn token(&self) -> Token<'a> {
        self.tokens.get(self.at).copied().unwrap_or(Token {
            kind: Kind::EndOfFile,
            text: "",
            span: Span { start: self.text.len(), end: self.text.len() },
            line_start: true,
            blank_above: false,
        })
    }

    pub fn kind(&self) -> Kind {
        self.token().kind
    }

    pub(super) fn previous(&self) -> Span {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map(|token| token.span).unwrap_or_default()
    }

    /// Whether the statement ends here.
    pub fn at_end(&self) -> bool {
        let token = self.token();
        match token.kind {
            Kind::Semicolon | Kind::CloseBrace | Kind::EndOfFile | Kind::Doc => true,
            _ => token.line_start && self.at != self.begin && self.parens == 0 && !token.continues_line(),
        }
    }

    /// Whether this kind of token stands here, within the statement.
    pub fn is(&self, kind: Kind) -> bool {
        !self.at_end() && self.kind() == kind
    }

    pub fn is_word(&self, word: &str) -> bool {
        !self.at_end() && self.token().is_word(word)
    }

    /// Whether a word stands here, and this kind of token behind it.
    pub fn is_word_before(&self, kind: Kind) -> bool {
        self.is(Kind::Word) && self.tokens.get(self.at + 1).is_some_and(|token| token.kind == kind)
    }

    /// Whether a word with `(` behind it stands here.
    pub fn is_call(&self) -> bool {
        self.is_word_before(Kind::OpenParen)
    }

    /// Whether a share (a number with `%`) stands here, behind a word.
    pub fn word_with_share(&self) -> bool {
        self.is(Kind::Word) && self.tokens.get(self.at + 2).is_some_and(|token| token.kind == Kind::Percent)
    }

    /// What stands here, for messages.
    pub fn found(&self) -> String {
        let token = self.token();
        match token.kind {
            Kind::EndOfFile => "the end of the file".into(),
            Kind::Doc => "a `///` comment".into(),
            _ if self.at_end() && token.line_start => "the end of the line".into(),
            _ => format!("`{}`", shorten(token.text.lines().next().unwrap_or(""))),
        }
    }

    /// Where what stands here is: the end of the line is just behind the last token.
    pub fn here(&self) -> Span {
        let token = self.token();
        let line_ends = token.kind == Kind::EndOfFile || (self.at_end() && token.line_start);
        if line_ends { self.previous().after() } else { token.span }
    }

    /// From this place to the last token taken.
    pub fn since(&self, start: Span) -> Span {
        start.to(self.previous())
    }

    /// Whether this word stands here, behind `///` lines.
    pub fn documented_word(&self, word: &str) -> bool {
        let here = self.tokens.iter().skip(self.at).find(|token| token.kind != Kind::Doc);
        here.is_some_and(|token| token.is_word(word))
    }

    /// The token that the line ends with, if it was meant to go on: `then`, `and`, `or` or a comma.
    pub(super) fn dangling(&self) -> Option<Token<'a>> {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at))?;
        let goes_on = last.continues_line() || (last.kind == Kind::Comma && self.parens == 0);
        (self.token().line_start && goes_on).then_some(*last)
    }

    // --- Taking.

    pub fn bump(&mut self) -> Span {
        let span = self.token().span;
        if self.kind() != Kind::EndOfFile {
            self.at += 1;
        }
        span
    }

    pub fn take(&mut self, kind: Kind) -> bool {
        let here = self.is(kind);
        if here {
            self.bump();
        }
        here
    }

    pub fn take_word(&mut self, word: &str) -> bool {
        let here = self.is_word(word);
        if here {
            self.bump();
        }
        here
    }

    pub fn expect(&mut self, kind: Kind, what: &str) -> Parsed<()> {
        if self.take(kind) { Ok(()) } else { Err(self.expected(what)) }
    }

    pub fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.take_word(word) { Ok(()) } else { Err(self.expected(&format!("`{word}`"))) }
    }

    /// Newlines end nothing until the matching [`close`](Self::close).
    pub fn open(&mut self) -> Parsed<()> {
        self.expect(Kind::OpenParen, "`(`")?;
        self.parens += 1;
        Ok(())
    }

    pub fn close(&mut self) -> Parsed<()> {
        if self.kind() != Kind::CloseParen && self.token().line_start {
            let finding =
                Diagnostic::new(&EXPECTED, self.previous().after(), "expected `)`, found the end of the line");
            return Err(self.stop(finding));
        }
        self.expect(Kind::CloseParen, "`)`")?;
        self.parens = self.parens.saturating_sub(1);
        Ok(())
    }

    /// A name that is not a word of conditions; `what` it names, with its article.
    pub fn name(&mut self, what: &str) -> Parsed<Name> {
        if !self.is(Kind::Word) {
            return Err(self.expected(what));
        }
        let token = self.token();
        if vocabulary::RESERVED.contains(&token.text) {
            let message = format!("expected {what}, found `{}`, which is never a name", token.text);
            let mut finding = Diagnostic::new(&RESERVED, token.span, message);
            if what.starts_with("the name of the") {
                finding = finding.help("choose another name");
            }
            return Err(self.stop(finding));
        }
        if token.text == "P" {
            let finding = Diagnostic::new(&BAD_NAME, token.span, "`P` is no name").help("names are lower case: `p`");
            return Err(self.stop(finding));
        }
        self.bump();
        Ok(Spanned::new(token.text.to_owned(), token.span))
    }

    /// The name of a solver, or `other`.
    pub fn state(&mut self, what: &str) -> Parsed<Name> {
        let here = self.here();
        if self.take_word(OTHER) { Ok(Spanned::new(OTHER.to_owned(), here)) } else { self.name(what) }
    }

    /// One or more, with `,` between them.
    pub fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut list = vec![read(self)?];
        while self.take(Kind::Comma) {
            list.push(read(self)?);
        }
        Ok(list)
    }

    pub fn side(&mut self, what: &str) -> Parsed<Side> {
        match self.maybe_side() {
            Some(side) => Ok(side),
            None if self.is(Kind::Word) => {
                let sides = Side::ALL.map(Side::name);
                let token = self.token();
                let message = format!("expected {what}, found `{}`", shorten(token.text));
                let help = suggest::help(token.text, "side", &sides);
                Err(self.stop(Diagnostic::new(&EXPECTED, token.span, message).help(help)))
            }
            None => Err(self.expected(what)),
        }
    }

    pub fn maybe_side(&mut self) -> Option<Side> {
        let side = Side::ALL.into_iter().find(|side| self.is_word(side.name()));
        if side.is_some() {
            self.bump();
        }
        side
    }

    /// A number, with or without `%`.
    pub fn number(&mut self, what: &str) -> Parsed<Amount> {
        if !self.is(Kind::Number) {
            return Err(self.expected(what));
        }
        let token = self.token();
        self.bump();
        let percent = self.take(Kind::Percent);
        let value = if percent { number::fraction(token.text) } else { number::value(token.text) };
        Ok(Amount { value: value.unwrap_or(0.0), percent, span: self.since(token.span) })
    }

    /// `WxH`.
    pub fn size(&mut self) -> Parsed<Size> {
        let token = self.token();
        if !self.is(Kind::Size) {
            return Err(self.expected("a size such as `9x9`"));
        }
        self.bump();
        let (width, height) = number::size(token.text).unwrap_or_default();
        Ok(Size { width, height, span: token.span })
    }

    /// The entry of a list that stands here, taken. `place` is where it may stand ("a world").
    pub fn entry(
        &mut self,
        place: &str,
        entries: &'static [Entry],
        code: &'static Code,
    ) -> Parsed<(&'static Entry, Span)> {
        let what = || suggest::list(&vocabulary::names(entries));
        if !self.is(Kind::Word) {
            let what = what();
            return Err(self.expected(&if entries.len() > 1 { format!("one of {what}") } else { what }));
        }
        let token = self.token();
        let first = |entry: &Entry| entry.name.split(' ').next().unwrap_or("");
        if let Some(entry) = entries.iter().find(|entry| token.is_word(first(entry))) {
            self.bump();
            self.reading = Some(entry);
            for word in entry.name.split(' ').skip(1) {
                self.expect_word(word)?;
            }
            return Ok((entry, self.since(token.span)));
        }
        if self.full() {
            return Err(Stop(()));
        }
        let message = format!("`{}` is not known in {place}", shorten(token.text));
        let known = entries.iter().flat_map(|entry| [first(entry), entry.name]);
        let help = match suggest::nearest(token.text, known) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("known in {place}: {}", what()),
        };
        Err(self.stop(Diagnostic::new(code, token.span, message).help(help)))
    }

    // --- Complaining.

    /// Whether no more findings are collected: then the nearest known name is not looked for.
    pub fn full(&self) -> bool {
        self.diagnostics.len() >= MAX_FINDINGS
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.full() {
            self.diagnostics.push(diagnostic);
        }
    }

    pub fn stop(&mut self, diagnostic: Diagnostic) -> Stop {
        self.push(diagnostic);
        Stop(())
    }

    pub fn expected(&mut self, what: &str) -> Stop {
        let mut finding = Diagnostic::new(&EXPECTED, self.here(), format!("expected {what}, found {}", self.found()));
        if let Some(last) = self.dangling() {
            finding = finding.help(match last.kind {
                Kind::Comma => "a line does not end with `,`: the whole list stands on one line",
                _ => "a line may begin with `then`, `and` or `or`, but not end with one",
            });
        } else if let Some(entry) = self.reading {
            finding = finding.help(entry.written());
        }
        self.stop(finding)
    }
}
