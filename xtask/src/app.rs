//! `cargo xtask app`: the single file, built and opened.

use crate::wasm::Build;
use crate::{shell, single, tools};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::{Command, Stdio};

pub fn run(build: Build, open: bool) -> Result<()> {
    tools::wasm_target()?;
    let html = single::page(build)?;
    let path = write(&html)?;
    let size = html.len().div_ceil(1024);
    println!("{} ({size} KiB)", path.display());
    if open && has_desktop() {
        show(&path)?;
    } else {
        println!(
            "Open it in Chromium, Chrome, Edge or Firefox; it needs no server and no network."
        );
    }
    Ok(())
}

fn write(html: &str) -> Result<std::path::PathBuf> {
    let folder = shell::root().join("dist");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("logintrace.html");
    std::fs::write(&path, html).with_context(|| format!("writing {}", path.display()))?;
    Ok(path)
}

fn has_desktop() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn show(path: &Path) -> Result<()> {
    let opened = Command::new("xdg-open")
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match opened {
        Ok(status) if status.success() => println!("Opened in the browser."),
        _ => println!("No browser could be started here: open the file by hand."),
    }
    Ok(())
}
