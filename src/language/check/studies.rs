//! Studies: the world, the agent, the training, the rules, the scenarios and phases, the solvers, the forecasts, the
//! claims.

use crate::language::check::Findings;
use crate::language::check::claims;
use crate::language::check::forecasts;
use crate::language::check::heuristics::{self, Vocabulary};
use crate::language::check::limits::{self, MAX_HEURISTICS, MAX_LOOKS, MAX_SCENARIOS};
use crate::language::check::names::{self, Once};
use crate::language::check::phases::{Chain, Layers};
use crate::language::check::solvers;
use crate::language::check::subjects::Names;
use crate::language::check::training::{self, Size};
use crate::language::check::windows::Window;
use crate::language::check::worlds::Draft;
use crate::language::codes::{INCOMPLETE, SAME_TRAINING, TOO_MANY, UNKNOWN_WORLD};
use crate::language::diagnostic::Diagnostic;
use crate::language::print;
use crate::language::span::{Span, Spanned};
use crate::language::suggest;
use crate::language::tree::{self, Name};
use crate::study::phase::Phase;
use crate::study::ppo::Ppo;
use crate::study::{Scenario, Study};
use std::collections::BTreeMap;

/// The worlds of a file.
#[derive(Default)]
pub struct Worlds<'a> {
    pub known: BTreeMap<&'a str, (Draft, Span)>,
    /// There are others, which have been refused: then no world is unknown.
    pub more: bool,
    /// The file uses others, whose worlds are among these.
    pub uses: bool,
}

