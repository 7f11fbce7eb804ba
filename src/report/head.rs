//! Which study and which run.

use crate::outcome::Outcome;
use crate::report::paper::{Paint, Paper};
use crate::report::seal;

/// Digits of an id that tell runs apart well enough.
const SHORT: usize = 12;

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    seal::alarm(paper, outcome);
    let study = &outcome.study;
    paper.paragraph(0, Paint::Heading, &study.name);
    for paragraph in study.doc.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        paper.paragraph(0, Paint::Plain, paragraph);
    }
    paper.blank();
    let id: String = outcome.ids.run.chars().take(SHORT).collect();
    paper.parts(
        "",
        Paint::Faint,
        &[
            format!("world {}", study.world),
            format!("agent {}", study.agent),
            format!("file {}", study.file),
            format!("run {id}"),
            format!("shardbed {}", outcome.version),
        ],
    );
    seal::write(paper, outcome);
    if !study.world_doc.trim().is_empty() {
        paper.hanging("  ", Paint::Faint, &format!("{}: {}", study.world, study.world_doc));
    }
}
