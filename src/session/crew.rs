//! Reading shared out: members, and pieces of large ones, to be read by other workers or threads.
//!
//! The session's owner opens archives and cuts; whoever is free reads. An [`Errand`] is complete in
//! itself and so is its [`Outcome`], so that both can be sent anywhere. What comes of it does not
//! depend on who read what, nor on who was first.

use super::lent::{Borrower, SourcePart};
use crate::error::Error;
use crate::format::piece::{self, PIECE, Piece, PieceReading};
use crate::format::reader::{FileReading, Reader};
use crate::record::intern::Strings;
use crate::scope::{Scope, Window};
use serde::{Deserialize, Serialize};

/// Members up to this many bytes are read as a whole by one reader; of larger ones the owner reads the
/// first piece itself, to know how they are to be cut.
const WHOLE: usize = 4 * PIECE;

/// Dropped files of at least this many bytes are worth lending: packed, they are a hundred megabytes of log or less.
const LENT: u64 = 4 << 20; // 4 MiB

/// Bytes one reader may have in front of it: enough to go on with while the owner reads something
/// itself and cannot hear that more is wanted. Beyond that the owner does read itself, so that
/// nobody waits for anybody.
const AHEAD: usize = 16 << 20; // 16 MiB: two of the largest members that are not cut.

/// Who reads besides the owner, and what they are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sharing {
    /// How many readers there are besides the owner.
    pub readers: u32,
    /// Members up to this many bytes are read as a whole, larger ones in pieces.
    pub whole: usize,
    /// Dropped files of at least this many bytes may be left to a reader altogether.
    pub lent: u64,
}

impl Sharing {
    /// With that many readers.
    #[must_use]
    pub fn among(readers: u32) -> Self {
        Self {
            readers,
            whole: WHOLE,
            lent: LENT,
        }
    }
}

/// Something to read.
#[derive(Debug, Serialize, Deserialize)]
pub struct Errand {
    /// Number of the errand.
    pub number: u32,
    /// Names of the member, outermost first.
    pub chain: Vec<String>,
    /// What of it.
    pub work: Work,
    /// Only what was written within this time, if not everything.
    pub window: Option<Window>,
    /// Its bytes. They travel beside the rest, so that they need not be copied into it.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// What an errand is about.
#[derive(Debug, Serialize, Deserialize)]
pub enum Work {
    /// A whole member, and why it is not whole if it is not.
    Member(Option<Error>),
    /// Some lines of a large one.
    Piece {
        /// See [`Piece::cut`].
        cut: bool,
    },
    /// A whole dropped file. Its bytes come from the file itself, which travels beside the errand.
    Source {
        /// Its position in the `sources` of the bundle, 0-based.
        source: u32,
        /// Bytes of it.
        size: u64,
        /// What of it is wanted.
        scope: Scope,
    },
}

/// What came of an errand.
#[derive(Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// Number of the errand.
    pub number: u32,
    /// What was read.
    pub reading: Reading,
}

/// What was read on an errand.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reading {
    /// A whole member, with its string table.
    Member(Box<FileReading>, Vec<Box<str>>),
    /// A piece.
    Piece(Box<PieceReading>),
    /// A part of a dropped file.
    Source(SourcePart),
}

impl Errand {
    /// Reads what there is to read, all of it in memory.
    #[must_use]
    pub fn run(mut self) -> Outcome {
        let bytes = std::mem::take(&mut self.bytes);
        match Borrower::of(self) {
            Ok(mut borrower) => {
                borrower.push(&bytes);
                borrower.finish(None)
            }
            Err(errand) => errand.read(bytes),
        }
    }

    fn read(self, bytes: Vec<u8>) -> Outcome {
        let reading = match self.work {
            Work::Member(problem) => {
                let mut strings = Strings::default();
                let mut reader = Reader::new(&self.chain).narrowed(self.window);
                reader.push(&bytes, &mut strings);
                let reading = reader.finish(problem, &mut strings);
                Reading::Member(Box::new(reading), strings.into_texts())
            }
            Work::Piece { cut } => {
                let piece = Piece { bytes, cut };
                Reading::Piece(Box::new(piece::read(&self.chain, &piece, self.window)))
            }
            Work::Source { .. } => unreachable!("a borrower reads those"),
        };
        Outcome {
            number: self.number,
            reading,
        }
    }
}

