//! Findings about servers and about the bundle as a whole, in English.

use super::said::{SaidServer, Texts};
use super::said_en::say;
use crate::correlate::latency::{Latency, Leg};
use crate::record::time::EpochMs;
use crate::view::time::duration;

pub(super) fn texts(said: &SaidServer) -> Texts {
    match said {
        SaidServer::NotInService { status } => say(
            format!("Finesse told the desktop that it is not in service ({status})"),
            "The desktop waits until it hears IN_SERVICE. PARTIAL_SERVICE is a server that still starts.".to_owned(),
            "See SystemInfo's status reason, the CTI connection, and the services of the node.".to_owned(),
        ),
        SaidServer::Outage { sign_ins, agents, from, until } => say(
            format!("Finesse was out of service{}: {sign_ins} sign-in(s) of {agents} agents were answered 5xx", span(*from, *until)),
            "Several agents at once point to the server: its CTI connection, Notification Service or database.".to_owned(),
            "See SystemInfo's status reason, and the webservices log for lost CTI connections in these minutes.".to_owned(),
        ),
        SaidServer::CtiOutage { node, from, lasted_ms, refused } => cti_outage(node, *from, *lasted_ms, *refused),
        SaidServer::BackendOffline { event, from, lasted_ms, sign_ins } => {
            backend_offline(*event, *from, *lasted_ms, *sign_ins)
        }
        SaidServer::Restart { service, node, at, stopped, up_after_ms, sign_ins } => restart(
            &format!("{service}{}", on(node)),
            since(*at, " at "),
            (*stopped, *up_after_ms),
            *sign_ins,
        ),
        SaidServer::ManyDropped { agents, at } => say(
            format!("{agents} desktops went away within two seconds{}", since(*at, " at ")),
            "That many at once is the server side: a service restarted, CTI failed over, or the node was overloaded.".to_owned(),
            "See what the node's services did in that second.".to_owned(),
        ),
        SaidServer::LockedOut { agent, failures } => say(
            format!("Agent {agent} is locked out: {failures} refused sign-ins in a row"),
            "Five failures lock an account for five minutes; the right password is refused, too, and each further wrong one may start the five minutes anew.".to_owned(),
            "Find where the first failures came from (browser address in the access log); wait five minutes without a try.".to_owned(),
        ),
        SaidServer::SlowLeg { latency, sign_in } => slow_leg(latency, sign_in),
        SaidServer::Outlier { leg, ms, median_ms, n } => say(
            format!("{} took {}, the median of {n} sign-ins is {}", leg_name(*leg), duration(*ms), duration(*median_ms)),
            format!("Whether or not it is over the limit of {}, it is far outside what is usual in this bundle.", duration(leg.slow_over_ms())),
            "Compare with other sign-ins of the same minute and node.".to_owned(),
        ),
        SaidServer::StatisticsOverload { node, times } => say(
            format!("Queue statistics are overloaded{}: {times} error(s)", on(node)),
            "Finesse asks for the statistics of all queues every ten seconds; replies slower than about 62 ms no longer fit, and everything over the same connection is late.".to_owned(),
            "Check the round trip to the CTI server and the number of queues.".to_owned(),
        ),
    }
}

fn on(node: &str) -> String {
    if node.is_empty() {
        String::new()
    } else {
        format!(" on {node}")
    }
}

fn since(at: Option<EpochMs>, word: &str) -> String {
    at.map_or_else(String::new, |at| format!("{word}{at}"))
}

fn span(from: Option<EpochMs>, until: Option<EpochMs>) -> String {
    since(from, " from ") + &since(until, " to ")
}

fn cti_outage(node: &str, from: Option<EpochMs>, lasted_ms: Option<i64>, refused: bool) -> Texts {
    let lasted = match lasted_ms {
        Some(ms) => format!(", back after {}", duration(ms)),
        None => ", and the logs show no recovery".to_owned(),
    };
    let (what, next) = if refused {
        (
            "The CTI server refused Finesse a session",
            "Compare peripheral id and CTI version in the Finesse settings with the CTI server's; see which side is active.",
        )
    } else {
        (
            "Finesse lost its CTI connection",
            "See the CTI server's log of both sides in that minute, and the network between. Sign in again once Finesse is in service.",
        )
    };
    say(
        format!("{what}{}{}{lasted}", on(node), since(from, " at ")),
        "Without it nobody can sign in on this node, and state changes are not seen.".to_owned(),
        next.to_owned(),
    )
}

