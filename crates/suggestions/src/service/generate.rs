//! Mining on request.

use super::{SuggestionError, SuggestionService};
use crate::template::refine;
use crate::{
    Finding, GenerateRequest, Miner, MiningOptions, NewSuggestion, Suggestion, materially_changed,
};
use chrono::{DateTime, TimeDelta, Utc};
use execution_log::ExecutionFilter;
use kernel::{Actor, Receipt, TenantId};
use std::collections::{BTreeMap, HashMap};
use workflow_model::WorkflowId;
use workflow_registry::Workflow;

/// Executions read at once while mining.
const SCAN_PAGE: u32 = 500;
/// Fingerprints asked for at once.
const LOOKUP: usize = 200;
/// The most suggestions that one request makes; the best are taken. More than that nobody reads,
/// and the next request brings the rest.
const MAX_FINDINGS: usize = 100;

impl SuggestionService {
    /// Mines history and keeps what is new, best first; empty when history holds nothing new.
    /// What was suggested before is left out unless its evidence changed materially.
    pub async fn generate(
        &self,
        actor: &Actor,
        request: GenerateRequest,
        receipt: Option<Receipt<Vec<Suggestion>>>,
    ) -> Result<Vec<Suggestion>, SuggestionError> {
        let now = self.clock.now();
        if let Some(id) = request.workflow
            && self.workflows.workflow(actor.tenant, id).await?.is_none()
        {
            return Err(SuggestionError::UnknownWorkflow);
        }
        let findings = self.mine(actor.tenant, &request, now).await?;
        let new = self.only_new(actor.tenant, findings).await?;
        if new.is_empty() && receipt.is_none() {
            return Ok(Vec::new());
        }
        // Also without anything new: the store keeps the answer under the idempotency key.
        match self.store.insert(actor, new, now, receipt).await? {
            Some(kept) => Ok(kept),
            // A workflow was deleted since its history was read.
            None => Err(SuggestionError::Stale),
        }
    }

    async fn mine(
        &self,
        tenant: TenantId,
        request: &GenerateRequest,
        now: DateTime<Utc>,
    ) -> Result<Vec<Finding>, SuggestionError> {
        let window_start = now - TimeDelta::days(request.window_days);
        let mut miner = Miner::new(MiningOptions {
            window_start,
            window_end: now,
            min_support: request.min_support,
            sources: request.sources.clone(),
        });
        let filter = ExecutionFilter {
            workflow: request.workflow,
            started_after: Some(window_start),
            started_before: Some(now),
            ..ExecutionFilter::default()
        };
        let mut after = None;
        loop {
            let page = self.log.scan(tenant, &filter, after, SCAN_PAGE).await?;
            for execution in &page {
                miner.observe(execution);
            }
            match page.last() {
                Some(last) => after = Some(last.id),
                None => return Ok(miner.findings()),
            }
        }
    }

    /// The findings worth suggesting, refined by what is known of their workflows.
    async fn only_new(
        &self,
        tenant: TenantId,
        findings: Vec<Finding>,
    ) -> Result<Vec<NewSuggestion>, SuggestionError> {
        let prints: Vec<String> = findings.iter().map(|f| f.fingerprint.clone()).collect();
        let mut known: HashMap<String, Suggestion> = HashMap::new();
        for prints in prints.chunks(LOOKUP) {
            let old = self.store.by_fingerprints(tenant, prints).await?;
            known.extend(
                old.into_iter()
                    .filter_map(|s| Some((s.content.fingerprint.clone()?, s))),
            );
        }
        let mut workflows: BTreeMap<WorkflowId, Option<Workflow>> = BTreeMap::new();
        let mut new = Vec::new();
        for mut finding in findings {
            let old = known.get(&finding.fingerprint);
            if new.len() == MAX_FINDINGS
                || old.is_some_and(|old| !materially_changed(old, &finding))
            {
                continue;
            }
            let id = finding.workflow;
            if let std::collections::btree_map::Entry::Vacant(slot) = workflows.entry(id) {
                slot.insert(self.workflows.workflow(tenant, id).await?);
            }
            if let Some(Some(workflow)) = workflows.get(&id) {
                refine(&mut finding, workflow);
                new.push(finding.into());
            }
        }
        Ok(new)
    }
}
