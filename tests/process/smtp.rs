//! A mail server that keeps what it is sent.

use crate::wait::wait;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server does with a mail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Takes it.
    Takes,
    /// Takes it, and never says so.
    FallsSilent,
    /// Refuses recipients whose name begins with this word, for good.
    Refuses(&'static str),
}

/// A mail that was sent completely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) recipient: String,
    pub(crate) message_id: String,
    pub(crate) text: String,
}

/// A mail server on a port of 127.0.0.1.
pub(crate) struct MailServer {
    port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    /// On a free port.
    pub(crate) fn start(manner: Manner) -> Self {
        Self::on(0, manner)
    }

    /// On this port, or a free one for 0. Serves until the tests end.
    pub(crate) fn on(port: u16, manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let mails: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            mails: mails.clone(),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mails = mails.clone();
                // A client that is killed breaks its conversation off.
                std::thread::spawn(move || stream.and_then(|s| converse(s, manner, &mails)));
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The mails so far.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    /// Waits for that many mails.
    pub(crate) fn receives(&self, count: usize, patience: Duration) -> Vec<Mail> {
        wait(&format!("{count} mails"), patience, || {
            let mails = self.mails();
            (mails.len() >= count).then_some(mails)
        })
    }
}

/// A port where nobody listens.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn converse(stream: TcpStream, manner: Manner, mails: &Mutex<Vec<Mail>>) -> io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut recipient = String::new();
    out.write_all(b"220 test\r\n")?;
    while let Some(line) = lines.next() {
        let line = line?;
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        let reply = match verb.to_ascii_uppercase().as_str() {
            "RCPT" => {
                recipient = between(&line, '<', '>');
                match manner {
                    Manner::Refuses(word) if recipient.starts_with(word) => "550 no such user",
                    Manner::Refuses(_) | Manner::Takes | Manner::FallsSilent => "250 ok",
                }
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let text = read_mail(&mut lines)?;
                mails.lock().unwrap().push(Mail {
                    recipient: recipient.clone(),
                    message_id: header(&text, "Message-ID: "),
                    text,
                });
                if manner == Manner::FallsSilent {
                    // Until the client breaks off.
                    return lines.try_for_each(|line| line.map(drop));
                }
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        out.write_all(format!("{reply}\r\n").as_bytes())?;
    }
    Ok(())
}

fn read_mail(lines: &mut impl Iterator<Item = io::Result<String>>) -> io::Result<String> {
    let mut text = String::new();
    for line in lines {
        let line = line?;
        if line == "." {
            return Ok(text);
        }
        text.push_str(&line);
        text.push('\n');
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

fn between(line: &str, open: char, close: char) -> String {
    let rest = line.split(open).nth(1).unwrap_or_default();
    rest.split(close).next().unwrap_or_default().to_owned()
}

fn header(text: &str, name: &str) -> String {
    let found = text.lines().find_map(|line| line.strip_prefix(name));
    found.unwrap().to_owned()
}
