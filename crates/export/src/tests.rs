//! Whole maps: what is drawn keeps to its room, says everything in both languages, and survives odd input.

use std::collections::BTreeMap;

use analysis::answer::{
    CellMetrics, Durations, Exits, Headline, HeadlineOf, JourneyMap, JourneyRef, JourneyTotals, Meta, Move, MoveKind,
    MoveTo, People, PinnedNumber, PinnedVersus, PlannedWay, Reach, Share, StageChannelMetrics, StageMetrics,
    TouchpointMetrics,
};
use model::journey::Journey;
use model::lanes::Lane;
use model::named_view::MapPlace;
use model::pain::{Comparison, Estimate, Money, Pain, PainKind, Rate};
use model::sample::SampleKind;
use model::scope::Scope;
use model::text::LocalizedText;
use resvg::usvg::{Node, Options, Tree};
use serde_json::json;

use crate::drawing::{Block, Shape, Text};
use crate::fonts::fonts;
use crate::kit::Kit;
use crate::layout::{Medium, lay_out};
use crate::office::map_document;
use crate::svg::Head;
use crate::{Error, Format, Language, Picture, Pinned, Theme, export, render};

const LANGUAGES: [Language; 2] = [Language::Chinese, Language::English];

fn both(zh: &str, en: &str) -> LocalizedText {
    LocalizedText::ByLanguage(BTreeMap::from([("zh-CN".to_owned(), zh.to_owned()), ("en".to_owned(), en.to_owned())]))
}

fn people(instances: u64) -> People {
    People { instances, customers: instances, pick: "started".to_owned() }
}

fn share(hits: u64, of: u64) -> Share {
    let share = (of > 0).then(|| hits as f64 / of as f64);
    Share { hits, of, share, low: share.map(|share| share * 0.9), high: share.map(|share| share * 1.1) }
}

fn reach(instances: u64, of: u64, score: Option<f64>) -> Reach {
    Reach {
        events: instances,
        reached: people(instances),
        share: share(instances, of),
        repeats: 0,
        to_goal: share(0, of),
        goal: people(0),
        open: people(0),
        onward: people(instances / 2),
        basis: None,
        value: None,
        score_mean: score,
        score_count: u64::from(score.is_some()),
    }
}

/// A definition of so many stages; every third with cards and scores.
fn definition(stages: usize) -> Journey {
    let stage = |i: usize| {
        let card = |lane: &str, text: &str| {
            json!({"id": format!("{lane}-{i}"), "lane": lane, "text": text, "basis": "research", "source": "访谈 & <interviews> 2026",
                   "feeling": (lane == "emotion").then_some(-1), "persona": "busy"})
        };
        let cards = match i % 3 {
            0 => vec![
                card("action", "在手机上反复比较，「截图」发给家人（问价格、问运费），然后才下单。"),
                card("emotion", "Unsure whether the antidisestablishmentarianism-sized size chart is right"),
            ],
            _ => Vec::new(),
        };
        json!({
            "id": format!("stage-{i}"),
            "name": {"zh-CN": format!("阶段{i}：比较与选择"), "en": format!("Stage {i}: weigh and choose")},
            "owner": "林 <lin@example.com> & co.",
            "expect": {"time": "10m", "conversion": 0.6},
            "touchpoints": [{"id": format!("view-{i}"), "name": {"zh-CN": "查看商品详情页", "en": "Product page"},
                             "match": [{"event": "view"}]}],
            "cards": cards,
        })
    };
    let all: Vec<_> = (1..=stages).map(stage).collect();
    let value = json!({
        "id": "buy",
        "name": {"zh-CN": "购买 <&\"'> 旅程", "en": "Buying <&\"'> journey"},
        "gap": "30d",
        "stages": all,
        "personas": [{"id": "busy", "name": {"zh-CN": "忙碌的家长", "en": "Busy parent"},
                      "description": {"zh-CN": "时间少，先看评价。", "en": "Little time, reads reviews first."}}],
        "goal": {"name": {"zh-CN": "付款", "en": "Paid"}, "touchpoints": [format!("view-{stages}")],
                 "baseline": 0.1, "target": 0.2, "by": "2026-12-31"},
    });
    serde_json::from_value(value).unwrap()
}

