//! HTTP over a plain socket: tests send what no library would, and see when a connection breaks.

use serde_json::Value;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where the API is.
pub(crate) const PREFIX: &str = "/api/v1/workflow";

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The body, when the status is the expected one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }
}

/// Reads one answer off a connection.
pub(crate) fn read_answer(stream: &mut impl BufRead) -> io::Result<Answer> {
    let broken = |what: &str| io::Error::new(io::ErrorKind::UnexpectedEof, what.to_owned());
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| broken("no status"))?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err(broken("the head is cut off"));
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut answer = Answer {
        status,
        headers,
        body: Vec::new(),
    };
    let length = answer.header("content-length").and_then(|n| n.parse().ok());
    if let Some(length) = length {
        answer.body = vec![0; length];
        stream.read_exact(&mut answer.body)?;
    } else if answer.header("transfer-encoding") == Some("chunked") {
        read_chunks(stream, &mut answer.body)?;
    }
    Ok(answer)
}

fn read_chunks(stream: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        let mut chunk = vec![0; length + 2];
        stream.read_exact(&mut chunk)?;
        if length == 0 {
            return Ok(());
        }
        body.extend_from_slice(&chunk[..length]);
    }
}

/// Opens a connection.
pub(crate) fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Whether the other side has not closed an idle connection.
fn is_open(stream: &BufReader<TcpStream>) -> bool {
    let stream = stream.get_ref();
    stream.set_nonblocking(true).unwrap();
    let seen = stream.peek(&mut [0]);
    stream.set_nonblocking(false).unwrap();
    seen.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

/// A caller with one connection, which is opened again when it was closed.
pub(crate) struct Client {
    address: String,
    token: Option<String>,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(crate) fn new(address: &str, token: Option<&str>) -> Self {
        Self {
            address: address.to_owned(),
            token: token.map(str::to_owned),
            connection: None,
        }
    }

    /// Sends a request; an error when the connection broke before the answer was complete.
    pub(crate) fn try_send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Answer> {
        let typed = body.is_empty() || headers.iter().any(|(name, _)| *name == "Content-Type");
        let mut lines = vec![
            format!("{method} {path} HTTP/1.1"),
            "Host: wfi.test".to_owned(),
            format!("Content-Length: {}", body.len()),
        ];
        let token = self.token.iter();
        lines.extend(token.map(|token| format!("Authorization: Bearer {token}")));
        lines.extend((!typed).then(|| "Content-Type: application/json".to_owned()));
        lines.extend(
            headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        let head = format!("{}\r\n\r\n{body}", lines.join("\r\n"));
        let mut stream = match self.connection.take().filter(is_open) {
            Some(open) => open,
            None => BufReader::new(connect(&self.address)?),
        };
        stream.get_mut().write_all(head.as_bytes())?;
        let answer = read_answer(&mut stream)?;
        if answer.header("connection") != Some("close") {
            self.connection = Some(stream);
        }
        Ok(answer)
    }

    /// A request to a path outside the API's prefix.
    pub(crate) fn outside(&mut self, method: &str, path: &str) -> Answer {
        self.try_send(method, path, &[], "").unwrap()
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.outside("GET", &format!("{PREFIX}{path}"))
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Answer {
        let path = format!("{PREFIX}{path}");
        self.try_send("POST", &path, &[], &body.to_string())
            .unwrap()
    }

    /// The number of objects that a list has.
    pub(crate) fn count(&mut self, path: &str) -> i64 {
        self.get(path).expect(200)["count"].as_i64().unwrap()
    }

    /// All objects of a list, page after page.
    pub(crate) fn all(&mut self, path: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut next = Some(format!("{PREFIX}{path}"));
        while let Some(page) = next {
            let page = self.outside("GET", &page).expect(200);
            all.extend(page["results"].as_array().unwrap().iter().cloned());
            let link = page["next"].as_str().map(str::to_owned);
            next = link.map(|link| {
                let at = link.find(PREFIX).unwrap();
                link[at..].to_owned()
            });
        }
        all
    }

    /// Makes a workflow of that name; answers its id.
    pub(crate) fn workflow(&mut self, name: &str) -> i64 {
        let made = self.post("/workflows/", &serde_json::json!({"name": name}));
        made.expect(201)["id"].as_i64().unwrap()
    }
}
