//! Where things stand in the diagram: which arrow between which lanes, which belong together,
//! which one is next.

use crate::flow::{Lane, Stage, StepStatus};
use crate::protocol::{Band, Decoded, LaneView, Row};

/// An arrow in units of half a lane: lane `n` stands at `2 n + 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrow {
    /// Left end.
    pub left: usize,
    /// Right end; equal to `left` for a note on one lane.
    pub right: usize,
    /// Whether it points to the left.
    pub back: bool,
}

impl Arrow {
    /// Where the row's arrow stands; a lane that is not drawn counts as the last one.
    #[must_use]
    pub fn of(row: &Row, lanes: &[LaneView]) -> Self {
        let (from, to) = (position(lanes, row.from), position(lanes, row.to));
        Self {
            left: 2 * from.min(to) + 1,
            right: 2 * from.max(to) + 1,
            back: to < from,
        }
    }

    /// Whether its label has more room to the left than to the right, given the number of lanes.
    #[must_use]
    pub fn label_leftwards(&self, lanes: usize) -> bool {
        self.left + self.right > 2 * lanes
    }
}

/// Keys that all messages of an agent share: they tell no message from another.
const OF_THE_AGENT: [&str; 4] = ["agent", "extension", "jid", "client"];

/// Which rows share a key with row `selected` that belongs to one exchange, such as a request id.
#[must_use]
pub fn related(rows: &[Row], selected: usize) -> Vec<bool> {
    let own = rows.get(selected).map_or(&[][..], |row| &row.keys[..]);
    let narrow = |key: &&(String, String)| !OF_THE_AGENT.contains(&key.0.as_str());
    let keys: Vec<&(String, String)> = own.iter().filter(narrow).collect();
    rows.iter()
        .enumerate()
        .map(|(at, row)| at != selected && row.keys.iter().any(|key| keys.contains(&key)))
        .collect()
}

/// Where a row of a diagram stands in a later one of the same sign-in: among the rows that say the same the one of
/// that time, else the one that is as many behind the first of them. Where none does, as in another language, the
/// one in its place, if there are as many rows as before.
#[must_use]
pub fn same_row(before: &[Row], now: &[Row], row: u32) -> Option<u32> {
    let was = before.get(row as usize)?;
    let is_alike = |it: &Row| {
        (it.step, it.from, it.to, it.later) == (was.step, was.from, was.to, was.later)
            && it.label == was.label
    };
    let nth = before[..row as usize]
        .iter()
        .filter(|it| is_alike(it))
        .count();
    let mut alike = now.iter().enumerate().filter(|(_, it)| is_alike(it));
    let same_time = alike
        .clone()
        .find(|(_, it)| it.time.is_some() && it.time == was.time);
    match same_time.or_else(|| alike.nth(nth)) {
        Some((at, _)) => u32::try_from(at).ok(),
        None => (before.len() == now.len()).then_some(row),
    }
}

/// Whether a row is one that `[` and `]` stop at.
#[must_use]
pub fn is_problem(row: &Row) -> bool {
    matches!(
        row.status,
        StepStatus::Slow | StepStatus::Error | StepStatus::Missing
    )
}

/// The next problem after row `from`, or the first one.
#[must_use]
pub fn next_problem(rows: &[Row], from: Option<usize>) -> Option<usize> {
    let start = from.map_or(0, |at| at + 1);
    (start..rows.len()).find(|&at| is_problem(&rows[at]))
}

/// The last problem before row `from`, or the last one.
#[must_use]
pub fn previous_problem(rows: &[Row], from: Option<usize>) -> Option<usize> {
    let end = from.unwrap_or(rows.len()).min(rows.len());
    (0..end).rev().find(|&at| is_problem(&rows[at]))
}

/// The row shown when nobody chose one: what is to blame, else the first with evidence.
#[must_use]
pub fn first_of_interest(rows: &[Row]) -> Option<usize> {
    rows.iter()
        .position(|row| matches!(row.status, StepStatus::Error | StepStatus::Missing))
        .or_else(|| rows.iter().position(|row| row.status == StepStatus::Slow))
        .or_else(|| rows.iter().position(|row| row.evidence > 0))
}

