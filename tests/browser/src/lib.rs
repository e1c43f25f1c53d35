//! Drives the built page in real browsers: Chromium with genuine drops through the DevTools
//! protocol, Firefox through its file picker.
//!
//! The tests read what `cargo xtask test` built: `dist/` and the command line in cargo's folder.

pub mod bundles;
pub mod command_line;
pub mod driver;
pub mod memory;
pub mod page;
pub mod server;
pub mod stories;

use std::path::{Path, PathBuf};

/// The folder of the workspace.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this package lies two folders below the workspace")
}

/// What Trunk built.
#[must_use]
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The single file, as a person opens it from disk.
#[must_use]
pub fn single_file() -> String {
    format!("file://{}/logintrace.html", dist().display())
}

/// Cargo's folder for what it builds.
#[must_use]
pub fn target() -> PathBuf {
    let set = std::env::var_os("CARGO_TARGET_DIR");
    root().join(set.unwrap_or_else(|| "target".into()))
}
