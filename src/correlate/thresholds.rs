//! Every number of ours that decides a join or a verdict, in one place, in ms.
//!
//! Documented figures they are derived from: a sign-in takes seconds (base document: 6 s from page
//! to signed in); a CTI link is declared lost after three missed heartbeats of 5 s (Finesse admin
//! guide 12.6, failover); WebSocket clients time out after 10 s and retry twice (Finesse developer
//! guide, EventTunnel).

use crate::flow::StepName;

/// Two clocks that were compared may still disagree by this much; also the rounding of logs that
/// print whole seconds.
pub const CLOCK_TOLERANCE_MS: i64 = 2_000;

/// A step before the sign-in request belongs to it if nothing of the agent lies between for longer.
pub const PRE_GAP_MS: i64 = 60_000;

/// What happens later than this after the sign-in request is no longer its answer. A forced log-out
/// takes up to 180 s, so whoever still waits then is thrown out anyway.
pub const POST_WINDOW_MS: i64 = 180_000;

/// A CTI request leaves Finesse at once; one that is later than this is another one.
pub const CTI_REQUEST_WINDOW_MS: i64 = 30_000;

/// The desktop reads reason codes and phone books right after it is signed in.
pub const FOLLOW_UP_WINDOW_MS: i64 = 30_000;

/// A new attempt this soon after the last sign of the one before means that it was given up.
pub const GIVEN_UP_MS: i64 = 30_000;

/// What follows a sign-in for longer than this without another sign-in is not told of it: no shift
/// is so long.
pub const STAY_MS: i64 = 16 * 3_600_000;

/// Records of several logs that say the same thing within this time tell of one event.
pub const SAME_EVENT_MS: i64 = 5_000;

/// A desktop that is gone may come back for this long before Finesse signs the agent out (Finesse
/// developer guide, "Desktop presence and forced logout").
pub const PRESENCE_GRACE_MS: i64 = 60_000;

/// A lost CTI link is noticed after three missed heartbeats of 5 s (Finesse administration guide,
/// fail-over): what was asked this long before was asked of a dead connection.
pub const UNNOTICED_MS: i64 = 15_000;

/// How long Finesse needs to be of use again after an outage: the documented fail-over of a large
/// site (same guide, 120 to 150 s).
pub const RECOVERY_MS: i64 = 150_000;

/// Lines about the start and stop of one service that follow each other within this tell of one
/// restart.
pub const SAME_RESTART_MS: i64 = 10 * 60_000;

/// When a step is slow, and when it counts as never come: ms since the step it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Later than this is slow.
    pub slow_ms: i64,
    /// Not there after this is missing.
    pub stalled_ms: i64,
}

/// The limits of a step (ours, tunable; not from Cisco).
#[must_use]
pub fn limit(step: StepName) -> Limit {
    let (slow_ms, stalled_ms) = match step {
        StepName::PageLoad => (5_000, 30_000),
        StepName::SystemInfo => (2_000, 10_000),
        StepName::Connect => (10_000, 30_000),
        StepName::Presence => (5_000, 30_000),
        StepName::UserGet | StepName::LoginRequest | StepName::LoginAccepted => (2_000, 10_000),
        StepName::CtiRequest => (1_000, 10_000),
        StepName::CtiReply | StepName::CtiEvent => (1_000, 15_000),
        StepName::Publish => (1_000, 10_000),
        StepName::Route | StepName::EventReceived | StepName::SignedIn => (5_000, 30_000),
        StepName::FollowUp => (5_000, 30_000),
    };
    Limit {
        slow_ms,
        stalled_ms,
    }
}
