//! A study as a file of its own: every statement written out, in one order, in one layout. It reads as the same
//! study, so its hash names the study: `#` comments, layout, order of statements and defaults do not change it.

use crate::language::layout::{self, Keep};
use crate::language::number::{percent, plain, rounded, signed};
use crate::language::print;
use crate::study::ppo::SETTINGS;
use crate::study::{Scenario, Study};
use crate::world::spec::{Glyph, Layout, Object, Place, Site, World};
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
    lines.extend(statements(world));
    lines.extend(world.objects.iter().map(|object| object_block(object, object_statements(object))));
    lines.push("}".into());
}

/// Every statement of a world but its objects.
fn statements(world: &World) -> Vec<String> {
    vec![
        format!("layout {}", layout_words(&world.layout)),
        format!("start {}", print::place(&placed(&world.start))),
        format!("view {}", print::view(world.view)),
        format!("horizon {}", world.horizon),
        format!("step reward {}", plain(world.step_reward)),
        format!("slip {}", percent(world.slip)),
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

fn object_statements(object: &Object) -> Vec<String> {
    vec![
        format!("count {}", object.count),
        format!("at {}", print::place(&placed(&object.at[0].site))),
        format!("reward {}", signed(object.reward())),
        print::touch(object.touch).to_owned(),
        format!("looks {}", object.looks.join(", ")),
    ]
}

fn placed(site: &Site) -> Place {
    site.place().unwrap_or(Place::Anywhere)
}

fn object_block(object: &Object, statements: Vec<String>) -> String {
    format!("object {} {{ {} }}", object.name, statements.join("; "))
}

/// The statements that make one world of another, or nothing where none do: objects are only added.
fn overrides(base: &World, world: &World) -> Option<Vec<String>> {
    let same_kinds = base.objects.iter().zip(&world.objects).all(|(a, b)| a.name == b.name);
    if world.objects.len() < base.objects.len() || !same_kinds || base.view != world.view {
        return None;
    }
    let changed = |old: Vec<String>, new: Vec<String>| -> Vec<String> {
        old.into_iter().zip(new).filter(|(old, new)| old != new).map(|(_, new)| new).collect()
    };
    let mut lines = changed(statements(base), statements(world));
    for (old, new) in base.objects.iter().zip(&world.objects) {
        let changes = changed(object_statements(old), object_statements(new));
        if !changes.is_empty() {
            lines.push(object_block(new, changes));
        }
    }
    let added = world.objects.iter().skip(base.objects.len());
    lines.extend(added.map(|object| object_block(object, object_statements(object))));
    Some(lines)
}
