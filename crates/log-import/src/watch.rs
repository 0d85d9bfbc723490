//! A reader that counts, stops at a limit, and refuses XML that the XES reader does not survive.

mod guard;

use guard::Guard;
use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// What a [`Watch`] has seen; shared with whoever gave the reader away.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    lines: Cell<u64>,
    too_large: Cell<bool>,
    fault: RefCell<Option<Fault>>,
}

/// Why reading stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The source failed.
    Source(String),
    /// The text is not acceptable XML, at this line.
    Text(u64, String),
}

impl Seen {
    /// The line that is being read, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.lines.get() + 1
    }

    pub(crate) fn too_large(&self) -> bool {
        self.too_large.get()
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault.borrow().clone()
    }
}

/// The reader.
#[derive(Debug)]
pub(crate) struct Watch<R> {
    inner: R,
    left: u64,
    guard: Option<Guard>,
    /// How much of the buffer the guard has seen.
    scanned: usize,
    seen: Rc<Seen>,
}

impl<R: BufRead> Watch<R> {
    /// A reader of at most `max_bytes`.
    pub(crate) fn new(inner: R, max_bytes: u64) -> (Self, Rc<Seen>) {
        let seen = Rc::new(Seen::default());
        let watch = Self {
            inner,
            left: max_bytes,
            guard: None,
            scanned: 0,
            seen: Rc::clone(&seen),
        };
        (watch, seen)
    }

    /// Checks that the text is XML that can be read safely.
    pub(crate) fn guarded(mut self) -> Self {
        self.guard = Some(Guard::default());
        self
    }
}

impl<R: BufRead> BufRead for Watch<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let buffer = match self.inner.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) => {
                if error.kind() != io::ErrorKind::Interrupted {
                    *self.seen.fault.borrow_mut() = Some(Fault::Source(error.to_string()));
                }
                return Err(error);
            }
        };
        if self.left == 0 && !buffer.is_empty() {
            self.seen.too_large.set(true);
            return Err(io::Error::other("the log is too large"));
        }
        if let Some(guard) = &mut self.guard {
            let checked = if buffer.is_empty() {
                guard.finish()
            } else {
                guard.scan(buffer.get(self.scanned..).unwrap_or_default())
            };
            if let Err((line, message)) = checked {
                *self.seen.fault.borrow_mut() = Some(Fault::Text(line, message.to_owned()));
                return Err(io::Error::other(message));
            }
            self.scanned = buffer.len();
        }
        let allowed = usize::try_from(self.left).unwrap_or(usize::MAX);
        Ok(&buffer[..buffer.len().min(allowed)])
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(buffer) = self.inner.fill_buf() {
            let taken = buffer.get(..amount).unwrap_or(buffer);
            self.seen.lines.set(self.seen.lines.get() + newlines(taken));
        }
        self.inner.consume(amount);
        self.scanned = self.scanned.saturating_sub(amount);
        self.left = self.left.saturating_sub(amount as u64);
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

impl<R: BufRead> Read for Watch<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let buffer = self.fill_buf()?;
        let amount = buffer.len().min(into.len());
        into[..amount].copy_from_slice(&buffer[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}
