//! The skills of predictors as a picture in SVG: a panel per view, predictors below one another, skill with its interval
//! along the axis, and the noise ceiling as a line.
//!
//! Blue and orange of Okabe and Ito's palette, which people who confuse red and green tell apart; what a colour says is
//! said by a shape too.

use crate::outcome::benchmark::{Benchmark, Group, Skill, View};
use crate::report::benchmark::title;
use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle, WHITE};
use std::io;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<io::Error>>;

/// Skill below this is drawn at it, with an arrow.
const LEAST: f64 = -1.0;
const MOST: f64 = 1.0;
/// Pixels: a row, a panel's axis, the names before it, and what stands around the rows.
const ROW: i32 = 30;
const AXIS: i32 = 300;
const NAMES: i32 = 190;
const TOP: i32 = 64;
const BOTTOM: i32 = 58;
const GAP: i32 = 50;

const INK: RGBColor = RGBColor(40, 40, 40);
const FAINT: RGBColor = RGBColor(205, 205, 205);
const BLUE: RGBColor = RGBColor(0, 114, 178);
const ORANGE: RGBColor = RGBColor(213, 94, 0);

/// The skill of mean shares on the studies never tuned on, or on those to tune on where there are no others: relative
/// views on the left, pixels on the right.
///
/// # Errors
/// If it cannot be drawn.
pub fn picture(benchmark: &Benchmark) -> Result<String, String> {
    let first = benchmark.groups.first().and_then(|group| group.half);
    let panel = |view: View| benchmark.groups.iter().find(|group| group.half == first && group.view == Some(view));
    let panels: Vec<&Group> = [View::Relative, View::Pixel].into_iter().filter_map(panel).collect();
    let rows = benchmark.forecasters.len() as i32;
    let width = NAMES + panels.len().max(1) as i32 * (AXIS + GAP);
    let height = TOP + rows * ROW + BOTTOM;
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (width.cast_unsigned(), height.cast_unsigned()));
        let area = area.into_drawing_area();
        draw(&area, benchmark, &panels).map_err(|error| error.to_string())?;
    }
    svg.push('\n');
    Ok(svg)
}

fn draw(area: &Area, benchmark: &Benchmark, panels: &[&Group]) -> Drawn {
    area.fill(&WHITE)?;
    for (row, forecaster) in benchmark.forecasters.iter().enumerate() {
        write(area, &forecaster.name, (NAMES - 12, middle(row)), HPos::Right, 15.0, INK)?;
    }
    for (index, group) in panels.iter().enumerate() {
        panel(area, group, NAMES + index as i32 * (AXIS + GAP), benchmark.forecasters.len())?;
    }
    area.present()
}

/// The height of the middle of a row.
fn middle(row: usize) -> i32 {
    TOP + row as i32 * ROW + ROW / 2
}

/// Where a skill lies on an axis that begins at `left`.
fn along(left: i32, skill: f64) -> i32 {
    left + ((skill.clamp(LEAST, MOST) - LEAST) / (MOST - LEAST) * f64::from(AXIS)).round() as i32
}

fn panel(area: &Area, group: &Group, left: i32, rows: usize) -> Drawn {
    let bottom = TOP + rows as i32 * ROW;
    let studies = if group.studies == 1 { "1 study".to_string() } else { format!("{} studies", group.studies) };
    write(area, &format!("{} ({studies})", title(group)), (left + AXIS / 2, 20), HPos::Center, 16.0, INK)?;
    for tick in [-1.0, -0.5, 0.0, 0.5, 1.0] {
        let x = along(left, tick);
        line(area, [(x, TOP), (x, bottom)], if tick == 0.0 { INK } else { FAINT }, 1)?;
        write(area, &format!("{tick}"), (x, bottom + 14), HPos::Center, 13.0, INK)?;
    }
    write(
        area,
        "skill of mean shares: 0 as good as uniform, 1 perfect",
        (left + AXIS / 2, bottom + 38),
        HPos::Center,
        13.0,
        INK,
    )?;
    if let Some(ceiling) = group.ceiling.mean {
        let x = along(left, ceiling);
        line(area, [(x, TOP), (x, bottom)], ORANGE, 2)?;
        write(area, "noise ceiling", (x.min(left + AXIS - 34), TOP - 12), HPos::Center, 12.0, ORANGE)?;
    }
    for (row, skills) in group.skills.iter().enumerate() {
        match skills.mean {
            Some(skill) => point(area, skill, left, middle(row))?,
            None => write(area, "says nothing", (along(left, 0.0), middle(row)), HPos::Center, 13.0, INK)?,
        }
    }
    Ok(())
}

/// A skill with its interval; an arrow to the left where it lies below the axis.
fn point(area: &Area, skill: Skill, left: i32, y: i32) -> Drawn {
    if let Some([low, high]) = skill.interval.filter(|[_, high]| *high >= LEAST) {
        let (from, to) = (along(left, low), along(left, high));
        line(area, [(from, y), (to, y)], BLUE, 2)?;
        // Ends that lie on the axis have a stroke; one that goes on beyond has none.
        for (end, x) in [(low, from), (high, to)] {
            if (LEAST..=MOST).contains(&end) {
                line(area, [(x, y - 5), (x, y + 5)], BLUE, 2)?;
            }
        }
    }
    let x = along(left, skill.value);
    if skill.value < LEAST {
        area.draw(&Polygon::new(vec![(x, y), (x + 10, y - 6), (x + 10, y + 6)], BLUE.filled()))?;
        return write(area, &format!("{:.1}", skill.value), (x + 14, y - 9), HPos::Left, 12.0, BLUE);
    }
    area.draw(&Circle::new((x, y), 5, BLUE.filled()))
}

fn line(area: &Area, ends: [(i32, i32); 2], colour: RGBColor, width: u32) -> Drawn {
    area.draw(&PathElement::new(
        ends.to_vec(),
        ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: width },
    ))
}

fn write(area: &Area, text: &str, at: (i32, i32), side: HPos, size: f64, colour: RGBColor) -> Drawn {
    let font = ("sans-serif", size, FontStyle::Normal).into_font();
    let style = TextStyle::from(font).color(&colour).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(text.to_string(), at, style))
}