/// A map of so many stages and journeys.
pub(crate) fn map(stages: usize, journeys: u64) -> JourneyMap {
    let definition = definition(stages);
    let left = |i: usize| journeys * (stages - i) as u64 / stages as u64;
    let metrics = |(i, stage): (usize, &model::journey::Stage)| StageMetrics {
        stage: stage.id.clone(),
        name: stage.name.clone(),
        reach: reach(left(i), journeys, (i % 2 == 0 && journeys > 0).then_some(3.5 + i as f64 / 100.0)),
        starts: people(0),
        entries: left(i),
        loops: 2,
        looped: people(2),
        exits: Exits { goal: 0, forward: left(i) / 2, back: left(i) / 8, leave: left(i) / 4, open: left(i) / 8 },
        forward: people(left(i) / 2),
        back: people(left(i) / 8),
        to_next: share(left(i) / 2, left(i)),
        waiting: people(0),
        time: Durations { count: left(i), mean_s: Some(90.0), median_s: Some(75.5), p90_s: Some(8_000.0) },
        dropped_furthest: people(left(i) / 4),
        open_furthest: people(0),
        left_last: people(left(i) / 4),
        expect: stage.expect,
        time_met: Some(true),
        conversion_met: Some(false),
    };
    let place = |i: usize| reach(left(i), journeys, None);
    let pairs = || definition.stages.iter().enumerate();
    let moves = pairs().flat_map(|(i, stage)| {
        let to = |to: usize, kind| {
            let stages = &definition.stages;
            stages.get(to).map(|end| Move {
                from: stage.id.clone(),
                to: MoveTo::Stage(end.id.clone()),
                kind,
                count: left(i) / 2,
                people: people(left(i) / 2),
            })
        };
        let back = i.checked_sub(1).and_then(|before| to(before, MoveKind::Back));
        [to(i + 1, MoveKind::Forward), to(i + 3, MoveKind::Forward), back].into_iter().flatten()
    });
    let touchpoints = pairs().map(|(i, stage)| TouchpointMetrics {
        stage: stage.id.clone(),
        touchpoint: stage.touchpoints[0].id.clone(),
        name: stage.touchpoints[0].name.clone(),
        reach: place(i),
    });
    let cells = pairs().map(|(i, stage)| CellMetrics {
        stage: stage.id.clone(),
        touchpoint: stage.touchpoints[0].id.clone(),
        channel: "mini_program".to_owned(),
        reach: place(i),
    });
    let channels = pairs().filter(|(i, _)| i % 2 == 0).map(|(i, stage)| StageChannelMetrics {
        stage: stage.id.clone(),
        channel: "mini_program".to_owned(),
        reach: place(i),
    });
    JourneyMap {
        meta: Meta {
            definition: both(
                "旅程的定义，到达目标「付款」为止。",
                "The definition of the journey, up to the goal “Paid”.",
            ),
            population: both("旅程「购买」的实例", "instances of the journey “Buying”"),
            filters: vec![both("不含系统事件", "without the system's own events")],
            breakdown: None,
            identity: both("同一客户：相连的全部身份", "One customer is every identity that is linked"),
            zone: "Asia/Shanghai".to_owned(),
            as_of_us: 1_770_000_000_000_000,
            events_later: Some(3),
            snapshot: "v4+log2".to_owned(),
            rows_scanned: Some(12_345),
            elapsed_ms: 12,
            truncated: false,
            sql: Vec::new(),
            question: String::new(),
            scope: Scope::default(),
        },
        totals: JourneyTotals {
            events: journeys,
            started: people(journeys),
            goal: people(journeys / 10),
            left: people(journeys / 2),
            open: people(journeys / 5),
            conversion: share(journeys / 10, journeys / 2),
            time_to_goal: Durations { count: 1, mean_s: Some(1.0), median_s: Some(500_000.0), p90_s: Some(900_000.0) },
            value: Some(123_456.0),
        },
        stages: pairs().map(metrics).collect(),
        touchpoints: touchpoints.collect(),
        cells: cells.collect(),
        stage_channels: channels.collect(),
        moves: moves.collect(),
        channels: vec!["mini_program".to_owned()],
        planned: PlannedWay {
            stages: definition.stages.iter().map(|stage| stage.id.clone()).collect(),
            on_way: people(journeys),
            on_way_share: share(journeys, journeys),
            on_way_to_goal: share(journeys / 10, journeys / 2),
            off_way: people(0),
            off_way_to_goal: share(0, 0),
            deviations: Vec::new(),
        },
        key_touchpoints: Vec::new(),
        journey: JourneyRef { id: "buy".to_owned(), version: 7, definition: definition.clone() },
    }
}

