//! Heads that a line break cuts: a log with the prefix of a real one that a terminal or a mail
//! program has wrapped. Two things happen to its heads:
//!
//! - The first row is no head as it stands. It is held back as a stub until the next row is here.
//! - The first row is a head, but ends before anything says what its entry is about, so that it would only
//!   be counted. The next row is taken as more of the head if both together are wanted, and if it was
//!   wrapped: no row so far is so long that its first word would have had room behind the row before.

use super::{Entries, Fences, Found, is_loose};
use crate::format::{FORMATS, Head};
use crate::record::Kind;
use crate::record::intern::Strings;

/// A row that ends behind the date of its log is not shorter; bytes.
const SHORTEST: usize = 40;

/// The longest head that was seen, with a long host name in it, is not longer; bytes.
const WIDEST: usize = 160;

impl Entries {
    /// Whether `line`, which starts no entry as it stands, may be the first half of a head. Like
    /// every repair of pastes it is for the start of a member alone.
    pub(super) fn may_be_stub(&self, line: &[u8]) -> bool {
        (SHORTEST..=WIDEST).contains(&line.len())
            && !self.sealed
            && self.fences != Fences::Outside
            && is_dated(line)
    }

    /// Starts the entry whose head `stub`, the line before, and `line` are together. Otherwise the
    /// stub is taken in as what it is, and `line` is still to be looked at.
    pub(super) fn complete(&mut self, stub: &[u8], line: &[u8], strings: &mut Strings) -> bool {
        let Some(((format, head), tight)) = self.completed(stub, line) else {
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

    /// The head that `stub` and `line` are together, and whether nothing stood between the two. One that is
    /// wanted is the likelier.
    fn completed(&self, stub: &[u8], line: &[u8]) -> Option<(Found, bool)> {
        if self.certainly_starts(line) {
            return None;
        }
        let heads = self.rows.tightness(stub, line).map(|tight| {
            let found = self.head(&joined(stub, line, tight))?;
            (!is_loose(found.0, &found.1)).then_some((found, tight))
        });
        let wanted = heads.iter().flatten().find(|((_, head), _)| head.wanted);
        wanted.or(heads.iter().flatten().next()).copied()
    }

    /// Takes `line` as more of the head of the open entry, the row before, if it is.
    pub(super) fn mend(&mut self, line: &[u8]) -> bool {
        let Some((mut head, tight)) = self.mended(line) else {
            return false;
        };
        head.wanted &= self.is_wanted(head.stamp);
        let counts = &mut self.file.counts;
        if let Some(open) = &mut self.open {
            counts.rewrapped += u64::from(open.cut_head.is_none());
            open.cut_head.get_or_insert(tight);
            open.head = head;
            open.take(line);
            open.last_line = counts.lines;
        }
        true
    }

    /// The head of the open entry together with `line`, and whether nothing stood between the two.
    fn mended(&self, line: &[u8]) -> Option<(Head, bool)> {
        let open = self.open.as_ref()?;
        let rows = open.text.strip_suffix(b"\n")?;
        let is_next = open.last_line + 1 == self.file.counts.lines;
        if !is_next || !self.may_go_on(open.format, &open.head, rows) {
            return None;
        }
        let (start, row) = match memchr::memchr(b'\n', rows) {
            Some(end) => {
                let (row, next) = (&rows[..end], &rows[end + 1..]);
                (joined(row, next, open.cut_head == Some(true)), next)
            }
            None => (rows.to_vec(), rows),
        };
        if line.is_empty() || self.rows.had_room(row, line) || self.certainly_starts(line) {
            return None;
        }
        self.rows
            .tightness(row, line)
            .into_iter()
            .find_map(|tight| {
                let (format, head) = self.head(&joined(&start, line, tight))?;
                let is_it = format == open.format && head.wanted && !is_loose(format, &head);
                (is_it && head.stamp == open.head.stamp).then_some((head, tight))
            })
    }

    /// Whether an entry of this head, whose lines so far are `rows`, may have been cut before anything said
    /// what it is about. Of a CTI message the log itself writes several lines.
    pub(super) fn may_go_on(&self, format: usize, head: &Head, rows: &[u8]) -> bool {
        const ROWS: usize = 3;
        !self.sealed
            && self.rows.may_be_wrapped()
            && self.fences != Fences::Outside
            && !head.wanted
            && !is_loose(format, head)
            && memchr::memchr_iter(b'\n', rows).count() + 1 < ROWS
            && FORMATS[format].kind() != Kind::CtiServer
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

/// Two rows as the line they were.
fn joined(row: &[u8], next: &[u8], tight: bool) -> Vec<u8> {
    let between: &[u8] = if tight { b"" } else { b" " };
    [row, between, next].concat()
}

/// Starts as the prefix of a real log does: a sequence number and a colon, or a date.
fn is_dated(line: &[u8]) -> bool {
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let rest = line.get(digits..).unwrap_or_default();
    digits > 0 && (rest.starts_with(b": ") || rest.starts_with(b":: "))
        || digits == 4 && matches!(rest, [b'-', _, _, b'-', _, _, b'T', ..])
}
