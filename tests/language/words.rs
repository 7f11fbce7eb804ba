//! The lists of words and the parser agree: every example in them is understood.

use shardbed::language::library::{Library, NotUsed, Used};
use shardbed::language::read_in;
use shardbed::language::vocabulary::{
    ACTIONS, AGENTS, ALGORITHMS, CLAIM, CONDITIONS, Entry, HEURISTIC, ITEMS, LAYOUTS, MOVES, OBJECT, PHASE, PLACES,
    QUANTITIES, ROW, SCENARIO, STUDY, TRANSITIONS, VIEWS, WORLD,
};

/// A file in order but for what stands in its holes.
fn file(world: &str, study: &str) -> String {
    format!(
        "edition 1\nworld w {{\nobject cheese {{ carried }}\nobject disc {{ looks coin, red }}\n{world}\n}}\n\
         study s {{\non w\n{study}\nheuristic to_cheese {{ if always then move toward cheese }}\n\
         heuristic go_east {{ if always then move east }}\n}}"
    )
}

fn world(statement: &str) -> String {
    file(statement, "agent mlp(8)")
}

fn study(statement: &str) -> String {
    file("layout room 9x9", &format!("agent mlp(8)\n{statement}"))
}

const MAP: &str = "layout map \"\"\"\n.....\n..A..\n.....\n\"\"\"";

/// A folder in which every file has one world.
struct OneWorld;

impl Library for OneWorld {
    fn top(&self) -> Option<&str> {
        Some("top.shard")
    }

    fn load(&self, name: &str) -> Result<Used, NotUsed> {
        Ok(Used { name: name.to_owned(), bytes: b"edition 1\nworld another { layout room 3x3 }".to_vec() })
    }
}

fn codes(text: &str) -> Vec<&'static str> {
    match read_in(text, &OneWorld) {
        Ok(_) => Vec::new(),
        Err(findings) => findings.iter().map(|finding| finding.code.id).collect(),
    }
}

fn check<'a>(entries: impl IntoIterator<Item = &'a Entry>, whole: impl Fn(&str) -> String) {
    for entry in entries.into_iter().filter(|entry| !entry.example.is_empty()) {
        let text = whole(entry.example);
        assert_eq!(codes(&text), Vec::<&str>::new(), "`{}`: {:#?}", entry.example, read_in(&text, &OneWorld));
    }
}

#[test]
fn examples_of_every_word() {
    check(ITEMS, |example| format!("{}\n{example}", study("")));
    check(WORLD, |example| world(&format!("layout room 9x9\n{example}")));
    check(LAYOUTS, |example| world(&format!("layout {example}")));
    check(VIEWS, |example| world(&format!("layout room 9x9\nview {example}")));
    check(MOVES, |example| world(&format!("layout room 9x9\nobject thing {{ moves {example} }}")));
    check(OBJECT, |example| world(&format!("layout room 9x9\nobject thing {{ {example} }}")));
    check(PLACES, |example| world(&format!("{MAP}\nstart {example}")));
    let (near, places): (Vec<&Entry>, Vec<&Entry>) = PLACES.iter().partition(|entry| entry.name == "near");
    let goal = |example: &str| file(MAP, &format!("agent mlp(8)\npredict mean(reach {example}) = 1 to 2"));
    assert_eq!(near.iter().map(|entry| codes(&goal(entry.example))).collect::<Vec<_>>(), [["E0210"]]);
    check(places, goal);
    check(STUDY, study);
    for words in [&SCENARIO, &PHASE] {
        // What is seen is the same everywhere in a study, and of walls more is said below.
        let words: Vec<Entry> = words.iter().filter(|entry| entry.name != "view").copied().collect();
        let block = if words.iter().any(|entry| entry.name == "agent") { "phase" } else { "scenario" };
        check(&words, |example| study(&format!("{block} again {{ {example} }}")));
    }
    check(AGENTS, |example| file("layout room 9x9", &format!("agent {example}")));
    check(ALGORITHMS, |example| study(&format!("train {example} {{}}")));
    check(HEURISTIC, |example| match example.starts_with("if") {
        true => study(&format!("heuristic h {{ {example} }}")),
        false => study(&format!("heuristic h {{ if always then stay; {example} }}")),
    });
    check(CONDITIONS, |example| study(&format!("heuristic h {{ if {example} then stay }}")));
    check(ACTIONS, |example| study(&format!("heuristic h {{ if always then {example} }}")));
    check(QUANTITIES, |example| study(&format!("predict {example}")));
    check(CLAIM, |example| study(&format!("claim settled \"yes\" {{ {example} }}")));
    check(TRANSITIONS, |example| {
        let rest = if example == ROW.example { "concentration 5" } else { ROW.example };
        study(&format!("predict transitions {{ {example}; {rest} }}"))
    });
}
