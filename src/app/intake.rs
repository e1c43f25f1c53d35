//! From what a person gives the page (a drop, a file or folder picker, a paste, the sample) to the
//! files to read.

mod entries;
mod handles;

use entries::Entry;
use gloo::file::File as GlooFile;
use js_sys::Promise;
use logintrace::protocol::SourceMeta;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DataTransfer, DataTransferItem, File, FileList};

/// The bundle that ships inside the page, packed.
pub(crate) const SAMPLE: &[u8] = include_bytes!("sample.tgz");

/// Its name in the list of files.
const SAMPLE_NAME: &str = "sample.tgz";

/// Name of pasted text in the list of files.
const PASTED_NAME: &str = "pasted.txt";

/// What there is to read, in order of name.
#[derive(Debug, Default, Clone)]
pub(crate) struct Intake {
    /// Files with their path inside what was given.
    pub(crate) files: Vec<(SourceMeta, File)>,
    /// Files and folders that gave no handle: path and reason.
    pub(crate) unreadable: Vec<(String, String)>,
    /// It is no file but some text, pasted or dragged.
    pub(crate) is_text: bool,
}

impl Intake {
    /// Nothing was given: no file, and nothing that failed to be one.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.unreadable.is_empty()
    }

    fn add(&mut self, path: String, file: File) {
        // Exact: a file's size is a whole number below 2^53.
        let size = file.size() as u64;
        self.files.push((SourceMeta { name: path, size }, file));
    }

    fn refuse(&mut self, path: String, error: &JsValue) {
        self.unreadable.push((path, reason(error)));
    }

    fn sorted(mut self) -> Self {
        self.files.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        self.unreadable.sort();
        self
    }
}

/// Files and folders let go over the page; text dragged from elsewhere counts as pasted.
///
/// Call it inside the drop handler: what was dropped can only be asked for there. The folders are
/// walked as the returned future is awaited.
pub(crate) fn dropped(transfer: &DataTransfer) -> impl Future<Output = Intake> + use<> {
    let from_disk = page_is_on_disk();
    let list = transfer.items();
    let items: Vec<_> = (0..list.length())
        .filter_map(|index| list.get(index))
        .filter(|item| item.kind() == "file")
        .map(|item| Dropped::of(&item, from_disk))
        .collect();
    let text = if items.is_empty() {
        text_of(transfer)
    } else {
        None
    };
    async move {
        let mut intake = text.map(|text| of_text(&text)).unwrap_or_default();
        for item in items {
            item.collect(&mut intake).await;
        }
        intake.sorted()
    }
}

/// Files of a file picker, or of a folder picker with their path inside the folder.
pub(crate) fn picked(list: &FileList) -> Intake {
    let mut intake = Intake::default();
    for file in (0..list.length()).filter_map(|index| list.get(index)) {
        let inside = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok();
        let inside = inside.and_then(|path| path.as_string());
        let path = inside.filter(|path| !path.is_empty());
        intake.add(path.unwrap_or_else(|| file.name()), file);
    }
    intake.sorted()
}

/// Pasted files, or else pasted text as one file.
pub(crate) fn pasted(transfer: &DataTransfer) -> Intake {
    let files = transfer.files().map(|list| picked(&list));
    if let Some(intake) = files.filter(|intake| !intake.is_empty()) {
        return intake;
    }
    text_of(transfer)
        .map(|text| of_text(&text))
        .unwrap_or_default()
}

fn of_text(text: &str) -> Intake {
    let mut intake = Intake {
        is_text: true,
        ..Intake::default()
    };
    intake.add(PASTED_NAME.to_owned(), file_of(PASTED_NAME, text));
    intake
}

/// The bundle that ships inside the page.
pub(crate) fn sample() -> Intake {
    let mut intake = Intake::default();
    intake.add(SAMPLE_NAME.to_owned(), file_of(SAMPLE_NAME, SAMPLE));
    intake
}

/// All ways to get at one dropped thing; which of them work depends on the browser and on where the
/// page came from, and all must be tried before the drop handler returns.
struct Dropped {
    handle: Option<Promise>,
    entry: Option<Entry>,
    file: Option<File>,
}

impl Dropped {
    /// Chromium gives entries for a page from disk, but cannot read them (WICG/entries-api #36);
    /// its handles work there. Elsewhere entries do, and on more hosts than handles.
    fn of(item: &DataTransferItem, from_disk: bool) -> Self {
        Self {
            handle: if from_disk { handles::of(item) } else { None },
            entry: item.webkit_get_as_entry().ok().flatten(),
            file: item.get_as_file().ok().flatten(),
        }
    }

    async fn collect(self, intake: &mut Intake) {
        if let Some(handle) = self.handle
            && handles::collect(handle, intake).await.is_ok()
        {
            return;
        }
        match (self.entry, self.file) {
            (Some(entry), Some(file)) if entry.is_file() => intake.add(file.name(), file),
            (Some(entry), _) => entries::collect(entry, intake).await,
            (None, Some(file)) => intake.add(file.name(), file),
            (None, None) => {}
        }
    }
}

fn page_is_on_disk() -> bool {
    let protocol = gloo::utils::window().location().protocol();
    protocol.is_ok_and(|protocol| protocol == "file:")
}

fn text_of(transfer: &DataTransfer) -> Option<String> {
    let text = transfer.get_data("text/plain").ok();
    text.filter(|text| !text.trim().is_empty())
}

fn file_of<T: gloo::file::BlobContents>(name: &str, contents: T) -> File {
    AsRef::<File>::as_ref(&GlooFile::new(name, contents)).clone()
}

/// Why the browser gave no file, in its words.
fn reason(error: &JsValue) -> String {
    let message = error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()));
    let message = message.filter(|message| !message.is_empty());
    message.unwrap_or_else(|| "the browser gave no access to it".to_owned())
}
