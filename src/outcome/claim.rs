//! What became of a claim about means over seeds, with the numbers that decide.

use crate::outcome::measured::Measured;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A claim and how it came out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimOutcome {
    /// As in the file.
    pub name: String,
    /// The `///` lines above it.
    pub doc: String,
    /// What is claimed, in a sentence.
    pub text: String,
    /// `confirmed`, `refuted`, `inconclusive` or `inadmissible`.
    pub verdict: String,
    /// Why it is inconclusive or inadmissible: a clause without a full stop; null otherwise.
    pub reason: Option<String>,
    /// What would confirm it; null where the file does not say.
    pub confirm: Option<ClaimSide>,
    /// What would refute it.
    pub refute: Option<ClaimSide>,
    /// Seeds in which all numbers that it compares are defined; the others are left out of all.
    pub seeds: usize,
    /// Seeds left out.
    pub undefined_seeds: usize,
    /// How often chance alone would favour one of its sides so much: the p of its one side, or twice the smaller of its two. Null where
    /// inadmissible, with one seed, and where an older version measured.
    #[serde(default)]
    pub p_value: Option<f64>,
    /// The claim among all that were tested beside it; null where it has no p.
    #[serde(default)]
    pub family: Option<Family>,
}

/// What becomes of a claim when all claims of a prediction file are tested at once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Family {
    /// How many claims have a p: those of the study, or of all studies of its file that were run with it.
    pub claims: usize,
    /// How many studies these are of. Of a file with several studies 1 where the run ended before the others were done.
    pub studies: usize,
    /// The p of the claim after Holm over them.
    pub adjusted_p: f64,
    /// Whether the verdict stands after Holm: the adjusted p is at most 1 - level, of the side that decided; null where the claim is
    /// inconclusive. The verdict itself is that of the claim alone.
    pub stands: Option<bool>,
}

/// One side of a claim: a comparison of means over seeds. Where the claim is inadmissible, nothing is decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimSide {
    /// For example `share(a) > share(b)`.
    pub comparison: String,
    /// The least share of resamples in which it has to hold, above 0.5 and below 1.
    pub level: f64,
    /// Of the numbers compared: `probability` (in [0, 1]; a share counts as one), `logits`, or `number`.
    pub unit: String,
    /// The left number by seed.
    pub left: Measured,
    /// The right number by seed; null where it is compared with a constant.
    pub right: Option<Measured>,
    /// The constant, in the unit of the left number; null where it is compared with a number.
    pub constant: Option<f64>,
    /// Left minus right, by seed.
    pub difference: Measured,
    /// The share of 10,000 bootstrap resamples of seeds in which the comparison of the means holds; null where
    /// inadmissible, and with one seed.
    pub resamples: Option<f64>,
    /// One-sided sign-flip test over seeds that the difference favours this side by chance; null likewise.
    pub p_value: Option<f64>,
    /// The fewest seeds with which it can hold at its level, the least n with 2^-n at most 1 - level; 0 where an older version measured.
    #[serde(default)]
    pub seeds_needed: usize,
}

#[cfg(test)]
mod tests {
    use super::ClaimOutcome;
    use crate::outcome::fixture;
    use serde_json::{Value, json};

    #[test]
    fn claims_from_before_those_of_a_file_were_one_family_are_read() {
        let mut claims = fixture::outcome().claims;
        let mut written = serde_json::to_value(&claims).expect("serialises");
        let object = |value: &mut Value, keys: &[&str]| {
            let object = value.as_object_mut().expect("an object");
            assert!(keys.iter().all(|key| object.remove(*key).is_some()));
        };
        for (claim, written) in claims.iter_mut().zip(written.as_array_mut().expect("claims")) {
            object(written, &["p_value", "family"]);
            (claim.p_value, claim.family) = (None, None);
            for (side, name) in [(&mut claim.confirm, "confirm"), (&mut claim.refute, "refute")] {
                object(&mut written[name], &["seeds_needed"]);
                written[name]["adjusted_p"] = json!(0.5);
                side.as_mut().expect("both sides").seeds_needed = 0;
            }
        }
        assert_eq!(serde_json::from_value::<Vec<ClaimOutcome>>(written).expect("still claims"), claims);
    }
}
