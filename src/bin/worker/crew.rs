//! The workers this one shares its reading with, and how both ends talk.
//!
//! An errand travels as postcard, its bytes beside it in a buffer of their own, or the file it is about; what
//! came of it comes back as postcard, with the memory the reader has, and the buffer with it, to be filled
//! again. Both carry the number of the bundle, for a new one may be opened while errands of the one
//! before are still out. An order without an errand ends the reading of a file.

use crate::bytes::{Asked, Chunks, why};
use crate::reading::{Pump, now, pause};
use js_sys::{Array, ArrayBuffer, Function, Promise, Uint8Array};
use logintrace::session::{Borrower, Errand, Outcome, Session, Sharing, Work};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, MessageChannel, MessageEvent, MessagePort};

/// Buffers that are used again are as large as a multiple of this, in bytes, so that most fit most
/// errands …
const BUFFER: u32 = 4 << 20; // 4 MiB
/// … which need at least this many: of thousands of small ones each has a small one of its own.
const LARGE: u32 = 1 << 20; // 1 MiB

/// Bytes of a file that are read before it is time to look up again: inflated, a few MB.
const PART: usize = 256 * 1024;

/// The ways to the readers. None without any.
#[derive(Default)]
pub(crate) struct Crew {
    ports: RefCell<Vec<MessagePort>>,
    /// Buffers that have come back.
    spare: RefCell<Vec<ArrayBuffer>>,
    /// Bytes of memory each of them had when it last answered.
    memory: RefCell<Vec<u64>>,
    /// Called when something has come back.
    wake: RefCell<Option<Function>>,
    /// A way to oneself, see [`Crew::breathe`].
    own: RefCell<Option<MessageChannel>>,
}

impl Crew {
    pub(crate) fn is_empty(&self) -> bool {
        self.ports.borrow().is_empty()
    }

    /// Sends the session's errands to those they are for; `files` are those of the bundle.
    pub(crate) fn send(&self, session: &mut Session, files: &[File]) {
        let generation = session.generation();
        for (reader, errand) in session.errands() {
            let head = Uint8Array::from(written(&(generation, Some(&errand))).as_slice());
            let port = &self.ports.borrow()[reader as usize];
            if let Work::Source { source, .. } = errand.work {
                let message = Array::of2(&head, &files[source as usize]);
                post(port, &message, &Array::of1(&head.buffer()));
                continue;
            }
            let bytes = self.filled(&errand.bytes);
            let message = Array::of2(&head, &bytes);
            let moved = Array::of2(&head.buffer(), &bytes.buffer());
            post(port, &message, &moved);
            session.reuse(errand.bytes);
        }
    }

    /// Nobody wants the rest of the files that are being read for this bundle or an earlier one.
    pub(crate) fn stop(&self, generation: u32) {
        let none: Option<&Errand> = None;
        for port in self.ports.borrow().iter() {
            let head = Uint8Array::from(written(&(generation, none)).as_slice());
            post(port, &Array::of1(&head), &Array::of1(&head.buffer()));
        }
    }

    /// A buffer's start with these bytes in it. Large buffers are used again: the memory of a new one
    /// has to be fetched from the system page by page, which takes longer than the copying (measured).
    fn filled(&self, bytes: &[u8]) -> Uint8Array {
        let length = bytes.len() as u32;
        if length < LARGE {
            return Uint8Array::from(bytes);
        }
        let mut spare = self.spare.borrow_mut();
        let fits = |buffer: &ArrayBuffer| buffer.byte_length() >= length;
        let buffer = match spare.iter().position(fits) {
            Some(at) => spare.swap_remove(at),
            None => ArrayBuffer::new(length.next_multiple_of(BUFFER)),
        };
        let filled = Uint8Array::new_with_byte_offset_and_length(&buffer, 0, length);
        filled.copy_from(bytes);
        filled
    }

    /// Bytes of memory of this worker and of those that read for it.
    pub(crate) fn memory(&self) -> u64 {
        memory() + self.memory.borrow().iter().sum::<u64>()
    }

    /// Takes a buffer back.
    fn keep(&self, buffer: ArrayBuffer) {
        if buffer.byte_length() >= BUFFER {
            self.spare.borrow_mut().push(buffer);
        }
    }

    /// Nothing more will be sent for now.
    pub(crate) fn rest(&self) {
        self.spare.take();
    }

    /// Resolves when something has come back.
    pub(crate) async fn back(&self) {
        let wake = Promise::new(&mut |resolve, _| {
            *self.wake.borrow_mut() = Some(resolve);
        });
        // A promise that is never rejected.
        let _ = JsFuture::from(wake).await;
    }

    /// Lets what has come back in. A message to oneself, because timers wait at least 4 ms once they
    /// follow one another (HTML Standard, timers).
    pub(crate) async fn breathe(&self) {
        let later = Promise::new(&mut |resolve, _| {
            if let Some(own) = &*self.own.borrow() {
                own.port1().set_onmessage(Some(&resolve));
                // Cannot fail: nothing is transferred.
                let _ = own.port2().post_message(&JsValue::NULL);
            }
        });
        let _ = JsFuture::from(later).await;
    }

    fn woken(&self) {
        if let Some(wake) = self.wake.take() {
            // A promise's own function does not throw.
            let _ = wake.call0(&JsValue::NULL);
        }
    }
}

