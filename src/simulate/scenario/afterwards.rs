//! Signed in, and then something goes wrong.

use crate::simulate::hop::{Failure, LOGOUT, NOT_READY, READY, State};
use crate::simulate::pieces::Delivery;
use crate::simulate::rest::Put;
use crate::simulate::visit::Visit;

impl Visit<'_, '_> {
    pub(super) fn forced_logout(&mut self) {
        self.sign_in(0);
        self.work();
        let related = self.related();
        self.upload_log();
        self.wait(2000, 30_000);
        let gone = self.now;
        self.presence(gone, "unavailable", related);
        let forced = gone + 60_000 + self.random.between(0, 900);
        let sent = self.cti_request(forced, LOGOUT, 255, related);
        let conf = sent.at + self.random.between(20, 90);
        self.cti_conf(sent, conf, related);
        let decoded = self.agent_events(conf + 5, (LOGOUT, LOGOUT), 255, related);
        let update = self.user_update("", LOGOUT, conf + 5);
        self.publish(decoded + 9, &update, related, related);
        self.now = decoded + 500;
        self.found_afterwards("forced_logout_255");
    }

    pub(super) fn presence_lost(&mut self) {
        self.sign_in(0);
        self.work();
        let related = self.related();
        self.upload_log();
        self.wait(2000, 30_000);
        self.presence(self.now, "unavailable", related);
        // Long enough to see that neither a return nor a forced log-out (up to 180 s) follows.
        self.ledger.lasts_until(self.now + 240_000);
        self.found_afterwards("presence_lost");
    }

    pub(super) fn flapping(&mut self) {
        self.sign_in(0);
        self.work();
        let related = self.related();
        for retry in 0..self.random.between(4, 6) {
            self.presence(self.now, "unavailable", related);
            self.broken_connection(retry as u32, related);
            self.wait(1000, 6000);
            self.status("connecting", related);
            self.wait(60, 300);
            self.presence(self.now - 8, "available", related);
            self.status("connected", related);
            self.wait(8000, 30_000);
        }
        self.found_afterwards("connect_flapping");
        self.report_log();
    }

    pub(super) fn token_refresh(&mut self) {
        self.sign_in(0);
        self.work();
        let related = self.related();
        for _ in 0..2 {
            self.pens.client(
                &self.desk,
                self.now,
                "Header",
                "Unable to refresh access token after 3 retries. User will be logged out in some time",
                related,
            );
            self.wait(590_000, 610_000);
        }
        self.found_afterwards("sso_token_refresh_failed");
        self.change_state(LOGOUT);
        self.report_log();
    }

    pub(super) fn follow_up_failed(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        self.deliver(sent, Delivery::Prompt);
        self.wait(1, 30);
        self.follow_up(500, DATABASE_ERROR);
        self.found_afterwards("follow_up_failed");
        self.work();
        self.report_log();
    }

    pub(super) fn not_signed_in_257(&mut self) {
        self.sign_in(0);
        self.work();
        self.wait(1000, 20_000);
        let related = self.related();
        // 65534: the peripheral gateway reset the agent. The desktop does not notice.
        let decoded = self.agent_events(self.now, (LOGOUT, LOGOUT), 65_534, related);
        let update = self.user_update("", LOGOUT, self.now);
        self.publish(decoded + 5, &update, related, related);
        self.wait(3000, 30_000);
        let state = self.random.pick(&[READY, NOT_READY]);
        self.refused_change(state);
        self.found_afterwards("not_signed_in_257");
        self.report_log();
    }

    /// A change of state that the CTI server refuses with 257.
    fn refused_change(&mut self, state: State) {
        let wanted = state.rest;
        let cause = self.related();
        let request_id = self.random.uuid();
        let body =
            format!("<User><state>{wanted}</state><requestId>{request_id}</requestId></User>");
        let put = Put {
            request_id: &request_id,
            parameters: &format!(" state:{wanted}"),
            body: &body,
            answer: cause,
        };
        let passed = self.send_put(&put, 202, "", cause);
        let sent = self.cti_request(passed.decoded + 3, state, 0, cause);
        let at = sent.at + self.random.between(20, 90);
        let decoded = self.cti_refusal(sent, at, NOT_SIGNED_IN, cause);
        let update = self.error_update(&request_id, NOT_SIGNED_IN);
        let routed = self.publish(decoded + 5, &update, cause, cause);
        let arrived = passed.answered.max(routed + self.random.between(5, 60));
        self.receive(arrived, &update, cause);
        self.now = arrived;
    }
}

/// From LOGOUT no state but LOGIN can be reached: Finesse answers so on UCCE (developer guide,
/// "User – change agent state").
const NOT_SIGNED_IN: Failure = Failure {
    code: 257,
    name: "CF_INVALID_PASSWORD_SPECIFIED",
    kind: "Invalid State",
};

/// Body of a 500 when Finesse's own database fails.
const DATABASE_ERROR: &str = "<ApiErrors><ApiError><ErrorType>Internal Server Error</ErrorType>\
     <ErrorMessage>DB_RUNTIME_EXCEPTION</ErrorMessage></ApiError></ApiErrors>";
