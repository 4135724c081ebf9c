//! Suggested mappings: kept as snapshots, so that a person reads each change.

use std::path::Path;

use crate::common::{decode, given, parsed};
use ingest::mapping::{Format, NumberStyle, Props, Source};
use ingest::rejects::corrected;
use ingest::{Coverage, DoubtKind, FileMapping, Mapping, SourceFile, inspect, suggest};
use model::event::{Column, ColumnValue};

fn shown(path: &Path) -> String {
    let suggestion = suggest(&[SourceFile::at(path).unwrap()]).unwrap();
    format!("{}\n---\n{}", suggestion.yaml, suggestion.notes.join("\n"))
}

#[test]
fn the_sample_clickstream() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/ecom/ecom.csv.gz");
    insta::assert_snapshot!(shown(&path));
    // The suggestion takes every row as it is.
    let suggestion = suggest(&[SourceFile::at(&path).unwrap()]).unwrap();
    let decoded = decode(&path, &parsed(&suggestion.yaml)).unwrap();
    assert_eq!((decoded.events.len(), decoded.rejections.len()), (31_106, 0));
}

#[test]
fn chinese_point_of_sale_lines() {
    let lines = "10001,2024/03/13,10:21,上海一店,X001,P7,1,19.90,\n10001,2024/03/13,10:21,上海一店,X001,P8,2,5.00,会员价\n\
        10002,2024/03/13,11:02,上海一店,X002,P7,1,19.90,\n10002,2024/03/13,11:02,上海一店,X002,P9,1,88.00,\n";
    let text = format!("会员编号,日期,时间,门店,小票号,商品编号,数量,金额,备注\n{}", lines.repeat(3));
    let bytes = encoding_rs::GB18030.encode(&text).0.into_owned();
    insta::assert_snapshot!(shown(&given("pos.csv", bytes).path));
}

#[test]
fn nested_tracking_events() {
    let text = (0..20)
        .map(|i| {
            format!(
                "{{\"event_id\":\"e{i}\",\"event\":\"page_view\",\"distinct_id\":\"a{}\",\"login_id\":null,\"time\":{},\"properties\":{{\"$city\":\"上海\",\"url\":\"/p/{i}\",\"price\":{i}.5}}}}\n",
                i % 3,
                1_704_076_200_000i64 + i * 1000,
            )
        })
        .collect::<String>();
    insta::assert_snapshot!(shown(&given("track.ndjson", text).path));
}

#[test]
fn several_kinds_of_files() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        (
            "visits-01.csv",
            "user_id;ts;action;channel\n1;2024-01-01T10:00:00Z;open;web\n2;2024-01-01T10:00:00Z;open;app\n",
        ),
        ("visits-02.csv", "user_id;ts;action;channel\n1;2024-02-01T10:00:00Z;close;web\n"),
        (
            "orders.csv",
            "customer_id,order_time,amount,channel,coupon_count\n1,13/01/2024 10:00,9.5,store,0\n2,05/01/2024 11:00,12,web,3\n",
        ),
    ];
    let sources: Vec<SourceFile> = files
        .iter()
        .map(|(name, text)| {
            std::fs::write(folder.path().join(name), text).unwrap();
            SourceFile::at(folder.path().join(name)).unwrap()
        })
        .collect();
    let suggestion = suggest(&sources).unwrap();
    // The feed is named after the folder, which is a different one each time.
    let name = folder.path().file_name().unwrap().to_string_lossy().into_owned();
    let yaml: String = suggestion
        .yaml
        .lines()
        .map(|line| if line.starts_with("source:") { "source: FOLDER".to_owned() } else { line.replace(&name, "FOLDER") } + "\n")
        .collect();
    insta::assert_snapshot!(format!("{yaml}\n---\n{}", suggestion.notes.join("\n")));
}

