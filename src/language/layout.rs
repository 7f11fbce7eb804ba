//! The canonical layout of a file. Words and values stay as they are written; spaces, lines and indentation follow
//! from them alone, but for one empty line that is kept between statements. Between items of the file there is always
//! one, but for `use` lines that stand together. A block stands on one line where it
//! holds no comment and fits; comments stay above the statement that they stand above or in, or behind it.

use crate::language::token::{self, Comment, Kind, Token};

/// The longest line that is not broken.
const WIDTH: usize = 100;

/// What of the file is kept beside its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Everything.
    Comments,
    /// `///` lines; no `#` comments and no empty lines but those between items.
    Documentation,
}

/// The file in canonical layout, with a newline at its end. The text has no byte order mark and lexes without
/// findings; anything else comes out in some layout of its own.
pub fn layout(text: &str, keep: Keep) -> String {
    let found = token::tokens(text);
    let comments = if keep == Keep::Comments { found.comments } else { Vec::new() };
    let mut reader = Reader { tokens: &found.tokens, at: 0, comments: &comments, keep };
    let file = reader.block();
    let mut out = String::new();
    write_block(&mut out, &file, 0);
    out
}

/// A line of its own: a comment or a line of documentation.
struct Line<'a> {
    text: &'a str,
    blank_above: bool,
}

struct Block<'a> {
    /// A comment behind its `{`.
    opening: Option<&'a str>,
    statements: Vec<Statement<'a>>,
    /// Comments below its last statement.
    tail: Vec<Line<'a>>,
}

struct Statement<'a> {
    above: Vec<Line<'a>>,
    blank_above: bool,
    pieces: Vec<Piece<'a>>,
    behind: Option<&'a str>,
}

impl Statement<'_> {
    fn is_use(&self) -> bool {
        matches!(self.pieces.first(), Some(Piece::Token(token)) if token.is_word("use"))
    }
}

enum Piece<'a> {
    Token(Token<'a>),
    Block(Block<'a>),
}

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    comments: &'a [Comment<'a>],
    keep: Keep,
}

impl<'a> Reader<'a> {
    fn token(&self) -> Option<&'a Token<'a>> {
        self.tokens.get(self.at).filter(|token| token.kind != Kind::EndOfFile)
    }

    /// The next comment if it begins before this byte, taken.
    fn comment_before(&mut self, end: usize) -> Option<Comment<'a>> {
        let (first, rest) = self.comments.split_first()?;
        (first.span.start < end).then(|| {
            self.comments = rest;
            *first
        })
    }

    /// A comment on the same line, behind what was just read.
    fn comment_behind(&mut self) -> Option<&'a str> {
        let next = self.token().map_or(usize::MAX, |token| token.span.start);
        let (first, rest) = self.comments.split_first()?;
        (!first.own_line && first.span.start < next).then(|| {
            self.comments = rest;
            first.text
        })
    }

    fn lines_before(&mut self, end: usize, lines: &mut Vec<Line<'a>>) {
        while let Some(comment) = self.comment_before(end) {
            lines.push(Line { text: comment.text, blank_above: comment.blank_above && comment.own_line });
        }
    }

    /// Statements up to the `}` of the block, which is taken, or to the end of the file.
    fn block(&mut self) -> Block<'a> {
        let mut block = Block { opening: self.comment_behind_brace(), statements: Vec::new(), tail: Vec::new() };
        loop {
            let Some(token) = self.token() else {
                self.lines_before(usize::MAX, &mut block.tail);
                return block;
            };
            match token.kind {
                Kind::CloseBrace => {
                    self.lines_before(token.span.start, &mut block.tail);
                    self.at += 1;
                    return block;
                }
                Kind::Semicolon => self.at += 1,
                _ => {
                    let statement = self.statement();
                    block.statements.push(statement);
                }
            }
        }
    }

    fn comment_behind_brace(&mut self) -> Option<&'a str> {
        if self.at == 0 { None } else { self.comment_behind() }
    }

    fn statement(&mut self) -> Statement<'a> {
        let mut statement = Statement { above: Vec::new(), blank_above: false, pieces: Vec::new(), behind: None };
        while let Some(token) = self.token() {
            self.lines_before(token.span.start, &mut statement.above);
            if token.kind != Kind::Doc {
                break;
            }
            statement.above.push(Line { text: token.text, blank_above: self.keeps(token.blank_above) });
            self.at += 1;
        }
        let begin = self.at;
        statement.blank_above = self.token().is_some_and(|token| self.keeps(token.blank_above));
        let mut parens = 0usize;
        while let Some(token) = self.token() {
            let new_line = token.line_start && self.at != begin && parens == 0 && !token.continues_line();
            if new_line || matches!(token.kind, Kind::CloseBrace | Kind::Doc) {
                break;
            }
            self.lines_before(token.span.start, &mut statement.above);
            self.at += 1;
            match token.kind {
                Kind::Semicolon => break,
                Kind::OpenBrace => {
                    let block = self.block();
                    statement.pieces.push(Piece::Block(block));
                    // The `}` of a block ends the statement, and so does a `;` behind it.
                    if self.token().is_some_and(|token| token.kind == Kind::Semicolon) {
                        self.at += 1;
                    }
                    break;
                }
                Kind::OpenParen => parens += 1,
                Kind::CloseParen => parens = parens.saturating_sub(1),
                _ => {}
            }
            statement.pieces.push(Piece::Token(*token));
        }
        statement.behind = self.comment_behind();
        statement
    }

    fn keeps(&self, blank: bool) -> bool {
        blank && self.keep == Keep::Comments
    }
}

