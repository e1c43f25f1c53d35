//! What happens by accident, or twice: nothing that was read is lost by it, and nothing hangs.

use anyhow::{Result, ensure};
use browser_tests::bundles::{Folder, base_document, tgz};
use browser_tests::page::{Page, in_chromium, test_id};
use browser_tests::{single_file, stories};
use logintrace::simulate::{Config, run};
use serde_json::json;
use std::path::{Path, PathBuf};

/// A bundle with a few sign-ins of agents that the base document does not know.
fn small_bundle(folder: &Folder) -> Result<PathBuf> {
    let bundle = run(&Config::new(8, 3));
    let files = bundle.files.iter();
    let files: Vec<(&str, &[u8])> = files
        .map(|file| (file.path.as_str(), file.bytes.as_slice()))
        .collect();
    folder.file("small.tgz", &tgz(&files)?)
}

async fn read(page: &Page, bundle: &Path) -> Result<Vec<(String, String)>> {
    page.drop_files(&[bundle]).await?;
    page.until_read().await?;
    page.sign_ins().await
}

/// The page at an address behind `#`, with the small bundle read: its sign-ins.
async fn opened(page: &Page, hash: &str, bundle: &Path) -> Result<Vec<(String, String)>> {
    page.open(&format!("{}{hash}", single_file())).await?;
    read(page, bundle).await
}

async fn address(page: &Page) -> Result<String> {
    let hash = page.run("return location.hash", vec![]).await?;
    Ok(hash.as_str().unwrap_or_default().to_owned())
}

/// The sign-in that is marked in the list.
async fn chosen(page: &Page) -> Result<String> {
    let script =
        "return document.querySelector('.sign-in[aria-current=true]')?.dataset.signIn ?? ''";
    let id = page.run(script, vec![]).await?;
    Ok(id.as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_pasted_word_asks_before_it_takes_the_place_of_a_bundle() {
    in_chromium("accidents-paste", async |page| {
        let folder = Folder::new("accidents-paste")?;
        let bundle = small_bundle(&folder)?;
        let before = opened(page, "", &bundle).await?;
        page.paste("a word").await?;
        page.one("offered").await?;
        page.screenshot("offered").await?;
        ensure!(page.sign_ins().await? == before, "the bundle is gone");
        page.click("offered-end").await?;
        page.until("!document.querySelector('[data-testid=offered]')")
            .await?;
        ensure!(page.sign_ins().await? == before, "the bundle is gone");
        // Whoever means it, gets it.
        page.paste(&std::fs::read_to_string(base_document())?)
            .await?;
        page.click("offered-act").await?;
        stories::shows_the_base_document(page).await
    });
}

#[test]
fn some_of_a_log_line_that_is_dragged_is_not_read() {
    in_chromium("accidents-drag", async |page| {
        let folder = Folder::new("accidents-drag")?;
        let bundle = small_bundle(&folder)?;
        let before = opened(page, "", &bundle).await?;
        page.run(
            "const data = new DataTransfer(); data.setData('text/plain', 'some of a line'); \
             const send = (kind) => document.querySelector('.detail').dispatchEvent( \
               new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data })); \
             ['dragstart', 'dragenter', 'dragover', 'drop', 'dragend'].forEach(send)",
            vec![],
        )
        .await?;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        ensure!(
            page.all(&test_id("offered")).await?.is_empty(),
            "it is offered"
        );
        ensure!(page.sign_ins().await? == before, "the bundle is gone");
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn after_a_reader_was_lost_the_next_bundle_is_read() {
    in_chromium("accidents-lost", async |page| {
        let folder = Folder::new("accidents-lost")?;
        let bundle = small_bundle(&folder)?;
        page.watch_workers().await?;
        opened(page, "", &bundle).await?;
        page.run(
            "workers[0].dispatchEvent(new ErrorEvent('error', { message: 'something broke' }))",
            vec![],
        )
        .await?;
        let said = page.one("fatal").await?.text().await?;
        ensure!(said.contains("something broke"), "{said}");
        page.drop_files(&[&base_document()]).await?;
        stories::shows_the_base_document(page).await
    });
}

#[test]
fn what_was_chosen_in_one_bundle_is_not_looked_for_in_the_next() {
    in_chromium("accidents-another", async |page| {
        let folder = Folder::new("accidents-another")?;
        let bundle = small_bundle(&folder)?;
        opened(page, "#t=relative", &bundle).await?;
        page.run("document.querySelectorAll('.sign-in')[1].click()", vec![])
            .await?;
        page.until("location.hash.includes('s=')").await?;
        page.some("input.filter").await?.send_keys("100").await?;
        page.until("location.hash.includes('f=100')").await?;
        page.drop_files(&[&base_document()]).await?;
        stories::shows_the_base_document(page).await?;
        let address = address(page).await?;
        ensure!(address == "#t=relative", "{address}");
        Ok(())
    });
}

#[test]
fn a_search_stands_in_the_address_and_finds_the_same_again() {
    in_chromium("accidents-search", async |page| {
        let folder = Folder::new("accidents-search")?;
        let bundle = small_bundle(&folder)?;
        let all = opened(page, "", &bundle).await?;
        page.press("/").await?;
        page.press("CF_").await?;
        page.until("location.hash.includes('q=CF_')").await?;
        page.until("/contain/.test(document.querySelector('.narrowed')?.innerText)")
            .await?;
        let found = page.sign_ins().await?;
        ensure!(
            !found.is_empty() && found.len() < all.len(),
            "{} of {}",
            found.len(),
            all.len()
        );
        // What is typed on stays, whatever the answer.
        page.press("X").await?;
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        let typed = page
            .run("return document.querySelector('.find').value", vec![])
            .await?;
        ensure!(typed == "CF_X", "{typed}");
        page.press("\u{8}").await?;
        page.until("location.hash.endsWith('q=CF_')").await?;
        page.run("location.reload()", vec![]).await?;
        page.one("drop-zone").await?;
        read(page, &bundle).await?;
        page.until("/contain/.test(document.querySelector('.narrowed')?.innerText)")
            .await?;
        ensure!(page.sign_ins().await? == found, "another answer");
        Ok(())
    });
}

#[test]
fn enter_goes_on_to_what_the_keys_chose_wherever_was_clicked_before() {
    in_chromium("accidents-enter", async |page| {
        let folder = Folder::new("accidents-enter")?;
        let bundle = small_bundle(&folder)?;
        opened(page, "", &bundle).await?;
        page.some(".sign-in").await?.click().await?;
        let clicked = chosen(page).await?;
        page.press("j").await?;
        page.press("j").await?;
        page.until_drawn().await?;
        let by_keys = chosen(page).await?;
        ensure!(by_keys != clicked && !by_keys.is_empty(), "{by_keys}");
        page.press("\u{e007}").await?;
        page.until("document.activeElement.id === 'detail'").await?;
        ensure!(chosen(page).await? == by_keys, "Enter went back");
        // One row of the list is a stop for Tab: the chosen one.
        let stops = page
            .run(
                "return [...document.querySelectorAll('.sign-in[tabindex=\"0\"]')].map(it => it.dataset.signIn)",
                vec![],
            )
            .await?;
        ensure!(stops == json!([by_keys]), "{stops}");
        Ok(())
    });
}
