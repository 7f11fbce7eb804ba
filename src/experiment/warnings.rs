//! What a reader must know before trusting an outcome.

use crate::experiment::measure::Measured as Network;
use crate::experiment::score::Findings;
use crate::outcome::{FailedSeed, Training, Warning};
use crate::selection::identifiability::{AliasKind, identify};
use crate::selection::selected::THRESHOLD;
use crate::selection::share::shares;

/// Fewer seeds than this say little about the spread over seeds.
const ENOUGH_SEEDS: usize = 8;
/// The variance inflation from which a strength in one network is weakly determined.
const LARGE_INFLATION: f64 = 10.0;

/// All warnings of an outcome, the gravest first. Where a study has phases, what is about one training says so.
pub fn warnings(findings: &Findings, failed: &[FailedSeed], trainings: &[&Training]) -> Vec<Warning> {
    let mut list = List { found: Vec::new(), about: None };
    let names: Vec<Option<String>> = match findings.setup.study.trainings().as_slice() {
        [_] => vec![None],
        several => several.iter().map(|training| Some(training.name.to_string())).collect(),
    };
    for (training, name) in trainings.iter().zip(&names) {
        list.about.clone_from(name);
        list.learning(training);
    }
    list.about = None;
    for failed in failed {
        let phase = failed.phase.as_ref().map_or(String::new(), |phase| format!(" in phase {phase}"));
        list.add("seed-failed", format!("Seed {} stopped{phase} and is left out: {}.", failed.seed, failed.message));
    }
    list.identification(findings);
    for (training, name) in names.iter().enumerate() {
        list.about.clone_from(name);
        list.confounded(findings, training);
    }
    list.about = None;
    list.never_fires(findings);
    for (training, name) in names.iter().enumerate() {
        list.about.clone_from(name);
        list.overlap(findings, training);
        list.fit(findings, training);
        list.cues(findings, training);
    }
    list.about = None;
    list.alike(findings);
    for (training, name) in names.iter().enumerate() {
        list.about.clone_from(name);
        list.other(findings, training);
        list.untested(findings, training);
    }
    list.about = None;
    list.few_seeds(findings);
    for (training, name) in names.iter().enumerate() {
        list.about.clone_from(name);
        list.two_groups(findings, training);
    }
    list.about = None;
    list.add(
        "relative-shares",
        "Shares are relative to the rules listed: adding or dropping a rule moves the others.".to_string(),
    );
    list.merged(names.len())
}

struct List {
    /// Each with the trainings that it is about; none where it is about the study.
    found: Vec<(Vec<String>, Warning)>,
    /// The training that messages are about.
    about: Option<String>,
}

impl List {
    fn add(&mut self, code: &str, message: String) {
        let warning = Warning { code: code.to_string(), message };
        match self
            .found
            .iter_mut()
            .find(|(about, known)| self.about.is_some() && !about.is_empty() && *known == warning)
        {
            Some((about, _)) => about.extend(self.about.clone()),
            None => self.found.push((self.about.iter().cloned().collect(), warning)),
        }
    }

    /// The warnings, which say what they are about; the same of several trainings is one.
    fn merged(self, trainings: usize) -> Vec<Warning> {
        let say = |(about, warning): (Vec<String>, Warning)| {
            let begin = match about.split_last() {
                None => String::new(),
                Some(_) if about.len() == trainings => "After every training: ".to_string(),
                Some((only, [])) => format!("After {only}: "),
                Some((last, before)) => format!("After {} and {last}: ", before.join(", ")),
            };
            Warning { message: format!("{begin}{}", warning.message), ..warning }
        };
        self.found.into_iter().map(say).collect()
    }

    fn learning(&mut self, training: &Training) {
        if training.learned {
            return;
        }
        let [chance, best] = [training.return_random, training.return_best].map(readable);
        let message = if training.return_best > training.return_random {
            format!(
                "The agent did not learn: its return is not clearly above half of the way from chance ({chance}) to \
                 the best known ({best}, {}). Forecasts about it are inadmissible. Try more `steps`, another \
                 `learning rate`, or an easier world.",
                training.best_policy
            )
        } else {
            format!(
                "The agent did not learn: no policy is known whose return is above that of chance ({chance}). \
                 Forecasts about it are inadmissible. Try a world in which something that the agent does is rewarded."
            )
        };
        self.add("not-learned", message);
    }

    fn identification(&mut self, findings: &Findings) {
        for alias in &findings.measurement.identified.aliases {
            let what = match alias.kind {
                AliasKind::Aligned => "only the sum of their strengths is known, and each is given an equal part of it",
                AliasKind::Opposed => "only the difference of their strengths is known",
                AliasKind::Mixed => {
                    "some of them together recommend what others do, and neither sum nor difference is known"
                }
            };
            self.add(
                "aliased",
                format!("{} cannot be told apart by any probe state: {what}.", findings.setup.names(&alias.members)),
            );
        }
    }

