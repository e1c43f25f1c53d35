//! XML payloads: bodies of REST answers, XMPP events, pubsub packets around them.
//!
//! Logs cut payloads short, start them in the middle, wrap them inside ids and glue other text to
//! them, so nothing here is an error: what can be read is taken, a value whose end tag never comes
//! is not. Entities other than the five of XML and character references are left as they stand.
//!
//! # Not supported
//! Payloads inside JSON strings (11.x event dumps); they read as nothing.

use super::rest::{request_id, resource, without_blanks};
use super::stamps;
use crate::record::intern::{Strings, Sym};
use crate::record::time::{EpochMs, Precision, Stamp};
use crate::record::{AgentState, InsidePrecision};
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};

/// Longest payload read, in bytes; what is beyond is not looked at. The largest real one, a full
/// `<User>` with its reason codes, has a few thousand.
const MAX_BYTES: usize = 1 << 20;
/// Longest value kept, in bytes. Error messages may hold a stack trace.
const MAX_VALUE: usize = 1024;
/// Elements nested deeper are not looked at. Real payloads nest nine deep inside a pubsub packet.
const MAX_DEPTH: usize = 64;
/// How often reading starts again after something that is not XML.
const MAX_RESTARTS: usize = 64;

/// What a payload says; [`Sym::NONE`] or `None` where it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Payload {
    /// `requestId`, normalised.
    pub request_id: Sym,
    /// `event`: `PUT`, `POST`, `DELETE`.
    pub event: Sym,
    /// `source` as a resource: `User/2001`.
    pub source: Sym,
    /// `loginId`: the agent id.
    pub login_id: Sym,
    /// `loginName`.
    pub login_name: Sym,
    /// `extension`.
    pub extension: Sym,
    /// `state` of the user.
    pub state: Option<AgentState>,
    /// `reasonCodeId`: a key of Finesse's own table, −1 for none; not a CTI reason code.
    pub reason_code_id: Option<i64>,
    /// `stateChangeTime`, on the server's clock.
    pub state_change: Option<(EpochMs, InsidePrecision)>,
    /// `errorData` or `ErrorData` of the first API error, where it is a number.
    pub error_data: Option<u32>,
    /// `errorMessage` or `ErrorMessage` of the first API error.
    pub error_message: Sym,
    /// `errorType` or `ErrorType` of the first API error.
    pub error_type: Sym,
    /// `status` of `SystemInfo`: `IN_SERVICE`.
    pub system_status: Sym,
    /// The first `role`.
    pub role: Sym,
    /// `teamId`.
    pub team_id: Sym,
    /// `teamName`.
    pub team_name: Sym,
    /// `uri` of the user, as a resource.
    pub uri: Sym,
    /// `node` of the pubsub `items` around it, as a resource.
    pub node: Sym,
}

impl Payload {
    /// The agent it is about: by login id, or by the resource it names.
    #[must_use]
    pub fn agent(&self, strings: &mut Strings) -> Sym {
        let named = [self.uri, self.source, self.node]
            .into_iter()
            .find_map(|sym| super::rest::agent_of(strings.get(sym)).map(str::to_owned));
        match named {
            Some(agent) if self.login_id.is_none() => strings.intern(&agent),
            _ => self.login_id,
        }
    }
}

/// Reads the payload in `xml`, with whatever stands before, in and after it. Where an element comes
/// twice, the first one counts; users of a list (`Users`, `Team`) do not.
pub fn read_payload(xml: &str, strings: &mut Strings) -> Payload {
    let mut walk = Walk {
        payload: Payload::default(),
        path: Vec::new(),
        too_deep: 0,
        value: String::new(),
        strings,
    };
    let mut rest = within(xml, MAX_BYTES);
    for _ in 0..MAX_RESTARTS {
        match walk.read(rest) {
            Some(next) => rest = next,
            None => break,
        }
    }
    walk.payload
}

/// The elements that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    ApiError,
    Dialog,
    ErrorData,
    ErrorMessage,
    ErrorType,
    Event,
    Extension,
    Items,
    LoginId,
    LoginName,
    ReasonCodeId,
    RequestId,
    Role,
    Source,
    State,
    StateChangeTime,
    Status,
    SystemInfo,
    TeamId,
    TeamName,
    Update,
    Uri,
    User,
    Users,
    Other,
}

