//! Records written by hand, for the tests of this module.

use crate::record::intern::Sym;
use crate::record::rhythm::Rhythm;
use crate::record::time::{EpochMs, Precision, Stamp};
use crate::record::zone::ZoneName;
use crate::record::{Counts, Facts, Fields, File, FileId, Keys, Kind, Place, Records, What};

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
        rhythm: Rhythm::default(),
        problem: None,
        digest: 0,
        origin: None,
        duplicate_of: None,
    }
}

/// The record just added, to be given its values.
pub(super) struct Added<'a>(&'a mut Records);

impl Fixture {
    /// A file of its own; records that follow stand in it. First and last entry in UTC, epoch ms.
    pub(super) fn file(&mut self, name: &str, kind: Kind, (first, last): (i64, i64)) -> &mut File {
        let stamp = |ms| Stamp::Utc {
            at: EpochMs(ms),
            zone_minutes: 0,
            precision: Precision::Millisecond,
        };
        self.records.files.push(File {
            chain: vec![name.to_owned()],
            kind,
            first: stamp(first),
            last: stamp(last),
            ..file()
        });
        self.records.files.last_mut().unwrap()
    }

    pub(super) fn record(&mut self, kind: Kind, what: What) -> Added<'_> {
        if self.records.files.is_empty() {
            self.records.files.push(file());
        }
        let line = u32::try_from(self.records.all.len()).unwrap() + 1;
        self.records.all.push(Fields {
            place: Place {
                file: FileId(u32::try_from(self.records.files.len()).unwrap() - 1),
                line,
                lines: 1,
            },
            nth: 0,
            kind,
            stamp: Stamp::None,
            what,
            keys: Keys::default(),
            facts: Facts::default(),
            text: Default::default(),
            said: 0,
        });
        Added(&mut self.records)
    }
}

impl Added<'_> {
    fn change(self, change: impl FnOnce(&mut Fields)) -> Self {
        self.0.all.change_last(change);
        self
    }

    pub(super) fn agent(self, agent: &str) -> Self {
        let agent = self.0.strings.intern(agent);
        self.change(|fields| fields.keys.agent = agent)
    }

    pub(super) fn login_name(self, name: &str) -> Self {
        let name = self.0.strings.intern(name);
        self.change(|fields| fields.facts.login_name = name)
    }

    pub(super) fn request_id(self, id: &str) -> Self {
        let id = self.0.strings.intern(id);
        self.change(|fields| fields.keys.request_id = id)
    }

    pub(super) fn nocache(self, ms: i64) -> Self {
        self.change(|fields| fields.keys.nocache = Some(EpochMs(ms)))
    }

    pub(super) fn invoke_id(self, id: u32) -> Self {
        self.change(|fields| fields.keys.invoke_id = Some(id))
    }

    pub(super) fn time_of_day(self, ms: i64) -> Self {
        self.change(|fields| {
            fields.stamp = Stamp::TimeOfDay {
                ms,
                precision: Precision::Second,
            }
        })
    }

    pub(super) fn node(self, node: &str) -> Self {
        let node = self.0.strings.intern(node);
        self.change(|fields| fields.keys.node = node)
    }

    pub(super) fn facts(self, change: impl FnOnce(&mut Facts)) -> Self {
        self.change(|fields| change(&mut fields.facts))
    }

    pub(super) fn stamp(self, stamp: Stamp) -> Self {
        self.change(|fields| fields.stamp = stamp)
    }

    /// In a zone, printed.
    pub(super) fn zoned(self, ms: i64, zone_minutes: i16) -> Self {
        self.stamp(Stamp::Utc {
            at: EpochMs(ms),
            zone_minutes,
            precision: Precision::Millisecond,
        })
    }

    /// Date and time of an unknown zone.
    pub(super) fn local(self, ms: i64) -> Self {
        self.stamp(Stamp::Local {
            ms,
            precision: Precision::Second,
        })
    }

    /// 14 March at a time of day in a zone known by name.
    pub(super) fn fourteenth_of_march(self, ms: i64, zone: &str) -> Self {
        self.stamp(Stamp::DayOfYear {
            month: 3,
            day: 14,
            ms,
            precision: Precision::Millisecond,
            zone: ZoneName::new(zone.as_bytes()).unwrap(),
        })
    }

    pub(super) fn utc(self, ms: i64) -> Self {
        self.change(|fields| {
            fields.stamp = Stamp::Utc {
                at: EpochMs(ms),
                zone_minutes: 0,
                precision: Precision::Millisecond,
            }
        })
    }
}
