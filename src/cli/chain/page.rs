//! A chain on a terminal.

use crate::markov::g_test::GTest;
use crate::markov::posterior::Entry;
use crate::markov::solver_cycle::{LEVEL, SolverCycles, Tested, Untestable, Verdict};
use crate::markov::summary::{Kind, Summary};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::sanitize::sanitize;
use crate::report::terminal::Style;
use crate::report::wrap::{columns, left};

/// The most columns of a state's name in a table.
const NAME: usize = 12;
/// The most cycles that are shown.
const CYCLES: usize = 8;
/// Nothing to show.
const NONE: &str = "-";

/// All that is said about a chain.
pub fn page(found: &Summary, style: Style) -> String {
    let mut paper = Paper::new(style);
    let names: Vec<String> = found.states.iter().map(|name| short(name)).collect();
    let transitions = found.counts.as_ref().map(|counts| counts.iter().flatten().sum::<u64>());
    let kind = match found.kind {
        Kind::Step => "steps, self-loops kept",
        Kind::Jump => "jumps, self-loops removed",
        Kind::Event => "events, one a bout",
    };
    let mut facts = vec![amount(names.len() as u64, "state"), kind.to_string()];
    facts.extend(transitions.map(|n| amount(n, "transition")));
    paper.parts("CHAIN  ", Paint::Plain, &facts);
    matrix(&mut paper, found, &names);
    classes(&mut paper, found, &names);
    states(&mut paper, found, &names);
    passage(&mut paper, found, &names);
    cycles(&mut paper, found, &names);
    match &found.solver_cycles {
        Some(tested) => solver_cycles(&mut paper, tested, found.convergent.as_deref().unwrap_or(&[]), &names),
        None if found.kind == Kind::Event => {
            paper.heading("SOLVER-CYCLES", "");
            paper.paragraph(2, Paint::Warning, "Not testable: only sequences hold the order of events.");
        }
        None => {}
    }
    tests(&mut paper, found);
    paper.into_text()
}

fn short(name: &str) -> String {
    let clean = sanitize(name);
    if columns(&clean) <= NAME {
        return clean;
    }
    let mut cut = String::new();
    for letter in clean.chars() {
        if columns(&cut) + columns(letter.encode_utf8(&mut [0; 4])) >= NAME {
            break;
        }
        cut.push(letter);
    }
    cut + "…"
}

fn amount(count: u64, what: &str) -> String {
    format!("{} {what}{}", Unit::Steps.show(count as f64), if count == 1 { "" } else { "s" })
}

/// A number, or `never` where it is infinite.
fn time(value: f64) -> String {
    if value.is_infinite() { "never".to_string() } else { Unit::Plain.show(value) }
}

/// A table with a column of names, where it fits in the width of the paper. Whether it did.
fn table(paper: &mut Paper, head: &[&str], rows: &[(String, Vec<String>)]) -> bool {
    let first = rows.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            let cells = rows.iter().filter_map(|(_, cells)| cells.get(column)).map(|cell| columns(cell));
            cells.max().unwrap_or(0).max(columns(head[column]))
        })
        .collect();
    if 2 + first + widths.iter().map(|width| width + 2).sum::<usize>() > paper.width() {
        return false;
    }
    let line = |name: &str, cells: &mut dyn Iterator<Item = &str>| {
        let cells: Vec<String> = cells.zip(&widths).map(|(cell, width)| format!("  {}", left(cell, *width))).collect();
        format!("  {}{}", left(name, first), cells.concat())
    };
    paper.line(&[(&line("", &mut head.iter().copied()), Paint::Faint)]);
    for (name, cells) in rows {
        paper.line(&[(&line(name, &mut cells.iter().map(String::as_str)), Paint::Plain)]);
    }
    true
}

/// A square table; where it is too wide, each row as a list without what is left out as `nothing`.
fn square(paper: &mut Paper, names: &[String], cells: Vec<Vec<String>>, nothing: &str) {
    let head: Vec<&str> = names.iter().map(String::as_str).collect();
    let rows: Vec<(String, Vec<String>)> = names.iter().cloned().zip(cells).collect();
    if table(paper, &head, &rows) {
        return;
    }
    for (name, cells) in rows {
        let some: Vec<String> = names
            .iter()
            .zip(cells)
            .filter(|(_, cell)| cell != nothing)
            .map(|(to, cell)| format!("{to} {cell}"))
            .collect();
        let some = if some.is_empty() { vec![nothing.to_string()] } else { some };
        paper.parts(&format!("  {}  ", left(&name, NAME)), Paint::Plain, &some);
    }
}