fn pain(stage: &str) -> Pain {
    let one = Estimate { value: 120.0, low: 80.0, high: 160.0 };
    Pain {
        key: "0123456789abcdef".to_owned(),
        kind: PainKind::DropOff,
        journey: "buy".to_owned(),
        stage: stage.to_owned(),
        facet: None,
        comparison: Comparison::Others,
        from_us: 0,
        to_us: 1,
        dated: false,
        observed: Rate::new(30, 100),
        reference: Rate::new(10, 100),
        difference: one,
        margin: 0.05,
        p_value: 0.001,
        q_value: 0.01,
        looks: 10,
        excess: one,
        customers_per_month: one,
        money: Money::PerMonth { amount: one, currency: Some("CNY".to_owned()), observed: None },
        margin_lost: Default::default(),
        running_cost: Default::default(),
        causes: Vec::new(),
        collect: Vec::new(),
        suggestions: Vec::new(),
        effects: Vec::new(),
        next: Vec::new(),
        sentence: both(
            "「支付」安卓端流失率高 14 个百分点，约损失 ¥7716/月",
            "Android loses 14 pp more, about CN¥7,716 a month",
        ),
        question: String::new(),
        pick: String::new(),
    }
}

pub(crate) fn picture<'a>(map: &'a JourneyMap, pains: &'a [Pain], language: Language) -> Picture<'a> {
    Picture {
        map,
        workspace: "Shop & Co",
        sample: None,
        currency: Some("CNY"),
        pains: Some(pains),
        pinned: &[],
        language,
        theme: Theme::Light,
    }
}

fn texts(sheet: &Block) -> Vec<&Text> {
    let text = sheet.shapes.iter().filter_map(|shape| match shape {
        Shape::Text(text) => Some(text),
        _ => None,
    });
    text.collect()
}

/// The text nodes of a tree in their order, each with its left and right edge as the renderer has set it.
fn set(tree: &Tree) -> Vec<(String, [f32; 2])> {
    let of_node = |node: &Node| match node {
        Node::Text(text) => {
            let chunks: String = text.chunks().iter().map(|chunk| chunk.text().to_owned()).collect();
            let edges = text.abs_bounding_box();
            Some((chunks, [edges.left(), edges.right()]))
        }
        _ => None,
    };
    tree.root().children().iter().filter_map(of_node).collect()
}

#[test]
fn every_line_keeps_to_its_room_as_the_renderer_sets_it() {
    let map = map(5, 1_234);
    let pains = [pain("stage-2"), pain("stage-2"), pain("stage-5")];
    for language in LANGUAGES {
        let fonts = fonts(language).unwrap();
        let picture = picture(&map, &pains, language);
        for medium in [Medium::Sheet, Medium::Pages] {
            let kit = Kit::new(fonts, picture.theme.palette(), language);
            for sheet in lay_out(&picture, &kit, medium) {
                let head = Head { title: "t", description: "d", language };
                let tree = render::tree(&sheet, fonts, &head).unwrap();
                let (drawn, set) = (texts(&sheet), set(&tree));
                assert_eq!(drawn.len(), set.len());
                for (text, (content, [left, right])) in drawn.into_iter().zip(set) {
                    assert_eq!(text.text.trim(), content.trim());
                    let [from, to] = text.room;
                    assert!(left >= from - 0.6 && right <= to + 0.6, "{content:?}: {left}–{right} in {from}–{to}");
                    assert!(text.x >= 0.0 && text.x + text.width <= sheet.width && text.y <= sheet.height);
                }
            }
        }
    }
}

