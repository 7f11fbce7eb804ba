//! Text from prediction files, made harmless for a terminal.

/// `text` on one line, without escape sequences, control characters, or characters that reorder or hide text.
///
/// Line breaks and tabs become spaces. Of an escape sequence all is removed, parameters included.
pub fn sanitize(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => match rest.next_if(|c| matches!(c, '[' | ']' | 'P' | 'X' | '^' | '_' | ' '..='/')) {
                Some('[') => skip_control(&mut rest),
                Some(']' | 'P' | 'X' | '^' | '_') => skip_string(&mut rest),
                // A sequence of two characters, after intermediate ones if there are any.
                Some(_) => {
                    while rest.next_if(|c| matches!(c, ' '..='/')).is_some() {}
                    rest.next_if(|c| matches!(c, '0'..='~'));
                }
                None => {
                    rest.next_if(|c| matches!(c, '0'..='~'));
                }
            },
            '\u{9b}' => skip_control(&mut rest),
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => clean.push(' '),
            c if c.is_control() || hides(c) => {}
            c => clean.push(c),
        }
    }
    clean
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// Parameters up to the final character of a control sequence.
fn skip_control(rest: &mut Rest) {
    while rest.next_if(|c| matches!(c, ' '..='?')).is_some() {}
    rest.next_if(|c| matches!(c, '@'..='~'));
}

/// A title, a link or the like, up to its terminator; a line break ends it too, so that it cannot swallow a file.
fn skip_string(rest: &mut Rest) {
    while let Some(c) = rest.next_if(|c| *c != '\n') {
        if c == '\u{7}' || c == '\u{9c}' {
            return;
        }
        if c == '\u{1b}' {
            rest.next_if_eq(&'\\');
            return;
        }
    }
}

/// Bidirectional controls, zero-width characters and tags.
fn hides(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::sanitize;

    #[test]
    fn leaves_plain_text() {
        for text in ["to_cheese 25% → naïve 猫 ✓", ""] {
            assert_eq!(sanitize(text), text);
        }
        assert_eq!(sanitize("two\nlines\tand a tab"), "two lines and a tab");
    }

    #[test]
    fn removes_what_a_terminal_obeys() {
        for (text, clean) in [
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("\u{1b}[2J\u{1b}[1;1Hgone", "gone"),
            ("\u{1b}]0;title\u{7}text", "text"),
            ("\u{1b}]8;;https://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{1b}(Bset", "set"),
            ("\u{1b}creset", "reset"),
            ("\u{9b}31mred", "red"),
            ("a\u{8}\u{7f}\u{0}\rb", "a b"),
            ("\u{202e}txt\u{200b}", "txt"),
            ("\u{1b}]swallow\nkept", " kept"),
            ("\u{1b}", ""),
            ("\u{1b}[", ""),
        ] {
            assert_eq!(sanitize(text), clean, "{text:?}");
        }
    }
}
