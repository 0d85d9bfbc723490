//! A load generator: some connections, each with one request after the other.

use crate::process::Server;
use crate::report::micros;
use std::cell::Cell;
use std::fmt::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections that are open at a time.
pub(crate) const CLIENTS: usize = 64;

/// A request, as it goes over the wire.
pub(crate) fn request(method: &str, path: &str, token: &str, body: Option<&str>) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: bench\r\n");
    if !token.is_empty() {
        let _ = write!(text, "Authorization: Bearer {token}\r\n");
    }
    if let Some(body) = body {
        let length = body.len();
        let _ = write!(
            text,
            "Content-Type: application/json\r\nContent-Length: {length}\r\n"
        );
    }
    let _ = write!(text, "\r\n{}", body.unwrap_or_default());
    text.into_bytes()
}

/// What a round came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    /// Requests in a second.
    pub(crate) rate: f64,
    /// CPU microseconds of the server for each request.
    pub(crate) cpu: f64,
}

/// Sends what `next` makes, over [`CLIENTS`] connections, for about so long. Every answer must be a
/// success.
pub(crate) fn round(server: &Server, length: Duration, next: impl Fn() -> Vec<u8>) -> Round {
    round_of(CLIENTS, server, length, next)
}

/// The same, over so many connections.
pub(crate) fn round_of(
    clients: usize,
    server: &Server,
    length: Duration,
    next: impl Fn() -> Vec<u8>,
) -> Round {
    let (cpu, began) = (server.cpu(), Instant::now());
    let count = block_on(async {
        let count = Cell::new(0_u32);
        let clients = (0..clients).map(|_| async {
            let mut connection = Connection::open(server.address).await;
            while began.elapsed() < length {
                let answer = connection.send(&next()).await;
                assert!(answer.is_success(), "{}", answer.text());
                count.set(count.get() + 1);
            }
        });
        futures_util::future::join_all(clients).await;
        count.get()
    });
    Round {
        rate: f64::from(count) / began.elapsed().as_secs_f64(),
        cpu: micros(server.cpu().saturating_sub(cpu)) / f64::from(count),
    }
}

/// Sends one request on a connection of its own.
pub(crate) fn once(server: &Server, request: &[u8]) -> Answer {
    block_on(async { Connection::open(server.address).await.send(request).await })
}

/// The microseconds that one client waits for each of these requests, one after the other; before
/// each, `before` is sent.
pub(crate) fn waits(
    server: &Server,
    count: usize,
    before: impl Fn() -> Vec<u8>,
    request: &[u8],
) -> Vec<f64> {
    block_on(async {
        let mut connection = Connection::open(server.address).await;
        let mut waits = Vec::with_capacity(count);
        for _ in 0..count {
            let answer = connection.send(&before()).await;
            assert!(answer.is_success(), "{}", answer.text());
            let began = Instant::now();
            let answer = connection.send(request).await;
            assert!(answer.is_success(), "{}", answer.text());
            waits.push(micros(began.elapsed()));
        }
        waits
    })
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

/// An answer as it came.
pub(crate) struct Answer {
    bytes: Vec<u8>,
    head: usize,
}

impl Answer {
    /// Whether the status is 2xx.
    pub(crate) fn is_success(&self) -> bool {
        self.bytes.starts_with(b"HTTP/1.1 2")
    }

    /// Head and body.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body.
    pub(crate) fn body(&self) -> &[u8] {
        &self.bytes[self.head..]
    }

    /// The body as a document; the answer must be a success.
    pub(crate) fn json(&self) -> serde_json::Value {
        assert!(self.is_success(), "{}", self.text());
        serde_json::from_slice(self.body()).expect("a JSON document")
    }
}

/// A connection that is kept open.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address)
            .await
            .expect("it accepts connections");
        stream.set_nodelay(true).expect("a socket option");
        Self {
            stream,
            buffer: Vec::with_capacity(64 << 10),
        }
    }

    pub(crate) async fn send(&mut self, request: &[u8]) -> Answer {
        self.stream
            .write_all(request)
            .await
            .expect("it takes a request");
        let mut bytes = std::mem::take(&mut self.buffer);
        bytes.clear();
        loop {
            if let Some((head, length)) = measured(&bytes)
                && bytes.len() >= head + length
            {
                // The next answer goes where this one was, unless it is kept.
                self.buffer = Vec::with_capacity(bytes.capacity());
                return Answer { bytes, head };
            }
            let read = self.stream.read_buf(&mut bytes).await.expect("an answer");
            assert!(
                read > 0,
                "closed before the answer: {}",
                String::from_utf8_lossy(&bytes)
            );
        }
    }
}

/// Lengths of head and body, once the head is there.
fn measured(bytes: &[u8]) -> Option<(usize, usize)> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let length = bytes[..head].split(|byte| *byte == b'\n').find_map(|line| {
        let (name, value) = line.split_at_checked(15)?;
        name.eq_ignore_ascii_case(b"content-length:")
            .then_some(value)
    });
    let length = length.and_then(|value| std::str::from_utf8(value).ok()?.trim().parse().ok());
    Some((head, length.unwrap_or(0)))
}
