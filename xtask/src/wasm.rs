//! The page's two programs as WebAssembly with the script that loads each.

use crate::shell;
use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// How the page is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// For people: profile `page`.
    Page,
    /// For a quick look: profile `dev`.
    Dev,
}

/// A program for the browser.
pub struct Module {
    /// Classic script that defines `wasm_bindgen`.
    pub script: String,
    /// What `wasm_bindgen` is to be called with.
    pub wasm: Vec<u8>,
}

/// Builds the binary `name` with the feature of that name.
///
/// One cargo call for each: built together, the page's features of `regex` (all of Unicode) would
/// also be the worker's.
pub fn module(name: &str, build: Build) -> Result<Module> {
    bound(name, &["--bin", name, "--features", name], build)
}

/// The stages of the core that benchmarks run in a browser, compiled as the page is.
pub fn bench_module() -> Result<Module> {
    let name = "in-browser";
    let arguments = [
        "--package",
        "bench-core",
        "--bin",
        name,
        "--features",
        "browser",
    ];
    bound(name, &arguments, Build::Page)
}

fn bound(name: &str, arguments: &[&str], build: Build) -> Result<Module> {
    let (profile, folder) = match build {
        Build::Page => ("page", "page"),
        Build::Dev => ("dev", "debug"),
    };
    let target = "wasm32-unknown-unknown";
    let mut cargo = shell::cargo();
    cargo.args([
        "build",
        "--locked",
        "--target",
        target,
        "--profile",
        profile,
    ]);
    shell::run(cargo.args(arguments))?;

    let compiled = shell::target().join(target).join(folder);
    let bound = shell::target().join("bindgen").join(folder);
    Bindgen::new()
        .input_path(compiled.join(format!("{name}.wasm")))
        .no_modules(true)?
        .typescript(false)
        .remove_name_section(build == Build::Page)
        .generate(&bound)
        .with_context(|| format!("binding {name}.wasm to its script"))?;
    if bound.join("snippets").exists() {
        bail!(
            "a crate brings its own script file; the single-file page has nowhere to load it from"
        );
    }
    Ok(Module {
        script: std::fs::read_to_string(bound.join(format!("{name}.js")))?,
        wasm: std::fs::read(bound.join(format!("{name}_bg.wasm")))?,
    })
}
