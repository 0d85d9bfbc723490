//! Query strings, read strictly: a typing error must not return everything.

use crate::ApiError;
use chrono::{DateTime, Utc};
use document::{Node, Problem, Problems, closest};
use kernel::{
    CursorKey, DEFAULT_PAGE_SIZE, Direction, MAX_PAGE_SIZE, Ordering, PageRef, PageRequest, Sort,
};
use serde_json::Value;
use std::ops::RangeInclusive;

/// Characters of a filter's text.
pub(crate) const MAX_TEXT: usize = 200;

/// A query string. Each getter notes what is wrong; [`Query::finish`] says it all.
#[derive(Debug)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    problems: Problems,
}

/// Which parts of a list were asked for.
#[derive(Debug)]
pub(crate) struct ListRequest<F> {
    pub(crate) ordering: Ordering<F>,
    pub(crate) page: PageRequest,
}

impl Query {
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        let pairs: Vec<(String, String)> =
            actix_web::web::Query::<Vec<(String, String)>>::from_query(text)
                .map_err(|_unreadable| {
                    ApiError::invalid_field("", "The query string cannot be read.")
                })?
                .into_inner();
        let query = Self {
            pairs,
            known: Vec::new(),
            problems: Problems::default(),
        };
        for (index, (name, value)) in query.pairs.iter().enumerate() {
            if name.contains('\0') || value.contains('\0') {
                query
                    .problems
                    .add(name.replace('\0', ""), "NUL characters are not allowed.");
            }
            if query.pairs[..index]
                .iter()
                .any(|(earlier, _)| earlier == name)
            {
                query
                    .problems
                    .add(name.clone(), "This parameter is given twice.");
            }
        }
        Ok(query)
    }

    fn raw(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        self.pairs
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.trim().to_owned())
    }

    fn typed<T>(&mut self, name: &'static str, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<T> {
        let value = Value::String(self.raw(name)?);
        read(&Node::new(&value, name.to_owned(), &self.problems))
    }

    /// A text to compare with; longer ones than any field holds are refused.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        self.typed(name, |node| node.text_or_blank(MAX_TEXT))
    }

    pub(crate) fn boolean(&mut self, name: &'static str) -> Option<bool> {
        let text = self.raw(name)?;
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => {
                self.problems.add(name, "Must be true or false.");
                None
            }
        }
    }

    fn integer(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let text = self.raw(name)?;
        let value = match text.parse::<i64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::String(text),
        };
        Node::new(&value, name.to_owned(), &self.problems).integer(range)
    }

    pub(crate) fn id(&mut self, name: &'static str) -> Option<i64> {
        self.integer(name, 1..=i64::MAX)
    }

    pub(crate) fn instant(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method itself is for one lifetime only"
        )]
        self.typed(name, |node| node.instant())
    }

    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        self.typed(name, |node| node.choice(choices))
    }

    /// The search terms, in lower case.
    pub(crate) fn search(&mut self) -> Vec<String> {
        let text = self.raw("search").unwrap_or_default();
        if text.chars().count() > 500 {
            self.problems
                .add("search", "Ensure this has no more than 500 characters.");
            return Vec::new();
        }
        text.split_whitespace().map(str::to_lowercase).collect()
    }

    fn ordering<F: Copy>(&mut self, fields: &[(&'static str, F)]) -> Ordering<F> {
        let Some(text) = self.raw("ordering") else {
            return Vec::new();
        };
        let mut ordering = Vec::new();
        let mut used: Vec<&str> = Vec::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (name, direction) = match part.strip_prefix('-') {
                Some(name) => (name, Direction::Descending),
                None => (part, Direction::Ascending),
            };
            // A database would sort by each key again, however often it is named.
            if used.contains(&name) {
                self.problems
                    .add("ordering", "Each field can be ordered by once.");
                return Vec::new();
            }
            used.push(name);
            if let Some((_, by)) = fields.iter().find(|(field, _)| *field == name) {
                ordering.push(Sort { by: *by, direction });
                continue;
            }
            let names: Vec<_> = fields.iter().map(|(field, _)| *field).collect();
            let shown: String = name.chars().take(64).collect();
            let names = names.join(", ");
            let hint = format!("\"{shown}\" is not a field to order by. Choose of: {names}.");
            self.problems.add("ordering", hint);
        }
        ordering
    }

    /// Paging and ordering of a list. `default` orders a list whose client says nothing.
    pub(crate) fn list<F: Copy>(
        &mut self,
        fields: &[(&'static str, F)],
        default: &[Sort<F>],
        cursors: bool,
    ) -> ListRequest<F> {
        let mut ordering = self.ordering(fields);
        if ordering.is_empty() {
            ordering = default.to_vec();
        }
        let size = self
            .integer("page_size", 1..=i64::from(MAX_PAGE_SIZE))
            .and_then(|size| u32::try_from(size).ok())
            .unwrap_or(DEFAULT_PAGE_SIZE);
        let mut at = self.page_number();
        let mut count = true;
        if cursors {
            if self.boolean("count") == Some(false) {
                count = false;
                if !self.pairs.iter().any(|(name, _)| name == "page") {
                    at = PageRef::Start;
                }
            }
            if let Some(token) = self.raw("cursor") {
                at = self.cursor(&token, ordering.len());
            }
        }
        ListRequest {
            ordering,
            page: PageRequest { at, size, count },
        }
    }

    fn page_number(&mut self) -> PageRef {
        match self.raw("page").as_deref() {
            None => PageRef::Number(1),
            Some("last") => PageRef::Last,
            // DRF: a page that cannot be is a page that is not there.
            Some(text) => PageRef::Number(
                text.parse()
                    .ok()
                    .filter(|page| *page > 0)
                    .unwrap_or(u64::MAX),
            ),
        }
    }

    fn cursor(&mut self, token: &str, keys: usize) -> PageRef {
        if keys > 1 {
            self.problems
                .add("cursor", "A cursor needs an ordering by at most one field.");
        }
        if self.pairs.iter().any(|(name, _)| name == "page") {
            self.problems.add("cursor", "Give either page or cursor.");
        }
        if token.is_empty() {
            return PageRef::Start;
        }
        match crate::page::decode_cursor(token) {
            // A list ordered by id alone has no key, and the reverse.
            Some(cursor) if (cursor.key == CursorKey::None) == (keys == 0) => {
                PageRef::After(cursor)
            }
            _ => {
                self.problems
                    .add("cursor", "Not a cursor of this list; start without one.");
                PageRef::Start
            }
        }
    }

    /// All problems, and every parameter that nobody asked for.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        for (name, _) in &self.pairs {
            if self.known.contains(&name.as_str()) {
                continue;
            }
            let shown: String = name.replace('\0', "").chars().take(64).collect();
            let hint = match closest(&shown, self.known.iter().copied()) {
                Some(known) => format!("Unknown parameter; did you mean \"{known}\"?"),
                None if self.known.is_empty() => {
                    "Unknown parameter; there are none here.".to_owned()
                }
                None => format!("Unknown parameter. Known are: {}.", self.known.join(", ")),
            };
            self.problems.add(shown, hint);
        }
        let problems: Vec<Problem> = self.problems.into_list();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(ApiError::invalid(problems).saying("Invalid query parameters"))
        }
    }

    /// The parameters as sent, for links to other pages.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }
}
