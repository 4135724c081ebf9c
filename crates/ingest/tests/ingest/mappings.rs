//! What mappings say, and what is said of wrong ones: field, line, and how to mend it.

use crate::common::{decode, given, mapping, parsed};
use ingest::Mapping;
use model::event::{Column, ColumnValue};
use serde_json::json;

/// Faults as `line: field: message`.
fn faults(text: &str) -> Vec<String> {
    let faults = Mapping::from_yaml(text).unwrap_err();
    faults
        .iter()
        .map(|fault| format!("{}: {fault}", fault.line.map_or("?".to_owned(), |line| line.to_string())))
        .collect()
}

const GOOD: &str = "source: s
time: t
identifiers:
  - {namespace: u, column: u}
event: e
channel: {const: web}
";

#[test]
fn every_fault_is_told_at_once_and_only_once() {
    let text = "\
source: shop
surprise: 1
time: {colum: time, zone: UTC}
identifiers:
- {namespace: user, colunm: user}
- {namespace: user, column: user}
- {namespace: '', column: other}
event: {const: [1]}
channel: {const: web}
columns: {amuont: price, amount: price}
csv: {delimiter: ';', quote: 'xx'}
";
    let told = Mapping::from_yaml(text).unwrap_err();
    let lines: Vec<_> = told.iter().map(|fault| fault.line.unwrap()).collect();
    for line in [2, 3, 5, 7, 10, 11] {
        assert!(lines.contains(&line), "line {line} is not in {told:#?}");
    }
    let mut once: Vec<_> = told.iter().map(|fault| (fault.line, fault.column, &fault.message)).collect();
    once.dedup();
    assert_eq!(once.len(), told.len(), "{told:#?}");
    assert!(!lines.contains(&6) && !lines.contains(&1), "{told:#?}");
}

