//! Gradients of the outputs with respect to every activation, and what units contribute.
//!
//! [`gradients`] reads them off dfdx's tape; [`contribution`] is the gradient-attributed part of the
//! centred logits that passes through each unit of the last hidden layer.

pub mod contribution;
pub mod gradients;
