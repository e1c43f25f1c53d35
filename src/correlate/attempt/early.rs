//! Attempts that ended before they made a sign-in request: wrong password, no connection, a server
//! that is out of service.

use super::before::{reason, step_before};
use super::{Attempt, Claimed};
use crate::correlate::thresholds::{CLOCK_TOLERANCE_MS, PRE_GAP_MS};
use crate::correlate::view::View;
use crate::flow::StepName;
use crate::record::time::EpochMs;
use crate::record::{AgentState, Kind, What};
use std::collections::BTreeMap;

/// From what is left of an agent's records: runs with no gap of more than a minute that show a
/// desktop which failed to sign in. Anything less telling (a gadget that polls, a page that was
/// refreshed while signed in) makes no attempt.
pub(super) fn attempts(view: &View<'_>, lines: &[usize], claimed: &mut Claimed) -> Vec<Attempt> {
    let left: Vec<(usize, StepName)> = lines
        .iter()
        .filter(|&&at| claimed.free(at))
        .filter_map(|&at| Some((at, step_before(view, at)?)))
        .collect();
    let mut failed: Vec<Vec<(usize, StepName)>> = left
        .chunk_by(|&(one, _), &(other, _)| no_gap(view, one, other))
        .flat_map(|run| split_after_refusals(view, run))
        .filter(|run| shows_failure(view, run))
        .collect();
    drop_echoes(view, &mut failed);
    failed
        .iter()
        .map(|run| attempt_of(view, run, claimed))
        .collect()
}

/// The Notification Service asks for the user by itself. Where its clock cannot be compared with the
/// desktop's, what it was refused is most likely the refusal that the desktop shows, and no other.
fn drop_echoes(view: &View<'_>, failed: &mut Vec<Vec<(usize, StepName)>>) {
    let is_wire = |run: &[(usize, StepName)]| {
        let mut kinds = run.iter().map(|&(at, _)| view.record(at).kind);
        kinds.all(|kind| kind == Kind::HttpWire)
    };
    let shown: Vec<usize> = failed
        .iter()
        .filter(|run| !is_wire(run))
        .map(|run| run[0].0)
        .collect();
    failed.retain(|run| {
        let apart = |&other: &usize| !view.is_comparable(run[0].0, other);
        !(is_wire(run) && shown.iter().any(apart))
    });
}

/// Who was refused and asks again makes a new attempt. The browser's own clock, in `nocache`, tells
/// what came before the refusal and what after; other records go by their time, as far as their
/// clock can be compared. Where it cannot, a record is of the only attempt there is, or of none.
fn split_after_refusals(view: &View<'_>, run: &[(usize, StepName)]) -> Vec<Vec<(usize, StepName)>> {
    let refusals = refusals(view, run);
    let part_of = |at: usize| match view.nocache(at) {
        Some(nocache) => Some(
            refusals
                .iter()
                .filter(|refusal| refusal.nocache < nocache)
                .count(),
        ),
        None if refusals
            .iter()
            .all(|refusal| view.is_comparable(refusal.at, at)) =>
        {
            let later =
                |refusal: &&Refusal| view.when[at] > Some(refusal.when + CLOCK_TOLERANCE_MS);
            Some(refusals.iter().filter(later).count())
        }
        None => None,
    };
    let mut parts = vec![Vec::new(); refusals.len() + 1];
    let mut unplaced = Vec::new();
    for &(at, step) in run {
        match part_of(at) {
            Some(part) => parts[part].push((at, step)),
            None => unplaced.push((at, step)),
        }
    }
    let mut used = parts.iter_mut().filter(|part| !part.is_empty());
    if let (Some(only), None) = (used.next(), used.next()) {
        only.append(&mut unplaced);
    }
    parts
}

struct Refusal {
    nocache: EpochMs,
    /// Its first record.
    at: usize,
    /// When its first record was written, ms on the reference clock.
    when: i64,
}

/// The refused calls of a run, in order of the browser's clock.
fn refusals(view: &View<'_>, run: &[(usize, StepName)]) -> Vec<Refusal> {
    let mut refusals: BTreeMap<EpochMs, (i64, usize)> = BTreeMap::new();
    for &(at, _) in run.iter().filter(|(at, _)| view.is_refused(*at)) {
        if let Some((nocache, when)) = view.nocache(at).zip(view.when[at]) {
            let first = refusals.entry(nocache).or_insert((when, at));
            *first = (when, at).min(*first);
        }
    }
    refusals
        .into_iter()
        .map(|(nocache, (when, at))| Refusal { nocache, at, when })
        .collect()
}

fn no_gap(view: &View<'_>, one: usize, other: usize) -> bool {
    view.when[one]
        .zip(view.when[other])
        .is_none_or(|(one, other)| other - one <= PRE_GAP_MS)
}

fn shows_failure(view: &View<'_>, run: &[(usize, StepName)]) -> bool {
    let record = |&(at, _): &(usize, StepName)| view.record(at);
    let refused = run
        .iter()
        .map(record)
        .any(|record| record.facts.status.is_some_and(|status| status >= 400));
    // A desktop that reads its user in any state but LOGOUT is signed in already: a refresh.
    let signed_in = run.iter().map(record).any(|record| {
        record.what == What::ClientAnswer
            && record
                .facts
                .state
                .is_some_and(|state| state != AgentState::Logout)
    });
    let desktop = run.iter().any(|entry| {
        let record = record(entry);
        record.kind == Kind::ClientLog
            && matches!(record.what, What::ConnectStarted | What::SystemStatus)
    });
    refused || (desktop && !signed_in)
}

fn attempt_of(view: &View<'_>, run: &[(usize, StepName)], claimed: &mut Claimed) -> Attempt {
    let mut attempt = Attempt {
        agent: view.agents[run[0].0],
        asked: None,
        ..Attempt::default()
    };
    for &(at, step) in run {
        attempt.join(claimed, at, step, reason(view, at));
    }
    attempt
}
