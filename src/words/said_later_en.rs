//! Findings about what happened after the sign-in, in English.

use super::said::{SaidLater, Texts, code_name};
use super::said_en::say;
use crate::view::time::duration;

pub(super) fn texts(said: &SaidLater) -> Texts {
    match said {
        SaidLater::ForcedLogout { agent, after_ms, gone_ms } => {
            let gone = gone_ms.map_or_else(
                || "Its presence was unavailable for 60 s.".to_owned(),
                |ms| format!("Its presence was unavailable for {}.", duration(ms)),
            );
            say(
                format!("Agent {agent} was signed out by Finesse (255){}", after(*after_ms)),
                format!("The desktop was gone. {gone} Browser closed or crashed, PC asleep, or a network too slow."),
                "See what the desktop did in the three minutes before: its client log, its connection, the PC's sleep.".to_owned(),
            )
        }
        SaidLater::PresenceLost { agent, after_ms, back_ms } => {
            let back = back_ms.map_or_else(
                || "It did not come back".to_owned(),
                |ms| format!("It came back after {}", duration(ms)),
            );
            say(
                format!("The desktop of agent {agent} went away{}", after(*after_ms)),
                format!("{back}, and the logs show no sign-out. Finesse waits 60 s before it signs an agent out."),
                "See the client log of that minute, and whether other agents of the site lost theirs.".to_owned(),
            )
        }
        SaidLater::Flapping { agent, drops, span_ms } => say(
            format!("The connection of agent {agent} broke {drops} times within {}", duration(*span_ms)),
            "One break while connecting is normal, this is not: a bad network, a proxy that cuts long requests, or a loaded Notification Service.".to_owned(),
            "See whether other agents of the site have it too; check proxy and VPN.".to_owned(),
        ),
        SaidLater::TokenRefresh { agent, times, after_ms } => say(
            format!("Agent {agent}'s access token could not be renewed{}", after(*after_ms)),
            format!("The desktop said so {times} time(s); it signs the agent out some ten minutes later."),
            "See ids.log of that minute, token lifetimes, and the clocks of PC, Finesse and identity service.".to_owned(),
        ),
        SaidLater::NotSignedIn { agent, code, state } => {
            let state = state.map_or_else(String::new, |state| format!(" to {}", state.name()));
            let code = code.map_or_else(String::new, |code| format!(" ({})", code_name(code)));
            say(
                format!("State change{state} refused: agent {agent} is not signed in{code}"),
                "The name of the code speaks of a password; in a state change it means that the CTI server does not have the agent signed in.".to_owned(),
                "Find out how the agent was signed out before: forced log-out, restart, another desktop.".to_owned(),
            )
        }
        SaidLater::FollowUpFailed { resource, status } => {
            let what = match (resource.as_str(), status) {
                ("", None) => "a subscription failed".to_owned(),
                ("", Some(status)) => format!("a read was answered {status}"),
                (resource, None) => format!("{resource} failed"),
                (resource, Some(status)) => format!("GET {resource} was answered {status}"),
            };
            say(
                format!("The desktop is incomplete: {what}"),
                "The agent is signed in, but lists such as reason codes or phone books are missing.".to_owned(),
                "See the same call of other agents; check the Finesse database and its replication.".to_owned(),
            )
        }
        SaidLater::Elsewhere { agent, extension, reason } => elsewhere(agent, extension, *reason),
    }
}

fn after(ms: Option<i64>) -> String {
    ms.map_or_else(String::new, |ms| {
        format!(" {} after the sign-in", duration(ms))
    })
}

fn elsewhere(agent: &str, extension: &str, reason: u16) -> Texts {
    const EXTENSION_TAKEN: u16 = 32741;
    if reason == EXTENSION_TAKEN {
        return say(
            format!(
                "Agent {agent} was signed out: another agent took extension {extension} ({reason})"
            ),
            "Two agents use one phone; UCCX signs the older one out.".to_owned(),
            "Find the other agent's sign-in with this extension.".to_owned(),
        );
    }
    say(
        format!("Agent {agent} was signed out: signed in again elsewhere ({reason})"),
        "A second tab, browser or PC signed the same agent in; UCCX ends the older session."
            .to_owned(),
        "Find the agent's other sign-in around this time.".to_owned(),
    )
}
