//! All sign-ins of a bundle along time: one column for every so many minutes.

use super::times::Scene;
use crate::correlate::step::SignIn;
use crate::flow::{Outcome, StepStatus};
use crate::protocol::{Column, Strip};

/// Columns at most: narrower ones could not be hit with a pointer.
const MOST_COLUMNS: i64 = 96;

/// Widths of a column, ms: what divides a minute, an hour or a day evenly.
const STEPS: [i64; 17] = [
    1_000,
    5_000,
    10_000,
    30_000,
    60_000,
    2 * 60_000,
    5 * 60_000,
    10 * 60_000,
    15 * 60_000,
    30 * 60_000,
    3_600_000,
    2 * 3_600_000,
    4 * 3_600_000,
    12 * 3_600_000,
    24 * 3_600_000,
    7 * 24 * 3_600_000,
    28 * 24 * 3_600_000,
];

/// The sign-ins whose start is known, along time; `None` where no two start at different times.
#[must_use]
pub fn strip(scene: &Scene<'_>) -> Option<Strip> {
    let sign_ins = scene.flows.sign_ins.iter();
    let started: Vec<(i64, &SignIn)> = sign_ins
        .filter_map(|sign_in| Some((scene.started(sign_in)?, sign_in)))
        .collect();
    let first = started.iter().map(|(at, _)| *at).min()?;
    let last = started.iter().map(|(at, _)| *at).max()?;
    if first == last {
        return None;
    }
    let step = step_of(first, last);
    let from = first.div_euclid(step).saturating_mul(step);
    let columns = usize::try_from(last.saturating_sub(from) / step + 1).ok()?;
    let mut strip = Strip {
        from,
        step,
        columns: vec![Column::default(); columns],
    };
    let mut worst = vec![usize::MAX; columns];
    for (at, sign_in) in started {
        let Some(nth) = strip.column_of(at) else {
            continue;
        };
        let sort = sort_of(sign_in);
        strip.columns[nth].counts[sort] += 1;
        if sort < worst[nth] {
            worst[nth] = sort;
            strip.columns[nth].worst = Some(sign_in.id.clone());
        }
    }
    Some(strip)
}

/// The narrowest step that is wide enough.
fn step_of(first: i64, last: i64) -> i64 {
    let span = last.saturating_sub(first);
    let fits = |step: &&i64| span / **step + 1 < MOST_COLUMNS;
    let widest = span / (MOST_COLUMNS - 2) + 1;
    STEPS.iter().find(fits).copied().unwrap_or(widest)
}

/// Position among the counts of a column.
fn sort_of(sign_in: &SignIn) -> usize {
    match sign_in.outcome {
        Outcome::Refused => 0,
        Outcome::Stalled => 1,
        Outcome::Abandoned => 2,
        Outcome::NotCovered => 3,
        Outcome::SignedIn => {
            let slow = |status| status == StepStatus::Slow;
            if sign_in.steps.iter().any(|step| slow(step.status)) {
                4
            } else {
                5
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_working_day_is_drawn_in_columns_of_ten_minutes() {
        let morning = 1_489_478_400_000;
        assert_eq!(step_of(morning, morning + 9 * 3_600_000), 600_000);
        assert_eq!(step_of(morning, morning + 40_000), 1_000);
    }

    #[test]
    fn hostile_years_apart_still_fit() {
        for (first, last) in [
            (-60_000_000_000_000, 250_000_000_000_000),
            (i64::MIN, i64::MAX),
        ] {
            let step = step_of(first, last);
            assert!(last.saturating_sub(first) / step < MOST_COLUMNS);
        }
    }
}
