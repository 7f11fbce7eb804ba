//! A study as a file of its own: every statement written out, in one order, in one layout. It reads as the same
//! study, so its hash names the study: `#` comments, layout, order of statements and defaults do not change it.

use crate::language::layout::{self, Keep};
use crate::language::number::{percent, plain, rounded, signed};
use crate::language::print;
use crate::study::ppo::SETTINGS;
use crate::study::{Scenario, Study};
use crate::world::spec::{Glyph, Layout, Moves, Object, World};
use sha2::{Digest, Sha256};

/// SHA-256, in hexadecimal, of the canonical form of a study. `///` comments are part of it, being part of what is
/// reported; those of objects and of worlds of deployment are not.
pub fn canonical_hash(study: &Study) -> String {
    Sha256::digest(canonical(study).as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The canonical form of a study.
pub fn canonical(study: &Study) -> String {
    let mut lines = vec!["edition 1".to_owned()];
    let mut scenarios = Vec::new();
    doc(&mut lines, &study.world_doc);
    block(&mut lines, &study.world_name, &study.world);
    for scenario in &study.scenarios {
        scenarios.push(match overrides(&study.world, &scenario.world) {
            Some(changes) => changes,
            None => {
                // Names of worlds are unique: no other begins so.
                let name = format!("{}_in_{}", study.world_name, scenario.name);
                block(&mut lines, &name, &scenario.world);
                vec![format!("on {name}")]
            }
        });
    }
    doc(&mut lines, &study.doc);
    lines.push(format!("study {} {{", study.name));
    lines.push(format!("on {}", study.world_name));
    let widths: Vec<String> = study.agent.hidden.iter().map(ToString::to_string).collect();
    lines.push(format!("agent mlp({})", widths.join(", ")));
    lines.push("train ppo {".into());
    lines.extend(SETTINGS.iter().map(|setting| format!("{} {}", setting.name, rounded((setting.get)(&study.train)))));
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
    let rules: Vec<&str> = study.heuristics.iter().map(|heuristic| heuristic.name.as_str()).collect();
    let scenes: Vec<&str> = study.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    for forecast in &study.forecasts {
        doc(&mut lines, &forecast.doc);
        lines.push(format!("predict {}", print::statement(&forecast.statement, &rules, &scenes)));
    }
    lines.push("}".into());
    layout::layout(&lines.join("\n"), Keep::Documentation)
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
    object_block(object, statements.into_iter().flatten().collect())
}

fn object_block(object: &Object, statements: Said) -> String {
    format!("object {} {{ {} }}", object.name, statements.join("; "))
}

/// The statements that make one world of another, or nothing where none do: objects are only added, and what the
/// language has no word for is not taken back.
fn overrides(base: &World, world: &World) -> Option<Said> {
    let same_kinds = base.objects.iter().zip(&world.objects).all(|(a, b)| a.name == b.name);
    if world.objects.len() < base.objects.len() || !same_kinds || base.view != world.view {
        return None;
    }
    let mut lines = changed(statements(base), statements(world))?;
    for (old, new) in base.objects.iter().zip(&world.objects) {
        let changes = changed(object_statements(old), object_statements(new))?;
        if !changes.is_empty() {
            lines.push(object_block(new, changes));
        }
    }
    lines.extend(world.objects.iter().skip(base.objects.len()).map(whole_object));
    Some(lines)
}

/// What is said anew, or nothing where something would have to be unsaid.
fn changed(old: Vec<Said>, new: Vec<Said>) -> Option<Said> {
    let changes = old.into_iter().zip(new).filter(|(old, new)| old != new).map(|(_, new)| new);
    let changes: Vec<Said> = changes.collect();
    (!changes.iter().any(Vec::is_empty)).then(|| changes.into_iter().flatten().collect())
}
