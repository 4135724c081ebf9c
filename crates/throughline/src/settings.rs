//! Settings, from a file, the environment and flags, in that rising order.
//!
//! `throughline.toml` holds them under their names; a variable is `THROUGHLINE_` and the name in capitals, with two
//! underscores between a table and its key (`THROUGHLINE_SERVER__LISTEN`). Unknown names in the file are refused:
//! a misspelt setting must not be silently without effect. `docs/reference/configuration.md` explains each.

mod oidc;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use lake::limits::EVENTS_PER_CALL_MAX;
use model::access::Role;
use operators::EngineOptions;
use serde::{Deserialize, Serialize};
use server::config::{Limits, ServerConfig, SignIn};

use crate::args::Global;
use crate::exit::{Exit, Failure};

/// The settings file that is read if it is there.
const DEFAULT_FILE: &str = "throughline.toml";

/// Largest `import.upload_mib`: a tebibyte. What is larger is brought in by the command line, which copies nothing.
const UPLOAD_MIB_MAX: u64 = 1 << 20;

const PREFIX: &str = "THROUGHLINE_";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Folder everything is kept in.
    pub data: PathBuf,
    /// Workspace of commands that name none.
    pub workspace: String,
    /// Language of names in tables.
    pub lang: String,
    /// What is logged, as a tracing filter.
    pub log: String,
    pub server: ServerSettings,
    pub oidc: OidcSettings,
    pub engine: EngineSettings,
    pub import: ImportSettings,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    pub listen: SocketAddr,
    /// Further `Host` values to answer to.
    pub hosts: Vec<String>,
    /// Further origins whose pages may call the API.
    pub origins: Vec<String>,
    /// Reverse proxies that are believed whom they speak for.
    pub trusted_proxies: Vec<IpAddr>,
    pub body_bytes_max: usize,
    /// Messages one key of a source may send in a second.
    pub key_messages_per_second: u32,
    pub queries_running_max: usize,
    pub queries_waiting_max: usize,
    pub query_timeout_seconds: u64,
    pub sql_rows_max: usize,
}

/// The identity provider people may sign in by; `issuer` says whether there is one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSettings {
    /// As the provider writes it.
    pub issuer: String,
    pub client_id: String,
    /// Better in the environment, or in a file. Empty: a public client.
    pub client_secret: Hidden,
    /// A file with the secret, and nothing else.
    pub client_secret_file: PathBuf,
    /// What the button calls the provider.
    pub name: String,
    /// Domains of e-mail addresses that are let in; none, or `*`: any. Newcomers ask for one or the other.
    pub domains: Vec<String>,
    /// Who may sign in with a password: `everyone` or `administrators`.
    pub passwords: String,
    /// Whoever is neither known nor invited becomes a member here. Empty: they are not let in.
    pub newcomer_workspace: String,
    /// In this role.
    pub newcomer_role: String,
    /// Only what happened in these stores; none: the whole workspace.
    pub newcomer_stores: Vec<String>,
}

/// A secret: its `Debug` form does not say it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("(secret)")
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineSettings {
    /// Memory of running questions, mebibytes.
    pub memory_mib: usize,
    /// Memory of the column cache, mebibytes.
    pub cache_mib: usize,
    /// Threads one question may use; 0: one a core.
    pub partitions: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSettings {
    /// Events written at once.
    pub batch_events: usize,
    /// Largest file that can be handed in over the API, mebibytes.
    pub upload_mib: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        let server = ServerConfig::default();
        Settings {
            data: PathBuf::from("data"),
            workspace: "main".to_owned(),
            lang: "en".to_owned(),
            log: "warn".to_owned(),
            server: ServerSettings {
                listen: server.listen,
                hosts: server.hosts,
                origins: server.origins,
                trusted_proxies: server.trusted_proxies,
                body_bytes_max: server.limits.body_bytes_max,
                key_messages_per_second: server.limits.key_messages_per_second,
                queries_running_max: server.limits.queries_running_max,
                queries_waiting_max: server.limits.queries_waiting_max,
                query_timeout_seconds: server.limits.query_timeout.as_secs(),
                sql_rows_max: server.limits.sql_rows_max,
            },
            oidc: OidcSettings {
                passwords: "everyone".to_owned(),
                newcomer_role: Role::Viewer.id().to_owned(),
                ..OidcSettings::default()
            },
            engine: EngineSettings { memory_mib: 2048, cache_mib: 1024, partitions: 0 },
            import: ImportSettings {
                batch_events: worker::import::BATCH_EVENTS,
                upload_mib: server.limits.upload_bytes_max >> 20,
            },
        }
    }
}

