//! Files that are handed in, through all steps: an unknown CSV and an Excel workbook, cut-off pieces, damage, limits,
//! imports that are stopped and go on, and imports beside a live sender. Numbers are those of the importer that the
//! command line runs, over the same file.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;

use ingest::{Mapping, SourceFile};
use lake::{Lake, LakeOptions, Mode};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};
use server::config::Limits;
use worker::import::{BATCH_EVENTS, ImportRequest, ImportSummary, KnownUnderOtherMapping, Target, Watch, import};

use crate::doors::{Shop, purchase};
use crate::support::{Response, TestServer, control};

/// Orders of a shop as somebody exports them: a title nobody told us, no zone, no channel, two rows that are no orders.
fn orders(rows: usize) -> String {
    let mut text = "下单时间,会员号,金额,备注\n".to_owned();
    for n in 0..rows {
        let time = match n {
            3 => "昨天".to_owned(),
            _ => format!("2026/03/{:02} {:02}:{:02}", n % 28 + 1, n / 28 % 24, n / 672 % 60),
        };
        let member = if n == 7 { String::new() } else { format!("M{:04}", n % 500) };
        writeln!(text, "{time},{member},{}.5,备注{n}", n % 90).unwrap();
    }
    text
}

/// The same rows as a workbook: a title above the table, real dates, and a sheet before it that is empty.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").unwrap();
    let sheet = book.add_worksheet().set_name("订单").unwrap();
    sheet.write(0, 0, "三月订单").unwrap();
    for (column, name) in ["下单时间", "会员号", "金额"].iter().enumerate() {
        sheet.write(2, column as u16, *name).unwrap();
    }
    let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for n in 0..40_u32 {
        let time = ExcelDateTime::from_ymd(2026, 3, (n % 28 + 1) as u8).unwrap().and_hms(10, 0, 0).unwrap();
        sheet.write_with_format(3 + n, 0, &time, &format).unwrap();
        sheet.write(3 + n, 1, format!("M{n}")).unwrap();
        sheet.write(3 + n, 2, f64::from(n)).unwrap();
    }
    let other = book.add_worksheet().set_name("退货").unwrap();
    other.write(0, 0, "会员号").unwrap();
    other.write(1, 0, "M1").unwrap();
    book.save_to_buffer().unwrap()
}

/// A workspace that files are handed in to.
pub(crate) struct Desk<'a> {
    server: &'a TestServer,
    at: String,
}

impl Desk<'_> {
    pub(crate) fn of(server: &TestServer, at: impl Into<String>) -> Desk<'_> {
        Desk { server, at: at.into() }
    }

    fn begin(&self, name: &str, bytes: usize) -> Response {
        self.server.post(&format!("{}/uploads", self.at), &json!({ "name": name, "bytes": bytes }))
    }

    fn piece(&self, upload: &str, offset: usize, bytes: &[u8]) -> Response {
        let path = format!("{}/uploads/{upload}?offset={offset}", self.at);
        self.server.send_bytes("PUT", &path, &[("content-type", "application/octet-stream")], bytes)
    }

    /// Hands a file in at once.
    pub(crate) fn hand_in(&self, name: &str, bytes: &[u8]) -> String {
        let begun = self.begin(name, bytes.len());
        assert_eq!(begun.status, 201, "{}", begun.body);
        let id = parsed(&begun)["id"].as_str().unwrap().to_owned();
        assert_eq!(self.piece(&id, 0, bytes).json()["received"], bytes.len());
        id
    }

    pub(crate) fn ask(&self, upload: &str, what: &str, body: &Value) -> Response {
        self.server.post(&format!("{}/uploads/{upload}/{what}", self.at), body)
    }

    fn start(&self, upload: &str, mapping: &str, replace: bool) -> Response {
        let body = json!({ "upload": upload, "mapping": mapping, "replace": replace });
        self.server.post(&format!("{}/imports", self.at), &body)
    }

    /// Starts an import and follows it to its end.
    pub(crate) fn import(&self, upload: &str, mapping: &str, replace: bool) -> Value {
        let begun = self.start(upload, mapping, replace);
        assert_eq!(begun.status, 202, "{}", begun.body);
        self.follow(parsed(&begun)["id"].as_str().unwrap())
    }

    pub(crate) fn follow(&self, id: &str) -> Value {
        loop {
            let job = self.server.get(&format!("{}/imports/{id}", self.at)).json();
            if job["state"] != "running" {
                return job;
            }
            std::thread::yield_now();
        }
    }

    pub(crate) fn row(&self, sql: &str) -> Value {
        self.server.post(&format!("{}/sql", self.at), &json!({ "sql": sql })).json()["rows"][0].clone()
    }
}

