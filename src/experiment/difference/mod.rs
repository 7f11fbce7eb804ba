//! What moved between two outcomes of a study: [`mod@compare`] says what and by how much, [`again`] because of which component,
//! [`leaves`] finds the numbers, [`judge`] weighs them against the seeds, [`mod@only`] names what one of the two lacks.

pub mod again;
pub mod compare;
pub mod judge;
pub mod leaves;
pub mod only;
