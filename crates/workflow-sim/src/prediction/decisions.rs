//! What the data of a recorded case decide, and what they leave open.

use super::fit::ActivityFit;
use crate::plan::{NodeKind, Plan, PlanNode};
use crate::verdict::{Verdict, Way, judge_all};
use condition::{Scope, Truth};
use serde_json::{Map, Value};
use workflow_model::Definition;

/// A recorded input with the variables that are given for every case, and the declared defaults
/// where both say nothing.
pub(crate) fn with_given(
    definition: &Definition,
    recorded: &Map<String, Value>,
    given: &Map<String, Value>,
) -> Value {
    let mut input = recorded.clone();
    for (name, value) in given {
        input.insert(name.clone(), value.clone());
    }
    for variable in &definition.variables {
        if let Some(default) = &variable.default
            && !input.contains_key(&variable.name)
        {
            input.insert(variable.name.clone(), default.clone());
        }
    }
    Value::Object(input)
}

/// What the input says about each node when nothing is assumed of outcomes.
pub(crate) fn open_verdicts(plan: &Plan<'_>, input: &Value) -> Vec<Verdict> {
    plan.nodes
        .iter()
        .map(|node| under(node, input, None))
        .collect()
}

fn under(node: &PlanNode<'_>, input: &Value, outcome: Option<&str>) -> Verdict {
    let scope = Scope::new(input);
    let after = scope.with_outcome(outcome);
    Verdict {
        guard: node
            .guard
            .map_or(Truth::True, |guard| guard.condition.evaluate(&scope)),
        exits: node
            .exits
            .iter()
            .map(|exit| exit.guard.condition.evaluate(&after))
            .collect(),
        outcome: outcome.map(str::to_owned),
    }
}

/// Whether a node runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Runs {
    /// It does.
    Yes,
    /// It is passed by.
    No,
    /// The data do not say.
    Open,
}

/// The ways that one recorded case may take from a node, in the order in which they are tried: one
/// if the data decide.
pub(crate) type Ways = Vec<Option<usize>>;

/// How the ways of a node are chosen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Chooser {
    /// By the data, and by probability where they are open.
    Data,
    /// By an outcome that is drawn first; for each outcome its weight.
    Outcomes(Vec<(String, f64)>),
}

/// One node, for all recorded cases.
#[derive(Debug)]
pub(crate) struct NodeDecisions {
    pub(crate) runs: Vec<Runs>,
    pub(crate) chooser: Chooser,
    /// For each outcome (one if none is drawn) and each case the ways.
    pub(crate) ways: Vec<Vec<Ways>>,
    /// Whether the data of some case would close a loop for ever.
    pub(crate) endless: usize,
}

/// Everything that data decide.
#[derive(Debug)]
pub(crate) struct Decisions {
    pub(crate) nodes: Vec<NodeDecisions>,
    pub(crate) cases: usize,
}

impl Decisions {
    /// `history` says for a node what was recorded of it, and `given` whether the request says how
    /// often its ways are taken.
    pub(crate) fn new<'f>(
        plan: &Plan<'_>,
        inputs: &[Value],
        history: &dyn Fn(usize) -> Option<&'f ActivityFit>,
        given: &dyn Fn(usize) -> bool,
    ) -> Self {
        let assumed: Vec<Vec<Verdict>> = inputs.iter().map(|one| judge_all(plan, one)).collect();
        let nodes = (0..plan.nodes.len())
            .map(|at| node(plan, at, inputs, &assumed, history(at), given(at)))
            .collect();
        Self {
            nodes,
            cases: inputs.len(),
        }
    }
}

fn node(
    plan: &Plan<'_>,
    at: usize,
    inputs: &[Value],
    assumed: &[Vec<Verdict>],
    history: Option<&ActivityFit>,
    given: bool,
) -> NodeDecisions {
    let it = &plan.nodes[at];
    let asks = it
        .exits
        .iter()
        .any(|exit| exit.guard.condition.uses_outcome());
    let walked = history.is_some_and(|known| known.ways.iter().sum::<u64>() > 0);
    let recorded = history.map_or(&[][..], |known| &known.outcomes[..]);
    let chooser = if asks && !given && !recorded.is_empty() {
        let weights = recorded.iter().map(|(name, count)| {
            #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
            let weight = *count as f64;
            (name.clone(), weight)
        });
        Chooser::Outcomes(weights.collect())
    } else {
        Chooser::Data
    };
    let mut endless = 0;
    let mut of = |verdicts: Vec<Verdict>| -> Vec<Ways> {
        let mut each = |verdict: &Verdict| ways(plan, at, verdict, &mut endless);
        verdicts.iter().map(&mut each).collect()
    };
    let ways = match &chooser {
        Chooser::Outcomes(outcomes) => outcomes
            .iter()
            .map(|(name, _)| {
                of(inputs
                    .iter()
                    .map(|one| under(it, one, Some(name)))
                    .collect())
            })
            .collect(),
        // Nothing is known of its outcomes: as in a dry run, all goes well.
        Chooser::Data if asks && !given && !walked => {
            vec![of(assumed.iter().map(|one| one[at].clone()).collect())]
        }
        Chooser::Data => vec![of(inputs.iter().map(|one| under(it, one, None)).collect())],
    };
    NodeDecisions {
        runs: (0..inputs.len())
            .map(|case| runs(it, &inputs[case], &assumed[case][at], history))
            .collect(),
        chooser,
        ways,
        endless,
    }
}

fn runs(
    node: &PlanNode<'_>,
    input: &Value,
    assumed: &Verdict,
    history: Option<&ActivityFit>,
) -> Runs {
    let Some(guard) = node.guard else {
        return Runs::Yes;
    };
    let known = history.is_some_and(|known| known.guard.1 > 0);
    let truth = if guard.condition.uses_outcome() && known {
        guard.condition.evaluate(&Scope::new(input))
    } else {
        assumed.guard.clone()
    };
    match truth {
        Truth::True => Runs::Yes,
        Truth::False => Runs::No,
        Truth::Unknown(_) => Runs::Open,
    }
}

/// The ways that are possible once the node has run. Data do not change while a case is followed,
/// so a loop that they close would be closed for ever: what comes after it is possible too.
fn ways(plan: &Plan<'_>, at: usize, verdict: &Verdict, endless: &mut usize) -> Ways {
    let mut verdict = verdict.clone();
    verdict.guard = Truth::True;
    let mut found = Vec::new();
    loop {
        let ways = verdict.ways(plan, at);
        let closes = ways.iter().find_map(|way| match way {
            Way::Exit(exit) => {
                let it = &plan.nodes[at].exits[*exit];
                let again = verdict.exits[*exit].is_true()
                    && !it.guard.condition.is_always()
                    && plan.repeats(at, it.target);
                again.then_some(*exit)
            }
            Way::Default => None,
        });
        for way in ways {
            let way = match way {
                Way::Exit(exit) => Some(exit),
                Way::Default => None,
            };
            if !found.contains(&way) {
                found.push(way);
            }
        }
        match closes {
            Some(exit) => {
                *endless += 1;
                verdict.exits[exit] = Truth::False;
            }
            None => return found,
        }
    }
}

/// Whether work is done at a node.
pub(crate) fn works(node: &PlanNode<'_>) -> bool {
    node.kind == NodeKind::Work
}
