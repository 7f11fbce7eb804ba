//! The worlds of files that a file uses, and of those that these use. Their studies are left alone.

use crate::language::check::worlds::Draft;
use crate::language::check::{self, Findings};
use crate::language::codes::{BAD_PATH, BROKEN_USE, DUPLICATE, NO_FOLDER, NOT_USED, TOO_MANY_USED, USE_CIRCLE};
use crate::language::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::language::library::{Library, NotUsed, resolve};
use crate::language::span::{Span, position};
use crate::language::token::shorten;
use crate::language::tree::{File, Use};
use crate::language::{decode, source, syntax};
use std::collections::{BTreeMap, BTreeSet};

/// Files that one file uses, those that they use included.
const MAX_FILES: usize = 20;
/// Files that are read: links make one file many, which is known only when it has been read.
const MAX_READS: usize = 2 * MAX_FILES;
/// The bytes of all of them.
const MAX_ALL_BYTES: usize = 4 << 20;

/// A world of a file that is used.
pub struct Imported {
    pub name: String,
    pub draft: Draft,
    /// The file that it is written in.
    pub file: String,
    /// The `use` that brings it, where all of it counts as written.
    pub span: Span,
}

/// The worlds of all files that the file uses, with unique names. A world that comes in several ways is one.
pub fn imported(file: &File, library: &dyn Library, findings: &mut Findings) -> Vec<Imported> {
    let Some(top) = library.top() else {
        for written in file.uses.iter().take(MAX_FINDINGS) {
            findings.push(refused(&written.path.value, &NotUsed::NoFolder, written.path.span));
        }
        return Vec::new();
    };
    let mut reader = Reader {
        library,
        way: vec![top.to_owned()],
        names: BTreeMap::new(),
        known: BTreeSet::new(),
        reads: 0,
        bytes: 0,
        worlds: BTreeMap::new(),
        findings,
    };
    let mut names: BTreeMap<String, Span> = BTreeMap::new();
    for written in &file.uses {
        let span = written.path.span;
        match reader.using(written, span) {
            Ok(name) => match names.get(&name) {
                Some(first) => reader.findings.push(again(&name, span, *first)),
                None => {
                    names.insert(name, span);
                }
            },
            Err(finding) => {
                let last = *finding.code == TOO_MANY_USED;
                reader.findings.push(finding);
                if last {
                    break;
                }
            }
        }
        if reader.findings.is_full() {
            break;
        }
    }
    reader.worlds.into_values().collect()
}

fn again(name: &str, span: Span, first: Span) -> Diagnostic {
    let message = format!("`{}` is used a second time", shorten(name));
    Diagnostic::new(&DUPLICATE, span, message).label("again here").also(first, "first here").help("keep one of them")
}

struct Reader<'a> {
    library: &'a dyn Library,
    /// The file being read, and those that led to it.
    way: Vec<String>,
    /// What the names that files have been asked by have turned out to be: names with links followed, or nothing.
    names: BTreeMap<String, Result<String, NotUsed>>,
    /// Files that have been read, in order or not, by their names with links followed.
    known: BTreeSet<String>,
    reads: usize,
    /// Of all known files.
    bytes: usize,
    worlds: BTreeMap<String, Imported>,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    /// Reads what a `use` of the current file names, once. `span` is the `use` of the first file that led here.
    /// What is wrong has its place in the current file.
    fn using(&mut self, written: &Use, span: Span) -> Result<String, Diagnostic> {
        let here = written.path.span;
        let from = self.way.last().map_or("", String::as_str);
        let path = &written.path.value;
        let (name, bytes) =
            resolve(from, path).and_then(|asked| self.load(asked)).map_err(|why| refused(path, &why, here))?;
        if let Some(start) = self.way.iter().position(|known| *known == name) {
            return Err(circle(&self.way[start..], here));
        }
        let new = bytes.filter(|_| !self.known.contains(&name));
        if let Some(bytes) = &new {
            self.known.insert(name.clone());
            self.bytes += bytes.len();
        }
        if self.known.len() > MAX_FILES || self.reads > MAX_READS || self.bytes > MAX_ALL_BYTES {
            let message = if self.known.len() > MAX_FILES {
                format!("more than {MAX_FILES} files are used, with those that they use")
            } else if self.reads > MAX_READS {
                format!("the files that are used have more than {MAX_READS} names")
            } else {
                "the files that are used have more than 4 MiB together".to_owned()
            };
            let help = "put the worlds that the study needs into fewer and smaller files";
            return Err(Diagnostic::new(&TOO_MANY_USED, here, message).help(help));
        }
        let Some(bytes) = new else { return Ok(name) };
        self.way.push(name.clone());
        let read = self.file(&bytes, span);
        self.way.pop();
        match read {
            Ok(()) => Ok(name),
            Err(fault) => Err(fault.at(&name, here)),
        }
    }

    /// The name with links followed of what is asked for by this name and, the first time, its bytes.
    fn load(&mut self, asked: String) -> Result<(String, Option<Vec<u8>>), NotUsed> {
        if let Some(known) = self.names.get(&asked) {
            return known.clone().map(|name| (name, None));
        }
        let loaded = self.library.load(&asked);
        self.reads += usize::from(loaded.is_ok());
        self.names.insert(asked, loaded.as_ref().map(|used| used.name.clone()).map_err(NotUsed::clone));
        loaded.map(|used| (used.name, Some(used.bytes)))
    }

    /// Adds the worlds of a file, and of those that it uses.
    fn file(&mut self, bytes: &[u8], span: Span) -> Result<(), Fault> {
        let text = decode(bytes).map_err(|found| Fault::new(&found, &String::from_utf8_lossy(bytes)))?;
        let text = source(text);
        let (file, found) = syntax(text);
        if !found.is_empty() {
            return Err(Fault::new(&found, text));
        }
        let mut findings = Findings::default();
        let mut names: BTreeMap<String, Span> = BTreeMap::new();
        // Only the first error of this file is shown, so one that is used again is enough.
        let mut repeated = false;
        for written in &file.uses {
            match self.using(written, span) {
                Err(finding) if *finding.code == TOO_MANY_USED => return Err(Fault::new(&[finding], text)),
                Err(finding) => findings.push(finding),
                Ok(_) if repeated => {}
                Ok(name) => match names.get(&name) {
                    Some(first) => {
                        findings.push(again(&name, written.path.span, *first));
                        repeated = true;
                    }
                    None => {
                        names.insert(name, written.path.span);
                    }
                },
            }
            if findings.is_full() {
                break;
            }
        }
        let drafts = check::worlds(&file, &mut findings);
        // Its warnings are shown where it is checked itself.
        if findings.errors > 0 {
            return Err(Fault::new(&findings.list, text));
        }
        for (name, (draft, _)) in drafts {
            self.add(name.to_owned(), draft.written_at(span), span);
        }
        Ok(())
    }

    fn add(&mut self, name: String, draft: Draft, span: Span) {
        let file = self.way.last().cloned().unwrap_or_default();
        match self.worlds.get(&name) {
            Some(first) => {
                let message = format!(
                    "`{}` and `{}` both have a world `{}`",
                    shorten(&first.file),
                    shorten(&file),
                    shorten(&name)
                );
                let finding = Diagnostic::new(&DUPLICATE, span, message).also(first.span, "the first comes from here");
                self.findings.push(finding.help("give one of them another name"));
            }
            None => {
                self.worlds.insert(name.clone(), Imported { name, draft, file, span });
            }
        }
    }
}

