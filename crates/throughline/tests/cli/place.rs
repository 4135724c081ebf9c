//! The floor: a made-up shop from its plan and its positions to answers, against the truth about it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use testkit::{Shop, golden, shop};

use crate::support::{Installation, post, repository, signal, url};

/// The first second of the shop's day, 08:00 in Shanghai.
const BEGIN: i64 = 1_772_323_200;

/// The shop as a site, from its plan. With `cleaned: false`, positions are believed as they are.
fn site(here: &Installation, cleaned: bool) -> Value {
    let plan = repository().join("testdata/place/synth_store/A_floor.geojson").display().to_string();
    let args = ["place", "plan", &plan, "--site", "shop-a", "--zone", "Asia/Shanghai"];
    let mut site = here.json(&args)["site"].clone();
    let front =
        json!({"id": "front", "name": "Front", "kind": "entrance", "shape": [[0, -1], [30, -1], [30, 1.5], [0, 1.5]]});
    site["plans"][0]["floors"][0]["zones"].as_array_mut().unwrap().push(front);
    if !cleaned {
        site["rules"]["cleaning"] = json!({"speed_max_m_s": null, "smooth": false, "snap_m": null});
    }
    site
}

fn add(here: &Installation, site: &Value) {
    let file = here.write("site.json", &site.to_string());
    here.run(&["place", "site", "add", &file, "-w", "shop"]).expect(0);
}

fn positions(shop: &Shop) -> String {
    let mut text = "track_id,t,x,y,floor,kind\n".to_owned();
    for track in &shop.tracks {
        for ((time_us, x), y) in track.time_us.iter().zip(&track.x).zip(&track.y) {
            let time = chrono::DateTime::from_timestamp_micros(BEGIN * 1_000_000 + time_us).unwrap();
            let time = time.format("%Y-%m-%dT%H:%M:%S%.3fZ");
            writeln!(text, "sensor-7-{},{time},{x},{y},,", track.id).unwrap();
        }
    }
    text
}

