//! Tomcat `localhost_access_log`: one line per request, written when the request ends.
//!
//! Written by Cisco Finesse Tomcat; the layout is that of Finesse 9.1, none of a later release is public.
//! 9.1 prints `%h %a %u %l %p %m %U %q %H %s %b %D`: no time at all, a blank before the
//! query, two blanks where the query is empty. Ordinary Tomcat layouts are read too: a time in
//! brackets anywhere before the method, quotes around the request, fewer columns. A line that ends
//! in anything but status, size and duration is kept without them and counted: nothing is guessed.
//!
//! A line that ends in referrer and browser is the web proxy's: [`super::other_cisco`].
//!
//! A desktop's REST call appears twice: through the gadget container with the real URL encoded in
//! the query, and from the node itself.
//!
//! # Not supported
//! - The platform's own Tomcat: its lines are read alike, and bear on no sign-in.
//! - Columns in another order than address, user, request, status.

use crate::format::start::Start;
use crate::format::{Entry, Format, Head, Reading, payload, rest, stamps};
use crate::record::intern::{Strings, Sym};
use crate::record::time::Stamp;
use crate::record::{Facts, Keys, Kind, What};
use std::borrow::Cow;

/// The format.
#[derive(Debug)]
pub struct AccessLog;

impl Format for AccessLog {
    fn kind(&self) -> Kind {
        Kind::AccessLog
    }

    fn samples(&self) -> &'static [&'static str] {
        &[
            "192.0.2.30 192.0.2.30 - - 80 GET /desktop/container/  HTTP/1.1 200 4541 185",
            "127.0.0.1 127.0.0.1 - - 80 GET /finesse/api/SystemInfo ?nocache=1366756802163 HTTP/1.1 200 336 120",
            "192.0.2.30 192.0.2.30 2001 - 80 GET /gadgets/makeRequest ?url=http%3A%2F%2Flocalhost%2Ffinesse%2Fapi%2FUser%2F2001%3Fnocache%3D1366756805180&httpMethod=GET HTTP/1.1 200 659 596",
            "192.0.2.30 192.0.2.30 2001 - 8445 [02/Jun/2017:09:14:31 +0200] PUT /finesse/api/User/2001  HTTP/1.1 202 - 35",
            "192.0.2.30 - 2001 [02/Jun/2017:09:14:31 +0200] \"GET /http-bind/ HTTP/1.1\" 200 120",
        ]
    }

    fn likes_name(&self, name: &str) -> bool {
        name.contains("access")
    }

    /// An address or a host name.
    fn may_start(&self, start: Start) -> bool {
        match start {
            Start::Byte(first) => first.is_ascii_alphabetic() || first == b':',
            Start::Number { then, .. } => then == b' ' || is_of_host(then),
        }
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        let start = Columns::of(line).filter(|_| !has_referrer(line))?;
        Some(Head {
            stamp: start.stamp,
            wanted: is_wanted(start.request),
            stripped: false,
        })
    }

    fn continues(&self, entry: &[u8], line: &[u8]) -> bool {
        /// Longest query of a wrapped request, in lines of a terminal.
        const MOST_LINES: usize = 40;
        let lines = memchr::memchr_iter(b'\n', entry).count();
        lines < MOST_LINES && !entry.ends_with(b"\n\n") && !is_whole(entry) && is_rest(line)
    }

    /// Whether what follows `HTTP/` is not a version, a status, a size and perhaps a duration.
    fn is_damaged(&self, entry: &Entry<'_>) -> bool {
        protocol(entry.flat.as_bytes()).is_none_or(|end| numbers(&entry.flat[end..]).is_none())
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let start = Columns::of(entry.flat.as_bytes())?;
        let request = Request::of(std::str::from_utf8(start.request).ok()?);
        let mut keys = Keys::default();
        let mut facts = Facts {
            method: strings.intern(start.method),
            status: request.status,
            elapsed_ms: request.elapsed_ms,
            from_localhost: is_localhost(start.address),
            ..Facts::default()
        };
        let what = request.classify(&mut keys, &mut facts, strings)?;
        if start.user != "-" {
            keys.agent = strings.intern(start.user);
        }
        if !facts.from_localhost {
            keys.client = strings.intern(start.address);
        }
        Some(Reading {
            stamp: start.stamp,
            what,
            keys,
            facts,
        })
    }
}

/// When a line of the web proxy was written: the same columns, then the page that asked and the
/// browser, both in quotes. `None` for other lines.
pub(super) fn of_proxy(line: &[u8]) -> Option<Stamp> {
    has_referrer(line).then(|| Columns::of(line).map(|start| start.stamp))?
}

