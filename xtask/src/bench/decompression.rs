//! The page on a large bundle against the browser's own inflater on the same bytes.

use super::page::{Runs, outcome};
use super::{Row, Setup, bundles, median, short};
use anyhow::{Result, ensure};

/// Bytes of log.
const SIZE: u64 = 1_000_000_000;
const GOAL: f64 = 0.6;

/// Runs alternate, so that a busy minute of the machine falls on both.
pub fn run(setup: &Setup) -> Result<Vec<Row>> {
    let bundle = [bundles::noisy(setup, setup.scaled(SIZE))?];
    let (mut page, mut alone, mut inflated) = (Runs::default(), Vec::new(), 0);
    for _ in 0..setup.runs {
        page.again(setup, "", &bundle)?;
        let times = setup.built.task("decompress", 1, &bundle)?;
        inflated = outcome(&times.outcomes, "bytes")?;
        ensure!(
            inflated >= setup.scaled(SIZE),
            "only {inflated} bytes came out"
        );
        alone.extend(times.ms);
    }
    let (total, alone) = (page.time(), median(&alone));
    let from = format!(
        "{}: page {} ms, DecompressionStream {} ms",
        bundles::human(inflated),
        short(total),
        short(alone)
    );
    let what = "page, drop to result ÷ DecompressionStream alone";
    Ok(vec![
        Row::at_most(what, total / alone, GOAL, "", from),
        page.main_thread(),
    ])
}
