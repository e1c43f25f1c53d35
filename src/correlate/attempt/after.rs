//! What came after the sign-in request: events of the CTI server, the desktop's own word, and what
//! it reads once it is signed in.

use super::{Attempt, Claimed, begin, is_placed, latest_before};
use crate::correlate::calls::AGENT_STATE_EVENT;
use crate::correlate::thresholds::{CLOCK_TOLERANCE_MS, FOLLOW_UP_WINDOW_MS, POST_WINDOW_MS};
use crate::correlate::view::{Resource, View};
use crate::flow::{JoinedBy, StepName};
use crate::record::{AgentState, Record, What};

pub(super) fn join(
    view: &View<'_>,
    lines: &[usize],
    attempts: &mut Vec<Attempt>,
    claimed: &mut Claimed,
) {
    for &at in lines {
        if claimed.free(at) && is_sign_in_event(view.record(at)) {
            join_event(view, at, attempts, claimed);
        }
    }
    for &at in lines {
        if claimed.free(at) && view.record(at).what == What::SignedIn {
            join_signed_in(view, at, attempts, claimed);
        }
    }
    join_unkeyed_puts(view, lines, attempts, claimed);
    for &at in lines {
        if claimed.free(at) && view.resource(at) == Resource::FollowUp && !view.is_put(at) {
            join_follow_up(view, at, attempts, claimed);
        }
    }
}

/// An agent state event of a sign-in says LOGIN for the skill group; later state changes do not.
fn is_sign_in_event(record: &Record) -> bool {
    match record.what {
        What::AgentTrace => record.facts.skill_state == Some(AgentState::Login),
        What::CtiMessage | What::CtiDecoded => {
            record.facts.msg_id == Some(AGENT_STATE_EVENT)
                && record.facts.skill_state == Some(AgentState::Login)
        }
        _ => false,
    }
}

fn join_event(view: &View<'_>, at: usize, attempts: &mut Vec<Attempt>, claimed: &mut Claimed) {
    let extension = view.record(at).keys.extension;
    let place = latest_before(attempts, view.when[at], POST_WINDOW_MS).filter(|&place| {
        let known = attempts[place].extension;
        known.is_none() || extension.is_none() || known == extension
    });
    if view.record(at).kind.is_cti_side() {
        let placed = |attempt: &Attempt| is_placed(view, attempt, at);
        let told = match place {
            Some(place) => placed(&attempts[place]),
            None => attempts.iter().all(placed),
        };
        if !told {
            return;
        }
    }
    if let Some(place) = place.or_else(|| begin(view, attempts, at)) {
        attempts[place].join(
            claimed,
            at,
            StepName::CtiEvent,
            JoinedBy::AgentExtensionTime,
        );
    }
}

fn join_signed_in(view: &View<'_>, at: usize, attempts: &mut [Attempt], claimed: &mut Claimed) {
    if let Some(place) = latest_before(attempts, view.when[at], POST_WINDOW_MS)
        && !attempts[place].has(StepName::SignedIn)
    {
        attempts[place].join(claimed, at, StepName::SignedIn, JoinedBy::ClientLog);
    }
}

/// Access-log lines of the sign-in PUT. They print no request id: of each form (browser to
/// container, container to REST API) the first one not before the request belongs to it.
fn join_unkeyed_puts(
    view: &View<'_>,
    lines: &[usize],
    attempts: &mut [Attempt],
    claimed: &mut Claimed,
) {
    let form = |record: &Record| {
        (
            record.what == What::ContainerCall,
            record.facts.from_localhost,
        )
    };
    for attempt in attempts
        .iter_mut()
        .filter(|attempt| attempt.request_id.is_some())
    {
        let Some(asked) = attempt.asked else { continue };
        let from = lines.partition_point(|&at| {
            view.when[at].is_some_and(|when| when < asked - CLOCK_TOLERANCE_MS)
        });
        // The container's line may have printed the request id, and so be here already.
        let mut forms: Vec<_> = attempt
            .of(StepName::LoginRequest)
            .map(|joined| view.record(joined.at))
            .filter(|record| matches!(record.what, What::RestCall | What::ContainerCall))
            .map(form)
            .collect();
        for &at in &lines[from..] {
            if view.when[at].is_some_and(|when| when > asked + ACCESS_LINE_WINDOW_MS) {
                break;
            }
            let record = view.record(at);
            let put =
                matches!(record.what, What::RestCall | What::ContainerCall) && view.is_put(at);
            let unkeyed = view.request_id(at).is_none();
            if put
                && unkeyed
                && claimed.free(at)
                && view.resource(at) == Resource::User
                && !forms.contains(&form(record))
            {
                forms.push(form(record));
                attempt.join(claimed, at, StepName::LoginRequest, JoinedBy::AgentTime);
                attempt.join_also(at, StepName::LoginAccepted);
            }
        }
    }
}

/// An access line is written when its request is over, which takes ms; where the log prints no time
/// its place among lines that do is a few seconds off at most.
const ACCESS_LINE_WINDOW_MS: i64 = 10_000;

fn join_follow_up(view: &View<'_>, at: usize, attempts: &mut [Attempt], claimed: &mut Claimed) {
    let Some(place) = latest_before(attempts, view.when[at], POST_WINDOW_MS) else {
        return;
    };
    let attempt = &mut attempts[place];
    let done = [
        StepName::SignedIn,
        StepName::EventReceived,
        StepName::Publish,
        StepName::CtiEvent,
    ]
    .into_iter()
    .find_map(|step| attempt.first(view, step));
    let soon = view.when[at].zip(done).is_some_and(|(when, done)| {
        (done - CLOCK_TOLERANCE_MS..=done + FOLLOW_UP_WINDOW_MS).contains(&when)
    });
    if soon {
        let by = if view.nocache(at).is_some() {
            JoinedBy::Nocache
        } else {
            JoinedBy::AgentTime
        };
        attempt.join(claimed, at, StepName::FollowUp, by);
    }
}
