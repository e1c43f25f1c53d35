//! The vocabulary of the agent sign-in: lanes, steps, stages, outcomes, as the report spells them.

use serde::{Deserialize, Serialize};

/// A role in the flow. Lanes are roles, never bare addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Agent desktop (browser).
    Client,
    /// Tomcat.
    Tomcat,
    /// Finesse REST API.
    RestApi,
    /// CTI server (UCCE) or engine (UCCX).
    CtiServer,
    /// Notification Service (Openfire).
    Notification,
    /// Finesse database: never proven by a log, only inferred.
    FinesseDb,
}

/// The lanes in drawing order, left to right. The database is not drawn: no log shows it.
pub const LANES: [Lane; 5] = [
    Lane::Client,
    Lane::Tomcat,
    Lane::RestApi,
    Lane::CtiServer,
    Lane::Notification,
];

impl Lane {
    /// The slug of the report.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Tomcat => "tomcat",
            Self::RestApi => "rest_api",
            Self::FinesseDb => "finesse_db",
            Self::CtiServer => "cti_server",
            Self::Notification => "notification",
        }
    }
}

/// A step of the sign-in, in causal order. Each is one or more messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepName {
    /// The browser loads the desktop page.
    PageLoad,
    /// Is the server in service, which nodes, which XMPP domain.
    SystemInfo,
    /// BOSH or WebSocket connection to the Notification Service.
    Connect,
    /// The agent's XMPP user is available.
    Presence,
    /// Current user data; proves the credentials.
    UserGet,
    /// `PUT User/<id>` with state LOGIN.
    LoginRequest,
    /// HTTP 202: accepted, not signed in.
    LoginAccepted,
    /// SetAgentStateReq to the CTI server.
    CtiRequest,
    /// SET_AGENT_STATE_CONF or CONTROL_FAILURE_CONF.
    CtiReply,
    /// AGENT_STATE_EVENT: signed in, NOT_READY.
    CtiEvent,
    /// The state change as an XMPP event.
    Publish,
    /// The event reached the Notification Service.
    Route,
    /// The desktop got the event.
    EventReceived,
    /// The desktop is done.
    SignedIn,
    /// Reason codes, wrap-up reasons, phone books.
    FollowUp,
}

/// All steps in causal order.
pub const STEPS: [StepName; 15] = [
    StepName::PageLoad,
    StepName::SystemInfo,
    StepName::Connect,
    StepName::Presence,
    StepName::UserGet,
    StepName::LoginRequest,
    StepName::LoginAccepted,
    StepName::CtiRequest,
    StepName::CtiReply,
    StepName::CtiEvent,
    StepName::Publish,
    StepName::Route,
    StepName::EventReceived,
    StepName::SignedIn,
    StepName::FollowUp,
];

impl StepName {
    /// The slug of the report.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::PageLoad => "page_load",
            Self::SystemInfo => "system_info",
            Self::Connect => "connect",
            Self::Presence => "presence",
            Self::UserGet => "user_get",
            Self::LoginRequest => "login_request",
            Self::LoginAccepted => "login_accepted",
            Self::CtiRequest => "cti_request",
            Self::CtiReply => "cti_reply",
            Self::CtiEvent => "cti_event",
            Self::Publish => "publish",
            Self::Route => "route",
            Self::EventReceived => "event_received",
            Self::SignedIn => "signed_in",
            Self::FollowUp => "follow_up",
        }
    }

    /// The band of the diagram it is drawn in.
    #[must_use]
    pub fn stage(self) -> Stage {
        match self {
            Self::PageLoad => Stage::PageLoad,
            Self::SystemInfo => Stage::SystemInfo,
            Self::Connect | Self::Presence => Stage::Connect,
            Self::UserGet | Self::LoginRequest | Self::LoginAccepted => Stage::SignIn,
            Self::CtiRequest | Self::CtiReply | Self::CtiEvent => Stage::Cti,
            Self::Publish | Self::Route | Self::EventReceived | Self::SignedIn => {
                Stage::Notification
            }
            Self::FollowUp => Stage::AfterSignIn,
        }
    }
}