/// Names without case: REST bodies print `ErrorType` and `User`, events `errorType` and `user`.
const TAGS: [(&str, Tag); 29] = [
    ("apierror", Tag::ApiError),
    ("dialog", Tag::Dialog),
    ("dialogs", Tag::Dialog),
    ("errordata", Tag::ErrorData),
    ("errormessage", Tag::ErrorMessage),
    ("errortype", Tag::ErrorType),
    ("event", Tag::Event),
    ("extension", Tag::Extension),
    ("items", Tag::Items),
    ("loginid", Tag::LoginId),
    ("loginname", Tag::LoginName),
    ("participants", Tag::Dialog),
    ("queue", Tag::Dialog),
    ("reasoncode", Tag::Dialog),
    ("reasoncodeid", Tag::ReasonCodeId),
    ("requestid", Tag::RequestId),
    ("role", Tag::Role),
    ("source", Tag::Source),
    ("state", Tag::State),
    ("statechangetime", Tag::StateChangeTime),
    ("status", Tag::Status),
    ("systeminfo", Tag::SystemInfo),
    ("team", Tag::Users),
    ("teamid", Tag::TeamId),
    ("teamname", Tag::TeamName),
    ("update", Tag::Update),
    ("uri", Tag::Uri),
    ("user", Tag::User),
    ("users", Tag::Users),
];

fn tag(name: &str) -> Tag {
    let known = TAGS.iter().filter(|(known, _)| known.len() == name.len());
    let mut found = known.filter(|(known, _)| known.eq_ignore_ascii_case(name));
    found.next().map_or(Tag::Other, |&(_, tag)| tag)
}

/// The state of reading one payload.
struct Walk<'s> {
    payload: Payload,
    path: Vec<Tag>,
    /// Elements open beyond [`MAX_DEPTH`].
    too_deep: usize,
    /// Text since the last start tag.
    value: String,
    strings: &'s mut Strings,
}

impl Walk<'_> {
    /// Reads on; at something that is not XML, says where to go on, if anywhere.
    fn read<'x>(&mut self, xml: &'x str) -> Option<&'x str> {
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        loop {
            match reader.read_event() {
                Ok(Event::Eof) => return None,
                Ok(event) => self.take(&event),
                Err(_) => {
                    let after = usize::try_from(reader.error_position()).ok()? + 1;
                    let rest = xml.get(after..)?;
                    return rest.find('<').map(|at| &rest[at..]);
                }
            }
        }
    }

    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(start) => {
                let tag = tag(start.local_name().as_ref());
                if tag == Tag::Items
                    && let Ok(Some(node)) = start.try_get_attribute("node")
                {
                    self.node(&node.value);
                }
                self.open(tag);
            }
            Event::End(end) => self.close(tag(end.local_name().as_ref())),
            Event::Text(text) => self.text(text),
            Event::CData(text) => self.text(text),
            Event::GeneralRef(entity) => self.entity(entity),
            _ => {}
        }
    }

    fn node(&mut self, node: &str) {
        let node = self.strings.intern(&resource(node));
        first(&mut self.payload.node, node);
    }

    fn open(&mut self, tag: Tag) {
        self.value.clear();
        if self.path.len() < MAX_DEPTH {
            self.path.push(tag);
        } else {
            self.too_deep += 1;
        }
    }

    fn close(&mut self, tag: Tag) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else if self.path.last() == Some(&tag) {
            self.path.pop();
            self.keep(tag);
        } else if let Some(opened) = self.path.iter().rposition(|&open| open == tag) {
            self.path.truncate(opened);
        }
        self.value.clear();
    }

    fn text(&mut self, text: &str) {
        let room = MAX_VALUE.saturating_sub(self.value.len());
        self.value.push_str(within(text, room));
    }

    fn entity(&mut self, entity: &BytesRef<'_>) {
        match (entity.resolve_char_ref(), resolve_xml_entity(entity)) {
            (Ok(Some(character)), _) => self.text(character.encode_utf8(&mut [0; 4])),
            (_, Some(known)) => self.text(known),
            _ => {
                self.text("&");
                self.text(entity);
                self.text(";");
            }
        }
    }

    /// Takes the value of an element that was closed properly. `path` is where it stands.
    fn keep(&mut self, tag: Tag) {
        let value = std::mem::take(&mut self.value);
        if tag != Tag::Other && !value.trim().is_empty() {
            match self.path.last() {
                Some(Tag::SystemInfo) => self.keep_of_system(tag, &value),
                Some(Tag::ApiError) => self.keep_of_error(tag, value.trim()),
                _ => self.keep_of_update(tag, &value),
            }
        }
        self.value = value;
    }

    fn keep_of_system(&mut self, tag: Tag, value: &str) {
        if tag == Tag::Status {
            let status = self.strings.intern(&without_blanks(value));
            first(&mut self.payload.system_status, status);
        }
    }

    fn keep_of_error(&mut self, tag: Tag, value: &str) {
        match tag {
            Tag::ErrorData if self.payload.error_data.is_none() => {
                self.payload.error_data = without_blanks(value).parse().ok();
            }
            Tag::ErrorMessage => first(&mut self.payload.error_message, self.strings.intern(value)),
            Tag::ErrorType => first(&mut self.payload.error_type, self.strings.intern(value)),
            _ => {}
        }
    }

    fn keep_of_update(&mut self, tag: Tag, value: &str) {
        match tag {
            Tag::RequestId => {
                let id = request_id(value, self.strings);
                first(&mut self.payload.request_id, id);
            }
            Tag::Event => {
                let event = self.strings.intern(&without_blanks(value));
                first(&mut self.payload.event, event);
            }
            Tag::Source => {
                let source = self.strings.intern(&resource(value));
                first(&mut self.payload.source, source);
            }
            _ if self.is_in_one_user() => self.keep_of_user(tag, value),
            _ => {}
        }
    }

    /// Whether an element here describes the one user the payload is about. A payload that starts
    /// in the middle has lost its `User`.
    fn is_in_one_user(&self) -> bool {
        !self.path.contains(&Tag::Users) && !self.path.contains(&Tag::Dialog)
    }

    fn keep_of_user(&mut self, tag: Tag, value: &str) {
        let payload = &mut self.payload;
        let id = without_blanks(value);
        match tag {
            Tag::LoginId => first(&mut payload.login_id, self.strings.intern(&id)),
            Tag::LoginName => first(&mut payload.login_name, self.strings.intern(&id)),
            Tag::Extension => first(&mut payload.extension, self.strings.intern(&id)),
            Tag::TeamId => first(&mut payload.team_id, self.strings.intern(&id)),
            Tag::TeamName => first(&mut payload.team_name, self.strings.intern(value.trim())),
            Tag::Role => first(&mut payload.role, self.strings.intern(&id)),
            Tag::Uri => first(&mut payload.uri, self.strings.intern(&resource(value))),
            Tag::State => payload.state = payload.state.or_else(|| AgentState::from_name(&id)),
            Tag::ReasonCodeId => payload.reason_code_id = id.parse().ok(),
            Tag::StateChangeTime if payload.state_change.is_none() => {
                payload.state_change = state_change(&id);
            }
            _ => {}
        }
    }
}

