//! A bundle that takes more memory than the tab may have: reading stops in time, what was found
//! stays, and a part of the bundle can be read instead. The limit of these tests is small; that of
//! a real tab is `logintrace::session::TAB_MEMORY`.

use anyhow::{Context, Result, ensure};
use browser_tests::bundles::Folder;
use browser_tests::memory::resident;
use browser_tests::page::{Page, in_chromium, test_id};
use browser_tests::{single_file, stories};
use fantoccini::key::Key;
use logintrace::simulate::{Config, run};
use serde_json::json;

/// Logs of several clusters of 400 agents an hour, each an hour later than the one before.
fn write_logs(folder: &Folder, clusters: u32) -> Result<()> {
    for nth in 0..clusters {
        let usual = Config::new(400, u64::from(nth));
        let start = logintrace::record::time::EpochMs(usual.start.0 + i64::from(nth) * 3_600_000);
        for log in run(&Config { start, ..usual }).files {
            folder.file(&format!("bundle/{nth:02}/{}", log.path), &log.bytes)?;
        }
    }
    Ok(())
}

/// The page with so many MB for its workers, of which there are two.
fn page_with(memory: u32) -> String {
    format!("{}#memory={memory}&workers=2", single_file())
}

/// Bytes of memory as the page says them, in MB.
async fn memory_shown(page: &Page) -> Result<f64> {
    let text = page.one("memory").await?.text().await?;
    let number: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    number.parse().with_context(|| text)
}

async fn hash(page: &Page) -> Result<String> {
    let hash = page.run("return location.hash", vec![]).await?;
    Ok(hash.as_str().unwrap_or_default().to_owned())
}

/// Presses Tab until the element with this test id has the keyboard.
async fn tab_to(page: &Page, id: &str) -> Result<()> {
    for _ in 0..60 {
        let at = page
            .run(
                "return document.activeElement?.dataset?.testid ?? ''",
                vec![],
            )
            .await?;
        if at == json!(id) {
            return Ok(());
        }
        page.press(&Key::Tab.to_string()).await?;
    }
    anyhow::bail!("{id} cannot be reached with the keyboard")
}

