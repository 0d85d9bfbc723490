use serde_json::{Map, Value};

use super::{Parser, condition, too_long};
use crate::build;
use crate::lexer::{Fault, TokenKind, describe};
use crate::limits::MAX_LIST;
use crate::path::{Path, Root, Segment};
use crate::tree::{Expr, Node};

impl Parser {
    /// A constant, a variable, a call, a list, an object or something in parentheses, and the
    /// methods called on it.
    pub(super) fn primary(&mut self) -> Result<Expr, Fault> {
        let mut expr = self.atom()?;
        let mut methods = 0;
        while let TokenKind::Method(name) = self.peek() {
            let name = name.clone();
            methods += 1;
            if methods > crate::limits::MAX_DEPTH {
                return Err(self.fault("too many calls in a row"));
            }
            self.at += 1;
            expr = self.method(&name, expr)?;
        }
        Ok(expr)
    }

    fn atom(&mut self) -> Result<Expr, Fault> {
        let start = self.start();
        let kind = self.peek().clone();
        if kind != TokenKind::End {
            self.at += 1;
        }
        match kind {
            TokenKind::Number(number) => Ok(Expr::Literal(Value::Number(number))),
            TokenKind::Text(text) => Ok(Expr::Literal(Value::String(text))),
            TokenKind::True => Ok(Expr::Literal(true.into())),
            TokenKind::False => Ok(Expr::Literal(false.into())),
            TokenKind::Null => Ok(Expr::Literal(Value::Null)),
            TokenKind::Symbol("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            TokenKind::Symbol("[") => self.list("]").map(build::list),
            TokenKind::Symbol("{") => self.object(),
            TokenKind::Element { level, segments } => self.element(level, segments, start),
            TokenKind::Name { segments, simple } => {
                let word = segments.first().map(|s| s.name.clone()).unwrap_or_default();
                if simple && *self.peek() == TokenKind::Symbol("(") {
                    return self.call(&word, start);
                }
                if simple && word == "outcome" && self.is_word("is") {
                    self.at += 1;
                    return self.outcome();
                }
                Ok(Expr::Path(self.variable(segments)))
            }
            TokenKind::Method(_)
            | TokenKind::Symbol(_)
            | TokenKind::And
            | TokenKind::Or
            | TokenKind::Not
            | TokenKind::In
            | TokenKind::End => {
                let found = describe(&kind);
                Err(Fault::new(
                    start,
                    format!("expected a value, found {found}"),
                ))
            }
        }
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    /// The single, unquoted name that comes next.
    pub(super) fn word(&self) -> Option<&str> {
        let TokenKind::Name {
            segments,
            simple: true,
        } = self.peek()
        else {
            return None;
        };
        segments.first().map(|segment| segment.name.as_str())
    }

    /// `outcome is "approved"`; the label may be a bare word.
    fn outcome(&mut self) -> Result<Expr, Fault> {
        let label = match self.peek() {
            TokenKind::Text(text) if !text.trim().is_empty() => text.trim().to_owned(),
            TokenKind::Name {
                segments,
                simple: true,
            } => segments.first().map(|s| s.name.clone()).unwrap_or_default(),
            other => {
                let found = describe(other);
                return Err(self.fault(format!("expected an outcome's label, found {found}")));
            }
        };
        self.at += 1;
        Ok(build::value(Node::Outcome(label)))
    }

    /// A variable of the input, unless an enclosing list function gave its element that name.
    fn variable(&self, mut segments: Vec<Segment>) -> Path {
        let first = segments.first().map(|segment| segment.name.as_str());
        let level = self
            .names
            .iter()
            .rev()
            .position(|name| name.is_some() && name.as_deref() == first);
        match level.and_then(|level| u8::try_from(level).ok()) {
            Some(level) => {
                segments.remove(0);
                Path {
                    root: Root::Element(level),
                    segments,
                }
            }
            None => Path::input(segments),
        }
    }

    fn element(&self, level: u8, segments: Vec<Segment>, start: usize) -> Result<Expr, Fault> {
        if usize::from(level) >= self.names.len() {
            return Err(Fault::new(
                start,
                "`#` stands for the element inside a list function such as `any(items, # > 5)`",
            ));
        }
        Ok(Expr::Path(Path {
            root: Root::Element(level),
            segments,
        }))
    }

    /// Expressions up to the closing bracket.
    pub(super) fn list(&mut self, closing: &str) -> Result<Vec<Expr>, Fault> {
        let mut elements = Vec::new();
        if self.eat(closing) {
            return Ok(elements);
        }
        loop {
            if elements.len() == MAX_LIST {
                return Err(too_long(self.start()));
            }
            elements.push(self.expression(0)?);
            if self.eat(closing) {
                return Ok(elements);
            }
            if !self.eat(",") {
                let found = describe(self.peek());
                return Err(self.fault(format!("expected `,` or `{closing}`, found {found}")));
            }
            if self.eat(closing) {
                return Ok(elements);
            }
        }
    }

    /// `{name: 1, "other": [2]}`, constants only.
    fn object(&mut self) -> Result<Expr, Fault> {
        let mut map = Map::new();
        while !self.eat("}") {
            let key = match self.peek().clone() {
                TokenKind::Text(text) => text,
                TokenKind::Name { segments, .. } if segments.len() == 1 => {
                    segments.first().map(|s| s.name.clone()).unwrap_or_default()
                }
                other => {
                    let found = describe(&other);
                    return Err(self.fault(format!("expected a member's name, found {found}")));
                }
            };
            self.at += 1;
            self.expect(":")?;
            let start = self.start();
            let Expr::Literal(value) = self.expression(0)? else {
                return Err(Fault::new(start, "an object can hold constants only"));
            };
            if map.insert(key.clone(), value).is_some() {
                return Err(Fault::new(start, format!("the object has `{key}` twice")));
            }
            if map.len() > MAX_LIST {
                return Err(too_long(start));
            }
            if !self.eat(",") && *self.peek() != TokenKind::Symbol("}") {
                let found = describe(self.peek());
                return Err(self.fault(format!("expected `,` or `}}`, found {found}")));
            }
        }
        Ok(Expr::Literal(Value::Object(map)))
    }

    /// An expression that must be a condition.
    pub(super) fn clause(&mut self) -> Result<Node, Fault> {
        let start = self.start();
        let expr = self.expression(0)?;
        condition(expr, start)
    }
}
