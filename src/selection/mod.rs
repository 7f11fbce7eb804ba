//! Which heuristics training selected, and with how much weight: strengths, shares and what guards them.
//!
//! [`bank`] the states that strengths are measured on, half of them from [`disagreement`]; [`features`] what the heuristics recommend there;
//! [`strength`] the fit of unit contributions; [`share`]; [`behavioural`] the cross-check and the explained part;
//! [`identifiability`]; [`causal`] strength; [`activity`], less the [`baseline`] of a cue; [`placebo`] and [`shuffled`] weights; [`emergence`] along training; [`selected`];
//! [`change`] by further training; [`reinforcement`] by a further step; [`magnitude`] the other definitions that these are compared with.

pub mod activity;
pub mod bank;
pub mod baseline;
pub mod behavioural;
pub mod causal;
pub mod change;
pub mod disagreement;
pub mod emergence;
pub mod features;
pub mod identifiability;
pub mod linear;
pub mod magnitude;
pub mod normal;
pub mod placebo;
pub mod reinforcement;
pub mod selected;
pub mod share;
pub mod shuffled;
pub mod strength;
