//! What decides between contradicting reports and cannot be seen in the execution.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use workflow_model::Execution;

/// The weight of a report: of two that disagree, the one with the larger stamp is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// Whether the reporter knew that the run had ended.
    #[serde(rename = "e")]
    pub(crate) ended: bool,
    /// As of when, in milliseconds since 1970; `None` when the report says no time at all.
    #[serde(rename = "a")]
    pub(crate) at: Option<i64>,
}

/// The stamps of the fields of one record: nearly always the same for all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Stamps {
    #[serde(rename = "b")]
    base: Stamp,
    #[serde(rename = "f", default, skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, Stamp>,
}

impl Stamps {
    pub(crate) fn all(base: Stamp) -> Self {
        Self {
            base,
            fields: BTreeMap::new(),
        }
    }

    pub(crate) fn get(&self, field: &str) -> Stamp {
        self.fields.get(field).copied().unwrap_or(self.base)
    }

    pub(crate) fn set(&mut self, field: &str, stamp: Stamp) {
        if stamp == self.base {
            self.fields.remove(field);
        } else {
            self.fields.insert(field.to_owned(), stamp);
        }
    }

    fn latest(&self) -> Option<i64> {
        self.fields
            .values()
            .map(|stamp| stamp.at)
            .max()
            .flatten()
            .max(self.base.at)
    }
}

/// How the start is known. The order is that of belief.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) enum Start {
    /// Nobody said; the earliest time known.
    #[default]
    #[serde(rename = "d")]
    Default,
    /// The earliest one said.
    #[serde(rename = "e")]
    Earliest,
    /// Said of the execution by its id, at this stamp.
    #[serde(rename = "c")]
    Corrected(Option<i64>),
}

/// How the end is known: what comes later here is believed before what comes earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum End {
    /// Not at all.
    #[default]
    #[serde(rename = "n")]
    None,
    /// When the first report of an end was made, in milliseconds since 1970.
    #[serde(rename = "i")]
    Inferred(i64),
    /// Said, at this stamp.
    #[serde(rename = "s")]
    Said(Option<i64>),
}

/// The weight of a final status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Verdict {
    /// Said, not implied by an end.
    #[serde(rename = "x")]
    pub(crate) explicit: bool,
    /// As of when.
    #[serde(rename = "a")]
    pub(crate) at: Option<i64>,
}

/// A report that the run was running or paused. Marks are ordered by (`at`, `paused`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// Its place on the time line.
    #[serde(rename = "a")]
    pub(crate) at: Option<i64>,
    /// Paused, or running.
    #[serde(rename = "p")]
    pub(crate) paused: bool,
    /// When that was, by the clock: as reported, else when the report first arrived.
    #[serde(rename = "t")]
    pub(crate) clock: i64,
}

/// The position of a step in the list of a report: from 1, or 0 for a step reported alone, of
/// which a list says nothing.
pub(crate) fn position(index: usize, count: usize) -> u32 {
    if count == 1 {
        0
    } else {
        u32::try_from(index).map_or(u32::MAX, |index| index.saturating_add(1))
    }
}

/// What is kept of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StepState {
    /// The largest [`position`] that it was reported at; orders steps of one time.
    #[serde(rename = "p")]
    pub(crate) position: u32,
    /// How many steps of the same name, attempt and time were known before it.
    #[serde(rename = "o", default, skip_serializing_if = "is_default")]
    pub(crate) ordinal: u32,
    #[serde(flatten)]
    pub(crate) stamps: Stamps,
}

/// What decides between contradicting reports and cannot be seen in the execution: which report
/// each value came from. Stores keep its [`MergeState::to_text`] beside the execution.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MergeState {
    #[serde(rename = "s")]
    pub(crate) stamps: Stamps,
    #[serde(rename = "b", default, skip_serializing_if = "is_default")]
    pub(crate) start: Start,
    #[serde(rename = "e", default, skip_serializing_if = "is_default")]
    pub(crate) end: End,
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<Verdict>,
    /// Whether a report named the workflow's version.
    #[serde(rename = "w", default, skip_serializing_if = "is_default")]
    pub(crate) version_said: bool,
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) marks: Vec<Mark>,
    /// Empty when all steps came in their order with the base stamp.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepState>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl MergeState {
    pub(crate) fn new(stamp: Stamp) -> Self {
        Self {
            stamps: Stamps::all(stamp),
            ..Self::default()
        }
    }

    /// The text to be kept.
    ///
    /// # Errors
    /// None in practice: every part has a JSON form.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads what [`MergeState::to_text`] wrote.
    ///
    /// # Errors
    /// The text is not such a state.
    pub fn from_text(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The states of the steps of `execution`, one for each.
    pub(crate) fn steps_of(&self, execution: &Execution) -> Vec<StepState> {
        if self.steps.len() == execution.steps.len() {
            return self.steps.clone();
        }
        let count = execution.steps.len();
        (0..count)
            .map(|index| self.plain_step(index, count))
            .collect()
    }

    /// Keeps the states of the steps, unless they are what is assumed without them.
    pub(crate) fn keep_steps(&mut self, steps: Vec<StepState>) {
        let count = steps.len();
        let plain = steps
            .iter()
            .enumerate()
            .all(|(i, step)| *step == self.plain_step(i, count));
        self.steps = if plain { Vec::new() } else { steps };
    }

    fn plain_step(&self, index: usize, count: usize) -> StepState {
        StepState {
            position: position(index, count),
            ordinal: 0,
            stamps: Stamps::all(self.stamps.base),
        }
    }

    /// The latest stamp of all.
    pub(crate) fn latest(&self) -> Option<i64> {
        let start = match self.start {
            Start::Default | Start::Earliest => None,
            Start::Corrected(at) => at,
        };
        let end = match self.end {
            End::None | End::Inferred(_) => None,
            End::Said(at) => at,
        };
        let verdict = self.verdict.and_then(|verdict| verdict.at);
        let mark = self.marks.last().and_then(|mark| mark.at);
        let step = self
            .steps
            .iter()
            .filter_map(|step| step.stamps.latest())
            .max();
        [self.stamps.latest(), start, end, verdict, mark, step]
            .into_iter()
            .flatten()
            .max()
    }
}
