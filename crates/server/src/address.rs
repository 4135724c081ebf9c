//! Where a request comes from.
//!
//! That is the other end of the connection. Behind a reverse proxy it would always be the proxy, so the addresses of
//! proxies can be named: of such a one, the last entry of `X-Forwarded-For` that is no trusted proxy itself counts.
//! From anybody else the header is not believed.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

/// The address a request comes from, as `admission` found it; none if the connection has none.
#[derive(Debug, Clone, Copy)]
pub struct CameFrom(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for CameFrom {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<CameFrom, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(CameFrom(None)))
    }
}

/// The address of whoever asks; none if the connection has none.
pub(crate) fn address(parts: &Parts, trusted: &[IpAddr]) -> Option<IpAddr> {
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    if !trusted.contains(&peer) {
        return Some(peer);
    }
    let headers = parts.headers.get_all("x-forwarded-for").iter();
    let entries: Vec<&str> = headers.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(',')).collect();
    for entry in entries.iter().rev() {
        // What a proxy cannot have written ends the part that is believed.
        let Ok(address) = entry.trim().parse::<IpAddr>() else { break };
        if !trusted.contains(&address.to_canonical()) {
            return Some(address.to_canonical());
        }
    }
    Some(peer)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn found(peer: &str, forwarded: &[&str]) -> String {
        let mut request = Request::builder();
        for value in forwarded {
            request = request.header("x-forwarded-for", *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        address(&parts, &["10.0.0.1".parse().unwrap(), "::1".parse().unwrap()]).unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_say_whom_they_speak_for() {
        assert_eq!(found("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(found("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(found("::1", &["1.1.1.1, 198.51.100.1, 10.0.0.1"]), "198.51.100.1", "the nearest that is no proxy");
        assert_eq!(found("10.0.0.1", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1", "lines are one list");
        assert_eq!(found("10.0.0.1", &["198.51.100.1, unknown"]), "10.0.0.1");
        assert_eq!(found("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(found("::ffff:10.0.0.1", &["::ffff:198.51.100.1"]), "198.51.100.1");
    }
}