/// Who reads what.
#[derive(Debug, Default)]
pub(super) struct Crew {
    /// Bytes in front of each reader.
    seats: Vec<usize>,
    out: Vec<Out>,
    ready: Vec<(u32, Errand)>,
    numbers: u32,
    /// See [`Sharing`].
    whole: usize,
    lent: u64,
}

/// An errand that somebody is about to read.
#[derive(Debug)]
struct Out {
    number: u32,
    seat: usize,
    bytes: usize,
}

impl Crew {
    pub(super) fn of(sharing: Sharing) -> Self {
        Self {
            seats: vec![0; sharing.readers as usize],
            whole: sharing.whole,
            lent: sharing.lent,
            ..Self::default()
        }
    }

    pub(super) fn sharing(&self) -> Sharing {
        Sharing {
            readers: u32::try_from(self.seats.len()).unwrap_or(u32::MAX),
            whole: self.whole,
            lent: self.lent,
        }
    }

    /// Whether a member of so many bytes is read as a whole.
    pub(super) fn is_whole(&self, bytes: usize) -> bool {
        bytes <= self.whole
    }

    /// Whether a dropped file of so many bytes may be lent.
    pub(super) fn is_lent(&self, bytes: u64) -> bool {
        bytes >= self.lent
    }

    /// Whether anybody but the owner reads.
    pub(super) fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// A number for the next errand.
    pub(super) fn number(&mut self) -> u32 {
        self.numbers += 1;
        self.numbers
    }

    /// Gives the errand to the reader who has least to do; returns it if all have enough, or if it is not worth sending:
    /// one without bytes would count as nothing to do.
    pub(super) fn offer(&mut self, errand: Errand) -> Option<Errand> {
        let bytes = errand.bytes.len();
        if bytes == 0 {
            return Some(errand);
        }
        let least = (0..self.seats.len()).min_by_key(|&seat| self.seats[seat]);
        let fits = |&seat: &usize| self.seats[seat] == 0 || self.seats[seat] + bytes <= AHEAD;
        let Some(seat) = least.filter(fits) else {
            return Some(errand);
        };
        self.seats[seat] += bytes;
        self.out.push(Out {
            number: errand.number,
            seat,
            bytes,
        });
        self.ready
            .push((u32::try_from(seat).unwrap_or(u32::MAX), errand));
        None
    }

    /// Gives the errand to a reader who has nothing to do, and will have nothing else until it is done.
    pub(super) fn lend(&mut self, errand: Errand) -> bool {
        let Some(seat) = self.seats.iter().position(|&bytes| bytes == 0) else {
            return false;
        };
        self.seats[seat] = AHEAD;
        self.out.push(Out {
            number: errand.number,
            seat,
            bytes: AHEAD,
        });
        self.ready
            .push((u32::try_from(seat).unwrap_or(u32::MAX), errand));
        true
    }

    /// Whether an errand is out.
    pub(super) fn has(&self, number: u32) -> bool {
        self.out.iter().any(|out| out.number == number)
    }

    /// The errands to be sent, each with the reader it is for, 0-based.
    pub(super) fn take_ready(&mut self) -> Vec<(u32, Errand)> {
        std::mem::take(&mut self.ready)
    }

    /// An errand is done; `false` if it was none of ours.
    pub(super) fn done(&mut self, number: u32) -> bool {
        let Some(at) = self.out.iter().position(|out| out.number == number) else {
            return false;
        };
        let Out { seat, bytes, .. } = self.out.swap_remove(at);
        self.seats[seat] -= bytes;
        true
    }

    /// Whether errands are out.
    pub(super) fn is_out(&self) -> bool {
        !self.out.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errand(number: u32, bytes: usize) -> Errand {
        Errand {
            number,
            chain: vec!["x.log".to_owned()],
            work: Work::Member(None),
            window: None,
            bytes: vec![b'x'; bytes],
        }
    }

    #[test]
    fn who_has_a_whole_file_gets_nothing_else_not_even_an_empty_member() {
        let mut crew = Crew::of(Sharing::among(1));
        assert!(crew.lend(errand(1, 0)));
        for bytes in [0, 1] {
            assert!(crew.offer(errand(2, bytes)).is_some(), "{bytes} bytes");
        }
        assert!(crew.done(1));
        assert!(crew.offer(errand(3, 1)).is_none());
    }

    #[test]
    fn who_was_offered_an_empty_member_has_nothing_to_do() {
        let mut crew = Crew::of(Sharing::among(1));
        assert!(crew.offer(errand(1, 0)).is_some());
        assert!(crew.lend(errand(2, 0)) && crew.take_ready().len() == 1);
    }
}