fn matrix(paper: &mut Paper, found: &Summary, names: &[String]) {
    let remark = "from the state of the row to that of the column";
    paper.heading("TRANSITIONS", remark);
    let p = |p: &f64| if *p == 0.0 { NONE.to_string() } else { Unit::Plain.show(*p) };
    let plain: Vec<Vec<String>> = found.transition.iter().map(|row| row.iter().map(p).collect()).collect();
    let Some(posterior) = &found.posterior else { return square(paper, names, plain, NONE) };
    let range = |at: f64| {
        let text = format!("{at:.2}");
        text.strip_prefix('0').map_or(text.clone(), str::to_string)
    };
    let with = |(row, entries): (&Vec<String>, &Vec<Entry>)| -> Vec<String> {
        let cell =
            |(p, entry): (&String, &Entry)| format!("{p} {}-{}", range(entry.interval[0]), range(entry.interval[1]));
        row.iter().zip(entries).map(cell).collect()
    };
    paper.terms(&[
        ("0.50", "the share of the state's transitions"),
        (".40-.60", "the 95% interval of the probability; its uniform prior pulls it towards even shares"),
    ]);
    let head: Vec<&str> = names.iter().map(String::as_str).collect();
    let rows: Vec<(String, Vec<String>)> = names.iter().cloned().zip(plain.iter().zip(posterior).map(with)).collect();
    if !table(paper, &head, &rows) {
        square(paper, names, plain, NONE);
    }
}

fn classes(paper: &mut Paper, found: &Summary, names: &[String]) {
    paper.heading("CLASSES", "of states that lead to one another");
    for class in &found.classes {
        let states: Vec<&str> = class.class.states.iter().map(|&state| names[state].as_str()).collect();
        let only = class.class.states.first().copied().unwrap_or(0);
        let never_left = class.class.states.len() == 1 && found.transition[only].iter().all(|p| *p == 0.0);
        let sort = match (class.class.recurrent, class.class.absorbing) {
            (_, true) => "absorbing",
            (true, _) => "recurrent",
            _ if never_left => "never left",
            _ => "transient",
        };
        let mut facts = vec![sort.to_string()];
        facts.extend(class.class.period.map(|period| format!("period {period}")));
        facts.extend(class.entropy_rate.map(|rate| format!("entropy rate {} nats", Unit::Plain.show(rate))));
        facts.extend(class.entropy_production.map(|rate| match rate.is_infinite() {
            true => "entropy production infinite: some transition has no reverse".to_string(),
            false => format!("entropy production {} nats", Unit::Plain.show(rate)),
        }));
        paper.parts(&format!("  {}  ", states.join(", ")), Paint::Plain, &facts);
    }
    let modulus: Vec<String> =
        found.spectrum.eigenvalues.iter().take(8).map(|value| Unit::Plain.show(value.modulus())).collect();
    let gap = found.spectrum.gap.map_or(NONE.to_string(), |gap| Unit::Plain.show(gap));
    let more = if found.spectrum.eigenvalues.len() > 8 { ", …" } else { "" };
    paper.paragraph(
        2,
        Paint::Plain,
        &format!("Spectral gap {gap}; moduli of the eigenvalues {}{more}", modulus.join(", ")),
    );
}

