//! Answers, some of which need lines that are no longer in memory: those are read again from the files first.

use crate::bytes::{slice, why};
use crate::reading::Pump;
use crate::say;
use logintrace::protocol::Request;
use logintrace::session::Recall;
use std::cell::RefCell;
use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Bytes asked for at once: most members that are looked for are over before more are needed.
const PART: f64 = 1_048_576.0;

/// Answers a request, at once if that is possible.
pub(crate) fn answer(pump: &Rc<Pump>, request: Request) {
    let missing = pump.session.borrow().recall(&request);
    match missing {
        None => say(&pump.session.borrow_mut().ask(request)),
        Some(recall) => spawn_local(answer_later(pump.clone(), request, recall)),
    }
}

/// The newest questions of each kind for which something had to be read again: nobody waits for the answers to
/// older ones.
#[derive(Default)]
pub(crate) struct Newest(RefCell<HashMap<Discriminant<Request>, Request>>);

impl Newest {
    fn ask(&self, request: &Request) {
        let mut newest = self.0.borrow_mut();
        newest.insert(discriminant(request), request.clone());
    }

    fn is(&self, request: &Request) -> bool {
        self.0.borrow().get(&discriminant(request)) == Some(request)
    }
}

async fn answer_later(pump: Rc<Pump>, request: Request, first: Recall) {
    pump.newest.ask(&request);
    let mut missing = Some(first);
    while let Some(mut recall) = missing {
        let failed = read(&pump, &mut recall).await.err();
        let mut session = pump.session.borrow_mut();
        session.recalled(recall, failed);
        if !pump.newest.is(&request) {
            return;
        }
        missing = session.recall(&request);
    }
    say(&pump.session.borrow_mut().ask(request));
}

/// Reads as much of the file as is wanted.
async fn read(pump: &Pump, recall: &mut Recall) -> Result<(), String> {
    let Some(file) = pump.file(recall.source()) else {
        return Err("there is no such file".to_owned());
    };
    let mut from = recall.from() as f64;
    while from < file.size() {
        let bytes = slice(&file, from, from + PART).await;
        let bytes = bytes.map_err(|error| why(&error))?;
        from += PART;
        if !recall.feed(&bytes.to_vec()) {
            break;
        }
    }
    Ok(())
}
