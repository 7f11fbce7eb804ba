//! `study` blocks: the world, the agent, its training, heuristics, scenarios, phases, solvers, forecasts, claims.

use crate::language::codes::{UNKNOWN_STATEMENT, UNKNOWN_WORD};
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::parse::{claims, forecasts, heuristics, solvers, worlds};
use crate::language::span::{Span, Spanned};
use crate::language::token::Kind;
use crate::language::tree::{Amount, Name, Phase, Scenario, Setting, Study};
use crate::language::vocabulary::{AGENTS, ALGORITHMS, PHASE, SCENARIO, STUDY};
use crate::study::phase::OWN;

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
        phases: Vec::new(),
        solvers: Vec::new(),
        learned: Vec::new(),
        predicts: Vec::new(),
        claims: Vec::new(),
        broken: false,
    };
    let understood = cursor.block(|cursor| statement(cursor, &mut study))?;
    study.broken = !understood;
    Ok(study)
}

fn statement(cursor: &mut Cursor<'_>, study: &mut Study) -> Parsed<()> {
    let (entry, start) = cursor.entry("a study", STUDY, &UNKNOWN_STATEMENT)?;
    match entry.name {
        "on" => study.on.push(on(cursor, start)?),
        "agent" => {
            let layers = agent(cursor)?;
            study.agents.push(Spanned::new(layers, cursor.since(start)));
        }
        "train" => {
            cursor.entry("algorithms", ALGORITHMS, &UNKNOWN_WORD)?;
            study.trains.push(train(cursor, start)?);
        }
        "heuristic" => study.heuristics.push(heuristics::heuristic(cursor)?),
        "scenario" => study.scenarios.push(scenario(cursor)?),
        "phase" => study.phases.push(phase(cursor)?),
        "solver" => study.solvers.push(solvers::solver(cursor)?),
        "solvers" => study.learned.push(solvers::learned(cursor, start)?),
        "claim" => study.claims.push(claims::claim(cursor)?),
        _ => study.predicts.push(forecasts::predict(cursor, start)?),
    }
    Ok(())
}

/// From behind the word `on`, which stands at `start`.
fn on(cursor: &mut Cursor<'_>, start: Span) -> Parsed<Spanned<Name>> {
    let name = cursor.name("the name of a world")?;
    Ok(Spanned::new(name, cursor.since(start)))
}

/// The block of settings, with the place of what stands before it.
fn train(cursor: &mut Cursor<'_>, start: Span) -> Parsed<Spanned<Vec<Setting>>> {
    let head = cursor.since(start);
    let mut settings = Vec::new();
    cursor.block(|cursor| {
        settings.push(setting(cursor)?);
        Ok(())
    })?;
    Ok(Spanned::new(settings, head))
}

fn agent(cursor: &mut Cursor<'_>) -> Parsed<Vec<Amount>> {
    cursor.entry("agents", AGENTS, &UNKNOWN_WORD)?;
    cursor.open()?;
    let layers = cursor.list(|cursor| cursor.number("the width of a layer"))?;
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
        let (entry, start) = cursor.entry("a scenario", &SCENARIO, &UNKNOWN_STATEMENT)?;
        match entry.name {
            "on" => on.push(self::on(cursor, start)?),
            word => {
                let statement = worlds::statement(cursor, word)?;
                statements.push(Spanned::new(statement, cursor.since(start)));
            }
        }
        Ok(())
    })?;
    Ok(Scenario { doc, name, on, statements })
}

fn phase(cursor: &mut Cursor<'_>) -> Parsed<Phase> {
    let mut phase = Phase {
        doc: cursor.take_doc(),
        name: cursor.name("the name of the phase")?,
        after: after(cursor)?,
        on: Vec::new(),
        statements: Vec::new(),
        agents: Vec::new(),
        trains: Vec::new(),
        broken: false,
    };
    if phase.after.is_none() && cursor.is(Kind::Word) {
        return Err(cursor.expected("`after` or `{`"));
    }
    let understood = cursor.block(|cursor| {
        let (entry, start) = cursor.entry("a phase", &PHASE, &UNKNOWN_STATEMENT)?;
        match entry.name {
            "on" => phase.on.push(on(cursor, start)?),
            "agent" => {
                let layers = agent(cursor)?;
                phase.agents.push(Spanned::new(layers, cursor.since(start)));
            }
            "train" => {
                // The algorithm is that of the study, which may be named.
                if cursor.is(Kind::Word) {
                    cursor.entry("algorithms", ALGORITHMS, &UNKNOWN_WORD)?;
                }
                phase.trains.push(train(cursor, start)?);
            }
            word => {
                let statement = worlds::statement(cursor, word)?;
                phase.statements.push(Spanned::new(statement, cursor.since(start)));
            }
        }
        Ok(())
    })?;
    phase.broken = !understood;
    Ok(phase)
}

/// `[after PHASE]`, where `train` is the study's own training.
pub fn after(cursor: &mut Cursor<'_>) -> Parsed<Option<Name>> {
    if !cursor.take_word("after") {
        return Ok(None);
    }
    let here = cursor.here();
    if cursor.take_word(OWN) {
        return Ok(Some(Spanned::new(OWN.to_owned(), here)));
    }
    cursor.name("the name of a phase, or `train`").map(Some)
}