/// A band of the diagram: the chapters of the base document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The page is loaded.
    PageLoad,
    /// System information.
    SystemInfo,
    /// Connection and presence.
    Connect,
    /// User data and the sign-in request.
    SignIn,
    /// To the CTI server and back.
    Cti,
    /// Publish, deliver, done.
    Notification,
    /// What the desktop reads once signed in.
    AfterSignIn,
}

/// Something that happened to an agent's session after the sign-in. Never a step of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaterEvent {
    /// The Notification Service lost the desktop.
    PresenceLost,
    /// The desktop is there again.
    PresenceBack,
    /// A change of state was asked for.
    StateAsked,
    /// It was refused.
    StateRefused,
    /// The agent is in a new state.
    StateChanged,
    /// Finesse asked the CTI server to sign the agent out: the desktop stayed away.
    ForcedLogout,
    /// The agent is signed out.
    SignedOut,
    /// The desktop lost its connection.
    Disconnected,
    /// The desktop tries to connect again.
    Reconnecting,
    /// The desktop is connected again.
    Reconnected,
    /// The desktop could not renew its access token.
    TokenRefreshFailed,
    /// The desktop reports another error.
    DesktopError,
    /// The desktop hears that Finesse is out of service.
    OutOfService,
    /// The desktop hears that Finesse is back.
    BackInService,
}

impl LaterEvent {
    /// The slug of the report.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::PresenceLost => "presence_lost",
            Self::PresenceBack => "presence_back",
            Self::StateAsked => "state_asked",
            Self::StateRefused => "state_refused",
            Self::StateChanged => "state_changed",
            Self::ForcedLogout => "forced_logout",
            Self::SignedOut => "signed_out",
            Self::Disconnected => "disconnected",
            Self::Reconnecting => "reconnecting",
            Self::Reconnected => "reconnected",
            Self::TokenRefreshFailed => "token_refresh_failed",
            Self::DesktopError => "desktop_error",
            Self::OutOfService => "out_of_service",
            Self::BackInService => "back_in_service",
        }
    }
}

/// How a sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The agent is signed in.
    SignedIn,
    /// An explicit error said no.
    Refused,
    /// A step never came although the log that would show it covers the time.
    Stalled,
    /// The bundle cannot tell.
    NotCovered,
    /// A new attempt started, or the page was left, before an answer.
    Abandoned,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Seen, in time.
    Ok,
    /// Seen, late.
    Slow,
    /// Seen, and it says no.
    Error,
    /// Never came, though the log that would show it covers the time.
    Missing,
    /// No log in the bundle can tell.
    NotCovered,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Something to look into.
    Warning,
    /// It broke the sign-in.
    Error,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The literal text is in the log.
    Seen,
    /// The behaviour is documented, the log line derived from it.
    Documented,
    /// Deduced.
    Inferred,
}

/// Which rule joined a record to a sign-in, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum JoinedBy {
    /// The UUID of the request.
    #[serde(rename = "request_id")]
    RequestId,
    /// The browser's epoch ms in the URL.
    #[serde(rename = "nocache")]
    Nocache,
    /// The CTI invoke id, near in time.
    #[serde(rename = "invoke_id")]
    InvokeId,
    /// The same server thread, between one request's start and end.
    #[serde(rename = "thread")]
    Thread,
    /// The XMPP user, near in time.
    #[serde(rename = "jid+time")]
    JidTime,
    /// Agent and extension, near in time.
    #[serde(rename = "agent+extension+time")]
    AgentExtensionTime,
    /// Agent, near in time.
    #[serde(rename = "agent+time")]
    AgentTime,
    /// The same desktop's log, between this sign-in's other records.
    #[serde(rename = "client_log")]
    ClientLog,
    /// The same browser address, just before.
    #[serde(rename = "client_address")]
    ClientAddress,
    /// The next record of the same conversation in the same file.
    #[serde(rename = "sequence")]
    Sequence,
}

impl JoinedBy {
    /// The slug of the report.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::RequestId => "request_id",
            Self::Nocache => "nocache",
            Self::InvokeId => "invoke_id",
            Self::Thread => "thread",
            Self::JidTime => "jid+time",
            Self::AgentExtensionTime => "agent+extension+time",
            Self::AgentTime => "agent+time",
            Self::ClientLog => "client_log",
            Self::ClientAddress => "client_address",
            Self::Sequence => "sequence",
        }
    }
}
