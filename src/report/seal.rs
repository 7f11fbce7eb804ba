//! Whether the prediction was sealed before its result.

use crate::outcome::Outcome;
use crate::outcome::seal::{Instead, Seal, SealStatus};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};

/// Digits of an entry's hash that tell entries apart well enough.
const SHORT: usize = 12;

/// On top of all, where the ledger was tampered with.
pub fn alarm(paper: &mut Paper, outcome: &Outcome) {
    let Some(Seal { status: SealStatus::Broken, fault, .. }) = &outcome.seal else { return };
    let fault = fault.as_deref().unwrap_or("it cannot be read");
    let text =
        format!("THE LEDGER OF THIS PREDICTION IS BROKEN. {fault}. Whether the prediction was sealed cannot be told.");
    paper.paragraph(0, Paint::Bad, &text);
    paper.blank();
}

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    let Some(seal) = &outcome.seal else { return };
    let by = || {
        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "unknown".to_string());
        let entry: String = part(&seal.entry).chars().take(SHORT).collect();
        format!("by {} at {}, entry {entry}", part(&seal.author), part(&seal.sealed))
    };
    let (paint, text) = match seal.status {
        SealStatus::Before => (Paint::Good, format!("sealed before the run: {}", by())),
        SealStatus::After => (
            Paint::Warning,
            format!("sealed after training: {}, when some of these networks were there and could be looked at", by()),
        ),
        SealStatus::Unsealed => {
            (Paint::Warning, "unsealed: nothing shows that the prediction is older than its result".to_string())
        }
        SealStatus::Changed => (
            Paint::Warning,
            format!("changed since it was sealed last, {}: this is another prediction than that", by()),
        ),
        SealStatus::Broken => (Paint::Bad, "its ledger is broken".to_string()),
        SealStatus::Unreadable => {
            let why = seal.fault.as_deref().map_or(String::new(), |why| format!(": {why}"));
            (Paint::Warning, format!("whether it was sealed cannot be told, since its ledger cannot be read{why}"))
        }
        SealStatus::Unknown => (Paint::Warning, "its seal is of a kind that this version does not know".to_string()),
    };
    paper.hanging("  ", paint, &text);
    if !seal.instead.is_empty() {
        let all: Vec<String> = seal.instead.iter().map(instead).collect();
        paper.hanging("  ", Paint::Warning, &format!("not run as written: {}", all.join("; ")));
    }
}

fn instead(instead: &Instead) -> String {
    let [run, written] = [instead.run, instead.written].map(|number| Unit::Steps.show(number as f64));
    let phase = instead.phase.as_ref().map_or(String::new(), |phase| format!(" in phase {phase}"));
    let setting = if instead.run == 1 { instead.setting.trim_end_matches('s') } else { &instead.setting };
    format!("{run} {setting}{phase} in place of {written}")
}

#[cfg(test)]
mod tests {
    use crate::outcome::fixture;
    use crate::outcome::seal::{Instead, SealStatus};
    use crate::report::terminal::{Style, terminal};

    fn said(status: SealStatus, fault: Option<&str>, instead: Vec<Instead>) -> String {
        let mut outcome = fixture::outcome();
        let seal = outcome.seal.as_mut().expect("a seal");
        (seal.status, seal.fault, seal.instead) = (status, fault.map(str::to_string), instead);
        terminal(&outcome, Style { width: 120, colour: false })
    }

    #[test]
    fn each_status_in_plain_words() {
        for (status, words) in [
            (SealStatus::Before, "  sealed before the run: by Ada at 2026-01-31T09:30:00Z, entry 0f1e2d3c4b5a\n"),
            (SealStatus::After, "  sealed after training: by Ada at"),
            (SealStatus::Unsealed, "  unsealed: nothing shows that the prediction is older than its result\n"),
            (SealStatus::Changed, "  changed since it was sealed last, by Ada at"),
            (SealStatus::Unreadable, "  whether it was sealed cannot be told, since its ledger cannot be read\n"),
        ] {
            let text = said(status, None, Vec::new());
            assert!(text.contains(words), "{text}");
            assert!(!text.contains("BROKEN") && text.starts_with("corner_cheese\n"), "{text}");
        }
    }

    #[test]
    fn a_broken_ledger_is_told_on_top() {
        let text = said(SealStatus::Broken, Some("line 3, entry 2: \u{1b}[2Jedited"), Vec::new());
        assert!(
            text.starts_with("THE LEDGER OF THIS PREDICTION IS BROKEN. line 3, entry 2: edited. Whether"),
            "{text}"
        );
    }

    #[test]
    fn what_was_not_run_as_written_is_told() {
        let seeds = Instead { setting: "seeds".to_string(), phase: None, written: 8, run: 3 };
        let phase = Some("sour".to_string());
        let steps = Instead { setting: "steps".to_string(), phase, written: 500_000, run: 8192 };
        let text = said(SealStatus::Before, None, vec![seeds, steps]);
        let words = "not run as written: 3 seeds in place of 8; 8,192 steps in phase sour in place of 500,000\n";
        assert!(text.contains(words), "{text}");
        let nobody_looked = terminal(&crate::outcome::Outcome { seal: None, ..fixture::outcome() }, Style::default());
        assert!(!nobody_looked.contains("seal"), "{nobody_looked}");
    }
}
