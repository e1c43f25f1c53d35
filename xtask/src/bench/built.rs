//! The programs that benchmarks start, each built when it is first needed.

use crate::wasm::{Build, bench_module};
use crate::{app, shell, tools};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What has been built so far.
#[derive(Default)]
pub struct Built {
    page: OnceCell<()>,
    tasks: OnceCell<PathBuf>,
    probe: OnceCell<PathBuf>,
    native: OnceCell<PathBuf>,
    command_line: OnceCell<PathBuf>,
}

/// Times of one task, one per run, ms, and what came out of each file.
pub struct Times {
    pub ms: Vec<f64>,
    pub outcomes: Value,
}

impl Built {
    /// `logintrace`, as it is shipped.
    pub fn command_line(&self) -> Result<&PathBuf> {
        once(&self.command_line, || {
            build(&["--release", "--bin", "logintrace"], "release/logintrace")
        })
    }

    /// Runs a stage of the core natively on files in memory.
    pub fn native(&self, stage: &str, runs: usize, files: &[PathBuf]) -> Result<Times> {
        let program = once(&self.native, || {
            build(
                &["--release", "--package", "bench-core", "--bin", "native"],
                "release/native",
            )
        })?;
        let mut command = Command::new(program);
        times(command.args([stage, &runs.to_string()]).args(files))
    }

    /// Runs a task of `benches/browser/worker.js` in Chromium.
    pub fn task(&self, task: &str, runs: usize, files: &[PathBuf]) -> Result<Times> {
        let folder = once(&self.tasks, task_page)?;
        let mut command = self.probe()?;
        times(
            command
                .arg("task")
                .arg(folder)
                .args([task, &runs.to_string()])
                .args(files),
        )
    }

    /// Drops files on the page, opened with `hash` behind its address, and says what was seen.
    pub fn page(&self, hash: &str, files: &[PathBuf]) -> Result<Value> {
        once(&self.page, || app::run(Build::Page, false))?;
        answer(self.probe()?.args(["page", hash]).args(files))
    }

    fn probe(&self) -> Result<Command> {
        let program = once(&self.probe, || {
            tools::for_browser_benchmarks()?;
            build(
                &["--package", "browser-tests", "--bin", "probe"],
                "debug/probe",
            )
        })?;
        Ok(Command::new(program))
    }
}

fn once<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if cell.get().is_none() {
        let made = make()?;
        return Ok(cell.get_or_init(|| made));
    }
    cell.get().context("it was built before")
}

/// Builds with cargo; `program` is where it lies in cargo's folder.
pub fn build(arguments: &[&str], program: &str) -> Result<PathBuf> {
    shell::run(shell::cargo().args(["build", "--locked"]).args(arguments))?;
    Ok(shell::target().join(program))
}

/// The page with the single tasks, in a folder to be served.
fn task_page() -> Result<PathBuf> {
    tools::wasm_target()?;
    let folder = shell::target().join("bench/page");
    std::fs::create_dir_all(&folder)?;
    let module = bench_module()?;
    std::fs::write(folder.join("in-browser.js"), module.script)?;
    std::fs::write(folder.join("in-browser_bg.wasm"), module.wasm)?;
    for file in [
        "browser/index.html",
        "browser/worker.js",
        "baseline/baseline.js",
    ] {
        let from = shell::root().join("benches").join(file);
        let name = from.file_name().context("a file has a name")?;
        std::fs::copy(&from, folder.join(name)).with_context(|| from.display().to_string())?;
    }
    Ok(folder)
}

fn times(command: &mut Command) -> Result<Times> {
    let answer = answer(command)?;
    let ms = answer["ms"].as_array().context("no times came")?;
    Ok(Times {
        ms: ms.iter().filter_map(Value::as_f64).collect(),
        outcomes: answer["outcomes"].clone(),
    })
}

/// What a program prints as JSON.
fn answer(command: &mut Command) -> Result<Value> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("{:?} ended with {}", command.get_program(), output.status);
    }
    let text = String::from_utf8(output.stdout)?;
    serde_json::from_str(text.trim()).with_context(|| format!("not JSON: {text}"))
}
