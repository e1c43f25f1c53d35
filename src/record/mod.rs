//! The middle representation: what the log lines say, in one shape for all formats.
//!
//! A [`Record`] is one entry of one log that speaks about a sign-in; entries that do not are only
//! counted ([`Counts`]). [`Records`] owns them with their masked text. Readers
//! ([`crate::format`]) fill it, [`crate::correlate`] reads it; nobody changes a record later.

mod agent_state;
mod duplicates;
mod fields;
pub mod intern;
mod kept;
mod list;
pub mod marks;
mod reason;
pub mod rhythm;
pub mod text;
pub mod time;
mod translate;
pub mod zone;

use crate::codes::Failure;
pub use agent_state::AgentState;
pub use duplicates::said;
pub use fields::Fields;
use intern::{Strings, Sym, Translation};
pub use kept::{Move, Record};
pub use list::List;
pub use reason::Reason;
use rhythm::Rhythm;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;
use text::Texts;
use time::{EpochMs, Stamp};

/// What a log is, and so who wrote it. The names are those of the report (`kind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Tomcat `localhost_access_log`.
    AccessLog,
    /// The desktop's own log, from "Send Error Report" or the persistent log page.
    ClientLog,
    /// Finesse REST API, `Desktop-webservices…`.
    Webservices,
    /// Notification Service (Openfire).
    Notification,
    /// The Notification Service's HTTP wire log.
    HttpWire,
    /// CTI server, `dumplog ctisvr`.
    CtiServer,
    /// Finesse authentication realm.
    Realm,
    /// Tomcat `catalina.out`.
    Catalina,
    /// Cisco Identity Service.
    IdentityService,
    /// UCCX engine (MIVR, MADM).
    UccxEngine,
    /// VOS platform command line log.
    PlatformCli,
    /// More than one kind in one file, as in a ticket.
    Mixed,
    /// Some other Cisco log.
    OtherCisco,
    /// Nothing recognised.
    Unknown,
    /// Binary EMS trace: needs `dumplog` first.
    BinaryEms,
}

impl Kind {
    /// Whether the log is of the CTI side: the CTI server's or, on UCCX, the engine's.
    #[must_use]
    pub fn is_cti_side(self) -> bool {
        matches!(self, Self::CtiServer | Self::UccxEngine)
    }
}

/// A member of the input: position in [`Records::files`], 0-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A record: position in [`Records::all`], 0-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordId(pub u32);

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The member it stands in.
    pub file: FileId,
    /// First line, 1-based, counted in the decompressed member.
    pub line: u32,
    /// Number of lines, at least 1.
    pub lines: u32,
}

