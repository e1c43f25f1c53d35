//! Some entries of a member, told by the lines they start in: all others are gone over, and not read.

use super::{Entries, Open};

impl Entries {
    /// Whether all entries have been read that start in this line, 1-based, or before it.
    pub(in crate::format) fn is_behind(&self, line: u32) -> bool {
        let behind = |open: &Open| open.first_line > u64::from(line);
        self.stub.is_none() && self.open.as_ref().is_some_and(behind)
    }

    pub(super) fn is_asked_for(&self, open: &Open) -> bool {
        let only = self.only.as_ref();
        only.is_none_or(|lines| lines.contains(&open.place().line))
    }
}
