//! The desktop's own log, from "Send Error Report" or the persistent log page: what the browser
//! asked, what it was answered, and the events it got.
//!
//! Written by the desktop in the browser; read as of Finesse 9.1 and of 11.0 to 11.6.
//! 9.1 prints `HH:MM:SS: <component> : <message>`, the browser's time of day. 11.x prints
//! two times, `<browser time>: <token>: <server>: <server time>: <component> : <message>`; the
//! second is the first plus the drift that was measured, so only the first is kept as the record's
//! stamp, and the records that announce a measurement give the drift. Technotes print the 9.1 form
//! without its time. The wording of 12.x is not public: messages are known by their invariant
//! parts, not by the name of the transport.
//!
//! # Not supported
//! - What gadgets, dialogs and workflows say: counted, not read.

use crate::format::payload::{self, Payload};
use crate::format::start::Start;
use crate::format::{Entry, Format, Head, Reading, paste, rest, stamps};
use crate::record::intern::{Strings, Sym};
use crate::record::time::{EpochMs, Stamp};
use crate::record::{Facts, Keys, Kind, What};
use memchr::memmem::{self, Finder};
use std::borrow::Cow;
use std::sync::LazyLock;

/// The format.
#[derive(Debug)]
pub struct ClientLog;

impl Format for ClientLog {
    fn kind(&self) -> Kind {
        Kind::ClientLog
    }

    fn samples(&self) -> &'static [&'static str] {
        &[
            "18:40:04: Container : [ClientServices] MasterPublisher._connInfoHandler() - Connection status: connecting",
            "2016-02-11T14:05:10.310 -04:00: : fin-a.example.com: Feb 11 2016 13:12:24.162 -0500: Header : Client: 2016-02-11T18:05:10.310Z, Server: 2016-02-11T18:12:24.162Z, Drift: 433852ms, Network Latency (round trip): 12ms",
            "2016-02-11T14:05:10.310 -04:00: C5E373: fin-a.example.com: --- -- ---- --:--:--.--- -----: Container : SignIn.handleUserLoad(): Performing login: extn=2003",
            "Container : SignIn._triggerLoggedIn(): Successfully logged in!",
            "Returned with status=202, content=''",
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
        ]
    }

    fn likes_name(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        name.contains("client") || name.contains("locallog")
    }

    /// A time, or the name of a component or of a browser.
    fn may_start(&self, start: Start) -> bool {
        match start {
            Start::Byte(first) => first.is_ascii_alphabetic(),
            number => number.is_number(2, b':') || number.is_year(b'-'),
        }
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        let (stamp, stripped, message) = split(line)?;
        Some(Head {
            stamp,
            wanted: is_wanted(message),
            stripped,
        })
    }

    fn continues(&self, entry: &[u8], _line: &[u8]) -> bool {
        // A blank line ends an entry unless it stands inside its payload.
        !entry.ends_with(b"\n\n") || paste::is_open(entry)
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let (stamp, _, message) = split(entry.flat.as_bytes())?;
        let message = std::str::from_utf8(message).ok()?;
        let (what, keys, facts) = Message(message).read(strings)?;
        Some(Reading {
            stamp: own_time(stamp, message),
            what,
            keys,
            facts,
        })
    }
}

/// The stamp of an entry, whether its prefix is missing, and what follows the component's name.
fn split(line: &[u8]) -> Option<(Stamp, bool, &[u8])> {
    if let Some((stamp, rest)) = stamps::iso_zoned(line) {
        return Some((stamp, false, after_component(after_server(rest)?)?));
    }
    // An hour of one digit is half of an hour: a ring buffer begins anywhere.
    let in_time = line.get(1).is_some_and(u8::is_ascii_digit);
    if let Some((stamp, rest)) = stamps::time_of_day(line).filter(|_| in_time) {
        return Some((stamp, false, after_component(rest.strip_prefix(b": ")?)?));
    }
    if line.starts_with(b"Returned with status=") || line.starts_with(b"Mozilla/") {
        return Some((Stamp::None, true, line));
    }
    let message = after_component(line)?;
    is_call(message).then_some((Stamp::None, true, message))
}

