//! Reads JSON documents strictly: every problem at once, each under its path, with what to do.
//!
//! [`parse`] turns bytes into a [`serde_json::Value`] and refuses what `serde_json` lets pass:
//! duplicate keys, NUL characters, documents deeper than [`MAX_DEPTH`].
//! [`Node`] and [`Object`] then walk the value: a getter either returns a valid value or notes a
//! [`Problem`] and returns `None`, so that the walk goes on and finds the next problem too.
//!
//! ```text
//! let problems = Problems::default();
//! let read = || {
//!     let mut body = Node::root(&value, &problems).object()?;
//!     let name = body.required("name").and_then(|n| n.text(200));
//!     body.read_only(&["id", "created_at"]);
//!     body.finish();                      // notes unknown fields, with "did you mean"
//!     Some(NewThing { name: name? })
//! };
//! problems.settle(read())                 // Err with all problems, or the thing
//! ```
//!
//! Knows no resource: which fields exist is said by the caller.

mod node;
mod object;
mod parse;
mod problem;
mod suggest;
#[cfg(test)]
mod tests;

pub use node::Node;
pub use object::{Field, Object};
pub use parse::{MAX_DEPTH, ParseError, parse};
pub use problem::{Problem, Problems};
pub use suggest::closest;
