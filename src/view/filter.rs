//! Which sign-ins the list shows.

use crate::flow::Outcome;
use crate::protocol::SignInRow;
use crate::view::list::SignInList;
use crate::view::mark::OUTCOMES;
use std::collections::BTreeSet;

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these outcomes; all if empty.
    pub outcomes: Vec<Outcome>,
    /// Words that agent, login name, extension, node or place of stopping contain, each of them,
    /// whatever the case.
    pub text: String,
    /// Only sign-ins that started within this, epoch ms as shown, half-open.
    pub window: Option<(i64, i64)>,
}

impl Filter {
    /// Whether it lets everything through.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.outcomes.is_empty() && self.text.trim().is_empty() && self.window.is_none()
    }

    /// Adds or takes away an outcome.
    pub fn toggle(&mut self, outcome: Outcome) {
        match self.outcomes.iter().position(|&wanted| wanted == outcome) {
            Some(position) => {
                self.outcomes.remove(position);
            }
            None => self.outcomes.push(outcome),
        }
    }

    fn is_within(&self, started: Option<i64>) -> bool {
        self.window
            .is_none_or(|(from, until)| started.is_some_and(|at| (from..until).contains(&at)))
    }

    /// Positions in `rows` of what it lets through, ascending; only those in `found`, if given.
    #[must_use]
    pub fn visible<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r SignInRow>,
        found: Option<&BTreeSet<String>>,
    ) -> Vec<u32> {
        let words: Vec<String> = self
            .text
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        (0u32..)
            .zip(rows)
            .filter(|(_, row)| found.is_none_or(|ids| ids.contains(&row.id)))
            .filter(|(_, row)| self.outcomes.is_empty() || self.outcomes.contains(&row.outcome))
            .filter(|(_, row)| self.is_within(row.started))
            .filter(|(_, row)| words.iter().all(|word| mentions(row, word)))
            .map(|(position, _)| position)
            .collect()
    }
}

/// Number of sign-ins for each of [`OUTCOMES`], in that order.
#[must_use]
pub fn count_outcomes(rows: &[SignInRow]) -> [u32; 5] {
    let mut counts = [0; 5];
    for row in rows {
        if let Some(position) = OUTCOMES.iter().position(|&outcome| outcome == row.outcome) {
            counts[position] += 1;
        }
    }
    counts
}

/// The sign-in shown when nobody chose one: the first that went wrong, else the first.
#[must_use]
pub fn first_of_interest(list: &SignInList) -> Option<&SignInRow> {
    list.iter()
        .find(|row| matches!(row.outcome, Outcome::Refused | Outcome::Stalled))
        .or_else(|| list.get(0))
}

/// Whether `field` contains `word` (lower case), whatever its case. Called for every field of every
/// sign-in at each key, so the common case, ASCII, allocates nothing.
fn contains(field: &str, word: &str) -> bool {
    if !field.is_ascii() {
        return field.to_lowercase().contains(word);
    }
    let mut places = field.as_bytes().windows(word.len().max(1));
    places.any(|place| place.eq_ignore_ascii_case(word.as_bytes()))
}

fn mentions(row: &SignInRow, word: &str) -> bool {
    [
        Some(&row.agent),
        row.login_name.as_ref(),
        row.extension.as_ref(),
        row.node.as_ref(),
    ]
    .into_iter()
    .flatten()
    .any(|field| contains(field, word))
        || row
            .stopped_at
            .is_some_and(|step| step.slug().contains(word))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn row(agent: &str, outcome: Outcome) -> SignInRow {
        SignInRow {
            id: format!("id-{agent}"),
            agent: agent.to_owned(),
            login_name: Some("J.Doe".to_owned()),
            extension: Some(format!("3{agent}")),
            node: Some("192.0.2.10".to_owned()),
            started: None,
            duration_ms: None,
            outcome,
            stopped_at: None,
            slow: false,
            verdict: String::new(),
        }
    }

    fn rows() -> Vec<SignInRow> {
        vec![
            row("2001", Outcome::SignedIn),
            row("2002", Outcome::Stalled),
            row("2003", Outcome::SignedIn),
        ]
    }

    #[test]
    fn an_open_filter_shows_all() {
        assert_eq!(Filter::default().visible(&rows(), None), [0, 1, 2]);
    }

    #[test]
    fn every_word_must_be_found_whatever_its_case() {
        let filter = Filter {
            text: " j.doe  32003".to_owned(),
            ..Filter::default()
        };
        assert_eq!(filter.visible(&rows(), None), [2]);
    }

    #[test]
    fn names_in_any_script_are_found() {
        let mut rows = rows();
        rows[1].login_name = Some("ÉMILE 王".to_owned());
        let filter = Filter {
            text: "émile".to_owned(),
            ..Filter::default()
        };
        assert_eq!(filter.visible(&rows, None), [1]);
    }

    #[test]
    fn outcomes_and_findings_narrow_together() {
        let filter = Filter {
            outcomes: vec![Outcome::SignedIn],
            ..Filter::default()
        };
        let found = BTreeSet::from(["id-2001".to_owned(), "id-2002".to_owned()]);
        assert_eq!(filter.visible(&rows(), Some(&found)), [0]);
    }

    #[test]
    fn a_time_window_keeps_what_started_within() {
        let mut rows = rows();
        rows[0].started = Some(1_000);
        rows[1].started = Some(2_000);
        let filter = Filter {
            window: Some((1_000, 2_000)),
            ..Filter::default()
        };
        assert_eq!(filter.visible(&rows, None), [0]);
        assert!(!filter.is_open());
    }

    #[test]
    fn an_outcome_toggles() {
        let mut filter = Filter::default();
        filter.toggle(Outcome::Refused);
        assert_eq!(filter.outcomes, [Outcome::Refused]);
        filter.toggle(Outcome::Refused);
        assert!(filter.is_open());
    }

    #[test]
    fn outcomes_are_counted_in_the_order_of_the_filter() {
        assert_eq!(count_outcomes(&rows()), [0, 1, 0, 0, 2]);
    }

    #[test]
    fn what_went_wrong_is_shown_first() {
        let mut list = SignInList::default();
        assert_eq!(first_of_interest(&list), None);
        list.push(rows());
        assert_eq!(
            first_of_interest(&list).map(|row| row.agent.as_str()),
            Some("2002")
        );
    }
}