impl Settings {
    /// Reads file and environment and lays the global flags over them.
    pub fn load(global: &Global) -> Result<Settings, Failure> {
        let file = match &global.config {
            Some(path) if !path.is_file() => {
                return Err(Failure::not_found(format!("there is no settings file {}", path.display())));
            }
            Some(path) => Some(path.as_path()),
            None => Some(Path::new(DEFAULT_FILE)).filter(|path| path.is_file()),
        };
        let mut figment = Figment::from(Serialized::defaults(Settings::default()));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let mut settings: Settings = figment
            .merge(environment())
            .extract()
            .map_err(|error| Failure::new(Exit::Usage, format!("the settings cannot be used: {error}")))?;
        if let Some(data) = &global.data {
            settings.data.clone_from(data);
        }
        if let Some(lang) = &global.lang {
            settings.lang.clone_from(lang);
        }
        if let Some(log) = &global.log {
            settings.log.clone_from(log);
        }
        settings.check()
    }

    fn check(self) -> Result<Settings, Failure> {
        let positive = [
            ("import.batch_events", self.import.batch_events),
            ("import.upload_mib", self.import.upload_mib as usize),
            ("server.queries_running_max", self.server.queries_running_max),
            ("server.body_bytes_max", self.server.body_bytes_max),
            ("server.key_messages_per_second", self.server.key_messages_per_second as usize),
            ("engine.memory_mib", self.engine.memory_mib),
        ];
        if let Some((name, _)) = positive.iter().find(|(_, value)| *value == 0) {
            return Err(Failure::usage(format!("setting `{name}` must be at least 1")));
        }
        if self.import.batch_events > EVENTS_PER_CALL_MAX {
            return Err(Failure::usage(format!("setting `import.batch_events` must be at most {EVENTS_PER_CALL_MAX}")));
        }
        if self.import.upload_mib > UPLOAD_MIB_MAX {
            return Err(Failure::usage(format!("setting `import.upload_mib` must be at most {UPLOAD_MIB_MAX}")));
        }
        Ok(self)
    }

    /// The engine's part.
    pub fn engine(&self) -> EngineOptions {
        let defaults = EngineOptions::default();
        let partitions = self.engine.partitions;
        EngineOptions {
            cache_bytes: self.engine.cache_mib << 20,
            memory_bytes: self.engine.memory_mib << 20,
            target_partitions: if partitions == 0 { defaults.target_partitions } else { partitions },
            ..defaults
        }
    }

    /// The server's part, with the flag's address if one was given.
    ///
    /// # Errors
    /// When the settings of the identity provider do not make one.
    pub fn server(&self, listen: Option<SocketAddr>, sign_in: SignIn) -> Result<ServerConfig, Failure> {
        let server = &self.server;
        Ok(ServerConfig {
            listen: listen.unwrap_or(server.listen),
            hosts: server.hosts.clone(),
            sign_in,
            oidc: oidc::config(&self.oidc)?,
            origins: server.origins.clone(),
            trusted_proxies: server.trusted_proxies.clone(),
            limits: Limits {
                body_bytes_max: server.body_bytes_max,
                key_messages_per_second: server.key_messages_per_second,
                queries_running_max: server.queries_running_max,
                queries_waiting_max: server.queries_waiting_max,
                query_timeout: Duration::from_secs(server.query_timeout_seconds),
                sql_rows_max: server.sql_rows_max,
                upload_bytes_max: self.import.upload_mib << 20,
                import_batch_events: self.import.batch_events,
                ..Limits::default()
            },
        })
    }
}

/// Only variables that are settings: other `THROUGHLINE_` variables belong to scripts around the binary.
fn environment() -> Env {
    let names = names();
    Env::prefixed(PREFIX).split("__").filter(move |key| {
        let key = key.as_str().to_ascii_lowercase().replace("__", ".");
        names.contains(&key)
    })
}

/// `server.listen` and so on.
fn names() -> Vec<String> {
    fn collect(prefix: &str, value: &serde_json::Value, names: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                let dot = if prefix.is_empty() { "" } else { "." };
                fields.iter().for_each(|(name, value)| collect(&format!("{prefix}{dot}{name}"), value, names));
            }
            _ => names.push(prefix.to_owned()),
        }
    }
    let mut all = Vec::new();
    collect("", &serde_json::to_value(Settings::default()).unwrap_or_default(), &mut all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_name() {
        let names = names();
        assert!(names.contains(&"server.listen".to_owned()) && names.contains(&"data".to_owned()), "{names:?}");
    }

    #[test]
    fn a_setting_that_would_let_nothing_through_is_refused() {
        let mut settings = Settings::default();
        settings.server.key_messages_per_second = 0;
        assert!(settings.check().is_err());
    }

    #[test]
    fn the_reference_names_every_setting() {
        for reference in ["configuration.md", "configuration.zh-CN.md"] {
            let path = format!("{}/../../docs/reference/{reference}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).unwrap();
            for name in names() {
                assert!(text.contains(&format!("`{name}`")), "{reference} does not explain `{name}`");
            }
        }
    }
}
