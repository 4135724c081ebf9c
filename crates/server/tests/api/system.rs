//! The state of the system: sizes as they lie on disk, troubles where they are, and nothing that is secret.

use serde_json::{Value, json};
use server::config::Limits;
use worker::backup::{BackupOptions, BackupWatch};

use crate::support::{TestServer, shop};

fn kinds(system: &Value) -> Vec<String> {
    let warnings = system["warnings"].as_array().unwrap();
    warnings.iter().map(|warning| format!("{} {}", warning["kind"].as_str().unwrap(), warning["workspace"])).collect()
}

#[test]
fn the_state_of_the_system_is_what_lies_on_disk() {
    let server = shop();
    let system = server.get("/v1/system").json();
    let workspaces = system["workspaces"].as_array().unwrap();
    let ecom = workspaces.iter().find(|workspace| workspace["id"] == "ecom").unwrap();
    let parts = std::fs::read_dir(server.folder.lake("ecom").join("events")).unwrap().flatten();
    let parts: Vec<u64> = parts
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(".parquet"))
        .map(|entry| entry.metadata().unwrap().len())
        .collect();
    let sum = ecom["file_bytes"].as_u64().unwrap() + ecom["replaced_bytes"].as_u64().unwrap();
    assert_eq!((ecom["events"].as_u64(), sum), (Some(31_106), parts.iter().sum::<u64>()), "{ecom}");
    assert!(ecom["bytes"].as_u64().unwrap() >= sum && system["data"]["bytes"].as_u64() >= ecom["bytes"].as_u64());
    assert_eq!((&ecom["fault"], &ecom["letters_waiting"]), (&Value::Null, &json!(0)));
    assert_eq!(system["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(system["limits"]["query_timeout_seconds"], Limits::default().query_timeout.as_secs());
    assert!(system["at_us"].as_i64() >= system["started_us"].as_i64());
    assert!(system["data"]["disk_free_bytes"].as_u64() < system["data"]["disk_bytes"].as_u64());
}

#[test]
fn troubles_and_the_last_backup_are_told() {
    let server = TestServer::start(Limits::default());
    server.workspace("shop", "UTC");
    assert!(kinds(&server.get("/v1/system").json()).contains(&"backup_missing null".to_owned()));
    let options = BackupOptions { target: server.folder.root().with_file_name("target"), workspace: None, keep: None };
    let taken =
        server.runtime.block_on(worker::backup::take(&server.folder, &options, &BackupWatch::nobody())).unwrap();
    let log = server.folder.lake("shop").join("events/_delta_log");
    std::fs::create_dir_all(&log).unwrap();
    std::fs::write(log.join("00000000000000000000.json"), "no commit").unwrap();
    // The look of a moment ago is still good for what lies on disk; another server has not looked yet.
    let second = server.get("/v1/system").json();
    assert_eq!(second["backup"]["id"], taken.id.as_str());
    assert!(!kinds(&second).iter().any(|kind| kind.starts_with("backup")), "{second}");
    let other = TestServer::over(&server);
    let system = other.get("/v1/system").json();
    assert_eq!(kinds(&system)[0], "data_damaged \"shop\"");
    assert!(system["workspaces"][0]["fault"].as_str().unwrap().len() > 10, "{system}");
}
