//! The same stages for a worker of the benchmark page (`benches/browser/worker.js`).

use bench_core::Stage;
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) };
}

fn main() {}

/// Begins a stage; the one before is forgotten.
#[wasm_bindgen]
pub fn begin(stage: &str, name: &str, size: f64) {
    let begun = Stage::begin(stage, name, size as u64);
    STAGE.with(|slot| *slot.borrow_mut() = Some(begun.expect("a stage there is")));
}

/// The next bytes of the file.
#[wasm_bindgen]
pub fn push(bytes: &[u8]) {
    STAGE.with(|slot| {
        slot.borrow_mut()
            .as_mut()
            .expect("a stage was begun")
            .push(bytes)
    });
}

/// The file is over: what came out, as JSON.
#[wasm_bindgen]
pub fn finish() -> String {
    let stage = STAGE.with(RefCell::take).expect("a stage was begun");
    serde_json::to_string(&stage.finish()).expect("an outcome is plain data")
}
