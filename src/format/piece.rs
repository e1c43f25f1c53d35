//! Large members in pieces, so that several workers can read one log.
//!
//! A member is cut at line ends. A piece is read without knowing what stands before it: its lines up
//! to the first one that certainly starts an entry are handed back unread (its *lead*), and so is
//! the entry that is open at its end. Putting the pieces together again ([`Reader::splice`]) gives
//! what reading them one after another would have given, to the byte.
//!
//! [`Reader::splice`]: super::reader::Reader::splice

use super::entries::{Entries, Part};
use super::lines::{LINE_LIMIT, Line, Lines, Sink};
use super::reader::Taking;
use crate::record::intern::Strings;
use crate::scope::Window;
use memchr::memrchr;
use serde::{Deserialize, Serialize};

/// Bytes of a piece: twice the longest line, and read in a few ms, so that workers wait little for
/// one another.
pub const PIECE: usize = 2 * LINE_LIMIT;

/// Lines cut out of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Whole lines; only the member's last line may lack its line end.
    pub bytes: Vec<u8>,
    /// Whether the last line has lost its end to [`LINE_LIMIT`].
    pub cut: bool,
}

/// Cuts the text that is pushed into pieces.
#[derive(Debug, Default)]
pub struct Cutter {
    held: Vec<u8>,
    /// Inside a line whose start has been given out cut.
    dropping: bool,
}

impl Cutter {
    /// Goes on after a line of which only the start is known.
    pub(super) fn new(held: Vec<u8>) -> Self {
        Self {
            held,
            dropping: false,
        }
    }

    /// Takes the next bytes; the pieces they complete go to `sink`.
    pub fn push(&mut self, mut bytes: &[u8], sink: &mut impl FnMut(Piece)) {
        while !bytes.is_empty() {
            if self.dropping {
                let Some(end) = memchr::memchr(b'\n', bytes) else {
                    return;
                };
                bytes = &bytes[end + 1..];
                self.dropping = false;
            }
            let room = (PIECE - self.held.len()).min(bytes.len());
            self.held.reserve_exact(PIECE - self.held.len());
            self.held.extend_from_slice(&bytes[..room]);
            bytes = &bytes[room..];
            if self.held.len() == PIECE {
                sink(self.cut());
            }
        }
    }

    /// What is left at the end of the member.
    pub fn finish(self) -> Option<Piece> {
        (!self.held.is_empty()).then_some(Piece {
            bytes: self.held,
            cut: false,
        })
    }

    fn cut(&mut self) -> Piece {
        let mut bytes = std::mem::take(&mut self.held);
        match memrchr(b'\n', &bytes) {
            Some(end) => {
                self.held.extend_from_slice(&bytes[end + 1..]);
                bytes.truncate(end + 1);
                Piece { bytes, cut: false }
            }
            None => {
                // One more than the limit, as where lines are split.
                bytes.truncate(LINE_LIMIT + 1);
                self.dropping = true;
                Piece { bytes, cut: true }
            }
        }
    }
}

/// What a piece held.
#[derive(Debug, Serialize, Deserialize)]
pub struct PieceReading {
    /// The lines before the first certain start of an entry.
    pub(super) lead: Lead,
    /// The rest; `None` if there is no such start.
    pub(super) part: Option<Part>,
    /// The string table of the records' keys.
    pub(super) texts: Vec<Box<str>>,
}

/// Lines that can only be read once it is known what stands before them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Lead {
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
    /// End of each line in `bytes`, and whether it lost its end to [`LINE_LIMIT`].
    ends: Vec<(u32, bool)>,
}

impl Lead {
    fn take(&mut self, line: Line<'_>) {
        self.bytes.extend_from_slice(line.bytes);
        // A piece is far shorter than 4 GiB.
        let end = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.ends.push((end, line.cut));
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        starts.zip(&self.ends).map(|(start, &(end, cut))| Line {
            bytes: &self.bytes[start as usize..end as usize],
            cut,
        })
    }
}

/// Reads a piece of the member with these names, outermost first; what was written within `window`,
/// or everything.
#[must_use]
pub fn read(chain: &[String], piece: &Piece, window: Option<Window>) -> PieceReading {
    let mut strings = Strings::default();
    let mut lines = Lines::of_text(piece.cut);
    let mut entries = Entries::within(chain);
    entries.window = window;
    let mut taking = Leading {
        lead: Lead::default(),
        started: false,
        rest: Taking {
            entries: &mut entries,
            strings: &mut strings,
        },
    };
    lines.push(&piece.bytes, &mut taking);
    lines.finish(&mut taking);
    let Leading { lead, started, .. } = taking;
    PieceReading {
        lead,
        part: started.then(|| entries.into_part()),
        texts: strings.into_texts(),
    }
}

/// Lines of a piece: those of the lead, then those of entries.
struct Leading<'a> {
    lead: Lead,
    started: bool,
    rest: Taking<'a>,
}

impl Sink for Leading<'_> {
    fn line(&mut self, line: Line<'_>) {
        self.started = self.started || self.rest.entries.certainly_starts(line.bytes);
        if self.started {
            self.rest.line(line);
        } else {
            self.lead.take(line);
        }
    }

    fn skim(&mut self, bytes: &[u8]) -> usize {
        // Nothing is open before the first start of an entry.
        self.rest.skim(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(input: &[u8], chunk: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut cutter = Cutter::default();
        for bytes in input.chunks(chunk) {
            cutter.push(bytes, &mut |piece| pieces.push(piece));
        }
        pieces.extend(cutter.finish());
        pieces
    }

    #[test]
    fn pieces_end_with_lines_and_lose_nothing() {
        let input = b"a line of some length\n".repeat(400_000);
        for chunk in [1 << 20, 777_777, input.len()] {
            let pieces = cut(&input, chunk);
            assert!(pieces.len() > 3);
            assert!(pieces.iter().all(|piece| piece.bytes.ends_with(b"\n")));
            let bytes: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.bytes).collect();
            assert!(bytes == input);
        }
    }

    #[test]
    fn a_line_without_end_is_given_out_once_and_cut() {
        let input = [&b"x".repeat(3 * PIECE)[..], b"\nnext\n"].concat();
        let pieces = cut(&input, 1 << 20);
        assert_eq!(pieces.len(), 2);
        assert!(pieces[0].cut && pieces[0].bytes.len() == LINE_LIMIT + 1);
        assert_eq!(pieces[1].bytes, b"next\n");
    }
}
