//! Cuts a stream of bytes into documents: the lines of NDJSON, or the elements of one JSON
//! array. Memory is bounded by the largest document that is allowed.

/// One document of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Its text, and its number from 1: the line, or the element.
    Document(u64, Vec<u8>),
    /// It was larger than allowed, and was skipped.
    TooLarge(u64),
    /// The stream is not what it says it is, from here on: why.
    Malformed(u64, &'static str),
}

/// How the documents are strung together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// One to a line; blank lines count but hold nothing.
    Lines,
    /// The elements of one array.
    Array,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the array.
    Start,
    /// After `[` or a comma.
    Element,
    /// After `]`.
    End,
    /// After what could not be read.
    Broken,
}

/// Cuts a stream of bytes into documents.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about the last byte"
)]
pub(crate) struct Splitter {
    framing: Framing,
    limit: usize,
    state: State,
    number: u64,
    buffer: Vec<u8>,
    overflow: bool,
    depth: usize,
    in_string: bool,
    escaped: bool,
    after_comma: bool,
}

impl Splitter {
    /// Documents may have up to `limit` bytes.
    pub(crate) fn new(framing: Framing, limit: usize) -> Self {
        Self {
            framing,
            limit,
            state: match framing {
                Framing::Lines => State::Element,
                Framing::Array => State::Start,
            },
            number: 1,
            buffer: Vec::new(),
            overflow: false,
            depth: 0,
            in_string: false,
            escaped: false,
            after_comma: false,
        }
    }

    /// Takes the next bytes; adds the documents that end in them to `out`.
    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut Vec<Piece>) {
        match self.framing {
            Framing::Lines => self.push_lines(bytes, out),
            Framing::Array => bytes.iter().for_each(|byte| self.push_array(*byte, out)),
        }
    }

    /// The stream has ended.
    pub(crate) fn finish(mut self, out: &mut Vec<Piece>) {
        match (self.framing, self.state) {
            (Framing::Lines, _) => {
                self.end_document(out);
            }
            (Framing::Array, State::Start) => {
                out.push(Piece::Malformed(1, "Expected a JSON array."));
            }
            (Framing::Array, State::Element) => {
                out.push(Piece::Malformed(
                    self.number,
                    "The array ended before its \"]\".",
                ));
            }
            (Framing::Array, State::End | State::Broken) => {}
        }
    }

    fn push_lines(&mut self, bytes: &[u8], out: &mut Vec<Piece>) {
        for (index, part) in bytes.split(|byte| *byte == b'\n').enumerate() {
            if index > 0 {
                self.end_document(out);
                self.number += 1;
            }
            self.keep(part);
        }
    }

    fn keep(&mut self, part: &[u8]) {
        if self.overflow || self.buffer.len() + part.len() > self.limit {
            self.overflow = true;
            self.buffer.clear();
        } else {
            self.buffer.extend_from_slice(part);
        }
    }

    /// Whether there was a document.
    fn end_document(&mut self, out: &mut Vec<Piece>) -> bool {
        let document = std::mem::take(&mut self.buffer);
        if std::mem::take(&mut self.overflow) {
            out.push(Piece::TooLarge(self.number));
            return true;
        }
        if document.iter().all(u8::is_ascii_whitespace) {
            return false;
        }
        out.push(Piece::Document(self.number, document));
        true
    }

    fn push_array(&mut self, byte: u8, out: &mut Vec<Piece>) {
        match self.state {
            State::Start if byte == b'[' => self.state = State::Element,
            State::Start | State::End if byte.is_ascii_whitespace() => {}
            State::Start => self.broken("Expected a JSON array.", out),
            State::End => self.broken("There is more after the array.", out),
            State::Element => self.push_element(byte, out),
            State::Broken => {}
        }
    }

    fn push_element(&mut self, byte: u8, out: &mut Vec<Piece>) {
        if self.in_string {
            self.in_string = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return self.keep(&[byte]);
        }
        match byte {
            b'"' => self.in_string = true,
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' if self.depth > 0 => self.depth -= 1,
            b',' if self.depth == 0 => {
                if !self.end_document(out) {
                    return self.broken("An element is missing before a comma.", out);
                }
                self.number += 1;
                self.after_comma = true;
                return;
            }
            b']' => {
                if !self.end_document(out) && self.after_comma {
                    return self.broken("An element is missing after a comma.", out);
                }
                self.state = State::End;
                return;
            }
            b'}' => return self.broken("A \"}\" closes nothing.", out),
            _ => {}
        }
        self.keep(&[byte]);
    }

    fn broken(&mut self, why: &'static str, out: &mut Vec<Piece>) {
        self.state = State::Broken;
        self.buffer.clear();
        out.push(Piece::Malformed(self.number, why));
    }
}

#[cfg(test)]
mod tests;
