//! Runs of entries that bear on no sign-in: counted where they stand, without being taken in.

use super::{ENTRY_LIMIT, Entries, Fences, Head, Open, is_loose};
use crate::format::FORMATS;
use crate::format::skim::{Memo, Skim};
use crate::record::time::Stamp;

/// Entries passed over.
#[derive(Default)]
struct Run {
    /// Bytes, lines and entries of it.
    bytes: usize,
    lines: u64,
    entries: u64,
    /// The last entry: where it starts in bytes, its first line (0-based, from the run's), its time.
    last: (usize, u64, Stamp),
}

impl Entries {
    /// Passes over the whole lines at the start of `bytes` that are nothing but entries to be counted,
    /// and returns their length in bytes. All is as if they had been taken one by one.
    pub(in crate::format) fn skim(&mut self, bytes: &[u8]) -> usize {
        if !self.may_skim() {
            return 0;
        }
        let run = self.run(bytes);
        if run.lines > 0 {
            self.pass_over(&run, bytes);
        }
        run.bytes
    }

    /// Whether the next line stands behind an entry that is only counted, with nothing in between.
    fn may_skim(&self) -> bool {
        let counted = |open: &Open| {
            !open.head.wanted && open.format == self.last && !is_loose(open.format, &open.head)
        };
        self.open.as_ref().is_some_and(counted)
            && self.stub.is_none()
            && self.fences != Fences::Outside
            && !self.suspended
            && !self.may_be_ems
    }

    fn run(&mut self, bytes: &[u8]) -> Run {
        let format = FORMATS[self.last];
        let mut memo = Memo::default();
        let mut run = Run::default();
        while let Some(length) = memchr::memchr(b'\n', &bytes[run.bytes..]) {
            let line = &bytes[run.bytes..run.bytes + length];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let entry = &bytes[run.last.0..run.bytes];
            match format.skim(line, entry, &mut memo) {
                Skim::Head(stamp) if length < ENTRY_LIMIT => {
                    self.see(stamp);
                    run.entries += 1;
                    run.last = (run.bytes, run.lines, stamp);
                }
                // What goes on with the entry before the run is taken in with it.
                Skim::Own
                    if run.entries > 0
                        && entry.len() + length < ENTRY_LIMIT
                        && !self.may_be_stub(line) => {}
                _ => break,
            }
            run.lines += 1;
            run.bytes += length + 1;
        }
        run
    }

    /// Counts a run, of which only the last entry may go on behind it.
    fn pass_over(&mut self, run: &Run, bytes: &[u8]) {
        let Some(open) = &mut self.open else { return };
        let (start, line, stamp) = run.last;
        let counts = &mut self.file.counts;
        counts.truncated += u64::from(open.cut);
        let before = counts.lines;
        counts.lines += run.lines;
        counts.records += run.entries;
        self.found[self.last] += run.entries;
        let mut text = std::mem::take(&mut open.text);
        text.clear();
        *open = Open {
            format: self.last,
            head: Head {
                stamp,
                wanted: false,
                stripped: false,
            },
            first_line: before + line + 1,
            last_line: counts.lines,
            text,
            cut: false,
            cut_head: None,
        };
        for line in bytes[start..run.bytes].split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            open.take(line.strip_suffix(b"\r").unwrap_or(line));
        }
    }
}
