//! Paths to a session that has read them.

use crate::readers::Readers;
use logintrace::protocol::SourceMeta;
use logintrace::session::{Session, Sharing};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes read at once.
const CHUNK: usize = 1 << 20; // 1 MiB

/// A file to read, and the name it has in the report.
struct Source {
    name: String,
    path: PathBuf,
}

/// Reads files and whole folders as one bundle. What cannot be opened is in the report, with the
/// reason.
pub(crate) fn read(paths: &[PathBuf]) -> Session {
    let mut sources = Vec::new();
    let mut unreadable = Vec::new();
    for path in paths {
        find(path, &base_name(path), &mut sources, &mut unreadable);
    }
    sources.sort_by(|one, other| one.name.cmp(&other.name));
    let readers = Readers::start();
    let mut session = Session::shared(Sharing::among(readers.count()));
    session.open(1, sources.iter().map(meta).collect(), unreadable);
    for (nth, source) in (0u32..).zip(&sources) {
        session.begin(nth);
        let failed = feed(&mut session, &readers, &source.path)
            .err()
            .map(|error| format!("could not be read: {error}"));
        session.end(failed);
        readers.serve(&mut session);
    }
    readers.finish(&mut session);
    session.close(false, 0.0);
    session
}

/// The last name of a path, as the browser names a dropped file or folder.
fn base_name(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().or(whole.file_name());
    name.map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn find(
    path: &Path,
    name: &str,
    sources: &mut Vec<Source>,
    unreadable: &mut Vec<(String, String)>,
) {
    if !path.is_dir() {
        match fs::metadata(path) {
            Ok(_) => sources.push(Source {
                name: name.to_owned(),
                path: path.to_owned(),
            }),
            Err(error) => {
                unreadable.push((name.to_owned(), format!("could not be opened: {error}")))
            }
        }
        return;
    }
    let entries = fs::read_dir(path).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    match entries {
        Ok(entries) => {
            for entry in entries {
                let inner = format!("{name}/{}", entry.file_name().to_string_lossy());
                find(&entry.path(), &inner, sources, unreadable);
            }
        }
        Err(error) => unreadable.push((
            name.to_owned(),
            format!("the folder could not be read: {error}"),
        )),
    }
}

fn meta(source: &Source) -> SourceMeta {
    SourceMeta {
        name: source.name.clone(),
        size: fs::metadata(&source.path).map_or(0, |meta| meta.len()),
    }
}

fn feed(session: &mut Session, readers: &Readers, path: &Path) -> std::io::Result<()> {
    let mut file = fs::File::open(path)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(()),
            n => session.feed(&chunk[..n]),
        }
        readers.serve(session);
    }
}