pub(crate) fn parsed(response: &Response) -> Value {
    serde_json::from_str(&response.body).unwrap()
}

/// The file imported as the command line does it, into a workspace of its own.
fn import_by_command(server: &TestServer, workspace: &str, name: &str, bytes: &[u8], mapping: &str) -> ImportSummary {
    server.workspace(workspace, "Asia/Shanghai");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    server.runtime.block_on(async {
        let control = control(server).await;
        let path_of_lake = server.folder.lake(workspace);
        worker::folder::create_private(&path_of_lake).unwrap();
        let lake = Lake::open(&path_of_lake, LakeOptions::new(Mode::ReadWrite)).await.unwrap();
        let request = ImportRequest {
            workspace: workspace.to_owned(),
            files: vec![SourceFile::at(&path).unwrap()],
            mapping: Arc::new(Mapping::from_yaml(mapping).unwrap()),
            mapping_folder: folder.path().to_owned(),
            known: KnownUnderOtherMapping::Refuse,
            batch_events: BATCH_EVENTS,
            now_us: 1,
        };
        let target = Target { folder: &server.folder, control: &control, lake: &lake };
        let summary = import(target, &request, &Watch::nobody()).await.unwrap();
        lake.flush().await.unwrap();
        summary
    })
}

const SUMS: &str = "SELECT count(*), sum(amount), min(time), max(time), count(DISTINCT profile) FROM events";