/// What a record says: one message of the sign-in flow, or something that bears on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum What {
    // Access log.
    /// `GET /`, `/desktop/container/` or one of its css, js, images.
    PageRequest,
    /// A call of `/finesse/api/…`, direct or from the node itself (127.0.0.1).
    RestCall,
    /// The same through the gadget container: `/gadgets/makeRequest?url=…`.
    ContainerCall,
    /// `/http-bind`: one BOSH poll.
    BoshPoll,

    // Client log.
    /// The header block at the start of a client log ("Started on …", "logger initialized").
    ClientStarted,
    /// `Making REST request: method=…`.
    ClientRequest,
    /// `Returned with status=…`.
    ClientAnswer,
    /// `System info status: …` (`Facts::word`).
    SystemStatus,
    /// `Establishing BOSH connection...` or its WebSocket successor.
    ConnectStarted,
    /// `Connection status: …` (`Facts::word`: connecting, connected, disconnected, …).
    ConnectionStatus,
    /// `BOSH established!`.
    Connected,
    /// `retryCount=…, retrying...` (`Facts::count`).
    ConnectRetry,
    /// `Performing login: extn=…`.
    LoginPerformed,
    /// `Received event on node …` / `Received XML event on node …`.
    EventReceived,
    /// `Successfully logged in!` or `Clearing login timeout`.
    SignedIn,
    /// `Client: …Z, Server: …Z, Drift: …` (`Facts::count` = drift in ms, client minus server).
    ClockSync,
    /// An error the client reports: malformed payload, failed subscription, token refresh.
    ClientError,

    // Webservices.
    /// `REQUEST_START`.
    RequestStart,
    /// `API_REQUEST`.
    ApiRequest,
    /// `REQUEST_END`.
    RequestEnd,
    /// `MESSAGE_TO_CTI_SERVER`.
    CtiSent,
    /// `DECODED_MESSAGE_FROM_CTI_SERVER` (`Facts::msg_id`; `Facts::count` as in `CtiMessage`).
    CtiDecoded,
    /// `PRESENCE_NOTIFICATION_RECIEVED` (`Facts::word`: available, unavailable).
    Presence,
    /// `XMPP_PUBLISH_ASYNCHRONOUS`.
    Published,
    /// State of Finesse itself: CTI connection lost or established, errors (`Facts::word` = mnemonic).
    SystemState,

    // CTI server.
    /// `MsgType:…` (`Facts::msg_id`, `Facts::word` = the type's name; `Facts::count` = the event's id
    /// in a SYSTEM_EVENT).
    CtiMessage,
    /// `Trace: AGENT_EVENT: …`.
    AgentTrace,

    /// `Events from March 4, 2009`: the date of the dateless lines that follow (its stamp).
    DayStarted,

    // Notification Service.
    /// `RoutingTableImpl: … packet …`.
    Routed,
    /// `>> "GET /finesse/api/User/…`.
    WireRequest,
    /// `<< "HTTP/1.1 200 OK"`.
    WireAnswer,

    // Realm, catalina.out, platform command line, Identity Service.
    /// `Unable to authenticate user: …`. What was typed, an id or a login name, is both `Keys::agent`
    /// and `Facts::login_name`.
    AuthenticationFailed,
    /// Tomcat refuses a user who is locked after too many failures; keys as above.
    LockedOut,
    /// A service of the node starts or stops (`Facts::word`: starting, started, stopping, stopped,
    /// restarting; `Facts::resource`: its name).
    ServiceState,
    /// The Identity Service could not sign somebody in (`Facts::word`: assertion_time,
    /// metadata_missing, missing_attribute, name_id_policy, provider_refused, redirect_uri, signature
    /// or unknown_client; `Facts::failure_text`: the text).
    IdentityError,
}

/// The values that tie records together; [`Sym::NONE`] or `None` where the record does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Keys {
    /// Agent id (loginId).
    pub agent: Sym,
    /// Extension, as signed in with.
    pub extension: Sym,
    /// UUID the client makes for a PUT, lower case, no blanks; never `undefined` or `null`.
    pub request_id: Sym,
    /// Browser clock in epoch ms, made unique per GET.
    pub nocache: Option<EpochMs>,
    /// CTI invoke id, whatever base it was printed in.
    pub invoke_id: Option<u32>,
    /// Finesse thread name, such as `http-8080-7`.
    pub thread: Sym,
    /// The node that wrote it: the Finesse address printed in the line, or `cg1A` in a dumplog.
    pub node: Sym,
    /// The browser's address, from the access log.
    pub client: Sym,
    /// `2001@domain/resource`, without blanks.
    pub jid: Sym,
    /// `SESSION n` of a dumplog: one CTI client connection.
    pub session: Option<u32>,
}

/// What else a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Facts {
    /// HTTP method in capitals.
    pub method: Sym,
    /// REST resource below `/finesse/api/` without query, such as `User/2001`; or the page's path.
    pub resource: Sym,
    /// HTTP status.
    pub status: Option<u16>,
    /// How long the writer says it took, in ms.
    pub elapsed_ms: Option<u32>,
    /// Agent state the record carries.
    pub state: Option<AgentState>,
    /// The skill group's state in an agent state event: LOGIN marks the event of a sign-in.
    pub skill_state: Option<AgentState>,
    /// CTI message number (GED-188), whether printed as number or as name.
    pub msg_id: Option<u16>,
    /// Failure code: CONTROL_FAILURE_CONF, or `errorData` of an `apiError`.
    pub failure: Option<u32>,
    /// What a CTI message says of the peripheral: its own error code next to `failure`, or, in
    /// OPEN_CONF and SYSTEM_EVENT, the status of its gateway.
    pub peripheral: Option<u32>,
    /// Text of the failure: `errorMessage` (`CF_…`, `UNAUTHORIZED`, …).
    pub failure_text: Sym,
    /// `errorType` / `ErrorType`: `Invalid Device`, …
    pub failure_type: Sym,
    /// Event or request reason code.
    pub reason: Option<Reason>,
    /// A count or a signed number the record is about, see [`What`].
    pub count: Option<i64>,
    /// A word the record is about, see [`What`].
    pub word: Sym,
    /// An instant of the *server's* clock printed inside (`CTI_MSG_RECEIVED`, `stateChangeTime`), raw.
    pub server_time: Option<(EpochMs, InsidePrecision)>,
    /// Login name, where the payload has it.
    pub login_name: Sym,
    /// `CCE` or `CCX`.
    pub deployment: Sym,
    /// Whether the access-log line came from the node itself (127.0.0.1 or ::1).
    pub from_localhost: bool,
}

