//! Studies: the world, the agent, the training, the rules, the scenarios, the forecasts.

use crate::language::check::Findings;
use crate::language::check::forecasts::{self, Names};
use crate::language::check::heuristics::{self, Vocabulary};
use crate::language::check::limits::{
    self, MAX_HEURISTICS, MAX_LAYERS, MAX_LOOKS, MAX_OBSERVATION, MAX_PARAMETERS, MAX_SCENARIOS, MAX_TRAINING_BYTES,
    MAX_WIDTH,
};
use crate::language::check::names::{self, Once};
use crate::language::check::numbers;
use crate::language::check::placement;
use crate::language::check::worlds::{self, Draft, Role};
use crate::language::codes::{
    FEW_SEEDS, INCOMPLETE, MINIBATCHES, NETWORK_SIZE, NOT_WHOLE, OBSERVATION_SIZE, SCENARIO_VIEW, TOO_MANY,
    TRAINING_SIZE, UNEVEN, UNKNOWN_SETTING, UNKNOWN_WORLD,
};
use crate::language::diagnostic::Diagnostic;
use crate::language::number;
use crate::language::print;
use crate::language::span::{Span, Spanned};
use crate::language::suggest;
use crate::language::tree::{self, Amount, Name, Setting};
use crate::study::ppo::{Ppo, SETTINGS};
use crate::study::{Mlp, Scenario, Study};
use crate::world::action::ACTIONS;
use crate::world::spec::View;
use std::collections::BTreeMap;

/// The worlds of a file.
#[derive(Default)]
pub struct Worlds<'a> {
    pub known: BTreeMap<&'a str, (Draft, Span)>,
    /// There are others, which have been refused: then no world is unknown.
    pub more: bool,
}

/// A `study` block; nothing where a part of it is wrong.
pub fn study(written: &tree::Study, worlds: &Worlds<'_>, findings: &mut Findings) -> Option<Study> {
    let name = &written.name;
    let on = base(&written.on, worlds, findings);
    require(!written.on.is_empty() || written.broken, name, "no world", "add `on WORLD`", findings);
    let agent = agent(written, findings);
    let train = train(written, findings);

    let scenarios = written.scenarios.get(..MAX_SCENARIOS).unwrap_or(&written.scenarios);
    let mut drafts = Vec::new();
    if let Some((base, _)) = on {
        for scenario in scenarios {
            drafts.push(draft(scenario, base, worlds, findings));
        }
    }
    unique("scenario", MAX_SCENARIOS, written.scenarios.iter().map(|scenario| &scenario.name), findings);
    let everywhere = || on.iter().map(|(draft, _)| *draft).chain(&drafts);
    let vocabulary = Vocabulary::new(everywhere(), on.is_none() || written.scenarios.len() > MAX_SCENARIOS);

    let no_rule = written.heuristics.is_empty() && !written.broken;
    require(!no_rule, name, "no heuristic", "add `heuristic NAME { if CONDITION then ACTION }`", findings);
    unique("heuristic", MAX_HEURISTICS, written.heuristics.iter().map(|heuristic| &heuristic.name), findings);
    let listed = || written.heuristics.iter().take(MAX_HEURISTICS);
    let rules: Vec<_> = listed().map(|heuristic| heuristics::heuristic(heuristic, &vocabulary, findings)).collect();

    let names = Names {
        heuristics: listed().map(|heuristic| heuristic.name.value.as_str()).collect(),
        scenarios: scenarios.iter().map(|scenario| scenario.name.value.as_str()).collect(),
        cut: written.heuristics.len() > MAX_HEURISTICS || written.scenarios.len() > MAX_SCENARIOS,
        vocabulary: &vocabulary,
    };
    let forecasts = forecasts::forecasts(&written.predicts, &names, findings);
    if let (Some((base, _)), Some(agent)) = (on, &agent) {
        let bits = limits::observation_bits(base.view, everywhere());
        sizes(written, agent, base.view, bits, findings);
        let looks = limits::looks(everywhere());
        if looks > MAX_LOOKS {
            let message = format!("{looks} looks in the worlds of this study; at most {MAX_LOOKS} are possible");
            let help = "let objects share looks";
            findings.push(Diagnostic::new(&TOO_MANY, name.span, message).help(help));
        }
        if let Some(ppo) = &train {
            let lit = limits::lit_bits(base.view, everywhere());
            memory(
                written,
                ppo,
                limits::training_bytes(ppo, lit, &agent.hidden, limits::parameters(bits, &agent.hidden, ACTIONS)),
                findings,
            );
        }
    }

    let (base, world_name) = on?;
    let scenarios: Option<Vec<Scenario>> = scenarios
        .iter()
        .zip(&drafts)
        .map(|(scenario, draft)| {
            Some(Scenario { name: scenario.name.value.clone(), doc: scenario.doc.clone(), world: draft.finish()? })
        })
        .collect();
    Some(Study {
        name: name.value.clone(),
        doc: written.doc.clone(),
        world_name: world_name.value.clone(),
        world_doc: base.doc.clone(),
        world: base.finish()?,
        agent: agent?,
        train: train?,
        heuristics: rules.into_iter().collect::<Option<_>>()?,
        scenarios: scenarios?,
        forecasts: forecasts?,
    })
}

