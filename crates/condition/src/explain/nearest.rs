//! A smallest change of input that turns a condition.
//!
//! Every test of a variable against a constant suggests a few values at and beside its bound. The
//! search tries them: first one variable at a time, then two, then clause by clause. Each answer
//! was evaluated on the changed input, so what is returned does turn the condition.

use std::cell::Cell;

use serde_json::Value;

use super::Change;
use super::candidates::{Candidates, OUTCOME, collect};
use crate::condition::{Condition, steps};
use crate::eval::Run;
use crate::path::{Path, Segment};
use crate::scope::Scope;
use crate::tree::Node;
use crate::truth::{Tri, Truth};
use crate::value::{equal, float};
use crate::walk::Measure;

/// Most evaluations that the search of pairs may take.
const MAX_PAIRS: usize = 4096;
/// Most nodes that the whole search may visit; it finds nothing more when they are used up.
const MAX_VISITS: usize = 1 << 20;

pub(super) fn find(condition: &Condition, scope: &Scope<'_>, result: &Truth) -> Vec<Change> {
    let wanted = match result {
        Truth::True => Tri::False,
        Truth::False | Truth::Unknown(_) => Tri::True,
    };
    let mut search = Search {
        input: scope.input().clone(),
        outcome: scope.outcome().map(str::to_owned),
        candidates: collect(&condition.root, scope),
        kept: Vec::new(),
        budget: MAX_VISITS / Measure::of(&condition.root).nodes.max(1),
        steps: steps(),
    };
    let moves = search
        .single(&condition.root, wanted)
        .map(|best| vec![best])
        .or_else(|| search.pair(&condition.root, wanted))
        .or_else(|| search.by_clause(&condition.root, wanted));
    moves
        .unwrap_or_default()
        .into_iter()
        .map(|(change, _)| change)
        .collect()
}

/// A change and its cost.
type Move = (Change, f64);

/// What was there before a change.
enum Undo {
    Outcome(Option<String>),
    /// A member of the input, whole.
    Member(String, Option<Value>),
}

struct Search {
    /// As changed so far, like the outcome.
    input: Value,
    outcome: Option<String>,
    candidates: Candidates,
    /// How to take back the changes that stay for now.
    kept: Vec<Undo>,
    /// Evaluations that are left.
    budget: usize,
    /// Work that is left to all of them.
    steps: Cell<usize>,
}

impl Search {
    fn says(&mut self, node: &Node) -> Tri {
        let Some(budget) = self.budget.checked_sub(1) else {
            return Tri::Unknown;
        };
        self.budget = budget;
        let run = Run {
            input: &self.input,
            outcome: self.outcome.as_deref(),
            closed: false,
            element: None,
            steps: &self.steps,
        };
        run.node(node, &mut Vec::new())
    }

    /// The moves of one variable from where it is now.
    fn moves(&self, path: &Path, values: &[Value]) -> Vec<Move> {
        let from = self.current(path);
        values
            .iter()
            .filter(|to| from.as_ref().is_none_or(|from| !equal(from, to)))
            .map(|to| {
                let change = Change {
                    path: name(path),
                    from: from.clone(),
                    to: to.clone(),
                };
                let cost = cost(&change);
                (change, cost)
            })
            .collect()
    }

    fn current(&self, path: &Path) -> Option<Value> {
        if path.segments.is_empty() {
            return self.outcome.as_deref().map(Value::from);
        }
        place(&self.input, &path.segments).cloned()
    }

    /// Puts a value into the input or the outcome.
    fn put(&mut self, path: &Path, value: &Value) -> Undo {
        let Some(first) = path.segments.first() else {
            let text = value.as_str().map(str::to_owned);
            return Undo::Outcome(std::mem::replace(&mut self.outcome, text));
        };
        let before = self.input.get(&first.name).cloned();
        set(&mut self.input, &path.segments, value);
        Undo::Member(first.name.clone(), before)
    }

    fn undo(&mut self, undo: Undo) {
        match (undo, &mut self.input) {
            (Undo::Outcome(before), _) => self.outcome = before,
            (Undo::Member(name, Some(before)), input) => input[name.as_str()] = before,
            (Undo::Member(name, None), Value::Object(map)) => {
                map.shift_remove(&name);
            }
            // Only an object has candidates.
            (Undo::Member(_, None), _) => {}
        }
    }

    /// The cheapest change of one variable that makes `node` say what is wanted.
    fn single(&mut self, node: &Node, wanted: Tri) -> Option<Move> {
        let all = self.candidates.clone();
        let mut best: Option<Move> = None;
        for (path, values) in &all {
            for (change, cost) in self.moves(path, values) {
                if best.as_ref().is_some_and(|(_, least)| *least <= cost) {
                    continue;
                }
                let undo = self.put(path, &change.to);
                if self.says(node) == wanted {
                    best = Some((change, cost));
                }
                self.undo(undo);
            }
        }
        best
    }

