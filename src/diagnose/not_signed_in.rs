//! A state change of an agent who is not signed in: `not_signed_in_257`.
//!
//! *Detects* a refused state change (not a sign-in) with code 257, or 1010 on UCCX: the CTI server
//! does not have the agent signed in.
//!
//! *Evidence*: the refusal in each log, and the request.
//!
//! *Cause*: the desktop believes it is signed in after the CTI server signed the agent out.
//!
//! *Check next*: how the agent was signed out before: a forced log-out, a restart, another desktop.
//!
//! *Source*: Cisco Finesse developer guide, "User – change agent state": from LOGOUT to NOT_READY
//! gives 257 on CCE and 1010 on CCX. The name of 257, CF_INVALID_PASSWORD_SPECIFIED, misleads.
//!
//! *Confidence*: seen: the refusal and its code.
//!
//! *Versions*: all; the code of UCCE and that of UCCX.
//!
//! *Must not fire* on a sign-in that is refused with 257: that is a password (`wrong_password`).

use super::{Case, Finding, SignInRule};
use crate::codes::Failure;
use crate::flow::{Confidence, LaterEvent, Severity};
use crate::words::{Said, SaidLater};

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["not_signed_in_257"],
    check,
};

/// CF_INVALID_PASSWORD_SPECIFIED, and UCCX's CF_INVALID_PARAMETER.
const CODES: [u32; 2] = [257, 1010];

fn check(case: &Case<'_>) -> Vec<Finding> {
    let events = case.sign_in.stay.events.iter();
    let refused = events.filter(|later| later.event == LaterEvent::StateRefused);
    let by_code = |later: &&crate::correlate::stay::Later| {
        later.failure.is_some_and(|code| CODES.contains(&code))
    };
    let refused: Vec<_> = refused.filter(by_code).collect();
    let Some(first) = refused.first() else {
        return Vec::new();
    };
    let lines = refused.iter().flat_map(|later| &later.records);
    vec![Finding {
        rule: "not_signed_in_257",
        severity: Severity::Warning,
        confidence: Confidence::Seen,
        said: Said::Later(SaidLater::NotSignedIn {
            agent: case.agent(),
            code: first.failure.map(Failure::Control),
            state: first.state,
        }),
        evidence: lines.map(|joined| case.place(joined.at)).collect(),
    }]
}
