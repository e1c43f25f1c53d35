//! Text was pasted, wrapped and put together again: `log_rewrapped`.
//!
//! *Detects* files in which entries had to be unwrapped or split apart; values in them may have lost
//! a blank.
//!
//! *Evidence*: the first record of each such file.
//!
//! *Cause*: lines copied out of a terminal, a ticket or a PDF.
//!
//! *Check next*: export the log as a file where a value looks odd.
//!
//! *Source*: ours (`format/paste.rs`); technote 116255 is such a text.
//!
//! *Confidence*: seen: the entries that had to be repaired.
//!
//! *Versions*: all.
//!
//! *Must not fire* on entries that have several lines by themselves: stack traces, XML.

use super::{BundleRule, Finding};
use crate::correlate::Flows;
use crate::flow::{Confidence, Severity};
use crate::record::{FileId, Place, Records};
use crate::words::Said;

pub(super) const RULE: BundleRule = BundleRule {
    slugs: &["log_rewrapped"],
    check,
};

fn check(records: &Records, _flows: &Flows) -> Vec<Finding> {
    let wrapped = (0u32..).map(FileId).zip(&records.files);
    let wrapped: Vec<_> = wrapped
        .filter(|(_, file)| file.counts.rewrapped + file.counts.unglued > 0)
        .collect();
    let entries = wrapped
        .iter()
        .map(|(_, file)| file.counts.rewrapped + file.counts.unglued)
        .sum();
    let mut first: Vec<Option<Place>> = vec![None; records.files.len()];
    for record in records.all.iter() {
        first[record.file().0 as usize].get_or_insert_with(|| record.place());
    }
    let evidence: Vec<_> = wrapped
        .iter()
        .filter_map(|&(id, _)| first[id.0 as usize])
        .collect();
    if evidence.is_empty() {
        return Vec::new();
    }
    vec![Finding {
        rule: "log_rewrapped",
        severity: Severity::Info,
        confidence: Confidence::Seen,
        said: Said::Rewrapped {
            files: wrapped.len(),
            entries,
        },
        evidence,
    }]
}
