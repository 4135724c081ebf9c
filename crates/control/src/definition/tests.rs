use std::collections::BTreeMap;

use chrono::NaiveDate;
use model::case::Case;
use model::event::Column;
use model::journey::{Expectation, Goal, Stage, Touchpoint};
use model::lanes::{Basis, Card, Lane, Parent, Persona};
use model::period::Span;
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::signal::{Signal, SignalKind};
use model::text::LocalizedText;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const SHOP: &str = r#"id: shop
name: {zh-CN: 网购, en: Shopping}
gap: 14d
zone: Asia/Shanghai
stages:
  - id: look
    name: {zh-CN: 发现, en: Discover}
    expect: {time: 5m, conversion: 0.5}
    touchpoints:
      - id: home
        name: Home
        match:
          - event: [home, promo]
          - event: catalog
            where:
              - {column: amount, op: gte, value: 10}
              - {column: props.plan, op: in, value: [a, 2, true]}
  - id: buy
    name: Buy
    touchpoints:
      - id: purchase
        name: Purchase
        match: [{event: purchase}]
        channel: web
goal:
  name: Order
  touchpoints: [purchase]
  value: amount
"#;

/// Every field of every shape set, so that a field added to the model breaks this literal and the reader is extended.
fn full() -> Journey {
    let both = |zh: &str, en: &str| {
        LocalizedText::ByLanguage(BTreeMap::from([("zh-CN".into(), zh.into()), ("en".into(), en.into())]))
    };
    let test = |column: &str, op: Op, value: Value| ColumnTest { column: column.into(), op, value };
    Journey {
        id: "online-purchase".into(),
        name: both("在线购物", "Online purchase"),
        description: Some("A text: with a colon, \"quotes\",\na second line and # no comment".into()),
        scope: Some(Rule(vec![Condition { event: vec![], channel: vec!["web".into(), "app".into()], tests: vec![] }])),
        gap: Span::days(14),
        case: Some(Case { key: "props.contract".into(), until: Some("props.ends".into()) }),
        stages: vec![Stage {
            id: "decide".into(),
            name: both("决定", "Decide"),
            expect: Some(Expectation { time: Some(Span::minutes(90)), conversion: Some(0.35) }),
            owner: Some("交易组".into()),
            touchpoints: vec![Touchpoint {
                id: "cart".into(),
                name: "no".into(),
                rule: Rule(vec![Condition {
                    event: vec!["add_to_cart".into(), "0755".into()],
                    channel: vec!["true".into()],
                    tests: vec![
                        test("amount", Op::Gte, json!(12.5)),
                        test("props.code", Op::Eq, json!("0012")),
                        test("quantity", Op::NotIn, json!([1, -2, "3", false, u64::MAX])),
                        test("campaign", Op::Exists, Value::Null),
                    ],
                }]),
                channel: Some("web".into()),
            }],
            cards: vec![
                Card {
                    id: "doubt".into(),
                    lane: Lane::Emotion,
                    text: both("运费怎么算？", "What will delivery cost?"),
                    basis: Basis::Research,
                    source: Some("访谈, 2026-01".into()),
                    feeling: Some(-2),
                    persona: Some("busy".into()),
                },
                Card {
                    id: "idea".into(),
                    lane: Lane::Opportunity,
                    text: "yes".into(),
                    basis: Basis::Assumption,
                    source: None,
                    feeling: None,
                    persona: None,
                },
            ],
        }],
        goal: Goal {
            name: "Order".into(),
            touchpoints: vec!["cart".into()],
            value: Some("amount".into()),
            baseline: Some(0.31),
            target: Some(1.0),
            by: Some(day(2026, 12, 31)),
        },
        zone: "Asia/Shanghai".into(),
        signals: vec![Signal {
            id: "declined".into(),
            name: both("被拒", "Declined"),
            kind: SignalKind::OutOfStock,
            rule: Rule::event("payment_error"),
        }],
        planned: vec!["decide".into()],
        personas: vec![
            Persona {
                id: "busy".into(),
                name: both("忙碌的家长", "Busy parent"),
                description: Some(both("下班后才有空", "Free only after work")),
                customers: Some(Rule(vec![Condition {
                    event: vec![],
                    channel: vec![],
                    tests: vec![test("traits.kids", Op::Gte, json!(1))],
                }])),
            },
            Persona { id: "other".into(), name: "Other".into(), description: None, customers: None },
        ],
        parent: Some(Parent { journey: "life".into(), stage: "shop".into() }),
        owner: Some("2026".into()),
        review: Some(day(2026, 3, 1)),
    }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

#[test]
fn every_field_survives_yaml_and_json() {
    let journey = full();
    assert_eq!(journey.faults(), []);
    let yaml = journey_to_yaml(&journey);
    assert_eq!(journey_from_yaml(&yaml), Ok(journey.clone()));
    let json = journey_to_json(&journey);
    assert_eq!(journey_from_json(&json), Ok(journey.clone()));
    // JSON is YAML: both readers give the same.
    assert_eq!(journey_from_yaml(&json), Ok(journey));
    insta::assert_snapshot!("full_yaml", yaml);
    insta::assert_snapshot!("full_json", json);
}

#[test]
fn short_forms_read_like_the_model_reads_them() {
    let journey = journey_from_yaml(SHOP).unwrap();
    assert_eq!(serde_saphyr::from_str::<Journey>(SHOP).unwrap(), journey);
    assert_eq!(journey.stages[0].touchpoints[0].rule.0[1].event, ["catalog"]);
    assert_eq!(journey.name.get("zh-CN"), "网购");
    assert_eq!(journey_from_yaml(&format!("\u{feff}{}", SHOP.replace('\n', "\r\n"))), Ok(journey));
}

#[test]
fn every_operator_has_its_word() {
    for (word, op) in read::OPERATORS {
        assert_eq!(serde_json::to_value(op).unwrap(), Value::from(word));
    }
    for (word, basis) in read::BASES {
        assert_eq!(serde_json::to_value(basis).unwrap(), Value::from(word));
    }
    for lane in Lane::ALL {
        assert_eq!(serde_json::to_value(lane).unwrap(), Value::from(lane.id()));
    }
}

#[test]
fn bare_words_stay_what_they_were_written_as() {
    let text = SHOP
        .replace("name: Home", "name: 2024")
        .replace("[home, promo]", "[0755, no]")
        .replace("value: 10}", "value: 0755}")
        .replace("[a, 2, true]", "[0x1F, 1e3, -4, '5', ~x, +6, 1_000, .5]");
    let journey = journey_from_yaml(&text).unwrap();
    let touchpoint = &journey.stages[0].touchpoints[0];
    assert_eq!(touchpoint.name, LocalizedText::from("2024"));
    assert_eq!(touchpoint.rule.0[0].event, ["0755", "no"]);
    assert_eq!(touchpoint.rule.0[1].tests[0].value, json!("0755"));
    assert_eq!(touchpoint.rule.0[1].tests[1].value, json!([31, 1000.0, -4, "5", "~x", 6, "1_000", 0.5]));
}

/// `line:column path: message` of every fault.
fn faults(read: Result<Journey, Vec<Fault>>) -> Vec<String> {
    read.unwrap_err()
        .iter()
        .map(|f| format!("{}:{} {f}", f.line.unwrap_or_default(), f.column.unwrap_or_default()))
        .collect()
}

#[test]
fn all_faults_come_at_once_with_their_places() {
    let text = r#"id: Online Shop
nmae: Shop
name: 网购
name: twice
gap: soon
zone: Asia/Shangai
colour: red
stages:
  - id: look
    name: Look
    expect: {time: 5, conversion: high}
    touchpoints:
      - id: home
        name: [Home]
        match: {event: home}
      - id: list
        name: {en: List, en: Again, zh-CN: ""}
        match:
          - event: list
            where: [{column: colour, op: equals, value: 1}, {column: amount, op: exists, value: 1}]
  - id: look
    name: Second
    touchpoints: []
  - just a text
goal:
  name: Done
  touchpoints: [lisst]
  value: product
"#;
    insta::assert_snapshot!("all_faults", faults(journey_from_yaml(text)).join("\n"));
}

#[test]
fn faults_of_cases_have_places() {
    let read = |case: &str| faults(journey_from_yaml(&SHOP.replace("gap: 14d", &format!("gap: 14d\ncase: {case}"))));
    let places = |case: &str| -> Vec<String> {
        let places = read(case).into_iter().map(|fault| fault.split(": ").next().unwrap().to_owned());
        places.collect()
    };
    assert_eq!(places("{key: contract, until: amount}"), ["4:13 case.key", "4:30 case.until"]);
    assert_eq!(places("{key: traits.contract}"), ["4:13 case.key"]);
    assert_eq!(places("{until: props.end}"), ["4:7 case.key"]);
    assert_eq!(places("{key: order_id, ends: props.end}"), ["4:23 case.ends"]);
    assert_eq!(places("order_id"), ["4:7 case"]);
}

#[test]
fn faults_of_what_the_team_writes_have_places_too() {
    let cards = r#"
    cards:
      - id: one
        lane: emotoin
        text: {zh-CN: 急, en: Hurried}
        feeling: -1
      - {id: two, lane: emotion, text: Glad, feeling: 3, persona: nobody}
      - {id: two, lane: pain, text: Slow, feeling: 1.5, basis: live}
      - {id: three, lane: need, text: "", basis: research, colour: red}
      - text
goal:"#;
    let signals = r#"
  baseline: high
  target: 1.2
  by: 2026-02-30
signals:
  - {id: declined, name: Declined, kind: eror, match: [{event: payment_error}]}
  - {id: declined, name: Again, kind: [error], match: []}
personas:
  - {id: Busy, name: Busy, customers: {event: home}}
planned: [buy, look, gone]
parent: {journey: shop}
review: soon
owner: [lin]
"#;
    let text = SHOP.replace("\ngoal:", cards) + signals.trim_start_matches('\n');
    insta::assert_snapshot!(
        "faults_of_the_team",
        faults(journey_from_yaml(&text)).join(
            "
"
        )
    );
}

#[test]
fn what_names_an_unread_id_is_not_at_fault() {
    let more = "planned: [look, buy]\npersonas:\n  - {id: busy, name: Busy}\n";
    let card = "    cards: [{id: one, lane: need, text: Quick, persona: busy}]\ngoal:\n";
    let text = SHOP.replace("goal:\n", card) + more;
    assert_eq!(faults(journey_from_yaml(&text.replace("personas:", "persona:"))).len(), 1);
    assert_eq!(faults(journey_from_yaml(&text.replace("{id: busy", "{iid: busy"))).len(), 1);
    assert_eq!(faults(journey_from_yaml(&text.replace("- id: look", "- iid: look"))).len(), 1);
    assert!(journey_from_yaml(&text).is_ok());
}

#[test]
fn a_dangling_goal_is_reported_where_it_stands() {
    let text = SHOP.replace("touchpoints: [purchase]", "touchpoints:\n    - purchase\n    - nowhere");
    assert_eq!(faults(journey_from_yaml(&text)), ["29:7 goal.touchpoints[1]: there is no touchpoint `nowhere`"]);
    // The id it means is misspelt as a field: one cause, one fault.
    let text = SHOP.replace("- id: purchase", "- iid: purchase");
    assert_eq!(
        faults(journey_from_yaml(&text)),
        ["21:9 stages[1].touchpoints[0].iid: there is no field `iid`; did you mean `id`?"]
    );
}

#[test]
fn json_faults_have_places_too() {
    let json = journey_to_json(&full());
    let text = json.replace("\"gap\": \"14d\"", "\"gap\": 14, \"gap\": \"7d\"").replace("\"zone\"", "\"zoen\"");
    assert_eq!(
        faults(journey_from_json(&text)),
        [
            "16:10 gap: `14` is not a length of time; write a whole number and a unit, as in 30m, 12h, 7d or 2w",
            "16:14 gap: `gap` stands twice; keep one",
            "110:3 zoen: there is no field `zoen`; did you mean `zone`?",
        ]
    );
    let minified = serde_json::to_string(&full()).unwrap().replace("\"14d\"", "\"x\"");
    let fault = &journey_from_json(&minified).unwrap_err()[0];
    let before = &minified[..minified.find("\"x\"").unwrap()];
    let column = before.chars().count() + 1;
    assert_eq!((fault.line, fault.column), (Some(1), Some(u32::try_from(column).unwrap())));
}

#[test]
fn broken_syntax_stops_with_its_place() {
    for (text, expected) in [
        ("id: shop\nname: 'open", "2:7 "),
        ("id: shop\n  name: x: y\n", "2:7 "),
        ("id: *other\n", "1:5 "),
        ("id: &a shop\nname: *a\n", "1:8 : anchors and aliases are not read"),
        ("id: !!str 12\n", "1:11 : tags are not read"),
        ("id: shop\n---\nid: two\n", "2:1 : a second document begins here"),
        ("[a, b]: 1\n", "1:1 : a field's name is a text"),
        ("", "1:1 : expected a map with the fields `id`"),
        ("- id: shop\n", "1:1 : expected a map with the fields"),
        ("just words", "1:1 : expected a map with the fields"),
    ] {
        let found = faults(journey_from_yaml(text));
        assert!(found.len() == 1 && found[0].starts_with(expected), "{text:?}: {found:?}");
    }
    for (text, expected) in [
        ("{\"id\": \"网\",\n \"name\": }", "2:10 : this is not JSON: expected value"),
        ("{\"id\": \"网\" \"x\": 1}", "1:12 : this is not JSON: expected `,` or `}`"),
        ("{\"id\": \"\\ud800\"}", "1:15 : this is not JSON:"),
        ("", "1:1 : this is not JSON: EOF"),
        ("{} {}", "1:4 : this is not JSON: trailing characters"),
        ("[]", "1:1 : expected a map with the fields"),
    ] {
        let found = faults(journey_from_json(text));
        assert!(found.len() == 1 && found[0].starts_with(expected), "{text:?}: {found:?}");
    }
}

#[test]
fn limits_hold() {
    let deep = format!("{}1{}", "[".repeat(DEPTH_MAX + 2), "]".repeat(DEPTH_MAX + 2));
    for found in [faults(journey_from_yaml(&deep)), faults(journey_from_json(&deep))] {
        assert_eq!(found.len(), 1, "{found:?}");
    }
    let very_deep = "[".repeat(TEXT_BYTES_MAX);
    assert_eq!(faults(journey_from_yaml(&very_deep)).len(), 1);
    assert_eq!(faults(journey_from_json(&very_deep)).len(), 1);

    let long = format!("id: shop # {}", "x".repeat(TEXT_BYTES_MAX));
    assert!(faults(journey_from_yaml(&long))[0].contains("a definition has at most"));

    let many: String = (0..10_000).map(|i| format!("strange-{i}: 1\n")).collect();
    assert_eq!(faults(journey_from_yaml(&many)).len(), FAULTS_MAX);
}

#[test]
fn long_texts_survive() {
    let mut journey = full();
    let long = |c: &str| c.repeat(5_000);
    journey.description = Some(long("words, ").as_str().into());
    journey.name = LocalizedText::ByLanguage([("en".into(), long("x ")), ("zh-CN".into(), long("长"))].into());
    journey.stages[0].touchpoints[0].rule.0[0].event = vec![long("e"), long("'\" ")];
    assert_eq!(journey_from_yaml(&journey_to_yaml(&journey)), Ok(journey.clone()));
    assert_eq!(journey_from_json(&journey_to_json(&journey)), Ok(journey));
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9 -]{1,12}",
        "\\PC{1,20}",
        "[ \\t\\n:#'\"\\[\\]{}&*!|>%@`,?~-]{1,6}x[ \\n]{0,3}",
        proptest::sample::select(vec![
            "null",
            "~",
            "yes",
            "No",
            "true",
            "1",
            "1.0",
            "-0",
            "0x1F",
            "1e3",
            ".inf",
            "2024-01-01",
            "<<",
            "=",
            "---",
            "12:30"
        ])
        .prop_map(str::to_owned),
    ]
    .prop_filter("a name is not blank", |text| !text.trim().is_empty())
}

