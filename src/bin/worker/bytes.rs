//! The bytes of the files, as the browser gives them.

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ReadableStreamDefaultReader};

/// Files up to this size, in bytes, are asked for as a whole.
const SMALL: f64 = 65536.0;
/// A file of which the browser has been asked for bytes.
pub(crate) enum Asked {
    /// For all of them.
    Small(Promise),
    /// For none yet: they come as a stream.
    Large(File),
}

/// Asks for a small file's bytes.
pub(crate) fn ask(file: File) -> Asked {
    if file.size() > SMALL {
        Asked::Large(file)
    } else {
        Asked::Small(file.array_buffer())
    }
}

/// The bytes of a file as they come.
pub(crate) enum Chunks {
    Whole(Option<Promise>),
    Stream(ReadableStreamDefaultReader),
}

impl Chunks {
    pub(crate) fn of(file: Asked) -> Self {
        match file {
            Asked::Small(bytes) => Self::Whole(Some(bytes)),
            Asked::Large(file) => Self::Stream(file.stream().get_reader().unchecked_into()),
        }
    }

    /// The next bytes of the file; `None` at its end.
    pub(crate) async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        match self {
            Self::Whole(bytes) => {
                let Some(bytes) = bytes.take() else {
                    return Ok(None);
                };
                Ok(Some(Uint8Array::new(&JsFuture::from(bytes).await?)))
            }
            Self::Stream(reader) => {
                let read = JsFuture::from(reader.read()).await?;
                let value = Reflect::get(&read, &"value".into())?;
                Ok(value.dyn_into().ok())
            }
        }
    }
}

/// The bytes of a file from one offset up to another, in bytes, 0-based.
pub(crate) async fn slice(file: &File, from: f64, to: f64) -> Result<Uint8Array, JsValue> {
    let part = file.slice_with_f64_and_f64(from, to)?;
    Ok(Uint8Array::new(&JsFuture::from(part.array_buffer()).await?))
}

/// Why a file could not be read, for the person who dropped it.
pub(crate) fn why(error: &JsValue) -> String {
    let text = |name: &str| Reflect::get(error, &name.into()).ok()?.as_string();
    match text("name").as_deref() {
        Some("NotFoundError") => "the file is gone: moved or deleted after it was given".to_owned(),
        Some("NotReadableError") => {
            "the file cannot be read: changed, locked or deleted after it was given".to_owned()
        }
        _ => text("message").unwrap_or_else(|| "the browser gave no reason".to_owned()),
    }
}
