//! Drives the built page in real browsers.