fn any_name() -> impl Strategy<Value = LocalizedText> {
    prop_oneof![
        any_text().prop_map(LocalizedText::Same),
        proptest::collection::btree_map("[a-z]{2}(-[A-Z]{2})?|no|y|on", any_text(), 1..4)
            .prop_map(LocalizedText::ByLanguage),
    ]
}

fn any_test() -> impl Strategy<Value = ColumnTest> {
    let scalar = || {
        prop_oneof![
            any_text().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
        ]
    };
    let columns: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
    let column = prop_oneof![
        proptest::sample::select(columns).prop_map(str::to_owned),
        any_text().prop_map(|key| format!("props.{key}")),
        any_text().prop_map(|key| format!("traits.{key}")),
    ];
    let comparison =
        proptest::sample::select(vec![Op::Eq, Op::Ne, Op::Gt, Op::Gte, Op::Lt, Op::Lte, Op::Contains, Op::StartsWith]);
    let test = prop_oneof![
        (comparison, scalar()),
        (
            proptest::sample::select(vec![Op::In, Op::NotIn]),
            proptest::collection::vec(scalar(), 1..4).prop_map(Value::from)
        ),
        (proptest::sample::select(vec![Op::Exists, Op::Missing]), Just(Value::Null)),
    ];
    (column, test).prop_map(|(column, (op, value))| ColumnTest { column, op, value })
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let condition = (
        proptest::collection::vec(any_text(), 1..3),
        proptest::collection::vec(any_text(), 0..3),
        proptest::collection::vec(any_test(), 0..3),
    )
        .prop_map(|(event, channel, tests)| Condition { event, channel, tests });
    proptest::collection::vec(condition, 1..3).prop_map(Rule)
}