#[test]
fn an_unknown_csv_goes_from_a_drop_to_events() {
    let server = TestServer::start(Limits::default());
    let desk = Desk::of(&server, server.workspace("shop", "Asia/Shanghai"));
    let text = orders(2_000);
    let bytes = text.as_bytes();

    // Three pieces; the second is cut off in the middle, and sent anew from where the server is.
    let id = parsed(&desk.begin("三月 订单.csv", bytes.len()))["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.piece(&id, 0, &bytes[..9_000]).json()["received"], 9_000);
    let mut cut = TcpStream::connect(server.address).unwrap();
    let head = format!(
        "PUT {}/uploads/{id}?offset=9000 HTTP/1.1\r\nhost: {}\r\ncontent-length: 9000\r\n\r\n",
        desk.at, server.address
    );
    cut.write_all(head.as_bytes()).unwrap();
    cut.write_all(&bytes[9_000..12_000]).unwrap();
    drop(cut);
    let shown = server.get(&format!("{}/uploads/{id}", desk.at)).json();
    assert_eq!((&shown["received"], &shown["name"]), (&json!(9_000), &json!("三月 订单.csv")));
    assert_eq!(desk.ask(&id, "suggestion", &json!({})).code(409), "upload_incomplete");
    assert_eq!(desk.piece(&id, 0, &bytes[..9_000]).code(409), "upload_offset");
    assert_eq!(desk.piece(&id, 9_000, &bytes[9_000..]).json()["received"], bytes.len());

    let suggested = desk.ask(&id, "suggestion", &json!({})).json();
    assert_eq!((&suggested["format"], &suggested["rows"]), (&json!("csv"), &json!(2_000)));
    let names: Vec<_> = suggested["columns"].as_array().unwrap().iter().map(|column| &column["name"]).collect();
    assert_eq!(names, ["下单时间", "会员号", "金额", "备注"]);
    assert_eq!(suggested["columns"][1]["samples"], json!(["M0000", "M0001", "M0002"]));
    let file = &suggested["mapping"]["files"][0];
    assert_eq!(file["identifiers"], json!([{ "namespace": "会员号", "column": "会员号" }]));
    let doubts: Vec<_> = suggested["doubts"].as_array().unwrap().iter().map(|doubt| &doubt["code"]).collect();
    assert!(doubts.contains(&&json!("channel_missing")) && doubts.contains(&&json!("event_missing")), "{doubts:?}");

    // What the table of columns makes of it, as JSON, which is YAML.
    let mapping = json!({
        "source": "orders",
        "files": [{
            "time": { "column": "下单时间", "format": "%Y/%m/%d %H:%M", "zone": "Asia/Shanghai" },
            "identifiers": [{ "namespace": "member_no", "column": "会员号" }],
            "event": { "const": "order" }, "channel": { "const": "store" }, "columns": { "amount": "金额" },
        }],
    })
    .to_string();
    let preview = desk.ask(&id, "preview", &json!({ "mapping": mapping })).json();
    assert_eq!(
        [&preview["rows"], &preview["events"], &preview["rejected"], &preview["skipped"]],
        [&json!(2_000), &json!(1_998), &json!(2), &json!(0)]
    );
    assert_eq!(preview["event_names"], json!({ "order": 1_998 }));
    assert_eq!(preview["rejected_by_code"], json!({ "time_unreadable": 1, "identifier_missing": 1 }));
    assert_eq!(preview["first_rejected"][0]["line"], 5);
    assert_eq!(preview["first_events"][0]["props"], json!({ "备注": "备注0" }));
    assert!(server.get(&desk.at).json()["events"] == 0, "nothing was written");

    let job = desk.import(&id, &mapping, false);
    assert_eq!(job["state"], "done", "{job}");
    let by_command = import_by_command(&server, "by-command", "三月 订单.csv", bytes, &mapping);
    let result = &job["result"];
    assert_eq!(result["events"], by_command.totals.events);
    assert_eq!(result["rejected_by_code"], json!(by_command.totals.rejected));
    assert_eq!(result["batch"], by_command.files[0].batch, "the same file under the same mapping is the same import");
    let other = Desk::of(&server, "/v1/workspaces/by-command");
    assert_eq!(desk.row(SUMS), other.row(SUMS));
    assert_eq!(desk.row(SUMS)[0], 1_998);

    // It is gone, its history is there, and its rejected rows can be had.
    assert_eq!(server.get(&format!("{}/uploads/{id}", desk.at)).code(404), "upload_unknown");
    let uploads = server.folder.uploads("shop");
    assert_eq!(std::fs::read_dir(&uploads).unwrap().count(), 0);
    let imports = server.get(&format!("{}/imports", desk.at)).json();
    assert_eq!((&imports["imports"][0]["file"], &imports["newest"]["id"]), (&json!("三月 订单.csv"), &job["id"]));
    let rejects = format!("{}/imports/{}/rejects", desk.at, result["batch"].as_str().unwrap());
    let kept = server.get(&rejects);
    assert_eq!((kept.header("content-type"), kept.status), ("application/x-ndjson", 200));
    assert!(kept.body.contains("昨天") && kept.body.contains("identifier_missing"), "{}", kept.body);
    let table = server.get(&format!("{rejects}?format=csv"));
    assert!(table.header("content-disposition").contains(".csv"));
    let head = "\u{feff}下单时间,会员号,金额,备注,rejected_line,rejected_code,rejected_field,rejected_reason\r\n";
    assert!(table.body.contains(&format!("{head}昨天,M0003,3.5,备注3,5,time_unreadable,")), "{}", table.body);
    let chinese = server.get(&format!("{rejects}?format=csv&lang=zh-CN"));
    assert!(chinese.body.contains("被拒行号") && chinese.body.contains("时间无法识别"), "{}", chinese.body);
    assert_eq!(server.get(&format!("{rejects}?format=csv&lang=fr")).code(400), "language_unknown");
    // Packed, as browsers ask for it, it comes to its end too: the last chunk is empty.
    let packed = server.send("GET", &format!("{rejects}?format=csv"), &[("accept-encoding", "gzip")], "");
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.body.ends_with("0\r\n\r\n"), "the stream ended as it should");
    let strange = server.get(&format!("{}/imports/..%2F..%2Fcontrol/rejects", desk.at));
    assert_eq!(strange.code(404), "rejects_unknown");

    again_and_otherwise(&desk, bytes, &mapping);
}

