//! Tokens to tree: precedence climbing, one level of recursion for each level of nesting.

mod call;
mod infix;
mod primary;

use crate::build;
use crate::lexer::{self, Fault, Token, TokenKind, describe};
use crate::limits::{MAX_DEPTH, MAX_LIST, MAX_PARSER_DEPTH};
use crate::tree::{Comparison, Expr, Node, Operator};
use crate::walk::Measure;
use infix::Infix;

/// How tightly an operator binds; a larger one binds tighter.
pub(crate) mod binding {
    pub(crate) const TERNARY: u8 = 1;
    pub(crate) const OR: u8 = 2;
    pub(crate) const AND: u8 = 3;
    pub(crate) const NOT: u8 = 4;
    pub(crate) const COMPARE: u8 = 5;
    pub(crate) const COALESCE: u8 = 6;
    pub(crate) const ADD: u8 = 7;
    pub(crate) const MULTIPLY: u8 = 8;
    pub(crate) const NEGATE: u8 = 9;
    pub(crate) const POWER: u8 = 10;
    pub(crate) const ATOM: u8 = 11;
}

/// Parses a whole expression as a condition.
pub(crate) fn parse(text: &str) -> Result<Node, Fault> {
    let mut parser = Parser {
        tokens: lexer::tokens(text)?,
        at: 0,
        depth: 0,
        names: Vec::new(),
    };
    let start = parser.start();
    let expr = parser.expression(0)?;
    let next = parser.peek();
    if *next == TokenKind::End {
        return condition(expr, start);
    }
    let is_value = matches!(
        next,
        TokenKind::Name { .. } | TokenKind::Text(_) | TokenKind::Number(_)
    );
    let hint = if is_value {
        "; an operator such as `and` or `==` is missing before it"
    } else {
        ""
    };
    Err(parser.fault(format!("unexpected {}{hint}", describe(next))))
}

pub(crate) struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Names that enclosing list functions gave their element, the innermost last.
    names: Vec<Option<String>>,
}

impl Parser {
    fn peek(&self) -> &TokenKind {
        self.tokens
            .get(self.at)
            .map_or(&TokenKind::End, |token| &token.kind)
    }

    fn peek_after(&self, ahead: usize) -> &TokenKind {
        self.tokens
            .get(self.at + ahead)
            .map_or(&TokenKind::End, |token| &token.kind)
    }

