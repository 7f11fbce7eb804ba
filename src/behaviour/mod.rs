//! What a policy does in a world: [`policy`]s, and the [`episodes`] that they play.

pub mod episodes;
pub mod policy;