/// `… "GET / HTTP/1.1" 200 120 "https://…" "Mozilla/5.0 …"`: nginx's and Apache's `combined` form.
fn has_referrer(line: &[u8]) -> bool {
    const QUOTES: usize = 6;
    let line = line.trim_ascii_end();
    line.ends_with(b"\"") && memchr::memchr_iter(b'"', line).count() >= QUOTES
}

/// The columns up to the method.
struct Columns<'a> {
    /// The second column where it is an address, else the first.
    address: &'a str,
    user: &'a str,
    stamp: Stamp,
    method: &'a str,
    /// From the path on.
    request: &'a [u8],
}

impl<'a> Columns<'a> {
    fn of(line: &'a [u8]) -> Option<Self> {
        /// Host, address, user, login, port, and one to spare.
        const MOST_COLUMNS: usize = 6;
        let mut columns = [&b""[..]; MOST_COLUMNS];
        let (mut stamp, mut rest) = (Stamp::None, line);
        // A request names a path: most lines of other logs need no more than this question.
        let first = *line.first()?;
        if !(first.is_ascii_alphanumeric() || first == b':') || memchr::memchr(b'/', line).is_none()
        {
            return None;
        }
        for at in 0..=MOST_COLUMNS {
            if let Some(time) = rest.strip_prefix(b"[") {
                let (time, after) = stamps::access_log(time)?;
                stamp = time;
                rest = after.strip_prefix(b"]")?.trim_ascii_start();
            }
            let (word, after) = word(rest)?;
            if let Some(method) = method(word) {
                let request = after.trim_ascii_start();
                let whole = at >= 3 && request.starts_with(b"/");
                let address = if is_address(columns[1]) {
                    columns[1]
                } else {
                    columns[0]
                };
                let text = |column: &'a [u8]| std::str::from_utf8(column).ok();
                let is_text = |column: &&'a [u8]| column.is_ascii() || text(column).is_some();
                if !columns.iter().all(is_text) {
                    return None;
                }
                return whole.then_some(Self {
                    address: text(address)?,
                    user: text(columns[2])?,
                    stamp,
                    method,
                    request,
                });
            }
            if word.iter().any(|b| matches!(b, b'<' | b'>' | b'"')) {
                return None; // a wire log, a server log
            }
            *columns.get_mut(at)? = word;
            if at == 0 && !is_host(word) {
                return None;
            }
            rest = after.trim_ascii_start();
        }
        None
    }
}

/// The first word and what follows it.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    /// Longest host name (RFC 1035, section 2.3.4).
    const LONGEST: usize = 255;
    let end = memchr::memchr(b' ', text.get(..LONGEST).unwrap_or(text))?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

fn method(word: &[u8]) -> Option<&'static str> {
    const METHODS: [&str; 7] = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"];
    let word = word.strip_prefix(b"\"").unwrap_or(word);
    word.first().filter(|first| first.is_ascii_uppercase())?;
    METHODS.into_iter().find(|method| method.as_bytes() == word)
}

fn is_address(column: &[u8]) -> bool {
    let mark = |b: &u8| matches!(b, b'.' | b':');
    let allowed = |b: &u8| b.is_ascii_hexdigit() || mark(b) || *b == b'%';
    column.iter().any(mark) && column.iter().all(allowed)
}

/// An address or a host name; not a word of prose, not a time of day.
fn is_host(column: &[u8]) -> bool {
    let ends = column.last().is_none_or(|b| matches!(b, b':' | b'.'));
    !ends && column.iter().copied().all(is_of_host)
}

fn is_of_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-' | b'_' | b'%')
}

fn is_localhost(address: &str) -> bool {
    matches!(
        address,
        "127.0.0.1" | "::1" | "0:0:0:0:0:0:0:1" | "localhost"
    )
}

/// Paths of the desktop and of its REST calls. All others are counted only.
fn is_wanted(request: &[u8]) -> bool {
    const WANTED: [&[u8]; 5] = [
        b"/desktop",
        b"/finesse/api",
        b"/gadgets/makeRequest",
        b"/http-bind",
        b"/ ",
    ];
    // A wrapped line may end inside the path.
    WANTED
        .iter()
        .any(|path| request.starts_with(path) || path.starts_with(request))
}

const PROTOCOL: &[u8] = b"HTTP/";

/// Where the last [`PROTOCOL`] in `text` ends.
fn protocol(text: &[u8]) -> Option<usize> {
    let mut slashes = memchr::memrchr_iter(b'/', text);
    let at = slashes.find(|at| text[..=*at].ends_with(PROTOCOL))?;
    Some(at + 1)
}

/// Whether the entry has its status, size and duration: it goes on in no further line.
fn is_whole(entry: &[u8]) -> bool {
    let Some(end) = protocol(entry) else {
        return false;
    };
    let numbers = entry[end - PROTOCOL.len()..]
        .split(|b| b.is_ascii_whitespace())
        .filter(|word| !word.is_empty())
        .skip(1)
        .filter(|word| **word == *b"-" || word.iter().all(u8::is_ascii_digit));
    numbers.count() >= 3
}

