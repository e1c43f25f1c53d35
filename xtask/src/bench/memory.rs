//! The most memory the page's process has while it reads bundles of growing size.

use super::page::Runs;
use super::{Row, Setup, bundles, short};
use anyhow::Result;

/// Bytes of log. Few sign-ins in each, the same ones.
const SIZES: [u64; 4] = [1_000_000_000, 2_000_000_000, 5_000_000_000, 10_000_000_000];
/// Bytes.
const GOAL: f64 = 600e6;
/// The largest bundle may take this many times the memory of the smallest and still count as flat.
const FLAT: f64 = 1.25;

/// One run of each size: it is the kernel that counts, and a peak does not depend on the hour.
pub fn run(setup: &Setup) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut peaks = Vec::new();
    let mut all = Runs::default();
    for size in SIZES {
        let size = setup.scaled(size);
        let bundle = [bundles::noisy(setup, size)?];
        let mut runs = Runs::default();
        runs.again(setup, "", &bundle)?;
        let peak = most(&runs.peak_rss);
        let from = format!(
            "resident set; {} MB of it not shared with the browser's other processes; {} MB before the drop; read in {} s",
            short(most(&runs.peak_pss) / 1e6),
            short(most(&runs.rss_before) / 1e6),
            short(runs.time() / 1000.0)
        );
        let what = format!("peak memory, {}", bundles::human(size));
        rows.push(Row::at_most(&what, peak / 1e6, GOAL / 1e6, " MB", from));
        peaks.push(peak);
        all.longest_task.extend(&runs.longest_task);
        all.longest_gap.extend(&runs.longest_gap);
        all.done.extend(&runs.done);
        // The bundles of this benchmark are the largest there are.
        if size > setup.scaled(SIZES[0]) {
            std::fs::remove_file(&bundle[0])?;
        }
    }
    if let [smallest, .., largest] = peaks.as_slice() {
        let what = "peak memory, largest ÷ smallest bundle";
        rows.push(Row::at_most(
            what,
            largest / smallest,
            FLAT,
            "",
            String::new(),
        ));
    }
    rows.push(all.main_thread());
    Ok(rows)
}

fn most(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(0.0, f64::max)
}
