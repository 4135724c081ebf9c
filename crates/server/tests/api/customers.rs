//! Customers listed, found by a few letters, and their lives gone through: against what was sent, counted by hand.

use std::collections::{BTreeMap, BTreeSet};

use model::access::Role;
use serde_json::{Value, json};

use crate::stores::{limited_to, member};
use crate::support::{Browser, TestServer, shop};

const AT: &str = "/v1/workspaces/people";
const PEOPLE: usize = 150;
const NAMES: [&str; 6] = ["张三", "单雄", "欧阳 小明", "Ann Lee", "吕布", "anna"];

/// What the test knows of a customer.
#[derive(Debug, Clone, PartialEq)]
struct Known {
    member: String,
    name: Option<&'static str>,
    events: Vec<Sent>,
}

/// Second of the event, channel, store, amount, currency.
type Sent = (i64, &'static str, Option<&'static str>, Option<i64>, &'static str);

/// What a list says of a customer: events, first and last second, channels, amount.
type Told = (u64, i64, i64, Vec<String>, Option<f64>);

impl Known {
    fn told(&self, stores: Option<&[&str]>) -> Option<Told> {
        let inside =
            |store: &Option<&str>| stores.is_none_or(|stores| store.is_some_and(|store| stores.contains(&store)));
        let events: Vec<_> = self.events.iter().filter(|event| inside(&event.2)).collect();
        let paid = || events.iter().filter_map(|event| Some((event.3?, event.4)));
        let currencies: BTreeSet<&str> = paid().map(|(_, currency)| currency).collect();
        let amount = (currencies.len() == 1).then(|| paid().map(|(amount, _)| amount).sum::<i64>() as f64);
        let channels: BTreeSet<&str> = events.iter().map(|event| event.1).collect();
        let times = || events.iter().map(|event| event.0);
        let channels = channels.into_iter().map(str::to_owned).collect();
        Some((events.len() as u64, times().min()?, times().max()?, channels, amount))
    }
}

fn told(item: &Value) -> Told {
    let channels = item["channels"].as_array().unwrap();
    // The page of a customer counts each channel, a list names them.
    let name = |channel: &Value| channel["channel"].as_str().or(channel.as_str()).unwrap().to_owned();
    let channels: BTreeSet<String> = channels.iter().map(name).collect();
    let second = |key: &str| item[key].as_i64().unwrap() / 1_000_000;
    let events = item["events"].as_u64().unwrap();
    (events, second("first_us"), second("last_us"), channels.into_iter().collect(), item["amount"].as_f64())
}

fn people() -> Vec<Known> {
    let mut state = 7u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut people = Vec::new();
    for nth in 0..PEOPLE {
        let many = 1 + draw(9);
        let mut second = 1_767_225_600 + i64::try_from(draw(4) * 3_600).unwrap();
        let mut events = Vec::new();
        for _ in 0..many {
            // Some of them have the same first or last second.
            second += i64::try_from(draw(5) * 1_800).unwrap();
            let channel = ["web", "app", "store"][draw(3) as usize];
            let store = (channel == "store").then(|| ["s1", "s2", "s3"][draw(3) as usize]);
            let amount = (draw(3) == 0).then(|| i64::try_from(draw(200)).unwrap() - 50);
            let currency = if nth % 10 == 3 && draw(2) == 0 { "USD" } else { "CNY" };
            events.push((second, channel, store, amount, currency));
        }
        let name = (nth % 4 == 0).then(|| NAMES[nth / 4 % NAMES.len()]);
        people.push(Known { member: format!("M{nth:04}x"), name, events });
    }
    people
}

fn full() -> (TestServer, Vec<Known>) {
    let server = TestServer::secured();
    server.workspace("people", "Asia/Shanghai");
    let owner = member(&server, "owner", "people", Role::Owner.into());
    let source = json!({"id": "till", "name": "Till", "channel": "web"});
    assert_eq!(owner.send("POST", &format!("{AT}/sources"), &source).status, 201);
    let made = owner.send("POST", &format!("{AT}/sources/till/keys"), &json!({"kind": "secret"}));
    let key = serde_json::from_str::<Value>(&made.body).unwrap()["key"].as_str().unwrap().to_owned();
    let people = people();
    let mut events = Vec::new();
    for person in &people {
        for (nth, (second, channel, store, amount, currency)) in person.events.iter().enumerate() {
            let mut event = json!({
                "event": if amount.is_some() { "purchase" } else { "visit" }, "time": second * 1_000,
                "message_id": format!("{}-{nth}", person.member), "channel": channel,
                "identifiers": {"member_no": person.member}, "link": true,
            });
            if let Some(store) = store {
                event["site"] = json!(store);
            }
            if let Some(amount) = amount {
                event["amount"] = json!(amount);
                event["currency"] = json!(currency);
            }
            if let (0, Some(name)) = (nth, person.name) {
                event["traits"] = json!({"姓名": name});
                // What they call themselves counts for less.
                event["traits"]["nickname"] = json!("zzz");
            }
            events.push(event);
        }
    }
    let bearer = format!("Bearer {key}");
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    let taken = server.send("POST", "/v1/events", &headers, &Value::from(events).to_string()).json();
    assert_eq!(taken["rejected"], json!([]));
    (server, people)
}

/// Every item of a list, page after page.
fn walk(who: &Browser<'_>, path: &str, limit: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut after = String::new();
    loop {
        let page = who.get(&format!("{path}&limit={limit}{after}")).json();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        assert!(items.len() <= PEOPLE, "pages end");
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
        assert_eq!(page["items"].as_array().unwrap().len(), limit, "only the last page is shorter");
    }
}

fn member_of(item: &Value) -> &str {
    item["identifiers"][0]["value"].as_str().unwrap()
}

/// What to sort a customer by.
type SortedBy = fn(&Told) -> Option<f64>;

#[test]
fn a_list_in_any_order_is_what_was_sent_and_what_their_own_pages_say() {
    let (server, people) = full();
    let owner = member(&server, "second", "people", Role::Owner.into());
    let known: BTreeMap<&str, &Known> = people.iter().map(|person| (person.member.as_str(), person)).collect();
    let sorts: [(&str, SortedBy); 5] = [
        ("last_seen", |told| Some(told.2 as f64)),
        ("first_seen", |told| Some(told.1 as f64)),
        ("events", |told| Some(told.0 as f64)),
        ("amount", |told| told.4),
        ("channels", |told| Some(told.3.len() as f64)),
    ];
    for (sort, by) in sorts {
        for ascending in [false, true] {
            let items = walk(&owner, &format!("{AT}/customers/all?sort={sort}&ascending={ascending}"), 7);
            let members: BTreeSet<&str> = items.iter().map(member_of).collect();
            assert_eq!((items.len(), members.len()), (PEOPLE, PEOPLE), "each stands once");
            for item in &items {
                let person = known[member_of(item)];
                assert_eq!(Some(told(item)), person.told(None));
                assert_eq!(item["name"].as_str(), person.name);
            }
            let sorted: Vec<Option<f64>> = items.iter().map(|item| by(&told(item))).collect();
            let in_order = |pair: &[Option<f64>]| match (pair[0], pair[1]) {
                (Some(a), Some(b)) => {
                    if ascending {
                        a <= b
                    } else {
                        a >= b
                    }
                }
                (a, b) => a.is_some() || b.is_none(),
            };
            assert!(sorted.windows(2).all(in_order), "{sort} {ascending}: {sorted:?}");
        }
    }
    let first = owner.get(&format!("{AT}/customers/all?limit=50")).json();
    assert_eq!(first["customers"], PEOPLE);
    for item in first["items"].as_array().unwrap() {
        let page = owner.get(&format!("{AT}/customers/{}", item["customer"].as_str().unwrap())).json();
        assert_eq!(told(&page["customer"]), told(item));
        for same in ["name", "identifiers"] {
            assert_eq!(page["customer"][same], item[same]);
        }
    }

    let segment = json!({"id": "app", "name": "App", "who": {"did": {"match": [{"where": [{"column": "channel", "op": "eq", "value": "app"}]}], "is": {"gte": 2}}}});
    let saved = owner.send("PUT", &format!("{AT}/segments/app"), &segment);
    assert!(saved.status < 300, "{}", saved.body);
    let inside: BTreeSet<String> = walk(&owner, &format!("{AT}/customers/all?segment=app"), 9)
        .iter()
        .map(|item| member_of(item).to_owned())
        .collect();
    let apps = |person: &&Known| person.events.iter().filter(|event| event.1 == "app").count() >= 2;
    assert_eq!(inside, people.iter().filter(apps).map(|person| person.member.clone()).collect());
    assert_eq!(owner.get(&format!("{AT}/customers/all?segment=none")).code(404), "not_found");
    for (bad, code) in [("limit=0", "limit_invalid"), ("limit=201", "limit_invalid"), ("after=x", "question_invalid")] {
        assert_eq!(owner.get(&format!("{AT}/customers/all?{bad}")).code(400), code);
    }
}

#[test]
fn whoever_is_limited_to_stores_lists_and_finds_what_happened_there() {
    let (server, people) = full();
    let clerk = member(&server, "clerk", "people", limited_to(Role::Analyst, &["s1", "s2"]));
    let there: BTreeMap<&str, Told> =
        people.iter().filter_map(|person| Some((person.member.as_str(), person.told(Some(&["s1", "s2"]))?))).collect();
    assert!(there.len() > 20 && there.len() < PEOPLE);
    let items = walk(&clerk, &format!("{AT}/customers/all?sort=events"), 10);
    let listed: BTreeMap<&str, Told> = items.iter().map(|item| (member_of(item), told(item))).collect();
    assert_eq!(listed, there);
    let found = walk(&clerk, &format!("{AT}/customers/search?value=m00"), 10);
    let found: BTreeSet<&str> = found.iter().map(member_of).collect();
    assert_eq!(found, there.keys().copied().filter(|member| member.starts_with("M00")).collect());
    let page = clerk.get(&format!("{AT}/customers/search?value=m00&limit=5")).json();
    assert_eq!(page["customers"], Value::Null, "how many more there are elsewhere is not told");
}

#[test]
fn people_are_found_by_names_their_sounds_and_parts_of_identifiers() {
    let (server, people) = full();
    let owner = member(&server, "second", "people", Role::Owner.into());
    let found = |value: &str| -> BTreeSet<String> {
        let encoded: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let items = walk(&owner, &format!("{AT}/customers/search?value={encoded}"), 7);
        items.iter().map(|item| member_of(item).to_owned()).collect()
    };
    let called = |names: &[&str]| -> BTreeSet<String> {
        let named = people.iter().filter(|person| person.name.is_some_and(|name| names.contains(&name)));
        named.map(|person| person.member.clone()).collect()
    };
    let cases: [(&str, &[&str]); 12] = [
        ("张", &["张三"]),
        ("zhangsan", &["张三"]),
        ("zs", &["张三"]),
        ("shanxiong", &["单雄"]),
        ("DANX", &["单雄"]),
        ("欧阳小明", &["欧阳 小明"]),
        ("oyxm", &["欧阳 小明"]),
        ("xiaoming", &["欧阳 小明"]),
        ("ann", &["Ann Lee", "anna"]),
        ("al", &["Ann Lee"]),
        ("lvbu", &["吕布"]),
        ("zzz", &[]),
    ];
    for (value, names) in cases {
        assert_eq!(found(value), called(names), "{value}");
    }
    for value in ["m0042X", "M0042x", "42", "004", "x", "M01", "nobody"] {
        let small = value.to_lowercase();
        let with = people.iter().filter(|person| person.member.to_lowercase().contains(&small));
        assert_eq!(found(value), with.map(|person| person.member.clone()).collect(), "{value}");
    }
    let first = owner.get(&format!("{AT}/customers/search?value=ann&limit=50")).json();
    let ranks: Vec<&str> =
        first["items"].as_array().unwrap().iter().map(|item| item["matched"]["how"].as_str().unwrap()).collect();
    assert!(ranks.iter().all(|how| *how == "begins"), "{ranks:?}");
    let exact = owner.get(&format!("{AT}/customers/search?value=M0042x&limit=1")).json();
    assert_eq!(exact["items"][0]["matched"], json!({"how": "exact", "namespace": "member_no", "value": "M0042x"}));
    let elsewhere = owner.get(&format!("{AT}/customers/search?value=M0042x&namespace=phone")).json();
    assert_eq!((&elsewhere["items"], &elsewhere["customers"]), (&json!([]), &json!(0)));
    for bad in [String::new(), "%20".to_owned(), "x".repeat(201)] {
        assert_eq!(owner.get(&format!("{AT}/customers/search?value={bad}")).code(400), "question_invalid");
    }
    // A viewer sees numbers, not people.
    let viewer = member(&server, "viewer", "people", Role::Viewer.into());
    assert_eq!(viewer.get(&format!("{AT}/customers/all?limit=5")).code(403), "role_refused");
}

#[test]
fn a_life_can_be_gone_through_from_anywhere_and_its_overview_counts_the_same() {
    let server = shop();
    let at = "/v1/workspaces/ecom/customers";
    let list = server.get(&format!("{at}/all?sort=events&limit=3")).json();
    let journey = server.get("/v1/workspaces/ecom/journeys").json()["journeys"][0]["id"].as_str().unwrap().to_owned();
    for item in list["items"].as_array().unwrap() {
        let path = format!("{at}/{}", item["customer"].as_str().unwrap());
        let whole = server.get(&format!("{path}?journey={journey}&limit=500")).json();
        let all = whole["events"].as_array().unwrap();
        assert_eq!((&whole["next"], &whole["matched"]), (&Value::Null, &json!(all.len())));
        let ids = |events: &[Value]| -> Vec<String> {
            events.iter().map(|event| event["event_id"].as_str().unwrap().to_owned()).collect()
        };
        let expected = ids(all);
        // Back from the newest, and from there to the newest again.
        let (mut back, mut page) = (Vec::new(), server.get(&format!("{path}?limit=7")).json());
        loop {
            assert_eq!(page["newer"].as_u64().unwrap() as usize, back.len());
            back.splice(..0, ids(page["events"].as_array().unwrap()));
            let Some(next) = page["next"].as_str() else { break };
            page = server.get(&format!("{path}?limit=7&before={next}")).json();
        }
        assert_eq!(back, expected);
        let mut forth = ids(page["events"].as_array().unwrap());
        while let Some(previous) = page["previous"].as_str() {
            page = server.get(&format!("{path}?limit=7&after={previous}")).json();
            forth.extend(ids(page["events"].as_array().unwrap()));
        }
        assert_eq!(forth, expected);
        for skip in [0, 3, all.len() - 1, all.len(), all.len() + 9] {
            let page = server.get(&format!("{path}?limit=7&skip={skip}")).json();
            let end = all.len().saturating_sub(skip);
            assert_eq!(ids(page["events"].as_array().unwrap()), expected[end.saturating_sub(7)..end]);
            assert_eq!(page["newer"], skip.min(all.len()));
        }
        // Around a moment, and before the first.
        let middle = all.len() / 2;
        let at_us = all[middle]["time_us"].as_i64().unwrap();
        let around = server.get(&format!("{path}?limit=5&at_us={at_us}")).json();
        let until = all.iter().filter(|event| event["time_us"].as_i64().unwrap() <= at_us).count();
        assert_eq!(ids(around["events"].as_array().unwrap()), expected[until.saturating_sub(5)..until]);
        let before = server.get(&format!("{path}?limit=5&at_us=0")).json();
        assert_eq!(ids(before["events"].as_array().unwrap()), expected[..5.min(all.len())]);
        // By a filter.
        let name = all[middle]["event"].as_str().unwrap();
        let some = server.get(&format!("{path}?limit=500&events=%5B%22{name}%22%5D")).json();
        let named: Vec<Value> = all.iter().filter(|event| event["event"] == name).cloned().collect();
        assert_eq!(ids(some["events"].as_array().unwrap()), ids(&named));

        let overview = server.get(&format!("{path}/overview?journey={journey}")).json();
        let sum = |buckets: &Value| {
            buckets.as_array().unwrap().iter().map(|n| n.as_u64().or(n["events"].as_u64()).unwrap()).sum::<u64>()
        };
        assert_eq!(sum(&overview["buckets"]), all.len() as u64);
        let lanes = overview["channels"].as_array().unwrap();
        assert!(lanes.iter().all(|lane| json!(sum(&lane["buckets"])) == lane["events"]));
        assert_eq!(lanes.iter().map(|lane| lane["events"].as_u64().unwrap()).sum::<u64>(), all.len() as u64);
        assert_eq!(overview["sessions"], all.last().unwrap()["session"]);
        // The map's way of telling stages, row by row here and column by column there.
        let mut stages: Vec<(&Value, &Value)> = Vec::new();
        for event in all.iter().filter(|event| !event["stage"].is_null()) {
            if stages.last().is_none_or(|(_, stage)| *stage != &event["stage"]) {
                stages.push((&event["time_us"], &event["stage"]));
            }
        }
        let changes = overview["stages"].as_array().unwrap();
        let changes: Vec<(&Value, &Value)> =
            changes.iter().map(|change| (&change["time_us"], &change["stage"])).collect();
        assert!(!stages.is_empty());
        assert_eq!(changes, stages);
        let filtered = server.get(&format!("{path}/overview?events=%5B%22{name}%22%5D")).json();
        assert_eq!(sum(&filtered["buckets"]), named.len() as u64);
    }
    let path = format!("{at}/{}", list["items"][0]["customer"].as_str().unwrap());
    for (bad, code) in [
        ("limit=501", "limit_invalid"),
        ("before=1.1&at_us=1", "page_invalid"),
        ("before=x", "question_invalid"),
        ("channels=web", "filter_invalid"),
    ] {
        assert_eq!(server.get(&format!("{path}?{bad}")).code(400), code, "{bad}");
    }
    let many: Vec<String> = (0..101).map(|nth| format!("%22e{nth}%22")).collect();
    assert_eq!(server.get(&format!("{path}?events=%5B{}%5D", many.join(","))).code(400), "question_invalid");
    assert_eq!(server.get(&format!("{at}/1/overview")).code(404), "not_found");
}
