//! The measurement of predictors: as [`table`]s, and as a [`picture`].

pub mod picture;
pub mod table;

use crate::outcome::benchmark::{Group, Half, View};

/// What a group is called: `held out, relative view`.
fn title(group: &Group) -> String {
    let half = group.half.map_or("both halves", half);
    group.view.map_or_else(|| half.to_string(), |seen| format!("{half}, {} view", view(seen)))
}

fn half(half: Half) -> &'static str {
    match half {
        Half::Tuning => "tuning",
        Half::HeldOut => "held out",
    }
}

fn view(view: View) -> &'static str {
    match view {
        View::Relative => "relative",
        View::Pixel => "pixel",
    }
}
