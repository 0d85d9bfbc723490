//! Finds the endpoint of a path by looking it up: a router that tries one pattern after the other
//! costs more than all the rest of a read.

use crate::endpoint::Endpoint;
use std::collections::HashMap;
use std::sync::OnceLock;

/// An endpoint, and what stands in the path where it has a parameter.
pub(crate) type Found<'p> = (&'static Endpoint, Option<&'p str>);

/// Endpoints by their paths.
struct Table {
    /// Of paths without a parameter.
    fixed: HashMap<&'static str, &'static Endpoint>,
    /// By what stands before the parameter and after it.
    open: HashMap<(&'static str, &'static str), &'static Endpoint>,
}

impl Table {
    fn new(endpoints: &'static [Endpoint]) -> Self {
        let mut table = Self {
            fixed: HashMap::new(),
            open: HashMap::new(),
        };
        for endpoint in endpoints {
            let parts = endpoint
                .path
                .split_once('{')
                .and_then(|(before, rest)| Some((before, rest.split_once('}')?.1)));
            match parts {
                Some(parts) => drop(table.open.insert(parts, endpoint)),
                None => drop(table.fixed.insert(endpoint.path, endpoint)),
            }
        }
        table
    }

    /// A path with a fixed last part goes before one with a parameter in its place.
    fn find<'p>(&self, path: &'p str) -> Option<Found<'p>> {
        let path = path.strip_suffix('/').unwrap_or(path);
        if let Some(endpoint) = self.fixed.get(path) {
            return Some((endpoint, None));
        }
        let resource = path.strip_prefix('/')?.find('/')? + 2;
        let (before, rest) = path.split_at(resource);
        let (parameter, after) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if parameter.is_empty() {
            return None;
        }
        let endpoint = self.open.get(&(before, after))?;
        Some((endpoint, Some(parameter)))
    }
}

/// The endpoint of a path under the prefix, with or without a slash at its end.
pub(super) fn find(path: &str) -> Option<Found<'_>> {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE
        .get_or_init(|| Table::new(super::endpoints()))
        .find(path)
}

#[cfg(test)]
mod tests;
