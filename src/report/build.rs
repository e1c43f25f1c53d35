//! Flows to report: converted by hand, so that the core may change while the contract stays.

use super::{
    Clock, Code, Evidence, File, Finding, Hole, Latency, Later, Report, SCHEMA, SignIn, Skipped,
    Source, Span, Step,
};
use crate::correlate::clock::ClockId;
use crate::correlate::coverage;
use crate::correlate::latency;
use crate::correlate::step::SignIn as Traced;
use crate::correlate::step::Step as TracedStep;
use crate::correlate::{Flows, clock_name, clock_zone};
use crate::diagnose::{self, Causes};
use crate::diagram;
use crate::flow::{Lane, StepName};
use crate::record::intern::Sym;
use crate::record::time::EpochMs;
use crate::record::{AgentState, Kind, Place, Record, Records};
use crate::words::Lang;

/// The report of a bundle. `keep` says which sign-ins it has.
#[must_use]
pub fn report(
    records: &Records,
    flows: &Flows,
    causes: &Causes,
    skipped: &[Skipped],
    keep: &dyn Fn(&Traced) -> bool,
) -> Report {
    let mut skipped = skipped.to_vec();
    skipped.sort();
    Report {
        schema: SCHEMA,
        scope: None,
        files: files(records, flows),
        skipped,
        clocks: clocks(records, flows),
        coverage: coverage(records, flows),
        sign_ins: flows
            .sign_ins
            .iter()
            .filter(|traced| keep(traced))
            .map(|traced| sign_in(records, flows, causes, traced))
            .collect(),
        findings: diagnose::bundle_findings(records, flows)
            .iter()
            .map(finding)
            .collect(),
        latency: latency(flows),
    }
}

fn latency(flows: &Flows) -> Vec<Latency> {
    let one = |latency: &latency::Latency| Latency {
        leg: latency.leg.slug(),
        n: latency.n,
        median_ms: latency.median_ms,
        p95_ms: latency.p95_ms,
        worst_ms: latency.worst_ms,
        worst: flows.sign_ins[latency.worst].id.clone(),
        slow_over_ms: latency.leg.slow_over_ms(),
        documented_ms: latency.leg.documented_ms(),
    };
    flows.latencies.iter().map(one).collect()
}

/// Kept records that no sign-in claimed, per file.
#[must_use]
pub fn orphans(records: &Records, flows: &Flows) -> Vec<u64> {
    let mut orphans = vec![0; records.files.len()];
    let entries = records.all.iter().enumerate();
    for (_, record) in entries.filter(|&(at, _)| !flows.claimed.has(at)) {
        orphans[record.file().0 as usize] += 1;
    }
    orphans
}

fn files(records: &Records, flows: &Flows) -> Vec<File> {
    let orphans = orphans(records, flows);
    let files = (0u32..).zip(&records.files);
    files
        .map(|(id, file)| {
            let span = flows.clocks.of_file.get(id as usize).copied().flatten();
            File {
                id,
                chain: file.chain.clone(),
                kind: file.kind,
                node: text(records, file.node.or(node_of(flows, id))),
                bytes: file.counts.bytes,
                lines: file.counts.lines,
                records: file.counts.records,
                orphans: orphans[id as usize],
                duplicates: file.counts.duplicates,
                duplicate_of: file.duplicate_of.map(|original| original.0),
                outside: file.counts.outside,
                truncated: file.counts.truncated,
                damaged: file.counts.damaged,
                unknown_lines: file.counts.unknown_lines,
                rewrapped: file.counts.rewrapped,
                unglued: file.counts.unglued,
                undecodable: file.counts.undecodable,
                masked: file.counts.masked,
                first_time: span.map(|(first, _)| first.to_string()),
                last_time: span.map(|(_, last)| last.to_string()),
                problem: file.problem.clone(),
            }
        })
        .collect()
}

fn node_of(flows: &Flows, file: u32) -> Sym {
    flows
        .clocks
        .node_of_file
        .get(file as usize)
        .copied()
        .unwrap_or_default()
}

/// The clocks of a bundle, in order of name.
#[must_use]
pub fn clocks(records: &Records, flows: &Flows) -> Vec<Clock> {
    let clocks = (0u32..)
        .map(ClockId)
        .zip(&flows.clocks.all)
        .zip(&flows.offsets);
    clocks
        .map(|((id, clock), offset)| Clock {
            clock: clock_name(records, clock.owner),
            zone: clock_zone(clock),
            offset_ms: offset.map(|offset| offset.ms),
            uncertainty_ms: offset.and_then(|offset| offset.uncertainty_ms),
            samples: offset.map_or(0, |offset| offset.samples),
            reference: flows.reference == Some(id),
        })
        .collect()
}

fn coverage(records: &Records, flows: &Flows) -> Vec<Source> {
    let sources = flows.coverage.sources.iter();
    sources
        .map(|source| {
            let owner = text(records, source.owner);
            let of_desktop = source.kind == Kind::ClientLog;
            let clock = source.clock.map(|id| flows.clocks.all[id.0 as usize].owner);
            Source {
                kind: source.kind,
                node: owner.clone().filter(|_| !of_desktop),
                agent: owner.filter(|_| of_desktop),
                clock: clock.map(|owner| clock_name(records, owner)),
                spans: source.spans.iter().map(span).collect(),
                holes: source.holes.iter().map(hole).collect(),
            }
        })
        .collect()
}

