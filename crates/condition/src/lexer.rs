//! Text to tokens. A dotted path is one token.

mod describe;
mod literal;

use serde_json::Number;

use crate::limits::{MAX_SEGMENTS, MAX_TEXT_BYTES};
use crate::path::Segment;
pub(crate) use describe::describe;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    Number(Number),
    Text(String),
    /// `customer.items[0].price`; `simple` if it is one name without quotes.
    Name {
        segments: Vec<Segment>,
        simple: bool,
    },
    /// `#` and what follows: the element of a list function, `level` functions outwards.
    Element {
        level: u8,
        segments: Vec<Segment>,
    },
    /// `.name(`: a function called on what stands before.
    Method(String),
    Symbol(&'static str),
    And,
    Or,
    Not,
    In,
    True,
    False,
    Null,
    End,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Byte offset of the first character.
    pub(crate) start: usize,
}

/// A fault, and the byte offset where it is.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }
}

/// Longest first, so that `<=` is not `<` and `=`.
const SYMBOLS: [&str; 28] = [
    "&&", "||", "==", "!=", "<>", "<=", ">=", "??", "..", "<", ">", "=", "!", "+", "-", "*", "/",
    "%", "^", "(", ")", "[", "]", "{", "}", ",", ":", "?",
];

/// Whether a name is written without quotes.
pub(crate) fn is_plain(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(starts_name) && chars.all(continues_name)
}

/// The meaning of a word that cannot be the name of a variable.
pub(crate) fn keyword(word: &str) -> Option<TokenKind> {
    match word {
        "true" => return Some(TokenKind::True),
        "false" => return Some(TokenKind::False),
        "null" => return Some(TokenKind::Null),
        _ => {}
    }
    let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
    match () {
        () if is("and") => Some(TokenKind::And),
        () if is("or") => Some(TokenKind::Or),
        () if is("not") => Some(TokenKind::Not),
        () if is("in") => Some(TokenKind::In),
        () => None,
    }
}

fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Fault::new(
            0,
            format!("the expression is longer than {MAX_TEXT_BYTES} bytes"),
        ));
    }
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_space();
        let start = lexer.at;
        let kind = lexer.next(tokens.last())?;
        let end = kind == TokenKind::End;
        tokens.push(Token { kind, start });
        if end {
            return Ok(tokens);
        }
    }
}

pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, accept: impl Fn(char) -> bool) -> &str {
        let start = self.at;
        let rest = self.rest();
        self.at += rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn next(&mut self, before: Option<&Token>) -> Result<TokenKind, Fault> {
        let Some(first) = self.peek() else {
            return Ok(TokenKind::End);
        };
        match first {
            '"' | '\'' => self.quoted(first).map(TokenKind::Text),
            '`' => self.name(),
            '#' => self.element(),
            _ if first.is_ascii_digit() => self.number(),
            _ if starts_name(first) => self.name(),
            '.' if before.is_some() => match self.method() {
                Some(method) => Ok(method),
                None => self.symbol(first),
            },
            _ => self.symbol(first),
        }
    }

    fn symbol(&mut self, first: char) -> Result<TokenKind, Fault> {
        match SYMBOLS
            .iter()
            .find(|symbol| self.rest().starts_with(**symbol))
        {
            Some(symbol) => {
                self.at += symbol.len();
                Ok(TokenKind::Symbol(symbol))
            }
            None => Err(Fault::new(self.at, unexpected(first))),
        }
    }

    fn method(&mut self) -> Option<TokenKind> {
        let start = self.at;
        self.at += 1;
        let name = self.take(continues_name).to_owned();
        if is_plain(&name) && self.rest().trim_start().starts_with('(') {
            return Some(TokenKind::Method(name));
        }
        self.at = start;
        None
    }

    fn name(&mut self) -> Result<TokenKind, Fault> {
        let quoted = self.peek() == Some('`');
        let first = if quoted {
            self.quoted('`')?
        } else {
            self.take(continues_name).to_owned()
        };
        if !quoted
            && !self.rest().starts_with('.')
            && let Some(keyword) = keyword(&first)
        {
            return Ok(keyword);
        }
        let mut segments = vec![self.segment(first)?];
        self.segments(&mut segments)?;
        let simple = !quoted && segments.len() == 1;
        Ok(TokenKind::Name { segments, simple })
    }

    fn element(&mut self) -> Result<TokenKind, Fault> {
        let start = self.at;
        let hashes = self.take(|c| c == '#').len();
        let level = u8::try_from(hashes - 1)
            .ok()
            .ok_or_else(|| Fault::new(start, "so many `#` cannot be enclosing list functions"))?;
        let mut segments = Vec::new();
        self.segments(&mut segments)?;
        Ok(TokenKind::Element { level, segments })
    }

    /// `.name`, `.0`, `` .`odd name` ``, `[0]`, `["odd name"]`, as many as there are.
    fn segments(&mut self, segments: &mut Vec<Segment>) -> Result<(), Fault> {
        loop {
            let start = self.at;
            let mut next = self.rest().chars();
            let name = match (next.next(), next.next()) {
                (Some('.'), Some('`')) => {
                    self.at += 1;
                    self.quoted('`')?
                }
                (Some('.'), Some(c)) if continues_name(c) => {
                    if self.is_call() {
                        return Ok(());
                    }
                    self.at += 1;
                    self.take(continues_name).to_owned()
                }
                (Some('['), _) => self.index()?,
                _ => return Ok(()),
            };
            if segments.len() == MAX_SEGMENTS {
                return Err(Fault::new(
                    start,
                    format!("a path has at most {MAX_SEGMENTS} names"),
                ));
            }
            segments.push(self.segment(name)?);
        }
    }

    /// Whether `.name(` follows.
    fn is_call(&self) -> bool {
        let rest = self.rest().get(1..).unwrap_or_default();
        rest.trim_start_matches(continues_name)
            .trim_start()
            .starts_with('(')
    }

    fn index(&mut self) -> Result<String, Fault> {
        let start = self.at;
        self.at += 1;
        self.skip_space();
        let name = match self.peek() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
            _ => self.take(|c| c.is_ascii_digit()).to_owned(),
        };
        self.skip_space();
        if name.is_empty() || self.peek() != Some(']') {
            return Err(Fault::new(
                start,
                "only a number or a quoted name can stand in `[…]` after a variable",
            ));
        }
        self.at += 1;
        Ok(name)
    }

    fn segment(&self, name: String) -> Result<Segment, Fault> {
        if name.is_empty() {
            return Err(Fault::new(self.at, "a variable's name cannot be empty"));
        }
        if name.contains('.') {
            return Err(Fault::new(
                self.at,
                format!("`{name}`: a name cannot hold a dot; the dot separates nested names"),
            ));
        }
        Ok(Segment::new(name))
    }
}

fn unexpected(c: char) -> String {
    match c {
        '&' => "unexpected `&`; write `and`".to_owned(),
        '|' => "unexpected `|`; write `or`".to_owned(),
        ';' => "unexpected `;`; a condition is one expression, without assignments".to_owned(),
        '$' => "unexpected `$`; operators such as `$gt` belong to operator objects, \
                here write `>`"
            .to_owned(),
        _ => format!("unexpected character `{}`", c.escape_debug()),
    }
}
