//! Names the rules in the counts of decisions.

use super::{DecisionTally, Outcomes, StepDecisions, Values, Variable};
use crate::miner::case::Decision;
use crate::miner::evidence::{Draft, Scope, average_text, rate};
use crate::miner::rules::{
    Bar, MIN_CONFIDENCE, NumberRule, Side, ValueRule, number_rule, value_rule,
};
use crate::miner::table::Tally;
use crate::miner::{friendly, text};
use crate::{Finding, FindingKind, Share, wilson_lower_bound};
use condition::Condition;
use serde_json::{Map, Value, json};

impl DecisionTally {
    /// What could be decided without asking anybody.
    pub(in crate::miner) fn findings(&self, scope: &Scope<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (step, decisions) in &self.steps {
            let at = Place {
                scope,
                step: step.as_deref(),
                decisions,
            };
            let before = findings.len();
            for decision in [Decision::Approved, Decision::Rejected] {
                for (name, variable) in &decisions.variables {
                    findings.extend(at.rules(decision, name, variable));
                }
            }
            // Rules say more than "always": they name the exceptions.
            if findings.len() == before {
                findings.extend(at.always());
            }
        }
        findings
    }
}

/// The step whose decisions are looked at.
struct Place<'a> {
    scope: &'a Scope<'a>,
    step: Option<&'a str>,
    decisions: &'a StepDecisions,
}

/// A rule, in what differs between rules on numbers, on values and without condition.
struct Rule<'a> {
    decision: Decision,
    /// The variable and the direction, for the fingerprint.
    identity: [&'a str; 2],
    /// In words, such as `amount under 10`; `None` without condition.
    condition: Option<String>,
    trigger: Value,
    inside: Outcomes,
    /// All decisions where the variable is known.
    base: Outcomes,
    data: Value,
}

