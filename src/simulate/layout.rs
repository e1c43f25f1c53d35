//! Entries become files: which log lies where, how it is rotated, and which line an entry is on.

use super::cluster::{Cluster, NotificationForm};
use super::journal::{Entry, Log, SEQUENCE};
use super::ledger::ClientLog;
use super::pack::Packing;
use super::removal::Span;
use super::truth::{Proof, TruthFile};
use super::{Config, Quirk};
use crate::flow::StepName;
use crate::record::Kind;

/// A file of the unpacked tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// Path in the tree, `/` between folders.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// An entry that belongs to an attempt, found again in its file.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) attempt: usize,
    pub(super) steps: &'static [StepName],
    pub(super) later: bool,
    pub(super) proof: Proof,
    /// When it was written (true time).
    pub(super) at: i64,
}

/// All files with what the truth says of them, and where every attempt's entries stand.
#[derive(Debug, Default)]
pub(super) struct Laid {
    pub(super) files: Vec<LogFile>,
    pub(super) truth: Vec<TruthFile>,
    pub(super) placed: Vec<Placed>,
    /// The time each file covers.
    pub(super) spans: Vec<Span>,
    /// Nodes with a webservices log that began after their restart.
    pub(super) after_restart: Vec<usize>,
}

/// Lays out settled entries (sorted by log, then time).
pub(super) fn lay_out(
    config: &Config,
    cluster: &Cluster,
    clients: &[ClientLog],
    entries: Vec<Entry>,
) -> Laid {
    let mut layout = Layout {
        config,
        cluster,
        clients,
        laid: Laid::default(),
        open: None,
        sequence: 0,
    };
    for entry in entries {
        if config.without.contains(&kind(entry.log)) || cut_off(config, &entry) {
            continue;
        }
        layout.place(entry);
    }
    layout.close(true);
    layout.laid
}

/// Whether an entry is outside of the time that was exported; a browser's log always comes whole.
fn cut_off(config: &Config, entry: &Entry) -> bool {
    let age = entry.at - config.start.0;
    let outside = |(from, to): (i64, i64)| age < from || to < age;
    config.window.is_some_and(outside) && !matches!(entry.log, Log::Client(_))
}

/// The file being written.
#[derive(Debug)]
struct Open {
    log: Log,
    /// Rotation it belongs to; a new value starts a new file.
    turn: i64,
    path: String,
    text: String,
    lines: u32,
    /// Local day of the last dumplog line.
    day: Option<i64>,
    /// When its first and its last entry were written (true time).
    from: i64,
    to: i64,
}

struct Layout<'a> {
    config: &'a Config,
    cluster: &'a Cluster,
    clients: &'a [ClientLog],
    laid: Laid,
    open: Option<Open>,
    sequence: u64,
}

