//! Members to records: one file per log format, detected line by line.

pub mod access_log;
pub mod catalina;
pub mod cisco_log;
pub mod client_log;
pub mod cti_server;
pub mod decoded;
mod digest;
mod entries;
pub mod ged188;
pub mod http_wire;
pub mod identity_service;
pub mod lines;
pub mod mask;
pub mod notification;
pub mod other_cisco;
pub mod paste;
pub mod payload;
pub mod piece;
pub mod platform_cli;
pub mod reader;
pub mod realm;
pub mod rest;
pub mod rows;
pub mod skim;
pub mod stamps;
pub mod start;
pub mod tags;
pub mod uccx_engine;
pub mod webservices;

use crate::record::intern::Strings;
use crate::record::time::Stamp;
use crate::record::{Facts, Keys, Kind, What};
use serde::{Deserialize, Serialize};
use skim::{Memo, Skim};
use start::Start;

/// A log format: how to recognise an entry, and how to read it. Stateless; the state of reading a
/// member is in the reader, which is the same for all formats.
pub trait Format: Sync {
    /// The report's name of the format.
    fn kind(&self) -> Kind;

    /// Entries of this format as they stand in real logs, at least one of each form it reads.
    /// Tested: each is claimed by this format and by no other.
    fn samples(&self) -> &'static [&'static str];

    /// Whether a file of this name is probably of this format. Only decides who is asked first.
    fn likes_name(&self, name: &str) -> bool;

    /// Whether an entry may start so. The answers are kept in a table, so that
    /// most lines are asked about by few formats or none.
    fn may_start(&self, start: Start) -> bool;

    /// Whether `line` (no line end) starts an entry of this format. Only called
    /// for lines that start as one may; called for most lines, so it must be cheap.
    fn head(&self, line: &[u8]) -> Option<Head>;

    /// The same of a line behind an entry of this format, which may also go on with that entry in a way
    /// no other format's lines start.
    fn next(&self, line: &[u8]) -> Next {
        self.head(line).map_or(Next::Unknown, Next::Head)
    }

    /// Whether `line`, which starts no entry of any format, belongs to the entry whose lines so far
    /// are `entry`.
    fn continues(&self, entry: &[u8], line: &[u8]) -> bool;

    /// What [`Self::next`] and [`Self::continues`] say of a line behind an entry that bears on no sign-in,
    /// if it can be told at a glance. `entry` are the lines of that entry so far, with their line ends.
    fn skim<'a>(&self, _line: &'a [u8], _entry: &[u8], _memo: &mut Memo<'a>) -> Skim {
        Skim::Look
    }

    /// Where in `line`, which continues an entry of this format, the next one starts although no line
    /// break stands before it: 0-based, in bytes. Only for formats whose writers do that; what people
    /// glue together when they copy is found in [`paste`].
    fn glued(&self, _line: &[u8]) -> Option<usize> {
        None
    }

    /// Whether the entry is broken in a way that leaves something of it unread.
    fn is_damaged(&self, _entry: &Entry<'_>) -> bool {
        false
    }

    /// What the entry says; `None` when it does not bear on a sign-in.
    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading>;
}

/// What a line is to the format of the entry before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The start of another entry.
    Head(Head),
    /// A line with the prefix of this format's log, but no start: no other format need be asked.
    Own,
    /// Anything.
    Unknown,
}

/// The start of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// When it was written, as far as its first line says.
    pub stamp: Stamp,
    /// Whether it may bear on a sign-in. An entry that may not is counted and not read further.
    pub wanted: bool,
    /// Whether it lacks the prefix real logs have (sequence, address, time): a paste.
    pub stripped: bool,
}

/// A whole entry, all its lines together.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its lines with their line breaks, credentials masked.
    pub raw: &'a str,
    /// The same on one line, wrapped tokens put together again.
    pub flat: &'a str,
    /// What its head said.
    pub head: Head,
}

/// What an entry says. Becomes a [`crate::record::Record`].
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// When, as far as it says.
    pub stamp: Stamp,
    /// What.
    pub what: What,
    /// The values that tie it to others.
    pub keys: Keys,
    /// The rest.
    pub facts: Facts,
}

/// Every format that is read. The order decides nothing: no line is claimed by two (tested).
pub static FORMATS: &[&dyn Format] = &[
    &access_log::AccessLog,
    &client_log::ClientLog,
    &webservices::Webservices,
    &cti_server::CtiServer,
    &notification::Notification,
    &http_wire::HttpWire,
    &realm::Realm,
    &catalina::Catalina,
    &identity_service::IdentityService,
    &uccx_engine::UccxEngine,
    &platform_cli::PlatformCli,
    &other_cisco::OtherCisco,
];
