//! The records as correlation sees them: with the keys of their call, and on one time line.

use super::agents;
use super::calls::{self, CallKeys, Calls};
use super::clock::{ClockId, ClockOwner, Clocks};
use super::offset::{Branch, Comparison, Moment, Placing, Rank};
use crate::record::intern::Sym;
use crate::record::time::EpochMs;
use crate::record::{FileId, Kind, Record, Records, What};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Records, and what was found out about each, by position.
pub(super) struct View<'a> {
    pub(super) records: &'a Records,
    pub(super) clocks: Clocks,
    pub(super) reference: ClockId,
    /// The agent of each record.
    pub(super) agents: Vec<Sym>,
    /// When each record was written, in ms on the reference clock: read, corrected by the clock's
    /// offset, or, where its log prints no time, that of the record before it.
    pub(super) when: Vec<Option<i64>>,
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
        let (when, written, placings) = (Vec::new(), Vec::new(), Vec::new());
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
        self.clocks.at[at].is_some() || self.nocache(at).is_some()
    }

    /// Whether a server's clock stamped the record, in place among those of the other servers.
    pub(super) fn is_served(&self, at: usize) -> bool {
        self.clocks.at[at].is_some() && self.is_among_servers(self.clocks.of_record[at])
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
        let ms = |at: usize| self.when[at];
        // In the middle of the time that a stamp stands for it is half of that off at most.
        Some(Apart {
            ms: ms(other)? - ms(one)? + (to.1 - from.1) / 2,
            unsure_ms: (to.1 + from.1 + 1) / 2 + clocks_ms,
        })
    }

    /// The clock that says when a record was written, and by how much later that may have been, ms.
    fn reading(&self, at: usize) -> Option<(ClockId, i64)> {
        if let Some(when) = self.clocks.at[at] {
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
        let mut said: Vec<((u8, i64, Sym), Moment)> = Vec::new();
        for at in 0..self.records.all.len() {
            let Some(rank) = call_rank(self.record(at)) else {
                continue;
            };
            for key in self.conversation_keys(at) {
                let asked = Rank {
                    branch: Branch::Common,
                    position: 0,
                };
                let moments = [self.moment(at, rank), self.nocache_moment(at, asked)];
                said.extend(moments.into_iter().flatten().map(|moment| (key, moment)));
            }
        }
        // Sorted, not mapped: there is one for nearly every record. Those of a conversation stay in order.
        said.sort_by_key(|(key, _)| *key);
        let mut comparison = Comparison::default();
        let conversations = said.chunk_by(|(one, _), (other, _)| one == other);
        let mut moments = Vec::new();
        for conversation in conversations.filter(|moments| moments.len() <= MAX_MOMENTS) {
            moments.clear();
            moments.extend(conversation.iter().map(|(_, moment)| *moment));
            comparison.learn(&moments);
        }
        for exchange in self.exchanges().values() {
            exchange.teach(&mut comparison);
        }
        comparison
    }

    /// Records of one agent with one invoke id, on both sides of the CTI connection.
    fn exchanges(&self) -> BTreeMap<(Sym, u32), Exchange> {
        let mut exchanges: BTreeMap<(Sym, u32), Exchange> = BTreeMap::new();
        for at in 0..self.records.all.len() {
            let record = self.record(at);
            let (Some(invoke_id), true) = (record.keys().invoke_id, self.agents[at].is_some())
            else {
                continue;
            };
            let position = match (record.what(), calls::is_cti_request(record)) {
                (What::CtiSent, _) => 2,
                (What::CtiMessage, true) => 3,
                (What::CtiMessage, false) => 4,
                _ => 5,
            };
            let exchange = exchanges.entry((self.agents[at], invoke_id)).or_default();
            exchange.requests[usize::from(record.kind().is_cti_side())] +=
                u32::from(calls::is_cti_request(record));
            exchange.moments.extend(self.moment(
                at,
                Rank {
                    branch: Branch::Cti,
                    position,
                },
            ));
        }
        exchanges
    }

    fn conversation_keys(&self, at: usize) -> impl Iterator<Item = (u8, i64, Sym)> {
        let request_id = self.request_id(at);
        let nocache = self
            .nocache(at)
            .map(|nocache| (1, nocache.0, self.agents[at]));
        [request_id.is_some().then_some((0, 0, request_id)), nocache]
            .into_iter()
            .flatten()
    }

    /// The reading of a record's own clock.
    pub(super) fn moment(&self, at: usize, rank: Rank) -> Option<Moment> {
        Some(Moment {
            clock: self.clocks.of_record[at],
            at: self.clocks.at[at]?,
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

#[derive(Default)]
struct Exchange {
    /// Requests seen by Finesse and by the CTI server.
    requests: [u32; 2],
    moments: Vec<Moment>,
}

impl Exchange {
    /// Ids are reused: only one that was used once on each side compares clocks.
    fn teach(&self, comparison: &mut Comparison) {
        if self.requests == [1, 1] && self.moments.len() <= MAX_MOMENTS {
            comparison.learn(&self.moments);
        }
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

fn time_line(view: &View<'_>) -> Vec<Option<i64>> {
    let mut when = Vec::with_capacity(view.records.all.len());
    let mut sure = Vec::with_capacity(view.records.all.len());
    for at in 0..view.records.all.len() {
        let written =
            view.clocks.at[at].map(|when| view.on_reference(view.clocks.of_record[at], when.at));
        let asked = || {
            let nocache = view.nocache(at)?;
            let browser = view.clocks.of_browser.get(&view.agents[at]);
            let when = browser.map_or(nocache.0, |&browser| view.on_reference(browser, nocache));
            Some((when, browser.is_some_and(|&it| view.is_among_servers(it))))
        };
        let read = written.map(|when| (when, true)).or_else(asked);
        when.push(read.map(|(when, _)| when));
        sure.push(read.is_some_and(|(_, sure)| sure));
    }
    let read: Vec<bool> = when.iter().map(Option::is_some).collect();
    // The time of a browser that no server's clock places says nothing of the lines around it; but it
    // is better than none.
    lend(view.records, &mut when, &mut sure);
    sure = when.iter().map(Option::is_some).collect();
    lend(view.records, &mut when, &mut sure);
    keep_order_of_agents(view, &read, &mut when);
    when
}

/// A borrowed time is not before what the same agent did earlier in the same log, nor after what
/// the agent did later there: others may lend it from far away, or by another clock. One that is too
/// late says nothing, and the agent's own record before it is the best there is.
fn keep_order_of_agents(view: &View<'_>, read: &[bool], when: &mut [Option<i64>]) {
    type Own = FxHashMap<(FileId, Kind, Sym), i64>;
    let key = |at: usize| {
        let record = view.record(at);
        (record.file(), record.kind(), view.agents[at])
    };
    let named = |at: &usize| view.agents[*at].is_some();
    let mut too_late = vec![false; when.len()];
    let mut next = Own::default();
    for at in (0..when.len()).rev().filter(named) {
        let Some(ms) = when[at] else { continue };
        if read[at] {
            next.insert(key(at), ms);
        } else if let Some(&next) = next.get(&key(at)).filter(|&&next| next < ms) {
            when[at] = Some(next);
            too_late[at] = true;
        }
    }
    let mut previous = Own::default();
    for at in (0..when.len()).filter(named) {
        let Some(ms) = when[at] else { continue };
        if read[at] {
            previous.insert(key(at), ms);
        } else if let Some(&previous) = previous.get(&key(at))
            && (too_late[at] || ms < previous)
        {
            when[at] = Some(previous);
        }
    }
}

fn first_and_last(records: &Records, when: &[Option<i64>]) -> Vec<Option<(i64, i64)>> {
    let mut written: Vec<Option<(i64, i64)>> = vec![None; records.files.len()];
    for (record, when) in records.all.iter().zip(when) {
        if let Some(when) = *when {
            let span = written[record.file().0 as usize].get_or_insert((when, when));
            *span = (span.0.min(when), span.1.max(when));
        }
    }
    written
}

/// A record without a time is as late as the one before it in its log, or as early as the one after;
/// if its kind prints no times in that file at all, the other kinds there lend theirs. Only records
/// whose time is `sure` lend it, and those that borrowed from them.
fn lend(records: &Records, when: &mut [Option<i64>], sure: &mut [bool]) {
    lend_within(when, sure, |at| {
        (records.all[at].file(), Some(records.all[at].kind()))
    });
    lend_within(when, sure, |at| (records.all[at].file(), None));
}

fn lend_within(
    when: &mut [Option<i64>],
    sure: &mut [bool],
    log: impl Fn(usize) -> (FileId, Option<Kind>),
) {
    let len = when.len();
    let mut last: FxHashMap<(FileId, Option<Kind>), i64> = FxHashMap::default();
    let mut pass = |order: &mut dyn Iterator<Item = usize>| {
        last.clear();
        for at in order {
            match when[at] {
                Some(ms) if sure[at] => {
                    last.insert(log(at), ms);
                }
                Some(_) => {}
                None => {
                    when[at] = last.get(&log(at)).copied();
                    sure[at] = when[at].is_some();
                }
            }
        }
    };
    pass(&mut (0..len));
    pass(&mut (0..len).rev());
}
