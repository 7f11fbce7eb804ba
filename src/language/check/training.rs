//! What trains: the agent, the settings, and how large both become.

use crate::language::check::Findings;
use crate::language::check::limits::{
    self, MAX_LAYERS, MAX_OBSERVATION, MAX_PARAMETERS, MAX_TRAINING_BYTES, MAX_WIDTH,
};
use crate::language::check::names::Once;
use crate::language::check::numbers;
use crate::language::codes::{
    FEW_SEEDS, MINIBATCHES, NETWORK_SIZE, NOT_WHOLE, OBSERVATION_SIZE, PHASE_SEEDS, TOO_MANY, TRAINING_SIZE, UNEVEN,
    UNKNOWN_SETTING,
};
use crate::language::diagnostic::Diagnostic;
use crate::language::number;
use crate::language::span::{Span, Spanned};
use crate::language::suggest;
use crate::language::tree::{Amount, Setting};
use crate::study::Mlp;
use crate::study::ppo::{Ppo, SETTINGS};
use crate::world::action::ACTIONS;
use crate::world::spec::View;

/// The `agent` statements of a study or a phase; nothing where there is none or it is wrong.
pub fn agent(written: &[Spanned<Vec<Amount>>], findings: &mut Findings) -> Option<Mlp> {
    let mut once = Once::default();
    written.iter().for_each(|agent| once.note("`agent`", agent.span, findings));
    let layers = written.first()?;
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

/// The `train` statements of a study or, where `phase` says so, of a phase, over the settings that it starts from.
/// `place` is where to complain of what is not written.
pub fn settings(
    written: &[Spanned<Vec<Setting>>],
    mut ppo: Ppo,
    phase: bool,
    place: Span,
    findings: &mut Findings,
) -> Option<Ppo> {
    let mut once = Once::default();
    written.iter().for_each(|train| once.note("`train`", train.span, findings));
    let settings = written.first().map(|train| train.value.as_slice()).unwrap_or_default();
    let (mut good, mut given) = (true, Once::default());
    for written in settings {
        if phase && written.name.value == "seeds" {
            let message = "a phase has the seeds of its study";
            let help = "leave it out: every seed goes through every training, so that what changes in it can be seen";
            findings.push(Diagnostic::new(&PHASE_SEEDS, written.name.span.to(written.amount.span), message).help(help));
            good = false;
            continue;
        }
        good &= setting(written, &mut ppo, &mut given, findings).is_some();
    }
    let span =
        |name: &str| settings.iter().find(|setting| setting.name.value == name).map(|setting| setting.amount.span);
    let fallback = written.first().map_or(place, |train| train.span);
    if good && !phase && ppo.seeds < 8 {
        let message =
            format!("{} seed{}: intervals over so few are wide", ppo.seeds, if ppo.seeds == 1 { "" } else { "s" });
        let span = span("seeds").unwrap_or(fallback);
        findings.push(Diagnostic::new(&FEW_SEEDS, span, message).help("8 seeds or more settle a forecast"));
    }
    let parts = ["minibatches", "rollout", "environments"].into_iter().find_map(span);
    // What a phase does not change is complained of where it is written.
    if good && (!phase || parts.is_some()) {
        minibatches(&ppo, parts.unwrap_or(fallback), findings)?;
    }
    good.then_some(ppo)
}

fn minibatches(ppo: &Ppo, place: Span, findings: &mut Findings) -> Option<()> {
    let rollout = u64::from(ppo.environments) * u64::from(ppo.rollout);
    let parts = u64::from(ppo.minibatches);
    let steps = format!("{} environments x {} steps = {rollout}", ppo.environments, ppo.rollout);
    if 2 * parts > rollout {
        let message = format!("{parts} minibatches of {steps} steps: some would hold less than two");
        let help = match rollout / 2 {
            0 => "take more `environments` or a longer `rollout`".to_string(),
            most => format!("use at most {most} `minibatches`"),
        };
        findings.push(Diagnostic::new(&MINIBATCHES, place, message).help(help));
        return None;
    }
    if rollout % parts != 0 {
        let message = format!("{parts} minibatches do not divide {steps} evenly: they differ in size");
        findings.push(Diagnostic::new(&UNEVEN, place, message));
    }
    Some(())
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

/// One training in its worlds: what it reads, what it fills.
pub struct Size<'a> {
    pub agent: &'a Mlp,
    pub ppo: &'a Ppo,
    pub view: View,
    /// Of an observation, and the most of them that are lit.
    pub bits: u64,
    pub lit: u64,
    /// Where to complain of the world, the agent and the training.
    pub on: Span,
    pub agent_at: Span,
    pub train_at: Span,
}

/// Whether observation, network and training are within their limits.
pub fn size(size: &Size<'_>, findings: &mut Findings) {
    let (bits, ppo) = (size.bits, size.ppo);
    let parameters = limits::parameters(bits, &size.agent.hidden, ACTIONS);
    if bits > MAX_OBSERVATION {
        let (bits, most) = (number::grouped(bits), number::grouped(MAX_OBSERVATION));
        let message = format!("an observation of {bits} bits; at most {most} are possible");
        let help = match size.view {
            View::All => "make the grid smaller, or let objects share looks",
            View::Window(_) => "make the window smaller, or let objects share looks",
            View::Offsets => {
                "make the grid smaller, let objects share looks, or take `view all`: it has a quarter of the bits"
            }
        };
        findings.push(Diagnostic::new(&OBSERVATION_SIZE, size.on, message).help(help));
    } else if parameters > MAX_PARAMETERS {
        let (shown, bits, most) = (number::grouped(parameters), number::grouped(bits), number::grouped(MAX_PARAMETERS));
        let message = format!("a network of {shown} parameters on {bits} bits; at most {most} are possible");
        findings.push(Diagnostic::new(&NETWORK_SIZE, size.agent_at, message).help("make the first layer narrower"));
    }
    let bytes = limits::training_bytes(ppo, size.lit, &size.agent.hidden, parameters);
    if bytes > MAX_TRAINING_BYTES {
        let gib = |bytes: u64| bytes.div_ceil(1 << 30);
        let message = format!(
            "training one network would fill about {} GiB; at most {} are possible",
            gib(bytes),
            gib(MAX_TRAINING_BYTES)
        );
        let rollout = format!("fewer than {} `environments`, a `rollout` below {}", ppo.environments, ppo.rollout);
        let help = format!("take {rollout}, more `minibatches`, or a smaller `agent`");
        findings.push(Diagnostic::new(&TRAINING_SIZE, size.train_at, message).help(help));
    }
}