fn require(present: bool, name: &Name, what: &str, help: &str, findings: &mut Findings) {
    if !present {
        let message = format!("the study `{}` has {what}", name.value);
        findings.push(Diagnostic::new(&INCOMPLETE, name.span, message).help(help));
    }
}

fn unique<'a>(kind: &str, most: usize, names: impl Iterator<Item = &'a Name>, findings: &mut Findings) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (index, name) in names.enumerate() {
        if index == most {
            let message = format!("more than {most} {kind}s in a study");
            findings.push(Diagnostic::new(&TOO_MANY, name.span, message));
        }
        match seen.get(name.value.as_str()) {
            Some(first) => findings.push(names::duplicate(kind, name, *first)),
            None => {
                seen.insert(&name.value, name.span);
            }
        }
    }
}

/// The world after `on`.
fn base<'a, 'b>(
    on: &'b [Spanned<Name>],
    worlds: &'a Worlds<'_>,
    findings: &mut Findings,
) -> Option<(&'a Draft, &'b Name)> {
    let mut once = Once::default();
    on.iter().for_each(|statement| once.note("`on`", statement.span, findings));
    let name = &on.first()?.value;
    match worlds.known.get(name.value.as_str()) {
        Some((draft, _)) => Some((draft, name)),
        None if worlds.more => None,
        None => {
            findings.push_with(|| {
                let known: Vec<&str> = worlds.known.keys().copied().collect();
                let message = format!("there is no world `{}` in this file", name.value);
                let help = suggest::help(&name.value, "world", &known);
                Diagnostic::new(&UNKNOWN_WORLD, name.span, message).help(help)
            });
            None
        }
    }
}

fn draft(scenario: &tree::Scenario, study: &Draft, worlds: &Worlds<'_>, findings: &mut Findings) -> Draft {
    let mut draft = study.clone();
    if let Some((other, name)) = base(&scenario.on, worlds, findings) {
        if other.view != study.view {
            let shown = |draft: &Draft| print::view(draft.view);
            let message = format!("`{}` has `view {}`, the study `view {}`", name.value, shown(other), shown(study));
            let help = "a scenario keeps the view of its study: deploy in a world with the same view";
            findings.push(Diagnostic::new(&SCENARIO_VIEW, name.span, message).help(help));
        }
        draft = other.clone();
    }
    worlds::lay(&mut draft, &scenario.statements, Role::Scenario, findings);
    let inside = scenario.statements.iter().map(|statement| statement.span).reduce(Span::to);
    placement::check(&draft, scenario.name.span, Some(inside.unwrap_or(scenario.name.span)), findings);
    draft
}

fn agent(written: &tree::Study, findings: &mut Findings) -> Option<Mlp> {
    let mut once = Once::default();
    written.agents.iter().for_each(|agent| once.note("`agent`", agent.span, findings));
    let present = !written.agents.is_empty() || written.broken;
    require(present, &written.name, "no agent", "add, for example, `agent mlp(64, 64)`", findings);
    let layers = written.agents.first()?;
    if layers.value.len() > MAX_LAYERS {
        let message = format!("an agent has at most {MAX_LAYERS} hidden layers, found {}", layers.value.len());
        findings.push(Diagnostic::new(&TOO_MANY, layers.span, message));
        return None;
    }
    let width = |amount: &Amount, findings: &mut Findings| {
        numbers::whole(amount, "the width of a layer", (1, MAX_WIDTH), findings).map(|width| width as usize)
    };
    let widths: Vec<Option<usize>> = layers.value.iter().map(|amount| width(amount, findings)).collect();
    Some(Mlp { hidden: widths.into_iter().collect::<Option<_>>()? })
}