    fn pair(&mut self, node: &Node, wanted: Tri) -> Option<Vec<Move>> {
        let all = self.candidates.clone();
        let mut left = MAX_PAIRS;
        let mut best: Option<(Move, Move)> = None;
        let least = |best: &Option<(Move, Move)>| best.as_ref().map(|(a, b)| a.1 + b.1);
        for (position, (path, values)) in all.iter().enumerate() {
            for first in self.moves(path, values) {
                let undo = self.put(path, &first.0.to);
                for (other, values) in all.iter().skip(position + 1) {
                    for second in self.moves(other, values) {
                        if left == 0 || least(&best).is_some_and(|l| l <= first.1 + second.1) {
                            continue;
                        }
                        left -= 1;
                        let inner = self.put(other, &second.0.to);
                        if self.says(node) == wanted {
                            best = Some((first.clone(), second));
                        }
                        self.undo(inner);
                    }
                }
                self.undo(undo);
            }
        }
        best.map(|(first, second)| vec![first, second])
    }

    /// Turns clause after clause, keeping what was changed for the clauses before.
    fn by_clause(&mut self, root: &Node, wanted: Tri) -> Option<Vec<Move>> {
        let moves = self
            .turn(root, wanted)
            .filter(|_| self.says(root) == wanted);
        self.roll_back(0);
        moves
    }

    /// Changes the input so that `node` says what is wanted; leaves it changed.
    fn turn(&mut self, node: &Node, wanted: Tri) -> Option<Vec<Move>> {
        if self.says(node) == wanted {
            return Some(Vec::new());
        }
        match (node, wanted) {
            (Node::Not(inner), _) => self.turn(inner, wanted.negate()),
            (Node::And(parts), Tri::True) | (Node::Or(parts), Tri::False) => {
                let mut moves = Vec::new();
                for part in parts {
                    moves.extend(self.turn(part, wanted)?);
                }
                Some(moves)
            }
            (Node::And(parts) | Node::Or(parts), _) => self.cheapest(parts, wanted),
            (leaf, _) => {
                let best = self.single(leaf, wanted)?;
                self.keep(&best)?;
                Some(vec![best])
            }
        }
    }

    fn cheapest(&mut self, parts: &[Node], wanted: Tri) -> Option<Vec<Move>> {
        let start = self.kept.len();
        let mut best: Option<(f64, Vec<Move>)> = None;
        for part in parts {
            if let Some(moves) = self.turn(part, wanted) {
                let cost = moves.iter().map(|(_, cost)| cost).sum();
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, moves));
                }
            }
            self.roll_back(start);
        }
        let (_, moves) = best?;
        moves.iter().try_for_each(|change| self.keep(change))?;
        Some(moves)
    }

    /// Makes a change that stays until it is rolled back.
    fn keep(&mut self, (change, _): &Move) -> Option<()> {
        let mut known = self.candidates.iter().map(|(path, _)| path);
        let path = known.find(|path| name(path) == change.path)?.clone();
        let undo = self.put(&path, &change.to);
        self.kept.push(undo);
        Some(())
    }

    fn roll_back(&mut self, length: usize) {
        while self.kept.len() > length {
            if let Some(undo) = self.kept.pop() {
                self.undo(undo);
            }
        }
    }
}

/// What a path is called in an answer.
fn name(path: &Path) -> String {
    if path.segments.is_empty() {
        OUTCOME.to_owned()
    } else {
        path.dotted()
    }
}

/// Numbers cost their distance in relation to what is there now, anything else costs one.
fn cost(change: &Change) -> f64 {
    match (&change.from, &change.to) {
        (Some(Value::Number(from)), Value::Number(to)) => {
            let (from, to) = (float(from), float(to));
            (to - from).abs() / from.abs().max(1.0)
        }
        _ => 1.0,
    }
}

/// The value at a path of objects and indices.
pub(super) fn place<'a>(value: &'a Value, segments: &[Segment]) -> Option<&'a Value> {
    segments
        .iter()
        .try_fold(value, |value, segment| match value {
            Value::Object(map) => map.get(&segment.name),
            Value::Array(list) => list.get(segment.index?),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        })
}

/// Sets the value at a path of objects and indices, making objects on the way.
fn set(value: &mut Value, segments: &[Segment], to: &Value) {
    let Some((segment, rest)) = segments.split_first() else {
        *value = to.clone();
        return;
    };
    match value {
        Value::Object(map) => {
            let empty = || Value::Object(serde_json::Map::new());
            set(
                map.entry(segment.name.clone()).or_insert_with(empty),
                rest,
                to,
            );
        }
        Value::Array(list) => {
            if let Some(element) = segment.index.and_then(|index| list.get_mut(index)) {
                set(element, rest, to);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