impl Layout<'_> {
    fn place(&mut self, entry: Entry) {
        let turn = self.turn(&entry);
        let same_log = self.open.as_ref().is_some_and(|open| open.log == entry.log);
        let same = same_log && self.open.as_ref().is_some_and(|open| open.turn == turn);
        if !same {
            self.close(!same_log);
            self.begin(&entry, turn, !same_log);
        }
        self.date_line(&entry);
        self.put(entry);
    }

    /// Webservices logs are rotated by time, access logs by local day, others never.
    fn turn(&self, entry: &Entry) -> i64 {
        match entry.log {
            Log::Webservices(node) => {
                let age = entry.at - self.config.start.0;
                let restarted = self.restarted(node, entry.at);
                age.div_euclid(self.config.rotate_ms.max(1)) + i64::from(restarted) * AFTER_RESTART
            }
            Log::Engine(_) => {
                let period = self
                    .config
                    .rotate_ms
                    .max(self.config.spread_ms / (RING / 2));
                (entry.at - self.config.start.0).div_euclid(period.max(1))
            }
            Log::Access(node) => self.cluster.nodes[node].clock.local_day(entry.at),
            _ => 0,
        }
    }

    fn restarted(&self, node: usize, at: i64) -> bool {
        let restart = self.cluster.restart_of(node);
        restart.is_some_and(|restart| at >= restart)
    }

    fn begin(&mut self, entry: &Entry, turn: i64, first: bool) {
        if first {
            self.sequence = 0;
        }
        self.open = Some(Open {
            log: entry.log,
            turn,
            path: self.path(entry, turn, first || self.first_after_restart(entry, turn)),
            text: String::new(),
            lines: 0,
            day: None,
            from: entry.at,
            to: entry.at,
        });
    }

    /// Whether no earlier file of this log began after the restart.
    fn first_after_restart(&self, entry: &Entry, turn: i64) -> bool {
        let Log::Webservices(node) = entry.log else {
            return false;
        };
        turn >= AFTER_RESTART / 2 && !self.laid.after_restart.contains(&node)
    }

    fn path(&self, entry: &Entry, turn: i64, first: bool) -> String {
        let node = |node: usize| &self.cluster.nodes[node];
        match entry.log {
            Log::Access(n) => format!(
                "{}/desktop/finesse/logs/localhost_access_log.{}.txt",
                node(n).address,
                node(n).clock.date(entry.at)
            ),
            Log::Webservices(n) => format!(
                "{}/desktop/logs/webservices/Desktop-webservices.{}{}.log",
                node(n).address,
                node(n).clock.file_name(entry.at),
                if first { ".startup" } else { "" }
            ),
            Log::Errors(n) => format!(
                "{}/desktop/logs/webservices/Error-Desktop-webservices.{}.startup.log",
                node(n).address,
                node(n).clock.file_name(entry.at),
            ),
            Log::Notification(n) => format!(
                "{}/desktop/logs/openfire/{}.log",
                node(n).address,
                match self.cluster.forms.notification {
                    NotificationForm::AllLog => "all",
                    NotificationForm::PerLevel | NotificationForm::Bare => "info",
                }
            ),
            Log::Wire(n) => format!("{}/desktop/logs/openfire/debug.log", node(n).address),
            Log::Realm(n) => format!("{}/desktop/logs/realm/realm.log", node(n).address),
            Log::Catalina(n) => format!("{}/desktop/finesse/logs/catalina.out", node(n).address),
            Log::Identity(n) => format!("{}/ids/log/ids.log", node(n).address),
            Log::Commands(n) => format!("{}/platform/log/cli00042.log", node(n).address),
            Log::Cti => "cg1A/ctisvr.txt".to_owned(),
            Log::Engine(n) => format!(
                "{}/uccx/log/MIVR/Cisco001MIVR{:03}.log",
                node(n).address,
                (FIRST_IN_RING + turn).rem_euclid(RING) + 1
            ),
            Log::Client(number) => {
                let client = &self.clients[number];
                let node = node(client.node);
                format!(
                    "{}/desktop/logs/clientlogs/Desktop-ClientLog.{}.{}.log",
                    node.address,
                    client.agent,
                    node.clock.file_name(client.started)
                )
            }
        }
    }

    /// A dumplog has its date in a line of its own, at the start and at every new day.
    fn date_line(&mut self, entry: &Entry) {
        if entry.log != Log::Cti || self.config.has(Quirk::DumplogUndated) {
            return;
        }
        let day = self.cluster.cti.local_day(entry.at);
        let date = self.cluster.cti.long_date(entry.at);
        let newline = self.newline(entry.log);
        let open = self.open.as_mut().expect("a file was begun for this entry");
        if open.day != Some(day) {
            open.day = Some(day);
            open.text.push_str(&format!("Events from {date}{newline}"));
            open.lines += 1;
        }
    }

    fn newline(&self, log: Log) -> &'static str {
        if log == Log::Cti && self.cluster.forms.dumplog_crlf {
            "\r\n"
        } else {
            "\n"
        }
    }

    fn put(&mut self, entry: Entry) {
        let newline = self.newline(entry.log);
        let mut text = entry.text;
        if text.starts_with(SEQUENCE) {
            self.sequence += 1;
            // The engine does not pad its numbers, and has been counting for a while.
            let number = match entry.log {
                Log::Engine(_) => (self.sequence + 20_416).to_string(),
                _ => format!("{:010}", self.sequence),
            };
            text = text.replacen(SEQUENCE, &number, 1);
        }
        if matches!(entry.log, Log::Client(number) if self.clients[number].pasted) {
            text = wrapped(&text);
        }
        let lines = 1 + u32::try_from(text.matches('\n').count()).expect("an entry is short");
        let open = self.open.as_mut().expect("a file was begun for this entry");
        if let Some(attempt) = entry.cause.attempt {
            let proof = Proof {
                file: u32::try_from(self.laid.files.len()).expect("fewer than 2^32 files"),
                line: open.lines + 1,
                lines,
            };
            self.laid.placed.push(Placed {
                attempt,
                steps: entry.cause.steps,
                later: entry.cause.later,
                proof,
                at: entry.at,
            });
        }
        open.to = entry.at;
        open.lines += lines;
        open.text.push_str(&text.replace('\n', newline));
        open.text.push_str(newline);
    }

    /// Ends the open file; `live`: the log has no later one, so this is not zipped yet.
    fn close(&mut self, live: bool) {
        let Some(open) = self.open.take() else {
            return;
        };
        if let (Log::Webservices(node), true) = (open.log, open.turn >= AFTER_RESTART / 2) {
            self.laid.after_restart.push(node);
        }
        self.laid.spans.push(Span {
            log: open.log,
            from: open.from,
            to: open.to,
        });
        self.laid.truth.push(TruthFile {
            chain: self.chain(&open, live),
            path: open.path.clone(),
            kind: kind(open.log),
            lines: open.lines,
            copy_of: None,
        });
        self.laid.files.push(LogFile {
            path: open.path,
            bytes: open.text.into_bytes(),
        });
    }

    /// `[<IP>/<date>/active_nnn.tgz, desktop/….log.zip, ….log]`, or `[cg1A/ctisvr.zip, ctisvr.txt]`.
    fn chain(&self, open: &Open, live: bool) -> Vec<String> {
        if self.config.packing != Packing::Nested {
            return vec![open.path.clone()];
        }
        let Some((place, inner)) = open.path.split_once('/') else {
            return vec![open.path.clone()];
        };
        if open.log == Log::Cti {
            return vec!["cg1A/ctisvr.zip".to_owned(), inner.to_owned()];
        }
        let collected = self.config.start.0;
        let date = self.cluster.nodes[0].clock.file_name(collected);
        // The engine's logs are collected with a command of their own, a minute later.
        let collected = match open.log {
            Log::Engine(_) => collected + 60_000,
            _ => collected,
        };
        let archive = format!("{place}/{date}/active_{collected}.tgz");
        match (open.log, inner.rsplit_once('/')) {
            (Log::Webservices(_), Some((_, name))) if !live => {
                vec![archive, format!("{inner}.zip"), name.to_owned()]
            }
            _ => vec![archive, inner.to_owned()],
        }
    }
}