/// The codes of rows that failed, each once.
#[must_use]
pub fn blamed(rows: &[Row]) -> Vec<&Decoded> {
    let mut codes: Vec<&Decoded> = Vec::new();
    let failed = rows.iter().filter(|row| row.status == StepStatus::Error);
    for code in failed.flat_map(|row| &row.codes) {
        if code.meaning.is_some() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// The band a row stands in.
#[must_use]
pub fn stage_of(bands: &[Band], row: usize) -> Option<Stage> {
    bands
        .iter()
        .find(|band| (band.first as usize..(band.first + band.rows) as usize).contains(&row))
        .map(|band| band.stage)
}

/// Length of the bar beside a delta, 0 to 1: 0 at 250 ms or less, 1 at 25 s or more, each step of
/// ten the same length. Below a quarter of a second nobody waits.
#[must_use]
pub fn delay(delta_ms: i64) -> f64 {
    if delta_ms <= 250 {
        return 0.0;
    }
    ((delta_ms as f64 / 250.0).log10() / 2.0).min(1.0)
}

fn position(lanes: &[LaneView], lane: Lane) -> usize {
    lanes
        .iter()
        .position(|view| view.lane == lane)
        .unwrap_or(lanes.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{LANES, StepName};
    use crate::protocol::RowKind;

    fn row(from: Lane, to: Lane, status: StepStatus, key: &str) -> Row {
        Row {
            kind: RowKind::Message,
            later: None,
            step: StepName::LoginRequest,
            status,
            from,
            to,
            label: String::new(),
            result: None,
            time: None,
            time_exact: true,
            clock: None,
            delta_ms: None,
            leg: None,
            waited_ms: None,
            disorder: None,
            joined_by: None,
            keys: vec![("request_id".to_owned(), key.to_owned())],
            evidence: 1,
            codes: Vec::new(),
            proof: Vec::new(),
            covered_by: Vec::new(),
        }
    }

    fn lanes() -> Vec<LaneView> {
        LANES
            .map(|lane| LaneView {
                lane,
                nodes: Vec::new(),
                covered: true,
                proof: None,
            })
            .to_vec()
    }

    fn rows() -> Vec<Row> {
        vec![
            row(Lane::Client, Lane::Tomcat, StepStatus::Ok, "a"),
            row(Lane::Tomcat, Lane::RestApi, StepStatus::Slow, "b"),
            row(Lane::RestApi, Lane::CtiServer, StepStatus::Error, "a"),
        ]
    }

    #[test]
    fn arrows_stand_between_their_lanes() {
        let forth = Arrow::of(
            &row(Lane::Client, Lane::RestApi, StepStatus::Ok, ""),
            &lanes(),
        );
        assert_eq!(
            forth,
            Arrow {
                left: 1,
                right: 5,
                back: false
            }
        );
        let back = Arrow::of(
            &row(Lane::Notification, Lane::Client, StepStatus::Ok, ""),
            &lanes(),
        );
        assert_eq!(
            back,
            Arrow {
                left: 1,
                right: 9,
                back: true
            }
        );
    }

    #[test]
    fn labels_turn_inwards_at_the_right_edge() {
        let note = Arrow::of(
            &row(Lane::Notification, Lane::Notification, StepStatus::Ok, ""),
            &lanes(),
        );
        assert!(note.label_leftwards(5));
        let first = Arrow::of(
            &row(Lane::Client, Lane::Client, StepStatus::Ok, ""),
            &lanes(),
        );
        assert!(!first.label_leftwards(5));
    }

    #[test]
    fn rows_with_the_same_key_are_related() {
        assert_eq!(related(&rows(), 0), [false, false, true]);
        assert_eq!(related(&rows(), 99), [false, false, false]);
    }

    #[test]
    fn the_same_agent_alone_relates_nothing() {
        let mut rows = rows();
        for row in &mut rows {
            row.keys = vec![("agent".to_owned(), "2001".to_owned())];
        }
        assert_eq!(related(&rows, 0), [false, false, false]);
    }

    #[test]
    fn problems_are_walked_both_ways() {
        let rows = rows();
        assert_eq!(next_problem(&rows, None), Some(1));
        assert_eq!(next_problem(&rows, Some(1)), Some(2));
        assert_eq!(next_problem(&rows, Some(2)), None);
        assert_eq!(previous_problem(&rows, Some(2)), Some(1));
        assert_eq!(previous_problem(&rows, None), Some(2));
    }

    #[test]
    fn an_error_is_shown_before_a_slow_step() {
        assert_eq!(first_of_interest(&rows()), Some(2));
    }

    #[test]
    fn only_what_failed_is_blamed_and_each_code_once() {
        let code = Decoded {
            what: "failure code".to_owned(),
            raw: "33".to_owned(),
            name: Some("CF_RESOURCE_BUSY".to_owned()),
            meaning: Some("the extension is in use".to_owned()),
        };
        let mut rows = rows();
        for row in &mut rows {
            row.codes = vec![code.clone(), code.clone()];
        }
        assert_eq!(blamed(&rows), [&code]);
        rows[2].status = StepStatus::Ok;
        assert!(blamed(&rows).is_empty());
    }

    #[test]
    fn a_row_is_found_again_when_others_came_before_it() {
        let at = |time, label: &str| Row {
            time: Some(time),
            label: label.to_owned(),
            ..row(Lane::Client, Lane::Tomcat, StepStatus::Ok, "a")
        };
        let before = [at(5, "GET"), at(9, "PUT"), at(9, "GET")];
        let now = [at(1, "GET"), at(5, "GET"), at(9, "PUT"), at(9, "GET")];
        let found = [0, 1, 2, 3].map(|row| same_row(&before, &now, row));
        assert_eq!(found, [Some(1), Some(2), Some(3), None]);
        // By another clock all times are other ones.
        let moved = [at(105, "GET"), at(109, "PUT"), at(109, "GET")];
        assert_eq!(same_row(&before, &moved, 2), Some(2));
        // In another language a row may say something else.
        let said = [at(5, "GET"), at(9, "更新"), at(9, "GET")];
        assert_eq!(same_row(&before, &said, 1), Some(1));
        assert_eq!(same_row(&before, &said[..1], 1), None);
    }

    #[test]
    fn delays_grow_by_powers_of_ten() {
        assert_eq!(
            [0, 250, 2_500, 25_000, i64::MAX].map(delay),
            [0.0, 0.0, 0.5, 1.0, 1.0]
        );
    }
}
