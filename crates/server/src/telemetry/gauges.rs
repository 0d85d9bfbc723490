//! Gauges: recomputed at every scrape, so that they are right after a restart.

use super::zero;
use access::TokenStore;
use catalog::{ActionStore, LatencyClass, StatisticsStore, StepStatistics};
use kernel::{PageRef, PageRequest, StoreError, TenantId};
use metrics::gauge;
use sla::{AlertOutbox, SlaFilter, SlaService};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where gauges come from.
pub struct GaugeSources {
    /// Every tenant.
    pub tenants: Arc<dyn TokenStore>,
    /// Every SLA.
    pub slas: SlaService,
    /// Every step.
    pub statistics: Arc<dyn StatisticsStore>,
    /// What is declared of actions.
    pub actions: Arc<dyn ActionStore>,
    /// Every alert that is not delivered.
    pub outbox: Arc<dyn AlertOutbox>,
}

/// Two tenants may use the same names, and the documented labels do not tell tenants apart:
/// then the SLA that is kept worst is shown.
#[derive(Clone, Copy)]
struct SlaGauge {
    target_seconds: f64,
    percentage: f64,
}

impl GaugeSources {
    /// Sets every gauge.
    pub(crate) async fn refresh(&self) -> Result<(), StoreError> {
        let mut slas: BTreeMap<(String, String), SlaGauge> = BTreeMap::new();
        let mut actions: BTreeMap<String, StepStatistics> = BTreeMap::new();
        for (tenant, _) in self.tenants.tenants().await? {
            self.collect_slas(tenant, &mut slas).await?;
            let mut types = Vec::new();
            for (key, sums) in self.statistics.steps(tenant, None).await? {
                if !key.action_type.is_empty() {
                    types.push(key.action_type.clone());
                    actions.entry(key.action_type).or_default().add(&sums);
                }
            }
            types.sort();
            types.dedup();
            self.begin_actions(tenant, &types).await?;
        }
        for ((workflow_name, sla_name), shown) in slas {
            gauge!(
                "workflow_sla_target_seconds",
                "workflow_name" => workflow_name.clone(),
                "sla_name" => sla_name.clone()
            )
            .set(shown.target_seconds);
            gauge!(
                "workflow_sla_percentage",
                "workflow_name" => workflow_name,
                "sla_name" => sla_name
            )
            .set(shown.percentage);
        }
        for (action_type, sums) in actions {
            if let Some(rate) = sums.success_rate() {
                gauge!("action_success_rate", "action_type" => action_type).set(rate);
            }
        }
        self.refresh_alerts().await
    }

    async fn begin_actions(&self, tenant: TenantId, types: &[String]) -> Result<(), StoreError> {
        let declared = self.actions.of_types(tenant, types).await?;
        let classes: BTreeMap<&str, LatencyClass> = declared
            .iter()
            .map(|action| &action.declared)
            .map(|declared| (declared.action_type.as_str(), declared.latency_class))
            .collect();
        for action_type in types {
            let class = classes.get(action_type.as_str()).copied();
            zero::begin_action(action_type, class.map(LatencyClass::as_str));
        }
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    async fn refresh_alerts(&self) -> Result<(), StoreError> {
        let backlog = self.outbox.backlog().await?;
        for (state, count) in [("scheduled", backlog.scheduled), ("dead", backlog.dead)] {
            gauge!("alert_backlog", "state" => state).set(count as f64);
        }
        Ok(())
    }

    async fn collect_slas(
        &self,
        tenant: TenantId,
        slas: &mut BTreeMap<(String, String), SlaGauge>,
    ) -> Result<(), StoreError> {
        let active = SlaFilter {
            is_active: Some(true),
            ..SlaFilter::default()
        };
        let mut page = PageRequest::of_size(kernel::MAX_PAGE_SIZE);
        loop {
            let found = self
                .slas
                .list(tenant, &active, &Vec::new(), &page)
                .await
                .map_err(store_error)?;
            for (sla, percentage) in found.items {
                zero::begin_breaches(&sla.workflow_name);
                #[expect(clippy::cast_precision_loss, reason = "thresholds are below 2^53 ms")]
                let target_seconds = sla.thresholds.target_millis as f64 / 1000.0;
                let shown = slas
                    .entry((sla.workflow_name, sla.name))
                    .or_insert(SlaGauge {
                        target_seconds,
                        percentage,
                    });
                if percentage < shown.percentage {
                    *shown = SlaGauge {
                        target_seconds,
                        percentage,
                    };
                }
            }
            match (found.has_next, &mut page.at) {
                (true, PageRef::Number(number)) => *number += 1,
                _ => return Ok(()),
            }
        }
    }
}

fn store_error(error: sla::SlaError) -> StoreError {
    match error {
        sla::SlaError::Store(error) => error,
        other => StoreError::Unavailable(Box::new(other)),
    }
}
