//! It works, but something took too long.

use crate::simulate::ledger::Stop;
use crate::simulate::pieces::Delivery;
use crate::simulate::visit::Visit;

impl Visit<'_, '_> {
    pub(super) fn slow_reply(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        self.agree(sent, Delivery::SlowReply);
        self.stops(Stop::None, Some("slow_step"));
        self.work();
        self.report_log();
    }

    pub(super) fn slow_http(&mut self) {
        self.up_to_user(0);
        self.desk.http_ms = self.random.between(4500, 9000);
        let sent = self.request_sign_in();
        self.desk.http_ms = 0;
        self.agree(sent, Delivery::Prompt);
        self.stops(Stop::None, Some("slow_step"));
        self.work();
        self.report_log();
    }

    pub(super) fn late_publish(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        self.agree(sent, Delivery::Late);
        self.stops(Stop::None, Some("late_publish"));
        self.work();
        self.report_log();
    }
}
