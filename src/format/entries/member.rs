//! What is said of a member as a whole.

use super::MIXED_SHARE;
use crate::format::FORMATS;
use crate::record::Kind;
use crate::record::intern::{Strings, Sym};
use crate::record::time::Stamp;
use std::collections::BTreeMap;

/// How much a stamp says, and its place among its like.
pub(super) fn order(stamp: Stamp) -> (u8, i64) {
    match stamp {
        Stamp::None => (0, 0),
        Stamp::TimeOfDay { .. } => (1, 0),
        // Without a year, December may come before January.
        Stamp::DayOfYear { .. } => (2, 0),
        Stamp::Local { ms, .. } => (3, ms),
        Stamp::Utc { at, .. } => (4, at.0),
    }
}

/// The kind most entries are of; mixed if another kind has a real share.
pub(super) fn kind_of(found: &[u64]) -> Kind {
    let mut kinds: Vec<(u64, Kind)> = found
        .iter()
        .copied()
        .zip(FORMATS.iter().map(|f| f.kind()))
        .collect();
    kinds.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    match kinds[..] {
        [] | [(0, _), ..] => Kind::Unknown,
        [(_, _), (second, _), ..] if second * MIXED_SHARE >= found.iter().sum::<u64>() => {
            Kind::Mixed
        }
        [(_, kind), ..] => kind,
    }
}

/// The node most records print; of equals the first by name.
pub(super) fn commonest(nodes: &BTreeMap<Sym, u64>, strings: &Strings) -> Sym {
    nodes
        .iter()
        .max_by_key(|(node, count)| (**count, std::cmp::Reverse(strings.get(**node))))
        .map_or(Sym::NONE, |(node, _)| *node)
}

pub(super) fn about_binary(name: &str, what: &str) -> (Kind, String) {
    if is_ems(name) {
        return (Kind::BinaryEms, BINARY_EMS.to_owned());
    }
    (Kind::Unknown, format!("not a text file: {what}"))
}

/// What is said of a trace of the CTI server as it lies on its disk.
pub(super) const BINARY_EMS: &str = "binary EMS trace: run dumplog on the server first";

/// Whether a file is called as the CTI server calls its traces: `x_090304_000001_000000.ems`.
pub(super) fn is_ems(name: &str) -> bool {
    name.to_ascii_lowercase().contains(".ems")
}
