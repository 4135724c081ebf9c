//! What a draft's rules take, counted once more by hand, and by the map once the draft is saved.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use server::config::Limits;

use crate::support::TestServer;

const AT: &str = "/v1/workspaces/own";
const NAMES: [&str; 5] = ["浏览商品", "加入购物车", "提交订单", "支付成功", "客服咨询"];

/// An event as the test knows it.
struct Known {
    customer: u64,
    name: &'static str,
    channel: &'static str,
    amount: Option<u64>,
    from: Option<&'static str>,
    order: Option<String>,
}

/// Customers who do a dozen things each, drawn from their number.
fn known() -> Vec<Known> {
    let mut known = Vec::new();
    for customer in 0..60u64 {
        let mut state = customer * 6_151 + 7;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..12 {
            let name = NAMES[draw(5) as usize];
            known.push(Known {
                customer,
                name,
                channel: ["web", "app", "chat"][draw(3) as usize],
                amount: (name == "加入购物车").then(|| draw(200)),
                from: [None, Some("推荐"), Some("搜索")][draw(3) as usize],
                order: (draw(2) == 0).then(|| format!("o{customer}-{}", draw(2))),
            });
        }
    }
    known
}

/// A server that was sent the events.
fn server() -> TestServer {
    let server = TestServer::start(Limits::default());
    server.workspace("own", "Asia/Shanghai");
    assert_eq!(
        server.post(&format!("{AT}/sources"), &json!({"id": "shop", "name": "店", "channel": "web"})).status,
        201
    );
    let made = server.post(&format!("{AT}/sources/shop/keys"), &json!({"kind": "secret"}));
    let key = serde_json::from_str::<Value>(&made.body).unwrap()["key"].as_str().unwrap().to_owned();
    let sent = known().into_iter().enumerate().map(|(at, event)| {
        let mut sent = json!({
            "event": event.name, "time": format!("2026-01-0{}T{:02}:{:02}:00Z", 1 + at % 12 / 2, at % 12, at / 12),
            "message_id": at.to_string(), "identifiers": {"member_no": format!("m{}", event.customer)},
            "channel": event.channel, "props": {"来自": event.from},
        });
        if let Some(amount) = event.amount {
            sent["amount"] = json!(amount);
        }
        if let Some(order) = event.order {
            sent["order_id"] = json!(order);
        }
        sent
    });
    let sent: Vec<Value> = sent.collect();
    let bearer = format!("Bearer {key}");
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    let taken = server.send("POST", "/v1/events", &headers, &Value::from(sent.clone()).to_string()).json();
    assert_eq!((&taken["accepted"], &taken["rejected"]), (&json!(sent.len()), &json!([])));
    server
}