#[test]
fn a_file_nothing_is_known_about() {
    insta::assert_snapshot!(shown(&given("numbers.csv", "a,b\n1,2\n3,4\n").path));
}

#[test]
fn one_file_is_looked_at_column_by_column() {
    let mut text = "下单时间,会员号,金额\n".to_owned();
    for day in 1..=25 {
        text.push_str(&format!("2026/03/{day:02} 10:00,M{},{day}.5\n", day % 4));
    }
    // One value of many that is no time leaves the others what they are; in a column of few it does not.
    text.push_str("昨天,M9,\n");
    let kept = given("upload.part", &text);
    let file = SourceFile::called(&kept.path, "三月 [订单].csv").unwrap();
    let inspection = inspect(&file, None).unwrap();
    let times: Vec<_> = inspection.columns.iter().map(|column| column.times.join(" ")).collect();
    assert_eq!(times, ["%Y/%m/%d %H:%M", "", ""]);
    assert_eq!((inspection.rows, inspection.columns[2].filled, inspection.format), (26, 25, Format::Csv));
    assert_eq!(inspection.columns[1].samples, ["M1", "M2", "M3"]);
    let doubts: Vec<_> = inspection.doubts.iter().map(|doubt| (doubt.kind, doubt.column.as_deref())).collect();
    let zone = (DoubtKind::ZoneMissing, Some("下单时间"));
    let unread = (DoubtKind::TimesUnread, Some("下单时间"));
    assert_eq!(doubts, [unread, zone, (DoubtKind::EventMissing, None), (DoubtKind::ChannelMissing, None)]);
    assert_eq!(inspection.doubts[0].count, Some(1));
    // It matches by the name it is called, and says what is wrong by it.
    let mapping = parsed(&inspection.yaml);
    assert!(matches!(mapping.coverage(&file.name), Coverage::Events(_)));
    let few = given("upload.part", "time,member\nyesterday,1\n2026-03-01,2\n");
    let few = inspect(&SourceFile::called(&few.path, "few.csv").unwrap(), None).unwrap();
    assert_eq!(few.doubts[0].kind, DoubtKind::TimeMissing);
    let empty = given("upload.part", "");
    let error = inspect(&SourceFile::called(&empty.path, "empty.csv").unwrap(), None).unwrap_err();
    assert!(error.of_file_called("empty.csv").to_string().starts_with("empty.csv has no rows"));
}

#[test]
fn rows_that_all_name_a_store_happened_in_one() {
    let channel_of = |text: &str| {
        let kept = given("upload.part", text);
        let inspection = inspect(&SourceFile::called(&kept.path, "till.csv").unwrap(), None).unwrap();
        let doubts: Vec<_> = inspection.doubts.into_iter().map(|doubt| (doubt.kind, doubt.column)).collect();
        (parsed(&inspection.yaml).files[0].channel.clone(), doubts)
    };
    let named = |name: &str| Some(Source::Constant(name.into()));
    let (channel, doubts) =
        channel_of("time,member,action,门店\n2026-03-01T10:00:00Z,1,pay,南京西路\n2026-03-01T11:00:00Z,2,pay,徐家汇\n");
    assert_eq!(channel, named("store"));
    assert!(doubts.contains(&(DoubtKind::ChannelGuessed, Some("门店".to_owned()))), "{doubts:?}");
    // A row without one may have happened anywhere.
    let (channel, doubts) =
        channel_of("time,member,action,门店\n2026-03-01T10:00:00Z,1,pay,南京西路\n2026-03-01T11:00:00Z,2,pay,\n");
    assert_eq!(channel, named("unknown"));
    assert!(doubts.contains(&(DoubtKind::ChannelMissing, None)), "{doubts:?}");
}

