//! What another process writes is seen by a server that is running.

use std::sync::Arc;

use control::NewWorkspace;
use ingest::Mapping;
use lake::{Lake, LakeOptions, Mode};
use model::text::LocalizedText;
use server::config::Limits;
use worker::import::{BATCH_EVENTS, ImportRequest, KnownUnderOtherMapping, Target, Watch, import};

use crate::support::{TestServer, control};

const MAPPING: &str = "\
source: till
time: {column: time, zone: UTC}
identifiers: [{namespace: member_no, column: member}]
event: {const: purchase}
channel: {const: store}
columns: {amount: amount}
";

#[test]
fn an_import_shows_up_while_the_server_runs() {
    let server = TestServer::start(Limits::default());
    let folder = server.folder.root().to_owned();
    let write = |name: &str, rows: &str| {
        let path = folder.join(name);
        std::fs::write(&path, format!("time,member,amount\n{rows}")).unwrap();
        path
    };
    let first = write("a.csv", "2026-01-01 10:00:00,1,5\n2026-01-01 11:00:00,2,7.5\n");
    let second = write("b.csv", "2026-01-02 10:00:00,1,1\nyesterday,2,1\n");
    let create = async {
        let control = control(&server).await;
        let (name, zone) = (LocalizedText::from("Till"), "UTC".to_owned());
        let new =
            NewWorkspace { id: "till".into(), name, sample: None, zone, currency: None, place: 0, created_at_us: 1 };
        control.create_workspace(new).await.unwrap();
    };
    server.runtime.block_on(create);
    // A damaged neighbour is named, and takes nobody down with it.
    server.runtime.block_on(async {
        let (name, zone) = (LocalizedText::from("Attic"), "UTC".to_owned());
        let new =
            NewWorkspace { id: "attic".into(), name, sample: None, zone, currency: None, place: 0, created_at_us: 1 };
        control(&server).await.create_workspace(new).await.unwrap();
    });
    let log = server.folder.lake("attic").join("events/_delta_log");
    std::fs::create_dir_all(&log).unwrap();
    std::fs::write(log.join("00000000000000000000.json"), "not a commit").unwrap();
    let list = server.get("/v1/workspaces").json();
    let fault = |id: &str| {
        let found = list["workspaces"].as_array().unwrap().iter().find(|workspace| workspace["id"] == id);
        found.unwrap()["fault"].clone()
    };
    assert_eq!(fault("till"), serde_json::Value::Null);
    let why = fault("attic").as_str().unwrap().to_owned();
    assert!(why.contains("delta table") && !why.contains("backtrace") && !why.contains('\n'), "{why}");
    assert_eq!(server.get("/v1/workspaces/attic").json()["fault"], why);
    let empty = server.get("/v1/workspaces/till").json();
    assert_eq!((&empty["events"], &empty["last_us"]), (&serde_json::json!(0), &serde_json::Value::Null));
    let ask = serde_json::json!({"sql": "SELECT count(*) AS n, sum(amount) AS amount FROM events"});
    assert_eq!(server.post("/v1/workspaces/till/sql", &ask).code(404), "workspace_empty");

    for (file, events, amount) in [(first, 2, 12.5), (second, 3, 13.5)] {
        server.runtime.block_on(async {
            let control = control(&server).await;
            let lake = Lake::open(&server.folder.lake("till"), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
            let request = ImportRequest {
                workspace: "till".into(),
                files: ingest::expand(&[file]).unwrap(),
                mapping: Arc::new(Mapping::from_yaml(MAPPING).unwrap()),
                mapping_folder: server.folder.root().to_owned(),
                known: KnownUnderOtherMapping::Refuse,
                batch_events: BATCH_EVENTS,
                now_us: 1,
            };
            let target = Target { folder: &server.folder, control: &control, lake: &lake };
            import(target, &request, &Watch::nobody()).await.unwrap();
        });
        assert_eq!(server.post("/v1/workspaces/till/sql", &ask).json()["rows"], serde_json::json!([[events, amount]]));
    }
    let imports = server.get("/v1/workspaces/till/imports").json();
    let newest = &imports["imports"][0];
    assert_eq!((&newest["rows"], &newest["events"], &newest["rejected"]), (&2.into(), &1.into(), &1.into()));
    let rejects = server.folder.rejects("till").join(newest["rejects_file"].as_str().unwrap());
    let rejected = std::fs::read_to_string(rejects).unwrap();
    assert!(rejected.contains("yesterday") && rejected.contains("\"line\":3"), "{rejected}");
}
