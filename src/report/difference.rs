//! What moved between two outcomes: for a terminal, and in Markdown.

use crate::outcome::difference::{Component, Conclusion, Difference, Judgement, NumberDifference, Only, Side};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::sanitize::sanitize;
use crate::report::terminal::Style;
use crate::report::wrap::left;

/// Digits of an id that tell runs apart well enough.
const SHORT: usize = 12;
/// What p is shown as a number from.
const SMALL: f64 = 0.001;

/// For people. `all` shows the numbers that did not surely move as well.
pub fn terminal(difference: &Difference, all: bool, style: Style) -> String {
    let mut paper = Paper::new(style);
    for (label, side) in [("a", &difference.a), ("b", &difference.b)] {
        paper.parts(&format!("{label}  "), Paint::Plain, &facts(side));
    }
    paper.blank();
    let (paint, mark) = match difference.conclusion {
        Conclusion::Identical | Conclusion::Same => (Paint::Good, "✓"),
        Conclusion::Contradiction => (Paint::Bad, "✗"),
        Conclusion::Moved | Conclusion::Unjudged => (Paint::Warning, "!"),
    };
    paper.hanging(&format!("{mark} "), paint, &difference.sentence);
    if difference.conclusion == Conclusion::Identical {
        return paper.into_text();
    }
    paper.heading("COMPONENTS", "what each result depends on, by its hash");
    for component in &difference.components {
        paper.hanging(&format!("  {}  ", left(&component.name, 11)), Paint::Plain, &compared(component));
    }
    for again in &difference.again {
        let told = match &again.tells[..] {
            [] => String::new(),
            tells => format!(", which tells {} apart", tells.join(" and ")),
        };
        paper.hanging("  · ", Paint::Faint, &format!("{}{told}", again.what));
    }
    numbers(&mut paper, difference, all);
    if !difference.texts.is_empty() {
        paper.heading("WORDS", "texts and yes or no");
        for text in &difference.texts {
            paper.paragraph(2, Paint::Plain, &text.name);
            paper.hanging("    a  ", Paint::Plain, &text.a);
            paper.hanging("    b  ", Paint::Plain, &text.b);
        }
    }
    for (label, found) in [("A", &difference.only_in_a), ("B", &difference.only_in_b)] {
        if !found.is_empty() {
            paper.heading(&format!("ONLY IN {label}"), "");
            found.iter().for_each(|only| paper.paragraph(2, Paint::Plain, &held(only)));
        }
    }
    lists(&mut paper, difference, all);
    paper.into_text()
}

/// What one side alone has.
fn held(only: &Only) -> String {
    if only.holds == 1 { only.name.clone() } else { format!("{}, with {} values", only.name, only.holds) }
}

/// Raw data, which differ wherever networks do: named where that is not to be expected, or asked for.
fn lists(paper: &mut Paper, difference: &Difference, all: bool) {
    let count = difference.lists.len();
    if count == 0 {
        return;
    }
    if all || difference.same_networks || difference.conclusion == Conclusion::Contradiction {
        paper.heading("LISTS", "raw data that differ");
        difference.lists.iter().for_each(|name| paper.paragraph(2, Paint::Plain, name));
    } else {
        paper.blank();
        let lists =
            if count == 1 { "1 list of raw data differs" } else { &format!("{count} lists of raw data differ") };
        paper.paragraph(2, Paint::Faint, &format!("{lists}, as those of other networks do: --all"));
    }
}

fn numbers(paper: &mut Paper, difference: &Difference, all: bool) {
    let shown = |number: &&NumberDifference| all || decides(number);
    let rows: Vec<&NumberDifference> = difference.numbers.iter().filter(shown).collect();
    if !rows.is_empty() {
        paper.heading("NUMBERS", if all { "all that differ" } else { "those that moved" });
        let spreads = ("spreads", "the size of the difference in standard deviations over seeds");
        let p = ("p", "how often chance alone would differ so much; Holm over all numbers that both measured");
        let because = ("because of", "the component that moved it most");
        let terms = [
            rows.iter().any(|number| number.spreads.is_some()).then_some(spreads),
            rows.iter().any(|number| number.p_adjusted.is_some()).then_some(p),
            rows.iter().any(|number| number.because.is_some()).then_some(because),
        ];
        paper.terms(&terms.into_iter().flatten().collect::<Vec<_>>());
        paper.blank();
    }
    for number in &rows {
        let paint = if decides(number) { Paint::Warning } else { Paint::Plain };
        paper.paragraph(2, paint, &number.name);
        paper.parts("    ", Paint::Plain, &said(number));
    }
    let rest = difference.numbers.len() - rows.len();
    if rest > 0 {
        paper.blank();
        let what = if rest == 1 { "number differs".to_string() } else { "numbers differ".to_string() };
        let is = |judgement: Judgement| difference.numbers.iter().any(|number| number.judgement == judgement);
        let why = match (is(Judgement::Within), is(Judgement::Follows)) {
            (true, true) => "as other seeds or rounding would have it, or since they follow from others",
            (false, true) if rest == 1 => "since it follows from others",
            (false, true) => "since they follow from others",
            (_, false) if difference.same_networks => "as rounding would have it",
            (_, false) => "as other seeds or rounding would have it",
        };
        let text = format!("{rest} more {what}, {why}: --all");
        paper.paragraph(2, Paint::Faint, &text);
    }
}

