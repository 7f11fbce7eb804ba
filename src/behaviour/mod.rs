//! What a policy does in a world: [`policy`]s, and the [`episodes`] that they play; the [`arena`]s of a study, and the
//! [`quantities`] that are asked for in each.

pub mod arena;
pub mod episodes;
pub mod policy;
pub mod quantities;
