//! Finesse signed the agent out: `forced_logout_255`.
//!
//! *Detects* a SetAgentStateReq LOGOUT with reason code 255 after the sign-in. Finesse sends it when
//! the agent's presence has been unavailable for 60 s.
//!
//! *Evidence*: the lost presence, the request, and the agent's sign-out.
//!
//! *Cause*: the browser was closed or crashed, the PC slept, the network was too slow.
//!
//! *Check next*: what the client did in the three minutes before: its log, its connection.
//!
//! *Source*: Cisco Finesse developer guide, "Desktop presence and forced logout".
//!
//! *Confidence*: seen: the request with its reason code.
//!
//! *Versions*: all.
//!
//! *Must not fire* on an agent who signs out, nor on a page that is loaded again within 60 s.

use super::{Case, Finding, SignInRule};
use crate::flow::{Confidence, LaterEvent, Severity};
use crate::words::{Said, SaidLater};

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["forced_logout_255"],
    check,
};

/// A crash is noticed after up to 120 s, and 60 s later the agent is signed out; the events of the
/// sign-out follow within seconds.
const AROUND_MS: i64 = 200_000;

fn check(case: &Case<'_>) -> Vec<Finding> {
    let events = &case.sign_in.stay.events;
    let forced = |event: &LaterEvent| *event == LaterEvent::ForcedLogout;
    let Some(nth) = events.iter().position(|later| forced(&later.event)) else {
        return Vec::new();
    };
    let out = &events[nth];
    let before = events[..nth].iter().rev();
    let lost = before
        .take_while(|later| later.event != LaterEvent::PresenceBack)
        .find(|later| {
            later.event == LaterEvent::PresenceLost && out.when - later.when <= AROUND_MS
        });
    let gone = events[nth..]
        .iter()
        .find(|later| later.event == LaterEvent::SignedOut && later.when - out.when <= AROUND_MS);
    let told = [lost, Some(out), gone].into_iter().flatten();
    vec![Finding {
        rule: "forced_logout_255",
        severity: Severity::Error,
        confidence: Confidence::Seen,
        said: Said::Later(SaidLater::ForcedLogout {
            agent: case.agent(),
            after_ms: case.span().map(|(_, ended)| out.when - ended),
            gone_ms: lost.map(|lost| out.when - lost.when),
        }),
        evidence: told
            .flat_map(|later| later.records.iter().map(|joined| case.place(joined.at)))
            .collect(),
    }]
}
