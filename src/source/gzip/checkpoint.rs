//! Where the inflating of a gzip file can start again, so that what stands far behind its start can be
//! read once more without all that is before it.
//!
//! A deflate stream can be entered where one of its blocks begins, with the bytes before that as
//! dictionary. Such a place need not be at the start of a byte, and the decompressor does not say which bits
//! of the last byte are left: of the eight possibilities it is the one whose output is what did come next.

use crate::source::inflate::{Corrupt, Inflater, Progress, WINDOW};
use lz4_flex::block::{compress, decompress};
use serde::{Deserialize, Serialize};

/// Compressed bytes behind a checkpoint that are tried: many times the longest description of a block's codes,
/// which has some 300 bytes (RFC 1951, 3.2.7).
const AHEAD: usize = 4096;

/// Bytes of output by which it is told which bits are left.
const TOLD: usize = 64;

/// A place in a gzip file from which it can be inflated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Offset in the gzip file, in bytes, 0-based.
    pub(in crate::source) at: u64,
    /// Bytes of content before it.
    pub(in crate::source) content: u64,
    /// In the middle of a stream; `None`: a gzip header starts here.
    within: Option<Within>,
}

impl Checkpoint {
    /// Whether it is in the middle of a gzip member, not where one begins.
    pub(in crate::source) fn is_in_a_member(&self) -> bool {
        self.within.is_some()
    }
}

/// What is needed to go on in the middle of a deflate stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Within {
    left: Left,
    /// The content before it, at most [`WINDOW`] bytes, packed.
    #[serde(with = "serde_bytes")]
    window: Vec<u8>,
}

/// Bits of the byte before that belong to what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Left {
    byte: u8,
    /// How many of its upper bits, less than 8.
    bits: u32,
}

impl Left {
    /// These bits and then the bytes of `input`; of the last of them as many bits stay behind.
    fn before(&mut self, input: &[u8], joined: &mut Vec<u8>) {
        joined.clear();
        if self.bits == 0 {
            return joined.extend_from_slice(input);
        }
        for &byte in input {
            joined.push(self.byte >> (8 - self.bits) | byte << self.bits);
            self.byte = byte;
        }
    }
}

/// Looks for checkpoints while a gzip file is inflated.
#[derive(Debug)]
pub(in crate::source) struct Trail {
    /// See [`Limits::checkpoint_bytes`](crate::source::Limits::checkpoint_bytes).
    every: u64,
    /// Bytes of content so far.
    content: u64,
    /// Those of the last checkpoint, and whether it was in the middle of a stream.
    last: (u64, bool),
    /// The end of the content so far, while a checkpoint is due.
    window: Vec<u8>,
    /// A block begins here; which bits belong to it is to be told.
    found: Option<Found>,
}

/// The start of a block.
#[derive(Debug)]
struct Found {
    at: u64,
    content: u64,
    /// The last byte used.
    byte: u8,
    ahead: Vec<u8>,
    window: Vec<u8>,
}

impl Trail {
    pub(in crate::source) fn new(every: u64) -> Self {
        Self {
            every,
            content: 0,
            last: (0, false),
            window: Vec::new(),
            found: None,
        }
    }

    /// Whether the next start of a block would be good to know.
    pub(super) fn is_due(&self) -> bool {
        self.content >= self.last.0 + self.every
    }

    /// Another gzip member begins at this offset.
    pub(super) fn member(&mut self, at: u64) -> Option<Checkpoint> {
        self.found = None;
        self.window.clear();
        if self.content == 0 || !self.last.1 && !self.is_due() {
            return None;
        }
        self.last = (self.content, false);
        Some(Checkpoint {
            at,
            content: self.content,
            within: None,
        })
    }

    /// Takes note of content, and returns the checkpoint before it if that is known now.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Option<Checkpoint> {
        let checkpoint = self.found.take().and_then(|found| found.tell(bytes));
        if let Some(checkpoint) = &checkpoint {
            self.last = (checkpoint.content, true);
        }
        self.content += bytes.len() as u64;
        if self.is_due() {
            self.window.extend_from_slice(bytes);
            let too_many = self.window.len().saturating_sub(WINDOW);
            self.window.drain(..too_many);
        }
        checkpoint
    }

    /// A block ends behind `used`, whose last byte stands before the offset `at`; `ahead` is what follows.
    pub(super) fn block(&mut self, used: &[u8], at: u64, ahead: &[u8]) {
        let Some((&byte, ahead)) = used.last().zip(ahead.get(..AHEAD)) else {
            return;
        };
        if self.window.len() == WINDOW {
            self.found = Some(Found {
                at,
                content: self.content,
                byte,
                ahead: ahead.to_vec(),
                window: std::mem::take(&mut self.window),
            });
        }
    }
}

impl Found {
    /// The checkpoint, if it is clear from the first bytes behind it what it is.
    fn tell(self, next: &[u8]) -> Option<Checkpoint> {
        let next = next.get(..TOLD)?;
        let fits = |&bits: &u32| {
            let left = Left {
                byte: self.byte,
                bits,
            };
            inflated(left, &self.window, &self.ahead).starts_with(next)
        };
        let mut bits = (0..8).filter(fits);
        let (Some(bits), None) = (bits.next(), bits.next()) else {
            return None;
        };
        Some(Checkpoint {
            at: self.at,
            content: self.content,
            within: Some(Within {
                left: Left {
                    byte: self.byte,
                    bits,
                },
                window: compress(&self.window),
            }),
        })
    }
}

/// What comes out first, if anything does.
fn inflated(mut left: Left, window: &[u8], ahead: &[u8]) -> Vec<u8> {
    let mut joined = Vec::new();
    left.before(ahead, &mut joined);
    let mut out = Vec::new();
    if let Some(mut inflater) = Inflater::behind(window) {
        // Wrong bits are corrupt sooner or later; what came before that tells enough.
        let _ = inflater.run(&mut joined.as_slice(), |bytes| {
            out.extend_from_slice(bytes);
            false
        });
    }
    out
}

/// Goes on inflating in the middle of a stream, up to its end.
#[derive(Debug)]
pub(super) struct Resumed {
    inflater: Inflater,
    left: Left,
    joined: Vec<u8>,
}

impl Resumed {
    /// `None`: the checkpoint is between streams.
    pub(super) fn from(checkpoint: &Checkpoint) -> Option<Self> {
        let within = checkpoint.within.as_ref()?;
        let window = decompress(&within.window, WINDOW).ok()?;
        Some(Self {
            inflater: Inflater::behind(&window)?,
            left: within.left,
            joined: Vec::new(),
        })
    }

    /// Inflates all of `input`.
    pub(super) fn run(
        &mut self,
        input: &[u8],
        take: impl FnMut(&[u8]) -> bool,
    ) -> Result<Progress, Corrupt> {
        self.left.before(input, &mut self.joined);
        self.inflater.run(&mut self.joined.as_slice(), take)
    }
}
