//! lnav on the Finesse REST API logs of a bundle, against the command line on the same files.

use super::{Row, Setup, bundles, median, short};
use crate::{shell, tools};
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Bytes of log of the bundle whose logs are taken.
const SIZE: u64 = 200_000_000;
const GOAL: f64 = 10.0;

/// lnav's format is in `benches/lnav/`. Both are timed as a person would: from the start of the program
/// to its end. Ours does everything it does; lnav loads the files and counts the messages.
pub fn run(setup: &Setup) -> Result<Vec<Row>> {
    tools::lnav()?;
    let files = bundles::unpacked(setup, setup.scaled(SIZE), "/Desktop-webservices")?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let entries = entries(setup, &files)?;
    for _ in 0..setup.runs {
        let mut command = Command::new(setup.built.command_line()?);
        command
            .arg("report")
            .args(&files)
            .args(["--format", "json", "--output", "/dev/null"]);
        ours.push(timed(&mut command)?.0);
        let (ms, said) = timed(&mut lnav(&files))?;
        let counted: u64 = said
            .split_whitespace()
            .filter_map(|word| word.parse::<u64>().ok())
            .sum();
        ensure!(
            counted == entries,
            "lnav counted {counted} messages of {entries}: {said}"
        );
        theirs.push(ms);
    }
    let (ours, theirs) = (median(&ours), median(&theirs));
    let mut bytes = 0;
    for file in &files {
        bytes += bundles::length(file)?;
    }
    let from = format!(
        "{} of webservices logs, {entries} messages: lnav {} ms, logintrace {} ms",
        bundles::human(bytes),
        short(theirs),
        short(ours)
    );
    Ok(vec![Row::at_least(
        "lnav ÷ ours, native",
        theirs / ours,
        GOAL,
        "×",
        from,
    )])
}

/// Entries that our reader finds in the files.
fn entries(setup: &Setup, files: &[PathBuf]) -> Result<u64> {
    let times = setup.built.native("read", 1, files)?;
    let outcomes = times.outcomes.as_array().context("no outcomes came")?;
    Ok(outcomes
        .iter()
        .filter_map(|outcome| outcome["entries"].as_u64())
        .sum())
}

fn lnav(files: &[PathBuf]) -> Command {
    let mut lnav = Command::new("lnav");
    // A home of its own: neither settings nor remembered files of the user may play a part.
    let home = shell::target().join("bench/lnav-home");
    lnav.env("HOME", &home).env("XDG_CONFIG_HOME", &home);
    lnav.args(["-n", "-I"])
        .arg(shell::root().join("benches/lnav"));
    lnav.args([
        "-c",
        ";SELECT count(*) FROM finesse_webservices",
        "-c",
        ":write-csv-to -",
    ]);
    lnav.args(files);
    lnav
}

/// Milliseconds from start to end, and what was printed.
fn timed(command: &mut Command) -> Result<(f64, String)> {
    std::fs::create_dir_all(shell::target().join("bench/lnav-home"))?;
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{command:?} ended with {}: {errors}",
        output.status
    );
    Ok((ms, said))
}
