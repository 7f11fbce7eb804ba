//! `predict` statements, and what they and claims ask for.

use crate::heuristic::rule::Comparison;
use crate::language::codes::{EXPECTED, NO_SCENARIO_HERE, RESERVED, UNKNOWN_WORD};
use crate::language::diagnostic::Diagnostic;
use crate::language::parse::cursor::{Cursor, Parsed, Stop};
use crate::language::parse::{heuristics, places, studies, transitions};
use crate::language::span::{Span, Spanned};
use crate::language::suggest;
use crate::language::token::Kind;
use crate::language::tree::{Answer, Asked, Forecast, Name, Operand, Predict, Quantity, QuantityKind, Weights};
use crate::language::vocabulary::{MEANS, QUANTITIES};

/// Where what is forecast stands, for messages.
const PLACE: &str = "forecasts";

/// Words for the training where a scenario is asked for.
const TRAINING: &[&str] = &["train", "training"];

/// What reports say of a heuristic and no forecast can.
const DISINFORCED: &str = "disinforced";

/// A forecast, from behind the word `predict`, which stands at `start`.
pub fn predict(cursor: &mut Cursor<'_>, start: Span) -> Parsed<Predict> {
    let doc = cursor.take_doc();
    let forecast = if cursor.is_word("weights") || cursor.is_word("transitions") {
        let (entry, span) = cursor.entry(PLACE, QUANTITIES, &UNKNOWN_WORD)?;
        match entry.name {
            "weights" => Forecast::Weights(weights(cursor, span)?),
            _ => Forecast::Transitions(transitions::transitions(cursor, span)?),
        }
    } else {
        Forecast::Asked(Box::new(asked(cursor)?))
    };
    Ok(Predict { doc, span: cursor.since(start), forecast })
}

fn weights(cursor: &mut Cursor<'_>, span: Span) -> Parsed<Weights> {
    if let Some(scenario) = scenario(cursor)? {
        let finding = Diagnostic::new(&NO_SCENARIO_HERE, scenario.span, "`weights` takes no `in`");
        return Err(cursor.stop(finding.help("shares are measured after each training, in no world of deployment")));
    }
    let after = studies::after(cursor)?;
    let (mut parts, mut rest, mut concentrations) = (Vec::new(), Vec::new(), Vec::new());
    let understood = cursor.block(|cursor| {
        let start = cursor.here();
        if cursor.take_word("rest") {
            rest.push(start);
            return Ok(());
        }
        if cursor.is_word("concentration") && !cursor.word_with_share() {
            cursor.bump();
            let amount = cursor.number("a number above 0")?;
            concentrations.push(Spanned::new(amount, cursor.since(start)));
            return Ok(());
        }
        let name = cursor.name("a heuristic with its share, `rest` or `concentration`")?;
        let share = cursor.number("a share such as `25%`")?;
        parts.push((name, share));
        Ok(())
    })?;
    Ok(Weights { parts, rest, concentrations, after, span, broken: !understood })
}

fn asked(cursor: &mut Cursor<'_>) -> Parsed<Asked> {
    let quantity = quantity(cursor, PLACE)?;
    let mut compared = None;
    if !cursor.is(Kind::Equal)
        && let Some(comparison) = heuristics::comparison(cursor)
    {
        compared = Some((comparison, operand(cursor, PLACE)?));
    }
    if compared.is_none() && !cursor.is(Kind::Equal) {
        return Err(cursor.expected("`=` with what is forecast, or a comparison"));
    }
    cursor.expect(Kind::Equal, "`=` and a probability")?;
    if compared.is_none() && cursor.is(Kind::Word) && is_quantity(cursor) {
        return Err(compared_by_equal(cursor));
    }
    let first = cursor.number("a probability such as `70%`, or an interval such as `20% to 60%`")?;
    if cursor.is(Kind::Equal) && compared.is_none() {
        return Err(compared_by_equal(cursor));
    }
    let answer = if cursor.take_word("to") {
        Answer::Interval(first, cursor.number("the 95% quantile")?)
    } else {
        Answer::Probability(first)
    };
    Ok(Asked { quantity, comparison: compared, answer })
}

fn is_quantity(cursor: &Cursor<'_>) -> bool {
    QUANTITIES.iter().any(|entry| cursor.is_word(entry.name))
}

pub fn compared_by_equal(cursor: &mut Cursor<'_>) -> Stop {
    let message = "numbers are compared by `<`, `<=`, `>=` or `>`";
    let finding = Diagnostic::new(&EXPECTED, cursor.here(), message);
    cursor.stop(finding.help(format!("`{}` would hardly ever hold exactly", Comparison::Equal.sign())))
}

/// What a quantity is compared with, in `place` ("forecasts").
pub fn operand(cursor: &mut Cursor<'_>, place: &str) -> Parsed<Operand> {
    if cursor.is(Kind::Number) {
        cursor.number("a number").map(Operand::Constant)
    } else {
        quantity(cursor, place).map(|quantity| Operand::Quantity(Box::new(quantity)))
    }
}

