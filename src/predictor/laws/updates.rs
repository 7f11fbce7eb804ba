//! Laws of single expected updates, in processes that are known whole.

use crate::predictor::laws::process::{Update, shaped, update, with_one_reward};
use crate::predictor::laws::subject::Subject;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};

/// How far updates may be apart that are equal but for rounding.
const ROUNDING: f64 = 1e-10;
/// How far a share may fall by rounding.
const SHARE_ROUNDING: f64 = 1e-12;

fn show<T: std::fmt::Debug>(case: &T) -> String {
    format!("{case:#?}")
}

/// More bias is no less share after the first update.
pub fn bias(subject: &Subject<'_>) -> Result<(), String> {
    // A critic of any kind, as any kind may be in use.
    let critic = prop_oneof![Just(None), vec(-1.0..1.0_f64, 5).prop_map(Some)];
    let cases = (update(), any::<Index>(), select(vec![2.0, 1.25, 10.0]), critic).prop_map(
        |(mut given, rule, factor, critic)| {
            given.strengths.fill(0.0);
            let rule = rule.index(given.bias.len());
            let states = given.process.states.len();
            let critic =
                critic.map_or_else(|| given.process.values(&given.strengths), |critic| critic[..states].to_vec());
            (given, rule, factor, critic)
        },
    );
    subject.for_all(cases, show, |(given, rule, factor, critic)| {
        let mut raised = given.clone();
        raised.bias[*rule] *= factor;
        let (before, after) = (subject.update(given, critic)?, subject.update(&raised, critic)?);
        let (before, after) = (clipped_share(&before, *rule), clipped_share(&after, *rule));
        if after >= before - SHARE_ROUNDING {
            return Ok(());
        }
        Err(format!(
            "with {factor} times its bias, rule {rule} has the share {after:?} after one update instead of {before:?}"
        ))
    })
}

/// The share of a rule whose strength is what an update makes of 0.
fn clipped_share(strengths: &[f64], rule: usize) -> f64 {
    let all: f64 = strengths.iter().map(|strength| strength.max(0.0)).sum();
    if all > 0.0 { strengths[rule].max(0.0) / all } else { 0.0 }
}

/// What is sought and what is shunned are mirror images.
pub fn sign(subject: &Subject<'_>) -> Result<(), String> {
    let cases = (update(), any::<Index>(), select(vec![1.0, 0.5, 2.5])).prop_map(|(mut given, chosen, amount)| {
        given.strengths.fill(0.0);
        given.process = with_one_reward(&given.process, chosen, amount);
        (given, chosen, amount)
    });
    let show = |(given, ..): &(Update, Index, f64)| show(given);
    subject.for_all(cases, show, |(given, chosen, amount)| {
        let critic = vec![0.0; given.process.states.len()];
        let shunned = Update { process: with_one_reward(&given.process, *chosen, -amount), ..given.clone() };
        let (gain, loss) = (subject.update(given, &critic)?, subject.update(&shunned, &critic)?);
        if gain.iter().zip(&loss).all(|(gain, loss)| *gain == -loss) {
            return Ok(());
        }
        Err(format!("the reward {amount} gives the update {gain:?}, and {} gives {loss:?}", -amount))
    })
}

/// Potentials are no rewards.
pub fn shaping(subject: &Subject<'_>) -> Result<(), String> {
    subject.for_all((update(), vec(-2.0..2.0_f64, 5)), show, |(given, potential)| {
        let other = Update { process: shaped(&given.process, potential), ..given.clone() };
        let critic = |given: &Update| given.process.values(&given.strengths);
        let plain = subject.update(given, &critic(given))?;
        let with = subject.update(&other, &critic(&other))?;
        if plain.iter().zip(&with).all(|(plain, with)| (plain - with).abs() <= ROUNDING) {
            return Ok(());
        }
        Err(format!("the update is {plain:?}, and with the potential {with:?}"))
    })
}
