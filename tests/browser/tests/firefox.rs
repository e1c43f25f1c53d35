//! The single file opened from disk, in Firefox, with Firefox's own rules for such pages.

use anyhow::Result;
use browser_tests::bundles::{Folder, base_document, zip};
use browser_tests::page::in_firefox;
use browser_tests::{dist, single_file, stories};

#[test]
fn a_picked_file_becomes_a_sign_in() {
    in_firefox("firefox-file", async |page| {
        page.open(&single_file()).await?;
        page.pick_files(&[&base_document()]).await?;
        stories::shows_the_base_document(page).await?;
        stories::an_arrow_opens_its_lines(page).await?;
        stories::keys_walk_the_arrows(page).await?;
        page.screenshot("firefox").await
    });
}

#[test]
fn a_picked_archive_gives_the_same_sign_in() {
    in_firefox("firefox-archive", async |page| {
        let folder = Folder::new("firefox")?;
        let base = std::fs::read(base_document())?;
        let archive = folder.file("bundle.zip", &zip(&[("a/base-document.zh.txt", &base)])?)?;
        page.open(&single_file()).await?;
        page.pick_files(&[&archive]).await?;
        stories::shows_the_base_document(page).await
    });
}

/// The other tests prove something only where a page that loads its parts does not start from disk.
#[test]
fn the_rules_for_pages_from_disk_are_in_force() {
    in_firefox("firefox-rules", async |page| {
        let hosted = format!("file://{}/index.html", dist().display());
        let started: Result<()> = page.open_within(&hosted, 5).await;
        anyhow::ensure!(started.is_err(), "the hosted page started from disk");
        Ok(())
    });
}
