//! The single file opened from disk, in Chromium.

use anyhow::{Context, Result, ensure};
use browser_tests::bundles::{Folder, base_document, locked_zip, tgz, zip};
use browser_tests::command_line::reported;
use browser_tests::page::{Page, in_chromium};
use browser_tests::{single_file, stories};
use std::path::Path;

#[test]
fn the_base_document_from_drop_to_line() {
    in_chromium("disk-base-document", async |page| {
        page.open(&single_file()).await?;
        stories::the_base_document_from_drop_to_line(page).await?;
        page.screenshot("base-document").await?;
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn nothing_is_asked_of_the_network() {
    in_chromium("disk-network", async |page| {
        page.open(&single_file()).await?;
        page.drop_files(&[&base_document()]).await?;
        page.until_read().await?;
        for address in page.requests().await? {
            let own = ["file://", "blob:", "data:"]
                .iter()
                .any(|own| address.starts_with(own));
            ensure!(own, "asked for {address}");
        }
        Ok(())
    });
}

#[test]
fn archives_in_archives_give_the_same_sign_in() {
    in_chromium("disk-archives", async |page| {
        let base = std::fs::read(base_document())?;
        let folder = Folder::new("archives")?;
        let inner = zip(&[("logs/base-document.zh.txt", &base)])?;
        let zipped = folder.file("bundle.zip", &inner)?;
        let nested = tgz(&[("upload/client.zip", &inner)])?;
        let nested = folder.file("misnamed.log", &nested)?;
        for dropped in [zipped, nested] {
            page.open(&single_file()).await?;
            page.drop_files(&[&dropped]).await?;
            stories::shows_the_base_document(page).await?;
        }
        Ok(())
    });
}

#[test]
fn a_folder_gives_the_same_sign_in() {
    in_chromium("disk-folder", async |page| {
        let folder = folder_of_the_base_document()?;
        page.open(&single_file()).await?;
        page.drop_files(&[&folder.path().join("bundle")]).await?;
        stories::shows_the_base_document(page).await?;
        let files = stories::files(page).await?;
        ensure!(files.len() == 2, "expected two files, found {files:?}");
        Ok(())
    });
}

fn folder_of_the_base_document() -> Result<Folder> {
    let folder = Folder::new("folder")?;
    folder.file(
        "bundle/a/b/base-document.zh.txt",
        &std::fs::read(base_document())?,
    )?;
    folder.file("bundle/readme.txt", b"nothing of interest\n")?;
    Ok(folder)
}

#[test]
fn what_cannot_be_read_is_named_and_nothing_else_lost() {
    in_chromium("disk-bad-input", async |page| {
        let folder = Folder::new("bad")?;
        let whole = zip(&[("x.log", &[b'x'; 5000])])?;
        let bad = [
            folder.file(
                "photo.jpg",
                b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\0\0\0\0\0\xff\xd9",
            )?,
            folder.file("empty.log", b"")?,
            folder.file("cut.zip", &whole[..whole.len() / 2])?,
            folder.file("locked.zip", &locked_zip()?)?,
        ];
        let base = base_document();
        let mut dropped: Vec<&Path> = bad.iter().map(|path| path.as_path()).collect();
        dropped.push(&base);
        page.open(&single_file()).await?;
        page.drop_files(&dropped).await?;
        stories::shows_the_base_document(page).await?;
        let files = stories::files(page).await?;
        page.screenshot("bad-input").await?;
        for name in ["photo.jpg", "empty.log", "cut.zip", "locked.zip"] {
            let said = files.iter().find(|(row, _)| row.contains(name));
            let (_, problem) = said.with_context(|| format!("{name} is not listed: {files:?}"))?;
            ensure!(
                !problem.is_empty(),
                "nothing is said against {name}: {files:?}"
            );
        }
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn the_exports_are_those_of_the_command_line() {
    in_chromium("disk-export", async |page| {
        page.open(&single_file()).await?;
        page.drop_files(&[&base_document()]).await?;
        page.until_read().await?;
        for (button, format) in [("export-json", "json"), ("export-text", "text")] {
            let folder = Folder::new(&format!("export-{format}"))?;
            let exported = page.download(button, folder.path()).await?;
            ensure!(
                exported == reported(&base_document(), format)?,
                "{format} differs"
            );
        }
        Ok(())
    });
}

#[test]
fn the_export_of_a_folder_is_that_of_the_command_line() {
    in_chromium("disk-export-folder", async |page| {
        let folder = folder_of_the_base_document()?;
        let bundle = folder.path().join("bundle");
        page.open(&single_file()).await?;
        page.drop_files(&[&bundle]).await?;
        page.until_read().await?;
        let downloads = Folder::new("export-folder")?;
        let exported = page.download("export-json", downloads.path()).await?;
        let reported = reported(&bundle, "json")?;
        ensure!(
            exported == reported,
            "{}\n{}",
            String::from_utf8_lossy(&exported),
            String::from_utf8_lossy(&reported)
        );
        Ok(())
    });
}

#[test]
fn the_sample_shows_sign_ins() {
    in_chromium("disk-sample", async |page| {
        page.open(&single_file()).await?;
        page.click("try-sample").await?;
        page.until_read().await?;
        let sign_ins = page.sign_ins().await?;
        ensure!(sign_ins.len() >= 10, "only {} sign-ins", sign_ins.len());
        let outcomes: Vec<_> = sign_ins
            .iter()
            .map(|(_, outcome)| outcome.as_str())
            .collect();
        ensure!(
            outcomes.contains(&"signed_in") && outcomes.contains(&"refused"),
            "{outcomes:?}"
        );
        page.screenshot("sample").await?;
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn pasted_text_is_read_like_a_file() {
    in_chromium("disk-paste", async |page| {
        page.open(&single_file()).await?;
        page.paste(&std::fs::read_to_string(base_document())?)
            .await?;
        stories::shows_the_base_document(page).await
    });
}

#[test]
fn the_folder_picker_reads_a_whole_folder() {
    in_chromium("disk-pick-folder", async |page| {
        let folder = folder_of_the_base_document()?;
        page.open(&single_file()).await?;
        let input = page.one("pick-folder").await?;
        let path = folder.path().join("bundle");
        input.send_keys(&path.display().to_string()).await?;
        stories::shows_the_base_document(page).await
    });
}

#[test]
fn ten_thousand_tiny_files_are_read() {
    in_chromium("disk-tiny-files", async |page| {
        let folder = Folder::new("tiny")?;
        for index in 0..10_000 {
            folder.file(
                &format!("many/{}/{index}.log", index % 100),
                b"nothing here\n",
            )?;
        }
        folder.file(
            "many/base-document.zh.txt",
            &std::fs::read(base_document())?,
        )?;
        page.open(&single_file()).await?;
        page.watch_long_tasks().await?;
        page.drop_files(&[&folder.path().join("many")]).await?;
        stories::shows_the_base_document(page).await?;
        println!(
            "longest task of the page with 10,000 files: {} ms",
            page.longest_task().await?
        );
        Ok(())
    });
}

#[test]
fn a_new_bundle_takes_the_place_of_the_one_before() {
    in_chromium("disk-again", async |page| {
        page.open(&single_file()).await?;
        page.click("try-sample").await?;
        page.until_read().await?;
        page.drop_files(&[&base_document()]).await?;
        page.until("document.querySelectorAll('[data-testid=sign-in-row]').length == 1")
            .await?;
        stories::shows_the_base_document(page).await?;
        still_answers(page).await
    });
}

async fn still_answers(page: &Page) -> Result<()> {
    stories::an_arrow_opens_its_lines(page).await
}
