//! A definition as it is replayed: a net that owns its parts, compiled once.

use crate::plan::{NodeKind, Plan, PlanNode, Target};
use crate::verdict::judge_all;
use condition::{Condition, Scope, Truth};
use document::Problem;
use serde_json::{Map, Value};
use std::collections::HashMap;
use workflow_model::{Definition, OnFailure, StepRef};

/// A way out of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Along this exit.
    Exit(usize),
    /// Along the defaults.
    Default,
}

/// An edge that is taken when its condition holds and none before it does.
#[derive(Debug)]
pub(super) struct NetExit {
    pub(super) condition: Condition,
    pub(super) target: Target,
}

/// Where it goes on when a node fails for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterFailure {
    Stop,
    PassBy,
    GoTo(Target),
}

#[derive(Debug)]
pub(super) struct NetNode {
    pub(super) name: String,
    pub(super) action: String,
    pub(super) kind: NodeKind,
    /// Whether something of it is recorded when it runs. Decisions, gateways, beginnings and ends
    /// are things of the definition.
    pub(super) is_recorded: bool,
    pub(super) approvers: Vec<String>,
    pub(super) guard: Option<Condition>,
    pub(super) exits: Vec<NetExit>,
    pub(super) default: Vec<Target>,
    pub(super) always: Vec<usize>,
    pub(super) after_failure: AfterFailure,
    /// The ways that some input takes.
    pub(super) ways: Vec<Way>,
    /// What comes of it when all goes well, if an exit asks for that.
    good_outcome: Option<String>,
    /// Fields that change nothing on a replay but may in fact: timeout, retries, approval mode.
    pub(super) unplayed: Vec<(&'static str, String)>,
}

impl NetNode {
    pub(super) fn is_work(&self) -> bool {
        self.kind == NodeKind::Work
    }

    pub(super) fn is_end(&self) -> bool {
        self.kind == NodeKind::End
    }

    pub(super) fn is_approval(&self) -> bool {
        self.action == "approval"
    }

    /// What is taken to come of a step that never ran: that it succeeds, that it is approved. What
    /// a decision says is not taken to be anything.
    pub(super) fn assumed_outcome(&self) -> Option<&str> {
        self.good_outcome.as_deref().filter(|_| self.is_recorded)
    }

    /// Whether it chooses between ways.
    pub(super) fn is_choice(&self) -> bool {
        self.ways.len() > 1
    }

    /// Whether a token can come by without leaving a record.
    pub(super) fn may_be_silent(&self) -> bool {
        self.guard.is_some() || !self.is_recorded
    }

    pub(super) fn targets(&self, way: Way) -> &[Target] {
        match way {
            Way::Exit(at) => std::slice::from_ref(&self.exits[at].target),
            Way::Default => &self.default,
        }
    }

