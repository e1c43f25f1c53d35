//! The desktop could not renew its access token: `sso_token_refresh_failed`.
//!
//! *Detects* the desktop's own line `Unable to refresh access token` after the sign-in.
//!
//! *Evidence*: each of these lines.
//!
//! *Cause*: the identity service did not answer, refused, or lives at another time than the desktop.
//!
//! *Check next*: `ids.log` of that minute, token lifetimes, time synchronisation.
//!
//! *Source*: Cisco technote 212067 (agents are signed out some ten minutes later); tokens are renewed
//! at 75 % of their life (Finesse developer guide, single sign-on).
//!
//! *Confidence*: seen: the desktop's own line.
//!
//! *Versions*: 11.5 and later, with single sign-on.
//!
//! *Must not fire* without single sign-on: nothing else prints the line.

use super::{Case, Finding, SignInRule};
use crate::flow::{Confidence, LaterEvent, Severity};
use crate::words::{Said, SaidLater};

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["sso_token_refresh_failed"],
    check,
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let events = case.sign_in.stay.events.iter();
    let failed: Vec<_> = events
        .filter(|later| later.event == LaterEvent::TokenRefreshFailed)
        .collect();
    let Some(first) = failed.first() else {
        return Vec::new();
    };
    let lines = failed.iter().flat_map(|later| &later.records);
    vec![Finding {
        rule: "sso_token_refresh_failed",
        severity: Severity::Error,
        confidence: Confidence::Seen,
        said: Said::Later(SaidLater::TokenRefresh {
            agent: case.agent(),
            times: lines.clone().count(),
            after_ms: case.span().map(|(_, ended)| first.when - ended),
        }),
        evidence: lines.map(|joined| case.place(joined.at)).collect(),
    }]
}
