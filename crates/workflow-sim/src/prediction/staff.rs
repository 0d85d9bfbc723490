//! Who does the work.

mod pools;

use super::answer::{Assumption, Source};
use super::hours;
use super::request::{Calendar, Resource, Resources};
use super::setting::Setting;
use chrono::{DateTime, Utc};
use discrete_event::{Absence, CalendarId, ResourceId};
use workflow_model::Approvers;

/// Who does the work.
#[derive(Debug)]
pub(crate) struct Staff {
    resources: Vec<Resource>,
    pub(crate) calendars: Vec<Calendar>,
    /// For steps by name: who did them in history, in order of how often.
    recorded: Vec<(String, Vec<usize>)>,
    pub(crate) assumptions: Vec<Assumption>,
}

/// Who does a step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Who {
    /// Nobody in particular: nobody has to wait.
    Nobody,
    /// One of these, in order of preference.
    OneOf(Vec<ResourceId>),
    /// Each of several approvers by itself.
    Each(Vec<ResourceId>),
}

impl Staff {
    pub(crate) fn new(setting: &Setting<'_>) -> Self {
        let request = &setting.request;
        let mut staff = Self {
            resources: Vec::new(),
            calendars: request.calendars.clone(),
            recorded: Vec::new(),
            assumptions: Vec::new(),
        };
        match &request.resources {
            Resources::Unlimited => staff.tell(
                Source::Convention,
                0,
                "No resources are given, so nobody has to wait for anybody: steps wait as long as \
                 they waited in history, however busy it is.",
            ),
            Resources::Given(list) => {
                staff.resources.clone_from(list);
                staff.tell(Source::Given, 0, "As given.");
            }
            Resources::FromHistory => staff.find_pools(setting),
        }
        staff
    }

    fn tell(&mut self, source: Source, observations: u64, text: &str) {
        self.assumptions.push(Assumption {
            about: "resources".to_owned(),
            source,
            observations,
            text: text.to_owned(),
            distribution: None,
        });
    }

    /// Who does a step: whom the request assigns to it, else its approvers if they are resources,
    /// else who has the skill, else who did it in history.
    pub(crate) fn who(
        &self,
        setting: &Setting<'_>,
        name: &str,
        action: &str,
        approvers: Option<&Approvers>,
    ) -> Who {
        if Setting::find(&setting.automated, name, action).is_some() {
            return Who::Nobody;
        }
        let assigned = Setting::find(&setting.request.assignments, name, action);
        if let Some(assigned) = assigned {
            let found = assigned.iter().filter_map(|name| self.named(name));
            return Who::one_of(found.collect());
        }
        if let Some(approvers) = approvers {
            let found: Vec<_> = approvers
                .names
                .iter()
                .filter_map(|name| self.named(name))
                .collect();
            let distinct = (1..found.len()).all(|at| !found[..at].contains(&found[at]));
            if found.len() == approvers.names.len() && distinct && found.len() > 1 {
                return Who::Each(found);
            }
            if !found.is_empty() {
                return Who::one_of(found);
            }
        }
        let skilled = |one: &&(usize, &Resource)| {
            let has = |what: &str| one.1.skills.iter().any(|skill| skill == what);
            has(name) || (!action.is_empty() && has(action))
        };
        let all: Vec<_> = self.resources.iter().enumerate().collect();
        let found: Vec<_> = all.iter().filter(skilled).map(|(at, _)| id(*at)).collect();
        if !found.is_empty() {
            return Who::one_of(found);
        }
        let recorded = self.recorded.iter().find(|(step, _)| step == name);
        let found = recorded.map_or(&[][..], |(_, list)| &list[..]);
        Who::one_of(found.iter().map(|at| id(*at)).collect())
    }

    fn named(&self, name: &str) -> Option<ResourceId> {
        let at = self.resources.iter().position(|one| one.name == name)?;
        Some(id(at))
    }

    /// The position of a calendar.
    pub(crate) fn calendar(&self, name: &str) -> Option<CalendarId> {
        let at = self.calendars.iter().position(|one| one.name == name)?;
        u32::try_from(at).ok().map(CalendarId)
    }

    /// The resources for the engine.
    pub(crate) fn engine(&self, origin: DateTime<Utc>) -> Vec<discrete_event::Resource> {
        #[expect(clippy::cast_precision_loss, reason = "below 2^53 milliseconds")]
        let since = |at: DateTime<Utc>| (at - origin).num_milliseconds() as f64 / 1000.0;
        let absences = |one: &Resource| {
            let mut absences: Vec<_> = one
                .absences
                .iter()
                .map(|(from, until)| Absence {
                    from: since(*from).max(0.0),
                    to: since(*until),
                })
                .filter(|absence| absence.to > absence.from)
                .collect();
            absences.sort_by(|a, b| a.from.total_cmp(&b.from));
            absences
        };
        self.resources
            .iter()
            .map(|one| discrete_event::Resource {
                name: one.name.clone(),
                amount: one.amount,
                calendar: one.calendar.as_ref().and_then(|name| self.calendar(name)),
                absences: absences(one),
                cost_per_hour: one.cost_per_hour,
            })
            .collect()
    }

    /// The calendars for the engine.
    pub(crate) fn engine_calendars(&self) -> Vec<discrete_event::Calendar> {
        self.calendars.iter().map(hours::engine).collect()
    }
}

impl Who {
    fn one_of(mut found: Vec<ResourceId>) -> Self {
        let mut seen = Vec::new();
        found.retain(|one| {
            let new = !seen.contains(one);
            seen.push(*one);
            new
        });
        if found.is_empty() {
            Self::Nobody
        } else {
            Self::OneOf(found)
        }
    }
}

fn id(at: usize) -> ResourceId {
    ResourceId(u32::try_from(at).unwrap_or(u32::MAX))
}
