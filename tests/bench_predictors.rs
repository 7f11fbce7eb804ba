//! The measurement of predictors: the studies that it is made of, the command as a user meets it, and its arithmetic.

use serde_json::Value;
use shardbed::experiment::benchmark::forecasts::{Shares, scored};
use shardbed::experiment::benchmark::groups::groups;
use shardbed::experiment::benchmark::observed::Observed;
use shardbed::experiment::benchmark::studies::{FILES, studies};
use shardbed::language::canonical::canonical_hash;
use shardbed::language::codes::FEW_SEEDS;
use shardbed::language::read;
use shardbed::outcome::benchmark::{Benchmark, Forecast, Half, SCHEMA, Study, Training, View};
use shardbed::outcome::measured::Measured;
use shardbed::predictor::registry::predictors;
use shardbed::report::benchmark::picture::picture;
use shardbed::report::benchmark::table::tables;
use shardbed::scoring::mixture::Mixture;
use shardbed::selection::share::Parts;
use shardbed::world::spec::{Object, Place, Placement, Site, Touch};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

#[test]
fn every_study_checks_and_none_was_forgotten() {
    for file in FILES {
        let checked = read(file.text).unwrap_or_else(|findings| panic!("{}: {findings:?}", file.name));
        let warnings: Vec<_> = checked.warnings.iter().filter(|finding| finding.code != &FEW_SEEDS).collect();
        assert!(warnings.is_empty(), "{}: {warnings:?}", file.name);
        assert_eq!(checked.studies.len(), 1, "{}", file.name);
    }
    let embedded: BTreeSet<(&str, &str)> = FILES.iter().map(|file| (folder(file.half), file.name)).collect();
    let mut on_disk = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/predictors");
    for half in [Half::Tuning, Half::HeldOut] {
        for entry in fs::read_dir(root.join(folder(half))).expect("a folder") {
            let name = entry.expect("a file").file_name().into_string().expect("text");
            on_disk.insert((folder(half), name));
        }
    }
    let on_disk: BTreeSet<(&str, &str)> = on_disk.iter().map(|(half, name)| (*half, name.as_str())).collect();
    assert_eq!(embedded, on_disk);
}

fn folder(half: Half) -> &'static str {
    match half {
        Half::Tuning => "tuning",
        Half::HeldOut => "held_out",
    }
}

#[test]
fn the_studies_cover_what_they_should() {
    let all = studies().expect("every study checks");
    assert!(all.len() >= 12);
    assert!(all.iter().filter(|benched| benched.half == Half::HeldOut).count() >= 6);
    let names: BTreeSet<&str> = all.iter().map(|benched| benched.study.name.as_str()).collect();
    assert_eq!(names.len(), all.len(), "a study is known by its name");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("predictions");
    let files = fs::read_dir(shipped).expect("a folder").map(|entry| entry.expect("a file").path());
    for path in files.filter(|path| path.is_file()) {
        let text = fs::read_to_string(&path).expect("text");
        let known = read(&text).map(|checked| checked.studies).unwrap_or_default();
        assert!(known.iter().all(|study| !names.contains(study.name.as_str())), "{}", path.display());
    }
    for half in [Half::Tuning, Half::HeldOut] {
        let of: Vec<_> = all.iter().filter(|benched| benched.half == half).collect();
        let some = |what: &str, holds: &dyn Fn(&shardbed::study::Study) -> bool| {
            assert!(of.iter().any(|benched| holds(&benched.study)), "{half:?}: none with {what}");
        };
        for view in [View::Relative, View::Pixel] {
            assert!(of.iter().filter(|benched| benched.view() == view).count() >= 3, "{half:?}: {view:?}");
        }
        let rewarded = |study: &shardbed::study::Study| {
            study.world.objects.iter().filter(|o| o.rewards.iter().any(|r| r.amount > 0.0)).count()
        };
        some("two goals", &|study| rewarded(study) >= 2);
        some("a goal that never moves", &|study| {
            let fixed =
                |place: &Placement| matches!(place.site, Site::Place(Place::Corner { .. } | Place::Cell { .. }));
            let pays = |o: &Object| o.rewards.iter().any(|r| r.amount > 0.0) && o.at.iter().all(fixed);
            study.world.objects.iter().any(|o| pays(o) && o.touch == Touch::Ends)
        });
        some("a goal on the move", &|study| study.world.objects.iter().any(|o| o.moves.random > 0.0));
        some("a door", &|study| study.world.objects.iter().any(|o| o.blocks && o.needs.is_some()));
        some("a loop", &|study| {
            study.world.carry.is_some()
                && study.world.objects.iter().any(|o| matches!(o.touch, Touch::Carried { returns: true }))
        });
        some("phases", &|study| !study.phases.is_empty());
        for benched in of {
            assert!((3..=6).contains(&benched.study.heuristics.len()), "{}", benched.study.name);
            assert!(benched.study.train.seeds >= 8, "{}", benched.study.name);
            let marked = benched.study.doc.contains("Never tuned on");
            assert_eq!(marked, half == Half::HeldOut, "{}", benched.study.name);
        }
    }
    let hashes: BTreeSet<String> = all.iter().map(|benched| canonical_hash(&benched.study)).collect();
    assert_eq!(hashes.len(), all.len());
}