fn first(known: &mut Sym, new: Sym) {
    *known = known.or(new);
}

fn state_change(text: &str) -> Option<(EpochMs, InsidePrecision)> {
    match stamps::payload_instant(text.as_bytes())?.0 {
        Stamp::Utc { at, precision, .. } => Some((
            at,
            match precision {
                Precision::Second => InsidePrecision::StateChangeSecond,
                Precision::Millisecond => InsidePrecision::StateChangeMs,
            },
        )),
        _ => None,
    }
}

/// The longest start of `text` that has at most `bytes` bytes.
fn within(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and values of everything the payload says.
    fn read(xml: &str) -> Vec<String> {
        let mut strings = Strings::default();
        let p = read_payload(xml, &mut strings);
        let texts = [
            ("request", p.request_id),
            ("event", p.event),
            ("source", p.source),
            ("id", p.login_id),
            ("name", p.login_name),
            ("extension", p.extension),
            ("message", p.error_message),
            ("type", p.error_type),
            ("status", p.system_status),
            ("role", p.role),
            ("team", p.team_id),
            ("team name", p.team_name),
            ("uri", p.uri),
            ("node", p.node),
        ];
        let mut said: Vec<String> = texts
            .iter()
            .filter_map(|(name, sym)| Some(format!("{name}={}", strings.some(*sym)?)))
            .collect();
        said.extend(p.state.map(|s| format!("state={}", s.name())));
        said.extend(p.reason_code_id.map(|n| format!("reason={n}")));
        said.extend(p.state_change.map(|(at, fine)| format!("{at} {fine:?}")));
        said.extend(p.error_data.map(|n| format!("data={n}")));
        said
    }

    #[test]
    fn an_update_is_read_whole() {
        let said = read(
            "<Update><data><user><dialogs>/finesse/api/User/2001/Dialogs </dialogs>\
             <extension>2003</extension><loginId>2001</loginId><loginName>mmouse</loginName>\
             <reasonCodeId>-1</reasonCodeId><roles><role>Agent</role></roles><state>NOT_READY \
             </state><stateChangeTime>2013-04-23T22:40:08Z</stateChangeTime><teamId>5000 </teamId>\
             <teamName>Minnies_Team</teamName><uri>/finesse/api/User/2001 </uri></user></data>\
             <event>PUT</event><requestId>6e210ca9-5786-43bc-babf- 64a397a6057f </requestId>\
             <source>/finesse/api/User/2001</source></Update>",
        );
        assert_eq!(
            said,
            [
                "request=6e210ca9-5786-43bc-babf-64a397a6057f",
                "event=PUT",
                "source=User/2001",
                "id=2001",
                "name=mmouse",
                "extension=2003",
                "role=Agent",
                "team=5000",
                "team name=Minnies_Team",
                "uri=User/2001",
                "state=NOT_READY",
                "reason=-1",
                "2013-04-23T22:40:08.000Z StateChangeSecond",
            ]
        );
    }

    #[test]
    fn a_payload_that_starts_in_the_middle_is_read() {
        let said = read(
            "007</state></data> <event>PUT</event><requestId>6e21</requestId>\
             <source>/finesse/api/User/2001</source></Update>",
        );
        assert_eq!(said, ["request=6e21", "event=PUT", "source=User/2001"]);
    }

    #[test]
    fn a_value_without_its_end_is_not_taken() {
        let said = read("<User><loginId>2001</loginId><extension>20");
        assert_eq!(said, ["id=2001"]);
        let said = read("<User><loginId>2001</loginId><extension>2003</exten");
        assert_eq!(said, ["id=2001"]);
    }

    #[test]
    fn text_that_is_not_xml_is_stepped_over() {
        let said = read(
            "a < b && c content='<User> king REST request: method=GET, <dialogs>x</dialogs> \
             <loginId>2001</loginId> & <state>LOGOUT</state> </User>' <3",
        );
        assert_eq!(said, ["id=2001", "state=LOGOUT"]);
    }

    #[test]
    fn errors_are_read_in_both_shapes() {
        let body = "<ApiErrors><ApiError><ErrorType>User Not Found</ErrorType>\
                    <ErrorMessage>UNKNOWN_USER</ErrorMessage><ErrorData>4023</ErrorData>\
                    </ApiError></ApiErrors>";
        assert_eq!(
            read(body),
            ["message=UNKNOWN_USER", "type=User Not Found", "data=4023"]
        );
        let event = "<Update><data><apiErrors><apiError><errorData>260</errorData><errorMessage>\
                     CF_INVALID_LOGON_DEVICE_SPECIFIED</errorMessage><errorType>Invalid Device\
                     </errorType></apiError></apiErrors></data></Update>";
        assert_eq!(
            read(event),
            [
                "message=CF_INVALID_LOGON_DEVICE_SPECIFIED",
                "type=Invalid Device",
                "data=260"
            ]
        );
    }

    #[test]
    fn only_the_status_of_system_info_is_a_status() {
        let said = read("<SystemInfo><status>IN_SERVICE</status></SystemInfo>");
        assert_eq!(said, ["status=IN_SERVICE"]);
        assert!(read("<Media><status>IN_SERVICE</status></Media>").is_empty());
    }

    #[test]
    fn users_of_a_list_and_states_of_calls_are_not_taken() {
        let team = "<Team><users><User><loginId>1</loginId></User></users></Team>";
        assert!(read(team).is_empty());
        let call = "<Dialog><state>HOLD</state><participants><extension>9</extension>\
                    </participants></Dialog>";
        assert!(read(call).is_empty());
    }

    #[test]
    fn pubsub_packets_name_their_node() {
        let said = read(
            "Failed to route packet: <message to=\"2001@host/ User\"><event xmlns=\"x\">\
             <items node=\"/finesse/api/User/2001\"><item id=\"1\"><notification xmlns=\"y\">\
             <Update><event>PUT</event></Update></notification></item></items></event></message>",
        );
        assert_eq!(said, ["event=PUT", "node=User/2001"]);
    }

    #[test]
    fn entities_are_the_five_of_xml_and_nothing_else() {
        let said = read(
            "<!DOCTYPE a [<!ENTITY x \"boom\">]><User><teamName>R&amp;D &#65;&x;&nbsp;</teamName></User>",
        );
        assert_eq!(said, ["team name=R&D A&x;&nbsp;"]);
    }

    #[test]
    fn deep_and_long_payloads_end() {
        let deep = "<a>".repeat(100_000) + "<loginId>1</loginId>" + &"</a>".repeat(100_000);
        assert!(read(&deep).is_empty());
        let long = format!("<User><teamName>{}</teamName></User>", "ä".repeat(100_000));
        assert_eq!(read(&long), [format!("team name={}", "ä".repeat(512))]);
        assert!(read(&"<<".repeat(100_000)).is_empty());
    }

    #[test]
    fn state_change_times_of_11_have_milliseconds() {
        let said = read("<stateChangeTime>2016-02-11T18:12:24.142Z</stateChangeTime>");
        assert_eq!(said, ["2016-02-11T18:12:24.142Z StateChangeMs"]);
    }
}
