//! Nothing is wrong, whatever it looks like.

use crate::simulate::hop::{LOGIN, LOGOUT, NOT_READY, READY};
use crate::simulate::journal::Cause;
use crate::simulate::pieces::Delivery;
use crate::simulate::visit::Visit;

impl Visit<'_, '_> {
    pub(in crate::simulate) fn plain(&mut self) {
        self.signs_in_and_works(0);
    }

    /// The clock is the agent's own: see where agents are made.
    pub(super) fn clock_off(&mut self) {
        if self.desk.log.is_some() {
            self.ledger.bundle.push("clock_skew");
        }
        self.plain();
    }

    pub(super) fn pasted_log(&mut self) {
        if let Some(log) = self.desk.log {
            self.ledger.client_logs[log].pasted = true;
            self.ledger.bundle.push("log_rewrapped");
        }
        self.plain();
    }

    pub(super) fn connect_retry(&mut self) {
        self.signs_in_and_works(1);
    }

    fn signs_in_and_works(&mut self, retries: u32) {
        self.sign_in(retries);
        self.work();
        self.report_log();
    }

    pub(super) fn sign_out(&mut self) {
        self.sign_in(0);
        self.work();
        self.change_state(NOT_READY);
        self.wait(500, 3000);
        self.change_state(LOGOUT);
        self.leaves();
    }

    pub(super) fn supervisor_logout(&mut self) {
        self.sign_in(0);
        self.work();
        let related = self.related();
        let decoded = self.agent_events(self.now, (LOGOUT, LOGOUT), BY_SUPERVISOR, related);
        let update = self.user_update("", LOGOUT, self.now);
        let routed = self.publish(decoded + 5, &update, related, related);
        self.now = routed + self.random.between(5, 60);
        self.receive(self.now, &update, related);
        self.leaves();
    }

    /// The first tab goes on; the second one only reads.
    pub(super) fn second_tab(&mut self) {
        self.sign_in(0);
        self.work();
        let related = self.related();
        self.page_of_the_ready(related);
        self.wait(2000, 9000);
        self.change_state(NOT_READY);
        self.report_log();
    }

    /// A sign-in request is a forced one: who is signed in already stays in the state it is in.
    pub(super) fn ready_kept(&mut self) {
        self.sign_in(0);
        self.work();
        self.wait(2000, 9000);
        // Away for over a minute, the agent would be signed out.
        self.past_restart(90_000);
        self.presence(self.now, "unavailable", self.related());
        self.wait(3000, 20_000);
        self.begin_again();
        self.up_to_user_in("READY", 0);
        let sent = self.request_sign_in();
        self.media_login(sent);
        // Of a skill group that has the agent already, some peripherals say LOGIN again, others not.
        let skill = self.random.pick(&[LOGIN, READY]);
        self.deliver_in((skill, READY), sent, Delivery::Prompt);
        self.wait(1, 30);
        self.follow_up(200, "");
        self.work();
        self.report_log();
    }

    /// Signed out, the desktop sends its log and goes away for good.
    fn leaves(&mut self) {
        self.wait(500, 3000);
        self.upload_log();
        self.presence(self.now, "unavailable", self.related());
        self.ledger.lasts_until(self.now + 240_000);
    }

    pub(super) fn page_refresh(&mut self) {
        self.sign_in(0);
        self.work();
        let related = self.related();
        let gone = self.now;
        self.presence(gone, "unavailable", related);
        self.wait(800, 9000);
        self.page_of_the_ready(related);
        self.report_log();
    }

    /// The page once more, of an agent who is signed in and Ready.
    fn page_of_the_ready(&mut self, related: Cause) {
        self.page_load(related);
        self.wait(200, 900);
        self.system_info(200, related);
        self.system_status("IN_SERVICE");
        self.connect(0, related, related, related);
        self.user_get(200, "READY", related);
    }
}

/// Reason code of a change that a supervisor forced (UCCE).
const BY_SUPERVISOR: u32 = 999;