    fn start(&self) -> usize {
        self.tokens
            .get(self.at)
            .or(self.tokens.last())
            .map_or(0, |token| token.start)
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.start(), message)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), TokenKind::Symbol(s) if *s == symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), Fault> {
        if self.eat(symbol) {
            return Ok(());
        }
        Err(self.fault(format!(
            "expected `{symbol}`, found {}",
            describe(self.peek())
        )))
    }

    /// An expression whose operators bind at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Result<Expr, Fault> {
        self.depth += 1;
        if self.depth > MAX_PARSER_DEPTH {
            return Err(self.fault("the expression is nested too deeply"));
        }
        let start = self.start();
        let mut left = self.prefix()?;
        let mut compared = false;
        let mut chain = 0;
        while let Some((infix, power)) = self.infix().filter(|(_, power)| *power >= least) {
            let operator = self.start();
            if power == binding::COMPARE {
                if compared {
                    return Err(self.fault("comparisons do not chain; join them with `and`"));
                }
                compared = true;
            }
            chain += 1; // each operator of a chain puts the ones before a level deeper
            if chain > MAX_DEPTH {
                return Err(self.fault(format!("more than {MAX_DEPTH} operators in a row")));
            }
            left = self.apply(infix, left, start, operator)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Expr, Fault> {
        let start = self.start();
        let minus = *self.peek() == TokenKind::Symbol("-");
        let power = if minus || *self.peek() == TokenKind::Symbol("!") {
            binding::NEGATE
        } else if *self.peek() == TokenKind::Not {
            binding::NOT
        } else {
            return self.primary();
        };
        self.at += 1;
        let operand_start = self.start();
        let operand = self.expression(power)?;
        if minus {
            return build::negate(operand).map_err(|message| Fault::new(start, message));
        }
        let node = condition(operand, operand_start)?;
        Ok(build::value(Node::Not(Box::new(node))))
    }

    fn apply(
        &mut self,
        infix: Infix,
        left: Expr,
        start: usize,
        operator: usize,
    ) -> Result<Expr, Fault> {
        let at = |message: String| Fault::new(operator, message);
        self.at += 1;
        match infix {
            Infix::Or | Infix::And => self.connective(matches!(infix, Infix::And), left, start),
            Infix::Compare(op) => {
                let right = self.expression(binding::COMPARE + 1)?;
                Ok(build::value(build::compare(op, left, right)))
            }
            Infix::In { negated } => {
                self.at += usize::from(negated);
                self.membership(left, negated, operator)
            }
            Infix::Coalesce => {
                let right = self.expression(binding::COALESCE)?;
                Ok(Expr::Coalesce(Box::new(left), Box::new(right)))
            }
            Infix::Arithmetic(op) => {
                let power = match op {
                    Operator::Add | Operator::Subtract => binding::ADD + 1,
                    Operator::Multiply | Operator::Divide | Operator::Remainder => {
                        binding::MULTIPLY + 1
                    }
                    Operator::Power => binding::NEGATE, // to the right; 2 ^ -1 is fine
                };
                let right = self.expression(power)?;
                build::arithmetic(op, left, right).map_err(at)
            }
            Infix::Ternary => {
                let condition = condition(left, start)?;
                let then = self.expression(0)?;
                self.expect(":")?;
                let otherwise = self.expression(binding::TERNARY)?;
                Ok(Expr::If {
                    condition: Box::new(condition),
                    then: Box::new(then),
                    otherwise: Box::new(otherwise),
                })
            }
        }
    }

    /// All parts of `a and b and c` at once, so that a long chain is not a deep tree.
    fn connective(&mut self, conjunction: bool, left: Expr, start: usize) -> Result<Expr, Fault> {
        let power = if conjunction {
            binding::AND
        } else {
            binding::OR
        };
        let mut parts = vec![condition(left, start)?];
        loop {
            let start = self.start();
            let part = self.expression(power + 1)?;
            parts.push(condition(part, start)?);
            match self.infix() {
                Some((_, next)) if next == power => self.at += 1,
                _ => break,
            }
        }
        let node = if conjunction {
            build::and(parts)
        } else {
            build::or(parts)
        };
        Ok(build::value(node))
    }

    /// The right side of `in`: a list, an object, or an interval `[1..10)`.
    fn membership(&mut self, item: Expr, negated: bool, operator: usize) -> Result<Expr, Fault> {
        if let Some(low_in) = self.interval_ahead() {
            self.at += 1;
            return self.interval(item, negated, low_in);
        }
        let list = self.expression(binding::COMPARE + 1)?;
        let node = build::member(item, list, negated).map_err(|m| Fault::new(operator, m))?;
        Ok(build::value(node))
    }

    /// Whether `[a..b]` or `(a..b]` comes next, and whether it includes its lower end.
    fn interval_ahead(&self) -> Option<bool> {
        let low_in = *self.peek() == TokenKind::Symbol("[");
        if !low_in && *self.peek() != TokenKind::Symbol("(") {
            return None;
        }
        let mut open = 0_usize;
        for token in self.tokens.get(self.at..)? {
            let TokenKind::Symbol(symbol) = token.kind else {
                continue;
            };
            match symbol {
                "[" | "(" | "{" => open += 1,
                "]" | ")" | "}" if open == 1 => return None,
                "]" | ")" | "}" => open -= 1,
                ".." if open == 1 => return Some(low_in),
                _ => {}
            }
        }
        None
    }

    fn interval(&mut self, item: Expr, negated: bool, low_in: bool) -> Result<Expr, Fault> {
        // The tree has the item twice; nested intervals must not double it again and again.
        if Measure::of_expr(&item).nodes > MAX_DEPTH {
            return Err(self.fault("too long an expression is tested by an interval"));
        }
        let low = self.expression(0)?;
        self.expect("..")?;
        let high = self.expression(0)?;
        let high_in = self.eat("]");
        if !high_in {
            self.expect(")")?;
        }
        let lower = if low_in {
            Comparison::Gte
        } else {
            Comparison::Gt
        };
        let upper = if high_in {
            Comparison::Lte
        } else {
            Comparison::Lt
        };
        let both = build::and(vec![
            build::compare(lower, item.clone(), low),
            build::compare(upper, item, high),
        ]);
        Ok(build::value(if negated {
            Node::Not(Box::new(both))
        } else {
            both
        }))
    }
}

fn condition(expr: Expr, start: usize) -> Result<Node, Fault> {
    build::condition(expr).map_err(|message| Fault::new(start, message))
}

fn too_long(at: usize) -> Fault {
    Fault::new(at, format!("a list has at most {MAX_LIST} elements"))
}
