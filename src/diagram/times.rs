//! By which clock the times of a bundle are shown, and where they contradict cause and effect.
//!
//! Nothing is shown on the reference clock unless it was asked for: a reading is what a log proves,
//! an offset is what we deduced.

use crate::correlate::clock::ClockId;
use crate::correlate::message::MessageTime;
use crate::correlate::offset::Offset;
use crate::correlate::step::SignIn;
use crate::correlate::{Flows, Rank, clock_name, clock_zone};
use crate::diagnose::{self, Causes, Finding};
use crate::protocol::{ClockView, Disorder, Times};
use crate::record::time::EpochMs;
use crate::record::{FileId, Records};
use crate::words::Lang;

/// A bundle, and how it is to be shown.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// Its records.
    pub records: &'a Records,
    /// What they tell.
    pub flows: &'a Flows,
    /// What was wrong with its servers.
    pub causes: &'a Causes,
    /// The language of sentences.
    pub lang: Lang,
    /// By which clock times are shown.
    pub times: Times,
}

impl Scene<'_> {
    /// What there is to say of a sign-in, most severe first.
    #[must_use]
    pub fn findings(&self, sign_in: &SignIn) -> Vec<Finding> {
        diagnose::sign_in_findings(self.records, self.flows, self.causes, sign_in)
    }

    /// A reading as it is shown, epoch ms UTC. A clock that was not compared keeps its readings.
    #[must_use]
    pub fn shown(&self, at: EpochMs, clock: ClockId) -> i64 {
        match self.times {
            Times::AsPrinted => at.0,
            Times::OnReference => self.on_reference(at, clock),
        }
    }

    /// A reading on the reference clock, epoch ms UTC.
    pub(super) fn on_reference(&self, at: EpochMs, clock: ClockId) -> i64 {
        let offset = self.offset(clock).map_or(0, |offset| offset.ms);
        at.0.saturating_sub(offset)
    }

    /// How far a clock is from the reference; `None` where nothing connects them.
    fn offset(&self, clock: ClockId) -> Option<Offset> {
        self.flows.offsets.get(clock.0 as usize).copied().flatten()
    }

    /// Whether a clock was compared with the reference.
    #[must_use]
    pub fn is_measured(&self, clock: ClockId) -> bool {
        self.offset(clock).is_some()
    }

    /// How much two readings may still be apart wrongly, as shown, ms.
    fn doubt_ms(&self, one: ClockId, other: ClockId) -> i64 {
        if one == other || self.times == Times::AsPrinted {
            return 0;
        }
        let doubt = |clock| {
            let offset = self.offset(clock);
            offset.and_then(|offset| offset.uncertainty_ms).unwrap_or(0)
        };
        doubt(one) + doubt(other)
    }

    /// When a sign-in started, as it is shown.
    #[must_use]
    pub fn started(&self, sign_in: &SignIn) -> Option<i64> {
        let started = sign_in.started?;
        // Of several clocks that read the same, the one it was read from is the earliest.
        let readings = sign_in.messages.iter().filter_map(|message| message.time);
        let own = readings.filter(|time| time.at == started);
        let shown = own.map(|time| self.shown(started, time.clock)).min();
        Some(shown.unwrap_or(started.0))
    }

    /// The clock that all records of each file were written by; `None` where there are several.
    #[must_use]
    pub fn clock_of_files(&self) -> Vec<Option<ClockId>> {
        let mut clocks: Vec<Result<Option<ClockId>, Several>> =
            vec![Ok(None); self.records.files.len()];
        for (at, record) in self.records.all.iter().enumerate() {
            let clock = self.flows.clocks.of(at);
            let FileId(file) = record.file();
            if let Some(known) = clocks.get_mut(file as usize) {
                *known = match *known {
                    Ok(None) => Ok(Some(clock)),
                    Ok(Some(other)) if other == clock => Ok(Some(clock)),
                    _ => Err(Several),
                };
            }
        }
        clocks.into_iter().map(|clock| clock.ok()?).collect()
    }

    /// A clock as the page shows it; `None` for a number that is none.
    #[must_use]
    pub fn clock(&self, id: ClockId) -> Option<ClockView> {
        let clock = self.flows.clocks.all.get(id.0 as usize)?;
        let offset = self.offset(id);
        Some(ClockView {
            clock: clock_name(self.records, clock.owner),
            zone: clock_zone(clock),
            offset_ms: offset.map(|offset| offset.ms),
            uncertainty_ms: offset.and_then(|offset| offset.uncertainty_ms),
            samples: offset.map_or(0, |offset| offset.samples),
            reference: self.flows.reference == Some(id),
        })
    }
}

/// More than one clock.
#[derive(Clone, Copy)]
struct Several;

/// The readings of the rows above, to set the next one against.
#[derive(Default)]
pub(super) struct Readings {
    above: Vec<Reading>,
    clocks: Vec<ClockId>,
}

#[derive(Clone, Copy)]
struct Reading {
    row: u32,
    shown: i64,
    on_reference: i64,
    clock: ClockId,
    rank: Option<Rank>,
}

/// How a row's time stands to those above.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) shown: Option<i64>,
    /// Position in [`Readings::clocks`].
    pub(super) clock: Option<u32>,
    pub(super) delta_ms: Option<i64>,
    pub(super) disorder: Option<Disorder>,
}

impl Readings {
    /// Takes in the time of the next row, and where it stands in the causal order.
    pub(super) fn next(
        &mut self,
        scene: &Scene<'_>,
        row: u32,
        time: Option<MessageTime>,
        rank: Option<Rank>,
    ) -> Relation {
        let Some(time) = time else {
            return Relation::default();
        };
        let reading = Reading {
            row,
            shown: scene.shown(time.at, time.clock),
            on_reference: scene.on_reference(time.at, time.clock),
            clock: time.clock,
            rank,
        };
        // Whole seconds make small steps back; only what they cannot explain is one.
        let slack_ms = slack_ms(time);
        let step_ms = self.above.last().map(|above| reading.shown - above.shown);
        let relation = Relation {
            shown: Some(reading.shown),
            clock: Some(self.number(time.clock)),
            delta_ms: step_ms.map(|ms| if (-slack_ms..0).contains(&ms) { 0 } else { ms }),
            disorder: self.disorder(scene, reading, slack_ms),
        };
        self.above.push(reading);
        relation
    }

    /// The last time so far, on the reference clock.
    pub(super) fn last_on_reference(&self) -> Option<i64> {
        self.above.last().map(|reading| reading.on_reference)
    }

    /// The clocks of the rows so far.
    pub(super) fn clocks(&self) -> &[ClockId] {
        &self.clocks
    }

    fn number(&mut self, clock: ClockId) -> u32 {
        let known = self.clocks.iter().position(|&known| known == clock);
        let number = known.unwrap_or_else(|| {
            self.clocks.push(clock);
            self.clocks.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// Against the nearest row above that must have happened before.
    fn disorder(&self, scene: &Scene<'_>, own: Reading, slack_ms: i64) -> Option<Disorder> {
        let rank = own.rank?;
        let before = |above: &&Reading| above.rank.is_some_and(|above| above.before(rank));
        let cause = self.above.iter().rev().find(before)?;
        let early_ms = cause.shown - own.shown;
        let explained_ms = slack_ms + scene.doubt_ms(own.clock, cause.clock);
        (early_ms > explained_ms).then_some(Disorder {
            cause: cause.row,
            early_ms,
        })
    }
}

fn slack_ms(time: MessageTime) -> i64 {
    if time.exact { 0 } else { 999 }
}
