//! The real service, in this process, on a fresh database of either kind.

use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Data;
use actix_web::{App, http::Method};
use api::{MetricsPage, Services};
use async_trait::async_trait;
use kernel::testing::ManualClock;
use kernel::{Clock, Role, StoreError};
use persistence::{Database, DatabaseOptions};
use serde_json::{Value, json};
use server::config::{Config, Overrides};
use server::randomness::SystemRandomness;
use server::wiring::{Wired, wire};
use std::sync::Arc;

/// Runs a test on `SQLite` and on PostgreSQL.
macro_rules! on_both {
    ($(async fn $name:ident($app:ident: TestApp) $body:block)*) => {
        $(
            async fn $name($app: $crate::app::TestApp) $body

            mod $name {
                #[actix_web::test]
                async fn sqlite() {
                    super::$name($crate::app::TestApp::sqlite().await).await;
                }

                #[actix_web::test]
                async fn postgres() {
                    super::$name($crate::app::TestApp::postgres().await).await;
                }
            }
        )*
    };
}
pub(crate) use on_both;

/// The service on one database.
pub(crate) struct TestApp {
    pub(crate) wired: Wired,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) database: Database,
}

/// One caller.
pub(crate) struct Client<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) token: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body, when the status is the expected one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }
}

struct NoMetrics;

#[async_trait]
impl MetricsPage for NoMetrics {
    async fn render(&self) -> Result<String, StoreError> {
        Ok(String::new())
    }
}

impl TestApp {
    pub(crate) async fn sqlite() -> Self {
        Self::on("sqlite::memory:").await
    }

    pub(crate) async fn postgres() -> Self {
        Self::on(&postgres_url()).await
    }

    async fn on(url: &str) -> Self {
        let overrides = Overrides {
            no_limits: true,
            ..Overrides::default()
        };
        let mut config = Config::load(None, &overrides).unwrap();
        config.alerts.recipients = vec!["ops@company.com".to_owned()];
        Self::with(url, &config).await
    }

    pub(crate) async fn with(url: &str, config: &Config) -> Self {
        let options = DatabaseOptions {
            postgres_connections: 3,
            ..DatabaseOptions::default()
        };
        let database = Database::open(url, &options).unwrap();
        database.migrate().await.unwrap();
        Self::over(database, config, Arc::new(ManualClock::fixed()))
    }

    /// The service on a database that is there already.
    pub(crate) fn over(database: Database, config: &Config, clock: Arc<ManualClock>) -> Self {
        let dyn_clock: Arc<dyn Clock> = clock.clone();
        let wired = wire(
            &database,
            config,
            &dyn_clock,
            Arc::new(SystemRandomness),
            |_| Arc::new(NoMetrics),
        );
        Self {
            wired,
            clock,
            database,
        }
    }

    pub(crate) fn services(&self) -> &Arc<Services> {
        &self.wired.services
    }

    /// A caller of that tenant, which is made if there is none.
    pub(crate) async fn client(&self, tenant: &str, role: Role) -> Client<'_> {
        self.caller(tenant, "mia", role, false).await
    }

    /// An editor of the tenant `acme`.
    pub(crate) async fn acme(&self) -> Client<'_> {
        self.client("acme", Role::Editor).await
    }

    pub(crate) async fn caller(
        &self,
        tenant: &str,
        user: &str,
        role: Role,
        limited: bool,
    ) -> Client<'_> {
        let request = access::NewTokenRequest {
            tenant: tenant.to_owned(),
            user: user.to_owned(),
            role,
            expires_at: None,
            limited,
        };
        let random = api::Randomness::bytes(&SystemRandomness);
        let issued = self.services().access.issue(request, random).await.unwrap();
        Client {
            app: self,
            token: issued.secret.expose().to_owned(),
        }
    }

    /// Sends anything.
    pub(crate) async fn send(&self, request: TestRequest) -> Response {
        let services = Data::from(self.services().clone());
        let service = init_service(App::new().app_data(services).configure(api::configure)).await;
        let response = call_service(&service, request.to_request()).await;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = read_body(response).await;
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
        Response {
            status,
            headers,
            body,
        }
    }
}

/// A migrated database of its own.
pub(crate) fn postgres_url() -> String {
    private_postgres::Server::shared(migrate_template)
        .and_then(private_postgres::Server::fresh_database)
        .unwrap()
}

fn migrate_template(url: &str) -> Result<(), String> {
    let url = url.to_owned();
    // The caller's thread may belong to a runtime.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.map_err(|error| error.to_string())?.block_on(async {
            let database = Database::open(&url, &DatabaseOptions::default())
                .map_err(|error| error.to_string())?;
            let migrated = database
                .migrate()
                .await
                .map(drop)
                .map_err(|error| error.to_string());
            database.close().await;
            migrated
        })
    })
    .join()
    .map_err(|_panic| "the migration panicked".to_owned())?
}

impl Client<'_> {
    /// A request to a path under the prefix.
    pub(crate) fn request(&self, method: Method, path: &str) -> TestRequest {
        TestRequest::default()
            .method(method)
            .uri(&format!("{}{path}", api::PREFIX))
            .insert_header(("host", "wfi.test"))
            .insert_header(("authorization", format!("Bearer {}", self.token)))
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.app.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        self.app
            .send(self.request(Method::POST, path).set_json(body))
            .await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Response {
        self.app
            .send(self.request(Method::PUT, path).set_json(body))
            .await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Response {
        self.app
            .send(self.request(Method::PATCH, path).set_json(body))
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Response {
        self.app.send(self.request(Method::DELETE, path)).await
    }

    /// Makes a workflow of that name without steps; answers its id.
    pub(crate) async fn workflow(&self, name: &str) -> i64 {
        let made = self
            .post("/workflows/", json!({"name": name}))
            .await
            .expect(201);
        made["id"].as_i64().unwrap()
    }
}