fn states(paper: &mut Paper, found: &Summary, names: &[String]) {
    paper.heading("STATES", "");
    let mut terms = vec![
        ("stationary", "long-run share of time, in the state's own recurrent class"),
        ("returns", "the probability that the chain, having left the state, comes back"),
        ("after", "the mean number of steps until it does, given that it does"),
    ];
    let mut head = vec!["stationary", "returns", "after"];
    if found.returns_before_end.is_some() {
        terms.push(("again", "the probability that it comes back before the sequence ends"));
        head.push("again");
    }
    paper.terms(&terms);
    let row = |state: usize| {
        let class = found.classes.iter().find(|class| class.class.states.contains(&state));
        let stationary = class.and_then(|class| class.stationary.as_ref()).map(|pi| Unit::Plain.show(pi[state]));
        let back = &found.returns[state];
        let mut cells = vec![
            stationary.unwrap_or(NONE.to_string()),
            Unit::Part.show(back.probability),
            back.mean_time_if_it_returns.map_or(NONE.to_string(), time),
        ];
        let again = found.returns_before_end.as_ref().map(|returns| Unit::Part.show(returns[state].probability));
        cells.extend(again);
        (names[state].clone(), cells)
    };
    let rows: Vec<(String, Vec<String>)> = (0..names.len()).map(row).collect();
    table(paper, &head, &rows);
}

fn passage(paper: &mut Paper, found: &Summary, names: &[String]) {
    if names.len() < 2 {
        return;
    }
    paper.heading("FIRST PASSAGE", "mean number of steps from the row's state to the column's");
    let is_partial = |time_to: f64, hitting: f64| time_to.is_infinite() && hitting > 0.0;
    let cell = |(time_to, hitting): (&f64, &f64)| {
        if is_partial(*time_to, *hitting) { Unit::Part.show(*hitting) } else { time(*time_to) }
    };
    let rows = || found.mean_first_passage.iter().zip(&found.hitting);
    let cells = rows().map(|(times, hitting)| times.iter().zip(hitting).map(cell).collect()).collect();
    square(paper, names, cells, "never");
    if rows().any(|(times, hitting)| times.iter().zip(hitting).any(|(t, h)| is_partial(*t, *h))) {
        let text =
            "A percentage is how often the state is reached at all, where that is not sure: the mean is infinite.";
        paper.paragraph(2, Paint::Faint, text);
    }
}

/// A cycle as `a > b > a`.
fn circle(states: &[usize], names: &[String]) -> String {
    let way: Vec<&str> = states.iter().chain(states.first()).map(|&state| names[state].as_str()).collect();
    way.join(" > ")
}

fn cycles(paper: &mut Paper, found: &Summary, names: &[String]) {
    paper.heading("CYCLES", "share of the steps that belong to each, by loop erasure");
    let counted = |states: &[usize]| {
        let flux = found.flux.as_ref()?.cycles.iter().find(|cycle| cycle.states == states)?;
        Some((flux.share, flux.count))
    };
    let several = found.classes.iter().filter(|class| class.class.recurrent).count() > 1;
    let mut shown: Vec<(Vec<usize>, Option<f64>)> = Vec::new();
    for class in found.classes.iter().filter(|class| class.class.recurrent) {
        match &class.cycles {
            Some(cycles) => {
                let share = |states: &[usize], weight: f64| Some(states.len() as f64 * weight);
                shown.extend(cycles.iter().map(|c| (c.states.clone(), share(&c.states, c.weight))));
            }
            None => paper.paragraph(2, Paint::Plain, "There are more than 20,000 cycles: no exact weights."),
        }
    }
    if let Some(flux) = &found.flux {
        let missing = flux.cycles.iter().filter(|cycle| shown.iter().all(|(states, _)| *states != cycle.states));
        let missing: Vec<(Vec<usize>, Option<f64>)> = missing.map(|cycle| (cycle.states.clone(), None)).collect();
        shown.extend(missing);
    }
    if shown.is_empty() {
        return paper.paragraph(2, Paint::Plain, "There are none.");
    }
    let size = |(states, exact): &(Vec<usize>, Option<f64>)| exact.or(counted(states).map(|c| c.0)).unwrap_or(0.0);
    shown.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.0.len().cmp(&b.0.len())).then_with(|| a.0.cmp(&b.0)));
    let left_out = shown.len().saturating_sub(CYCLES);
    shown.truncate(CYCLES);
    let mut head = vec![if several { "exact, in its class" } else { "exact" }];
    if found.flux.is_some() {
        head.extend(["counted", "times"]);
    }
    let row = |(states, exact): &(Vec<usize>, Option<f64>)| {
        let mut cells = vec![exact.map_or(NONE.to_string(), |share| Unit::Part.show(share))];
        if found.flux.is_some() {
            cells.push(counted(states).map_or(NONE.to_string(), |(share, _)| Unit::Part.show(share)));
            cells.push(counted(states).map_or("0".to_string(), |(_, count)| Unit::Steps.show(count as f64)));
        }
        (circle(states, names), cells)
    };
    let rows: Vec<(String, Vec<String>)> = shown.iter().map(row).collect();
    if !table(paper, &head, &rows) {
        for (name, cells) in rows {
            let facts: Vec<String> = head.iter().zip(cells).map(|(what, cell)| format!("{what} {cell}")).collect();
            paper.hanging("  ", Paint::Plain, &name);
            paper.parts("    ", Paint::Plain, &facts);
        }
    }
    if left_out > 0 {
        paper.paragraph(
            2,
            Paint::Faint,
            &format!("and {}; --format json has all", amount(left_out as u64, "more cycle")),
        );
    }
}

