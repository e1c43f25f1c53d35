//! The command line as a person or a script calls it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

const DOCUMENT: &str = "tests/data/base-document.zh.txt";

fn logintrace(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_logintrace"))
        .args(args)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

#[test]
fn json_is_the_report() {
    let output = logintrace(&["report", DOCUMENT, "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["schema"], "logintrace/1");
    assert_eq!(report["files"][0]["chain"][0], "base-document.zh.txt");
    assert_eq!(report["sign_ins"][0]["agent"], "2001");
}

#[test]
fn text_is_the_ladder() {
    let output = logintrace(&["report", DOCUMENT]);
    let text = stdout(&output);
    assert!(text.contains("PUT User/2001 LOGIN 2003"), "{text}");
    assert!(
        text.contains("[0:265]") && text.contains("[0] base-document.zh.txt"),
        "{text}"
    );
}

#[test]
fn the_order_of_paths_does_not_matter() {
    let one = logintrace(&["report", DOCUMENT, "Cargo.toml", "--format", "json"]);
    let other = logintrace(&["report", "Cargo.toml", DOCUMENT, "--format", "json"]);
    assert_eq!(one.stdout, other.stdout);
}

#[test]
fn agent_keeps_only_that_agents_sign_ins() {
    let output = logintrace(&["report", DOCUMENT, "--format", "json", "--agent", "4711"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["sign_ins"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_missing_path_beside_a_good_one_is_listed() {
    let output = logintrace(&["report", DOCUMENT, "no-such.log", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let problem = report["files"][1]["problem"].as_str().unwrap();
    assert!(problem.starts_with("could not be opened"), "{problem}");
}

#[test]
fn nothing_to_read_is_exit_2_with_a_line_per_cause() {
    let output = logintrace(&["report", "no-such.log", "nor-this.log"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let causes: Vec<&str> = stderr(&output).lines().collect();
    assert_eq!(causes.len(), 3, "{causes:?}");
    assert_eq!(causes[0], "logintrace: nothing could be read");
    assert!(
        causes[1].contains("no-such.log") || causes[2].contains("no-such.log"),
        "{causes:?}"
    );
}

#[test]
fn wrong_usage_is_exit_2_and_says_what_was_expected() {
    let cases: [(&[&str], &str); 5] = [
        (&[], "expected a command, found none"),
        (&["report"], "expected a PATH to read, found none"),
        (
            &["report", DOCUMENT, "--format", "pdf"],
            "expected json or text, found pdf",
        ),
        (&["report", DOCUMENT, "--colour"], "--colour"),
        (&["import"], "import"),
    ];
    for (args, expected) in cases {
        let output = logintrace(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            stderr(&output).contains(expected),
            "{args:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn output_goes_to_a_file() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.json");
    let path = path.to_str().unwrap();
    let output = logintrace(&["report", DOCUMENT, "--format", "json", "--output", path]);
    assert!(output.status.success() && output.stdout.is_empty());
    let direct = logintrace(&["report", DOCUMENT, "--format", "json"]);
    assert_eq!(std::fs::read(path).unwrap(), direct.stdout);
}
