//! A record as it is kept: as small as can be, because a day of a cluster has hundreds of thousands that
//! never come to anything.
//!
//! Logs say the same again and again: of what a record says, its line, its time, its text and at most two
//! values that are used once (a `nocache` or an instant inside the payload; a request id, an invoke id or
//! a duration) are its own. All else is a [`Common`], kept once for all records that share it. Reading a
//! field costs one step more than it would in [`Fields`]; nothing is computed.

use super::fields::Fields;
use super::intern::{Sym, Translation};
use super::time::{EpochMs, Stamp};
use super::{Facts, FileId, InsidePrecision, Keys, Kind, Place, What, text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// One log entry that speaks about a sign-in.
#[derive(Clone)]
pub struct Record {
    text: text::Range,
    said: u64,
    /// The lower half of its time; see [`Stamp::split`] and [`Common::high`].
    ms: u32,
    /// Likewise of what [`Common::instant`] says it is.
    instant: u32,
    file: FileId,
    line: u32,
    /// What [`Common::number`] says it is.
    number: u32,
    common: Arc<Common>,
}

/// What many records share, word for word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Common {
    nth: u16,
    lines: u32,
    kind: Kind,
    what: What,
    /// Without its time.
    stamp: Stamp,
    /// Without what each record has itself.
    keys: Keys,
    facts: Facts,
    instant: Instant,
    number: Number,
    /// The upper halves of time and instant: the same for fifty days of ms.
    high: (i32, i32),
}

/// An instant that a record has itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Instant {
    None,
    /// [`Keys::nocache`].
    Nocache,
    /// [`Facts::server_time`].
    Server(InsidePrecision),
}

/// A number that a record has itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Number {
    None,
    /// [`Keys::request_id`].
    RequestId,
    /// [`Keys::invoke_id`].
    InvokeId,
    /// [`Facts::elapsed_ms`].
    Elapsed,
}

/// What a record has itself, as workers send it to each other; `common` is a position in the list of
/// those that were sent with it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) common: u32,
    text: text::Range,
    said: u64,
    ms: u32,
    instant: u32,
    file: FileId,
    line: u32,
    number: u32,
}

impl Record {
    /// Keeps what a record says. `share` has every [`Common`] once.
    pub(super) fn new(fields: Fields, share: impl FnOnce(Common) -> Arc<Common>) -> Self {
        let Fields {
            place,
            nth,
            kind,
            stamp,
            what,
            mut keys,
            mut facts,
            text,
            said,
        } = fields;
        let (stamp, ms) = stamp.split();
        let (instant, is_instant) = take_instant(&mut keys, &mut facts);
        let (number, is_number) = take_number(&mut keys, &mut facts);
        let (ms, instant) = (halves(ms), halves(instant));
        Self {
            text,
            said,
            ms: ms.1,
            instant: instant.1,
            file: place.file,
            line: place.line,
            number,
            common: share(Common {
                nth,
                lines: place.lines,
                kind,
                what,
                stamp,
                keys,
                facts,
                instant: is_instant,
                number: is_number,
                high: (ms.0, instant.0),
            }),
        }
    }

    /// All it says, as it was read.
    #[must_use]
    pub fn fields(&self) -> Fields {
        Fields {
            place: self.place(),
            nth: self.nth(),
            kind: self.kind(),
            stamp: self.stamp(),
            what: self.what(),
            keys: self.keys(),
            facts: self.facts(),
            text: self.text,
            said: self.said,
        }
    }

    /// See [`Fields::place`].
    #[must_use]
    #[inline]
    pub fn place(&self) -> Place {
        Place {
            file: self.file,
            line: self.line,
            lines: self.common.lines,
        }
    }

    /// The member it stands in.
    #[must_use]
    #[inline]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// See [`Fields::nth`].
    #[must_use]
    #[inline]
    pub fn nth(&self) -> u16 {
        self.common.nth
    }

    /// See [`Fields::kind`].
    #[must_use]
    #[inline]
    pub fn kind(&self) -> Kind {
        self.common.kind
    }

    /// See [`Fields::stamp`].
    #[must_use]
    #[inline]
    pub fn stamp(&self) -> Stamp {
        self.common.stamp.at(whole(self.common.high.0, self.ms))
    }

    /// See [`Fields::what`].
    #[must_use]
    #[inline]
    pub fn what(&self) -> What {
        self.common.what
    }

    /// See [`Fields::keys`].
    #[must_use]
    #[inline]
    pub fn keys(&self) -> Keys {
        let mut keys = self.common.keys;
        if self.common.instant == Instant::Nocache {
            keys.nocache = Some(self.instant());
        }
        match self.common.number {
            Number::RequestId => keys.request_id = Sym::numbered(self.number),
            Number::InvokeId => keys.invoke_id = Some(self.number),
            Number::None | Number::Elapsed => {}
        }
        keys
    }

