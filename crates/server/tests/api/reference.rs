//! Reference tables over HTTP: which there are, and their rows as of a day, page by page.

use control::{Control, NewWorkspace};
use ingest::{ReferenceMapping, SourceFile};
use lake::{Lake, LakeOptions, Mode};
use model::reference::TableKind;
use serde_json::{Value, json};
use server::config::Limits;
use worker::import::Watch;
use worker::reference::{ReferenceRequest, import_reference};

use crate::support::TestServer;

fn with_stock() -> TestServer {
    let server = TestServer::start(Limits::default());
    let file = server.folder.root().join("stock.csv");
    let rows: String =
        (1..=30).map(|day| format!("a,杭州西湖店,2025-11-{day:02},{}\nb,,2025-11-{day:02},0\n", day % 5)).collect();
    std::fs::write(&file, format!("sku,site,day,quantity\n{rows}")).unwrap();
    server.runtime.block_on(async {
        let control = Control::open(&server.folder.control()).await.unwrap();
        let new = NewWorkspace {
            id: "shop".into(),
            name: "Shop".into(),
            sample: None,
            zone: "UTC".into(),
            currency: None,
            place: 0,
            created_at_us: 1,
        };
        control.create_workspace(new).await.unwrap();
        let folder = server.folder.lake("shop");
        worker::folder::create_private(&folder).unwrap();
        let lake = Lake::open(&folder, LakeOptions::new(Mode::ReadWrite)).await.unwrap();
        let request = ReferenceRequest {
            workspace: "shop".into(),
            kind: TableKind::Stock,
            file: SourceFile::at(&file).unwrap(),
            mapping: ReferenceMapping::default(),
            valid_from: "2025-11-01".parse().unwrap(),
            source: "WMS".into(),
            currency: None,
        };
        import_reference(&server.folder, &lake, &request, &Watch::nobody()).await.unwrap();
    });
    server
}

#[test]
fn tables_are_listed_with_their_versions_and_shown_page_by_page() {
    let server = with_stock();
    let list = server.get("/v1/workspaces/shop/reference").json();
    let tables = list["tables"].as_array().unwrap();
    assert_eq!(tables.len(), TableKind::ALL.len());
    let stock = tables.iter().find(|table| table["table"] == "stock").unwrap();
    assert_eq!((&stock["sql"], &stock["versions"][0]["source"]), (&json!("reference_stock"), &json!("WMS")));
    assert_eq!(
        (&stock["versions"][0]["rows"], &stock["versions"][0]["in_force_from"], &stock["versions"][0]["in_force_to"]),
        (&json!(60), &json!("2025-11-01"), &Value::Null)
    );
    assert_eq!(tables[0]["versions"], json!([]));

    let rows = |query: &str| server.get(&format!("/v1/workspaces/shop/reference/stock?{query}")).json();
    let first = rows("limit=40");
    assert_eq!(
        (first["rows"].as_array().unwrap().len(), &first["total"], &first["next"]),
        (40, &json!(60), &json!(40))
    );
    let second = rows("limit=40&offset=40");
    assert_eq!((second["rows"].as_array().unwrap().len(), &second["next"]), (20, &Value::Null));
    let day = rows("as_of=2025-11-07");
    assert_eq!(
        day["rows"],
        json!([
            {"version": 1, "values": ["a", "杭州西湖店", "2025-11-07", 2.0, "2025-11-07", "2025-11-07"]},
            {"version": 1, "values": ["b", null, "2025-11-07", 0.0, "2025-11-07", "2025-11-07"]},
        ])
    );
    assert_eq!(rows("column=site&value=")["total"], json!(30));
    assert_eq!(rows("column=quantity&value=4")["total"], json!(6));
    // A table nobody imported is empty.
    assert_eq!(server.get("/v1/workspaces/shop/reference/catalogue").json()["total"], json!(0));
    let sql = json!({"sql": "SELECT sum(quantity) FROM reference_stock WHERE site IS NOT NULL"});
    assert_eq!(server.post("/v1/workspaces/shop/sql", &sql).json()["rows"], json!([[60.0]]));
}

#[test]
fn what_cannot_be_asked_is_told() {
    let server = with_stock();
    let ask = |path: &str, status: u16| server.get(&format!("/v1/workspaces/shop/reference/{path}")).code(status);
    assert_eq!(ask("stock?column=colour&value=red", 400), "column_unknown");
    assert_eq!(ask("stock?column=site", 400), "filter_invalid");
    assert_eq!(ask("stock?limit=0", 400), "limit_invalid");
    assert_eq!(ask("stock?as_of=yesterday", 400), "query_invalid");
    assert_eq!(ask("prices", 400), "path_invalid");
    assert_eq!(server.get("/v1/workspaces/none/reference").code(404), "workspace_unknown");
}
