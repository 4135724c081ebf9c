//! Signing in by a provider: a small one of this test's own, which can be told to say something wrong. A real one is
//! driven by a real browser in the web app's stories.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::access::Role;
use parking_lot::Mutex;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use server::config::{OidcConfig, PasswordsFor, ServerConfig};
use server::secret::Secret;
use sha2::{Digest, Sha256};
use url::Url;

use crate::access::PASSWORD;
use crate::support::{Browser, Response, TestServer, control};

const PATH: &str = "/v1/session/provider";

/// What a provider knows, and what it is told to say.
struct Shared {
    origin: String,
    /// The origin, with what comes behind it in the issuer.
    issuer: String,
    key: EcdsaKeyPair,
    kid: Mutex<String>,
    /// Claims beside, or in place of, the right ones; null takes one away.
    claims: Mutex<Value>,
    /// What its userinfo endpoint says.
    about: Mutex<Value>,
    /// Challenge and nonce of what was begun, by code; taken out when it is used.
    codes: Mutex<HashMap<String, (String, String)>>,
}

struct TestProvider(Arc<Shared>);

impl TestProvider {
    /// Begins on a free port of the runtime's machine, with an issuer that ends so.
    async fn start(end: &str) -> TestProvider {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let shared = Arc::new(Shared {
            issuer: format!("{origin}{end}"),
            origin,
            key,
            kid: Mutex::new("first".to_owned()),
            claims: Mutex::new(json!({})),
            about: Mutex::new(json!({"sub": "lin-at-the-provider"})),
            codes: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/realms/shop/.well-known/openid-configuration", get(discovery))
            .route("/userinfo", get(userinfo))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        TestProvider(shared)
    }

    /// What its page does: gives a code for what the address asks, and names the state.
    fn consent(&self, url: &str) -> (String, String) {
        let url = Url::parse(url).unwrap();
        let asked: HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        assert!(asked["redirect_uri"].ends_with("/sign-in/provider"), "{}", asked["redirect_uri"]);
        let code = format!("code-{}", asked["state"]);
        self.0.codes.lock().insert(code.clone(), (asked["code_challenge"].clone(), asked["nonce"].clone()));
        (asked["state"].clone(), code)
    }

    fn says(&self, claims: Value) {
        *self.0.claims.lock() = claims;
    }
}

async fn discovery(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", shared.origin);
    Json(json!({
        "issuer": shared.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"), "userinfo_endpoint": at("/userinfo"), "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let point = shared.key.public_key().as_ref();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let kid = shared.kid.lock().clone();
    let (x, y) = (text(&point[1..33]), text(&point[33..]));
    Json(json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": x, "y": y}]}))
}

async fn userinfo(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.about.lock().clone())
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (axum::http::StatusCode, Json<Value>) {
    let refused = |error: &str| (axum::http::StatusCode::BAD_REQUEST, Json(json!({"error": error})));
    // `client:s3cret`
    if headers.get("authorization").is_none_or(|basic| basic != "Basic Y2xpZW50OnMzY3JldA==") {
        return refused("invalid_client");
    }
    let Some((challenge, nonce)) = shared.codes.lock().remove(&form["code"]) else { return refused("invalid_grant") };
    if URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes())) != challenge {
        return refused("invalid_grant");
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let mut claims = json!({
        "iss": shared.issuer, "aud": "client", "sub": "lin-at-the-provider", "nonce": nonce, "iat": now,
        "exp": now + 300, "email": "lin@shop.example", "email_verified": true, "name": "Lin",
    });
    for (name, value) in shared.claims.lock().as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let kid = shared.kid.lock().clone();
    let signed = format!("{}.{}", text(&json!({"alg": "ES256", "kid": kid})), text(&claims));
    let signature = shared.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    let id_token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    (axum::http::StatusCode::OK, Json(json!({"id_token": id_token, "access_token": "x", "token_type": "Bearer"})))
}

/// A provider and a server that knows it, with the workspace `shop`.
struct Scene {
    server: TestServer,
    provider: TestProvider,
    /// The provider runs on it.
    _runtime: tokio::runtime::Runtime,
}

impl Scene {
    fn open(change: impl FnOnce(&mut OidcConfig)) -> Scene {
        Scene::with("", change)
    }

    /// With a provider whose issuer ends so.
    fn with(end: &str, change: impl FnOnce(&mut OidcConfig)) -> Scene {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let provider = runtime.block_on(TestProvider::start(end));
        let mut config = OidcConfig {
            issuer: provider.0.issuer.clone(),
            client_id: "client".to_owned(),
            client_secret: Some(Secret("s3cret".to_owned())),
            name: "Shop ID".to_owned(),
            domains: vec!["shop.example".to_owned()],
            newcomer: None,
            passwords: PasswordsFor::Everyone,
        };
        change(&mut config);
        let server = TestServer::with(ServerConfig { oidc: Some(config), ..ServerConfig::default() });
        server.workspace("shop", "UTC");
        let setup = json!({"token": server.setup.clone().unwrap(), "name": "First", "email": "first@shop.example", "password": PASSWORD});
        Browser::new(&server).enter("/v1/setup", &setup);
        Scene { server, provider, _runtime: runtime }
    }

    /// Somebody with a password.
    fn known(&self, email: &str) {
        let mut first = Browser::new(&self.server);
        first.enter("/v1/session", &json!({"email": "first@shop.example", "password": PASSWORD}));
        let made =
            first.send("POST", "/v1/workspaces/shop/invitations", &json!({"email": email, "role": "viewer"})).json();
        let link = format!("/v1/invitations/{}", made["token"].as_str().unwrap());
        Browser::new(&self.server).enter(&link, &json!({"name": "Lin", "password": PASSWORD}));
    }

    /// A browser at the provider's page, with what it is sent back with.
    fn begun(&self) -> (Browser<'_>, Value) {
        let mut browser = Browser::new(&self.server);
        let begun = browser.send("POST", PATH, &json!({"to": "/w/shop/journeys?view=x"}));
        let cookie = begun.header("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        browser.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        let (state, code) = self.provider.consent(begun.json()["url"].as_str().unwrap());
        (browser, json!({"state": state, "code": code, "iss": self.provider.0.issuer}))
    }

    /// A whole sign-in with these claims.
    fn tried(&self, claims: Value) -> Response {
        self.provider.says(claims);
        let (browser, returned) = self.begun();
        browser.send("PUT", PATH, &returned)
    }
}

#[test]
fn whoever_is_known_comes_in_and_the_session_is_one_like_any_other() {
    let scene = Scene::open(|_| ());
    scene.known("lin@shop.example");
    let offer = Browser::new(&scene.server).get("/v1/session").json()["provider"].clone();
    assert_eq!(offer, json!({"name": "Shop ID", "passwords": "everyone"}));
    let (mut browser, returned) = scene.begun();
    let response = browser.send("PUT", PATH, &returned);
    let answer = response.json();
    assert_eq!(
        (&answer["to"], &answer["session"]["person"]["email"]),
        (&json!("/w/shop/journeys?view=x"), &json!("lin@shop.example"))
    );
    assert!(response.header("set-cookie").starts_with("throughline_session="), "{}", response.header("set-cookie"));
    browser.cookie = Some(response.header("set-cookie").split(';').next().unwrap().to_owned());
    browser.csrf = Some(answer["session"]["csrf"].as_str().unwrap().to_owned());
    assert_eq!(browser.get("/v1/workspaces/shop").status, 200);
    assert_eq!(browser.send("DELETE", "/v1/session", &Value::Null).status, 204);
    assert_eq!(browser.get("/v1/workspaces/shop").status, 401);

    let entries = scene.server.runtime.block_on(async {
        control(&scene.server)
            .await
            .audit(&control::AuditFilter { installation: true, ..Default::default() }, 50)
            .await
            .unwrap()
    });
    let found = entries.iter().find(|entry| entry.entry.detail.get("by") == Some(&json!("provider"))).unwrap();
    assert_eq!(found.entry.action, model::access::Action::SignIn);
    // Keys are rotated: what is signed by the new one is taken at once.
    *scene.provider.0.kid.lock() = "second".to_owned();
    assert_eq!(scene.tried(json!({})).status, 200);
}

#[test]
fn what_is_wrong_with_a_token_or_an_account_keeps_its_bearer_out() {
    let scene = Scene::open(|_| ());
    scene.known("lin@shop.example");
    for (claims, code) in [
        (json!({"iss": "https://evil.example"}), "oidc_token_refused"),
        (json!({"aud": "another"}), "oidc_token_refused"),
        (json!({"nonce": "of another sign-in"}), "oidc_token_refused"),
        (json!({"exp": 1_000_000_000}), "oidc_token_refused"),
        (json!({"email_verified": false}), "oidc_email_unverified"),
        (json!({"email_verified": null}), "oidc_email_unverified"),
        (json!({"email": "lin@elsewhere.example"}), "oidc_domain_refused"),
        (json!({"email": "mo@shop.example", "sub": "mo"}), "oidc_not_invited"),
    ] {
        let refused = scene.tried(claims.clone());
        assert!(!refused.headers.iter().any(|(name, _)| name == "set-cookie"), "{claims}");
        assert_eq!(refused.code(403), code, "{claims}");
    }
    assert_eq!(scene.tried(json!({})).status, 200);
    assert_eq!(scene.tried(json!({"sub": "somebody else"})).code(403), "oidc_account_of_another");
    scene.server.runtime.block_on(async {
        let control = control(&scene.server).await;
        let lin = control.credentials("lin@shop.example").await.unwrap().unwrap().person;
        control.force_disabled(&lin.id, true, 1).await.unwrap();
    });
    assert_eq!(scene.tried(json!({})).code(403), "oidc_disabled");
    let refusals = scene.server.runtime.block_on(async {
        let filter = control::AuditFilter {
            action: Some(model::access::Action::SignInRefused),
            installation: true,
            ..Default::default()
        };
        control(&scene.server).await.audit(&filter, 50).await.unwrap()
    });
    assert_eq!(refusals.len(), 10, "each is written down");
    assert!(!format!("{refusals:?}").contains("@"), "and nobody's address");
}

#[test]
fn what_comes_back_is_taken_once_from_the_browser_that_began() {
    let scene = Scene::open(|_| ());
    scene.known("lin@shop.example");
    let (browser, returned) = scene.begun();
    let with = |field: &str, value: Value| {
        let mut changed = returned.clone();
        changed[field] = value;
        changed
    };
    let stranger = Browser::new(&scene.server);
    assert_eq!(stranger.send("PUT", PATH, &returned).code(403), "oidc_state_refused");
    assert_eq!(browser.send("PUT", PATH, &with("state", json!("made up"))).code(403), "oidc_state_refused");
    assert_eq!(browser.send("PUT", PATH, &returned).status, 200, "the tries of others spoil nothing");
    assert_eq!(browser.send("PUT", PATH, &returned).code(403), "oidc_state_refused", "replayed");

    // The code of one sign-in in the answer to another: the verifier does not fit.
    let (_, first) = scene.begun();
    let (second, mut returned) = scene.begun();
    returned["code"] = first["code"].clone();
    assert_eq!(second.send("PUT", PATH, &returned).code(403), "oidc_code_refused");
    for (field, value, code) in [
        ("iss", json!("https://evil.example"), "oidc_token_refused"),
        ("iss", Value::Null, "oidc_token_refused"),
        ("error", json!("access_denied"), "oidc_denied"),
        ("code", json!("guessed"), "oidc_code_refused"),
    ] {
        let (browser, mut returned) = scene.begun();
        returned[field] = value;
        assert_eq!(browser.send("PUT", PATH, &returned).code(403), code, "{field}");
    }
    let away = browser.send("POST", PATH, &json!({"to": "//evil.example/"}));
    assert_eq!(away.code(400), "to_invalid");
    let script = scene.begun().0.send("PUT", PATH, &json!({"state": "x", "error": "<script>"}));
    assert!(!script.body.contains("<script>"), "{}", script.body);
}

#[test]
fn the_administrators_password_opens_while_the_provider_is_down_and_others_may_be_kept_to_the_provider() {
    let scene = Scene::open(|config| config.passwords = PasswordsFor::Administrators);
    let mut first = Browser::new(&scene.server);
    first.enter("/v1/session", &json!({"email": "first@shop.example", "password": PASSWORD}));
    let invitation = json!({"email": "lin@shop.example", "role": "analyst"});
    let made = first.send("POST", "/v1/workspaces/shop/invitations", &invitation).json();
    let link = format!("/v1/invitations/{}", made["token"].as_str().unwrap());
    let taken = Browser::new(&scene.server).send("POST", &link, &json!({"name": "Lin", "password": PASSWORD}));
    assert_eq!(taken.code(403), "passwords_off");
    let entered = scene.tried(json!({})).json();
    assert_eq!(
        entered["session"]["roles"],
        json!([{"workspace": "shop", "role": "analyst"}]),
        "the invitation is taken up"
    );
    scene.server.runtime.block_on(async {
        let control = control(&scene.server).await;
        let lin = control.credentials("lin@shop.example").await.unwrap().unwrap().person;
        let hash = control::password::hash(PASSWORD, [7; control::password::SALT_BYTES]).unwrap();
        control.set_password(&lin.id, hash, None).await.unwrap();
    });
    let lin = Browser::new(&scene.server);
    let credentials = |password: &str| json!({"email": "lin@shop.example", "password": password});
    assert_eq!(lin.send("POST", "/v1/session", &credentials(PASSWORD)).code(403), "passwords_off");
    assert_eq!(lin.send("POST", "/v1/session", &credentials("wrong, wrong")).code(401), "credentials_refused");
    // Nor does an invitation tell more to whoever does not know the password.
    scene.server.workspace("till", "UTC");
    let made = first.send("POST", "/v1/workspaces/till/invitations", &invitation).json();
    let link = format!("/v1/invitations/{}", made["token"].as_str().unwrap());
    assert_eq!(lin.send("POST", &link, &json!({"password": "wrong, wrong"})).code(401), "credentials_refused");
    assert_eq!(lin.send("POST", &link, &json!({"password": PASSWORD})).code(403), "passwords_off");
    let refused = scene.server.runtime.block_on(async {
        let filter = control::AuditFilter {
            action: Some(model::access::Action::SignInRefused),
            installation: true,
            ..Default::default()
        };
        let control = control(&scene.server).await;
        let id = control.credentials("lin@shop.example").await.unwrap().unwrap().person.id;
        let entries = control.audit(&filter, 50).await.unwrap().into_iter().map(|entry| entry.entry);
        let off = entries.filter(|entry| entry.detail.get("why") == Some(&json!("passwords_off")));
        off.map(|entry| (entry.target.is_empty(), entry.target == id)).collect::<Vec<_>>()
    });
    // The newest first: twice Lin, and before that somebody nobody knew yet.
    assert_eq!(refused, [(false, true), (false, true), (false, false)]);

    // Nothing listens there any more.
    let down = Scene::open(|config| config.issuer = "http://127.0.0.1:9".to_owned());
    let refused = Browser::new(&down.server).send("POST", PATH, &json!({}));
    assert!(refused.body.contains("password"), "{}", refused.body);
    assert_eq!(refused.code(502), "oidc_unreachable");
    let mut first = Browser::new(&down.server);
    first.enter("/v1/session", &json!({"email": "first@shop.example", "password": PASSWORD}));
}

#[test]
fn strangers_become_members_where_the_settings_say_so_and_secrets_stay_inside() {
    let scene = Scene::open(|config| {
        let standing = crate::stores::limited_to(Role::Viewer, &["s1"]);
        config.newcomer = Some(control::Newcomer { workspace: "shop".to_owned(), standing });
    });
    let entered = scene.tried(json!({"email": "mo@shop.example", "sub": "mo", "name": "Mo"})).json();
    assert_eq!(entered["session"]["roles"], json!([{"workspace": "shop", "role": "viewer", "stores": ["s1"]}]));
    assert_eq!(entered["session"]["person"]["administrator"], false);
    let printed = format!("{:?}", Scene::open(|_| ()).server.get("/v1/session"));
    assert!(!printed.contains("s3cret"));

    let wrong = Scene::open(|config| config.client_secret = Some(Secret("another".to_owned())));
    let refused = wrong.tried(json!({}));
    assert!(!refused.body.contains("another"), "{}", refused.body);
    assert_eq!(refused.code(502), "oidc_misconfigured");
    assert_eq!(Browser::new(&TestServer::secured()).send("POST", PATH, &json!({})).code(404), "oidc_off");
}

#[test]
fn an_issuer_is_the_text_the_provider_writes() {
    for end in ["", "/", "/realms/shop", "/realms/shop/"] {
        let scene = Scene::with(end, |_| ());
        scene.known("lin@shop.example");
        assert_eq!(scene.tried(json!({})).status, 200, "`{end}`");
    }
    for (end, written) in [("", "/"), ("/", ""), ("/realms/shop", "/realms/shop/"), ("/realms/shop/", "/realms/shop")] {
        let scene = Scene::with(end, |config| {
            config.issuer.truncate(config.issuer.len() - end.len());
            config.issuer.push_str(written);
        });
        let refused = Browser::new(&scene.server).send("POST", PATH, &json!({}));
        assert_eq!(refused.code(502), "oidc_misconfigured", "`{end}` is not `{written}`");
    }
}

#[test]
fn what_a_token_leaves_open_of_an_address_the_userinfo_endpoint_says() {
    let scene = Scene::open(|_| ());
    scene.known("lin@shop.example");
    let says = |about: Value| *scene.provider.0.about.lock() = about;
    let verified = json!({"sub": "lin-at-the-provider", "email": "lin@shop.example", "email_verified": true});
    says(verified.clone());
    assert_eq!(scene.tried(json!({"email_verified": false})).code(403), "oidc_email_unverified", "it is said");
    assert_eq!(scene.tried(json!({"email_verified": null})).status, 200);
    assert_eq!(scene.tried(json!({"email": null, "email_verified": null})).status, 200);
    let mut another = verified;
    another["sub"] = json!("mo-at-the-provider");
    says(another);
    assert_eq!(scene.tried(json!({"email_verified": null})).code(403), "oidc_token_refused");
}

#[test]
fn sign_ins_that_begin_are_counted_and_bounded() {
    let scene = Scene::open(|_| ());
    scene.known("lin@shop.example");
    let browser = Browser::new(&scene.server);
    let begin = |to: String| browser.send("POST", PATH, &json!({ "to": to }));
    assert_eq!(begin(format!("/{}", "x".repeat(1 << 10))).code(400), "to_invalid");
    assert_eq!(begin(format!("/{}", "x".repeat((1 << 10) - 1))).status, 200);
    for _ in 0..58 {
        assert_eq!(begin("/".to_owned()).status, 200);
    }
    assert_eq!(scene.tried(json!({})).status, 200, "what ends well is not charged");
    assert_eq!(begin("/".to_owned()).status, 200);
    let limited = begin("/".to_owned());
    assert_eq!(limited.code(429), "sign_in_limited");
    let seconds: u32 = limited.header("retry-after").parse().unwrap();
    assert!((1..=601).contains(&seconds), "{seconds}");
    let mut first = Browser::new(&scene.server);
    first.enter("/v1/session", &json!({"email": "first@shop.example", "password": PASSWORD}));
}
