//! The same reading of records in plain JavaScript (`benches/baseline/`) against ours, log by log.

use super::built::Times;
use super::{Row, Setup, bundles, median, short};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::path::PathBuf;

/// Bytes of log, all kinds together.
const SIZE: u64 = 200_000_000;
const GOAL: f64 = 5.0;

/// Logs by a word in their path.
const KINDS: [&str; 6] = [
    "access_log",
    "webservices",
    "openfire/all",
    "openfire/debug",
    "ctisvr",
    "clientlogs",
];

pub fn run(setup: &Setup) -> Result<Vec<Row>> {
    let size = setup.scaled(SIZE);
    let mut rows = Vec::new();
    let (mut all_ours, mut all_theirs) = (0.0, 0.0);
    for kind in KINDS {
        let files = bundles::unpacked(setup, size, kind)?;
        ensure!(!files.is_empty(), "no log of kind {kind}");
        let ours = setup.built.task("read-memory", setup.runs, &files)?;
        let theirs = setup.built.task("baseline-memory", setup.runs, &files)?;
        same_found(&files, &ours, &theirs)?;
        let (one, other) = (median(&ours.ms), median(&theirs.ms));
        all_ours += one;
        all_theirs += other;
        rows.push(Row {
            what: format!("{kind}: JavaScript ÷ ours"),
            figure: format!("{}×", short(other / one)),
            goal: String::new(),
            met: None,
            from: format!(
                "{} files: {} ms, {} ms",
                files.len(),
                short(other),
                short(one)
            ),
        });
    }
    let from = format!(
        "{}: JavaScript {} ms, ours in wasm {} ms",
        bundles::human(size),
        short(all_theirs),
        short(all_ours)
    );
    let all = Row::at_least(
        "all: JavaScript ÷ ours",
        all_theirs / all_ours,
        GOAL,
        "×",
        from,
    );
    rows.insert(0, all);
    Ok(rows)
}

/// The baseline is worth nothing unless it finds the same.
fn same_found(files: &[PathBuf], ours: &Times, theirs: &Times) -> Result<()> {
    for (nth, file) in files.iter().enumerate() {
        let of = |times: &Times, field: &str| -> Value { times.outcomes[nth][field].clone() };
        for field in ["bytes", "entries", "kept"] {
            let (one, other) = (of(ours, field), of(theirs, field));
            ensure!(
                one == other,
                "{}: {field}: the core found {one}, the baseline {other}",
                file.display()
            );
        }
    }
    Ok(())
}
