//! What a sign-in costs when there are more of them.

use super::page::{Runs, outcome};
use super::{Row, Setup, bundles, median, short};
use anyhow::Result;

/// Agents who sign in, some of them twice.
const AGENTS: [u64; 4] = [100, 1000, 10_000, 100_000];
/// The dearest sign-in may cost this many times the cheapest and still count as linear; the smallest
/// bundle does not count, as most of its time goes into starting.
const LINEAR: f64 = 1.5;

pub fn run(setup: &Setup) -> Result<Vec<Row>> {
    let (mut rows, mut native, mut page) = (Vec::new(), Vec::new(), Vec::new());
    let mut all = Runs::default();
    for agents in AGENTS {
        let agents = setup.scaled(agents).max(10);
        let bundle = [bundles::agents(setup, agents)?];
        // The largest takes a minute: once must do.
        let runs = if agents > AGENTS[2] { 1 } else { setup.runs };
        let times = setup.built.native("analyse", runs, &bundle)?;
        let sign_ins = outcome(&times.outcomes, "sign_ins")?.max(1);
        let each = |ms: f64| ms * 1000.0 / sign_ins as f64;
        native.push(each(median(&times.ms)));
        for _ in 0..runs {
            all.again(setup, "", &bundle)?;
        }
        let seen = &all.done[all.done.len() - runs..];
        page.push(each(median(seen)));
        rows.push(Row {
            what: format!("time per sign-in, {sign_ins} sign-ins"),
            figure: format!("{} µs native, {} µs page", last(&native), last(&page)),
            goal: String::new(),
            met: None,
            from: format!(
                "{} ms, {} ms in all",
                short(median(&times.ms)),
                short(median(seen))
            ),
        });
    }
    for (what, costs) in [("native", native), ("page", page)] {
        let counted = &costs[1..];
        let dearest = counted.iter().copied().fold(0.0, f64::max);
        let cheapest = counted.iter().copied().fold(f64::INFINITY, f64::min);
        let from = "without the smallest bundle".to_owned();
        let what = format!("dearest ÷ cheapest sign-in, {what}");
        rows.push(Row::at_most(&what, dearest / cheapest, LINEAR, "", from));
    }
    rows.push(all.main_thread());
    Ok(rows)
}

fn last(figures: &[f64]) -> String {
    short(figures.last().copied().unwrap_or(f64::NAN))
}
