//! Files that are large, deep or cruel: a clear answer, soon.

use shardbed::cli::check::check;
use shardbed::cli::files::Folder;
use shardbed::language::library::{Library, NotUsed, Used};
use shardbed::language::render::{Format, render};
use shardbed::language::{MAX_BYTES, format, read, read_bytes, read_in};
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

const START: &str = "edition 1\nworld w { layout room 9x9 }\nstudy s {\non w\nagent mlp(8)\n";

fn codes(text: &str) -> Vec<&'static str> {
    match read(text) {
        Ok(_) => Vec::new(),
        Err(findings) => {
            for style in [Format::Human, Format::Short, Format::Json] {
                assert!(render(&findings, "large", text, style, false).len() < 8 * MAX_BYTES);
            }
            findings.iter().map(|finding| finding.code.id).collect()
        }
    }
}

#[test]
fn a_file_too_long() {
    assert_eq!(codes(&"#".repeat(MAX_BYTES + 1)), ["E0103"]);
    assert_eq!(
        codes(&format!("{START}heuristic h {{ if always then stay }}\n}}\n#{}", "x".repeat(1_000_000))),
        [""; 0]
    );
}

#[test]
fn a_million_digits() {
    let digits = "9".repeat(1_000_000);
    assert_eq!(codes(&format!("edition 1\nworld w {{ layout room 9x9; horizon {digits} }}")), ["E0106"]);
    assert_eq!(codes(&format!("edition 1\nworld w {{ layout room {digits}x9 }}")), ["E0502"]);
    assert_eq!(codes(&format!("edition 1\nworld w {{ layout room 9x9; slip 0.{digits}% }}")), [""; 0]);
}

#[test]
fn deep_nesting() {
    for (open, close) in [("not ", ""), ("(", ")"), ("not (", ")"), ("(not ", ")")] {
        let deep = |levels: usize| {
            let condition = format!("{}always{}", open.repeat(levels), close.repeat(levels));
            codes(&format!("{START}heuristic h {{ if {condition} then stay }}\n}}\n"))
        };
        assert_eq!(deep(30), [""; 0]);
        assert_eq!(deep(100_000), ["E0205"], "{open}");
    }
    assert_eq!(codes(&format!("edition 1\nclaim x {}", "{ ".repeat(400_000))), ["E0205"]);
    assert_eq!(codes(&format!("edition 1\nworld w {}", "}".repeat(1_000_000))).first(), Some(&"E0204"));
}

#[test]
fn a_rule_of_a_hundred_thousand_parts() {
    let text = format!("{START}heuristic h {{ if always{} then stay }}\n}}\n", " or wall east".repeat(70_000));
    assert_eq!(codes(&text), [""; 0]);
    let tidy = format(&text).unwrap_or_default();
    assert_eq!(format(&tidy).as_ref(), Ok(&tidy));
}

#[test]
fn a_thousand_mistakes() {
    assert_eq!(codes(&format!("edition 1\n{}", "wrold w { }\n".repeat(50_000))).len(), 500);
    assert!(codes(&"§ @ $ ".repeat(100_000)).len() <= 1_000);
    assert!(!codes(&format!("{START}{}", "heuristic h { if always then stay }\n".repeat(20_000))).is_empty());
    assert!(!codes(&format!("{START}{}", "predict explained = 1% to 2%\n".repeat(20_000))).is_empty());
}

/// Lines that `line` makes of numbers, up to the longest file, which they end.
fn filled(start: &str, line: impl Fn(usize) -> String) -> String {
    let mut text = start.to_owned();
    for index in 0.. {
        let line = line(index);
        if text.len() + line.len() + 20 > MAX_BYTES {
            break;
        }
        text.push_str(&line);
    }
    text
}

/// A name that is like no other and like all of its kind.
fn odd(index: usize) -> String {
    format!("z{index:0>38}")
}

