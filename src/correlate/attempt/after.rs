//! What came after the sign-in request: events of the CTI server, the desktop's own word, and what
//! it reads once it is signed in.

use super::{
    Attempt, Claimed, begin, is_access_line, is_placed, latest_before, latest_served_before,
};
use crate::correlate::calls::{AGENT_STATE_EVENT, is_cti_request};
use crate::correlate::thresholds::{
    CLOCK_TOLERANCE_MS, FOLLOW_UP_WINDOW_MS, POST_WINDOW_MS, PRE_GAP_MS,
};
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
    for attempt in attempts.iter_mut() {
        join_kept_state(view, lines, attempt, claimed);
    }
    for &at in lines {
        if claimed.free(at) && view.record(at).what() == What::SignedIn {
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
    match record.what() {
        What::AgentTrace => record.facts().skill_state == Some(AgentState::Login),
        What::CtiMessage | What::CtiDecoded => {
            record.facts().msg_id == Some(AGENT_STATE_EVENT)
                && record.facts().skill_state == Some(AgentState::Login)
        }
        _ => false,
    }
}

fn join_event(view: &View<'_>, at: usize, attempts: &mut Vec<Attempt>, claimed: &mut Claimed) {
    let extension = view.record(at).keys().extension;
    let place = latest_served_before(view, attempts, at, POST_WINDOW_MS).filter(|&place| {
        let known = attempts[place].extension;
        known.is_none() || extension.is_none() || known == extension
    });
    if view.record(at).kind().is_cti_side() {
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

/// Who is signed in already is kept in its state by a sign-in request, and no event needs to say LOGIN
/// then. An event of the state that Finesse publishes with the request's own id, between request and
/// publishing, and with nothing else asked for between, is that of the sign-in. Where nothing tells that it was
/// published, such an event may be that of the sign-in, or not.
fn join_kept_state(view: &View<'_>, lines: &[usize], attempt: &mut Attempt, claimed: &mut Claimed) {
    let Some(from) = attempt.first(view, StepName::CtiRequest) else {
        return;
    };
    if attempt.has(StepName::CtiEvent) {
        return;
    }
    let published = || attempt.of(StepName::Publish).map(|joined| joined.at);
    let last = published().filter_map(|at| view.when(at)).max();
    let until = last.map_or(from + POST_WINDOW_MS, |last| last + CLOCK_TOLERANCE_MS);
    let between = |at: usize| {
        view.is_dated(at)
            && view
                .when(at)
                .is_some_and(|when| (from..=until).contains(&when))
    };
    let own: Vec<usize> = lines.iter().copied().filter(|&at| between(at)).collect();
    let asks = |at: &usize| claimed.free(*at) && is_cti_request(view.record(*at));
    let before_next = own.iter().position(asks).unwrap_or(own.len());
    let keeps = |at: usize, state: AgentState| {
        let record = view.record(at);
        let placed = !record.kind().is_cti_side() || is_placed(view, attempt, at);
        claimed.free(at) && placed && keeps(record, state)
    };
    let Some(state) = published().find_map(|at| view.record(at).facts().state) else {
        let kept = |&at: &usize| KEPT.into_iter().any(|state| keeps(at, state));
        attempt.may_be_kept = last.is_none() && own[..before_next].iter().any(kept);
        return;
    };
    if !KEPT.contains(&state) || before_next < own.len() {
        return;
    }
    let events: Vec<usize> = own.into_iter().filter(|&at| keeps(at, state)).collect();
    for at in events {
        let by = JoinedBy::AgentExtensionTime;
        attempt.join(claimed, at, StepName::CtiEvent, by);
    }
}

/// The states that a sign-in request leaves an agent in.
const KEPT: [AgentState; 2] = [AgentState::NotReady, AgentState::Ready];

/// Whether an agent state event says `state` for the agent and for the skill group.
fn keeps(record: &Record, state: AgentState) -> bool {
    let is_event = match record.what() {
        What::AgentTrace => true,
        What::CtiMessage | What::CtiDecoded => record.facts().msg_id == Some(AGENT_STATE_EVENT),
        _ => false,
    };
    let said = [record.facts().state, record.facts().skill_state];
    is_event && said == [Some(state); 2]
}

fn join_signed_in(view: &View<'_>, at: usize, attempts: &mut [Attempt], claimed: &mut Claimed) {
    if let Some(place) = latest_before(attempts, view.when(at), POST_WINDOW_MS)
        && !attempts[place].has(StepName::SignedIn)
    {
        attempts[place].join(claimed, at, StepName::SignedIn, JoinedBy::ClientLog);
    }
}

/// Access-log lines of the sign-in PUT. They print no request id: of each form (browser to
/// container, container to REST API) the first one not before the request belongs to it, if the log
/// was being written then.
fn join_unkeyed_puts(
    view: &View<'_>,
    lines: &[usize],
    attempts: &mut [Attempt],
    claimed: &mut Claimed,
) {
    for attempt in attempts
        .iter_mut()
        .filter(|attempt| attempt.request_id.is_some())
    {
        let Some(life) = life_of_request(view, attempt) else {
            continue;
        };
        // A line without a time may have borrowed that of what the agent did before.
        let earliest = life.asked - PRE_GAP_MS;
        let latest = life.asked + ACCESS_LINE_WINDOW_MS;
        let from = lines.partition_point(|&at| view.when(at).is_some_and(|when| when < earliest));
        // The container's line may have printed the request id, and so be here already.
        let mut forms: Vec<_> = attempt
            .of(StepName::LoginRequest)
            .map(|joined| view.record(joined.at))
            .filter(|record| is_access_line(record))
            .map(form)
            .collect();
        let enclosed = enclosed_put(view, lines, attempt).filter(|&at| claimed.free(at));
        if let Some(at) = enclosed.filter(|&at| !forms.contains(&form(view.record(at)))) {
            forms.push(form(view.record(at)));
            attempt.join(claimed, at, StepName::LoginRequest, JoinedBy::Sequence);
            attempt.join_also(at, StepName::LoginAccepted);
        }
        for &at in &lines[from..] {
            if view.when(at).is_some_and(|when| when > latest) {
                break;
            }
            let form = form(view.record(at));
            if is_unkeyed_put(view, at)
                && claimed.free(at)
                && !forms.contains(&form)
                && is_written_at(view, at, life.asked)
                && life.has(view, lines, at)
            {
                forms.push(form);
                attempt.join(claimed, at, StepName::LoginRequest, JoinedBy::AgentTime);
                attempt.join_also(at, StepName::LoginAccepted);
            }
        }
    }
}

/// The container's call of the REST API, where the same log has the desktop's of the container, with the
/// request id: the last one of the agent before it, for that call was over first. With another call of
/// the container between the two it is that one's.
fn enclosed_put(view: &View<'_>, lines: &[usize], attempt: &Attempt) -> Option<usize> {
    let is_outer = |at: usize| {
        let record = view.record(at);
        record.what() == What::ContainerCall && !record.facts().from_localhost && view.is_put(at)
    };
    let mut outer = attempt.of(StepName::LoginRequest).map(|joined| joined.at);
    let outer = outer.find(|&at| is_outer(at))?;
    let file = view.record(outer).file();
    let before = lines
        .iter()
        .filter(|&&at| at < outer && view.record(at).file() == file);
    let call = before.filter(|&&at| is_unkeyed_put(view, at) || is_outer(at));
    let last = *call.max()?;
    let is_inner = is_unkeyed_put(view, last) && view.record(last).facts().from_localhost;
    let [ended, outer_ended] = [last, outer].map(|at| view.when(at).filter(|_| view.is_dated(at)));
    let soon = |(one, other): (i64, i64)| other - one <= ACCESS_LINE_WINDOW_MS;
    (is_inner && ended.zip(outer_ended).is_none_or(soon)).then_some(last)
}

/// A request from when it was made to when its access lines are written at the latest.
struct Life {
    asked: i64,
    until: i64,
}

impl Life {
    /// Whether a line without a key stands where those of the request do.
    fn has(&self, view: &View<'_>, lines: &[usize], at: usize) -> bool {
        let Some(when) = view.when(at).filter(|_| view.is_dated(at)) else {
            return is_in_order(view, lines, at, self.asked);
        };
        (self.asked - CLOCK_TOLERANCE_MS..=self.until).contains(&when)
    }
}

/// When the request was made, and until when its access lines may be stamped: until it was answered,
/// as far as known. Without the request itself `asked` is the time of what it led to.
fn life_of_request(view: &View<'_>, attempt: &Attempt) -> Option<Life> {
    let asked = attempt.asked?;
    let last = |step: StepName| {
        let times = attempt.of(step).filter_map(|joined| view.when(joined.at));
        times.max()
    };
    let until = match (last(StepName::LoginRequest), last(StepName::LoginAccepted)) {
        (_, Some(answered)) => answered + CLOCK_TOLERANCE_MS,
        (Some(_), None) => asked + ACCESS_LINE_WINDOW_MS,
        (None, None) => asked,
    };
    Some(Life {
        asked,
        until: until.min(asked + ACCESS_LINE_WINDOW_MS),
    })
}

fn is_unkeyed_put(view: &View<'_>, at: usize) -> bool {
    is_access_line(view.record(at))
        && view.is_put(at)
        && view.request_id(at).is_none()
        && view.resource(at) == Resource::User
}

/// Who called whom, by an access line.
fn form(record: &Record) -> (bool, bool) {
    (
        record.what() == What::ContainerCall,
        record.facts().from_localhost,
    )
}

/// Whether the log of a record was being written when the request was made. In a file that begins
/// later the line of the request is missing, and the first that comes is another's; where the log prints
/// no time, so it is in a file that ends before.
fn is_written_at(view: &View<'_>, at: usize, asked: i64) -> bool {
    let file = view.record(at).file();
    view.written[file.0 as usize].is_some_and(|(began, ended)| {
        let goes_on = view.is_dated(at) || asked <= ended + WHOLE_SECOND_MS;
        began <= asked + WHOLE_SECOND_MS && goes_on
    })
}

/// Whether a line without a time stands after all that the desktop had read before it asked to sign
/// in, and before what it read once it was. The order of a log is certain, a borrowed time is not.
fn is_in_order(view: &View<'_>, lines: &[usize], at: usize, asked: i64) -> bool {
    let file = view.record(at).file();
    let mut own = lines.iter().filter(|&&other| {
        let record = view.record(other);
        record.file() == file && record.keys().nocache.is_some()
    });
    let contradicts = |&other: &usize| {
        let follows = view.resource(other) == Resource::FollowUp;
        // What is no follow-up may have been read within the second that the request is stamped with.
        let last = asked + if follows { 0 } else { WHOLE_SECOND_MS };
        view.when(other).is_some_and(|when| {
            if when <= last {
                other > at
            } else {
                follows && other < at
            }
        })
    };
    !own.any(contradicts)
}

/// How much later it may have been where only whole seconds are printed.
const WHOLE_SECOND_MS: i64 = 999;

/// An access line is written when its request is over, which takes ms; where the log prints no time
/// its place among lines that do is a few seconds off at most.
const ACCESS_LINE_WINDOW_MS: i64 = 10_000;

fn join_follow_up(view: &View<'_>, at: usize, attempts: &mut [Attempt], claimed: &mut Claimed) {
    let Some(place) = latest_before(attempts, view.when(at), POST_WINDOW_MS) else {
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
    attempt.read_on |= done.is_none();
    let soon = view.when(at).zip(done).is_some_and(|(when, done)| {
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
