//! The records as correlation sees them: with the keys of their call, and on one time line.

use super::agents;
use super::calls::{self, CallKeys, Calls};
use super::clock::{ClockId, ClockOwner, Clocks};
use super::offset::{Branch, Comparison, Moment, Placing, Rank};
use super::times::Times;
use crate::record::intern::Sym;
use crate::record::time::EpochMs;
use crate::record::{FileId, Kind, Record, Records, What};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// Records, and what was found out about each, by position.
pub(super) struct View<'a> {
    pub(super) records: &'a Records,
    pub(super) clocks: Clocks,
    pub(super) reference: ClockId,
    /// The agent of each record.
    pub(super) agents: Vec<Sym>,
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
        let mut agents = agents::agents(records);
        let clocks = super::clock::read_clocks(records, &agents);
        let calls = calls::calls(records, &agents, &clocks);
        for (at, agent) in agents.iter_mut().enumerate() {
            *agent = calls.keys(&records.all[at], at, *agent).agent;
        }
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
        view.when = time_line(&view);
        view.written = first_and_last(records, &view.when);
        view
    }

    #[inline]
    pub(super) fn record(&self, at: usize) -> &'a Record {
        &self.records.all[at]
    }

    /// The record that opened this record's call; itself if none did.
    pub(super) fn opener(&self, at: usize) -> usize {
        self.calls.opener[at]
    }

    /// Whether the record has its keys from the opener of its call.
    pub(super) fn borrowed(&self, at: usize) -> bool {
        self.calls.borrowed(at)
    }

    pub(super) fn request_id(&self, at: usize) -> Sym {
        self.keys(at).request_id
    }

    /// Whether the record itself says when; without a time of its own, `when` is its neighbour's.
    pub(super) fn is_dated(&self, at: usize) -> bool {
        self.clocks.at.get(at).is_some() || self.nocache(at).is_some()
    }

    /// Whether a server's clock stamped the record, in place among those of the other servers.
    pub(super) fn is_served(&self, at: usize) -> bool {
        self.clocks.at.get(at).is_some() && self.is_among_servers(self.clocks.of_record[at])
    }

    pub(super) fn nocache(&self, at: usize) -> Option<EpochMs> {
        self.keys(at).nocache
    }

    pub(super) fn resource(&self, at: usize) -> Resource {
        self.resources
            .get(&self.keys(at).resource)
            .copied()
            .unwrap_or(Resource::Other)
    }

    /// Whether a record is of a GET that was answered with an error.
    pub(super) fn is_refused(&self, at: usize) -> bool {
        self.nocache(at)
            .is_some_and(|nocache| self.refused.contains(&(nocache.0, self.agents[at])))
    }

    /// A reading of a clock, in ms on the reference clock.
    pub(super) fn on_reference(&self, clock: ClockId, at: EpochMs) -> i64 {
        at.0 - self.placings[clock.0 as usize].offset.ms
    }

    /// Whether the times of two records can be compared: one clock stamped both, or both clocks lie
    /// within known bounds of the same one.
    pub(super) fn is_comparable(&self, one: usize, other: usize) -> bool {
        let [one, other] = [one, other].map(|at| self.clocks.of_record[at]);
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
        let ms = |at: usize| self.when.get(at);
        // In the middle of the time that a stamp stands for it is half of that off at most.
        Some(Apart {
            ms: ms(other)? - ms(one)? + (to.1 - from.1) / 2,
            unsure_ms: (to.1 + from.1 + 1) / 2 + clocks_ms,
        })
    }

    /// The clock that says when a record was written, and by how much later that may have been, ms.
    fn reading(&self, at: usize) -> Option<(ClockId, i64)> {
        if let Some(when) = self.clocks.at.get(at) {
            return Some((self.clocks.of_record[at], when.slack_ms));
        }
        self.nocache(at)?;
        let browser = self.clocks.of_browser.get(&self.agents[at])?;
        Some((*browser, 0))
    }

    fn unsure_between(&self, one: ClockId, other: ClockId) -> Option<i64> {
        let [one, other] = [one, other].map(|clock| self.placings[clock.0 as usize]);
        let unsure = one.offset.uncertainty_ms.zip(other.offset.uncertainty_ms);
        unsure
            .filter(|_| one.root == other.root)
            .map(|(one, other)| one + other)
    }

    fn is_bounded(&self, clock: ClockId) -> bool {
        let placing = self.placings[clock.0 as usize];
        placing.offset.uncertainty_ms.is_some()
    }

    /// Whether the clock's readings are placed by a server, and so among those of other agents.
    fn is_among_servers(&self, clock: ClockId) -> bool {
        let root = self.placings[clock.0 as usize].root;
        let owner = self.clocks.all[root.0 as usize].owner;
        self.is_bounded(clock) && !matches!(owner, ClockOwner::Client(_))
    }

    pub(super) fn is_put(&self, at: usize) -> bool {
        self.records.strings.get(self.keys(at).method) == "PUT"
    }

    fn keys(&self, at: usize) -> CallKeys {
        self.calls.keys(self.record(at), at, self.agents[at])
    }

    /// Compares clocks over REST calls and CTI exchanges: keys alone tell that these belong together.
    fn compare_calls(&self) -> Comparison {
        let mut comparison = Comparison::default();
        let is_call = |at: &usize| call_rank(self.record(*at)).is_some();
        let by_request = |at: usize| Some(self.request_id(at)).filter(|id| id.is_some());
        for_groups(self.all().filter(is_call), by_request, |call| {
            self.teach_call(call, &mut comparison);
        });
        let by_nocache = |at: usize| Some((self.nocache(at)?, self.agents[at]));
        for_groups(self.all().filter(is_call), by_nocache, |call| {
            self.teach_call(call, &mut comparison);
        });
        // Records of one agent with one invoke id, on both sides of the CTI connection.
        let by_invoke_id = |at: usize| {
            let named = Some(self.agents[at]).filter(|agent| agent.is_some());
            named.zip(self.record(at).keys().invoke_id)
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
            clock: self.clocks.of_record[at],
            at: self.clocks.at.get(at)?,
            rank,
        })
    }

    /// `nocache` is a reading of the browser's clock to the ms, at the moment it asks: `asked` in the
    /// causal order.
    pub(super) fn nocache_moment(&self, at: usize, asked: Rank) -> Option<Moment> {
        let record = self.record(at);
        let asks = matches!(record.what(), What::ClientRequest | What::RequestStart);
        let reading = super::clock::At {
            at: record.keys().nocache.filter(|_| asks)?,
            slack_ms: 0,
        };
        let clock = *self.clocks.of_browser.get(&self.agents[at])?;
        Some(Moment {
            clock,
            at: reading,
            rank: asked,
        })
    }
}

