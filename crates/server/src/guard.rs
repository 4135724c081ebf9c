//! Who may talk to the server: the `Host` it is addressed by and the `Origin` of the page that calls.
//!
//! A server on loopback is still within reach of every web page its user opens. A page of another site can
//! send it requests (cross-site request forgery), and a name that the page's owner points at 127.0.0.1 makes
//! them look like the same origin (DNS rebinding). So every request must carry a `Host` the server knows, and
//! every API request that comes from a browser must come from the server's own pages. Programs that are no
//! browser send neither `Origin` nor `Sec-Fetch-Site`, and pass.
//!
//! Not here: who the caller is (see `principal`).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;

const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Whether a `Host` (name and perhaps port) means the machine itself.
pub(crate) fn names_loopback(host: &str) -> bool {
    LOOPBACK_NAMES.contains(&split_port(&host.to_ascii_lowercase()).0)
}

/// The hosts and origins that are accepted.
#[derive(Debug, Clone)]
pub struct Guard {
    /// What the server is bound to.
    bound: SocketAddr,
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Guard {
    /// `hosts` and `origins` as in [`crate::config::ServerConfig`].
    pub fn new(bound: SocketAddr, hosts: &[String], origins: &[String]) -> Guard {
        let lower = |list: &[String]| list.iter().map(|entry| entry.trim_end_matches('/').to_lowercase()).collect();
        Guard { bound, hosts: lower(hosts), origins: lower(origins) }
    }

    /// Whether `host` (a `Host` header: name and perhaps port) means this server.
    pub fn host_accepted(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let (name, port) = split_port(&host);
        // A server for the network answers to addresses: only a name can be pointed elsewhere by its owner.
        let literal = !self.bound.ip().is_loopback() && is_address(name);
        let own = (LOOPBACK_NAMES.contains(&name) || literal) && port.unwrap_or(80) == self.bound.port();
        own || self
            .hosts
            .iter()
            .any(|accepted| *accepted == host || (accepted == name && split_port(accepted).1.is_none()))
    }

    /// Whether a page of `origin` may call the API.
    pub fn origin_accepted(&self, origin: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        if self.origins.contains(&origin) {
            return true;
        }
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        host.is_some_and(|host| self.host_accepted(host))
    }

    fn check(&self, request: &Request) -> Result<(), ApiError> {
        let headers = request.headers();
        let host = match single(headers, header::HOST) {
            Some(host) => host,
            None => request.uri().authority().map(|authority| authority.as_str()).unwrap_or_default(),
        };
        if !self.host_accepted(host) {
            return Err(refused("host_refused", "this server does not answer to the `Host` the request names")
                .hint("open it as http://127.0.0.1 with its port, or list the name under `server.hosts`"));
        }
        if !request.uri().path().starts_with("/v1") && request.method().is_safe() {
            return Ok(());
        }
        match single(headers, header::ORIGIN) {
            Some(origin) if self.origin_accepted(origin) => Ok(()),
            None if headers.contains_key(header::ORIGIN) => Err(foreign_page()),
            Some(_) => Err(foreign_page()),
            None => match headers.get("sec-fetch-site").map(|value| value.as_bytes()) {
                None | Some(b"same-origin" | b"none") => Ok(()),
                Some(_) => Err(foreign_page()),
            },
        }
    }
}

/// The middleware.
pub async fn guard(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match guard.check(&request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn foreign_page() -> ApiError {
    refused("origin_refused", "the request comes from a page of another origin")
        .hint("use the server's own pages, or list the origin under `server.origins`")
}

fn refused(code: &'static str, message: &str) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, code, message)
}

/// The header's value if it stands exactly once and is text.
fn single(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then(|| value.to_str().ok()).flatten()
}

/// Whether a host is an address, IPv6 in its brackets.
fn is_address(name: &str) -> bool {
    let v6 = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    v6.map_or_else(|| name.parse::<Ipv4Addr>().is_ok(), |name| name.parse::<Ipv6Addr>().is_ok())
}

/// `[::1]:8080` → (`[::1]`, 8080). A port that does not read makes the whole text the name.
fn split_port(host: &str) -> (&str, Option<u16>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && !port.contains(']') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (host, None),
        },
        _ => (host, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn loopback_names_at_the_bound_port_are_accepted() {
        let guard = Guard::new(bound(8080), &[], &[]);
        for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST:8080"] {
            assert!(guard.host_accepted(host), "{host}");
        }
        for host in [
            "",
            "localhost",
            "127.0.0.1:8081",
            "evil.example:8080",
            "127.0.0.1.evil.example:8080",
            "[::1]",
            "localhost:",
        ] {
            assert!(!guard.host_accepted(host), "{host}");
        }
        assert!(Guard::new(bound(80), &[], &[]).host_accepted("localhost"));
    }

    #[test]
    fn a_server_for_the_network_answers_to_addresses_and_not_to_names() {
        let guard = Guard::new("0.0.0.0:8080".parse().unwrap(), &[], &[]);
        for host in ["192.168.1.5:8080", "[2001:db8::1]:8080", "localhost:8080"] {
            assert!(guard.host_accepted(host), "{host}");
        }
        for host in ["192.168.1.5", "192.168.1.5:8081", "evil.example:8080", "192.168.1.5.evil.example:8080"] {
            assert!(!guard.host_accepted(host), "{host}");
        }
    }

    #[test]
    fn configured_names_are_accepted_with_their_port_or_any() {
        let guard =
            Guard::new(bound(8080), &["journeys.example".into(), "box:9000".into()], &["http://localhost:5173".into()]);
        assert!(guard.host_accepted("journeys.example") && guard.host_accepted("journeys.example:443"));
        assert!(guard.host_accepted("box:9000") && !guard.host_accepted("box:9001"));
        assert!(guard.origin_accepted("https://journeys.example"));
        assert!(guard.origin_accepted("http://localhost:5173") && guard.origin_accepted("http://127.0.0.1:8080"));
        for origin in ["null", "http://localhost:5174", "http://evil.example", "file://localhost:8080", ""] {
            assert!(!guard.origin_accepted(origin), "{origin}");
        }
    }
}
