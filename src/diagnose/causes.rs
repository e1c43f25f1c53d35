//! Times in which something was wrong with the servers, of which several sign-ins may have failed.

use super::cti_session_lost::{Gap, gaps};
use super::peripheral_offline::{Outage, outages};
use super::service_restart::{Restart, restarts};
use super::{Case, Finding, span};
use crate::correlate::Flows;
use crate::correlate::step::SignIn;
use crate::flow::{Confidence, Severity};
use crate::record::{Place, Records};
use crate::words::Said;

/// What was wrong with the servers of a bundle, worked out once for all of its sign-ins.
#[derive(Debug, Default)]
pub struct Causes {
    pub(super) gaps: Vec<Gap>,
    pub(super) outages: Vec<Outage>,
    pub(super) restarts: Vec<Restart>,
}

impl Causes {
    /// Finds them.
    #[must_use]
    pub fn new(records: &Records, flows: &Flows) -> Causes {
        Causes {
            gaps: gaps(records, flows),
            outages: outages(records, flows),
            restarts: restarts(records, flows),
        }
    }
}

/// A time in which something was wrong with the servers: told of the bundle, and of the sign-ins that may
/// have failed because of it.
pub(super) trait Cause {
    /// Slug of the rule.
    const RULE: &'static str;
    /// How sure it is that there was such a time; that a sign-in failed because of it is inferred.
    const CONFIDENCE: Confidence;

    /// Whether a sign-in that ended at `ended`, ms on the reference clock, may have failed because of it.
    fn explains(&self, records: &Records, sign_in: &SignIn, ended: i64) -> bool;

    /// What to say, where it may be why so many sign-ins failed.
    fn said(&self, records: &Records, flows: &Flows, sign_ins: usize) -> Said;

    /// The lines that prove it.
    fn evidence(&self, records: &Records) -> Vec<Place>;
}

/// Each of `causes`, a warning if sign-ins may have failed because of it.
pub(super) fn causes_of_bundle<C: Cause>(
    causes: &[C],
    records: &Records,
    flows: &Flows,
) -> Vec<Finding> {
    if causes.is_empty() {
        return Vec::new();
    }
    let ended = |sign_in| span(records, flows, sign_in).map(|(_, ended)| (sign_in, ended));
    let ends: Vec<(&SignIn, i64)> = flows.sign_ins.iter().filter_map(ended).collect();
    let found = causes.iter().map(|cause| {
        let failed = ends
            .iter()
            .filter(|(sign_in, ended)| cause.explains(records, sign_in, *ended));
        let failed = failed.count();
        Finding {
            rule: C::RULE,
            severity: if failed > 0 {
                Severity::Warning
            } else {
                Severity::Info
            },
            confidence: C::CONFIDENCE,
            said: cause.said(records, flows, failed),
            evidence: cause.evidence(records),
        }
    });
    found.collect()
}

/// The first of `causes` that may be why the sign-in failed.
pub(super) fn cause_of_sign_in<C: Cause>(causes: &[C], case: &Case<'_>) -> Vec<Finding> {
    let Some((_, ended)) = case.span() else {
        return Vec::new();
    };
    let mut causes = causes.iter();
    let cause = causes.find(|cause| cause.explains(case.records, case.sign_in, ended));
    let found = cause.map(|cause| Finding {
        rule: C::RULE,
        severity: Severity::Warning,
        confidence: Confidence::Inferred,
        said: cause.said(case.records, case.flows, 1),
        evidence: cause.evidence(case.records),
    });
    found.into_iter().collect()
}
