//! Annotated logs: every log has its findings written under the lines they point to, exact both ways.
//!
//! `=== path` starts a log of the bundle, `#~ severity rule` under a line is a finding with that line
//! among its evidence (under the `===` line: a finding without evidence). Both are taken out before
//! the logs are read. Annotations are written again with `LOGINTRACE_EXPECT=1`; read the difference.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use logintrace::diagnose;
use logintrace::flow::{Outcome, Severity};
use logintrace::protocol::{FindingView, Reply, Request, SourceMeta};
use logintrace::report::{Finding, Report};
use logintrace::session::Session;
use logintrace::words::Lang;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LOG: &str = "=== ";
const NOTE: &str = "#~ ";

/// Rules that speak about what is not there.
const WITHOUT_EVIDENCE: [&str; 2] = ["log_missing", "log_gap"];

/// Findings by log and line (0: no line), as they are written.
type Notes = BTreeSet<(usize, u32, String)>;

/// A bundle with its findings.
struct Annotated {
    path: PathBuf,
    /// Name and lines of each log.
    logs: Vec<(String, Vec<String>)>,
    notes: Notes,
}

impl Annotated {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let (mut logs, mut notes) = (Vec::<(String, Vec<String>)>::new(), Notes::new());
        for line in text.lines() {
            if let Some(name) = line.strip_prefix(LOG) {
                logs.push((name.to_owned(), Vec::new()));
            } else if let Some(note) = line.strip_prefix(NOTE) {
                let at = u32::try_from(logs.last().unwrap().1.len()).unwrap();
                notes.insert((logs.len() - 1, at, note.to_owned()));
            } else {
                logs.last_mut().unwrap().1.push(line.to_owned());
            }
        }
        Self { path, logs, notes }
    }

    fn report(&self) -> Report {
        self.session().report(None)
    }

    fn session(&self) -> Session {
        let bytes = |lines: &[String]| {
            lines
                .iter()
                .fold(String::new(), |all, line| all + line + "\n")
        };
        let texts: Vec<String> = self.logs.iter().map(|(_, lines)| bytes(lines)).collect();
        let meta = |((name, _), text): (&(String, Vec<String>), &String)| SourceMeta {
            name: name.clone(),
            size: text.len() as u64,
        };
        let mut session = Session::new();
        session.open(
            1,
            self.logs.iter().zip(&texts).map(meta).collect(),
            Vec::new(),
        );
        for (nth, text) in (0u32..).zip(&texts) {
            session.begin(nth);
            session.feed(text.as_bytes());
            session.end(None);
        }
        session.close(false, 0.0);
        session
    }

    /// What the page shows of every finding in a language: its rule, and its three texts.
    fn shown(&self, lang: Lang) -> Vec<(String, [String; 3])> {
        let mut session = self.session();
        let mut views: Vec<FindingView> = Vec::new();
        let mut ids: Vec<String> = Vec::new();
        for reply in session.ask(Request::Language { lang }) {
            if let Reply::Done { summary, .. } = reply {
                views.extend(summary.findings);
            }
        }
        ids.extend(session.report(None).sign_ins.into_iter().map(|one| one.id));
        for sign_in in ids {
            for reply in session.ask(Request::Ladder {
                question: 1,
                sign_in,
            }) {
                if let Reply::Ladder {
                    ladder: Some(ladder),
                    ..
                } = reply
                {
                    views.extend(ladder.verdict.findings);
                }
            }
        }
        let texts = views.into_iter();
        texts
            .map(|view| (view.rule, [view.title, view.explanation, view.next]))
            .collect()
    }

    fn found(&self, report: &Report) -> Notes {
        let mut found = Notes::new();
        for finding in findings(report) {
            let severity = serde_json::to_value(finding.severity).unwrap();
            let note = format!("{} {}", severity.as_str().unwrap(), finding.rule);
            if finding.evidence.is_empty() {
                found.insert((0, 0, note.clone()));
            }
            for place in &finding.evidence {
                let name = &report.files[place.file as usize].chain[0];
                let log = self.logs.iter().position(|(log, _)| log == name).unwrap();
                found.insert((log, place.line + place.lines - 1, note.clone()));
            }
        }
        found
    }

    fn write(&self, notes: &Notes) -> String {
        let mut out = String::new();
        for (log, (name, lines)) in self.logs.iter().enumerate() {
            let heads = [format!("{LOG}{name}")];
            for (at, line) in (0u32..).zip(heads.iter().chain(lines)) {
                out.push_str(line);
                out.push('\n');
                for (_, _, note) in notes
                    .iter()
                    .filter(|(of, line, _)| (*of, *line) == (log, at))
                {
                    out.push_str(&format!("{NOTE}{note}\n"));
                }
            }
        }
        out
    }

    fn says(&self, rule: &str) -> bool {
        self.notes
            .iter()
            .any(|(_, _, note)| note.split(' ').nth(1) == Some(rule))
    }
}

