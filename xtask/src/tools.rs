//! Installs what is missing: the wasm target, Trunk and its tool, the browsers and their drivers,
//! and what the benchmarks need.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// A program from crates.io, needed in exactly one version.
struct Tool {
    program: &'static str,
    package: &'static str,
    version: &'static str,
    /// `--locked` where the lock file of the package can be had.
    flags: &'static [&'static str],
}

const TOOLS: [Tool; 3] = [
    Tool {
        program: "trunk",
        package: "trunk",
        version: "0.21.14",
        flags: &["--locked", "--no-default-features"],
    },
    // Its lock file names a version of webpki-roots that is no longer to be had.
    Tool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: "0.2.130",
        flags: &["--no-default-features"],
    },
    Tool {
        program: "geckodriver",
        package: "geckodriver",
        version: "0.37.1",
        flags: &["--locked"],
    },
];

/// A program from the distribution: its names, and the packages that may bring it.
struct Package {
    programs: &'static [&'static str],
    packages: &'static [&'static str],
}

const PACKAGES: [Package; 3] = [
    Package {
        programs: &["chromium", "chromium-browser"],
        packages: &["chromium", "chromium-browser"],
    },
    Package {
        programs: &["chromedriver"],
        packages: &["chromium-driver", "chromium-chromedriver"],
    },
    Package {
        programs: &["firefox-esr", "firefox"],
        packages: &["firefox-esr", "firefox"],
    },
];

/// What the benchmarks compare with, and what counts instructions.
const LNAV: Package = Package {
    programs: &["lnav"],
    packages: &["lnav"],
};
const VALGRIND: Package = Package {
    programs: &["valgrind"],
    packages: &["valgrind"],
};

/// The standard library for the browser.
pub fn wasm_target() -> Result<()> {
    let sysroot = shell::output(Command::new("rustc").args(["--print", "sysroot"]));
    let sysroot = PathBuf::from(sysroot.context("rustc did not say where it lives")?.trim());
    if sysroot.join("lib/rustlib/wasm32-unknown-unknown").exists() {
        return Ok(());
    }
    println!("installing the wasm32-unknown-unknown target");
    shell::run(shell::program("rustup").args(["target", "add", "wasm32-unknown-unknown"]))
}

/// Everything that `cargo xtask test --quick` needs.
pub fn for_quick_tests() -> Result<()> {
    wasm_target()?;
    for (program, component) in [("cargo-clippy", "clippy"), ("rustfmt", "rustfmt")] {
        if shell::output(Command::new(program).arg("--version")).is_none() {
            shell::run(shell::program("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// Everything that the browser tests need on top of that.
pub fn for_browser_tests() -> Result<()> {
    for package in &PACKAGES {
        package.install()?;
    }
    for tool in &TOOLS {
        tool.install()?;
    }
    Ok(())
}

/// Chromium and its driver.
pub fn for_browser_benchmarks() -> Result<()> {
    let [chromium, driver, _] = &PACKAGES;
    chromium.install()?;
    driver.install()
}

/// lnav, which a benchmark compares with.
pub fn lnav() -> Result<()> {
    LNAV.install()
}

/// valgrind, which counts instructions.
pub fn valgrind() -> Result<()> {
    VALGRIND.install()
}

impl Tool {
    fn is_here(&self) -> bool {
        let mut command = shell::with_cargo_bin(self.program);
        let said = shell::output(command.arg("--version")).unwrap_or_default();
        said.split_whitespace().any(|word| word == self.version)
    }

    /// Compiled without optimisation: a minute instead of seven, and fast enough.
    fn install(&self) -> Result<()> {
        if self.is_here() {
            return Ok(());
        }
        let Self {
            package, version, ..
        } = self;
        println!("installing {package} {version}; this takes some minutes, once");
        let mut cargo = shell::cargo();
        cargo.args([
            "install",
            "--quiet",
            "--force",
            package,
            "--version",
            version,
        ]);
        cargo.args(self.flags);
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
        cargo.env("CARGO_PROFILE_RELEASE_LTO", "off");
        cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        shell::run(&mut cargo)?;
        if !self.is_here() {
            bail!(
                "{package} {version} is installed, but `{}` does not run",
                self.program
            );
        }
        Ok(())
    }
}

impl Package {
    fn is_here(&self) -> bool {
        let runs = |program: &&str| shell::output(Command::new(program).arg("--version")).is_some();
        self.programs.iter().any(runs)
    }

    fn install(&self) -> Result<()> {
        if self.is_here() {
            return Ok(());
        }
        for package in self.packages {
            println!("installing {package}");
            let mut update = apt_get();
            let mut install = apt_get();
            install.args(["install", "-y", "--no-install-recommends", package]);
            let done = shell::run(update.args(["update", "-qq"]));
            if done.and_then(|()| shell::run(&mut install)).is_ok() && self.is_here() {
                return Ok(());
            }
        }
        let programs = self.programs.join(" or ");
        bail!("{programs} is needed, and no package of this system brings it");
    }
}

fn apt_get() -> Command {
    let is_root = shell::output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
    if !is_root {
        command.arg("apt-get");
    }
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