/// Whether a number is one that the conclusion rests on.
fn decides(number: &NumberDifference) -> bool {
    matches!(number.judgement, Judgement::Moved | Judgement::Unjudged)
}

fn facts(side: &Side) -> Vec<String> {
    let run = side.run.as_ref().filter(|run| !run.starts_with(&side.name));
    let run = run.map(|run| format!("run {}", run.chars().take(SHORT).collect::<String>()));
    let seeds = if side.seeds == 1 { "1 seed".to_string() } else { format!("{} seeds", side.seeds) };
    let version = format!("shardbed {}", side.version);
    let parts = [Some(side.name.clone()), run, Some(side.study.clone()), Some(seeds), Some(version)];
    parts.into_iter().flatten().collect()
}

fn compared(component: &Component) -> String {
    let short = |id: &String| id.chars().take(SHORT).collect::<String>();
    match (&component.a, &component.b) {
        (Some(a), Some(b)) if a == b => "the same".to_string(),
        (Some(a), Some(b)) => format!("differs: {} and {}", short(a), short(b)),
        _ => "not known: a snapshot leaves it out".to_string(),
    }
}

fn said(number: &NumberDifference) -> Vec<String> {
    let mut said = vec![format!("{} → {}", Unit::Plain.measured(&number.a), Unit::Plain.measured(&number.b))];
    if let Some(difference) = number.difference {
        let sign = if difference > 0.0 { "+" } else { "" };
        said.push(format!("{sign}{}", Unit::Plain.show(difference)));
    }
    said.extend(number.spreads.map(|spreads| format!("{} spreads", Unit::Plain.show(spreads))));
    said.extend(number.p_adjusted.map(|p| if p < SMALL { format!("p < {SMALL}") } else { format!("p {p:.3}") }));
    said.push(
        match number.judgement {
            Judgement::Moved => "moved",
            Judgement::Within if number.p_value.is_some() => "as chance would",
            Judgement::Within => "as rounding would",
            Judgement::Unjudged => "too few seeds to judge",
            Judgement::Follows => "follows from others",
        }
        .to_string(),
    );
    said.extend(number.because.as_ref().map(|because| format!("because of {because}")));
    said
}

/// In Markdown, for an issue or a pull request.
pub fn markdown(difference: &Difference, all: bool) -> String {
    let mut text = String::new();
    for (label, side) in [("a", &difference.a), ("b", &difference.b)] {
        text.push_str(&format!("- **{label}**: {}\n", cell(&facts(side).join(" · "))));
    }
    text.push_str(&format!("\n**{}**\n\n| component | |\n| --- | --- |\n", cell(&difference.sentence)));
    for component in &difference.components {
        text.push_str(&format!("| {} | {} |\n", cell(&component.name), cell(&compared(component))));
    }
    for again in &difference.again {
        text.push_str(&format!("\n{}\n", cell(&again.what)));
    }
    let rows: Vec<&NumberDifference> = difference.numbers.iter().filter(|number| all || decides(number)).collect();
    if !rows.is_empty() {
        text.push_str("\n| number | a | b | spreads | p | because of |\n| --- | --: | --: | --: | --: | --- |\n");
    }
    for number in rows {
        let optional = |value: Option<f64>| value.map_or("-".to_string(), |value| Unit::Plain.show(value));
        let row = [
            number.name.clone(),
            Unit::Plain.measured(&number.a),
            Unit::Plain.measured(&number.b),
            optional(number.spreads),
            number
                .p_adjusted
                .map_or("-".to_string(), |p| if p < SMALL { format!("<{SMALL}") } else { format!("{p:.3}") }),
            number.because.clone().unwrap_or_else(|| "-".to_string()),
        ];
        text.push_str(&format!("| {} |\n", row.map(|part| cell(&part)).join(" | ")));
    }
    for change in &difference.texts {
        text.push_str(&format!("\n- {}: {} → {}", cell(&change.name), cell(&change.a), cell(&change.b)));
    }
    for (label, found) in [("a", &difference.only_in_a), ("b", &difference.only_in_b)] {
        found.iter().for_each(|only| text.push_str(&format!("\n- only in {label}: {}", cell(&held(only)))));
    }
    if text.ends_with('\n') { text } else { text + "\n" }
}

