//! Sites and their floors through HTTP: definitions with versions, answers that add up, single walks, and who sees what.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use analysis::place::ResolvedSite;
use ingest::SourceFile;
use lake::{Lake, LakeOptions, Mode};
use model::access::Role;
use serde_json::{Value, json};
use worker::import::{Target, Watch};
use worker::place::{PlaceImport, import_positions};

use crate::imports::{Desk, parsed};
use crate::stores::{limited_to, member};
use crate::support::{Browser, Response, TestServer, control, repository};

const AT: &str = "/v1/workspaces/shop/sites";

/// A hall of 10 m by 10 m: its left half is `a`, its right half `b`. The last of 9 who come stays in `a`.
fn hall(id: &str, shown_from: u32) -> Value {
    let zone = |id: &str, left: f64| {
        let (right, shape) = (left + 5.0, |x: f64, y: f64| json!([x, y]));
        let ring = json!([shape(left, 0.0), shape(right, 0.0), shape(right, 10.0), shape(left, 10.0)]);
        json!({"id": id, "name": id, "kind": "display", "shape": ring})
    };
    json!({
        "id": id, "name": {"zh-CN": "大厅", "en": "Hall"}, "time_zone": "Asia/Shanghai",
        "plans": [{"from": "2026-01-01", "floors": [{
            "id": "f1", "name": "F1", "outline": [[0, 0], [10, 0], [10, 10], [0, 10]], "zones": [zone("a", 0.0), zone("b", 5.0)],
        }]}],
        "rules": {"shown_from": shown_from, "groups": null, "stitching": null, "staff": null,
                  "cleaning": {"smooth": false, "snap_m": null}},
    })
}

/// Walks of 32 seconds at a quarter metre a second, a minute after each other: 8 from end to end, one within `a`. Those of
/// the second day are 3.
fn walks() -> String {
    let mut rows = "track_id,t,x,y,floor\n".to_owned();
    for (day, walkers) in [(1, 9), (2, 3)] {
        for walker in 0..walkers {
            for second in 0..=32 {
                let x = 1.0 + 0.25 * f64::from(if walker == 8 { second / 4 } else { second });
                let (minute, y) = (walker, 1.0 + 0.5 * f64::from(walker));
                writeln!(rows, "{day}-{walker},2026-03-0{day}T02:{minute:02}:{second:02}Z,{x},{y},f1").unwrap();
            }
        }
    }
    rows
}

