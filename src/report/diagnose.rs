//! What to expect of forecasts and claims if the forecasts are right.

use crate::outcome::diagnosis::{Chances, ClaimDiagnosis, Diagnosis, ExpectedScore, ForecastDiagnosis, Needed};
use crate::report::forecasts::{label, skill_words};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::terminal::Style;

const HOW: &str = "Nothing is trained. What happens in a seed is drawn from the forecasts themselves: shares and transitions \
                   from their Dirichlet distributions, once for all that is said of them; an event from its probability; a number \
                   from the normal distribution with its 5% and 95% quantiles, clipped to what is possible. A forecast is about \
                   one seed and does not say how alike seeds are, so that there are two extremes: every seed a draw of its own, \
                   and all seeds alike.";

const TERMS: &[(&str, &str)] = &[
    ("score", "what the forecast scores if it is right: the mean over studies; lower is better"),
    (
        "apart, alike",
        "in 90% of studies the score lies in this range, with every seed a draw of its own, and with all alike",
    ),
    ("reference", "the same score of a forecast that knows nothing; skill: 1 is perfect, 0 is knowing nothing"),
    (
        "seeds",
        "the fewest with which the 95% interval of the gain over the reference lies above 0 in 80% of studies; where \
         all seeds are alike, two show as much as a thousand. The sign-flip test, which supposes less, confirms nothing with \
         fewer than 6",
    ),
];

/// The page of one study.
pub fn page(diagnosis: &Diagnosis, style: Style) -> String {
    let mut paper = Paper::new(style);
    let study = &diagnosis.study;
    paper.paragraph(0, Paint::Heading, &study.name);
    let facts = [
        format!("world {}", study.world),
        format!("agent {}", study.agent),
        format!("file {}", study.file),
        seeds(diagnosis.seeds),
    ];
    paper.parts("", Paint::Faint, &facts);
    let studies = Unit::Steps.show(diagnosis.simulations as f64);
    let remark = format!("if the forecasts are right, over {studies} simulated studies of {}", seeds(diagnosis.seeds));
    paper.heading("EXPECTED", &remark);
    paper.paragraph(2, Paint::Faint, HOW);
    if diagnosis.forecasts.is_empty() {
        paper.blank();
        return finish(paper, diagnosis, "The prediction file states no forecast, so nothing can be expected.");
    }
    paper.terms(TERMS);
    let digits = diagnosis.forecasts.len().to_string().len();
    for (index, one) in diagnosis.forecasts.iter().enumerate() {
        paper.blank();
        paper.hanging(&format!("{:>digits$}  ", index + 1), Paint::Forecast, &one.text);
        forecast(&mut paper, &" ".repeat(digits + 2), one, diagnosis.seeds);
    }
    let together = together(&mut paper, diagnosis);
    finish(paper, diagnosis, together)
}

/// The claims, below what is still to be said.
fn finish(mut paper: Paper, diagnosis: &Diagnosis, said: &str) -> String {
    if !said.is_empty() {
        paper.paragraph(2, Paint::Plain, said);
    }
    if !diagnosis.claims.is_empty() {
        paper.heading("CLAIMS", "how they come out if the forecasts are right");
        diagnosis.claims.iter().for_each(|claim| self::claim(&mut paper, claim));
    }
    paper.into_text()
}

fn forecast(paper: &mut Paper, indent: &str, forecast: &ForecastDiagnosis, count: u64) {
    if let Some(from) = &forecast.drawn_from {
        let implied =
            forecast.implied.map_or(String::new(), |part| format!(", which makes it {}", Unit::Part.show(part)));
        paper.hanging(indent, Paint::Plain, &format!("drawn from {from}{implied}"));
    }
    for score in &forecast.scores {
        self::score(paper, indent, score);
    }
    if let Some(needed) = forecast.needed {
        paper.parts(indent, Paint::Plain, &told(needed, count));
    }
    for remark in &forecast.remarks {
        paper.hanging(&format!("{indent}! "), Paint::Warning, remark);
    }
}

fn score(paper: &mut Paper, indent: &str, score: &ExpectedScore) {
    let label = label(indent, &score.rule);
    let Some(mean) = score.mean else {
        return paper.hanging(&label, Paint::Bad, "infinite: what it calls impossible happens");
    };
    let mut parts = vec![Unit::Plain.show(mean)];
    parts.extend(ranges(score.independent, score.alike));
    if let Some(reference) = score.reference {
        parts.push(format!("reference {}", Unit::Plain.show(reference)));
    }
    let paint = match score.skill {
        Some(skill) if skill > 0.0 => Paint::Good,
        Some(skill) if skill < 0.0 => Paint::Bad,
        _ => Paint::Plain,
    };
    parts.extend(score.skill.map(|skill| skill_words(&score.rule, skill)));
    paper.parts(&label, paint, &parts);
}

