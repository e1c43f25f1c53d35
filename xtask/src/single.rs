//! Packs page, worker, styles and scripts into one HTML file that runs from disk.

use crate::wasm::{Build, Module, module};
use crate::{csp, shell};
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Runs in the page once the app's script is loaded.
const BOOTSTRAP: &str = include_str!("bootstrap.js");
/// Runs in the worker once the worker's script is loaded.
const WORKER_START: &str = include_str!("worker.js");

/// Builds everything and returns the text of the file.
pub fn page(build: Build) -> Result<String> {
    let app = module("app", build)?;
    let worker = module("worker", build)?;
    let index = std::fs::read_to_string(shell::root().join("index.html"))?;
    let index = Index::of(&index)?;
    let mut styles = String::new();
    for path in &index.styles {
        let text = std::fs::read_to_string(shell::root().join(path));
        styles += &text.with_context(|| format!("reading {path}, which index.html links"))?;
    }
    pack(&index.rest, &styles, &app, &worker)
}

/// `index.html` taken apart: what only Trunk understands is left out.
struct Index {
    /// Addresses of the style sheets, in order.
    styles: Vec<String>,
    /// All other lines.
    rest: String,
}

impl Index {
    /// Trunk's links must stand on a line each.
    fn of(html: &str) -> Result<Self> {
        let mut styles = Vec::new();
        let mut rest = String::new();
        for line in html.lines() {
            if !line.contains("data-trunk") {
                rest += line;
                rest.push('\n');
            } else if line.contains("rel=\"css\"") {
                let (_, tail) = line
                    .split_once("href=\"")
                    .context("a css link without href")?;
                let (path, _) = tail.split_once('"').context("a href without its end")?;
                styles.push(path.to_owned());
            } else if !line.contains("rel=\"rust\"") {
                bail!("the single file cannot hold this link: {line}");
            }
        }
        Ok(Self { styles, rest })
    }
}

fn pack(html: &str, styles: &str, app: &Module, worker: &Module) -> Result<String> {
    let script = format!("{}\n{BOOTSTRAP}", app.script);
    let worker_script = format!("{}\n{WORKER_START}", worker.script);
    for (text, end) in [(script.as_str(), "</script"), (styles, "</style")] {
        if text.contains(end) {
            bail!("an inline text contains {end} and would end there");
        }
    }
    let policy = csp::meta(&csp::single(&script, styles));
    let mut scripts = String::new();
    scripts += &payload("app-wasm", &app.wasm)?;
    scripts += &payload("worker-wasm", &worker.wasm)?;
    scripts += &payload("worker-script", worker_script.as_bytes())?;
    scripts += &format!("<script>{script}</script>\n");

    let html = csp::insert(html, &policy)?;
    let html = before(&html, "</head>", &format!("<style>{styles}</style>\n"))?;
    before(&html, "</body>", &scripts)
}

/// A block of data: not a script, so the policy needs no hash of it.
fn payload(id: &str, bytes: &[u8]) -> Result<String> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    let text = STANDARD.encode(gzip.finish()?);
    Ok(format!(
        "<script type=\"application/x-base64\" id=\"{id}\">{text}</script>\n"
    ))
}

fn before(html: &str, mark: &str, text: &str) -> Result<String> {
    let at = html.find(mark);
    let at = at.with_context(|| format!("index.html has no {mark}"))?;
    let (head, tail) = html.split_at(at);
    Ok(format!("{head}{text}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "<head>\n<meta charset=\"utf-8\">\n\
        <link data-trunk rel=\"css\" href=\"styles/a.css\">\n\
        <link data-trunk rel=\"rust\" data-bin=\"app\">\n</head>\n<body>\n</body>\n";

    fn toy() -> String {
        let index = Index::of(INDEX).unwrap();
        let module = |script: &str| Module {
            script: script.to_owned(),
            wasm: b"\0asm".to_vec(),
        };
        pack(&index.rest, "a{}", &module("let a;"), &module("let w;")).unwrap()
    }

    #[test]
    fn links_for_trunk_are_left_out_and_styles_kept_in_order() {
        let index = Index::of(INDEX).unwrap();
        assert_eq!(index.styles, ["styles/a.css"]);
        assert_eq!(
            index.rest,
            "<head>\n<meta charset=\"utf-8\">\n</head>\n<body>\n</body>\n"
        );
    }

    #[test]
    fn an_asset_that_cannot_be_held_is_refused() {
        assert!(Index::of("<link data-trunk rel=\"copy-file\" href=\"x\">").is_err());
    }

    #[test]
    fn nothing_in_the_file_is_loaded_from_elsewhere() {
        let html = toy();
        assert!(!html.contains("src="));
        assert!(!html.contains("<link"));
    }

    #[test]
    fn the_policy_names_the_script_as_it_stands_in_the_file() {
        let html = toy();
        let (_, tail) = html.split_once("<script>").unwrap();
        let (script, _) = tail.split_once("</script>").unwrap();
        assert!(html.contains(&csp::hash(script)));
    }
}
