//! Files handed over for a bundle about to be opened, some at a time.
//!
//! Whoever hands them lets others speak in between, so that a bundle may be overtaken by the next one, or be
//! cancelled before it was opened.

/// The files, whatever a file is to who has them.
#[derive(Debug)]
pub struct Handed<F> {
    /// Number of the bundle that was opened last.
    opened: u32,
    /// The bundle these files are of.
    next: Opening<F>,
}

/// A bundle that is about to be read.
#[derive(Debug, PartialEq, Eq)]
pub struct Opening<F> {
    /// Its number.
    pub generation: u32,
    /// Its files, in order.
    pub files: Vec<F>,
    /// Nothing of it is wanted any more.
    pub cancelled: bool,
}

impl<F> Opening<F> {
    fn of(generation: u32) -> Self {
        Self {
            generation,
            files: Vec::new(),
            cancelled: false,
        }
    }
}

impl<F> Default for Handed<F> {
    fn default() -> Self {
        Self {
            opened: 0,
            next: Opening::of(0),
        }
    }
}

impl<F> Handed<F> {
    /// Takes files for a bundle; those of an earlier one are no longer wanted.
    pub fn hand(&mut self, generation: u32, files: impl Iterator<Item = F>) {
        if generation > self.newest() {
            self.next = Opening::of(generation);
        }
        if generation == self.next.generation {
            self.next.files.extend(files);
        }
    }

    /// The bundle with what was handed for it; `None` if a later one was opened, or is being handed over.
    pub fn open(&mut self, generation: u32) -> Option<Opening<F>> {
        if generation <= self.opened || generation < self.next.generation {
            return None;
        }
        self.opened = generation;
        let handed = std::mem::replace(&mut self.next, Opening::of(generation));
        Some(match handed.generation == generation {
            true => handed,
            false => Opening::of(generation),
        })
    }

    /// The bundle is not wanted any more, if one is being handed over.
    pub fn cancel(&mut self) {
        self.next.cancelled |= self.next.generation > self.opened;
    }

    fn newest(&self) -> u32 {
        self.next.generation.max(self.opened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handed(parts: &[(u32, &'static str)]) -> Handed<&'static str> {
        let mut handed = Handed::default();
        for &(generation, file) in parts {
            handed.hand(generation, [file].into_iter());
        }
        handed
    }

    fn files(opening: Option<Opening<&'static str>>) -> Option<Vec<&'static str>> {
        opening.map(|opening| opening.files)
    }

    #[test]
    fn files_come_in_parts() {
        let mut handed = handed(&[(1, "a"), (1, "b")]);
        assert_eq!(files(handed.open(1)), Some(vec!["a", "b"]));
        assert_eq!(files(handed.open(2)), Some(vec![]), "one without files");
    }

    #[test]
    fn a_bundle_that_was_overtaken_is_not_opened() {
        let mut opened = handed(&[(2, "b")]);
        assert_eq!(files(opened.open(2)), Some(vec!["b"]));
        opened.hand(1, ["a"].into_iter());
        assert_eq!(opened.open(1), None, "the next one is open");
        assert_eq!(opened.open(2), None, "it is open");
        let mut being_handed = handed(&[(1, "a"), (2, "b"), (1, "c")]);
        assert_eq!(being_handed.open(1), None, "its files are gone");
        assert_eq!(files(being_handed.open(2)), Some(vec!["b"]));
    }

    #[test]
    fn a_bundle_is_cancelled_while_it_is_handed_over() {
        let is_cancelled = |opening: Option<Opening<_>>| opening.map(|it| it.cancelled);
        let mut early = handed(&[(1, "a")]);
        early.cancel();
        early.hand(1, ["b"].into_iter());
        assert_eq!(is_cancelled(early.open(1)), Some(true));
        early.hand(2, ["c"].into_iter());
        assert_eq!(is_cancelled(early.open(2)), Some(false), "another one");
        let mut late = handed(&[(1, "a")]);
        late.open(1);
        late.cancel();
        late.hand(2, ["b"].into_iter());
        assert_eq!(is_cancelled(late.open(2)), Some(false), "it was the first");
    }
}
