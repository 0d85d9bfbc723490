//! What the OpenAPI document says of an operation.

use serde_json::{Value, json};

/// What the OpenAPI document says of an operation.
#[derive(Debug, Clone)]
pub(crate) struct Doc {
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    pub(crate) parameters: Vec<Value>,
    /// Media type, schema, example.
    pub(crate) requests: Vec<(&'static str, Value, Option<Value>)>,
    pub(crate) request_required: bool,
    /// Further examples of the request: name, value.
    pub(crate) more_requests: Vec<(&'static str, Value)>,
    /// Status, description, schema, example.
    pub(crate) responses: Vec<(u16, &'static str, Option<Value>, Option<Value>)>,
    /// Where an answer leads, beyond what `openapi::links` finds by itself.
    pub(crate) links: Vec<Link>,
    /// Whether a `POST` takes an `Idempotency-Key`.
    pub(crate) takes_key: bool,
    /// Whether the operation heeds `If-Match`.
    pub(crate) takes_if_match: TakesIfMatch,
}

/// Whether an operation heeds `If-Match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakesIfMatch {
    /// When it replaces, changes or deletes.
    AsUsual,
    Always,
    Never,
}

/// From an answer to an operation that can take a value of it.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) status: u16,
    /// Id of the operation.
    pub(crate) to: &'static str,
    /// The operation's parameter and the runtime expression that gives its value.
    pub(crate) parameter: Option<(&'static str, &'static str)>,
    /// The operation's body, with runtime expressions in it.
    pub(crate) body: Option<Value>,
}

impl Doc {
    /// `id` is unique in the document (`action_catalog_list`).
    pub(crate) fn new(id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            summary,
            description: "",
            parameters: Vec::new(),
            requests: Vec::new(),
            request_required: true,
            more_requests: Vec::new(),
            responses: Vec::new(),
            links: Vec::new(),
            takes_key: true,
            takes_if_match: TakesIfMatch::AsUsual,
        }
    }

    pub(crate) fn describe(mut self, text: &'static str) -> Self {
        self.description = text;
        self
    }

    /// A query parameter with its JSON Schema.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers build the schema in place"
    )]
    pub(crate) fn query(mut self, name: &str, description: &str, schema: Value) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "query", "required": false,
            "description": description, "schema": schema,
        }));
        self
    }

    /// The parameters of every list. `cursors` for histories that grow without bound.
    pub(crate) fn list(mut self, order_by: &[&str], default: &str, cursors: bool) -> Self {
        let signed: Vec<String> = order_by
            .iter()
            .flat_map(|name| [(*name).to_owned(), format!("-{name}")])
            .collect();
        // The look-ahead refuses a field that is named again.
        let pattern = format!(
            "^(?!(.*,)?-?([a-z_]+)(,.*)?,-?\\2(,|$))(({0})(,({0}))*)?$",
            signed.join("|")
        );
        let ordering = if cursors {
            json!({"type": "string", "pattern": format!("^({0})?$", signed.join("|"))})
        } else {
            json!({"type": "string", "pattern": pattern})
        };
        if !order_by.is_empty() {
            let text = format!(
                "Field to order by, `-` for descending; several are joined by commas, each once. Ties are \
                 broken by id. Default: `{default}`."
            );
            self = self.query("ordering", &text, ordering);
        }
        self = self
            .query(
                "page",
                "Number of the page, from 1, or `last`. A page past the end: 404.",
                json!({"anyOf": [{"type": "integer", "minimum": 1}, {"const": "last"}]}),
            )
            .query(
                "page_size",
                "Items on a page.",
                json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 20}),
            );
        if cursors {
            self = self
                .query(
                    "count",
                    "`false` leaves the count out and pages by cursor, whose cost does not grow \
                     with depth.",
                    json!({"type": "boolean"}),
                )
                .query(
                    "cursor",
                    "Where to go on: as `next` carries it. Not together with `page`.",
                    json!({"type": "string", "pattern": "^[A-Za-z0-9_-]*$"}),
                );
        }
        self
    }

    pub(crate) fn search(self) -> Self {
        self.query(
            "search",
            "Terms split on white space; each must occur in name or description, whatever its \
             case.",
            json!({"type": "string", "maxLength": 500, "pattern": "^[^\\x00]*$"}),
        )
    }

    /// A JSON body of that component.
    pub(crate) fn body(mut self, component: &str, example: Option<Value>) -> Self {
        self.requests
            .push(("application/json", reference(component), example));
        self
    }

    pub(crate) fn body_of(
        mut self,
        media_type: &'static str,
        schema: Value,
        example: Value,
    ) -> Self {
        self.requests.push((media_type, schema, Some(example)));
        self
    }

    /// One more example of the request.
    pub(crate) fn also(mut self, name: &'static str, example: Value) -> Self {
        self.more_requests.push((name, example));
        self
    }

    /// The answer's `expression` is a parameter of the operation `to`.
    pub(crate) fn link(
        mut self,
        status: u16,
        to: &'static str,
        parameter: &'static str,
        expression: &'static str,
    ) -> Self {
        self.links.push(Link {
            status,
            to,
            parameter: Some((parameter, expression)),
            body: None,
        });
        self
    }

    /// The operation `to` can be called with that body, which takes values of the answer.
    pub(crate) fn link_body(mut self, status: u16, to: &'static str, body: Value) -> Self {
        self.links.push(Link {
            status,
            to,
            parameter: None,
            body: Some(body),
        });
        self
    }

    /// Takes no `Idempotency-Key`, though it is a `POST`.
    pub(crate) fn without_key(mut self) -> Self {
        self.takes_key = false;
        self
    }

    pub(crate) fn if_match(mut self, takes: TakesIfMatch) -> Self {
        self.takes_if_match = takes;
        self
    }

    /// The body may be left out.
    pub(crate) fn body_optional(mut self) -> Self {
        self.request_required = false;
        self
    }

    pub(crate) fn ok(
        mut self,
        status: u16,
        description: &'static str,
        component: &str,
        example: Option<Value>,
    ) -> Self {
        self.responses
            .push((status, description, Some(reference(component)), example));
        self
    }

    /// A page of that component.
    pub(crate) fn ok_page(mut self, component: &str, example: Option<Value>) -> Self {
        let schema = json!({
            "type": "object",
            "properties": {
                "count": {"type": "integer", "minimum": 0},
                "count_is_lower_bound": {
                    "type": "boolean",
                    "description": "There when counting on would have cost too much: the count \
                                    is then a lower bound."
                },
                "next": {"type": ["string", "null"], "format": "uri"},
                "previous": {"type": ["string", "null"], "format": "uri"},
                "results": {"type": "array", "items": reference(component)},
            },
            "required": ["next", "previous", "results"],
        });
        self.responses.push((200, "A page.", Some(schema), example));
        self
    }

    pub(crate) fn ok_empty(mut self) -> Self {
        self.responses.push((204, "Done.", None, None));
        self
    }
}

/// A reference to a component's schema.
pub(crate) fn reference(component: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{component}")})
}
