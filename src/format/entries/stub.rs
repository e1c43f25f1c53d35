//! Heads that a line break cuts: a log with the prefix of a real one that a terminal or a mail
//! program has wrapped, so that no line of it starts an entry as it stands. What 80 columns cut is
//! put together (tested); at other widths a head may end before anything says what its entry is
//! about, and such an entry is counted and not kept.

use super::{Entries, Fences, is_loose};
use crate::record::intern::Strings;

/// Narrower is no terminal, and holds no head in two lines; bytes.
const NARROWEST: usize = 60;

/// The longest head that was seen, with a long host name in it, is not longer; bytes.
const WIDEST: usize = 160;

impl Entries {
    /// Whether `line`, which starts no entry as it stands, may be the first half of a head. Like
    /// every repair of pastes it is for the start of a member alone.
    pub(super) fn may_be_stub(&self, line: &[u8]) -> bool {
        (NARROWEST..=WIDEST).contains(&line.len())
            && !self.sealed
            && self.fences != Fences::Outside
            && is_dated(line)
    }

    /// Starts the entry whose head `stub`, the line before, and `line` are together. Otherwise the
    /// stub is taken in as what it is, and `line` is still to be looked at.
    pub(super) fn complete(&mut self, stub: &[u8], line: &[u8], strings: &mut Strings) -> bool {
        let strict = |head: &[u8]| {
            self.head(head)
                .filter(|(format, head)| !is_loose(*format, head))
        };
        let joined = |between: &[u8]| strict(&[stub, between, line].concat());
        let whole = if strict(line).is_some() {
            None
        } else if let Some(found) = joined(b"") {
            Some((found, true))
        } else {
            joined(b" ").map(|found| (found, false))
        };
        let Some(((format, head), tight)) = whole else {
            self.take_stub(stub, strings);
            return false;
        };
        self.start(format, head, stub, strings);
        if let Some(open) = &mut self.open {
            open.first_line -= 1;
            open.cut_head = Some(tight);
            open.take(line);
        }
        self.file.counts.rewrapped += 1;
        true
    }

    /// No line follows that could complete the stub: it is what it is.
    pub(super) fn give_up_stub(&mut self, strings: &mut Strings) {
        if let Some(stub) = self.stub.take() {
            self.other_line(&stub, strings);
        }
    }

    /// The stub was no head: it is read as the line before the one that is counted now.
    fn take_stub(&mut self, stub: &[u8], strings: &mut Strings) {
        self.file.counts.lines -= 1;
        self.other_line(stub, strings);
        self.file.counts.lines += 1;
    }
}

/// Starts as the prefix of a real log does: a sequence number and a colon, or a date.
fn is_dated(line: &[u8]) -> bool {
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let rest = line.get(digits..).unwrap_or_default();
    digits > 0 && (rest.starts_with(b": ") || rest.starts_with(b":: "))
        || digits == 4 && matches!(rest, [b'-', _, _, b'-', _, _, b'T', ..])
}