#[test]
fn names_that_nobody_knows() {
    let rules: String =
        (0..10_000).map(|index| format!("heuristic {} {{ if always then stay }}\n", odd(index))).collect();
    let asked = |index| format!("predict selected(a{}) = 5%\n", odd(index));
    assert!(codes(&(filled(&format!("{START}{rules}"), asked) + "}")).contains(&"E0602"));
    let few: String = (0..16).map(|index| format!("heuristic {} {{ if always then stay }}\n", odd(index))).collect();
    assert_eq!(codes(&(filled(&format!("{START}{few}"), asked) + "}")), ["E0304"; 500]);

    let worlds: String = (0..10_000).map(|index| format!("world {} {{ layout room 9x9 }}\n", odd(index))).collect();
    let study = |index| format!("study s{index} {{ on {}; agent mlp(8) }}\n", odd(20_000 + index));
    let found = codes(&filled(&format!("edition 1\n{worlds}"), study));
    assert!(found.contains(&"E0301") && found.contains(&"E0602"), "{found:?}");

    let looks: String = (0..64).map(|index| format!(", {}", odd(index))).collect();
    let world = format!("edition 1\nworld w {{ layout room 9x9; object a {{ looks b{looks} }} }}\n");
    assert_eq!(
        codes(&format!("{world}study s {{ on w; agent mlp(8); heuristic h {{ if always then stay }} }}")),
        ["E0602"]
    );
    let rule = |index| format!(" or {} visible", odd(9_000 + index));
    let start = format!("edition 1\nworld w {{ layout room 9x9; object a {{ looks b{} }} }}\n", &looks[..63 * 41]);
    let start = format!("{start}study s {{ on w; agent mlp(8); heuristic h {{ if always");
    assert_eq!(codes(&(filled(&start, rule) + " then stay } }")), ["E0302"; 500]);
}

#[test]
fn a_hundred_thousand_names() {
    let looks = |index| format!(", a{index}");
    assert!(
        codes(&(filled("edition 1\nworld w { layout room 9x9; object a { looks a", looks) + "}}")).contains(&"E0602")
    );
    let objects = |index| format!("object a{index} {{}}\n");
    assert_eq!(codes(&(filled("edition 1\nworld w { layout room 9x9\n", objects) + "}")).first(), Some(&"E0506"));
    let forecasts = |index| format!("predict mean(return) > {index} = 5%\n");
    let start = format!("{START}heuristic h {{ if always then stay }}\n");
    assert_eq!(codes(&(filled(&start, forecasts) + "}")), [""; 0]);
}

