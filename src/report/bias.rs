//! Measured biases on a terminal.

use crate::outcome::bias::{Biases, Curve, RuleBias};
use crate::report::number::{Unit, counted};
use crate::report::paper::{Paint, Paper};
use crate::report::sanitize::sanitize;
use crate::report::terminal::Style;
use crate::report::wrap::{columns, left, widest};

/// Gradient steps at which curves are shown, as far as they were taken.
const SHOWN: [usize; 9] = [5, 10, 20, 30, 50, 75, 100, 200, 400];

/// Beyond so many columns a name has a line of its own.
const LONGEST_NAME: usize = 24;

/// A part in percent and the gap before it.
const PART_COLUMNS: usize = 8;

/// Steps and biases of every rule, then the learning curves.
pub fn page(found: &Biases, style: Style) -> String {
    let mut paper = Paper::new(style);
    let widths: Vec<String> = found.agent.iter().map(usize::to_string).collect();
    let facts = [
        found.study.clone(),
        format!("mlp({})", widths.join(", ")),
        format!("{} a rule", counted(found.networks, "fresh network")),
    ];
    paper.parts("BIAS  ", Paint::Plain, &facts);
    paper.heading("MEASURED", "gradient steps until half of the rule alone is explained, and 1 over them");
    let name = widest(found.heuristics.iter().map(|rule| rule.name.as_str())).clamp(4, LONGEST_NAME);
    let head = ["steps", "bias", "relative", "in the file"];
    let rows: Vec<Vec<String>> = found.heuristics.iter().map(|rule| measured(rule, found)).collect();
    table(&mut paper, name, &head, &found.heuristics, &rows);
    notes(&mut paper, found);
    paper.heading("LEARNING CURVES", "the part explained on fresh states after so many steps, mean over networks");
    let shown = shown(found.steps_tried, paper.width().saturating_sub(name + 2));
    let head: Vec<String> = shown.iter().map(usize::to_string).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let part = |rule: &RuleBias, step: usize| {
        explained(&rule.curves, step).map_or("-".to_string(), |part| Unit::Part.show(part))
    };
    let rows: Vec<Vec<String>> =
        found.heuristics.iter().map(|rule| shown.iter().map(|&step| part(rule, step)).collect()).collect();
    table(&mut paper, name, &head, &found.heuristics, &rows);
    paper.into_text()
}

/// As many of the steps as there are columns for, the last among them.
fn shown(most: usize, columns: usize) -> Vec<usize> {
    let steps: Vec<usize> = SHOWN.into_iter().filter(|&step| step <= most).collect();
    let apart = steps.len().div_ceil((columns / PART_COLUMNS).max(1)).max(1);
    let mut shown: Vec<usize> = steps.into_iter().rev().step_by(apart).collect();
    shown.reverse();
    shown
}

fn measured(rule: &RuleBias, found: &Biases) -> Vec<String> {
    let given = rule.given.map_or("measured".to_string(), |given| Unit::Plain.show(given));
    let Some((steps, bias)) = rule.steps.zip(rule.bias) else {
        return vec!["-".into(), "-".into(), "-".into(), given];
    };
    let relative = rule.relative_bias.map_or("-".to_string(), |relative| Unit::Plain.show(relative));
    // A mean over networks of which one did not get there is too low, and the bias too high.
    let late = rule.steps_by_network.iter().filter(|steps| steps.is_none()).count();
    match late {
        0 => vec![Unit::Plain.show(steps), Unit::Plain.show(bias), relative, given],
        _ if late == rule.steps_by_network.len() => {
            vec![
                format!("> {}", found.steps_tried),
                format!("< {}", Unit::Plain.show(bias)),
                format!("< {relative}"),
                given,
            ]
        }
        _ => vec![
            format!("> {}", Unit::Plain.show(steps)),
            format!("< {}", Unit::Plain.show(bias)),
            format!("< {relative}"),
            given,
        ],
    }
}

fn notes(paper: &mut Paper, found: &Biases) {
    for rule in &found.heuristics {
        let late = rule.steps_by_network.iter().filter(|steps| steps.is_none()).count();
        let note = if rule.steps.is_none() {
            "fires in no state that was drawn: it has no bias, and nothing could strengthen it".to_string()
        } else if late > 0 {
            let networks = format!("{late} of {} networks", rule.steps_by_network.len());
            format!(
                "half is not explained within {} steps by {networks}; predictors use 1 over these",
                found.steps_tried
            )
        } else if rule.fires <= 0.0 {
            "never fires in training: its bias counts for nothing there and is left out of the mean".to_string()
        } else if let Some(other) = &rule.same_as {
            format!(
                "recommends the same as {other} in every state: they are learned by the same networks and count once"
            )
        } else {
            continue;
        };
        paper.hanging(&format!("  {}: ", sanitize(&rule.name)), Paint::Warning, &note);
    }
    let mean = found.mean_bias.map_or(String::new(), |mean| {
        format!("Relative: over {}, the geometric mean of the rules that fire in training. ", Unit::Plain.show(mean))
    });
    let text = format!("{mean}`bias measured` stands for the relative number.");
    paper.paragraph(2, Paint::Faint, &text);
}

