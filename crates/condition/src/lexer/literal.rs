use serde_json::Number;

use super::{Fault, Lexer, TokenKind, continues_name};

impl Lexer<'_> {
    /// `12`, `0.5`, `1e-3`. Integers beyond 64 bits become floats.
    pub(super) fn number(&mut self) -> Result<TokenKind, Fault> {
        let start = self.at;
        self.take(|c| c.is_ascii_digit());
        let mut after = self.rest().chars();
        if after.next() == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.take(|c| c.is_ascii_digit());
        }
        self.exponent();
        let written = self.text.get(start..self.at).unwrap_or_default().to_owned();
        if self.peek().is_some_and(continues_name) {
            let tail = self.take(continues_name);
            let message = format!(
                "`{written}{tail}` is neither a number nor a name; a name that begins with a \
                 digit is written `` `{written}{tail}` ``"
            );
            return Err(Fault::new(start, message));
        }
        let integer = written.parse::<i64>().map(Number::from);
        let integer = integer
            .or_else(|_| written.parse::<u64>().map(Number::from))
            .ok();
        let float = || written.parse().ok().and_then(Number::from_f64);
        integer
            .or_else(float)
            .map(TokenKind::Number)
            .ok_or_else(|| Fault::new(start, format!("`{written}` is too large for a number")))
    }

    fn exponent(&mut self) {
        let rest = self.rest();
        let Some(tail) = rest.strip_prefix(['e', 'E']) else {
            return;
        };
        let digits = tail.strip_prefix(['+', '-']).unwrap_or(tail);
        if digits.starts_with(|c: char| c.is_ascii_digit()) {
            self.at += rest.len() - digits.len();
            self.take(|c| c.is_ascii_digit());
        }
    }

    /// A text in quotes, with the escapes of JSON.
    pub(super) fn quoted(&mut self, quote: char) -> Result<String, Fault> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(c) = self.peek() else {
                return Err(Fault::new(start, format!("the closing {quote} is missing")));
            };
            self.at += c.len_utf8();
            match c {
                _ if c == quote => return Ok(text),
                '\\' => text.push(self.escape()?),
                _ => text.push(c),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at.saturating_sub(1);
        let Some(c) = self.peek() else {
            return Err(Fault::new(start, "the text ends inside an escape"));
        };
        self.at += c.len_utf8();
        Ok(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => return self.unicode(start),
            '"' | '\'' | '`' | '\\' | '/' => c,
            _ => {
                let message = format!("unknown escape `\\{c}`; a backslash is written `\\\\`");
                return Err(Fault::new(start, message));
            }
        })
    }

    /// `\u00e9`, or a pair of surrogates.
    fn unicode(&mut self, start: usize) -> Result<char, Fault> {
        let fault = || Fault::new(start, "`\\u` needs four hexadecimal digits of a character");
        let first = self.hex().ok_or_else(fault)?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or_else(fault);
        }
        if !self.rest().starts_with("\\u") {
            return Err(fault());
        }
        self.at += 2;
        let second = self
            .hex()
            .filter(|low| (0xdc00..0xe000).contains(low))
            .ok_or_else(fault)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or_else(fault)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|d| d.chars().all(|c| c.is_ascii_hexdigit()))?;
        let code = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(code)
    }
}
