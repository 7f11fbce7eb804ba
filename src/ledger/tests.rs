//! No byte of a ledger can be changed, and no line moved, without that it shows.

use crate::digest::{digest, hex};
use crate::ledger::entry::{Entry, MAX_AUTHOR, MAX_STUDY, Sealing, unfit_name};
use crate::ledger::fault::Fault;
use crate::ledger::read::{MAX_BYTES, MAX_ENTRIES, read};
use crate::ledger::whole::{Ledger, Refusal};
use proptest::prelude::{any, prop_assert, proptest};

/// What somebody does to an entry.
type Edit = fn(&mut Entry);

fn sealing<'a>(study: &'a str, prediction: &'a str, time: u64) -> Sealing<'a> {
    Sealing { study, prediction, time, author: "Ada \"the first\" Ünal", version: "0.1.0" }
}

/// With so many entries, of different studies.
fn ledger(entries: u64) -> Ledger {
    let mut ledger = Ledger::default();
    for entry in 0..entries {
        let prediction = hex(&digest(&[&entry.to_le_bytes()]));
        ledger
            .append(sealing(&format!("study_{}", entry % 3), &prediction, 1_769_851_800 + entry))
            .expect("a sound entry");
    }
    ledger
}

fn fault(text: &str) -> Fault {
    read(text.as_bytes()).expect_err("a fault")
}

/// The lines of a ledger with so many entries, changed.
fn changed(entries: u64, change: impl FnOnce(&mut Vec<String>)) -> String {
    let mut lines: Vec<String> = ledger(entries).text().lines().map(str::to_string).collect();
    change(&mut lines);
    lines.into_iter().map(|line| line + "\n").collect()
}

#[test]
fn what_is_written_is_read() {
    for entries in [1, 2, 7] {
        let whole = ledger(entries);
        assert_eq!(read(whole.text().as_bytes()), Ok(whole.clone()));
        // As version control may have it.
        assert_eq!(read(whole.text().replace('\n', "\r\n").as_bytes()), Ok(whole));
    }
    assert_eq!(read(Ledger::default().text().as_bytes()), Err(Fault::Count { told: 0 }));
}

#[test]
fn a_known_chain() {
    let mut ledger = Ledger::default();
    let (one, two) = ("a".repeat(64), "b".repeat(64));
    ledger
        .append(Sealing { study: "cheese", prediction: &one, time: 0, author: "Ada", version: "0.1.0" })
        .expect("sound");
    ledger
        .append(Sealing { study: "cheese", prediction: &two, time: 1, author: "Ada", version: "0.1.0" })
        .expect("sound");
    let field = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
    let bytes = |number: u64, prediction: &str, time: &str, previous: &str| {
        let number = number.to_le_bytes();
        let fields = ["cheese", prediction, time, "Ada", "0.1.0", previous].map(field).concat();
        [field("shardbed ledger entry 1"), 8_u64.to_le_bytes().to_vec(), number.to_vec(), fields].concat()
    };
    let hash = |bytes: &[u8]| hex(&<sha2::Sha256 as sha2::Digest>::digest(bytes));
    let first = hash(&bytes(1, &one, "1970-01-01T00:00:00Z", &"0".repeat(64)));
    let second = hash(&bytes(2, &two, "1970-01-01T00:00:01Z", &first));
    let expected = format!(
        "{{\"shardbed\":\"ledger\",\"layout\":1,\"entries\":2,\"head\":\"{second}\"}}\n\
         {{\"entry\":1,\"study\":\"cheese\",\"prediction\":\"{one}\",\"sealed\":\"1970-01-01T00:00:00Z\",\"author\":\"Ada\",\
         \"version\":\"0.1.0\",\"previous\":\"{}\",\"hash\":\"{first}\"}}\n\
         {{\"entry\":2,\"study\":\"cheese\",\"prediction\":\"{two}\",\"sealed\":\"1970-01-01T00:00:01Z\",\"author\":\"Ada\",\
         \"version\":\"0.1.0\",\"previous\":\"{first}\",\"hash\":\"{second}\"}}\n",
        "0".repeat(64)
    );
    assert_eq!(ledger.text(), expected);
}