    fn confounded(&mut self, findings: &Findings, training: usize) {
        for alias in &identify(&findings.measurement.bank.training_features(training).uniform_gram()).aliases {
            let decided = match findings.setup.study.training(training).after {
                Some(_) => "what was learned before and what is easier to learn",
                None => "what is easier to learn",
            };
            let message = format!(
                "{} {} in training: which of them training strengthens is decided by {decided}, not by reward.",
                findings.setup.names(&alias.members),
                match alias.kind {
                    AliasKind::Aligned => "recommend the same",
                    AliasKind::Opposed => "recommend opposite things",
                    AliasKind::Mixed => "together recommend what others do",
                }
            );
            self.add("confounded-in-training", message);
        }
    }

    fn never_fires(&mut self, findings: &Findings) {
        for (h, heuristic) in findings.setup.study.heuristics.iter().enumerate() {
            if findings.measurement.bank.features.firing(h) == 0.0 {
                let message = format!("{} fires on no probe state: nothing can be said of it.", heuristic.name);
                self.add("never-fires", message);
            }
        }
    }

    fn overlap(&mut self, findings: &Findings, training: usize) {
        let networks = findings.networks(training);
        for (h, heuristic) in findings.setup.study.heuristics.iter().enumerate() {
            let fires = findings.measurement.bank.features.firing(h) > 0.0;
            let aliased = findings.measurement.identified.aliases.iter().any(|alias| alias.members.contains(&h));
            let inflated = networks.iter().filter(|n| n.vif[h].is_none_or(|vif| vif > LARGE_INFLATION)).count();
            if fires && inflated > 0 && !aliased {
                let message = format!(
                    "{} overlaps with the other rules in {inflated} of {} networks (variance inflation above \
                     {LARGE_INFLATION}): its strength is weakly determined.",
                    heuristic.name,
                    networks.len()
                );
                self.add("overlapping", message);
            }
        }
    }

    fn fit(&mut self, findings: &Findings, training: usize) {
        let networks: &[Network] = findings.networks(training);
        let explained = average(networks.iter().filter_map(|network| network.explained));
        if explained.is_some_and(|explained| explained < 0.5) {
            let message =
                "The listed rules explain less than half of the policy: something else drives it.".to_string();
            self.add("little-explained", message);
        }
        let apart = (0..findings.setup.rules.len()).filter(|&h| {
            let difference = networks
                .iter()
                .filter_map(|network| Some((shares(&network.strength)?[h] - shares(&network.behavioural)?[h]).abs()));
            average(difference).is_some_and(|difference| difference > 0.05)
        });
        let apart: Vec<usize> = apart.collect();
        if !apart.is_empty() {
            let message = format!(
                "Shares measured inside the network and from its behaviour differ by more than .05 for {}.",
                findings.setup.names(&apart)
            );
            self.add("measures-disagree", message);
        }
        let selected = |h: usize| networks.iter().any(|network| network.selected[h]);
        if !(0..findings.setup.rules.len()).any(selected) {
            let message =
                "No rule was selected in any seed: the shares divide strengths that may be noise.".to_string();
            self.add("nothing-selected", message);
        }
        let biased: Vec<usize> = (0..findings.setup.rules.len())
            .filter(|&h| average(networks.iter().map(|n| n.bias[h].abs())).is_some_and(|bias| bias > THRESHOLD))
            .collect();
        if !biased.is_empty() {
            let message = format!(
                "A constant preference for some moves, which strengths leave out, would change those of {} by more than \
                 {THRESHOLD} logits.",
                findings.setup.names(&biased)
            );
            self.add("constant-preference", message);
        }
        let negative: f64 = networks.iter().flat_map(|n| &n.strength).map(|w| w.min(0.0)).sum();
        let negative = negative / networks.len().max(1) as f64;
        // What would be shown as -0.00 is noise.
        if negative <= -0.005 {
            let message = format!(
                "Negative strengths count as share 0; they total {negative:.2} logits per network (training selected \
                 against those rules)."
            );
            self.add("negative-strengths", message);
        }
        let top = average(networks.iter().map(|network| network.top_probability));
        if top.is_some_and(|top| top > 0.95) {
            let message = "The policies are nearly deterministic (median largest probability above .95): strengths in \
                           logits are weakly determined; compare shares."
                .to_string();
            self.add("saturated", message);
        }
    }

    /// A cue that is never out of view in training is removed only in a way that training never showed.
    fn cues(&mut self, findings: &Findings, training: usize) {
        let measurement = &findings.measurement;
        let always = |cue: u64| {
            let bare = measurement.without.iter().find(|(known, _)| *known == cue);
            bare.is_some_and(|(_, bare)| measurement.bank.always_shows(training, bare))
        };
        let fires = |h: usize| findings.measurement.bank.features.firing(h) > 0.0;
        let rules = findings.setup.rules.iter().enumerate();
        let unseen = rules.filter(|(h, rule)| rule.cue() != 0 && fires(*h) && always(rule.cue()));
        let unseen: Vec<usize> = unseen.map(|(h, _)| h).collect();
        if !unseen.is_empty() {
            let message = format!(
                "Training never showed a state without the cue of {}: the causal strength rests on observations that \
                 the networks never met.",
                findings.setup.names(&unseen)
            );
            self.add("cue-never-absent", message);
        }
    }

