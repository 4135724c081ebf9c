//! A server on a free port over a data folder of its own, and the least of an HTTP client.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use analysis::Analyst;
use control::{Control, NewWorkspace};
use model::text::LocalizedText;
use operators::{Engine, EngineOptions};
use serde_json::Value;
use server::basis::Basis;
use server::config::{Limits, ServerConfig, SignIn};
use server::serve::Server;
use server::state::AppState;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use worker::folder::DataFolder;
use worker::import::Watch;

/// A running server. It ends with the test process.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) folder: DataFolder,
    pub(crate) runtime: Runtime,
    /// Token of the set-up link.
    pub(crate) setup: Option<String>,
    _data: Option<TempDir>,
}

/// A response, taken apart.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// The server most tests share: it holds the sample shop.
pub(crate) fn shop() -> &'static TestServer {
    static SHOP: OnceLock<TestServer> = OnceLock::new();
    SHOP.get_or_init(|| {
        let server = TestServer::start(Limits::default());
        let samples = server.folder.root().join("samples");
        let shop = repository().join("samples/ecom");
        copy_folder(&shop, &samples.join("ecom"));
        server.runtime.block_on(async {
            let control = Control::open(&server.folder.control()).await.unwrap();
            worker::demo::load(&server.folder, &control, &samples, &Watch::nobody()).await.unwrap();
        });
        server
    })
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl TestServer {
    /// Starts a server with an empty data folder that asks nobody to sign in.
    pub(crate) fn start(limits: Limits) -> TestServer {
        TestServer::with(ServerConfig { sign_in: SignIn::Open, limits, ..ServerConfig::default() })
    }

    /// The same where people sign in, which also answers to `journeys.example`.
    pub(crate) fn secured() -> TestServer {
        TestServer::with(ServerConfig { hosts: vec!["journeys.example".to_owned()], ..ServerConfig::default() })
    }

    pub(crate) fn with(config: ServerConfig) -> TestServer {
        TestServer::on(Basis::default(), config)
    }

    /// Another server over the data folder of one, which must outlive it.
    pub(crate) fn over(other: &TestServer) -> TestServer {
        let config = ServerConfig { sign_in: SignIn::Open, ..ServerConfig::default() };
        TestServer::of(Basis::default(), config, other.folder.clone(), None)
    }

    /// The same on a disk or a clock of the test's.
    pub(crate) fn on(basis: Basis, config: ServerConfig) -> TestServer {
        let data = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(data.path().join("data"));
        TestServer::of(basis, config, folder, Some(data))
    }

    /// A server over a data folder that another one left, which the caller keeps.
    pub(crate) fn at(data: &Path) -> TestServer {
        let config = ServerConfig { sign_in: SignIn::Open, ..ServerConfig::default() };
        TestServer::of(Basis::default(), config, DataFolder::new(data), None)
    }

    fn of(basis: Basis, config: ServerConfig, folder: DataFolder, data: Option<TempDir>) -> TestServer {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let (address, setup) = runtime.block_on(async {
            folder.create().unwrap();
            let control = Control::open(&folder.control()).await.unwrap();
            let analyst = Analyst::new(Engine::new(EngineOptions::default()).unwrap());
            let config = ServerConfig { listen: "127.0.0.1:0".parse().unwrap(), ..config };
            let state = AppState::on(basis, folder.clone(), control, analyst, &config).unwrap();
            let server = Server::bind(&config, state).await.unwrap();
            let address = server.address();
            let token = |link: String| link.split_once("/setup?token=").unwrap().1.to_owned();
            let setup = server.setup_link().map(token);
            tokio::spawn(server.serve(std::future::pending()));
            (address, setup)
        });
        TestServer { address, folder, runtime, setup, _data: data }
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.send("GET", path, &[], "")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Response {
        self.send("POST", path, &[("content-type", "application/json")], &body.to_string())
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Response {
        self.send("PUT", path, &[("content-type", "application/json")], &body.to_string())
    }

    /// Makes a workspace without events, and gives the start of its paths.
    pub(crate) fn workspace(&self, id: &str, zone: &str) -> String {
        let new = NewWorkspace {
            id: id.to_owned(),
            name: LocalizedText::from(id),
            sample: None,
            zone: zone.to_owned(),
            currency: None,
            place: 0,
            created_at_us: 1,
        };
        self.runtime.block_on(async { control(self).await.create_workspace(new).await.unwrap() });
        format!("/v1/workspaces/{id}")
    }

    /// Sends a request with the right `Host`, and reads the answer to its end.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        self.send_bytes(method, path, headers, body.as_bytes())
    }

    /// The same with a body that need not be text.
    pub(crate) fn send_bytes(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let host = self.address.to_string();
        let mut all = vec![("host", host.as_str())];
        all.extend(headers.iter().filter(|(name, _)| *name != "host"));
        if let Some(given) = headers.iter().find(|(name, _)| *name == "host") {
            all[0] = *given;
        }
        let mut stream = self.open_bytes(method, path, &all, body);
        let mut answer = Vec::new();
        let mut part = [0; 64 << 10];
        loop {
            let read = stream.read(&mut part).unwrap();
            answer.extend_from_slice(&part[..read]);
            // A stream has no end: its head says whether it was let in.
            if read == 0 || is_stream(&answer) {
                return Response::parse(&answer);
            }
        }
    }

    /// Sends a request and leaves its answer to the caller.
    pub(crate) fn open(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
        self.open_bytes(method, path, headers, body.as_bytes())
    }

    fn open_bytes(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> TcpStream {
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        headers.iter().for_each(|(name, value)| request.push_str(&format!("{name}: {value}\r\n")));
        request.push_str("\r\n");
        let mut stream = TcpStream::connect(self.address).unwrap();
        // A server that refuses a body may close before it has read it.
        let _ = stream.write_all(request.as_bytes()).and_then(|()| stream.write_all(body));
        stream
    }
}

/// Whether these bytes are the head of a stream of events.
fn is_stream(answer: &[u8]) -> bool {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let head = end.map(|end| String::from_utf8_lossy(&answer[..end]).to_lowercase());
    head.is_some_and(|head| head.contains("content-type: text/event-stream"))
}

impl Response {
    fn parse(bytes: &[u8]) -> Response {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a complete head");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let headers: Vec<_> = lines.filter_map(header).collect();
        let body = String::from_utf8_lossy(&bytes[end + 4..]).into_owned();
        Response { status, headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    /// The code of a failure with this status.
    #[track_caller]
    pub(crate) fn code(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        let body: Value = serde_json::from_str(&self.body).unwrap();
        assert!(!body["error"]["message"].as_str().unwrap().is_empty(), "a failure says what is wrong");
        assert_eq!(body["error"]["request_id"], self.header("x-request-id"));
        body["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// A connection of its own, for tests that need what the server has open.
pub(crate) async fn control(server: &TestServer) -> Arc<Control> {
    Arc::new(Control::open(&server.folder.control()).await.unwrap())
}

/// Somebody's browser: it keeps the cookie it is given, and sends the token against forgery along.
pub(crate) struct Browser<'a> {
    pub(crate) server: &'a TestServer,
    /// `name=value`.
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: Option<String>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(server: &'a TestServer) -> Browser<'a> {
        Browser { server, cookie: None, csrf: None }
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.send("GET", path, &Value::Null)
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Response {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(self.cookie.as_deref().map(|cookie| ("cookie", cookie)));
        headers.extend(self.csrf.as_deref().filter(|_| method != "GET").map(|csrf| ("x-csrf-token", csrf)));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.server.send(method, path, &headers, &body)
    }

    /// Sends what signs somebody in, and keeps the session.
    #[track_caller]
    pub(crate) fn enter(&mut self, path: &str, body: &Value) -> Value {
        let response = self.send("POST", path, body);
        let session = response.json();
        let cookie = response.header("set-cookie").split(';').next().unwrap();
        self.cookie = Some(cookie.to_owned());
        self.csrf = Some(session["csrf"].as_str().unwrap().to_owned());
        session
    }
}
