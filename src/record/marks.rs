//! A yes or no for each record.

use std::ops::RangeInclusive;

/// Which records are marked, by position: a bit for each.
#[derive(Debug, Clone, Default)]
pub struct Marks(Vec<u64>);

impl Marks {
    /// Room for so many, none of them marked.
    #[must_use]
    pub fn none(records: usize) -> Self {
        Self(vec![0; records.div_ceil(64)])
    }

    /// Whether a record is marked.
    #[must_use]
    #[inline]
    pub fn has(&self, at: usize) -> bool {
        let marks = self.0.get(at / 64);
        marks.is_some_and(|marks| marks >> (at % 64) & 1 == 1)
    }

    /// Marks a record; whether it was not marked before.
    #[inline]
    pub fn mark(&mut self, at: usize) -> bool {
        let is_new = !self.has(at);
        self.0[at / 64] |= 1 << (at % 64);
        is_new
    }

    /// Marks several.
    pub(super) fn mark_all(&mut self, range: RangeInclusive<usize>) {
        for at in range {
            self.mark(at);
        }
    }

    /// Whether none is marked.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|&marks| marks == 0)
    }
}