#[test]
fn every_change_of_a_byte_shows() {
    let whole = ledger(2);
    let text = whole.text().into_bytes();
    for at in 0..text.len() {
        for byte in 0..=u8::MAX {
            let mut edited = text.clone();
            edited[at] = byte;
            assert_eq!(read(&edited).is_ok(), byte == text[at], "byte {at} as {byte}");
        }
        let mut without = text.clone();
        without.remove(at);
        assert!(read(&without).is_err(), "without byte {at}");
        for byte in [b' ', b'\n', b'0', b'a', b'"', b'\\', 0, 0xff, text[at]] {
            let mut with = text.clone();
            with.insert(at, byte);
            assert!(read(&with).is_err(), "{byte} before byte {at}");
        }
        // Half of a line end that version control knows has no meaning.
        let mut with = text.clone();
        with.insert(at, b'\r');
        assert_eq!(read(&with).ok(), (text[at] == b'\n').then(|| whole.clone()));
    }
}

#[test]
fn every_truncation_shows() {
    let text = ledger(3).text();
    for end in 0..text.len() {
        assert!(read(&text.as_bytes()[..end]).is_err(), "cut after {end} bytes");
    }
    let lines = |kept: usize| fault(&changed(3, |lines| lines.truncate(kept)));
    assert_eq!(lines(0), Fault::Empty);
    assert_eq!(lines(1), Fault::Truncated { told: 3, found: 0, line: 1 });
    assert_eq!(lines(2), Fault::Truncated { told: 3, found: 1, line: 2 });
    assert_eq!(lines(3), Fault::Truncated { told: 3, found: 2, line: 3 });
    assert_eq!(fault(&text[..text.len() - 1]), Fault::Cut { line: 4 });
}

#[test]
fn deleted_reordered_and_doubled_entries_are_told() {
    let deleted = |line: usize| fault(&changed(4, |lines| drop(lines.remove(line))));
    assert_eq!(deleted(0), Fault::NoHead);
    for line in 1..4 {
        assert_eq!(deleted(line), Fault::Deleted { line: line + 1, missing: line as u64 });
    }
    assert_eq!(deleted(4), Fault::Truncated { told: 4, found: 3, line: 4 });
    for (one, other) in [(1, 2), (1, 4), (2, 3), (3, 4)] {
        let swapped = fault(&changed(4, |lines| lines.swap(one, other)));
        assert_eq!(swapped, Fault::Reordered { line: one + 1, found: other as u64, expected: one as u64 });
    }
    let doubled = fault(&changed(2, |lines| lines.push(lines[2].clone())));
    assert_eq!(doubled, Fault::Reordered { line: 4, found: 2, expected: 3 });
    assert_eq!(fault(&changed(2, |lines| lines[0] = changed(2, |_| ()))), Fault::NoEntry { line: 4 });
}

#[test]
fn a_first_line_that_lies_is_told() {
    let lie = |from: &str, to: &str| fault(&changed(3, |lines| lines[0] = lines[0].replace(from, to)));
    assert_eq!(lie("\"entries\":3", "\"entries\":2"), Fault::TooMany { told: 2, found: 3 });
    assert_eq!(lie("\"entries\":3", "\"entries\":4"), Fault::Truncated { told: 4, found: 3, line: 4 });
    for many in ["0", "10001", "18446744073709551615"] {
        assert_eq!(
            lie("\"entries\":3", &format!("\"entries\":{many}")),
            Fault::Count { told: many.parse().expect("a number") }
        );
    }
    assert_eq!(lie("\"layout\":1", "\"layout\":2"), Fault::Newer { found: 2 });
    assert_eq!(lie("\"layout\":1", "\"layout\":2,\"more\":{}"), Fault::Newer { found: 2 });
    assert_eq!(lie("\"layout\":1", "\"layout\":0"), Fault::NoHead);
    assert_eq!(lie("\"ledger\"", "\"leger\""), Fault::NoHead);
    // The head of a shorter ledger, above a longer one.
    let shorter = ledger(2).text();
    let shorter = shorter.lines().next().expect("a line");
    assert_eq!(fault(&changed(3, |lines| lines[0] = shorter.to_string())), Fault::TooMany { told: 2, found: 3 });
    let other = ledger(2).head().expect("an entry").to_string();
    let own = ledger(3).head().expect("an entry").to_string();
    assert_eq!(lie(&own, &other), Fault::OtherHead { last: 3 });
}

