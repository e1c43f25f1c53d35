//! Codes of the CTI protocol and of Finesse, by number: names only, meanings are in
//! [`crate::words`].
//!
//! The tables are Cisco's: the CTI
//! Server Message Reference (GED-188) for messages, states and status codes, the UCCX CTI protocol
//! pages on Cisco DevNet for control failures, the Finesse administration guides for reason codes.
//! Control failure codes 272 to 293 are confirmed by name only; their numbers are those of an open
//! source driver.

/// A table of names by number, ascending.
type Names<N> = &'static [(N, &'static str)];

/// The name of a CTI message by its number, as `MsgType:` prints it: 30 is `AGENT_STATE_EVENT`.
#[must_use]
pub fn cti_message_name(number: u16) -> Option<&'static str> {
    name(CTI_MESSAGES, number)
}

/// The number of a CTI message by the name `MsgType:` prints.
#[must_use]
pub fn cti_message_number(name: &str) -> Option<u16> {
    let found = CTI_MESSAGES.iter().find(|(_, known)| *known == name);
    found.map(|(number, _)| *number)
}

/// The name of a CONTROL_FAILURE_CONF failure code: 260 is `CF_INVALID_LOGON_DEVICE_SPECIFIED`.
/// `errorData` of an `apiError` is the same number.
#[must_use]
pub fn control_failure_name(code: u32) -> Option<&'static str> {
    name(CONTROL_FAILURES, code)
}

/// The number of a control failure by its name, with its `CF_`.
#[must_use]
pub fn control_failure_code(name: &str) -> Option<u32> {
    let found = CONTROL_FAILURES.iter().find(|(_, known)| *known == name);
    found.map(|(code, _)| *code)
}

/// The meaning of a UCCX error code, which UCCX puts where UCCE puts a control failure.
#[must_use]
pub fn ccx_error_name(code: u32) -> Option<&'static str> {
    name(CCX_ERRORS, code)
}

/// The name of a FAILURE_CONF or FAILURE_EVENT status: 15 is `E_CTI_CTI_SERVER_OFFLINE`.
#[must_use]
pub fn status_name(code: u32) -> Option<&'static str> {
    name(STATUSES, code)
}

/// A failure code with the table it is from. One number means different things in each: 10 is a
/// missing privilege as a control failure, and a phone in use as a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// `FailureCode` of a CONTROL_FAILURE_CONF; on UCCX it may be one of the engine's own.
    Control(u32),
    /// `Status` of a FAILURE_CONF or FAILURE_EVENT.
    Status(u32),
}

impl Failure {
    /// By the number of the message it stands in (none for the `errorData` of an `apiError`) and by
    /// the name printed beside it: that name says which table, where there is one.
    #[must_use]
    pub fn of(code: u32, message: Option<u16>, name: &str) -> Self {
        match message {
            Some(FAILURE_CONF | FAILURE_EVENT) => Self::Status(code),
            _ if name.starts_with("E_CTI_") => Self::Status(code),
            _ => Self::Control(code),
        }
    }

    /// The bare number.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Control(code) | Self::Status(code) => code,
        }
    }

    /// Its name in its own table.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Control(code) => control_failure_name(code).or_else(|| ccx_error_name(code)),
            Self::Status(code) => status_name(code),
        }
    }
}

/// CTI message number of FAILURE_CONF (GED-188).
pub const FAILURE_CONF: u16 = 1;
/// CTI message number of FAILURE_EVENT (GED-188).
pub const FAILURE_EVENT: u16 = 2;

/// CTI message number of SYSTEM_EVENT (GED-188).
pub const SYSTEM_EVENT: u16 = 31;

/// The names of the bits of a peripheral gateway's status that are set, lowest first; a bit without
/// a name is left out.
pub fn pg_status_names(status: u32) -> impl Iterator<Item = &'static str> {
    let set = PG_STATUS.iter().filter(move |(bit, _)| status & bit != 0);
    set.map(|(_, name)| *name)
}

/// The name of the event of a SYSTEM_EVENT by its id.
#[must_use]
pub fn system_event_name(id: u32) -> Option<&'static str> {
    name(SYSTEM_EVENTS, id)
}

