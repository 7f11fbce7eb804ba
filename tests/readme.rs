//! What the README shows is true: its files are checked, and what it says that commands print is what they print.
//!
//! A block of code below `<!-- file: NAME -->` is written to NAME, and for one below `<!-- network: NAME -->` the network of
//! the known answers, which it describes; below `<!-- prints: ARGUMENTS -->` stands what
//! `shardbed ARGUMENTS` prints in the folder of these files, `<!-- prints: ARGUMENTS, from HEADING -->` a section of
//! it, and below `<!-- table: ARGUMENTS, from ROW -->` a table of it, up to an empty line; below `<!-- registry: NAME -->`
//! the table of a registry of the library. `UPDATE_README=1 cargo test --test readme -- --include-ignored` pastes what is
//! printed now.
//!
//! Trained results differ a little between kinds of processors, and speeds between runs, so numbers are compared within
//! a tolerance, and pictures and hashes not at all.

mod known_network;

use known_network::known_network;
use shardbed::language::print::is_share;
use shardbed::language::read;
use shardbed::language::vocabulary::QUANTITIES;
use shardbed::scoring::registry::table as scores;
use shardbed::study::forecast::{Behaviour, Event, Quantity, Statement};
use shardbed::validation::tables::magnitudes;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// A code block or a table below a comment, by the lines of the README.
struct Block {
    /// What the comment says.
    comment: String,
    /// The first line of its text, and the one behind its last.
    lines: std::ops::Range<usize>,
}

/// What comments above the tables of registries begin with, and above those that a command prints.
const REGISTRY: &str = "registry: ";
const TABLE: &str = "table: ";

static PASTING: Mutex<()> = Mutex::new(());

fn readme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn text() -> String {
    std::fs::read_to_string(readme()).expect("the README")
}

/// The blocks of code, in order; the comment is empty where none stands above.
fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut start = None;
    for index in (0..lines.len()).filter(|&index| lines[index].starts_with("```")) {
        match start.take() {
            None => start = Some(index),
            Some(open) => {
                let above = open.checked_sub(1).map_or("", |above| lines[above]);
                let comment = above.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
                found.push(Block { comment: comment.unwrap_or_default().to_owned(), lines: open + 1..index });
            }
        }
    }
    let is_table = |line: &str| line.starts_with("<!-- table: ") || line.starts_with("<!-- registry: ");
    let tables = lines.iter().enumerate().filter(|(_, line)| is_table(line));
    found.extend(tables.map(|(index, line)| {
        let end = (index..lines.len()).find(|&line| lines[line].is_empty()).unwrap_or(lines.len());
        Block { comment: line.trim_start_matches("<!-- ").trim_end_matches(" -->").to_owned(), lines: index + 1..end }
    }));
    found
}

fn inside(text: &str, block: &Block) -> String {
    text.lines().skip(block.lines.start).take(block.lines.len()).map(|line| format!("{line}\n")).collect()
}

/// What a comment names: arguments of `shardbed`, and with `from` the beginning of the section meant, else nothing.
fn named(comment: &str) -> (&str, &str) {
    comment.split_once(", from ").unwrap_or((comment, ""))
}

/// What `shardbed` prints with the arguments that a comment names, on both streams.
fn run(comment: &str, folder: &Path) -> String {
    let (arguments, heading) = named(comment);
    let output = Command::new(env!("CARGO_BIN_EXE_shardbed")).args(arguments.split(' ')).current_dir(folder).output();
    let output = output.expect("the program runs");
    let all = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    // A check may find something, which is shown whole; everything else succeeds, `validate` if all criteria hold.
    assert!(heading.is_empty() || output.status.success(), "`shardbed {arguments}` fails:\n{all}");
    all
}

/// The section of what was printed that a comment names: from the line that begins with its words up to the next heading in
/// capitals; of a table, up to an empty line.
fn section(comment: &str, all: &str) -> String {
    let (arguments, heading) = named(comment);
    let is_end = |line: &str| {
        let first = line.split([' ', ':']).next().unwrap_or_default();
        let capitals = first.len() > 3 && first.chars().all(|letter| letter.is_ascii_uppercase());
        capitals || heading.starts_with('|') && line.is_empty()
    };
    let lines: Vec<&str> = all.lines().map(str::trim_end).collect();
    let start = lines.iter().position(|line| line.starts_with(heading));
    let start = start.unwrap_or_else(|| panic!("`shardbed {arguments}` prints no `{heading}`:\n{all}"));
    let end = if heading.is_empty() {
        lines.len()
    } else {
        (start + 1..lines.len()).find(|&line| is_end(lines[line])).unwrap_or(lines.len())
    };
    let section = lines[start..end].join("\n");
    section.trim_matches('\n').to_owned() + "\n"
}