fn any_share() -> impl Strategy<Value = Option<f64>> {
    proptest::option::of(0.0..=1.0)
}

fn any_day() -> impl Strategy<Value = Option<NaiveDate>> {
    proptest::option::of((2000..2100_i32, 1..=12_u32, 1..=28_u32).prop_map(|(y, m, d)| day(y, m, d)))
}

prop_compose! {
    /// Its id and persona are set where it is put.
    fn any_card()(
        lane in proptest::sample::select(Lane::ALL.to_vec()),
        text in any_name(),
        source in proptest::option::of(any_text()),
        research in any::<bool>(),
        feeling in proptest::option::of(-2..=2_i8),
    ) -> Card {
        Card {
            id: String::new(),
            lane,
            text,
            basis: if research && source.is_some() { Basis::Research } else { Basis::Assumption },
            source,
            feeling: feeling.filter(|_| lane == Lane::Emotion),
            persona: None,
        }
    }
}

prop_compose! {
    fn any_stage()(
        name in any_name(),
        expect in proptest::option::of((proptest::option::of(0..i64::from(u32::MAX)), any_share())),
        owner in proptest::option::of(any_text()),
        touchpoints in proptest::collection::vec((any_name(), any_rule(), proptest::option::of(any_text())), 1..3),
        cards in proptest::collection::vec((any_card(), any::<bool>()), 0..3),
        planned in any::<bool>(),
    ) -> (Stage, bool) {
        let stage = Stage {
            id: String::new(),
            name,
            expect: expect.map(|(time_us, conversion)| Expectation { time: time_us.map(Span::from_us), conversion }),
            owner,
            touchpoints: touchpoints
                .into_iter()
                .map(|(name, rule, channel)| Touchpoint { id: String::new(), name, rule, channel })
                .collect(),
            cards: cards
                .into_iter()
                .map(|(card, of_persona)| Card { persona: of_persona.then(|| "p0".to_owned()), ..card })
                .collect(),
        };
        (stage, planned)
    }
}