#[test]
fn lines_do_not_lie_on_each_other() {
    let map = map(9, 50_000);
    let pains = [pain("stage-1"), pain("stage-3")];
    for language in LANGUAGES {
        let picture = picture(&map, &pains, language);
        for medium in [Medium::Sheet, Medium::Pages] {
            let kit = Kit::new(fonts(language).unwrap(), picture.theme.palette(), language);
            for sheet in lay_out(&picture, &kit, medium) {
                let all = texts(&sheet);
                for (i, a) in all.iter().enumerate() {
                    for b in &all[i + 1..] {
                        let apart = a.x + a.width <= b.x + 0.5 || b.x + b.width <= a.x + 0.5;
                        let size = a.size.min(b.size);
                        assert!(apart || (a.y - b.y).abs() >= 0.8 * size, "{:?} on {:?}", a.text, b.text);
                    }
                }
            }
        }
    }
}

#[test]
fn both_languages_are_complete() {
    let map = map(4, 800);
    let pains = [pain("stage-2")];
    for (language, said) in [
        (
            Language::Chinese,
            [
                "阶段2：比较与选择",
                "查看商品详情页",
                "忙碌的家长",
                "调研",
                "转化率",
                "小程序",
                "120 位客户/月",
                "¥120.00/月",
            ],
        ),
        (
            Language::English,
            [
                "Stage 2: weigh and choose",
                "Product page",
                "Busy parent",
                "Research",
                "Conversion",
                "Mini program",
                "120 customers a month",
                "CN¥120.00 a month",
            ],
        ),
    ] {
        let picture = picture(&map, &pains, language);
        let kit = Kit::new(fonts(language).unwrap(), picture.theme.palette(), language);
        let sheets = lay_out(&picture, &kit, Medium::Sheet);
        let all: String = sheets.iter().flat_map(texts).map(|text| text.text.as_str()).collect();
        for words in said {
            assert!(all.contains(words), "{words} is missing in {language:?}");
        }
        assert!(!all.contains("{}"), "a gap was not filled");
        assert_eq!(kit.missing(), Vec::<char>::new());
        // Not a word of the other language but where the team wrote one.
        if language == Language::English {
            let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
            let odd: Vec<_> = sheets.iter().flat_map(texts).filter(|text| text.text.contains(han)).collect();
            let written = ["在手机", "人（问", "访谈", "林", "下单", "截图", "家人", "运费", "比较"];
            assert!(odd.iter().all(|text| written.iter().any(|words| text.text.contains(words))), "{odd:?}");
        }
    }
}

#[test]
fn the_file_is_read_by_others_and_names_are_escaped() {
    let map = map(3, 100);
    for theme in [Theme::Light, Theme::Dark] {
        let picture = Picture { theme, ..picture(&map, &[], Language::Chinese) };
        let file = export(&picture, Format::Svg).unwrap();
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.contains("购买 &lt;&amp;&quot;'&gt; 旅程"));
        assert!(text.contains(picture.theme.palette().bg));
        let tree = Tree::from_str(&text, &Options::default()).unwrap();
        assert_eq!(tree.size().width(), 1_587.0);
    }
}

#[test]
fn every_page_of_sample_data_says_so() {
    let map = map(50, 100_000);
    for (language, words) in
        [(Language::Chinese, ["示例数据", "模拟数据"]), (Language::English, ["Sample data", "Simulated data"])]
    {
        let kit = Kit::new(fonts(language).unwrap(), Theme::Light.palette(), language);
        let says = |sample: Option<SampleKind>, words: &str| {
            let picture = Picture { sample, ..picture(&map, &[], language) };
            let pages = lay_out(&picture, &kit, Medium::Pages);
            let said = pages.iter().filter(|page| texts(page).iter().any(|text| text.text.contains(words))).count();
            let facts = map_document(&picture, &kit).facts;
            (said, pages.len(), facts.iter().any(|fact| fact.contains(words)))
        };
        for (kind, words) in [SampleKind::Sample, SampleKind::Simulated].into_iter().zip(words) {
            let (said, pages, in_facts) = says(Some(kind), words);
            assert!(said == pages && pages > 1 && in_facts, "{words}: {said} of {pages}");
            assert_eq!(says(None, words).0, 0);
        }
    }
}