/// The meaning each column of a file gets, as `meaning=column`.
fn meanings(text: &str) -> Vec<String> {
    let kept = given("upload.part", text);
    let inspection = inspect(&SourceFile::called(&kept.path, "orders.csv").unwrap(), None).unwrap();
    let mapping = parsed(&inspection.yaml);
    let column = |source: &Source| match source {
        Source::Column(name) => name.clone(),
        other => panic!("{other:?}"),
    };
    mapping.files[0].columns.iter().map(|(name, source)| format!("{}={}", name.name(), column(source))).collect()
}

#[test]
fn columns_get_their_meaning_by_their_name_in_chinese_and_english() {
    let table = |name: &str, values: [&str; 3]| {
        let rows: String = (1..=3).map(|n| format!("2026-03-0{n} 10:00,M{n},\"{}\"\n", values[n - 1])).collect();
        meanings(&format!("下单时间,会员号,{name}\n{rows}"))
    };
    let amounts = ["1,299.00", "¥ 88", "-20.00"];
    for name in
        ["金额", "实付金额", "支付金额（元）", "订单总价", "成交额", "Amount (CNY)", "Order Amount", "total_revenue"]
    {
        assert_eq!(table(name, amounts), [format!("amount={name}")], "{name}");
    }
    for name in ["备注", "评价", "商品评价", "评论内容", "用户反馈", "comment", "Customer Feedback"] {
        assert_eq!(table(name, ["很好", "物流太慢", "客服不理人"]), [format!("text={name}")], "{name}");
    }
    for name in ["评分", "满意度", "服务满意度", "商品评分", "rating", "Satisfaction Score"] {
        assert_eq!(table(name, ["5", "4", "1"]), [format!("score={name}")], "{name}");
    }
    for name in ["业务类型", "服务类型", "触点", "Touchpoint"] {
        let text = format!("发生时间,会员号,{name}\n2026-03-01 10:00,M1,到店\n2026-03-02 10:00,M2,下单\n");
        let kept = given("upload.part", text);
        let inspection = inspect(&SourceFile::called(&kept.path, "visits.csv").unwrap(), None).unwrap();
        assert!(inspection.doubts.iter().all(|doubt| doubt.kind != DoubtKind::EventMissing), "{name}");
        assert!(inspection.yaml.contains(&format!("\nevent: {name}\n")), "{name}: {}", inspection.yaml);
    }
    // What is named after those and is something else.
    for (name, values) in [
        ("评价人", ["张", "李", "王"]),
        ("评价数量", ["3", "1", "2"]),
        ("满意度", ["非常满意", "一般", "不满意"]),
        ("优惠金额", ["1.00", "2.00", "3.00"]),
        ("退款金额", ["¥1", "2", "3"]),
        ("金额", ["高", "中", "低"]),
    ] {
        assert_eq!(table(name, values), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn amounts_written_as_text_are_read_and_what_is_none_is_told() {
    let written =
        ["\"1,299.00\"", "¥ 88", "-20.00", "１２３．５０", "(45.50)", "免费", "1000元", "7", "8", "9", "10", "11"];
    let rows: Vec<String> =
        written.iter().enumerate().map(|(n, value)| format!("2026-03-{:02} 10:00,M{n},{value}", n + 1)).collect();
    let kept = given("upload.part", format!("下单时间,会员号,金额\n{}\n", rows.join("\n")));
    let inspection = inspect(&SourceFile::called(&kept.path, "orders.csv").unwrap(), None).unwrap();
    let doubt = inspection.doubts.iter().find(|doubt| doubt.kind == DoubtKind::AmountUnread).unwrap();
    assert_eq!((doubt.column.as_deref(), doubt.count), (Some("金额"), Some(1)));
    let mapping = parsed(&inspection.yaml.replace("match: orders.csv\n", ""));
    assert_eq!(mapping.files[0].numbers.style, NumberStyle::Amount);
    let decoded = decode(&kept.path, &mapping).unwrap();
    assert_eq!(decoded.codes(), [(7, "number_unreadable")]);
    let sum: f64 = decoded.events.iter().filter_map(|event| number(&event.columns[&Column::Amount])).sum();
    assert!(
        (sum - (1299.0 + 88.0 - 20.0 + 123.5 - 45.5 + 1000.0 + 7.0 + 8.0 + 9.0 + 10.0 + 11.0)).abs() < 1e-9,
        "{sum}"
    );
}

#[test]
fn what_looks_like_an_amount_and_is_none_is_asked() {
    let inspected = |text: &str| {
        let kept = given("upload.part", text);
        let inspection = inspect(&SourceFile::called(&kept.path, "a.csv").unwrap(), None).unwrap();
        let amounts: Vec<String> =
            inspection.columns.iter().filter(|column| column.is_amount).map(|column| column.name.clone()).collect();
        let asked: Vec<String> = inspection
            .doubts
            .iter()
            .filter(|doubt| doubt.kind == DoubtKind::AmountUnmapped)
            .filter_map(|doubt| doubt.column.clone())
            .collect();
        (amounts, asked)
    };
    let (amounts, asked) = inspected("时间,会员号,单价\n2026-03-01 10:00,M1,12.50\n2026-03-02 10:00,M2,8\n");
    assert_eq!((amounts, asked), (vec!["单价".to_owned()], vec!["单价".to_owned()]));
    // One column that names a currency is the amount whatever it is called; of two neither is.
    let (_, asked) = inspected("时间,会员号,消费\n2026-03-01 10:00,M1,¥12.50\n2026-03-02 10:00,M2,¥8\n");
    assert!(asked.is_empty(), "{asked:?}");
    let (_, asked) = inspected("时间,会员号,甲,乙\n2026-03-01 10:00,M1,¥12.50,¥1\n2026-03-02 10:00,M2,¥8,¥2\n");
    assert_eq!(asked, ["甲", "乙"]);
    // Where another column is the amount, nothing is asked.
    let (_, asked) = inspected("时间,会员号,单价,金额\n2026-03-01 10:00,M1,12.50,25\n2026-03-02 10:00,M2,8,8\n");
    assert!(asked.is_empty(), "{asked:?}");
}

#[test]
fn a_decimal_comma_is_told_from_one_between_thousands() {
    for (values, decimal) in [
        (["1.299,00 €", "12,50", "7,25"], ','),
        (["1,299.00", "12,500", "7.25"], '.'),
        (["1 299,00", "12,50", "1 007,25"], ','),
    ] {
        let rows: String = values.iter().map(|value| format!("2026-03-01 10:00;M1;{value}\n")).collect();
        let kept = given("upload.part", format!("time;user_id;amount\n{rows}"));
        let inspection = inspect(&SourceFile::called(&kept.path, "a.csv").unwrap(), None).unwrap();
        assert_eq!(parsed(&inspection.yaml).files[0].numbers.decimal, decimal, "{values:?}");
    }
}

#[test]
fn sums_below_a_table_are_left_out_and_told() {
    let text =
        "订单号,会员号,下单时间,金额\nA1,M1,2026-03-01 10:00,10\nA2,M2,2026-03-02 10:00,20\n合计：,,2026-03-02,30\n";
    let kept = given("upload.part", text);
    let inspection = inspect(&SourceFile::called(&kept.path, "a.csv").unwrap(), None).unwrap();
    let doubt = inspection.doubts.iter().find(|doubt| doubt.kind == DoubtKind::TotalRows).unwrap();
    assert_eq!((doubt.column.as_deref(), doubt.count, inspection.rows), (Some("订单号"), Some(1), 2));
    let decoded = decode(&kept.path, &parsed(&inspection.yaml.replace("match: a.csv\n", ""))).unwrap();
    assert_eq!((decoded.events.len(), decoded.skipped, decoded.codes()), (2, 1, Vec::new()));
}

#[test]
fn people_are_known_by_what_stands_in_a_column() {
    let kept = given("upload.part", "时间,联系方式\n2026-03-01 10:00,13800138000\n2026-03-02 10:00,13900139000\n");
    let inspection = inspect(&SourceFile::called(&kept.path, "a.csv").unwrap(), None).unwrap();
    assert_eq!(parsed(&inspection.yaml).files[0].identifiers[0].column.as_deref(), Some("联系方式"));
    assert!(inspection.doubts.iter().all(|doubt| doubt.kind != DoubtKind::ActorGuessed), "{:?}", inspection.doubts);
}

#[test]
fn names_and_levels_describe_the_customer() {
    let row = |i: usize| format!("M{},2024/03/13 10:{i:02},购买,张三{i},女,金卡,备注{i}\n", i % 4);
    let text = format!("会员号,时间,事件,姓名,性别,会员等级,备注\n{}", (0..20).map(row).collect::<String>());
    let file = given("members.csv", text.into_bytes());
    let suggestion = suggest(&[SourceFile::at(&file.path).unwrap()]).unwrap();
    let decoded = decode(&file.path, &parsed(&suggestion.yaml)).unwrap();
    assert_eq!((decoded.events.len(), decoded.rejections.len()), (20, 0));
    let event = &decoded.events[0];
    assert_eq!(serde_json::json!(event.traits), serde_json::json!({"姓名": "张三0", "性别": "女", "会员等级": "金卡"}));
    assert!(event.props.is_empty(), "{:?}", event.props);
}

#[test]
fn corrected_rows_are_read_as_their_file_was() {
    let of = "source: 订单\nmatch: '*.xlsx'\nsheet: {name: 明细, skip_rows: 2}\n\
        time: {column: 下单时间, format: '%d/%m/%Y %H:%M', zone: Asia/Shanghai}\n\
        identifiers: [{namespace: member_no, column: 会员号}]\nevent: {const: 下单}\nchannel: {const: 门店}\n\
        numbers: {group: ',', style: amount}\ncolumns: {amount: 金额}\nprops: {except: [内部]}\n";
    let text = "下单时间,会员号,金额,内部,被拒行号,被拒代码,被拒字段,被拒原因\n\
        01/02/2026 10:00,M1,\"¥1,299.00\",x,4,number_unreadable,金额,不是数字\n2026/2/3 9:30,M2,8,y,5,time_missing,下单时间,没有时间\n";
    let kept = given("upload.part", text);
    let table = inspect(&SourceFile::called(&kept.path, "改好.csv").unwrap(), None).unwrap();
    // What was added is kept out also where nothing is known of the file.
    let alone = parsed(&table.yaml);
    let added = ["被拒行号", "被拒代码", "被拒字段", "被拒原因"].map(str::to_owned);
    assert_eq!(alone.files[0].props, Props::Except(added.to_vec()));
    let mapping = corrected(&parsed(of), "三月.xlsx", &table).unwrap();
    let decoded = decode(&kept.path, &Mapping { files: vec![any_name(mapping.files[0].clone())], ..mapping }).unwrap();
    assert_eq!(decoded.codes(), [(3, "time_unreadable")], "a way of writing times the mapping does not know");
    let event = &decoded.events[0];
    assert_eq!((event.source.as_str(), event.event.as_str(), event.channel.as_str()), ("订单", "下单", "门店"));
    assert_eq!(event.time_us, 1_769_911_200_000_000, "the first of February");
    assert_eq!(number(&event.columns[&Column::Amount]), Some(1299.0));
    assert!(event.props.is_empty(), "{:?}", event.props);
    assert!(corrected(&parsed(of), "other.csv", &table).is_none(), "the mapping is not that of the file");
}

fn any_name(file: FileMapping) -> FileMapping {
    FileMapping { pattern: "*".to_owned(), ..file }
}

fn number(value: &ColumnValue) -> Option<f64> {
    match value {
        ColumnValue::Number(number) => Some(*number),
        ColumnValue::Text(_) => None,
    }
}
