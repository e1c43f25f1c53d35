//! Finishes what Trunk built for a host: seals the page's policy and adds the single file to download.

use crate::wasm::Build;
use crate::{csp, names, single};
use anyhow::{Context, Result};
use std::path::Path;

/// In place of Trunk's, which calls `wasm_bindgen` in a way it warns of, and drops its errors.
const WORKER_LOADER: &str = include_str!("hosted_worker.js");

/// Trunk's hook. Does nothing for a development build, whose reload script the policy would block.
pub fn run() -> Result<()> {
    let set =
        |name| std::env::var(name).with_context(|| format!("{name} is not set: run by Trunk?"));
    if set("TRUNK_PROFILE")? != "release" {
        return Ok(());
    }
    let folder = set("TRUNK_STAGING_DIR")?;
    let index = Path::new(&folder).join("index.html");
    let html = std::fs::read_to_string(&index)?;
    std::fs::write(&index, seal(&html)?)?;
    std::fs::write(Path::new(&folder).join("worker_loader.js"), WORKER_LOADER)?;
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            std::fs::write(&path, names::removed(&std::fs::read(&path)?)?)?;
        }
    }
    let page = single::page(Build::Page)?;
    std::fs::write(Path::new(&folder).join("logintrace.html"), page)?;
    Ok(())
}

fn seal(html: &str) -> Result<String> {
    let scripts = inline_scripts(html)?;
    csp::insert(html, &csp::meta(&csp::hosted(&scripts)))
}

/// The texts of the scripts without an address.
fn inline_scripts(html: &str) -> Result<Vec<&str>> {
    let mut scripts = Vec::new();
    for element in html.split("<script").skip(1) {
        let (attributes, tail) = element.split_once('>').context("a script tag has no end")?;
        if attributes.contains("src=") {
            continue;
        }
        let (text, _) = tail
            .split_once("</script>")
            .context("a script has no end")?;
        scripts.push(text);
    }
    Ok(scripts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_found_and_others_left() {
        let html = "<script type=\"module\">\na()</script><script src=\"b.js\"></script>";
        assert_eq!(inline_scripts(html).unwrap(), ["\na()"]);
    }

    #[test]
    fn the_policy_comes_before_anything_it_rules() {
        let sealed = seal("<meta charset=\"utf-8\"><script>a()</script>").unwrap();
        let policy = sealed.find("Content-Security-Policy").unwrap();
        assert!(policy < sealed.find("<script>").unwrap());
        assert!(sealed.contains(&csp::hash("a()")));
    }
}
