//! The records as correlation sees them: with the keys of their call, and on one time line.

use super::agents::{Agents, agents};
use super::calls::{self, CallKeys, Calls};
use super::clock::{At, ClockId, ClockOwner, Clocks};
use super::offset::{Branch, Comparison, Moment, Placing, Rank};
use super::time_line::time_line;
use super::times::Times;
use crate::record::intern::Sym;
use crate::record::time::EpochMs;
use crate::record::{Kind, Record, Records, What};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// Records, and what was found out about each, by position.
pub(super) struct View<'a> {
    pub(super) records: &'a Records,
    pub(super) clocks: Clocks,
    pub(super) reference: ClockId,
    agents: Agents,
    /// When each record was written, in ms on the reference clock: read, corrected by the clock's
    /// offset, or, where its log prints no time, that of the record before it.
    pub(super) when: Times,
    /// When the first and the last record of each file were written, as `when` has it.
    pub(super) written: Vec<Option<(i64, i64)>>,
    /// The offset of each clock from the reference, or from another that it is connected with, as far
    /// as keys alone tell.
    placings: Vec<Placing>,
    /// GETs that were answered with an error: nocache and agent.
    refused: FxHashSet<(i64, Sym)>,
    /// What each REST resource is to a sign-in.
    resources: FxHashMap<Sym, Resource>,
    calls: Calls,
}

/// How far two records are apart in time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apart {
    /// The second one is this much later.
    pub(super) ms: i64,
    /// By how much `ms` may be wrong either way: precision of the stamps, bounds of the clocks.
    pub(super) unsure_ms: i64,
}

/// What a REST resource is to a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    SystemInfo,
    User,
    FollowUp,
    Other,
}

impl<'a> View<'a> {
    pub(super) fn new(records: &'a Records) -> Self {
        let mut agents = agents(records);
        let clocks = super::clock::read_clocks(records, &agents);
        let calls = calls::calls(records, &agents, &clocks);
        agents.tell(records, |agents, at| calls.keys(records, agents, at).agent);
        let reference = reference(&clocks, records);
        let resources = resources(records);
        let refused = refused_calls(records, &calls, &agents);
        let (when, written, placings) = (Times::default(), Vec::new(), Vec::new());
        let mut view = Self {
            records,
            clocks,
            reference,
            agents,
            when,
            written,
            placings,
            refused,
            resources,
            calls,
        };
        view.placings = view
            .compare_calls()
            .placings(view.clocks.all.len(), reference);
        let placings = view.placings.iter();
        let ahead_ms = placings.map(|placing| placing.offset.ms).collect();
        view.when = time_line(&view, ahead_ms);
        view.written = view.first_and_last();
        view
    }