#[test]
fn a_hundred_thousand_solvers_and_rows() {
    let rules: String = (0..16).map(|index| format!("heuristic h{index} {{ if always then stay }}\n")).collect();
    let start = format!("{START}{rules}");
    let all: Vec<usize> = (0..16).collect();
    let each = |line: &dyn Fn(&usize) -> String| all.iter().map(line).collect::<String>();
    let solvers = each(&|h| format!("solver s{h} = h{h}\n"));
    let row = each(&|h| format!("s{h} 6.25%, "));
    let rows = each(&|h| format!("s{h} -> {row}other 0%\n"));
    let most =
        format!("{start}{solvers}solvers learned 8\npredict transitions {{\n{rows}other -> rest; concentration 9 }}");
    assert_eq!(codes(&format!("{most}\n}}")), [""; 0], "as many as there can be");

    let declared = |index| format!("solver {} = h1\n", odd(index));
    let found = codes(&(filled(&start, declared) + "predict returns(nobody) = 2 to 3\n}"));
    assert_eq!(found.iter().filter(|code| **code == "E0610").count(), 15);
    assert!(found.contains(&"E0602") && !found.contains(&"E0309"), "{found:?}");
    let members = |index| format!(", {}", odd(index));
    assert_eq!(codes(&(filled(&format!("{start}solver s = h1"), members) + "\n}")), ["E0304"; 500]);
    let again = |_| ", h1".to_owned();
    assert_eq!(codes(&(filled(&format!("{start}solver s = h1"), again) + "\n}")), ["E0307"; 500]);

    for question in ["cycle", "order"] {
        let code = if question == "cycle" { "E0309" } else { "E0304" };
        let asked = format!("{start}predict {question}(h1");
        assert_eq!(codes(&(filled(&asked, |index| format!(", a{index}")) + ") = 5%\n}")), [code; 500]);
        let code = if question == "cycle" { "E0712" } else { "E0709" };
        assert_eq!(codes(&(filled(&asked, again) + ") = 5%\n}")), [code]);
    }
    let block = format!("{start}predict transitions {{ concentration 5\n");
    assert_eq!(codes(&(filled(&block, |_| "h1 -> rest\n".to_owned()) + "}}")), ["E0307"; 500]);
    assert_eq!(codes(&(filled(&block, |index| format!("h1 -> a{index} 1%\n")) + "}}")), ["E0309"; 500]);
    let wide = filled(&format!("{block}h1 -> h2 1%"), |_| ", h2 1%".to_owned());
    assert_eq!(codes(&(wide + "}}")), ["E0307"; 500]);
    let twice = filled(&start, |_| "predict transitions { h1 -> rest; concentration 5 }\n".to_owned());
    assert_eq!(codes(&(twice + "}")), ["E0307"; 500]);
}

#[test]
fn many_places_on_many_large_grids() {
    let row = "#".repeat(63) + ".\n";
    let objects: String = (0..16).map(|index| format!("object o{index} {{ count 0; looks a }}\n")).collect();
    let worlds = format!("edition 1\nworld w {{ layout map \"\"\"\n{}\"\"\"\n{objects}}}\n", row.repeat(64));
    let scenarios: String = (0..20).map(|index| format!("scenario s{index} {{ slip {index}% }}\n")).collect();
    let study =
        |index| format!("study s{index} {{ on w; agent mlp(8)\n{scenarios}heuristic h {{ if always then stay }}\n}}\n");
    assert_eq!(codes(&filled(&worlds, study)), ["E0602"]);

    let scenarios: String = (0..20).map(|index| format!("scenario s{index} {{ layout room 64x64 }}\n")).collect();
    let start = format!("{worlds}study s {{ on w; agent mlp(8)\n{scenarios}heuristic h {{ if always");
    let places = |index| format!(" or at columns({}, 62)", index % 62);
    assert_eq!(codes(&(filled(&start, places) + " then stay }\n}")), [""; 0]);
}

#[test]
fn what_a_terminal_would_obey() {
    let text = format!("{START}heuristic h {{ if \u{202e}a\u{9b}31m visible then stay }}\n\u{7f}\u{1b}[31m\n}}\n");
    let Err(findings) = read(&text) else { panic!("this is no file in order") };
    for (style, color) in [(Format::Human, false), (Format::Short, false)] {
        let shown = render(&findings, "a\u{1b}[2J\u{2066}.shard", &text, style, color);
        assert!(!shown.contains(|sign: char| sign != '\n' && sign.is_control()), "{shown:?}");
        assert!(!shown.contains(['\u{202e}', '\u{2066}']), "{shown:?}");
        assert!(shown.contains("a\\u{1b}[2J\\u{2066}.shard:6:18"), "{shown}");
    }
    let human = render(&findings, "a.shard", &text, Format::Human, false);
    assert!(
        human.contains("6 | heuristic h { if \u{fffd}a\u{fffd}31m visible then stay }\n  |                  ^"),
        "{human}"
    );
    assert!(render(&findings, "a", &text, Format::Json, false).contains('\u{202e}'), "JSON is exact");
}

/// Files by number: `0.shard` uses `1.shard`, and so on.
struct Many<F>(F);

impl<F: Fn(usize) -> String> Library for Many<F> {
    fn top(&self) -> Option<&str> {
        Some("top.shard")
    }

