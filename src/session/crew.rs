//! Reading shared out: members, and pieces of large ones, to be read by other workers or threads.
//!
//! The session's owner opens archives and cuts; whoever is free reads. An [`Errand`] is complete in
//! itself and so is its [`Outcome`], so that both can be sent anywhere. What comes of it does not
//! depend on who read what, nor on who was first.

use crate::error::Error;
use crate::format::piece::{self, Piece, PieceReading};
use crate::format::reader::{FileReading, Reader};
use crate::record::intern::Strings;
use crate::scope::Window;
use serde::{Deserialize, Serialize};

/// Errands one reader may have in front of it: one to read and one to go on with at once. Beyond
/// that the owner reads itself, so that nobody waits for anybody.
const AHEAD: u32 = 2;

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
}

impl Errand {
    /// Reads what there is to read.
    #[must_use]
    pub fn run(self) -> Outcome {
        let reading = match self.work {
            Work::Member(problem) => {
                let mut strings = Strings::default();
                let mut reader = Reader::new(&self.chain).narrowed(self.window);
                reader.push(&self.bytes, &mut strings);
                let reading = reader.finish(problem, &mut strings);
                Reading::Member(Box::new(reading), strings.into_texts())
            }
            Work::Piece { cut } => {
                let bytes = self.bytes;
                let piece = Piece { bytes, cut };
                Reading::Piece(Box::new(piece::read(&self.chain, &piece, self.window)))
            }
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
    /// Errands in front of each reader.
    seats: Vec<u32>,
    /// Seat of every errand that is out, by its number.
    out: Vec<(u32, usize)>,
    ready: Vec<(u32, Errand)>,
    numbers: u32,
}

impl Crew {
    pub(super) fn of(readers: u32) -> Self {
        Self {
            seats: vec![0; readers as usize],
            ..Self::default()
        }
    }

    /// How many readers there are besides the owner.
    pub(super) fn readers(&self) -> u32 {
        u32::try_from(self.seats.len()).unwrap_or(u32::MAX)
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

    /// Gives the errand to the reader who has least to do; returns it if all have enough.
    pub(super) fn offer(&mut self, errand: Errand) -> Option<Errand> {
        let least = (0..self.seats.len()).min_by_key(|&seat| self.seats[seat]);
        let Some(seat) = least.filter(|&seat| self.seats[seat] < AHEAD) else {
            return Some(errand);
        };
        self.seats[seat] += 1;
        self.out.push((errand.number, seat));
        self.ready
            .push((u32::try_from(seat).unwrap_or(u32::MAX), errand));
        None
    }

    /// The errands to be sent, each with the reader it is for, 0-based.
    pub(super) fn take_ready(&mut self) -> Vec<(u32, Errand)> {
        std::mem::take(&mut self.ready)
    }

    /// An errand is done; `false` if it was none of ours.
    pub(super) fn done(&mut self, number: u32) -> bool {
        let Some(at) = self.out.iter().position(|(out, _)| *out == number) else {
            return false;
        };
        let (_, seat) = self.out.swap_remove(at);
        self.seats[seat] -= 1;
        true
    }

    /// Whether errands are out.
    pub(super) fn is_out(&self) -> bool {
        !self.out.is_empty()
    }
}
