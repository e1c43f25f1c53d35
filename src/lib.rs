//! Logintrace reads exported Cisco Finesse logs and shows every agent sign-in in them: which
//! message went from whom to whom, when, where it stopped, and which log line proves it.
//!
//! ```text
//! file ─chunks→ source ─members→ format ─entries→ record ─→ correlate ─→ diagnose
//!                                                              │            │
//!                                                              └→ diagram ←─┤
//!                 session (in the worker) ── protocol ── page               └→ report
//! ```
//!
//! This library is the whole core: pure, deterministic, without a browser crate, a clock, a thread
//! or a file. The command line and the page's worker are thin pumps around [`session`].

pub mod codes;
pub mod correlate;
pub mod diagnose;
pub mod diagram;
pub mod error;
pub mod flow;
pub mod format;
pub mod protocol;
pub mod record;
pub mod report;
pub mod scope;
pub mod session;
pub mod simulate;
pub mod source;
pub mod view;
pub mod words;
