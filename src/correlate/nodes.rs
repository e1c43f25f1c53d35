//! Which Finesse node wrote a file. Webservices lines print it; the other logs of a node do not, but
//! lie beside its webservices log in the bundle.

use crate::record::intern::Sym;
use crate::record::{File, FileId, Kind, Records};
use std::collections::BTreeMap;

/// The Finesse node of each file, by position; [`Sym::NONE`] where the bundle does not tell.
pub(super) fn nodes(records: &Records) -> Vec<Sym> {
    let printed = printed(records, Kind::Webservices);
    let paths: Vec<Vec<&str>> = records.files.iter().map(path).collect();
    let known: Vec<(usize, Sym)> = printed
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, node)| node.is_some())
        .collect();
    let nodes = printed.iter().enumerate();
    nodes
        .map(|(file, &node)| {
            if node.is_some() {
                node
            } else {
                nearest(&paths, file, &known)
            }
        })
        .collect()
}

/// The node most lines of one kind print in each file, by position.
pub(super) fn printed(records: &Records, kind: Kind) -> Vec<Sym> {
    let mut votes: BTreeMap<(FileId, Sym), u32> = BTreeMap::new();
    for record in records
        .all
        .iter()
        .filter(|record| record.kind() == kind && record.keys().node.is_some())
    {
        *votes
            .entry((record.file(), record.keys().node))
            .or_default() += 1;
    }
    let mut nodes = vec![(0, Sym::NONE); records.files.len()];
    for ((file, node), count) in votes {
        let most = &mut nodes[file.0 as usize];
        if count > most.0 {
            *most = (count, node);
        }
    }
    nodes.into_iter().map(|(_, node)| node).collect()
}

/// The parts of a file's whole path, from the dropped file inwards.
fn path(file: &File) -> Vec<&str> {
    file.chain.iter().flat_map(|name| name.split('/')).collect()
}

/// The node of the files that share the longest path with this one, if they agree.
fn nearest(paths: &[Vec<&str>], file: usize, known: &[(usize, Sym)]) -> Sym {
    let shared = |other: usize| {
        paths[file]
            .iter()
            .zip(&paths[other])
            .take_while(|(one, other)| one == other)
            .count()
    };
    let longest = known.iter().map(|&(other, _)| shared(other)).max();
    let mut nodes = known
        .iter()
        .filter(|&&(other, _)| Some(shared(other)) == longest)
        .map(|&(_, node)| node);
    let first = nodes.next().unwrap_or(Sym::NONE);
    if nodes.all(|node| node == first) {
        first
    } else {
        Sym::NONE
    }
}
