//! A REST call of the desktop, as four logs see it.

use super::cluster::Release;
use super::journal::{Cause, Pool};
use super::pens::{Access, Desk, Pens};
use super::random::Random;
use std::collections::BTreeSet;

/// A call of `/finesse/api/…`.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// The desktop's class: `User`, `SystemInfo`.
    pub(super) class: &'a str,
    /// Below `/finesse/api/`, without query: `User/2001`.
    pub(super) resource: &'a str,
    /// Query in front of nocache, with its `&`: `category=NOT_READY&`.
    pub(super) query: &'a str,
    /// `user.GET`.
    pub(super) method_name: &'a str,
    pub(super) status: u16,
    /// Answer as the client logs it, multi-line; empty logs the status only.
    pub(super) content: &'a str,
    /// Time in the REST API, ms.
    pub(super) work_ms: i64,
    pub(super) cause: Cause,
}

/// The body of a PUT.
#[derive(Debug)]
pub(super) struct Put<'a> {
    pub(super) request_id: &'a str,
    /// ` extension:2003 state:LOGIN`.
    pub(super) parameters: &'a str,
    /// XML.
    pub(super) body: &'a str,
    /// What the answer proves, where that is another step than the request.
    pub(super) answer: Cause,
}

/// The request to sign in, and how it is answered.
#[derive(Debug)]
pub(super) struct SignIn<'a> {
    pub(super) request_id: &'a str,
    /// As typed in, possibly not at all.
    pub(super) extension: &'a str,
    pub(super) status: u16,
    /// Body of the answer.
    pub(super) content: &'a str,
}

/// Body of a 503 (Finesse developer guide, API errors).
pub(super) const OUT_OF_SERVICE: &str = "<ApiErrors><ApiError><ErrorType>Service Unavailable</ErrorType>\
     <ErrorMessage>SERVER_OUT_OF_SERVICE</ErrorMessage></ApiError></ApiErrors>";

/// Body of a 401 that the realm gives (same guide).
pub(super) const UNAUTHORIZED: &str = "<ApiErrors><ApiError><ErrorType>Authentication Failure</ErrorType>\
     <ErrorMessage>UNAUTHORIZED</ErrorMessage></ApiError></ApiErrors>";

/// When a call passed the places that log it; true times.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed {
    /// In the REST API, after the request was decoded.
    pub(super) decoded: i64,
    /// Back at the client.
    pub(super) answered: i64,
}

/// Makes every nocache of a run its own.
#[derive(Debug, Default)]
pub(super) struct Nocaches(BTreeSet<i64>);

impl Nocaches {
    /// `wanted`, or the next value nobody has.
    pub(super) fn take(&mut self, wanted: i64) -> i64 {
        let mut value = wanted;
        while !self.0.insert(value) {
            value += 1;
        }
        value
    }
}

