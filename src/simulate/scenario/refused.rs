//! The request to sign in is refused: by the REST API at once, or by the CTI server afterwards.

use crate::flow::StepName;
use crate::simulate::hop::Failure;
use crate::simulate::ledger::Stop;
use crate::simulate::pens::CALL_BY_CALL;
use crate::simulate::rest::{OUT_OF_SERVICE, SignIn};
use crate::simulate::visit::Visit;

impl Visit<'_, '_> {
    pub(super) fn device_busy(&mut self) {
        self.refused_with_one_of(&DEVICE_BUSY, "device_busy");
    }

    pub(super) fn invalid_device(&mut self) {
        self.refused_with_one_of(&INVALID_DEVICE, "invalid_device");
    }

    pub(super) fn account_locked_cti(&mut self) {
        self.refused_with_one_of(&LOCKED, "account_locked");
    }

    pub(super) fn password_cti(&mut self) {
        self.refused_with_one_of(&PASSWORD, "wrong_password");
    }

    pub(super) fn already_signed_on(&mut self) {
        self.refused_with_one_of(&SIGNED_ON, "already_signed_on");
    }

    pub(super) fn cti_refused(&mut self) {
        self.refused_with_one_of(&OTHERS, "cti_refused");
    }

    pub(super) fn mobile_agent_mode(&mut self) {
        self.up_to_user(0);
        self.desk.work_mode = CALL_BY_CALL;
        self.refused(MODE_NOT_ALLOWED, "mobile_agent_mode");
    }

    fn refused_with_one_of(&mut self, failures: &[Failure], rule: &'static str) {
        let failure = self.random.pick(failures);
        self.up_to_user(0);
        self.refused(failure, rule);
    }

    /// 202, then the CTI server's refusal, which reaches the desktop as an event.
    pub(in crate::simulate) fn refused(&mut self, failure: Failure, rule: &'static str) {
        let sent = self.request_sign_in();
        let reply = self.proves(&[StepName::CtiReply]);
        let at = sent.at + self.random.between(20, 200);
        let decoded = self.cti_refusal(sent, at, failure, reply);
        let update = self.error_update(&self.request_id(), failure);
        let (publish, route) = (
            self.proves(&[StepName::Publish]),
            self.proves(&[StepName::Route]),
        );
        let routed = self.publish(decoded + 6, &update, publish, route);
        let received = self.proves(&[StepName::EventReceived]);
        let arrived = self.now.max(routed + self.random.between(5, 90));
        self.receive(arrived, &update, received);
        self.now = arrived;
        self.fails(Stop::Refused(StepName::CtiReply), rule);
    }

    pub(super) fn out_of_service_late(&mut self) {
        self.up_to_user(0);
        self.refused_at_once(503, OUT_OF_SERVICE, "server_out_of_service");
    }

    pub(super) fn parameter_missing(&mut self) {
        self.up_to_user(0);
        if let Some(attempt) = self.attempt {
            self.ledger.attempts[attempt].extension.clear();
        }
        self.refused_at_once(400, PARAMETER_MISSING, "parameter_missing");
    }

    pub(super) fn malformed_extension(&mut self) {
        self.up_to_user(0);
        if let Some(attempt) = self.attempt {
            self.ledger.attempts[attempt].extension.push('A');
        }
        self.refused_at_once(400, INVALID_INPUT, "parameter_missing");
    }

    pub(in crate::simulate) fn refused_at_once(
        &mut self,
        status: u16,
        content: &str,
        rule: &'static str,
    ) {
        let request_id = self.new_request();
        let extension = match self.attempt {
            Some(attempt) => self.ledger.attempts[attempt].extension.clone(),
            None => self.desk.agent.extension.clone(),
        };
        let request = SignIn {
            request_id: &request_id,
            extension: &extension,
            status,
            content,
        };
        self.now = self.login(&request).answered;
        self.fails(Stop::Refused(StepName::LoginAccepted), rule);
    }
}

const fn failure(code: u32, name: &'static str, kind: &'static str) -> Failure {
    Failure { code, name, kind }
}

/// The extension is taken.
const DEVICE_BUSY: [Failure; 3] = [
    failure(10, "E_CTI_DEVICE_IN_USE", "Device Busy"),
    failure(33, "CF_RESOURCE_BUSY", "Device Busy"),
    failure(283, "CF_SPECIFIED_EXTENSION_ALREADY_IN_USE", "Device Busy"),
];

/// The extension is unknown, offline, not controlled, or its line is not allowed.
const INVALID_DEVICE: [Failure; 7] = [
    failure(260, "CF_INVALID_LOGON_DEVICE_SPECIFIED", "Invalid Device"),
    failure(70, "CF_GENERIC_UNSPECIFIED_REJECTION", "Invalid Device"),
    failure(287, "CF_DEVICE_RESTRICTED", "Invalid Device"),
    failure(288, "CF_LINE_RESTRICTED", "Invalid Device"),
    failure(291, "CF_MAXIMUM_LINE_LIMIT_EXCEEDED", "Invalid Device"),
    failure(292, "CF_SHARED_LINES_NOT_SUPPORTED", "Invalid Device"),
    failure(293, "CF_EXTENSION_NOT_UNIQUE", "Invalid Device"),
];

const LOCKED: [Failure; 1] = [failure(289, "CF_AGENT_ACCOUNT_LOCKED_OUT", "Generic Error")];

const PASSWORD: [Failure; 3] = [
    failure(256, "CF_INVALID_AGENT_ID_SPECIFIED", "Generic Error"),
    failure(257, "CF_INVALID_PASSWORD_SPECIFIED", "Generic Error"),
    failure(
        258,
        "CF_INVALID_AGENT_ID_OR_PASSWORD_SPECIFIED",
        "Generic Error",
    ),
];

const SIGNED_ON: [Failure; 1] = [failure(
    259,
    "CF_SPECIFIED_AGENT_ALREADY_SIGNED_ON",
    "Generic Error",
)];

/// Codes without a rule of their own.
const OTHERS: [Failure; 7] = [
    failure(34, "CF_RESOURCE_OUT_OF_SERVICE", "Generic Error"),
    failure(36, "CF_NETWORK_OUT_OF_SERVICE", "Generic Error"),
    failure(52, "CF_PERFORMANCE_LIMIT_EXCEEDED", "Generic Error"),
    failure(264, "CF_INVALID_TEAM_SPECIFIED", "Generic Error"),
    failure(265, "CF_INVALID_AGENT_WORKMODE", "Generic Error"),
    failure(266, "CF_INVALID_AGENT_REASON_CODE", "Generic Error"),
    failure(267, "CF_ADJUNCT_SWITCH_COMM_ERROR", "Internal Server Error"),
];

const MODE_NOT_ALLOWED: Failure = failure(265, "CF_INVALID_AGENT_WORKMODE", "Mode Not Allowed");

/// Body of a 400 for an extension with a letter (same guide).
const INVALID_INPUT: &str = "<ApiErrors><ApiError><ErrorType>Invalid Input</ErrorType>\
     <ErrorMessage>HTTP Status code: 400 (Bad Request)</ErrorMessage>\
     <ErrorData>extension</ErrorData></ApiError></ApiErrors>";

/// Body of a 400 (Finesse developer guide, User API errors).
const PARAMETER_MISSING: &str = "<ApiErrors><ApiError><ErrorType>Parameter Missing</ErrorType>\
     <ErrorMessage>HTTP Status code: 400 (Bad Request)</ErrorMessage>\
     <ErrorData>extension</ErrorData></ApiError></ApiErrors>";
