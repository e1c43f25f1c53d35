//! Places in a dropped file from which it can be opened once more, so that what was read of it need not be
//! kept: members of the outermost archive. What is nested deeper is read from the start of that member.

use super::gzip::Checkpoint;
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
pub fn checkpoint_for<'c>(
    mark: &Mark,
    checkpoints: impl Iterator<Item = &'c Checkpoint>,
) -> Option<&'c Checkpoint> {
    checkpoints
        .take_while(|checkpoint| mark.within == Within::GzipTar && checkpoint.content <= mark.at)
        .last()
}
