//! Dropped files and folders by way of `getAsFileSystemHandle()`, which only Chromium has, and only
//! on a secure page; a page from disk is one.

use super::Intake;
use js_sys::{Function, IteratorNext, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransferItem, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemHandle,
};

/// Asks for the handle; `None` where the browser has none.
pub(super) fn of(item: &DataTransferItem) -> Option<Promise> {
    // By name: web-sys has this method only behind a compiler flag for the whole build.
    let method = Reflect::get(item, &"getAsFileSystemHandle".into()).ok()?;
    let method: Function = method.dyn_into().ok()?;
    method.call0(item).ok()?.dyn_into().ok()
}

/// Adds the file, or all files in the folder however deep, to `intake`.
///
/// # Errors
/// The dropped thing itself gave no handle. What fails inside a folder is noted in `intake`.
pub(super) async fn collect(asked: Promise, intake: &mut Intake) -> Result<(), JsValue> {
    let handle: FileSystemHandle = JsFuture::from(asked).await?.dyn_into()?;
    let mut rest = vec![(handle.name(), handle)];
    while let Some((path, handle)) = rest.pop() {
        if let Some(folder) = handle.dyn_ref::<FileSystemDirectoryHandle>() {
            match children(folder).await {
                Ok(children) => rest.extend(children.into_iter().map(|child| {
                    let path = format!("{path}/{}", child.name());
                    (path, child)
                })),
                Err(error) => intake.refuse(path, &error),
            }
            continue;
        }
        match file(handle.unchecked_ref()).await {
            Ok(file) => intake.add(path, file),
            Err(error) => intake.refuse(path, &error),
        }
    }
    Ok(())
}

async fn children(folder: &FileSystemDirectoryHandle) -> Result<Vec<FileSystemHandle>, JsValue> {
    let handles = folder.values();
    let mut all = Vec::new();
    loop {
        let next: IteratorNext = JsFuture::from(handles.next()?).await?.unchecked_into();
        if next.done() {
            return Ok(all);
        }
        all.push(next.value().unchecked_into());
    }
}

async fn file(handle: &FileSystemFileHandle) -> Result<File, JsValue> {
    JsFuture::from(handle.get_file()).await?.dyn_into()
}