impl Pens<'_> {
    /// A GET sent by the desktop at `at`.
    pub(super) fn get(
        &mut self,
        desk: &Desk<'_>,
        at: i64,
        call: &Call<'_>,
        nocaches: &mut Nocaches,
        random: &mut Random,
    ) -> Passed {
        let nocache = nocaches.take(desk.agent.clock.epoch(at));
        let query = format!("{}nocache={nocache}", call.query);
        let url = format!("/finesse/api/{}?{query}", call.resource);
        self.client_request(desk, at, (call.class, "undefined", "GET", &url), call.cause);
        let passed = self.server_side(desk, at, call, None, &query, random);
        self.client_answer(desk, passed.answered, call, "undefined", call.cause);
        passed
    }

    /// A PUT of `User/<id>` sent by the desktop at `at`.
    pub(super) fn put(
        &mut self,
        desk: &Desk<'_>,
        at: i64,
        call: &Call<'_>,
        put: &Put<'_>,
        random: &mut Random,
    ) -> Passed {
        let url = format!("/finesse/api/{}", call.resource);
        self.client_request(
            desk,
            at,
            (call.class, put.request_id, "PUT", &url),
            call.cause,
        );
        if self.cluster.forms.release != Release::V9 {
            let related = Cause {
                steps: &[],
                ..call.cause
            };
            let message = format!("[ClientServices] POST_DATA='{}'", put.body);
            self.client(desk, at, "Container", &message, related);
        }
        let passed = self.server_side(desk, at, call, Some(put), "", random);
        self.client_answer(desk, passed.answered, call, put.request_id, put.answer);
        passed
    }

    /// The Notification Service asks for a user on localhost, as access log and REST API see it.
    pub(super) fn local_user_get(&mut self, desk: &Desk<'_>, at: i64, status: u16, cause: Cause) {
        let resource = format!("User/{}", desk.agent.id);
        let call = Call {
            class: "User",
            resource: &resource,
            query: "",
            method_name: "user.GET",
            status,
            content: "",
            work_ms: 6,
            cause,
        };
        if status != 401 {
            self.rest_api(desk, (at, at + call.work_ms), &call, None, "");
        }
        self.inner_access(
            desk,
            at + call.work_ms + 1,
            (call.work_ms + 1, false),
            &call,
            "",
        );
    }

    fn client_request(
        &mut self,
        desk: &Desk<'_>,
        at: i64,
        (class, request_id, method, url): (&str, &str, &str, &str),
        cause: Cause,
    ) {
        let message = format!(
            "[ClientServices] {class}: requestId='{request_id}', Making REST request: method={method}, url='{url}'"
        );
        self.client(desk, at, "Container", &message, cause);
    }

    fn client_answer(
        &mut self,
        desk: &Desk<'_>,
        at: i64,
        call: &Call<'_>,
        request_id: &str,
        cause: Cause,
    ) {
        let content = if call.content.is_empty() {
            String::new()
        } else {
            format!(", content='{}'", call.content)
        };
        let message = format!(
            "[ClientServices] {}: requestId='{request_id}', Returned with status={}{content}",
            call.class, call.status
        );
        self.client(desk, at, "Container", &message, cause);
    }

    /// Tomcat and REST API. What the realm refuses never reaches the REST API.
    fn server_side(
        &mut self,
        desk: &Desk<'_>,
        at: i64,
        call: &Call<'_>,
        put: Option<&Put<'_>>,
        query: &str,
        random: &mut Random,
    ) -> Passed {
        let outer = at + random.between(8, 45);
        let inner = outer + random.between(2, 9);
        let done = inner + call.work_ms;
        if call.content != UNAUTHORIZED {
            self.rest_api(desk, (inner, done), call, put, query);
        }
        let closed = done + random.between(1, 4);
        self.inner_access(desk, closed, (closed - inner, put.is_some()), call, query);
        let back = closed + random.between(3, 60);
        self.outer_access(desk, back, back - outer, call, put, query);
        Passed {
            decoded: inner + 1,
            answered: back + random.between(8, 40),
        }
    }

    fn rest_api(
        &mut self,
        desk: &Desk<'_>,
        (start, end): (i64, i64),
        call: &Call<'_>,
        put: Option<&Put<'_>>,
        query: &str,
    ) {
        let number = self.journal.thread(desk.node, Pool::Http, start, end);
        let thread = self.http_thread(&number);
        let method = if put.is_some() { "PUT" } else { "GET" };
        let user = if call.class == "SystemInfo" {
            ""
        } else {
            &desk.agent.id
        };
        let parameters = parameter_tag(query);
        let tags = format!(
            "[method_name={method}]{parameters}[resource_name=/{}][usr={user}]",
            call.resource
        );
        self.webservices(
            desk.node,
            start,
            &thread,
            ("REQUEST_START", &tags, "Request start"),
            call.cause,
        );
        let tags = api_tags(call, put, user);
        let text = "Request from client to webservice api";
        self.webservices(
            desk.node,
            start + 1,
            &thread,
            ("API_REQUEST", &tags, text),
            call.cause,
        );
        let tags = format!("[elapsed_time={}]", end - start);
        let cause = put.map_or(call.cause, |put| put.answer);
        self.webservices(
            desk.node,
            end,
            &thread,
            ("REQUEST_END", &tags, "Request complete"),
            cause,
        );
    }

    fn inner_access(
        &mut self,
        desk: &Desk<'_>,
        at: i64,
        (ms, put): (i64, bool),
        call: &Call<'_>,
        query: &str,
    ) {
        let query = if query.is_empty() {
            String::new()
        } else {
            format!("?{query}")
        };
        let line = Access {
            from: "127.0.0.1",
            user: if call.class == "SystemInfo" || call.status == 401 {
                "-"
            } else {
                &desk.agent.typed
            },
            method: if put { "PUT" } else { "GET" },
            path: &format!("/finesse/api/{}", call.resource),
            query: &query,
            status: call.status,
            bytes: (!put).then_some(336 + call.content.len() as i64),
            ms,
        };
        self.access(desk.node, at, &line, self.answered(call, put));
    }

    fn outer_access(
        &mut self,
        desk: &Desk<'_>,
        at: i64,
        ms: i64,
        call: &Call<'_>,
        put: Option<&Put<'_>>,
        query: &str,
    ) {
        let target = if query.is_empty() {
            format!("http://localhost/finesse/api/{}", call.resource)
        } else {
            format!("http://localhost/finesse/api/{}?{query}", call.resource)
        };
        let credentials = base64(&format!("{}:{}", desk.agent.typed, desk.agent.extension));
        let basic = encoded(&format!("Basic {credentials}"));
        let headers = format!("Authorization={basic}&locale=en_US");
        let method = if put.is_some() { "PUT" } else { "GET" };
        let query = format!(
            "?refresh=3600&url={}&httpMethod={method}&headers={}&postData={}&authz=&st=&contentType=TEXT\
             &numEntries=3&getSummaries=false&signOwner=true&signViewer=true&gadget=undefined\
             &container=default&bypassSpecCache=&getFullHeaders=false",
            encoded(&target),
            encoded(&headers),
            encoded(put.map_or("", |put| put.body)),
        );
        let line = Access {
            from: &desk.agent.address,
            user: &desk.agent.typed,
            method: "GET",
            path: "/gadgets/makeRequest",
            query: &query,
            status: 200,
            bytes: Some(659 + call.content.len() as i64),
            ms,
        };
        self.access(desk.node, at, &line, call.cause);
    }

    /// The inner line of a sign-in PUT shows the request and its answer; the outer one's status is the
    /// gadget container's own.
    fn answered(&self, call: &Call<'_>, put: bool) -> Cause {
        use crate::flow::StepName::{LoginAccepted, LoginRequest};
        if put && call.cause.steps == [LoginRequest] {
            Cause {
                steps: &[LoginRequest, LoginAccepted],
                ..call.cause
            }
        } else {
            call.cause
        }
    }
}

