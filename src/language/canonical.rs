//! A study as a file of its own: every statement written out, in one order, in one layout. It reads as the same
//! study, so its hash names the study: `#` comments, layout, order of statements and defaults do not change it.

use crate::digest::hex;
use crate::language::layout::{self, Keep};
use crate::language::number::{percent, plain, rounded, signed};
use crate::language::print;
use crate::study::phase::{OWN, Phase};
use crate::study::ppo::{Ppo, SETTINGS};
use crate::study::{Mlp, Scenario, Study};
use crate::world::spec::{Glyph, Layout, Moves, Object, World};
use sha2::{Digest, Sha256};

/// SHA-256, in hexadecimal, of the canonical form of a study. `///` comments are part of it, being part of what is
/// reported; those of objects and of worlds of deployment are not.
pub fn canonical_hash(study: &Study) -> String {
    hex(&Sha256::digest(canonical(study).as_bytes()))
}

/// The canonical form of a study.
pub fn canonical(study: &Study) -> String {
    let mut lines = vec!["edition 1".to_owned()];
    let (mut scenarios, mut phases) = (Vec::new(), Vec::new());
    doc(&mut lines, &study.world_doc);
    block(&mut lines, &study.world_name, &study.world);
    for scenario in &study.scenarios {
        let trainings = study.trainings();
        let layers = trainings.iter().enumerate();
        let layers: Vec<_> =
            layers.filter_map(|(index, training)| Some((training.world, scenario.over(index)?))).collect();
        scenarios.push(laid(study, &scenario.name, &layers, &mut lines));
    }
    for phase in &study.phases {
        phases.push(laid(study, &phase.name, &[(study.base_of(phase).0, &phase.world)], &mut lines));
    }
    doc(&mut lines, &study.doc);
    lines.push(format!("study {} {{", study.name));
    lines.push(format!("on {}", study.world_name));
    lines.push(format!("agent {}", agent_words(&study.agent)));
    lines.push("train ppo {".into());
    lines.extend(settings(&study.train));
    lines.push("}".into());
    for heuristic in &study.heuristics {
        doc(&mut lines, &heuristic.doc);
        lines.push(format!("heuristic {} {{", heuristic.name));
        lines.push(print::heuristic_words(heuristic));
        lines.push(format!("bias {}", print::bias(heuristic.bias)));
        lines.push("}".into());
    }
    for (Scenario { name, doc: words, .. }, changes) in study.scenarios.iter().zip(scenarios) {
        doc(&mut lines, words);
        lines.push(format!("scenario {name} {{"));
        lines.extend(changes);
        lines.push("}".into());
    }
    for (phase, changes) in study.phases.iter().zip(phases) {
        doc(&mut lines, &phase.doc);
        lines.extend(phase_block(study, phase, changes));
    }
    let names = print::Names::of(study);
    for solver in &study.solvers {
        doc(&mut lines, &solver.doc);
        let members: Vec<&str> = solver.heuristics.iter().filter_map(|&h| names.heuristics.get(h).copied()).collect();
        lines.push(format!("solver {} = {}", solver.name, members.join(", ")));
    }
    lines.extend(study.learned_solvers.map(|groups| format!("solvers learned {groups}")));
    for forecast in &study.forecasts {
        doc(&mut lines, &forecast.doc);
        lines.push(format!("predict {}", print::statement(&forecast.statement, &names)));
    }
    for claim in &study.claims {
        doc(&mut lines, &claim.doc);
        lines.push(format!("claim {} \"{}\" {{", claim.name, claim.text));
        for (word, criterion) in [("confirm", &claim.confirm), ("refute", &claim.refute)] {
            let side =
                |criterion| format!("{word} {} at {}", print::criterion(criterion, &names), percent(criterion.level));
            lines.extend(criterion.as_ref().map(side));
        }
        lines.push("}".into());
    }
    lines.push("}".into());
    layout::layout(&lines.join("\n"), Keep::Documentation)
}

/// `mlp(64, 64)`
pub fn agent_words(agent: &Mlp) -> String {
    let widths: Vec<String> = agent.hidden.iter().map(ToString::to_string).collect();
    format!("mlp({})", widths.join(", "))
}

/// Every setting.
fn settings(train: &Ppo) -> impl Iterator<Item = String> {
    SETTINGS.iter().map(|setting| format!("{} {}", setting.name, rounded((setting.get)(train))))
}

