//! The skills of predictors as tables in Markdown.

use crate::outcome::benchmark::{Benchmark, Group, Half, Skill, Skills, Study, Training, View};
use crate::report::benchmark::{half, view};

/// Everything: skill by half, skill by study, and what was left out or not said.
pub fn tables(benchmark: &Benchmark) -> String {
    let mut text = String::new();
    for half in [Some(Half::HeldOut), Some(Half::Tuning), None] {
        text.push_str(&skills(benchmark, half));
    }
    text.push_str(&studies(benchmark));
    text.push_str(&remarks(benchmark));
    text
}

/// A heading, what the table is about, the head and the rows.
fn table(title: &str, about: &str, head: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    // A bar would end the cell.
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let ruler: Vec<String> =
        (0..head.len()).map(|column| if column == 0 { "---" } else { "--:" }.to_string()).collect();
    let mut text = format!("## {title}\n\n{about}\n\n{}{}", line(head), line(&ruler));
    rows.for_each(|row| text.push_str(&line(&row)));
    text.push('\n');
    text
}

/// The skill of every forecaster on one half, or on both together.
fn skills(benchmark: &Benchmark, of: Option<Half>) -> String {
    let views = [Some(View::Relative), Some(View::Pixel), None];
    let found = |seen: &Option<View>| benchmark.groups.iter().find(|group| group.half == of && group.view == *seen);
    let groups: Vec<&Group> = views.iter().filter_map(found).collect();
    if groups.is_empty() {
        return String::new();
    }
    let name = |group: &&Group| match group.view {
        Some(seen) => format!("{} ({})", view(seen), group.studies),
        None => format!("all ({})", group.studies),
    };
    let mut head = vec!["forecaster".to_string()];
    head.extend(groups.iter().map(|group| format!("mean shares, {}", name(group))));
    head.extend(groups.iter().map(|group| format!("energy, {}", name(group))));
    let row = |(index, forecaster): (usize, &crate::outcome::benchmark::Forecaster)| {
        let cell = |group: &&Group, skill: fn(&Skills) -> Option<Skill>| {
            let Some(skills) = group.skills.get(index) else { return String::new() };
            let part = match skills.forecast {
                0 => return "–".to_string(),
                all if all == group.trainings => String::new(),
                part => format!(" ({part} of {})", group.trainings),
            };
            format!("{}{part}", skill(skills).map_or("undefined".to_string(), with_interval))
        };
        let mut row = vec![forecaster.name.clone()];
        row.extend(groups.iter().map(|group| cell(group, |skills| skills.mean)));
        row.extend(groups.iter().map(|group| cell(group, |skills| skills.energy)));
        row
    };
    let mut ceiling = vec!["noise ceiling".to_string()];
    ceiling.extend(groups.iter().map(|group| decimals(group.ceiling.mean)));
    ceiling.extend(groups.iter().map(|group| decimals(group.ceiling.energy)));
    let title = match of {
        Some(Half::HeldOut) => "Studies never tuned on",
        Some(Half::Tuning) => "Studies to tune on",
        None => "Both halves",
    };
    let about = "Skill: 1 is perfect, 0 is as good as the uniform forecast. Of mean shares: 1 - squared error over that of \
                 the uniform forecast, against the mean over seeds, both summed over studies; energy: the same of energy \
                 scores on each seed. In brackets the 95% interval, with the study as its unit (jackknife); in the head \
                 the number of studies. The noise ceiling is what the true mean, and the true distribution, would reach.";
    table(title, about, &head, benchmark.forecasters.iter().enumerate().map(row).chain([ceiling]))
}

/// The skill of mean shares in every training.
fn studies(benchmark: &Benchmark) -> String {
    let mut head: Vec<String> = ["study", "half", "view", "seeds"].map(str::to_string).to_vec();
    head.extend(benchmark.forecasters.iter().map(|forecaster| forecaster.name.clone()));
    head.push("noise ceiling".to_string());
    let row = |study: &Study, index: usize, training: &Training| {
        let name = if index == 0 { study.name.clone() } else { format!("{}, after {}", study.name, training.name) };
        let mut row = vec![name, half(study.half).to_string(), view(study.view).to_string(), study.seeds.to_string()];
        let skill = |score: Option<f64>| decimals(score.zip(training.uniform_squared_error).and_then(ratio));
        let cell = |forecast: &crate::outcome::benchmark::Forecast| match forecast.squared_error {
            None => "–".to_string(),
            error => skill(error),
        };
        row.extend(training.forecasts.iter().map(cell));
        row.push(if training.left_out.is_some() { "–".to_string() } else { skill(training.noise_squared_error) });
        row
    };
    let rows = benchmark
        .studies
        .iter()
        .flat_map(|study| study.trainings.iter().enumerate().map(move |(index, training)| row(study, index, training)));
    table("Each study", "Skill of mean shares, as above; – where nothing is forecast or scored.", &head, rows)
}

fn ratio((score, reference): (f64, f64)) -> Option<f64> {
    (reference > 0.0).then(|| 1.0 - score / reference)
}

/// What was left out and what was not said, with the reasons.
fn remarks(benchmark: &Benchmark) -> String {
    let mut text = String::new();
    for study in &benchmark.studies {
        for training in &study.trainings {
            let place = format!("{}, {}", study.name, training.name);
            if let Some(reason) = &training.left_out {
                text.push_str(&format!("- {place}: left out, since {reason}\n"));
            }
            for (forecast, forecaster) in training.forecasts.iter().zip(&benchmark.forecasters) {
                if let Some(reason) = &forecast.silent {
                    text.push_str(&format!("- {place}: {} says nothing: {reason}\n", forecaster.name));
                }
            }
        }
    }
    if text.is_empty() { text } else { format!("## Left out\n\n{text}") }
}

fn with_interval(skill: Skill) -> String {
    match skill.interval {
        Some([low, high]) => format!("{:.2} [{low:.2}, {high:.2}]", skill.value),
        None => format!("{:.2}", skill.value),
    }
}

fn decimals(number: Option<f64>) -> String {
    number.filter(|number| number.is_finite()).map_or("undefined".to_string(), |number| format!("{number:.2}"))
}
