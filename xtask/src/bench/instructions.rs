//! Instruction counts of the core on a fixed bundle, under Callgrind: a figure that a busy machine does
//! not change.
//!
//! Nor does the processor, once it has AVX2: valgrind 3.19 then shows the program an Intel i7-4910MQ
//! whatever the real one is, so that memchr, zlib-rs and the C library always choose the same code. On other processors there is nothing to compare, and the check says so.

use super::built::build;
use crate::{shell, tools};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Stages counted (`benches/core/src/lib.rs`).
const STAGES: [&str; 2] = ["inflate", "analyse"];
/// A stage may need this many times the instructions written down. Generous: a compiler may lay code
/// out in another way, a careless loop costs more.
const MOST: f64 = 1.15;

/// Fails if a stage needs many more instructions than was written down.
pub fn check() -> Result<()> {
    if !has_avx2() {
        println!("skipped: the figures are for processors with AVX2");
        return Ok(());
    }
    let expected = expected()?;
    for (stage, count) in measure()? {
        let before = *expected
            .get(stage)
            .with_context(|| format!("no figure for {stage}"))?;
        let ratio = count as f64 / before as f64;
        println!("{stage}: {count} instructions, {ratio:.3} of those written down");
        if ratio > MOST {
            bail!(
                "{stage} needs {ratio:.2} times the instructions it did. If that is meant: {REWRITE}"
            );
        }
        if ratio < 1.0 / MOST {
            println!("much fewer than written down: {REWRITE}");
        }
    }
    Ok(())
}

const REWRITE: &str = "`cargo xtask bench check --rewrite`";

/// Writes down what the stages need now.
pub fn rewrite() -> Result<()> {
    if !has_avx2() {
        bail!("the figures are for processors with AVX2, and this one has none");
    }
    let lines: Vec<String> = measure()?
        .iter()
        .map(|(stage, count)| format!("{stage} {count}\n"))
        .collect();
    print!("{}", lines.concat());
    Ok(std::fs::write(
        folder().join("expected.txt"),
        lines.concat(),
    )?)
}

fn has_avx2() -> bool {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.split_whitespace().any(|flag| flag == "avx2")
}

fn folder() -> PathBuf {
    shell::root().join("benches/instructions")
}

fn expected() -> Result<BTreeMap<String, u64>> {
    let path = folder().join("expected.txt");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let line = |line: &str| {
        let (stage, count) = line
            .split_once(' ')
            .context("expected a stage and a count")?;
        Ok((stage.to_owned(), count.parse()?))
    };
    text.lines().map(line).collect()
}

fn measure() -> Result<Vec<(&'static str, u64)>> {
    tools::valgrind()?;
    let program = build(
        &["--release", "--package", "bench-core", "--bin", "native"],
        "release/native",
    )?;
    let bundle = folder().join("bundle.tgz");
    STAGES
        .into_iter()
        .map(|stage| Ok((stage, instructions(&program, stage, &bundle)?)))
        .collect()
}

fn instructions(program: &Path, stage: &str, bundle: &Path) -> Result<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    // An empty environment: its size moves the stack.
    valgrind
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let output = valgrind
        .arg(program)
        .args([stage, "1"])
        .arg(bundle)
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    collected(&said).with_context(|| format!("valgrind counted nothing: {said}"))
}

/// `==123== Collected : 45678`.
fn collected(said: &str) -> Option<u64> {
    let (_, count) = said.split_once("Collected :")?;
    count.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_what_valgrind_says() {
        let said = "==1== Events    : Ir\n==1== Collected : 182042\n==1== \n";
        assert_eq!(collected(said), Some(182_042));
        assert_eq!(collected("valgrind: not found"), None);
    }
}
