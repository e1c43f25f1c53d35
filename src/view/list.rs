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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Outcome;
    use crate::view::filter::tests::row;

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
