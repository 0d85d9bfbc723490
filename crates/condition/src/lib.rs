//! The condition language: three spellings, one syntax tree, three-valued evaluation.
//!
//! A condition says when a step runs, which branch is taken, which suggestion applies. It is
//! compiled once ([`Condition::from_json`], [`Condition::parse`], [`Condition::from_branch`]) and
//! evaluated many times on JSON ([`Condition::evaluate`]). The crate knows nothing of workflows,
//! has no clock, no randomness and no IO, and can be used alone: a condition is a pure function of
//! its input and of the outcome of the step before.
//!
//! ```
//! use condition::{Condition, Scope, Truth};
//! use serde_json::json;
//!
//! let condition = Condition::from_json(&json!({"amount": {"$gt": 10000}}))?;
//! assert_eq!(condition.to_string(), "amount > 10000");
//! assert_eq!(condition.evaluate(&Scope::new(&json!({"amount": 15000}))), Truth::True);
//! let unknown = Truth::Unknown(vec!["amount".to_owned()]);
//! assert_eq!(condition.evaluate(&Scope::new(&json!({}))), unknown);
//! let why = condition.explain(&Scope::new(&json!({"amount": 9000})));
//! assert_eq!(why.nearest[0].to, json!(10001));
//! # Ok::<(), Vec<condition::ConditionError>>(())
//! ```
//!
//! # Three spellings
//!
//! **An operator object** has MongoDB's meaning: `$eq $ne $gt $gte $lt $lte $in $nin $exists $type
//! $regex $options $mod $size $all $elemMatch $not` under a variable, `$and $or $nor $not $expr`
//! beside variables, dotted paths, members joined by "and". Members of an object are in no order.
//!
//! **An expression string**, from the loosest operator to the tightest:
//!
//! ```text
//! choice     = or [ "?" choice ":" choice ]
//! or         = and { "or" and }                      also ||
//! and        = not { "and" not }                     also &&
//! not        = "not" not | comparison                also !, which binds tighter
//! comparison = default [ ("==" | "!=" | "<" | "<=" | ">" | ">=") default ]   also =, <>
//!            | default [ "not" ] "in" (list | "[" a ".." b "]" | default)    ( ) exclude an end
//! default    = sum [ "??" default ]                  the second where the first is missing or null
//! sum        = product { ("+" | "-") product }       + also joins texts
//! product    = minus { ("*" | "/" | "%") minus }
//! minus      = "-" minus | power
//! power      = call [ "^" minus ]
//! call       = value { "." name "(" arguments ")" }  x.f(y) is f(x, y)
//! value      = number | text | true | false | null | list | object | variable | "#"
//!            | name "(" arguments ")" | "(" choice ")" | "outcome" "is" (text | word)
//! variable   = name { "." name | "[" number "]" }    `odd name` in backticks
//! ```
//!
//! A variable alone is a condition if it must be `true`. Keywords are case-insensitive; texts stand
//! in single or double quotes with the escapes of JSON; objects hold constants only.
//!
//! **An outcome label**, on branches only ([`Condition::from_branch`]): `approved`, `on failure`,
//! `approved or escalated`. Case does not matter. It prints as `outcome is "approved"`.
//!
//! Equal meaning is brought to one tree where that is cheap (`10000 < amount` is `amount > 10000`,
//! `x in [1..5]` is `x >= 1 and x <= 5`, `active` is `active == true`), the tree prints one
//! canonical string, and that string parses back to the same tree.
//!
//! # Meaning
//!
//!  - Values compare within one type; values of two types are not equal and in no order.
//!  - A variable that holds a list passes a test if the list or any element passes it; `!=`,
//!    `not in` and `not` deny that. A path goes through lists of objects. Only when two variables
//!    are compared with each other are lists compared whole.
//!  - A variable that the input lacks makes a clause *unknown*; `and`, `or` and `not` follow
//!    Kleene's logic. `exists(x)` is always decided, null is a value, and `x ?? 0` states a
//!    default. Of a list of objects a variable is missing if no element has it, and an empty list
//!    has no element that passes. [`Condition::evaluate_closed`] takes what is missing as absent,
//!    as MongoDB does.
//!  - Arithmetic is decimal: `0.1 + 0.2 == 0.3`. What has no result (a text times two, a division
//!    by zero) is null.
//!  - Dates are numbers, seconds since 1970 in UTC, made by `date("2024-06-01")` from RFC 3339 or
//!    `YYYY-MM-DD[ HH:MM[:SS]]`; `duration("1d 12h")` is seconds. ISO texts also compare as texts.
//!
//! # Functions
//!
//! | of | functions |
//! | --- | --- |
//! | variables | `exists(x)`, `hasType(x, "number")`, `type(x)`, `isNumeric(x)`, `number(x)`, `string(x)`, `bool(x)` |
//! | texts | `len`, `lower`, `upper`, `trim`, `startsWith`, `endsWith`, `contains`, `matches(x, "pattern", "i")`, `split`, `join`, `replace` |
//! | numbers | `abs`, `floor`, `ceil`, `round(x, places)`, `trunc(x, places)`, `mod(x, divisor, remainder)`, `min`, `max`, `sum`, `avg`, `median`, `mode` |
//! | lists | `any(list, # > 5)`, `all`, `none`, `one`, `count`, `filter`, `map`, `flatMap`, `size`, `len`, `contains`, `keys`, `values` |
//! | dates | `date`, `duration`, `time`, `year`, `quarter`, `month`, `day`, `hour`, `minute`, `second`, `weekday` (Monday is 1), `dayOfYear`, `weekOfYear`, `dateString`, `startOf(x, "month")`, `endOf` |
//!
//! In a list function `#` is the element, `##` that of the function around it; `any(items as i,
//! i.price > 5)` names it. Aliases: `some`, `has`, `length`, `timestamp`, `dayOfWeek`,
//! `dayOfMonth`, `monthOfYear`, `existsOne`, `list.exists(x, …)`.
//!
//! # How it is made
//!
//! `lexer` and `parser` read strings, `operator` reads objects, `branch` reads labels; all build
//! one tree (`tree`) through the constructors of `build`. `print` and `to_json` write it, `eval`
//! evaluates it, `explain` says why and what would turn it, `analysis` compares conditions before
//! there is input. To add a function: a line in `function`'s table, an arm in `Function::apply`, a
//! line in the table above, cases in `tests/data/evaluate.txt`.
//!
//! Everything a stranger can send is bounded ([`limits`]): text, depth, parts, lists, patterns
//! (linear-time matching), and the work of one evaluation. Nothing panics.

mod analysis;
mod branch;
mod build;
mod condition;
mod error;
mod eval;
mod explain;
mod function;
mod lexer;
pub mod limits;
mod number;
mod operator;
mod parser;
mod path;
mod pattern;
mod print;
mod scope;
mod to_json;
mod tree;
mod truth;
mod value;
mod walk;

pub use condition::Condition;
pub use error::ConditionError;
pub use explain::{Change, ClauseExplanation, Explanation, Reading};
pub use scope::Scope;
pub use truth::Truth;