/// Behind `: <token>: <server>: <server time or placeholder>: ` of an 11.x line.
fn after_server(rest: &[u8]) -> Option<&[u8]> {
    const PLACEHOLDER: &[u8] = b"--- -- ---- --:--:--.--- -----";
    let rest = after_field(after_field(rest.strip_prefix(b":")?)?)?.trim_ascii_start();
    let rest = match rest.strip_prefix(PLACEHOLDER) {
        Some(rest) => rest,
        None => stamps::month_first(rest)?.1,
    };
    Some(rest.strip_prefix(b":")?.trim_ascii_start())
}

fn after_field(rest: &[u8]) -> Option<&[u8]> {
    rest.get(memchr::memchr(b':', rest)? + 1..)
}

/// Behind `Container : `. Names may hold blanks, but no colon.
fn after_component(rest: &[u8]) -> Option<&[u8]> {
    /// Names of gadgets are set by their authors; longer ones were not seen.
    const LONGEST: usize = 64;
    let colon = memchr::memchr(b':', rest.get(..LONGEST).unwrap_or(rest))?;
    let name = rest.get(..colon)?.strip_suffix(b" ")?;
    let named = name.first().is_some_and(u8::is_ascii_alphabetic);
    named.then_some(rest.get(colon + 1..)?.trim_ascii_start())
}

/// Whether a message without time starts as those of the desktop do: `[ClientServices] …`,
/// `PageServices.onLoad(): …`.
fn is_call(message: &[u8]) -> bool {
    let word = message.split(|b| *b == b' ').next().unwrap_or(message);
    message.starts_with(b"[ClientServices]") || word.contains(&b'.') && word.contains(&b'(')
}

/// Whether a message may bear on a sign-in, from its first line.
fn is_wanted(message: &[u8]) -> bool {
    const WANTED: [&[u8]; 12] = [
        b"[ClientServices]",
        b"PageServices",
        b"FailoverMonitor",
        b"MasterPublisher",
        b"SignIn",
        b"Returned with",
        b"Started on",
        b"Client:",
        b"login",
        b"token",
        b"Connection status",
        b"System info",
    ];
    static FINDERS: LazyLock<[Finder<'_>; 12]> = LazyLock::new(|| WANTED.map(Finder::new));
    FINDERS.iter().any(|mark| mark.find(message).is_some())
}

/// The stamp of an entry that has none of its own but ends in a time of day: `…logged in!18:40:05`.
fn own_time(stamp: Stamp, message: &str) -> Stamp {
    if stamp != Stamp::None {
        return stamp;
    }
    paste::trailing_time(message.as_bytes())
        .and_then(|at| stamps::time_of_day(message.as_bytes().get(at..)?))
        .map_or(Stamp::None, |(stamp, _)| stamp)
}

/// What follows the component's name, on one line.
#[derive(Clone, Copy)]
struct Message<'a>(&'a str);

type Said = (What, Keys, Facts);

impl<'a> Message<'a> {
    fn read(self, strings: &mut Strings) -> Option<Said> {
        self.rest_call(strings)
            .or_else(|| self.event(strings))
            .or_else(|| self.connection(strings))
            .or_else(|| self.sign_in(strings))
            .or_else(|| self.clocks(strings))
            .or_else(|| self.error(strings))
    }

    /// `[ClientServices] User: requestId='…', Making REST request: …` and its answer.
    fn rest_call(self, strings: &mut Strings) -> Option<Said> {
        let answer = self.after("Returned with status=");
        let (mut keys, mut facts) = (Keys::default(), Facts::default());
        keys.request_id = self
            .quoted("requestId=")
            .map_or(Sym::NONE, |id| rest::request_id(id, strings));
        facts.word = self
            .class()
            .map_or(Sym::NONE, |class| strings.intern(class));
        if let Some(answer) = answer {
            facts.status = leading(answer);
            self.body(&mut keys, &mut facts, strings);
            return Some((What::ClientAnswer, keys, facts));
        }
        let url = self.quoted("url=");
        if url.is_some() || keys.request_id.is_some() && self.after("[ClientServices]").is_some() {
            return self.request(url, keys, facts, strings);
        }
        None
    }

