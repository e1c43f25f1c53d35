//! What the page asks of the browser: address, preferences, clipboard, downloads, local time.
//! Everything here may be refused by the browser, and then does nothing.

use crate::app::state::Theme;
use gloo::storage::{LocalStorage, Storage};
use gloo::timers::callback::Timeout;
use gloo::utils::{document, window};
use js_sys::{Array, Date, Promise, Reflect};
use leptos::prelude::request_animation_frame;
use logintrace::words::Lang;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, HtmlElement, Url};

/// Names of the preferences in the browser's storage.
const LANG: &str = "logintrace.lang";
const THEME: &str = "logintrace.theme";

/// What stands behind the `#` of the address.
pub(crate) fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// How many cores the browser tells of; one if it tells none.
pub(crate) fn cores() -> u32 {
    // A small whole number, or 0.
    window().navigator().hardware_concurrency() as u32
}

/// Says in the document how many workers there are, for benchmarks to see.
pub(crate) fn note_workers(workers: u32) {
    if let Some(root) = document().document_element() {
        // A valid name: cannot fail.
        let _ = root.set_attribute("data-workers", &workers.to_string());
    }
}

/// Says in the document whether something waits to be drawn, for tests to see.
pub(crate) fn note_drawing(drawing: bool) {
    if let Some(root) = document().document_element() {
        // A valid name: cannot fail.
        let _ = root.toggle_attribute_with_force("data-drawing", drawing);
    }
}

/// ms of the page's clock; 0 where there is none.
pub(crate) fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// A page that nobody sees has no frames; its work goes on after this long, ms.
const NO_FRAME_MS: u32 = 250;

/// Resolves when the next frame has been drawn, in a task of its own.
pub(crate) async fn frame() {
    let drawn = Promise::new(&mut |resolve, _| {
        let none = resolve.clone();
        Timeout::new(NO_FRAME_MS, move || {
            let _ = none.call0(&JsValue::NULL);
        })
        .forget();
        let then = move || {
            Timeout::new(0, move || {
                let _ = resolve.call0(&JsValue::NULL);
            })
            .forget();
        };
        request_animation_frame(then);
    });
    // Nobody rejects it.
    let _ = JsFuture::from(drawn).await;
}

/// Changes what stands behind the `#`, without a step in the history.
pub(crate) fn set_hash(hash: &str) {
    let location = window().location();
    let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let address = if hash.is_empty() {
        path
    } else {
        format!("{path}#{hash}")
    };
    if let Ok(history) = window().history() {
        // A browser that refuses (some do from disk) leaves the address as it is.
        history
            .replace_state_with_url(&JsValue::NULL, "", Some(&address))
            .ok();
    }
}

/// The language chosen before, else the browser's.
pub(crate) fn preferred_lang() -> Lang {
    match stored(LANG).as_deref() {
        Some("zh") => Lang::Zh,
        Some(_) => Lang::En,
        None if window()
            .navigator()
            .language()
            .is_some_and(|it| it.starts_with("zh")) =>
        {
            Lang::Zh
        }
        None => Lang::En,
    }
}

/// The theme chosen before.
pub(crate) fn preferred_theme() -> Theme {
    match stored(THEME).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::Auto,
    }
}

/// Says on the document which language it is in, and keeps the choice.
pub(crate) fn apply_lang(lang: Lang) {
    let (name, tag) = match lang {
        Lang::En => ("en", "en"),
        Lang::Zh => ("zh", "zh-CN"),
    };
    set_on_root("lang", tag);
    store(LANG, name);
}

