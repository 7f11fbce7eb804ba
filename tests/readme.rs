//! What the README shows is true.

use shardbed::language::read;

const README: &str = include_str!("../README.md");

/// The blocks of code, in order.
fn blocks() -> Vec<&'static str> {
    README.split("```").skip(1).step_by(2).collect()
}

#[test]
fn the_example_is_a_prediction_file_without_findings() {
    let example = blocks().into_iter().find(|block| block.contains("edition 1")).expect("an example");
    let checked = read(example).unwrap_or_else(|findings| panic!("{findings:?}"));
    assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
    assert_eq!(checked.studies.len(), 1);
}

#[test]
fn the_two_commands_stand_at_the_top() {
    let first = blocks().into_iter().next().expect("a block");
    let commands: Vec<&str> = first.trim().lines().collect();
    assert_eq!(commands, ["cargo run --release -- run predictions/corner_cheese.shard", "cargo test"]);
}