/// What a contact centre runs on: the same reason code means different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deployment {
    /// UCCE and PCCE.
    Cce,
    /// UCCX.
    Ccx,
}

impl Deployment {
    /// By `deploymentType` of a decoded CTI message.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "CCE" | "UCCE" | "PCCE" => Some(Self::Cce),
            "CCX" | "UCCX" => Some(Self::Ccx),
            _ => None,
        }
    }
}

/// The meaning of a reserved event reason code. `None` for codes that the customer defines, and
/// for a code whose meaning depends on an unknown `deployment`.
#[must_use]
pub fn reason_name(code: u16, deployment: Option<Deployment>) -> Option<&'static str> {
    let (cce, ccx) = (name(CCE_REASONS, code), name(CCX_REASONS, code));
    match deployment {
        Some(Deployment::Cce) => cce,
        Some(Deployment::Ccx) => ccx,
        None => match (cce, ccx) {
            (Some(one), None) | (None, Some(one)) => Some(one),
            (Some(one), Some(other)) if one == other => Some(one),
            _ => None,
        },
    }
}

fn name<N: Ord + Copy>(table: Names<N>, number: N) -> Option<&'static str> {
    let at = table.binary_search_by_key(&number, |(known, _)| *known);
    at.ok().map(|at| table[at].1)
}

/// GED-188 message numbers that bear on a sign-in, or that are common enough to be named.
const CTI_MESSAGES: Names<u16> = &[
    (1, "FAILURE_CONF"),
    (2, "FAILURE_EVENT"),
    (3, "OPEN_REQ"),
    (4, "OPEN_CONF"),
    (5, "HEARTBEAT_REQ"),
    (6, "HEARTBEAT_CONF"),
    (7, "CLOSE_REQ"),
    (8, "CLOSE_CONF"),
    (30, "AGENT_STATE_EVENT"),
    (31, "SYSTEM_EVENT"),
    (35, "CONTROL_FAILURE_CONF"),
    (36, "QUERY_AGENT_STATE_REQ"),
    (37, "QUERY_AGENT_STATE_CONF"),
    (38, "SET_AGENT_STATE_REQ"),
    (39, "SET_AGENT_STATE_CONF"),
    (78, "QUERY_DEVICE_INFO_REQ"),
    (79, "QUERY_DEVICE_INFO_CONF"),
    (82, "SNAPSHOT_CALL_REQ"),
    (83, "SNAPSHOT_CALL_CONF"),
    (84, "SNAPSHOT_DEVICE_REQ"),
    (85, "SNAPSHOT_DEVICE_CONF"),
    (99, "CLIENT_SESSION_OPENED_EVENT"),
    (100, "CLIENT_SESSION_CLOSED_EVENT"),
    (112, "QUERY_AGENT_STATISTICS_REQ"),
    (113, "QUERY_AGENT_STATISTICS_CONF"),
    (114, "QUERY_SKILL_GROUP_STATISTICS_REQ"),
    (115, "QUERY_SKILL_GROUP_STATISTICS_CONF"),
    (126, "AGENT_TEAM_CONFIG_REQ"),
    (127, "AGENT_TEAM_CONFIG_CONF"),
    (128, "AGENT_TEAM_CONFIG_EVENT"),
    (131, "AGENT_DESK_SETTINGS_REQ"),
    (132, "AGENT_DESK_SETTINGS_CONF"),
    (133, "LIST_AGENT_TEAM_REQ"),
    (134, "LIST_AGENT_TEAM_CONF"),
    (135, "MONITOR_AGENT_TEAM_START_REQ"),
    (136, "MONITOR_AGENT_TEAM_START_CONF"),
    (137, "MONITOR_AGENT_TEAM_STOP_REQ"),
    (138, "MONITOR_AGENT_TEAM_STOP_CONF"),
    (151, "MEDIA_LOGIN_REQ"),
    (152, "MEDIA_LOGIN_RESP"),
    (153, "MEDIA_LOGOUT_IND"),
    (181, "BEGIN_AGENT_INIT_IND"),
    (182, "AGENT_INIT_REQ"),
    (183, "AGENT_INIT_RESP"),
    (184, "END_AGENT_INIT_IND"),
];

