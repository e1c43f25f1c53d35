//! Nobody says no, but somewhere on the way nothing more comes.

use crate::flow::StepName;
use crate::simulate::hop::{LOGIN, NOT_READY};
use crate::simulate::ledger::Stop;
use crate::simulate::pieces::Delivery;
use crate::simulate::rest::SignIn;
use crate::simulate::visit::Visit;

impl Visit<'_, '_> {
    pub(in crate::simulate) fn cti_silent(&mut self) {
        self.up_to_user(0);
        self.request_sign_in();
        self.waits_in_vain(StepName::CtiReply, "cti_not_answering");
    }

    pub(super) fn never_sent(&mut self) {
        self.up_to_user(0);
        let request_id = self.new_request();
        let extension = &self.desk.agent.extension;
        let passed = self.login(&SignIn {
            request_id: &request_id,
            extension,
            status: 202,
            content: "",
        });
        self.now = passed.answered;
        self.waits_in_vain(StepName::CtiRequest, "cti_not_answering");
    }

    pub(super) fn event_malformed(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        self.agree(sent, Delivery::Lost);
        self.wait(400, 900);
        let related = self.related();
        self.say(
            "[ClientServices] MasterPublisher._eventHandler() - [ERROR] Malformed event payload",
            related,
        );
        self.waits_in_vain(StepName::EventReceived, "event_not_received");
    }

    pub(super) fn cti_no_event(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        let reply = self.proves(&[StepName::CtiReply]);
        let conf = sent.at + self.random.between(20, 110);
        self.cti_conf(sent, conf, reply);
        self.waits_in_vain(StepName::CtiEvent, "cti_not_answering");
    }

    pub(super) fn event_not_decoded(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        let reply = self.proves(&[StepName::CtiReply]);
        let conf = sent.at + self.random.between(20, 110);
        self.cti_conf(sent, conf, reply);
        let event = self.proves(&[StepName::CtiEvent]);
        let at = conf + self.random.between(1, 60);
        self.agent_event(at, 0, (LOGIN, NOT_READY), 0, event);
        self.waits_in_vain(StepName::Publish, "event_not_decoded");
    }

    pub(super) fn event_lost(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        self.agree(sent, Delivery::Lost);
        self.waits_in_vain(StepName::EventReceived, "event_not_received");
    }

    /// The agent looks at the spinner until it is clear that `step` will not come.
    fn waits_in_vain(&mut self, step: StepName, rule: &'static str) {
        self.stops(Stop::Never(step), Some(rule));
        self.wait(40_000, 60_000);
        self.report_log();
    }
}
