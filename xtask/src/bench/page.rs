//! The page reading a bundle, as the probe saw it (`tests/browser/src/bin/probe.rs`).

use super::{Row, Setup, median, short};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;

/// No task of the page's thread may take longer, ms: what the Long Tasks API calls long.
pub const LONGEST_TASK_MS: f64 = 50.0;

/// Runs of the page on one bundle.
#[derive(Default)]
pub struct Runs {
    /// From the drop to the end of reading, ms.
    pub done: Vec<f64>,
    /// From the drop to the first sign-in listed, ms.
    pub first: Vec<f64>,
    /// Longest task of the page's thread in each run, ms; 0 if none took 50 ms.
    pub longest_task: Vec<f64>,
    /// Longest time between two frames in each run, ms.
    pub longest_gap: Vec<f64>,
    /// Most memory the page's process had, bytes, and what it had before.
    pub peak_rss: Vec<f64>,
    pub peak_pss: Vec<f64>,
    pub rss_before: Vec<f64>,
    /// Workers the page says it uses; `None` if it does not say.
    pub workers: Option<String>,
}

impl Runs {
    /// Reads `files` once more.
    pub fn again(&mut self, setup: &Setup, hash: &str, files: &[PathBuf]) -> Result<()> {
        let seen = setup.built.page(hash, files)?;
        let number = |name: &str| -> Result<f64> {
            let value = &seen[name];
            value
                .as_f64()
                .with_context(|| format!("the probe did not say {name}: {seen}"))
        };
        self.done.push(number("done")?);
        self.first.push(number("first")?);
        self.longest_task.push(number("longestTask")?);
        self.longest_gap.push(number("longestGap")?);
        self.peak_rss.push(number("peakRss")?);
        self.peak_pss.push(number("peakPss")?);
        self.rss_before.push(number("rssBefore")?);
        self.workers = seen["workers"].as_str().map(str::to_owned);
        Ok(())
    }

    /// The row on the page's own thread: the worst of all runs.
    pub fn main_thread(&self) -> Row {
        let worst = |figures: &[f64]| figures.iter().copied().fold(0.0, f64::max);
        let (task, gap) = (worst(&self.longest_task), worst(&self.longest_gap));
        let from = format!(
            "worst of {} runs; longest time between two frames {} ms",
            self.done.len(),
            short(gap)
        );
        Row::at_most(
            "longest task of the page's thread",
            task,
            LONGEST_TASK_MS,
            " ms",
            from,
        )
    }

    /// Median time of a whole run, ms.
    pub fn time(&self) -> f64 {
        median(&self.done)
    }
}

/// A field of the first outcome of a task.
pub fn outcome(outcomes: &Value, field: &str) -> Result<u64> {
    let value = &outcomes[0][field];
    value
        .as_u64()
        .with_context(|| format!("no {field} in {outcomes}"))
}