    #[inline]
    pub(super) fn record(&self, at: usize) -> &'a Record {
        &self.records.all[at]
    }

    /// The agent of a record.
    #[inline]
    pub(super) fn agent(&self, at: usize) -> Sym {
        self.agents.of(self.record(at), at)
    }

    /// When a record was written, by its own clock; `None` where its log does not tell.
    #[inline]
    pub(super) fn read(&self, at: usize) -> Option<At> {
        self.clocks.read(self.record(at), at)
    }

    /// See [`View::when`].
    #[inline]
    pub(super) fn when(&self, at: usize) -> Option<i64> {
        self.when.get(&self.clocks, self.record(at), at)
    }

    /// The record that opened this record's call; itself if none did.
    pub(super) fn opener(&self, at: usize) -> usize {
        self.calls.opener(at)
    }

    /// Whether the record has its keys from the opener of its call.
    pub(super) fn borrowed(&self, at: usize) -> bool {
        self.calls.borrowed(at)
    }

    pub(super) fn request_id(&self, at: usize) -> Sym {
        let own = self.record(at).keys().request_id;
        self.own_or(own, at, |call| call.request_id)
    }

    /// Whether the record itself says when; without a time of its own, `when` is its neighbour's.
    pub(super) fn is_dated(&self, at: usize) -> bool {
        self.read(at).is_some() || self.nocache(at).is_some()
    }

    /// Whether a server's clock stamped the record, in place among those of the other servers.
    pub(super) fn is_served(&self, at: usize) -> bool {
        self.read(at).is_some() && self.is_among_servers(self.clocks.of(at))
    }

    pub(super) fn nocache(&self, at: usize) -> Option<EpochMs> {
        let own = self.record(at).keys().nocache;
        own.or_else(|| self.call(at)?.nocache)
    }

    pub(super) fn resource(&self, at: usize) -> Resource {
        let own = self.record(at).facts().resource;
        let resource = self.own_or(own, at, |call| call.resource);
        self.resources
            .get(&resource)
            .copied()
            .unwrap_or(Resource::Other)
    }

    /// Whether a record is of a GET that was answered with an error.
    pub(super) fn is_refused(&self, at: usize) -> bool {
        self.nocache(at)
            .is_some_and(|nocache| self.refused.contains(&(nocache.0, self.agent(at))))
    }

    /// A reading of a clock, in ms on the reference clock.
    pub(super) fn on_reference(&self, clock: ClockId, at: EpochMs) -> i64 {
        at.0 - self.placings[clock.0 as usize].offset.ms
    }

    /// Whether the times of two records can be compared: one clock stamped both, or both clocks lie
    /// within known bounds of the same one.
    pub(super) fn is_comparable(&self, one: usize, other: usize) -> bool {
        let [one, other] = [one, other].map(|at| self.clocks.of(at));
        let [root, other_root] = [one, other].map(|clock| self.placings[clock.0 as usize].root);
        one == other || root == other_root && self.is_bounded(one) && self.is_bounded(other)
    }

    /// How far two records are apart in time; `None` where a time is missing or borrowed, or the clocks
    /// cannot be compared.
    pub(super) fn apart(&self, one: usize, other: usize) -> Option<Apart> {
        let [from, to] = [self.reading(one)?, self.reading(other)?];
        let clocks_ms = if from.0 == to.0 {
            0
        } else {
            self.unsure_between(from.0, to.0)?
        };
        let ms = |at: usize| self.when(at);
        // In the middle of the time that a stamp stands for it is half of that off at most.
        Some(Apart {
            ms: ms(other)? - ms(one)? + (to.1 - from.1) / 2,
            unsure_ms: (to.1 + from.1 + 1) / 2 + clocks_ms,
        })
    }

    /// The clock that says when a record was written, and by how much later that may have been, ms.
    fn reading(&self, at: usize) -> Option<(ClockId, i64)> {
        if let Some(when) = self.read(at) {
            return Some((self.clocks.of(at), when.slack_ms));
        }
        self.nocache(at)?;
        let browser = self.clocks.of_browser.get(&self.agent(at))?;
        Some((*browser, 0))
    }

    fn unsure_between(&self, one: ClockId, other: ClockId) -> Option<i64> {
        let [one, other] = [one, other].map(|clock| self.placings[clock.0 as usize]);
        let unsure = one.offset.uncertainty_ms.zip(other.offset.uncertainty_ms);
        unsure
            .filter(|_| one.root == other.root)
            .map(|(one, other)| one + other)
    }

    /// When the first and the last record of each file were written.
    fn first_and_last(&self) -> Vec<Option<(i64, i64)>> {
        let mut written: Vec<Option<(i64, i64)>> = vec![None; self.records.files.len()];
        for (at, record) in self.records.all.iter().enumerate() {
            if let Some(when) = self.when.get(&self.clocks, record, at) {
                let span = written[record.file().0 as usize].get_or_insert((when, when));
                *span = (span.0.min(when), span.1.max(when));
            }
        }
        written
    }

    fn is_bounded(&self, clock: ClockId) -> bool {
        let placing = self.placings[clock.0 as usize];
        placing.offset.uncertainty_ms.is_some()
    }

    /// Whether the clock's readings are placed by a server, and so among those of other agents.
    pub(super) fn is_among_servers(&self, clock: ClockId) -> bool {
        let root = self.placings[clock.0 as usize].root;
        let owner = self.clocks.all[root.0 as usize].owner;
        self.is_bounded(clock) && !matches!(owner, ClockOwner::Client(_))
    }

    pub(super) fn is_put(&self, at: usize) -> bool {
        let own = self.record(at).facts().method;
        let method = self.own_or(own, at, |call| call.method);
        self.records.strings.get(method) == "PUT"
    }

    /// What a record says itself, or the others of its call do.
    #[inline]
    fn own_or(&self, own: Sym, at: usize, of_call: impl Fn(CallKeys) -> Sym) -> Sym {
        if own.is_some() {
            return own;
        }
        self.call(at).map_or(own, of_call)
    }

    /// What the records of a record's call say together, if there are others.
    #[inline]
    fn call(&self, at: usize) -> Option<CallKeys> {
        self.calls.together(self.records, &self.agents, at)
    }

    /// Compares clocks over REST calls and CTI exchanges: keys alone tell that these belong together.
    fn compare_calls(&self) -> Comparison {
        let mut comparison = Comparison::default();
        let is_call = |at: &usize| call_rank(self.record(*at)).is_some();
        let by_request = |at: usize| Some(self.request_id(at)).filter(|id| id.is_some());
        for_groups(self.all().filter(is_call), by_request, |call| {
            self.teach_call(call, &mut comparison);
        });
        let by_nocache = |at: usize| Some((self.nocache(at)?, self.agent(at)));
        for_groups(self.all().filter(is_call), by_nocache, |call| {
            self.teach_call(call, &mut comparison);
        });
        // Records of one agent with one invoke id, on both sides of the CTI connection.
        let by_invoke_id = |at: usize| {
            let invoke_id = self.record(at).keys().invoke_id?;
            let agent = self.agent(at);
            agent.is_some().then_some((agent, invoke_id))
        };
        for_groups(self.all(), by_invoke_id, |exchange| {
            self.teach_exchange(exchange, &mut comparison);
        });
        comparison
    }

    fn all(&self) -> Range<usize> {
        0..self.records.all.len()
    }

    /// What the records of one REST call tell.
    fn teach_call(&self, call: &[usize], comparison: &mut Comparison) {
        let asked = Rank {
            branch: Branch::Common,
            position: 0,
        };
        let told = call.iter().flat_map(|&at| {
            let own = call_rank(self.record(at)).and_then(|rank| self.moment(at, rank));
            [own, self.nocache_moment(at, asked)].into_iter().flatten()
        });
        let moments: Vec<Moment> = told.take(MAX_MOMENTS + 1).collect();
        if moments.len() <= MAX_MOMENTS {
            comparison.learn(&moments);
        }
    }

    /// What the records of one CTI exchange tell. Ids are reused: only one that was used once on each side
    /// compares clocks.
    fn teach_exchange(&self, exchange: &[usize], comparison: &mut Comparison) {
        // Requests seen by Finesse and by the CTI server.
        let mut requests = [0, 0];
        let mut moments = Vec::new();
        for &at in exchange {
            let record = self.record(at);
            let position = match (record.what(), calls::is_cti_request(record)) {
                (What::CtiSent, _) => 2,
                (What::CtiMessage, true) => 3,
                (What::CtiMessage, false) => 4,
                _ => 5,
            };
            let side = usize::from(record.kind().is_cti_side());
            requests[side] += u32::from(calls::is_cti_request(record));
            let branch = Branch::Cti;
            moments.extend(self.moment(at, Rank { branch, position }));
        }
        if requests == [1, 1] && moments.len() <= MAX_MOMENTS {
            comparison.learn(&moments);
        }
    }

    /// The reading of a record's own clock.
    pub(super) fn moment(&self, at: usize, rank: Rank) -> Option<Moment> {
        Some(Moment {
            clock: self.clocks.of(at),
            at: self.read(at)?,
            rank,
        })
    }

    /// `nocache` is a reading of the browser's clock to the ms, at the moment it asks: `asked` in the
    /// causal order.
    pub(super) fn nocache_moment(&self, at: usize, asked: Rank) -> Option<Moment> {
        let record = self.record(at);
        let asks = matches!(record.what(), What::ClientRequest | What::RequestStart);
        let reading = At {
            at: record.keys().nocache.filter(|_| asks)?,
            slack_ms: 0,
        };
        let clock = *self.clocks.of_browser.get(&self.agent(at))?;
        Some(Moment {
            clock,
            at: reading,
            rank: asked,
        })
    }
}