/// Every field, changed, and changed with a new hash.
#[test]
fn every_edited_field_is_told() {
    let edits: [Edit; 7] = [
        |entry| entry.entry = 7,
        |entry| entry.study.push('x'),
        |entry| entry.prediction = "c".repeat(64),
        |entry| entry.sealed = "2020-01-01T00:00:00Z".to_string(),
        |entry| entry.author = "Eve".to_string(),
        |entry| entry.version = "0.0.9".to_string(),
        |entry| entry.previous = "d".repeat(64),
    ];
    for (index, edit) in edits.iter().enumerate() {
        for line in 1..=3 {
            let mut entry = ledger(3).entries()[line - 1].clone();
            edit(&mut entry);
            let put = |entry: &Entry| {
                fault(&changed(3, |lines| lines[line] = serde_json::to_string(entry).expect("serialises")))
            };
            assert_eq!(put(&entry), Fault::Edited { line: line + 1, entry: entry.entry }, "field {index}");
            entry.hash = entry.own_hash();
            let expected = match index {
                0 => Fault::Deleted { line: line + 1, missing: line as u64 },
                6 if line == 1 => Fault::NotFirst { line: 2, entry: 1 },
                6 => Fault::Replaced { line: line + 1, entry: line as u64, before: line as u64 - 1 },
                _ if line == 3 => Fault::OtherHead { last: 3 },
                _ => Fault::Replaced { line: line + 2, entry: line as u64 + 1, before: line as u64 },
            };
            assert_eq!(put(&entry), expected, "field {index} of entry {line}, hashed again");
        }
    }
}

#[test]
fn fields_that_nobody_writes_are_told() {
    let edits: [(&str, Edit); 7] = [
        ("study", |entry| entry.study = String::new()),
        ("author", |entry| entry.author = "\u{1b}[2J".to_string()),
        ("author", |entry| entry.author = "x".repeat(MAX_AUTHOR + 1)),
        ("version", |entry| entry.version = "1\n".to_string()),
        ("sealed", |entry| entry.sealed = "2026-02-30T00:00:00Z".to_string()),
        ("prediction", |entry| entry.prediction = "A".repeat(64)),
        ("previous", |entry| entry.previous.push('0')),
    ];
    for (name, edit) in edits {
        let mut entry = ledger(1).entries()[0].clone();
        edit(&mut entry);
        entry.hash = entry.own_hash();
        let found = fault(&changed(1, |lines| lines[1] = serde_json::to_string(&entry).expect("serialises")));
        assert!(matches!(found, Fault::Unfit { line: 2, entry: 1, field, .. } if field == name), "{found:?}");
    }
}

#[test]
fn hostile_text_is_told() {
    for text in ["\n", "{}\n", "[[[[", "\u{0}\u{0}", "{\"shardbed\":\"ledger\"}\n", "edition 1\n"] {
        assert_eq!(fault(text), Fault::NoHead, "{text:?}");
    }
    assert_eq!(fault(&("[".repeat(100_000) + "\n")), Fault::NoHead);
    assert_eq!(fault(&changed(2, |lines| lines[2] = "[".repeat(100_000))), Fault::NoEntry { line: 3 });
    assert_eq!(read(&[0x7f, b'E', b'L', b'F', 0xff]), Err(Fault::NoText { line: 1 }));
    assert_eq!(read(&vec![b'\n'; MAX_BYTES + 1]), Err(Fault::Long));
    let long = changed(1, |lines| lines.resize(MAX_ENTRIES as usize + 2, lines[1].clone()));
    assert!(matches!(fault(&long), Fault::TooMany { .. } | Fault::Reordered { .. }), "{:?}", fault(&long));
    // What a fault says holds nothing of the text.
    let found = fault(&changed(1, |lines| lines[1] = "\u{1b}[2J".to_string())).to_string();
    assert_eq!(found, "line 2: this is no entry as `shardbed seal` writes it, so it was edited");
}

