//! All sign-ins of a bundle along time, counted in columns.

use serde::{Deserialize, Serialize};

/// Counts of a column: refused, stalled, abandoned, not covered, slow, signed in.
pub const STRIP_MARKS: usize = 6;

/// All sign-ins along time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strip {
    /// Start of the first column, epoch ms UTC, as shown ([`super::Request::Times`]).
    pub from: i64,
    /// Width of a column, ms.
    pub step: i64,
    /// From left to right, without gaps.
    pub columns: Vec<Column>,
}

/// The sign-ins that started within one column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// How many of each sort, in the order of [`STRIP_MARKS`].
    pub counts: [u32; STRIP_MARKS],
    /// Id of the first of the worst sort there is.
    pub worst: Option<String>,
}

impl Strip {
    /// End of the last column.
    #[must_use]
    pub fn until(&self) -> i64 {
        self.start_of(self.columns.len())
    }

    /// Start of a column, 0-based.
    #[must_use]
    pub fn start_of(&self, column: usize) -> i64 {
        let width = self
            .step
            .saturating_mul(i64::try_from(column).unwrap_or(i64::MAX));
        self.from.saturating_add(width)
    }

    /// The column of an instant, if it lies within.
    #[must_use]
    pub fn column_of(&self, at: i64) -> Option<usize> {
        let column = at.checked_sub(self.from)?.div_euclid(self.step.max(1));
        usize::try_from(column)
            .ok()
            .filter(|&column| column < self.columns.len())
    }
}

impl Column {
    /// How many sign-ins.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }
}
