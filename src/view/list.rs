//! The list of sign-ins as it comes: in parts. A hundred thousand rows in one piece would be copied to
//! a larger place again and again while they come, and would be let go of all at once.

use crate::protocol::SignInRow;
use crate::view::filter::count_outcomes;

/// Sign-ins in order of start, then agent.
#[derive(Debug, Default)]
pub struct SignInList {
    parts: Vec<Vec<SignInRow>>,
    /// Sign-ins up to the end of each part.
    ends: Vec<usize>,
    outcomes: [u32; 5],
}

impl SignInList {
    /// Adds those that follow.
    pub fn push(&mut self, part: Vec<SignInRow>) {
        for (all, more) in self.outcomes.iter_mut().zip(count_outcomes(&part)) {
            *all += more;
        }
        self.ends.push(self.len() + part.len());
        self.parts.push(part);
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.last().copied().unwrap_or_default()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sign-in at a position, 0-based.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&SignInRow> {
        let part = self.ends.partition_point(|&end| end <= at);
        let rows = self.parts.get(part)?;
        rows.get(at + rows.len() - self.ends[part])
    }

    /// All of them.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &SignInRow> {
        self.parts.iter().flatten()
    }

    /// Number of sign-ins for each of [`crate::view::mark::OUTCOMES`], in that order.
    #[must_use]
    pub fn outcomes(&self) -> [u32; 5] {
        self.outcomes
    }

    /// The parts, to let go of one after the other.
    #[must_use]
    pub fn into_parts(self) -> Vec<Vec<SignInRow>> {
        self.parts
    }
}

/// The id that a sign-in of the list before has by now, if it is another one: an agent's only one that started
/// then.
#[must_use]
pub fn successor(before: &SignInList, now: &SignInList, id: &str) -> Option<String> {
    if now.iter().any(|row| row.id == id) {
        return None;
    }
    let was = before.iter().find(|row| row.id == id)?;
    let is_it = |row: &&SignInRow| row.agent == was.agent && row.started == was.started;
    let mut same = now.iter().filter(is_it);
    let one = same.next()?;
    same.next().is_none().then(|| one.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Outcome;
    use crate::view::filter::tests::row;

    fn list(rows: Vec<SignInRow>) -> SignInList {
        let mut list = SignInList::default();
        list.push(rows);
        list
    }

    fn at(started: i64, agent: &str, id: &str) -> SignInRow {
        SignInRow {
            id: id.to_owned(),
            started: Some(started),
            ..row(agent, Outcome::SignedIn)
        }
    }

    #[test]
    fn a_sign_in_that_got_a_better_id_is_the_same() {
        let before = list(vec![at(5, "2001", "2001-5"), at(5, "2002", "2002-5")]);
        let now = list(vec![
            at(5, "2001", "2001-6e210ca9"),
            at(5, "2002", "2002-5"),
        ]);
        let became = |id| successor(&before, &now, id);
        assert_eq!(became("2001-5").as_deref(), Some("2001-6e210ca9"));
        assert_eq!((became("2002-5"), became("2003-5")), (None, None));
    }

    #[test]
    fn of_two_that_it_may_have_become_it_is_neither() {
        let before = list(vec![at(5, "2001", "2001-5")]);
        let now = list(vec![at(5, "2001", "2001-a"), at(5, "2001", "2001-b")]);
        assert_eq!(successor(&before, &now, "2001-5"), None);
    }

    #[test]
    fn parts_are_one_list() {
        let mut list = SignInList::default();
        assert!(list.is_empty());
        list.push(Vec::new());
        list.push(vec![
            row("2001", Outcome::SignedIn),
            row("2002", Outcome::Stalled),
        ]);
        list.push(vec![row("2003", Outcome::SignedIn)]);
        let agents: Vec<&str> = list.iter().map(|row| row.agent.as_str()).collect();
        assert_eq!(agents, ["2001", "2002", "2003"]);
        let at = |at| list.get(at).map(|row| row.agent.as_str());
        assert_eq!(
            (at(0), at(1), at(2)),
            (Some("2001"), Some("2002"), Some("2003"))
        );
        assert_eq!((list.len(), at(3)), (3, None));
        assert_eq!(list.outcomes(), [0, 1, 0, 0, 2]);
    }
}
