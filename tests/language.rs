//! The language: shipped files, good and bad programs, the lists of words, properties, limits, commands.

#[path = "language/commands.rs"]
mod commands;
#[path = "language/limits.rs"]
mod limits;
#[path = "language/programs.rs"]
mod programs;
#[path = "language/properties.rs"]
mod properties;
#[path = "language/studies.rs"]
mod studies;
#[path = "language/words.rs"]
mod words;
