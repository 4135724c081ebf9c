//! The cookie of a session.
//!
//! Over HTTPS its name begins with `__Host-`, by which a browser promises that it came over HTTPS from this very host.
//! On loopback there is no HTTPS, and the plain name is taken too. On any other host without HTTPS nobody signs in:
//! browsers would send the password in the clear.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use control::limits::SESSION_US;

use crate::error::{ApiError, ApiResult};
use crate::guard::names_loopback;
use crate::oidc::PENDING_US;

const PLAIN: &str = "throughline_session";
const SECURE: &str = "__Host-throughline_session";

/// Of a sign-in by the provider that is under way.
const PLAIN_BEGUN: &str = "throughline_sign_in";
const SECURE_BEGUN: &str = "__Host-throughline_sign_in";

/// How the browser reaches the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Https,
    Loopback,
}

impl Way {
    /// As the request's `Origin` says, which browsers send with every `POST`; else as its `Host` does.
    pub(crate) fn of(headers: &HeaderMap) -> ApiResult<Way> {
        let text = |name: header::HeaderName| {
            headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default()
        };
        let origin = text(header::ORIGIN).to_ascii_lowercase();
        if origin.starts_with("https://") {
            return Ok(Way::Https);
        }
        match (names_loopback(text(header::HOST)), origin.is_empty()) {
            (true, _) => Ok(Way::Loopback),
            (false, true) => Ok(Way::Https),
            (false, false) => {
                Err(ApiError::new(StatusCode::FORBIDDEN, "https_required", "signing in over the network needs HTTPS")
                    .hint("put a reverse proxy with a certificate in front, or use an SSH tunnel to 127.0.0.1"))
            }
        }
    }
}

/// The token of the request's session, if its cookie has the form of one.
pub(crate) fn session(parts: &Parts) -> Option<String> {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let secure = value(&parts.headers, SECURE);
    if names_loopback(host) { secure.or_else(|| value(&parts.headers, PLAIN)) } else { secure }
}

/// Keeps a session in the browser.
pub(crate) fn keep(way: Way, token: &str) -> ApiResult<HeaderValue> {
    let seconds = SESSION_US / 1_000_000;
    let (name, secure) = match way {
        Way::Https => (SECURE, "; Secure"),
        Way::Loopback => (PLAIN, ""),
    };
    let cookie = format!("{name}={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&cookie).map_err(|error| ApiError::internal(&error))
}

/// Binds a sign-in by the provider to the browser that began it. The page it comes back to is this server's own, so the
/// cookie goes along with nothing another site asks for.
pub(crate) fn keep_begun(way: Way, token: &str) -> ApiResult<HeaderValue> {
    let seconds = PENDING_US / 1_000_000;
    let (name, secure) = match way {
        Way::Https => (SECURE_BEGUN, "; Secure"),
        Way::Loopback => (PLAIN_BEGUN, ""),
    };
    let cookie = format!("{name}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&cookie).map_err(|error| ApiError::internal(&error))
}

/// What [`keep_begun`] kept.
pub(crate) fn begun(way: Way, headers: &HeaderMap) -> Option<String> {
    value(
        headers,
        match way {
            Way::Https => SECURE_BEGUN,
            Way::Loopback => PLAIN_BEGUN,
        },
    )
}

/// Takes a session out of the browser, under either name.
pub(crate) fn forget() -> [HeaderValue; 2] {
    [
        HeaderValue::from_static("__Host-throughline_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Secure"),
        HeaderValue::from_static("throughline_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"),
    ]
}

/// The value of the cookie, if it stands there once and has the form of a token.
fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value);
    let token = values.next()?;
    let alone = values.next().is_none();
    let plain = token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    (alone && plain).then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn found(host: &str, cookie: &str) -> Option<String> {
        let request = Request::builder().header("host", host).header("cookie", cookie);
        session(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn the_plain_name_is_taken_on_loopback_alone() {
        let token = "ab".repeat(32);
        let (plain, secure) = (format!("{PLAIN}={token}"), format!("a=b; {SECURE}={token}"));
        assert_eq!(found("127.0.0.1:8080", &plain), Some(token.clone()));
        assert_eq!(found("localhost", &secure), Some(token.clone()));
        assert_eq!(found("journeys.example", &secure), Some(token.clone()));
        assert_eq!(found("journeys.example", &plain), None);
        assert_eq!(found("localhost", &format!("{plain}; {plain}")), None, "one of two is somebody else's");
        assert_eq!(found("localhost", &format!("{PLAIN}=abc")), None);
    }

    #[test]
    fn nobody_signs_in_over_the_network_in_the_clear() {
        let way = |host: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert("host", host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert("origin", origin.parse().unwrap());
            }
            Way::of(&headers).map_err(|error| error.code)
        };
        assert_eq!(way("localhost:8080", Some("http://localhost:8080")), Ok(Way::Loopback));
        assert_eq!(way("127.0.0.1:8080", None), Ok(Way::Loopback));
        assert_eq!(way("journeys.example", Some("https://journeys.example")), Ok(Way::Https));
        assert_eq!(way("journeys.example", Some("http://journeys.example")), Err("https_required"));
        assert_eq!(way("journeys.example", None), Ok(Way::Https), "a program keeps no cookie that is not for it");
    }
}
