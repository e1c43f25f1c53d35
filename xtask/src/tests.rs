//! `cargo xtask test`: every test there is, quickest first, until one fails.

use crate::wasm::Build;
use crate::{app, bench, shell, tools};
use anyhow::{Context, Result};
use std::process::Command;
use std::time::Instant;

/// A heading and what it stands over.
type Stage = (&'static str, fn() -> Result<()>);

const QUICK: [Stage; 7] = [
    ("tools for the quick tests", tools::for_quick_tests),
    ("format", format),
    // Default features: a core that reaches for a browser crate does not compile here.
    ("the core, without any browser crate", core),
    ("the project's own commands", commands),
    ("clippy", clippy),
    ("the fuzz targets compile", fuzz_targets),
    ("clippy for the browser", clippy_wasm),
];

const LONG: [Stage; 6] = [
    ("the instructions of the core", bench::instructions::check),
    ("tools for the browser tests", tools::for_browser_tests),
    ("the single file", single),
    ("the hosted page", hosted),
    ("the size of the page", bench::size::check),
    ("the page in real browsers", browsers),
];

pub fn run(quick: bool) -> Result<()> {
    let all = Instant::now();
    let long: &[Stage] = if quick { &[] } else { &LONG };
    for (name, stage) in QUICK.iter().chain(long) {
        println!("\n== {name}");
        let start = Instant::now();
        stage().with_context(|| format!("failed: {name}"))?;
        println!("-- {} s", start.elapsed().as_secs());
    }
    println!("\nall tests passed in {} s", all.elapsed().as_secs());
    Ok(())
}

fn format() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])
}

fn core() -> Result<()> {
    cargo(&["test", "--locked", "--quiet"])
}

fn commands() -> Result<()> {
    cargo(&["test", "--locked", "--quiet", "--package", "xtask"])
}

fn clippy() -> Result<()> {
    cargo(&[
        "clippy",
        "--locked",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])
}

/// A workspace of its own, with the versions of this one: it only has to compile, running it takes a nightly
/// compiler.
fn fuzz_targets() -> Result<()> {
    let locked = shell::root().join("Cargo.lock");
    std::fs::copy(locked, shell::root().join("fuzz/Cargo.lock"))?;
    let mut cargo = shell::cargo();
    cargo.env("CARGO_TARGET_DIR", shell::target().join("fuzz"));
    cargo.args(["check", "--quiet", "--manifest-path", "fuzz/Cargo.toml"]);
    shell::run(&mut cargo)
}

/// With a list of its own: what the standard library only pretends to have in a browser is forbidden.
fn clippy_wasm() -> Result<()> {
    for name in ["app", "worker"] {
        let mut cargo = shell::cargo();
        cargo.args([
            "clippy",
            "--locked",
            "--quiet",
            "--target",
            "wasm32-unknown-unknown",
        ]);
        cargo.args(["--bin", name, "--features", name, "--", "-D", "warnings"]);
        cargo.env("CLIPPY_CONF_DIR", shell::root().join("xtask/clippy-wasm"));
        shell::run(&mut cargo)?;
    }
    Ok(())
}

fn single() -> Result<()> {
    app::run(Build::Page, false)
}

fn hosted() -> Result<()> {
    let mut trunk = shell::with_cargo_bin("trunk");
    trunk.args(["build", "--release"]);
    // Trunk 0.21 refuses to start with `NO_COLOR=1`: it wants `true`.
    trunk.env_remove("NO_COLOR");
    shell::run(&mut trunk)
}

fn browsers() -> Result<()> {
    cargo(&["build", "--locked", "--quiet", "--bin", "logintrace"])?;
    let mut tests: Command = shell::with_cargo_bin("cargo");
    tests.args(["test", "--locked", "--package", "browser-tests"]);
    // Where in the test driver a wait ended in vain says nothing, and it buries what was waited for.
    tests.env("RUST_BACKTRACE", "0");
    shell::run(&mut tests)
}

fn cargo(arguments: &[&str]) -> Result<()> {
    shell::run(shell::cargo().args(arguments))
}
