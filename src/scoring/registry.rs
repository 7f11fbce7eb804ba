//! Every score and diagnostic, with what it is of, and what counts of it.
//!
//! A [`Scored`](crate::scoring::scored::Scored) forecast holds one of these as its rule, and outcomes name it.

/// A scoring rule, or a diagnostic.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// As outcomes name it, where they hold it.
    pub name: &'static str,
    pub formula: &'static str,
    /// What is forecast.
    pub of: &'static str,
    pub orientation: Orientation,
    pub propriety: Propriety,
    /// The forecast that knows nothing, by which skill is measured.
    pub reference: &'static str,
    pub skill: Skill,
    pub place: Place,
}

/// Which scores are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    Lower,
    Higher,
}

/// Whether a forecaster who believes a distribution expects the best score by stating it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propriety {
    /// By stating it alone.
    Strict,
    /// By stating it, or another with the same value of this: a clause.
    Of(&'static str),
    /// A diagnostic: it does not judge a distribution.
    Diagnostic,
}

/// What skill means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skill {
    /// 1 - sum of scores / sum of reference scores.
    Ratio,
    /// The mean of reference score - score, in nats.
    Difference,
    /// It has none.
    Undefined,
}

/// What becomes of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is in the sum of the verdict.
    Verdict,
    /// Outcomes hold it beside the one that counts.
    Outcome,
    /// The library computes it for whoever asks.
    Library,
}

/// Of shares and rows.
pub static ENERGY: Rule = Rule {
    name: "energy",
    formula: "E|X - y| - E|X - X'| / 2, X and X' draws of the forecast, |.| the Euclidean norm",
    of: "shares of selection; rows of transitions, the sum over rows that a seed leaves",
    orientation: Orientation::Lower,
    propriety: Propriety::Strict,
    reference: "every split as likely as another: Dirichlet(1, …, 1)",
    skill: Skill::Ratio,
    place: Place::Verdict,
};

/// Of events.
pub static BRIER: Rule = Rule {
    name: "brier",
    formula: "(p - y)^2, y = 1 where the event holds, else 0",
    of: "events",
    orientation: Orientation::Lower,
    propriety: Propriety::Strict,
    reference: "50%",
    skill: Skill::Ratio,
    place: Place::Verdict,
};

/// Of ranges.
pub static INTERVAL: Rule = Rule {
    name: "interval",
    formula: "(u - l) + 20 max(l - y, 0) + 20 max(y - u, 0), of the range from l to u",
    of: "numbers, by their 5% and 95% quantiles",
    orientation: Orientation::Lower,
    propriety: Propriety::Of("the 5% and 95% quantiles"),
    reference: "of a share or a transition, the range of its part in a uniform split; of behaviour, from the least to the most \
                of single episodes of the random policy; of other numbers none",
    skill: Skill::Ratio,
    place: Place::Verdict,
};

/// Of events; infinite where 0% happens.
pub static LOG: Rule = Rule {
    name: "log",
    formula: "-ln p where the event holds, -ln(1 - p) where not, never clamped",
    of: "events",
    orientation: Orientation::Lower,
    propriety: Propriety::Strict,
    reference: "50%",
    skill: Skill::Difference,
    place: Place::Outcome,
};

/// Of the transitions counted from a state; infinite where one with parameter 0 is counted. Outcomes name it as that of
/// events.
pub static DIRICHLET_MULTINOMIAL: Rule = Rule {
    name: "log",
    formula: "-ln of the probability of the counts n: N! / prod n_k! x G(A) / G(A + N) x prod G(a_k + n_k) / G(a_k), \
              a the parameters, G the gamma function, N = sum n, A = sum a; of a mixture, of the mean probability",
    of: "rows of transitions, by their counts, the sum over rows that a seed leaves",
    orientation: Orientation::Lower,
    propriety: Propriety::Strict,
    reference: "every split as likely as another: Dirichlet(1, …, 1)",
    skill: Skill::Difference,
    place: Place::Outcome,
};

/// Of samples.
pub static CRPS: Rule = Rule {
    name: "crps",
    formula: "E|X - y| - E|X - X'| / 2: the energy score of one number",
    of: "numbers, by samples or a distribution, which predictors alone give",
    orientation: Orientation::Lower,
    propriety: Propriety::Strict,
    reference: "none: who knows nothing states a range",
    skill: Skill::Undefined,
    place: Place::Outcome,
};

/// Of mean shares.
pub static SQUARED_ERROR: Rule = Rule {
    name: "squared_error",
    formula: "sum_k (mean forecast share k - mean measured share k)^2, the latter over seeds",
    of: "shares of selection",
    orientation: Orientation::Lower,
    propriety: Propriety::Of("the mean"),
    reference: "equal shares",
    skill: Skill::Ratio,
    place: Place::Outcome,
};

/// Of ordered outcomes.
pub static RPS: Rule = Rule {
    name: "ranked probability",
    formula: "sum_j (p_1 + … + p_j - 1[y <= j])^2",
    of: "ordered outcomes",
    orientation: Orientation::Lower,
    propriety: Propriety::Strict,
    reference: "-",
    skill: Skill::Undefined,
    place: Place::Library,
};

