//! A clock is off: `clock_skew`.
//!
//! *Detects* a clock that is certainly more than a second from the reference clock: the whole
//! interval its offset lies in is beyond that.
//!
//! *Evidence*: the first record read from that clock.
//!
//! *Must not fire* where only one end of the interval is known, or none.

use super::{BundleRule, Finding};
use crate::correlate::clock::{ClockId, ClockOwner};
use crate::correlate::{Flows, clock_name};
use crate::flow::{Confidence, Severity};
use crate::record::Records;
use crate::words::Said;

/// A second: what people see when they lay two logs side by side.
const NOTICEABLE_MS: i64 = 1_000;

pub(super) const RULE: BundleRule = BundleRule {
    slugs: &["clock_skew"],
    check,
};

fn check(records: &Records, flows: &Flows) -> Vec<Finding> {
    let clocks = (0u32..)
        .map(ClockId)
        .zip(&flows.clocks.all)
        .zip(&flows.offsets);
    let mut first: Vec<Option<usize>> = vec![None; flows.clocks.all.len()];
    for (at, clock) in flows.clocks.of_record.iter().enumerate().rev() {
        first[clock.0 as usize] = Some(at);
    }
    let off = clocks.filter_map(|((id, clock), offset)| {
        let offset = (*offset)?;
        let certain_ms = offset.ms.abs() - offset.uncertainty_ms?;
        let evidence = first[id.0 as usize]?;
        (certain_ms > NOTICEABLE_MS).then(|| Finding {
            rule: "clock_skew",
            severity: if matches!(clock.owner, ClockOwner::Client(_)) {
                Severity::Info
            } else {
                Severity::Warning
            },
            confidence: Confidence::Seen,
            said: Said::ClockSkew {
                clock: clock_name(records, clock.owner),
                offset,
            },
            evidence: vec![records.all[evidence].place],
        })
    });
    off.collect()
}
