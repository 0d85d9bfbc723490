//! The one syntax tree behind the three spellings.
//!
//! Equal meaning is brought to one shape by the constructors in [`crate::build`], so that printing
//! a tree and parsing the text gives the same tree again.

use serde_json::Value;

use crate::function::Function;
use crate::path::Path;
use crate::pattern::Pattern;

/// A part that is true, false or unknown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Constant(bool),
    /// Two or more; none of them is itself an `And`.
    And(Vec<Node>),
    /// Two or more; none of them is itself an `Or`.
    Or(Vec<Node>),
    Not(Box<Node>),
    /// The step before ended with this label.
    Outcome(String),
    Exists(Path),
    /// A test against constants. A list that a variable holds passes if any element does.
    Test {
        subject: Expr,
        test: Test,
    },
    /// A comparison of which neither side is a constant.
    Compare {
        op: Comparison,
        left: Expr,
        right: Expr,
    },
    /// Membership in a list, or among the keys of an object, that is not a constant.
    In {
        item: Expr,
        list: Expr,
        negated: bool,
    },
    Quantified {
        quantifier: Quantifier,
        list: Expr,
        body: Box<Node>,
    },
    /// A call that gives a boolean.
    Holds(Expr),
}

/// A test of one value against constants.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    Compare(Comparison, Value),
    In {
        values: Vec<Value>,
        negated: bool,
    },
    HasType(TypeName),
    Matches(Pattern),
    Mod {
        divisor: i64,
        remainder: i64,
    },
    /// The length of a list; anything else has none.
    Size(Comparison, Value),
}

/// A part that has a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    /// A list or object in here holds constants only.
    Literal(Value),
    Path(Path),
    /// At least one element is no constant.
    List(Vec<Expr>),
    /// Never of a number literal, which carries its sign itself.
    Negate(Box<Expr>),
    Arithmetic {
        op: Operator,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Call {
        function: Function,
        arguments: Vec<Expr>,
    },
    /// Elements of a list for which the body holds, or how many there are.
    Select {
        how: Selection,
        list: Box<Expr>,
        body: Box<Node>,
    },
    /// The body's value for each element.
    Map {
        flat: bool,
        list: Box<Expr>,
        body: Box<Expr>,
    },
    If {
        condition: Box<Node>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// The second where the first is missing or null.
    Coalesce(Box<Expr>, Box<Expr>),
    /// A condition used as a boolean value.
    Condition(Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
}

impl Comparison {
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Gt => ">",
            Self::Gte => ">=",
            Self::Lt => "<",
            Self::Lte => "<=",
        }
    }

    pub(crate) fn operator(self) -> &'static str {
        match self {
            Self::Eq => "$eq",
            Self::Ne => "$ne",
            Self::Gt => "$gt",
            Self::Gte => "$gte",
            Self::Lt => "$lt",
            Self::Lte => "$lte",
        }
    }

    /// The comparison that says the same with its sides exchanged.
    pub(crate) fn flipped(self) -> Self {
        match self {
            Self::Eq => Self::Eq,
            Self::Ne => Self::Ne,
            Self::Gt => Self::Lt,
            Self::Gte => Self::Lte,
            Self::Lt => Self::Gt,
            Self::Lte => Self::Gte,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

impl Operator {
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Power => "^",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Any,
    All,
    None,
    One,
}

impl Quantifier {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
            Self::None => "none",
            Self::One => "one",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    Filter,
    Count,
}

impl Selection {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Count => "count",
        }
    }
}

/// Type names of `$type`, as far as JSON has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeName {
    Number,
    Double,
    Int,
    Long,
    Text,
    Object,
    Array,
    Bool,
    Null,
}

impl TypeName {
    const TABLE: [(Self, &'static str, i64); 9] = [
        (Self::Number, "number", -2),
        (Self::Double, "double", 1),
        (Self::Int, "int", 16),
        (Self::Long, "long", 18),
        (Self::Text, "string", 2),
        (Self::Object, "object", 3),
        (Self::Array, "array", 4),
        (Self::Bool, "bool", 8),
        (Self::Null, "null", 10),
    ];

    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::TABLE.iter().map(|(_, name, _)| *name)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::TABLE
            .iter()
            .find(|(_, n, _)| *n == name)
            .map(|(kind, _, _)| *kind)
    }

    /// By BSON's number of the type.
    pub(crate) fn from_code(code: i64) -> Option<Self> {
        Self::TABLE
            .iter()
            .find(|(_, _, c)| *c == code && code > 0)
            .map(|(kind, _, _)| *kind)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Double => "double",
            Self::Int => "int",
            Self::Long => "long",
            Self::Text => "string",
            Self::Object => "object",
            Self::Array => "array",
            Self::Bool => "bool",
            Self::Null => "null",
        }
    }

    pub(crate) fn fits(self, value: &Value) -> bool {
        let int = |n: &serde_json::Number| n.as_i64().is_some_and(|i| i32::try_from(i).is_ok());
        match (self, value) {
            (Self::Number, Value::Number(_))
            | (Self::Text, Value::String(_))
            | (Self::Object, Value::Object(_))
            | (Self::Array, Value::Array(_))
            | (Self::Bool, Value::Bool(_))
            | (Self::Null, Value::Null) => true,
            (Self::Double, Value::Number(n)) => n.is_f64(),
            (Self::Int, Value::Number(n)) => int(n),
            (Self::Long, Value::Number(n)) => !n.is_f64() && !int(n),
            (
                Self::Number
                | Self::Double
                | Self::Int
                | Self::Long
                | Self::Text
                | Self::Object
                | Self::Array
                | Self::Bool
                | Self::Null,
                _,
            ) => false,
        }
    }
}
