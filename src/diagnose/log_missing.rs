//! The bundle cannot tell how the sign-in went on: `log_missing`.
//!
//! *Detects* the outcome `not_covered`, and names the logs that would show the next step: of which
//! node or desktop, from the last sign of life until the step would have had to come.
//!
//! *Evidence*: none; it is about what is not there.
//!
//! *Cause*: the log was not collected, ends too soon, or is switched off (client log, Openfire's debug
//! log).
//!
//! *Check next*: collect the log that is named, for the time that is named.
//!
//! *Source*: which log proves which step: technote 116255; logs that are off by default: Cisco's guides
//! to log collection.
//!
//! *Confidence*: seen: the bundle has no such log.
//!
//! *Versions*: all.
//!
//! *Must not fire* where any other log proves how the sign-in ended.

use super::{Case, Finding, SignInRule};
use crate::correlate::coverage::proof_on;
use crate::correlate::thresholds::limit;
use crate::flow::{Confidence, Outcome, Severity};
use crate::record::time::EpochMs;
use crate::words::Said;

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["log_missing"],
    check,
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let (Outcome::NotCovered, Some(step)) = (case.sign_in.outcome, case.sign_in.stopped_at) else {
        return Vec::new();
    };
    let from = case.sign_in.ended.or(case.sign_in.started);
    vec![Finding {
        rule: "log_missing",
        severity: Severity::Info,
        confidence: Confidence::Seen,
        said: Said::LogMissing {
            step,
            logs: proof_on(step, &case.name(case.sign_in.deployment)),
            node: case.name(case.sign_in.node),
            agent: case.agent(),
            from,
            until: from.map(|from| EpochMs(from.0 + limit(step).stalled_ms)),
        },
        evidence: Vec::new(),
    }]
}
