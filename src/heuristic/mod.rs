//! If-then heuristics: what they say ([`rule`]), what they see of a state ([`scene`]), what they recommend there
//! ([`evaluate`]), their [`feature`]s, and the [`policy`] that strengths stand for.
//!
//! A heuristic h is a condition c_h(s) in {0, 1} and a set of recommended actions A_h(s). Its feature is
//! phi_h(s, a) = c_h(s) (1[a in A_h(s)] - |A_h(s)| / |A|), and strengths w stand for the policy
//! pi_w(a|s) proportional to exp(sum_h w_h phi_h(s, a)).

pub mod evaluate;
pub mod feature;
pub mod nearest;
pub mod policy;
pub mod rule;
pub mod scene;