    /// See [`Fields::facts`].
    #[must_use]
    #[inline]
    pub fn facts(&self) -> Facts {
        let mut facts = self.common.facts;
        if let Instant::Server(precision) = self.common.instant {
            facts.server_time = Some((self.instant(), precision));
        }
        if self.common.number == Number::Elapsed {
            facts.elapsed_ms = Some(self.number);
        }
        facts
    }

    #[inline]
    fn instant(&self) -> EpochMs {
        EpochMs(whole(self.common.high.1, self.instant))
    }

    /// See [`Fields::text`].
    #[must_use]
    #[inline]
    pub fn text(&self) -> text::Range {
        self.text
    }

    /// See [`Fields::said`].
    #[must_use]
    #[inline]
    pub fn said(&self) -> u64 {
        self.said
    }

    pub(super) fn common(&self) -> &Arc<Common> {
        &self.common
    }

    /// The same record in a file, so many lines and bytes of text later, and in the symbols of another
    /// table if those are to be translated.
    pub(super) fn moved(mut self, by: &Move<'_>, common: Arc<Common>) -> Self {
        self.file = by.file.unwrap_or(self.file);
        self.line = u32::try_from(u64::from(self.line) + by.lines).unwrap_or(u32::MAX);
        self.text = self.text.later(by.text);
        if let (Number::RequestId, Some(to)) = (self.common.number, by.to) {
            self.number = to.of(Sym::numbered(self.number)).number();
        }
        self.common = common;
        self
    }

    pub(super) fn put_in(&mut self, file: FileId) {
        self.file = file;
    }

    pub(super) fn sent(&self, common: u32) -> Sent {
        Sent {
            common,
            text: self.text,
            said: self.said,
            ms: self.ms,
            instant: self.instant,
            file: self.file,
            line: self.line,
            number: self.number,
        }
    }
}

impl Sent {
    pub(super) fn with(self, common: Arc<Common>) -> Record {
        Record {
            text: self.text,
            said: self.said,
            ms: self.ms,
            instant: self.instant,
            file: self.file,
            line: self.line,
            number: self.number,
            common,
        }
    }
}

/// Where records go that were read elsewhere.
#[derive(Debug, Default)]
pub struct Move<'t> {
    /// The file they stand in; their own if `None`.
    pub file: Option<FileId>,
    /// Lines before theirs.
    pub lines: u64,
    /// Bytes of text before theirs.
    pub text: u64,
    /// To the symbols used there; `None` where they are the same.
    pub to: Option<&'t Translation>,
}

impl Common {
    /// The same in the symbols of another table.
    pub(super) fn translated(&self, to: &Translation) -> Self {
        Self {
            keys: self.keys.translated(to),
            facts: self.facts.translated(to),
            ..self.clone()
        }
    }
}

/// The upper and the lower half of a number.
fn halves(number: i64) -> (i32, u32) {
    let [a, b, c, d, low @ ..] = number.to_be_bytes();
    (i32::from_be_bytes([a, b, c, d]), u32::from_be_bytes(low))
}

/// The inverse of [`halves`].
#[inline]
fn whole(high: i32, low: u32) -> i64 {
    i64::from(high) << 32 | i64::from(low)
}

/// The instant that a record is to have itself.
fn take_instant(keys: &mut Keys, facts: &mut Facts) -> (i64, Instant) {
    if let Some(nocache) = keys.nocache.take() {
        return (nocache.0, Instant::Nocache);
    }
    match facts.server_time.take() {
        Some((at, precision)) => (at.0, Instant::Server(precision)),
        None => (0, Instant::None),
    }
}

/// The number that a record is to have itself.
fn take_number(keys: &mut Keys, facts: &mut Facts) -> (u32, Number) {
    if keys.request_id.is_some() {
        return (
            std::mem::take(&mut keys.request_id).number(),
            Number::RequestId,
        );
    }
    if let Some(invoke_id) = keys.invoke_id.take() {
        return (invoke_id, Number::InvokeId);
    }
    match facts.elapsed_ms.take() {
        Some(ms) => (ms, Number::Elapsed),
        None => (0, Number::None),
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fields().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_sum_of_its_halves() {
        for number in [
            0,
            1,
            -1,
            1_489_478_400_000,
            -62_135_596_800_000,
            i64::MIN,
            i64::MAX,
        ] {
            let (high, low) = halves(number);
            assert_eq!(whole(high, low), number);
        }
    }
}
