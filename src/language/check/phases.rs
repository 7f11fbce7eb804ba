//! Scenarios and phases: what a phase goes on from, and the worlds that their statements make of others.

use crate::language::check::Findings;
use crate::language::check::placement;
use crate::language::check::studies::{self, Worlds};
use crate::language::check::training;
use crate::language::check::worlds::{self, Draft, Role};
use crate::language::codes::{PHASE_AGENT, PHASE_CYCLE, SCENARIO_VIEW, UNKNOWN_PHASE};
use crate::language::diagnostic::Diagnostic;
use crate::language::print;
use crate::language::span::{Span, Spanned};
use crate::language::suggest;
use crate::language::tree::{self, Name, WorldStatement};
use crate::study::Mlp;
use crate::study::phase::OWN;
use crate::study::ppo::Ppo;

/// What every phase goes on from.
pub struct Chain {
    /// Per phase: the training, nothing for fresh networks; nothing at all where that has been reported as wrong.
    pub after: Vec<Option<Option<usize>>>,
    /// The phases, each behind the one that it goes on from.
    order: Vec<usize>,
}

impl Chain {
    /// `cut` says that there are more phases, which have been refused: then no name is unknown.
    pub fn of(phases: &[&tree::Phase], scenarios: &[&tree::Scenario], cut: bool, findings: &mut Findings) -> Chain {
        let known: Vec<&str> = phases.iter().map(|phase| phase.name.value.as_str()).collect();
        let deployed: Vec<&str> = scenarios.iter().map(|scenario| scenario.name.value.as_str()).collect();
        let mut after: Vec<Option<Option<usize>>> = Vec::new();
        for phase in phases {
            after.push(match &phase.after {
                None => Some(None),
                Some(name) => training_named(name, &known, &deployed, (cut, false), findings).map(Some),
            });
        }
        let parent = |phase: usize| after.get(phase).copied().flatten().flatten().and_then(|from| from.checked_sub(1));
        // Those of a circle that has been reported.
        let mut reported: Vec<usize> = Vec::new();
        for (index, phase) in phases.iter().enumerate().filter(|(_, phase)| phase.after.is_some()) {
            let mut chain = vec![index];
            while let Some(next) = chain.last().and_then(|&last| parent(last)) {
                if next == index && !reported.contains(&index) {
                    let names: Vec<&str> = chain.iter().chain([&index]).map(|&phase| known[phase]).collect();
                    let span = phase.after.as_ref().map_or(phase.name.span, |name| name.span);
                    let message = format!("`{}` goes on from itself: {}", phase.name.value, names.join(" after "));
                    let help =
                        "begin the chain with `after train`, or leave `after` out of one to train fresh networks";
                    findings.push(Diagnostic::new(&PHASE_CYCLE, span, message).help(help));
                    reported.append(&mut chain);
                    break;
                }
                if chain.contains(&next) {
                    // It leads into a circle, which is reported there.
                    break;
                }
                chain.push(next);
            }
        }
        let mut order: Vec<usize> = Vec::new();
        while order.len() < phases.len() {
            let done = order.len();
            for phase in 0..phases.len() {
                let ready = parent(phase).is_none_or(|from| order.contains(&from));
                if !order.contains(&phase) && ready {
                    order.push(phase);
                }
            }
            if order.len() == done {
                // What is left goes round in a circle.
                let left: Vec<usize> = (0..phases.len()).filter(|phase| !order.contains(phase)).collect();
                left.iter().for_each(|&phase| after[phase] = None);
                order.extend(left);
                break;
            }
        }
        Chain { after, order }
    }

    /// The phase that a phase goes on from.
    fn parent(&self, phase: usize) -> Option<usize> {
        self.after.get(phase).copied().flatten().flatten()?.checked_sub(1)
    }

    /// The agent and the settings of every phase, over those of the training that it starts from; nothing where they are
    /// wrong.
    pub fn trainings(
        &self,
        phases: &[&tree::Phase],
        agent: Option<&Mlp>,
        train: Option<&Ppo>,
        findings: &mut Findings,
    ) -> Vec<Option<(Mlp, Ppo)>> {
        let mut made: Vec<Option<(Option<Mlp>, Option<Ppo>)>> = vec![None; phases.len()];
        for &index in &self.order {
            let phase = phases[index];
            let (from_agent, from_train) = match self.parent(index).and_then(|from| made[from].clone()) {
                Some(from) => from,
                None => (agent.cloned(), train.cloned()),
            };
            let own = training::agent(&phase.agents, findings);
            if let (Some(after), Some(agent)) = (&phase.after, phase.agents.first()) {
                let message = format!("`{}` goes on with the networks of `{}`", phase.name.value, after.value);
                let help = "leave `agent` out; or leave `after` out, and the phase trains fresh networks";
                let finding = Diagnostic::new(&PHASE_AGENT, agent.span, message).also(after.span, "goes on from here");
                findings.push(finding.help(help));
            }
            let agent = if phase.agents.is_empty() { from_agent } else { own };
            // Where the study's own settings are wrong, those of the phase are looked at all the same.
            let start = from_train.clone().unwrap_or_default();
            let ppo = training::settings(&phase.trains, start, true, phase.name.span, findings);
            made[index] = Some((agent, ppo.filter(|_| from_train.is_some())));
        }
        made.into_iter().map(|made| made.and_then(|(agent, ppo)| agent.zip(ppo))).collect()
    }
}