/// The same file once more, and under another mapping.
fn again_and_otherwise(desk: &Desk<'_>, bytes: &[u8], mapping: &str) {
    let before = desk.row(SUMS);
    let again = desk.import(&desk.hand_in("三月 订单.csv", bytes), mapping, false);
    assert_eq!((&again["state"], &again["result"]["outcome"]), (&json!("done"), &json!("unchanged")));
    assert_eq!(again["result"]["rejected"], 2);
    assert_eq!(desk.row(SUMS), before);
    let other = mapping.replace("store", "branch");
    let id = desk.hand_in("三月 订单.csv", bytes);
    let refused = desk.import(&id, &other, false);
    assert_eq!((&refused["state"], &refused["failure"]["code"]), (&json!("failed"), &json!("import_known")));
    let message = refused["failure"]["message"].as_str().unwrap();
    assert!(message.contains("三月 订单.csv") && !message.contains(".part"), "{message}");
    let replaced = desk.import(&id, &other, true);
    assert_eq!(
        (&replaced["result"]["outcome"], &replaced["result"]["replaced_rows"]),
        (&json!("replaced"), &json!(1_998))
    );
    assert_eq!(desk.row("SELECT count(*), min(channel), max(channel) FROM events"), json!([1_998, "branch", "branch"]));
}

