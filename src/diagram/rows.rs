//! The rows of a ladder: messages that were seen, and steps that have none.

use super::coverage::covers;
use super::decoded::telling;
use super::label;
use super::latency::leg_of_row;
use super::times::{Readings, Relation, Scene};
use crate::codes::Failure;
use crate::correlate::Joined;
use crate::correlate::clock::ClockId;
use crate::correlate::coverage::proof_on;
use crate::correlate::message::{Message, MessageTime};
use crate::correlate::stay::Later;
use crate::correlate::step::{SignIn, refuses};
use crate::correlate::{Rank, rank};
use crate::flow::{JoinedBy, LaterEvent, StepName, StepStatus};
use crate::protocol::{Decoded, Row, RowKind};
use crate::record::Records;

/// What a row shows: its records, and the message they show if it was seen.
#[must_use]
pub fn records_of_row(sign_in: &SignIn, row: usize) -> Option<&[Joined]> {
    let plan = plan(sign_in);
    match plan.get(row)? {
        Planned::Seen(message) => Some(&message.records),
        Planned::Later(later) => Some(&later.records),
        Planned::Absent(..) => Some(&[]),
    }
}

/// A row to be: a message seen, a step that has none, or something that happened later.
enum Planned<'a> {
    Seen(&'a Message),
    Later(&'a Later),
    Absent(StepName, RowKind),
}

/// Messages in causal order, with ghosts where a step is missing, up to the first one. Steps that no
/// log can show are drawn only where the sign-in stopped: a good one needs no gaps.
fn plan(sign_in: &SignIn) -> Vec<Planned<'_>> {
    let mut plan: Vec<Planned<'_>> = Vec::new();
    for step in &sign_in.steps {
        plan.extend(
            sign_in
                .messages
                .iter()
                .filter(|message| message.step == step.name)
                .map(Planned::Seen),
        );
        let stopped_here = sign_in.stopped_at == Some(step.name);
        match step.status {
            StepStatus::Missing if stopped_here => {
                plan.push(Planned::Absent(step.name, RowKind::Ghost))
            }
            StepStatus::NotCovered
                if step.evidence.is_empty() && step.name != StepName::FollowUp =>
            {
                plan.push(Planned::Absent(step.name, RowKind::NotCovered));
            }
            _ => {}
        }
    }
    plan.extend(sign_in.stay.events.iter().map(Planned::Later));
    plan
}

/// The rows, and the clocks of their times.
pub(super) fn rows(scene: &Scene<'_>, sign_in: &SignIn) -> (Vec<Row>, Vec<ClockId>) {
    let mut rows: Vec<Row> = Vec::new();
    let mut readings = Readings::default();
    for (nth, planned) in (0u32..).zip(plan(sign_in)) {
        rows.push(match planned {
            Planned::Absent(step, kind) => {
                absent_row(scene, sign_in, step, kind, readings.last_on_reference())
            }
            Planned::Seen(message) => {
                let rank = message
                    .time
                    .and_then(|time| rank_of(scene.records, message, time));
                let relation = readings.next(scene, nth, message.time, rank);
                seen_row(scene, sign_in, message, relation)
            }
            Planned::Later(later) => {
                let relation = readings.next(scene, nth, later.time, None);
                later_row(scene, later, relation)
            }
        });
    }
    (rows, readings.clocks().to_vec())
}

fn seen_row(scene: &Scene<'_>, sign_in: &SignIn, message: &Message, relation: Relation) -> Row {
    let records = scene.records;
    let step = sign_in.step(message.step);
    Row {
        kind: RowKind::Message,
        later: None,
        step: message.step,
        status: if step.status == StepStatus::Error && !says_no(records, message) {
            StepStatus::Ok
        } else {
            step.status
        },
        from: message.from,
        to: message.to,
        label: label::label(records, sign_in, message),
        result: label::result(records, message),
        time: relation.shown,
        time_exact: message.time.is_some_and(|time| time.exact),
        clock: relation.clock,
        delta_ms: relation.delta_ms,
        leg: leg_of_row(sign_in, |at| message.records.iter().any(|own| own.at == at)),
        waited_ms: if step.status == StepStatus::Slow {
            step.waited_ms
        } else {
            None
        },
        disorder: relation.disorder,
        joined_by: message.records.first().map(|joined| joined.by),
        keys: label::keys(records, &message.records),
        evidence: u32::try_from(message.records.len()).unwrap_or(u32::MAX),
        codes: codes(scene, &message.records),
        proof: Vec::new(),
        covered_by: Vec::new(),
    }
}

