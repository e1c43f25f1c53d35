//! The same logs in the shapes people send them, written to a folder of the test.

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::{Path, PathBuf};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A folder that goes away with the test.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one; `name` must be the test's own.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn new(name: &str) -> Result<Self> {
        let name = format!("logintrace-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Writes a file in it.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.0.join(name);
        let parent = path.parent().context("the file lies in the folder")?;
        std::fs::create_dir_all(parent)?;
        std::fs::write(&path, bytes)?;
        Ok(path)
    }

    /// Its place.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The first real input, prose and all.
#[must_use]
pub fn base_document() -> PathBuf {
    crate::root().join("tests/data/base-document.zh.txt")
}

/// A zip archive of these files.
///
/// # Errors
/// A name is not one for an archive.
pub fn zip(files: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A zip archive whose one file needs a password: the flag is set, the bytes are noise.
///
/// # Errors
/// None in practice.
pub fn locked_zip() -> Result<Vec<u8>> {
    let mut bytes = zip(&[("secret.log", b"nobody can read this without the password")])?;
    // Bit 0 of the general purpose flags: at 6 of a local header, at 8 of a directory entry
    // (APPNOTE.TXT 4.4.4).
    let directory = bytes
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .context("every archive has a directory")?;
    for at in [6, directory + 8] {
        let flags = bytes.get_mut(at).context("the archive ends early")?;
        *flags |= 1;
    }
    Ok(bytes)
}

/// A gzipped tar of these files.
///
/// # Errors
/// A name is not one for an archive.
pub fn tgz(files: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append_data(&mut header, name, *bytes)?;
    }
    Ok(tar.into_inner()?.finish()?)
}
