//! The table that mounts the routes and makes the OpenAPI document.

use crate::ApiError;
use crate::call::Call;
use crate::doc::Doc;
use crate::reply::Reply;
use access::LimitClass;
use actix_web::http::Method;
use futures_util::future::LocalBoxFuture;
use kernel::Role;

/// Parses, calls one service, renders.
pub(crate) type Handler = fn(Call) -> LocalBoxFuture<'static, Result<Reply, ApiError>>;

/// Makes a [`Handler`] of an `async fn(Call) -> Result<Reply, ApiError>`.
macro_rules! handler {
    ($function:path) => {
        |call| Box::pin($function(call))
    };
}
pub(crate) use handler;

/// What one method does on one path.
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) role: Role,
    pub(crate) class: LimitClass,
    /// Whether the answer depends on nothing but tenant, address and stored data.
    pub(crate) remembered: bool,
    pub(crate) handler: Handler,
    pub(crate) doc: Doc,
}

/// One path, relative to [`crate::PREFIX`] and without its trailing slash, and its operations.
pub(crate) struct Endpoint {
    pub(crate) path: &'static str,
    pub(crate) operations: Vec<Operation>,
}

impl Endpoint {
    pub(crate) fn new(path: &'static str) -> Self {
        Self {
            path,
            operations: Vec::new(),
        }
    }

    fn with(mut self, method: Method, role: Role, handler: Handler, doc: Doc) -> Self {
        let class = LimitClass::Standard;
        self.operations.push(Operation {
            method,
            role,
            class,
            remembered: false,
            handler,
            doc,
        });
        self
    }

    pub(crate) fn get(self, handler: Handler, doc: Doc) -> Self {
        self.with(Method::GET, Role::Viewer, handler, doc)
    }

    pub(crate) fn post(self, handler: Handler, doc: Doc) -> Self {
        self.with(Method::POST, Role::Editor, handler, doc)
    }

    pub(crate) fn put(self, handler: Handler, doc: Doc) -> Self {
        self.with(Method::PUT, Role::Editor, handler, doc)
    }

    pub(crate) fn patch(self, handler: Handler, doc: Doc) -> Self {
        self.with(Method::PATCH, Role::Editor, handler, doc)
    }

    pub(crate) fn delete(self, handler: Handler, doc: Doc) -> Self {
        self.with(Method::DELETE, Role::Editor, handler, doc)
    }

    /// The operation added last needs that role.
    pub(crate) fn role(mut self, role: Role) -> Self {
        if let Some(last) = self.operations.last_mut() {
            last.role = role;
        }
        self
    }

    /// The operation added last is charged to that budget too.
    pub(crate) fn limited(mut self, class: LimitClass) -> Self {
        if let Some(last) = self.operations.last_mut() {
            last.class = class;
        }
        self
    }

    /// The answer of the operation added last depends on nothing but tenant, address and stored
    /// data: it is given again while they are the same.
    pub(crate) fn remembered(mut self) -> Self {
        if let Some(last) = self.operations.last_mut() {
            last.remembered = true;
        }
        self
    }

    /// The operation of a method; `HEAD` is answered like `GET`.
    pub(crate) fn operation(&self, method: &Method) -> Option<&Operation> {
        let method = if *method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        self.operations
            .iter()
            .find(|operation| operation.method == *method)
    }

    /// The `Allow` header.
    pub(crate) fn allow(&self) -> String {
        let mut methods: Vec<&str> = self
            .operations
            .iter()
            .map(|operation| operation.method.as_str())
            .collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.push("OPTIONS");
        methods.join(", ")
    }
}