fn backend_offline(
    event: u32,
    from: Option<EpochMs>,
    lasted_ms: Option<i64>,
    sign_ins: usize,
) -> Texts {
    let part = match event {
        2 => "The central controller",
        6 => "The peripheral gateway",
        7 => "The CTI server",
        _ => "The peripheral",
    };
    let lasted = match lasted_ms {
        Some(ms) => format!(", back after {}", duration(ms)),
        None => ", and the logs show no recovery".to_owned(),
    };
    let touched = match sign_ins {
        0 => "No sign-in failed because of it.".to_owned(),
        1 => "One sign-in failed in that time.".to_owned(),
        n => format!("{n} sign-ins failed in that time."),
    };
    say(
        format!("{part} was offline{}{lasted}", since(from, " since ")),
        format!("The CTI server said so (SYSTEM_EVENT {event}). Until it is back, sign-ins are refused (34, 36, 267) or get no answer. {touched}"),
        "See the logs of the peripheral gateway and its JTAPI gateway (UCCX: the engine) in that minute, and whether Unified CM was reachable. Sign in again once it is back.".to_owned(),
    )
}

/// `up_after_ms` counts from the time that `at` says.
fn restart(
    service: &str,
    at: String,
    (stopped, up_after_ms): (bool, Option<i64>),
    sign_ins: usize,
) -> Texts {
    let title = match (stopped, up_after_ms) {
        (true, Some(ms)) => {
            let up = duration(ms);
            format!("{service} was restarted{at}; the last line of its start came {up} later")
        }
        (true, None) => {
            format!("{service} was stopped or restarted{at}; the logs do not show it starting")
        }
        (false, _) => format!("{service} was started{at}"),
    };
    let touched = match sign_ins {
        0 => "No sign-in failed around it.".to_owned(),
        1 => "One sign-in failed around it.".to_owned(),
        n => format!("{n} sign-ins failed around it."),
    };
    say(
        title,
        format!("{} {touched}", meanwhile(service)),
        "Find out whether it was planned; if not, see the end of the service's log before it. Sign in again once SystemInfo says IN_SERVICE.".to_owned(),
    )
}

/// What is not possible without a service.
fn meanwhile(service: &str) -> &'static str {
    match service.contains("Notification") {
        true => "While it is down, desktops lose their connection and get no events.",
        false => "While it is down or starting, requests get no answer or a 503.",
    }
}

fn slow_leg(latency: &Latency, sign_in: &str) -> Texts {
    let Latency {
        leg,
        n,
        median_ms,
        p95_ms,
        worst_ms,
        ..
    } = latency;
    let documented = leg.documented_ms().map_or_else(String::new, |ms| {
        format!(" Cisco documents {} for a healthy system.", duration(ms))
    });
    say(
        format!(
            "{} is slow: one in twenty sign-ins takes {} or more",
            leg_name(*leg),
            duration(*p95_ms)
        ),
        format!(
            "Median {} of {n} sign-ins, longest {} ({sign_in}); more than {} is slow.{documented}",
            duration(*median_ms),
            duration(*worst_ms),
            duration(leg.slow_over_ms())
        ),
        "Look at what the two ends of this leg have in common: load of the node, network between."
            .to_owned(),
    )
}

fn leg_name(leg: Leg) -> &'static str {
    match leg {
        Leg::SystemInfo => "GET SystemInfo",
        Leg::Connect => "The connection to the Notification Service",
        Leg::UserGet => "GET User",
        Leg::Accepted => "The answer to the sign-in request",
        Leg::ToCti => "Passing the request on to the CTI server",
        Leg::CtiReply => "The CTI server's reply",
        Leg::CtiEvent => "The CTI server's agent state event",
        Leg::Publish => "Publishing the event",
        Leg::Delivery => "Delivering the event to the desktop",
        Leg::Whole => "The whole sign-in",
    }
}