/// Takes the ports of the readers there are from now on.
pub(crate) fn join(pump: &Rc<Pump>, ports: Vec<MessagePort>) {
    let readers = u32::try_from(ports.len()).unwrap_or(u32::MAX);
    *pump.session.borrow_mut() = Session::shared(Sharing::among(readers));
    *pump.crew.own.borrow_mut() = MessageChannel::new().ok();
    *pump.crew.memory.borrow_mut() = vec![0; ports.len()];
    for (reader, port) in ports.iter().enumerate() {
        let pump = pump.clone();
        listen(port, move |data| {
            let message: Array = data.unchecked_into();
            let (generation, memory, outcome): (u32, u64, Outcome) =
                read(&message.get(0).unchecked_into());
            if let Ok(buffer) = message.get(1).dyn_into() {
                pump.crew.keep(buffer);
            }
            pump.crew.memory.borrow_mut()[reader] = memory;
            let mut session = pump.session.borrow_mut();
            if generation == session.generation() {
                session.take(outcome);
            }
            drop(session);
            pump.crew.woken();
        });
    }
    *pump.crew.ports.borrow_mut() = ports;
}

/// Runs the errands that come by `port` from now on.
pub(crate) fn serve(port: MessagePort) {
    let answers = port.clone();
    let stopped = Rc::new(Cell::new(0));
    listen(&port, move |data| {
        let message: Array = data.unchecked_into();
        let (generation, errand): (u32, Option<Errand>) = read(&message.get(0).unchecked_into());
        let Some(errand) = errand else {
            return stopped.set(generation);
        };
        match Borrower::of(errand) {
            Ok(borrower) => {
                let file: File = message.get(1).unchecked_into();
                let lent = Lent {
                    generation,
                    answers: answers.clone(),
                    stopped: stopped.clone(),
                };
                spawn_local(borrow(lent, borrower, file));
            }
            Err(errand) => {
                let filled: Uint8Array = message.get(1).unchecked_into();
                let bytes = filled.to_vec();
                let outcome = Errand { bytes, ..*errand }.run();
                answer(&answers, generation, &outcome, Some(&filled.buffer()));
            }
        }
    });
}

fn answer(port: &MessagePort, generation: u32, outcome: &Outcome, filled: Option<&ArrayBuffer>) {
    let answer = Uint8Array::from(written(&(generation, memory(), outcome)).as_slice());
    let (message, moved) = (Array::of1(&answer), Array::of1(&answer.buffer()));
    if let Some(buffer) = filled {
        message.push(buffer);
        moved.push(buffer);
    }
    post(port, &message, &moved);
}

/// The owner hears what was met in a file this often, ms, or when there are so many records of it: they are in
/// memory here as long as they are not sent.
const TELL_MS: f64 = 125.0;
const MOST_KEPT: usize = 20_000;

/// For whom a file is read.
struct Lent {
    generation: u32,
    answers: MessagePort,
    /// The last bundle of which nobody wants the rest.
    stopped: Rc<Cell<u32>>,
}

/// Reads a whole file.
async fn borrow(lent: Lent, mut borrower: Borrower, file: File) {
    let tell = |outcome: &Outcome| answer(&lent.answers, lent.generation, outcome, None);
    let mut chunks = Chunks::of(Asked::Large(file));
    let mut buffer = Vec::new();
    let mut told = now();
    loop {
        let chunk = match chunks.next().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return tell(&borrower.finish(None)),
            Err(error) => return tell(&borrower.finish(Some(why(&error)))),
        };
        buffer.resize(chunk.length() as usize, 0);
        chunk.copy_to(&mut buffer);
        for part in buffer.chunks(PART) {
            borrower.push(part);
            if now() - told >= TELL_MS || borrower.kept() >= MOST_KEPT {
                tell(&borrower.part());
                // Lets the owner's orders in.
                pause().await;
                told = now();
            }
            if lent.stopped.get() >= lent.generation {
                return tell(&borrower.stop());
            }
        }
    }
}

/// Bytes of memory this worker has. It never gets less: what is freed is used again.
fn memory() -> u64 {
    /// Bytes of a page of memory (WebAssembly core specification, 4.2.8 "Memory instances").
    const PAGE: u64 = 65_536;
    core::arch::wasm32::memory_size::<0>() as u64 * PAGE
}

/// Hears a port for as long as this worker lives.
fn listen(port: &MessagePort, hear: impl Fn(JsValue) + 'static) {
    let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| hear(event.data()));
    port.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
}

fn post(port: &MessagePort, message: &JsValue, moved: &Array) {
    if let Err(error) = port.post_message_with_transferable(message, moved) {
        panic!("an errand could not be sent: {}", why(&error));
    }
}

fn written(value: &impl serde::Serialize) -> Vec<u8> {
    match postcard::to_allocvec(value) {
        Ok(bytes) => bytes,
        Err(error) => panic!("an errand could not be written: {error}"),
    }
}

fn read<T: serde::de::DeserializeOwned>(bytes: &Uint8Array) -> T {
    match postcard::from_bytes(&bytes.to_vec()) {
        Ok(value) => value,
        Err(error) => panic!("an errand could not be read: {error}"),
    }
}
