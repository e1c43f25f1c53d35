//! Client logs that are ring buffers: only their last bytes are left.

use super::Config;
use super::layout::{Laid, Placed};
use super::random::Random;
use crate::flow::StepName;
use crate::record::Kind;
use std::collections::BTreeSet;

/// How much of a client log is left at least, percent. A ring holds 1.5 MB, and so a whole sign-in and
/// much of the next; what no longer names its agent is nobody's.
const LEFT: i64 = 25;

/// Drops the oldest text of every client log, up to some byte.
pub(super) fn cut(config: &Config, mut laid: Laid) -> Laid {
    let random = Random::new(config.seed).branch(8);
    for number in 0..laid.files.len() {
        if laid.truth[number].kind != Kind::ClientLog {
            continue;
        }
        let mut random = random.branch(number as u64);
        let bytes = &mut laid.files[number].bytes;
        let share = random.between(0, 100 - LEFT);
        let from = bytes.len() * usize::try_from(share).unwrap_or(0) / 100;
        let gone = bytes.drain(..from);
        let (lines, in_line) = count(gone.as_slice());
        drop(gone);
        laid.truth[number].lines -= lines;
        let file = u32::try_from(number).expect("fewer than 2^32 files");
        let asked = first_request(bytes, in_line);
        for placed in &mut laid.placed {
            if placed.proof.file == file {
                move_up(placed, (lines, in_line), asked);
            }
        }
        laid.placed.retain(|placed| placed.proof.lines > 0);
        let own = laid
            .placed
            .iter()
            .filter(|placed| placed.proof.file == file);
        if let Some(first) = own.map(|placed| placed.at).min() {
            laid.spans[number].from = first;
        }
    }
    if !config.forms.access_time {
        forget_undated_answers(&mut laid);
    }
    laid
}

/// The access line of a request to sign in prints no key: without a time, only what the desktop's log shows
/// around that request tells it from other requests of the agent.
fn forget_undated_answers(laid: &mut Laid) {
    let asks = |placed: &Placed| placed.steps.contains(&StepName::LoginRequest);
    let kind = |placed: &Placed| laid.truth[placed.proof.file as usize].kind;
    let own = laid
        .placed
        .iter()
        .filter(|placed| kind(placed) == Kind::ClientLog);
    let shown: BTreeSet<usize> = own.filter(|it| asks(it)).map(|it| it.attempt).collect();
    let undated: Vec<bool> = laid
        .placed
        .iter()
        .map(|it| kind(it) == Kind::AccessLog)
        .collect();
    for (placed, undated) in laid.placed.iter_mut().zip(undated) {
        let answers = placed.steps == [StepName::LoginRequest, StepName::LoginAccepted];
        if undated && answers && !shown.contains(&placed.attempt) {
            placed.steps = &[];
        }
    }
}

/// Line ends in `gone`, and whether it ends within a line.
fn count(gone: &[u8]) -> (u32, bool) {
    let lines = gone.iter().filter(|&&byte| byte == b'\n').count();
    let in_line = gone.last().is_some_and(|&byte| byte != b'\n');
    (
        u32::try_from(lines).expect("a client log is short"),
        in_line,
    )
}

/// The first line, counted from 1, that is a request of the desktop. An answer before that is to a request
/// that is gone, and names nobody: it proves nothing.
fn first_request(text: &[u8], in_line: bool) -> u32 {
    let request = b"Making REST request".as_slice();
    let mut lines = text.split(|&byte| byte == b'\n').enumerate();
    let first = lines.find(|(nth, line)| {
        let whole = *nth > 0 || !in_line;
        whole && line.windows(request.len()).any(|part| part == request)
    });
    let first = first.map_or(text.len(), |(nth, _)| nth);
    u32::try_from(first).unwrap_or(u32::MAX) + 1
}

/// The entry where it stands now that `lines` lines and perhaps part of the next one are gone; without
/// lines if it is gone as well. What is cut, or an answer to what is gone, proves nothing.
fn move_up(placed: &mut Placed, (lines, in_line): (u32, bool), asked: u32) {
    let proof = &mut placed.proof;
    let end = (proof.line + proof.lines).saturating_sub(lines + 1);
    let cut = proof.line <= lines || in_line && proof.line == lines + 1;
    proof.line = proof.line.saturating_sub(lines).max(1);
    proof.lines = end.saturating_sub(proof.line - 1);
    if cut || proof.line < asked && is_of_a_call(placed.steps) {
        placed.steps = &[];
    }
}

fn is_of_a_call(steps: &[StepName]) -> bool {
    use StepName::{FollowUp, LoginAccepted, SystemInfo, UserGet};
    steps
        .iter()
        .any(|step| matches!(step, FollowUp | LoginAccepted | SystemInfo | UserGet))
}