/// `apart 0.1 to 0.2, alike 0 to 0.3`
fn ranges(independent: Option<[f64; 2]>, alike: Option<[f64; 2]>) -> Option<String> {
    let shown = |bounds: [f64; 2]| match bounds.map(|bound| Unit::Plain.show(bound)) {
        [low, high] if low == high => low,
        [low, high] => format!("{low} to {high}"),
    };
    let (apart, alike) = (shown(independent?), shown(alike?));
    Some(if apart == alike { format!("always {apart}") } else { format!("apart {apart}, alike {alike}") })
}

/// How many seeds tell a forecast from its reference, and whether the study has as many.
fn told(needed: Needed, count: u64) -> Vec<String> {
    let apart = match needed.independent {
        Some(least) => format!("told from the reference by {}", seeds(least)),
        None => "not told from the reference by 1,000 seeds".to_string(),
    };
    let alike = match needed.alike {
        Some(_) => "alike: by any 2",
        None => "alike: by no number of seeds, since it gains too seldom",
    };
    let mut parts = vec![apart, alike.to_string()];
    if needed.independent.is_some_and(|least| least > count) {
        parts.push(format!("{} {} too few", seeds(count), if count == 1 { "is" } else { "are" }));
    }
    parts
}

/// What all forecasts gain together; else what there is to say instead.
fn together(paper: &mut Paper, diagnosis: &Diagnosis) -> &'static str {
    paper.heading("TOGETHER", "the gain that the verdict of a run is about");
    let Some(gain) = &diagnosis.together else {
        return "No forecast has a reference, so nothing can be gained.";
    };
    let count = match gain.forecasts {
        1 => "one forecast".to_string(),
        count => format!("{count} forecasts"),
    };
    let mut parts = vec![format!("gain {} by {count}", Unit::Plain.show(gain.mean))];
    parts.extend(ranges(Some(gain.independent), Some(gain.alike)));
    paper.parts("  ", if gain.mean > 0.0 { Paint::Good } else { Paint::Bad }, &parts);
    paper.parts("  ", Paint::Plain, &told(gain.needed, diagnosis.seeds));
    ""
}

fn claim(paper: &mut Paper, claim: &ClaimDiagnosis) {
    paper.blank();
    paper.hanging(&format!("{}  ", claim.name), Paint::Forecast, &claim.text);
    if let Some(reason) = &claim.too_few {
        paper.paragraph(2, Paint::Warning, &format!("! inconclusive in any case: {reason}"));
    }
    if let Some(reason) = &claim.silent {
        paper.paragraph(2, Paint::Warning, &format!("not simulated: {reason}"));
    }
    if claim.too_few.is_some() {
        return;
    }
    let lines = [("every seed apart: ", claim.independent), ("all seeds alike:  ", claim.alike)];
    for (label, chances) in lines.into_iter().filter_map(|(label, chances)| Some((label, chances?))) {
        paper.parts(&format!("  {label}"), Paint::Plain, &outcomes(chances));
    }
}

fn outcomes(chances: Chances) -> Vec<String> {
    let each = [("confirmed", chances.confirmed), ("refuted", chances.refuted), ("inconclusive", chances.inconclusive)];
    each.map(|(outcome, part)| format!("{outcome} {}", Unit::Part.show(part))).to_vec()
}

fn seeds(count: u64) -> String {
    if count == 1 { "one seed".to_string() } else { format!("{} seeds", Unit::Steps.show(count as f64)) }
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::outcome::diagnosis::Needed;

    #[test]
    fn how_many_seeds_tell_can_be_read_aloud() {
        let words = |independent, alike, count| told(Needed { independent, alike }, count).join(" · ");
        assert_eq!(words(Some(14), Some(2), 16), "told from the reference by 14 seeds · alike: by any 2");
        let few = "told from the reference by 14 seeds · alike: by any 2 · one seed is too few";
        assert_eq!(words(Some(14), Some(2), 1), few);
        assert_eq!(words(Some(14), Some(2), 8), few.replace("one seed is", "8 seeds are"));
        let never =
            "not told from the reference by 1,000 seeds · alike: by no number of seeds, since it gains too seldom";
        assert_eq!(words(None, None, 1), never);
    }
}