/// How fine [`Facts::server_time`] is, and what it marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InsidePrecision {
    /// `CTI_MSG_RECEIVED`: ms, when Finesse got the CTI message.
    CtiReceivedMs,
    /// `stateChangeTime` printed in whole seconds.
    StateChangeSecond,
    /// `stateChangeTime` printed with ms (11.x).
    StateChangeMs,
}

/// Where a member was met, so that it can be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origin {
    /// Which place in the dropped files it stands behind, 0-based, in the order they were met.
    pub mark: u32,
    /// Which member of the bundle it is, 0-based, in the order they were met.
    pub member: u32,
}

/// One member of the input: a log, or something that could not be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct File {
    /// Names from the dropped file inwards: `["active_1.tgz", "desktop/…/x.log.zip", "x.log"]`.
    pub chain: Vec<String>,
    /// Recognised from its lines.
    pub kind: Kind,
    /// The address most of its lines print, if any.
    pub node: Sym,
    /// What was found in it, and what was lost.
    pub counts: Counts,
    /// Earliest and latest stamp of *all* its entries (kept or not), in order of the file's clock.
    pub first: Stamp,
    /// See `first`.
    pub last: Stamp,
    /// The longest silences between its entries, kept or not.
    pub rhythm: Rhythm,
    /// Why it could not be read, completely or at all.
    pub problem: Option<String>,
    /// Where it came from.
    pub origin: Option<Origin>,
    /// Hash of the decompressed bytes that were read: tells same-named files apart in a stable order.
    pub digest: u64,
    /// The file with the same bytes that stands before it in the order of the report.
    pub duplicate_of: Option<FileId>,
}

/// Everything a member held, so that nothing is lost in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Decompressed bytes.
    pub bytes: u64,
    /// Lines, the last one with or without a line end.
    pub lines: u64,
    /// Entries recognised, kept or not.
    pub records: u64,
    /// Lines that belong to no entry: before the first one, or between pasted blocks.
    pub unknown_lines: u64,
    /// Entries cut short because they were longer than the limit, or the input ended inside them.
    pub truncated: u64,
    /// Entries about a sign-in that are broken, so that something they say was not read.
    pub damaged: u64,
    /// Entries put together again from wrapped lines.
    pub rewrapped: u64,
    /// Entries that were glued to the end of another and split off.
    pub unglued: u64,
    /// Byte sequences that are not UTF-8 and were shown as U+FFFD.
    pub undecodable: u64,
    /// Credentials masked.
    pub masked: u64,
    /// Line of the first credential, 1-based; 0 for none.
    pub first_masked_line: u64,
    /// Kept records that another file of the bundle has as well; only the other's are looked at.
    pub duplicates: u64,
    /// Entries too far from the time that was asked for ([`crate::scope::Window`]): not looked at.
    pub outside: u64,
}

impl Counts {
    /// Adds what the lines after these held. Nothing of it may be forgotten: no `..` here.
    pub(crate) fn take_after(&mut self, more: &Counts) {
        let Counts {
            bytes,
            lines,
            records,
            unknown_lines,
            truncated,
            damaged,
            rewrapped,
            unglued,
            undecodable,
            masked,
            first_masked_line,
            duplicates,
            outside,
        } = *more;
        if self.first_masked_line == 0 && first_masked_line > 0 {
            self.first_masked_line = self.lines + first_masked_line;
        }
        self.bytes += bytes;
        self.lines += lines;
        self.records += records;
        self.unknown_lines += unknown_lines;
        self.truncated += truncated;
        self.damaged += damaged;
        self.rewrapped += rewrapped;
        self.unglued += unglued;
        self.undecodable += undecodable;
        self.masked += masked;
        self.duplicates += duplicates;
        self.outside += outside;
    }
}

