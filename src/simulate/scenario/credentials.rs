//! `GET User` fails: the agent is not who it says it is, or nobody can tell.

use crate::flow::StepName;
use crate::simulate::journal::Pool;
use crate::simulate::ledger::Stop;
use crate::simulate::rest::UNAUTHORIZED;
use crate::simulate::visit::Visit;

/// Tries that Tomcat's LockOutRealm counts before it locks a user for five minutes.
const TRIES: u32 = 5;

impl Visit<'_, '_> {
    pub(super) fn wrong_password(&mut self) {
        self.reaches_the_form();
        self.types_password(401, UNAUTHORIZED, false);
        self.fails(Stop::Refused(StepName::UserGet), "wrong_password");
    }

    pub(super) fn account_locked(&mut self) {
        self.reaches_the_form();
        let further = self.random.between(1, 3) as u32;
        for number in 0..TRIES + further {
            let locked = number >= TRIES;
            if number > 0 {
                self.wait(2500, 7000);
                self.press_again();
            }
            self.types_password(401, UNAUTHORIZED, locked);
            // Only Tomcat's own log says of one that it is locked.
            let rule = if locked {
                "account_locked"
            } else {
                "wrong_password"
            };
            self.stops(Stop::Refused(StepName::UserGet), Some(rule));
        }
        self.ledger.bundle.push("account_locked");
        self.report_log();
    }

    pub(super) fn credentials_mismatch(&mut self) {
        self.user_refused(401, MISMATCH, "credentials_mismatch");
    }

    pub(super) fn user_unknown(&mut self) {
        self.user_refused(404, UNKNOWN_USER, "user_unknown");
    }

    pub(super) fn aw_database(&mut self) {
        self.user_refused(500, NO_AWDB, "aw_database_unavailable");
    }

    pub(super) fn sso_refused(&mut self) {
        self.reaches_the_form();
        let related = self.related();
        let tags = format!("[userId={}][error=invalid_token]", self.desk.agent.id);
        let said = ("SSO_API_ERROR", tags.as_str(), "Token validation failed");
        let number = self
            .pens
            .journal
            .thread(self.desk.node, Pool::Http, self.now, self.now);
        let thread = self.pens.http_thread(&number);
        self.pens
            .webservices(self.desk.node, self.now + 100, &thread, said, related);
        self.types_password(401, TOKEN_REFUSED, false);
        self.fails(Stop::Refused(StepName::UserGet), "sso_sign_in_failed");
    }

    /// The identity service names nobody: its line stands in its own log only.
    pub(super) fn identity_refused(&mut self) {
        self.reaches_the_form();
        let (node, related) = (self.desk.node, self.related());
        self.pens.identity_error(node, self.now + 60, related);
        self.types_password(401, TOKEN_REFUSED, false);
        self.fails(Stop::Refused(StepName::UserGet), "sso_sign_in_failed");
    }

    fn user_refused(&mut self, status: u16, content: &str, rule: &'static str) {
        self.reaches_the_form();
        self.types_password(status, content, false);
        self.fails(Stop::Refused(StepName::UserGet), rule);
    }

    /// The page is there and the server in service.
    fn reaches_the_form(&mut self) {
        self.open_page();
        let cause = self.proves(&[StepName::SystemInfo]);
        self.system_info(200, cause);
        self.system_status("IN_SERVICE");
    }

    /// One press on "Sign In": the connection is refused with the same credentials as the call.
    fn types_password(&mut self, status: u16, content: &str, locked: bool) {
        self.begin_connecting();
        let connect = self.proves(&[StepName::Connect]);
        self.status("connecting", connect);
        self.wait(60, 300);
        let wire = self.wire_cause();
        self.wire_user_get(self.now - 20, status, wire);
        self.realm_refuses(self.now - 22, content, locked);
        self.status("disconnected", connect);
        self.wait(5, 40);
        self.asks_for_user(status, content, locked);
    }

    /// The desktop's own call with what was typed.
    fn asks_for_user(&mut self, status: u16, content: &str, locked: bool) {
        let user = self.proves(&[StepName::UserGet]);
        let asked = self.now;
        self.user_get_answered(status, content, user);
        let refused = asked + (self.now - asked) / 2;
        self.realm_refuses(refused, content, locked);
    }

    /// What the realm says if it was the one to refuse, and Tomcat if the user is locked.
    fn realm_refuses(&mut self, at: i64, content: &str, locked: bool) {
        let related = self.related();
        if content == UNAUTHORIZED {
            self.pens.realm(&self.desk, at, related);
        }
        if locked {
            self.pens.locked_out(&self.desk, at - 1, related);
        }
    }
}

/// Body of a 401 that the REST API itself gives (Finesse developer guide, "User – sign in").
const MISMATCH: &str = "<ApiErrors><ApiError><ErrorType>Invalid Authorization User Specified</ErrorType>\
     <ErrorMessage>The user specified in the authentication credentials and the uri don't match</ErrorMessage>\
     </ApiError></ApiErrors>";

/// Body of a 401 to an access token (same guide, "Single sign-on API errors").
const TOKEN_REFUSED: &str = "<ApiErrors><ApiError><ErrorType>Authentication Failure</ErrorType>\
     <ErrorMessage>INVALID_TOKEN</ErrorMessage></ApiError></ApiErrors>";

/// Body of a 404 (same guide).
const UNKNOWN_USER: &str = "<ApiErrors><ApiError><ErrorType>User Not Found</ErrorType>\
     <ErrorMessage>UNKNOWN_USER</ErrorMessage><ErrorData>4023</ErrorData></ApiError></ApiErrors>";

/// Body of a 500 (same guide, API errors).
const NO_AWDB: &str = "<ApiErrors><ApiError><ErrorType>Internal Server Error</ErrorType>\
     <ErrorMessage>AWS_SERVICE_UNAVAILABLE</ErrorMessage></ApiError></ApiErrors>";
