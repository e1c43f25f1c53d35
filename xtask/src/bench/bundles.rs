//! The bundles that are read: made by `logintrace simulate` and kept until that program changes.

use super::Setup;
use crate::shell;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// A bundle with few sign-ins and `size` bytes of log, one flat `.tgz`.
pub fn noisy(setup: &Setup, size: u64) -> Result<PathBuf> {
    noisy_of(setup, size, 1)
}

/// Likewise, another one for every `seed`.
pub fn noisy_of(setup: &Setup, size: u64, seed: u64) -> Result<PathBuf> {
    let options = [
        "--agents",
        "20",
        "--seed",
        &seed.to_string(),
        "--size",
        &size.to_string(),
    ];
    simulated(setup, &format!("noisy-{size}-{seed}.tgz"), &options)
}

/// A bundle of `agents` sign-ins or some more, nested as the real tools nest them.
pub fn agents(setup: &Setup, agents: u64) -> Result<PathBuf> {
    simulated(
        setup,
        &format!("agents-{agents}.tgz"),
        &["--agents", &agents.to_string()],
    )
}

/// The logs of [`noisy`], unpacked: those with `word` in their path.
pub fn unpacked(setup: &Setup, size: u64, word: &str) -> Result<Vec<PathBuf>> {
    let bundle = noisy(setup, size)?;
    let folder = bundle.with_extension("unpacked");
    if !folder.exists() {
        let part = folder.with_extension("part");
        let _ = std::fs::remove_dir_all(&part);
        std::fs::create_dir_all(&part)?;
        shell::run(
            shell::program("tar")
                .arg("-xzf")
                .arg(&bundle)
                .arg("-C")
                .arg(&part),
        )?;
        std::fs::rename(part, &folder)?;
    }
    let mut files = Vec::new();
    find(&folder, &mut files)?;
    files.retain(|path| path.to_string_lossy().contains(word));
    files.sort();
    Ok(files)
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn simulated(setup: &Setup, name: &str, options: &[&str]) -> Result<PathBuf> {
    let program = setup.built.command_line()?;
    let path = folder(program)?.join(name);
    if !path.exists() {
        let part = path.with_extension("part.tgz");
        let mut command = shell::program("nice");
        command
            .arg(program)
            .arg("simulate")
            .args(options)
            .arg("--out")
            .arg(&part);
        shell::run(&mut command)?;
        // The truth about a bundle is for tests, and as long as the logs of its sign-ins.
        std::fs::remove_file(part.with_extension("tgz.truth.json"))?;
        std::fs::rename(part, &path)?;
    }
    Ok(path)
}

/// Another program may make other bundles: those of an earlier one are deleted.
fn folder(program: &Path) -> Result<PathBuf> {
    let bytes = std::fs::read(program).with_context(|| program.display().to_string())?;
    let hash = Sha256::digest(bytes);
    let name: String = hash
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let all = shell::target().join("bench/bundles");
    let mine = all.join(name);
    if !mine.exists() {
        let _ = std::fs::remove_dir_all(&all);
        std::fs::create_dir_all(&mine)?;
    }
    Ok(mine)
}

/// Size in bytes of a file.
pub fn length(path: &Path) -> Result<u64> {
    Ok(std::fs::metadata(path)
        .with_context(|| path.display().to_string())?
        .len())
}

/// `1.0 GB`, `12.5 MB`.
pub fn human(bytes: u64) -> String {
    let bytes = bytes as f64;
    if bytes >= 1e9 {
        format!("{:.1} GB", bytes / 1e9)
    } else {
        format!("{:.1} MB", bytes / 1e6)
    }
}