fn any_signal() -> impl Strategy<Value = Signal> {
    (any_name(), proptest::sample::select(SignalKind::ALL.to_vec()), any_rule()).prop_map(|(name, kind, rule)| Signal {
        id: String::new(),
        name,
        kind,
        rule,
    })
}

prop_compose! {
    fn any_journey()(
        (name, description) in (any_name(), proptest::option::of(any_name())),
        scope in proptest::option::of(any_rule()),
        gap_us in 1..i64::from(u32::MAX),
        case in proptest::sample::select(vec![
            None, Some(("order_id", None)), Some(("props.contract", Some("props.ends"))),
        ]),
        stages in proptest::collection::vec(any_stage(), 1..4),
        (goal, baseline, target, by) in (any_name(), any_share(), any_share(), any_day()),
        value in proptest::sample::select(vec![None, Some("amount"), Some("score")]),
        zone in proptest::sample::select(vec!["UTC", "Asia/Shanghai", "America/New_York"]),
        signals in proptest::collection::vec(any_signal(), 0..3),
        personas in proptest::collection::vec(
            (any_name(), proptest::option::of(any_name()), proptest::option::of(any_rule())), 0..3),
        parent in proptest::option::of("[a-z0-9_-]{1,9}"),
        owner in proptest::option::of(any_text()),
        review in any_day(),
    ) -> Journey {
        let planned = stages.iter().enumerate().filter(|(_, (_, planned))| *planned);
        let planned = planned.map(|(i, _)| format!("s{i}")).collect();
        let mut stages: Vec<Stage> = stages.into_iter().map(|(stage, _)| stage).collect();
        for (i, stage) in stages.iter_mut().enumerate() {
            stage.id = format!("s{i}");
            for (j, touchpoint) in stage.touchpoints.iter_mut().enumerate() {
                touchpoint.id = format!("t{i}-{j}");
            }
            for (j, card) in stage.cards.iter_mut().enumerate() {
                card.id = format!("c{i}-{j}");
                card.persona = card.persona.take().filter(|_| !personas.is_empty());
            }
        }
        Journey {
            id: "journey".into(),
            name,
            description,
            scope,
            gap: Span::from_us(gap_us),
            case: case.map(|(key, until)| Case { key: key.into(), until: until.map(str::to_owned) }),
            stages,
            goal: Goal {
                name: goal, touchpoints: vec!["t0-0".into()], value: value.map(str::to_owned), baseline, target, by,
            },
            zone: zone.into(),
            signals: signals.into_iter().enumerate().map(|(i, signal)| Signal { id: format!("n{i}"), ..signal }).collect(),
            planned,
            personas: personas.into_iter().enumerate().map(|(i, (name, description, customers))| Persona {
                id: format!("p{i}"), name, description, customers,
            }).collect(),
            parent: parent.filter(|id| id != "journey").map(|id| Parent { journey: id, stage: "s0".into() }),
            owner,
            review,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_journey_survives_and_reads_as_the_model_reads_it(journey in any_journey()) {
        prop_assert_eq!(journey.faults(), vec![]);
        let yaml = journey_to_yaml(&journey);
        let read = journey_from_yaml(&yaml).map_err(|faults| TestCaseError::fail(format!("{faults:?}\n{yaml}")))?;
        prop_assert_eq!(&read, &journey, "{}", yaml);
        prop_assert_eq!(journey_to_yaml(&read), yaml);

        let json = journey_to_json(&journey);
        let read = journey_from_json(&json).unwrap();
        prop_assert_eq!(&read, &journey);
        prop_assert_eq!(serde_json::from_str::<Journey>(&json).unwrap(), read);
    }

    #[test]
    fn damaged_text_gives_faults_inside_the_text(
        at in 0..SHOP.len(), cut in 0_usize..8, insert in "[\\PC\\n\\t]{0,4}", as_json in any::<bool>()
    ) {
        let shop = journey_to_json(&journey_from_yaml(SHOP).unwrap());
        let whole = if as_json { shop.as_str() } else { SHOP };
        let from = (0..=at).rev().find(|&i| whole.is_char_boundary(i)).unwrap();
        let to = ((from + cut).min(whole.len())..=whole.len()).find(|&i| whole.is_char_boundary(i)).unwrap();
        let text = format!("{}{insert}{}", &whole[..from], &whole[to..]);
        let read = if as_json { journey_from_json(&text) } else { journey_from_yaml(&text) };
        if let Err(faults) = read {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                let line = text.split('\n').nth(fault.line.unwrap() as usize - 1);
                let width = line.map(|line| line.chars().count());
                prop_assert!(width.is_some_and(|width| fault.column.unwrap() as usize <= width + 1), "{fault:?} in {text:?}");
            }
        }
    }
}
