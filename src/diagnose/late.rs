//! A step came, but late: `late_publish` for the event, `slow_step` for any other.
//!
//! *Detects* steps of status `slow`: later than the limit in [`crate::correlate::thresholds`], read
//! from one clock.
//!
//! *Evidence*: the step it waited for, and the step itself.
//!
//! *Cause*: a leg's two ends know: queues of Finesse, load of CTI server or node, network between.
//!
//! *Check next*: the same leg of other sign-ins (latency), `statistics_overload`, CPU of the node.
//!
//! *Source*: Cisco technote 212077 shows an event published 14.7 s after it was received.
//!
//! *Confidence*: seen: two readings of one clock.
//!
//! *Versions*: all.
//!
//! *Must not fire* on what two clocks read, nor on what is late only because the step before was.

use super::{Case, Finding, SignInRule};
use crate::correlate::step::{Step, waits_for};
use crate::flow::{Confidence, Severity, StepName, StepStatus};
use crate::record::Place;
use crate::words::Said;

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["late_publish", "slow_step"],
    check,
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    // What comes after a late step is late because of it.
    let slow = case
        .sign_in
        .steps
        .iter()
        .find(|step| step.status == StepStatus::Slow);
    slow.into_iter()
        .map(|step| Finding {
            rule: if step.name == StepName::Publish {
                "late_publish"
            } else {
                "slow_step"
            },
            severity: Severity::Warning,
            confidence: Confidence::Seen,
            said: Said::Late {
                step: step.name,
                ms: step.waited_ms,
            },
            evidence: both_ends(case, step),
        })
        .collect()
}

fn both_ends(case: &Case<'_>, late: &Step) -> Vec<Place> {
    let began = waits_for(late.name).map(|name| case.sign_in.step(name));
    let steps = began.into_iter().chain([late]);
    let lines = steps.flat_map(|step| &step.evidence);
    lines.map(|joined| case.place(joined.at)).collect()
}
