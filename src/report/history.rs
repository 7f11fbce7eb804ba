//! The track records of authors and predictors, for people.

use crate::outcome::history::{ForecasterRecord, History};
use crate::report::grid::{Column, grid};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::terminal::Style;

/// Below so many studies an interval says little.
const FEW: usize = 10;

/// What is said of each, to be read from top to bottom without a manual.
pub fn history(history: &History, style: Style) -> String {
    let mut paper = Paper::new(style);
    let sealed = if history.all { "" } else { " that were sealed before the run" };
    if history.forecasters.is_empty() {
        paper.paragraph(
            0,
            Paint::Plain,
            &format!("No outcomes{sealed}: `shardbed seal FILE`, then `shardbed run FILE`, make one."),
        );
        left_out(&mut paper, history);
        return paper.into_text();
    }
    paper.heading("TRACK RECORD", &format!("{} of {} outcomes{sealed}", history.counted, history.outcomes));
    paper.terms(&[
        ("studies", "what everything rests on: forecasts and seeds of one study are no sample; copies with the same networks are one"),
        ("skill", "1 - sum of scores / sum of reference scores over studies: 100% is perfect, 0% as good as knowing nothing"),
        ("(low to high)", "95% interval, with the study as the unit (jackknife)"),
        ("log", "mean over studies of reference - log score of probabilities, in nats: above 0 is better"),
        ("v", "the version of a predictor, raised whenever it forecasts otherwise"),
        ("ranges", "how often what was measured lay in a 90% range; 90% is right"),
    ]);
    paper.blank();
    let all = &history.forecasters;
    let names: Vec<String> = all.iter().map(name).collect();
    let column = |title: &str, cell: fn(&ForecasterRecord) -> String| Column {
        title: title.to_string(),
        paint: Paint::Measured,
        cells: all.iter().map(cell).collect(),
    };
    let mut table = vec![column("studies", |found| found.studies.len().to_string())];
    if history.all {
        table.push(column("not sealed before", |found| found.not_sealed_before.to_string()));
    }
    table.push(column("skill", skill));
    table.push(column("log", log));
    table.push(column("ranges held", ranges));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    grid(&mut paper, &names, &table);
    calibration(&mut paper, all);
    let most = all.iter().map(|found| found.studies.len()).max().unwrap_or(0);
    if most < FEW {
        paper.blank();
        let studies = if most == 1 { "One study".to_string() } else { format!("{most} studies at most") };
        let text = format!(
            "{studies}: so few say little of how good anybody is, whatever the numbers are. From {FEW} on they begin to."
        );
        paper.hanging("  ! ", Paint::Warning, &text);
    }
    if history.all {
        let text = "Outcomes that were not sealed before the run count here: their authors may have known the result.";
        paper.hanging("  ! ", Paint::Warning, text);
    }
    left_out(&mut paper, history);
    // The page begins with its first heading.
    paper.into_text().trim_start_matches('\n').to_string()
}

fn name(found: &ForecasterRecord) -> String {
    match (&found.name, found.version) {
        (Some(name), Some(version)) => format!("{name} v{version}"),
        (Some(name), None) => format!("{name} (author)"),
        (None, _) => "an author without a name".to_string(),
    }
}

fn percent(part: f64) -> String {
    format!("{:.0}%", 100.0 * part)
}

fn skill(found: &ForecasterRecord) -> String {
    match (found.skill, found.interval) {
        (None, _) => "-".to_string(),
        (Some(skill), None) => percent(skill),
        (Some(skill), Some([low, high])) => format!("{} ({} to {})", percent(skill), percent(low), percent(high)),
    }
}

fn log(found: &ForecasterRecord) -> String {
    let finite = found.log_difference.map(|difference| Unit::Plain.show(difference));
    match (finite, found.log_infinite) {
        (None, 0) => "-".to_string(),
        (Some(finite), 0) => finite,
        (finite, infinite) => {
            let without = finite.map_or(String::new(), |finite| format!("; {finite} without"));
            format!("infinitely bad in {infinite}{without}")
        }
    }
}

