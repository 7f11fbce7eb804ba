//! The findings of a validation as tables in Markdown.

use crate::selection::magnitude::MAGNITUDES;
use crate::selection::magnitude::selective::SELECTIVE;
use crate::validation::calibration::{Calibration, Coverage};
use crate::validation::controls::Control;
use crate::validation::criterion::Criterion;
use crate::validation::findings::{Findings, PlantedFindings};
use crate::validation::recovery::Recovery;
use crate::validation::solvers::Dominance;
use crate::validation::threshold::Errors;

/// All that was found, and at the end what was demanded.
pub fn tables(findings: &Findings) -> String {
    let mut text = String::new();
    if let Some(planted) = &findings.planted {
        text.push_str(&recoveries(planted));
        text.push_str(&magnitudes());
        text.push_str(&wirings(planted));
        if planted.distilled > 0 {
            text.push_str(&seeds(planted));
        }
        text.push_str(&thresholds("wired by hand", &planted.wired_errors));
        if planted.distilled > 0 {
            text.push_str(&thresholds("distilled", &planted.distilled_errors));
        }
    }
    if let Some(calibration) = &findings.calibration {
        text.push_str(&coverages(calibration));
    }
    if let Some(controls) = &findings.controls {
        text.push_str(&control_rows(controls));
    }
    if let Some(solvers) = &findings.solvers {
        text.push_str(&dominant_solvers(solvers));
    }
    text.push_str(&criteria(&findings.criteria));
    text
}

/// A heading, what the table is about, the head and the rows.
fn table(title: &str, about: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|cell| cell.to_string()).collect();
    let ruler = vec!["---".to_string(); head.len()];
    let mut text = format!("## {title}\n\n{about}\n\n{}{}", line(&head), line(&ruler));
    rows.for_each(|row| text.push_str(&line(&row)));
    text.push('\n');
    text
}

fn decimals(number: Option<f64>, places: usize) -> String {
    number.filter(|number| number.is_finite()).map_or("undefined".to_string(), |number| format!("{number:.places$}"))
}

fn percent(part: f64) -> String {
    format!("{:.1}%", 100.0 * part)
}

fn scores(recovery: &Recovery) -> [String; 3] {
    if recovery.networks == 0 {
        return std::array::from_fn(|_| "-".to_string());
    }
    [decimals(recovery.correlation, 4), decimals(recovery.median_error, 3), decimals(recovery.worst_error, 3)]
}

fn recoveries(planted: &PlantedFindings) -> String {
    let divergence = planted.divergence.map_or(String::new(), |divergence| {
        format!(
            " Distilled networks diverge by at most {divergence:.5} nats on fresh states, after at most {} gradient steps.",
            planted.steps
        )
    });
    let about = format!(
        "Twelve rules with planted strengths in {} networks wired by hand and {} distilled ones: Pearson's correlation \
         of measured with planted shares over networks x rules; the largest error of a share in each network, median \
         and worst over networks. A measure that is undefined for some rules (without a cue, or always firing) is \
         compared on the others.{divergence} A network wired by hand is a sum of what its rules recommend, so r = 1 there \
         says that the code computes what it should, not that strength is the right idea.",
        planted.wired, planted.distilled
    );
    let head = ["measure", "wired: r", "median error", "worst", "distilled: r", "median error", "worst"];
    let rows = planted.recoveries.iter().map(|measure| {
        let kind = if measure.magnitude { "magnitude: " } else { "" };
        let mut row = vec![format!("{kind}{}", measure.name)];
        row.extend(scores(&measure.wired));
        row.extend(scores(&measure.distilled));
        row
    });
    table("Recovery of planted shares", &about, &head, rows)
}

/// The registry of magnitudes.
pub fn magnitudes() -> String {
    // A bar would end the cell.
    let rows = MAGNITUDES.iter().map(|magnitude| {
        let cells = [magnitude.name, magnitude.formula, magnitude.unit, magnitude.reference];
        cells.map(|cell| cell.replace('|', "\\|")).to_vec()
    });
    let about = format!(
        "z are logits; a is a unit's activation after the ReLU, x before it. Means are over the states where a rule \
         fires, sums over the {SELECTIVE} units of the last hidden layer that are most selective for it, where nothing \
         else is said: those with the largest difference of their means where it fires and where not, over their \
         deviation. The first is the default, which outcomes hold."
    );
    table("Magnitudes", &about, &["magnitude", "formula", "unit", "reference"], rows)
}

fn wirings(planted: &PlantedFindings) -> String {
    let rows = planted.by_wiring.iter().map(|own| {
        let mut row = vec![own.wiring.name().to_string(), own.recovery.networks.to_string()];
        row.extend(scores(&own.recovery));
        row
    });
    let head = ["wiring", "networks", "r", "median error", "worst"];
    table("Recovery by wiring", "Shares of strength alone.", &head, rows)
}

fn seeds(planted: &PlantedFindings) -> String {
    let rows = planted.by_seed.iter().map(|own| {
        let mut row = vec![own.seed.to_string(), own.recovery.networks.to_string()];
        row.extend(scores(&own.recovery));
        row
    });
    let head = ["seed", "networks", "r", "median error", "worst"];
    table("Recovery in distilled networks by seed", "Shares of strength alone.", &head, rows)
}