const CONTROL_FAILURES: Names<u32> = &[
    (0, "CF_GENERIC_UNSPECIFIED"),
    (1, "CF_GENERIC_OPERATION"),
    (2, "CF_REQUEST_INCOMPATIBLE_WITH_OBJECT"),
    (3, "CF_VALUE_OUT_OF_RANGE"),
    (4, "CF_OBJECT_NOT_KNOWN"),
    (5, "CF_INVALID_CALLING_DEVICE"),
    (6, "CF_INVALID_CALLED_DEVICE"),
    (8, "CF_PRIVILEGE_VIOLATION_ON_SPECIFIED_DEVICE"),
    (9, "CF_PRIVILEGE_VIOLATION_ON_CALLED_DEVICE"),
    (10, "CF_PRIVILEGE_VIOLATION_ON_CALLING_DEVICE"),
    (12, "CF_INVALID_CSTA_DEVICE_ID"),
    (19, "CF_SECURITY_VIOLATION"),
    (21, "CF_GENERIC_STATE_INCOMPATIBILITY"),
    (22, "CF_INVALID_OBJECT_STATE"),
    (31, "CF_GENERIC_SYSTEM_RESOURCE_AVAILABILITY"),
    (32, "CF_SERVICE_BUSY"),
    (33, "CF_RESOURCE_BUSY"),
    (34, "CF_RESOURCE_OUT_OF_SERVICE"),
    (35, "CF_NETWORK_BUSY"),
    (36, "CF_NETWORK_OUT_OF_SERVICE"),
    (44, "CF_OUTSTANDING_REQUEST_LIMIT_EXCEEDED"),
    (52, "CF_PERFORMANCE_LIMIT_EXCEEDED"),
    (70, "CF_GENERIC_UNSPECIFIED_REJECTION"),
    (71, "CF_GENERIC_OPERATION_REJECTION"),
    (72, "CF_DUPLICATE_INVOCATION_REJECTION"),
    (75, "CF_RESOURCE_LIMITATION_REJECTION"),
    (77, "CF_SERVICE_TERMINATION_REJECTION"),
    (78, "CF_REQUEST_TIMEOUT_REJECTION"),
    (79, "CF_REQUESTS_ON_DEVICE_EXCEEDED_REJECTION"),
    (256, "CF_INVALID_AGENT_ID_SPECIFIED"),
    (257, "CF_INVALID_PASSWORD_SPECIFIED"),
    (258, "CF_INVALID_AGENT_ID_OR_PASSWORD_SPECIFIED"),
    (259, "CF_SPECIFIED_AGENT_ALREADY_SIGNED_ON"),
    (260, "CF_INVALID_LOGON_DEVICE_SPECIFIED"),
    (261, "CF_INVALID_ANSWERING_DEVICE_SPECIFIED"),
    (262, "CF_INVALID_SKILL_GROUP_SPECIFIED"),
    (263, "CF_INVALID_CLASS_OF_SERVICE_SPECIFIED"),
    (264, "CF_INVALID_TEAM_SPECIFIED"),
    (265, "CF_INVALID_AGENT_WORKMODE"),
    (266, "CF_INVALID_AGENT_REASON_CODE"),
    (267, "CF_ADJUNCT_SWITCH_COMM_ERROR"),
    (269, "CF_INTERNAL_PROCESSING_ERROR"),
    (272, "CF_REQUESTED_SERVICE_NOT_REGISTERED"),
    (280, "CF_WRAPUP_DATA_REQUIRED"),
    (281, "CF_REASON_CODE_REQUIRED"),
    (283, "CF_SPECIFIED_EXTENSION_ALREADY_IN_USE"),
    (287, "CF_DEVICE_RESTRICTED"),
    (288, "CF_LINE_RESTRICTED"),
    (289, "CF_AGENT_ACCOUNT_LOCKED_OUT"),
    (291, "CF_MAXIMUM_LINE_LIMIT_EXCEEDED"),
    (292, "CF_SHARED_LINES_NOT_SUPPORTED"),
    (293, "CF_EXTENSION_NOT_UNIQUE"),
    (1006, "CF_PD_SERVICE_INACTIVE"),
    (1008, "CF_RC_SERVICE_INACTIVE"),
    (1010, "CF_INVALID_PARAMETER"),
    (1016, "CF_AGENT_GREETING_CONTROL_OPERATION_FAILURE"),
];

