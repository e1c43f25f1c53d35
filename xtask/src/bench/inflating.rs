//! The page on a large bundle against inflating the same bytes and nothing else.

use super::page::{Runs, outcome};
use super::{Row, Setup, bundles, median, short};
use anyhow::{Result, ensure};

/// Bytes of log.
const SIZE: u64 = 1_000_000_000;

/// The other side.
struct Alone {
    /// Its name in `benches/browser/worker.js`.
    task: &'static str,
    /// In the table.
    what: &'static str,
    /// What it does, before its time.
    does: &'static str,
    goal: f64,
}

/// Against the browser's own inflater.
pub fn by_the_browser(setup: &Setup) -> Result<Vec<Row>> {
    const ALONE: Alone = Alone {
        task: "decompress",
        what: "page, drop to result ÷ DecompressionStream alone",
        does: "DecompressionStream",
        goal: 0.6,
    };
    against(&ALONE, setup)
}

/// Against our own inflater in WebAssembly.
pub fn by_us(setup: &Setup) -> Result<Vec<Row>> {
    const ALONE: Alone = Alone {
        task: "inflate",
        what: "page, drop to result ÷ own inflate alone, wasm",
        does: "opening the archive and throwing its members away",
        goal: 1.6,
    };
    against(&ALONE, setup)
}

/// Runs alternate, so that a busy minute of the machine falls on both.
fn against(other: &Alone, setup: &Setup) -> Result<Vec<Row>> {
    let bundle = [bundles::noisy(setup, setup.scaled(SIZE))?];
    let (mut page, mut alone, mut inflated) = (Runs::default(), Vec::new(), 0);
    for _ in 0..setup.runs {
        page.again(setup, "", &bundle)?;
        let times = setup.built.task(other.task, 1, &bundle)?;
        inflated = outcome(&times.outcomes, "bytes")?;
        ensure!(
            inflated >= setup.scaled(SIZE),
            "only {inflated} bytes came out"
        );
        alone.extend(times.ms);
    }
    let (total, alone) = (page.time(), median(&alone));
    let from = format!(
        "{}: page {} ms, {} {} ms",
        bundles::human(inflated),
        short(total),
        other.does,
        short(alone)
    );
    Ok(vec![
        Row::at_most(other.what, total / alone, other.goal, "", from),
        page.main_thread(),
    ])
}
