//! The desktop went away and nobody signed the agent out: `presence_lost`.
//!
//! *Detects* a presence that became unavailable after the sign-in and was not back within the 60 s
//! that Finesse waits, though the log goes on.
//!
//! *Evidence*: the presence that was lost, and the one that came back if it did.
//!
//! *Cause*: browser, PC or network of the one agent; of many agents at once, the server
//! (`many_agents_dropped`).
//!
//! *Check next*: the client log of that minute; whether other agents of the site lost theirs.
//!
//! *Source*: Cisco Finesse developer guide, "Desktop presence and forced logout".
//!
//! *Confidence*: documented: Finesse waits 60 s and then signs out.
//!
//! *Versions*: all.
//!
//! *Must not fire* on a page loaded again within 60 s, on an agent who signed out before, nor where
//! `forced_logout_255` tells the whole story.

use super::{Case, Finding, SignInRule};
use crate::correlate::stay::Later;
use crate::correlate::thresholds::PRESENCE_GRACE_MS;
use crate::flow::{Confidence, LaterEvent, Outcome, Severity};
use crate::words::{Said, SaidLater};

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["presence_lost"],
    check,
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let stay = &case.sign_in.stay;
    let forced = |later: &Later| later.event == LaterEvent::ForcedLogout;
    if case.sign_in.outcome != Outcome::SignedIn || stay.events.iter().any(forced) {
        return Vec::new();
    }
    let lost = (0..stay.events.len()).find(|&nth| is_lost(case, nth));
    lost.map(|nth| finding(case, nth)).into_iter().collect()
}

/// Whether the event is a presence lost while the agent was signed in, and not back in time.
pub(super) fn is_lost(case: &Case<'_>, nth: usize) -> bool {
    let stay = &case.sign_in.stay;
    let lost = &stay.events[nth];
    let out = |later: &Later| {
        let asked = later.event == LaterEvent::StateAsked
            && later.state == Some(crate::record::AgentState::Logout);
        asked || later.event == LaterEvent::SignedOut
    };
    let grace = lost.when + PRESENCE_GRACE_MS;
    let back = |later: &Later| {
        later.when <= grace
            && matches!(
                later.event,
                LaterEvent::PresenceBack | LaterEvent::Reconnected
            )
    };
    // A desktop that signs out leaves at once: what is told of both may be told in any order.
    let near = stay.events[nth..]
        .iter()
        .take_while(|later| later.when <= grace);
    let signed_in = case.span().is_none_or(|(_, ended)| lost.when >= ended);
    lost.event == LaterEvent::PresenceLost
        && signed_in
        && !stay.events[..nth].iter().any(out)
        && !near.clone().any(out)
        && !near.clone().any(back)
        && stay.until.is_none_or(|next| next > grace)
        && goes_on(case, lost, grace)
}

/// Whether a log of the same node has lines after the time was up.
fn goes_on(case: &Case<'_>, lost: &Later, grace: i64) -> bool {
    let Some(first) = lost.records.first() else {
        return false;
    };
    let clocks = &case.flows.clocks;
    let Some(lost_at) = case.flows.read(case.records, first.at) else {
        return false;
    };
    let deadline = lost_at.0 + (grace - lost.when);
    let (kind, file) = (case.record(first.at).kind(), case.place(first.at).file);
    let node = clocks.node_of_file[file.0 as usize];
    let mut files = case.records.files.iter().zip(&clocks.of_file).enumerate();
    files.any(|(nth, (other, span))| {
        let same_log = other.kind == kind || nth == file.0 as usize;
        same_log
            && clocks.node_of_file[nth] == node
            && span.is_some_and(|(_, last)| last.0 >= deadline)
    })
}

fn finding(case: &Case<'_>, nth: usize) -> Finding {
    let events = &case.sign_in.stay.events;
    let lost = &events[nth];
    let back = events[nth..]
        .iter()
        .find(|later| later.event == LaterEvent::PresenceBack);
    let told = [Some(lost), back].into_iter().flatten();
    Finding {
        rule: "presence_lost",
        severity: Severity::Warning,
        confidence: Confidence::Documented,
        said: Said::Later(SaidLater::PresenceLost {
            agent: case.agent(),
            after_ms: case.span().map(|(_, ended)| lost.when - ended),
            back_ms: back.map(|back| back.when - lost.when),
        }),
        evidence: told
            .flat_map(|later| later.records.iter().map(|joined| case.place(joined.at)))
            .collect(),
    }
}
