//! What client libraries ask for beside sending, answered so that they are content: no flags, no recordings, no
//! integrations. Nothing here reads or stores anything.

use axum::Json;
use axum::extract::{Query, RawPathParams};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::path_key;

/// `GET /v1/projects/{key}/settings`: which integrations a Segment library loads. Ours alone, batches allowed.
pub(super) async fn segment_settings(params: RawPathParams) -> Json<Value> {
    let key = path_key(&params);
    Json(json!({
        "integrations": { "Segment.io": {
            "apiKey": key,
            "unbundledIntegrations": [],
            "addBundledMetadata": true,
            "versionSettings": { "version": "4.4.7", "componentTypes": ["browser"] },
        } },
        "plan": {
            "track": { "__default": { "enabled": true, "integrations": {} } },
            "identify": { "__default": { "enabled": true } },
            "group": { "__default": { "enabled": true } },
        },
        "edgeFunction": {},
        "metrics": { "sampleRate": 0 },
        "remotePlugins": [],
    }))
}

/// `GET /sourceConfig/`: what a RudderStack library asks its control plane: one source that is on, and nothing beside it.
pub(super) async fn rudder_source(Query(query): Query<SourceQuery>) -> Json<Value> {
    Json(json!({
        "source": {
            "id": query.write_key,
            "name": "Throughline",
            "writeKey": query.write_key,
            "config": { "statsCollection": { "errors": { "enabled": false }, "metrics": { "enabled": false } } },
            "enabled": true,
            "workspaceId": "throughline",
            "destinations": [],
            "connections": [],
        },
        "updatedAt": "2026-01-01T00:00:00.000Z",
    }))
}

#[derive(Debug, Deserialize)]
pub(super) struct SourceQuery {
    #[serde(default, rename = "writeKey")]
    write_key: String,
}

/// `GET /array/{key}/config`: what a PostHog library is to do beside capturing.
pub(super) async fn posthog_config() -> Json<Value> {
    Json(posthog_settings())
}

/// `GET /array/{key}/config.js`: the same as a script.
pub(super) async fn posthog_config_script(params: RawPathParams) -> Response {
    let key = path_key(&params);
    let settings = json!({ "config": posthog_settings(), "siteApps": [] });
    // JSON text is a script's literal, and `<` cannot end the page's script element in a file of its own.
    let script = format!(
        "(function(){{window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{{}};\
         window._POSTHOG_REMOTE_CONFIG[{}]={settings};}})();",
        Value::from(key)
    );
    ([(header::CONTENT_TYPE, "application/javascript; charset=utf-8")], script).into_response()
}

/// Says nothing of `surveys`: told that there are none, the library fetches its script of surveys all the same.
fn posthog_settings() -> Value {
    json!({
        "hasFeatureFlags": false,
        "supportedCompression": ["gzip", "gzip-js"],
        "sessionRecording": false,
        "heatmaps": false,
        "siteApps": [],
        "capturePerformance": false,
        "autocapture_opt_out": false,
        "autocaptureExceptions": false,
        "captureDeadClicks": false,
        "defaultIdentifiedOnly": true,
        "toolbarParams": {},
        "isAuthenticated": false,
        "elementsChainAsString": false,
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct FlagsQuery {
    #[serde(default)]
    v: String,
}

/// `POST /flags/` and `/decide/`: no flags are on, which is an answer and no failure.
pub(super) async fn posthog_flags(Query(query): Query<FlagsQuery>) -> Json<Value> {
    let mut reply = json!({
        "errorsWhileComputingFlags": false,
        "featureFlags": {},
        "featureFlagPayloads": {},
        "quotaLimited": [],
        "config": { "enable_collect_everything": true },
        "toolbarParams": {},
        "isAuthenticated": false,
        "supportedCompression": ["gzip", "gzip-js"],
        "siteApps": [],
        "sessionRecording": false,
    });
    if query.v == "2" {
        reply["flags"] = json!({});
    }
    Json(reply)
}