/// A `study` block; nothing where a part of it is wrong.
pub fn study(written: &tree::Study, worlds: &Worlds<'_>, findings: &mut Findings) -> Option<Study> {
    let name = &written.name;
    findings.unknown.clear();
    let on = base(&written.on, worlds, findings);
    require(!written.on.is_empty() || written.broken, name, "no world", "add `on WORLD`", findings);
    let has_agent = !written.agents.is_empty() || written.broken;
    require(has_agent, name, "no agent", "add, for example, `agent mlp(64, 64)`", findings);
    let agent = training::agent(&written.agents, findings);
    let train = training::settings(&written.trains, Ppo::default(), false, name.span, findings);

    let places = written.scenarios.iter().map(|scenario| &scenario.name);
    let mut places: Vec<&Name> = places.chain(written.phases.iter().map(|phase| &phase.name)).collect();
    places.sort_by_key(|name| name.span);
    unique("scenario or phase", "scenarios and phases", MAX_SCENARIOS, places.iter().copied(), findings);
    let cut = places.get(MAX_SCENARIOS).map(|name| name.span);
    let kept = |name: &Name| cut.is_none_or(|cut| name.span < cut);
    let scenarios: Vec<_> = written.scenarios.iter().filter(|scenario| kept(&scenario.name)).collect();
    let phases: Vec<_> = written.phases.iter().filter(|phase| kept(&phase.name)).collect();
    let chain = Chain::of(&phases, &scenarios, cut.is_some(), findings);
    let later = chain.trainings(&phases, agent.as_ref(), train.as_ref(), findings);
    let layers = on.map(|(base, _)| Layers::of(base, &scenarios, &phases, &chain, worlds, findings));
    let everywhere = || on.iter().map(|(draft, _)| *draft).chain(layers.iter().flat_map(Layers::drafts));
    let vocabulary = Vocabulary::new(everywhere(), on.is_none() || cut.is_some());

    let no_rule = written.heuristics.is_empty() && !written.broken;
    require(!no_rule, name, "no heuristic", "add `heuristic NAME { if CONDITION then ACTION }`", findings);
    unique(
        "heuristic",
        "heuristics",
        MAX_HEURISTICS,
        written.heuristics.iter().map(|heuristic| &heuristic.name),
        findings,
    );
    let listed = || written.heuristics.iter().take(MAX_HEURISTICS);
    let rules: Vec<_> = listed().map(|heuristic| heuristics::heuristic(heuristic, &vocabulary, findings)).collect();
    if let Some(window) = on.and_then(|(base, _)| Window::of(&base.view, everywhere())) {
        window.width(name.span, findings);
        listed().for_each(|heuristic| window.heuristic(heuristic, findings));
    }

    let heuristics: Vec<&str> = listed().map(|heuristic| heuristic.name.value.as_str()).collect();
    let more = written.heuristics.len() > MAX_HEURISTICS;
    let declared = solvers::declared(&written.solvers, &heuristics, more, findings);
    let none = declared.names.is_empty();
    let trained = agent.iter().map(|agent| (agent, written.agents.first().map_or(name.span, |agent| agent.span)));
    let trained_on = phases.iter().zip(&later).filter_map(|(phase, training)| {
        let written = phase.agents.first()?;
        Some((&training.as_ref()?.0, written.span))
    });
    let learned = solvers::learned(&written.learned, trained.chain(trained_on), findings);
    let names = Names {
        words: print::Names {
            solvers: if none { heuristics.clone() } else { declared.names.clone() },
            heuristics,
            scenarios: scenarios.iter().map(|scenario| scenario.name.value.as_str()).collect(),
            phases: phases.iter().map(|phase| phase.name.value.as_str()).collect(),
        },
        cueless: rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| rule.as_ref().is_some_and(|rule| !rule.names_a_look()))
            .map(|(index, _)| index)
            .collect(),
        solver_of: (!none).then(|| declared.of_heuristic.clone()),
        cut: more || written.solvers.len() > MAX_HEURISTICS || cut.is_some(),
        vocabulary: &vocabulary,
        layers: layers.as_ref(),
    };
    let forecasts = forecasts::forecasts(&written.predicts, &names, findings);
    let seeds = train.as_ref().map(|train| train.seeds);
    let claims = claims::claims(&written.claims, seeds, &names, findings);
    if let Some((base, _)) = on {
        let looks = limits::looks(everywhere());
        if looks > MAX_LOOKS {
            let message = format!("{looks} looks in the worlds of this study; at most {MAX_LOOKS} are possible");
            let help = "let objects share looks";
            findings.push(Diagnostic::new(&TOO_MANY, name.span, message).help(help));
        }
        let own = agent
            .as_ref()
            .zip(train.as_ref())
            .map(|(agent, ppo)| (agent, ppo, name.span, &written.agents, &written.trains));
        let further = phases.iter().zip(&later).filter_map(|(phase, training)| {
            let (agent, ppo) = training.as_ref()?;
            // What it takes over has been looked at where it is written.
            let changes = !phase.agents.is_empty() || !phase.trains.is_empty();
            changes.then_some((agent, ppo, phase.name.span, &phase.agents, &phase.trains))
        });
        for (agent, ppo, place, agents, trains) in own.into_iter().chain(further) {
            let size = Size {
                agent,
                ppo,
                view: base.view.value,
                bits: limits::observation_bits(base.view.value, everywhere()),
                lit: limits::lit_bits(base.view.value, everywhere()),
                on: written.on.first().map_or(name.span, |on| on.span),
                agent_at: agents.first().map_or(place, |agent| agent.span),
                train_at: trains.first().map_or(place, |train| train.span),
            };
            training::size(&size, findings);
        }
    }

    let (base, world_name) = on?;
    let layers = layers.as_ref()?;
    let scenario = |(index, written): (usize, &&tree::Scenario)| {
        Some(Scenario {
            name: written.name.value.clone(),
            doc: written.doc.clone(),
            world: layers.scenarios.get(index)?.finish()?,
            over_phases: layers.over_phases(index).map(Draft::finish).collect::<Option<_>>()?,
        })
    };
    let phase = |(index, written): (usize, &&tree::Phase)| {
        let (agent, train) = later.get(index)?.clone()?;
        Some(Phase {
            name: written.name.value.clone(),
            doc: written.doc.clone(),
            after: chain.after.get(index).copied()??,
            world: layers.phases.get(index)?.finish()?,
            agent,
            train,
        })
    };
    let scenarios: Option<Vec<Scenario>> = scenarios.iter().enumerate().map(scenario).collect();
    let written_phases = phases;
    let phases: Option<Vec<Phase>> = written_phases.iter().enumerate().map(phase).collect();
    let study = Study {
        name: name.value.clone(),
        doc: written.doc.clone(),
        world_name: world_name.value.clone(),
        world_doc: base.doc.clone(),
        world: base.finish()?,
        agent: agent?,
        train: train?,
        heuristics: rules.into_iter().collect::<Option<_>>()?,
        scenarios: scenarios?,
        phases: phases?,
        solvers: declared.solvers?,
        learned_solvers: learned?,
        forecasts: forecasts?,
        claims: claims?,
    };
    for (phase, written) in study.phases.iter().zip(written_phases) {
        if phase.after.is_none()
            && (&phase.world, &phase.agent, &phase.train) == (&study.world, &study.agent, &study.train)
        {
            let message =
                format!("`{}` differs in nothing from the study's own training: it has the same networks", phase.name);
            let help = "change something, or go on `after` a training";
            findings.push(Diagnostic::new(&SAME_TRAINING, written.name.span, message).help(help));
        }
    }
    Some(study)
}

fn require(present: bool, name: &Name, what: &str, help: &str, findings: &mut Findings) {
    if !present {
        let message = format!("the study `{}` has {what}", name.value);
        findings.push(Diagnostic::new(&INCOMPLETE, name.span, message).help(help));
    }
}

/// Complains of names that are given twice, and of more than so many.
pub fn unique<'a>(
    kind: &str,
    kinds: &str,
    most: usize,
    names: impl Iterator<Item = &'a Name>,
    findings: &mut Findings,
) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (index, name) in names.enumerate() {
        if index == most {
            let message = format!("more than {most} {kinds} in a study");
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
pub fn base<'a, 'b>(
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
                let nor = if worlds.uses { ", nor in those that it uses" } else { "" };
                let message = format!("there is no world `{}` in this file{nor}", name.value);
                let help = suggest::help(&name.value, "world", &known);
                Diagnostic::new(&UNKNOWN_WORLD, name.span, message).help(help)
            });
            None
        }
    }
}