/// The table of a registry.
fn registry(name: &str) -> String {
    let section = match name {
        "magnitudes" => magnitudes(),
        "forecasts" => forecasts(),
        "scores" => scores(),
        _ => panic!("no registry `{name}`"),
    };
    section.lines().filter(|line| line.starts_with('|')).map(|line| format!("{line}\n")).collect()
}

/// What the checker makes of a forecast of the rules and the world that the examples of the language are about.
fn checked(forecast: &str) -> Option<Statement> {
    let text = format!(
        "edition 1\nworld w {{ layout room 9x9; object cheese {{ ends }} }}\nstudy s {{\non w\nagent mlp(8)\n\
         heuristic to_cheese {{ if always then move toward cheese }}\nheuristic go_east {{ if always then move east }}\n\
         scenario elsewhere {{ horizon 90 }}\nphase more after train {{ horizon 80 }}\npredict {forecast}\n}}"
    );
    Some(read(&text).ok()?.studies.pop()?.forecasts.pop()?.statement)
}

/// All forecasts, by their examples: which of `in` and `after` the checker lets them take, and what they answer.
fn forecasts() -> String {
    let mut table = "| form | what it is | of | `in` | `after` | answer | example |\n".to_owned();
    table += "| --- | --- | --- | --- | --- | --- | --- |\n";
    for entry in QUANTITIES {
        let statement = checked(entry.example).unwrap_or_else(|| panic!("`{}` is refused", entry.example));
        // Before the answer, or the block.
        let end = entry.example.find(" {");
        let end = end.or(entry.example.find(" =")).expect("an answer");
        let takes = |more: &str| {
            let (asked, answer) = entry.example.split_at(end);
            if checked(&format!("{asked} {more}{answer}")).is_some() { "yes" } else { "no" }
        };
        let (of, answer) = subject(&statement);
        let columns = [
            &format!("`{}`", entry.form),
            entry.meaning.trim_start_matches("event: "),
            of,
            takes("in elsewhere"),
            takes("after more"),
            answer,
            &format!("`{}`", entry.example),
        ];
        table += &format!("| {} |\n", columns.map(|column| column.replace('|', "\\|")).join(" | "));
    }
    table
}

/// What a forecast is of, and what is said of it.
fn subject(statement: &Statement) -> (&'static str, &'static str) {
    let number = match statement {
        Statement::Weights { .. } => return ("all heuristics", "shares, how sure"),
        Statement::Transitions { .. } => return ("solvers, `other`", "rows of shares, how sure"),
        Statement::Event { event: Event::Selected { .. } | Event::Reinforced { .. }, .. } => {
            return ("a heuristic", "probability");
        }
        Statement::Event { event: Event::Order { .. }, .. } => return ("heuristics", "probability"),
        Statement::Event { event: Event::Cycle { .. }, .. } => return ("solvers", "probability"),
        Statement::Event { event: Event::Comparison { .. }, .. } => return ("numbers", "probability"),
        Statement::Number { number, .. } => number,
    };
    let of = match &number.quantity {
        Quantity::Share(_) | Quantity::Strength(_) | Quantity::Magnitude(_) => "a heuristic",
        Quantity::Causal(_) => "a heuristic that names a look",
        Quantity::Explained => "all heuristics",
        Quantity::Transition { .. } => "solvers, `other`",
        Quantity::Returns(_) => "a solver",
        Quantity::Behaviour(Behaviour::Reach { .. }) => "objects, places",
        Quantity::Behaviour(Behaviour::TimeAt(_)) => "a place",
        Quantity::Behaviour(_) => "episodes",
    };
    (of, if is_share(number) { "range in `%`" } else { "range of numbers" })
}

/// Words and numbers of a line, without what is drawn, and without hashes and speeds.
fn words(line: &str) -> Vec<String> {
    let drawn = |letter: char| "┊█▒┃●▼◆".contains(letter);
    if line.trim_start().starts_with("seeds ") && line.contains('┊') {
        return Vec::new();
    }
    let plain: String = line.chars().map(|letter| if drawn(letter) { ' ' } else { letter }).collect();
    let mut words: Vec<String> = plain.split_whitespace().map(str::to_owned).collect();
    if let Some(place) = words.windows(2).position(|pair| pair == ["a", "second"]).filter(|place| *place > 0) {
        words.remove(place - 1);
    }
    words.retain(|word| word.len() != 12 || !word.chars().all(|letter| letter.is_ascii_hexdigit()));
    words
}

/// The number in a word such as `(0.92`, `85%)` or `40,960`.
fn number(word: &str) -> Option<f64> {
    let bare: String = word.chars().filter(|letter| !"(),;%".contains(*letter)).collect();
    bare.trim_end_matches('.').parse().ok()
}

