//! The bundle cannot tell how the sign-in went on: `log_missing`.
//!
//! *Detects* the outcome `not_covered`, and names the logs that would show the next step.
//!
//! *Evidence*: none; it is about what is not there.

use super::{Case, Finding, SignInRule};
use crate::correlate::coverage::proof;
use crate::flow::{Confidence, Outcome, Severity};
use crate::words::Said;

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["log_missing"],
    check,
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let (Outcome::NotCovered, Some(step)) = (case.sign_in.outcome, case.sign_in.stopped_at) else {
        return Vec::new();
    };
    vec![Finding {
        rule: "log_missing",
        severity: Severity::Info,
        confidence: Confidence::Seen,
        said: Said::LogMissing {
            step,
            logs: proof(step).to_vec(),
            from: case.sign_in.ended.or(case.sign_in.started),
        },
        evidence: Vec::new(),
    }]
}