/// Shares of two rules in two seeds, so that 0.7 and 0.3 are the means.
fn observed() -> Observed {
    Observed {
        left_out: None,
        parts: Parts::new(2, &[]),
        seeds: vec![Some(vec![0.8, 0.2]), None, Some(vec![0.6, 0.4])],
    }
}

fn mixture(imagined: &[Vec<f64>], kappa: Option<f64>) -> Shares {
    Mixture::new(imagined, kappa).map_err(|error| error.to_string())
}

#[test]
fn scores_of_a_forecast_by_hand() {
    let draws = |kappa| mixture(&[vec![0.6, 0.4], vec![0.4, 0.6]], kappa);
    let found = scored(&draws(None), &observed(), 1).expect("finite");
    // The mean is (0.5, 0.5): 0.2² twice.
    assert!((found.squared_error.expect("scored") - 0.08).abs() < 1e-12);
    assert_eq!(found.shares, Some(vec![0.5, 0.5]));
    // In units of sqrt 2: on 0.8 distances .2 and .4, on 0.6 none and .2, less half of the mean distance, .2 or none.
    let root = 2.0_f64.sqrt();
    let expected = root * ((0.3 - 0.05) + (0.1 - 0.05)) / 2.0;
    assert!((found.energy.expect("scored") - expected).abs() < 1e-12);
    // Widened far, the draws lie at the corners: half of the mean distance between two is sqrt 2 / 4.
    let wide = scored(&draws(Some(1e-9)), &observed(), 1).expect("finite");
    assert!((wide.energy.expect("scored") - root / 4.0).abs() < 0.02, "{wide:?}");
    assert_eq!(wide.squared_error, found.squared_error);
    // A single draw is a point.
    let point = mixture(&[vec![0.7, 0.3]], None);
    let point = scored(&point, &observed(), 1).expect("finite");
    assert!((point.energy.expect("scored") - 0.1 * root).abs() < 1e-12);
    assert!(point.squared_error.expect("scored") < 1e-20);
    let author = mixture(&[vec![0.7, 0.3]], Some(1e9));
    let author = scored(&author, &observed(), 1).expect("finite");
    assert!((author.energy.expect("scored") - 0.1 * root).abs() < 1e-3);
}

#[test]
fn what_is_left_out_is_not_scored() {
    let left_out = Observed { left_out: Some("the agent did not learn".to_string()), ..observed() };
    let point = mixture(&[vec![0.7, 0.3]], None);
    let found = scored(&point, &left_out, 1).expect("finite");
    assert_eq!((found.squared_error, found.energy), (None, None));
    assert!(left_out.bounds(1).expect("finite").is_none());
    let silent = scored(&Err("it panicked".to_string()), &observed(), 1).expect("finite");
    assert_eq!((silent.shares, silent.silent), (None, Some("it panicked".to_string())));
}

#[test]
fn bounds_by_hand() {
    let bounds = observed().bounds(1).expect("finite").expect("scored");
    assert!((bounds.uniform_squared_error - 0.08).abs() < 1e-12);
    // Variances 0.02 and 0.02 over two seeds.
    assert!((bounds.noise_squared_error.expect("two seeds") - 0.02).abs() < 1e-12);
    assert_eq!(bounds.noise_energy, None);
    // E|U - y| - E|U - U'|/2 of a uniform U on [0, 1], in units of sqrt 2: at .8 .34 - 1/6, at .6 .26 - 1/6.
    let expected = 2.0_f64.sqrt() * (0.3 - 1.0 / 6.0);
    assert!((bounds.uniform_energy - expected).abs() < 0.01, "{bounds:?}");
}

