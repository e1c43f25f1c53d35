//! Each format's file is its manual, and comes with its evidence: what writes the log, which versions,
//! what is not supported, sample lines, and whole logs with what is read of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use logintrace::format::{FORMATS, Format};
use std::fs;
use std::path::{Path, PathBuf};

/// `access_log`: the name of the format in the report, of its file and of the folder of its logs.
fn name(format: &dyn Format) -> String {
    let name = serde_json::to_value(format.kind()).unwrap();
    name.as_str().unwrap().to_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// What the file says of itself, without the slashes.
fn manual(name: &str) -> String {
    let source = fs::read_to_string(root().join(format!("src/format/{name}.rs"))).unwrap();
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| format!("{}\n", line.trim())).collect()
}

/// Whether a version such as `11.6` or a release `4.x` is named.
fn names_a_version(manual: &str) -> bool {
    let mut words = manual.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    words.any(|word| {
        let parts = word.split_once('.');
        parts.is_some_and(|(major, minor)| {
            let number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
            number(major) && (number(minor) || minor.starts_with('x'))
        })
    })
}

#[test]
fn every_format_says_what_writes_it_which_versions_and_what_is_not_supported() {
    for format in FORMATS {
        let name = name(*format);
        let manual = manual(&name);
        assert!(manual.contains("Written by"), "{name}: who writes it?");
        assert!(names_a_version(&manual), "{name}: which versions?");
        let (_, unsupported) = manual.split_once("# Not supported\n").unwrap_or_default();
        assert!(
            unsupported.starts_with("- "),
            "{name}: what is not supported?"
        );
    }
}

#[test]
fn every_format_has_samples_and_whole_logs_with_what_is_read_of_them() {
    for format in FORMATS {
        let name = name(*format);
        assert!(!format.samples().is_empty(), "{name}: no sample");
        let logs = fs::read_dir(root().join("tests/data/format").join(&name)).unwrap();
        let logs: Vec<PathBuf> = logs
            .map(|log| log.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "log"))
            .collect();
        assert!(!logs.is_empty(), "{name}: no log");
        for log in logs {
            assert!(log.with_extension("expected").exists(), "{}", log.display());
        }
    }
}

/// `tests/formats.rs` goes over all that is there: no log lies where no format is.
#[test]
fn every_log_of_the_tests_is_of_a_format() {
    let names: Vec<String> = FORMATS.iter().map(|format| name(*format)).collect();
    for folder in fs::read_dir(root().join("tests/data/format")).unwrap() {
        let folder = folder.unwrap().file_name().into_string().unwrap();
        assert!(names.contains(&folder) || folder == "mixed", "{folder}");
    }
}