/// Text from files that means nothing in Markdown or HTML.
fn cell(text: &str) -> String {
    let mut safe = String::new();
    for c in sanitize(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '!' | '#' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{markdown, terminal};
    use crate::outcome::difference::{
        Again, Component, Conclusion, Difference, Judgement, NumberDifference, Only, Side, TextDifference,
    };
    use crate::outcome::measured::Measured;
    use crate::report::terminal::Style;

    fn side(name: &str) -> Side {
        Side {
            name: name.to_string(),
            run: Some("3f9a1c20b7d4aa".to_string()),
            study: "corner_cheese".to_string(),
            file: "corner_cheese.shard".to_string(),
            version: "0.1.0".to_string(),
            seeds: 3,
        }
    }

    fn number(name: &str, judgement: Judgement) -> NumberDifference {
        let at = |mean: f64| Measured::over_seeds(vec![Some(mean - 0.1), Some(mean), Some(mean + 0.1)]);
        NumberDifference {
            name: name.to_string(),
            a: at(1.0),
            b: at(2.0),
            difference: Some(1.0),
            spreads: Some(10.0),
            p_value: Some(0.0002),
            p_adjusted: Some(0.004),
            judgement,
            because: Some("training".to_string()),
        }
    }

    fn difference() -> Difference {
        Difference {
            schema: 1,
            version: "0.1.0".to_string(),
            a: side("3f9a1c20b7d4"),
            b: side("later|<b>.json"),
            conclusion: Conclusion::Moved,
            sentence: "Moved: 1 of 200 numbers moved.".to_string(),
            components: vec![Component {
                name: "training".to_string(),
                a: Some("aa".to_string()),
                b: Some("bb".to_string()),
            }],
            numbers: vec![
                number("heuristics / to_cheese / strength", Judgement::Moved),
                number("explained", Judgement::Within),
            ],
            compared: 200,
            same_networks: false,
            texts: vec![TextDifference {
                name: "training / learned".to_string(),
                a: "yes".to_string(),
                b: "no".to_string(),
            }],
            lists: vec!["training / curve".to_string()],
            only_in_a: vec![Only { name: "forecasts / explained".to_string(), holds: 31 }],
            only_in_b: Vec::new(),
            again: vec![Again { what: "networks of a are no longer in the store".to_string(), tells: Vec::new() }],
        }
    }

    #[test]
    fn the_page_says_what_moved_and_because_of_what() {
        let page = terminal(&difference(), false, Style::default());
        for part in [
            "a  3f9a1c20b7d4 · corner_cheese · 3 seeds",
            "! Moved: 1 of 200",
            "training     differs: aa and bb",
            "because of training",
            "· p 0.004 · moved",
            "1 more number differs, as other seeds or rounding would have it: --all",
            "ONLY IN A\n  forecasts / explained, with 31 values\n",
            "1 list of raw data differs, as those of other networks do: --all",
        ] {
            assert!(page.contains(part), "{part:?} in {page}");
        }
        assert!(!page.contains("explained\n    1.00"));
        let all = terminal(&difference(), true, Style::default());
        assert!(
            all.contains("as chance would") && all.contains("LISTS  raw data that differ\n  training / curve\n"),
            "{all}"
        );
    }

    #[test]
    fn no_p_is_shown_as_0_and_without_one_nothing_is_said_of_p() {
        let mut sure = difference();
        sure.numbers[0].p_adjusted = Some(1e-12);
        let page = terminal(&sure, false, Style::default());
        assert!(page.contains("· p < 0.001 ·") && page.contains("  p           how often"), "{page}");
        assert!(markdown(&sure, false).contains("| &lt;0.001 |"));
        (sure.numbers[0].p_value, sure.numbers[0].p_adjusted, sure.same_networks) = (None, None, true);
        (sure.numbers[1].p_value, sure.numbers[1].p_adjusted) = (None, None);
        let page = terminal(&sure, true, Style::default());
        assert!(!page.contains("how often chance") && page.contains("as rounding would"), "{page}");
    }

    #[test]
    fn names_mean_nothing_in_markdown() {
        let text = markdown(&difference(), false);
        assert!(text.contains("later\\|&lt;b&gt;.json"), "{text}");
        assert!(text.contains("| heuristics / to\\_cheese / strength | 1.00 (0.75 to 1.25) | 2.00 (1.75 to 2.25) | 10.00 | 0.004 | training |"), "{text}");
        assert!(text.lines().filter(|line| line.starts_with('|')).count() == 2 + 1 + 2 + 1);
    }
}