#[test]
fn what_cannot_stand_in_an_entry_is_refused() {
    let prediction = "a".repeat(64);
    let mut ledger = Ledger::default();
    for author in ["", " ", "a\nb", "a\u{202e}b", &"é".repeat(MAX_AUTHOR)] {
        let refused = ledger.append(Sealing { author, ..sealing("one", &prediction, 0) });
        assert!(matches!(refused, Err(Refusal::Author(_))), "{author:?}");
    }
    let long = "x".repeat(MAX_STUDY + 1);
    assert!(matches!(ledger.append(sealing(&long, &prediction, 0)), Err(Refusal::Study(_))));
    assert_eq!(ledger, Ledger::default());
    assert_eq!(unfit_name("O'Brien, 猫 \u{1f408}", MAX_AUTHOR), None);
}

#[test]
fn clocks_that_go_back_are_told_and_win_nothing() {
    let prediction = "a".repeat(64);
    let mut ledger = Ledger::default();
    for time in [100, 300, 200, 400] {
        ledger.append(sealing("one", &prediction, time)).expect("sound");
    }
    let ledger = read(ledger.text().as_bytes()).expect("whole");
    assert_eq!(ledger.clocks_back().iter().map(|entry| entry.entry).collect::<Vec<_>>(), [3]);
    assert_eq!(ledger.entries().iter().map(|entry| ledger.not_before(entry)).collect::<Vec<_>>(), [100, 300, 300, 400]);
    let head = ledger.head().expect("an entry");
    assert_eq!(ledger.with_hash(head).map(|entry| entry.entry), Some(4));
    assert_eq!(ledger.with_hash(&head[..63]), None, "a part of a hash is none");
}

#[test]
fn a_ledger_takes_entries_until_it_is_full_and_is_read_back() {
    let prediction = "a".repeat(64);
    let long = "\"".repeat(MAX_STUDY);
    let mut ledger = Ledger::default();
    while ledger.append(sealing(&long, &prediction, 0)).is_ok() {}
    let text = ledger.text();
    let one = text.lines().last().expect("an entry").len() + 1;
    assert!(text.len() <= MAX_BYTES && text.len() + one > MAX_BYTES, "{} bytes", text.len());
    let mut read_back = read(text.as_bytes()).expect("whole");
    assert_eq!(read_back, ledger);
    assert_eq!(read_back.append(sealing(&long, &prediction, 0)), Err(Refusal::Full));
    assert_eq!(read_back, ledger);
    let mut many = self::ledger(MAX_ENTRIES);
    assert_eq!(read(many.text().as_bytes()).as_ref(), Ok(&many));
    assert_eq!(many.append(sealing("one", &prediction, 0)), Err(Refusal::Full));
    assert_eq!(many.clocks_back().len(), 0);
}

proptest! {
    /// Whatever is done to the bytes, what is read is the same ledger or a fault.
    #[test]
    fn no_change_makes_another_ledger(cuts in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..4_u8), 1..6)) {
        let whole = ledger(3);
        let mut bytes = whole.text().into_bytes();
        for (at, byte, how) in cuts {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, byte),
                _ => {
                    let line = bytes.split_inclusive(|byte| *byte == b'\n').nth(at % 4).map(<[u8]>::to_vec);
                    bytes.extend(line.unwrap_or_default());
                }
            }
        }
        prop_assert!(read(&bytes).map_or(true, |found| found == whole));
    }
}
