//! The stories: what can happen to an agent who wants to sign in. One file per family.

mod afterwards;
mod again;
mod connection;
mod credentials;
mod healthy;
mod refused;
mod silent;
mod slow;

use super::ledger::Stop;
use super::named::named;
use super::visit::Visit;

/// The list of stories: name, slug, one line about it, and the method of [`Visit`] that plays it.
macro_rules! stories {
    ($($name:ident $slug:literal $about:literal $script:ident;)*) => {
        named! {
            /// A story.
            Scenario { $($name $slug $about;)* }
        }

        impl Visit<'_, '_> {
            /// Plays `scenario` from `now` on.
            pub(super) fn play(&mut self, scenario: Scenario) {
                self.begin(scenario);
                match scenario {
                    $(Scenario::$name => self.$script(),)*
                }
            }
        }
    };
}

stories! {
    Ok "ok" "Everything works." plain;
    ConnectRetry "connect_retry"
        "The connection breaks once and comes up at the second try: normal." connect_retry;
    WrongPassword "wrong_password"
        "`GET User` is answered 401; no request to sign in is ever sent." wrong_password;
    DeviceBusy "device_busy"
        "The CTI server refuses: the extension is in use (283, 33, 10)." device_busy;
    InvalidDevice "invalid_device"
        "The CTI server refuses: no such extension (260, 70), or the line is not allowed (287 to 293)."
        invalid_device;
    CtiSilent "cti_silent" "The CTI server gets the request and says nothing." cti_silent;
    CtiNoEvent "cti_no_event"
        "The CTI server confirms the request but no event follows." cti_no_event;
    EventLost "event_lost"
        "The event is published and routed, the desktop never gets it." event_lost;
    OutOfService "out_of_service" "503 to the first call." out_of_service;
    OutOfServiceLate "out_of_service_late" "503 to the request to sign in." out_of_service_late;
    ConnectNever "connect_never"
        "The connection to the Notification Service never comes up." connect_never;
    LatePublish "late_publish"
        "Finesse decodes the event in time and publishes it seconds later." late_publish;
    Abandoned "abandoned"
        "No answer for a few seconds; the agent reloads the page and signs in again, which works."
        abandoned;
    RetryLate "retry_late"
        "The same, but the agent waited until it was clear that no answer would come." retry_late;
    Twice "twice" "Signs in, out, and in again later on the other node." twice;
    ForcedLogout "forced_logout"
        "Signed in, then the browser dies and Finesse signs the agent out with code 255."
        forced_logout;
    PageRefresh "page_refresh"
        "Signed in, then the page is reloaded within the 60 s that Finesse allows." page_refresh;
    AccountLocked "account_locked"
        "Five wrong passwords, then Tomcat refuses the right one, too." account_locked;
    AccountLockedCti "account_locked_cti"
        "The CTI server refuses: the account is locked (289)." account_locked_cti;
    PasswordCti "password_cti"
        "The CTI server refuses id or password (256, 257, 258)." password_cti;
    AlreadySignedOn "already_signed_on"
        "The CTI server refuses: signed on elsewhere (259)." already_signed_on;
    CtiRefused "cti_refused"
        "The CTI server refuses for a reason without a rule of its own (34, 36, 52, 264 to 267)."
        cti_refused;
    MobileAgentMode "mobile_agent_mode"
        "A mobile agent's sign-in is refused: Mode Not Allowed." mobile_agent_mode;
    UserUnknown "user_unknown"
        "`GET User` is answered 404 UNKNOWN_USER." user_unknown;
    CredentialsMismatch "credentials_mismatch"
        "401: credentials of one user, address of another." credentials_mismatch;
    AwDatabase "aw_database"
        "500 AWS_SERVICE_UNAVAILABLE to `GET User`." aw_database;
    ParameterMissing "parameter_missing"
        "No extension typed in: 400 Parameter Missing." parameter_missing;
    EventNotDecoded "event_not_decoded"
        "The CTI server sends the event, Finesse never decodes it." event_not_decoded;
    FollowUpFailed "follow_up_failed"
        "Signed in, but reason codes and phone books are answered 500." follow_up_failed;
    NotSignedIn257 "not_signed_in_257"
        "Signed in, signed out by the peripheral; the next change of state is refused with 257."
        not_signed_in_257;
    PresenceLost "presence_lost"
        "Signed in, then the presence goes and does not come back." presence_lost;
    NeverSent "never_sent"
        "The request is accepted, but Finesse never passes it on to the CTI server." never_sent;
    EventMalformed "event_malformed"
        "The event reaches the desktop, but too damaged to be read." event_malformed;
    SlowReply "slow_reply" "The CTI server takes seconds to answer, and agrees." slow_reply;
    Flapping "flapping" "Signed in, then the connection breaks and comes back again and again." flapping;
    TokenRefresh "token_refresh"
        "Signed in with single sign-on; the access token cannot be renewed." token_refresh;
    SsoRefused "sso_refused"
        "Single sign-on: `GET User` with a token is answered 401, and Finesse says why." sso_refused;
    MalformedExtension "malformed_extension"
        "A letter in the extension: 400 Invalid Input." malformed_extension;
    SlowHttp "slow_http" "The REST API takes seconds to answer the request, and accepts it." slow_http;
    SecondTab "second_tab"
        "Signed in, then the desktop is opened in a second tab: normal." second_tab;
    ReadyKept "ready_kept"
        "Signed in and Ready, the agent signs in again and stays Ready: normal." ready_kept;
    SignOut "sign_out" "Signs in and, later, out again: normal." sign_out;
    SupervisorLogout "supervisor_logout"
        "Signed in, then signed out by a supervisor (999): not a fault." supervisor_logout;
    IdentityRefused "identity_refused"
        "Single sign-on: the identity service cannot read the user's name, `GET User` is answered 401."
        identity_refused;
    ClockOff "clock_off" "Everything works; the desktop's clock is minutes ahead." clock_off;
    PastedLog "pasted_log"
        "Everything works; the desktop's log was copied out of a terminal of 80 columns." pasted_log;
}

impl Scenario {
    /// Whether its agent tries to sign in more than once, or opens the page again.
    pub(super) fn tries_twice(self) -> bool {
        matches!(
            self,
            Self::Abandoned
                | Self::RetryLate
                | Self::Twice
                | Self::PageRefresh
                | Self::SecondTab
                | Self::ReadyKept
                | Self::AccountLocked
        )
    }
}

impl Visit<'_, '_> {
    /// The agent opens the page again, as part of the same story.
    fn begin_again(&mut self) {
        if let Some(attempt) = self.attempt {
            self.begin(self.ledger.attempts[attempt].scenario);
        }
    }

    /// The attempt ends at `stop`, and `rule` must be found.
    fn fails(&mut self, stop: Stop, rule: &'static str) {
        self.stops(stop, Some(rule));
        self.report_log();
    }
}
