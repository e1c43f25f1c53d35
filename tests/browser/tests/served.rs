//! The hosted page as Trunk built it, in Chromium.

use anyhow::{Result, ensure};
use browser_tests::bundles::{Folder, base_document};
use browser_tests::page::{Page, in_chromium};
use browser_tests::server::{SUB_PATH, Server};
use browser_tests::{dist, stories};

async fn story(page: &Page, server: &Server, path: &str) -> Result<()> {
    let address = format!("{}{path}", server.origin);
    page.open(&address).await?;
    stories::the_base_document_from_drop_to_line(page).await?;
    for asked in page.requests().await? {
        ensure!(
            asked.starts_with(&address) || asked.starts_with("data:"),
            "asked for {asked}"
        );
    }
    for answered in server.requests() {
        ensure!(
            answered.starts_with(path) && answered.ends_with("200 OK"),
            "{answered}"
        );
    }
    stories::nothing_to_complain(page).await
}

#[test]
fn the_base_document_from_drop_to_line_at_the_root() {
    let server = Server::start(&dist()).expect("a free port");
    in_chromium("served-root", async |page| story(page, &server, "/").await);
}

#[test]
fn the_base_document_from_drop_to_line_under_a_sub_path() {
    let server = Server::start(&dist()).expect("a free port");
    in_chromium("served-sub-path", async |page| {
        story(page, &server, SUB_PATH).await
    });
}

#[test]
fn a_folder_gives_the_same_sign_in() {
    let server = Server::start(&dist()).expect("a free port");
    in_chromium("served-folder", async |page| {
        let folder = Folder::new("served-folder")?;
        folder.file(
            "bundle/a/b/base-document.zh.txt",
            &std::fs::read(base_document())?,
        )?;
        page.open(&format!("{}/", server.origin)).await?;
        page.drop_files(&[&folder.path().join("bundle")]).await?;
        stories::shows_the_base_document(page).await
    });
}

#[test]
fn the_single_file_is_offered_for_download() {
    let server = Server::start(&dist()).expect("a free port");
    in_chromium("served-download", async |page| {
        let folder = Folder::new("served-download")?;
        page.open(&format!("{}{SUB_PATH}", server.origin)).await?;
        let file = page.download("download-app", folder.path()).await?;
        let path = folder.file("opened.html", &file)?;
        page.open(&format!("file://{}", path.display())).await?;
        page.drop_files(&[&base_document()]).await?;
        stories::shows_the_base_document(page).await
    });
}
