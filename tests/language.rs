//! The language: shipped files, good and bad programs, the lists of words.

#[path = "language/programs.rs"]
mod programs;
#[path = "language/words.rs"]
mod words;
