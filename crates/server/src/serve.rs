//! Puts the layers together, binds and serves until told to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

use crate::admission::{Admission, admit};
use crate::assets::{self, Assets};
use crate::config::{ServerConfig, SignIn};
use crate::error::{ApiError, Error};
use crate::guard::{Guard, guard};
use crate::headers::headers;
use crate::observe::observe;
use crate::rights::Rights;
use crate::state::AppState;
use crate::{api, doors, queries, uploads};

/// A server that is bound and not yet serving.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    state: AppState,
    router: Router,
    /// Token of the set-up link, where there is nobody yet.
    setup: Option<String>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Server {
    /// Binds. A server that asks nobody to sign in binds to loopback only. Where people sign in and there is nobody
    /// yet, a new set-up link is made.
    ///
    /// # Errors
    /// [`Error::OpenBeyondLoopback`], [`Error::Listen`], or the control database fails.
    pub async fn bind(config: &ServerConfig, state: AppState) -> Result<Server, Error> {
        if config.sign_in == SignIn::Open && !config.listen.ip().is_loopback() {
            return Err(Error::OpenBeyondLoopback(config.listen));
        }
        let listen = |source| Error::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let guard = Guard::new(address, &config.hosts, &config.origins);
        let router = router(state.clone(), guard);
        let mut setup = None;
        if config.sign_in == SignIn::Required && !state.control.has_people().await? {
            let token = worker::random::token()?;
            state.access.begin_setup(&token);
            setup = Some(token);
        }
        Ok(Server { listener, address, state, router, setup })
    }

    /// Where it listens, with the port it was given.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address to open in a browser on this machine.
    pub fn url(&self) -> String {
        match self.address.ip().is_unspecified() {
            true => format!("http://127.0.0.1:{}", self.address.port()),
            false => format!("http://{}", self.address),
        }
    }

    /// The link by which the first person is made; none where there is somebody, or nobody signs in.
    pub fn setup_link(&self) -> Option<String> {
        self.setup.as_ref().map(|token| format!("{}/setup?token={token}", self.url()))
    }

    /// Serves until `stop` resolves; then cancels what is computed, answers what is under way and returns.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
        let queries: Arc<queries::Queries> = Arc::clone(&self.state.compute.queries);
        let (stopping, lakes) = (self.state.stopping.clone(), self.state.lakes.clone());
        let (importing, refusals) = (self.state.importing.clone(), Arc::clone(&self.state.refusals));
        tokio::spawn(uploads::sweep(self.state.clone()));
        let sensors = tokio::spawn(Arc::clone(&self.state.sensors).run(stopping.clone()));
        let stop = async move {
            stop.await;
            stopping.cancel();
            queries.cancel_all();
        };
        let service = self.router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(self.listener, service).with_graceful_shutdown(stop).await.map_err(Error::Serve)?;
        importing.ended().await;
        // One that died was told when it did.
        let _ = sensors.await;
        refusals.write_down().await;
        lakes.close().await;
        Ok(())
    }
}

/// The application, outermost layer last.
fn router(state: AppState, accepted: Guard) -> Router {
    let limits = Arc::clone(&state.limits);
    let (api, document) = api::router().split_for_parts();
    let rights = Arc::new(Rights::of_document(&document));
    let document = Bytes::from(api::description(&document).to_string());
    let admission = Admission { state: state.clone(), rights, readings: Arc::default() };
    // Keys open doors: what guards pages and sessions is not for them.
    let doors = doors::router().with_state(state.clone());
    api.route_layer(middleware::from_fn_with_state(admission, admit))
        .route("/v1/openapi.json", get(move || async move { ([(header::CONTENT_TYPE, "application/json")], document) }))
        .method_not_allowed_fallback(|| async {
            ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_refused", "this path does not take this method")
                .hint("see /v1/openapi.json")
        })
        .with_state(state.clone())
        .fallback(assets::serve)
        .layer(middleware::from_fn_with_state(Arc::new(accepted), guard))
        .layer(DefaultBodyLimit::max(limits.body_bytes_max))
        .layer(CompressionLayer::new().no_br())
        .layer(middleware::from_fn_with_state(state, deadline))
        .layer(middleware::from_fn_with_state(Assets::embedded(), headers))
        .merge(doors)
        .layer(middleware::from_fn(observe))
}

/// Gives a request up that hangs. Queries end earlier by their own limit; this covers everything around them,
/// a body that never arrives for one.
async fn deadline(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let allowed = state.limits.request_timeout + state.limits.query_timeout;
    match tokio::time::timeout(allowed, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", "the request was not answered in time")
            .into_response(),
    }
}
