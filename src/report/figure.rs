//! Shares on an axis from 0% to 100%: a forecast, a measured bar with its interval, a dot per seed.

use crate::outcome::measured::Measured;
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::wrap::left;

/// Columns before the axis, and the least after it.
const LABEL: usize = 12;
const VALUE: usize = 26;

/// The axis with its numbers.
pub fn scale(paper: &mut Paper) {
    let cells = cells(paper);
    let mut line = "  share".to_string();
    for quarter in 0..=4 {
        let text = format!("{}%", 25 * quarter);
        let at = LABEL + quarter * (cells - 1) / 4;
        // Numbers stand centred on their tick, the first begins there.
        let start = at.saturating_sub(if quarter == 0 { 0 } else { text.len() / 2 });
        line = format!("{}{text}", left(&line, start));
    }
    paper.line(&[(&line, Paint::Faint)]);
}

/// The figure of one share.
pub fn share(paper: &mut Paper, forecast: Option<f64>, measured: &Measured) {
    let cells = cells(paper);
    if let Some(forecast) = forecast {
        let mut axis = empty(cells);
        mark(&mut axis, forecast, '▼');
        line(paper, "forecast", Paint::Forecast, &axis, &Unit::Part.show(forecast));
    }
    let Some(mean) = measured.mean else {
        let undefined = "  measured  undefined: no strength is positive in any seed";
        paper.line(&[(undefined, Paint::Plain)]);
        return;
    };
    let [low, high] = measured.interval.unwrap_or([mean, mean]);
    let mut axis = empty(cells);
    let (low, high) = (cell(cells, low.min(high)), cell(cells, low.max(high)));
    axis[..low].fill('█');
    axis[low..=high].fill('▒');
    mark(&mut axis, mean, '┃');
    line(paper, "measured", Paint::Measured, &axis, &Unit::Part.measured(measured));
    let defined: Vec<f64> = measured.by_seed.iter().flatten().copied().collect();
    if measured.by_seed.len() < 2 {
        return;
    }
    let mut axis = empty(cells);
    for (at, spot) in axis.iter_mut().enumerate() {
        match defined.iter().filter(|value| cell(cells, **value) == at).count() {
            0 => {}
            1 => *spot = '●',
            n => *spot = u32::try_from(n).ok().and_then(|n| char::from_digit(n, 10)).unwrap_or('+'),
        }
    }
    let missing = measured.by_seed.len() - defined.len();
    let note = if missing == 0 { String::new() } else { format!("{missing} undefined") };
    line(paper, "seeds", Paint::Measured, &axis, &note);
}

fn line(paper: &mut Paper, label: &str, paint: Paint, axis: &[char], value: &str) {
    let axis: String = axis.iter().collect();
    let label = left(&format!("  {label}"), LABEL);
    paper.line(&[(&label, Paint::Plain), (&axis, paint), (&format!("  {value}"), Paint::Plain)]);
}

/// How many columns the axis has: one more than a multiple of four, so that every quarter has its own.
fn cells(paper: &Paper) -> usize {
    let room = paper.width().saturating_sub(LABEL + VALUE).clamp(21, 61);
    room - (room - 1) % 4
}

fn empty(cells: usize) -> Vec<char> {
    (0..cells).map(|at| if at % ((cells - 1) / 4) == 0 { '┊' } else { ' ' }).collect()
}

fn mark(axis: &mut [char], value: f64, mark: char) {
    let at = cell(axis.len(), value);
    if let Some(spot) = axis.get_mut(at) {
        *spot = mark;
    }
}

/// The column of a value, those outside of [0, 1] at the ends.
fn cell(cells: usize, value: f64) -> usize {
    (value.clamp(0.0, 1.0) * (cells - 1) as f64).round() as usize
}
