//! The connection to the Notification Service breaks again and again: `connect_flapping`.
//!
//! *Detects* three or more disconnections within ten minutes, while connecting or after the sign-in,
//! where the desktop does get through in the end.
//!
//! *Evidence*: each disconnection.
//!
//! *Cause*: a bad network, a proxy that cuts long requests, a loaded Notification Service.
//!
//! *Check next*: whether other agents of the site have it too; proxy and VPN between.
//!
//! *Source*: technote 116255 shows one disconnection in a healthy sign-in; Cisco's BOSH technote
//! 211376 tells client side from server side by how many agents drop at once.
//!
//! *Confidence*: seen: the desktop's own lines.
//!
//! *Versions*: all with a client log; the wording of 9.x and of 11.x on.
//!
//! *Must not fire* on the one retry that is normal, nor where the connection never came up
//! (`connect_failed`).

use super::{Case, Finding, SignInRule};
use crate::flow::{Confidence, LaterEvent, Severity, StepName};
use crate::record::What;
use crate::words::{Said, SaidLater};

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["connect_flapping"],
    check,
};

/// Three in ten minutes; ours.
const DROPS: usize = 3;
const WITHIN_MS: i64 = 10 * 60_000;

fn check(case: &Case<'_>) -> Vec<Finding> {
    if case.sign_in.stopped_at == Some(StepName::Connect) {
        return Vec::new();
    }
    let drops = drops(case);
    let many = drops.windows(DROPS).position(|drops| {
        let (first, last) = (drops[0].0, drops[DROPS - 1].0);
        last - first <= WITHIN_MS
    });
    let Some(from) = many else {
        return Vec::new();
    };
    let began = drops[from].0;
    let burst: Vec<_> = drops[from..]
        .iter()
        .take_while(|(when, _)| when - began <= WITHIN_MS)
        .collect();
    vec![Finding {
        rule: "connect_flapping",
        severity: Severity::Warning,
        confidence: Confidence::Seen,
        said: Said::Later(SaidLater::Flapping {
            agent: case.agent(),
            drops: burst.len(),
            span_ms: burst.last().map_or(0, |(when, _)| when - began),
        }),
        evidence: burst.iter().map(|&&(_, at)| case.place(at)).collect(),
    }]
}

/// Disconnections: when on the reference clock, and the record.
fn drops(case: &Case<'_>) -> Vec<(i64, usize)> {
    let is_drop = |at: &usize| {
        let record = case.record(*at);
        let word = case.records.strings.get(record.facts().word);
        record.what() == What::ConnectionStatus && word == "disconnected"
    };
    let connect = &case.sign_in.step(StepName::Connect).evidence;
    let later = case.sign_in.stay.events.iter();
    let later = later
        .filter(|later| later.event == LaterEvent::Disconnected)
        .flat_map(|later| &later.records);
    let mut drops: Vec<(i64, usize)> = connect
        .iter()
        .chain(later)
        .map(|joined| joined.at)
        .filter(is_drop)
        .filter_map(|at| Some((case.flows.when(case.records, at)?, at)))
        .collect();
    drops.sort_unstable();
    drops
}
