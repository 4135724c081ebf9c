//! Serving, and the demo.

use serde_json::json;

use crate::support::{Installation, get, repository, url};

#[cfg(unix)]
#[test]
fn serve_prints_its_url_and_ends_cleanly() {
    let here = Installation::new();
    let mut server = here.start(&["serve", "--open", "--listen", "127.0.0.1:0", "--print-url"]);
    let url = url(&mut server);
    assert!(get(&url, "/v1/workspaces").ends_with("{\"workspaces\":[]}"));
    crate::support::signal(&server, "TERM");
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn serve_tells_programs_its_url() {
    let here = Installation::new();
    let mut server = here.start(&["serve", "--listen", "127.0.0.1:0", "--json"]);
    let line: serde_json::Value = serde_json::from_str(&url(&mut server)).unwrap();
    let (url, setup) = (line["url"].as_str().unwrap(), line["setup"].as_str().unwrap());
    assert!(setup.starts_with(&format!("{url}/setup?token=")), "{setup}");
    assert!(get(url, "/v1/workspaces").contains("401 Unauthorized"), "without --open people sign in");
    assert!(get(url, "/v1/session").contains("\"setup\":true"));
    crate::support::signal(&server, "TERM");
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

#[test]
fn an_open_server_refuses_addresses_others_can_reach() {
    let run = Installation::new().run(&["serve", "--open", "--listen", "0.0.0.0:0"]).expect(2);
    assert!(run.stderr.contains("loopback") && run.stderr.contains("without --open"), "{}", run.stderr);
}

#[test]
fn the_demo_loads_once_and_leaves_what_people_changed() {
    let here = Installation::new();
    let samples = here.path("samples");
    let shop = repository().join("samples/ecom");
    std::fs::create_dir_all(samples.join("ecom/journeys")).unwrap();
    for file in ["ecom.csv.gz", "mapping.yaml", "workspace.yaml", "journeys/online-purchase.yaml"] {
        std::fs::copy(shop.join(file), samples.join("ecom").join(file)).unwrap();
    }
    let demo = || here.json(&["demo", "--samples", samples.to_str().unwrap(), "--no-serve"]);
    let first = demo();
    assert_eq!((&first[0]["workspace"], &first[0]["import"]["events"]), (&json!("ecom"), &json!(31_106)));
    assert_eq!(first[0]["journeys"], json!([["online-purchase", 1]]));
    let file = shop.join("journeys/online-purchase.yaml");
    let edited = std::fs::read_to_string(&file).unwrap().replace("gap: 14d", "gap: 9d");
    let edited = here.write("edited.yaml", &edited);
    here.run(&["journey", "import", &edited, "-w", "ecom"]).expect(0);
    let second = demo();
    assert_eq!((&second[0]["import"]["rows_now"], &second[0]["journeys"][0][1]), (&json!(0), &json!(2)));
    assert_eq!(here.json(&["journey", "show", "online-purchase", "-w", "ecom"])["journey"]["gap"], "9d");
    here.run(&["demo", "--samples", "nowhere", "--no-serve"]).expect(4);
}

#[test]
fn the_demo_reads_the_positions_of_a_sample_once_and_each_day_on_its_own_plan() {
    let here = Installation::new();
    let samples = here.path("samples");
    let floor = repository().join("samples/floor");
    std::fs::create_dir_all(samples.join("floor")).unwrap();
    for part in ["workspace.yaml", "sites", "positions", "mapping.yaml", "receipts.csv"] {
        std::os::unix::fs::symlink(floor.join(part), samples.join("floor").join(part)).unwrap();
    }
    let demo = || here.json(&["demo", "--samples", samples.to_str().unwrap(), "--no-serve"]);
    let sites = json!([["west-lake", 1], ["xixi-yintai", 1], ["hangzhou-joycity", 1]]);
    assert_eq!(demo()[0]["sites"], sites);
    let visits = || here.json(&["place", "visits", "--site", "west-lake", "-w", "floor"]);
    let first = visits();
    // The first day's 742 tracks are 712 visits (testdata/place); packed files are read like others.
    let days: Vec<_> = first["days"].as_array().unwrap().iter().map(|day| (&day["day"], &day["visits"])).collect();
    assert_eq!(days[0], (&json!("2026-03-01"), &json!(712)));
    assert_eq!((days.len(), days[1].0), (2, &json!("2026-03-02")));
    assert_eq!(first["sales"]["receipts"], json!(950));
    assert_eq!((demo()[0]["sites"].clone(), visits()["visits"].clone()), (sites, first["visits"].clone()));
}
