use super::{Parser, binding};
use crate::lexer::TokenKind;
use crate::tree::{Comparison, Operator};

/// An operator between two operands.
#[derive(Clone, Copy)]
pub(super) enum Infix {
    Or,
    And,
    Compare(Comparison),
    In { negated: bool },
    Coalesce,
    Arithmetic(Operator),
    Ternary,
}

impl Parser {
    /// The operator that comes next, and how tightly it binds.
    pub(super) fn infix(&self) -> Option<(Infix, u8)> {
        let arithmetic = |op, power| Some((Infix::Arithmetic(op), power));
        let compare = |op| Some((Infix::Compare(op), binding::COMPARE));
        if *self.peek() == TokenKind::Not && *self.peek_after(1) == TokenKind::In {
            return Some((Infix::In { negated: true }, binding::COMPARE));
        }
        let symbol = match self.peek() {
            TokenKind::Or => "||",
            TokenKind::And => "&&",
            TokenKind::In => return Some((Infix::In { negated: false }, binding::COMPARE)),
            TokenKind::Symbol(symbol) => symbol,
            TokenKind::Number(_)
            | TokenKind::Text(_)
            | TokenKind::Name { .. }
            | TokenKind::Element { .. }
            | TokenKind::Method(_)
            | TokenKind::Not
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Null
            | TokenKind::End => return None,
        };
        match symbol {
            "||" => Some((Infix::Or, binding::OR)),
            "&&" => Some((Infix::And, binding::AND)),
            "==" | "=" => compare(Comparison::Eq),
            "!=" | "<>" => compare(Comparison::Ne),
            ">" => compare(Comparison::Gt),
            ">=" => compare(Comparison::Gte),
            "<" => compare(Comparison::Lt),
            "<=" => compare(Comparison::Lte),
            "??" => Some((Infix::Coalesce, binding::COALESCE)),
            "+" => arithmetic(Operator::Add, binding::ADD),
            "-" => arithmetic(Operator::Subtract, binding::ADD),
            "*" => arithmetic(Operator::Multiply, binding::MULTIPLY),
            "/" => arithmetic(Operator::Divide, binding::MULTIPLY),
            "%" => arithmetic(Operator::Remainder, binding::MULTIPLY),
            "^" => arithmetic(Operator::Power, binding::POWER),
            "?" => Some((Infix::Ternary, binding::TERNARY)),
            _ => None,
        }
    }
}