#[test]
fn fifty_stages_stand_on_several_pages_each_with_all_of_its_columns() {
    let map = map(50, 100_000);
    let picture = picture(&map, &[], Language::English);
    let kit = Kit::new(fonts(Language::English).unwrap(), picture.theme.palette(), Language::English);
    let pages = lay_out(&picture, &kit, Medium::Pages);
    assert!(pages.iter().all(|page| (page.width, page.height) == (1_587.0, 1_123.0)));
    let bottom = |page: &Block| texts(page).iter().map(|text| text.y).fold(0.0, f32::max);
    assert!(pages.iter().all(|page| bottom(page) <= 1_123.0 - 20.0));
    for stage in 1..=50 {
        let name = format!("Stage {stage}: weigh");
        assert!(pages.iter().any(|page| texts(page).iter().any(|text| text.text.starts_with(&name))), "{name}");
    }
    let file = export(&picture, Format::Pdf).unwrap();
    let count = file.bytes.windows(12).filter(|bytes| bytes == b"/Type /Page\n").count();
    assert_eq!(count, pages.len());
    // One sheet is wide instead.
    let sheets = lay_out(&picture, &kit, Medium::Sheet);
    assert_eq!((sheets.len(), sheets[0].width > 50.0 * 170.0), (1, true));
}

#[test]
fn a_map_without_journeys_says_so_and_keeps_what_was_written() {
    let mut map = map(3, 0);
    map.cells.clear();
    map.stage_channels.clear();
    map.channels.clear();
    map.moves.clear();
    for language in LANGUAGES {
        let picture = picture(&map, &[], language);
        let kit = Kit::new(fonts(language).unwrap(), picture.theme.palette(), language);
        let sheets = lay_out(&picture, &kit, Medium::Sheet);
        let all: String = sheets.iter().flat_map(texts).map(|text| text.text.as_str()).collect();
        assert!(all.contains(&language.words().no_journeys[..9]), "{all}");
        assert!(all.contains(language.words().research));
        assert!(!all.contains("NaN") && !all.contains("inf"));
        export(&picture, Format::Pdf).unwrap();
    }
}

#[test]
fn a_character_no_font_has_is_reported_and_stands_as_a_sign() {
    let mut map = map(2, 10);
    // A noncharacter beside an emoji with a joiner and a selector: these two are no characters of their own.
    map.stages[0].name = LocalizedText::from("店\u{e0fff}铺\u{200d}\u{fe0f}");
    let picture = picture(&map, &[], Language::Chinese);
    let file = export(&picture, Format::Svg).unwrap();
    assert_eq!(file.missing, ['\u{e0fff}']);
    let text = String::from_utf8(file.bytes).unwrap();
    assert!(text.contains("店〓铺<") && text.contains("U+E0FFF"), "the sign stands, the notes name it");
}

