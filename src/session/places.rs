//! Where the dropped files can be entered again.

use crate::record::Origin;
use crate::source::{Checkpoint, Mark, checkpoint_for};
use std::collections::BTreeMap;

/// Places in the dropped files, in the order they were met.
#[derive(Default)]
pub(super) struct Places {
    /// Each with the file it is in, a position in the bundle's sources, 0-based.
    marks: Vec<(u32, Mark)>,
    /// The last mark of each file that has been begun, a position in `marks`: several are read at a time.
    last: BTreeMap<u32, u32>,
    /// In the order of their files' content.
    checkpoints: BTreeMap<u32, Vec<Checkpoint>>,
    /// How many members were met.
    members: u32,
}

/// A place to read on from.
pub(super) struct Place<'p> {
    /// The dropped file.
    pub(super) source: u32,
    pub(super) mark: &'p Mark,
    pub(super) checkpoint: Option<&'p Checkpoint>,
}

impl Places {
    /// What is met in that file from now on stands behind this mark.
    pub(super) fn mark(&mut self, source: u32, mark: Mark) {
        let at = u32::try_from(self.marks.len()).unwrap_or(u32::MAX);
        self.last.insert(source, at);
        self.marks.push((source, mark));
    }

    pub(super) fn checkpoint(&mut self, source: u32, checkpoint: Checkpoint) {
        self.checkpoints.entry(source).or_default().push(checkpoint);
    }

    /// For the next member of that file.
    pub(super) fn origin(&mut self, source: u32) -> Option<Origin> {
        let mark = *self.last.get(&source)?;
        let member = self.members;
        self.members = self.members.saturating_add(1);
        Some(Origin { mark, member })
    }

    /// From where members behind a mark ([`Origin::mark`]) can be read again.
    pub(super) fn place(&self, mark: u32) -> Option<Place<'_>> {
        let &(source, ref mark) = self.marks.get(mark as usize)?;
        let checkpoints = self.checkpoints.get(&source).into_iter().flatten();
        Some(Place {
            source,
            mark,
            checkpoint: checkpoint_for(mark, checkpoints),
        })
    }
}
