//! A sign-in as a ladder: lanes, bands and rows in causal order, as values. The page paints it, the
//! text report draws it with characters; neither computes anything.

mod decoded;
mod label;

use crate::correlate::clock::ClockId;
use crate::correlate::coverage::proof_on;
use crate::correlate::message::{Message, MessageTime};
use crate::correlate::stay::Later;
use crate::correlate::step::SignIn;
use crate::correlate::{Flows, Joined};
use crate::diagnose;
use crate::flow::{LANES, Lane, LaterEvent, Outcome, Severity, StepName, StepStatus};
use crate::protocol::{Band, FindingView, Ladder, LaneView, Row, RowKind, SignInRow, Verdict};
use crate::record::time::EpochMs;
use crate::record::{Kind, Records};
use crate::words::{self, Lang, Said};
pub use decoded::{causes, decoded};
pub use label::{between, keys};
use std::collections::BTreeSet;

/// The ladder of a sign-in.
#[must_use]
pub fn ladder(records: &Records, flows: &Flows, sign_in: &SignIn, lang: Lang) -> Ladder {
    let rows = rows(records, sign_in);
    Ladder {
        sign_in: list_row(records, flows, sign_in, lang),
        verdict: verdict(records, flows, sign_in, lang),
        lanes: LANES
            .iter()
            .map(|&lane| lane_view(records, sign_in, lane))
            .collect(),
        bands: bands(&rows),
        rows,
    }
}

/// A sign-in as it stands in the list.
#[must_use]
pub fn list_row(records: &Records, flows: &Flows, sign_in: &SignIn, lang: Lang) -> SignInRow {
    let text = |sym| records.strings.some(sym).map(str::to_owned);
    SignInRow {
        id: sign_in.id.clone(),
        agent: text(sign_in.agent).unwrap_or_default(),
        login_name: text(sign_in.login_name),
        extension: text(sign_in.extension),
        node: text(sign_in.node),
        started: sign_in.started.map(|at| at.0),
        duration_ms: sign_in.duration_ms,
        outcome: sign_in.outcome,
        stopped_at: sign_in.stopped_at,
        slow: sign_in
            .steps
            .iter()
            .any(|step| step.status == StepStatus::Slow),
        verdict: verdict(records, flows, sign_in, lang).title,
    }
}

/// The verdict: the worst finding's sentence, or how it ended. What is only worth knowing is no
/// verdict on a sign-in that went well.
#[must_use]
pub fn verdict(records: &Records, flows: &Flows, sign_in: &SignIn, lang: Lang) -> Verdict {
    let findings = diagnose::sign_in_findings(records, flows, sign_in);
    let ended = Said::Ended {
        outcome: sign_in.outcome,
        duration_ms: sign_in.duration_ms,
        stopped_at: sign_in.stopped_at,
    };
    let signed_in = sign_in.outcome == Outcome::SignedIn;
    let worst = findings
        .first()
        .filter(|finding| !signed_in || finding.severity > Severity::Info);
    let title = match worst {
        Some(finding) if signed_in => words::signed_in_but(lang, &finding.said),
        Some(finding) => finding.said.texts(lang).title,
        None => ended.texts(lang).title,
    };
    Verdict {
        title,
        findings: findings
            .iter()
            .map(|finding| finding_view(finding, lang))
            .collect(),
    }
}

/// A finding in words.
#[must_use]
pub fn finding_view(finding: &diagnose::Finding, lang: Lang) -> FindingView {
    let texts = finding.said.texts(lang);
    FindingView {
        rule: finding.rule.to_owned(),
        severity: finding.severity,
        confidence: finding.confidence,
        title: texts.title,
        explanation: texts.explanation,
        next: texts.next,
        evidence: u32::try_from(finding.evidence.len()).unwrap_or(u32::MAX),
    }
}

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

fn rows(records: &Records, sign_in: &SignIn) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut previous: Option<(i64, ClockId)> = None;
    for planned in plan(sign_in) {
        rows.push(match planned {
            Planned::Absent(step, kind) => absent_row(records, sign_in, step, kind),
            Planned::Seen(message) => {
                let row = seen_row(records, sign_in, message, previous);
                previous = message
                    .time
                    .map_or(previous, |time| Some((time.at.0, time.clock)));
                row
            }
            Planned::Later(later) => {
                let row = later_row(records, later, previous);
                previous = later
                    .time
                    .map_or(previous, |time| Some((time.at.0, time.clock)));
                row
            }
        });
    }
    rows
}

fn seen_row(
    records: &Records,
    sign_in: &SignIn,
    message: &Message,
    previous: Option<(i64, ClockId)>,
) -> Row {
    let step = sign_in.step(message.step);
    let delta_ms = delta_ms(message.time, previous);
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
        time: message.time.map(|time| time.at.0),
        time_exact: message.time.is_some_and(|time| time.exact),
        delta_ms,
        waited_ms: if step.status == StepStatus::Slow {
            step.waited_ms
        } else {
            None
        },
        out_of_order: delta_ms.is_some_and(|delta| delta < 0),
        joined_by: message.records.first().map(|joined| joined.by),
        keys: label::keys(records, &message.records),
        evidence: u32::try_from(message.records.len()).unwrap_or(u32::MAX),
        proof: Vec::new(),
    }
}

