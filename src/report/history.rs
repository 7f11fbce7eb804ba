//! The track records of authors and predictors, for people.

use crate::outcome::history::{ForecasterRecord, History, LedgerRead};
use crate::report::grid::{Column, grid};
use crate::report::number::{Unit, counted, plural};
use crate::report::paper::{Paint, Paper};
use crate::report::terminal::Style;

/// Below so many studies an interval says little.
const FEW: usize = 10;

/// So many sealed predictions without an outcome are named.
const NAMED: usize = 20;

/// What is said of each, to be read from top to bottom without a manual. `store` is the folder of the outcomes.
pub fn history(history: &History, store: &str, style: Style) -> String {
    let mut paper = Paper::new(style);
    if history.forecasters.is_empty() {
        paper.paragraph(0, Paint::Plain, &nobody(history, store));
    } else {
        records(&mut paper, history, store);
    }
    left_out(&mut paper, history);
    never_run(&mut paper, history, store);
    // The page begins with its first heading.
    paper.into_text().trim_start_matches('\n').to_string()
}

fn nobody(history: &History, store: &str) -> String {
    let makes = "`shardbed seal FILE`, and then `shardbed run FILE`, make one that counts";
    match history.outcomes {
        0 => format!("There is no outcome in {store}: {makes}."),
        1 => format!("The one outcome in {store} does not count: {makes}."),
        outcomes => format!("None of the {outcomes} outcomes in {store} counts: {makes}."),
    }
}

