//! Many desktops went away in the same second: `many_agents_dropped`.
//!
//! *Detects* presences of five or more agents that became unavailable within two seconds; three are
//! enough where they are half of all agents the log knows. Agents who signed out just before do not
//! count.
//!
//! *Evidence*: each lost presence.
//!
//! *Cause*: the server side: Notification Service or Tomcat restarted, CTI failed over, overload. One
//! agent after another is the client side: network, VPN, PC.
//!
//! *Check next*: what the node's services did in that second.
//!
//! *Source*: Cisco technote 211376 splits the causes in exactly this way.
//!
//! *Confidence*: documented: that many in one second is the server side.
//!
//! *Versions*: all.
//!
//! *Must not fire* on agents who leave one by one, nor at the end of a shift when all sign out.

use super::{BundleRule, Finding};
use crate::correlate::Flows;
use crate::flow::{Confidence, Severity};
use crate::record::intern::Sym;
use crate::record::{AgentState, Record, Records, What};
use crate::words::{Said, SaidServer};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: BundleRule = BundleRule {
    slugs: &["many_agents_dropped"],
    check,
};

/// "The same second", with the clocks of two nodes between.
const TOGETHER_MS: i64 = 2_000;
/// Ours: fewer may leave together by chance.
const MANY: usize = 5;
const MANY_OF_FEW: usize = 3;
/// Whoever signed out this long before leaves on purpose.
const SIGNED_OUT_MS: i64 = 60_000;

fn check(records: &Records, flows: &Flows) -> Vec<Finding> {
    let signed_out = signed_out(records, flows);
    let mut known = BTreeSet::new();
    let mut lost: Vec<(i64, usize)> = Vec::new();
    for (at, record) in records.all.iter().enumerate() {
        let agent = record.keys().agent;
        if record.what() != What::Presence || agent.is_none() {
            continue;
        }
        known.insert(agent);
        let gone = records.strings.get(record.facts().word) == "unavailable";
        if gone
            && flows.read(records, at).is_some()
            && let Some(when) = flows.when(records, at)
            && !left_on_purpose(&signed_out, agent, when)
        {
            lost.push((when, at));
        }
    }
    lost.sort_unstable();
    bursts(records, &lost, known.len())
        .into_iter()
        .map(|burst| finding(records, flows, burst))
        .collect()
}

/// When each agent was signed out, on the reference clock, in order.
fn signed_out(records: &Records, flows: &Flows) -> BTreeMap<Sym, Vec<i64>> {
    let mut out: BTreeMap<Sym, Vec<i64>> = BTreeMap::new();
    for (at, record) in records.all.iter().enumerate() {
        let is_out = record.facts().state == Some(AgentState::Logout)
            && matches!(
                record.what(),
                What::ApiRequest | What::CtiSent | What::CtiDecoded | What::Published
            );
        if is_out && let Some(when) = flows.when(records, at) {
            out.entry(record.keys().agent).or_default().push(when);
        }
    }
    out.values_mut().for_each(|times| times.sort_unstable());
    out
}

fn left_on_purpose(signed_out: &BTreeMap<Sym, Vec<i64>>, agent: Sym, when: i64) -> bool {
    let times = signed_out.get(&agent).map_or(&[][..], Vec::as_slice);
    let next = times.partition_point(|&out| out < when - SIGNED_OUT_MS);
    times
        .get(next)
        .is_some_and(|&out| out <= when + TOGETHER_MS)
}

/// Runs of losses within two seconds of their first, of enough agents.
fn bursts<'l>(
    records: &Records,
    lost: &'l [(i64, usize)],
    known: usize,
) -> Vec<&'l [(i64, usize)]> {
    let agent = |&(_, at): &(i64, usize)| -> Sym { records.all[at].keys().agent };
    let mut bursts = Vec::new();
    let mut from = 0;
    while from < lost.len() {
        let began = lost[from].0;
        let len = lost[from..].partition_point(|&(when, _)| when - began <= TOGETHER_MS);
        let burst = &lost[from..from + len];
        let agents = burst.iter().map(agent).collect::<BTreeSet<_>>().len();
        let many = agents >= MANY || (agents >= MANY_OF_FEW && agents * 2 >= known);
        if many {
            bursts.push(burst);
        }
        from += if many { len } else { 1 };
    }
    bursts
}

fn finding(records: &Records, flows: &Flows, burst: &[(i64, usize)]) -> Finding {
    let record = |at: usize| -> &Record { &records.all[at] };
    let agents: BTreeSet<Sym> = burst
        .iter()
        .map(|&(_, at)| record(at).keys().agent)
        .collect();
    let first = burst.first().and_then(|&(_, at)| flows.read(records, at));
    Finding {
        rule: "many_agents_dropped",
        severity: Severity::Error,
        confidence: Confidence::Documented,
        said: Said::Server(SaidServer::ManyDropped {
            agents: agents.len(),
            at: first,
        }),
        evidence: burst.iter().map(|&(_, at)| record(at).place()).collect(),
    }
}