#[test]
fn too_large_is_an_answer() {
    in_chromium("limit-full", async |page| {
        let folder = Folder::new("limit-full")?;
        write_logs(&folder, 8)?;
        page.open(&page_with(40)).await?;
        page.drop_files(&[&folder.path().join("bundle")]).await?;
        page.until_read().await?;
        page.one("narrow").await?;
        let found = page.sign_ins().await?.len();
        println!("stopped at {} MB, {found} rows", memory_shown(page).await?);
        ensure!(found > 0, "what was found is lost");
        page.screenshot("too-large").await?;
        for name in ["too-large-light-zh", "too-large-dark-zh"] {
            if name == "too-large-light-zh" {
                page.click("lang").await?;
                page.click("theme").await?;
            } else {
                page.click("theme").await?;
            }
            page.screenshot(name).await?;
        }
        page.click("lang").await?;
        page.screenshot("too-large-dark").await?;
        page.click("theme").await?;
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn a_part_is_read_with_the_keyboard_and_taken_back() {
    in_chromium("limit-narrowed", async |page| {
        let folder = Folder::new("limit-narrowed")?;
        write_logs(&folder, 8)?;
        page.open(&page_with(40)).await?;
        page.drop_files(&[&folder.path().join("bundle")]).await?;
        page.until_read().await?;
        page.one("narrow").await?;
        // What is offered first, a node, is left out, with the keyboard alone.
        page.run(
            "document.querySelector('.narrow-part input').focus()",
            vec![],
        )
        .await?;
        page.press(" ").await?;
        page.until("!document.querySelector('[data-testid=read-narrowed]').disabled")
            .await?;
        // A few minutes of the first hour, in the zone of the logs.
        let typed = "const field = document.getElementById(arguments[0]); field.value = arguments[1]; \
            field.dispatchEvent(new Event('input', { bubbles: true }))";
        for (id, value) in [
            ("narrow-from", "2017-03-14T15:01:00"),
            ("narrow-until", "2017-03-14T15:05:00"),
        ] {
            page.run(typed, vec![json!(id), json!(value)]).await?;
        }
        tab_to(page, "read-narrowed").await?;
        page.press(&Key::Enter.to_string()).await?;
        page.until("document.querySelector('[data-testid=left-out]')")
            .await?;
        page.until_read().await?;
        let address = hash(page).await?;
        ensure!(
            address.contains("only=") && address.contains("x="),
            "{address}"
        );
        page.until("!document.querySelector('.too-large')").await?;
        let said = page.one("left-out").await?.text().await?;
        ensure!(said.contains("file") && said.contains("entries"), "{said}");
        let narrowed = page.sign_ins().await?.len();
        println!(
            "narrowed: {} MB, {narrowed} rows; {said}",
            memory_shown(page).await?
        );
        ensure!(narrowed > 0, "nothing is left");
        page.screenshot("narrowed").await?;
        page.click("theme").await?;
        page.click("theme").await?;
        page.screenshot("narrowed-dark").await?;
        // The address brings the part back.
        page.run("location.reload()", vec![]).await?;
        page.one("drop-zone").await?;
        page.drop_files(&[&folder.path().join("bundle")]).await?;
        page.until_read().await?;
        let again = page.one("left-out").await?.text().await?;
        ensure!(again == said, "{again} is not {said}");
        // Everything again.
        page.run(
            "document.querySelector('[data-testid=narrow]').open = true",
            vec![],
        )
        .await?;
        page.click("read-all").await?;
        page.until("document.querySelector('.too-large')").await?;
        let address = hash(page).await?;
        ensure!(
            !address.contains("only=") && !address.contains("x="),
            "{address}"
        );
        stories::nothing_to_complain(page).await
    });
}

/// A worker that gets no more memory ends without a word; the page knows what that means.
#[test]
fn a_worker_without_memory_ends_in_the_same_words() {
    in_chromium("limit-trap", async |page| {
        let folder = Folder::new("limit-trap")?;
        write_logs(&folder, 2)?;
        page.watch_workers().await?;
        page.open(&page_with(2000)).await?;
        page.drop_files(&[&folder.path().join("bundle")]).await?;
        page.until("document.querySelector('[data-testid=sign-in-row]')")
            .await?;
        page.run(
            "workers[0].dispatchEvent(new ErrorEvent('error', \
             { message: 'Uncaught RuntimeError: unreachable' }))",
            vec![],
        )
        .await?;
        page.one("narrow").await?;
        page.until("!document.querySelector('[data-testid=fatal]')")
            .await?;
        ensure!(
            !page.all(&test_id("narrow-part")).await?.is_empty(),
            "nothing to choose from"
        );
        ensure!(!page.sign_ins().await?.is_empty(), "what was found is gone");
        page.screenshot("out-of-memory").await?;
        // A fresh worker reads the part that is chosen.
        page.some(".narrow-part input").await?.click().await?;
        page.click("read-narrowed").await?;
        page.until("document.querySelector('[data-testid=left-out]')")
            .await?;
        page.until_read().await?;
        ensure!(!page.sign_ins().await?.is_empty(), "nothing was read");
        Ok(())
    });
}

#[test]
fn a_bundle_that_is_closed_gives_its_memory_back() {
    in_chromium("limit-close", async |page| {
        let folder = Folder::new("limit-close")?;
        write_logs(&folder, 12)?;
        page.open(&page_with(2000)).await?;
        let before = resident(page.driver_process());
        page.drop_files(&[&folder.path().join("bundle")]).await?;
        page.until("document.querySelector('[data-testid=sign-in-row]')")
            .await?;
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        page.click("cancel").await?;
        page.until_read().await?;
        let held = resident(page.driver_process());
        let shown = memory_shown(page).await?;
        page.click("cancelled-end").await?;
        page.one("drop-zone").await?;
        let mut after = held;
        for _ in 0..100 {
            after = after.min(resident(page.driver_process()));
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let mb = |bytes: u64| bytes / 1_000_000;
        println!(
            "{} MB before, {} MB with {shown} MB of workers, {} MB after",
            mb(before),
            mb(held),
            mb(after)
        );
        // The workers' memory at least; what the page itself had is the browser's to collect.
        let given_back = mb(held.saturating_sub(after)) as f64;
        ensure!(
            given_back > shown / 2.0,
            "{given_back} MB of {shown} MB are given back"
        );
        Ok(())
    });
}