    /// The way that the definition takes on this input, or the exit that cannot be told with the
    /// variables that it lacks.
    pub(super) fn judge(
        &self,
        input: &Value,
        outcome: Option<&str>,
    ) -> Result<Way, (usize, Vec<String>)> {
        let scope = Scope::new(input).with_outcome(outcome);
        for (at, exit) in self.exits.iter().enumerate() {
            match exit.condition.evaluate(&scope) {
                Truth::True => return Ok(Way::Exit(at)),
                Truth::False => {}
                Truth::Unknown(missing) => return Err((at, missing)),
            }
        }
        Ok(Way::Default)
    }
}

#[derive(Debug)]
pub(super) struct Net {
    pub(super) nodes: Vec<NetNode>,
    pub(super) entries: Vec<usize>,
    pub(super) other_triggers: Vec<usize>,
    pub(super) rank: Vec<usize>,
    pub(super) trigger: Condition,
    /// Values of variables that an input may leave out.
    pub(super) defaults: Vec<(String, Value)>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Net {
    /// # Errors
    /// What makes the definition impossible to follow, under `field`.
    pub(super) fn compile(definition: &Definition, field: &str) -> Result<Self, Vec<Problem>> {
        let mut faults = Vec::new();
        let plan = Plan::new(definition, &mut faults);
        let mut problems: Vec<Problem> = faults
            .into_iter()
            .filter(|fault| fault.blocking)
            .map(|fault| Problem {
                path: format!("{field}.{}", fault.path),
                message: fault.message,
            })
            .collect();
        if plan.nodes.is_empty() || plan.entries.is_empty() {
            problems.push(Problem {
                path: field.to_owned(),
                message: "There is nothing to follow: the definition has no step at which it \
                          begins."
                    .to_owned(),
            });
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let verdicts = judge_all(&plan, &Value::Object(Map::new()));
        let nodes: Vec<NetNode> = (0..plan.nodes.len())
            .map(|at| node(&plan, at, definition, verdicts[at].outcome.clone()))
            .collect();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, node) in nodes.iter().enumerate() {
            by_name.entry(node.name.clone()).or_default().push(at);
        }
        Ok(Self {
            entries: plan.entries.clone(),
            other_triggers: plan.other_triggers.clone(),
            rank: plan.rank.clone(),
            trigger: definition.trigger.condition.clone(),
            defaults: defaults(definition),
            nodes,
            by_name,
        })
    }

    /// The nodes of that name, in order.
    pub(super) fn named(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// How a target is called in answers.
    pub(super) fn name_of(&self, targets: &[Target]) -> &str {
        match targets.first() {
            Some(Target::Node(node)) => &self.nodes[*node].name,
            Some(Target::End) | None => "end",
        }
    }

    /// The input with defaults where it says nothing.
    pub(super) fn input(&self, given: &Map<String, Value>) -> Value {
        let mut input = given.clone();
        for (name, value) in &self.defaults {
            if !input.contains_key(name) {
                input.insert(name.clone(), value.clone());
            }
        }
        Value::Object(input)
    }
}

fn defaults(definition: &Definition) -> Vec<(String, Value)> {
    let named = definition.variables.iter().filter_map(|variable| {
        let default = variable.default.clone()?;
        Some((variable.name.clone(), default))
    });
    named.collect()
}

fn node(plan: &Plan<'_>, at: usize, definition: &Definition, assumed: Option<String>) -> NetNode {
    let it = &plan.nodes[at];
    let exits: Vec<NetExit> = it
        .live_exits()
        .iter()
        .map(|exit| NetExit {
            condition: exit.guard.condition.clone(),
            target: exit.target,
        })
        .collect();
    let mut ways: Vec<Way> = (0..exits.len()).map(Way::Exit).collect();
    let exhausted = exits.last().is_some_and(|exit| exit.condition.is_always());
    if !exhausted {
        ways.push(Way::Default);
    }
    let is_work = it.kind == NodeKind::Work;
    let always = it.always.iter().copied();
    NetNode {
        name: it.name.to_owned(),
        action: it.action_name().to_owned(),
        kind: it.kind,
        is_recorded: is_work && it.action != Some("decision"),
        approvers: it
            .approvers
            .as_ref()
            .map(|approvers| approvers.names.clone())
            .unwrap_or_default(),
        guard: it.guard.map(|guard| guard.condition.clone()),
        exits,
        default: it.default.clone(),
        // What must end before itself never starts.
        always: always
            .filter(|next| plan.is_graph || !plan.closes_loop(at, Target::Node(*next)))
            .collect(),
        after_failure: after_failure(it, definition),
        ways,
        good_outcome: assumed,
        unplayed: unplayed(it),
    }
}

fn after_failure(node: &PlanNode<'_>, definition: &Definition) -> AfterFailure {
    let Some(step) = node.step else {
        return AfterFailure::Stop;
    };
    match &step.on_failure {
        OnFailure::Fail => AfterFailure::Stop,
        OnFailure::Continue => AfterFailure::PassBy,
        OnFailure::GoTo(reference) => target(reference, definition),
    }
}

fn target(reference: &StepRef, definition: &Definition) -> AfterFailure {
    let names = crate::plan::Names::of(&definition.steps);
    names
        .find(reference, &definition.steps)
        .map_or(AfterFailure::Stop, AfterFailure::GoTo)
}

fn unplayed(node: &PlanNode<'_>) -> Vec<(&'static str, String)> {
    let Some(step) = node.step else {
        return Vec::new();
    };
    let mode = node.approvers.as_ref().map(|approvers| approvers.mode);
    vec![
        ("timeout_seconds", format!("{:?}", step.timeout_seconds)),
        ("max_retries", step.max_retries.to_string()),
        ("approval mode", format!("{mode:?}")),
        ("config", Value::Object(step.config.clone()).to_string()),
        ("workflow", format!("{:?}", step.workflow)),
    ]
}