const CCX_ERRORS: Names<u32> = &[
    (88001, "JTAPI or CUCM problem"),
    (88002, "lookup failure"),
    (88003, "no directory number assigned"),
    (88004, "device off or unregistered"),
    (88005, "device busy"),
    (88008, "agent missing"),
    (88009, "agent invalid"),
];

const STATUSES: Names<u32> = &[
    (1, "E_CTI_INVALID_VERSION"),
    (4, "E_CTI_SESSION_NOT_OPEN"),
    (5, "E_CTI_SESSION_ALREADY_OPEN"),
    (6, "E_CTI_REQUIRED_DATA_MISSING"),
    (7, "E_CTI_INVALID_PERIPHERAL_ID"),
    (8, "E_CTI_INVALID_AGENT_DATA"),
    (9, "E_CTI_AGENT_NOT_LOGGED_ON"),
    (10, "E_CTI_DEVICE_IN_USE"),
    (11, "E_CTI_NEW_SESSION_OPENED"),
    (12, "E_CTI_FUNCTION_NOT_AVAILABLE"),
    (15, "E_CTI_CTI_SERVER_OFFLINE"),
    (16, "E_CTI_TIMEOUT"),
    (17, "E_CTI_UNSPECIFIED_FAILURE"),
    (18, "E_CTI_INVALID_TIMEOUT"),
    (23, "E_CTI_INVALID_FIELD_LENGTH"),
    (24, "E_CTI_INVALID_DIGITS"),
    (32, "E_CTI_INCONSISTENT_AGENT_DATA"),
    (36, "E_CTI_INVALID_PASSWORD"),
    (37, "E_CTI_CLIENT_DISCONNECTED"),
    (50, "E_CTI_INVALID_AGENT_WORK_MODE"),
    (64, "E_CTI_SUPERVISOR_NOT_FOUND"),
    (65, "E_CTI_TEAM_NOT_FOUND"),
    (87, "E_CTI_INVALID_DEVICE"),
    (92, "E_CTI_SERVER_NOT_MASTER"),
    (94, "E_CTI_JTAPI_CCM_PROBLEM"),
    (96, "E_CTI_AUTO_CONFIG_RESET"),
];

const SYSTEM_EVENTS: Names<u32> = &[
    (1, "SYS_CENTRAL_CONTROLLER_ONLINE"),
    (2, "SYS_CENTRAL_CONTROLLER_OFFLINE"),
    (3, "SYS_PERIPHERAL_ONLINE"),
    (4, "SYS_PERIPHERAL_OFFLINE"),
    (6, "SYS_PERIPHERAL_GATEWAY_OFFLINE"),
    (7, "SYS_CTI_SERVER_OFFLINE"),
    (8, "SYS_CTI_SERVER_ONLINE"),
    (10, "SYS_INSTRUMENT_OUT_OF_SERVICE"),
    (11, "SYS_INSTRUMENT_BACK_IN_SERVICE"),
];

const PG_STATUS: Names<u32> = &[
    (0x01, "PGS_OPC_DOWN"),
    (0x02, "PGS_CC_DOWN"),
    (0x04, "PGS_PERIPHERAL_OFFLINE"),
    (0x08, "PGS_CTI_SERVER_OFFLINE"),
    (0x10, "PGS_LIMITED_FUNCTION"),
];

const CCE_REASONS: Names<u16> = &[
    (255, "connection failure"),
    (999, "supervisor forced the change"),
    (20001, "first step of a forced logout"),
    (20002, "forced logout"),
    (20003, "logout requested while not in Not Ready"),
    (32762, "off-hook or own call"),
    (32767, "call not answered"),
    (50001, "CTI OS client disconnected"),
    (50002, "CTI client component failed"),
    (50003, "phone out of service"),
    (50004, "inactivity timer"),
    (50005, "non-ACD call while available"),
    (50006, "own call while available"),
    (50010, "consecutive calls not received"),
    (50020, "queue change"),
    (50030, "device conflict with a static device target"),
    (50040, "mobile agent call failed"),
    (50041, "mobile agent phone busy or no answer"),
    (50042, "mobile agent nailed line dropped"),
    (50045, "maintenance mode migration"),
    (51004, "extension already has a call"),
    (65533, "administrator changed the extension"),
    (65534, "PG reset the agent"),
    (65535, "reinitialised, peripheral restarted"),
];

