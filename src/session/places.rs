//! Where the dropped files can be entered again.

use crate::record::Origin;
use crate::source::{Checkpoint, Mark, checkpoint_for, leads_on};
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

    /// The dropped file a mark ([`Origin::mark`]) is in.
    pub(super) fn source(&self, mark: u32) -> Option<u32> {
        self.marks.get(mark as usize).map(|&(source, _)| source)
    }

    /// From where members behind a mark can be read again.
    pub(super) fn place(&self, mark: u32) -> Option<Place<'_>> {
        let &(source, ref mark) = self.marks.get(mark as usize)?;
        Some(Place {
            source,
            mark,
            checkpoint: checkpoint_for(mark, self.checkpoints_of(source)),
        })
    }

    /// See [`leads_on`]: `marks` are the first, the last and the next one, all in one dropped file.
    pub(super) fn lead_on(&self, marks: [u32; 3]) -> bool {
        let [first, last, next] = marks.map(|mark| self.marks.get(mark as usize));
        let (Some((source, first)), Some((_, last)), Some((_, next))) = (first, last, next) else {
            return false;
        };
        leads_on(first, last, next, self.checkpoints_of(*source))
    }

    fn checkpoints_of(&self, source: u32) -> &[Checkpoint] {
        self.checkpoints.get(&source).map_or(&[], Vec::as_slice)
    }
}