/// Says on the document which theme it has, and keeps the choice.
pub(crate) fn apply_theme(theme: Theme) {
    let name = match theme {
        Theme::Auto => "auto",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    set_on_root("data-theme", name);
    store(THEME, name);
}

/// Minutes east of UTC of this computer at an instant (epoch ms UTC).
pub(crate) fn local_offset(at: i64) -> i32 {
    // Exact for all instants a Date can hold; others give NaN, which turns to 0.
    let date = Date::new(&JsValue::from_f64(at as f64));
    -(date.get_timezone_offset() as i32)
}

/// Whether this page is the single file: then it brings its worker along.
pub(crate) fn is_single_file() -> bool {
    Reflect::has(&js_sys::global(), &"logintraceWorker".into()).unwrap_or_default()
}

/// Whether the page says itself what it may load: as it was built for a host, not while it is developed.
pub(crate) fn has_policy() -> bool {
    let policy = document().query_selector("meta[http-equiv=\"Content-Security-Policy\"]");
    matches!(policy, Ok(Some(_)))
}

/// Saves `text` as a file.
pub(crate) fn save(name: &str, text: &str) {
    let properties = BlobPropertyBag::new();
    properties.set_type("application/octet-stream");
    let parts = Array::of1(&text.into());
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &properties) else {
        return;
    };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else {
        return;
    };
    if let Some(anchor) = document()
        .create_element("a")
        .ok()
        .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok())
    {
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
    }
    // Only once the download has begun; a minute is ample and costs nothing.
    Timeout::new(60_000, move || {
        Url::revoke_object_url(&url).ok();
    })
    .forget();
}

/// Puts `text` on the clipboard; `done` hears whether the browser let it.
pub(crate) fn copy(text: &str, done: impl Fn(bool) + 'static) {
    let navigator = window().navigator();
    // Absent on pages served without TLS.
    let present = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|it| it.is_object());
    if !present {
        return done(false);
    }
    let written = navigator.clipboard().write_text(text);
    spawn_local(async move { done(JsFuture::from(written).await.is_ok()) });
}

/// Moves the keyboard to an element.
pub(crate) fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id)
        && let Ok(element) = element.dyn_into::<HtmlElement>()
    {
        element.focus().ok();
    }
}

/// Scrolls the pane as little as needed to show the element, with its neighbours.
pub(crate) fn reveal(id: &str, pane: &str) {
    // Room for sticky heads above and a row below, CSS px.
    const ABOVE: f64 = 90.0;
    const BELOW: f64 = 50.0;
    let (Some(element), Some(pane)) = (
        document().get_element_by_id(id),
        document().get_element_by_id(pane),
    ) else {
        return;
    };
    let (it, around) = (
        element.get_bounding_client_rect(),
        pane.get_bounding_client_rect(),
    );
    let too_high = it.top() - (around.top() + ABOVE);
    let too_low = it.bottom() - (around.bottom() - BELOW);
    let by = if too_high < 0.0 {
        too_high
    } else {
        too_low.max(0.0)
    };
    pane.set_scroll_top(pane.scroll_top() + by as i32);
}

/// Where a box beside something stands in the window, CSS px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spot {
    /// From the left edge.
    pub(crate) left: f64,
    /// From the top edge, for a box below.
    pub(crate) top: Option<f64>,
    /// From the bottom edge, for a box above.
    pub(crate) bottom: Option<f64>,
}

/// Below an element, or above it where it stands low in the window.
pub(crate) fn spot_beside(element: &Element) -> Spot {
    // Width of the box at most, and its distance; `.hint` in the style sheet.
    const WIDTH: f64 = 400.0;
    const AWAY: f64 = 4.0;
    let (width, height) = (window_width(), window_height());
    let it = element.get_bounding_client_rect();
    let low = it.bottom() > height * 0.66;
    Spot {
        left: it.left().min(width - WIDTH - AWAY).max(AWAY),
        top: (!low).then(|| it.bottom() + AWAY),
        bottom: low.then(|| height - it.top() + AWAY),
    }
}

fn window_width() -> f64 {
    let width = window().inner_width().ok();
    width.and_then(|width| width.as_f64()).unwrap_or(1000.0)
}

/// Names the page in the tab of the browser.
pub(crate) fn set_title(title: &str) {
    document().set_title(title);
}

/// Height of the window, in CSS px.
pub(crate) fn window_height() -> f64 {
    let height = window().inner_height().ok();
    height.and_then(|height| height.as_f64()).unwrap_or(1000.0)
}

/// Loads the page anew.
pub(crate) fn reload() {
    window().location().reload().ok();
}

fn set_on_root(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        root.set_attribute(name, value).ok();
    }
}

/// `None` also where storage is forbidden: asking gloo there would panic.
fn stored(name: &str) -> Option<String> {
    storage_allowed().then(|| LocalStorage::get(name).ok())?
}

fn store(name: &str, value: &str) {
    if storage_allowed() {
        LocalStorage::set(name, value).ok();
    }
}

fn storage_allowed() -> bool {
    matches!(window().local_storage(), Ok(Some(_)))
}
