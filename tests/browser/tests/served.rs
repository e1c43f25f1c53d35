//! The hosted page as Trunk built it.

use anyhow::{Result, ensure};
use browser_tests::bundles::{Folder, base_document};
use browser_tests::page::{Page, in_chromium, in_firefox};
use browser_tests::server::{SUB_PATH, Server};
use browser_tests::{dist, stories};

async fn story(page: &Page, server: &Server, path: &str) -> Result<()> {
    let address = format!("{}{path}", server.origin);
    page.open(&address).await?;
    stories::the_base_document_from_drop_to_line(page).await?;
    // What its workers start from.
    let blobs = format!("blob:{}/", server.origin);
    let own = [address.as_str(), blobs.as_str(), "data:"];
    for asked in page.requests().await? {
        ensure!(
            own.iter().any(|own| asked.starts_with(own)),
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

/// A worker loaded from a host would have the policy the host sends with it: none.
#[test]
fn the_policy_holds_for_the_workers_that_read() {
    let server = Server::start(&dist()).expect("a free port");
    in_chromium("served-policy", async |page| {
        page.watch_workers().await?;
        page.open(&format!("{}/", server.origin)).await?;
        page.drop_files(&[&base_document()]).await?;
        stories::shows_the_base_document(page).await?;
        let blobs = "started.length > 0 && started.every(it => it.startsWith('blob:'))";
        page.until(blobs).await?;
        // What starts from a blob of this page may not ask anybody else.
        page.run(
            "const script = `fetch('https://192.0.2.1/').then(() => 'sent', it => it.message) \
               .then(it => postMessage(it)); \
               addEventListener('securitypolicyviolation', it => postMessage(it.violatedDirective))`; \
             window.heard = []; \
             new Worker(URL.createObjectURL(new Blob([script]))).onmessage = it => heard.push(it.data)",
            vec![],
        )
        .await?;
        page.until("heard.includes('connect-src')").await
    });
}

#[test]
fn firefox_reads_there_too() {
    let server = Server::start(&dist()).expect("a free port");
    in_firefox("served-firefox", async |page| {
        page.open(&format!("{}{SUB_PATH}", server.origin)).await?;
        page.pick_files(&[&base_document()]).await?;
        stories::shows_the_base_document(page).await
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
