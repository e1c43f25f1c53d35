//! Where the dropped files can be entered again.

use crate::record::Origin;
use crate::source::{Checkpoint, Mark, checkpoint_for};

/// Places in the dropped files, in the order they were met.
#[derive(Default)]
pub(super) struct Places {
    /// The file being read, a position in the bundle's sources, 0-based.
    source: u32,
    /// Each with the file it is in.
    marks: Vec<(u32, Mark)>,
    /// Each with the file it is in: those of one file stand together.
    checkpoints: Vec<(u32, Checkpoint)>,
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
    /// Another dropped file is read from now on.
    pub(super) fn begin(&mut self, source: u32) {
        self.source = source;
        self.mark(Mark::FILE);
    }

    pub(super) fn mark(&mut self, mark: Mark) {
        self.marks.push((self.source, mark));
    }

    pub(super) fn checkpoint(&mut self, checkpoint: Checkpoint) {
        self.checkpoints.push((self.source, checkpoint));
    }

    /// For the next member.
    pub(super) fn origin(&mut self) -> Origin {
        let mark = self.marks.len().saturating_sub(1);
        let origin = Origin {
            mark: u32::try_from(mark).unwrap_or(u32::MAX),
            member: self.members,
        };
        self.members = self.members.saturating_add(1);
        origin
    }

    /// From where members behind a mark ([`Origin::mark`]) can be read again.
    pub(super) fn place(&self, mark: u32) -> Option<Place<'_>> {
        let &(source, ref mark) = self.marks.get(mark as usize)?;
        let of_file = |of: u32| self.checkpoints.partition_point(|(file, _)| *file < of);
        let checkpoints = self.checkpoints.get(of_file(source)..of_file(source + 1))?;
        Some(Place {
            source,
            mark,
            checkpoint: checkpoint_for(mark, checkpoints.iter().map(|(_, checkpoint)| checkpoint)),
        })
    }
}