fn thresholds(kind: &str, errors: &[Errors]) -> String {
    let rate = |count: usize, of: usize| format!("{count} of {of} ({})", percent(count as f64 / of.max(1) as f64));
    let rows = errors.iter().map(|errors| {
        vec![
            format!("{:.2}", errors.threshold),
            rate(errors.false_positives, errors.zeros),
            rate(errors.misses, errors.planted),
            errors.weak.to_string(),
            errors.below_placebo.to_string(),
            errors.not_causal.to_string(),
            errors.not_learned.to_string(),
        ]
    });
    let head =
        ["threshold", "false positives", "misses", "too weak", "not above placebo", "not causal", "not above shuffles"];
    table(
        &format!("Errors of `selected`, networks {kind}"),
        "Rules planted at zero that are selected, and rules planted at 0.3 to 3 logits that are not, at each threshold \
         of strength with all other clauses; a rule may be missed for several reasons.",
        &head,
        rows,
    )
}

fn coverages(calibration: &Calibration) -> String {
    let row =
        |coverage: &Coverage| vec![coverage.name.clone(), coverage.data_sets.to_string(), percent(coverage.covered)];
    let by = |better: fn(f64, f64) -> bool| {
        let rules = calibration.by_rule.iter();
        rules.reduce(|best, rule| if better(rule.covered, best.covered) { rule } else { best })
    };
    let extreme = |name: &str, coverage: Option<&Coverage>| {
        coverage.map(|coverage| Coverage { name: format!("{name}: {}", coverage.name), ..coverage.clone() })
    };
    let lowest = extreme("the rule covered least", by(|a, b| a < b));
    let highest = extreme("the rule covered most", by(|a, b| a > b));
    let added = calibration.by_addition.iter().map(|coverage| {
        let name = format!("log-linear and {}", coverage.name);
        row(&Coverage { name, ..coverage.clone() })
    });
    let about = format!(
        "Data sets of 2,000 states; the part of the intervals of strength that cover the projection on the whole \
         population. {} data sets of exactly log-linear policies, which leave no chance to cover, are measured within \
         {:.4} logits of what was planted, with standard errors up to {:.4}.",
        calibration.exact_data_sets, calibration.exact_error, calibration.exact_standard_error
    );
    let rows = std::iter::once(row(&calibration.overall));
    let rows = rows.chain(added).chain(lowest.iter().chain(&highest).map(row));
    table("Coverage of 95% intervals", &about, &["policies", "data sets", "covered"], rows)
}

fn control_rows(controls: &[Control]) -> String {
    let rows = controls.iter().map(|control| {
        let of = |count: usize| format!("{count} of {}", control.seeds);
        vec![
            control.study.clone(),
            control.rule.clone(),
            of(control.selected),
            of(control.strong),
            of(control.above_placebo),
            decimals(Some(control.strength), 2),
            decimals(Some(control.largest_strength), 2),
            decimals(Some(control.placebo), 2),
            decimals(Some(control.causal), 2),
            decimals(Some(control.mean_return), 2),
        ]
    });
    let head = [
        "study",
        "rule",
        "selected",
        "above the threshold",
        "and above placebo",
        "strength",
        "largest",
        "placebo",
        "causal",
        "return",
    ];
    let about =
        "Rules about cheese in networks that training showed cheese, nothing, or another object; means over seeds.";
    table("Controls", about, &head, rows)
}

fn dominant_solvers(found: &[Dominance]) -> String {
    let rows = found.iter().map(|row| {
        let part =
            |count: usize| if row.states > 0 { percent(count as f64 / row.states as f64) } else { "-".to_string() };
        vec![
            row.study.clone(),
            if row.distilled { "distilled" } else { "wired" }.to_string(),
            row.networks.to_string(),
            row.kind.clone(),
            row.states.to_string(),
            part(row.right),
            part(row.same_advice),
            part(row.other),
            part(row.counterfactual),
        ]
    });
    let head = [
        "study",
        "made",
        "networks",
        "true rule",
        "states",
        "named",
        "another of the same advice",
        "other",
        "named by the counterfactual",
    ];
    let about = "Which solver is dominant in networks with planted strengths, on the states of the probe bank where one rule \
                 has the largest part, by the kind of that rule. Where an object is always in view, training does not say \
                 what a network does without it; where one look of several that an object always shows is taken away, it \
                 does not say which of them the network uses: so distilled networks are named less often than wired ones. The last column \
                 is what the plain counterfactual would name, without baselines and strengths.";
    table("Dominant solvers", about, &head, rows)
}

fn criteria(criteria: &[Criterion]) -> String {
    let rows = criteria.iter().map(|criterion| {
        let number = |number: f64| if number.fract() == 0.0 { format!("{number}") } else { format!("{number:.4}") };
        let demanded = match (criterion.least, criterion.most) {
            (Some(least), Some(most)) => format!("{} to {}", number(least), number(most)),
            (Some(least), None) => format!("at least {}", number(least)),
            (None, Some(most)) => format!("at most {}", number(most)),
            (None, None) => String::new(),
        };
        let holds = if criterion.holds { "holds" } else { "FAILS" };
        vec![criterion.name.clone(), demanded, number(criterion.value), holds.to_string()]
    });
    let about = "All but these were stated before they were measured. What is demanded of dominant solvers was set after the \
                 activity of rules without a cue had been mended on the first six networks. And how often distillation looks whether \
                 to stop, every 250 steps, was chosen where 50 had missed the demand on the worst share error with seed \
                 20 (0.061). The other seeds had no part in that.";
    table("Criteria", about, &["criterion", "demanded", "found", ""], rows)
}
