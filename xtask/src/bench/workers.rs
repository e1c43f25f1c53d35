//! Two workers against one, on bundles that can be read side by side.
//!
//! The page takes the number of workers from its address (`#workers=1`) and says how many it uses
//! in `<html data-workers="1">`; a page that does not say has not learnt to use several.

use super::page::Runs;
use super::{Row, Setup, bundles, short};
use anyhow::Result;
use std::path::PathBuf;

/// Bytes of log, all bundles together.
const SIZE: u64 = 1_000_000_000;
/// Bundles dropped together, of one size.
const BUNDLES: u64 = 4;
const GOAL: f64 = 1.7;
const WHAT: &str = "one worker ÷ two workers";

pub fn run(setup: &Setup) -> Result<Vec<Row>> {
    let files: Result<Vec<PathBuf>> = (1..=BUNDLES)
        .map(|seed| bundles::noisy_of(setup, setup.scaled(SIZE / BUNDLES), seed))
        .collect();
    let files = files?;
    let (mut one, mut two) = (Runs::default(), Runs::default());
    for _ in 0..setup.runs {
        one.again(setup, "#workers=1", &files)?;
        two.again(setup, "#workers=2", &files)?;
        if one.workers.as_deref() != Some("1") || two.workers.as_deref() != Some("2") {
            let why = format!(
                "not built: the page has one worker ({} ms)",
                short(one.time())
            );
            return Ok(vec![Row::missing(WHAT, &format!("≥ {GOAL}×"), &why)]);
        }
    }
    let from = format!(
        "{BUNDLES} bundles, {} together: {} ms, {} ms",
        bundles::human(setup.scaled(SIZE)),
        short(one.time()),
        short(two.time())
    );
    Ok(vec![
        Row::at_least(WHAT, one.time() / two.time(), GOAL, "×", from),
        two.main_thread(),
    ])
}