    fn request(
        self,
        url: Option<&str>,
        mut keys: Keys,
        mut facts: Facts,
        strings: &mut Strings,
    ) -> Option<Said> {
        const OTHER: [&str; 3] = ["POST_DATA=", "RequestedScheme", "Received the following"];
        if url.is_none() && OTHER.iter().any(|mark| self.has(mark)) {
            return None;
        }
        let payload = self.body(&mut keys, &mut facts, strings);
        if let Some(url) = url {
            facts.resource = strings.intern(&rest::resource(url));
            keys.nocache = rest::nocache(url);
        } else {
            facts.resource = payload.source;
        }
        let method = self
            .after("method=")
            .map(|text| word(text, |c| c.is_ascii_alphabetic()));
        facts.method = match method {
            Some(method) if !method.is_empty() => strings.intern(method),
            _ => payload.event,
        };
        let agent = rest::agent_of(strings.get(facts.resource)).map(str::to_owned);
        if let Some(agent) = agent {
            keys.agent = strings.intern(&agent);
        }
        Some((What::ClientRequest, keys, facts))
    }

    /// `Received event on node '/finesse/api/User/2001': <Update>…`
    fn event(self, strings: &mut Strings) -> Option<Said> {
        let node = self
            .after("Received event on node")
            .or_else(|| self.after("Received XML event on node"))?;
        let node = node.split('\'').nth(1).unwrap_or("");
        let resource = rest::resource(node).into_owned();
        if !resource.is_empty() && !rest::is_of_sign_in(&resource) {
            return None;
        }
        let (mut keys, mut facts) = (Keys::default(), Facts::default());
        let payload = self.body(&mut keys, &mut facts, strings);
        facts.resource = strings.intern(&resource);
        facts.method = payload.event;
        keys.request_id = payload.request_id;
        if let Some(agent) = rest::agent_of(&resource) {
            keys.agent = strings.intern(agent);
        }
        Some((What::EventReceived, keys, facts))
    }

    fn connection(self, strings: &mut Strings) -> Option<Said> {
        let (mut facts, keys) = (Facts::default(), Keys::default());
        let what = if let Some(status) = self.after("System info status:") {
            facts.word = strings.intern(word(status, is_name));
            What::SystemStatus
        } else if let Some(status) = self.after("Connection status:") {
            facts.word = strings.intern(word(status, is_name));
            What::ConnectionStatus
        } else if let Some(count) = self.after("retryCount=") {
            facts.count = leading(count);
            What::ConnectRetry
        } else if self.between("Establishing ", " connection") {
            What::ConnectStarted
        } else if self.between("", " established!") || self.has("_connectionConnectHandler()") {
            What::Connected
        } else {
            return None;
        };
        Some((what, keys, facts))
    }

    fn sign_in(self, strings: &mut Strings) -> Option<Said> {
        const DONE: [&str; 3] = [
            "Successfully logged in",
            "Clearing login timeout",
            "SignIn._triggerLoggedIn()",
        ];
        let (facts, mut keys) = (Facts::default(), Keys::default());
        if let Some(extension) = self.after("Performing login: extn=") {
            keys.extension = strings.intern(word(extension, |c| {
                c.is_ascii_alphanumeric() || "+*#".contains(c)
            }));
            return Some((What::LoginPerformed, keys, facts));
        }
        DONE.iter()
            .any(|mark| self.has(mark))
            .then_some((What::SignedIn, keys, facts))
    }

    /// `Started on: …`, and `Client: …Z, Server: …Z, Drift: …ms`.
    fn clocks(self, strings: &mut Strings) -> Option<Said> {
        let mut facts = Facts::default();
        if let Some(date) = self.after("Started on") {
            facts.word = strings.intern(date.trim_start_matches(':').trim());
            return Some((What::ClientStarted, Keys::default(), facts));
        }
        let drift = self.after("Drift:")?;
        let times = self
            .after("Client:")
            .and_then(instant)
            .zip(self.after("Server:").and_then(instant));
        facts.count = match times {
            Some((client, server)) => Some(client.0 - server.0),
            None => leading(drift),
        };
        facts.count?;
        Some((What::ClockSync, Keys::default(), facts))
    }

