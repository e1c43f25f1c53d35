//! The page's worker: a pump between the page's messages, the bytes of its files, and
//! [`logintrace::session::Session`], which does all the thinking.

mod bytes;
mod crew;
mod practice;
mod reading;
mod recall;

use js_sys::{Array, Uint8Array};
use logintrace::protocol::{PROTOCOL_VERSION, Reply, Request};
use reading::{Pump, read};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    std::panic::set_hook(Box::new(|info| {
        let _ = scope().post_message(&format!("an error of its own: {info}").into());
    }));
    let pump = Rc::new(Pump::new());
    let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        hear(&pump, &event.data().unchecked_into());
    });
    scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    let version = PROTOCOL_VERSION;
    say(&[Reply::Ready { version }]);
}

/// A message is an array: the request's bytes, then the files of a `Hand`, the ports of a `Crew` or `Join`, or the
/// bytes of a `Practise`.
fn hear(pump: &Rc<Pump>, message: &Array) {
    let bytes = Uint8Array::new(&message.get(0)).to_vec();
    let request = match postcard::from_bytes(&bytes) {
        Ok(request) => request,
        Err(error) => panic!("a request could not be read: {error}"),
    };
    match request {
        Request::Hand { generation } => {
            let files = message.iter().skip(1).map(JsCast::unchecked_into);
            pump.handed.borrow_mut().hand(generation, files);
        }
        Request::Crew => {
            let ports = message.iter().skip(1).map(JsCast::unchecked_into);
            crew::join(pump, ports.collect());
        }
        Request::Practise => {
            let bundle = Uint8Array::new(&message.get(1)).to_vec();
            spawn_local(practice::practise(pump.clone(), bundle));
        }
        Request::Join => crew::serve(message.get(1).unchecked_into()),
        Request::Open {
            generation,
            sources,
            unreadable,
            scope,
            memory,
        } => {
            let Some(opening) = pump.handed.borrow_mut().open(generation) else {
                return; // A later one is wanted.
            };
            pump.crew.stop(generation.saturating_sub(1));
            pump.newest.borrow_mut().forget();
            let mut session = pump.session.borrow_mut();
            session.open_within(generation, sources, unreadable, scope, memory);
            spawn_local(read(pump.clone(), pump.begin(&opening), opening.files));
        }
        Request::Cancel => pump.cancel(),
        request => recall::answer(pump, request),
    }
}

/// Posts each reply as postcard bytes, moved, not copied.
fn say(replies: &[Reply]) {
    for reply in replies {
        let bytes = match postcard::to_allocvec(reply) {
            Ok(bytes) => Uint8Array::from(bytes.as_slice()),
            Err(error) => panic!("a reply could not be written: {error}"),
        };
        let moved = Array::of1(&bytes.buffer());
        if let Err(error) = scope().post_message_with_transfer(&bytes, &moved) {
            panic!("a reply could not be sent: {}", bytes::why(&error));
        }
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