/// Calls `take` with the positions of the records that share a key, for every key that one has. Sorted, not
/// mapped, and by half a hash of the key: nearly every record may have one.
fn for_groups<K: Ord + Hash>(
    records: impl Iterator<Item = usize>,
    key: impl Fn(usize) -> Option<K>,
    mut take: impl FnMut(&[usize]),
) {
    let position = |at: usize| u32::try_from(at).expect("fewer than 2^32 records");
    let keyed = records.filter_map(|at| Some((half_of_hash(&key(at)?), position(at))));
    let mut keyed: Vec<(u32, u32)> = keyed.collect();
    keyed.sort_unstable();
    let mut group = Vec::new();
    for near in keyed.chunk_by(|one, other| one.0 == other.0) {
        let near = near.iter().map(|&(_, at)| at as usize);
        let mut near: Vec<(Option<K>, usize)> = near.map(|at| (key(at), at)).collect();
        near.sort_unstable();
        for same in near.chunk_by(|one, other| one.0 == other.0) {
            group.clear();
            group.extend(same.iter().map(|&(_, at)| at));
            take(&group);
        }
    }
}

fn half_of_hash(key: &impl Hash) -> u32 {
    let mut hasher = FxHasher::default();
    key.hash(&mut hasher);
    (hasher.finish() >> 32) as u32
}

