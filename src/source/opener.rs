//! The front of the source: one [`Opener`] per dropped file, and the limits it works within.

use super::gzip::Checkpoint;
use super::inflate::Inflater;
use super::mark::Mark;
use super::node::Node;
use super::{MemberSink, names};
use crate::error::Error;

/// How much of a file is opened before it is taken for an archive bomb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Archives inside each other; the dropped file itself is the first.
    pub depth: u32,
    /// Bytes of one member after decompression; the rest of it is left out.
    pub member_bytes: u64,
    /// Bytes out of all decompressors together, nested ones counted at each level.
    pub total_bytes: u64,
    /// Members, whatever became of them.
    pub members: u32,
    /// Bytes of a gzip file's content between two places where it can be entered again, at least.
    pub checkpoint_bytes: u64,
}

impl Limits {
    /// A Finesse bundle is three deep (tgz, zip, log), and the webservices folder alone may hold
    /// 4.5 GB: each default is several times what a real bundle needs, and stops a bomb in minutes.
    /// What stands between two checkpoints is inflated in some 40 ms, and those of ten gigabytes need
    /// less than 10 MB even where their content cannot be packed.
    pub const DEFAULT: Self = Self {
        depth: 16,
        member_bytes: 32 << 30,
        total_bytes: 64 << 30,
        members: 1_000_000,
        checkpoint_bytes: 32 << 20,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Opens one dropped file: pushed its bytes, tells a [`MemberSink`] of its members.
#[derive(Debug)]
pub struct Opener {
    chain: Vec<String>,
    /// `None`: left out on purpose, or stopped at a limit.
    node: Option<Node>,
    skipped: Option<&'static str>,
    budget: Budget,
}

impl Opener {
    /// For the file `name`, which may be a path inside a dropped folder (`bundle/logs/x.tgz`): it
    /// is one element of the chain.
    pub fn new(name: &str, limits: Limits) -> Self {
        let name = names::shown(name);
        let skipped = names::left_out(&name);
        let chain = vec![name];
        Self {
            node: skipped.is_none().then(|| Node::dropped(chain.clone())),
            chain,
            skipped,
            budget: Budget::new(limits),
        }
    }

    /// For the same file once more, from a mark on: its bytes are to be pushed from [`Mark::start`] on.
    pub fn again(name: &str, limits: Limits, mark: &Mark, checkpoint: Option<&Checkpoint>) -> Self {
        let chain = vec![names::shown(name)];
        Self {
            node: Some(Node::again(chain.clone(), mark, checkpoint)),
            chain,
            skipped: None,
            budget: Budget::new(limits),
        }
    }

    /// The next bytes of the file, in pieces of any size.
    pub fn push(&mut self, bytes: &[u8], sink: &mut dyn MemberSink) {
        if let Some(node) = &mut self.node {
            let mut out = Out::new(sink, &mut self.budget);
            node.push(bytes, &mut out);
            self.obey(sink);
        }
    }

    /// Whether nothing more comes, whatever the rest of the file is: a limit is reached, or the end of what can be read
    /// from the place where it was entered.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.node.as_ref().is_none_or(Node::is_over)
    }

    /// The file is over.
    pub fn finish(self, sink: &mut dyn MemberSink) {
        self.close(None, sink);
    }

    /// The file stopped being readable, for instance because it was deleted: whatever is open ends
    /// with `why`.
    pub fn fail(self, why: Error, sink: &mut dyn MemberSink) {
        self.close(Some(why), sink);
    }

    fn close(mut self, problem: Option<Error>, sink: &mut dyn MemberSink) {
        if let Some(node) = self.node.take() {
            let mut out = Out::new(sink, &mut self.budget);
            node.finish(problem, &mut out);
        } else if let Some(why) = self.skipped {
            sink.skipped(&self.chain, why);
        }
    }

    /// Ends what is open as soon as a limit is reached; the rest of the file is not looked at.
    fn obey(&mut self, sink: &mut dyn MemberSink) {
        if let Some(why) = self.budget.stop.clone()
            && let Some(node) = self.node.take()
        {
            node.finish(Some(why), &mut Out::new(sink, &mut self.budget));
        }
    }
}

/// What is left of the limits, and decompressors to use again.
#[derive(Debug)]
struct Budget {
    limits: Limits,
    inflated: u64,
    members: u32,
    stop: Option<Error>,
    spare: Vec<Inflater>,
}

impl Budget {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            inflated: 0,
            members: 0,
            stop: None,
            spare: Vec::new(),
        }
    }
}

/// The way out for every node: the sink, with the limits in front of it.
pub(super) struct Out<'a> {
    sink: &'a mut dyn MemberSink,
    budget: &'a mut Budget,
}

impl<'a> Out<'a> {
    fn new(sink: &'a mut dyn MemberSink, budget: &'a mut Budget) -> Self {
        Self { sink, budget }
    }

    pub(super) fn limits(&self) -> Limits {
        self.budget.limits
    }

    /// Whether a limit is reached: nothing more is to be pushed anywhere.
    pub(super) fn stopped(&self) -> bool {
        self.budget.stop.is_some()
    }

    /// The limit that is reached.
    pub(super) fn stopped_by(&self) -> Option<Error> {
        self.budget.stop.clone()
    }

    pub(super) fn start(&mut self, chain: &[String]) {
        self.count_member();
        self.sink.start(chain);
    }

    pub(super) fn data(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.sink.data(bytes);
        }
    }

    pub(super) fn end(&mut self, problem: Option<Error>) {
        self.sink.end(problem);
    }

    pub(super) fn mark(&mut self, mark: Mark) {
        self.sink.mark(mark);
    }

    pub(super) fn checkpoint(&mut self, checkpoint: Checkpoint) {
        self.sink.checkpoint(checkpoint);
    }

    pub(super) fn unreadable(&mut self, chain: &[String], bytes: u64, why: Error) {
        self.count_member();
        self.sink.unreadable(chain, bytes, why);
    }

    pub(super) fn skipped(&mut self, chain: &[String], why: &'static str) {
        self.count_member();
        self.sink.skipped(chain, why);
    }

    /// Counts bytes a decompressor gave out.
    pub(super) fn inflated(&mut self, bytes: usize) {
        self.budget.inflated += bytes as u64;
        let most = self.budget.limits.total_bytes;
        if self.budget.inflated > most {
            self.stop(format!(
                "expected at most {most} bytes after decompression, found more"
            ));
        }
    }

    /// A decompressor at the start of a stream.
    pub(super) fn inflater(&mut self) -> Inflater {
        self.budget
            .spare
            .pop()
            .map_or_else(Inflater::new, |mut inflater| {
                inflater.reset();
                inflater
            })
    }

    pub(super) fn give_back(&mut self, inflater: Inflater) {
        self.budget.spare.push(inflater);
    }

    fn count_member(&mut self) {
        self.budget.members = self.budget.members.saturating_add(1);
        let most = self.budget.limits.members;
        if self.budget.members > most {
            self.stop(format!("expected at most {most} members, found more"));
        }
    }

    fn stop(&mut self, why: String) {
        self.budget.stop.get_or_insert_with(|| Error::new(why));
    }
}
