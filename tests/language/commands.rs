//! `check` and `fmt` as functions: what they print, write and return.

use serde_json::Value;
use shardbed::cli::check::check;
use shardbed::cli::fmt::fmt;
use shardbed::language::render::Format;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const GOOD: &str = "edition 1

world w {
  layout room 9x9
  object cheese { ends }
}

study s {
  on w
  agent mlp(8)
  heuristic h { if always then stay } # why not
}
";

fn folder(files: &[(&str, &str)]) -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let paths = files.iter().map(|(name, text)| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file for the test");
        path
    });
    let paths = paths.collect();
    (folder, paths)
}

#[test]
fn check_says_what_is_wrong() {
    let untidy = GOOD.replace("layout room", "layuot room");
    let (folder, mut paths) = folder(&[("good.shard", GOOD), ("bad.shard", &untidy)]);
    let good = check(&paths[..1], Format::Human, false);
    assert_eq!((good.code, good.stderr.as_str()), (0, ""));
    assert!(good.stdout.ends_with("good.shard: ok: s (1 heuristic, 0 forecasts)\n"), "{}", good.stdout);

    paths.push(folder.path().join("none.shard"));
    paths.push(folder.path().to_owned());
    let short = check(&paths, Format::Short, false);
    assert_eq!((short.code, short.stdout.as_str()), (1, ""));
    for part in ["bad.shard:4:3: E0202: `layuot` is not", "none.shard: there is no such file", "this is a folder"] {
        assert!(short.stderr.contains(part), "{}", short.stderr);
    }

    let json = check(&paths, Format::Json, false);
    assert_eq!((json.code, json.stderr.as_str()), (1, ""));
    let objects: Vec<Value> = json.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert_eq!(objects.len(), 3);
    assert_eq!(objects[0]["code"], "E0202");
    assert_eq!(objects[0]["span"]["line"], 4);
    assert_eq!(objects[0]["help"], "did you mean `layout`?");
}

#[test]
fn fmt_writes_in_place() {
    let untidy = GOOD.replace("  ", "\t").replace('\n', "\r\n");
    let (folder, paths) = folder(&[("good.shard", GOOD), ("untidy.shard", &untidy)]);
    let differs = fmt(&paths, true, None, false);
    assert_eq!(differs.code, 1);
    assert!(differs.stdout.contains("untidy.shard") && !differs.stdout.contains("good.shard"));
    assert_eq!(fs::read_to_string(&paths[1]).ok(), Some(untidy));

    assert_eq!(fmt(&paths, false, None, false), Default::default());
    assert_eq!(fs::read_to_string(&paths[1]).ok().as_deref(), Some(GOOD));
    assert_eq!(fmt(&paths, true, None, false).code, 0);
    assert_eq!(fs::read_dir(folder.path()).map(Iterator::count).ok(), Some(2), "no temporary file is left");
}

#[cfg(unix)]
#[test]
fn fmt_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (folder, paths) = folder(&[("real.shard", &GOOD.replace("  ", " "))]);
    fs::set_permissions(&paths[0], fs::Permissions::from_mode(0o640)).expect("permissions");
    let link = folder.path().join("link.shard");
    symlink(&paths[0], &link).expect("a link");
    assert_eq!(fmt(std::slice::from_ref(&link), false, None, false).code, 0);
    assert!(fs::symlink_metadata(&link).is_ok_and(|kind| kind.is_symlink()));
    assert_eq!(fs::metadata(&paths[0]).map(|kind| kind.permissions().mode() & 0o777).ok(), Some(0o640));
    assert_eq!(fs::read_to_string(&paths[0]).ok().as_deref(), Some(GOOD));
}

#[test]
fn fmt_of_what_cannot_be_laid_out() {
    let (folder, mut paths) = folder(&[("bad.shard", "edition 1\nworld w {\n")]);
    paths.push(folder.path().join("none.shard"));
    let plain = fmt(&paths, false, None, false);
    assert_eq!((plain.code, fmt(&paths, true, None, false).code), (2, 1));
    assert!(plain.stderr.contains("E0204") && plain.stderr.contains("no such file"), "{}", plain.stderr);
}

#[test]
fn fmt_of_standard_input() {
    let dash = [PathBuf::from("-")];
    let tidy = fmt(&dash, false, Some(GOOD.replace("  ", " ").as_bytes()), false);
    assert_eq!((tidy.code, tidy.stdout.as_str()), (0, GOOD));
    assert_eq!(fmt(&dash, true, Some(b"edition   1"), false).code, 1);
    assert_eq!(fmt(&dash, false, Some(b"\xff"), false).code, 2);
}

#[test]
fn what_is_said_of_a_study_is_carried() {
    let text = GOOD
        .replace("world w", "/// Of the world.\nworld w")
        .replace("} # why not", "} heuristic g { if always then move north }\n  /// Of the forecast.\n  predict weights { rest; concentration 6 }")
        .replace("g {", "f { if always then move south } heuristic g {");
    let study = shardbed::language::read(&text).expect("a file in order").studies.remove(0);
    assert_eq!((study.world_doc.as_str(), study.forecasts[0].doc.as_str()), ("Of the world.", "Of the forecast."));
    assert_eq!(study.forecasts[0].text, "weights { h 33.33%; f 33.33%; g 33.33%; concentration 6 }");
    let canonical = shardbed::language::canonical::canonical(&study);
    assert!(canonical.contains("/// Of the world.\n") && canonical.contains("/// Of the forecast.\n"), "{canonical}");
    assert!(shardbed::language::format(&text).is_ok_and(|tidy| tidy.contains("stay }\n  heuristic f {")));
}

#[test]
fn messages_of_slips() {
    let first = |text: &str| {
        let Err(found) = shardbed::language::read(text) else { panic!("in order: {text}") };
        assert_eq!(found.len(), 1, "{found:#?}");
        format!("{} {} {}", found[0].code, found[0].message, found[0].help.clone().unwrap_or_default())
    };
    assert!(
        first(&format!("{}use \"a.shard\"\n{}", &GOOD[..11], GOOD[11..].replace("on w", "on elsewhere")))
            .starts_with("E0803 this text is no file")
    );
    let rule = GOOD.replace("always", "count(cheese) < 7%");
    assert!(first(&rule).contains("did you mean `7`?"), "{}", first(&rule));
    let equal = GOOD.replace("# why not", "\n  predict share(h) = share(h) = 10%");
    assert!(first(&equal).contains("numbers are compared by `<`"), "{}", first(&equal));
    let map = GOOD.replace("room 9x9", "map \"\"\"\n\n   \n...\n..A\n\n\n\"\"\"");
    assert!(shardbed::language::read(&map).is_ok());
}