fn write_block(out: &mut String, block: &Block<'_>, depth: usize) {
    let (mut first, mut after_use) = (true, false);
    for statement in &block.statements {
        let mut blank = depth == 0 && !first && !(statement.is_use() && after_use);
        after_use = statement.is_use();
        for line in &statement.above {
            write_line(out, line.text, depth, (blank || line.blank_above) && !first);
            (first, blank) = (false, false);
        }
        if (blank || statement.blank_above) && !first {
            out.push('\n');
        }
        first = false;
        write_statement(out, statement, depth);
    }
    for line in &block.tail {
        write_line(out, line.text, depth, line.blank_above && !first);
        first = false;
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn write_line(out: &mut String, text: &str, depth: usize, blank: bool) {
    if blank {
        out.push('\n');
    }
    indent(out, depth);
    match text.strip_prefix("///") {
        Some(doc) => {
            let doc = doc.strip_prefix(' ').unwrap_or(doc).trim_end();
            out.push_str(format!("/// {doc}").trim_end());
        }
        None => out.push_str(text),
    }
    out.push('\n');
}

fn write_statement(out: &mut String, statement: &Statement<'_>, depth: usize) {
    indent(out, depth);
    match one_line(statement, depth == 0).filter(|line| 2 * depth + line.chars().count() <= WIDTH) {
        Some(line) => out.push_str(&line),
        None => match rule_tokens(statement) {
            Some(tokens) => write_rule(out, &tokens, depth),
            None => write_pieces(out, statement, depth),
        },
    }
    if let Some(comment) = statement.behind {
        out.push(' ');
        out.push_str(comment);
    }
    out.push('\n');
}

/// The words of a statement without blocks and without texts over several lines.
fn rule_tokens<'a>(statement: &'a Statement<'_>) -> Option<Vec<&'a Token<'a>>> {
    let token = |piece: &'a Piece<'_>| match piece {
        Piece::Token(token) if !token.text.contains('\n') => Some(token),
        _ => None,
    };
    statement.pieces.iter().map(token).collect()
}

/// The statement on one line, if it may stand so: blocks of the file, texts over several lines and comments may not.
fn one_line(statement: &Statement<'_>, top: bool) -> Option<String> {
    let mut out = String::new();
    let mut last = None;
    for piece in &statement.pieces {
        match piece {
            Piece::Token(token) if token.text.contains('\n') => return None,
            Piece::Token(token) => {
                push_token(&mut out, last, token);
                last = Some(token);
            }
            Piece::Block(block) => {
                let plain = |inner: &Statement<'_>| inner.above.is_empty() && inner.behind.is_none();
                let bare = block.opening.is_none() && block.tail.is_empty() && block.statements.iter().all(plain);
                if !bare || (top && !block.statements.is_empty()) {
                    return None;
                }
                let inside: Option<Vec<String>> = block.statements.iter().map(|inner| one_line(inner, false)).collect();
                let inside = inside?.join("; ");
                out.push_str(&if inside.is_empty() { " {}".to_owned() } else { format!(" {{ {inside} }}") });
                last = None;
            }
        }
    }
    Some(out)
}

/// Piece by piece: blocks and maps over several lines.
fn write_pieces(out: &mut String, statement: &Statement<'_>, depth: usize) {
    let mut line = String::new();
    let mut last = None;
    for piece in &statement.pieces {
        match piece {
            Piece::Token(token) if token.text.contains('\n') => {
                let after_map = last.is_some_and(|last: &Token<'_>| last.is_word("map"));
                push_text(&mut line, token.text, depth, after_map);
                last = Some(token);
            }
            Piece::Token(token) => {
                push_token(&mut line, last, token);
                last = Some(token);
            }
            Piece::Block(block) => {
                out.push_str(&line);
                line.clear();
                out.push_str(" {");
                if let Some(comment) = block.opening {
                    out.push(' ');
                    out.push_str(comment);
                }
                out.push('\n');
                write_block(out, block, depth + 1);
                indent(out, depth);
                out.push('}');
                last = None;
            }
        }
    }
    out.push_str(&line);
}

/// A rule that is too long for a line: broken before `then`, and before `and` and `or` outside parentheses where
/// the line would get too long.
fn write_rule(out: &mut String, tokens: &[&Token<'_>], depth: usize) {
    let mut parens = 0usize;
    let mut parts: Vec<String> = Vec::new();
    let mut last = None;
    for token in tokens {
        let joint = parens == 0 && token.continues_line();
        match parts.last_mut() {
            Some(part) if !joint => push_token(part, last, token),
            _ => parts.push(token.text.to_owned()),
        }
        match token.kind {
            Kind::OpenParen => parens += 1,
            Kind::CloseParen => parens = parens.saturating_sub(1),
            _ => {}
        }
        last = Some(token);
    }
    let mut width = 2 * depth;
    for (index, part) in parts.iter().enumerate() {
        let then = part.starts_with("then ");
        let fits = width + 1 + part.chars().count() <= WIDTH;
        if index > 0 && (then || !fits) {
            out.push('\n');
            let depth = depth + usize::from(!then);
            indent(out, depth);
            width = 2 * depth;
        } else if index > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(part);
        width += part.chars().count();
    }
}

/// A text over several lines: rows of a map one deeper than the statement, other texts as they are.
fn push_text(out: &mut String, text: &str, depth: usize, map: bool) {
    out.push(' ');
    if !map {
        return out.push_str(text);
    }
    let inside = text.trim_start_matches('"').trim_end_matches('"');
    out.push_str("\"\"\"\n");
    for row in inside.trim().lines() {
        indent(out, depth + 1);
        out.push_str(row.trim());
        out.push('\n');
    }
    indent(out, depth);
    out.push_str("\"\"\"");
}

fn push_token(out: &mut String, last: Option<&Token<'_>>, token: &Token<'_>) {
    if last.is_some_and(|last| spaced(last, token)) || (last.is_none() && !out.is_empty()) {
        out.push(' ');
    }
    out.push_str(token.text);
}

fn spaced(last: &Token<'_>, next: &Token<'_>) -> bool {
    match (last.kind, next.kind) {
        (_, Kind::Comma | Kind::CloseParen | Kind::Percent) | (Kind::OpenParen, _) => false,
        (Kind::Word, Kind::OpenParen) => matches!(last.text, "if" | "and" | "or" | "not" | "then"),
        _ => true,
    }
}
