//! Which Finesse node wrote a file. Webservices lines print it; the other logs of a node do not, but
//! lie beside its webservices log in the bundle.

use crate::record::intern::Sym;
use crate::record::{File, FileId, Kind, Records};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The Finesse node of each file, by position; [`Sym::NONE`] where the bundle does not tell.
pub(super) fn nodes(records: &Records) -> Vec<Sym> {
    let printed = printed(records, Kind::Webservices);
    let paths: Vec<Vec<&str>> = records.files.iter().map(path).collect();
    let mut below: FxHashMap<&[&str], Agreed> = FxHashMap::default();
    for (path, &node) in paths.iter().zip(&printed) {
        if node.is_some() {
            for end in 0..=path.len() {
                let known = below.entry(&path[..end]).or_insert(Agreed(node));
                if known.0 != node {
                    *known = Agreed(Sym::NONE);
                }
            }
        }
    }
    let nodes = printed.iter().zip(&paths);
    nodes
        .map(|(&node, path)| node.or(nearest(path, &below)))
        .collect()
}

/// The node that all files below a folder print; none if they do not agree.
#[derive(Clone, Copy)]
struct Agreed(Sym);

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
fn nearest(path: &[&str], below: &FxHashMap<&[&str], Agreed>) -> Sym {
    let mut folders = (0..=path.len()).rev().map(|end| &path[..end]);
    let known = folders.find_map(|folder| below.get(folder));
    known.map_or(Sym::NONE, |agreed| agreed.0)
}