const CCX_REASONS: Names<u16> = &[
    (22, "supervisor: logout"),
    (33, "supervisor: not ready"),
    (255, "connection failure"),
    (32740, "signed in again elsewhere"),
    (32741, "extension conflict"),
    (32742, "activity on a monitored second line"),
    (32748, "agent deleted in CUCM"),
    (32750, "agent's extension changed"),
    (32753, "line restricted"),
    (32754, "device restricted"),
    (32756, "phone up"),
    (32757, "CUCM failover"),
    (32759, "phone down"),
    (32760, "agent signed in"),
    (32762, "off-hook"),
    (32763, "ring no answer"),
    (32764, "CCX failure"),
    (32765, "IP phone agent or desktop connection down"),
    (32767, "agent signed in again"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn ascends<N: Ord + Copy>(table: Names<N>) -> bool {
        table.is_sorted_by(|a, b| a.0 < b.0)
    }

    #[test]
    fn tables_ascend_so_that_they_can_be_searched() {
        assert!(ascends(CTI_MESSAGES) && ascends(CONTROL_FAILURES) && ascends(CCX_ERRORS));
        assert!(ascends(STATUSES) && ascends(SYSTEM_EVENTS) && ascends(PG_STATUS));
        assert!(ascends(CCE_REASONS) && ascends(CCX_REASONS));
    }

    #[test]
    fn messages_are_named_both_ways() {
        assert_eq!(cti_message_name(30), Some("AGENT_STATE_EVENT"));
        assert_eq!(cti_message_number("CONTROL_FAILURE_CONF"), Some(35));
        assert_eq!(cti_message_number("NO_SUCH_THING"), None);
    }

    #[test]
    fn failures_are_named_by_who_says_them() {
        let name = "CF_INVALID_LOGON_DEVICE_SPECIFIED";
        assert_eq!(control_failure_name(260), Some(name));
        assert_eq!(control_failure_code(name), Some(260));
        assert_eq!(ccx_error_name(88005), Some("device busy"));
        assert_eq!(status_name(15), Some("E_CTI_CTI_SERVER_OFFLINE"));
    }

    #[test]
    fn a_number_is_named_by_the_field_it_stands_in() {
        let as_control = Failure::of(10, Some(35), "");
        assert_eq!(
            as_control.name(),
            Some("CF_PRIVILEGE_VIOLATION_ON_CALLING_DEVICE")
        );
        for as_status in [
            Failure::of(10, Some(FAILURE_CONF), ""),
            Failure::of(10, None, "E_CTI_DEVICE_IN_USE"),
        ] {
            assert_eq!(as_status.name(), Some("E_CTI_DEVICE_IN_USE"));
        }
        assert_eq!(Failure::of(88005, None, "").name(), Some("device busy"));
    }

    #[test]
    fn each_bit_of_a_status_has_its_name() {
        let names: Vec<_> = pg_status_names(0x1c).collect();
        let expected = [
            "PGS_PERIPHERAL_OFFLINE",
            "PGS_CTI_SERVER_OFFLINE",
            "PGS_LIMITED_FUNCTION",
        ];
        assert_eq!(names, expected);
        assert_eq!(pg_status_names(0).count(), 0);
    }

    #[test]
    fn a_reason_that_depends_on_an_unknown_deployment_has_no_name() {
        assert_eq!(reason_name(32767, None), None);
        let cce = reason_name(32767, Some(Deployment::Cce));
        assert_eq!(cce, Some("call not answered"));
        let ccx = reason_name(32767, Some(Deployment::Ccx));
        assert_eq!(ccx, Some("agent signed in again"));
        assert_eq!(reason_name(50004, None), Some("inactivity timer"));
        assert_eq!(reason_name(255, None), Some("connection failure"));
    }
}