#[test]
fn pictures_have_the_size_asked_for_and_a_bound() {
    let map = map(3, 100);
    let picture = picture(&map, &[], Language::English);
    let side = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let [once, twice] = [1.0, 2.0].map(|scale| export(&picture, Format::Png { scale }).unwrap().bytes);
    assert!(once.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(side(&once, 16), 1_587);
    assert_eq!([16, 20].map(|at| side(&twice, at)), [16, 20].map(|at| 2 * side(&once, at)));
    for scale in [0.5, 4.5, f32::NAN] {
        assert!(matches!(export(&picture, Format::Png { scale }), Err(Error::Scale(_))));
    }
    let wide = self::map(50, 100);
    let picture = Picture { map: &wide, ..picture };
    assert!(matches!(export(&picture, Format::Png { scale: 4.0 }), Err(Error::TooLarge { .. })));
}

#[test]
fn a_pdf_embeds_the_fonts_it_uses_with_their_characters() {
    let map = map(2, 10);
    let file = export(&picture(&map, &[], Language::Chinese), Format::Pdf).unwrap();
    let holds = |bytes: &[u8]| file.bytes.windows(bytes.len()).any(|window| window == bytes);
    for part in [&b"%PDF-"[..], b"/FontFile3", b"/ToUnicode", b"/CIDFontType0C", b"/Lang (zh-CN)", b"%%EOF"] {
        assert!(holds(part), "{}", String::from_utf8_lossy(part));
    }
    // Two weights of a seven-thousand-glyph font take three megabytes whole.
    assert!(file.bytes.len() < 600_000, "{}", file.bytes.len());
}

/// A number at a stage, compared with another one if there is any.
fn pinned(map: &JourneyMap, stage: &str, of: HeadlineOf, value: f64, versus: Option<f64>) -> Pinned {
    let headline = |value: f64| Headline {
        label: both("转化率：到「购买」", "Conversion to purchase"),
        of,
        value: Some(value),
        share: None,
        people: None,
    };
    let versus = versus.map(|other| PinnedVersus {
        meta: map.meta.clone(),
        headline: headline(other),
        difference: Some(value - other),
        low: None,
        high: None,
    });
    let number = PinnedNumber { meta: map.meta.clone(), headline: headline(value), versus };
    let place = MapPlace { journey: "j".into(), stage: stage.into(), touchpoint: None, lane: Some(Lane::Opportunity) };
    Pinned {
        place,
        name: "加购到购买 & <more> with a name that goes over more than one line".into(),
        number: Some(number),
    }
}

#[test]
fn pinned_numbers_stand_in_the_column_of_their_stage() {
    let map = map(3, 1_234);
    let failed = Pinned { number: None, ..pinned(&map, "stage-2", HeadlineOf::Share, 0.0, None) };
    let pins = [
        pinned(&map, "stage-1", HeadlineOf::Share, 0.301, Some(0.25)),
        pinned(&map, "stage-1", HeadlineOf::People, 1_220.0, None),
        failed,
        pinned(&map, "gone", HeadlineOf::Duration, 7_200.0, None),
    ];
    for (language, said) in [
        (Language::English, ["30.1%", "▲ 5.1 pp against 25.0%", "1,220", "cannot be computed now"]),
        (Language::Chinese, ["30.1%", "▲ 5.1 个百分点，对比 25.0%", "1,220", "现在无法计算"]),
    ] {
        let picture = Picture { pinned: &pins, ..picture(&map, &[], language) };
        let kit = Kit::new(fonts(language).unwrap(), picture.theme.palette(), language);
        let sheets = lay_out(&picture, &kit, Medium::Sheet);
        let drawn =
            |wanted: &str| sheets.iter().flat_map(texts).find(|text| text.text.contains(wanted)).map(|text| text.room);
        let rooms = said.map(|text| drawn(text).unwrap_or_else(|| panic!("{text} is not drawn")));
        assert_eq!(rooms[0][0], rooms[2][0], "both of the first stage");
        assert!(rooms[3][0] > rooms[0][1], "in the column of its own stage");
        assert!(drawn("2.0").is_none(), "what is pinned to no stage there is, is left out");
        for text in sheets.iter().flat_map(texts) {
            assert!(text.x >= text.room[0] - 0.6 && text.x + text.width <= text.room[1] + 0.6, "{}", text.text);
        }
    }
    let none = Picture { pinned: &pins[3..], ..picture(&map, &[], Language::English) };
    let kit = Kit::new(fonts(none.language).unwrap(), none.theme.palette(), none.language);
    let sheets = lay_out(&none, &kit, Medium::Sheet);
    assert!(sheets.iter().flat_map(texts).all(|text| !text.text.contains("Pinned")));
}
