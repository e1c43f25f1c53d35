//! One agent, several tries.

use crate::flow::StepName;
use crate::simulate::hop::{LOGOUT, NOT_READY};
use crate::simulate::ledger::Stop;
use crate::simulate::visit::Visit;

impl Visit<'_, '_> {
    pub(super) fn abandoned(&mut self) {
        self.up_to_user(0);
        self.request_sign_in();
        self.stops(Stop::Left(StepName::CtiReply), None);
        self.wait(2000, 5000);
        self.reload();
        self.hurried = true;
        self.begin_again();
        self.plain();
    }

    pub(super) fn retry_late(&mut self) {
        self.up_to_user(0);
        self.request_sign_in();
        let stop = Stop::Never(StepName::CtiReply);
        self.stops(stop, Some("cti_not_answering"));
        self.wait(35_000, 70_000);
        self.reload();
        self.begin_again();
        self.plain();
    }

    pub(super) fn twice(&mut self) {
        self.sign_in(0);
        self.work();
        self.change_state(NOT_READY);
        self.wait(500, 3000);
        self.change_state(LOGOUT);
        self.wait(500, 3000);
        self.presence(self.now, "unavailable", self.related());
        self.report_log();
        self.wait(240_000, 1_500_000);
        self.desk.node = 1 - self.desk.node;
        self.begin_again();
        self.plain();
    }
}
