//! The agent, or somebody else on the extension, signed in somewhere else: `already_signed_on`.
//!
//! *Detects* a sign-out after the sign-in whose reason code says so: on UCCX 32740 (signed in again
//! elsewhere), 32741 (another agent took the extension) and 32767 (signed in again). A sign-in that
//! is refused because of it (259) is told by the rules of the CTI server's refusals.
//!
//! *Evidence*: the sign-out in each log.
//!
//! *Cause*: a second tab or PC; two agents who use one phone.
//!
//! *Check next*: the other session: sign-ins of the same agent or extension around this time.
//!
//! *Source*: Cisco DevNet, "Reason codes for agent state change" (UCCX).
//!
//! *Confidence*: documented: the reason code says it, no public log shows the whole chain.
//!
//! *Versions*: UCCX, all.
//!
//! *Must not fire* on UCCE, where 32767 means a call that was not answered.

use super::{Case, Finding, SignInRule};
use crate::codes::Deployment;
use crate::flow::{Confidence, LaterEvent, Severity};
use crate::words::{Said, SaidLater};

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["already_signed_on"],
    check,
};

const SIGNED_IN_AGAIN: [u16; 3] = [32740, 32741, 32767];

fn check(case: &Case<'_>) -> Vec<Finding> {
    let deployment = case.records.strings.get(case.sign_in.deployment);
    if Deployment::from_name(deployment) != Some(Deployment::Ccx) {
        return Vec::new();
    }
    let out = case.sign_in.stay.events.iter().find_map(|later| {
        let reason = later.reason.filter(|code| SIGNED_IN_AGAIN.contains(code))?;
        (later.event == LaterEvent::SignedOut).then_some((later, reason))
    });
    let Some((out, reason)) = out else {
        return Vec::new();
    };
    vec![Finding {
        rule: "already_signed_on",
        severity: Severity::Warning,
        confidence: Confidence::Documented,
        said: Said::Later(SaidLater::Elsewhere {
            agent: case.agent(),
            extension: case.name(case.sign_in.extension),
            reason,
        }),
        evidence: out
            .records
            .iter()
            .map(|joined| case.place(joined.at))
            .collect(),
    }]
}