    fn load(&self, name: &str) -> Result<Used, NotUsed> {
        let number = name.trim_end_matches(".shard").parse().map_err(|_| NotUsed::Missing)?;
        Ok(Used { name: name.to_owned(), bytes: self.0(number).into_bytes() })
    }
}

impl<F: Fn(usize) -> String> Many<F> {
    fn codes(&self, text: &str) -> Vec<&'static str> {
        let began = Instant::now();
        let found = read_in(text, self);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        found.err().unwrap_or_default().iter().map(|finding| finding.code.id).collect()
    }
}

/// A study, and the files from this number to before that one.
fn using(files: std::ops::Range<usize>) -> String {
    let uses: String = files.map(|number| format!("use \"{number}.shard\"\n")).collect();
    let study = "study s { on w0; agent mlp(8); heuristic h { if always then stay } }\n";
    format!("edition 1\n{uses}{study}")
}

#[test]
fn a_text_without_a_folder_uses_nothing() {
    assert_eq!(codes(&using(0..3)), ["E0803"; 3]);
    assert_eq!(codes(&using(0..20_000)).len(), 500);
}

#[test]
fn twenty_files_and_no_more() {
    let one = |number| format!("edition 1\nworld w{number} {{ layout room 9x9 }}\n");
    assert_eq!(Many(one).codes(&using(0..20)), [""; 0]);
    assert_eq!(Many(one).codes(&using(0..20_000)), ["E0806"]);
    let chain = |number| format!("{}use \"{}.shard\"\n", one(number), number + 1);
    assert_eq!(Many(chain).codes(&using(0..1)), ["E0806"]);
    let last = |number| if number < 19 { chain(number) } else { one(number) };
    assert_eq!(Many(last).codes(&using(0..1)), [""; 0]);
    assert_eq!(Many(last).codes(&using(0..20)), [""; 0], "a world that comes in many ways is one");
    let circle = |number| format!("{}use \"{}.shard\"\n", one(number), (number + 1) % 15);
    assert_eq!(Many(circle).codes(&using(0..1)), ["E0805"]);
    let all = |number: usize| format!("{}{}", one(number), &using(0..19)["edition 1\n".len()..]);
    assert_eq!(Many(all).codes(&using(0..1)), ["E0805"]);
}

#[test]
fn large_files_that_are_used() {
    let worlds = |number| filled("edition 1\n", |world| format!("world w{number}_{world} {{ layout room 9x9 }}\n"));
    assert_eq!(Many(worlds).codes(&using(0..4)), ["E0301"], "as much as can be used");
    assert_eq!(Many(worlds).codes(&using(0..20)), ["E0806"]);
    let same = |_| filled("edition 1\n", |world| format!("world w{world} {{ layout room 9x9 }}\n"));
    assert_eq!(Many(same).codes(&using(0..4)), ["E0307"; 500]);
    let wrong = |_| filled("edition 1\n", |_| "wrold w { }\n".to_owned());
    assert_eq!(Many(wrong).codes(&using(0..4)), ["E0805"; 4]);
    let long = |_| "#".repeat(MAX_BYTES + 1);
    assert_eq!(Many(long).codes(&using(0..1)), ["E0805"]);
    let uses = |number: usize| filled("edition 1\n", |line| format!("use \"{}.shard\"\n", number + line % 2 + 1));
    assert_eq!(Many(uses).codes(&using(0..1)), ["E0806"]);
    let absent = |_| filled("edition 1\n", |line| format!("use \"a{line}.shard\"\n"));
    assert_eq!(Many(absent).codes(&using(0..4)), ["E0805"; 4]);
    let name = "x".repeat(1_000_000);
    assert_eq!(Many(absent).codes(&format!("edition 1\nuse \"{name}\"")), ["E0802"]);
}

