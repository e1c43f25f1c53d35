//! The workers that share the reading with the one that owns the bundle.

use crate::app::browser;
use crate::app::client::{Start, envelope, last_words};
use gloo::events::EventListener;
use js_sys::Array;
use logintrace::protocol::Request;
use logintrace::view::route::Route;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessageEvent, MessagePort, Worker};

/// More workers than this bring little: opening archives is the work of one.
const MOST: u32 = 8;

/// The readers; they end when this is dropped.
pub(crate) struct Crew {
    _readers: Vec<Reader>,
    /// The owner's ends of the ports to them, until it has got them.
    ports: Cell<Vec<MessagePort>>,
}

struct Reader {
    worker: Worker,
    _listeners: [EventListener; 2],
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Crew {
    /// Starts as many as there are cores beside the owner's. `on_fatal` hears why one of them is
    /// gone.
    pub(crate) fn start(
        start: &Start,
        on_fatal: impl Fn(String) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let workers = Route::parse(&browser::hash())
            .workers
            .unwrap_or_else(browser::cores)
            .clamp(1, MOST);
        browser::note_workers(workers);
        let (mut readers, mut ports) = (Vec::new(), Vec::new());
        for _ in 1..workers {
            let channel = MessageChannel::new()?;
            let reader = Reader::new(start.worker()?, channel.port1(), on_fatal.clone());
            readers.push(reader);
            ports.push(channel.port2());
        }
        Ok(Self {
            _readers: readers,
            ports: Cell::new(ports),
        })
    }

    /// Gives the owner, which listens by now, its ports to the readers.
    pub(crate) fn introduce(&self, owner: &Worker) -> Result<(), JsValue> {
        let ports = self.ports.take();
        if ports.is_empty() {
            return Ok(());
        }
        send(owner, &Request::Crew, &ports)
    }
}

impl Reader {
    /// A reader that gets its port as soon as it listens.
    fn new(worker: Worker, port: MessagePort, on_fatal: impl Fn(String) + Clone + 'static) -> Self {
        let (broken, reader) = (on_fatal.clone(), worker.clone());
        let port = Cell::new(Some(port));
        // Its first word is that it is ready; a string is its last.
        let message = EventListener::new(&worker, "message", move |event| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            if let Some(sentence) = data.as_string() {
                on_fatal(sentence);
            } else if let Some(port) = port.take()
                && send(&reader, &Request::Join, &[port]).is_err()
            {
                on_fatal("one of its readers could not be asked".to_owned());
            }
        });
        let error = EventListener::new(&worker, "error", move |event| {
            broken(format!(
                "an error of one of its readers: {}",
                last_words(event)
            ));
        });
        Self {
            worker,
            _listeners: [message, error],
        }
    }
}

fn send(worker: &Worker, request: &Request, ports: &[MessagePort]) -> Result<(), JsValue> {
    let message = envelope(request).map_err(|error| JsValue::from_str(&error))?;
    let moved: Array = ports.iter().collect();
    for port in ports {
        message.push(port);
    }
    worker.post_message_with_transfer(&message, &moved)
}
