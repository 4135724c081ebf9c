//! Suggested mappings: kept as snapshots, so that a person reads each change.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::path::Path;

use common::{decode, given, parsed};
use ingest::mapping::Format;
use ingest::{Coverage, DoubtKind, SourceFile, inspect, suggest};

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
    assert_eq!(doubts, [zone, (DoubtKind::EventMissing, None), (DoubtKind::ChannelMissing, None)]);
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
