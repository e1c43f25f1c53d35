//! Entries are missing inside a log: `log_gap`.
//!
//! *Detects* a hole that [`crate::correlate::coverage`] found: rotated files are missing between
//! two, a file is damaged, or a log that never stops is silent. It is a warning if a sign-in lies in the hole.
//!
//! *Evidence*: the last line before the hole and the first one after it.
//!
//! *Cause*: rotated files that were not collected or were overwritten, an archive that broke off, a service
//! that was down, lines that were cut out.
//!
//! *Check next*: collect the log again for the time named; more or larger files if it wraps.
//!
//! *Source*: ours: how often the log has an entry (`correlate/coverage.rs`).
//!
//! *Confidence*: seen where a file is damaged, inferred where files are missing or a log is silent.
//!
//! *Versions*: all.
//!
//! *Must not fire* on a log that writes seldom, in a quiet night (`correlate/coverage/silence.rs`), nor on a
//! desktop that was closed.

use super::{BundleRule, Finding, span};
use crate::correlate::Flows;
use crate::correlate::coverage::{Hole, Source, Why};
use crate::correlate::step::SignIn;
use crate::flow::{Confidence, Severity};
use crate::record::{FileId, Kind, Place, Records};
use crate::words::Said;

pub(super) const RULE: BundleRule = BundleRule {
    slugs: &["log_gap"],
    check,
};

fn check(records: &Records, flows: &Flows) -> Vec<Finding> {
    let sources = flows.coverage.sources.iter();
    let mut holes = sources
        .flat_map(|source| source.holes.iter().map(move |hole| (source, hole)))
        .peekable();
    if holes.peek().is_none() {
        return Vec::new();
    }
    let spans: Vec<(&SignIn, (i64, i64))> = flows
        .sign_ins
        .iter()
        .filter_map(|sign_in| Some((sign_in, span(records, flows, sign_in)?)))
        .collect();
    holes
        .filter_map(|(source, hole)| {
            let touched = spans
                .iter()
                .filter(|(sign_in, span)| touches(source, hole, sign_in, *span));
            let sign_ins = touched.count();
            // A desktop's log that ends in a broken line matters to its agent's sign-in only.
            let matters = sign_ins > 0 || source.kind != Kind::ClientLog;
            matters.then(|| finding(records, source, hole, sign_ins))
        })
        .collect()
}

fn finding(records: &Records, source: &Source, hole: &Hole, sign_ins: usize) -> Finding {
    let last_line = |file: FileId| {
        let lines = records.files[file.0 as usize].counts.lines;
        u32::try_from(lines).unwrap_or(u32::MAX)
    };
    let line_before = hole
        .line
        .map_or_else(|| last_line(hole.after), |line| line - 1);
    let after = hole.before.map(|file| place(file, hole.line.unwrap_or(1)));
    Finding {
        rule: "log_gap",
        severity: if sign_ins > 0 {
            Severity::Warning
        } else {
            Severity::Info
        },
        confidence: match hole.why {
            Why::Damaged => Confidence::Seen,
            Why::Rotated | Why::Silent => Confidence::Inferred,
        },
        said: Said::LogGap {
            log: source.kind,
            owner: records.strings.get(source.owner).to_owned(),
            why: hole.why,
            from: hole.read.0,
            until: hole.read.1,
            sign_ins,
        },
        evidence: std::iter::once(place(hole.after, line_before))
            .chain(after)
            .collect(),
    }
}

fn place(file: FileId, line: u32) -> Place {
    Place {
        file,
        line: line.max(1),
        lines: 1,
    }
}

/// Whether a sign-in that the log would show lies in the hole, if only in part, or ends where it
/// begins.
fn touches(source: &Source, hole: &Hole, sign_in: &SignIn, (from, until): (i64, i64)) -> bool {
    let own = match source.kind {
        Kind::ClientLog => source.owner == sign_in.agent,
        kind if kind.is_cti_side() => true,
        _ => source.owner.is_none() || sign_in.node.is_none() || source.owner == sign_in.node,
    };
    let (begins, ends) = hole.on_reference;
    own && begins <= until && ends.is_none_or(|ends| from <= ends)
}
