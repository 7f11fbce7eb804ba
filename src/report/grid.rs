//! Tables with a line for each name, whose columns go on below where a terminal is too narrow for all.

use crate::report::paper::{Paint, Paper};
use crate::report::sanitize::sanitize;
use crate::report::wrap::{columns, left, widest, wrap};

/// Titles are broken between words to about this many columns.
const TITLE: usize = 10;

/// A column.
pub struct Column {
    pub title: String,
    pub paint: Paint,
    /// One per line.
    pub cells: Vec<String>,
}

/// Writes a table; a name too long for its column is cut.
pub fn grid(paper: &mut Paper, names: &[&str], table: &[Column]) {
    let name_width = widest(names.iter().copied()) + 4;
    let titles: Vec<Vec<String>> = table.iter().map(|column| wrap(&sanitize(&column.title), TITLE)).collect();
    let width = |(column, title): (&Column, &Vec<String>)| {
        column.cells.iter().chain(title).map(|cell| self::columns(cell)).max().unwrap_or(0) + 2
    };
    let widths: Vec<usize> = table.iter().zip(&titles).map(width).collect();
    let mut start = 0;
    while start < table.len() {
        let mut end = start + 1;
        while end < table.len() && name_width + widths[start..=end].iter().sum::<usize>() <= paper.width() {
            end += 1;
        }
        let lines = titles[start..end].iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..lines {
            let cell = |column: usize| {
                // Titles end on the line above the numbers.
                let title = &titles[column];
                let text = (line + title.len()).checked_sub(lines).map_or("", |at| title[at].as_str());
                left(text, widths[column])
            };
            let text: String = (start..end).map(cell).collect();
            paper.line(&[(&" ".repeat(name_width), Paint::Plain), (&text, Paint::Faint)]);
        }
        for (row, name) in names.iter().enumerate() {
            let label = left(&format!("  {}", cut(&sanitize(name), name_width - 4)), name_width);
            let cells: Vec<String> = (start..end).map(|c| left(&table[c].cells[row], widths[c])).collect();
            let mut spans = vec![(label.as_str(), Paint::Plain)];
            spans.extend(cells.iter().enumerate().map(|(c, cell)| (cell.as_str(), table[start + c].paint)));
            paper.line(&spans);
        }
        start = end;
        if start < table.len() {
            paper.blank();
        }
    }
}

/// The beginning of a name, `…` behind it where something is left out.
fn cut(name: &str, width: usize) -> String {
    if columns(name) <= width {
        return name.to_string();
    }
    let first = wrap(name, width.saturating_sub(1)).into_iter().next().unwrap_or_default();
    format!("{first}…")
}

#[cfg(test)]
mod tests {
    use super::{Column, grid};
    use crate::report::paper::{Paint, Paper};
    use crate::report::terminal::Style;

    #[test]
    fn what_does_not_fit_goes_on_below() {
        let mut paper = Paper::new(Style { width: 60, colour: false });
        let column = |i: usize| Column {
            title: format!("predictor {i}"),
            paint: Paint::Plain,
            cells: vec![format!("{i}0%"), "-".to_string()],
        };
        let columns: Vec<Column> = (0..6).map(column).collect();
        grid(&mut paper, &["to_cheese", "a_name_longer_than_any_column_of_names"], &columns);
        let text = paper.into_text();
        assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
        assert!(text.contains("\n  a_name_longer_than_any_…  -"), "{text}");
        assert_eq!(text.matches("to_cheese").count(), 3, "{text}");
        assert!(text.contains("50%"), "{text}");
    }
}