fn training(name: &str, left_out: bool, errors: [Option<f64>; 2]) -> Training {
    let forecast = |error: Option<f64>| Forecast {
        shares: error.map(|_| vec![1.0]),
        silent: error.is_none().then(|| "it | panicked".to_string()),
        squared_error: error.filter(|_| !left_out),
        energy: error.filter(|_| !left_out),
    };
    Training {
        name: name.to_string(),
        steps: 1000,
        learned: !left_out,
        left_out: left_out.then(|| "the agent did not learn".to_string()),
        parts: vec!["a".to_string()],
        shares: vec![Measured::over_seeds(vec![Some(1.0)])],
        uniform_squared_error: (!left_out).then_some(2.0),
        uniform_energy: (!left_out).then_some(4.0),
        noise_squared_error: Some(0.1),
        noise_energy: Some(0.4),
        forecasts: errors.map(forecast).to_vec(),
    }
}

fn example() -> Benchmark {
    let study = |name: &str, half, view, trainings| Study { name: name.to_string(), half, view, seeds: 8, trainings };
    let own = |left_out, errors| vec![training("train", left_out, errors)];
    let studies = vec![
        study("one", Half::HeldOut, View::Relative, own(false, [Some(1.0), None])),
        study(
            "two",
            Half::HeldOut,
            View::Relative,
            vec![training("train", false, [Some(0.0), Some(1.0)]), training("later", false, [Some(0.5), Some(9.0)])],
        ),
        study("three", Half::HeldOut, View::Relative, own(true, [Some(9.0), Some(9.0)])),
        study("four", Half::HeldOut, View::Pixel, own(false, [Some(8.0), Some(1.0)])),
        study("five", Half::Tuning, View::Pixel, own(false, [Some(2.0), Some(2.0)])),
    ];
    let forecaster = |name: &str| shardbed::outcome::benchmark::Forecaster {
        name: name.to_string(),
        summary: "guesses".to_string(),
        version: Some(1),
    };
    Benchmark {
        schema: SCHEMA,
        version: "0".to_string(),
        forecasters: vec![forecaster("first"), forecaster("second")],
        groups: groups(&studies, 2),
        studies,
    }
}

#[test]
fn skill_of_groups_by_hand() {
    let example = example();
    let found = |half: Option<Half>, view: Option<View>| {
        example.groups.iter().find(|group| group.half == half && group.view == view).expect("a group")
    };
    let relative = found(Some(Half::HeldOut), Some(View::Relative));
    assert_eq!((relative.studies, relative.trainings), (2, 3));
    let first = &relative.skills[0];
    // Sums of 1 and 0.5 against 2 and 4.
    assert_eq!(first.forecast, 3);
    assert!((first.mean.expect("defined").value - 0.75).abs() < 1e-12);
    assert!((first.energy.expect("defined").value - (1.0 - 1.5 / 12.0)).abs() < 1e-12);
    // Says nothing of one study: 10 against 4, and no interval of what is left.
    let second = &relative.skills[1];
    assert_eq!(second.forecast, 2);
    assert!((second.mean.expect("defined").value + 1.5).abs() < 1e-12);
    assert_eq!(second.mean.expect("defined").interval, None);
    assert!((relative.ceiling.mean.expect("defined") - 0.95).abs() < 1e-12);
    assert!((relative.ceiling.energy.expect("defined") - 0.9).abs() < 1e-12);
    let all = found(None, None);
    assert_eq!((all.studies, all.trainings), (4, 5));
    assert!((all.skills[0].mean.expect("defined").value - (1.0 - 11.5 / 10.0)).abs() < 1e-12);
}

