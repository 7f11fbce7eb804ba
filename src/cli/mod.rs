//! The commands, one file each: functions that return what is to be printed.

pub mod runs;
pub mod show;