fn findings(report: &Report) -> impl Iterator<Item = &Finding> {
    let of_sign_ins = report.sign_ins.iter().flat_map(|one| &one.findings);
    of_sign_ins.chain(&report.findings)
}

/// The annotated logs, by the rule whose folder they are in.
fn annotated() -> BTreeMap<String, Vec<Annotated>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/logs");
    let mut all = BTreeMap::new();
    for folder in fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        let rule = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        all.insert(rule, paths.into_iter().map(Annotated::read).collect());
    }
    all
}

#[test]
fn every_finding_is_annotated_and_every_annotation_found() {
    let rewrite = std::env::var_os("LOGINTRACE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for log in annotated().values().flatten() {
        let found = log.found(&log.report());
        if rewrite {
            fs::write(&log.path, log.write(&found)).unwrap();
        } else if found != log.notes {
            wrong.push(format!(
                "{}, found:\n{}",
                log.path.display(),
                log.write(&found)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_log_it_fires_on_and_one_it_does_not() {
    let all = annotated();
    let mut lacking = Vec::new();
    for rule in diagnose::slugs() {
        let own = all.get(rule).map_or(&[][..], Vec::as_slice);
        if !own.iter().any(|log| log.says(rule)) {
            lacking.push(format!("{rule}: no log it fires on"));
        }
        if own.iter().all(|log| log.says(rule)) {
            lacking.push(format!("{rule}: no log it does not fire on"));
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn every_finding_names_its_lines_unless_a_log_is_missing() {
    for log in annotated().values().flatten() {
        let report = log.report();
        for finding in findings(&report) {
            let excused = WITHOUT_EVIDENCE.contains(&finding.rule.as_str());
            let path = log.path.display();
            assert!(
                excused || !finding.evidence.is_empty(),
                "{path}: {finding:?}"
            );
            assert!(
                !finding.title.is_empty() && !finding.next.is_empty(),
                "{path}: {finding:?}"
            );
        }
    }
}

#[test]
fn every_rule_that_fires_is_in_the_registry() {
    let known = diagnose::slugs();
    for log in annotated().values().flatten() {
        for (_, _, note) in &log.notes {
            let rule = note.split(' ').nth(1).unwrap();
            assert!(known.contains(&rule), "{}: {rule}", log.path.display());
        }
    }
}

/// What looks wrong in a healthy system, and the log that shows it: text of a line, how often it is
/// there at least, folder and file.
const BENIGN: [(&str, usize, &str, &str); 8] = [
    (
        "retryCount=0, retrying",
        1,
        "connect_flapping",
        "one_retry_is_normal.log",
    ),
    (
        "Failed to route packet to JID",
        1,
        "benign",
        "failed_to_route_packet.log",
    ),
    ("reason code: -15532", 1, "cti_refused", "confirmed.log"),
    (
        "<reasonCodeId>-1</reasonCodeId>",
        1,
        "benign",
        "reason_code_id_of_none.log",
    ),
    (
        "requestId='undefined', Making REST request: method=GET",
        2,
        "event_not_received",
        "received.log",
    ),
    (
        "PRESENCE_TYPE=unavailable",
        1,
        "forced_logout_255",
        "page_loaded_again.log",
    ),
    (
        "CTIAgentStateEvent [",
        3,
        "benign",
        "one_event_per_skill_group.log",
    ),
    (
        "MsgType:AGENT_STATE_EVENT (",
        3,
        "benign",
        "one_event_per_skill_group.log",
    ),
];

#[test]
fn what_is_benign_raises_no_warning() {
    let all = annotated();
    for (text, times, folder, file) in BENIGN {
        let log = all[folder].iter().find(|log| log.path.ends_with(file));
        let log = log.unwrap_or_else(|| panic!("{folder}/{file}: no such log"));
        let lines = log.logs.iter().flat_map(|(_, lines)| lines);
        let shown = lines.filter(|line| line.contains(text)).count();
        assert!(shown >= times, "{file}: {text}");
        let report = log.report();
        let sign_in = &report.sign_ins[0];
        assert_eq!(sign_in.outcome, Outcome::SignedIn, "{file}");
        for finding in findings(&report) {
            assert_eq!(finding.severity, Severity::Info, "{file}: {finding:?}");
        }
    }
}

/// Every rule says something else in each language, and all three things.
#[test]
fn every_finding_speaks_both_languages() {
    let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    let mut rules = BTreeSet::new();
    for log in annotated().values().flatten() {
        let (english, chinese) = (log.shown(Lang::En), log.shown(Lang::Zh));
        assert_eq!(english.len(), chinese.len(), "{}", log.path.display());
        for ((rule, english), (_, chinese)) in english.into_iter().zip(chinese) {
            for (english, chinese) in english.iter().zip(&chinese) {
                assert!(
                    !english.is_empty() && !english.contains(is_chinese),
                    "{rule}: {english}"
                );
                assert!(chinese.contains(is_chinese), "{rule}: {chinese}");
            }
            rules.insert(rule);
        }
    }
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), diagnose::slugs());
}

/// What the manual of a rule has, in this order.
const MANUAL: [&str; 8] = [
    "*Detects*",
    "*Evidence*",
    "*Cause*",
    "*Check next*",
    "*Source*",
    "*Confidence*",
    "*Versions*",
    "*Must not fire*",
];

/// What rules stand on: the list of them, and what several of them share.
const NO_RULES: [&str; 2] = ["causes.rs", "mod.rs"];

#[test]
fn every_rule_file_is_a_manual() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnose");
    let mut manuals = 0;
    for file in fs::read_dir(root).unwrap() {
        let path = file.unwrap().path();
        if NO_RULES.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let manual: Vec<&str> = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        let begins = |part: &str| {
            let begins = |line: &&str| line[3..].trim_start().starts_with(part);
            manual.iter().position(begins)
        };
        let places: Vec<Option<usize>> = MANUAL.iter().map(|part| begins(part)).collect();
        let lacking = MANUAL
            .iter()
            .zip(&places)
            .find(|(_, place)| place.is_none());
        assert!(lacking.is_none(), "{}: {lacking:?}", path.display());
        assert!(
            places.is_sorted(),
            "{}: {MANUAL:?} in another order",
            path.display()
        );
        manuals += 1;
    }
    assert!(manuals > 20, "the rules were not found");
}

/// The modes there are: one row each in `docs/failure-modes.md`.
const MODES: [(u32, u32); 4] = [(1, 18), (20, 24), (27, 47), (50, 62)];

#[test]
fn every_failure_mode_has_a_rule_or_a_reason() {
    let text = include_str!("../../docs/failure-modes.md");
    let rows: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            (cells.len() == 5 && cells[1].starts_with('F')).then(|| (cells[1], cells[3]))
        })
        .collect();
    let known = diagnose::slugs();
    for mode in MODES.iter().flat_map(|&(from, to)| from..=to) {
        let row = rows.get(format!("F{mode:02}").as_str()).unwrap_or(&"");
        let named: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let reason = row.strip_prefix("none: ").is_some_and(|why| why.len() > 5);
        assert!(
            reason || !named.is_empty(),
            "F{mode:02}: neither rule nor reason"
        );
        for rule in named {
            assert!(known.contains(&rule), "F{mode:02}: no rule {rule}");
        }
    }
}

#[test]
fn every_rule_is_in_the_catalogue() {
    let text = include_str!("../../docs/failure-modes.md");
    for rule in diagnose::slugs() {
        assert!(text.contains(&format!("`{rule}`")), "{rule}");
    }
}

/// One number, two tables: what it says depends on the field it stands in.
#[test]
fn a_code_is_decoded_by_the_field_it_stands_in() {
    let logs = annotated();
    let named = |file: &str| -> Vec<Option<String>> {
        let log = logs["device_busy"]
            .iter()
            .find(|log| log.path.ends_with(file));
        let report = log.unwrap().report();
        let codes = report.sign_ins[0].codes.iter();
        codes.map(|code| code.name.clone()).collect()
    };
    assert_eq!(
        named("status_10.log"),
        [Some("E_CTI_DEVICE_IN_USE".to_owned())]
    );
    assert_eq!(
        named("control_failure_10.log"),
        [Some("CF_PRIVILEGE_VIOLATION_ON_CALLING_DEVICE".to_owned())]
    );
}