fn train(written: &tree::Study, findings: &mut Findings) -> Option<Ppo> {
    let mut once = Once::default();
    written.trains.iter().for_each(|train| once.note("`train`", train.span, findings));
    let mut ppo = Ppo::default();
    let settings = written.trains.first().map(|train| train.value.as_slice()).unwrap_or_default();
    let (mut good, mut given) = (true, Once::default());
    for written in settings {
        good &= setting(written, &mut ppo, &mut given, findings).is_some();
    }
    let span =
        |name: &str| settings.iter().find(|setting| setting.name.value == name).map(|setting| setting.amount.span);
    let fallback = written.trains.first().map_or(written.name.span, |train| train.span);
    if good && ppo.seeds < 8 {
        let message =
            format!("{} seed{}: intervals over so few are wide", ppo.seeds, if ppo.seeds == 1 { "" } else { "s" });
        let span = span("seeds").unwrap_or(fallback);
        findings.push(Diagnostic::new(&FEW_SEEDS, span, message).help("8 seeds or more settle a forecast"));
    }
    let rollout = u64::from(ppo.environments) * u64::from(ppo.rollout);
    let parts = u64::from(ppo.minibatches);
    let place = ["minibatches", "rollout", "environments"].into_iter().find_map(span).unwrap_or(fallback);
    let steps = format!("{} environments x {} steps = {rollout}", ppo.environments, ppo.rollout);
    if good && 2 * parts > rollout {
        let message = format!("{parts} minibatches of {steps} steps: some would hold less than two");
        let help = match rollout / 2 {
            0 => "take more `environments` or a longer `rollout`".to_string(),
            most => format!("use at most {most} `minibatches`"),
        };
        findings.push(Diagnostic::new(&MINIBATCHES, place, message).help(help));
        return None;
    }
    if good && rollout % parts != 0 {
        let message = format!("{parts} minibatches do not divide {steps} evenly: they differ in size");
        findings.push(Diagnostic::new(&UNEVEN, place, message));
    }
    good.then_some(ppo)
}

fn setting(written: &Setting, ppo: &mut Ppo, given: &mut Once, findings: &mut Findings) -> Option<()> {
    let name = &written.name;
    let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name.value) else {
        findings.push_with(|| {
            let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
            let message = format!("`{}` is no setting of ppo", name.value);
            let help = suggest::help(&name.value, "setting", &known);
            Diagnostic::new(&UNKNOWN_SETTING, name.span, message).help(help)
        });
        return None;
    };
    let what = format!("`{}`", setting.name);
    given.note(&what, name.span.to(written.amount.span), findings);
    let value = numbers::plain(&written.amount, &what, setting.range, findings)?;
    if setting.whole && value.fract() != 0.0 {
        let message = format!("{what} is a whole number, found {value}");
        findings.push(Diagnostic::new(&NOT_WHOLE, written.amount.span, message));
        return None;
    }
    (setting.set)(ppo, value);
    Some(())
}

fn memory(written: &tree::Study, ppo: &Ppo, bytes: u64, findings: &mut Findings) {
    if bytes > MAX_TRAINING_BYTES {
        let place = written.trains.first().map_or(written.name.span, |train| train.span);
        let gib = |bytes: u64| bytes.div_ceil(1 << 30);
        let message = format!(
            "training one network would fill about {} GiB; at most {} are possible",
            gib(bytes),
            gib(MAX_TRAINING_BYTES)
        );
        let rollout = format!("fewer than {} `environments`, a `rollout` below {}", ppo.environments, ppo.rollout);
        let help = format!("take {rollout}, more `minibatches`, or a smaller `agent`");
        findings.push(Diagnostic::new(&TRAINING_SIZE, place, message).help(help));
    }
}

fn sizes(written: &tree::Study, agent: &Mlp, view: View, bits: u64, findings: &mut Findings) {
    if bits > MAX_OBSERVATION {
        let place = written.on.first().map_or(written.name.span, |on| on.span);
        let (bits, most) = (number::grouped(bits), number::grouped(MAX_OBSERVATION));
        let message = format!("an observation of {bits} bits; at most {most} are possible");
        let help = match view {
            View::All => "make the grid smaller, or let objects share looks",
            View::Window(_) => "make the window smaller, or let objects share looks",
            View::Offsets => {
                "make the grid smaller, let objects share looks, or take `view all`: it has a quarter of the bits"
            }
        };
        findings.push(Diagnostic::new(&OBSERVATION_SIZE, place, message).help(help));
        return;
    }
    let parameters = limits::parameters(bits, &agent.hidden, ACTIONS);
    if parameters > MAX_PARAMETERS {
        let place = written.agents.first().map_or(written.name.span, |agent| agent.span);
        let (size, bits, most) = (number::grouped(parameters), number::grouped(bits), number::grouped(MAX_PARAMETERS));
        let message = format!("a network of {size} parameters on {bits} bits; at most {most} are possible");
        findings.push(Diagnostic::new(&NETWORK_SIZE, place, message).help("make the first layer narrower"));
    }
}