fn solver_cycles(paper: &mut Paper, tested: &SolverCycles, convergent: &[usize], names: &[String]) {
    paper.heading("SOLVER-CYCLES", "against 999 random orders of the events within sequences");
    if let Some(reason) = &tested.untestable {
        let why = match reason {
            Untestable::FewEvents { events } => format!("{events} events are too few: 60 are needed"),
            Untestable::ShortEpisodes { events, .. } => {
                format!("only {events} events stand in sequences long enough to hold a cycle: 20 are needed")
            }
            Untestable::TooManyEvents { events } => format!("{events} events are too many: 200,000 is the limit"),
        };
        return paper.paragraph(2, Paint::Warning, &format!("Not testable: {why}."));
    }
    if tested.cycles.is_empty() {
        paper.paragraph(2, Paint::Plain, "None: no cycle has a fifth of all steps in loops.");
    }
    for cycle in &tested.cycles {
        let way = circle(&cycle.states, names);
        if 2 * (columns(&way) + 4) <= paper.width() {
            paper.parts(&format!("  {way}  "), Paint::Plain, &verdict(cycle));
        } else {
            paper.paragraph(2, Paint::Plain, &way);
            paper.parts("    ", Paint::Plain, &verdict(cycle));
        }
    }
    let converging: Vec<&str> = convergent.iter().map(|&state| names[state].as_str()).collect();
    if !converging.is_empty() {
        let text = format!("Convergent, on every cycle's way but in none of its own: {}", converging.join(", "));
        paper.paragraph(2, Paint::Plain, &text);
    }
}

fn verdict(cycle: &Tested) -> Vec<String> {
    let verdict = match cycle.verdict {
        Verdict::Cycle => "a solver-cycle",
        Verdict::Alternation if cycle.beyond_non_repetition.is_some_and(|p| p <= LEVEL) => {
            "an alternation, more than mere non-repetition gives"
        }
        Verdict::Alternation => "an alternation of two that are alone, compatible with mere non-repetition",
        Verdict::NonRepetition => "no more than mere non-repetition gives",
        Verdict::NoDirection => "frequent, but not surely more than its reverse",
        Verdict::Chance => "as random orders have it",
    };
    let mut facts = vec![
        verdict.to_string(),
        format!("{} times, {} expected", Unit::Steps.show(cycle.count as f64), Unit::Plain.show(cycle.expected)),
        format!("share {}", Unit::Part.show(cycle.share)),
        format!("p {}", probability(cycle.p)),
    ];
    facts.extend(cycle.beyond_non_repetition.map(|p| format!("p {} with repeats as they are", probability(p))));
    facts.extend(cycle.direction.map(|direction| {
        let reverse = Unit::Steps.show(direction.reverse as f64);
        format!("reverse {reverse} times, p {}", probability(direction.adjusted_p))
    }));
    facts
}

fn probability(p: f64) -> String {
    match p {
        0.0 => "0".to_string(),
        _ if p < 1e-4 => "below 0.0001".to_string(),
        _ => format!("{p:.3}"),
    }
}

