//! The outermost layer: a request id, one log line a request, panics turned into answers, errors rendered.
//!
//! A log line carries the method, the route's template, the status and the time taken. Never the path as sent
//! or the query string: both may hold a customer's identifier.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt;

use crate::error::ApiError;

/// Name of the header that carries the request's id, in requests and responses.
pub const REQUEST_ID: &str = "x-request-id";

/// The request's id, kept in its extensions.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The middleware. Takes over a client's id if it is short and plain, else gives one.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(page)", MatchedPath::as_str).to_owned();

    let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = match outcome {
        Ok(mut response) => match response.extensions_mut().remove::<ApiError>() {
            Some(error) => {
                // What the inner layers said of the response holds for its rendered form as well.
                let mut rendered = error.render(&id);
                for (name, value) in response.headers().iter().filter(|(name, _)| *name != header::CONTENT_LENGTH) {
                    rendered.headers_mut().entry(name).or_insert_with(|| value.clone());
                }
                rendered
            }
            None => response,
        },
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            ApiError::internal(&format!("panic: {text}")).render(&id)
        }
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let status = response.status().as_u16();
    let elapsed_ms = started.elapsed().as_millis() as u64;
    tracing::info!(%method, route, status, elapsed_ms, request_id = id, "{method} {route} {status}");
    response
}

fn request_id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    match given {
        Some(id) if plain_id(id) => id.to_owned(),
        _ => next_id(),
    }
}

/// Whether `id` may stand in logs and headers as it is: 1 to 64 letters, digits, `-` and `_`.
pub(crate) fn plain_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// An id no other request of this process has, and hardly one of another.
pub(crate) fn next_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let seed = format!("{}-{count}-{:?}", std::process::id(), std::time::SystemTime::now());
    blake3::hash(seed.as_bytes()).to_hex()[..20].to_owned()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_answer_and_the_server_goes_on() {
        let panics = get(|| async {
            if true {
                panic!("a secret of user_0042");
            }
        });
        let router = Router::new().route("/panics", panics).layer(axum::middleware::from_fn(observe));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, router).into_future());
        for _ in 0..2 {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let request = "GET /panics HTTP/1.1\r\nhost: x\r\nx-request-id: seen\r\nconnection: close\r\n\r\n";
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 500 ") && answer.contains("\"request_id\":\"seen\""), "{answer}");
            assert!(!answer.contains("secret"), "what went wrong inside is for the log: {answer}");
        }
    }
}
