//! A static host as small as can be: the same folder at `/` and under a sub-path.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Where the folder is found besides the root.
pub const SUB_PATH: &str = "/some/team/logintrace/";

/// Serves until the process ends.
pub struct Server {
    /// `http://127.0.0.1:port`
    pub origin: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves `folder` on a free port of this machine.
    ///
    /// # Errors
    /// There is no free port.
    pub fn start(folder: &Path) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let origin = format!("http://{}", listener.local_addr()?);
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (folder, heard) = (folder.to_owned(), requests.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, heard) = (folder.clone(), heard.clone());
                // A browser that goes away in the middle of an answer is no failure of the server.
                std::thread::spawn(move || answer(stream, &folder, &heard).ok());
            }
        });
        Ok(Self { origin, requests })
    }

    /// The paths asked for so far, each with the status of its answer.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        let requests = self
            .requests
            .lock()
            .expect("no thread panics with the lock");
        requests.clone()
    }
}

fn answer(mut stream: TcpStream, folder: &Path, heard: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    while lines
        .next()
        .transpose()?
        .is_some_and(|line| !line.is_empty())
    {}
    let path = first.split(' ').nth(1).unwrap_or("/");
    let file = file_of(folder, path);
    let body = std::fs::read(&file).ok();
    let status = if body.is_some() {
        "200 OK"
    } else {
        "404 Not Found"
    };
    let said = format!("{path} {status}");
    heard
        .lock()
        .expect("no thread panics with the lock")
        .push(said);
    let body = body.unwrap_or_default();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        kind_of(&file),
        body.len()
    )?;
    stream.write_all(&body)
}

fn file_of(folder: &Path, path: &str) -> PathBuf {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let inside = path.strip_prefix(SUB_PATH).unwrap_or(path);
    let inside = inside.trim_start_matches('/');
    folder.join(if inside.is_empty() {
        "index.html"
    } else {
        inside
    })
}

fn kind_of(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
