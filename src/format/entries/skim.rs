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
                    self.place_in_time(stamp, self.file.counts.lines + run.lines + 1);
                    run.entries += 1;
                    run.last = (run.bytes, run.lines, stamp);
                }
                // What goes on with the entry before the run is taken in with it.
                Skim::Own
                    if run.entries > 0
                        && entry.len() + length < ENTRY_LIMIT
                        && !self.may_be_stub(line)
                        && !self.may_go_on(
                            self.last,
                            &counted(run.last.2),
                            entry.trim_ascii_end(),
                        ) => {}
                _ => break,
            }
            self.rows.measure(line);
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
            head: counted(stamp),
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

/// The head of an entry that is only counted.
fn counted(stamp: Stamp) -> Head {
    Head {
        stamp,
        wanted: false,
        stripped: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::lines::{Line, Lines};
    use crate::format::reader::Taking;
    use crate::record::intern::Strings;

    const CTI: &[&str] = &[
        "22:10:05:123 cg1A-ctisvr SESSION 4: MsgType:HEARTBEAT_REQ (InvokeID:0x14 )",
        "22:10:06:007 cg1A-ctisvr SESSION 7: MsgType:HEARTBEAT_CONF (InvokeID:0x14 )",
        "22:10:06:008 cg1A-ctisvr SESSION 7: MsgType:QUERY_SKILL_GROUP_STATISTICS_REQ (InvokeID:0x1 PeripheralID:5000",
        "22:10:06:008 cg1A-ctisvr SESSION 7:         SkillGroupNumber:5004 SkillGroupPriority:0 )",
        "22:10:06:009 cg1A-ctisvr SESSION 4:         SkillGroupNumber:5004 SkillGroupPriority:0 )",
        "22:10:07:010 cg1A-ctisvr SESSION 4: MsgType:SET_AGENT_STATE_REQ (InvokeID:0x14 PeripheralID:5000",
        "22:10:07:010 cg1A-ctisvr SESSION 4:         AgentState:LOGIN AgentID:\"2001\" AgentExtension:\"2003\" )",
        "22:10:07:011 cg1A-ctisvr SESSION 4: something else",
        "22:10:07:011 cg1A-ctisvr Trace: AGENT_EVENT: ID=2001 Periph=5001 Ext=2003 Inst=2003 Sig=",
        "22:10:07:011 cg1A-ctisvr Trace: SkgState=LOGIN OverallState=NOT_READY",
        "22:10:08 ra-rtr MDS is in service.",
        "        without a prefix",
        "MsgType:HEARTBEAT_REQ (InvokeID:0x14 )",
        "Events from March 4, 2009",
        "",
        "```",
        "\u{a0}not plain",
        "22:10:0",
    ];

    const WEBSERVICES: &[&str] = &[
        "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: %CCBU_pool-5-thread-1-6-GADGET_LAYOUT_ERROR: %[url=x]: the gadget's host does not answer",
        "0000000346: 192.0.2.10: May 23 2014 10:34:12,373 +0530: %CCBU_pool-5-thread-1-6-DIALOG: %[a=1]: b",
        "0000000347:: May  3 2014 10:34:12.374 +05:30: %CCBU_pool-5-thread-1-6-DIALOG: %[a=1]: b",
        "0000000348: other: May 23 2014 10:34:11.372 +0530: %CCBU_pool-5-thread-1-6-DIALOG: %[a=1]: b",
        "0000000349: 192.0.2.10: May 23 2014 10:34:13.372 +0530: %CCBU_http-8080-7-6-REQUEST_END: %[elapsed_time=8]: Request complete",
        "0000000350: 192.0.2.10: May 23 2014 10:34:13.372 +0530: %CCBU_http-8080-7-6-",
        "java.net.SocketTimeoutException: Read timed out",
        "\tat java.net.SocketInputStream.socketRead0(Native Method)",
        "\t... 12 more",
        "\tat \u{7cbe}(Native Method)",
        "%CCBU_http-8080-7-6-REQUEST_END: %[elapsed_time=8]: Request complete",
        "0000000351: not a head",
        "",
        "```",
        "admin:",
    ];

    fn read(text: &str, taking: impl Fn(&mut Lines, &mut Taking<'_>, &[u8])) -> String {
        let mut strings = Strings::default();
        let mut entries = Entries::new(&["a.log".to_owned()]);
        let mut lines = Lines::default();
        let mut sink = Taking {
            entries: &mut entries,
            strings: &mut strings,
        };
        taking(&mut lines, &mut sink, text.as_bytes());
        let reading = entries.finish(None, None, &mut strings);
        format!("{reading:?}")
    }

    /// Texts of these lines in an order drawn by `seed`.
    fn drawn(lines: &[&str], mut seed: u64) -> String {
        let mut text = String::new();
        for _ in 0..60 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // The first ones stand for most of a log.
            let nth = (seed >> 33) as usize % (3 * lines.len());
            text += lines[if nth < lines.len() { nth } else { nth % 4 }];
            text += if seed >> 60 == 0 { "\r\n" } else { "\n" };
        }
        text
    }

    #[test]
    fn what_is_passed_over_is_counted_as_if_it_had_been_taken() {
        let mut without = 0;
        for lines in [CTI, WEBSERVICES] {
            for seed in 1..400 {
                let text = drawn(lines, seed);
                let passed = read(&text, |lines, sink, bytes| {
                    lines.push(bytes, sink);
                    lines.finish(sink);
                });
                let taken = read(&text, |lines, sink, bytes| {
                    let mut take = |line: Line<'_>| sink.entries.line(line, sink.strings);
                    lines.push(bytes, &mut take);
                    lines.finish(&mut take);
                });
                assert_eq!(passed, taken, "{text}");
                without += usize::from(passed.contains("records: []"));
            }
        }
        assert!(without < 100, "the texts hold records as well");
    }
}