/// What is measured, in `place` ("forecasts").
pub fn quantity(cursor: &mut Cursor<'_>, place: &str) -> Parsed<Quantity> {
    if cursor.is_word(DISINFORCED) {
        // The nearest known name is its opposite.
        let message = format!("`{DISINFORCED}` is not known in {place}");
        let help = format!("there is no `{DISINFORCED}`: only `reinforced(h)` can be forecast");
        return Err(cursor.stop(Diagnostic::new(&UNKNOWN_WORD, cursor.here(), message).help(help)));
    }
    let (entry, start) = cursor.entry(place, QUANTITIES, &UNKNOWN_WORD)?;
    let kind = match entry.name {
        "share" => QuantityKind::Share(heuristic(cursor)?),
        "strength" => QuantityKind::Strength(heuristic(cursor)?),
        "causal" => QuantityKind::Causal(heuristic(cursor)?),
        "selected" => QuantityKind::Selected(heuristic(cursor)?),
        "order" => QuantityKind::Order(list(cursor, |cursor| cursor.name("the name of a heuristic"))?),
        "reinforced" => QuantityKind::Reinforced(heuristic(cursor)?),
        "explained" => QuantityKind::Explained,
        "magnitude" => QuantityKind::Magnitude(heuristic(cursor)?),
        "transition" => {
            cursor.open()?;
            let from = cursor.state("the name of a solver, or `other`")?;
            cursor.expect(Kind::Comma, "`,` and the state that it leads to")?;
            let to = cursor.state("the name of a solver, or `other`")?;
            cursor.close()?;
            QuantityKind::Transition(from, to)
        }
        "returns" => {
            cursor.open()?;
            let solver = cursor.state("the name of a solver")?;
            cursor.close()?;
            QuantityKind::Returns(solver)
        }
        "cycle" => QuantityKind::Cycle(list(cursor, |cursor| cursor.state("the name of a solver"))?),
        "P" => reach(cursor)?,
        "time" => {
            cursor.open()?;
            cursor.expect_word("at")?;
            let place = places::place(cursor)?;
            cursor.close()?;
            QuantityKind::TimeAt(place)
        }
        "mean" => mean(cursor)?,
        block => {
            let message = format!("`{block}` is a forecast of its own and is not compared");
            let help =
                if block == "weights" { "compare `share(h)` instead" } else { "compare `transition(a, b)` instead" };
            return Err(cursor.stop(Diagnostic::new(&EXPECTED, start, message).help(help)));
        }
    };
    let span = cursor.since(start);
    // The form of the quantity says nothing about these.
    let around = cursor.reading.take();
    let (scenario, after) = scenario_and_phase(cursor)?;
    cursor.reading = around;
    Ok(Quantity { kind, scenario, after, span })
}

/// `[in SCENARIO] [after PHASE]`
pub fn scenario_and_phase(cursor: &mut Cursor<'_>) -> Parsed<(Option<Name>, Option<Name>)> {
    let (scenario, after) = (scenario(cursor)?, studies::after(cursor)?);
    if after.is_some() && cursor.is_word("in") {
        let finding = Diagnostic::new(&EXPECTED, cursor.here(), "`in` stands before `after`");
        return Err(cursor.stop(finding.help("write `in SCENARIO after PHASE`")));
    }
    Ok((scenario, after))
}

/// `[in SCENARIO]`
fn scenario(cursor: &mut Cursor<'_>) -> Parsed<Option<Name>> {
    if !cursor.take_word("in") {
        return Ok(None);
    }
    let what = "the name of a scenario";
    let (code, message, help) = if TRAINING.iter().any(|word| cursor.is_word(word)) {
        let message = format!("expected {what}, found {}, which is never a name", cursor.found());
        (&RESERVED, message, "leave `in` out for the training world")
    } else if !cursor.is(Kind::Word) {
        let message = format!("expected {what}, found {}", cursor.found());
        (&EXPECTED, message, "for example `in NAME`, or leave `in` out for the training world")
    } else {
        return cursor.name(what).map(Some);
    };
    Err(cursor.stop(Diagnostic::new(code, cursor.here(), message).help(help)))
}

/// Names in parentheses.
fn list<'a>(cursor: &mut Cursor<'a>, name: impl FnMut(&mut Cursor<'a>) -> Parsed<Name>) -> Parsed<Vec<Name>> {
    cursor.open()?;
    let names = cursor.list(name)?;
    cursor.close()?;
    Ok(names)
}

fn heuristic(cursor: &mut Cursor<'_>) -> Parsed<Name> {
    cursor.open()?;
    let name = cursor.name("the name of a heuristic")?;
    cursor.close()?;
    Ok(name)
}

fn reach(cursor: &mut Cursor<'_>) -> Parsed<QuantityKind> {
    cursor.open()?;
    cursor.expect_word("reach")?;
    let goal = places::goal(cursor)?;
    let before = if cursor.take_word("before") { Some(places::goal(cursor)?) } else { None };
    let within = if cursor.take_word("within") { Some(cursor.number("a number of steps")?) } else { None };
    cursor.close()?;
    Ok(QuantityKind::Reach { goal, before, within })
}

fn mean(cursor: &mut Cursor<'_>) -> Parsed<QuantityKind> {
    cursor.open()?;
    let kind = if cursor.take_word("return") {
        QuantityKind::MeanReturn
    } else if cursor.take_word("length") {
        QuantityKind::MeanLength
    } else if cursor.take_word("reach") {
        QuantityKind::MeanReach(places::goal(cursor)?)
    } else if cursor.is(Kind::Word) {
        let token = cursor.token();
        let message = format!("there is no mean of `{}`", token.text);
        let help = suggest::help(token.text, "mean", MEANS);
        return Err(cursor.stop(Diagnostic::new(&UNKNOWN_WORD, token.span, message).help(help)));
    } else {
        return Err(cursor.expected(&format!("one of {}", suggest::list(MEANS))));
    };
    cursor.close()?;
    Ok(kind)
}
