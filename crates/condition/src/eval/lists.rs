use std::borrow::Cow;

use serde_json::Value;

use super::{Frame, Run};
use crate::path::{Found, Path};
use crate::tree::{Expr, Node, Quantifier};
use crate::truth::Tri;

impl Run<'_> {
    pub(super) fn quantified(
        &self,
        quantifier: Quantifier,
        list: &Expr,
        body: &Node,
        missing: &mut Vec<String>,
    ) -> Tri {
        let name = list.as_path();
        // The lists of a path that goes through lists are tested each on its own.
        let lists: Vec<Cow<'_, Value>> = match list {
            Expr::Path(path) => match self.find(path) {
                Found::One(value) => vec![Cow::Borrowed(value)],
                Found::Missing if self.closed => Vec::new(),
                Found::Missing => return self.lack(path, missing),
                Found::Many(candidates) if candidates.is_missing() && !self.closed => {
                    return self.lack(path, missing);
                }
                Found::Many(candidates) => {
                    candidates.values.into_iter().map(Cow::Borrowed).collect()
                }
            },
            other => match self.expr(other, missing) {
                None => return Tri::Unknown,
                Some(value) => vec![value],
            },
        };
        let one = |value: &Cow<'_, Value>, missing: &mut Vec<String>| {
            let Value::Array(elements) = value.as_ref() else {
                return Tri::False;
            };
            self.elements(quantifier, elements, name, body, missing)
        };
        if quantifier == Quantifier::None {
            let any = |value: &Cow<'_, Value>, missing: &mut Vec<String>| match value.as_ref() {
                Value::Array(elements) => {
                    self.elements(Quantifier::Any, elements, name, body, missing)
                }
                _ => Tri::False,
            };
            return Self::all(lists.iter(), Tri::True, any, missing).negate();
        }
        Self::all(lists.iter(), Tri::True, one, missing)
    }

    fn elements(
        &self,
        quantifier: Quantifier,
        elements: &[Value],
        list: Option<&Path>,
        body: &Node,
        missing: &mut Vec<String>,
    ) -> Tri {
        let holds = |value: &Value, missing: &mut Vec<String>| {
            let frame = Frame {
                value,
                list,
                outer: self.element,
            };
            Run {
                element: Some(&frame),
                ..*self
            }
            .node(body, missing)
        };
        match quantifier {
            Quantifier::Any => Self::all(elements.iter(), Tri::True, holds, missing),
            Quantifier::None => Self::all(elements.iter(), Tri::True, holds, missing).negate(),
            Quantifier::All => Self::all(elements.iter(), Tri::False, holds, missing),
            Quantifier::One => {
                let before = missing.len();
                let (mut yes, mut unknown) = (0, false);
                for element in elements {
                    match holds(element, missing) {
                        Tri::True => yes += 1,
                        Tri::Unknown => unknown = true,
                        Tri::False => {}
                    }
                }
                if yes > 1 || !unknown {
                    missing.truncate(before);
                    return (yes == 1).into();
                }
                Tri::Unknown
            }
        }
    }
}