/// The mean over networks at a step, on straight lines between the places of a curve.
fn explained(curves: &[Curve], step: usize) -> Option<f64> {
    let at = |curve: &Curve| {
        let after = curve.steps.iter().position(|&own| own >= step)?;
        let before = after.saturating_sub(usize::from(curve.steps[after] > step));
        let (from, to) = (curve.steps[before], curve.steps[after]);
        let along = if to > from { (step - from) as f64 / (to - from) as f64 } else { 0.0 };
        Some(curve.explained[before] + along * (curve.explained[after] - curve.explained[before]))
    };
    let parts = curves.iter().map(at).collect::<Option<Vec<f64>>>().filter(|parts| !parts.is_empty())?;
    Some(parts.iter().sum::<f64>() / parts.len() as f64)
}

/// Numbers beside the names of rules; a name that is too long stands above them.
fn table(paper: &mut Paper, name: usize, head: &[&str], rules: &[RuleBias], rows: &[Vec<String>]) {
    let width =
        |column: usize| rows.iter().map(|row| columns(&row[column])).max().unwrap_or(0).max(columns(head[column]));
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let taken = 2 + widths.iter().map(|width| width + 2).sum::<usize>();
    let name = name.min(paper.width().saturating_sub(taken));
    let cells = |cells: &mut dyn Iterator<Item = &str>| -> String {
        cells.zip(&widths).map(|(cell, width)| format!("  {}{cell}", " ".repeat(width - columns(cell)))).collect()
    };
    paper.line(&[(&format!("  {}{}", left("", name), cells(&mut head.iter().copied())), Paint::Faint)]);
    for (rule, row) in rules.iter().zip(rows) {
        let own = sanitize(&rule.name);
        let own = if columns(&own) > name {
            paper.line(&[(&format!("  {own}"), Paint::Plain)]);
            String::new()
        } else {
            own
        };
        let numbers = cells(&mut row.iter().map(String::as_str));
        paper.line(&[(&format!("  {}", left(&own, name)), Paint::Plain), (&numbers, Paint::Measured)]);
    }
}

#[cfg(test)]
mod tests {
    use super::{explained, page, shown};
    use crate::outcome::bias::{Biases, Curve, RuleBias};
    use crate::report::terminal::Style;
    use crate::report::wrap::columns;

    fn rule(name: &str, steps: [Option<f64>; 2]) -> RuleBias {
        let curve = Curve { steps: vec![0, 10, 400], explained: vec![0.0, 0.25, 1.0] };
        RuleBias {
            name: name.to_string(),
            given: Some(2.0),
            fires: 0.5,
            same_as: None,
            steps: Some(20.0),
            steps_by_network: steps.to_vec(),
            bias: Some(0.05),
            relative_bias: Some(1.0),
            curves: vec![curve; 2],
        }
    }

    #[test]
    fn everything_fits_in_60_columns() {
        let never =
            RuleBias { steps: None, bias: None, relative_bias: None, curves: Vec::new(), ..rule("never", [None; 2]) };
        let found = Biases {
            study: "a_study".to_string(),
            agent: vec![64, 64],
            networks: 2,
            steps_tried: 400,
            part: 0.5,
            mean_bias: Some(0.05),
            heuristics: vec![
                rule("quick", [Some(10.0), Some(40.0)]),
                rule("a_rule_whose_name_goes_on_and_on_and_on", [Some(10.0), None]),
                rule("slow", [None; 2]),
                never,
            ],
        };
        let page = page(&found, Style { width: 60, colour: false });
        page.lines().for_each(|line| assert!(columns(line) <= 60, "{line}"));
        for words in ["> 20.00", "> 400", "< 0.050", "never: ", "1 of 2 networks", "27%"] {
            assert!(page.contains(words), "no `{words}` in\n{page}");
        }
    }

    #[test]
    fn parts_between_two_places_of_a_curve() {
        let curves = rule("r", [None; 2]).curves;
        let part = |step: usize| explained(&curves, step);
        assert_eq!((part(0), part(5), part(10), part(400)), (Some(0.0), Some(0.125), Some(0.25), Some(1.0)));
        assert_eq!((part(500), explained(&[], 5)), (None, None));
        assert_eq!(shown(400, 200).len(), 9);
        assert_eq!((shown(400, 17), shown(100, 0)), (vec![30, 400], vec![100]));
    }
}
