//! `study` blocks: the world, the agent, its training, heuristics, scenarios, forecasts.

use crate::language::codes::{UNKNOWN_STATEMENT, UNKNOWN_WORD};
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::parse::{forecasts, heuristics, worlds};
use crate::language::span::Spanned;
use crate::language::token::Kind;
use crate::language::tree::{Amount, Name, Scenario, Setting, Study};
use crate::language::vocabulary::{AGENTS, ALGORITHMS, STUDY, WORLD};

/// A study, from behind the word `study`.
pub fn study(cursor: &mut Cursor<'_>) -> Parsed<Study> {
    let mut study = Study {
        doc: cursor.take_doc(),
        name: cursor.name("the name of the study")?,
        on: Vec::new(),
        agents: Vec::new(),
        trains: Vec::new(),
        heuristics: Vec::new(),
        scenarios: Vec::new(),
        predicts: Vec::new(),
        broken: false,
    };
    let understood = cursor.block(|cursor| statement(cursor, &mut study))?;
    study.broken = !understood;
    Ok(study)
}

fn statement(cursor: &mut Cursor<'_>, study: &mut Study) -> Parsed<()> {
    let (entry, start) = cursor.entry("a study", STUDY, &UNKNOWN_STATEMENT)?;
    match entry.name {
        "on" => {
            let name = cursor.name("the name of a world")?;
            study.on.push(Spanned::new(name, cursor.since(start)));
        }
        "agent" => {
            let layers = agent(cursor)?;
            study.agents.push(Spanned::new(layers, cursor.since(start)));
        }
        "train" => {
            cursor.entry("algorithms", ALGORITHMS, &UNKNOWN_WORD)?;
            let head = cursor.since(start);
            let mut settings = Vec::new();
            cursor.block(|cursor| {
                settings.push(setting(cursor)?);
                Ok(())
            })?;
            study.trains.push(Spanned::new(settings, head));
        }
        "heuristic" => study.heuristics.push(heuristics::heuristic(cursor)?),
        "scenario" => study.scenarios.push(scenario(cursor)?),
        _ => study.predicts.push(forecasts::predict(cursor, start)?),
    }
    Ok(())
}

fn agent(cursor: &mut Cursor<'_>) -> Parsed<Vec<Amount>> {
    cursor.entry("agents", AGENTS, &UNKNOWN_WORD)?;
    cursor.open()?;
    let mut layers = vec![cursor.number("the width of a layer")?];
    while cursor.take(Kind::Comma) {
        layers.push(cursor.number("the width of a layer")?);
    }
    cursor.close()?;
    Ok(layers)
}

/// Its words, then a number.
fn setting(cursor: &mut Cursor<'_>) -> Parsed<Setting> {
    let start = cursor.here();
    if !cursor.is(Kind::Word) {
        return Err(cursor.expected("a setting such as `steps 500k`"));
    }
    let mut words = vec![cursor.name("a setting")?.value];
    while cursor.is(Kind::Word) {
        words.push(cursor.token().text.to_owned());
        cursor.bump();
    }
    let name: Name = Spanned::new(words.join(" "), cursor.since(start));
    let amount = cursor.number("a number")?;
    Ok(Setting { name, amount })
}

fn scenario(cursor: &mut Cursor<'_>) -> Parsed<Scenario> {
    let doc = cursor.take_doc();
    let name = cursor.name("the name of the scenario")?;
    let (mut on, mut statements) = (Vec::new(), Vec::new());
    cursor.block(|cursor| {
        let start = cursor.here();
        if cursor.take_word("on") {
            let name = cursor.name("the name of a world")?;
            on.push(Spanned::new(name, cursor.since(start)));
            return Ok(());
        }
        let (entry, _) = cursor.entry("a scenario", WORLD, &UNKNOWN_STATEMENT)?;
        let statement = worlds::statement(cursor, entry.name)?;
        statements.push(Spanned::new(statement, cursor.since(start)));
        Ok(())
    })?;
    Ok(Scenario { doc, name, on, statements })
}