fn ask(here: &Installation, what: &str) -> Value {
    here.json(&["place", what, "--site", "shop-a", "-w", "shop"])
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn a_shops_positions_become_its_visits_and_answers_agree_with_the_truth_and_with_each_other() {
    let (here, shop) = (Installation::new(), shop());
    add(&here, &site(&here, false));
    let file = here.write("tracks.csv", &positions(&shop));
    let import = ["place", "import", &file, "--site", "shop-a", "-w", "shop"];
    let imported = here.json(&import);
    let sightings: usize = shop.tracks.iter().map(|track| track.time_us.len()).sum();
    assert_eq!(imported["files"][0]["sightings"], json!(sightings));
    let report = &imported["days"][0]["report"];
    assert_eq!(report["passers_by"], json!(2_062 - 742), "{report:#}");
    assert_eq!((&report["staff_by_place"], &report["staff_by_stay"]), (&json!(3), &json!(0)));
    assert_eq!((&report["visits"], &report["units"]), (&json!(712), &json!(612)));

    // The same again changes nothing, and what is read anew is what it was.
    let ids = || here.row("shop", "SELECT count(*), bit_xor(event_id) FROM events");
    let before = ids();
    let again = here.json(&import);
    assert_eq!((&again["files"][0]["outcome"], &again["days"][0]["unchanged"]), (&json!("unchanged"), &json!(true)));
    assert_eq!(ids(), before);
    add(&here, &site(&here, true));
    let replayed = ask(&here, "replay");
    assert_eq!(replayed[0]["replaced"], before[0]);
    assert_eq!(replayed[0]["report"]["sightings"], json!(sightings));
    add(&here, &site(&here, false));
    ask(&here, "replay");
    assert_eq!(ids(), before);

    let visits = ask(&here, "visits");
    assert_eq!((&visits["visits"], &visits["units"]), (&json!(712), &json!(612)));
    let entered: f64 = visits["occupancy"].as_array().unwrap().iter().map(|time| number(&time["entered"])).sum();
    assert_eq!(entered, 712.0);
    assert_eq!(here.row("shop", "SELECT count(*) FROM events WHERE event = 'store_enter' AND site = 'shop-a'")[0], 712);

    zones_agree(&here, &shop);
    queue_agrees(&here, &shop);
    the_sql_of_an_answer_counts_the_same(&here);
    table_functions_say_what_answers_say(&here);

    a_swap_is_forecast_and_written_down(&here, &shop);
    few_are_withheld_and_counted(&here);
    the_api_says_the_same(&here);

    let removed = here.json(&["place", "remove-tracks", "--site", "shop-a", "-w", "shop", "--all"]);
    assert_eq!(removed["positions"], json!(sightings));
    assert_eq!(ask(&here, "visits")["visits"], json!(0));
    assert_eq!(ids(), before);
    // Nothing of the site is left, so the file may be read anew, and says what it said.
    let anew = here.json(&import);
    assert_eq!(anew["files"][0]["sightings"], json!(sightings));
    assert_eq!((&ask(&here, "visits")["visits"], ids()), (&json!(712), before));
}

/// Produce at the door and wine at the back change places: who comes for either goes with it, and the rest stays.
fn a_swap_is_forecast_and_written_down(here: &Installation, shop: &Shop) {
    let args = ["place", "forecast", "--site", "shop-a", "-w", "shop", "--swap", "p0,b3"];
    let forecast = here.json(&[args.as_slice(), &["--keep", "Wine to the door"]].concat());
    assert_eq!(forecast["visits"], json!(712));
    let categories = forecast["categories"].as_array().unwrap();
    assert_eq!(categories.len(), 15);
    let of = |category: &str, what: &str| {
        let found = categories.iter().find(|one| one["of"] == category);
        number(&found.unwrap_or_else(|| panic!("no {category} in {categories:?}"))["reached"][what])
    };
    // By the truth, these stopped for them on the old layout; whoever needs it comes wherever it is.
    let stopped = shop.stops().into_iter().filter(|(_, slot, ..)| slot == "P0").count() as f64;
    assert!(of("wine", "measured") < 80.0 && of("wine", "forecast") > 2.0 * of("wine", "measured"));
    let (produce, came) = (of("produce", "forecast"), of("produce", "measured"));
    assert!(produce < came && produce > 0.9 * stopped, "{produce} of {came}, {stopped}");
    for one in categories {
        let value = |what: &str| number(&one["reached"][what]);
        assert!(value("low") <= value("forecast") && value("forecast") <= value("high"), "{one}");
        assert!(value("high") <= 712.0);
    }
    let text = here.run(&args).expect(0).stdout.clone();
    assert!(text.contains("wine") && text.contains("b3 → p0") && text.contains("90"), "{text}");
    let kept = here.json(&["place", "forecasts", "--site", "shop-a", "-w", "shop"]);
    assert_eq!((&kept[0]["id"], &kept[0]["forecast"]["title"]), (&forecast["kept"], &json!("Wine to the door")));
    assert_eq!(kept[0]["forecast"]["answer"]["categories"], forecast["categories"]);
    let id = forecast["kept"].to_string();
    // No plan of a later day says that anything was changed.
    here.run(&["place", "score", &id, "--site", "shop-a", "-w", "shop"]).expect(3);
    here.run(&["place", "remove-forecast", &id, "--site", "shop-a", "-w", "shop"]).expect(0);
    here.run(&["place", "forecast", "--site", "shop-a", "-w", "shop", "--swap", "p0"]).expect(2);
}

/// What fewer than k visits stand behind is in no list, and in every total.
fn few_are_withheld_and_counted(here: &Installation) {
    let asked = |shown_from: u64| {
        let mut site = site(here, false);
        site["rules"]["shown_from"] = json!(shown_from);
        add(here, &site);
        ["zones", "flows", "heat"].map(|what| ask(here, what))
    };
    let (all, some) = (asked(1), asked(60));
    let links = |flows: &Value, list: &str| -> BTreeMap<(String, String), (f64, f64)> {
        let links = flows[list]["links"].as_array().unwrap().iter();
        let ends = |link: &Value| (link["from"].to_string(), link["to"].to_string());
        links.map(|link| (ends(link), (number(&link["times"]), number(&link["visits"])))).collect()
    };
    let mut balance: BTreeMap<String, f64> = BTreeMap::new();
    for ((from, to), (times, _)) in links(&all[1], "moves") {
        *balance.entry(from).or_default() -= times;
        *balance.entry(to).or_default() += times;
    }
    assert!(balance.values().all(|sum| *sum == 0.0), "{balance:?}");
    for list in ["moves", "ends", "first_stops"] {
        let (mut expected, known) = (links(&all[1], list), all[1][list]["times"].clone());
        let whole = expected.len() as f64;
        assert_eq!(all[1][list]["withheld"], json!({"links": 0, "times": 0}));
        assert_eq!(number(&known), expected.values().map(|(times, _)| times).sum::<f64>());
        expected.retain(|_, (_, visits)| *visits >= 60.0);
        let (found, withheld) = (links(&some[1], list), &some[1][list]["withheld"]);
        assert_eq!((&found, &some[1][list]["times"]), (&expected, &known));
        assert!(list == "first_stops" || found.len() < whole as usize);
        assert_eq!(number(&withheld["links"]), whole - found.len() as f64);
        assert_eq!(number(&withheld["times"]), number(&known) - found.values().map(|(times, _)| times).sum::<f64>());
    }

    let zones = |answer: &Value| -> BTreeMap<String, Value> {
        let zones = answer["zones"].as_array().unwrap().iter();
        zones.map(|zone| (zone["zone"].as_str().unwrap().to_owned(), zone.clone())).collect()
    };
    let few = |zone: &Value| (1.0..60.0).contains(&number(&zone["visits"]));
    let mut expected = zones(&all[0]);
    let withheld: Vec<String> = expected.iter().filter(|(_, zone)| few(zone)).map(|(id, _)| id.clone()).collect();
    let told = some[0]["withheld"].as_array().unwrap().iter();
    let mut told: Vec<&str> = told.map(|zone| zone["zone"].as_str().unwrap()).collect();
    told.sort_unstable();
    assert!(told.len() < expected.len());
    assert_eq!(told, withheld);
    expected.retain(|id, _| !withheld.contains(id));
    for (id, zone) in zones(&some[0]) {
        let mut expected = expected.remove(&id).unwrap();
        if (1.0..60.0).contains(&zone["engaged"].as_f64().unwrap_or_default()) {
            expected["engaged_seconds"] = Value::Null;
        }
        assert_eq!(zone, expected);
    }
    assert!(expected.is_empty() && all[0]["withheld"] == json!([]));
    assert_eq!(some[0]["visits"], json!(712));

    let column = |heat: &Value, name: &str| -> Vec<f64> {
        heat["floors"][0][name].as_array().unwrap().iter().map(number).collect()
    };
    let [whole, shown] = [&all[2], &some[2]].map(|heat| (column(heat, "cells"), column(heat, "cell_visits")));
    let many = |(cell, visits): (&f64, &f64)| (*visits >= 60.0).then_some(*cell);
    let expected: Vec<f64> = whole.0.iter().zip(&whole.1).filter_map(many).collect();
    let floor = &some[2]["floors"][0];
    assert!(expected.len() > 100 && expected == shown.0, "{}", expected.len());
    assert_eq!(number(&floor["withheld"]["cells"]), (whole.0.len() - shown.0.len()) as f64);
    let told: f64 = column(&some[2], "cell_seconds").iter().sum();
    let sum = told + number(&floor["withheld"]["seconds"]) + number(&floor["beside_seconds"]);
    assert!((sum - number(&floor["seconds"])).abs() < 1e-6);
    assert_eq!(floor["seconds"], all[2]["floors"][0]["seconds"]);
    add(here, &site(here, false));
}

fn the_api_says_the_same(here: &Installation) {
    let mut server = here.start(&["serve", "--open", "--listen", "127.0.0.1:0", "--print-url"]);
    let address = url(&mut server);
    let plans = here.json(&["place", "site", "show", "shop-a", "-w", "shop"])["site"]["plans"].clone();
    let floor = plans[0]["floors"][0]["id"].as_str().unwrap().to_owned();
    let scope = json!({"floor": floor, "from": "2026-03-01"});
    for (what, path, body) in [
        ("visits", "visits", json!({})),
        ("zones", "zones", json!({})),
        ("flows", "flows", json!({})),
        ("heat", "heat", json!({"cell_m": 1})),
        ("queue", "queues", json!({})),
        ("staffing", "staffing", json!({"promise_seconds": 120, "promise_share": 0.9})),
    ] {
        let path = format!("/v1/workspaces/shop/sites/shop-a/{path}");
        assert_eq!(ask(here, what), post(&address, &path, &body), "{what}");
        let args = ["place", what, "--site", "shop-a", "-w", "shop", "--floor", &floor, "--from", "2026-03-01"];
        let mut body = body;
        body["scope"] = scope.clone();
        assert_eq!(here.json(&args), post(&address, &path, &body), "{what}");
    }
    signal(&server, "TERM");
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

#[test]
fn receipts_find_who_paid_and_scans_bring_back_who_returned() {
    let (here, shop) = (Installation::new(), shop());
    let mut site = site(&here, false);
    add(&here, &site);
    let file = here.write("tracks.csv", &positions(&shop));
    let import = ["place", "import", &file, "--site", "shop-a", "-w", "shop"];
    here.json(&import);
    let clock = |seconds: f64| {
        let at_us = BEGIN * 1_000_000 + (seconds * 1e6).round() as i64;
        chrono::DateTime::from_timestamp_micros(at_us).unwrap().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    };
    let mut amounts: BTreeMap<String, f64> = BTreeMap::new();
    for (receipt, _, amount) in shop.receipt_lines() {
        *amounts.entry(receipt).or_default() += amount;
    }
    let mut said = "time,event,zone,lane,amount,member,receipt\n".to_owned();
    let mut scanned = 0;
    let returned: BTreeMap<&str, &str> = shop
        .persons
        .values()
        .filter(|person| person["returned"] == "True")
        .map(|person| (&*person["receipt_id"], &*person["person_id"]))
        .collect();
    for (receipt, at_us) in shop.receipts() {
        let seconds = at_us as f64 / 1e6;
        writeln!(said, "{},purchase,,till-1,{:.2},,{receipt}", clock(seconds), amounts[&receipt]).unwrap();
        // Who returned showed their card at the till, too.
        if let Some(member) = returned.get(&*receipt) {
            writeln!(said, "{},member_scan,,,,M-{member},", clock(seconds)).unwrap();
            scanned += 1;
        }
    }
    // Who returned had scanned a code at a shelf where nobody else was, or at the door, both times; so had some others.
    let alone = alone_at_shelves(&shop);
    for track in &shop.tracks {
        let truth = shop.person(track.id);
        let is_of_interest = truth["returned"] == "True" || track.id % 9 == 0;
        // A track that goes on another does not come in by the door.
        let comes_in = track.y[0] < 1.5;
        if truth["role"] == "customer" && is_of_interest && comes_in {
            let at_door = (track.time_us[0] + 400_000, "front".to_owned());
            let (at_us, zone) = alone.get(&track.id).cloned().unwrap_or(at_door);
            writeln!(said, "{},member_scan,{zone},,,M-{},", clock(at_us as f64 / 1e6), truth["person_id"]).unwrap();
            scanned += 1;
        }
    }
    let mapping = here.write(
        "said.yaml",
        "source: till\ntime: time\nidentifiers:\n  - {namespace: member_no, column: member}\n  - {namespace: receipt_no, column: receipt}\nevent: event\n\
         channel: {const: store}\ncolumns:\n  amount: amount\n  zone: zone\n  site: {const: shop-a}\nprops: [lane]\n",
    );
    let file = here.write("said.csv", &said);
    here.run(&["import", &file, "--mapping", &mapping, "-w", "shop"]).expect(0);
    let visits = ask(&here, "visits");
    assert_eq!((&visits["units"], &visits["sales"]), (&json!(612), &Value::Null), "nothing is matched unasked");

    site["rules"]["receipts"] = json!({});
    // Readers tell times to half a second.
    site["rules"]["members"] = json!({"matching": {"scale_seconds": 0.5, "least_probability": 0.8}});
    add(&here, &site);
    let replayed = ask(&here, "replay");
    let report = &replayed[0]["report"];
    // 600 shopping units of 742 tracks: 712 visits, in 612 groups, 12 of which went on a visit before.
    assert_eq!(report["returned"], json!(12), "{report:#}");
    assert_eq!((&report["visits"], &report["units"]), (&json!(712), &json!(600)));
    assert_eq!((&report["receipts"], &report["scans"]), (&json!(476), &json!(scanned)));
    assert!(
        number(&report["receipts_matched"]) >= 466.0 && number(&report["members"]) <= f64::from(scanned),
        "{report:#}"
    );
    let visits = ask(&here, "visits");
    let sales = &visits["sales"];
    assert_eq!((&visits["units"], &sales["receipts"]), (&json!(600), &json!(476)));
    assert!((number(&sales["amount"]) - shop.sales()).abs() < 1.0);
    assert!((number(&sales["conversion"]) - 476.0 / 600.0).abs() < 1e-12);
    assert!((number(&visits["capture"]) - 712.0 / (712.0 + 1_320.0)).abs() < 1e-12);
    assert!((1.0..2.0).contains(&number(&visits["detour"]["median"])), "{}", visits["detour"]);

    // Members' lives hold their walks now.
    let joined = || {
        let sql = "SELECT count(*) FROM (SELECT customer FROM events WHERE event IN ('member_scan', 'store_enter') \
                   GROUP BY customer HAVING count(DISTINCT event) = 2)";
        here.row("shop", sql)[0].as_u64().unwrap()
    };
    assert!(joined() >= 50, "{}", joined());
    // Late scans are a reason to read a day anew, and so is taking the rule away.
    assert_eq!(ask(&here, "replay")[0]["unchanged"], json!(true));
    site["rules"]["members"] = Value::Null;
    add(&here, &site);
    assert_eq!(ask(&here, "replay")[0]["report"]["units"], json!(612));
    assert_eq!(joined(), 0);
}

/// Of each customer a moment well within a zone in which nobody else was for two seconds before and after, and its id.
fn alone_at_shelves(shop: &Shop) -> BTreeMap<u64, (i64, String)> {
    let inside = |ring: &[[f64; 2]], x: f64, y: f64| {
        let crossed = |pair: &&[[f64; 2]]| {
            let [[x1, y1], [x2, y2]] = [pair[0], pair[1]];
            (y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
        };
        ring.windows(2).filter(crossed).count() % 2 == 1
    };
    let mut there: BTreeMap<(usize, i64), Vec<u64>> = BTreeMap::new();
    let people =
        || shop.tracks.iter().filter(|track| ["customer", "companion"].contains(&&*shop.person(track.id)["role"]));
    for track in people() {
        for ((time_us, x), y) in track.time_us.iter().zip(&track.x).zip(&track.y) {
            for (number, zone) in shop.zones.iter().enumerate().filter(|(_, zone)| zone.kind == "zone") {
                if inside(&zone.rings[0], *x, *y) {
                    there.entry((number, time_us / 1_000_000)).or_default().push(track.id);
                }
            }
        }
    }
    let mut alone = BTreeMap::new();
    for ((zone, second), tracks) in &there {
        let at = |second: i64| there.get(&(*zone, second)).cloned().unwrap_or_default();
        let [track] = tracks[..] else { continue };
        let stays = at(second - 1) == [track] && at(second + 1) == [track];
        if stays && (second - 2..=second + 2).all(|second| at(second).iter().all(|other| *other == track)) {
            alone.entry(track).or_insert((second * 1_000_000, shop.zones[*zone].id.to_lowercase()));
        }
    }
    alone
}

/// Time within zones is another library's to the millisecond, and events say what the answer says.
fn zones_agree(here: &Installation, shop: &Shop) {
    let mut expected: BTreeMap<String, f64> = BTreeMap::new();
    for row in golden::csv("shop_a_dwell.csv") {
        let track: u64 = row["track_id"].parse().unwrap();
        if ["customer", "companion"].contains(&shop.person(track)["role"].as_str()) {
            *expected.entry(row["zone"].to_lowercase()).or_default() += row["dwell_s"].parse::<f64>().unwrap();
        }
    }
    let answer = ask(here, "zones");
    let dwell = r#"CAST(regexp_replace(props, '^.*"dwell_ms":([0-9]+).*$', '\1') AS BIGINT)"#;
    let sql = format!("SELECT zone, count(*), sum({dwell}) FROM events WHERE event = 'zone_visit' GROUP BY zone");
    let rows = here.json(&["sql", &sql, "-w", "shop"]);
    let events: BTreeMap<&str, &Value> =
        rows["rows"].as_array().unwrap().iter().map(|row| (row[0].as_str().unwrap(), row)).collect();
    for zone in answer["zones"].as_array().unwrap() {
        let id = zone["zone"].as_str().unwrap();
        if let Some(expected) = expected.get(&id.to_lowercase().replace('-', "_")) {
            assert!((number(&zone["exact_seconds"]) - expected).abs() < 0.001, "{id}: {expected} {zone:#}");
        } else {
            // Only staff were there, or it is none of the plan's.
            assert!(id == "front" || number(&zone["exact_seconds"]) == 0.0, "{id}");
        }
        let entries = number(&zone["entries"]);
        let (count, dwell_ms) = events.get(id).map_or((0.0, 0.0), |row| (number(&row[1]), number(&row[2])));
        assert_eq!(count, entries, "{id}");
        assert!((dwell_ms - 1_000.0 * number(&zone["dwell_seconds"])).abs() <= 0.5 * entries + 1e-6, "{id}");
    }
}

fn queue_agrees(here: &Installation, shop: &Shop) {
    let waits: Vec<f64> = shop.persons.values().filter_map(|person| person["wait_s"].parse().ok()).collect();
    let truth = waits.iter().sum::<f64>() / waits.len() as f64;
    let queue = ask(here, "queue")["queues"][0].clone();
    assert!((number(&queue["mean_wait_seconds"]) - truth).abs() <= 1.0, "{truth} {queue:#}");
    assert!((number(&queue["mean_length"]) - number(&queue["arrivals_times_wait"])).abs() < 1e-9);
    let served = here.row("shop", "SELECT count(*) FROM events WHERE event = 'queue_served'");
    assert_eq!(served[0], queue["served"]);
    let staffing = ask(here, "staffing")["queues"][0].clone();
    let half_hours = staffing["half_hours"].as_array().unwrap();
    let arrivals: f64 = half_hours.iter().map(|time| number(&time["arrivals_per_hour"]) / 2.0).sum();
    assert!((arrivals - number(&queue["joined"])).abs() < 1e-6);
    assert!(half_hours.iter().all(|time| number(&time["tills"]) > number(&time["offered"])));
}

/// Each answer says how its numbers come from the events that were made of the same day.
fn the_sql_of_an_answer_counts_the_same(here: &Installation) {
    let rows = |answer: &Value, statement: usize| -> Vec<Vec<Value>> {
        let sql = answer["meta"]["sql"][statement].as_str().unwrap();
        let found = here.json(&["sql", sql, "-w", "shop", "--limit", "10000"]);
        found["rows"].as_array().unwrap().iter().map(|row| row.as_array().unwrap().clone()).collect()
    };
    let visits = ask(here, "visits");
    assert_eq!(rows(&visits, 0), [[visits["days"][0]["day"].clone(), json!(712)]]);
    let zones = ask(here, "zones");
    let found = rows(&zones, 0);
    for zone in zones["zones"].as_array().unwrap().iter().filter(|zone| zone["entries"] != 0) {
        let row = found.iter().find(|row| row[0] == zone["zone"]).unwrap();
        assert_eq!((&row[1], &row[2]), (&zone["visits"], &zone["entries"]));
        // Events tell whole milliseconds.
        let rounding = 0.0005 * number(&zone["entries"]) + 1e-6;
        assert!((number(&row[3]) - number(&zone["dwell_seconds"])).abs() <= rounding, "{zone}");
    }
    let flows = ask(here, "flows");
    let found = rows(&flows, 0);
    let within = |link: &&Value| !link["from"].is_null() && !link["to"].is_null();
    let moves: Vec<&Value> = flows["moves"]["links"].as_array().unwrap().iter().filter(within).collect();
    assert!(moves.len() > 100);
    for link in moves {
        let row = found.iter().find(|row| row[0] == link["from"] && row[1] == link["to"]).unwrap();
        assert_eq!((&row[2], &row[3]), (&link["times"], &link["visits"]));
    }
    let queue = ask(here, "queue");
    let of = &queue["queues"][0];
    assert_eq!(rows(&queue, 0), [[of["queue"].clone(), of["joined"].clone()]]);
    let served = rows(&queue, 1).into_iter().find(|row| row[1] == "queue_served").unwrap();
    assert_eq!(served[2], of["served"]);
    assert!((number(&served[3]) - number(&of["mean_wait_seconds"])).abs() < 1e-6);
    assert_eq!(ask(here, "heat")["meta"]["sql"], json!([]));
}

/// Each list of each answer is a table function's, field by field; what is withheld is in none.
fn table_functions_say_what_answers_say(here: &Installation) {
    let rows = |call: &str| -> Vec<serde_json::Map<String, Value>> {
        let found = here.json(&["sql", &format!("SELECT * FROM {call}"), "-w", "shop", "--limit", "100000"]);
        let columns: Vec<&str> =
            found["columns"].as_array().unwrap().iter().map(|of| of["name"].as_str().unwrap()).collect();
        let row =
            |row: &Value| columns.iter().map(|name| (*name).to_owned()).zip(row.as_array().unwrap().clone()).collect();
        found["rows"].as_array().unwrap().iter().map(row).collect()
    };
    // Fields of the answer by their names; `a/b` is one within another.
    let same = |call: &str, list: &Value, fields: &[(&str, &str)]| {
        let (found, list) = (rows(call), list.as_array().unwrap());
        assert!(!list.is_empty() && found.len() == list.len(), "{call}: {} of {}", found.len(), list.len());
        for (row, one) in found.iter().zip(list) {
            for (column, field) in fields {
                let said = one.pointer(&format!("/{field}")).unwrap_or(&Value::Null);
                let close = match (row[*column].as_f64(), said.as_f64()) {
                    (Some(left), Some(right)) => (left - right).abs() <= 1e-9 * right.abs().max(1.0),
                    _ => row[*column] == *said,
                };
                assert!(close, "{call} {column}: {} and {said}", row[*column]);
            }
        }
    };
    let options = |more: &str| format!("'{{\"site\": \"shop-a\"{more}}}'");
    let visits = ask(here, "visits");
    same("place_visits('shop-a')", &visits["days"], &[("day", "day"), ("visits", "visits"), ("units", "units")]);
    let half_hours = format!("place_visits({})", options(", \"rows\": \"half_hours\""));
    same(&half_hours, &visits["occupancy"], &[("minute", "minute"), ("mean", "mean"), ("most", "most")]);
    let summary = format!("place_visits({})", options(", \"rows\": \"summary\""));
    let fields = [
        ("visits", "visits"),
        ("capture", "capture"),
        ("sales_conversion", "sales/conversion"),
        ("detour_p90", "detour/p90"),
    ];
    same(&summary, &json!([visits]), &fields);
    let zones =
        ["zone", "floor", "kind", "visits", "reach", "stopped", "engaged", "exact_seconds", "median_seconds", "bought"];
    same("place_zones('shop-a')", &ask(here, "zones")["zones"], &zones.map(|field| (field, field)));
    let flows = ask(here, "flows");
    let ends = [("from_zone", "from"), ("to_zone", "to"), ("times", "times"), ("visits", "visits")];
    for list in ["moves", "ends", "first_stops"] {
        let call = format!("place_flows({})", options(&format!(", \"rows\": \"{list}\"")));
        same(&call, &flows[list]["links"], &ends);
    }
    let queue = ["queue", "heads", "joined", "served", "mean_wait_seconds", "mean_length", "arrivals_times_wait"];
    same("place_queues('shop-a')", &ask(here, "queue")["queues"], &queue.map(|field| (field, field)));
    let staffing = ask(here, "staffing");
    let times = ["minute", "arrivals_per_hour", "tills", "utilisation"].map(|field| (field, field));
    same("place_staffing('shop-a')", &staffing["queues"][0]["half_hours"], &times);
    let call = format!("place_staffing({})", options(", \"rows\": \"zones\""));
    same(&call, &staffing["zones"], &[("zone", "zone"), ("engaged_minutes", "engaged_minutes")]);
    let swap = options(", \"change\": {\"swaps\": [[\"p0\", \"b3\"]]}");
    let args = ["place", "forecast", "--site", "shop-a", "-w", "shop", "--swap", "p0,b3"];
    let fields =
        [("of", "of"), ("after", "after"), ("reached_forecast", "reached/forecast"), ("units_low", "units/low")];
    same(&format!("place_forecast({swap})"), &here.json(&args)["categories"], &fields);
    let trips = here.json(&["place", "trips", "--site", "shop-a", "-w", "shop"]);
    same("place_trips('shop-a')", &trips["types"], &[("visits", "visits"), ("share", "share")]);

    // Heat: the cells that are shown, with all their time.
    let heat = ask(here, "heat");
    let floor = &heat["floors"][0];
    let sum = |of: &Value| of.as_array().unwrap().iter().map(number).sum::<f64>();
    let cells =
        here.json(&["sql", "SELECT count(*), sum(seconds), sum(visits) FROM place_heat('shop-a')", "-w", "shop"]);
    let row = &cells["rows"][0];
    assert_eq!(row[0], json!(floor["cells"].as_array().unwrap().len()));
    assert!((number(&row[1]) - sum(&floor["cell_seconds"])).abs() < 1e-6);
    assert_eq!(number(&row[2]), sum(&floor["cell_visits"]));

    // They join with the events.
    let sql = "SELECT count(*) FROM place_zones('shop-a') z WHERE z.entries = \
               (SELECT count(*) FROM events e WHERE e.event = 'zone_visit' AND e.zone = z.zone)";
    let entered = here.json(&["sql", "SELECT count(*) FROM place_zones('shop-a') WHERE entries > 0", "-w", "shop"]);
    let agree = here.json(&["sql", &sql.replace("WHERE z.", "WHERE z.entries > 0 AND z."), "-w", "shop"]);
    assert_eq!(agree["rows"], entered["rows"]);

    for (call, why) in [
        ("place_zones()", "say which `site`"),
        ("place_zones('nowhere')", "there is no site `nowhere`"),
        (
            "place_zones('{\"site\": \"shop-a\", \"rows\": \"cells\"}')",
            "there are no rows \"cells\"; there are `zones`",
        ),
        ("place_zones('{\"site\": \"shop-a\", \"cell_m\": 1}')", "unknown field `cell_m`"),
        ("place_zones('{\"site\": \"shop-a\", \"scope\": {\"floor\": \"f9\"}}')", "has no floor `f9`"),
    ] {
        let failed = here.run(&["sql", &format!("SELECT * FROM {call}"), "-w", "shop"]).expect(3);
        assert!(failed.stderr.contains(why), "{call}: {}", failed.stderr);
    }
}

/// Who takes the stairs is one visit of the site, of either floor one, and its zones follow each other over floors.
#[test]
fn a_walk_over_two_floors_is_one_visit() {
    let here = Installation::new();
    let floor = |id: &str, zone: &str, kind: &str| {
        json!({
            "id": id, "name": id, "outline": [[0, 0], [20, 0], [20, 10], [0, 10]],
            "zones": [{"id": zone, "name": zone, "kind": kind, "shape": [[5, 2], [15, 2], [15, 8], [5, 8]]}],
        })
    };
    let floors = [floor("f1", "hats", "display"), floor("f2", "shoes", "display")];
    let site = json!({
        "id": "shop-a", "name": "Mall", "time_zone": "UTC", "rules": {"shown_from": 1, "groups": null},
        "plans": [{"from": "2026-01-01", "floors": floors}],
    });
    add(&here, &site);
    // Two go up after 40 s among hats, the second at another time; a third never leaves the ground floor.
    let mut text = "track_id,t,x,y,floor\n".to_owned();
    let mut walk = |track: &str, hour: u32, floors: &[&str]| {
        for (part, floor) in floors.iter().enumerate() {
            for second in 0..40 {
                let (minute, x) = (part, 6.0 + 0.1 * f64::from(second));
                writeln!(text, "{track},2026-03-01T{hour:02}:{minute:02}:{second:02}Z,{x},5,{floor}").unwrap();
            }
        }
    };
    walk("a", 9, &["f1", "f2"]);
    walk("b", 10, &["f1", "f2"]);
    walk("c", 11, &["f1"]);
    let file = here.write("tracks.csv", &text);
    here.json(&["place", "import", &file, "--site", "shop-a", "-w", "shop"]);
    let of_floor = |what: &str, floor: &str| here.json(&of_shop(&["place", what, "--floor", floor]));
    assert_eq!(ask(&here, "visits")["visits"], json!(3));
    assert_eq!(
        [of_floor("visits", "f1"), of_floor("visits", "f2")].map(|of| of["visits"].clone()),
        [json!(3), json!(2)]
    );
    let zones = ask(&here, "zones");
    let seen = |zone: &Value| {
        (zone["zone"].clone(), zone["floor"].clone(), zone["visits"].clone(), zone["exact_seconds"].clone())
    };
    let zones: Vec<_> = zones["zones"].as_array().unwrap().iter().map(seen).collect();
    assert_eq!(
        zones,
        [(json!("hats"), json!("f1"), json!(3), json!(117.0)), (json!("shoes"), json!("f2"), json!(2), json!(78.0))]
    );
    let flows = ask(&here, "flows");
    let up =
        flows["moves"]["links"].as_array().unwrap().iter().find(|link| link["from"] == "hats" && link["to"] == "shoes");
    assert_eq!(up.unwrap()["visits"], json!(2));
    let heat = ask(&here, "heat");
    let spent = |floor: usize| heat["floors"][floor]["seconds"].clone();
    assert_eq!([spent(0), spent(1)], [json!(117.0), json!(78.0)]);
}

#[test]
fn faults_of_a_site_say_where_and_rejected_positions_say_why() {
    let here = Installation::new();
    let file = here.write(
        "bad.yaml",
        "id: west\nname: West\ntime_zone: Mars/One\nplans:\n  - from: 2026-01-01\n    floors:\n      - {id: f1, name: F1, outline: [[0, 0], [9, 0], [9, 9]]}\nrules: {shown_from: 0}\n",
    );
    let run = here.run(&["place", "site", "add", &file, "-w", "shop"]).expect(3);
    assert!(run.stderr.contains("line 3, column 12: time_zone: `Mars/One`"), "{}", run.stderr);
    let mended =
        std::fs::read_to_string(&file).unwrap().replace("Mars/One", "UTC").replace("shown_from: 0", "shown_from: 2");
    let file = here.write("west.yaml", &mended);
    let added = here.json(&["place", "site", "add", &file, "-w", "shop"]);
    assert_eq!((&added[0]["version"], &added[0]["created"]), (&json!(1), &json!(true)));
    assert_eq!(here.json(&["place", "site", "add", &file, "-w", "shop"])[0]["created"], json!(false));

    let rows = "track_id,t,x,y,floor\naa:bb:cc:00:11:22,2026-03-01T08:00:00Z,1,1,f1\naa:bb:cc:00:11:22,2026-03-01T08:00:01Z,1,1,f9\n\
                aa:bb:cc:00:11:22,2025-03-01T08:00:01Z,1,1,f1\naa:bb:cc:00:11:22,then,1,1,f1\n";
    let file = here.write("few.csv", rows);
    let run = here.run(&["place", "import", &file, "--site", "west", "-w", "shop", "--json"]).expect(3);
    let file = &run.json()["files"][0];
    assert_eq!((&file["sightings"], &file["rejected"]), (&json!(1), &json!(3)));
    assert_eq!((&file["rejected_by"]["floor_unknown"], &file["rejected_by"]["plan_missing"]), (&json!(1), &json!(1)));
    let rejects = std::fs::read_to_string(here.path("").join(file["rejects_file"].as_str().unwrap())).unwrap();
    assert!(rejects.contains("no floor `f9`") && !rejects.contains("aa:bb"), "{rejects}");
    here.run(&["place", "site", "remove", "west", "-w", "shop"]).expect(0);
    here.run(&["place", "visits", "--site", "west", "-w", "shop"]).expect(4);
}

#[test]
fn a_sensor_is_added_with_a_key_shown_once_and_its_payloads_come_as_files_too() {
    let here = Installation::new();
    add(&here, &site(&here, false));
    let made = here.json(&of_shop(&["place", "sensor", "add", "door", "--format", "hikvision"]));
    let key = made["key"].as_str().unwrap().to_owned();
    assert_eq!(made["path"], format!("/sensor/{key}"));
    here.run(&of_shop(&["place", "sensor", "add", "door", "--format", "hikvision"])).expect(5);
    let unknown = here.run(&of_shop(&["place", "sensor", "add", "x", "--format", "fax"]));
    unknown.expect(2);
    let password = here.write("password.txt", "broker's\n");
    let broker =
        ["--broker", "mqtt://broker.example", "--topic", "tags", "--user-name", "shop", "--password-file", &password];
    let tags = here.json(&of_shop(&[&["place", "sensor", "add", "tags", "--format", "pozyx"][..], &broker].concat()));
    assert_eq!(tags["key"], Value::Null);
    here.run(&of_shop(&["place", "sensor", "add", "half", "--format", "csv", "--broker", "mqtt://x"])).expect(2);
    here.run(&of_shop(&["place", "sensor", "add", "bad", "--format", "csv", "--clock-zone", "Mars"])).expect(3);

    let listed = here.run(&of_shop(&["--json", "place", "sensor", "list"]));
    assert!(!listed.stdout.contains(&key) && !listed.stdout.contains("broker's"), "{}", listed.stdout);
    let listed = here.json(&of_shop(&["place", "sensor", "list"]));
    assert_eq!(listed[1]["way"]["has_password"], true);
    here.run(&of_shop(&["place", "sensor", "change", "tags", "--topic", "hall/#", "--silent-after", "60"])).expect(0);
    here.run(&of_shop(&["place", "sensor", "change", "tags", "--validator", "x"])).expect(3);
    let changed = here.json(&of_shop(&["place", "sensor", "list"]));
    assert_eq!((&changed[1]["way"]["topic"], &changed[1]["silent_after_seconds"]), (&json!("hall/#"), &json!(60)));
    let other = here.json(&of_shop(&["place", "sensor", "rotate-key", "door", "--grace", "1"]));
    assert_ne!(other["key"], json!(key));
    here.run(&of_shop(&["place", "sensor", "rotate-key", "tags"])).expect(2);

    let payload = repository().join("testdata/place/payloads/hikvision_psia_timerange.xml").display().to_string();
    let imported = here.json(&of_shop(&["place", "import", &payload, "--sensor", "door"]));
    assert!(imported["files"][0]["counted"].as_u64().unwrap() > 0, "{imported}");
    assert_eq!(
        here.json(&of_shop(&["place", "import", &payload, "--sensor", "door"]))["files"][0]["outcome"],
        "unchanged"
    );
    let counts = here.json(&of_shop(&["place", "counts"]));
    assert!(counts["counts"].as_array().unwrap().iter().all(|it| it["sensor"] == "door" && it["basis"] == "window"));
    here.run(&of_shop(&["place", "import", &payload, "--sensor", "gone"])).expect(4);
    here.run(&of_shop(&["place", "sensor", "remove", "door"])).expect(0);
    here.run(&of_shop(&["place", "sensor", "remove", "door"])).expect(4);
}

/// Words of a command about the shop's site.
fn of_shop<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [more, &["--site", "shop-a", "-w", "shop"]].concat()
}
