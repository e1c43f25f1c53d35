//! Findings in English.

use super::said::{Said, Stall, Texts, log_of, owned};
use super::{said_later_en, said_refused_en, said_server_en};
use crate::correlate::coverage::Why;
use crate::correlate::offset::Offset;
use crate::flow::{Outcome, StepName};
use crate::record::time::EpochMs;
use crate::view::time::duration;

pub(super) fn texts(said: &Said) -> Texts {
    match said {
        Said::CtiRefused(said) => said_refused_en::cti_refused(said),
        Said::HttpRefused(said) => said_refused_en::http_refused(said),
        Said::Stalled(said) => stalled(said),
        Said::Late { step, ms } => {
            let ms = ms.map_or_else(String::new, |ms| format!(", after {}", duration(ms)));
            say(
                format!("{} came late{ms}", capital(noun(*step))),
                "The sign-in went through, but the agent waited.".to_owned(),
                late_next(*step).to_owned(),
            )
        }
        Said::LogMissing { step, logs, node, agent, from, until } => {
            let logs: Vec<String> = logs.iter().map(|&log| log_of(log, node, agent)).collect();
            log_missing(*step, &logs, from.zip(*until))
        }
        Said::LogGap { log, owner, why, from, until, sign_ins } => {
            log_gap(&owned(*log, owner), *why, (*from, *until), *sign_ins)
        }
        Said::Later(said) => said_later_en::texts(said),
        Said::Server(said) => said_server_en::texts(said),
        Said::ClockSkew { clock, offset } => clock_skew(clock, *offset),
        Said::DesktopClocks { clocks, most, offset } => say(
            format!("The clocks of {clocks} desktops are off by more than a second"),
            format!("{most} most of all, by {}. Times of different logs do not compare directly; they are shown as they stand.", duration(offset.ms.abs())),
            "Check time synchronisation of the agents' PCs; minutes matter for single sign-on.".to_owned(),
        ),
        Said::Rewrapped { files, entries } => say(
            format!("{entries} entries in {files} file(s) were put together from wrapped or glued text"),
            "Text copied from a ticket or a web page loses line breaks and blanks; values may differ from the log.".to_owned(),
            "Ask for the log files themselves if a value looks odd.".to_owned(),
        ),
        Said::Credentials { files, places } => say(
            format!("Credentials stand in {files} file(s), at {places} place(s)"),
            "They are masked here, but the bundle itself carries them in reversible form.".to_owned(),
            "Handle the bundle as a secret; have the passwords changed if it was shared.".to_owned(),
        ),
        Said::Ended { outcome, duration_ms, stopped_at } => ended(*outcome, *duration_ms, *stopped_at),
    }
}

pub(super) fn say(title: String, explanation: String, next: String) -> Texts {
    Texts {
        title,
        explanation,
        next,
    }
}

fn late_next(step: StepName) -> &'static str {
    match step {
        StepName::CtiReply | StepName::CtiEvent => {
            "Compare the CTI server's log: if it is late there, too, see the peripheral gateway; if not, the network between. Are other agents late in the same minute?"
        }
        StepName::Publish => {
            "See the same delay of other agents in that minute; processor and memory of the node; errors about queue statistics."
        }
        _ => {
            "Compare the same step of other agents in the same minute: if all are late, look at server load."
        }
    }
}

fn stalled(said: &Stall) -> Texts {
    let waited = said
        .waited_ms
        .filter(|_| !said.malformed)
        .map_or_else(String::new, |ms| format!(", waited {}", duration(ms)));
    let (what, explanation) = never_came(said);
    say(
        format!("Stalled: {what}{waited} (agent {})", said.agent),
        explanation.to_owned(),
        what_next(said),
    )
}

/// What never came, and what that means.
fn never_came(said: &Stall) -> (String, &'static str) {
    let never = || format!("{} never came", noun(said.step));
    match said.step {
        StepName::Connect | StepName::Presence | StepName::SystemInfo | StepName::PageLoad => (
            never(),
            "The desktop never got its connection to the Notification Service.",
        ),
        StepName::CtiRequest => (
            "Finesse sent no request to the CTI server".to_owned(),
            "The REST API accepted the sign-in request (202), but passed nothing on.",
        ),
        StepName::CtiReply => (
            never(),
            "Finesse sent the sign-in request, and the CTI server neither confirmed nor refused it.",
        ),
        StepName::CtiEvent => (
            never(),
            "The CTI server confirmed the request, but the event that the agent is signed in did not follow.",
        ),
        StepName::Publish if said.rule == "event_not_decoded" => (
            "Finesse never decoded the CTI server's event".to_owned(),
            "For the CTI server the agent is signed in: its log has the event. Finesse's log has none.",
        ),
        StepName::Publish => (
            "Finesse never published the agent's state".to_owned(),
            "Finesse knows from the CTI server that the agent is signed in, but did not pass it on.",
        ),
        StepName::EventReceived | StepName::SignedIn if said.malformed => (
            "the event reached the desktop damaged".to_owned(),
            "The agent is signed in, but the desktop could not read the event that says so, and goes on waiting.",
        ),
        StepName::EventReceived | StepName::SignedIn => (
            "the event never reached the desktop".to_owned(),
            "The agent is signed in, but the desktop does not know it: it waits for the event without a timer.",
        ),
        _ => (
            never(),
            "The log that would show it covers the time and shows nothing.",
        ),
    }
}