fn ranges(found: &ForecasterRecord) -> String {
    found.ranges.as_ref().map_or("-".to_string(), |ranges| format!("{} of {}", percent(ranges.held), ranges.forecasts))
}

fn calibration(paper: &mut Paper, all: &[ForecasterRecord]) {
    if all.iter().all(|found| found.events.is_empty()) {
        return;
    }
    paper.heading("CALIBRATION OF EVENTS", "by the probability stated: that on average, and how often they happened");
    for found in all.iter().filter(|found| !found.events.is_empty()) {
        paper.paragraph(2, Paint::Plain, &name(found));
        let bins = found.events.iter().map(|bin| {
            let plural =
                |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
            format!(
                "stated {} happened {} ({}, {})",
                percent(bin.stated),
                percent(bin.happened),
                plural(bin.forecasts, "forecast", "forecasts"),
                plural(bin.studies, "study", "studies")
            )
        });
        paper.parts("    ", Paint::Measured, &bins.collect::<Vec<_>>());
    }
}

fn left_out(paper: &mut Paper, history: &History) {
    if history.left_out.is_empty() {
        return;
    }
    let all: usize = history.left_out.iter().map(|left_out| left_out.outcomes).sum();
    paper.heading("LEFT OUT", &format!("{all} of {} outcomes", history.outcomes));
    for left_out in &history.left_out {
        paper.hanging(&format!("  {:>4}  ", left_out.outcomes), Paint::Plain, &left_out.reason);
    }
}

#[cfg(test)]
mod tests {
    use super::history;
    use crate::outcome::history::{EventCalibration, ForecasterRecord, History, LeftOut, RangeCalibration};
    use crate::report::terminal::Style;
    use crate::report::wrap::columns;

    fn found(name: &str, studies: usize) -> ForecasterRecord {
        ForecasterRecord {
            kind: "author".to_string(),
            name: Some(name.to_string()),
            version: None,
            studies: (0..studies).map(|study| format!("study_{study}")).collect(),
            not_sealed_before: 1,
            scored: studies,
            skill: Some(0.25),
            interval: (studies > 1).then_some([-0.5, 1.0]),
            log_difference: Some(0.5),
            log_studies: studies,
            log_infinite: 0,
            events: vec![EventCalibration { from: 0.8, to: 1.0, stated: 0.9, happened: 0.5, forecasts: 3, studies: 2 }],
            ranges: Some(RangeCalibration { held: 0.75, forecasts: 8, studies }),
        }
    }

    fn said(history_of: &History, width: usize) -> String {
        let text = history(history_of, Style { width, colour: false });
        assert!(text.lines().all(|line| columns(line) <= width), "{text}");
        text
    }

    #[test]
    fn a_page() {
        let infinite = ForecasterRecord { log_infinite: 2, ..found("Eve \u{1b}[2J", 3) };
        let left_out = vec![LeftOut { reason: "unsealed".to_string(), outcomes: 4 }];
        let mut of =
            History { outcomes: 8, counted: 4, all: false, left_out, forecasters: vec![found("Ada", 1), infinite] };
        let text = said(&of, 120);
        for words in [
            "TRACK RECORD  4 of 8 outcomes that were sealed before the run",
            "25% (-50% to 100%)",
            "infinitely bad in 2; 0.50 without",
            "75% of 8",
            "stated 90% happened 50% (3 forecasts, 2 studies)",
            "3 studies at most: so few say little",
            "LEFT OUT  4 of 8 outcomes\n     4  unsealed\n",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(!text.contains('\u{1b}') && !text.contains("not sealed before"), "{text}");
        of.all = true;
        assert!(said(&of, 120).contains("Outcomes that were not sealed before the run count here"));
        of.forecasters.iter_mut().for_each(|found| found.studies = vec!["x".to_string(); 10]);
        assert!(!said(&of, 80).contains("say little"));
        of.forecasters.clear();
        assert!(said(&of, 60).starts_with("No outcomes: `shardbed seal FILE`"));
    }
}
