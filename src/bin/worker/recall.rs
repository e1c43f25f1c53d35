//! Answers, some of which need lines that are no longer in memory: those are read again from the files first.

use crate::bytes::{slice, why};
use crate::reading::Pump;
use crate::say;
use logintrace::protocol::Request;
use logintrace::session::Recall;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Bytes asked for at once: most members that are looked for are over before more are needed.
const PART: f64 = 1_048_576.0;

/// Answers a request, at once if that is possible.
pub(crate) fn answer(pump: &Rc<Pump>, request: Request) {
    pump.newest.borrow_mut().ask(&request);
    let missing = pump.session.borrow().recall(&request);
    match missing {
        None => say(&pump.session.borrow_mut().ask(request)),
        Some(recall) => spawn_local(answer_later(pump.clone(), request, recall)),
    }
}

async fn answer_later(pump: Rc<Pump>, request: Request, first: Recall) {
    let mut missing = Some(first);
    while let Some(mut recall) = missing {
        let failed = match read(&pump, &request, &mut recall).await {
            Err(Stop::Unwanted) => return,
            Err(Stop::Failed(why)) => Some(why),
            Ok(()) => None,
        };
        let mut session = pump.session.borrow_mut();
        let next = session.recalled(recall, failed);
        missing = next.or_else(|| session.recall(&request));
    }
    say(&pump.session.borrow_mut().ask(request));
}

/// Why reading ended before all was found.
enum Stop {
    /// Nobody waits for the answer any more, or the bundle it is about is no longer open.
    Unwanted,
    Failed(String),
}

/// Reads as much of the file as is wanted, as long as it is.
async fn read(pump: &Pump, request: &Request, recall: &mut Recall) -> Result<(), Stop> {
    let Some(file) = pump.file(recall.source()) else {
        return Err(Stop::Failed("there is no such file".to_owned()));
    };
    let mut from = recall.from() as f64;
    while from < file.size() {
        let bytes = slice(&file, from, from + PART).await;
        if !pump.newest.borrow().is(request) {
            return Err(Stop::Unwanted);
        }
        let bytes = bytes.map_err(|error| Stop::Failed(why(&error)))?;
        from += PART;
        if !recall.feed(&bytes.to_vec()) {
            break;
        }
    }
    Ok(())
}
