//! Sign-ins to findings: what went wrong, which line proves it, what to check next.
//!
//! One file per rule, or per family that shares its evidence; each file is the manual of its rules.
//! A rule says only what the logs show: a finding names its records, unless it is about a log that
//! is missing. What is normal in a healthy system is listed in the rules that must not fire on it.

mod account_locked;
mod already_signed_on;
mod causes;
mod clock_skew;
mod connect_flapping;
mod credentials_in_log;
mod cti_refusal;
mod cti_session_lost;
mod follow_up_failed;
mod forced_logout;
mod http_refusal;
mod late;
mod log_gap;
mod log_missing;
mod log_rewrapped;
mod many_agents_dropped;
mod not_signed_in;
mod out_of_service;
mod peripheral_offline;
mod presence_lost;
mod service_restart;
mod slow_legs;
mod stall;
mod statistics_overload;
mod token_refresh;

pub use causes::Causes;

use crate::correlate::Flows;
use crate::correlate::step::SignIn;
use crate::flow::{Confidence, Severity, StepName};
use crate::record::intern::Sym;
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
    /// All sign-ins, and what else the bundle tells.
    pub flows: &'a Flows,
    /// What was wrong with its servers.
    pub causes: &'a Causes,
    /// The sign-in.
    pub sign_in: &'a SignIn,
}

impl<'a> Case<'a> {
    fn record(&self, at: usize) -> &'a Record {
        &self.records.all[at]
    }

    fn place(&self, at: usize) -> Place {
        self.record(at).place()
    }

    /// The records of the sign-in's steps, in causal order.
    fn evidence(&self) -> impl Iterator<Item = (StepName, &'a Record)> {
        let records = self.records;
        let steps = self.sign_in.steps.iter();
        steps.flat_map(move |step| {
            step.evidence
                .iter()
                .map(move |joined| (step.name, &records.all[joined.at]))
        })
    }

    fn name(&self, sym: Sym) -> String {
        self.records.strings.get(sym).to_owned()
    }

    fn agent(&self) -> String {
        self.name(self.sign_in.agent)
    }

    /// From when to when the sign-in lasted, ms on the reference clock.
    fn span(&self) -> Option<(i64, i64)> {
        span(self.records, self.flows, self.sign_in)
    }
}

/// From when to when a sign-in lasted, ms on the reference clock, follow-ups aside.
fn span(records: &Records, flows: &Flows, sign_in: &SignIn) -> Option<(i64, i64)> {
    let times = || {
        let steps = sign_in.steps.iter();
        let own = steps.filter(|step| step.name != StepName::FollowUp);
        own.flat_map(|step| &step.evidence)
            .filter(|joined| flows.read(records, joined.at).is_some())
            .filter_map(|joined| flows.when(records, joined.at))
    };
    Some((times().min()?, times().max()?))
}

/// A rule, or a family of them, about one sign-in.
struct SignInRule {
    slugs: &'static [&'static str],
    check: fn(&Case<'_>) -> Vec<Finding>,
}

/// A rule, or a family of them, about the whole bundle.
struct BundleRule {
    slugs: &'static [&'static str],
    check: fn(&Records, &Flows) -> Vec<Finding>,
}

/// All rules about a sign-in. Where two speak of one error, the first one's finding is the verdict.
const SIGN_IN_RULES: &[SignInRule] = &[
    cti_refusal::RULE,
    http_refusal::RULE,
    out_of_service::RULE,
    stall::RULE,
    cti_session_lost::RULE,
    peripheral_offline::RULE,
    service_restart::RULE,
    forced_logout::RULE,
    already_signed_on::RULE,
    not_signed_in::RULE,
    token_refresh::RULE,
    presence_lost::RULE,
    connect_flapping::RULE,
    late::RULE,
    follow_up_failed::RULE,
    slow_legs::OUTLIER,
    log_missing::RULE,
];

/// All rules about the whole bundle.
const BUNDLE_RULES: &[BundleRule] = &[
    cti_session_lost::OUTAGES,
    peripheral_offline::BUNDLE,
    out_of_service::OUTAGES,
    service_restart::BUNDLE,
    many_agents_dropped::RULE,
    account_locked::RULE,
    statistics_overload::RULE,
    slow_legs::BUNDLE,
    log_gap::RULE,
    clock_skew::RULE,
    log_rewrapped::RULE,
    credentials_in_log::RULE,
];

/// The slugs of all rules, each once, in order.
#[must_use]
pub fn slugs() -> Vec<&'static str> {
    let sign_in = SIGN_IN_RULES.iter().flat_map(|rule| rule.slugs);
    let bundle = BUNDLE_RULES.iter().flat_map(|rule| rule.slugs);
    let mut slugs: Vec<_> = sign_in.chain(bundle).copied().collect();
    slugs.sort_unstable();
    slugs.dedup();
    slugs
}

/// What there is to say of one sign-in, most severe first.
#[must_use]
pub fn sign_in_findings(
    records: &Records,
    flows: &Flows,
    causes: &Causes,
    sign_in: &SignIn,
) -> Vec<Finding> {
    let case = Case {
        records,
        flows,
        causes,
        sign_in,
    };
    let found = SIGN_IN_RULES.iter().flat_map(|rule| (rule.check)(&case));
    most_severe_first(found.collect())
}

/// What there is to say of the bundle, most severe first.
#[must_use]
pub fn bundle_findings(records: &Records, flows: &Flows) -> Vec<Finding> {
    let found = BUNDLE_RULES
        .iter()
        .flat_map(|rule| (rule.check)(records, flows));
    most_severe_first(found.collect())
}

fn most_severe_first(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}