/// Files as [`Many`], which count how often one is read.
struct Counted<F>(Many<F>, Cell<usize>);

impl<F: Fn(usize) -> String> Library for Counted<F> {
    fn top(&self) -> Option<&str> {
        self.0.top()
    }

    /// Whatever stands in its folder's place, it is the same file.
    fn load(&self, name: &str) -> Result<Used, NotUsed> {
        self.1.set(self.1.get() + 1);
        self.0.load(name.rsplit('/').next().unwrap_or(name))
    }
}

#[test]
fn what_is_used_is_read_once() {
    let read = |text: &str, line: fn(usize) -> String| {
        let plain = |number| format!("edition 1\nworld w{number} {{ layout room 9x9 }}\n");
        let file = |number| match number {
            0 | 9 => plain(number),
            _ => filled(&plain(number), line),
        };
        let library = Counted(Many(file), Cell::new(0));
        let (began, found) = (Instant::now(), read_in(text, &library));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        let codes: Vec<_> = found.err().unwrap_or_default().iter().map(|finding| finding.code.id).collect();
        (codes, library.1.get())
    };
    let again = |_| "use \"9.shard\"\n".to_owned();
    assert_eq!(read(&using(0..4), again), (vec!["E0805"; 3], 5), "one finding for each file that repeats itself");
    let top = filled("edition 1\n", again);
    assert_eq!(read(&top, again), (vec!["E0307"; 500], 1));
    // Links can give one file as many names as there are lines.
    let linked = |line| format!("use \"{line}/9.shard\"\n");
    assert_eq!(read(&using(0..2), linked), (vec!["E0806"], 41));
    let top = filled("edition 1\n", linked);
    let (codes, reads) = read(&top, linked);
    assert_eq!((codes.last(), reads), (Some(&"E0806"), 41));
    let absent = |_| "use \"absent.shard\"\n".to_owned();
    assert_eq!(read(&using(0..4), absent), (vec!["E0805"; 3], 5));
}

#[test]
fn warnings_leave_room_for_errors() {
    let warned = " or holding cheese".repeat(2_000);
    let worlds = "edition 1\nworld w { layout room 9x9; object cheese {} }\n";
    let study = format!("study s {{ on w; agent mlp(8); heuristic h {{ if always{warned} then stay }} }}\n");
    let found = codes(&format!("{worlds}{study}study t {{ on v; agent mlp(8) }}"));
    assert_eq!((found.len(), &found[..2]), (502, &["E0601", "E0301"][..]));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = |name: &str| folder.path().join(name);
    let made = Command::new("mkfifo").arg(path("pipe.shard")).status();
    assert!(made.is_ok_and(|status| status.success()), "a pipe");
    let _socket = std::os::unix::net::UnixListener::bind(path("socket.shard")).expect("a socket");
    let uses = "edition 1\nuse \"pipe.shard\"\nuse \"socket.shard\"\nworld w { layout room 9x9 }\n";
    fs::write(path("top.shard"), uses).expect("a file");
    let files = ["pipe.shard", "socket.shard", "top.shard"].map(path);
    let devices = ["/dev/null", "/dev/zero"].map(PathBuf::from);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(check(&[&files[..], &devices].concat(), Format::Short, false)));
    let checked = receiver.recv_timeout(Duration::from_secs(60)).expect("an answer, soon");
    assert_eq!(checked.stderr.matches("this is a device or a pipe").count(), 4, "{}", checked.stderr);
    let used = checked.stderr.matches("E0802: `").count();
    assert_eq!((checked.code, used), (1, 2), "{}", checked.stderr);
}

