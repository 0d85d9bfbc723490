//! How large a condition may be. Every bound is checked while a condition is compiled, so that
//! evaluating it, printing it and dropping it need no checks of their own.

/// Longest expression string, and longest canonical text of an operator object, in bytes.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// Deepest nesting of the syntax tree.
pub const MAX_DEPTH: usize = 32;
/// Deepest nesting of parentheses, calls and prefix operators that the parser follows. Printing
/// nests at most three times as deep as the tree, so every printed condition parses.
pub(crate) const MAX_PARSER_DEPTH: usize = 3 * MAX_DEPTH + 8;
/// Most nodes of a syntax tree: clauses, operands and list elements together.
pub const MAX_NODES: usize = 4096;
/// Most elements of one list (`$in`, `[…]`).
pub const MAX_LIST: usize = 1024;
/// Most names in one variable path.
pub const MAX_SEGMENTS: usize = 24;
/// Longest regular expression, in characters.
pub const MAX_PATTERN_CHARS: usize = 512;
/// Longest text that a regular expression is tried on, in bytes. Whether a longer one matches is
/// answered *unknown*.
pub const MAX_SUBJECT_BYTES: usize = 8 * 1024;
/// Memory that one compiled regular expression may take, in bytes.
pub(crate) const REGEX_SIZE_LIMIT: usize = 64 * 1024;
/// Memory that one regular expression's lazy automaton may take, in bytes.
pub(crate) const REGEX_DFA_SIZE_LIMIT: usize = 1024 * 1024;
/// Most work that one evaluation may do on lists and texts: elements looked at, times the parts of
/// the condition that look at them. What would take more is answered *unknown*.
pub const MAX_STEPS: usize = 1 << 20;
/// Longest text that an expression may build while it is evaluated, in bytes.
pub(crate) const MAX_BUILT_TEXT: usize = 64 * 1024;
/// Longest list that an expression may build while it is evaluated.
pub(crate) const MAX_BUILT_LIST: usize = 64 * 1024;
