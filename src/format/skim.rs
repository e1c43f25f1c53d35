//! Passing over what bears on no sign-in, at the price of a glance per line.
//!
//! Most lines of a large log are entries that are only counted. Between two entries that are read, the
//! reader asks a format of them by [`Format::skim`], which may answer from a few bytes of the line and from
//! what lines before it had in common with it, and says [`Skim::Look`] wherever it is not sure.
//!
//! [`Format::skim`]: super::Format::skim

use crate::record::time::Stamp;

/// What a glance at a line behind an entry that bears on no sign-in tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skim {
    /// It starts another such entry, with the prefix of a real log.
    Head(Stamp),
    /// It belongs to the entry before it.
    Own,
    /// Anything: it must be looked at.
    Look,
}

/// Prefixes of lines that have been taken apart: a line that starts with the same bytes has the same prefix.
#[derive(Debug, Default)]
pub struct Memo<'a> {
    /// The last two: two sessions or two nodes take turns in a log.
    prefixes: [&'a [u8]; 2],
}

impl<'a> Memo<'a> {
    /// What follows the prefix in `text`, if it is a known one.
    pub fn after<'b>(&self, text: &'b [u8]) -> Option<&'b [u8]> {
        let known = self.prefixes.iter().filter(|prefix| !prefix.is_empty());
        known
            .copied()
            .find(|prefix| starts_with(text, prefix))
            .map(|prefix| &text[prefix.len()..])
    }

    /// Keeps a prefix in place of the older of the two.
    pub fn keep(&mut self, prefix: &'a [u8]) {
        self.prefixes = [prefix, self.prefixes[0]];
    }
}

/// The same as the slice's own, which compares byte by byte where there is no C library: in WebAssembly.
pub(super) fn starts_with(text: &[u8], start: &[u8]) -> bool {
    memchr::arch::all::is_prefix(text, start)
}