/// Whether `line` looks like the rest of a request: no sentence, no tag.
fn is_rest(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let words = line.split(|b| *b == b' ').count();
    line.is_ascii() && words <= 8 && !line.starts_with(b"<") && !line.starts_with(b"%C")
}

/// The columns from the path on.
#[derive(Debug)]
struct Request<'a> {
    path: &'a str,
    query: &'a str,
    status: Option<u16>,
    elapsed_ms: Option<u32>,
}

impl<'a> Request<'a> {
    /// `text` starts with the path. Status and duration only where exactly the expected columns follow.
    fn of(text: &'a str) -> Self {
        let (url, end) = match protocol(text.as_bytes()) {
            Some(end) => (text[..end - PROTOCOL.len()].trim_end(), &text[end..]),
            None => (text, ""),
        };
        let (path, query) = match memchr::memchr2(b'?', b' ', url.as_bytes()) {
            Some(at) => (&url[..at], url[at..].trim_start().trim_start_matches('?')),
            None => (url, ""),
        };
        let (status, elapsed_ms) = numbers(end).unwrap_or((None, None));
        Self {
            path,
            query,
            status,
            elapsed_ms,
        }
    }

    fn classify(&self, keys: &mut Keys, facts: &mut Facts, strings: &mut Strings) -> Option<What> {
        if self.path.starts_with("/gadgets/makeRequest") {
            return self.through_container(keys, facts, strings);
        }
        if self.path.starts_with("/finesse/api/") {
            rest_call(self.path, self.query, keys, facts, strings);
            return Some(What::RestCall);
        }
        facts.resource = strings.intern(self.path);
        if self.path.starts_with("/http-bind") {
            return Some(What::BoshPoll);
        }
        (self.path == "/" || self.path.starts_with("/desktop")).then_some(What::PageRequest)
    }

    /// The call that `url` of the query asks the gadget container for.
    fn through_container(
        &self,
        keys: &mut Keys,
        facts: &mut Facts,
        strings: &mut Strings,
    ) -> Option<What> {
        let url = decoded(parameter(self.query, "url")?);
        let call = url.get(url.find("/finesse/api/")?..)?;
        let query = call.split_once('?').map_or("", |(_, query)| query);
        if let Some(method) = parameter(self.query, "httpMethod") {
            facts.method = strings.intern(&method.to_ascii_uppercase());
        }
        rest_call(call, query, keys, facts, strings);
        let body = parameter(self.query, "postData")
            .map(decoded)
            .unwrap_or_default();
        let payload = payload::read_payload(&body, strings);
        keys.request_id = payload.request_id;
        keys.extension = payload.extension;
        facts.state = payload.state;
        Some(What::ContainerCall)
    }
}

fn rest_call(url: &str, query: &str, keys: &mut Keys, facts: &mut Facts, strings: &mut Strings) {
    let resource = rest::resource(url);
    facts.resource = strings.intern(&resource);
    keys.agent = rest::agent_of(&resource).map_or(Sym::NONE, |id| strings.intern(id));
    keys.nocache = rest::nocache(query);
}

/// `1.1" 200 3093 7` (also ` 1.1 …`, and without the duration): status and duration.
fn numbers(end: &str) -> Option<(Option<u16>, Option<u32>)> {
    let mut words = end.split_ascii_whitespace();
    let version = words.next()?.trim_end_matches('"');
    let known = matches!(version, "1.0" | "1.1" | "2.0" | "2");
    let status = words.next().filter(|word| known && word.len() == 3)?;
    let size = words.next()?;
    let well = size == "-" || size.bytes().all(|b| b.is_ascii_digit());
    let elapsed = words.next();
    if !well || words.next().is_some() {
        return None;
    }
    let elapsed_ms = match elapsed {
        None | Some("-") => None,
        Some(ms) => Some(ms.parse().ok()?),
    };
    Some((Some(status.parse().ok()?), elapsed_ms))
}

/// The raw value of a parameter of a query.
fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key.trim() == name).then_some(value.trim())
    })
}

/// Undoes URL encoding until nothing is encoded any more (real logs have it up to twice).
fn decoded(text: &str) -> Cow<'_, str> {
    const MOST_TIMES: usize = 3;
    let mut text = Cow::Borrowed(text);
    for _ in 0..MOST_TIMES {
        if !text.contains('%') {
            break;
        }
        text = Cow::Owned(decoded_once(&text));
    }
    text
}

fn decoded_once(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).filter(|_| byte == b'%');
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            plain.push(byte);
            at += 3;
        } else {
            plain.push(byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}