#[test]
fn faults_point_at_their_line() {
    let text = "source: s
time: {column: t, format: \"%d/%m/%Y\"}
identifiers:
  - {namespace: u}
event: e
channel:
  expr: 'a +'
columns:
  amount: {const: much}
  site: {sum: x}
csv:
  encoding: klingon
";
    insta::assert_snapshot!(faults(text).join("\n"));
}

#[test]
fn unknown_fields_and_wrong_shapes_point_at_their_line_too() {
    let cases = [
        format!("{GOOD}chanel: x\n"),
        format!("{GOOD}columns:\n  amout: x\n"),
        format!("{GOOD}skip_if: [1]\n"),
        format!("{GOOD}traits: 3\n"),
        format!("{GOOD}group_by: {{columns: [a], order: random}}\n"),
        "source: s\nfiles:\n  - match: a.csv\n    time: {colum: t}\n    identifiers: []\n".to_owned(),
        "source: s\ntime: t\n  bad: indent\n".to_owned(),
        "- just\n- a list\n".to_owned(),
        "source: s\ntime: t\nidentifiers: []\nevents:\n  - {when: 'true', event: a}\n".to_owned(),
        "source: s\nfiles: []\n".to_owned(),
        "source: s\nsource: t\n".to_owned(),
    ];
    let text: Vec<String> = cases.iter().map(|case| faults(case).join("\n")).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn a_mapping_survives_being_stored_and_its_fingerprint_is_of_its_meaning() {
    let text = format!("{GOOD}columns: {{amount: {{const: 2}}}}\nprops: {{except: [x]}}\ntraits: {{tier: level}}\n");
    let mapping = parsed(&text);
    let stored = serde_json::to_string(&mapping).unwrap();
    assert_eq!(serde_json::from_str::<Mapping>(&stored).unwrap(), mapping);
    let same = format!(
        "# a comment\ntraits:\n  tier: {{column: level}}\nprops:\n  except: [x]\n{GOOD}columns:\n  amount: 2\n"
    );
    assert_eq!(parsed(&same).fingerprint(), mapping.fingerprint());
    assert_ne!(parsed(GOOD).fingerprint(), mapping.fingerprint());
    // Imports are refused when the fingerprint of a known file's mapping changes, so it must not drift.
    assert_eq!(parsed(GOOD).fingerprint(), parsed(GOOD).fingerprint());
}

#[test]
fn naive_times_need_a_zone() {
    let file = given("a.csv", "u,t,e\n1,2024-01-01 10:00:00,view\n1,2024-01-01T10:00:00Z,view\n");
    let decoded = decode(&file.path, &parsed(GOOD)).unwrap();
    assert_eq!(decoded.codes(), [(2, "time_zone_missing")]);
    assert!(decoded.rejections[0].reason.contains("zone: Asia/Shanghai"));
}

#[test]
fn date_and_time_of_day_may_stand_apart() {
    let file = given("a.csv", "user,d,t,event\nu1,2024-01-01,10:30:00,view\n");
    let text = "source: s\ntime: {columns: [d, t], zone: Asia/Shanghai}\nidentifiers: [{namespace: u, column: user}]\n\
                event: event\nchannel: {const: web}\n";
    let decoded = decode(&file.path, &parsed(text)).unwrap();
    assert_eq!(decoded.events[0].time_us, 1_704_076_200_000_000);
    assert_eq!(decoded.events[0].offset_minutes, Some(480));
    assert!(decoded.events[0].props.is_empty());
}

#[test]
fn constants_expressions_and_weird_names() {
    let file = given("a.csv", "user,time,event,Order Total,plan\nu1,2024-01-01,buy,12.5,gold\nu2,2024-01-01,buy,3,\n");
    let text = "types: {\"Order Total\": number}\n\
                columns: {amount: \"Order Total\", currency: {const: CNY}, quantity: 1}\n\
                set_props: {big: {expr: 'row[\"Order Total\"] > 10.0'}, all: {expr: 'size(row)'}, tier: {expr: 'plan == null ? \"none\" : plan'}}\n";
    let decoded = decode(&file.path, &mapping(text)).unwrap();
    let first = &decoded.events[0];
    assert_eq!(first.columns[&Column::Currency], ColumnValue::Text("CNY".into()));
    assert_eq!(first.columns[&Column::Quantity], ColumnValue::Number(1.0));
    assert_eq!(
        (&first.props["big"], &first.props["all"], &first.props["tier"]),
        (&json!(true), &json!(5), &json!("gold"))
    );
    assert_eq!((&decoded.events[1].props["big"], &decoded.events[1].props["tier"]), (&json!(false), &json!("none")));
}

#[test]
fn an_expression_that_fails_refuses_its_row() {
    let file = given("a.csv", "user,time,event,n\nu1,2024-01-01,a,1\nu1,2024-01-01,a,x\n");
    let decoded = decode(&file.path, &mapping("set_props: {twice: {expr: 'int(n) * 2'}}\n")).unwrap();
    assert_eq!(decoded.events[0].props["twice"], 2);
    assert_eq!(decoded.codes(), [(3, "expression_failed")]);
    assert!(
        decoded.rejections[0].reason.starts_with("the expression `int(n) * 2` failed"),
        "{}",
        decoded.rejections[0].reason
    );
}

#[test]
fn rows_may_be_left_out_and_are_counted() {
    let file = given("a.csv", "user,time,event\nu1,2024-01-01,test\nu1,2024-01-01,view\nbot,2024-01-01,view\n");
    let decoded = decode(&file.path, &mapping("skip_if: 'event == \"test\" || user == \"bot\"'\n")).unwrap();
    assert_eq!((decoded.events.len(), decoded.skipped, decoded.rejections.len()), (1, 2, 0));
}

#[test]
fn one_row_may_be_several_events() {
    let text = "source: s\nidentifiers: [{namespace: u, column: user}]\nchannel: {const: store}\ncolumns: {order_id: order}\n\
                time: {column: ordered, zone: UTC}\nevents:\n\
                - {event: {const: ordered}}\n\
                - {when: 'shipped != null', event: {const: shipped}, time: {column: shipped, zone: UTC}, channel: {const: parcel}}\n\
                - {when: 'returned == \"yes\"', event: {const: returned}, columns: {amount: {expr: '-1.0 * double(paid)'}}}\n";
    let file = given(
        "a.csv",
        "user,order,ordered,shipped,returned,paid\nu1,o1,2024-01-01,2024-01-03,yes,10\nu2,o2,2024-01-02,,no,5\nu3,o3,2024-01-02,soon,no,5\n",
    );
    let decoded = decode(&file.path, &parsed(text)).unwrap();
    let names: Vec<_> =
        decoded.events.iter().map(|event| (event.event.as_str(), event.channel.as_str(), event.seq)).collect();
    assert_eq!(
        names,
        [("ordered", "store", 3), ("shipped", "parcel", 4), ("returned", "store", 5), ("ordered", "store", 6)]
    );
    assert_eq!(decoded.events[2].columns[&Column::Amount], ColumnValue::Number(-10.0));
    assert_eq!(decoded.events[2].columns[&Column::OrderId], ColumnValue::Text("o1".into()));
    // One event of the row cannot be made, so none is.
    assert_eq!(decoded.codes(), [(4, "time_unreadable")]);
    let mut ids: Vec<_> = decoded.events.iter().map(|event| event.event_id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[test]
fn identifiers_fall_back_and_may_be_linked() {
    let file =
        given("a.csv", "member,device,time,event\nm1,d1,2024-01-01,view\n,d1,2024-01-01,view\n,,2024-01-01,view\n");
    let text = "source: s\ntime: {column: time, zone: UTC}\nevent: event\nchannel: {const: app}\nlink: true\n\
                identifiers: [{namespace: member, column: member}, {namespace: device, column: device}]\n";
    let decoded = decode(&file.path, &parsed(text)).unwrap();
    let of = |at: usize| decoded.events[at].identifiers.iter().map(|id| id.namespace.as_str()).collect::<Vec<_>>();
    assert_eq!((of(0), of(1)), (vec!["member", "device"], vec!["device"]));
    assert_eq!((decoded.events[0].link_identifiers, decoded.events[1].link_identifiers), (true, false));
    assert_eq!(decoded.codes(), [(4, "identifier_missing")]);
}

#[test]
fn traits_are_said_when_they_change() {
    let file = given(
        "a.csv",
        "user,time,event,tier\nu1,2024-01-01,a,gold\nu1,2024-01-02,a,gold\nu2,2024-01-02,a,gold\nu1,2024-01-03,a,\nu1,2024-01-04,a,black\n",
    );
    let decoded = decode(&file.path, &mapping("traits: [tier]\n")).unwrap();
    let said: Vec<_> =
        decoded.events.iter().map(|event| event.traits.get("tier").and_then(|tier| tier.as_str())).collect();
    assert_eq!(said, [Some("gold"), None, Some("gold"), None, Some("black")]);
    assert!(decoded.events.iter().all(|event| event.props.is_empty()));
}

/// Profiles take the last trait said, in time. Whatever the order of a file, that must be the last one the file has.
#[test]
fn the_last_trait_in_time_is_said_whatever_the_order_of_the_file() {
    // Every order of five days with two values among them.
    let days = [(1, "a"), (2, "b"), (3, "a"), (4, "a"), (5, "b")];
    let mut orders = vec![Vec::new()];
    for _ in 0..days.len() {
        orders = orders
            .iter()
            .flat_map(|order: &Vec<usize>| {
                (0..days.len()).filter(|at| !order.contains(at)).map(|at| [order.as_slice(), &[at]].concat())
            })
            .collect();
    }
    assert_eq!(orders.len(), 120);
    for rows in [5, 4] {
        for order in &orders {
            let mut text = "user,time,event,tier\n".to_owned();
            for at in order.iter().filter(|at| **at < rows) {
                text.push_str(&format!("u1,2024-01-0{},x,{}\n", days[*at].0, days[*at].1));
            }
            let decoded = decode(&given("a.csv", text).path, &mapping("traits: [tier]\n")).unwrap();
            let mut said: Vec<_> = decoded
                .events
                .iter()
                .filter_map(|event| Some((event.time_us, event.seq, event.traits.get("tier")?)))
                .collect();
            said.sort_by_key(|(time, seq, _)| (*time, *seq));
            assert_eq!(said.last().unwrap().2, days[rows - 1].1, "{order:?}");
        }
    }
}

#[test]
fn properties_may_be_chosen() {
    let file = given("a.csv", "user,time,event,a,b\nu1,2024-01-01,x,1,2\n");
    let keys =
        |more: &str| decode(&file.path, &mapping(more)).unwrap().events[0].props.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(""), ["a", "b"]);
    assert_eq!(keys("props: none\n"), Vec::<String>::new());
    assert_eq!(keys("props: [b, user]\n"), ["b", "user"]);
    assert_eq!(keys("props: {except: [b]}\n"), ["a"]);
}

const BASKET: &str = "source: s\ntime: {column: time, zone: UTC}\nidentifiers: [{namespace: u, column: user}]\n\
    event: {const: purchase}\nchannel: {const: store}\n\
    columns: {order_id: basket, amount: {sum: price}, quantity: {count: product}}\n\
    set_props: {dearest: {max: price}, cheapest: {min: price}, first: {first: product}, last: {last: product}}\n";

#[test]
fn several_rows_may_be_one_event() {
    let file = given(
        "a.csv",
        "user,time,basket,product,price\nu1,2024-01-01,b1,apple,1.5\nu1,2024-01-01,b1,pear,2\n,2024-01-01,b2,plum,3\n\
         u3,2024-01-02,b3,fig,4\n",
    );
    let decoded =
        decode(&file.path, &parsed(&format!("{BASKET}group_by: {{columns: [basket]}}\ntypes: {{price: number}}\n")))
            .unwrap();
    assert_eq!(decoded.codes(), [(4, "identifier_missing")]);
    let basket = &decoded.events[0];
    assert_eq!(basket.columns[&Column::Amount], ColumnValue::Number(3.5));
    assert_eq!(basket.columns[&Column::Quantity], ColumnValue::Number(2.0));
    assert_eq!(basket.seq, 1);
    let props: Vec<_> = ["dearest", "cheapest", "first", "last"].map(|name| basket.props[name].clone()).into();
    assert_eq!(props, [json!(2.0), json!(1.5), json!("apple"), json!("pear")]);
    assert!(basket.items.is_empty(), "every column went somewhere");
    let named = parsed(&format!(
        "{BASKET}group_by: {{columns: [basket], items: {{sku: product, price: price}}}}\ntypes: {{price: number}}\n"
    ));
    let decoded = decode(&file.path, &named).unwrap();
    assert_eq!(json!(decoded.events[0].items), json!([{"price": 1.5, "sku": "apple"}, {"price": 2.0, "sku": "pear"}]));
}

#[test]
fn a_group_is_taken_whole_or_refused_whole() {
    let file = given(
        "a.csv",
        "user,time,basket,product,price\nu1,2024-01-01,b1,apple,1\nu1,2024-01-01,b1,pear,much\nu1,2024-01-01,b1,fig,1\n\
         u1,2024-01-01,b2,kiwi,1\nu2,2024-01-01,b2,lime,1\nu1,2024-01-01,b3,ok,1\n",
    );
    let decoded = decode(&file.path, &parsed(&format!("{BASKET}group_by: {{columns: [basket]}}\n"))).unwrap();
    let expected = [
        (2, "group_rejected"),
        (3, "number_unreadable"),
        (4, "group_rejected"),
        (5, "group_rejected"),
        (6, "group_mixed"),
    ];
    assert_eq!(decoded.codes(), expected);
    assert_eq!(decoded.events.len(), 1);
    assert_eq!(decoded.rejections[0].original, "u1,2024-01-01,b1,apple,1");
}

#[test]
fn traits_of_a_refused_group_are_said_later() {
    let file = given(
        "a.csv",
        "user,time,basket,product,price,tier\nu1,2024-01-01,b1,apple,much,gold\nu1,2024-01-02,b2,pear,2,gold\n",
    );
    let text = format!("{BASKET}traits: [tier]\ngroup_by: {{columns: [basket]}}\n");
    let decoded = decode(&file.path, &parsed(&text)).unwrap();
    assert_eq!(decoded.codes(), [(2, "number_unreadable")]);
    assert_eq!(json!(decoded.events[0].traits), json!({"tier": "gold"}));
}

#[test]
fn decoding_may_move_to_another_thread() {
    fn check<T: Send>() {}
    check::<ingest::Decoder>();
    check::<ingest::Lookups>();
}

#[test]
fn a_group_that_comes_again_is_refused_or_gathered() {
    let file = given(
        "a.csv",
        "user,time,basket,product,price\nu1,2024-01-01,b1,apple,1\nu2,2024-01-01,b2,pear,2\nu1,2024-01-01,b1,fig,3\n\
         u1,2024-01-01,b1,kiwi,4\nu3,2024-01-01,b3,lime,5\n",
    );
    let streamed = decode(&file.path, &parsed(&format!("{BASKET}group_by: {{columns: [basket]}}\n"))).unwrap();
    assert_eq!(streamed.codes(), [(4, "group_split"), (5, "group_split")]);
    assert!(streamed.rejections[0].reason.contains("order: any"));
    assert_eq!(streamed.events.len(), 3);
    let gathered =
        decode(&file.path, &parsed(&format!("{BASKET}group_by: {{columns: [basket], order: any}}\n"))).unwrap();
    assert_eq!(gathered.codes(), []);
    let amounts: Vec<_> =
        gathered.events.iter().map(|event| (event.seq, event.columns[&Column::Amount].clone())).collect();
    assert_eq!(amounts, [(1, ColumnValue::Number(8.0)), (2, ColumnValue::Number(2.0)), (5, ColumnValue::Number(5.0))]);
    // A basket whose lines stand together has the same id either way.
    assert_eq!(streamed.events[1].event_id, gathered.events[1].event_id);
}

#[test]
fn lookups_join_other_files() {
    let file =
        given("visits.csv", "user,time,event,sku\nu1,2024-01-01,view,7\nu1,2024-01-01,view,8\nu1,2024-01-01,view,\n");
    std::fs::write(file.folder.path().join("products.csv"), "id,brand,margin\n7,Alpha,0.2\n9,Beta,0.3\n9,Gamma,0.4\n")
        .unwrap();
    let text = "lookups: {product: {file: products.csv, key: id, on: sku}}\n\
                columns: {product: sku, category: product.brand}\n\
                set_props: {known: {expr: 'product.brand != null'}}\n";
    let decoded = decode(&file.path, &mapping(text)).unwrap();
    assert_eq!(decoded.events[0].columns[&Column::Category], ColumnValue::Text("Alpha".into()));
    let known: Vec<_> = decoded.events.iter().map(|event| event.props["known"].clone()).collect();
    assert_eq!(known, [json!(true), json!(false), json!(false)]);
    assert_eq!(
        decoded.notes,
        [
            "1 rows have a key that the lookup `product` lacks",
            "1 rows of the lookup `product` repeat a key; the first row of a key counts"
        ]
    );
    let missing = decode(&file.path, &mapping("lookups: {p: {file: none.csv, key: id, on: sku}}\n")).unwrap_err();
    assert_eq!(missing.kind(), ingest::ErrorKind::NotFound);
    let wrong = decode(
        &file.path,
        &mapping("lookups: {p: {file: products.csv, key: id, on: sku}}\ncolumns: {category: p.colour}\n"),
    );
    assert!(wrong.unwrap_err().to_string().contains("the lookup `p` has no column `colour`; it has id, brand, margin"));
}

#[test]
fn a_fixed_value_written_as_a_column_is_explained() {
    let file = given("a.csv", "user,time,event\nu1,2024-01-01,view\n");
    let text = "source: s\ntime: {column: time, zone: UTC}\nidentifiers: [{namespace: u, column: user}]\nevent: event\nchannel: website\n";
    let error = decode(&file.path, &parsed(text)).unwrap_err().to_string();
    assert!(error.contains("for a fixed value write {const: website}"), "{error}");
}