impl Place<'_> {
    fn rules(&self, decision: Decision, name: &str, variable: &Variable) -> Vec<Finding> {
        let mut found = Vec::new();
        let bar = |base| Bar::new(self.scope.options, self.scope.hypotheses, decision, base);
        if let Some(table) = &variable.numbers {
            let base = sum(table.intervals().iter().map(|interval| &interval.tally));
            for side in [Side::Below, Side::Above] {
                if let Some(rule) = number_rule(table.intervals(), side, &bar(base)) {
                    found.extend(self.on_number(decision, name, &rule, base));
                }
            }
        }
        if let Values::Few(values) = &variable.values {
            let base = sum(values.values());
            if let Some(rule) = value_rule(values.iter(), &bar(base)) {
                found.extend(self.on_values(decision, name, &rule, base));
            }
        }
        found
    }

    fn on_number(
        &self,
        decision: Decision,
        name: &str,
        rule: &NumberRule,
        base: Outcomes,
    ) -> Option<Finding> {
        let (operator, word) = match rule.side {
            Side::Below => ("$lt", "under"),
            Side::Above => ("$gt", "over"),
        };
        let threshold = friendly::json(rule.threshold);
        self.finding(&Rule {
            decision,
            identity: [name, operator],
            condition: Some(format!("{} {word} {}", text::name(name), threshold)),
            trigger: json!({ name: { operator: threshold } }),
            inside: rule.inside,
            base,
            data: json!({
                "variable": name,
                "operator": operator,
                "threshold": threshold,
                "chance": rule.chance,
            }),
        })
    }

    fn on_values(
        &self,
        decision: Decision,
        name: &str,
        rule: &ValueRule,
        base: Outcomes,
    ) -> Option<Finding> {
        let values: Vec<Value> = rule
            .values
            .iter()
            .filter_map(|value| serde_json::from_str(value).ok())
            .collect();
        let (operator, test) = match values.as_slice() {
            [value] => ("$eq", value.clone()),
            _ => ("$in", json!({ "$in": values })),
        };
        let shown: Vec<&str> = rule.values.iter().map(String::as_str).collect();
        self.finding(&Rule {
            decision,
            identity: [name, "$in"],
            condition: Some(format!("{} {}", text::name(name), shown.join(" or "))),
            trigger: json!({ name: test }),
            inside: rule.inside,
            base,
            data: json!({
                "variable": name,
                "operator": operator,
                "values": values,
                "chance": rule.chance,
            }),
        })
    }

    /// A step that (almost) always approves, whatever the input.
    fn always(&self) -> Option<Finding> {
        let total = self.decisions.total;
        let few_exceptions = total.rejected * 50 <= total.all();
        let confident = wilson_lower_bound(total.approved, total.all()) >= MIN_CONFIDENCE;
        if total.all() < self.scope.options.min_support || !few_exceptions || !confident {
            return None;
        }
        self.finding(&Rule {
            decision: Decision::Approved,
            identity: ["", "always"],
            condition: None,
            trigger: json!({}),
            inside: total,
            base: total,
            data: json!({}),
        })
    }

    /// The finding; `None` when the condition language cannot say the rule.
    fn finding(&self, rule: &Rule<'_>) -> Option<Finding> {
        Condition::from_json(&rule.trigger).ok()?;
        let (kind, action, verb) = match rule.decision {
            Decision::Approved => (FindingKind::AutoApprove, "auto_approve", "Auto-approve"),
            Decision::Rejected => (FindingKind::AutoReject, "auto_reject", "Auto-reject"),
        };
        // `None` and a step named "" are two places.
        let step = self
            .step
            .map_or_else(String::new, |step| format!("={step}"));
        let [variable, direction] = rule.identity;
        let hits = rule.inside.of(rule.decision);
        Some(self.scope.finding(Draft {
            kind,
            identity: &[&step, variable, direction],
            title: self.title(verb, rule.condition.as_deref()),
            description: self.description(rule, verb),
            template: json!({
                "workflow_type": "approval",
                "trigger_conditions": rule.trigger,
                "steps": [{ "action": action, "conditions": {} }],
            }),
            claimed: Share {
                count: hits,
                of: rule.inside.all(),
            },
            frequency: hits,
            data: self.data(rule),
        }))
    }

    fn title(&self, verb: &str, condition: Option<&str>) -> String {
        let place = self.step.unwrap_or(self.scope.workflow_name);
        match condition {
            Some(condition) => format!("{verb} {condition} at {}", text::name(place)),
            None => format!("{verb} everything at {}", text::name(place)),
        }
    }

    fn description(&self, rule: &Rule<'_>, verb: &str) -> String {
        let (done, other) = match rule.decision {
            Decision::Approved => ("approved", rule.base.rejected - rule.inside.rejected),
            Decision::Rejected => ("rejected", rule.base.approved - rule.inside.approved),
        };
        let (hits, all) = (rule.inside.of(rule.decision), rule.inside.all());
        let which = match &rule.condition {
            Some(condition) => format!("with {condition} "),
            None => String::new(),
        };
        let place = match self.step {
            Some(step) => format!("At step \"{step}\" of \"{}\"", self.scope.workflow_name),
            None => format!("In \"{}\"", self.scope.workflow_name),
        };
        let share = if hits == all {
            format!("all {} {which}were {done}", text::counted(all, "execution"))
        } else {
            format!(
                "{hits} of {} {which}were {done}",
                text::counted(all, "execution")
            )
        };
        let contrast = match &rule.condition {
            Some(_) => {
                let rest = rule.base.all() - all;
                format!(" (of the other {rest}, {other} were not)")
            }
            None => String::new(),
        };
        let time = match rule.inside.millis.checked_div(rule.inside.timed) {
            Some(mean) if mean > 0 => {
                format!(" The decision took {} on average.", text::duration(mean))
            }
            Some(_) | None => String::new(),
        };
        let advice = verb.to_lowercase();
        format!("{place}, {share}{contrast}.{time} Consider to {advice} them.")
    }

    fn data(&self, rule: &Rule<'_>) -> Value {
        let (inside, base) = (rule.inside, rule.base);
        let mut data = Map::new();
        data.insert("step".to_owned(), self.step.into());
        if let Value::Object(rule) = &rule.data {
            data.extend(rule.clone());
        }
        if let Value::Object(counts) = json!({
            "sample_count": inside.all(),
            "approved_count": inside.approved,
            "rejected_count": inside.rejected,
            "approval_rate": rate(inside.approved, inside.all()),
            "avg_approval_time": average_text(inside.millis, inside.timed),
            "timed_count": inside.timed,
            "total_approval_milliseconds": inside.millis,
            "other_approved_count": base.approved - inside.approved,
            "other_rejected_count": base.rejected - inside.rejected,
            "hypotheses": self.scope.hypotheses,
        }) {
            data.extend(counts);
        }
        Value::Object(data)
    }
}

fn sum<'a>(outcomes: impl Iterator<Item = &'a Outcomes>) -> Outcomes {
    outcomes.fold(Outcomes::default(), |mut sum, next| {
        sum.join(next);
        sum
    })
}