fn api_tags(call: &Call<'_>, put: Option<&Put<'_>>, user: &str) -> String {
    // Both spellings are the product's own: SystemInfo has one, User the other.
    let (key, id) = match put {
        Some(put) => ("request_identifer", put.request_id),
        None if user.is_empty() => ("request_identifier", ""),
        None => ("request_identifer", "null"),
    };
    let parameters = put.map_or(user, |put| put.parameters);
    format!(
        "[REQUEST_URL={}][agent_id={user}][{key}={id}][request_method={}][request_parameters={parameters}]",
        call.resource, call.method_name
    )
}

/// `[parameter_name={ category=[NOT_READY], nocache=[1366756802163], }]`, or nothing.
fn parameter_tag(query: &str) -> String {
    let pairs: String = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| format!("{key}=[{value}], "))
        .collect();
    if pairs.is_empty() {
        pairs
    } else {
        format!("[parameter_name={{ {pairs}}}]")
    }
}

/// Percent-encoding of everything but letters, digits and `-_.~`.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Base64 with padding (RFC 4648 §4).
pub(super) fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().enumerate().fold(0u32, |bits, (i, &byte)| {
            bits | u32::from(byte) << (16 - 8 * i)
        });
        for i in 0..4 {
            if i <= chunk.len() {
                out.push(char::from(ALPHABET[(bits >> (18 - 6 * i)) as usize & 63]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_encoded_as_in_the_base_document() {
        assert_eq!(base64("2001:2001"), "MjAwMToyMDAx");
        assert_eq!(base64("a"), "YQ==");
        assert_eq!(
            encoded("http://localhost/finesse/api/SystemInfo?nocache=1"),
            "http%3A%2F%2Flocalhost%2Ffinesse%2Fapi%2FSystemInfo%3Fnocache%3D1"
        );
    }
}
