//! Findings about refusals, in English.

use super::Lang;
use super::codes::{Code, meaning};
use super::said::{Blame, CtiRefusal, HttpRefusal, Texts, call, code_name};
use super::said_en::say;

pub(super) fn cti_refused(said: &CtiRefusal) -> Texts {
    let extension = match said.extension.as_str() {
        "" => "the extension".to_owned(),
        extension => format!("extension {extension}"),
    };
    let code = match (said.code, said.failure_type.as_str()) {
        (Some(code), _) => format!(" ({})", code_name(code)),
        (None, "") => String::new(),
        (None, failure_type) => format!(" ({failure_type})"),
    };
    let means = said
        .code
        .and_then(|code| meaning(Code::Failure(code), Lang::En));
    let (what, explanation, next) = match said.rule {
        "device_busy" => (
            format!("{extension} is in use"),
            "Another agent is still signed in on that phone, or it is in a call. A forced log-out takes up to 180 s.",
            "Find the last agent state event for that extension; sign that agent out, or wait three minutes.",
        ),
        "invalid_device" => (
            format!("{extension} is not a valid device"),
            "",
            device(said),
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
            means.unwrap_or("the request was refused").to_owned(),
            "",
            other(said),
        ),
    };
    let explanation = match (explanation, means, said.rule) {
        ("", Some(means), "invalid_device") => format!("The code says: {means}."),
        ("", None, "invalid_device") => "The extension does not exist, is not registered, or is not associated with the CTI application user.".to_owned(),
        ("", ..) => "The CTI server answered the sign-in request with a failure code instead of a confirmation.".to_owned(),
        (explanation, ..) => explanation.to_owned(),
    };
    say(
        format!("Refused by CTI: {what}{code}"),
        explanation,
        next.to_owned(),
    )
}

fn device(said: &CtiRefusal) -> &'static str {
    match Blame::of(said.code) {
        Blame::Line => {
            "Check the line in Unified CM: one partition, not shared, not too many lines on the phone, controlled by no other application."
        }
        _ => {
            "Check the line in Unified CM: registered, one line with that number, associated with the application user (RmCm on UCCX)."
        }
    }
}

fn other(said: &CtiRefusal) -> &'static str {
    match Blame::of(said.code) {
        Blame::PhoneSystem => {
            "Check the connection between peripheral gateway (UCCX: engine) and Unified CM, JTAPI above all, and whether the phone is registered. Are all agents refused?"
        }
        Blame::Capacity => {
            "Compare the number of agents signed in with the licence and with the limits of the peripheral gateway."
        }
        Blame::Timeout => {
            "See the peripheral gateway's logs (OPC, PIM) of these seconds: the CTI server itself got no answer."
        }
        Blame::Agent => {
            "Check team, desk settings and reason codes of the agent in the contact centre configuration."
        }
        Blame::Line | Blame::Unknown => {
            "See the CTI server log around this time for the same invoke id, and the peripheral gateway's logs behind it."
        }
    }
}

pub(super) fn http_refused(said: &HttpRefusal) -> Texts {
    let mut texts = refused_call(said);
    let body = match said.body(": ") {
        body if body.is_empty() => body,
        body => format!(" ({body})"),
    };
    let (call, status) = (call(said.step), said.status);
    texts.explanation = format!("{call} answered HTTP {status}{body}. {}", texts.explanation);
    texts
}

fn refused_call(said: &HttpRefusal) -> Texts {
    let agent = &said.agent;
    let (title, explanation, next) = match (said.rule, said.status) {
        ("wrong_password", 403) => (
            format!("Agent {agent} is not allowed to sign in here"),
            "The credentials were not called wrong, but the user may not do this, or not on this node.",
            "Check the agent's role, and try the other node.",
        ),
        ("wrong_password", _) => (
            format!("Wrong user or password for agent {agent}"),
            "Finesse could not authenticate the agent.",
            "Let the agent type the password again; check case, LDAP changes and lock-out (five failures lock for five minutes).",
        ),
        ("account_locked", _) => (
            format!("The account of agent {agent} is locked"),
            "Five failures lock an account for five minutes; until then the right password is refused, too.",
            "Wait five minutes without a try. Find where the first failures came from: the browser's address in the access log.",
        ),
        ("sso_sign_in_failed", _) => (
            format!("Single sign-on failed for agent {agent}"),
            "The access token was refused, and the identity service or a call to it failed at that time.",
            "See ids.log of that minute; check the trust between identity service and provider, the SAML certificate, and the clocks.",
        ),
        ("credentials_mismatch", _) => (
            format!("Credentials are not those of agent {agent}"),
            "The user who signed the request and the user it is about differ: login name and agent id mixed up.",
            "Compare the user in the request with the id in its path.",
        ),
        ("user_unknown", _) => (
            format!("Finesse does not know agent {agent}"),
            "The agent is not configured on this peripheral, or not synchronised yet.",
            "Check the agent's configuration and peripheral.",
        ),
        ("parameter_missing", _) if said.failure_type == "Parameter Missing" => (
            "A field of the sign-in request is missing".to_owned(),
            "Usually the extension was left empty; for a mobile agent, mode or dial number.",
            "See the request body (POST_DATA) in the client log.",
        ),
        ("parameter_missing", _) => (
            "The sign-in request is malformed".to_owned(),
            "Usually the extension: letters in it, or too long. A number with a plus sign is allowed on UCCX only.",
            "See the request body (POST_DATA) in the client log.",
        ),
        ("aw_database_unavailable", _) => (
            "Finesse cannot reach the administration database".to_owned(),
            "Agents cannot be authenticated without it.",
            "Check the Administration & Data Server, its SQL account, and the network between. Are all agents refused?",
        ),
        (_, 500) => (
            "Finesse failed with an internal error (500)".to_owned(),
            "For some seconds after its CTI connection breaks, Finesse answers 500, then 503. DB_RUNTIME_EXCEPTION is a database error, RUNTIME_EXCEPTION any other.",
            "See the webservices log of that second for the error, and whether 503 follows; check CTI connection and databases.",
        ),
        (_, 404) => (
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