fn tests(paper: &mut Paper, found: &Summary) {
    let mut rows: Vec<(&str, GTest, &str)> = Vec::new();
    if let Some(order) = &found.order {
        rows.push(("order 0", order.first_against_zero, "the next state does not depend on the present one"));
        rows.push(("order 1", order.second_against_first, "beyond that, it does not depend on the one before"));
    }
    if let Some(fit) = &found.fit {
        rows.push(("predicted", fit.test, "the chain is the predicted one"));
    }
    if rows.is_empty() {
        return;
    }
    paper.heading("TESTS", "of what the chain might be; a small p speaks against it");
    for (name, test, meaning) in rows {
        let g = if test.g.is_infinite() { "infinite".to_string() } else { Unit::Plain.show(test.g) };
        let facts = [
            meaning.to_string(),
            format!("G {g} on {}", amount(test.degrees, "degree")),
            format!("p {}", probability(test.p())),
        ];
        paper.parts(&format!("  {}  ", left(name, 9)), Paint::Plain, &facts);
    }
    if let Some(rate) = found.fit.and_then(|fit| fit.kl_rate) {
        let text = if rate.is_infinite() {
            "The prediction holds impossible what was counted.".to_string()
        } else {
            format!("Coded with the prediction, a transition costs {} nats too many.", Unit::Plain.show(rate))
        };
        paper.paragraph(2, Paint::Plain, &text);
    }
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::cli::chain::input::{Input, read};
    use crate::markov::summary::summary;
    use crate::report::terminal::Style;
    use crate::report::wrap::columns;

    fn shown(text: &str, width: usize) -> String {
        let Input { states, kind, data, predicted } = read(text.as_bytes()).expect("valid");
        let found = summary(states, kind, &data, predicted.as_ref(), 1).expect("a chain");
        page(&found, Style { width, colour: false })
    }

    fn fits(page: &str, width: usize) {
        page.lines().for_each(|line| assert!(columns(line) <= width, "{line}"));
    }

    #[test]
    fn four_states_fit_in_80_columns() {
        let episode =
            "[\"fetch_corner\", \"carry_corner\", \"drop_corner_\", \"fetch_corner\", \"rest_a_while_longer\"]";
        let text = format!("{{\"kind\": \"event\", \"sequences\": [{}]}}", vec![episode; 20].join(","));
        let page = shown(&text, 80);
        fits(&page, 80);
        for words in ["rest_a_whil…", "a solver-cycle", "order 1", "never left", "0.50"] {
            assert!(page.contains(words), "no `{words}` in\n{page}");
        }
        assert!(!page.contains("Convergent"), "{page}");
    }

    #[test]
    fn many_states_become_lists() {
        let row = |state: usize| (0..64).map(|to| usize::from(to == (state + 1) % 64).to_string()).collect::<Vec<_>>();
        let rows: Vec<String> = (0..64).map(|state| format!("[{}]", row(state).join(","))).collect();
        let page = shown(&format!("{{\"transition\": [{}]}}", rows.join(",")), 80);
        fits(&page, 80);
        assert!(page.contains("  63            0 1.00"), "{page}");
        assert!(page.contains("period 64"), "{page}");
    }

    #[test]
    fn names_cannot_command_the_terminal() {
        let page = shown(r#"{"states": ["\u001b[31mred", "a\nb"], "counts": [[0, 1], [1, 0]]}"#, 80);
        assert!(!page.contains('\u{1b}') && page.contains("red > a b > red"), "{page}");
    }

    #[test]
    fn counts_of_events_hold_no_order() {
        let page = shown(r#"{"kind": "event", "counts": [[0, 40], [40, 0]]}"#, 80);
        assert!(page.contains("Not testable: only sequences hold the order of events."), "{page}");
    }

    #[test]
    fn what_was_held_impossible() {
        let page = shown(r#"{"counts": [[1, 1], [1, 1]], "predicted": [[1, 0], [0.5, 0.5]]}"#, 100);
        assert!(page.contains("G infinite on 1 degree · p 0\n"), "{page}");
        assert!(page.contains("The prediction holds impossible what was counted."), "{page}");
    }

    #[test]
    fn what_is_not_surely_reached_is_said_to_be_so() {
        let page = shown(r#"{"transition": [[0.5, 0.125, 0.375], [0, 1, 0], [0, 0, 1]]}"#, 80);
        assert!(page.contains("25%") && page.contains("75%") && page.contains("never"), "{page}");
        assert!(page.contains("A percentage is how often"), "{page}");
        assert!(!shown(r#"{"transition": [[0, 1], [1, 0]]}"#, 80).contains("A percentage"));
    }
}
