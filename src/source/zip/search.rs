//! Looking for the next record where its place is not known: behind data of unknown length, and
//! behind bytes that are no zip.

use super::descriptor::{self, WINDOW};
use super::entry::Entry;
use super::header::{CENTRAL, DESCRIPTOR, END, Header, LOCAL, LOCAL_FIXED};
use super::{State, Zip};
use crate::source::node::broken;
use crate::source::opener::Out;

/// Bytes searched at once. Everything before a find is moved off the front, so this bounds what data
/// full of false finds can cost.
const PIECE: usize = 4096;

impl Zip {
    /// Plain or unreadable data of unknown length, up to the descriptor that fits it.
    pub(super) fn unmeasured(&mut self, input: &mut &[u8], out: &mut Out<'_>) -> bool {
        let all = self.hold(input);
        let mut from = 0;
        while let Some(place) = self.find_held(from, &DESCRIPTOR) {
            self.give(place, out);
            if self.held.len() < WINDOW {
                return !input.is_empty();
            }
            let expect = self.entry.as_ref().map(Entry::expect);
            let length = expect.and_then(|expect| descriptor::signed(&self.held, &expect));
            if let Some(length) = length {
                self.use_up(length);
                self.close(None, out);
                self.unhold(all, input);
                return true;
            }
            from = 1;
        }
        // The last three bytes may be the start of a signature.
        self.give(self.held.len().saturating_sub(3).max(from), out);
        !input.is_empty()
    }

    /// Bytes that are no record, up to something that can be one.
    pub(super) fn lost(
        &mut self,
        from: u64,
        known: bool,
        input: &mut &[u8],
        out: &mut Out<'_>,
    ) -> bool {
        let all = self.hold(input);
        let mut start = 0;
        while let Some(place) = self.find_held(start, b"PK") {
            self.use_up(place);
            let found = match self.held.first_chunk::<4>() {
                None => return !input.is_empty(),
                Some(&LOCAL) if self.held.len() < LOCAL_FIXED => return !input.is_empty(),
                Some(&LOCAL) => Header::plausible(&self.held),
                Some(signature) => [CENTRAL, END].contains(signature),
            };
            if found {
                if !known {
                    self.report_lost(from, self.at, out);
                }
                self.state = State::Signature;
                self.unhold(all, input);
                return true;
            }
            start = 1;
        }
        self.use_up(self.held.len().saturating_sub(1).max(start));
        !input.is_empty()
    }

    pub(super) fn report_lost(&self, from: u64, to: u64, out: &mut Out<'_>) {
        let why = broken("a zip header", "something else", from, self.name());
        out.unreadable(&self.chain, to - from, why);
    }

    /// Gives the first `bytes` held bytes to a member of unknown length.
    pub(super) fn give(&mut self, bytes: usize, out: &mut Out<'_>) {
        if let (Some(entry), Some(data)) = (&mut self.entry, self.held.get(..bytes)) {
            entry.packed += bytes as u64;
            if !entry.is_passed_over() {
                entry.push(data, out);
            }
        }
        self.use_up(bytes);
    }

    fn find_held(&self, from: usize, what: &[u8]) -> Option<usize> {
        let rest = self.held.get(from..)?;
        memchr::memmem::find(rest, what).map(|place| from + place)
    }

    /// Holds a piece of the input, and returns the input from that piece on for [`Self::unhold`]
    /// with the length of the piece.
    fn hold<'a>(&mut self, input: &mut &'a [u8]) -> (&'a [u8], usize) {
        let all = *input;
        let (now, rest) = all.split_at(all.len().min(PIECE));
        self.held.extend_from_slice(now);
        *input = rest;
        (all, now.len())
    }

    /// Gives back what is held and came with the last piece.
    fn unhold<'a>(&mut self, (all, piece): (&'a [u8], usize), input: &mut &'a [u8]) {
        let unused = self.held.len().min(piece);
        *input = all.get(piece - unused..).unwrap_or_default();
        self.held.truncate(self.held.len() - unused);
    }
}
