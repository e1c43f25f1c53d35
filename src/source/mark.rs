//! Places in a dropped file from which it can be opened once more, so that what was read of it need not be
//! kept: members of the outermost archive. What is nested deeper is read from the start of that member.

use super::gzip::Checkpoint;
use super::opener::Limits;
use serde::{Deserialize, Serialize};

/// Where a member of the outermost archive begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Offset of its first header in bytes, 0-based; in a compressed tar of the decompressed bytes.
    pub(super) at: u64,
    pub(super) within: Within,
}

/// What a mark is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Within {
    /// The dropped file as a whole.
    File,
    Zip,
    Tar,
    GzipTar,
}

/// Whether what is in a member can be reached again from the outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// It is the dropped file.
    File,
    /// It is what a dropped gzip file holds.
    Gzip,
    /// Only through what it is in.
    No,
}

impl Mark {
    /// The start of the dropped file.
    pub const FILE: Self = Self {
        at: 0,
        within: Within::File,
    };

    /// Offset in the dropped file, in bytes, 0-based, from which its bytes are needed to open it here again.
    #[must_use]
    pub fn start(&self, checkpoint: Option<&Checkpoint>) -> u64 {
        match self.within {
            Within::File => 0,
            Within::Zip | Within::Tar => self.at,
            Within::GzipTar => checkpoint.map_or(0, |checkpoint| checkpoint.at),
        }
    }
}

/// The last of a file's checkpoints, in their order, from which the mark can be reached.
#[must_use]
pub fn checkpoint_for<'c>(mark: &Mark, checkpoints: &'c [Checkpoint]) -> Option<&'c Checkpoint> {
    checkpoints[..before(mark, checkpoints)].last()
}

/// How many of a file's checkpoints the mark can be reached from.
fn before(mark: &Mark, checkpoints: &[Checkpoint]) -> usize {
    match mark.within {
        Within::GzipTar => checkpoints.partition_point(|it| it.content <= mark.at),
        Within::File | Within::Zip | Within::Tar => 0,
    }
}

/// Bytes up to the next member that is wanted which are rather read than passed over: whoever opens a file again
/// asks for as many at once.
const NEAR: u64 = 1 << 20; // 1 MiB

/// Whether a file that was opened again for the mark `first`, and read up to members behind the mark `last`, is
/// rather read on to the mark `next` than opened there: it is near, and can be reached.
#[must_use]
pub fn leads_on(first: &Mark, last: &Mark, next: &Mark, checkpoints: &[Checkpoint]) -> bool {
    let near = match next.within {
        Within::GzipTar => Limits::DEFAULT.checkpoint_bytes,
        Within::File | Within::Zip | Within::Tar => NEAR,
    };
    let from = checkpoint_for(first, checkpoints);
    let between = before(last, checkpoints)..before(next, checkpoints);
    // Who enters a gzip member in its middle gets no further than its end.
    let ends = from.is_some_and(Checkpoint::is_in_a_member)
        && checkpoints
            .get(between)
            .is_some_and(|between| !between.iter().all(Checkpoint::is_in_a_member));
    !ends && next.at.saturating_sub(last.at) <= near
}