#[test]
fn a_workbook_is_read_sheet_by_sheet() {
    let server = TestServer::start(Limits::default());
    let desk = Desk::of(&server, server.workspace("shop", "Asia/Shanghai"));
    let bytes = workbook();
    let id = desk.hand_in("三月.xlsx", &bytes);
    let suggested = desk.ask(&id, "suggestion", &json!({})).json();
    assert_eq!((&suggested["format"], &suggested["sheet"]), (&json!("xlsx"), &json!("订单")));
    assert_eq!(suggested["sheets"], json!(["说明", "订单", "退货"]));
    let other = desk.ask(&id, "suggestion", &json!({ "sheet": "退货" })).json();
    assert_eq!(other["columns"].as_array().unwrap().len(), 1);
    let nowhere = desk.ask(&id, "suggestion", &json!({ "sheet": "四月" }));
    assert_eq!(nowhere.code(422), "mapping_unfit");
    assert!(nowhere.body.contains("三月.xlsx") && !nowhere.body.contains("uploads/"), "{}", nowhere.body);

    let mapping =
        suggested["yaml"].as_str().unwrap().replace("zone: UTC", "zone: Asia/Shanghai").replace("unknown", "store");
    let preview = desk.ask(&id, "preview", &json!({ "mapping": mapping })).json();
    assert_eq!((&preview["rows"], &preview["events"], &preview["rejected"]), (&json!(40), &json!(40), &json!(0)));
    let job = desk.import(&id, &mapping, false);
    assert_eq!((&job["state"], &job["result"]["events"]), (&json!("done"), &json!(40)), "{job}");
    let by_command = import_by_command(&server, "by-command", "三月.xlsx", &bytes, &mapping);
    assert_eq!(job["result"]["batch"], by_command.files[0].batch);
    assert_eq!(desk.row(SUMS), Desk::of(&server, "/v1/workspaces/by-command").row(SUMS));
    assert_eq!(desk.row("SELECT sum(amount) FROM events"), json!([780.0]));
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    let server = TestServer::start(Limits { upload_bytes_max: 1 << 20, ..Limits::default() });
    let desk = Desk::of(&server, server.workspace("shop", "UTC"));
    assert_eq!(desk.begin("a.csv", (1 << 20) + 1).code(413), "upload_too_large");
    assert_eq!(desk.begin("a.csv", 0).code(400), "upload_refused");
    for name in ["", "../../control.db", "a\\b.csv", "a\nb.csv"] {
        assert_eq!(desk.begin(name, 1).code(400), "upload_refused", "{name:?}");
    }
    for upload in ["nonsense", "..%2F..%2F..%2Fcontrol.db", &"0".repeat(32)] {
        assert_eq!(server.get(&format!("{}/uploads/{upload}", desk.at)).code(404), "upload_unknown");
    }
    let id = desk.hand_in("a.csv", orders(20).as_bytes());
    let too_far = desk.piece(&id, orders(20).len(), b"more");
    assert_eq!(too_far.code(400), "upload_refused");
    let large = vec![b'x'; worker::uploads::PIECE_BYTES_MAX + 1];
    assert_eq!(desk.piece(&id, 0, &large).code(413), "body_too_large");

    let faulty = "source: x\ntime: {column: 下单时间, zone: Mars/Phobos}\nidentifiers: []\nevent: {const: a}\nchannel: {const: b}\n";
    for refused in [desk.ask(&id, "preview", &json!({ "mapping": faulty })), desk.start(&id, faulty, false)] {
        assert_eq!(refused.code(422), "mapping_invalid");
        let details = parsed(&refused)["error"]["details"].clone();
        assert_eq!((&details[0]["path"], &details[0]["line"]), (&json!("time.zone"), &json!(2)), "{details}");
    }
    // A mapping reads the file that was handed in and none of this machine.
    let joining = "source: x\ntime: {column: 下单时间, zone: UTC}\nidentifiers: [{namespace: m, column: 会员号}]\n\
                   event: {const: a}\nchannel: {const: b}\nlookups: {all: {file: ../../../control.db, key: id}}\n";
    assert_eq!(desk.ask(&id, "preview", &json!({ "mapping": joining })).code(422), "mapping_invalid");
    assert_eq!(desk.start(&id, joining, false).code(422), "mapping_invalid");
    let unfit = joining.replace("lookups: {all: {file: ../../../control.db, key: id}}\n", "columns: {amount: 总额}\n");
    let unfit = desk.ask(&id, "preview", &json!({ "mapping": unfit }));
    assert_eq!(unfit.code(422), "mapping_unfit");
    assert!(unfit.body.contains("总额") && unfit.body.contains("a.csv"), "{}", unfit.body);

    let damaged = desk.hand_in("b.xlsx", &workbook()[..3_000]);
    let suggested = desk.ask(&damaged, "suggestion", &json!({}));
    assert_eq!(suggested.code(422), "file_damaged");
    assert!(suggested.body.contains("b.xlsx") && !suggested.body.contains(".part"), "{}", suggested.body);
    let foreign = desk.hand_in("c.sqlite", b"SQLite format 3\0 and more");
    assert_eq!(desk.ask(&foreign, "suggestion", &json!({})).code(422), "file_unsupported");
    for upload in [&id, &damaged, &foreign] {
        let path = format!("{}/uploads/{upload}", desk.at);
        assert_eq!(server.send("DELETE", &path, &[], "").status, 204);
    }
    let ids: Vec<String> = (0..worker::uploads::UPLOADS_MAX).map(|_| desk.hand_in("d.csv", b"a\n1\n")).collect();
    assert_eq!(desk.begin("e.csv", 1).code(409), "uploads_many");
    assert_eq!(server.get(&format!("{}/uploads", desk.at)).json()["uploads"].as_array().unwrap().len(), ids.len());
}