/// Whether two texts say the same but for numbers that differ little.
fn near(shown: &str, printed: &str) -> Result<(), String> {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (shown, printed) = (lines(shown), lines(printed));
    if shown.len() != printed.len() {
        return Err(format!("{} lines are shown, {} are printed", shown.len(), printed.len()));
    }
    for (shown, printed) in shown.iter().zip(&printed) {
        let (left, right) = (words(shown), words(printed));
        let close = |(left, right): (&String, &String)| match (number(left), number(right)) {
            (Some(left), Some(right)) => (left - right).abs() <= 0.1 + 0.3 * left.abs().max(right.abs()),
            _ => left == right,
        };
        if left.len() != right.len() || !left.iter().zip(&right).all(close) {
            return Err(format!("shown:   {shown}\nprinted: {printed}"));
        }
    }
    Ok(())
}

/// Writes the files of the tour, and compares what is shown below these comments with what is printed; or pastes it.
/// How many files and how many outputs there were.
fn compare(kind: &str) -> (usize, usize) {
    let update = std::env::var_os("UPDATE_README").is_some();
    // Two tests that paste would undo each other's work.
    let _alone = update.then(|| PASTING.lock());
    let mut readme = text();
    let folder = tempfile::tempdir().expect("a temporary folder");
    // The tables of one command need no file of the tour, and one run of it.
    let mut tables: BTreeMap<String, String> = BTreeMap::new();
    let (mut files, mut shown) = (0, 0);
    for index in 0..blocks(&readme).len() {
        let block = &blocks(&readme)[index];
        let now = inside(&readme, block);
        if let Some(name) = block.comment.strip_prefix("file: ") {
            std::fs::write(folder.path().join(name), now).expect("a file of the tour");
            files += 1;
        } else if let Some(name) = block.comment.strip_prefix("network: ") {
            // Nothing between the first two layers, a ReLU between the last two.
            std::fs::write(folder.path().join(name), known_network([0, 1, 3])).expect("a network");
            files += 1;
        } else if let Some(arguments) = block.comment.strip_prefix(kind) {
            let printed = match kind {
                REGISTRY => registry(arguments),
                TABLE => {
                    let all = tables.entry(named(arguments).0.to_owned());
                    section(arguments, all.or_insert_with(|| run(arguments, folder.path())))
                }
                _ => section(arguments, &run(arguments, folder.path())),
            };
            shown += 1;
            match near(&now, &printed) {
                Ok(()) => {}
                Err(_) if update => {
                    let mut lines: Vec<&str> = readme.lines().collect();
                    lines.splice(block.lines.clone(), printed.lines());
                    readme = lines.join("\n") + "\n";
                }
                Err(apart) => panic!(
                    "the README shows something else than `shardbed {arguments}` prints; paste it with \
                     `UPDATE_README=1 cargo test --test readme -- --include-ignored`\n{apart}"
                ),
            }
        }
    }
    if update {
        std::fs::write(self::readme(), readme).expect("the README is written");
    }
    (files, shown)
}

#[test]
fn what_commands_print_is_shown() {
    let (files, shown) = compare("prints: ");
    assert!(files >= 2 && shown >= 4, "the tour is gone: {files} files, {shown} outputs");
}

/// And that every criterion of validation holds.
#[test]
#[ignore = "takes a minute or two: `.ci/run` does it"]
fn the_tables_of_validation_are_shown() {
    assert_eq!(compare(TABLE).1, 2);
}

#[test]
fn registries_are_listed() {
    assert_eq!(compare(REGISTRY).1, 3);
}

#[test]
fn differences_are_seen() {
    let report = "seed  0.95 (0.94 to 0.96)\n  measured  ██▒┃  25% (20% to 30%)\n  8 seeds, 446,865 a second\n";
    assert_eq!(near(report, &report.replace("446,865", "12")), Ok(()));
    assert_eq!(near(report, &report.replace("25%", "27%").replace("██▒┃", "███▒┃")), Ok(()));
    for (from, to) in [("25%", "45%"), ("seed ", "run "), (" to 0.96", ""), ("8 seeds", "16 seeds")] {
        assert!(near(report, &report.replacen(from, to, 1)).is_err(), "{from} to {to}");
    }
    assert!(near(report, "seed  0.95 (0.94 to 0.96)\n").is_err());
}

#[test]
fn the_files_shown_are_prediction_files_without_findings() {
    let readme = text();
    let examples =
        || blocks(&readme).into_iter().map(|block| inside(&readme, &block)).filter(|b| b.contains("edition 1"));
    assert!(examples().count() >= 1);
    let whole = examples().next_back().expect("an example");
    let checked = read(&whole).unwrap_or_else(|findings| panic!("{findings:?}"));
    assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
    assert_eq!(checked.studies.len(), 1);
}

#[test]
fn the_two_commands_stand_at_the_top() {
    let readme = text();
    let first = inside(&readme, &blocks(&readme)[0]);
    let commands: Vec<&str> = first.trim().lines().collect();
    assert_eq!(commands, ["cargo run --release -- run predictions/corner_cheese.shard", "cargo test"]);
}
