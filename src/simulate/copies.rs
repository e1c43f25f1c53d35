//! Files that are in a bundle more than once: whole, or as far as they had been written.

use super::layout::{Laid, LogFile};
use super::random::Random;
use super::{Config, Quirk};
use crate::record::Kind;

/// How many files are in the bundle twice, percent.
const TWICE: u32 = 20;

/// Adds the copies that `config` asks for. Whatever a copy proves, the file it is of proves as well.
pub(super) fn add(config: &Config, mut laid: Laid) -> Laid {
    let mut random = Random::new(config.seed).branch(9);
    for number in 0..laid.files.len() {
        if config.has(Quirk::ClientOverlap) && laid.truth[number].kind == Kind::ClientLog {
            add_earlier_upload(&mut laid, number, &mut random);
        }
        if config.has(Quirk::FilesTwice) && random.chance(TWICE) {
            add_copy(&mut laid, number);
        }
    }
    laid
}

/// The same file, from a bundle that was collected twice.
fn add_copy(laid: &mut Laid, number: usize) {
    let bytes = laid.files[number].bytes.clone();
    let again = |name: &str| format!("again/{name}");
    let lines = laid.truth[number].lines;
    put(laid, number, (bytes, lines), again);
}

/// The log as it was when it was sent for the first time: up to an entry in its second half.
fn add_earlier_upload(laid: &mut Laid, number: usize, random: &mut Random) {
    let whole = laid.truth[number].lines;
    let in_it = laid.placed.iter().map(|placed| placed.proof);
    let starts: Vec<u32> = in_it
        .filter(|proof| proof.file as usize == number && proof.line > whole / 2)
        .map(|proof| proof.line)
        .collect();
    if starts.is_empty() {
        return;
    }
    let lines = random.pick(&starts) - 1;
    let text = laid.files[number]
        .bytes
        .split_inclusive(|&byte| byte == b'\n');
    let bytes: Vec<u8> = text.take(lines as usize).flatten().copied().collect();
    let earlier = |name: &str| name.replace("Desktop-ClientLog", "Desktop-ClientLog.earlier");
    put(laid, number, (bytes, lines), earlier);
}

fn put(
    laid: &mut Laid,
    number: usize,
    (bytes, lines): (Vec<u8>, u32),
    named: impl Fn(&str) -> String,
) {
    let mut truth = laid.truth[number].clone();
    let path = named(&truth.path);
    let place = truth.chain.iter().position(|name| named(name) != *name);
    if let Some(name) = place.and_then(|place| truth.chain.get_mut(place)) {
        *name = named(name);
    }
    truth.path.clone_from(&path);
    truth.lines = lines;
    truth.copy_of = Some(u32::try_from(number).expect("fewer than 2^32 files"));
    laid.truth.push(truth);
    laid.files.push(LogFile { path, bytes });
}
