//! Looks at XML before the XES reader does: that reader recurses over nested attributes when it
//! drops them, panics at an event without attributes, and takes a file that was cut off for a
//! whole one.

/// Attributes of attributes of … are refused beyond this.
const MAX_DEPTH: usize = 64;
/// Longer names are not told apart; no name that matters is as long.
const NAME_LENGTH: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Guard {
    state: State,
    depth: usize,
    lines: u64,
    /// The beginning of the name of the tag.
    name: Vec<u8>,
    /// The last byte before this one.
    last: u8,
    /// The one before that.
    last_but_one: u8,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After `<`.
    Open,
    /// In the name of a tag.
    Name,
    /// In a tag, after its name.
    Tag,
    /// In a quoted value of a tag.
    Quote(u8),
    /// In `</name`.
    Close,
    /// In `<?…?>`.
    Instruction,
    /// After `<!`.
    Bang,
    /// In `<!--…-->`.
    Comment,
    /// In `<![CDATA[…]]>`.
    Data,
    /// In another `<!…>`.
    Declaration,
}

/// A line and what is wrong there.
type Wrong = (u64, &'static str);

impl Guard {
    /// Looks at the next bytes.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Result<(), Wrong> {
        for &byte in bytes {
            self.state = self.step(byte)?;
            self.lines += u64::from(byte == b'\n');
            self.last_but_one = self.last;
            self.last = byte;
        }
        Ok(())
    }

    /// The end of the file.
    pub(super) fn finish(&self) -> Result<(), Wrong> {
        if self.depth > 0 || self.state != State::Text {
            return Err(self.wrong("the file ends in the middle of an element; it was cut off"));
        }
        Ok(())
    }

    fn wrong(&self, message: &'static str) -> Wrong {
        (self.lines + 1, message)
    }

    fn step(&mut self, byte: u8) -> Result<State, Wrong> {
        let two = (self.last_but_one, self.last);
        Ok(match (self.state, byte) {
            (State::Text, b'<') => {
                self.name.clear();
                State::Open
            }
            (State::Open, b'/') => State::Close,
            (State::Open, b'?') => State::Instruction,
            (State::Open, b'!') => State::Bang,
            (State::Open | State::Name | State::Tag, b'>') => self.opened()?,
            (State::Open | State::Name, byte) if is_space(byte) || byte == b'/' => State::Tag,
            (State::Open | State::Name, byte) => {
                if self.name.len() < NAME_LENGTH {
                    self.name.push(byte);
                }
                State::Name
            }
            (State::Tag, b'"' | b'\'') => State::Quote(byte),
            (State::Tag, _) => State::Tag,
            (State::Quote(quote), byte) if byte == quote => State::Tag,
            (State::Quote(quote), _) => State::Quote(quote),
            (State::Close, b'>') => {
                self.depth = self.depth.saturating_sub(1);
                State::Text
            }
            (State::Close, _) => State::Close,
            (State::Instruction, b'>') if two.1 == b'?' => State::Text,
            (State::Instruction, _) => State::Instruction,
            (State::Bang, b'-') => State::Comment,
            (State::Bang, b'[') => State::Data,
            (State::Text, _) | (State::Bang | State::Declaration, b'>') => State::Text,
            (State::Bang | State::Declaration, _) => State::Declaration,
            (State::Comment, b'>') if two == (b'-', b'-') => State::Text,
            (State::Comment, _) => State::Comment,
            (State::Data, b'>') if two == (b']', b']') => State::Text,
            (State::Data, _) => State::Data,
        })
    }

    /// At the `>` of an opening tag.
    fn opened(&mut self) -> Result<State, Wrong> {
        if self.last == b'/' {
            if self.name == b"event" {
                return Err(self.wrong("an event has no attribute, not even a name and a time"));
            }
            return Ok(State::Text);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong("elements are nested more than 64 deep"));
        }
        Ok(State::Text)
    }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}
