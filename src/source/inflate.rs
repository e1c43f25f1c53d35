//! Raw deflate, pushed.

use std::fmt;
use zlib_rs::{Inflate, InflateFlush, Status};

/// Bytes given out at once at most: large enough that calls cost nothing, small enough for the
/// second-level cache.
const OUT: usize = 128 * 1024;

/// How far back a deflate stream may refer, as a power of two (RFC 1951, 2).
const WINDOW_BITS: u8 = 15;

/// Bytes that a deflate stream may refer back to.
pub(super) const WINDOW: usize = 1 << WINDOW_BITS;

/// A deflate decompressor with its output buffer.
pub(super) struct Inflater {
    raw: Inflate,
    out: Vec<u8>,
}

/// How far one piece of input went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// The stream goes on. All input is used, unless the taker wants no more or a block ends here and that was
    /// asked for.
    More,
    /// The stream is over; the input after it is left.
    Ended,
}

/// The input is no deflate stream any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Corrupt;

impl Inflater {
    pub(super) fn new() -> Self {
        Self {
            raw: Inflate::new(false, WINDOW_BITS),
            out: vec![0; OUT],
        }
    }

    /// For what follows a block that ended behind these bytes, at most [`WINDOW`] of them. `None`: they are
    /// too many.
    pub(super) fn behind(window: &[u8]) -> Option<Self> {
        let mut inflater = Self::new();
        inflater.raw.set_dictionary(window).ok()?;
        Some(inflater)
    }

    pub(super) fn reset(&mut self) {
        self.raw.reset(false);
    }

    /// Inflates from the front of `input`, which is moved past what was used. `take` gets every
    /// piece of output and says whether it wants more. After an error there is no going on; output
    /// before it has been given out.
    pub(super) fn run(
        &mut self,
        input: &mut &[u8],
        take: impl FnMut(&[u8]) -> bool,
    ) -> Result<Progress, Corrupt> {
        self.run_until(InflateFlush::NoFlush, input, take)
    }

    /// The same up to the next end of a block: there input is left.
    pub(super) fn run_to_block(
        &mut self,
        input: &mut &[u8],
        take: impl FnMut(&[u8]) -> bool,
    ) -> Result<Progress, Corrupt> {
        self.run_until(InflateFlush::Block, input, take)
    }

    fn run_until(
        &mut self,
        stop: InflateFlush,
        input: &mut &[u8],
        mut take: impl FnMut(&[u8]) -> bool,
    ) -> Result<Progress, Corrupt> {
        loop {
            let (used, made) = (self.raw.total_in(), self.raw.total_out());
            let status = self.raw.decompress(input, &mut self.out, stop);
            let used = count(self.raw.total_in() - used);
            let made = count(self.raw.total_out() - made);
            *input = input.get(used..).unwrap_or_default();
            let wants_more = match self.out.get(..made) {
                Some([]) | None => true,
                Some(bytes) => take(bytes),
            };
            match status {
                // Its message depends on how the input was cut (zlib-rs 0.6.8): not repeated.
                Err(_corrupt) => return Err(Corrupt),
                Ok(Status::StreamEnd) => return Ok(Progress::Ended),
                Ok(_) if !wants_more => return Ok(Progress::More),
                Ok(_) if made == self.out.len() => {}
                Ok(_) if input.is_empty() => return Ok(Progress::More),
                // Neither is all input used nor all room: nothing else stops it.
                Ok(_) if stop == InflateFlush::Block => return Ok(Progress::More),
                Ok(_) if used == 0 && made == 0 => return Err(Corrupt),
                Ok(_) => {}
            }
        }
    }
}

impl fmt::Debug for Inflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inflater")
    }
}

/// A difference of stream positions within one call: never more than a slice is long.
fn count(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
