//! Attempts that ended before they made a sign-in request: wrong password, no connection, a server
//! that is out of service.

use super::before::{reason, step_before};
use super::{Attempt, Claimed};
use crate::correlate::thresholds::{CLOCK_TOLERANCE_MS, PRE_GAP_MS};
use crate::correlate::view::{Apart, View};
use crate::flow::StepName;
use crate::record::time::EpochMs;
use crate::record::{AgentState, FileId, Kind, What};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// From what is left of an agent's records: runs with no gap of more than a minute that show a
/// desktop which failed to sign in. Anything less telling (a gadget that polls, a page that was
/// refreshed while signed in) makes no attempt. `alone`: the agent made no request to sign in.
pub(super) fn attempts(
    view: &View<'_>,
    lines: &[usize],
    claimed: &mut Claimed,
    alone: bool,
) -> Vec<Attempt> {
    let mut left: Vec<(usize, StepName)> = lines
        .iter()
        .filter(|&&at| claimed.free(at))
        .filter_map(|&at| Some((at, step_before(view, at)?)))
        .collect();
    if !alone || has_gap(view, &left) {
        // A record without any time could belong to each of several attempts, so to none.
        left.retain(|&(at, _)| view.when(at).is_some());
    }
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

/// The Notification Service asks for the user by itself. Where its clock cannot be compared with
/// anything that tells when the desktop asked, what it was refused is most likely the refusal that the desktop
/// shows, and no other.
fn drop_echoes(view: &View<'_>, failed: &mut Vec<Vec<(usize, StepName)>>) {
    let is_wire = |run: &[(usize, StepName)]| {
        let mut kinds = run.iter().map(|&(at, _)| view.record(at).kind());
        kinds.all(|kind| kind == Kind::HttpWire)
    };
    let shown: Vec<Vec<usize>> = failed
        .iter()
        .filter(|run| !is_wire(run))
        .map(|run| run.iter().map(|&(at, _)| at).collect())
        .collect();
    let is_told = |wire: usize| {
        let told = |shown: &Vec<usize>| shown.iter().any(|&at| view.apart(wire, at).is_some());
        shown.iter().all(told)
    };
    failed.retain(|run| !is_wire(run) || is_told(run[0].0));
}

/// Who was refused and asks again makes a new attempt. The browser's own clock, in `nocache`, tells
/// what came before the refusal and what after; other records go by their place in a log that shows
/// the refusal, else to the refusal that they are nearest to in time, as far as their clock can be
/// compared. Where neither tells, a record is of the only attempt there is, or of none.
fn split_after_refusals(view: &View<'_>, run: &[(usize, StepName)]) -> Vec<Vec<(usize, StepName)>> {
    let refusals = refusals(view, run);
    // Without any time the Notification Service's calls may be many tries, or one that repeats itself.
    let only_echoes = refusals.len() > 1 && refusals[0].nocache.is_none();
    let part_of = |at: usize| {
        if only_echoes && !view.is_dated(at) {
            return None;
        }
        let possible = possible_parts(view, &refusals, at);
        if possible.start() == possible.end() {
            return Some(*possible.start());
        }
        nearest_part(view, &refusals, possible, at)
    };
    let mut parts = vec![Vec::new(); refusals.len() + 1];
    let mut unplaced = Vec::new();
    for &(at, step) in run {
        match part_of(at) {
            Some(part) => parts[part].push((at, step)),
            None => unplaced.push((at, step)),
        }
    }
    let between: Vec<_> = unplaced
        .iter()
        .map(|&(at, _)| part_between(view, &parts, at))
        .collect();
    let mut between = between.into_iter();
    unplaced.retain(|&entry| match between.next().flatten() {
        Some(part) => {
            parts[part].push(entry);
            false
        }
        None => true,
    });
    let mut used = parts.iter_mut().filter(|part| !part.is_empty());
    if let (Some(only), None) = (used.next(), used.next()) {
        only.append(&mut unplaced);
    }
    parts
}

/// The parts that a record may be of by the browser's clock and its place in a log: part `n` ends with
/// refusal `n`, and the last one has none. Empty where they contradict each other.
fn possible_parts(view: &View<'_>, refusals: &[Refusal], at: usize) -> RangeInclusive<usize> {
    let (mut first, mut last) = (0, refusals.len());
    for (nth, refusal) in refusals.iter().enumerate() {
        match refusal.is_before(view, at, nth + 1 == refusals.len()) {
            Some(true) => first = first.max(nth + 1),
            Some(false) => last = last.min(nth),
            None => {}
        }
    }
    first..=last
}

/// Of the parts that a record may be of, that of the refusal it stands nearest to in time: what is
/// refused is asked for at once, by the desktop and by the Notification Service, and people type between
/// one refusal and the next. `None` where the precision of the stamps and of the clocks leaves open which
/// refusal is nearer.
fn nearest_part(
    view: &View<'_>,
    refusals: &[Refusal],
    possible: RangeInclusive<usize>,
    at: usize,
) -> Option<usize> {
    let mut near: Vec<(i64, i64, usize)> = Vec::new();
    for part in possible.clone().filter(|&part| part < refusals.len()) {
        let apart = refusals[part].apart(view, at)?;
        near.push((apart.ms.abs(), apart.unsure_ms, part));
    }
    near.sort_unstable();
    let &(ms, unsure_ms, part) = near.first()?;
    let next = near.get(1);
    // An error in the time of the record brings it nearer to one and takes it away from the other.
    let is_sure = next.is_none_or(|next| next.0 - ms > 2 * unsure_ms.max(next.1));
    let is_over = *possible.end() == refusals.len() && part + 1 == refusals.len();
    let is_new = is_over && refusals[part].is_long_before(view, at);
    is_sure.then_some(if is_new { part + 1 } else { part })
}

/// The part that an exchange of the Notification Service is of by its order alone: it makes one for each try,
/// one after the other, and only one part between those of its neighbours has none.
fn part_between(view: &View<'_>, parts: &[Vec<(usize, StepName)>], at: usize) -> Option<usize> {
    let log = view.record(at);
    if log.kind() != Kind::HttpWire {
        return None;
    }
    let same_log = |part: &[(usize, StepName)], stands: &dyn Fn(usize) -> bool| {
        let mut records = part.iter().map(|&(other, _)| other);
        records.any(|other| view.record(other).file() == log.file() && stands(other))
    };
    let before = parts
        .iter()
        .rposition(|part| same_log(part, &|other| other < at))?;
    let after = parts
        .iter()
        .position(|part| same_log(part, &|other| other > at))?;
    (before + 2 == after).then_some(before + 1)
}

/// A refused call, and where it stands.
struct Refusal {
    /// When the browser asked; the Notification Service does not say.
    nocache: Option<EpochMs>,
    /// Its records.
    records: Vec<usize>,
    /// When the first of them was written, ms on the reference clock.
    when: Option<i64>,
    /// Its last record in each log that shows it.
    ends: BTreeMap<FileId, usize>,
}

impl Refusal {
    fn new(view: &View<'_>, at: usize) -> Self {
        Self {
            nocache: view.nocache(at),
            records: Vec::new(),
            when: view.when(at),
            ends: BTreeMap::new(),
        }
    }

    fn add(&mut self, view: &View<'_>, at: usize) {
        self.records.push(at);
        self.when = self.when.min(view.when(at));
        let end = self.ends.entry(view.record(at).file()).or_insert(at);
        *end = at.max(*end);
    }

    /// Whether a record came after it by the browser's clock or its place in a log; `None` where neither
    /// tells. The end of a log has no next refusal to belong to: there the place alone proves no new
    /// attempt.
    fn is_before(&self, view: &View<'_>, at: usize, is_last: bool) -> Option<bool> {
        if let Some((refused, asked)) = self.nocache.zip(view.nocache(at)) {
            return Some(refused < asked);
        }
        let place = self.ends.get(&view.record(at).file());
        let stands_after = place.map(|&end| end < at);
        stands_after.filter(|&after| !(after && is_last))
    }

    /// How far a record is from it in time, by the clocks that tell it best.
    fn apart(&self, view: &View<'_>, at: usize) -> Option<Apart> {
        let own = self.records.iter();
        let apart = own.filter_map(|&own| view.apart(own, at));
        apart.min_by_key(|apart| (apart.unsure_ms, apart.ms.abs()))
    }

    /// Whether it was over when a record came, as far as clocks tell.
    fn is_long_before(&self, view: &View<'_>, at: usize) -> bool {
        let times = self.when.zip(view.when(at));
        times.is_some_and(|(refused, when)| when > refused + CLOCK_TOLERANCE_MS)
    }
}

/// The refused calls of a run in order: the desktop's, by the browser's clock; where no log shows
/// those, the Notification Service's own, which it makes with the same credentials.
fn refusals(view: &View<'_>, run: &[(usize, StepName)]) -> Vec<Refusal> {
    let mut refusals: BTreeMap<EpochMs, Refusal> = BTreeMap::new();
    for &(at, _) in run.iter().filter(|(at, _)| view.is_refused(*at)) {
        if let Some(nocache) = view.nocache(at).filter(|_| view.when(at).is_some()) {
            let refusal = refusals.entry(nocache);
            let refusal = refusal.or_insert_with(|| Refusal::new(view, at));
            refusal.add(view, at);
        }
    }
    if !refusals.is_empty() {
        return refusals.into_values().collect();
    }
    let mut exchanges: BTreeMap<usize, Refusal> = BTreeMap::new();
    for &(at, _) in run {
        let record = view.record(at);
        if record.what() == What::WireAnswer && record.facts().status >= Some(400) {
            let asked = view.opener(at);
            let refusal = exchanges.entry(asked);
            let refusal = refusal.or_insert_with(|| Refusal::new(view, asked));
            refusal.add(view, at);
        }
    }
    exchanges.into_values().collect()
}

fn has_gap(view: &View<'_>, lines: &[(usize, StepName)]) -> bool {
    let mut pairs = lines.windows(2);
    pairs.any(|pair| !no_gap(view, pair[0].0, pair[1].0))
}

fn no_gap(view: &View<'_>, one: usize, other: usize) -> bool {
    view.when(one)
        .zip(view.when(other))
        .is_none_or(|(one, other)| other - one <= PRE_GAP_MS)
}

fn shows_failure(view: &View<'_>, run: &[(usize, StepName)]) -> bool {
    let record = |&(at, _): &(usize, StepName)| view.record(at);
    let refused = run
        .iter()
        .map(record)
        .any(|record| record.facts().status.is_some_and(|status| status >= 400));
    // A desktop that reads its user in any state but LOGOUT is signed in already: a refresh.
    let signed_in = run.iter().map(record).any(|record| {
        record.what() == What::ClientAnswer
            && record
                .facts()
                .state
                .is_some_and(|state| state != AgentState::Logout)
    });
    let desktop = run.iter().any(|entry| {
        let record = record(entry);
        record.kind() == Kind::ClientLog
            && matches!(record.what(), What::ConnectStarted | What::SystemStatus)
    });
    refused || (desktop && !signed_in)
}

fn attempt_of(view: &View<'_>, run: &[(usize, StepName)], claimed: &mut Claimed) -> Attempt {
    let mut attempt = Attempt {
        agent: view.agent(run[0].0),
        asked: None,
        ..Attempt::default()
    };
    for &(at, step) in run {
        attempt.join(claimed, at, step, reason(view, at));
    }
    attempt
}