/// The first error of a file that is used, and how many there are beside.
struct Fault {
    first: Box<Diagnostic>,
    line: usize,
    column: usize,
    more: usize,
}

impl Fault {
    /// `found` is in the order in which it was found; spans count the bytes of [`source`].
    fn new(found: &[Diagnostic], text: &str) -> Fault {
        let errors = || found.iter().filter(|finding| finding.is_error());
        let first = errors().min_by_key(|finding| finding.span).cloned();
        let first = first.unwrap_or_else(|| Diagnostic::new(&NOT_USED, Span::default(), "it cannot be read"));
        let (line, column) = position(source(text), first.span.start);
        Fault { first: Box::new(first), line, column, more: errors().count().saturating_sub(1) }
    }

    /// The same at the `use` that names the file.
    fn at(self, name: &str, span: Span) -> Diagnostic {
        let mut finding = *self.first;
        // An error farther on has its own place already.
        if *finding.code != BROKEN_USE && *finding.code != TOO_MANY_USED {
            let more = match self.more {
                0 => String::new(),
                1 => " (and 1 more error)".to_owned(),
                more => format!(" (and {more} more errors)"),
            };
            finding.message = format!("{}:{}:{}: {}{more}", shorten(name), self.line, self.column, finding.message);
            finding.code = &BROKEN_USE;
        }
        Diagnostic { span, label: String::new(), also: Vec::new(), ..finding }
    }
}

fn refused(path: &str, why: &NotUsed, span: Span) -> Diagnostic {
    let below = "a `use` names a file in the folder of the prediction file or below it, \
                 for example `use \"worlds/other.shard\"`";
    let (code, help) = match why {
        NotUsed::NoFolder => {
            let help = "save it as a file beside those that it uses, and check or run that";
            return Diagnostic::new(&NO_FOLDER, span, why.to_string()).help(help);
        }
        NotUsed::Empty | NotUsed::Absolute | NotUsed::Backslash => (&BAD_PATH, below),
        NotUsed::Outside | NotUsed::LinkedOutside => {
            (&BAD_PATH, "copy the file into that folder, or move the prediction file up")
        }
        NotUsed::Missing => (&NOT_USED, "a path begins in the folder of the file that it stands in"),
        NotUsed::Folder => (&NOT_USED, "name a file in it"),
        NotUsed::Special => (&NOT_USED, "save its text in a file, and name that"),
        NotUsed::Unreadable(_) => (&NOT_USED, "check its permissions and those of its folder"),
    };
    let message = if path.is_empty() { why.to_string() } else { format!("`{}` {why}", shorten(path)) };
    Diagnostic::new(code, span, message).help(help)
}

fn circle(way: &[String], span: Span) -> Diagnostic {
    let first = way.first().map_or("", String::as_str);
    if way.len() == 1 {
        let message = format!("`{}` uses itself", shorten(first));
        return Diagnostic::new(&USE_CIRCLE, span, message).help("remove it: a file knows its own worlds");
    }
    let rest = way.iter().skip(1).chain(way.first());
    let rest: Vec<String> = rest.map(|name| format!("`{}`", shorten(name))).collect();
    let message = format!("a circle of files: `{}` uses {}", shorten(first), rest.join(", which uses "));
    Diagnostic::new(&USE_CIRCLE, span, message).help("move the worlds that both need into a file of their own")
}
