//! Rules that the measurement cannot tell apart, and what of them it can tell.

use crate::outcome::{AliasGroup, Outcome, Results};
use crate::report::heuristics::forecast_shares;
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    if outcome.results.alias_groups.is_empty() {
        return;
    }
    paper.heading("RULES THAT CANNOT BE TOLD APART", "how strength divides between them is arbitrary");
    groups(paper, &outcome.results, forecast_shares(outcome, None));
}

/// What is known of each group after one training; `forecast` are the shares forecast of it.
pub fn groups(paper: &mut Paper, results: &Results, forecast: Option<&Vec<f64>>) {
    for group in &results.alias_groups {
        one(paper, results, forecast, group);
    }
}

fn one(paper: &mut Paper, results: &Results, forecast: Option<&Vec<f64>>, group: &AliasGroup) {
    let combined = Unit::Plain.measured(&group.combined);
    let members = listed(&group.members);
    if group.kind == "mixed" {
        let text = format!(
            "{members}: some of them together recommend what others do, so neither sums nor differences of their \
             strengths are known, and no share is."
        );
        return paper.hanging("  • ", Paint::Plain, &text);
    }
    if group.kind == "opposed" {
        let text = format!(
            "{members} recommend opposite moves wherever they were compared: only the difference of their strengths is \
             known, {combined} logits."
        );
        return paper.hanging("  • ", Paint::Plain, &text);
    }
    let mut text = format!(
        "{members} recommend the same moves wherever they were compared: only the sum of their strengths is known, \
         {combined} logits, and their joint share, {}",
        Unit::Part.measured(&group.share)
    );
    if let Some(shares) = forecast {
        let of =
            |(h, share): (&crate::outcome::HeuristicOutcome, &f64)| group.members.contains(&h.name).then_some(*share);
        let forecast: f64 = results.heuristics.iter().zip(shares).filter_map(of).sum();
        text.push_str(&format!("; forecast {}", Unit::Part.show(forecast)));
    }
    text.push('.');
    paper.hanging("  • ", Paint::Plain, &text);
}

/// Names in a row, `and` before the last.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}