fn delta_ms(time: Option<MessageTime>, previous: Option<(i64, ClockId)>) -> Option<i64> {
    let time = time?;
    // Whole seconds make small steps back; only what they cannot explain is one.
    let slack_ms = if time.exact { 0 } else { 999 };
    let step_ms = time.at.0 - previous?.0;
    Some(match (-slack_ms..0).contains(&step_ms) {
        true => 0,
        false => step_ms,
    })
}

/// Something that happened after the sign-in: no step, but drawn with what follows it.
fn later_row(records: &Records, later: &Later, previous: Option<(i64, ClockId)>) -> Row {
    use LaterEvent::{ForcedLogout, StateRefused, TokenRefreshFailed};
    let bad = matches!(
        later.event,
        ForcedLogout | StateRefused | TokenRefreshFailed
    );
    let delta_ms = delta_ms(later.time, previous);
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
        result: later.failure.map(label::failure),
        time: later.time.map(|time| time.at.0),
        time_exact: later.time.is_some_and(|time| time.exact),
        delta_ms,
        waited_ms: None,
        out_of_order: delta_ms.is_some_and(|delta| delta < 0),
        joined_by: later.records.first().map(|joined| joined.by),
        keys: label::keys(records, &later.records),
        evidence: u32::try_from(later.records.len()).unwrap_or(u32::MAX),
        proof: Vec::new(),
    }
}

fn says_no(records: &Records, message: &Message) -> bool {
    message.records.iter().any(|joined| {
        let record = &records.all[joined.at];
        let failed = record.facts.failure.is_some() || record.facts.failure_type.is_some();
        let refused = record.facts.msg_id == Some(crate::correlate::CONTROL_FAILURE_CONF);
        failed || refused || record.facts.status.is_some_and(|status| status >= 400)
    })
}

fn absent_row(records: &Records, sign_in: &SignIn, name: StepName, kind: RowKind) -> Row {
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
        delta_ms: None,
        waited_ms: step.waited_ms.filter(|_| kind == RowKind::Ghost),
        out_of_order: false,
        joined_by: None,
        keys: Vec::new(),
        evidence: 0,
        proof: proof_on(name, records.strings.get(sign_in.deployment)),
    }
}

/// Runs of rows of one stage. A stage may come again: follow-ups of an earlier step are not moved.
fn bands(rows: &[Row]) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for (nth, row) in (0u32..).zip(rows) {
        match bands
            .last_mut()
            .filter(|band| band.stage == row.step.stage())
        {
            Some(band) => {
                band.rows += 1;
                band.status = worse(band.status, row.status);
            }
            None => bands.push(Band {
                stage: row.step.stage(),
                first: nth,
                rows: 1,
                status: row.status,
            }),
        }
    }
    bands
}

fn worse(one: StepStatus, other: StepStatus) -> StepStatus {
    let badness = |status: StepStatus| match status {
        StepStatus::NotCovered => 0,
        StepStatus::Ok => 1,
        StepStatus::Slow => 2,
        StepStatus::Missing => 3,
        StepStatus::Error => 4,
    };
    if badness(other) > badness(one) {
        other
    } else {
        one
    }
}

fn lane_view(records: &Records, sign_in: &SignIn, lane: Lane) -> LaneView {
    let (proof, kinds): (Option<Kind>, &[Kind]) = match lane {
        Lane::Client => (Some(Kind::ClientLog), &[Kind::ClientLog]),
        Lane::Tomcat => (Some(Kind::AccessLog), &[Kind::AccessLog]),
        Lane::RestApi => (Some(Kind::Webservices), &[Kind::Webservices]),
        Lane::CtiServer => (Some(Kind::CtiServer), &[Kind::CtiServer, Kind::UccxEngine]),
        Lane::Notification => (
            Some(Kind::Notification),
            &[Kind::Notification, Kind::HttpWire],
        ),
        Lane::FinesseDb => (None, &[]),
    };
    let own: Vec<_> = sign_in
        .records()
        .map(|at| &records.all[at])
        .filter(|record| kinds.contains(&record.kind))
        .collect();
    let nodes: BTreeSet<&str> = own
        .iter()
        .map(|record| {
            if lane == Lane::Tomcat {
                sign_in.node
            } else {
                record.keys.node
            }
        })
        .filter_map(|node| records.strings.some(node))
        .collect();
    LaneView {
        lane,
        nodes: nodes.into_iter().map(str::to_owned).collect(),
        covered: !own.is_empty() || sign_in.covered.contains(&lane),
        proof,
    }
}

/// Time of a record, by its own clock.
#[must_use]
pub fn time_of(flows: &Flows, at: usize) -> Option<EpochMs> {
    flows.clocks.at[at].map(|when| when.at)
}