    /// Solvers between which no step decides.
    fn alike(&mut self, findings: &Findings) {
        let states = findings.setup.study.states();
        let apart = |[one, two]: &&[usize; 2]| states.of_heuristic[*one] != states.of_heuristic[*two];
        for pair in findings.measurement.alike.iter().filter(apart) {
            let message = format!(
                "{} recommend the same by the same cue, so they are always equally active: where they lead, no solver is \
                 said to act, and forecasts of chains that this touches are inadmissible. Drop one, or make them one \
                 `solver`.",
                findings.setup.names(pair)
            );
            self.add("solvers-alike", message);
        }
    }

    /// What chains leave out, in the world of the training.
    fn other(&mut self, findings: &Findings, training: usize) {
        let chains = || findings.networks(training).iter().filter_map(|network| network.chains.first());
        let over_half = |share: Option<f64>| share.is_some_and(|share| share > 0.5);
        if over_half(average(chains().filter_map(|chain| chain.occupancy.last().copied()))) {
            let why = if over_half(average(chains().map(|chain| chain.tied))) {
                "several are equally active"
            } else {
                "none of them is active enough, or a rule in no solver leads"
            };
            let message = format!(
                "At more than half of the steps no solver acts ({why}): transitions, returns and cycles describe the \
                 smaller part of what the networks do."
            );
            self.add("solvers-seldom-act", message);
        }
    }

    /// Worlds in which it is not known whether there are cycles.
    fn untested(&mut self, findings: &Findings, training: usize) {
        let networks = findings.networks(training);
        let untested =
            |arena: usize| networks.iter().any(|n| n.chains.get(arena).is_some_and(|c| c.not_testable().is_some()));
        let arenas = findings.setup.arenas[training].iter().enumerate();
        let names: Vec<&str> = arenas.filter(|(a, _)| untested(*a)).map(|(_, arena)| arena.name.as_str()).collect();
        if findings.setup.study.states().solvers() > 1 && !names.is_empty() {
            let message = format!(
                "Too few bouts are completed to test for cycles of solvers, at least in some seed, in: {}. That none is \
                 found there does not say that there is none.",
                names.join(", ")
            );
            self.add("cycles-not-tested", message);
        }
    }

    fn few_seeds(&mut self, findings: &Findings) {
        let seeds = findings.networks(0).len();
        if seeds < ENOUGH_SEEDS {
            let plural = if seeds == 1 { "" } else { "s" };
            let message =
                format!("Only {seeds} seed{plural}: intervals over seeds are wide or absent; 8 are the least.");
            self.add("few-seeds", message);
        }
    }

    fn two_groups(&mut self, findings: &Findings, training: usize) {
        let networks = findings.networks(training);
        for (h, heuristic) in findings.setup.study.heuristics.iter().enumerate() {
            let values = networks.iter().filter_map(|network| Some(shares(&network.strength)?[h])).collect();
            if let Some((low, high)) = bimodal(values) {
                let message = format!(
                    "The seeds fall in two groups for {}, with shares of about {:.0}% and {:.0}%: their mean describes \
                     neither.",
                    heuristic.name,
                    100.0 * low,
                    100.0 * high
                );
                self.add("bimodal-seeds", message);
            }
        }
    }
}

/// A number with the decimals that suit its size.
fn readable(value: f64) -> String {
    match value.abs() {
        size if size < 1000.0 => format!("{value:.3}"),
        size if size < 1e15 => format!("{value:.0}"),
        _ => format!("{value:.2e}"),
    }
}

fn average(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0usize), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// The means of two groups, if the values fall in two: each of at least two values, apart by at least .15 and by four
/// times the spread inside them.
fn bimodal(mut values: Vec<f64>) -> Option<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let squares = |part: &[f64]| part.iter().map(|value| (value - mean(part)).powi(2)).sum::<f64>();
    let n = values.len();
    let cut = (2..n.saturating_sub(1)).min_by(|&a, &b| {
        let spread = |cut: usize| squares(&values[..cut]) + squares(&values[cut..]);
        spread(a).total_cmp(&spread(b))
    })?;
    let (low, high) = values.split_at(cut);
    let inside = ((squares(low) + squares(high)) / (n - 2) as f64).sqrt();
    let apart = mean(high) - mean(low);
    (apart >= 0.15 && apart >= 4.0 * inside).then(|| (mean(low), mean(high)))
}

#[cfg(test)]
mod tests {
    use super::bimodal;

    #[test]
    fn two_groups_are_seen_and_one_is_not() {
        assert!(bimodal(vec![0.1, 0.12, 0.5, 0.52, 0.11, 0.49]).is_some());
        assert!(bimodal(vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]).is_none());
        assert!(bimodal(vec![0.1, 0.9]).is_none());
        assert!(bimodal(vec![0.1, 0.1, 0.1, 0.9]).is_none());
        assert!(bimodal(Vec::new()).is_none());
    }
}