/// The settings of a phase that are not those of the training that it starts from.
pub fn changed_settings(study: &Study, phase: &Phase) -> Vec<String> {
    let of_phases = |line: &String| !line.starts_with("seeds ");
    let (old, new) = (settings(study.base_of(phase).1), settings(&phase.train));
    old.zip(new).filter(|(old, new)| old != new).map(|(_, new)| new).filter(of_phases).collect()
}

/// The statements of a phase that make its world of the one that it starts from; all of them where none do.
pub fn changed_world(study: &Study, phase: &Phase) -> Vec<String> {
    overrides(&[(study.base_of(phase).0, &phase.world)]).unwrap_or_else(|| {
        let objects = phase.world.objects.iter().map(whole_object);
        statements(&phase.world).into_iter().flatten().chain(objects).collect()
    })
}

fn phase_block(study: &Study, phase: &Phase, changes: Vec<String>) -> Vec<String> {
    let after = phase.after.map_or(String::new(), |training| {
        let before = training.checked_sub(1).and_then(|before| study.phases.get(before));
        format!(" after {}", before.map_or(OWN, |before| &before.name))
    });
    let mut lines = vec![format!("phase {}{after} {{", phase.name)];
    lines.extend(changes);
    if phase.after.is_none() {
        lines.push(format!("agent {}", agent_words(&phase.agent)));
    }
    let settings = changed_settings(study, phase);
    if !settings.is_empty() {
        lines.push(format!("train {{ {} }}", settings.join("; ")));
    }
    lines.push("}".into());
    lines
}

/// The statements that make the second world of each pair of the first, or `on` a world of its own, which is written
/// above the study.
fn laid(study: &Study, name: &str, layers: &[(&World, &World)], lines: &mut Vec<String>) -> Vec<String> {
    match (overrides(layers), layers.first()) {
        (None, Some((_, world))) => {
            // Names of worlds are unique: no other begins so.
            let name = format!("{}_in_{name}", study.world_name);
            block(lines, &name, world);
            vec![format!("on {name}")]
        }
        (changes, _) => changes.unwrap_or_default(),
    }
}

fn doc(lines: &mut Vec<String>, doc: &str) {
    if !doc.is_empty() {
        lines.extend(doc.split('\n').map(|line| format!("/// {line}").trim_end().to_owned()));
    }
}

fn block(lines: &mut Vec<String>, name: &str, world: &World) {
    lines.push(format!("world {name} {{"));
    lines.extend(statements(world).into_iter().flatten());
    lines.extend(world.objects.iter().map(whole_object));
    lines.push("}".into());
}

/// What is said of one thing: a statement, several, or nothing where the language has no word for it.
type Said = Vec<String>;

/// Every statement of a world but its objects.
fn statements(world: &World) -> Vec<Said> {
    vec![
        vec![format!("layout {}", layout_words(&world.layout))],
        vec![format!("start {}", print::site(&world.start))],
        vec![format!("view {}", print::view(world.view))],
        vec![format!("horizon {}", world.horizon)],
        vec![format!("step reward {}", plain(world.step_reward))],
        vec![format!("slip {}", percent(world.slip))],
        world.carry.iter().map(|most| format!("carry {most}")).collect(),
    ]
}

