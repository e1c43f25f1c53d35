//! The server is out of service, or the connection for events never comes up.

use crate::flow::StepName;
use crate::simulate::ledger::Stop;
use crate::simulate::visit::Visit;

impl Visit<'_, '_> {
    pub(super) fn out_of_service(&mut self) {
        self.open_page();
        let cause = self.proves(&[StepName::SystemInfo]);
        self.system_info(503, cause);
        let stop = Stop::Refused(StepName::SystemInfo);
        self.fails(stop, "server_out_of_service");
    }

    pub(super) fn connect_never(&mut self) {
        self.open_page();
        let cause = self.proves(&[StepName::SystemInfo]);
        self.system_info(200, cause);
        self.system_status("IN_SERVICE");
        self.begin_connecting();
        let connect = self.proves(&[StepName::Connect]);
        for retry in 0..6 {
            self.broken_connection(retry, connect);
            self.wait(4000, 8000);
        }
        self.stops(Stop::Never(StepName::Connect), Some("connect_failed"));
        self.wait(35_000, 60_000);
        self.report_log();
    }
}
