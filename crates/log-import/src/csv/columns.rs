//! Which column means what, by the names that tools give them.

use crate::raw::{Key, Keys, Raw, is_bookkeeping};
use crate::{Columns, ImportError};
use std::collections::HashSet;

/// Names in the order in which they are looked for, without case, spaces and punctuation.
const CASE: &[&str] = &[
    "caseconceptname",
    "caseid",
    "case",
    "casenumber",
    "caseno",
    "traceid",
    "trace",
    "processinstanceid",
    "processinstance",
    "instanceid",
    "executionid",
    "runid",
    "ticketid",
    "orderid",
    "requestid",
    "applicationid",
    "serviceid",
];
const ACTIVITY: &[&str] = &[
    "conceptname",
    "activity",
    "activityname",
    "activityid",
    "task",
    "taskname",
    "operation",
    "event",
    "eventname",
    "step",
    "stepname",
    "action",
    "status",
];
const START: &[&str] = &[
    "starttimestamp",
    "starttime",
    "startdate",
    "startdatetime",
    "startedat",
    "start",
    "timestart",
    "begintime",
    "begin",
    "begindate",
];
const END: &[&str] = &[
    "timetimestamp",
    "endtimestamp",
    "endtime",
    "enddate",
    "enddatetime",
    "endedat",
    "end",
    "completetimestamp",
    "completetime",
    "completiontime",
    "completedat",
    "complete",
    "finishtime",
    "finishedat",
    "timeend",
    "timestamp",
    "eventtime",
    "datetime",
    "time",
    "date",
];
const RESOURCE: &[&str] = &[
    "orgresource",
    "resource",
    "resourceid",
    "user",
    "userid",
    "username",
    "agent",
    "actor",
    "performer",
    "assignee",
    "employee",
    "originator",
    "worker",
];
const OUTCOME: &[&str] = &["outcome"];

/// The columns by what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Roles {
    pub(super) case: usize,
    pub(super) activity: usize,
    pub(super) start: Option<usize>,
    pub(super) end: usize,
    pub(super) resource: Option<usize>,
    pub(super) outcome: Option<usize>,
    /// The only time is one of a start.
    pub(super) end_is_start: bool,
}

impl Roles {
    /// Finds the columns, the given ones first, and tells which were taken.
    ///
    /// # Errors
    /// A given column does not exist, or no column is a case, an activity or a time.
    pub(super) fn find(
        header: &[String],
        given: &Columns,
        raw: &mut Raw,
    ) -> Result<Self, ImportError> {
        let find = |given: &Option<String>, names: &[&str]| match given {
            Some(name) => exact(header, name).map(Some),
            None => Ok(by_name(header, names)),
        };
        let missing = |what: &str| ImportError::Column {
            message: format!("No column looks like {what}; name it."),
            header: header.to_vec(),
        };
        let case = find(&given.case, CASE)?
            .or_else(|| any_id(header))
            .ok_or_else(|| missing("the case"))?;
        let activity = find(&given.activity, ACTIVITY)?.ok_or_else(|| missing("the activity"))?;
        let start = find(&given.start, START)?;
        let end = find(&given.end, END)?;
        let resource = find(&given.resource, RESOURCE)?.filter(|column| *column != activity);
        let (start, end, end_is_start) = match (start, end) {
            (Some(start), None) => (None, start, true),
            (start, Some(end)) => (start.filter(|start| *start != end), end, false),
            (None, None) => return Err(missing("a time")),
        };
        let roles = Self {
            case,
            activity,
            start,
            end,
            resource,
            outcome: by_name(header, OUTCOME),
            end_is_start,
        };
        roles.note(header, raw);
        Ok(roles)
    }

    fn note(&self, header: &[String], raw: &mut Raw) {
        let parts = [
            ("case", Some(self.case)),
            ("activity", Some(self.activity)),
            ("start", self.start),
            ("completion", Some(self.end)),
            ("resource", self.resource),
            ("outcome", self.outcome),
        ];
        let named: Vec<_> = parts
            .into_iter()
            .filter_map(|(what, column)| Some(format!("{what} \"{}\"", header[column?].trim())))
            .collect();
        raw.note(format!("Columns: {}.", named.join(", ")));
    }

    fn all(&self) -> [Option<usize>; 6] {
        [
            Some(self.case),
            Some(self.activity),
            self.start,
            Some(self.end),
            self.resource,
            self.outcome,
        ]
    }
}

/// What each column is kept as, when it is an attribute: its key, and whether of the case.
pub(super) fn attributes(
    header: &[String],
    roles: &Roles,
    keys: &mut Keys,
) -> Vec<Option<(Key, bool)>> {
    let mut taken: HashSet<&str> = HashSet::new();
    let mut kept = Vec::with_capacity(header.len());
    for (index, column) in header.iter().enumerate() {
        let (name, of_case) = match column.trim().strip_prefix(super::CASE_PREFIX) {
            Some(name) => (name, true),
            None => (column.trim(), false),
        };
        let special = roles.all().contains(&Some(index)) || is_bookkeeping(name);
        if special || name.is_empty() {
            kept.push(None);
        } else if taken.insert(name) {
            kept.push(Some((keys.number(name), of_case)));
        } else {
            let numbered = format!("{name} ({})", index + 1);
            kept.push(Some((keys.number(&numbered), of_case)));
        }
    }
    kept
}

fn exact(header: &[String], name: &str) -> Result<usize, ImportError> {
    let found = header
        .iter()
        .position(|column| column.trim() == name.trim());
    let found = found.or_else(|| {
        let plain = plain(name);
        header
            .iter()
            .position(|column| self::plain(column) == plain)
    });
    found.ok_or_else(|| ImportError::Column {
        message: format!("There is no column \"{name}\"."),
        header: header.to_vec(),
    })
}

fn by_name(header: &[String], names: &[&str]) -> Option<usize> {
    let plain: Vec<_> = header.iter().map(|name| plain(name)).collect();
    names
        .iter()
        .find_map(|name| plain.iter().position(|column| column == name))
}

/// The first column that identifies something other than an event or a person.
fn any_id(header: &[String]) -> Option<usize> {
    const OTHERS: [&str; 7] = [
        "eventid",
        "activityid",
        "userid",
        "resourceid",
        "customerid",
        "taskid",
        "agentid",
    ];
    header.iter().position(|name| {
        let plain = plain(name);
        plain.ends_with("id") && !OTHERS.contains(&plain.as_str())
    })
}

/// A name without case, spaces and punctuation.
fn plain(name: &str) -> String {
    if is_bookkeeping(name.trim()) {
        return String::new();
    }
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