/// Of quantiles.
pub static WIS: Rule = Rule {
    name: "weighted interval",
    formula: "sum over levels t of (1[y < q_t] - t) (q_t - y), over K + 1/2, for K ranges and the median",
    of: "numbers, by quantiles",
    orientation: Orientation::Lower,
    propriety: Propriety::Of("the quantiles"),
    reference: "-",
    skill: Skill::Undefined,
    place: Place::Library,
};

/// Of differences between dimensions.
pub static VARIOGRAM: Rule = Rule {
    name: "variogram",
    formula: "sum_ij (|y_i - y_j|^p - E|X_i - X_j|^p)^2, p = 1/2 as a rule",
    of: "several numbers at once",
    orientation: Orientation::Lower,
    propriety: Propriety::Of("E|X_i - X_j|^p"),
    reference: "-",
    skill: Skill::Undefined,
    place: Place::Library,
};

/// Between two compositions.
pub static AITCHISON: Rule = Rule {
    name: "Aitchison distance",
    formula: "|clr a - clr b|, clr x = ln x - mean of ln x; undefined where a part is 0",
    of: "shares, as a point",
    orientation: Orientation::Lower,
    propriety: Propriety::Diagnostic,
    reference: "-",
    skill: Skill::Undefined,
    place: Place::Library,
};

/// Between two orders.
pub static KENDALL: Rule = Rule {
    name: "Kendall's tau-b",
    formula: "(concordant - discordant pairs) / sqrt(pairs not tied in one x pairs not tied in the other)",
    of: "orders of rules",
    orientation: Orientation::Higher,
    propriety: Propriety::Diagnostic,
    reference: "-",
    skill: Skill::Undefined,
    place: Place::Library,
};

/// Between two orders.
pub static SPEARMAN: Rule = Rule {
    name: "Spearman's rho",
    formula: "the correlation of ranks, what is tied sharing the mean of its ranks",
    of: "orders of rules",
    orientation: Orientation::Higher,
    propriety: Propriety::Diagnostic,
    reference: "-",
    skill: Skill::Undefined,
    place: Place::Library,
};

/// All of them: those of the verdict, others that outcomes hold, those of the library.
pub static RULES: &[&Rule] = &[
    &ENERGY,
    &BRIER,
    &INTERVAL,
    &LOG,
    &DIRICHLET_MULTINOMIAL,
    &CRPS,
    &SQUARED_ERROR,
    &RPS,
    &WIS,
    &VARIOGRAM,
    &AITCHISON,
    &KENDALL,
    &SPEARMAN,
];

impl Orientation {
    pub fn words(self) -> &'static str {
        match self {
            Orientation::Lower => "lower",
            Orientation::Higher => "higher",
        }
    }
}

impl Propriety {
    pub fn words(self) -> String {
        match self {
            Propriety::Strict => "strictly".to_string(),
            Propriety::Of(what) => format!("of {what}"),
            Propriety::Diagnostic => "a diagnostic".to_string(),
        }
    }
}

impl Skill {
    pub fn words(self) -> &'static str {
        match self {
            Skill::Ratio => "1 - sum S / sum S_ref",
            Skill::Difference => "mean S_ref - S, nats",
            Skill::Undefined => "-",
        }
    }
}

impl Place {
    pub fn words(self) -> &'static str {
        match self {
            Place::Verdict => "the verdict",
            Place::Outcome => "outcomes",
            Place::Library => "the library",
        }
    }
}

/// The table of all rules, in Markdown.
pub fn table() -> String {
    let titles = ["score", "formula", "of", "better", "proper", "reference", "skill", "counts in"];
    let row = |rule: &&Rule| {
        let name = match rule.place {
            Place::Library => rule.name.to_string(),
            Place::Verdict | Place::Outcome => format!("`{}`", rule.name),
        };
        let cells = [
            name,
            rule.formula.to_string(),
            rule.of.to_string(),
            rule.orientation.words().to_string(),
            rule.propriety.words(),
            rule.reference.to_string(),
            rule.skill.words().to_string(),
            rule.place.words().to_string(),
        ];
        // A bar would end the cell.
        format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
    };
    let head = format!("| {} |\n|{}\n", titles.join(" | "), " --- |".repeat(titles.len()));
    head + &RULES.iter().map(row).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::{Place, Propriety, RULES, Rule, Skill, table};

    fn placed(place: Place) -> impl Iterator<Item = &'static &'static Rule> {
        RULES.iter().filter(move |rule| rule.place == place)
    }

    /// What is added up is proper, bounded above by nothing but its reference, and has a skill that is a ratio.
    #[test]
    fn the_verdict_adds_proper_scores() {
        assert_eq!(placed(Place::Verdict).count(), 3);
        for rule in placed(Place::Verdict) {
            assert!(rule.propriety != Propriety::Diagnostic && rule.skill == Skill::Ratio, "{}", rule.name);
        }
        assert!(placed(Place::Library).all(|rule| rule.skill == Skill::Undefined));
    }

    #[test]
    fn each_is_listed_once() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(RULES[..index].iter().all(|other| (other.name, other.of) != (rule.name, rule.of)), "{}", rule.name);
        }
        assert_eq!(table().lines().count(), RULES.len() + 2);
    }
}
