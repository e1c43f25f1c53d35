//! The strip of all sign-ins along time: its scale, its marks, and what is chosen with it.

use crate::protocol::{Column, STRIP_MARKS, Strip};
use crate::view::mark::Mark;
use crate::view::time::{date, time_of_day};

/// The shapes of the counts of a column, in their order.
pub const MARKS: [Mark; STRIP_MARKS] = [
    Mark::Bad,
    Mark::Stalled,
    Mark::Abandoned,
    Mark::NotCovered,
    Mark::Slow,
    Mark::Good,
];

/// So many sign-ins of a column are drawn as a mark each; of more, each sort is one mark with a number.
const MOST_SINGLE: u32 = 3;

/// What a column shows, from the base upwards: a mark, and how many it stands for.
#[must_use]
pub fn marks(column: &Column) -> Vec<(Mark, u32)> {
    let sorts = MARKS.into_iter().zip(column.counts);
    let there = sorts.rev().filter(|(_, n)| *n > 0);
    if column.total() <= MOST_SINGLE {
        return there
            .flat_map(|(mark, n)| (0..n).map(move |_| (mark, 1)))
            .collect();
    }
    there.collect()
}

/// Whether a column shows more marks than are drawn one by one: the strip is higher then.
#[must_use]
pub fn is_crowded(strip: &Strip) -> bool {
    let most = strip.columns.iter().map(|column| marks(column).len()).max();
    most.is_some_and(|most| most > MOST_SINGLE as usize)
}

/// Height of a column's bar, 0 to 1: how many sign-ins it has against the fullest one.
#[must_use]
pub fn heights(strip: &Strip) -> Vec<f64> {
    let fullest = strip.columns.iter().map(Column::total).max().unwrap_or(0);
    let height = |column: &Column| f64::from(column.total()) / f64::from(fullest.max(1));
    strip.columns.iter().map(height).collect()
}

/// A label of the scale: where it stands, 0 to 1, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// From the left edge.
    pub at: f64,
    /// `08:30`, or `2013-04-23` where a day begins or on a scale of days.
    pub text: String,
}

/// Labels at most.
const MOST_TICKS: i64 = 10;

/// Distances between labels, ms.
const DISTANCES: [i64; 12] = [
    1_000,
    10_000,
    60_000,
    5 * 60_000,
    10 * 60_000,
    30 * 60_000,
    3_600_000,
    2 * 3_600_000,
    6 * 3_600_000,
    24 * 3_600_000,
    7 * 24 * 3_600_000,
    28 * 24 * 3_600_000,
];

/// The labels of a strip. `offset` is minutes east of UTC.
#[must_use]
pub fn ticks(strip: &Strip, offset: i32) -> Vec<Tick> {
    let east = i64::from(offset) * 60_000;
    let (from, until) = (
        strip.from.saturating_add(east),
        strip.until().saturating_add(east),
    );
    let span = until.saturating_sub(from).max(1);
    let fits = |distance: &&i64| span / **distance < MOST_TICKS;
    let widest = span / MOST_TICKS + 1;
    let distance = DISTANCES.iter().find(fits).copied().unwrap_or(widest);
    let first = from.div_euclid(distance).saturating_add(1);
    let places =
        (first..first.saturating_add(MOST_TICKS + 1)).map(|nth| nth.saturating_mul(distance));
    places
        .take_while(|&at| at < until)
        .map(|at| Tick {
            at: at.saturating_sub(from) as f64 / span as f64,
            text: label(at, distance),
        })
        .collect()
}

/// `at` is already in the zone shown.
fn label(at: i64, distance: i64) -> String {
    const DAY: i64 = 24 * 3_600_000;
    if at % DAY == 0 || distance >= DAY {
        return date(at, 0);
    }
    let mut time = time_of_day(at, 0, false);
    if distance >= 60_000 {
        time.truncate(5);
    }
    time
}

/// The next column with a sign-in, to the right or to the left of one.
#[must_use]
pub fn next_column(strip: &Strip, from: Option<usize>, by: isize) -> Option<usize> {
    let is_full = |at: &usize| strip.columns.get(*at).is_some_and(|it| it.total() > 0);
    match (from, by > 0) {
        (None, _) => (0..strip.columns.len()).find(is_full),
        (Some(from), true) => (from + 1..strip.columns.len()).find(is_full),
        (Some(from), false) => (0..from.min(strip.columns.len())).rev().find(is_full),
    }
}

/// The time window of two columns and all between: epoch ms, half-open.
#[must_use]
pub fn window(strip: &Strip, one: usize, other: usize) -> (i64, i64) {
    (
        strip.start_of(one.min(other)),
        strip.start_of(one.max(other) + 1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip() -> Strip {
        let column = |counts| Column {
            counts,
            worst: None,
        };
        Strip {
            from: 1_489_478_400_000, // 2017-03-14 08:00 UTC
            step: 600_000,
            columns: vec![
                column([0, 0, 0, 0, 0, 2]),
                column([0; STRIP_MARKS]),
                column([1, 0, 0, 0, 0, 9]),
            ],
        }
    }

    #[test]
    fn few_are_drawn_one_by_one_and_many_as_a_number() {
        let strip = strip();
        assert_eq!(marks(&strip.columns[0]), [(Mark::Good, 1), (Mark::Good, 1)]);
        assert_eq!(marks(&strip.columns[2]), [(Mark::Good, 9), (Mark::Bad, 1)]);
        assert_eq!(heights(&strip), [0.2, 0.0, 1.0]);
        assert!(!is_crowded(&strip));
        let mut crowded = strip;
        crowded.columns[1].counts = [1, 1, 1, 0, 0, 7];
        assert!(is_crowded(&crowded));
    }

    #[test]
    fn empty_columns_are_stepped_over() {
        assert_eq!(next_column(&strip(), None, 1), Some(0));
        assert_eq!(next_column(&strip(), Some(0), 1), Some(2));
        assert_eq!(next_column(&strip(), Some(2), -1), Some(0));
        assert_eq!(next_column(&strip(), Some(2), 1), None);
    }

    #[test]
    fn a_window_has_whole_columns_whichever_way_it_was_drawn() {
        let eight = 1_489_478_400_000;
        assert_eq!(window(&strip(), 2, 1), (eight + 600_000, eight + 1_800_000));
    }

    #[test]
    fn the_scale_is_in_the_zone_shown() {
        let texts = |offset| -> Vec<String> {
            let ticks = ticks(&strip(), offset);
            ticks.into_iter().map(|tick| tick.text).collect()
        };
        assert_eq!(texts(0), ["08:05", "08:10", "08:15", "08:20", "08:25"]);
        assert_eq!(texts(-480)[0], "00:05");
        let ticks = ticks(&strip(), 0);
        assert!((ticks[1].at - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn hostile_instants_have_a_scale() {
        for (from, step) in [(i64::MIN, i64::MAX), (i64::MAX, 1), (0, i64::MAX / 2)] {
            let strip = Strip {
                from,
                step,
                columns: vec![Column::default(); 3],
            };
            assert!(ticks(&strip, 840).len() <= 11);
        }
    }

    #[test]
    fn an_instant_finds_its_column() {
        assert_eq!(strip().column_of(1_489_478_400_000 + 1_799_999), Some(2));
        assert_eq!(strip().column_of(1_489_478_400_000 - 1), None);
        assert_eq!(strip().column_of(i64::MAX), None);
    }
}
