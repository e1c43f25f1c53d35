//! Threads that run a session's errands.

use logintrace::session::{Errand, Outcome, Session};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

/// More than this bring little: opening archives is the work of one.
const MOST: usize = 8;

/// The threads, and the way to them and back.
pub(crate) struct Readers {
    errands: Vec<Sender<Errand>>,
    outcomes: Receiver<Outcome>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// As many as the machine has cores to spare.
    pub(crate) fn start() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let (done, outcomes) = channel();
        let (mut errands, mut threads) = (Vec::new(), Vec::new());
        for _ in 1..cores.min(MOST) {
            let (send, receive) = channel();
            let done = done.clone();
            threads.push(thread::spawn(move || run(&receive, &done)));
            errands.push(send);
        }
        Self {
            errands,
            outcomes,
            threads,
        }
    }

    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.threads.len()).unwrap_or(u32::MAX)
    }

    /// Sends what is to be read and takes in what has been.
    pub(crate) fn serve(&self, session: &mut Session) {
        for (reader, errand) in session.errands() {
            // A thread ends before its channel only if it panicked; `finish` tells.
            let _ = self.errands[reader as usize].send(errand);
        }
        for outcome in self.outcomes.try_iter() {
            session.take(outcome);
        }
    }

    /// Waits for everything that is still being read.
    pub(crate) fn finish(self, session: &mut Session) {
        self.serve(session);
        drop(self.errands);
        while session.is_waiting() {
            match self.outcomes.recv() {
                Ok(outcome) => session.take(outcome),
                Err(_) => break,
            }
        }
        for thread in self.threads {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}

fn run(errands: &Receiver<Errand>, done: &Sender<Outcome>) {
    for errand in errands {
        if done.send(errand.run()).is_err() {
            return;
        }
    }
}
