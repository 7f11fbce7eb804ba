//! Gradients of the outputs with respect to every activation, what units contribute, and what a step does to them.
//!
//! [`gradients`] reads them off dfdx's tape; [`contribution`] is the gradient-attributed part of the
//! centred logits that passes through each unit of the last hidden layer; [`integrated`] gradients follow a path between
//! two observations; [`mod@step`], a network before and after a step on the same input, and the [`effect`] that this is.

pub mod contribution;
pub mod effect;
pub mod gradients;
pub mod integrated;
pub mod step;
