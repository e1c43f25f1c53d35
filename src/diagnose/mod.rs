//! Sign-ins to findings: what went wrong, which line proves it, what to check next.
//!
//! One file per rule, or per family that shares its evidence. A rule says only what the logs show:
//! a finding names its records, unless it is about a log that is missing.

mod clock_skew;
mod credentials_in_log;
mod cti_refusal;
mod http_refusal;
mod late;
mod log_missing;
mod log_rewrapped;
mod stall;

use crate::correlate::Flows;
use crate::correlate::step::SignIn;
use crate::flow::{Confidence, Severity};
use crate::record::{Place, Record, Records};
use crate::words::Said;

/// Something found out about a sign-in or about the bundle.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Slug of the rule, as in the report.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What to say, in any language.
    pub said: Said,
    /// The lines that prove it; empty only for a finding about a missing log.
    pub evidence: Vec<Place>,
}

/// A sign-in under examination.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The bundle's records.
    pub records: &'a Records,
    /// The sign-in.
    pub sign_in: &'a SignIn,
}

impl<'a> Case<'a> {
    fn record(&self, at: usize) -> &'a Record {
        &self.records.all[at]
    }

    /// The records of the sign-in's steps, in causal order.
    fn evidence(&self) -> impl Iterator<Item = (crate::flow::StepName, &'a Record)> {
        let records = self.records;
        let steps = self.sign_in.steps.iter();
        steps.flat_map(move |step| {
            step.evidence
                .iter()
                .map(move |joined| (step.name, &records.all[joined.at]))
        })
    }

    fn name(&self, sym: crate::record::intern::Sym) -> String {
        self.records.strings.get(sym).to_owned()
    }
}

/// A rule about one sign-in.
type SignInRule = fn(&Case<'_>) -> Vec<Finding>;

/// A rule about the whole bundle.
type BundleRule = fn(&Records, &Flows) -> Vec<Finding>;

/// All rules about a sign-in. Where two speak of one error, the first one's finding is the verdict.
const SIGN_IN_RULES: [SignInRule; 5] = [
    cti_refusal::check,
    http_refusal::check,
    stall::check,
    late::check,
    log_missing::check,
];

/// All rules about the whole bundle.
const BUNDLE_RULES: [BundleRule; 3] = [
    clock_skew::check,
    log_rewrapped::check,
    credentials_in_log::check,
];

/// What there is to say of one sign-in, most severe first.
#[must_use]
pub fn sign_in_findings(records: &Records, sign_in: &SignIn) -> Vec<Finding> {
    let case = Case { records, sign_in };
    let mut findings: Vec<Finding> = SIGN_IN_RULES.iter().flat_map(|rule| rule(&case)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// What there is to say of the bundle, most severe first.
#[must_use]
pub fn bundle_findings(records: &Records, flows: &Flows) -> Vec<Finding> {
    let mut findings: Vec<Finding> = BUNDLE_RULES
        .iter()
        .flat_map(|rule| rule(records, flows))
        .collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}