#[test]
fn tables_and_picture_say_what_was_found() {
    let example = example();
    let text = tables(&example);
    for expected in [
        "mean shares, relative (2)",
        "| first | 0.75 [",
        "-1.50 (2 of 3)",
        "| two, after later | held out | relative | 8 | 0.75 | -3.50 | 0.95 |",
        "- three, train: left out, since the agent did not learn",
        "- one, train: second says nothing: it | panicked",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    let svg = picture(&example).expect("can be drawn");
    for expected in ["<svg", "</svg>", "held out, relative view (2 studies)", "held out, pixel view (1 study)", "-3.0"]
    {
        assert!(svg.contains(expected), "{expected} is not in\n{svg}");
    }
    assert_eq!(svg, picture(&example).expect("can be drawn"));
}

fn command(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shardbed"))
        .arg("bench-predictors")
        .args(arguments)
        .output()
        .expect("the command can be run")
}

/// With so few steps that nothing is learned: what it does, not what it finds.
#[test]
fn the_command_writes_what_it_prints_and_repeats_itself() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (store, table, drawn) = (path("store"), path("skill.md"), path("skill.svg"));
    let quick = ["--only", "tuning", "--predictor", "uniform", "--seeds", "2", "--steps", "1", "--store", &store];
    let human = command(&[&quick[..], &["--jobs", "2", "--table", &table, "--picture", &drawn]].concat());
    assert_eq!(human.status.code(), Some(0), "{}", String::from_utf8_lossy(&human.stderr));
    let text = String::from_utf8(human.stdout).expect("text");
    assert_eq!(text, fs::read_to_string(&table).expect("the table"));
    assert!(text.contains("| windfall | tuning | relative | 2 |"), "{text}");
    assert!(fs::read_to_string(&drawn).expect("the picture").starts_with("<svg"));

    let json = command(&[&quick[..], &["--format", "json", "--jobs", "1"]].concat());
    assert_eq!(json.status.code(), Some(0), "{}", String::from_utf8_lossy(&json.stderr));
    let found: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let tuning = studies().expect("every study checks").iter().filter(|benched| benched.half == Half::Tuning).count();
    assert_eq!(found["studies"].as_array().map(Vec::len), Some(tuning));
    assert_eq!(found["forecasters"][0]["name"], "uniform");
    assert_eq!(found["forecasters"][1]["name"], "author");
    let benchmark: Benchmark = serde_json::from_value(found).expect("a benchmark");
    assert_eq!(tables(&benchmark), text, "the networks of the first run are those of the second");
}

#[test]
fn bad_arguments_are_found_before_anything_is_trained() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("store").to_string_lossy().into_owned();
    let nowhere = folder.path().join("no/table.md").to_string_lossy().into_owned();
    let here = folder.path().to_string_lossy().into_owned();
    let first = predictors().first().map(|predictor| predictor.name().to_string()).expect("a predictor");
    let nearly = format!("{first}x");
    let long = folder.path().join("x".repeat(300)).to_string_lossy().into_owned();
    let table = folder.path().join("table.md").to_string_lossy().into_owned();
    // The same file, by a longer way.
    let name = folder.path().file_name().expect("a name").to_string_lossy().into_owned();
    let around = format!("{here}/../{name}/table.md");
    let cases: [(&[&str], &str); 11] = [
        (&["--seeds", "0"], "a whole number from 1"),
        (&["--steps", "many"], "--steps 500k"),
        (&["--jobs", "-1"], "--jobs 2"),
        (&["--only", "some"], "held-out"),
        (&["--predictor", &nearly], "did you mean"),
        (&["--table", &nowhere], "table.md: its folder does not exist; make it first"),
        (&["--table", &long], "--table"),
        (&["--table", "/"], "--table /: this is a folder; name a file in it"),
        (&["--picture", &here], "this is a folder; name a file in it"),
        (&["--table", &table, "--picture", &table], "--picture: that is where --table goes; name another file"),
        (&["--table", &table, "--picture", &around], "--picture: that is where --table goes; name another file"),
    ];
    for (arguments, message) in cases {
        let said = command(&[arguments, &["--store", &store]].concat());
        let error = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.contains(message), "{arguments:?}: {error}");
        assert!(said.stdout.is_empty());
        assert!(!Path::new(&store).exists() && !Path::new(&table).exists(), "{arguments:?}");
    }
}

#[test]
fn the_readme_shows_the_table_of_the_studies_never_tuned_on() {
    let read =
        |file: &str| std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (table, readme) = (read("benches/predictors/skill.md"), read("README.md"));
    let (_, held_out) = table.split_once("## Studies never tuned on\n").expect("the section");
    let (held_out, _) = held_out.split_once("\n## ").expect("another section");
    let rows: Vec<&str> = held_out.lines().filter(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 10, "{rows:?}");
    assert!(
        readme.contains(&rows.join("\n")),
        "paste benches/predictors/skill.md, which shardbed bench-predictors writes"
    );
}
