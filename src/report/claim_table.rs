//! Claims as a table.

use crate::outcome::Outcome;
use crate::outcome::claim::{ClaimOutcome, ClaimSide};
use crate::outcome::measured::Measured;
use crate::report::csv::{Cell, Table, number, optional, text};

/// A row for each side of every claim.
pub fn claims(outcome: &Outcome) -> Table {
    let sides = |claim: &ClaimOutcome| -> Vec<Vec<Cell>> {
        let sides = [("confirm", &claim.confirm), ("refute", &claim.refute)];
        sides.into_iter().filter_map(|(word, side)| Some(row(claim, word, side.as_ref()?))).collect()
    };
    let columns = vec![
        "claim",
        "text",
        "doc",
        "verdict",
        "reason",
        "seeds",
        "undefined_seeds",
        "side",
        "comparison",
        "level",
        "unit",
        "left_mean",
        "right_mean",
        "constant",
        "difference",
        "difference_low",
        "difference_high",
        "resamples",
        "p_value",
        "claim_p_value",
        "adjusted_p",
        "claims_tested",
        "stands",
    ];
    let about = "what would confirm or refute a claim; difference is left minus right with its 95% interval over seeds; adjusted_p \
                 is Holm's over the claims_tested";
    Table { name: "claims", about, columns, rows: outcome.claims.iter().flat_map(sides).collect() }
}

fn row(claim: &ClaimOutcome, word: &str, side: &ClaimSide) -> Vec<Cell> {
    let mean = |measured: &Measured| measured.mean;
    let bound = |which: usize| side.difference.interval.map(|interval| interval[which]);
    let family = claim.family.as_ref();
    vec![
        text(&claim.name),
        text(&claim.text),
        text(&claim.doc),
        text(&claim.verdict),
        optional(claim.reason.as_deref()),
        Cell::Whole(claim.seeds as u64),
        Cell::Whole(claim.undefined_seeds as u64),
        text(word),
        text(&side.comparison),
        number(Some(side.level)),
        text(&side.unit),
        number(mean(&side.left)),
        number(side.right.as_ref().and_then(mean)),
        number(side.constant),
        number(mean(&side.difference)),
        number(bound(0)),
        number(bound(1)),
        number(side.resamples),
        number(side.p_value),
        number(claim.p_value),
        number(family.map(|family| family.adjusted_p)),
        family.map_or(Cell::Number(None), |family| Cell::Whole(family.claims as u64)),
        family.and_then(|family| family.stands).map_or(Cell::Number(None), Cell::Truth),
    ]
}
