//! Reading that does not get to its end: the user cancels, a file vanishes.

use anyhow::{Result, ensure};
use browser_tests::bundles::{Folder, base_document};
use browser_tests::page::{Page, in_chromium};
use browser_tests::{single_file, stories};
use logintrace::simulate::{Config, run};
use std::time::Duration;

/// Logs enough to be interrupted: made-up sign-ins, again and again, in `bundle/` of the folder.
fn write_logs(folder: &Folder, clusters: u64) -> Result<()> {
    for seed in 0..clusters {
        for log in run(&Config::new(200, seed)).files {
            folder.file(&format!("bundle/{seed:02}/{}", log.path), &log.bytes)?;
        }
    }
    Ok(())
}

async fn shown(page: &Page, text: &str) -> Result<()> {
    page.until(&format!("document.body.innerText.includes({text:?})"))
        .await
}

#[test]
fn cancel_keeps_what_was_read_and_the_page_alive() {
    in_chromium("interrupted-cancel", async |page| {
        let folder = Folder::new("cancel")?;
        write_logs(&folder, 12)?;
        page.open(&single_file()).await?;
        page.drop_files(&[&folder.path().join("bundle")]).await?;
        // The first sign-ins are there while the rest is still to come.
        page.until("document.querySelector('[data-testid=sign-in-row]')")
            .await?;
        page.click("cancel").await?;
        page.until_read().await?;
        shown(page, "Reading was stopped").await?;
        ensure!(!page.sign_ins().await?.is_empty(), "what was read is lost");
        page.screenshot("cancelled").await?;
        page.drop_files(&[&base_document()]).await?;
        stories::shows_the_base_document(page).await
    });
}

#[test]
fn a_bundle_dropped_while_the_worker_practises_is_read_and_nothing_else_is_shown() {
    in_chromium("interrupted-practice", async |page| {
        for after_ms in [450, 600, 800] {
            page.open(&single_file()).await?;
            tokio::time::sleep(Duration::from_millis(after_ms)).await;
            ensure!(page.sign_ins().await?.is_empty(), "practice is shown");
            page.drop_files(&[&base_document()]).await?;
            stories::shows_the_base_document(page).await?;
        }
        Ok(())
    });
}

#[test]
fn a_file_deleted_while_reading_is_named_and_nothing_else_is_lost() {
    in_chromium("interrupted-deleted", async |page| {
        let folder = Folder::new("deleted")?;
        write_logs(&folder, 6)?;
        folder.file(
            "bundle/a-base-document.zh.txt",
            &std::fs::read(base_document())?,
        )?;
        let doomed = folder.file("bundle/z-doomed.log", &vec![b'x'; 1 << 20])?;
        page.open(&single_file()).await?;
        page.drop_files(&[&folder.path().join("bundle")]).await?;
        page.one("progress").await?;
        std::fs::remove_file(&doomed)?;
        page.until_read().await?;
        let files = stories::files(page).await?;
        let lost = files.iter().find(|(name, _)| name.contains("z-doomed.log"));
        ensure!(
            lost.is_some_and(|(_, problem)| !problem.is_empty()),
            "{lost:?}"
        );
        let downloads = Folder::new("deleted-export")?;
        let report = page.download("export-json", downloads.path()).await?;
        let report = String::from_utf8(report)?;
        ensure!(
            report.contains("2001-6e210ca9"),
            "the file beside it suffered"
        );
        Ok(())
    });
}
