//! Findings in English.

use super::said::{Said, Texts, call, code_name, log_of, owned};
use super::{said_later_en, said_server_en};
use crate::codes::Failure;
use crate::correlate::offset::Offset;
use crate::flow::{Outcome, StepName};
use crate::record::time::EpochMs;
use crate::view::time::duration;

pub(super) fn texts(said: &Said) -> Texts {
    match said {
        Said::CtiRefused { rule, extension, code, failure_type } => cti_refused(rule, extension, *code, failure_type),
        Said::HttpRefused { rule, step, status, agent, failure_type, failure_text } => {
            let mut texts = http_refused(rule, *status, agent);
            let body: Vec<&str> = [failure_type, failure_text].into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
            let body = if body.is_empty() { String::new() } else { format!(" ({})", body.join(": ")) };
            texts.explanation = format!("{} answered HTTP {status}{body}. {}", call(*step), texts.explanation);
            texts
        }
        Said::Stalled { step, waited_ms, agent } => stalled(*step, *waited_ms, agent),
        Said::Late { step, ms } => {
            let ms = ms.map_or_else(String::new, |ms| format!(" after {}", duration(ms)));
            say(
                format!("{} came late{ms}", capital(noun(*step))),
                "The sign-in went through, but the agent waited.".to_owned(),
                "Compare the same leg of other agents in the same minute: if all are late, look at server load.".to_owned(),
            )
        }
        Said::LogMissing { step, logs, node, agent, from, until } => {
            let logs: Vec<String> = logs.iter().map(|&log| log_of(log, node, agent)).collect();
            log_missing(*step, &logs, from.zip(*until))
        }
        Said::LogGap { log, owner, damaged, from, until, sign_ins } => {
            log_gap(&owned(*log, owner), *damaged, (*from, *until), *sign_ins)
        }
        Said::Later(said) => said_later_en::texts(said),
        Said::Server(said) => said_server_en::texts(said),
        Said::ClockSkew { clock, offset } => clock_skew(clock, *offset),
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

fn cti_refused(rule: &str, extension: &str, code: Option<Failure>, failure_type: &str) -> Texts {
    let extension = if extension.is_empty() {
        "the extension".to_owned()
    } else {
        format!("extension {extension}")
    };
    let code = match (code, failure_type) {
        (Some(code), _) => format!(" ({})", code_name(code)),
        (None, "") => String::new(),
        (None, failure_type) => format!(" ({failure_type})"),
    };
    let (what, explanation, next) = match rule {
        "device_busy" => (
            format!("{extension} is in use"),
            "Another agent is still signed in on that phone, or it is in a call. A forced log-out takes up to 180 s.",
            "Find the last agent state event for that extension; sign that agent out, or wait three minutes.",
        ),
        "invalid_device" => (
            format!("{extension} is not a valid device"),
            "The extension does not exist, is not registered, or is not associated with the CTI application user.",
            "Check the line in Unified CM: registered, one line with that number, associated with the application user.",
        ),
        "wrong_password" => (
            "it does not accept the agent id or password".to_owned(),
            "Finesse accepted the credentials, the CTI server did not.",
            "Check the agent's id and password in the contact centre configuration, and that it has been synchronised.",
        ),
        "already_signed_on" => (
            "the agent is already signed on".to_owned(),
            "The same agent is signed in through another desktop or peripheral.",
            "Look for another session of this agent id and sign it out.",
        ),
        "account_locked" => (
            "the agent's account is locked".to_owned(),
            "Too many failed sign-ins lock an account for minutes.",
            "Wait five minutes, then find who sends the wrong password.",
        ),
        "mobile_agent_mode" => (
            "mobile agent mode is not allowed".to_owned(),
            "The agent is not enabled as a mobile agent.",
            "Check the agent's desk settings.",
        ),
        _ => (
            "the request was refused".to_owned(),
            "The CTI server answered with a failure code instead of a confirmation.",
            "Look the code up in the CTI Server Message Reference and see the CTI server log around this time.",
        ),
    };
    say(
        format!("Refused by CTI: {what}{code}"),
        explanation.to_owned(),
        next.to_owned(),
    )
}

fn http_refused(rule: &str, status: u16, agent: &str) -> Texts {
    let (title, explanation, next) = match rule {
        "wrong_password" if status == 403 => (
            format!("Agent {agent} is not allowed to sign in here"),
            "The credentials were not called wrong, but the user may not do this, or not on this node.",
            "Check the agent's role, and try the other node.",
        ),
        "account_locked" => (
            format!("The account of agent {agent} is locked"),
            "Five failures lock an account for five minutes; until then the right password is refused, too.",
            "Wait five minutes without a try. Find where the first failures came from: the browser's address in the access log.",
        ),
        "wrong_password" => (
            format!("Wrong user or password for agent {agent}"),
            "Finesse could not authenticate the agent.",
            "Let the agent type the password again; check case, LDAP changes and lock-out (five failures lock for five minutes).",
        ),
        "sso_sign_in_failed" => (
            format!("Single sign-on failed for agent {agent}"),
            "The access token was refused, and calls to the identity service failed at that time.",
            "See ids.log of that minute; check the trust between identity service and provider, the SAML certificate, and the clocks.",
        ),
        "credentials_mismatch" => (
            format!("Credentials are not those of agent {agent}"),
            "The user who signed the request and the user it is about differ: login name and agent id mixed up.",
            "Compare the user in the request with the id in its path.",
        ),
        "user_unknown" => (
            format!("Finesse does not know agent {agent}"),
            "The agent is not configured on this peripheral, or not synchronised yet.",
            "Check the agent's configuration and peripheral.",
        ),
        "parameter_missing" => (
            "The sign-in request lacks something or is malformed".to_owned(),
            "Usually the extension is empty or not a number.",
            "See the request body in the client log.",
        ),
        "aw_database_unavailable" => (
            "Finesse cannot reach the administration database".to_owned(),
            "Agents cannot be authenticated without it.",
            "Check the Administration & Data Server, its SQL account, and the network between.",
        ),
        _ if status == 500 => (
            "Finesse failed with an internal error (500)".to_owned(),
            "For some seconds after its CTI connection breaks, Finesse answers 500, then 503. With DB_RUNTIME_EXCEPTION it is a database; RUNTIME_EXCEPTION is anything else.",
            "See the webservices log of that second for the error, and whether 503 follows; check CTI connection and databases.",
        ),
        _ if status == 404 => (
            "Tomcat answers, but Finesse is not there (404)".to_owned(),
            "The REST API itself was not found: Finesse has not started, or not completely.",
            "See catalina.out and the webservices log for the start of Finesse on this node.",
        ),
        _ => (
            "Finesse is out of service".to_owned(),
            "Most often its connection to the CTI server is down; nobody can sign in then.",
            "Check the CTI server and the peripheral gateway; see SystemInfo's status reason.",
        ),
    };
    say(title, explanation.to_owned(), next.to_owned())
}

fn stalled(step: StepName, waited_ms: Option<i64>, agent: &str) -> Texts {
    let waited = waited_ms.map_or_else(String::new, |ms| format!(", waited {}", duration(ms)));
    let (explanation, next) = match step {
        StepName::Connect | StepName::Presence | StepName::SystemInfo | StepName::PageLoad => (
            "The desktop never got its connection to the Notification Service.",
            "Check the certificate and port of the Notification Service (7443, or 8445 from 12.6) from the agent's PC.",
        ),
        StepName::CtiRequest => (
            "The REST API accepted the request but sent nothing to the CTI server.",
            "See other agents in the same second, and severity 3 lines of the webservices log.",
        ),
        StepName::CtiReply | StepName::CtiEvent => (
            "The CTI server did not answer the sign-in request.",
            "See the CTI server log of the active side for this invoke id, and the heartbeats around it.",
        ),
        StepName::Publish => (
            "The agent is signed in for the CTI server, but Finesse did not publish it.",
            "See whether Finesse decoded any CTI event in these seconds.",
        ),
        StepName::EventReceived | StepName::SignedIn => (
            "The agent is signed in, but the desktop does not know it: it waits for the event without a timer.",
            "See the connection status in the client log and the agent's presence around this time; a page refresh shows the agent signed in.",
        ),
        _ => (
            "The log that would show it covers the time and shows nothing.",
            "See the records around this time.",
        ),
    };
    say(
        format!("Stalled: {} never came{waited} (agent {agent})", noun(step)),
        explanation.to_owned(),
        next.to_owned(),
    )
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
    damaged: bool,
    (from, until): (EpochMs, Option<EpochMs>),
    sign_ins: usize,
) -> Texts {
    let until = until.map_or_else(|| "an unknown time".to_owned(), |until| until.to_string());
    let why = if damaged {
        "The file before the gap is damaged or could not be read to its end."
    } else {
        "Rotated files are missing in between: the log is not silent for so long otherwise."
    };
    let touched = match sign_ins {
        0 => "No sign-in lies in that time.".to_owned(),
        1 => "One sign-in lies in that time; what it lacks there cannot be judged.".to_owned(),
        n => format!("{n} sign-ins lie in that time; what they lack there cannot be judged."),
    };
    say(
        format!("{log} has a gap from {from} to {until}"),
        format!("{why} {touched}"),
        "Collect the log again for that time, with all rotated files.".to_owned(),
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
