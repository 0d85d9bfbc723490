//! Nodes of a queueing network, numbered so that the same step has the same number in every
//! variant: its random numbers are then the same too.

use discrete_event::{Choice, Node, NodeId, NodeKind, Task, Way};
use std::collections::HashMap;

/// The numbers of nodes by what they are for. Shared by a model and its variants.
#[derive(Debug, Default)]
pub(crate) struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, key: &str) -> u32 {
        if let Some(number) = self.0.get(key) {
            return *number;
        }
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(key.to_owned(), number);
        number
    }
}

/// What a task of the network stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A step, by its row in the answer, or the part of it that one of so many approvers does.
    Work(usize, u32),
    /// The measured waiting before a step.
    Wait(usize),
    /// What passes between the last step and the end.
    Closing,
}

/// A network while it is made.
#[derive(Debug)]
pub(crate) struct Network<'n> {
    numbers: &'n mut Numbers,
    nodes: HashMap<u32, (Node, Option<Meaning>)>,
}

/// Where all that is not used in a model leads.
const UNUSED: &str = "end/completed";

impl<'n> Network<'n> {
    pub(crate) fn new(numbers: &'n mut Numbers) -> Self {
        let mut network = Self {
            numbers,
            nodes: HashMap::new(),
        };
        network.end("completed");
        network
    }

    /// The number of what `key` names, which is made before or after.
    pub(crate) fn id(&mut self, key: &str) -> NodeId {
        NodeId(self.numbers.of(key))
    }

    /// Whether it was made already.
    pub(crate) fn has(&self, id: NodeId) -> bool {
        self.nodes.contains_key(&id.0)
    }

    /// Makes a node.
    pub(crate) fn set(&mut self, key: &str, kind: NodeKind) -> NodeId {
        self.put(key, kind, None)
    }

    /// Makes a task.
    pub(crate) fn task(&mut self, key: &str, task: Task, meaning: Meaning) -> NodeId {
        self.put(key, NodeKind::Task(task), Some(meaning))
    }

    fn put(&mut self, key: &str, kind: NodeKind, meaning: Option<Meaning>) -> NodeId {
        let id = self.id(key);
        let node = Node {
            name: key.to_owned(),
            kind,
        };
        self.nodes.insert(id.0, (node, meaning));
        id
    }

    /// Where a case ends with this outcome.
    pub(crate) fn end(&mut self, outcome: &str) -> NodeId {
        let kind = NodeKind::End {
            outcome: outcome.to_owned(),
        };
        self.set(&format!("end/{outcome}"), kind)
    }

    /// One way, or all of several at once; none is the end.
    pub(crate) fn all_of(&mut self, key: &str, targets: Vec<NodeId>) -> NodeId {
        match targets.as_slice() {
            [] => self.end("completed"),
            [only] => *only,
            _ => self.set(key, NodeKind::Fork(targets)),
        }
    }

    /// One of several ways, by probability.
    pub(crate) fn drawn(&mut self, key: &str, ways: Vec<(NodeId, f64)>) -> NodeId {
        if let [(only, _)] = ways.as_slice() {
            return *only;
        }
        let ways = ways
            .into_iter()
            .map(|(to, probability)| Way { probability, to })
            .collect();
        let choice = Choice {
            ways,
            fixed: Vec::new(),
        };
        self.set(key, NodeKind::Choice(choice))
    }

    /// The way that is fixed for each recorded case, as a position in `targets`.
    pub(crate) fn by_case(
        &mut self,
        key: &str,
        targets: &[NodeId],
        fixed: Vec<Option<u32>>,
    ) -> NodeId {
        if let [only] = targets {
            return *only;
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of ways")]
        let probability = 1.0 / targets.len() as f64;
        let ways = targets
            .iter()
            .map(|to| Way {
                probability,
                to: *to,
            })
            .collect();
        self.set(key, NodeKind::Choice(Choice { ways, fixed }))
    }

    /// The nodes by number, and what each task stands for in the order of tasks.
    pub(crate) fn finish(mut self) -> (Vec<Node>, Vec<Meaning>) {
        let unused = self.id(UNUSED);
        let count = self.numbers.0.len();
        let mut nodes = Vec::with_capacity(count);
        let mut meanings = Vec::new();
        for number in 0..u32::try_from(count).unwrap_or(u32::MAX) {
            match self.nodes.remove(&number) {
                Some((node, meaning)) => {
                    nodes.push(node);
                    meanings.extend(meaning);
                }
                // A node of another variant only.
                None => nodes.push(Node {
                    name: format!("unused {number}"),
                    kind: NodeKind::Fork(vec![unused]),
                }),
            }
        }
        (nodes, meanings)
    }
}
