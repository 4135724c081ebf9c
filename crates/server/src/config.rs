//! How the server is set up. Values come from the caller; nothing here reads files or the environment.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use control::Newcomer;
use serde::Serialize;
use utoipa::ToSchema;

use crate::secret::Secret;

/// Settings of one server, with limits on everything a client can make grow.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    pub sign_in: SignIn,
    /// An identity provider people may sign in by.
    pub oidc: Option<OidcConfig>,
    /// Further `Host` values to answer to (`name` for any port, or `name:port`), as set by a reverse proxy or a
    /// tunnel. Loopback names at the bound port are always accepted.
    pub hosts: Vec<String>,
    /// Further origins whose pages may call the API (`http://localhost:5173`), for web development.
    pub origins: Vec<String>,
    /// Reverse proxies that are believed whom they speak for (`X-Forwarded-For`).
    pub trusted_proxies: Vec<IpAddr>,
    pub limits: Limits,
}

/// Whether people sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    Required,
    /// Whoever reaches the server is the owner of everything; so only loopback is listened on.
    Open,
}

/// An OpenID provider, and whom it lets in.
#[derive(Debug, Clone)]
pub struct OidcConfig {
    /// As the provider's discovery document and its tokens write it, to the last slash:
    /// `https://login.example.com/realms/shop`. HTTP on loopback alone.
    pub issuer: String,
    pub client_id: String,
    /// None: a public client, which shows by PKCE alone that it is the one that began.
    pub client_secret: Option<Secret>,
    /// What the button calls the provider.
    pub name: String,
    /// Domains of the e-mail addresses that are let in, in lower case. Empty: any.
    pub domains: Vec<String>,
    /// What becomes of whoever is neither known nor invited. None: they are not let in.
    pub newcomer: Option<Newcomer>,
    pub passwords: PasswordsFor,
}

/// Who may sign in with a password where there is a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PasswordsFor {
    Everyone,
    /// The way in while the provider is down.
    Administrators,
}

/// Bounds of the server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest request body in bytes; a journey definition of 500 touchpoints takes a tenth of it.
    pub body_bytes_max: usize,
    /// Largest request a door takes in bytes, packed as it comes: what the largest of the client libraries sends.
    pub door_bytes_max: usize,
    /// Bytes of requests that doors hold at once; beyond it senders are told to come again. Decoded they take some ten
    /// times as much.
    pub door_bytes_in_flight_max: usize,
    /// How long a sender waits for the disk before it is told to come again.
    pub append_timeout: Duration,
    /// Messages one key may send in a second.
    pub key_messages_per_second: u32,
    /// How long news of sensors wait before their days are read anew.
    pub sensor_fold_every: Duration,
    /// Letters of doors unpacked at once; each may become 32 MiB.
    pub unpacking_running_max: usize,
    /// Queries computed at once. More would only share the same cores and the same memory.
    pub queries_running_max: usize,
    /// Queries waiting for their turn; beyond it the server says 503 at once instead of piling up work.
    pub queries_waiting_max: usize,
    /// Maps drawn for files at once: the largest picture takes some 400 MB.
    pub drawings_running_max: usize,
    /// A query is cancelled after this long.
    pub query_timeout: Duration,
    /// Any other request is given up after this long.
    pub request_timeout: Duration,
    /// Rows a SQL answer may hold; the rest is cut and said so.
    pub sql_rows_max: usize,
    /// Largest file that can be handed in, bytes.
    pub upload_bytes_max: u64,
    /// Imports of files that were handed in, of all workspaces at once: each holds some 300 MB.
    pub imports_running_max: usize,
    /// Events such an import writes at once.
    pub import_batch_events: usize,
    /// How often a stream says that it is there, and looks whether its watcher still may watch. Not zero.
    pub watch_every: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Limits {
            body_bytes_max: 2 << 20,
            door_bytes_max: ingest::limits::LETTER_PACKED_BYTES_MAX,
            door_bytes_in_flight_max: 48 << 20,
            append_timeout: Duration::from_secs(10),
            key_messages_per_second: 100_000,
            sensor_fold_every: Duration::from_secs(10),
            unpacking_running_max: cores.max(2),
            queries_running_max: cores.max(2),
            queries_waiting_max: 64,
            drawings_running_max: 2,
            query_timeout: Duration::from_secs(300),
            request_timeout: Duration::from_secs(30),
            sql_rows_max: 10_000,
            upload_bytes_max: 1 << 30,
            imports_running_max: 2,
            import_batch_events: worker::import::BATCH_EVENTS,
            watch_every: Duration::from_secs(15),
        }
    }
}

impl Default for ServerConfig {
    fn default() -> ServerConfig {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        ServerConfig {
            listen,
            sign_in: SignIn::Required,
            oidc: None,
            hosts: Vec::new(),
            origins: Vec::new(),
            trusted_proxies: Vec::new(),
            limits: Limits::default(),
        }
    }
}