/// One `nocache` that hundreds of lines share is no conversation (a replayed or corrupt log).
const MAX_MOMENTS: usize = 64;

/// The Finesse node with the most records; without one, the clock with the most records.
fn reference(clocks: &Clocks, records: &Records) -> ClockId {
    let mut count = vec![0u32; clocks.all.len()];
    for (at, record) in records.all.iter().enumerate() {
        let clock = clocks.of(at);
        let finesse = matches!(clocks.all[clock.0 as usize].owner, ClockOwner::Finesse(_));
        let webservices = record.kind() == Kind::Webservices;
        count[clock.0 as usize] += if finesse && webservices { 1 << 10 } else { 1 };
    }
    let most = (0u32..)
        .zip(&count)
        .max_by_key(|&(id, count)| (*count, std::cmp::Reverse(id)));
    ClockId(most.map_or(0, |(id, _)| id))
}

fn resources(records: &Records) -> FxHashMap<Sym, Resource> {
    let mut resources = FxHashMap::default();
    for resource in records.all.iter().map(|record| record.facts().resource) {
        resources
            .entry(resource)
            .or_insert_with(|| resource_of(records.strings.get(resource)));
    }
    resources
}

/// What the desktop reads once it is signed in (base document, last chapter; finesse.js).
const FOLLOW_UPS: [&str; 4] = ["ReasonCodes", "WrapUpReasons", "PhoneBooks", "Dialogs"];

fn resource_of(resource: &str) -> Resource {
    let mut parts = resource.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("SystemInfo"), None, None) => Resource::SystemInfo,
        (Some("User"), Some(_), None) => Resource::User,
        (Some("User"), Some(_), Some(part)) | (Some(part), ..) if FOLLOW_UPS.contains(&part) => {
            Resource::FollowUp
        }
        _ => Resource::Other,
    }
}

/// Where a record of a REST call or CTI exchange stands in its causal order.
fn call_rank(record: &Record) -> Option<Rank> {
    let rank = |branch, position| Some(Rank { branch, position });
    match record.what() {
        What::ClientRequest => rank(Branch::Common, 0),
        What::RequestStart | What::ApiRequest => rank(Branch::Common, 1),
        // An access line is stamped while the request is served, or at its end.
        What::RequestEnd | What::RestCall | What::ContainerCall => rank(Branch::Http, 2),
        What::ClientAnswer => rank(Branch::Http, 3),
        What::Published => rank(Branch::Cti, 4),
        What::Routed => rank(Branch::Cti, 5),
        What::EventReceived => rank(Branch::Cti, 6),
        _ => None,
    }
}

fn refused_calls(records: &Records, calls: &Calls, agents: &Agents) -> FxHashSet<(i64, Sym)> {
    let refused = |(at, record): (usize, &Record)| {
        if record.facts().status? < 400 {
            return None;
        }
        let opener = &records.all[calls.opener(at)];
        let nocache = record.keys().nocache.or(opener.keys().nocache)?;
        Some((nocache.0, agents.of(record, at)))
    };
    records.all.iter().enumerate().filter_map(refused).collect()
}
