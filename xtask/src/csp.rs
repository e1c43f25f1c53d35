//! The page's Content-Security-Policy: nothing is loaded or sent but what the page itself is made of.

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// For the single file: its one script and its one style by their hash, the worker from a blob, no
/// connection to anywhere.
pub fn single(script: &str, style: &str) -> String {
    format!(
        "default-src 'none'; script-src {} 'wasm-unsafe-eval'; style-src {}; worker-src blob:; \
         img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'",
        hash(script),
        hash(style)
    )
}

/// For the hosted page: its own files, and its inline scripts by their hash. Its worker starts from a blob, so that this
/// policy is the worker's, too.
pub fn hosted(scripts: &[&str]) -> String {
    let hashes: Vec<String> = scripts.iter().map(|script| hash(script)).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {}; style-src 'self'; \
         worker-src blob:; connect-src 'self'; img-src 'self' data:; base-uri 'none'; \
         form-action 'none'",
        hashes.join(" ")
    )
}

/// As the policy names an inline script or style: by its text between the tags.
pub fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// The policy as an element of the page.
pub fn meta(policy: &str) -> String {
    format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n")
}

/// Puts `meta` first in the head, behind the charset: it rules only what comes after it.
pub fn insert(html: &str, meta: &str) -> Result<String> {
    let charset = "<meta charset=\"utf-8\">";
    let at = html.find(charset);
    let at = at.with_context(|| format!("index.html has no {charset}"))? + charset.len();
    let (head, tail) = html.split_at(at);
    Ok(format!("{head}\n{meta}{}", tail.trim_start()))
}
