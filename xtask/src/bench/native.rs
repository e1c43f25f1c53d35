//! The same core, compiled for the browser and for this machine.

use super::{Row, Setup, bundles, median, short};
use anyhow::{Result, ensure};

/// Bytes of log.
const SIZE: u64 = 1_000_000_000;
const GOAL: f64 = 1.5;

/// Bytes are in memory before the clock starts, on both sides.
pub fn run(setup: &Setup) -> Result<Vec<Row>> {
    let bundle = [bundles::noisy(setup, setup.scaled(SIZE))?];
    let (mut wasm, mut native) = (Vec::new(), Vec::new());
    for _ in 0..setup.runs {
        let browser = setup.built.task("analyse-memory", 1, &bundle)?;
        let here = setup.built.native("analyse", 1, &bundle)?;
        let (one, other) = (&browser.outcomes[0], &here.outcomes[0]);
        ensure!(one == other, "wasm and native differ: {one} and {other}");
        wasm.extend(browser.ms);
        native.extend(here.ms);
    }
    let (wasm, native) = (median(&wasm), median(&native));
    let from = format!(
        "{}: wasm {} ms, native {} ms",
        bundles::human(setup.scaled(SIZE)),
        short(wasm),
        short(native)
    );
    Ok(vec![Row::at_most(
        "wasm ÷ native",
        wasm / native,
        GOAL,
        "",
        from,
    )])
}