/// As a terminal of 80 columns shows it.
fn wrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 40);
    let mut column = 0;
    for letter in text.chars() {
        if column == COLUMNS && letter != '\n' {
            out.push('\n');
            column = 0;
        }
        out.push(letter);
        column = if letter == '\n' { 0 } else { column + 1 };
    }
    out
}

/// Width of the terminal that logs are copied from.
const COLUMNS: usize = 80;

/// Files in the engine's ring, and the one it is at when the run begins: the newest file need not
/// have the highest number.
const RING: i64 = 100;
const FIRST_IN_RING: i64 = 97;

/// Added to the turn of a webservices log that was begun after a restart.
const AFTER_RESTART: i64 = 1 << 40;

fn kind(log: Log) -> Kind {
    match log {
        Log::Access(_) => Kind::AccessLog,
        Log::Webservices(_) | Log::Errors(_) => Kind::Webservices,
        Log::Notification(_) => Kind::Notification,
        Log::Wire(_) => Kind::HttpWire,
        Log::Cti => Kind::CtiServer,
        Log::Engine(_) => Kind::UccxEngine,
        Log::Realm(_) => Kind::Realm,
        Log::Catalina(_) => Kind::Catalina,
        Log::Identity(_) => Kind::IdentityService,
        Log::Commands(_) => Kind::PlatformCli,
        Log::Client(_) => Kind::ClientLog,
    }
}
