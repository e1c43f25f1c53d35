//! Which rule is named where which is right: the table of the report's findings against the truth.

use crate::score::{Lines, file_numbers, list, name};
use logintrace::flow::Outcome;
use logintrace::simulate::{Attempt, Bundle};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Named where no finding is a warning or worse, and expected where nothing is wrong.
const NOTHING: &str = "-";

/// Expected rule by named rule, counted over attempts.
#[derive(Debug, Default)]
pub(crate) struct Confusion {
    /// (expected, named): how often.
    cells: BTreeMap<(String, String), usize>,
    /// Attempts that failed with a known cause, and those of them whose cause was named.
    pub(crate) failed: (usize, usize),
    /// Warnings and errors on attempts with which nothing is wrong.
    pub(crate) false_alarms: Vec<String>,
    /// Attempts whose rules are not all among the findings, or not first.
    pub(crate) wrong: Vec<String>,
    /// Rules expected about the bundle that are not there.
    pub(crate) missing: Vec<String>,
    /// Warnings about the bundle for which nothing was played.
    pub(crate) unexpected: Vec<String>,
}

impl Confusion {
    /// Counts what `report` names for the attempts of `bundle`.
    pub(crate) fn of(bundle: &Bundle, report: &Value) -> Self {
        let mut confusion = Self::default();
        for (attempt, sign_in) in pairs(bundle, report) {
            confusion.add(attempt, sign_in);
        }
        let about: BTreeSet<&str> = list(report, "findings")
            .iter()
            .filter_map(|finding| finding["rule"].as_str())
            .collect();
        confusion.unexpected = unexpected(bundle, report);
        let wanted = bundle.truth.bundle.iter();
        let missing = wanted.filter(|rule| !about.contains(rule.as_str()));
        confusion.missing.extend(missing.cloned());
        confusion
    }

    /// Adds the counts of another bundle.
    pub(crate) fn merge(&mut self, other: Self) {
        for (cell, count) in other.cells {
            *self.cells.entry(cell).or_default() += count;
        }
        self.failed.0 += other.failed.0;
        self.failed.1 += other.failed.1;
        self.false_alarms.extend(other.false_alarms);
        self.wrong.extend(other.wrong);
        self.missing.extend(other.missing);
        self.unexpected.extend(other.unexpected);
    }

    fn add(&mut self, attempt: &Attempt, sign_in: Option<&Value>) {
        let findings: Vec<&Value> = sign_in
            .map(|sign_in| list(sign_in, "findings").iter().collect())
            .unwrap_or_default();
        let expected = attempt.rule.iter().chain(&attempt.after);
        let expected: Vec<&str> = expected.map(String::as_str).collect();
        // That a log is missing is no fault of the sign-in, and said as information.
        let counts = |finding: &&&Value| {
            let rule = finding["rule"].as_str();
            finding["severity"] != "info" || rule == expected.first().copied()
        };
        let grave: Vec<&str> = findings
            .iter()
            .filter(counts)
            .filter_map(|finding| finding["rule"].as_str())
            .collect();
        let first = expected.first().copied().unwrap_or(NOTHING);
        let named = match sign_in {
            Some(_) => grave.first().copied().unwrap_or(NOTHING),
            None => "(no sign-in)",
        };
        *self
            .cells
            .entry((first.to_owned(), named.to_owned()))
            .or_default() += 1;
        let whose = format!("{}: expected {expected:?}, named {grave:?}", name(attempt));
        if matches!(attempt.outcome, Outcome::Refused | Outcome::Stalled) && !expected.is_empty() {
            self.failed.0 += 1;
            self.failed.1 += usize::from(first == named);
        }
        let wanted: BTreeSet<&str> = expected.iter().copied().collect();
        let found: BTreeSet<&str> = grave.iter().copied().collect();
        if wanted.is_empty() && !found.is_empty() {
            self.false_alarms.push(whose);
        } else if first != named || !wanted.is_subset(&found) {
            self.wrong.push(whose);
        }
    }
}

impl fmt::Display for Confusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<26} {:<26} {:>6}", "expected", "named", "count")?;
        for ((expected, named), count) in &self.cells {
            let mark = if expected == named { "" } else { "  <" };
            writeln!(f, "{expected:<26} {named:<26} {count:>6}{mark}")?;
        }
        let (failed, right) = self.failed;
        writeln!(
            f,
            "failed sign-ins with the right rule: {right} of {failed}"
        )?;
        for (title, list) in [
            (
                "healthy sign-ins with a warning or error",
                &self.false_alarms,
            ),
            ("other rules missing or not first", &self.wrong),
            ("rules about the bundle missing", &self.missing),
            (
                "warnings about the bundle without a cause",
                &self.unexpected,
            ),
        ] {
            writeln!(f, "{title}: {}", list.len())?;
            for line in list.iter().take(12) {
                writeln!(f, "    {line}")?;
            }
        }
        Ok(())
    }
}

/// Rules about the bundle that only fire where the simulator plays their cause. Others find what is in
/// every bundle: clocks that are off, passwords in logs, sign-ins of several agents refused.
const PLAYED: [&str; 8] = [
    "account_locked",
    "cti_session_lost",
    "log_gap",
    "many_agents_dropped",
    "peripheral_offline",
    "service_restart",
    "slow_step",
    "statistics_overload",
];

fn unexpected(bundle: &Bundle, report: &Value) -> Vec<String> {
    let played = |rule: &str| bundle.truth.bundle.iter().any(|wanted| wanted == rule);
    let grave = list(report, "findings")
        .iter()
        .filter(|finding| finding["severity"] != "info");
    let mut rules: Vec<&str> = grave.filter_map(|it| it["rule"].as_str()).collect();
    rules.retain(|rule| PLAYED.contains(rule) && !played(rule));
    // Statistics that overload the connection make everything on it slow.
    rules.retain(|rule| *rule != "slow_step" || !played("statistics_overload"));
    rules.into_iter().map(str::to_owned).collect()
}

/// Every rule that found something, in a sign-in or in the bundle.
pub(crate) fn rules(report: &Value) -> BTreeSet<String> {
    let of_sign_ins = list(report, "sign_ins").iter();
    let findings = of_sign_ins.flat_map(|sign_in| list(sign_in, "findings"));
    findings
        .chain(list(report, "findings"))
        .filter_map(|finding| finding["rule"].as_str().map(str::to_owned))
        .collect()
}

/// Every attempt with the sign-in that the report makes of it.
fn pairs<'a>(bundle: &'a Bundle, report: &'a Value) -> Vec<(&'a Attempt, Option<&'a Value>)> {
    let truth = Lines::of(bundle);
    let files = file_numbers(bundle, report);
    let mut found: BTreeMap<usize, &Value> = BTreeMap::new();
    for sign_in in list(report, "sign_ins") {
        if let Some(attempt) = truth.attempt_of(bundle, sign_in, &files) {
            found.insert(attempt, sign_in);
        }
    }
    let attempts = bundle.truth.attempts.iter().enumerate();
    attempts
        .map(|(number, attempt)| (attempt, found.get(&number).copied()))
        .collect()
}
