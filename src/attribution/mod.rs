//! Gradients of the outputs with respect to every activation, and what units contribute.
//!
//! [`gradients`] reads them off dfdx's tape; [`contribution`] is the gradient-attributed part of the
//! centred logits that passes through each unit of the last hidden layer; [`integrated`] gradients follow a path between
//! two observations; [`mod@step`], a network before and after a step on the same input, and the [`effect`] that this is.
//! [`mlp`] does the same in closed form for networks from elsewhere, and [`path`] integrates their gradients.

pub mod contribution;
pub mod effect;
pub mod gradients;
pub mod integrated;
pub mod mlp;
pub mod path;
pub mod step;
