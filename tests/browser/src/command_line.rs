//! The command line, which must say what the page says.

use crate::target;
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::process::Command;

/// What `logintrace report` writes.
///
/// # Errors
/// It cannot be started, or fails.
pub fn reported(path: &Path, format: &str) -> Result<Vec<u8>> {
    let program = target().join("debug/logintrace");
    let mut command = Command::new(&program);
    command.args([
        "report".as_ref(),
        path.as_os_str(),
        "--format".as_ref(),
        format.as_ref(),
    ]);
    let output = command
        .output()
        .with_context(|| format!("starting {}", program.display()))?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}