#[test]
fn chains_of_nearness() {
    let chain = |last: &str| {
        let near =
            |index| format!("object o{index} {{ at near(o{}, 1) 50%, near(o{}, 2) 50% }}\n", index + 1, index + 1);
        let sites: String = (0..15).map(near).collect();
        format!("edition 1\nworld w {{ layout room 64x64; start near(o0, 1)\n{sites}object o15 {{ at {last} }}\n}}\n")
    };
    assert_eq!(codes(&chain("anywhere")), [""; 0]);
    assert_eq!(codes(&chain("near(agent, 9)")), ["E0509"]);
    assert_eq!(codes(&chain("near(o0, 9)")), ["E0509"]);
    let all: String = (0..16).map(|index| format!("near(o{index}, 1) 6.25%, ")).collect();
    let dense: String =
        (0..16).map(|index| format!("object o{index} {{ at {} }}\n", all.trim_end_matches(", "))).collect();
    assert_eq!(codes(&format!("edition 1\nworld w {{ layout room 9x9\n{dense} }}")), ["E0509"]);
    let many = |index| format!("near(o0, {}) 0%, ", index + 1);
    let many = filled("edition 1\nworld w { layout room 9x9\nobject o0 {}\nobject o1 { at ", many);
    assert_eq!(codes(&format!("{many}anywhere 100% }} }}")), ["E0602"]);
    let many = filled("edition 1\nworld w { layout room 9x9\nobject o0 {", |_| "reward +0 at anywhere;".to_owned());
    assert!(codes(&format!("{many} }} }}")).contains(&"E0602"));
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_or_around() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = |name: &str| folder.path().join(name);
    fs::create_dir_all(path("inside/worlds")).expect("folders");
    let world = |name: &str| format!("edition 1\nworld {name} {{ layout room 9x9 }}\n");
    fs::write(path("secret.shard"), world("secret")).expect("a file");
    fs::write(path("inside/worlds/plain.shard"), world("w0")).expect("a file");
    symlink(path("secret.shard"), path("inside/link.shard")).expect("a link");
    symlink(folder.path(), path("inside/up")).expect("a link");
    symlink("worlds/plain.shard", path("inside/good.shard")).expect("a link");
    symlink(".", path("inside/here")).expect("a link");
    symlink("around.shard", path("inside/around.shard")).expect("a link");
    symlink(path("inside/linked.shard"), path("linked.shard")).expect("a link");
    let found = |top: &str, uses: &str| {
        fs::write(path("inside/linked.shard"), format!("edition 1\n{uses}\n{}", &using(0..0)["edition 1\n".len()..]))
            .expect("a file");
        let top = path(top);
        let bytes = fs::read(&top).expect("a file");
        let found = read_bytes(&bytes, &Folder::of(Path::new(&top)).expect("a folder"));
        found.err().unwrap_or_default().into_iter().map(|finding| finding.code.id).collect::<Vec<_>>()
    };
    let top = "inside/linked.shard";
    assert_eq!(found(top, "use \"link.shard\""), ["E0801"]);
    assert_eq!(found(top, "use \"up/secret.shard\""), ["E0801"]);
    assert_eq!(found(top, "use \"up/inside/worlds/plain.shard\""), [""; 0], "it comes back");
    assert_eq!(found(top, "use \"good.shard\""), [""; 0]);
    assert_eq!(found(top, "use \"here/here/good.shard\""), [""; 0]);
    assert_eq!(found(top, "use \"good.shard\"\nuse \"worlds/plain.shard\""), ["E0307"], "one file by two names");
    assert_eq!(found(top, "use \"here/linked.shard\""), ["E0804"]);
    assert_eq!(found(top, "use \"around.shard\""), ["E0802"]);
    // The folder of the file itself counts, not that of a link to it.
    assert_eq!(found("linked.shard", "use \"good.shard\""), [""; 0]);
    assert_eq!(found("linked.shard", "use \"secret.shard\""), ["E0802"]);
    fs::write(path("inside/not_text.shard"), [0xff, 0xfe]).expect("a file");
    assert_eq!(found(top, "use \"not_text.shard\""), ["E0805"]);
    assert_eq!(found(top, "use \"worlds/plain.shard/more.shard\""), ["E0802"]);
}