fn what_next(said: &Stall) -> String {
    let exchange = said.invoke_id.map_or_else(
        || "this agent".to_owned(),
        |id| format!("InvokeID {id:#x} (Finesse prints it as {id})"),
    );
    match said.step {
        StepName::Connect | StepName::Presence | StepName::SystemInfo | StepName::PageLoad => {
            "Check the certificate and port of the Notification Service (7443, or 8445 from 12.6) from the agent's PC.".to_owned()
        }
        StepName::CtiRequest => {
            "See other agents in the same second, and severity 3 lines of the webservices log.".to_owned()
        }
        StepName::CtiReply => format!(
            "See the CTI server log of the active side for {exchange}, and the heartbeats around it."
        ),
        StepName::CtiEvent => format!(
            "See the CTI server log for {exchange} and for AGENT_EVENT of this agent in the peripheral gateway's trace; was the gateway restarted or resynchronised?"
        ),
        StepName::Publish if said.rule == "event_not_decoded" => {
            "See whether Finesse decoded any CTI event in these seconds: if none, its queue or session hangs; if others, compare the side it is connected to.".to_owned()
        }
        StepName::Publish => {
            "See whether other agents were published in these seconds; check load and memory of the node.".to_owned()
        }
        StepName::EventReceived | StepName::SignedIn if said.malformed => {
            "Clear the browser's cache and compare versions after an upgrade; a page refresh shows the agent signed in.".to_owned()
        }
        StepName::EventReceived | StepName::SignedIn => {
            "See the connection status in the client log and the agent's presence around this time; a page refresh shows the agent signed in.".to_owned()
        }
        _ => "See the records around this time.".to_owned(),
    }
}

fn log_missing(step: StepName, logs: &[String], when: Option<(EpochMs, EpochMs)>) -> Texts {
    let when = when.map_or_else(String::new, |(from, until)| {
        format!(", from {from} to {until}")
    });
    say(
        format!(
            "Cannot tell: no log in the bundle shows {} at that time",
            noun(step)
        ),
        "What is not covered may have happened or not.".to_owned(),
        format!("Collect one of: {}{when}.", logs.join(", ")),
    )
}

fn log_gap(
    log: &str,
    why: Why,
    (from, until): (EpochMs, Option<EpochMs>),
    sign_ins: usize,
) -> Texts {
    let until = until.map_or_else(|| "an unknown time".to_owned(), |until| until.to_string());
    let reason = match why {
        Why::Damaged => "The file before the gap is damaged or could not be read to its end.",
        Why::Rotated => {
            "Rotated files are missing in between: the log is not silent for so long otherwise."
        }
        Why::Silent => {
            "The log has no entry in between, and otherwise is never silent for even a twentieth of that \
             time: its service was down, or lines are missing."
        }
    };
    let next = match why {
        Why::Silent => {
            "Check whether the service ran at that time; if it did, collect the log again from the server."
        }
        Why::Damaged | Why::Rotated => {
            "Collect the log again for that time, with all rotated files."
        }
    };
    let touched = match sign_ins {
        0 => "No sign-in lies in that time.".to_owned(),
        1 => "One sign-in lies in that time; what it lacks there cannot be judged.".to_owned(),
        n => format!("{n} sign-ins lie in that time; what they lack there cannot be judged."),
    };
    say(
        format!("{log} has a gap from {from} to {until}"),
        format!("{reason} {touched}"),
        next.to_owned(),
    )
}

fn clock_skew(clock: &str, offset: Offset) -> Texts {
    let way = if offset.ms < 0 { "behind" } else { "ahead of" };
    let sure = offset
        .uncertainty_ms
        .map_or_else(String::new, |ms| format!(" ± {}", duration(ms)));
    say(
        format!(
            "Clock {clock} is {}{sure} {way} the reference clock",
            duration(offset.ms.abs())
        ),
        "Times of different logs do not compare directly; they are shown as they stand.".to_owned(),
        "Check time synchronisation (NTP) of that machine.".to_owned(),
    )
}

fn ended(outcome: Outcome, duration_ms: Option<i64>, stopped_at: Option<StepName>) -> Texts {
    let stopped = stopped_at.map_or("the end", noun);
    let title = match (outcome, duration_ms) {
        (Outcome::SignedIn, Some(ms)) => format!("Signed in after {}", duration(ms)),
        (Outcome::SignedIn, None) => "Signed in".to_owned(),
        (Outcome::Refused, _) => format!("Refused at {stopped}"),
        (Outcome::Stalled, _) => format!("Stalled: {stopped} never came"),
        (Outcome::NotCovered, _) => format!("Cannot tell: the bundle does not show {stopped}"),
        (Outcome::Abandoned, _) => format!("Given up before {stopped}: the agent tried again"),
    };
    Texts {
        title,
        ..Texts::default()
    }
}

fn noun(step: StepName) -> &'static str {
    match step {
        StepName::PageLoad => "the page",
        StepName::SystemInfo => "system information",
        StepName::Connect => "the connection to the Notification Service",
        StepName::Presence => "the presence",
        StepName::UserGet => "the user data",
        StepName::LoginRequest => "the sign-in request",
        StepName::LoginAccepted => "the answer to the sign-in request",
        StepName::CtiRequest => "the request to the CTI server",
        StepName::CtiReply => "the CTI server's reply",
        StepName::CtiEvent => "the CTI server's agent state event",
        StepName::Publish => "the published event",
        StepName::Route => "the routed event",
        StepName::EventReceived => "the event at the desktop",
        StepName::SignedIn => "the desktop's \u{201c}signed in\u{201d}",
        StepName::FollowUp => "the follow-up reads",
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
