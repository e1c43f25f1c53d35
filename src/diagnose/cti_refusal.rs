//! The CTI server said no.
//!
//! *Detects* a CONTROL_FAILURE_CONF or FAILURE_CONF to the sign-in's SetAgentStateReq, or `apiErrors`
//! in the event of its request id: HTTP answered 202, and the refusal came afterwards. The code is
//! read in the table of the field it stands in.
//!
//! *Rules*: `device_busy`, `invalid_device`, `already_signed_on`, `account_locked`, `wrong_password`
//! (256–258 in a sign-in), and `cti_refused` for any other code.
//!
//! *Evidence*: the CTI server's answer, as each log shows it, and the event that passes it on to the
//! desktop.
//!
//! *Cause*: by code: the extension is taken, unknown or not controlled, the agent is signed on
//! elsewhere or locked, the phone system is not there.
//!
//! *Check next*: by code; the finding's words name it: device and line in Unified CM, the other agent
//! on the extension, gateway and JTAPI.
//!
//! *Source*: GED-188 control failure codes; Cisco Finesse developer guide, "User – sign in" (errors
//! that come as events). Which code stands behind "Device Busy" is not documented.
//!
//! *Confidence*: seen where answer or error type stands in a log, documented where a number alone does.
//!
//! *Versions*: all; UCCE codes and UCCX error codes (88001 on) each in its own table.
//!
//! *Must not fire* on a SET_AGENT_STATE_CONF, nor on the reason code −15532 of a sign-in request.

use super::{Case, Finding, SignInRule};
use crate::codes::Failure;
use crate::correlate::step::refuses;
use crate::flow::{Confidence, Severity, StepName};
use crate::record::{Place, Record};
use crate::words::{CtiRefusal, Said};

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &[
        "account_locked",
        "already_signed_on",
        "cti_refused",
        "device_busy",
        "invalid_device",
        "mobile_agent_mode",
        "wrong_password",
    ],
    check,
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let refusals: Vec<&Record> = case
        .evidence()
        .filter(|(step, record)| is_refusal(*step, record))
        .map(|(_, record)| record)
        .collect();
    let Some(first) = refusals.first() else {
        return Vec::new();
    };
    let code = refusals
        .iter()
        .find_map(|record| case.records.failure(record));
    let type_of = |record: &&Record| record.facts().failure_type;
    let failure_type = refusals
        .iter()
        .map(type_of)
        .find(|sym| sym.is_some())
        .unwrap_or_default();
    let failure_type = case.name(failure_type);
    let rule = rule_of(code, &failure_type);
    let seen = first.facts().msg_id.is_some() || !failure_type.is_empty();
    vec![Finding {
        rule,
        severity: Severity::Error,
        confidence: if seen {
            Confidence::Seen
        } else {
            Confidence::Documented
        },
        said: Said::CtiRefused(CtiRefusal {
            rule,
            extension: case.name(case.sign_in.extension),
            code,
            failure_type,
        }),
        evidence: refusals
            .iter()
            .map(|record| record.place())
            .collect::<Vec<Place>>(),
    }]
}

fn is_refusal(step: StepName, record: &Record) -> bool {
    let from_cti = matches!(
        step,
        StepName::CtiReply | StepName::Publish | StepName::Route | StepName::EventReceived
    );
    from_cti && refuses(step, record)
}

/// The rule that explains a code (GED-188 control failures and statuses, UCCX error codes).
fn rule_of(code: Option<Failure>, failure_type: &str) -> &'static str {
    use Failure::{Control, Status};
    match (code, failure_type) {
        (Some(Control(33 | 283 | 88005) | Status(10)), _) => "device_busy",
        (Some(Control(70 | 260 | 287 | 288 | 291..=293 | 88003 | 88004) | Status(87)), _) => {
            "invalid_device"
        }
        (Some(Control(256..=258)), _) => "wrong_password",
        (Some(Control(259)), _) => "already_signed_on",
        (Some(Control(289)), _) => "account_locked",
        (_, "Device Busy") => "device_busy",
        (_, "Invalid Device") => "invalid_device",
        (_, "Mode Not Allowed") => "mobile_agent_mode",
        _ => "cti_refused",
    }
}