/// `room 9x9`; a map takes several lines.
pub fn layout_words(layout: &Layout) -> String {
    match layout {
        Layout::Room { width, height } => format!("room {width}x{height}"),
        Layout::Maze { width, height, braid } if *braid == 0.0 => format!("maze {width}x{height}"),
        Layout::Maze { width, height, braid } => format!("maze {width}x{height} braid {}", percent(*braid)),
        Layout::Scatter { width, height, walls } => format!("scatter {width}x{height} walls {}", percent(*walls)),
        Layout::Rooms { width, height, columns, rows } => format!("rooms {width}x{height} grid {columns}x{rows}"),
        Layout::Map { width, cells, .. } => {
            let glyph = |glyph: &Glyph| match glyph {
                Glyph::Wall => '#',
                Glyph::Floor => '.',
                Glyph::Marker(letter) => *letter,
            };
            let rows = cells.chunks((*width).max(1) as usize).map(|row| row.iter().map(glyph).collect::<String>());
            format!("map \"\"\"\n{}\n\"\"\"", rows.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// Every statement of an object. One that does not move says so only over a world in which it might.
fn object_statements(object: &Object) -> Vec<Said> {
    let rewards = object.rewards.iter().map(|reward| {
        let at = reward.at.as_ref().map_or(String::new(), |at| format!(" at {}", print::site(at)));
        format!("reward {}{at}", signed(reward.amount))
    });
    let moves = [("random", object.moves.random), ("toward agent", object.moves.toward_agent)];
    let moves = moves.into_iter().filter(|(how, share)| *share > 0.0 || (*how == "random" && is_still(object)));
    vec![
        vec![format!("count {}", object.count)],
        vec![format!("at {}", print::placements(&object.at))],
        if object.rewards.is_empty() { vec!["reward 0".to_owned()] } else { rewards.collect() },
        print::touch(object.touch),
        object.blocks.then(|| "blocks".to_owned()).into_iter().collect(),
        object.needs.iter().map(|name| format!("needs {name}")).collect(),
        object.unless.iter().map(|name| format!("unless {name}")).collect(),
        vec![format!("looks {}", object.looks.join(", "))],
        moves.map(|(how, share)| format!("moves {how} {}", percent(share))).collect(),
    ]
}

fn is_still(object: &Object) -> bool {
    object.moves == Moves::default()
}

fn whole_object(object: &Object) -> String {
    let mut statements = object_statements(object);
    if is_still(object) {
        statements.pop();
    }
    object_block(&object.name, statements.into_iter().flatten().collect())
}

fn object_block(name: &str, statements: Said) -> String {
    format!("object {name} {{ {} }}", statements.join("; "))
}

/// The statements that make one world of another in every pair, or nothing where none do: objects are only added, and
/// what the language has no word for is not taken back. What is said is the same in all pairs, since one scenario or one
/// phase says it.
fn overrides(layers: &[(&World, &World)]) -> Option<Said> {
    let only_adds = |(base, world): &(&World, &World)| {
        let same_kinds = base.objects.iter().zip(&world.objects).all(|(a, b)| a.name == b.name);
        world.objects.len() >= base.objects.len() && same_kinds && base.view == world.view
    };
    if !layers.iter().all(only_adds) {
        return None;
    }
    let mut lines = changed(layers.iter().map(|(base, world)| (statements(base), statements(world))))?;
    let mut names: Vec<&str> = Vec::new();
    for object in layers.iter().flat_map(|(_, world)| &world.objects) {
        if !names.contains(&object.name.as_str()) {
            names.push(&object.name);
        }
    }
    for name in names {
        let kind = |world: &World| world.objects.iter().find(|object| object.name == name).map(object_statements);
        let kinds: Vec<_> = layers.iter().filter_map(|(base, world)| Some((kind(base), kind(world)?))).collect();
        let everywhere = kinds.iter().all(|(base, _)| base.is_none());
        let somewhere = kinds.iter().any(|(base, _)| base.is_none());
        // A kind that is added everywhere is written out, as in a world of its own; one that some worlds have is not, lest
        // defaults replace theirs.
        let fresh = object_statements(&Object::named(name));
        let mut nothing = vec![Said::new(); fresh.len()];
        nothing.pop();
        nothing.extend(fresh.last().cloned());
        let before =
            |base: Option<Vec<Said>>| base.unwrap_or_else(|| if everywhere { &nothing } else { &fresh }.clone());
        let changes = changed(kinds.into_iter().map(|(base, kind)| (before(base), kind)))?;
        if somewhere || !changes.is_empty() {
            lines.push(object_block(name, changes));
        }
    }
    Some(lines)
}

/// What is said anew in some pair, or nothing where something would have to be unsaid.
fn changed(pairs: impl Iterator<Item = (Vec<Said>, Vec<Said>)>) -> Option<Said> {
    let mut changes: Vec<Option<Said>> = Vec::new();
    for (old, new) in pairs {
        changes.resize(new.len().max(changes.len()), None);
        for ((old, new), change) in old.into_iter().zip(new).zip(&mut changes) {
            if old != new {
                change.get_or_insert(new);
            }
        }
    }
    let changes: Vec<Said> = changes.into_iter().flatten().collect();
    (!changes.iter().any(Vec::is_empty)).then(|| changes.into_iter().flatten().collect())
}
