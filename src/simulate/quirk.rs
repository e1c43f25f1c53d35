//! What is particular about a cluster and its people, and makes its logs harder to read.
//!
//! Each comes from the description of the formats: ring buffers and escapes of client logs (5.2), dates
//! and zones that are missing (9.1), clocks that differ (12.1), and how people use desktops.

use super::Config;
use super::cluster;
use super::hop::{LOGIN, LOGOUT, NOT_READY, READY};
use super::ledger::Stop;
use super::named::named;
use super::pens::Desk;
use super::pieces::Delivery;
use super::scenario::Scenario;
use super::summer;
use super::visit::Visit;
use crate::record::time::{DAY_MS, EpochMs};

named! {
    /// Something particular about a cluster.
    Quirk {
        ClientRing "client_ring"
            "Client logs are ring buffers: they begin somewhere, in the middle of a record.";
        ClientEscaped "client_escaped"
            "Client logs are uploaded as XML: all in one line, `&#10;` for line ends.";
        ClientOverlap "client_overlap"
            "Each client log is uploaded twice: first up to some record, later all of it.";
        Nat "nat" "All desktops are behind one address.";
        HotDesks "hot_desks"
            "An extension goes from one agent to the next as they come and go.";
        Shifts "shifts"
            "Agents sign in several times, on both nodes and in a second tab.";
        LoginNames "login_names"
            "Agents type their login name, which is not their id.";
        Midnight "midnight" "Midnight of the nodes is in the middle of it.";
        SummerTime "summer_time"
            "The nodes' clocks are put forward in the middle of it.";
        WinterTime "winter_time"
            "The nodes' clocks are put back in the middle of it.";
        DumplogUndated "dumplog_undated" "The dumplog has no line with its date.";
        ClocksHoursOff "clocks_hours_off"
            "Node B, the CTI server and some desktops are hours off.";
        FilesTwice "files_twice" "A fifth of the files is in the bundle twice.";
    }
}

/// The moment in the middle of the run that a quirk is about.
pub(super) fn moment(config: &Config) -> Option<i64> {
    if config.has(Quirk::SummerTime) {
        return Some(summer::PUT_FORWARD);
    }
    if config.has(Quirk::WinterTime) {
        return Some(summer::PUT_BACK);
    }
    let zone_ms = cluster::zone(config) * 60_000;
    let tomorrow = (config.start.0 + zone_ms).div_euclid(DAY_MS) + 1;
    config
        .has(Quirk::Midnight)
        .then_some(tomorrow * DAY_MS - zone_ms)
}

/// `config`, begun so that its moment is in the middle of it.
pub(super) fn around_its_moment(config: &Config) -> Config {
    let start = moment(config).map(|moment| EpochMs(moment - config.spread_ms / 2));
    Config {
        start: start.unwrap_or(config.start),
        ..config.clone()
    }
}

/// How many agents share an extension where it goes from hand to hand.
const HANDS: u32 = 3;

/// The extension of agent number `index`.
pub(super) fn shared_extension(config: &Config, index: u32) -> String {
    (71_001 + index % config.agents.div_ceil(HANDS).max(1)).to_string()
}

/// Between two agents at one extension, ms: longer than anything is still said of the first one.
pub(super) const NEXT_HAND_MS: i64 = 120_000;

impl Visit<'_, '_> {
    /// Two more sign-ins of the same agent: in a second tab on the other node while the first one is
    /// open, and after a break.
    pub(super) fn work_more_shifts(&mut self) {
        if self.is_signed_in() {
            self.sign_in_in_a_second_tab();
        }
        self.leave_desk();
        self.wait(240_000, 900_000);
        self.desk.node = 1 - self.desk.node;
        self.hurried = false;
        self.desk.http_ms = 0;
        self.begin(Scenario::Ok);
        self.plain();
    }

    /// Whether the agent, as the story leaves it, is signed in and has a desktop open.
    fn is_signed_in(&self) -> bool {
        use Scenario::{ForcedLogout, NotSignedIn257, PresenceLost, SignOut, SupervisorLogout};
        const GONE: [Scenario; 5] = [
            ForcedLogout,
            NotSignedIn257,
            PresenceLost,
            SignOut,
            SupervisorLogout,
        ];
        let attempt = self.attempt.map(|number| &self.ledger.attempts[number]);
        attempt.is_some_and(|it| matches!(it.end.stop, Stop::None) && !GONE.contains(&it.scenario))
    }

    /// The first tab stays open and hears of what happens, too.
    fn sign_in_in_a_second_tab(&mut self) {
        let first = self.desk;
        self.wait(60_000, 200_000);
        self.desk.node = 1 - first.node;
        self.desk.http_ms = 0;
        self.hurried = false;
        self.begin(Scenario::ReadyKept);
        self.up_to_user_in("READY", 0);
        let sent = self.request_sign_in();
        self.media_login(sent);
        self.deliver_in((LOGIN, READY), sent, Delivery::Prompt);
        self.hear_in(first);
        self.wait(1, 30);
        self.follow_up(200, "");
        self.work();
        self.report_log();
    }

    /// The node of another tab has published the change as well, for nobody's request.
    fn hear_in(&mut self, tab: Desk<'_>) {
        if self.pens.cluster.both_hear && tab.log.is_some() {
            let id = self.desk.agent.id.clone();
            let message = format!(
                "[ClientServices] MasterPublisher._eventHandler() - Received event on node \
                 '/finesse/api/User/{id}': <Update><data><user><loginId>{id}</loginId>\
                 <state>READY</state></user></data><event>PUT</event><requestId></requestId></Update>"
            );
            let related = self.related();
            let at = self.now + 15;
            self.pens.client(&tab, at, "Container", &message, related);
        }
    }

    /// The agent leaves, when the log is already sent; nothing happens to one who is not signed in.
    pub(super) fn leave_desk(&mut self) {
        if !self.is_signed_in() {
            return;
        }
        self.over = true;
        self.desk.log = None;
        self.wait(1000, 20_000);
        self.change_state(NOT_READY);
        self.wait(500, 3000);
        self.change_state(LOGOUT);
        self.wait(500, 3000);
        self.presence(self.now, "unavailable", self.related());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_is_in_the_middle() {
        for quirk in [Quirk::Midnight, Quirk::SummerTime, Quirk::WinterTime] {
            let config = around_its_moment(&Config {
                quirks: vec![quirk],
                ..Config::new(100, 4)
            });
            let middle = config.start.0 + config.spread_ms / 2;
            assert_eq!(moment(&config), Some(middle), "{quirk:?}");
        }
    }
}