    /// Errors the desktop itself reports (`Facts::word`: which).
    fn error(self, strings: &mut Strings) -> Option<Said> {
        const ERRORS: [&str; 5] = [
            "Malformed event payload",
            "node is not given in postMessage",
            "Error subscribing",
            "invalid or unknown requestId",
            "Unable to refresh access token",
        ];
        let error = ERRORS.into_iter().find(|error| self.has(error))?;
        let facts = Facts {
            word: strings.intern(error),
            ..Facts::default()
        };
        Some((What::ClientError, Keys::default(), facts))
    }

    /// What the XML in the message says.
    fn body(self, keys: &mut Keys, facts: &mut Facts, strings: &mut Strings) -> Payload {
        let Some(start) = memchr::memchr(b'<', self.0.as_bytes()) else {
            return Payload::default();
        };
        // JSON dumps of events hold the XML as a string with its line breaks written out.
        let xml = match &self.0[start..] {
            dump if memchr::memchr(b'\\', dump.as_bytes()).is_some() => {
                Cow::Owned(dump.replace("\\n", "\n").replace("\\\"", "\""))
            }
            plain => Cow::Borrowed(plain),
        };
        let payload = payload::read_payload(&xml, strings);
        keys.request_id = keys.request_id.or(payload.request_id);
        keys.agent = payload.agent(strings);
        keys.extension = payload.extension;
        facts.state = payload.state;
        facts.login_name = payload.login_name;
        facts.failure = payload.error_data;
        facts.failure_text = payload.error_message;
        facts.failure_type = payload.error_type;
        facts.server_time = payload.state_change;
        payload
    }

    fn after(self, mark: &str) -> Option<&'a str> {
        let at = self.find(mark)?;
        Some(self.0[at + mark.len()..].trim_start())
    }

    fn has(self, mark: &str) -> bool {
        self.find(mark).is_some()
    }

    /// Where `mark` starts: several times faster in long messages than the search of `str`.
    fn find(self, mark: &str) -> Option<usize> {
        memmem::find(self.0.as_bytes(), mark.as_bytes())
    }

    /// The value in quotes after `mark`.
    fn quoted(self, mark: &str) -> Option<&'a str> {
        self.after(mark)?.strip_prefix('\'')?.split('\'').next()
    }

    /// Whether one word stands between `before` and `after`: the transport, whatever it is called.
    fn between(self, before: &str, after: &str) -> bool {
        let Some(end) = self.find(after) else {
            return false;
        };
        let (_, name) = self.0[..end]
            .rsplit_once(' ')
            .unwrap_or(("", &self.0[..end]));
        !name.is_empty() && self.0[..end - name.len()].ends_with(before)
    }

    /// `User` of `[ClientServices] User: requestId=…`.
    fn class(self) -> Option<&'a str> {
        let class = self.after("[ClientServices]")?.split(':').next()?.trim();
        let plain = !class.is_empty() && class.chars().all(is_name);
        plain.then_some(class)
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The start of `text` made of such characters.
fn word(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let text = text.trim_start();
    &text[..text.find(|c| !belongs(c)).unwrap_or(text.len())]
}

/// The number `text` starts with.
fn leading<T: std::str::FromStr>(text: &str) -> Option<T> {
    let text = text.trim_start();
    let digits = text
        .trim_start_matches('-')
        .find(|c: char| !c.is_ascii_digit());
    let sign = text.len() - text.trim_start_matches('-').len();
    text[..digits.map_or(text.len(), |end| sign + end)]
        .parse()
        .ok()
}

fn instant(text: &str) -> Option<EpochMs> {
    match stamps::payload_instant(text.as_bytes())? {
        (Stamp::Utc { at, .. }, _) => Some(at),
        _ => None,
    }
}