/// Calls `take` with the positions of the records that share a key, for every key that one has. Sorted, not
/// mapped: nearly every record may have a key.
fn for_groups<K: Ord>(
    records: impl Iterator<Item = usize>,
    key: impl Fn(usize) -> Option<K>,
    mut take: impl FnMut(&[usize]),
) {
    let position = |at: usize| u32::try_from(at).expect("fewer than 2^32 records");
    let keyed = records.filter_map(|at| Some((key(at)?, position(at))));
    let mut keyed: Vec<(K, u32)> = keyed.collect();
    keyed.sort_unstable();
    let mut group = Vec::new();
    for same in keyed.chunk_by(|one, other| one.0 == other.0) {
        group.clear();
        group.extend(same.iter().map(|&(_, at)| at as usize));
        take(&group);
    }
}

/// One `nocache` that hundreds of lines share is no conversation (a replayed or corrupt log).
const MAX_MOMENTS: usize = 64;

/// The Finesse node with the most records; without one, the clock with the most records.
fn reference(clocks: &Clocks, records: &Records) -> ClockId {
    let mut count = vec![0u32; clocks.all.len()];
    for (at, clock) in clocks.of_record.iter().enumerate() {
        let finesse = matches!(clocks.all[clock.0 as usize].owner, ClockOwner::Finesse(_));
        let webservices = records.all[at].kind() == Kind::Webservices;
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

fn refused_calls(records: &Records, calls: &Calls, agents: &[Sym]) -> FxHashSet<(i64, Sym)> {
    let refused = |(at, record): (usize, &Record)| {
        let nocache = record
            .keys()
            .nocache
            .or(records.all[calls.opener[at]].keys().nocache)?;
        (record.facts().status? >= 400).then_some((nocache.0, agents[at]))
    };
    records.all.iter().enumerate().filter_map(refused).collect()
}

fn time_line(view: &View<'_>) -> Times {
    let mut when = Times::none(view.records.all.len());
    let mut sure = Vec::with_capacity(view.records.all.len());
    for at in 0..view.records.all.len() {
        let written = view
            .clocks
            .at
            .get(at)
            .map(|when| view.on_reference(view.clocks.of_record[at], when.at));
        let asked = || {
            let nocache = view.nocache(at)?;
            let browser = view.clocks.of_browser.get(&view.agents[at]);
            let when = browser.map_or(nocache.0, |&browser| view.on_reference(browser, nocache));
            Some((when, browser.is_some_and(|&it| view.is_among_servers(it))))
        };
        let read = written.map(|when| (when, true)).or_else(asked);
        when.set(at, read.map(|(when, _)| when));
        sure.push(read.is_some_and(|(_, sure)| sure));
    }
    let read: Vec<bool> = when.iter().map(|when| when.is_some()).collect();
    // The time of a browser that no server's clock places says nothing of the lines around it; but it
    // is better than none.
    lend(view.records, &mut when, &mut sure);
    sure = when.iter().map(|when| when.is_some()).collect();
    lend(view.records, &mut when, &mut sure);
    keep_order_of_agents(view, &read, &mut when);
    when
}

/// A borrowed time is not before what the same agent did earlier in the same log, nor after what
/// the agent did later there: others may lend it from far away, or by another clock. One that is too
/// late says nothing, and the agent's own record before it is the best there is.
fn keep_order_of_agents(view: &View<'_>, read: &[bool], when: &mut Times) {
    type Own = FxHashMap<(FileId, Kind, Sym), i64>;
    let key = |at: usize| {
        let record = view.record(at);
        (record.file(), record.kind(), view.agents[at])
    };
    let named = |at: &usize| view.agents[*at].is_some();
    let mut too_late = vec![false; when.len()];
    let mut next = Own::default();
    for at in (0..when.len()).rev().filter(named) {
        let Some(ms) = when.get(at) else { continue };
        if read[at] {
            next.insert(key(at), ms);
        } else if let Some(&next) = next.get(&key(at)).filter(|&&next| next < ms) {
            when.set(at, Some(next));
            too_late[at] = true;
        }
    }
    let mut previous = Own::default();
    for at in (0..when.len()).filter(named) {
        let Some(ms) = when.get(at) else { continue };
        if read[at] {
            previous.insert(key(at), ms);
        } else if let Some(&previous) = previous.get(&key(at))
            && (too_late[at] || ms < previous)
        {
            when.set(at, Some(previous));
        }
    }
}

fn first_and_last(records: &Records, when: &Times) -> Vec<Option<(i64, i64)>> {
    let mut written: Vec<Option<(i64, i64)>> = vec![None; records.files.len()];
    for (record, when) in records.all.iter().zip(when.iter()) {
        if let Some(when) = when {
            let span = written[record.file().0 as usize].get_or_insert((when, when));
            *span = (span.0.min(when), span.1.max(when));
        }
    }
    written
}

/// A record without a time is as late as the one before it in its log, or as early as the one after;
/// if its kind prints no times in that file at all, the other kinds there lend theirs. Only records
/// whose time is `sure` lend it, and those that borrowed from them.
fn lend(records: &Records, when: &mut Times, sure: &mut [bool]) {
    lend_within(when, sure, |at| {
        (records.all[at].file(), Some(records.all[at].kind()))
    });
    lend_within(when, sure, |at| (records.all[at].file(), None));
}

fn lend_within(when: &mut Times, sure: &mut [bool], log: impl Fn(usize) -> (FileId, Option<Kind>)) {
    let len = when.len();
    let mut last: FxHashMap<(FileId, Option<Kind>), i64> = FxHashMap::default();
    let mut pass = |order: &mut dyn Iterator<Item = usize>| {
        last.clear();
        for at in order {
            match when.get(at) {
                Some(ms) if sure[at] => {
                    last.insert(log(at), ms);
                }
                Some(_) => {}
                None => {
                    when.set(at, last.get(&log(at)).copied());
                    sure[at] = when.get(at).is_some();
                }
            }
        }
    };
    pass(&mut (0..len));
    pass(&mut (0..len).rev());
}
