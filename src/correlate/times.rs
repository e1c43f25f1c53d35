//! When each record was written, a few bytes for each: there is one for every record of the bundle.

use super::clock::At;
use crate::record::time::EpochMs;

/// A time in ms for each record, by position, where it has one.
#[derive(Debug, Default)]
pub struct Times(Vec<i64>);

/// No time that any log prints.
const NONE: i64 = i64::MIN;

impl Times {
    /// Room for so many, none of them known.
    pub(super) fn none(records: usize) -> Self {
        Self(vec![NONE; records])
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The time of a record.
    #[must_use]
    #[inline]
    pub fn get(&self, at: usize) -> Option<i64> {
        Some(self.0[at]).filter(|&ms| ms != NONE)
    }

    #[inline]
    pub(super) fn set(&mut self, at: usize, ms: Option<i64>) {
        self.0[at] = ms.unwrap_or(NONE);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Option<i64>> {
        (0..self.0.len()).map(|at| self.get(at))
    }
}

/// What a clock read for each record, by position, where its log tells.
#[derive(Debug, Default)]
pub struct Readings {
    times: Times,
    /// See [`At::slack_ms`]: less than two days.
    slack_ms: Vec<u32>,
}

impl Readings {
    /// Room for so many, none of them known.
    pub(super) fn none(records: usize) -> Self {
        Self {
            times: Times::none(records),
            slack_ms: vec![0; records],
        }
    }

    /// The reading for a record.
    #[must_use]
    #[inline]
    pub fn get(&self, at: usize) -> Option<At> {
        Some(At {
            at: EpochMs(self.times.get(at)?),
            slack_ms: self.slack_ms[at].into(),
        })
    }

    #[inline]
    pub(super) fn set(&mut self, at: usize, read: Option<At>) {
        self.times.set(at, read.map(|read| read.at.0));
        let slack_ms = read.map_or(0, |read| read.slack_ms);
        self.slack_ms[at] = u32::try_from(slack_ms).unwrap_or(u32::MAX);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Option<At>> {
        (0..self.slack_ms.len()).map(|at| self.get(at))
    }
}
