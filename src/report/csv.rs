//! Tables as comma-separated values, RFC 4180 with line feeds.
//!
//! A text that a spreadsheet would take for a formula, since it begins with `=`, `+`, `-`, `@`, a tab or a carriage return,
//! gets an apostrophe before it. Numbers are the shortest that read as the same f64, `inf` if infinite; what is undefined is empty.

/// A table with named columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The name of its file, without `.csv`.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Number(Option<f64>),
    Whole(u64),
    Truth(bool),
}

impl Table {
    /// The text of the file.
    pub fn csv(&self) -> String {
        let header = self.columns.join(",");
        let line = |row: &Vec<Cell>| row.iter().map(Cell::written).collect::<Vec<_>>().join(",");
        std::iter::once(header).chain(self.rows.iter().map(line)).map(|line| line + "\n").collect()
    }
}

impl Cell {
    fn written(&self) -> String {
        match self {
            Cell::Text(text) => quoted(text),
            Cell::Number(Some(number)) if number.is_finite() => format!("{number:?}"),
            Cell::Number(Some(number)) if !number.is_nan() => format!("{number}"),
            Cell::Number(_) => String::new(),
            Cell::Whole(number) => number.to_string(),
            Cell::Truth(truth) => truth.to_string(),
        }
    }
}

pub fn text(text: &str) -> Cell {
    Cell::Text(text.to_string())
}

/// Empty where there is none.
pub fn optional(words: Option<&str>) -> Cell {
    text(words.unwrap_or_default())
}

/// Empty where it is undefined.
pub fn number(value: Option<f64>) -> Cell {
    Cell::Number(value)
}

fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_string() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Table, quoted};

    #[test]
    fn texts_are_quoted_and_no_formulas() {
        for (text, written) in [
            ("plain words", "plain words"),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("-1", "'-1"),
            ("@a,\"b\"", "\"'@a,\"\"b\"\"\""),
            ("+1", "'+1"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("", ""),
        ] {
            assert_eq!(quoted(text), written);
        }
    }

    #[test]
    fn numbers_keep_every_bit() {
        let numbers = [0.1 + 0.2, -1.0, 1e-300, 123_456_789.5];
        let mut row: Vec<Cell> = numbers.iter().map(|number| Cell::Number(Some(*number))).collect();
        row.extend([Cell::Number(None), Cell::Number(Some(f64::NAN)), Cell::Whole(7), Cell::Truth(true)]);
        row.push(Cell::Number(Some(f64::INFINITY)));
        let columns = vec!["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let text = Table { name: "t", about: "", columns, rows: vec![row] }.csv();
        assert_eq!(text, "a,b,c,d,e,f,g,h,i\n0.30000000000000004,-1.0,1e-300,123456789.5,,,7,true,inf\n");
    }
}
