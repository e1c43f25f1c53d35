//! What a report must say of an attempt, given what happened and which logs are left of it.

use super::ledger::{End, Played, Stop};
use super::truth::TruthStep;
use crate::flow::{Outcome, STEPS, StepName};
use crate::record::Kind;

/// The logs of a bundle, as they bear on one attempt.
#[derive(Debug, Clone)]
pub(super) struct Logs {
    /// Kinds in the bundle, without the client log.
    pub(super) kinds: Vec<Kind>,
    /// Whether this attempt's client log is in the bundle.
    pub(super) client: bool,
    /// Whether the access log prints times.
    pub(super) access_time: bool,
}

/// Whether the logs show an attempt at all: something must name the agent, and a desktop that never
/// got a connection must say so itself.
pub(super) fn told(played: &Played, steps: &[TruthStep], logs: &Logs) -> bool {
    let seen = |step: StepName| steps.iter().any(|truth| truth.step == step);
    let access = logs.kinds.contains(&Kind::AccessLog);
    let named = access || (seen(StepName::UserGet) || seen(StepName::Presence));
    match played.end.stop {
        Stop::Never(StepName::Connect) => named && logs.client,
        _ => named,
    }
}

/// Outcome and step where it stopped (`None` also where no rule says which).
pub(super) fn verdict(
    played: &Played,
    steps: &[TruthStep],
    logs: &Logs,
) -> (Outcome, Option<StepName>) {
    let seen = |step: StepName| steps.iter().any(|truth| truth.step == step);
    match played.end.stop {
        Stop::None if signed_in(logs, &seen) => (Outcome::SignedIn, None),
        Stop::None => (Outcome::NotCovered, None),
        Stop::Refused(step) if seen(step) && says_no(step, logs) => (Outcome::Refused, Some(step)),
        // The REST API notes the end of a request, not its status: an answer that looks accepted.
        Stop::Refused(StepName::LoginAccepted) => match first_covered(StepName::CtiRequest, logs) {
            Some(covered) => (Outcome::Stalled, Some(covered)),
            None => (Outcome::NotCovered, None),
        },
        // The refusal travels on to the desktop: whatever log has it, it is one.
        Stop::Refused(StepName::CtiReply)
            if seen(StepName::Publish)
                || seen(StepName::Route)
                || seen(StepName::EventReceived) =>
        {
            (Outcome::Refused, Some(StepName::CtiReply))
        }
        Stop::Refused(_) => (Outcome::NotCovered, None),
        Stop::Left(step) => (Outcome::Abandoned, Some(step)),
        Stop::Never(_) if signed_in(logs, &seen) => (Outcome::SignedIn, None),
        // Only the CTI server's own log shows an event that nobody decoded.
        Stop::Never(StepName::Publish) if !seen(StepName::CtiEvent) => {
            match first_covered(StepName::CtiEvent, logs) {
                Some(covered) => (Outcome::Stalled, Some(covered)),
                None => (Outcome::NotCovered, None),
            }
        }
        Stop::Never(step) => match first_covered(step, logs) {
            Some(covered) => (Outcome::Stalled, Some(covered)),
            None => (Outcome::NotCovered, None),
        },
    }
}

/// The rule that must be found, where the verdict still shows it.
pub(super) fn rule(
    end: &End,
    (outcome, stopped_at): (Outcome, Option<StepName>),
    logs: &Logs,
) -> Option<&'static str> {
    let shown = match end.stop {
        Stop::None => match end.rule {
            Some("late_publish") => logs.kinds.contains(&Kind::Webservices),
            _ => true,
        },
        Stop::Refused(_) if outcome == Outcome::Stalled => return Some("cti_not_answering"),
        Stop::Refused(_) => outcome == Outcome::Refused,
        Stop::Left(_) | Stop::Never(_) => outcome == Outcome::Stalled,
    };
    if outcome == Outcome::NotCovered {
        return Some("log_missing");
    }
    let rule = end.rule.filter(|_| shown)?;
    Some(as_far_as_shown(rule, stopped_at, logs))
}

