//! The clocks of a bundle, and what each record's time is in UTC *by its own clock*.
//!
//! A log that prints no zone or no date gets them from values that carry both: `nocache` is the
//! browser's epoch ms, so it places a 9.x client log; a CTI record and the Finesse record of the
//! same invoke id place a dumplog. Nothing here corrects a clock that is wrong: how far clocks are
//! apart is [`super::offset`]'s.

mod anchors;
mod desktops;
mod printed;
mod runs;
mod spans;

use super::agents::Agents;
use super::nodes;
use super::notes::Stretches;
use super::times::Readings;
use crate::record::intern::Sym;
use crate::record::time::{EpochMs, Stamp};
use crate::record::{Kind, Record, Records};
use anchors::read_cti_servers;
use desktops::read_desktops;
use printed::{PrintedZones, borrow_node_zones};
use rustc_hash::FxHashMap;
use spans::file_spans;
use std::collections::BTreeMap;

/// A clock: position in [`Clocks::all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockId(pub u32);

/// Whose clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockOwner {
    /// The browser of an agent ([`Sym::NONE`]: of somebody).
    Client(Sym),
    /// A Finesse node ([`Sym::NONE`]: the only one, unnamed).
    Finesse(Sym),
    /// A CTI server, such as `cg1A`.
    Cti(Sym),
}

/// A clock and its zone.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Whose.
    pub owner: ClockOwner,
    /// Minutes east of UTC, printed in its logs or recovered.
    pub zone_minutes: Option<i16>,
}

/// An instant by some clock: the true reading lies in `[at, at + slack_ms]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// As read.
    pub at: EpochMs,
    /// 999 where only whole seconds are printed, else 0; an hour more where nobody knows whether
    /// a change of zone was before or after it.
    pub slack_ms: i64,
}

impl At {
    /// How much later it is where it is of the other of two equal hours, ms; 0 where its log tells which.
    pub(super) fn zone_unsure_ms(self) -> i64 {
        const MINUTE_MS: i64 = 60_000;
        // The precision of a stamp is less than a minute, the difference of zones is whole ones.
        self.slack_ms / MINUTE_MS * MINUTE_MS
    }
}

/// All clocks, and the times read from them.
#[derive(Debug, Default)]
pub struct Clocks {
    /// In order of owner.
    pub all: Vec<Clock>,
    of_record: Stretches<ClockId>,
    readings: Readings,
    /// First and last entry of each file, by its own clock.
    pub of_file: Vec<Option<(EpochMs, EpochMs)>>,
    /// The Finesse node of each file.
    pub node_of_file: Vec<Sym>,
    /// The browser clock of each agent who has one.
    pub of_browser: FxHashMap<Sym, ClockId>,
}

impl Clocks {
    /// The clock that a record was written by: the one at this position, 0-based.
    #[must_use]
    #[inline]
    pub fn of(&self, at: usize) -> ClockId {
        self.of_record.get(at).copied().unwrap_or(ClockId(0))
    }

    /// When a record was written, by its own clock; `None` where its log does not tell. `at` is its
    /// position, 0-based.
    #[must_use]
    #[inline]
    pub fn read(&self, record: &Record, at: usize) -> Option<At> {
        self.readings.get(record, at)
    }
}

/// Finds the clocks and reads every time.
pub(super) fn read_clocks(records: &Records, agents: &Agents) -> Clocks {
    let node_of_file = nodes::nodes(records);
    let cti_of_file = nodes::printed(records, Kind::CtiServer);
    let owners = || {
        records.all.iter().enumerate().map(|(at, record)| {
            let agent = || agents.of(record, at);
            owner(record, agent, &node_of_file, &cti_of_file)
        })
    };
    let all = clocks(records, owners(), agents);
    let id_of: FxHashMap<ClockOwner, ClockId> = (0u32..)
        .zip(&all)
        .map(|(id, clock)| (clock.owner, ClockId(id)))
        .collect();
    let ids = owners().map(|owner| id_of[&owner]).enumerate();
    let of_record = Stretches::new(records.all.len(), ids);
    let of_browser = id_of
        .iter()
        .filter_map(|(owner, &id)| match owner {
            ClockOwner::Client(agent) => Some((*agent, id)),
            _ => None,
        })
        .collect();
    let mut clocks = Clocks {
        all,
        of_record,
        readings: Readings::new(records),
        of_file: Vec::new(),
        node_of_file,
        of_browser,
    };
    let printed = PrintedZones::new(records, &clocks);
    borrow_node_zones(records, &printed, &mut clocks);
    read_desktops(records, agents, &mut clocks);
    read_cti_servers(records, agents, &mut clocks);
    clocks.readings.settle(records);
    clocks.of_file = file_spans(records, &clocks, &printed);
    clocks
}

fn owner(
    record: &Record,
    agent: impl Fn() -> Sym,
    node_of_file: &[Sym],
    cti_of_file: &[Sym],
) -> ClockOwner {
    let file = record.file().0 as usize;
    match record.kind() {
        Kind::ClientLog => ClockOwner::Client(agent()),
        // The engine runs on a Finesse node.
        Kind::UccxEngine if node_of_file[file].is_some() => ClockOwner::Finesse(node_of_file[file]),
        Kind::UccxEngine => ClockOwner::Cti(Sym::NONE),
        // The date line of a dumplog prints no node.
        Kind::CtiServer => ClockOwner::Cti(record.keys().node.or(cti_of_file[file])),
        Kind::Webservices => ClockOwner::Finesse(record.keys().node.or(node_of_file[file])),
        _ => ClockOwner::Finesse(node_of_file[file]),
    }
}

/// The clocks the records were written by, and that of every browser whose reading stands in a
/// `nocache`, whether or not its log is in the bundle.
fn clocks(
    records: &Records,
    owners: impl Iterator<Item = ClockOwner>,
    agents: &Agents,
) -> Vec<Clock> {
    let mut zones: FxHashMap<ClockOwner, BTreeMap<i16, u32>> = FxHashMap::default();
    for (record, owner) in records.all.iter().zip(owners) {
        let votes = zones.entry(owner).or_default();
        // The Identity Service may run on a machine of its own, in another zone than Finesse.
        if let Stamp::Utc { zone_minutes, .. } = record.stamp()
            && record.kind() != Kind::IdentityService
        {
            *votes.entry(zone_minutes).or_default() += 1;
        }
    }
    let asking = records.all.iter().enumerate();
    for (at, record) in asking.filter(|(_, record)| record.keys().nocache.is_some()) {
        let agent = agents.of(record, at);
        if agent.is_some() {
            zones.entry(ClockOwner::Client(agent)).or_default();
        }
    }
    let most = |votes: BTreeMap<i16, u32>| {
        votes
            .into_iter()
            .max_by_key(|&(_, count)| count)
            .map(|(zone, _)| zone)
    };
    let clock = |(owner, votes)| Clock {
        owner,
        zone_minutes: most(votes),
    };
    let mut clocks: Vec<Clock> = zones.into_iter().map(clock).collect();
    clocks.sort_by_cached_key(|clock| ClockKey::of(clock.owner, records));
    clocks
}

/// Orders clocks by name, whatever order the names were first seen in.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ClockKey(u8, String);

impl ClockKey {
    fn of(owner: ClockOwner, records: &Records) -> Self {
        let (rank, name) = match owner {
            ClockOwner::Finesse(node) => (0, node),
            ClockOwner::Cti(node) => (1, node),
            ClockOwner::Client(agent) => (2, agent),
        };
        Self(rank, records.strings.get(name).to_owned())
    }
}

#[cfg(test)]
mod tests;