fn records(paper: &mut Paper, history: &History, store: &str) {
    let counts = match (history.counted, history.outcomes) {
        (_, 0) => format!("there is no outcome in {store}"),
        (1, 1) => format!("the one outcome in {store} counts"),
        (1, outcomes) => format!("1 of the {outcomes} outcomes in {store} counts"),
        (counted, outcomes) => format!("{counted} of the {outcomes} outcomes in {store} count"),
    };
    let sealed = match history.all {
        true => "the result of a run; with --all it counts even if its prediction was not sealed before",
        false => "the result of a run; it counts if its prediction was sealed before; LEFT OUT says why others do not",
    };
    paper.heading("TRACK RECORD", &counts);
    let mut terms = vec![("outcome", sealed)];
    if !history.ledgers.is_empty() {
        terms.push(("never run", "predictions that were sealed in the ledgers read, and have no outcome in the store, or none that may count"));
    }
    terms.extend([
        ("studies", "what everything rests on: forecasts and seeds of one study are no sample; copies with the same networks are one"),
        ("skill", "1 - sum of scores / sum of reference scores over studies: 100% is perfect, 0% as good as knowing nothing"),
        ("(low to high)", "95% interval, with the study as the unit (jackknife)"),
        ("log", "mean over studies of reference - log score of probabilities, in nats: above 0 is better"),
        ("v", "the version of a predictor, raised whenever it forecasts otherwise"),
        ("ranges", "how often what was measured lay in a 90% range; 90% is right"),
    ]);
    paper.terms(&terms);
    paper.blank();
    let all = &history.forecasters;
    let names: Vec<String> = all.iter().map(name).collect();
    let column = |title: &str, cell: fn(&ForecasterRecord) -> String| Column {
        title: title.to_string(),
        paint: Paint::Measured,
        cells: all.iter().map(cell).collect(),
    };
    let mut table = vec![column("studies", |found| found.studies.len().to_string())];
    if !history.ledgers.is_empty() {
        table.push(column("never run", |found| found.never_run.map_or("-".to_string(), |never| never.to_string())));
    }
    if history.all {
        table.push(column("not sealed before", |found| found.not_sealed_before.to_string()));
    }
    table.push(column("skill", skill));
    table.push(column("log", log));
    table.push(column("ranges held", ranges));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    grid(paper, &names, &table);
    calibration(paper, all);
    let most = all.iter().map(|found| found.studies.len()).max().unwrap_or(0);
    if (1..FEW).contains(&most) {
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
    if history.other_seeds > 0 {
        let text = format!(
            "{} never run with the number of seeds that was sealed: whoever ran it with others could stop when they liked the result.",
            match history.other_seeds {
                1 => "One prediction was".to_string(),
                many => format!("{many} predictions were"),
            }
        );
        paper.hanging("  ! ", Paint::Warning, &text);
    }
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
            format!(
                "stated {} happened {} ({}, {})",
                percent(bin.stated),
                percent(bin.happened),
                counted(bin.forecasts, "forecast"),
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

/// What ledgers tell beside the outcomes; where none was asked for, that there is more than outcomes tell.
fn never_run(paper: &mut Paper, history: &History, store: &str) {
    if history.ledgers.is_empty() {
        if history.outcomes == 0 {
            return;
        }
        let text = format!(
            "Only outcomes in {store} are seen here: a prediction that was sealed and never run, or whose outcome was removed, \
             leaves no trace in it. `shardbed history FILE…`, or a folder, reads ledgers too."
        );
        paper.blank();
        paper.hanging("  ! ", Paint::Warning, &text);
        return;
    }
    let there = history.ledgers.iter().filter(|ledger| ledger.entries > 0);
    let entries: usize = there.clone().map(|ledger| ledger.entries).sum();
    let read = format!("{} in {}", plural(entries, "entry", "entries"), counted(there.count(), "ledger"));
    let predictions = counted(history.never_run.len(), "prediction");
    paper.heading("SEALED, NEVER RUN", &format!("{predictions} without an outcome in {store}, of {read}"));
    for sealed in history.never_run.iter().take(NAMED) {
        let replaced = sealed.replaced_by.map_or(String::new(), |entry| format!("; replaced by entry {entry}"));
        let text = format!(
            "{}: by {} at {}, entry {} of {}{replaced}",
            sealed.study, sealed.author, sealed.sealed, sealed.entry, sealed.ledger
        );
        paper.hanging("  ", Paint::Plain, &text);
    }
    if let Some(more) = history.never_run.len().checked_sub(NAMED).filter(|more| *more > 0) {
        paper.hanging("  ", Paint::Faint, &format!("and {more} more; --format json has all of them"));
    }
    for LedgerRead { ledger, entries, fault } in &history.ledgers {
        match fault {
            Some(fault) => paper.hanging("  ! ", Paint::Warning, &format!("{ledger} could not be read: {fault}")),
            None if *entries == 0 => {
                paper.hanging("  ! ", Paint::Warning, &format!("{ledger} is not there: nothing was sealed in it"))
            }
            None => {}
        }
    }
    let text = "They may have been run in another store, and other ledgers may hold more.";
    paper.hanging("  ", Paint::Faint, text);
}

#[cfg(test)]
mod tests {
    use super::{NAMED, history};
    use crate::outcome::history::{
        EventCalibration, ForecasterRecord, History, LedgerRead, LeftOut, NeverRun, RangeCalibration,
    };
    use crate::report::terminal::Style;
    use crate::report::wrap::columns;

    fn found(name: &str, studies: usize) -> ForecasterRecord {
        ForecasterRecord {
            kind: "author".to_string(),
            name: Some(name.to_string()),
            version: None,
            studies: (0..studies).map(|study| format!("study_{study}")).collect(),
            not_sealed_before: 1,
            never_run: None,
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

    fn of_two() -> History {
        let infinite = ForecasterRecord { log_infinite: 2, ..found("Eve \u{1b}[2J", 3) };
        let left_out = vec![LeftOut { reason: "unsealed".to_string(), outcomes: 4 }];
        History {
            outcomes: 8,
            counted: 4,
            left_out,
            forecasters: vec![found("Ada", 1), infinite],
            ..History::default()
        }
    }

    /// Every line fits, and nothing is obeyed by a terminal.
    fn said(history_of: &History, width: usize) -> String {
        let text = history(history_of, "kept", Style { width, colour: false });
        assert!(text.lines().all(|line| columns(line) <= width) && !text.contains('\u{1b}'), "{text}");
        text
    }

    #[track_caller]
    fn says(text: &str, all: &[&str]) {
        for words in all {
            assert!(text.contains(words), "{words}: {text}");
        }
    }

    #[test]
    fn a_page() {
        let mut of = of_two();
        let text = said(&of, 120);
        assert!(text.starts_with("TRACK RECORD  4 of the 8 outcomes in kept count\n  outcome "), "{text}");
        says(
            &text,
            &[
                "25% (-50% to 100%)",
                "infinitely bad in 2; 0.50 without",
                "75% of 8",
                "stated 90% happened 50% (3 forecasts, 2 studies)",
                "3 studies at most: so few say little",
                "LEFT OUT  4 of 8 outcomes\n     4  unsealed\n",
            ],
        );
        assert!(!text.contains("not sealed before") && !text.contains("never run  "), "{text}");
        of.all = true;
        says(&said(&of, 120), &["Outcomes that were not sealed before the run count here"]);
        of.forecasters.iter_mut().for_each(|found| found.studies = vec!["x".to_string(); 10]);
        assert!(!said(&of, 80).contains("say little"));
    }

    #[test]
    fn nobody_is_told_why() {
        let mut of = History { forecasters: Vec::new(), ..of_two() };
        let text = said(&of, 120);
        assert!(text.starts_with("None of the 8 outcomes in kept counts: `shardbed seal FILE`, and then"), "{text}");
        says(&text, &["LEFT OUT  4 of 8 outcomes\n"]);
        of.outcomes = 1;
        assert!(said(&of, 60).starts_with("The one outcome in kept does not count: "));
        let text = said(&History::default(), 120);
        assert!(text.starts_with("There is no outcome in kept: "), "{text}");
    }

    #[test]
    fn what_no_outcome_tells_is_told() {
        let mut of = of_two();
        says(&said(&of, 120), &["  ! Only outcomes in kept are seen here: a prediction that was sealed and never run"]);
        let of_one = |entry, replaced_by| NeverRun {
            ledger: "a.shard.ledger".to_string(),
            entry,
            study: "brie".to_string(),
            author: "Eve \u{1b}[2J".to_string(),
            sealed: "2026-01-31T09:30:00Z".to_string(),
            replaced_by,
        };
        of.ledgers = vec![
            LedgerRead { ledger: "a.shard.ledger".to_string(), entries: 5, fault: None },
            LedgerRead { ledger: "b.shard.ledger".to_string(), entries: 0, fault: Some("it is empty".to_string()) },
            LedgerRead { ledger: "c.shard.ledger".to_string(), entries: 0, fault: None },
        ];
        of.never_run = vec![of_one(1, Some(2)), of_one(3, None)];
        of.forecasters[0].never_run = Some(12);
        of.other_seeds = 1;
        let text = said(&of, 120);
        says(
            &text,
            &[
                "\nSEALED, NEVER RUN  2 predictions without an outcome in kept, of 5 entries in 1 ledger\n",
                "  ! c.shard.ledger is not there: nothing was sealed in it\n",
                "  brie: by Eve at 2026-01-31T09:30:00Z, entry 1 of a.shard.ledger; replaced by entry 2\n",
                "entry 3 of a.shard.ledger\n",
                "  ! b.shard.ledger could not be read: it is empty\n",
                "  Ada (author)",
                " 12 ",
                "  ! One prediction was never run with the number of seeds that was sealed",
            ],
        );
        assert!(!text.contains("Only outcomes"), "{text}");
        of.never_run = (0..NAMED as u64 + 3).map(|entry| of_one(entry, None)).collect();
        says(&said(&of, 80), &["  and 3 more; --format json has all of them\n"]);
    }
}
