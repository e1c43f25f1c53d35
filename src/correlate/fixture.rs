//! Records written by hand, for the tests of this module.

use crate::record::intern::Sym;
use crate::record::time::{EpochMs, Precision, Stamp};
use crate::record::{Counts, Facts, File, FileId, Keys, Kind, Place, Record, Records, What};

#[derive(Default)]
pub(super) struct Fixture {
    pub(super) records: Records,
}

fn file() -> File {
    File {
        chain: vec!["test.log".to_owned()],
        kind: Kind::Mixed,
        node: Sym::NONE,
        counts: Counts::default(),
        first: Stamp::None,
        last: Stamp::None,
        problem: None,
        digest: 0,
    }
}

/// The record just added, to be given its values.
pub(super) struct Added<'a>(&'a mut Records);

impl Fixture {
    pub(super) fn record(&mut self, kind: Kind, what: What) -> Added<'_> {
        if self.records.files.is_empty() {
            self.records.files.push(file());
        }
        let line = u32::try_from(self.records.all.len()).unwrap() + 1;
        self.records.all.push(Record {
            place: Place {
                file: FileId(0),
                line,
                lines: 1,
            },
            nth: 0,
            kind,
            stamp: Stamp::None,
            what,
            keys: Keys::default(),
            facts: Facts::default(),
            text: (0, 0),
        });
        Added(&mut self.records)
    }

    pub(super) fn names(&self, agents: &[Sym]) -> Vec<&str> {
        agents
            .iter()
            .map(|&agent| self.records.strings.get(agent))
            .collect()
    }
}

impl Added<'_> {
    fn last(&mut self) -> &mut Record {
        self.0.all.last_mut().unwrap()
    }

    pub(super) fn agent(mut self, agent: &str) -> Self {
        let agent = self.0.strings.intern(agent);
        self.last().keys.agent = agent;
        self
    }

    pub(super) fn request_id(mut self, id: &str) -> Self {
        let id = self.0.strings.intern(id);
        self.last().keys.request_id = id;
        self
    }

    pub(super) fn nocache(mut self, ms: i64) -> Self {
        self.last().keys.nocache = Some(EpochMs(ms));
        self
    }

    pub(super) fn invoke_id(mut self, id: u32) -> Self {
        self.last().keys.invoke_id = Some(id);
        self
    }

    pub(super) fn time_of_day(mut self, ms: i64) -> Self {
        self.last().stamp = Stamp::TimeOfDay {
            ms,
            precision: Precision::Second,
        };
        self
    }

    pub(super) fn utc(mut self, ms: i64) -> Self {
        self.last().stamp = Stamp::Utc {
            at: EpochMs(ms),
            zone_minutes: 0,
            precision: Precision::Millisecond,
        };
        self
    }
}
