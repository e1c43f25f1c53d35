//! Legs of the way that are slow for everybody, or for one far more than for the others: `slow_step`.
//!
//! *Detects*, for the bundle, a leg whose median is over its limit, or which one in twenty sign-ins
//! exceeds, and at least five; for a sign-in, a leg that took ten times the bundle's median and at least half its limit.
//! What is over the limit in one sign-in is told by the rule of late steps.
//!
//! *Evidence*: the two records between which the time passed, of the slowest sign-in.
//!
//! *Cause*: server load, network between the two ends of the leg.
//!
//! *Check next*: what the two lanes of the leg have in common in that minute.
//!
//! *Source*: limits are ours (`correlate/thresholds.rs`), documented figures in
//! `correlate/latency.rs`.
//!
//! *Confidence*: seen for a leg that is slow for many; inferred for one sign-in that stands out.
//!
//! *Versions*: all; whole seconds where a log prints no more.
//!
//! *Must not fire* with few samples: 20 for the bundle, 30 for an outlier; nor on one clock that is
//! off, because both ends are read from one clock.

use super::{BundleRule, Case, Finding, SignInRule};
use crate::correlate::Flows;
use crate::correlate::latency::{Latency, LegTime};
use crate::flow::{Confidence, Severity, StepStatus};
use crate::record::Records;
use crate::words::{Said, SaidServer};

pub(super) const OUTLIER: SignInRule = SignInRule {
    slugs: &["slow_step"],
    check: outlier,
};

pub(super) const BUNDLE: BundleRule = BundleRule {
    slugs: &["slow_step"],
    check: slow_legs,
};

/// Samples without which a distribution says nothing.
const ENOUGH: usize = 20;
const ENOUGH_FOR_OUTLIERS: usize = 30;
/// Fewer slow sign-ins than this are slow each for itself, and are told of as such.
const MANY: usize = 5;
/// So many times the median is far outside.
const FAR_OUTSIDE: i64 = 10;

fn slow_legs(records: &Records, flows: &Flows) -> Vec<Finding> {
    let slow = |latency: &&Latency| {
        let limit = latency.leg.slow_over_ms();
        let many = || over(flows, latency) >= MANY;
        latency.n >= ENOUGH && (latency.median_ms > limit || (latency.p95_ms > limit && many()))
    };
    let of = |latency: &Latency| -> Option<LegTime> {
        let legs = &flows.sign_ins[latency.worst].legs;
        legs.iter().copied().find(|time| time.leg == latency.leg)
    };
    let slow = flows.latencies.iter().filter(slow);
    slow.filter_map(|latency| {
        let worst = of(latency)?;
        Some(Finding {
            rule: "slow_step",
            severity: Severity::Warning,
            confidence: Confidence::Seen,
            said: Said::Server(SaidServer::SlowLeg {
                latency: *latency,
                sign_in: flows.sign_ins[latency.worst].id.clone(),
            }),
            evidence: vec![
                records.all[worst.from].place(),
                records.all[worst.to].place(),
            ],
        })
    })
    .collect()
}

/// Sign-ins in which the leg took longer than its limit.
fn over(flows: &Flows, latency: &Latency) -> usize {
    let legs = flows.sign_ins.iter().flat_map(|sign_in| &sign_in.legs);
    let own = legs.filter(|time| time.leg == latency.leg);
    own.filter(|time| time.ms > latency.leg.slow_over_ms())
        .count()
}

fn outlier(case: &Case<'_>) -> Vec<Finding> {
    let late = case.sign_in.steps.iter();
    if late
        .map(|step| step.status)
        .any(|it| it == StepStatus::Slow)
    {
        return Vec::new();
    }
    let far = case.sign_in.legs.iter().filter_map(|time| {
        let all = case
            .flows
            .latencies
            .iter()
            .find(|all| all.leg == time.leg)?;
        let far = all.n >= ENOUGH_FOR_OUTLIERS
            && time.ms > all.median_ms * FAR_OUTSIDE
            && time.ms * 2 > time.leg.slow_over_ms();
        far.then_some((time, all))
    });
    // A leg contains others: the one that stands out most explains the rest.
    let worst = far.max_by_key(|(time, all)| time.ms / all.median_ms.max(1));
    let finding = |(time, all): (&LegTime, &Latency)| Finding {
        rule: "slow_step",
        severity: Severity::Info,
        confidence: Confidence::Inferred,
        said: Said::Server(SaidServer::Outlier {
            leg: time.leg,
            ms: time.ms,
            median_ms: all.median_ms,
            n: all.n,
        }),
        evidence: vec![case.place(time.from), case.place(time.to)],
    };
    worst.map(finding).into_iter().collect()
}
