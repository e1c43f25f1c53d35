//! Bytes to members: archives are opened by their magic bytes, as deep as they are nested, while
//! their bytes stream through. Nothing here knows what a log is.
//!
//! An [`Opener`] is pushed the bytes of one dropped file in pieces of any size and calls a
//! [`MemberSink`] for every member it meets. It holds no member in memory, reads nothing itself,
//! and never fails: what cannot be opened is reported with its chain and its reason.

mod gzip;
mod inflate;
mod mark;
mod names;
mod node;
mod opener;
mod packed;
mod sniff;
mod tar;
mod zip;

use crate::error::Error;

pub use gzip::Checkpoint;
pub use mark::{Mark, checkpoint_for, leads_on};
pub use opener::{Limits, Opener};

/// Hears of the members of a dropped file, one at a time, in the order they stand in it.
pub trait MemberSink {
    /// A member begins. `chain` has the names from the dropped file inwards.
    fn start(&mut self, chain: &[String]);
    /// The next bytes of the member, decompressed, in pieces of any size.
    fn data(&mut self, bytes: &[u8]);
    /// The member is over; `problem` says why it is not whole.
    fn end(&mut self, problem: Option<Error>);
    /// A member or archive of `bytes` bytes (0 if unknown) that could not be opened at all.
    fn unreadable(&mut self, chain: &[String], bytes: u64, why: Error);
    /// What begins now can be reached again from here.
    fn mark(&mut self, _mark: Mark) {}
    /// The dropped file is a gzip file that can be entered here.
    fn checkpoint(&mut self, _checkpoint: Checkpoint) {}
    /// A member left out on purpose: a folder entry, a macOS resource fork.
    fn skipped(&mut self, chain: &[String], why: &'static str);
}
