//! What a sign-in costs when there are more of them.

use super::page::{Runs, outcome};
use super::{Row, Setup, bundles, median, short};
use anyhow::Result;

/// Agents who sign in, some of them twice.
const AGENTS: [u64; 4] = [100, 1000, 10_000, 100_000];
/// A sign-in may cost this many times what one costs in any smaller bundle and still count as linear. That it costs
/// less where there are more, because starting is shared by all, is no growth.
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
        let what = format!("most that a sign-in costs ÷ in a smaller bundle, {what}");
        rows.push(Row::at_most(
            &what,
            growth(&costs),
            LINEAR,
            "",
            String::new(),
        ));
    }
    rows.push(all.main_thread());
    Ok(rows)
}

/// The largest of each cost ÷ the smallest before it.
fn growth(costs: &[f64]) -> f64 {
    let mut least = f64::INFINITY;
    costs.iter().fold(0.0, |most: f64, &cost| {
        let growth = cost / least;
        least = least.min(cost);
        most.max(growth)
    })
}

fn last(figures: &[f64]) -> String {
    short(figures.last().copied().unwrap_or(f64::NAN))
}
