//! A clock is off: `clock_skew`.
//!
//! *Detects* a clock that is certainly more than a second from the reference clock: the whole
//! interval its offset lies in is beyond that.
//!
//! Of more than three desktops only their number and the one that is off most are told.
//!
//! *Evidence*: the first record read from each of these clocks.
//!
//! *Cause*: no time synchronisation, or a desktop nobody keeps.
//!
//! *Check next*: NTP of the machine (`utils ntp status` on a server), the time service of the PC.
//! Single sign-on fails at a few minutes.
//!
//! *Source*: ours: two readings of one moment, as the requests and answers in the logs give them
//! (`correlate/offset.rs`). Technote 116255 itself shows a desktop three seconds off.
//!
//! *Confidence*: seen: both clocks' own readings.
//!
//! *Versions*: all.
//!
//! *Must not fire* where only one end of the interval is known, or none.

use super::{BundleRule, Finding};
use crate::correlate::clock::{ClockId, ClockOwner};
use crate::correlate::offset::Offset;
use crate::correlate::{Flows, clock_name};
use crate::flow::{Confidence, Severity};
use crate::record::{Place, Records};
use crate::words::Said;

/// A second: what people see when they lay two logs side by side.
const NOTICEABLE_MS: i64 = 1_000;

/// More desktops than this are told of together.
const FEW: usize = 3;

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
    for at in (0..records.all.len()).rev() {
        if let Some(first) = first.get_mut(flows.clocks.of(at).0 as usize) {
            *first = Some(at);
        }
    }
    let off = clocks.filter_map(|((id, clock), offset)| {
        let offset = (*offset)?;
        let certain_ms = offset.ms.abs() - offset.uncertainty_ms?;
        let read = records.all[first[id.0 as usize]?].place();
        (certain_ms > NOTICEABLE_MS).then_some(Off {
            owner: clock.owner,
            offset,
            read,
        })
    });
    let of_desktop = |off: &Off| matches!(off.owner, ClockOwner::Client(_));
    let (desktops, servers): (Vec<Off>, Vec<Off>) = off.partition(of_desktop);
    let servers = servers
        .iter()
        .map(|off| one(records, off, Severity::Warning));
    let desktops = match desktops.len() > FEW {
        true => many(records, &desktops).into_iter().collect(),
        false => {
            let each = desktops.iter().map(|off| one(records, off, Severity::Info));
            each.collect::<Vec<_>>()
        }
    };
    servers.chain(desktops).collect()
}

/// A clock that is off, and the first record read from it.
struct Off {
    owner: ClockOwner,
    offset: Offset,
    read: Place,
}

fn one(records: &Records, off: &Off, severity: Severity) -> Finding {
    Finding {
        rule: "clock_skew",
        severity,
        confidence: Confidence::Seen,
        said: Said::ClockSkew {
            clock: clock_name(records, off.owner),
            offset: off.offset,
        },
        evidence: vec![off.read],
    }
}

fn many(records: &Records, desktops: &[Off]) -> Option<Finding> {
    let most = desktops.iter().max_by_key(|off| off.offset.ms.abs())?;
    Some(Finding {
        rule: "clock_skew",
        severity: Severity::Info,
        confidence: Confidence::Seen,
        said: Said::DesktopClocks {
            clocks: desktops.len(),
            most: clock_name(records, most.owner),
            offset: most.offset,
        },
        evidence: desktops.iter().map(|off| off.read).collect(),
    })
}
