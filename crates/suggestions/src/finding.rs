//! A pattern that is worth acting on, with the counts it rests on.

use crate::wilson::{share, wilson_lower_bound};
use crate::{NewSuggestion, Suggestion, SuggestionSource};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use workflow_model::WorkflowId;

/// Which pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingKind {
    /// What is always approved.
    AutoApprove,
    /// What is always rejected.
    AutoReject,
    /// Approvals one after the other that could run side by side.
    ParallelApproval,
    /// The step that takes most of the time.
    SlowStep,
    /// A step that fails often.
    FailingStep,
    /// A step that is done again in the same case.
    Rework,
}

impl FindingKind {
    /// Every kind, in the order that breaks ties.
    pub const ALL: [Self; 6] = [
        Self::AutoApprove,
        Self::AutoReject,
        Self::ParallelApproval,
        Self::SlowStep,
        Self::FailingStep,
        Self::Rework,
    ];

    /// The name in `supporting_data` and in fingerprints. Never changes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AutoApprove => "auto_approve",
            Self::AutoReject => "auto_reject",
            Self::ParallelApproval => "parallel_approval",
            Self::SlowStep => "slow_step",
            Self::FailingStep => "failing_step",
            Self::Rework => "rework",
        }
    }

    /// What it was found in: outcomes, or the order and timing of steps.
    #[must_use]
    pub fn source(self) -> SuggestionSource {
        match self {
            Self::AutoApprove | Self::AutoReject | Self::FailingStep => {
                SuggestionSource::Historical
            }
            Self::ParallelApproval | Self::SlowStep | Self::Rework => SuggestionSource::Pattern,
        }
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// This many
    pub count: u64,
    /// of this many.
    pub of: u64,
}

impl Share {
    /// `count / of`; 0 of nothing.
    #[must_use]
    pub fn ratio(self) -> f64 {
        share(self.count, self.of)
    }

    /// The lower end of its Wilson score interval (95 %).
    #[must_use]
    pub fn lower_bound(self) -> f64 {
        wilson_lower_bound(self.count, self.of)
    }
}

/// A pattern that is worth acting on.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which pattern.
    pub kind: FindingKind,
    /// In which workflow.
    pub workflow: WorkflowId,
    /// What to call it; at most 200 characters.
    pub title: String,
    /// What was seen and what to do, in plain words.
    pub description: String,
    /// What to build.
    pub workflow_template: Map<String, Value>,
    /// The share that it claims; its lower bound is the confidence.
    pub claimed: Share,
    /// How many executions show it.
    pub pattern_frequency: u64,
    /// What was counted, and the counts.
    pub supporting_data: Map<String, Value>,
    /// What makes it the same pattern as another: workflow, kind, steps, variable and direction,
    /// but neither threshold nor counts. SHA-256 in hexadecimal.
    pub fingerprint: String,
}

impl Finding {
    /// The lower end of the Wilson score interval (95 %) of the claimed share.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        self.claimed.lower_bound()
    }
}

impl From<Finding> for NewSuggestion {
    fn from(finding: Finding) -> Self {
        Self {
            confidence_score: finding.confidence(),
            source: finding.kind.source(),
            title: finding.title,
            description: finding.description,
            workflow: Some(finding.workflow),
            workflow_template: finding.workflow_template,
            supporting_data: finding.supporting_data,
            pattern_frequency: i64::try_from(finding.pattern_frequency).unwrap_or(i64::MAX),
            fingerprint: Some(finding.fingerprint),
        }
    }
}

/// The fingerprint of a pattern: its kind, workflow and the parts that identify it.
pub(crate) fn fingerprint(kind: FindingKind, workflow: WorkflowId, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    hash.update(kind.as_str());
    hash.update(workflow.0.to_be_bytes());
    for part in parts {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A change of confidence that matters.
const CONFIDENCE_STEP: f64 = 0.1;
/// A change of threshold that matters, relative to the old one.
const THRESHOLD_STEP: f64 = 0.1;

/// Whether the evidence is so much another that a pattern which was suggested before is worth
/// suggesting again. Any of these is:
///
/// * the confidence moved by at least 0.1;
/// * at least twice as many executions show it;
/// * the threshold moved by more than a tenth of the old one, or the set of values changed.
#[must_use]
pub fn materially_changed(old: &Suggestion, new: &Finding) -> bool {
    let old = &old.content;
    let now = i64::try_from(new.pattern_frequency).unwrap_or(i64::MAX);
    let moved = (new.confidence() - old.confidence_score).abs() >= CONFIDENCE_STEP;
    let doubled = now > 0 && now / 2 >= old.pattern_frequency;
    moved || doubled || rule_changed(&old.supporting_data, &new.supporting_data)
}

fn rule_changed(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    let threshold = |data: &Map<String, Value>| data.get("threshold").and_then(Value::as_f64);
    let threshold_moved = match (threshold(old), threshold(new)) {
        (Some(old), Some(new)) => (new - old).abs() > THRESHOLD_STEP * old.abs(),
        (None, None) => false,
        (Some(_), None) | (None, Some(_)) => true,
    };
    threshold_moved || old.get("values") != new.get("values")
}

#[cfg(test)]
mod tests;