const LIVE: &str = "source: till\ntime: {column: 下单时间, format: \"%Y/%m/%d %H:%M\", zone: Asia/Shanghai}\n\
                    identifiers: [{namespace: member_no, column: 会员号}]\nevent: {const: order}\n\
                    channel: {const: store}\ncolumns: {amount: 金额}\n";

#[test]
fn an_import_runs_beside_a_live_sender_stops_and_goes_on() {
    const ROWS: usize = 12_000;
    let shop = Shop::open(Limits { import_batch_events: 500, ..Limits::default() });
    let desk = Desk::of(&shop.server, shop.at.clone());
    let text = orders(ROWS);
    let id = desk.hand_in("orders.csv", text.as_bytes());
    let begun = parsed(&desk.start(&id, LIVE, false));
    let job = begun["id"].as_str().unwrap();
    let second = desk.start(&id, LIVE, false);
    assert_eq!(second.code(409), "import_running");
    let path = format!("{}/uploads/{id}", desk.at);
    assert_eq!(shop.server.send("DELETE", &path, &[], "").code(409), "import_running");
    // Events come in all the while, and each is there once its sender was answered.
    let mut sent = 0_u64;
    let stop_at = 1_000;
    loop {
        let now = shop.server.get(&format!("{}/imports/{job}", desk.at)).json();
        if now["state"] != "running" || now["rows"].as_u64().unwrap() >= stop_at {
            break;
        }
        assert_eq!(shop.send(&json!([purchase(&format!("m{sent}"), "1")])).status, 200);
        sent += 1;
    }
    let stopping = shop.server.send("DELETE", &format!("{}/imports/{job}", desk.at), &[], "");
    assert_eq!(stopping.status, 204);
    let stopped = desk.follow(job);
    assert_eq!(stopped["state"], "stopped", "{stopped}");
    let live = || shop.row("SELECT count(*) FROM events WHERE source = 'web'")[0].as_u64().unwrap();
    assert_eq!(live(), sent);
    let imported = shop.row("SELECT count(*) FROM events WHERE source = 'till'")[0].as_u64().unwrap();
    assert!(imported >= 500 && imported < ROWS as u64, "{imported}");

    // The file and its mapping are kept, and the import goes on with the row where it was.
    let kept = shop.server.get(&format!("{}/uploads", desk.at)).json()["uploads"][0].clone();
    assert_eq!((&kept["id"], &kept["mapping"]), (&json!(id), &json!(LIVE)));
    let begun = parsed(&desk.start(&id, LIVE, false));
    let job = begun["id"].as_str().unwrap();
    loop {
        assert_eq!(shop.send(&json!([purchase(&format!("m{sent}"), "1")])).status, 200);
        sent += 1;
        if shop.server.get(&format!("{}/imports/{job}", desk.at)).json()["state"] != "running" {
            break;
        }
    }
    let done = desk.follow(job);
    assert_eq!((&done["state"], &done["result"]["outcome"]), (&json!("done"), &json!("resumed")), "{done}");
    assert_eq!((&done["result"]["rows"], &done["result"]["rejected"]), (&json!(ROWS), &json!(2)));
    assert_eq!(shop.row("SELECT count(*) FROM events WHERE source = 'till'")[0], json!(ROWS - 2));
    assert_eq!(live(), sent);
    import_by_command(&shop.server, "by-command", "orders.csv", text.as_bytes(), LIVE);
    let sums = SUMS.replace("FROM events", "FROM events WHERE source = 'till'");
    assert_eq!(desk.row(&sums), Desk::of(&shop.server, "/v1/workspaces/by-command").row(&sums));
}