/// Where a message stands in the causal order, by the record that gives its time.
fn rank_of(records: &Records, message: &Message, time: MessageTime) -> Option<Rank> {
    let record = records.all.get(time.record)?;
    let own = message.records.iter().find(|own| own.at == time.record);
    let by_nocache = own.is_some_and(|own| own.by == JoinedBy::Nocache);
    let by_browser = by_nocache || record.keys().nocache.is_some();
    rank(message.step, record.what(), by_browser)
}

/// Something that happened after the sign-in: no step, but drawn with what follows it.
fn later_row(scene: &Scene<'_>, later: &Later, relation: Relation) -> Row {
    let records = scene.records;
    use LaterEvent::{ForcedLogout, StateRefused, TokenRefreshFailed};
    let bad = matches!(
        later.event,
        ForcedLogout | StateRefused | TokenRefreshFailed
    );
    Row {
        kind: RowKind::Message,
        later: Some(later.event),
        step: StepName::FollowUp,
        status: if bad {
            StepStatus::Error
        } else {
            StepStatus::Ok
        },
        from: later.from,
        to: later.to,
        label: label::later(records, later),
        result: later_failure(records, later).map(label::failure),
        time: relation.shown,
        time_exact: later.time.is_some_and(|time| time.exact),
        clock: relation.clock,
        delta_ms: relation.delta_ms,
        leg: None,
        waited_ms: None,
        disorder: relation.disorder,
        joined_by: later.records.first().map(|joined| joined.by),
        keys: label::keys(records, &later.records),
        evidence: u32::try_from(later.records.len()).unwrap_or(u32::MAX),
        codes: codes(scene, &later.records),
        proof: Vec::new(),
        covered_by: Vec::new(),
    }
}

/// The codes of some records that tell more than their number, each once.
fn codes(scene: &Scene<'_>, joined: &[Joined]) -> Vec<Decoded> {
    let mut codes: Vec<Decoded> = Vec::new();
    for joined in joined {
        for code in telling(scene.records, &scene.records.all[joined.at], scene.lang) {
            let tells = code.name.is_some() || code.meaning.is_some();
            let known = |other: &Decoded| (&other.what, &other.raw) == (&code.what, &code.raw);
            if tells && !codes.iter().any(known) {
                codes.push(code);
            }
        }
    }
    codes
}

fn later_failure(records: &Records, later: &Later) -> Option<Failure> {
    let told = later.records.iter().map(|joined| &records.all[joined.at]);
    told.filter_map(|record| records.failure(record)).next()
}

fn says_no(records: &Records, message: &Message) -> bool {
    let mut own = message.records.iter();
    own.any(|joined| refuses(message.step, &records.all[joined.at]))
}

/// `after` is the last time above it, on the reference clock.
fn absent_row(
    scene: &Scene<'_>,
    sign_in: &SignIn,
    name: StepName,
    kind: RowKind,
    after: Option<i64>,
) -> Row {
    let records = scene.records;
    let proof = proof_on(name, records.strings.get(sign_in.deployment));
    let step = sign_in.step(name);
    let (from, to) = label::between(name);
    Row {
        kind,
        later: None,
        step: name,
        status: step.status,
        from,
        to,
        label: label::absent(records, sign_in, name),
        result: None,
        time: None,
        time_exact: false,
        clock: None,
        delta_ms: None,
        leg: None,
        waited_ms: step.waited_ms.filter(|_| kind == RowKind::Ghost),
        disorder: None,
        joined_by: None,
        keys: Vec::new(),
        evidence: 0,
        codes: Vec::new(),
        covered_by: match (kind, after) {
            (RowKind::Ghost, Some(at)) => covers(scene, sign_in, &proof, at),
            _ => Vec::new(),
        },
        proof,
    }
}
