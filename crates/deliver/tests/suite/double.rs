//! A server of the test's own, which answers as the test says and keeps what it was asked.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }

    /// A header, by its name in small letters; empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split(' ').map(str::to_owned);
        let (method, path) = (words.next()?, words.next()?);
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").map_or(Some(0), |length| length.parse().ok())?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self { method, path, headers, body: String::from_utf8(body).ok()? })
    }
}

pub(crate) struct Double {
    pub(crate) address: SocketAddr,
    pub(crate) heard: Arc<Mutex<Vec<Asked>>>,
}

impl Double {
    pub(crate) fn new(answer: impl Fn(&Asked) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, heard) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<Asked>>>::default());
        let (answer, log) = (Arc::new(answer), Arc::clone(&heard));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, answer, log) = (stream.unwrap(), Arc::clone(&answer), Arc::clone(&log));
                thread::spawn(move || {
                    let Some(asked) = Asked::read(&stream) else { return };
                    log.lock().unwrap().push(asked.clone());
                    let (status, body) = answer(&asked);
                    let fields = format!(
                        "Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}",
                        body.len()
                    );
                    let _ = write!(stream, "HTTP/1.1 {status} x\r\n{fields}\r\n\r\n{body}");
                });
            }
        });
        Self { address, heard }
    }

    pub(crate) fn heard(&self, method: &str, path: &str) -> usize {
        self.heard.lock().unwrap().iter().filter(|asked| asked.is(method, path)).count()
    }
}
