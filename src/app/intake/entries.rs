//! Dropped folders by way of `webkitGetAsEntry()`.

use super::Intake;
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemFileEntry};

pub(super) use web_sys::FileSystemEntry as Entry;

/// Adds the file, or all files in the folder however deep, to `intake`.
pub(super) async fn collect(entry: Entry, intake: &mut Intake) {
    let mut rest = vec![entry];
    while let Some(entry) = rest.pop() {
        let path = path_of(&entry);
        // Not by its class: Chromium's is called `DirectoryEntry`.
        if entry.is_directory() {
            match children(entry.unchecked_ref()).await {
                Ok(children) => rest.extend(children),
                Err(error) => intake.refuse(path, &error),
            }
            continue;
        }
        match file(entry.unchecked_ref()).await {
            Ok(file) => intake.add(path, file),
            Err(error) => intake.refuse(path, &error),
        }
    }
}

/// Without the leading slash that stands for the drop itself.
fn path_of(entry: &Entry) -> String {
    entry.full_path().trim_start_matches('/').to_owned()
}

/// All of them: one call of `readEntries` gives at most 100 in Chromium.
async fn children(folder: &FileSystemDirectoryEntry) -> Result<Vec<Entry>, JsValue> {
    let reader: FileSystemDirectoryReader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let asked = Promise::new(&mut |resolve, reject| {
            if let Err(error) = reader.read_entries_with_callback_and_callback(&resolve, &reject) {
                let _ = reject.call1(&JsValue::UNDEFINED, &error);
            }
        });
        let batch: Array = JsFuture::from(asked).await?.unchecked_into();
        if batch.length() == 0 {
            return Ok(all);
        }
        all.extend(batch.iter().map(JsCast::unchecked_into::<Entry>));
    }
}

async fn file(entry: &FileSystemFileEntry) -> Result<File, JsValue> {
    let asked = Promise::new(&mut |resolve, reject| {
        entry.file_with_callback_and_callback(&resolve, &reject);
    });
    Ok(JsFuture::from(asked).await?.unchecked_into())
}
