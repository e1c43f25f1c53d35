//! A log that never stops and from which lines were cut out: the report tells when it is silent, and a log
//! that people make write stays without a hole.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod reading;

use logintrace::report::Report;
use logintrace::simulate::{self, Bundle, Config};
use reading::Sources;
use serde_json::Value;

/// Some hours of a cluster in which each log is one file.
fn day() -> Bundle {
    simulate::run(&Config {
        rotate_ms: i64::MAX / 4,
        spread_ms: 2 * 3_600_000,
        calm: 3,
        ..Config::new(16, 4)
    })
}

/// The bundle with the lines from 4/15 to 6/15 of each such log cut out, in whole entries.
fn cut(bundle: &Bundle, log: &str) -> Sources {
    let mut files = reading::sources(bundle);
    let own = files.iter_mut().filter(|(path, _)| path.contains(log));
    for (_, bytes) in own {
        let text = std::str::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        // The first line of an entry, in a dumplog not of its later ones.
        let starts = |line: &&str| {
            line.starts_with(|first: char| first.is_ascii_digit())
                && (log != "ctisvr" || line.contains("MsgType:"))
        };
        let at = |share: usize| {
            let from = lines.len() * share / 15;
            from + lines[from..].iter().position(starts).unwrap()
        };
        *bytes = [&lines[..at(4)], &lines[at(6)..]]
            .concat()
            .concat()
            .into_bytes();
    }
    files
}

/// The holes of each source, as `kind node why`, and how long they are in minutes.
fn holes(report: &Report) -> Vec<(String, i64)> {
    let sources = report.coverage.iter();
    let holes = sources.flat_map(|source| source.holes.iter().map(move |hole| (source, hole)));
    holes
        .map(|(source, hole)| {
            let minute = |time: &str| {
                let number = |from: usize| time[from..from + 2].parse::<i64>().unwrap();
                number(8) * 1440 + number(11) * 60 + number(14)
            };
            let node = source.node.as_deref().unwrap_or("-");
            let until = hole.until.as_deref().unwrap();
            let what = format!("{:?} {node} {}", source.kind, hole.why);
            (what, minute(until) - minute(&hole.from))
        })
        .collect()
}

/// What each sign-in is told to have failed by.
fn errors(report: &Report) -> Vec<(String, Vec<String>)> {
    let told = serde_json::to_value(report).unwrap();
    let sign_ins = told["sign_ins"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    sign_ins
        .map(|sign_in| {
            let findings = sign_in["findings"].as_array().unwrap().iter();
            let errors = findings.filter(|finding| finding["severity"] == "error");
            let rules = errors.map(|finding| text(&finding["rule"])).collect();
            (text(&sign_in["agent"]), rules)
        })
        .collect()
}

#[test]
fn lines_that_were_cut_out_are_a_hole() {
    let bundle = day();
    let whole = reading::report(&reading::sources(&bundle));
    assert_eq!(holes(&whole), []);
    let hole = |what: &str, minutes| (what.to_owned(), minutes);
    for (log, expected) in [
        ("ctisvr", vec![hole("CtiServer cg1A log_silent", 15)]),
        (
            "webservices",
            vec![
                hole("Webservices 192.0.2.10 log_silent", 16),
                hole("Webservices 192.0.2.11 log_silent", 17),
            ],
        ),
        ("access_log", vec![]),
        ("openfire", vec![]),
    ] {
        let files = cut(&bundle, log);
        let report = reading::report(&files);
        assert_eq!(holes(&report), expected, "{log}");
        let told = report.findings.iter();
        let gaps = told.filter(|finding| finding.rule == "log_gap");
        assert_eq!(gaps.count(), expected.len(), "{log}");
        let pieces = reading::report_in(&files, 9_973);
        assert!(pieces.to_json() == report.to_json(), "{log} in pieces");
    }
}

/// A sign-in whose lines are in the hole is not blamed for what the log has no more.
#[test]
fn no_step_is_blamed_for_what_lies_in_the_hole() {
    let bundle = day();
    let whole = errors(&reading::report(&reading::sources(&bundle)));
    let mut missing = 0;
    for log in ["ctisvr", "webservices"] {
        for (agent, rules) in errors(&reading::report(&cut(&bundle, log))) {
            let known = whole.iter().any(|(other, errors)| {
                *other == agent && rules.iter().all(|rule| errors.contains(rule))
            });
            assert!(known, "{agent} without a part of {log}: {rules:?}");
            missing += usize::from(rules.is_empty());
        }
    }
    assert!(missing > 0);
}

/// The finding shows the line before the hole and the one behind it.
#[test]
fn the_lines_around_the_hole_are_shown() {
    let files = cut(&day(), "ctisvr");
    let report = reading::report(&files);
    let gap = report
        .findings
        .iter()
        .find(|finding| finding.rule == "log_gap")
        .unwrap();
    let shown: Vec<String> = gap
        .evidence
        .iter()
        .map(|place| {
            let chain = &report.files[place.file as usize].chain;
            let (_, bytes) = files.iter().find(|(path, _)| *path == chain[0]).unwrap();
            let text = std::str::from_utf8(bytes).unwrap();
            text.lines()
                .nth(place.line as usize - 1)
                .unwrap()
                .chars()
                .take(5)
                .collect()
        })
        .collect();
    assert_eq!(shown, ["09:29", "09:44"]);
}