/// The index of the training that `after` names. `or_in` says that `in` might stand there as well.
pub fn training_named(
    name: &Name,
    phases: &[&str],
    scenarios: &[&str],
    (cut, or_in): (bool, bool),
    findings: &mut Findings,
) -> Option<usize> {
    if name.value == OWN {
        return Some(0);
    }
    let found = phases.iter().position(|phase| *phase == name.value);
    if found.is_none() && !cut {
        findings.push_unknown(if or_in { "phase or scenario" } else { "phase" }, name, || {
            let message = format!("the study has no phase `{}`", name.value);
            let known: Vec<&str> = [OWN].into_iter().chain(phases.iter().copied()).collect();
            let is_scenario = scenarios.contains(&name.value.as_str());
            let help = if is_scenario && or_in {
                format!("`{0}` is a scenario: write `in {0}`", name.value)
            } else if is_scenario {
                format!("`{}` is a scenario: agents act in it, but nothing is trained; make it a `phase`", name.value)
            } else {
                suggest::help(&name.value, "phase", &known)
            };
            Diagnostic::new(&UNKNOWN_PHASE, name.span, message).help(help)
        });
    }
    found.map(|phase| phase + 1)
}

/// The worlds that scenarios and phases make of others.
pub struct Layers {
    /// Per scenario, over the world of the study.
    pub scenarios: Vec<Draft>,
    /// Per phase, over the world of the training that it starts from.
    pub phases: Vec<Draft>,
    /// Per scenario, then phase: the one over the other.
    pairs: Vec<Vec<Pair>>,
}

/// The world of a scenario over that of a phase.
struct Pair {
    draft: Draft,
    /// What is wrong with it, which matters where a forecast is about it.
    errors: Vec<Diagnostic>,
}

impl Layers {
    pub fn of(
        study: &Draft,
        scenarios: &[&tree::Scenario],
        phases: &[&tree::Phase],
        chain: &Chain,
        worlds: &Worlds<'_>,
        findings: &mut Findings,
    ) -> Layers {
        let scenarios: Vec<Layer> = scenarios.iter().map(|scenario| Layer::scenario(scenario)).collect();
        let over_study = scenarios.iter().map(|layer| layer.over(study, worlds, findings)).collect();
        let mut made: Vec<Option<Draft>> = vec![None; phases.len()];
        for &index in &chain.order {
            let base = chain.parent(index).and_then(|from| made[from].as_ref()).unwrap_or(study);
            made[index] = Some(Layer::phase(phases[index]).over(base, worlds, findings));
        }
        let phases: Vec<Draft> = made.into_iter().flatten().collect();
        let pair = |layer: &Layer, phase: &Draft| {
            let mut found = Findings::default();
            let draft = layer.over(phase, worlds, &mut found);
            Pair { draft, errors: found.list.into_iter().filter(Diagnostic::is_error).collect() }
        };
        let pairs = scenarios.iter().map(|layer| phases.iter().map(|phase| pair(layer, phase)).collect()).collect();
        Layers { scenarios: over_study, phases, pairs }
    }

    /// The world of a scenario over that of each phase.
    pub fn over_phases(&self, scenario: usize) -> impl Iterator<Item = &Draft> {
        self.pairs.get(scenario).into_iter().flatten().map(|pair| &pair.draft)
    }

    /// All of them.
    pub fn drafts(&self) -> impl Iterator<Item = &Draft> {
        let pairs = self.pairs.iter().flatten().map(|pair| &pair.draft);
        self.scenarios.iter().chain(&self.phases).chain(pairs)
    }

    /// Complains at `asked` where a scenario cannot lie over the world of a training, and has not been complained of.
    pub fn asked(&self, scenario: usize, training: usize, asked: Span, findings: &mut Findings) {
        let phase = training.checked_sub(1);
        let Some(pair) = phase.and_then(|phase| self.pairs.get(scenario)?.get(phase)) else { return };
        for error in &pair.errors {
            let known = |known: &Diagnostic| known.span == error.span && known.message == error.message;
            if !findings.list.iter().any(known) {
                let message = format!("the scenario cannot lie over the world of the phase: {}", error.message);
                let mut finding = Diagnostic::new(error.code, asked, message).also(error.span, "of the scenario");
                finding.also.extend(error.also.iter().cloned());
                findings.push(finding.help("ask about another scenario, or change the world of one of the two"));
            }
        }
    }
}

/// The statements of a scenario or a phase.
struct Layer<'a> {
    role: Role,
    name: &'a Name,
    on: &'a [Spanned<Name>],
    statements: &'a [Spanned<WorldStatement>],
}

impl<'a> Layer<'a> {
    fn scenario(written: &'a tree::Scenario) -> Layer<'a> {
        Layer { role: Role::Scenario, name: &written.name, on: &written.on, statements: &written.statements }
    }

    fn phase(written: &'a tree::Phase) -> Layer<'a> {
        Layer { role: Role::Phase, name: &written.name, on: &written.on, statements: &written.statements }
    }

    /// The world that they make of another.
    fn over(&self, base: &Draft, worlds: &Worlds<'_>, findings: &mut Findings) -> Draft {
        let mut draft = base.clone();
        if let Some((other, name)) = studies::base(self.on, worlds, findings) {
            if other.view.value != base.view.value {
                let shown = |draft: &Draft| print::view(draft.view.value);
                let message = format!("`{}` has `view {}`, the study `view {}`", name.value, shown(other), shown(base));
                let help = match self.role {
                    Role::Phase => "a phase keeps the view of its study: train on in a world with the same view",
                    _ => "a scenario keeps the view of its study: deploy in a world with the same view",
                };
                findings.push(Diagnostic::new(&SCENARIO_VIEW, name.span, message).help(help));
            }
            draft = other.clone();
        }
        worlds::lay(&mut draft, self.statements, self.role, findings);
        let inside = self.statements.iter().map(|statement| statement.span).reduce(Span::to);
        placement::check(&draft, self.name.span, Some(inside.unwrap_or(self.name.span)), findings);
        draft
    }
}
