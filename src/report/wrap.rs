//! Measuring and breaking text, in columns of a terminal.

use crate::report::sanitize::sanitize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The most columns of names beside what is said of them.
const NAMES: usize = 24;

/// How many columns `text` takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The width of a column of names beside what is said of them: that of the longest, up to [`NAMES`].
pub fn widest<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(|name| columns(&sanitize(name))).max().unwrap_or(0).min(NAMES)
}

/// `text` broken between words into lines of at most `width` columns; a word too long for a line is broken inside.
/// At least one line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        for piece in pieces(word, width) {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(piece),
                Some(line) if columns(line) + 1 + columns(piece) <= width => {
                    line.push(' ');
                    line.push_str(piece);
                }
                _ => lines.push(piece.to_string()),
            }
        }
    }
    lines
}

/// `parts` joined by ` · ` into lines of at most `width` columns, broken between parts where that is possible.
pub fn join(parts: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if columns(line) + 3 + columns(part) <= width => {
                line.push_str(" · ");
                line.push_str(part);
            }
            _ => lines.extend(wrap(part, width)),
        }
    }
    lines
}

/// `text` with spaces after it up to `width` columns.
pub fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// A word in pieces of at most `width` columns.
fn pieces(word: &str, width: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (at, c) in word.char_indices() {
        let wide = c.width().unwrap_or(0);
        if used + wide > width {
            pieces.push(&word[start..at]);
            (start, used) = (at, 0);
        }
        used += wide;
    }
    pieces.push(&word[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::{columns, join, left, wrap};

    #[test]
    fn breaks_between_words_and_inside_long_ones() {
        assert_eq!(wrap("the quick  brown fox", 9), ["the quick", "brown fox"]);
        assert_eq!(wrap("a incomprehensible b", 6), ["a", "incomp", "rehens", "ible b"]);
        assert_eq!(wrap("", 9), [""]);
        assert_eq!(wrap("猫猫猫", 4), ["猫猫", "猫"]);
        assert!(wrap("an unreasonable width", 0).iter().all(|line| columns(line) <= 2));
    }

    #[test]
    fn joins_parts() {
        let parts = ["one two".to_string(), "three".to_string(), "four five".to_string()];
        assert_eq!(join(&parts, 15), ["one two · three", "four five"]);
        assert_eq!(left("猫", 4), "猫  ");
    }
}
