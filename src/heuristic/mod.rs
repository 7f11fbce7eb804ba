//! If-then heuristics: what they say ([`rule`]) and what that means on a state.
//!
//! A heuristic h is a condition c_h(s) in {0, 1} and a set of recommended actions A_h(s). Its feature is
//! phi_h(s, a) = c_h(s) (1[a in A_h(s)] - |A_h(s)| / |A|), and strengths w stand for the policy
//! pi_w(a|s) proportional to exp(sum_h w_h phi_h(s, a)).

pub mod rule;