/// What a touchpoint is, once as the API is told and once as the test counts it.
type Counted = (&'static str, Value, fn(&Known) -> bool);

fn rules() -> [Counted; 5] {
    [
        (
            "large-cart",
            json!([{"event": "加入购物车", "where": [{"column": "amount", "op": "gte", "value": 100}]}]),
            |event| event.name == "加入购物车" && event.amount.is_some_and(|amount| amount >= 100),
        ),
        ("cart", json!([{"event": ["加入购物车", "提交订单"], "channel": ["web", "app"]}]), |event| {
            ["加入购物车", "提交订单"].contains(&event.name) && event.channel != "chat"
        }),
        (
            "led",
            json!([{"event": "浏览商品", "channel": "app"},
                       {"where": [{"column": "props.来自", "op": "eq", "value": "推荐"}]}]),
            |event| (event.name == "浏览商品" && event.channel == "app") || event.from == Some("推荐"),
        ),
        ("paid", json!([{"event": "支付成功"}]), |event| event.name == "支付成功"),
        ("ordered", json!([{"event": "提交订单"}]), |event| event.name == "提交订单"),
    ]
}

fn draft(filler: usize) -> Value {
    let touchpoint = |id: &str, rule: &Value| json!({"id": id, "name": id, "match": rule});
    let mut first: Vec<Value> = (0..filler)
        .map(|at| touchpoint(&format!("none-{at}"), &json!([{"event": format!("没有的事件{at}")}])))
        .collect();
    let rules = rules();
    first.extend(rules[..3].iter().map(|(id, rule, _)| touchpoint(id, rule)));
    let last: Vec<Value> = rules[3..].iter().map(|(id, rule, _)| touchpoint(id, rule)).collect();
    json!({
        "id": "draft", "name": "草稿", "gap": "7d", "zone": "Asia/Shanghai",
        "stages": [{"id": "look", "name": "看", "touchpoints": first}, {"id": "buy", "name": "买", "touchpoints": last}],
        "goal": {"name": "支付", "touchpoints": ["paid"]},
    })
}

/// The preview as the test counts it, of the events that take part: what each touchpoint takes, what is taken before, and
/// names with what is left of them and how many there are.
fn recount(takes_part: impl Fn(&Known) -> bool) -> (BTreeMap<&'static str, Value>, Vec<Value>) {
    let rules = rules();
    let mut events = BTreeMap::<&str, (u64, BTreeSet<u64>)>::new();
    let mut before = BTreeMap::<&str, BTreeMap<usize, u64>>::new();
    let mut names = BTreeMap::<&str, (u64, u64, BTreeSet<u64>)>::new();
    for event in known().iter().filter(|event| takes_part(event)) {
        let hits: Vec<usize> = (0..rules.len()).filter(|at| (rules[*at].2)(event)).collect();
        let name = names.entry(event.name).or_default();
        name.0 += 1;
        match hits.split_first() {
            None => {
                name.1 += 1;
                name.2.insert(event.customer);
            }
            Some((first, later)) => {
                let of = events.entry(rules[*first].0).or_default();
                of.0 += 1;
                of.1.insert(event.customer);
                for at in later {
                    *before.entry(rules[*at].0).or_default().entry(*first).or_default() += 1;
                }
            }
        }
    }
    let taken = |id: &str| -> Vec<Value> {
        let of = before.get(id).into_iter().flatten();
        of.map(|(by, events)| json!({"touchpoint": rules[*by].0, "events": events})).collect()
    };
    let of_rule = |(id, _, _): &Counted| {
        let (count, customers) = events.get(id).cloned().unwrap_or_default();
        (*id, json!([{"events": count, "customers": customers.len()}, taken(id)]))
    };
    let mut left: Vec<_> = names.into_iter().filter(|(_, (_, left, _))| *left > 0).collect();
    left.sort_by_key(|(name, (_, left, _))| (std::cmp::Reverse(*left), *name));
    let left = left.into_iter().map(|(name, (all, left, customers))| {
        json!({"event": name, "left": {"events": left, "customers": customers.len()}, "events": all})
    });
    (rules.iter().map(of_rule).collect(), left.collect())
}

fn preview(server: &TestServer, draft: &Value) -> Value {
    server.post(&format!("{AT}/journeys/draft/preview"), draft).json()
}

/// What a preview says of the touchpoints that the test counts, too.
fn told(preview: &Value) -> BTreeMap<&str, Value> {
    let all = preview["touchpoints"].as_array().unwrap().iter();
    let told = all.map(|of| (of["touchpoint"].as_str().unwrap(), json!([of["matched"], of["taken"]])));
    told.filter(|(id, _)| !id.starts_with("none-")).collect()
}

/// Events and customers by touchpoint as the saved journey's map has them.
fn mapped(server: &TestServer, draft: &Value) -> Value {
    server.put(&format!("{AT}/journeys/draft"), draft).json();
    let map = server.post(&format!("{AT}/journeys/draft/map"), &json!({})).json();
    let counted =
        |of: &Value| json!([of["touchpoint"], {"events": of["events"], "customers": of["reached"]["customers"]}]);
    map["touchpoints"].as_array().unwrap().iter().map(counted).collect()
}

#[test]
fn a_draft_takes_what_a_recount_says_and_what_its_map_says_once_saved() {
    let server = server();
    // More touchpoints than a mask has bits.
    for filler in [0, 70] {
        let draft = draft(filler);
        let (touchpoints, unmatched) = recount(|_| true);
        let found = preview(&server, &draft);
        assert_eq!(told(&found), touchpoints);
        assert_eq!((&found["unmatched"], &found["unmatched_names"]), (&json!(unmatched), &json!(unmatched.len())));
        assert!(unmatched.iter().any(|name| name["left"]["events"] != name["events"]), "some names are taken in part");
        assert_eq!((&found["faults"], &found["meta"]["truncated"]), (&json!([]), &json!(false)));
        assert_eq!(found["all"], json!({"events": 720, "customers": 60}));
        let left: u64 = unmatched.iter().map(|name| name["left"]["events"].as_u64().unwrap()).sum();
        assert_eq!(found["matched"]["events"], json!(720 - left));
        let all = found["touchpoints"].as_array().unwrap().iter();
        let by_preview: Value = all.map(|of| json!([of["touchpoint"], of["matched"]])).collect();
        assert_eq!(by_preview, mapped(&server, &draft), "numbers are the map's");
    }
    let missing = server.post("/v1/workspaces/nowhere/journeys/draft/preview", &draft(0));
    assert_eq!(missing.status, 404);
}

#[test]
fn scope_narrows_what_takes_part() {
    let server = server();
    let mut draft = draft(0);
    draft["scope"] = json!([{"channel": ["web"]}, {"where": [{"column": "props.来自", "op": "missing"}]}]);
    let (touchpoints, unmatched) = recount(|event| event.channel == "web" || event.from.is_none());
    let found = preview(&server, &draft);
    assert_eq!((told(&found), &found["unmatched"]), (touchpoints, &json!(unmatched)));
    draft["scope"] = json!([{}]);
    assert_eq!(server.post(&format!("{AT}/journeys/draft/preview"), &draft).code(400), "question_invalid");
}

#[test]
fn a_draft_with_faults_is_counted_as_far_as_it_goes() {
    let server = server();
    let mut draft = draft(0);
    draft["goal"]["touchpoints"] = json!([]);
    draft["stages"].as_array_mut().unwrap().push(json!({"id": "empty", "name": "空", "touchpoints": []}));
    // A condition that says nothing must not take everything.
    let hollow = json!({"id": "hollow", "name": "无", "match": [{}, {"event": "客服咨询"}]});
    draft["stages"][0]["touchpoints"].as_array_mut().unwrap().insert(0, hollow);
    let found = preview(&server, &draft);
    let (touchpoints, unmatched) = recount(|_| true);
    let mut told = told(&found);
    assert_eq!(told.remove("hollow"), Some(json!([{"events": 0, "customers": 0}, []])));
    assert_eq!((told, &found["unmatched"]), (touchpoints, &json!(unmatched)));
    let faults = found["faults"].as_array().unwrap().iter().map(|fault| fault["path"].as_str().unwrap());
    let expected = ["stages[0].touchpoints[0].match[0]", "stages[2].touchpoints", "goal.touchpoints"];
    assert_eq!(faults.collect::<Vec<_>>(), expected);
    assert_eq!(server.get(&format!("{AT}/journeys/draft")).code(404), "journey_unknown", "nothing was saved");
}

#[test]
fn of_cases_it_says_what_belongs_to_one() {
    let server = server();
    let mut draft = draft(0);
    draft["case"] = json!({"key": "order_id"});
    let found = preview(&server, &draft);
    assert_eq!(told(&found), recount(|_| true).0, "a rule takes what it takes");
    let all = found["touchpoints"].as_array().unwrap().iter();
    let in_cases: Value = all.map(|of| json!([of["touchpoint"], of["in_cases"]])).collect();
    assert_eq!(in_cases, mapped(&server, &draft));
    assert_ne!(in_cases[0][1], found["touchpoints"][0]["matched"], "not every event belongs to one case");
}
