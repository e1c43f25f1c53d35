//! How soon something can be seen, and whether the page answers meanwhile.

use super::page::Runs;
use super::{Row, Setup, bundles, median, short};
use anyhow::Result;

/// Bytes of log; the sign-ins stand at their end.
const SIZE: u64 = 200_000_000;
/// ms.
const GOAL: f64 = 2000.0;

pub fn run(setup: &Setup) -> Result<Vec<Row>> {
    let bundle = [bundles::noisy(setup, setup.scaled(SIZE))?];
    let mut page = Runs::default();
    for _ in 0..setup.runs {
        page.again(setup, "", &bundle)?;
    }
    let from = format!(
        "{}; everything read after {} ms",
        bundles::human(setup.scaled(SIZE)),
        short(page.time())
    );
    let what = "drop to first sign-in on the screen";
    Ok(vec![
        Row::at_most(what, median(&page.first), GOAL, " ms", from),
        page.main_thread(),
    ])
}