fn span(span: &coverage::Span) -> Span {
    Span {
        from: span.read.0.to_string(),
        until: span.read.1.to_string(),
    }
}

fn hole(hole: &coverage::Hole) -> Hole {
    Hole {
        why: hole.why.slug(),
        from: hole.read.0.to_string(),
        until: hole.read.1.map(|until| until.to_string()),
        after: hole.after.0,
        before: hole.before.map(|file| file.0),
        line: hole.line,
    }
}

fn sign_in(records: &Records, flows: &Flows, causes: &Causes, traced: &Traced) -> SignIn {
    let findings = diagnose::sign_in_findings(records, flows, causes, traced);
    SignIn {
        id: traced.id.clone(),
        agent: text(records, traced.agent),
        extension: text(records, traced.extension),
        login_name: text(records, traced.login_name),
        request_id: text(records, traced.request_id),
        node: text(records, traced.node),
        deployment: text(records, traced.deployment),
        started: traced.started.map(|at| at.to_string()),
        ended: traced.ended.map(|at| at.to_string()),
        duration_ms: traced.duration_ms,
        outcome: traced.outcome,
        last_step: traced.last_step,
        stopped_at: traced.stopped_at,
        verdict: diagram::verdict(traced, &findings, Lang::En).title,
        steps: steps(records, traced),
        findings: findings.iter().map(finding).collect(),
        after: after(records, traced),
        codes: codes(records, traced),
    }
}

fn codes(records: &Records, traced: &Traced) -> Vec<Code> {
    let causes = diagram::causes(records, traced, Lang::En).into_iter();
    causes
        .map(|code| Code {
            what: code.what,
            raw: code.raw,
            name: code.name,
            meaning: code.meaning,
        })
        .collect()
}

fn after(records: &Records, traced: &Traced) -> Vec<Later> {
    let events = traced.stay.events.iter();
    events
        .map(|later| Later {
            event: later.event,
            from: later.from,
            to: later.to,
            time: later.time.map(|time| time.at.to_string()),
            state: later.state.map(AgentState::name),
            reason: later.reason.filter(|&reason| reason != 0),
            failure: later.failure,
            evidence: evidence(
                later
                    .records
                    .iter()
                    .map(|joined| records.all[joined.at].place()),
            ),
        })
        .collect()
}

fn steps(records: &Records, traced: &Traced) -> Vec<Step> {
    let mut previous: Option<EpochMs> = None;
    let mut steps = Vec::new();
    for own in &traced.steps {
        let (from, to) = lanes(traced, own);
        let elapsed_ms = own
            .time
            .zip(previous)
            .map(|(time, previous)| time.0 - previous.0);
        previous = own.time.or(previous);
        steps.push(Step {
            step: own.name,
            status: own.status,
            from,
            to,
            time: own.time.map(|at| at.to_string()),
            elapsed_ms,
            waited_ms: own.waited_ms,
            http_status: http_status(records, own),
            keys: diagram::keys(records, &own.evidence).into_iter().collect(),
            joined_by: own.evidence.iter().map(|joined| joined.by).min(),
            evidence: evidence(
                own.evidence
                    .iter()
                    .map(|joined| records.all[joined.at].place()),
            ),
        });
    }
    steps
}

fn lanes(traced: &Traced, own: &TracedStep) -> (Lane, Lane) {
    let mut messages = traced
        .messages
        .iter()
        .filter(|message| message.step == own.name);
    let (from, to) = diagram::between(own.name);
    match (messages.next(), messages.next_back()) {
        (Some(only), None) => (only.from, only.to),
        _ => (from, to),
    }
}

fn http_status(records: &Records, own: &TracedStep) -> Option<u16> {
    if own.name == StepName::LoginRequest {
        return None;
    }
    let status = |record: &Record| record.facts().status;
    let statuses = own
        .evidence
        .iter()
        .filter_map(|joined| status(&records.all[joined.at]));
    statuses.max()
}

fn finding(finding: &diagnose::Finding) -> Finding {
    let texts = finding.said.texts(Lang::En);
    Finding {
        rule: finding.rule.to_owned(),
        severity: finding.severity,
        confidence: finding.confidence,
        title: texts.title,
        explanation: texts.explanation,
        next: texts.next,
        evidence: evidence(finding.evidence.iter().copied()),
    }
}

/// Places in order of proof, each once.
fn evidence(places: impl Iterator<Item = Place>) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = Vec::new();
    for place in places {
        let one = Evidence {
            file: place.file.0,
            line: place.line,
            lines: place.lines,
        };
        if !evidence.contains(&one) {
            evidence.push(one);
        }
    }
    evidence
}

fn text(records: &Records, sym: Sym) -> Option<String> {
    records.strings.some(sym).map(str::to_owned)
}
