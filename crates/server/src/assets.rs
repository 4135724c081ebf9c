//! The web app, embedded into the binary from `web/dist`.
//!
//! Hashed assets are kept by browsers for ever, `index.html` is asked for again each time, and every path that
//! is no file, names none and is no API path is a page of the app. A file `x.br` beside `x` is served as its compressed
//! form. Built without the web app, the server says how to build it.

use std::sync::LazyLock;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use crate::error::ApiError;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

const INDEX: &str = "index.html";

/// What other sites load: not asked for again on every page of theirs, and new within minutes.
const SNIPPET: &str = "tl.js";

/// Who asks for such a path wants that file; given the app's page instead, a library's loader would run HTML as a script.
const SCRIPT_ENDINGS: [&str; 3] = [".js", ".css", ".map"];

const MISSING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Throughline</title>\
<h1>Throughline</h1><p>This binary was built without the web app. Build it with <code>make web</code> (or \
<code>npm ci --ignore-scripts &amp;&amp; npm run build</code> in <code>web/</code>), then build the binary \
again.</p><p>The API works: see <a href=\"/v1/openapi.json\">/v1/openapi.json</a>.</p></html>";

/// What is known of the embedded app before the first request.
#[derive(Debug)]
pub struct Assets {
    /// Allows the app's own files, and of inline scripts those that stand in `index.html`, by hash.
    pub content_security_policy: HeaderValue,
}

impl Assets {
    /// The app of this binary.
    pub fn embedded() -> &'static Assets {
        static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
            let index = Dist::get(INDEX).map(|file| String::from_utf8_lossy(&file.data).into_owned());
            Assets { content_security_policy: content_security_policy(&index.unwrap_or_default()) }
        });
        &ASSETS
    }
}

/// Serves a file of the app, or its page.
pub async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/v1" || path.starts_with("/v1/") {
        return ApiError::not_found("route_unknown", "there is no such API path")
            .hint("see /v1/openapi.json")
            .into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_refused", "pages can only be read")
            .into_response();
    }
    let name = path.trim_start_matches('/');
    if let Some(file) = Dist::get(name).filter(|_| !name.is_empty() && !name.ends_with(".br")) {
        return file_response(name, file, request.headers());
    }
    if name.starts_with("assets/") || SCRIPT_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return ApiError::not_found("asset_unknown", "there is no such file; the page may be of an older version")
            .hint("load the page again")
            .into_response();
    }
    match Dist::get(INDEX) {
        Some(file) => file_response(INDEX, file, request.headers()),
        None => axum::response::Html(MISSING).into_response(),
    }
}

fn file_response(name: &str, file: EmbeddedFile, request: &HeaderMap) -> Response {
    let etag = format!("W/\"{}\"", STANDARD.encode(&file.metadata.sha256_hash()[..12]));
    let content_type = file.metadata.mimetype().to_owned();
    let cache = match name {
        SNIPPET => "public, max-age=300",
        _ if name.starts_with("assets/") => "public, max-age=31536000, immutable",
        _ => "no-cache",
    };
    let unchanged = request.get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == etag.as_bytes());
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match Dist::get(&format!("{name}.br")).filter(|_| accepts_brotli(request)) {
            Some(packed) => ([(header::CONTENT_ENCODING, "br")], packed.data.into_owned()).into_response(),
            None => file.data.into_owned().into_response(),
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    if let Ok(content_type) = HeaderValue::from_str(&with_charset(&content_type)) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    response
}

fn with_charset(content_type: &str) -> String {
    let text = content_type.starts_with("text/") || content_type == "application/javascript";
    if text { format!("{content_type}; charset=utf-8") } else { content_type.to_owned() }
}

fn accepts_brotli(request: &HeaderMap) -> bool {
    let accepted = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|part| {
        let mut fields = part.split(';').map(str::trim);
        fields.next() == Some("br") && !fields.any(|field| matches!(field, "q=0" | "q=0.0"))
    })
}

/// Style attributes are set by the component library at run time, hence `unsafe-inline` for styles alone.
fn content_security_policy(index: &str) -> HeaderValue {
    let mut scripts = String::from("'self'");
    for script in inline_scripts(index) {
        scripts.push_str(&format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script.as_bytes()))));
    }
    let policy = format!(
        "default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

/// The text of each `<script>` without `src`, exactly as it stands.
fn inline_scripts(html: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        rest = &rest[start..];
        let Some(open_end) = rest.find('>') else { break };
        let has_source = rest[..open_end].contains(" src=");
        let body = &rest[open_end + 1..];
        let Some(end) = body.find("</script>") else { break };
        if !has_source && end > 0 {
            scripts.push(&body[..end]);
        }
        rest = &body[end..];
    }
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_hash_and_no_others() {
        let html = "<head><script>let a = 1;</script><script type=module src=\"/assets/a.js\"></script></head>";
        assert_eq!(inline_scripts(html), ["let a = 1;"]);
        let policy = content_security_policy("<script>alert('Hello, world.');</script>");
        // The example of the Content Security Policy specification, §2.3.1 "Directives".
        let hash = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
        assert!(policy.to_str().unwrap().contains(hash), "{policy:?}");
        assert!(!content_security_policy("").to_str().unwrap().contains("sha256"));
    }

    #[test]
    fn brotli_is_served_only_to_those_who_take_it() {
        let accepts = |value: &'static str| {
            accepts_brotli(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert!(accepts("gzip, deflate, br, zstd") && accepts("br;q=0.5"));
        assert!(!accepts("gzip") && !accepts("br;q=0, gzip") && !accepts_brotli(&HeaderMap::new()));
    }
}
