//! What is kept, and what follows from it.

use crate::{
    Action, ActionFilter, ActionId, DurationCounts, Measurement, NewAction, Percentiles, StepKey,
    StepStatistics, belongs_to, duration_changes, statistics_changes,
};
use chrono::{DateTime, Utc};
use execution_log::Change;
use kernel::{Actor, TenantId};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) actions: BTreeMap<ActionId, Action>,
    pub(super) rows: BTreeMap<(TenantId, StepKey), StepStatistics>,
    pub(super) durations: BTreeMap<(TenantId, StepKey), DurationCounts>,
    pub(super) tenants: Vec<String>,
    last_id: i64,
}

impl State {
    pub(super) fn insert(&mut self, actor: &Actor, new: NewAction, now: DateTime<Utc>) -> Action {
        self.last_id += 1;
        let action = Action {
            id: ActionId(self.last_id),
            owner: actor.tenant,
            declared: new,
            measured: Measurement::default(),
            percentiles: None,
            created_by: actor.user.clone(),
            created_at: now,
            updated_at: now,
            revision: 1,
        };
        self.actions.insert(action.id, action.clone());
        self.seen_by(actor.tenant, &action)
    }

    pub(super) fn visible(&self, tenant: TenantId) -> impl Iterator<Item = Action> {
        let visible = move |action: &&Action| action.owner == tenant || action.declared.is_global;
        self.actions
            .values()
            .filter(visible)
            .map(move |action| self.seen_by(tenant, action))
    }

    /// The action with what was measured in the executions of `tenant`.
    pub(super) fn seen_by(&self, tenant: TenantId, action: &Action) -> Action {
        let declared = &action.declared;
        let names: Vec<String> = self
            .actions
            .values()
            .filter(|a| a.owner == tenant && a.declared.action_type == declared.action_type)
            .map(|a| a.declared.name.clone())
            .collect();
        let mut measured = Measurement::default();
        for ((owner, key), sums) in &self.rows {
            if *owner == tenant && belongs_to(key, &declared.action_type, &declared.name, &names) {
                measured.add(sums);
            }
        }
        let mut durations = DurationCounts::default();
        for ((owner, key), counts) in &self.durations {
            if *owner == tenant && belongs_to(key, &declared.action_type, &declared.name, &names) {
                durations.merge(counts);
            }
        }
        Action {
            measured,
            percentiles: Percentiles::of(&durations),
            ..action.clone()
        }
    }

    pub(super) fn add(&mut self, tenant: TenantId, changes: &[Change]) {
        for change in statistics_changes(changes) {
            self.rows
                .entry((tenant, change.key))
                .or_default()
                .add(&change.delta);
        }
        for change in duration_changes(changes) {
            self.durations
                .entry((tenant, change.key))
                .or_default()
                .add(change.from_millis, change.delta);
        }
        self.durations.retain(|_, counts| counts.total() != 0);
        self.rows
            .retain(|_, sums| *sums != StepStatistics::default());
    }
}

/// Whether an action is what the filter admits.
pub(super) fn matches(action: &Action, filter: &ActionFilter) -> bool {
    let declared = &action.declared;
    let text = format!("{}\n{}", declared.name, declared.description).to_lowercase();
    filter
        .action_type
        .as_ref()
        .is_none_or(|wanted| *wanted == declared.action_type)
        && filter
            .is_idempotent
            .is_none_or(|wanted| wanted == declared.is_idempotent)
        && filter
            .latency_class
            .is_none_or(|wanted| wanted == declared.latency_class)
        && filter
            .is_active
            .is_none_or(|wanted| wanted == declared.is_active)
        && filter
            .is_global
            .is_none_or(|wanted| wanted == declared.is_global)
        && filter
            .search
            .iter()
            .all(|term| text.contains(term.as_str()))
}
