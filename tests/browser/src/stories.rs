//! Stories that are the same wherever the page lives.

use crate::bundles::base_document;
use crate::page::{Page, test_id};
use anyhow::{Result, ensure};
use fantoccini::key::Key;
use std::collections::BTreeSet;

/// Steps of the base document that must have an arrow.
const STEPS: [&str; 13] = [
    "page_load",
    "system_info",
    "connect",
    "presence",
    "user_get",
    "login_request",
    "login_accepted",
    "cti_request",
    "cti_event",
    "publish",
    "route",
    "event_received",
    "signed_in",
];

/// The sign-in of the base document, and nothing else, is listed and drawn.
///
/// # Errors
/// It is not.
pub async fn shows_the_base_document(page: &Page) -> Result<()> {
    page.until_read().await?;
    let sign_ins = page.sign_ins().await?;
    let [(text, outcome)] = sign_ins.as_slice() else {
        anyhow::bail!("expected one sign-in, found {sign_ins:?}");
    };
    ensure!(
        text.contains("2001") && text.contains("2003"),
        "not the agent and extension: {text}"
    );
    ensure!(outcome == "signed_in", "outcome {outcome}");
    page.one("ladder").await?;
    let drawn = steps_drawn(page).await?;
    let missing: Vec<_> = STEPS
        .iter()
        .filter(|step| !drawn.contains(**step))
        .collect();
    ensure!(
        missing.is_empty(),
        "no arrow for {missing:?}, only for {drawn:?}"
    );
    Ok(())
}

/// Steps with an arrow that was seen.
async fn steps_drawn(page: &Page) -> Result<BTreeSet<String>> {
    page.until_drawn().await?;
    let script = "return [...document.querySelectorAll(\
        '[data-testid=ladder-row][data-kind=message]')].map(row => row.dataset.step)";
    Ok(serde_json::from_value(page.run(script, vec![]).await?)?)
}

/// A click on an arrow shows the log lines behind it, and why they belong there.
///
/// # Errors
/// It does not.
pub async fn an_arrow_opens_its_lines(page: &Page) -> Result<()> {
    let arrow = "[data-testid=ladder-row][data-step=login_request][data-kind=message]";
    page.some(arrow).await?.click().await?;
    page.until(
        "document.querySelector('[data-testid=evidence]')?.innerText.includes('Performing login: extn=2003')",
    )
    .await?;
    let record = page.one("evidence-record").await?.text().await?;
    ensure!(
        record.contains("base-document.zh.txt"),
        "no file named: {record}"
    );
    page.one("why-joined").await?;
    let text = page.text().await?;
    ensure!(
        !text.contains("MjAwMToyMDAx"),
        "the password is on the screen"
    );
    Ok(())
}

/// The arrow keys go from arrow to arrow, and the evidence follows.
///
/// # Errors
/// They do not.
pub async fn keys_walk_the_arrows(page: &Page) -> Result<()> {
    page.run("document.activeElement.blur()", vec![]).await?;
    let before = selected(page).await?;
    page.press(&Key::Down.to_string()).await?;
    let after = selected(page).await?;
    ensure!(before != after, "the key down moved nothing: {before:?}");
    page.press(&Key::Up.to_string()).await?;
    ensure!(
        selected(page).await? == before,
        "the key up did not go back"
    );
    page.run("document.activeElement.blur()", vec![]).await?;
    page.press(&Key::Enter.to_string()).await?;
    page.until("document.activeElement.dataset.testid == 'evidence'")
        .await?;
    page.press("?").await?;
    page.until("document.querySelector('[role=dialog], dialog[open], .help')")
        .await?;
    page.press(&Key::Escape.to_string()).await
}

async fn selected(page: &Page) -> Result<serde_json::Value> {
    let script = "const row = document.querySelector(\
        '[data-testid=ladder-row][aria-current=true]'); return row && row.id";
    page.run(script, vec![]).await
}

/// Everything a person does with the base document, watched for complaints and requests.
///
/// # Errors
/// Something of it does not work.
pub async fn the_base_document_from_drop_to_line(page: &Page) -> Result<()> {
    page.drop_files(&[&base_document()]).await?;
    shows_the_base_document(page).await?;
    an_arrow_opens_its_lines(page).await?;
    keys_walk_the_arrows(page).await
}

/// Nothing was complained of in the console.
///
/// # Errors
/// Something was.
pub async fn nothing_to_complain(page: &Page) -> Result<()> {
    let complaints = page.complaints().await?;
    ensure!(complaints.is_empty(), "in the console: {complaints:?}");
    Ok(())
}

/// The files of the Files view with what is said against them, empty for nothing.
///
/// # Errors
/// There is no such view.
pub async fn files(page: &Page) -> Result<Vec<(String, String)>> {
    page.click("tab-files").await?;
    page.some(&test_id("file-row")).await?;
    page.until_drawn().await?;
    let script = "return [...document.querySelectorAll('[data-testid=file-row]')].map(row => [\
        row.innerText + ' ' + row.querySelector('[title]').title, row.querySelector('[data-testid=file-problem]')?.innerText ?? ''])";
    Ok(serde_json::from_value(page.run(script, vec![]).await?)?)
}
