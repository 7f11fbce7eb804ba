//! `shardbed diagnose FILE…`: what to expect of forecasts and claims if the forecasts are right, before anything is trained.

use crate::cli::Report;
use crate::cli::arguments::Diagnose;
use crate::cli::run::Overrides;
use crate::cli::studies::{each, source, studies};
use crate::experiment;
use crate::report::diagnose::page;
use crate::report::terminal::Style;
use crate::study::Study;
use std::path::Path;

/// Simulates studies from the forecasts of every study. All files are read and checked first; one that is in error stops the
/// command with code 2. `print` is given each study's page as soon as it is there; what is returned is the rest.
pub fn diagnose(arguments: &Diagnose, style: Style, colour: bool, print: &mut dyn FnMut(&Report)) -> Report {
    let overrides = match Overrides::read([arguments.seeds.as_deref(), None, arguments.jobs.as_deref()]) {
        Ok(overrides) => overrides,
        Err(message) => return Report::failure(message),
    };
    let (studies, report) = studies(&arguments.files, overrides.seeds.is_some(), colour);
    if report.code != 0 {
        return report;
    }
    print(&report);
    let work = |path: &Path, study: &Study, _: &mut Report| {
        let source = source(path, study);
        let mut study = study.clone();
        overrides.apply(&mut study);
        experiment::diagnose::diagnose(&study, &source, overrides.jobs)
    };
    each(&studies, arguments.format, print, work, |diagnosis| page(diagnosis, style))
}

#[cfg(test)]
mod tests {
    use super::diagnose;
    use crate::cli::Report;
    use crate::cli::arguments::{Diagnose, Format};
    use crate::outcome::diagnosis::Diagnosis;
    use crate::report::terminal::Style;
    use std::fs;
    use std::path::PathBuf;

    const FILE: &str = "edition 1
world alcove { layout room 3x3; horizon 6; object cheese { reward +1; ends } }
study one {
  on alcove
  agent mlp(8)
  heuristic a { if cheese visible then move toward cheese }
  heuristic b { if always then move north }
  predict share(a) > share(b) = 90%
  predict P(reach cheese) = 20% to 60%
  predict strength(a) = 0.5 to 2
  claim good \"it finds the cheese\" { confirm P(reach cheese) > 30% at 95%; refute P(reach cheese) < 30% at 95% }
  claim odd \"nobody forecasts it\" { confirm mean(length) > 2 at 95% }
}
study silent { on alcove; agent mlp(8); heuristic a { if always then move north } }
";

    fn run(files: Vec<PathBuf>, seeds: Option<&str>, format: Format) -> (String, Report) {
        let arguments = Diagnose { files, seeds: seeds.map(str::to_string), jobs: None, format };
        let mut printed = String::new();
        let mut print = |report: &Report| printed.push_str(&report.stdout);
        let rest = diagnose(&arguments, Style::default(), false, &mut print);
        (printed, rest)
    }

    #[test]
    fn a_page_or_an_object_for_every_study() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("one.shard");
        fs::write(&file, FILE).expect("a file for the test");
        let (text, rest) = run(vec![file.clone()], Some("5"), Format::Human);
        assert_eq!(rest.code, 0);
        for words in [
            "5 seeds",
            "1  share(a) > share(b) = 90%",
            "Brier score",
            "skill 0.6",
            "told from the reference by",
            "No reference exists",
            "gain ",
            "sign-flip",
            "not simulated: no forecast is about mean(length)",
            "inconclusive",
            "states no forecast",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        let (json, rest) = run(vec![file.clone()], None, Format::Json);
        assert_eq!(rest, Report::default());
        let found: Vec<Diagnosis> = json.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
        assert_eq!(found.iter().map(|one| one.study.name.as_str()).collect::<Vec<_>>(), ["one", "silent"]);
        assert_eq!((found[0].forecasts.len(), found[0].claims.len(), found[1].together.is_none()), (3, 2, true));
        for wrong in ["0", "x", "1.5", "-3"] {
            let (_, rest) = run(vec![file.clone()], Some(wrong), Format::Human);
            assert!(rest.code == 2 && rest.stderr.contains("--seeds"), "{}", rest.stderr);
        }
        let (_, rest) = run(vec![folder.path().join("none.shard")], None, Format::Human);
        assert!(rest.code == 2 && rest.stderr.contains("there is no such file"), "{}", rest.stderr);
    }
}