/// A server where the hall's positions were imported.
fn full(server: &TestServer, site: &Value) {
    let file = server.folder.root().join("walks.csv");
    std::fs::write(&file, walks()).unwrap();
    server.runtime.block_on(async {
        let control = control(server).await;
        let lake = Lake::open(&server.folder.lake("shop"), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
        let definition = serde_json::from_value(site.clone()).unwrap();
        let site = ResolvedSite { version: 1, definition };
        let files = vec![SourceFile::at(&file).unwrap()];
        let request = PlaceImport { workspace: "shop".to_owned(), site, sensor: None, files };
        let target = Target { folder: &server.folder, control: &control, lake: &lake };
        let summary = import_positions(target, &request, &Watch::nobody()).await.unwrap();
        assert_eq!(summary.files[0].rejected, 0);
    });
}

fn ask(who: &Browser<'_>, what: &str, body: &Value) -> Response {
    who.send("POST", &format!("{AT}/hall/{what}"), body)
}

#[test]
fn sites_have_versions_and_faults_say_where() {
    let server = TestServer::start(server::config::Limits::default());
    server.workspace("shop", "UTC");
    let one = |id: &str| format!("{AT}/{id}");
    assert_eq!(server.put(&one("hall"), &hall("hall", 5)).json(), json!({"version": 1, "created": true}));
    assert_eq!(server.put(&one("hall"), &hall("hall", 5)).json(), json!({"version": 1, "created": false}));
    assert_eq!(server.put(&one("hall"), &hall("hall", 6)).json(), json!({"version": 2, "created": true}));
    let stale = server.put(&format!("{}?expected_version=1", one("hall")), &hall("hall", 7));
    assert_eq!(stale.code(409), "version_conflict");
    assert_eq!(server.put(&one("other"), &hall("hall", 5)).code(422), "definition_invalid");
    let mut crossed = hall("crossed", 5);
    crossed["plans"][0]["floors"][0]["zones"][0]["shape"] = json!([[0, 0], [5, 5], [5, 0], [0, 5]]);
    let refused = server.put(&one("crossed"), &crossed);
    assert!(refused.body.contains("plans[0].floors[0].zones[0].shape"), "{}", refused.body);
    let fault = parsed(&refused)["error"]["details"][0].clone();
    assert_eq!((&fault["code"], &fault["values"]), (&json!("shape_crosses"), &json!(["2.50", "2.50", "1", "3"])));
    assert_eq!(refused.code(422), "definition_invalid");

    let shown = server.get(&one("hall")).json();
    assert_eq!((&shown["version"], &shown["site"]["rules"]["shown_from"]), (&json!(2), &json!(6)));
    assert_eq!(server.get(&format!("{}?version=1", one("hall"))).json()["site"]["rules"]["shown_from"], 5);
    assert_eq!(server.get(&format!("{}/versions", one("hall"))).json()["versions"][1]["version"], 1);
    let listed = server.get(AT).json()["sites"][0].clone();
    assert_eq!((&listed["id"], &listed["floors"], &listed["zones"]), (&json!("hall"), &json!(1), &json!(2)));
    assert_eq!(server.send("DELETE", &one("hall"), &[], "").json(), json!({"id": "hall"}));
    assert_eq!(server.get(&one("hall")).code(404), "site_unknown");
    assert_eq!(server.get(&format!("{}/versions", one("hall"))).code(404), "site_unknown");
}

#[test]
fn answers_are_those_of_the_walks_and_few_are_withheld() {
    let server = TestServer::start(server::config::Limits::default());
    server.workspace("shop", "UTC");
    let site = hall("hall", 5);
    server.put(&format!("{AT}/hall"), &site).json();
    full(&server, &site);
    let who = Browser::new(&server);
    let first = json!({"from": "2026-03-01", "to": "2026-03-01"});
    let both = json!({});

    let visits = ask(&who, "visits", &both).json();
    assert_eq!(
        (&visits["visits"], &visits["units"], &visits["median_seconds"]),
        (&json!(12), &json!(12), &json!(32.0))
    );
    assert_eq!(
        visits["occupancy"],
        json!([{"minute": 600, "entered": 12, "mean": 12.0 * 32.0 / 1800.0 / 2.0, "most": 1}])
    );
    let meta = &visits["meta"];
    assert_eq!((&meta["shown_from"], &meta["days"]), (&json!(5), &json!(["2026-03-01", "2026-03-02"])));
    let of_first = ask(&who, "visits", &json!({"scope": first})).json();
    assert_eq!((&of_first["visits"], of_first["meta"]["filters"].as_array().unwrap().len()), (&json!(9), 1));

    let zones = ask(&who, "zones", &json!({"scope": first})).json();
    let zone = |at: usize, what: &str| zones["zones"][at][what].clone();
    assert_eq!([zone(0, "visits"), zone(1, "visits"), zones["visits"].clone()], [9, 8, 9].map(Value::from));
    assert_eq!([zone(0, "exact_seconds"), zone(1, "exact_seconds")], [8.0 * 16.0 + 32.0, 8.0 * 16.0].map(Value::from));
    let link = |from: Value, to: Value, times: u64| json!({"from": from, "to": to, "times": times, "visits": times});
    let flows = ask(&who, "flows", &json!({"scope": first})).json();
    let moves = [link(json!(null), json!("a"), 9), link(json!("a"), json!("b"), 8), link(json!("b"), json!(null), 8)];
    assert_eq!(flows["moves"]["links"], json!(moves));
    assert_eq!((&flows["moves"]["withheld"], &flows["moves"]["times"]), (&json!({"links": 1, "times": 1}), &json!(26)));
    assert_eq!(flows["ends"]["links"], json!([link(json!("a"), json!("b"), 8)]));

    let heat = ask(&who, "heat", &json!({"cell_m": 5, "scope": first})).json()["floors"][0].clone();
    assert_eq!((&heat["origin"], &heat["columns"], &heat["rows"]), (&json!([0.0, 0.0]), &json!(2), &json!(2)));
    // Walks lie half a metre apart from 1 m up; the lower two cells hold all of them.
    assert_eq!((&heat["cells"], &heat["cell_visits"]), (&json!([0, 1]), &json!([8, 8])));
    assert_eq!((&heat["cell_seconds"], &heat["seconds"]), (&json!([128.0, 128.0]), &json!(288.0)));
    assert_eq!(heat["withheld"], json!({"cells": 1, "seconds": 32.0}));

    // The second day's walks are too few.
    let second = json!({"scope": {"from": "2026-03-02"}});
    let few = ask(&who, "zones", &second).json();
    assert_eq!((&few["zones"], few["withheld"].as_array().unwrap().len(), &few["visits"]), (&json!([]), 2, &json!(3)));
    let few = ask(&who, "flows", &second).json();
    let sums =
        json!({"times": 9, "links": [], "withheld": {"links": 3, "times": 9}, "left_out": {"links": 0, "times": 0}});
    assert_eq!(few["moves"], sums);
    let few = ask(&who, "heat", &second).json()["floors"][0].clone();
    assert_eq!((&few["cells"], &few["seconds"], &few["withheld"]["seconds"]), (&json!([]), &json!(96.0), &json!(96.0)));

    let refused = |what: &str, body: Value| ask(&who, what, &body).code(400);
    assert_eq!(refused("zones", json!({"scope": {"floor": "roof"}})), "question_invalid");
    assert_eq!(refused("heat", json!({"cell_m": 0.001})), "question_invalid");
    assert_eq!(refused("staffing", json!({"promise_share": 2})), "question_invalid");
    assert_eq!(refused("visits/list", json!({"limit": 0})), "question_invalid");
    assert_eq!(refused("visits/list", json!({"after": "x"})), "question_invalid");
    assert_eq!(refused("tracks", json!({"day": "2026-03-01", "from_minute": 9, "to_minute": 9})), "question_invalid");
    assert_eq!(ask(&who, "zones", &json!({"version": 9})).code(404), "site_unknown");
}

#[test]
fn single_visits_come_in_pages_and_walks_as_they_were_walked() {
    let server = TestServer::start(server::config::Limits::default());
    server.workspace("shop", "UTC");
    let site = hall("hall", 5);
    server.put(&format!("{AT}/hall"), &site).json();
    full(&server, &site);
    let who = Browser::new(&server);
    let all = ask(&who, "visits/list", &json!({"limit": 200})).json();
    let listed = all["visits"].as_array().unwrap();
    assert_eq!((listed.len(), &all["next"]), (12, &Value::Null));
    assert!(listed.windows(2).all(|two| two[0]["enter_us"].as_i64() < two[1]["enter_us"].as_i64()));
    assert_eq!((&listed[0]["zones"], &listed[8]["zones"]), (&json!(["a", "b"]), &json!(["a"])));
    assert_eq!((&listed[0]["walked_m"], &listed[8]["walked_m"]), (&json!(8.0), &json!(2.0)));
    let (mut paged, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = ask(&who, "visits/list", &json!({"limit": 5, "after": after})).json();
        paged.extend(page["visits"].as_array().unwrap().clone());
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(paged, *listed);
    let in_b = ask(&who, "visits/list", &json!({"zone": "b", "scope": {"to": "2026-03-01"}})).json();
    assert_eq!(in_b["visits"].as_array().unwrap().len(), 8);
    assert_eq!(ask(&who, "visits/list", &json!({"zone": "c"})).code(400), "question_invalid");

    let day = json!({"day": "2026-03-01"});
    let played = ask(&who, "tracks", &day).json();
    assert_eq!((&played["points"], &played["next"]), (&json!(9 * 33), &Value::Null));
    let from_us = played["from_us"].as_i64().unwrap();
    let sums = |track: &Value, column: &str| -> Vec<i64> {
        let steps = track[column].as_array().unwrap().iter().map(|step| step.as_i64().unwrap());
        steps
            .scan(0, |sum, step| {
                Some({
                    *sum += step;
                    *sum
                })
            })
            .collect()
    };
    for (number, track) in (0i64..).zip(played["tracks"].as_array().unwrap()) {
        // 02:00 in London is 10:00 there.
        let seconds = |second: i64| (36_000 + 60 * number + second) * 1_000;
        assert_eq!(sums(track, "t_ms"), (0..=32).map(seconds).collect::<Vec<_>>());
        let x = |second: i64| 100 + 25 * if number == 8 { second / 4 } else { second };
        assert_eq!(sums(track, "x_cm"), (0..=32).map(x).collect::<Vec<_>>());
        assert_eq!((&track["visit"], &track["floor"]), (&listed[number as usize]["visit"], &json!("f1")));
    }
    assert_eq!(played["to_us"].as_i64().unwrap() - from_us, 1_500 * 60_000_000);
    let window = json!({"day": "2026-03-01", "from_minute": 603, "to_minute": 605});
    let window = ask(&who, "tracks", &window).json();
    assert_eq!((window["tracks"].as_array().unwrap().len(), &window["tracks"][0]["t_ms"][0]), (2, &json!(0)));
    assert_eq!(ask(&who, "tracks", &json!({"day": "2026-03-09"})).json()["tracks"], json!([]));
}

#[test]
fn every_figure_leads_to_as_many_visits_as_it_says() {
    let server = TestServer::start(server::config::Limits::default());
    server.workspace("shop", "UTC");
    let mut site = hall("hall", 1);
    let zones = &mut site["plans"][0]["floors"][0]["zones"];
    // People who walk as slowly as these do wait in `a` and are served in `b`.
    (zones[0]["kind"], zones[1]["kind"]) = (json!("queue_tail"), json!("till"));
    (zones[0]["engaged_seconds"], zones[1]["engaged_seconds"]) = (json!(20), json!(10));
    server.put(&format!("{AT}/hall"), &site).json();
    full(&server, &site);
    let who = Browser::new(&server);
    let behind =
        |body: Value| -> Vec<Value> { ask(&who, "visits/list", &body).json()["visits"].as_array().unwrap().clone() };
    let of = |figure: &str, more: Value| {
        let mut asked = json!({"figure": figure});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        behind(json!({"behind": asked, "limit": 200})).len()
    };
    let zones = ask(&who, "zones", &json!({})).json();
    for zone in zones["zones"].as_array().unwrap() {
        for figure in ["stopped", "engaged", "first", "last"] {
            assert_eq!(json!(of(figure, json!({"zone": zone["zone"]}))), zone[figure], "{figure} of {}", zone["zone"]);
        }
    }
    assert_eq!((of("engaged", json!({"zone": "a"})), of("engaged", json!({"zone": "b"}))), (1, 11));
    let flows = ask(&who, "flows", &json!({})).json();
    for (list, figure) in [("moves", "move"), ("ends", "ends"), ("first_stops", "first_stop")] {
        let links = flows[list]["links"].as_array().unwrap();
        assert!(!links.is_empty());
        for link in links {
            let ends = match figure {
                "first_stop" => json!({"to": link["to"]}),
                _ => json!({"from": link["from"], "to": link["to"]}),
            };
            assert_eq!(json!(of(figure, ends)), link["visits"], "{list}: {link}");
        }
    }
    let queue = ask(&who, "queues", &json!({})).json()["queues"][0].clone();
    assert_eq!(json!(of("queue", json!({"queue": "a"}))), queue["joined"]);
    for (ended, figure) in [("served", "served"), ("abandoned", "abandoned"), ("unknown", "unknown")] {
        assert_eq!(json!(of("queue", json!({"queue": "a", "ended": ended}))), queue[figure], "{ended}");
    }
    assert_eq!((&queue["joined"], &queue["served"]), (&json!(12), &json!(11)));

    // Who walks straight from end to end makes no detour, and nobody bought.
    assert_eq!((behind(json!({"bought": true})).len(), behind(json!({"bought": false})).len()), (0, 12));
    assert_eq!(behind(json!({"detour_from": 5})).len(), 0);
    assert_eq!(ask(&who, "visits/list", &json!({"detour_from": -1})).code(400), "question_invalid");
    let unknown = json!({"behind": {"figure": "last", "zone": "z"}});
    assert_eq!(ask(&who, "visits/list", &unknown).code(400), "question_invalid");

    let first = behind(json!({"limit": 1}))[0].clone();
    assert_eq!(first["stays"].as_array().unwrap().len(), 2);
    assert_eq!((&first["stays"][0]["zone"], &first["stays"][1]["zone"]), (&json!("a"), &json!("b")));
    assert_eq!((&first["waits"][0]["queue"], &first["waits"][0]["ended"]), (&json!("a"), &json!("served")));
    let walk = ask(&who, "tracks", &json!({"day": "2026-03-01", "visit": first["visit"]})).json();
    assert_eq!((walk["tracks"].as_array().unwrap().len(), &walk["tracks"][0]["visit"]), (1, &first["visit"]));
}

#[test]
fn single_walks_are_for_those_who_see_customers_and_each_store_for_its_own() {
    let server = TestServer::secured();
    server.workspace("shop", "UTC");
    let site = hall("hall", 5);
    let owner = member(&server, "owner", "shop", Role::Owner.into());
    assert_eq!(owner.send("PUT", &format!("{AT}/hall"), &site).status, 200);
    assert_eq!(owner.send("PUT", &format!("{AT}/annex"), &hall("annex", 5)).status, 200);
    full(&server, &site);
    let viewer = member(&server, "viewer", "shop", Role::Viewer.into());
    let there = member(&server, "there", "shop", limited_to(Role::Analyst, &["hall"]));
    let elsewhere = member(&server, "elsewhere", "shop", limited_to(Role::Analyst, &["annex"]));
    let day = json!({"day": "2026-03-01"});
    assert_eq!(ask(&viewer, "zones", &json!({})).status, 200);
    assert_eq!(ask(&viewer, "tracks", &day).code(403), "role_refused");
    assert_eq!(ask(&viewer, "visits/list", &json!({})).code(403), "role_refused");
    assert_eq!(viewer.send("PUT", &format!("{AT}/hall"), &site).code(403), "role_refused");
    assert_eq!(ask(&there, "tracks", &day).json(), ask(&owner, "tracks", &day).json());
    for (what, body) in
        [("visits", json!({})), ("heat", json!({})), ("tracks", day.clone()), ("visits/list", json!({}))]
    {
        assert_eq!(ask(&elsewhere, what, &body).code(404), "site_unknown", "{what}");
    }
    assert_eq!(elsewhere.get(&format!("{AT}/hall")).code(404), "site_unknown");
    assert_eq!(elsewhere.get(&format!("{AT}/hall/versions")).code(404), "site_unknown");
    let ids = |who: &Browser<'_>| -> Vec<String> {
        let sites = who.get(AT).json()["sites"].as_array().unwrap().clone();
        sites.iter().map(|site| site["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (ids(&owner), ids(&there), ids(&elsewhere)),
        (vec!["annex".into(), "hall".into()], vec!["hall".into()], vec!["annex".into()])
    );
    // A store is seen by any name it is known by, which is that of one site.
    let mut annex = hall("annex", 5);
    annex["known_as"] = json!(["S0012"]);
    assert_eq!(owner.send("PUT", &format!("{AT}/annex"), &annex).status, 200);
    let by_name = member(&server, "by-name", "shop", limited_to(Role::Analyst, &["S0012"]));
    assert_eq!(ids(&by_name), ["annex"]);
    for (place, name) in [("hall", "S0012"), ("hall", "annex"), ("annex", "hall")] {
        let mut named = hall(place, 5);
        named["known_as"] = json!([name]);
        let refused = owner.send("PUT", &format!("{AT}/{place}"), &named);
        assert_eq!(parsed(&refused)["error"]["details"][0]["path"], "known_as[0]", "{place} {name}: {}", refused.body);
        assert_eq!(refused.code(422), "definition_invalid");
    }
    let log = owner.get("/v1/workspaces/shop/audit").json();
    let entries = log["entries"].as_array().unwrap();
    let of = |person: &str, action: &str| {
        entries.iter().filter(|entry| entry["person"]["id"] == person && entry["action"] == action).count()
    };
    assert_eq!((of("there", "customers_seen"), of("owner", "site_change"), of("viewer", "customers_seen")), (1, 3, 0));
}

fn plan_file(name: &str) -> Vec<u8> {
    std::fs::read(repository().join("testdata/place/floorplans").join(name)).unwrap()
}

#[test]
fn a_plan_that_was_handed_in_is_read_and_nothing_is_stored() {
    let server = TestServer::start(server::config::Limits::default());
    let desk = Desk::of(&server, server.workspace("shop", "UTC"));
    let areas = String::from_utf8(plan_file("zone_areas.csv")).unwrap();
    let row = |line: &str| -> Option<(String, f64)> {
        let cells: Vec<&str> = line.split(',').collect();
        Some((cells[0].to_lowercase().replace('_', "-"), cells[2].parse().ok()?))
    };
    let expected: BTreeMap<String, f64> = areas.lines().filter_map(row).collect();
    for name in ["shop.geojson", "shop_mm.dxf", "shop_20px_per_m.svg"] {
        let upload = desk.hand_in(name, &plan_file(name));
        let unit = if name.ends_with("svg") { json!(0.05) } else { Value::Null };
        let draft = desk.ask(&upload, "plan", &json!({"metres_per_unit": unit})).json();
        let floor = &draft["areas"][0];
        assert!((floor["outline_m2"].as_f64().unwrap() - 600.0).abs() < 1e-6, "{name}: {floor}");
        let found = floor["zones"].as_array().unwrap().iter();
        let found: BTreeMap<String, f64> = found
            .map(|zone| (zone["zone"].as_str().unwrap().to_lowercase(), zone["area_m2"].as_f64().unwrap()))
            .collect();
        for (zone, area) in &expected {
            assert!((found[zone] - area).abs() < 0.001, "{name}: {zone} {area} {found:?}");
        }
        assert_eq!((&draft["faults"], &draft["residual_m"]), (&json!([]), &Value::Null), "{name}");
    }
    let points: Value = serde_json::from_slice(&plan_file("shop_png_calibration.json")).unwrap();
    let points: Vec<Value> = points["control_points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| json!({"pixel": point["px"], "metres": point["m"]}))
        .collect();
    let picture = desk.hand_in("shop.png", &plan_file("shop_20px_per_m.png"));
    // A fourth corner is said 40 cm too far to the right: an affine fit spreads that over all four alike.
    let fourth = json!({"pixel": [600, 0], "metres": [30.4, 20]});
    let corners = [points, vec![fourth]].concat();
    let draft = desk.ask(&picture, "plan", &json!({"control_points": corners})).json();
    let misses = draft["misses_m"].as_array().unwrap();
    assert!(misses.len() == 4 && misses.iter().all(|miss| (miss.as_f64().unwrap() - 0.1).abs() < 1e-6), "{misses:?}");
    assert!((draft["residual_m"].as_f64().unwrap() - 0.1).abs() < 1e-6);
    assert_eq!(desk.ask(&picture, "plan", &json!({})).code(422), "plan_unreadable");
    assert_eq!(desk.ask(&picture, "plan", &json!({"format": "dxf"})).code(422), "plan_unreadable");
    assert_eq!(server.get(AT).json(), json!({"sites": []}));
    let other = desk.hand_in("notes.txt", b"no plan");
    assert_eq!(desk.ask(&other, "plan", &json!({})).code(422), "plan_unreadable");
    assert_eq!(desk.ask("nowhere", "plan", &json!({})).code(404), "upload_unknown");
}

#[test]
fn positions_come_in_by_uploads_are_read_anew_and_removed() {
    let server = TestServer::start(server::config::Limits::default());
    let desk = Desk::of(&server, server.workspace("shop", "UTC"));
    server.put(&format!("{AT}/hall"), &hall("hall", 5)).json();
    let days = || server.get(&format!("{AT}/hall/days")).json()["days"].clone();
    assert_eq!(days(), json!([]));
    let text = format!("{}9-1,2026-03-01T02:30:00Z,1,1,roof\n9-2,2025-03-01T02:30:00Z,1,1,f1\n", walks());
    let begin = |body: &Value| server.post(&format!("{AT}/hall/imports"), body);
    let import = |text: &str| {
        let upload = desk.hand_in("walks.csv", text.as_bytes());
        let begun = begin(&json!({"upload": upload}));
        assert_eq!(begun.status, 202, "{}", begun.body);
        let job = desk.follow(parsed(&begun)["id"].as_str().unwrap());
        assert_eq!((&job["state"], &job["site"]), (&json!("done"), &json!("hall")), "{job}");
        (upload, job["positions"].clone())
    };
    let (upload, done) = import(&text);
    assert_eq!(
        (&done["outcome"], &done["sightings"], &done["rejected"]),
        (&json!("imported"), &json!(12 * 33), &json!(2))
    );
    assert_eq!(done["rejected_by_code"], json!({"floor_unknown": 1, "plan_missing": 1}));
    let rejects = server.get(&format!("/v1/workspaces/shop/imports/{}/rejects", done["rejects"].as_str().unwrap()));
    assert!(rejects.body.contains("no floor `roof`") && !rejects.body.contains("9-1"), "{}", rejects.body);
    assert_eq!(done["days"][0]["report"]["visits"], 9);
    assert_eq!(server.get(&format!("/v1/workspaces/shop/uploads/{upload}")).code(404), "upload_unknown");
    let held = days();
    assert_eq!((&held[0]["sightings"], &held[1]["day"]), (&json!(9 * 33), &json!("2026-03-02")));
    let who = Browser::new(&server);
    assert_eq!(ask(&who, "visits", &json!({})).json()["visits"], 12);
    let visits = || desk.row("SELECT count(*) FROM events WHERE event = 'store_enter' AND site = 'hall'")[0].clone();
    assert_eq!(visits(), 12);
    assert_eq!(import(&text).1["outcome"], "unchanged");

    // By another rule nobody stayed long enough.
    let mut site = hall("hall", 5);
    site["rules"]["visits"] = json!({"least_seconds": 60});
    server.put(&format!("{AT}/hall"), &site).json();
    let replay = || {
        let begun = server.post(&format!("{AT}/hall/replay"), &json!({}));
        desk.follow(parsed(&begun)["id"].as_str().unwrap())
    };
    let job = replay();
    assert_eq!((&job["upload"], &job["positions"]["outcome"]), (&Value::Null, &Value::Null));
    assert_eq!(job["positions"]["days"][1]["report"]["passers_by"], 3);
    assert_eq!(visits(), 0);
    server.put(&format!("{AT}/hall"), &hall("hall", 5)).json();
    replay();
    assert_eq!(visits(), 12);
    assert_eq!(replay()["positions"]["days"][0]["unchanged"], true);

    let remove = |query: &str| server.send("DELETE", &format!("{AT}/hall/positions?{query}"), &[], "");
    assert_eq!(remove("").code(400), "days_invalid");
    assert_eq!(remove("all=true&day=2026-03-01").code(400), "days_invalid");
    assert_eq!(remove("day=2026-03-02").json(), json!({"positions": 3 * 33}));
    assert_eq!(days().as_array().unwrap().len(), 1);
    assert_eq!(ask(&who, "visits", &json!({})).json()["visits"], 9);
    assert_eq!(import(&text).1["outcome"], "unchanged");
    assert_eq!(remove("all=true").json(), json!({"positions": 9 * 33}));
    assert_eq!(import(&text).1["outcome"], "imported");
    assert_eq!(ask(&who, "visits", &json!({})).json()["visits"], 12);
    assert_eq!(begin(&json!({"upload": "nowhere"})).code(404), "upload_unknown");
    assert_eq!(server.post(&format!("{AT}/annex/replay"), &json!({})).code(404), "site_unknown");
    let wrong = desk.hand_in("orders.csv", b"time,member\n2026-03-01,1\n");
    let begun = parsed(&begin(&json!({"upload": wrong})));
    let failed = desk.follow(begun["id"].as_str().unwrap());
    assert_eq!(
        (&failed["state"], failed["failure"]["message"].as_str().unwrap().contains("orders.csv")),
        (&json!("failed"), true)
    );
}

const SCANS: &str = "source: door\ntime: time\nidentifiers: [{namespace: member_no, column: member}]\nevent: event\n\
                     channel: {const: store}\ncolumns: {zone: zone, site: {const: hall}}\n";

/// The first walker is in `b` then, and nobody else is.
const SCAN: &[u8] = b"time,event,zone,member\n2026-03-01T02:00:30Z,member_scan,b,M-1\n";

#[test]
fn a_day_that_is_kept_is_read_anew_when_what_it_follows_from_changes() {
    let server = TestServer::start(server::config::Limits::default());
    let desk = Desk::of(&server, server.workspace("shop", "UTC"));
    let mut site = hall("hall", 1);
    site["rules"]["members"] = json!({});
    server.put(&format!("{AT}/hall"), &site).json();
    let import = |text: &str| {
        let upload = desk.hand_in("walks.csv", text.as_bytes());
        let begun = parsed(&server.post(&format!("{AT}/hall/imports"), &json!({"upload": upload})));
        assert_eq!(desk.follow(begun["id"].as_str().unwrap())["state"], "done");
    };
    import(&walks());
    let who = Browser::new(&server);
    let visits = |scope: Value| ask(&who, "visits", &json!({"scope": scope})).json()["visits"].clone();
    let of_first_day = json!({"to": "2026-03-01"});
    let twice = [visits(json!({})), visits(json!({}))];
    assert_eq!(twice, [12, 12]);
    assert_eq!(visits(of_first_day.clone()), 9);

    // Another walker of the first day, from a file that came later.
    let later =
        (0..=32).map(|second| format!("late,2026-03-01T03:00:{second:02}Z,{},9,f1\n", 1.0 + 0.25 * f64::from(second)));
    import(&format!("track_id,t,x,y,floor\n{}", later.collect::<String>()));
    assert_eq!([visits(json!({})), visits(of_first_day.clone())], [13, 10]);

    let customers = || {
        let listed = ask(&who, "visits/list", &json!({})).json()["visits"].clone();
        listed.as_array().unwrap().iter().filter(|visit| !visit["customer"].is_null()).count()
    };
    assert_eq!(customers(), 0);
    let upload = desk.hand_in("scans.csv", SCAN);
    assert_eq!(desk.import(&upload, SCANS, false)["result"]["events"], 1);
    assert_eq!(customers(), 1);

    site["rules"]["visits"] = json!({"least_seconds": 60});
    server.put(&format!("{AT}/hall"), &site).json();
    assert_eq!(visits(json!({})), 0);
    let before = ask(&who, "visits", &json!({"version": 1})).json();
    assert_eq!((&before["visits"], &before["meta"]["report"]["scans"]), (&json!(13), &json!(1)));
    server.send("DELETE", &format!("{AT}/hall/positions?day=2026-03-02"), &[], "").json();
    assert_eq!(ask(&who, "visits", &json!({"version": 1})).json()["visits"], 10);
}

#[test]
fn a_walk_that_was_scanned_opens_as_a_customer_and_others_as_visits() {
    let server = TestServer::start(server::config::Limits::default());
    let desk = Desk::of(&server, server.workspace("shop", "UTC"));
    let mut site = hall("hall", 5);
    site["rules"]["members"] = json!({});
    server.put(&format!("{AT}/hall"), &site).json();
    let upload = desk.hand_in("scans.csv", SCAN);
    assert_eq!(desk.import(&upload, SCANS, false)["result"]["events"], 1);
    let upload = desk.hand_in("walks.csv", walks().as_bytes());
    let begun = parsed(&server.post(&format!("{AT}/hall/imports"), &json!({"upload": upload})));
    let job = desk.follow(begun["id"].as_str().unwrap());
    let report = &job["positions"]["days"][0]["report"];
    assert_eq!((&report["scans"], &report["members"], &report["returned"]), (&json!(1), &json!(1), &json!(0)), "{job}");
    let who = Browser::new(&server);
    let listed = ask(&who, "visits/list", &json!({"zone": "b"})).json()["visits"].clone();
    let customer = listed[0]["customer"].as_str().unwrap();
    assert!(listed[0]["customer_probability"].as_f64().unwrap() > 0.9, "{}", listed[0]);
    assert!(listed.as_array().unwrap()[1..].iter().all(|visit| visit["customer"].is_null()));
    let life = server.get(&format!("/v1/workspaces/shop/customers/{customer}")).json();
    let events: Vec<&str> =
        life["events"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert!(events.contains(&"store_enter") && events.contains(&"member_scan"), "{events:?}");
    let alone = desk.row("SELECT count(DISTINCT customer) FROM events WHERE event = 'store_enter'");
    assert_eq!(alone[0], 12);
}

/// The hall, and from the second of March on with `a` and `b` in each other's place.
fn changed_hall() -> Value {
    let mut site = hall("hall", 1);
    let mut next = site["plans"][0].clone();
    next["from"] = json!("2026-03-02");
    for (zone, other) in [(0, 1), (1, 0)] {
        next["floors"][0]["zones"][zone]["shape"] = site["plans"][0]["floors"][0]["zones"][other]["shape"].clone();
    }
    site["plans"].as_array_mut().unwrap().push(next);
    site
}

#[test]
fn a_layout_is_forecast_kept_and_scored_by_what_happened() {
    let server = TestServer::secured();
    server.workspace("shop", "UTC");
    let site = hall("hall", 1);
    let owner = member(&server, "owner", "shop", Role::Owner.into());
    assert_eq!(owner.send("PUT", &format!("{AT}/hall"), &site).status, 200);
    full(&server, &site);
    let first = json!({"from": "2026-03-01", "to": "2026-03-01"});
    let swap = json!({"scope": first, "change": {"swaps": [["a", "b"]]}});
    let forecast = ask(&owner, "forecast", &swap).json();
    assert_eq!((&forecast["visits"], &forecast["floor"]), (&json!(9), &json!("f1")));
    // Eight walk through both halves whatever they are called; one stops in `a` twice, and goes with it.
    assert_eq!((&forecast["edited"], &forecast["moved_stops"]), (&json!(1), &json!(2)));
    let zone = |at: usize, what: &str| forecast["zones"][at]["reached"][what].as_f64().unwrap();
    assert_eq!([zone(0, "measured"), zone(1, "measured")], [9.0, 8.0]);
    assert!(zone(0, "forecast") > 8.4 && zone(0, "forecast") <= 9.0, "{forecast:#}");
    assert!(zone(1, "forecast") >= 8.0 && zone(1, "forecast") <= 9.0, "{forecast:#}");
    for at in 0..2 {
        assert!(zone(at, "low") <= zone(at, "forecast") && zone(at, "forecast") <= zone(at, "high"));
    }

    let refused = |change: Value| {
        let refusal = ask(&owner, "forecast", &json!({"scope": first, "change": change}));
        assert_eq!(refusal.code(400), "question_invalid", "{}", refusal.body);
    };
    refused(json!({}));
    refused(json!({"swaps": [["a", "a"]]}));
    refused(json!({"swaps": [["a", "roof"]]}));
    refused(json!({"moves": [{"zone": "a", "by_m": [50, 0]}]}));
    refused(json!({"plan": "2026-03-02"}));
    refused(json!({"swaps": [["a", "b"]], "plan": "2026-01-01"}));

    let at = format!("{AT}/hall/forecasts");
    let keep = json!({"title": "Halves exchanged", "question": swap});
    let viewer = member(&server, "viewer", "shop", Role::Viewer.into());
    assert_eq!(viewer.send("POST", &at, &keep).code(403), "role_refused");
    assert_eq!(owner.send("POST", &at, &json!({"title": " ", "question": swap})).code(400), "request_invalid");
    let kept = owner.send("POST", &at, &keep).json();
    assert_eq!(kept["forecast"]["answer"]["zones"], forecast["zones"]);
    let one = format!("{at}/{}", kept["id"]);
    assert_eq!(viewer.get(&one).json(), kept);
    let listed = viewer.get(&at).json();
    assert_eq!(
        (&listed["forecasts"][0]["title"], &listed["forecasts"][0]["created_by"]),
        (&json!("Halves exchanged"), &kept["created_by"])
    );

    // Nothing is scored before the change is in the definition.
    let score = format!("{one}/score");
    assert_eq!(viewer.send("POST", &score, &json!({})).code(400), "question_invalid");
    assert_eq!(owner.send("PUT", &format!("{AT}/hall"), &changed_hall()).status, 200);
    let scored = viewer.send("POST", &score, &json!({})).json();
    assert_eq!((&scored["visits"], &scored["of_visits"]), (&json!(3), &json!(9)));
    let zones = scored["zones"]["scored"].as_array().unwrap();
    // All three of the second day walked through both: of nine, nine.
    assert_eq!((&zones[0]["happened"], &zones[1]["happened"]), (&json!(9.0), &json!(9.0)));
    assert_eq!((&zones[0]["error_of_no_change"], &zones[1]["error_of_no_change"]), (&json!(0.0), &json!(-1.0)));
    assert_eq!(scored["zones"]["mean_error_of_no_change"], json!(0.5));
    // What was kept stays as it was.
    assert_eq!(viewer.get(&one).json(), kept);
    // The plan of the definition is the same change.
    let by_plan = ask(&owner, "forecast", &json!({"change": {"plan": "2026-03-02"}})).json();
    assert_eq!(by_plan["zones"], forecast["zones"]);

    let elsewhere = member(&server, "elsewhere", "shop", limited_to(Role::Analyst, &["annex"]));
    assert_eq!(elsewhere.get(&one).code(404), "site_unknown");
    assert_eq!(elsewhere.send("POST", &score, &json!({})).code(404), "site_unknown");
    assert_eq!(owner.send("DELETE", &one, &json!({})).json(), json!({"id": kept["id"]}));
    assert_eq!(owner.get(&one).code(404), "forecast_unknown");
    let log = owner.get("/v1/workspaces/shop/audit").json();
    let actions: Vec<&str> =
        log["entries"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert!(actions.contains(&"place_forecast") && actions.contains(&"place_forecast_deletion"), "{actions:?}");
}

/// Eight days of sixty who stay at the tea for 20 s, walk by `b` and leave a till. On the first four days somebody of the
/// staff stands beside seven in ten, afterwards beside one in ten. Three in five of the attended buy tea, one in five of the
/// others.
fn tea() -> (String, String) {
    let (mut walks, mut sales) = ("track_id,t,x,y,floor,kind\n".to_owned(), "time,event,amount\n".to_owned());
    for day in 1..=8 {
        for walker in 0..60 {
            let attended = walker % 10 < if day <= 4 { 7 } else { 1 };
            let bought = walker / 10 % 5 < if attended { 3 } else { 1 };
            let at = |second: u32| format!("2026-03-0{day}T02:{walker:02}:{second:02}Z");
            for second in 0..=32u32 {
                let x = f64::from(second.clamp(20, 27) - 18);
                writeln!(walks, "{day}-{walker},{},{x},5,f1,customer", at(second)).unwrap();
                if attended && second < 20 {
                    writeln!(walks, "staff-{day},{},2.5,6,f1,staff", at(second)).unwrap();
                }
            }
            if bought {
                writeln!(sales, "{},purchase,20", at(32)).unwrap();
            }
        }
    }
    (walks, sales)
}

#[test]
fn pains_name_the_cause_and_open_the_visits_they_hit() {
    let server = TestServer::start(server::config::Limits::default());
    let desk = Desk::of(&server, server.workspace("shop", "UTC"));
    let mut site = hall("hall", 5);
    let zones = &mut site["plans"][0]["floors"][0]["zones"];
    zones[0]["category"] = json!("tea");
    zones[1]["high_margin"] = json!(true);
    zones[1]["shape"] = json!([[5, 0], [8, 0], [8, 10], [5, 10]]);
    let till = json!({"id": "till", "name": "till", "kind": "till", "shape": [[8, 0], [10, 0], [10, 10], [8, 10]]});
    zones.as_array_mut().unwrap().push(till);
    site["rules"]["receipts"] = json!({});
    server.put(&format!("{AT}/hall"), &site).json();
    let (walks, sales) = tea();
    let mapping = "source: tills\ntime: time\nidentifiers: [{namespace: receipt, column: time}]\nevent: event\n\
                   channel: {const: store}\ncolumns: {amount: amount, site: {const: hall}, category: {const: tea}}\n";
    let upload = desk.hand_in("sales.csv", sales.as_bytes());
    desk.import(&upload, mapping, false);
    let upload = desk.hand_in("walks.csv", walks.as_bytes());
    let begun = parsed(&server.post(&format!("{AT}/hall/imports"), &json!({"upload": upload})));
    desk.follow(begun["id"].as_str().unwrap());

    let who = Browser::new(&server);
    let answer = ask(&who, "pains", &json!({})).json();
    let of = |kind: &str| answer["pains"].as_array().unwrap().iter().find(|pain| pain["kind"] == kind).cloned();
    let pain = of("dwell_without_purchase").unwrap();
    assert_eq!((&pain["zone"], &pain["comparison"]), (&json!("a"), &json!("other_days")), "{pain}");
    assert_eq!((&pain["from"], &pain["to"]), (&json!("2026-03-05"), &json!("2026-03-08")));
    // Beside one in ten: of 6 a day 3 in 5 buy; of the other 54, those of 2 tens of 6 do, but for their first.
    let bought = |walker: u32| walker / 10 % 5 < if walker.is_multiple_of(10) { 3 } else { 1 };
    let hits = 4 * (0..60).filter(|walker| !bought(*walker)).count() as u64;
    assert_eq!((&pain["observed"]["hits"], &pain["observed"]["exposed"]), (&json!(hits), &json!(240)));
    let staff = &pain["causes"][0];
    assert_eq!((&staff["kind"], &staff["basis"]), (&json!("staff"), &json!("contrast")), "{pain}");
    assert_eq!((&staff["share_here"], &staff["share_reference"]), (&json!(0.9), &json!(0.3)));
    assert_eq!((&pain["causes"][1], &pain["collect"]), (&Value::Null, &json!([])));
    let money = pain["money"]["amount"]["value"].as_f64().unwrap();
    let per_month = pain["per_month"]["value"].as_f64().unwrap();
    assert!((money - 20.0 * per_month).abs() < 1e-6, "who buys spends 20: {pain}");
    assert!(pain["suggestions"][0]["title"]["en"].as_str().unwrap().contains("staff"));
    assert_eq!(of("unattended").unwrap()["zone"], "a");
    assert_eq!(of("passed_by"), None, "everybody passes by b, every day");
    assert!(answer["not_asked"][0]["en"].as_str().unwrap().contains("queue"));

    let mut listed = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = ask(&who, "visits/list", &json!({"pain": pain["pick"], "limit": 200, "after": after})).json();
        listed.extend(page["visits"].as_array().unwrap().clone());
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(listed.len() as u64, hits);
    assert!(
        listed.iter().all(|visit| visit["receipts"] == json!([]) && visit["day"].as_str().unwrap() >= "2026-03-05")
    );
    let trips = ask(&who, "trips", &json!({})).json();
    let way: Vec<&str> =
        trips["types"][0]["zones"].as_array().unwrap().iter().map(|zone| zone["zone"].as_str().unwrap()).collect();
    assert_eq!((trips["types"].as_array().unwrap().len(), way), (1, vec!["a", "b", "till"]), "all went the same way");
    let (bought, visits) = (&trips["types"][0]["bought"], &trips["types"][0]["visits"]);
    assert_eq!((bought.as_u64().unwrap(), visits), (sales.lines().count() as u64 - 1, &json!(480)));
    let exposure = &trips["exposures"][0];
    assert_eq!((&exposure["zone"], &exposure["reach"]), (&json!("b"), &json!(1.0)));
    assert_eq!((&exposure["stop_rate"], &exposure["than_others"]["value"]), (&json!(0.0), &json!(-1.0)));
    assert_eq!((&trips["spillovers"], &trips["looks"]), (&json!([]), &json!(0)), "nobody walked past the tea");
    assert_eq!(ask(&who, "trips", &json!({"types": 0})).code(400), "question_invalid");
    assert_eq!(ask(&who, "visits/list", &json!({"pain": "x"})).code(400), "question_invalid");
    assert_eq!(ask(&who, "pains", &json!({"limits": {"detour": 0.5}})).code(400), "question_invalid");
}