/// The rule that is left of `rule` when the log that tells it from a simpler one is missing.
fn as_far_as_shown(rule: &'static str, stopped_at: Option<StepName>, logs: &Logs) -> &'static str {
    match (rule, stopped_at) {
        // Only the client log prints what is in an answer.
        ("credentials_mismatch", _) if !logs.client => "wrong_password",
        // Tomcat says when the user was locked; when the call was refused must be known, too.
        ("account_locked", Some(StepName::UserGet))
            if !(logs.kinds.contains(&Kind::Catalina) && (logs.client || logs.access_time)) =>
        {
            "wrong_password"
        }
        ("sso_sign_in_failed", _) if !logs.kinds.contains(&Kind::Webservices) => "wrong_password",
        ("aw_database_unavailable", _) if !logs.client => "server_out_of_service",
        ("event_not_decoded", Some(StepName::CtiEvent)) => "cti_not_answering",
        ("event_not_decoded", Some(StepName::EventReceived)) => "event_not_received",
        _ => rule,
    }
}

/// The rules that must be found beside that, or about the time after the sign-in, where a log still
/// shows it.
pub(super) fn after(played: &Played, outcome: Outcome, logs: &Logs) -> Vec<&'static str> {
    let shown = |rule: &&&str| match **rule {
        "forced_logout_255" | "presence_lost" => logs.kinds.contains(&Kind::Webservices),
        "follow_up_failed" => names_callers(logs),
        "connect_flapping" | "sso_token_refresh_failed" => logs.client,
        "peripheral_offline" => logs.kinds.contains(&Kind::Webservices),
        _ => true,
    };
    let besides = match outcome {
        Outcome::SignedIn => &played.after,
        Outcome::Refused | Outcome::Stalled => &played.with,
        Outcome::NotCovered | Outcome::Abandoned => return Vec::new(),
    };
    besides.iter().filter(shown).copied().collect()
}

/// Signed in by the desktop's own word, or, where it has none, by event and publishing.
fn signed_in(logs: &Logs, seen: &dyn Fn(StepName) -> bool) -> bool {
    if logs.client {
        seen(StepName::SignedIn)
    } else {
        seen(StepName::CtiEvent) && seen(StepName::Publish)
    }
}

/// Whether a log that prints HTTP statuses is left, for a refusal that is one.
fn says_no(step: StepName, logs: &Logs) -> bool {
    let wire = step == StepName::UserGet && logs.kinds.contains(&Kind::HttpWire);
    step == StepName::CtiReply || names_callers(logs) || wire
}

/// Whether the logs tell who asked for system information: the REST API does not.
pub(super) fn names_callers(logs: &Logs) -> bool {
    logs.client || logs.kinds.contains(&Kind::AccessLog)
}

/// The first step from `step` on that a log of the bundle would show.
fn first_covered(step: StepName, logs: &Logs) -> Option<StepName> {
    STEPS
        .into_iter()
        .filter(|&later| later >= step && later != StepName::FollowUp)
        .find(|&later| {
            (logs.client && shows(later).contains(&Kind::ClientLog))
                || shows(later).iter().any(|kind| logs.kinds.contains(kind))
        })
}

/// The logs that prove a step (the evidence of each step).
fn shows(step: StepName) -> &'static [Kind] {
    use Kind::{AccessLog, ClientLog, CtiServer, Notification, UccxEngine, Webservices};
    match step {
        StepName::PageLoad => &[AccessLog],
        StepName::SystemInfo
        | StepName::UserGet
        | StepName::LoginRequest
        | StepName::LoginAccepted
        | StepName::FollowUp => &[ClientLog, AccessLog, Webservices],
        StepName::Connect | StepName::EventReceived | StepName::SignedIn => &[ClientLog],
        StepName::Presence | StepName::Publish => &[Webservices],
        StepName::CtiRequest | StepName::CtiReply | StepName::CtiEvent => {
            &[Webservices, CtiServer, UccxEngine]
        }
        StepName::Route => &[Notification],
    }
}