/// All records of a bundle.
#[derive(Debug, Default)]
pub struct Records {
    /// Every member, in the order of the report: by chain, then content, those that are whole first.
    pub files: Vec<File>,
    /// In order of file, line, position in the line.
    pub all: List,
    /// Records set aside because another file has them as well.
    repeated: List,
    /// The string table of the records' keys.
    pub strings: Strings,
    /// The records' text, credentials masked.
    pub texts: Texts,
}

impl Records {
    /// The failure code of a record, with the table it is from.
    #[must_use]
    pub fn failure(&self, record: &Record) -> Option<Failure> {
        let facts = record.facts();
        let name = self.strings.get(facts.failure_text);
        Some(Failure::of(facts.failure?, facts.msg_id, name))
    }

    /// Adds a member that has been read: records as its reader left them, in the symbols of another table if
    /// there is a translation, and with texts of their own.
    pub fn append(
        &mut self,
        file: File,
        records: List,
        texts: Texts,
        translation: Option<&Translation>,
    ) {
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 members"));
        let text = self.texts.adopt(texts);
        self.files.push(match translation {
            Some(to) => file.translated(to),
            None => file,
        });
        let by = Move {
            file: Some(id),
            lines: 0,
            text,
            to: translation,
        };
        self.all.append(records, &by);
    }

    /// Puts files and records in the order of the report, whatever order they were read in, and sets
    /// aside what more than one file says. Ids given out before are void.
    pub fn arrange(&mut self) {
        let repeated = std::mem::take(&mut self.repeated);
        self.all.append(repeated, &Move::default());
        self.sort();
        self.set_repeated_aside();
    }

    fn sort(&mut self) {
        let files = &self.files;
        let mut order: Vec<usize> = (0..files.len()).collect();
        order.sort_by_key(|&at| {
            let file = &files[at];
            (&file.chain, file.digest, file.counts.bytes, &file.problem)
        });
        let mut place_of = vec![FileId(0); order.len()];
        for (to, &from) in (0u32..).zip(&order) {
            place_of[from] = FileId(to);
        }
        let mut files: Vec<Option<File>> = std::mem::take(&mut self.files)
            .into_iter()
            .map(Some)
            .collect();
        self.files = order
            .into_iter()
            .filter_map(|from| files[from].take())
            .collect();
        self.all.arrange(&place_of);
    }

    fn set_repeated_aside(&mut self) {
        let copies = duplicates::whole_files(&self.files);
        for (file, copy) in self.files.iter_mut().zip(copies) {
            file.duplicate_of = copy;
            file.counts.duplicates = 0;
        }
        let repeated = duplicates::repeated(self);
        self.repeated = self.all.take_out(&repeated);
        for record in &self.repeated {
            let file = &mut self.files[record.file().0 as usize];
            file.counts.duplicates += 1;
        }
    }

    /// The record's text with its line breaks, credentials masked; `None` if it is no longer in memory.
    #[must_use]
    pub fn text_of(&self, record: &Record) -> Option<Cow<'_, str>> {
        self.texts.get(record.text())
    }

    /// Of all texts so far, those of the records at these positions are to stay in memory.
    pub fn want_texts(&mut self, wanted: impl Iterator<Item = usize>) {
        let all = &self.all;
        self.texts.want(wanted.map(|at| all[at].text()));
    }

    /// A record by its id.
    #[must_use]
    pub fn get(&self, id: RecordId) -> &Record {
        &self.all[id.0 as usize]
    }

    /// The positions of the records of each file that has any, in order.
    #[must_use]
    pub fn by_file(&self) -> Vec<Range<usize>> {
        let mut files = Vec::new();
        let mut start = 0;
        while let Some(first) = self.all.get(start) {
            let end = self.all.partition_point(|it| it.file() <= first.file());
            files.push(start..end);
            start = end;
        }
        files
    }

    /// All records with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (RecordId, &Record)> {
        (0u32..).map(RecordId).zip(&self.all)
    }
}
