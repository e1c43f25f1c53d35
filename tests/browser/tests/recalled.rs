//! Lines that are no longer in memory: the page reads them again from the file that was dropped.

use anyhow::{Result, ensure};
use browser_tests::bundles::Folder;
use browser_tests::page::{Page, in_chromium};
use browser_tests::single_file;
use logintrace::simulate::{Config, run};
use std::fs;
use std::path::{Path, PathBuf};

/// So little memory, in MB, that there is hardly any for the text of what is of no sign-in.
const HASH: &str = "#memory=64&workers=1&tab=files";

/// What opens the lines of the bundle's first finding: that credentials stand in some of its logs, most of them in
/// lines of no sign-in.
const OPEN: &str = "location.hash += '&b=0';
    document.querySelectorAll('.findings details').forEach(it => { it.open = true; });";

/// Brings what could not be read again into view.
const SHOW: &str =
    "document.querySelector('[data-testid=unread]')?.scrollIntoView({ block: 'center' })";

/// Bytes of log: many times as much as there is room for the text of.
const SIZE: u64 = 100_000_000;

/// A few sign-ins behind quiet days.
fn bundle(folder: &Folder) -> Result<PathBuf> {
    let config = Config::new(2, 1);
    let mut packed = Vec::new();
    run(&config).pack_among_noise(&config, SIZE, &mut packed)?;
    folder.file("bundle.tgz", &packed)
}

async fn read(page: &Page, bundle: &Path) -> Result<()> {
    page.open(&format!("{}{HASH}", single_file())).await?;
    page.drop_files(&[bundle]).await?;
    page.until_read().await?;
    page.until_drawn().await
}

/// The lines of the first finding, or what is said in place of each.
async fn lines(page: &Page) -> Result<Vec<String>> {
    page.run(OPEN, vec![]).await?;
    page.until("document.querySelector('[data-testid=evidence-record]')")
        .await?;
    let lines = "return [...document.querySelectorAll('.bundle-records article')]
        .map(it => it.querySelector('.raw, [data-testid=unread]').textContent)";
    Ok(serde_json::from_value(page.run(lines, vec![]).await?)?)
}

#[test]
fn a_line_is_read_again_and_a_file_that_is_gone_is_named() {
    let folder = Folder::new("recalled").expect("the disk has room");
    in_chromium("recalled", async |page| {
        let bundle = bundle(&folder)?;
        read(page, &bundle).await?;
        let shown = lines(page).await?;
        let is_masked = |line: &String| line.contains("Authorization%3DBasic%2520••••");
        ensure!(shown.len() > 5 && shown.iter().all(is_masked), "{shown:?}");
        page.screenshot("recalled").await?;
        read(page, &bundle).await?;
        fs::remove_file(&bundle)?;
        let without = lines(page).await?;
        page.run(SHOW, vec![]).await?;
        page.screenshot("recalled-gone").await?;
        let is_gone = |line: &&String| line.contains("could not be read again: the file is gone");
        ensure!(without.iter().filter(is_gone).count() > 5, "{without:?}");
        Ok(())
    });
}
