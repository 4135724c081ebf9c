//! Excel workbooks: those written here, and those of other programs that lie in `files` (see `files/make.py`).

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use crate::common::{batches, decode, given, mapping, parsed};
use ingest::mapping::SheetChoice;
use ingest::{DoubtKind, ErrorKind, SourceFile, inspect, suggest};
use model::event::{Column, ColumnValue};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use serde_json::json;

fn at(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

/// One sheet with a header of one row, as [`mapping`] wants it.
fn table(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    workbook(|book| {
        let sheet = book.add_worksheet();
        for (column, name) in ["user", "time", "event", "note"].into_iter().enumerate() {
            sheet.write(0, column as u16, name).unwrap();
        }
        fill(sheet);
    })
}

fn row(sheet: &mut Worksheet, at: u32, user: &str, event: &str) {
    sheet.write(at, 0, user).unwrap();
    sheet.write(at, 1, "2024-01-01 10:00:00").unwrap();
    sheet.write(at, 2, event).unwrap();
}

const ORDERS: &str = "source: erp
time: {columns: [下单.日期, 下单.时间], zone: Asia/Shanghai}
identifiers: [{namespace: member_no, column: 会员编号}]
event: {const: 下单}
channel: {const: 门店}
columns: {order_id: 订单.订单号, product: 订单.商品, amount: 订单.金额 (元)}
";

#[test]
fn a_sheet_made_by_people_is_read_as_they_see_it() {
    let decoded = decode(&at("orders-1904.xlsx"), &parsed(&format!("{ORDERS}sheet: 订单明细\n"))).unwrap();
    assert_eq!(decoded.codes(), []);
    let s = 1_000_000;
    let found: Vec<_> = decoded
        .events
        .iter()
        .map(|event| {
            let text = |column: Column| {
                event.columns.get(&column).map(|value| match value {
                    ColumnValue::Text(text) => text.clone(),
                    ColumnValue::Number(number) => number.to_string(),
                })
            };
            let columns = [Column::OrderId, Column::Product, Column::Amount].map(text);
            (event.identifiers[0].value.as_str(), event.time_us / s, columns.map(Option::unwrap_or_default))
        })
        .collect();
    let expected = [
        ("420106199001011234", 1_710_296_474, ["X001", "苹果", "19.9"]),
        ("420106199001011234", 1_710_296_474, ["X001", "梨", "5"]),
        ("10002", 1_710_259_200, ["X002", "苹果", ""]),
        ("10002", 1_710_259_200, ["X002", "苹果", ""]),
    ];
    assert_eq!(found, expected.map(|(user, time, columns)| (user, time, columns.map(str::to_owned))));
    assert_eq!(json!(decoded.events[0].props), json!({"折扣": 0.125}));
    assert_eq!(json!(decoded.events[1].props), json!({"备注": "会员价", "折扣": 0}));
    // Identical rows both count.
    assert_ne!(decoded.events[2].event_id, decoded.events[3].event_id);
    assert_eq!(
        decoded.notes,
        [
            "2 cells of the sheet `订单明细` hold an error such as #N/A and are read as empty",
            "2 cells of the sheet `订单明细` hold a formula without its result and are read as empty; open and save the file in Excel",
            "1 rows of the sheet `订单明细` stand above its table and are left out",
        ]
    );
    // By number, and stated instead of found.
    let stated = parsed(&format!("{ORDERS}sheet: {{number: 2, skip_rows: 1, header: 2}}\n"));
    assert_eq!(decode(&at("orders-1904.xlsx"), &stated).unwrap().events, decoded.events);
}

#[test]
fn old_workbooks_are_read_in_both_date_systems() {
    let text = "source: shop\ntime: {column: 到店时间, zone: Asia/Shanghai}\nidentifiers: [{namespace: m, column: 会员}]\n\
                event: {const: 到店}\nchannel: {const: 门店}\ncolumns: {site: 门店, duration_seconds: 停留}\n";
    for name in ["visits.xls", "visits-1904.xls"] {
        let decoded = decode(&at(name), &parsed(text)).unwrap();
        assert_eq!((decoded.codes(), decoded.notes.len()), (vec![], 0), "{:?}", decoded.notes);
        let found: Vec<_> = decoded
            .events
            .iter()
            .map(|event| {
                (event.time_us / 1_000_000, event.columns[&Column::DurationSeconds].clone(), json!(event.props))
            })
            .collect();
        let number = ColumnValue::Number;
        assert_eq!(
            found,
            [
                (1_710_296_474, number(5400.0), json!({"首次": true})),
                (1_710_300_074, number(30.0), json!({"首次": false})),
            ],
            "{name}"
        );
    }
}

#[test]
fn values_are_what_was_typed_and_not_how_they_look() {
    let bytes = table(|sheet| {
        row(sheet, 1, "u1", "a");
        sheet.write(1, 3, 1234.0).unwrap();
        row(sheet, 2, "u2", "a");
        sheet.write_with_format(2, 3, 0.5, &Format::new().set_num_format("0%")).unwrap();
        row(sheet, 3, "u3", "a");
        sheet.write(3, 3, Formula::new("1+1").set_result("2")).unwrap();
        row(sheet, 4, "u4", "a");
        sheet.write(4, 3, true).unwrap();
        row(sheet, 5, "u5", "a");
        sheet.write(5, 3, "0042").unwrap();
        row(sheet, 6, "u6", "a");
        let moment = ExcelDateTime::parse_from_str("2024-01-31T12:30:00").unwrap();
        sheet.write_with_format(6, 3, &moment, &Format::new().set_num_format("yyyy年m月d日 hh:mm")).unwrap();
        row(sheet, 7, "u7", "a");
        sheet.write(7, 3, "  ").unwrap();
        sheet.write(8, 0, 123_456_789_012_345_678.0).unwrap();
        sheet.write(8, 1, "2024-01-01").unwrap();
        sheet.write(8, 2, "a").unwrap();
    });
    let decoded = decode(&given("a.xlsx", bytes).path, &mapping("")).unwrap();
    assert_eq!(decoded.codes(), []);
    let notes: Vec<_> = decoded.events.iter().map(|event| event.props.get("note").cloned()).collect();
    assert_eq!(json!(notes), json!([1234, 0.5, 2, true, "0042", "2024-01-31 12:30:00", null, null]));
    // Never in scientific notation; that digits were lost is told.
    assert_eq!(decoded.events[7].identifiers[0].value, "123456789012345680");
    assert!(
        decoded.notes[0].contains("1 cells of the sheet `Sheet1` hold a number of more than 15 digits"),
        "{:?}",
        decoded.notes
    );
}

#[test]
fn dates_need_a_zone_as_they_do_elsewhere() {
    let bytes = table(|sheet| {
        row(sheet, 1, "u1", "a");
        let moment = ExcelDateTime::parse_from_str("2024-01-31T12:30:00").unwrap();
        sheet.write_with_format(1, 1, &moment, &Format::new().set_num_format("yyyy-mm-dd hh:mm")).unwrap();
    });
    let file = given("a.xlsx", bytes);
    assert_eq!(decode(&file.path, &mapping("")).unwrap().events[0].time_us, 1_706_704_200_000_000);
    let without = parsed(
        "source: t\ntime: time\nidentifiers: [{namespace: u, column: user}]\nevent: event\nchannel: {const: web}\n",
    );
    let error = decode(&file.path, &without).unwrap_err();
    assert!(error.to_string().contains("clock readings without offset; add the zone"), "{error}");
}

#[test]
fn sheets_are_chosen_by_name_or_number_or_found() {
    let bytes = workbook(|book| {
        book.add_worksheet().set_name("空").unwrap();
        for (name, is_hidden) in [("隐藏", true), ("一月", false), ("二月", false)] {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap().set_hidden(is_hidden);
            for (column, title) in ["user", "time", "event"].into_iter().enumerate() {
                sheet.write(0, column as u16, title).unwrap();
            }
            row(sheet, 1, "u", name);
        }
    });
    let file = given("a.xlsx", bytes);
    let read = |more: &str| {
        let decoded = decode(&file.path, &mapping(more))?;
        Ok::<_, ingest::Error>((decoded.events[0].event.clone(), decoded.notes))
    };
    let (event, notes) = read("").unwrap();
    assert_eq!(event, "一月");
    assert_eq!(notes, ["the sheet `一月` is read and not `二月`, `隐藏`; choose another with `sheet`"]);
    assert_eq!(read("sheet: 二月\n").unwrap(), ("二月".to_owned(), vec![]));
    assert_eq!(read("sheet: 2\n").unwrap().0, "隐藏");
    let error = read("sheet: 三月\n").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Mapping);
    assert!(error.to_string().contains("no sheet `三月`; the workbook has 空, 隐藏, 一月, 二月"), "{error}");
    assert!(read("sheet: 9\n").unwrap_err().to_string().contains("no sheet number 9"));
}

#[test]
fn a_sheet_without_header_and_an_empty_one_are_told_apart() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        for at in 0..2 {
            sheet.write(at, 0, "u1").unwrap();
            sheet.write(at, 1, 1_704_067_200.0 + f64::from(at)).unwrap();
        }
    });
    let text = "source: t\ntime: {column: column_2, format: unix_s}\nidentifiers: [{namespace: u, column: column_1}]\n\
                event: {const: e}\nchannel: {const: web}\n";
    let file = given("a.xlsx", bytes);
    assert_eq!(decode(&file.path, &parsed(text)).unwrap().events.len(), 2);
    let named = text.replace("column_1", "who").replace("column_2", "when") + "sheet: {names: [who, when]}\n";
    assert_eq!(decode(&file.path, &parsed(&named)).unwrap().events.len(), 2);
    let wrong = decode(&file.path, &parsed(&named.replace("[who, when]", "[who, when, what]"))).unwrap_err();
    assert!(wrong.to_string().contains("3 names are given, and the rows have 2 fields"), "{wrong}");

    let empty = decode(&given("a.xlsx", workbook(|book| _ = book.add_worksheet())).path, &mapping("")).unwrap();
    assert_eq!(empty.codes(), [(1, "file_empty")]);
    let header = decode(&given("a.xlsx", table(|_| ())).path, &mapping("")).unwrap();
    assert_eq!((header.events.len(), header.codes().len()), (0, 0));
}

#[test]
fn rejections_name_the_row_and_keep_it_and_an_import_resumes_at_any_row() {
    let bytes = table(|sheet| {
        for at in 1..=9 {
            // Row 4 is blank, row 6 says no time.
            if at != 3 {
                row(sheet, at, &format!("u{}", at % 3), "a");
            }
        }
        sheet.write(5, 1, "never").unwrap();
    });
    let file = given("a.xlsx", bytes);
    let whole = decode(&file.path, &mapping("")).unwrap();
    assert_eq!((whole.events.len(), whole.codes()), (7, vec![(6, "time_unreadable")]));
    assert_eq!(whole.rejections[0].original, r#"{"user":"u2","time":"never","event":"a"}"#);
    for batch_events in 1..5 {
        let first = batches(&file.path, &mapping(""), 0, batch_events);
        for stop in 0..first.len() {
            let position = if stop == 0 { 0 } else { first[stop - 1].position };
            let rest = batches(&file.path, &mapping(""), position, batch_events);
            let events: Vec<_> = first[..stop].iter().chain(&rest).flat_map(|batch| batch.events.clone()).collect();
            assert_eq!(events, whole.events, "{batch_events} {stop}");
        }
        let bytes = SourceFile::at(&file.path).unwrap().bytes;
        assert_eq!(first.last().map(|batch| batch.bytes_read), Some(bytes));
    }
}

#[test]
fn the_same_row_has_the_same_id_whatever_stands_beside_it() {
    let plain = table(|sheet| row(sheet, 1, "u1", "a"));
    let other = table(|sheet| {
        row(sheet, 1, "u9", "a");
        row(sheet, 2, "u1", "a");
        sheet.write(1, 9, "stray").unwrap();
    });
    let plain = decode(&given("a.xlsx", plain).path, &mapping("")).unwrap();
    let other = decode(&given("b.xlsx", other).path, &mapping("")).unwrap();
    assert_eq!(plain.events[0].event_id, other.events[1].event_id);
    // Stored rows hold hashes of these bytes: tag 5 a text, its length little-endian.
    let mut identity = Vec::new();
    for text in ["u1", "2024-01-01 10:00:00", "a"] {
        identity.push(5);
        identity.extend_from_slice(&(text.len() as u32).to_le_bytes());
        identity.extend_from_slice(text.as_bytes());
    }
    assert_eq!(plain.events[0].event_id, model::event::event_id_of_row("test", &identity, 0, 0));
}

#[test]
fn rows_of_a_sheet_are_grouped_and_joined_as_others_are() {
    let bytes = table(|sheet| {
        for (at, (user, note)) in [("u1", 1.0), ("u1", 2.0), ("u2", 4.0)].into_iter().enumerate() {
            row(sheet, at as u32 + 1, user, "buy");
            sheet.write(at as u32 + 1, 3, note).unwrap();
        }
    });
    let file = given("a.xlsx", bytes);
    for order in ["contiguous", "any"] {
        let text = format!("columns: {{amount: {{sum: note}}}}\ngroup_by: {{columns: [user], order: {order}}}\n");
        let decoded = decode(&file.path, &mapping(&text)).unwrap();
        let sums: Vec<_> = decoded.events.iter().map(|event| event.columns[&Column::Amount].clone()).collect();
        assert_eq!(sums, [ColumnValue::Number(3.0), ColumnValue::Number(4.0)]);
    }
    let members = workbook(|book| {
        let sheet = book.add_worksheet();
        for (at, (id, tier)) in [("id", "tier"), ("u1", "gold")].into_iter().enumerate() {
            sheet.write(at as u32, 0, id).unwrap();
            sheet.write(at as u32, 1, tier).unwrap();
        }
    });
    std::fs::write(file.folder.path().join("members.xlsx"), members).unwrap();
    let joined = mapping("lookups: {m: {file: members.xlsx, key: id, on: user}}\ntraits: {tier: m.tier}\n");
    assert_eq!(json!(decode(&file.path, &joined).unwrap().events[0].traits), json!({"tier": "gold"}));
}

#[test]
fn packed_and_misnamed_workbooks_are_known_by_their_bytes() {
    let bytes = table(|sheet| row(sheet, 1, "u1", "a"));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&bytes).unwrap();
    for (name, bytes) in [
        ("a.csv", bytes.clone()),
        ("a.xls", bytes.clone()),
        ("a.xlsx.gz", gzip.finish().unwrap()),
        ("a.xlsx.zst", zstd::encode_all(bytes.as_slice(), 1).unwrap()),
    ] {
        assert_eq!(decode(&given(name, bytes).path, &mapping("")).unwrap().events.len(), 1, "{name}");
    }
    // A text that some program called .xls is a text, and a stated format does not make an old workbook a new one.
    let text = given("a.xls", "user\ttime\tevent\nu1\t2024-01-01\ta\n");
    assert_eq!(decode(&text.path, &mapping("")).unwrap().events.len(), 1);
    let stated = "source: t\nformat: xlsx\ntime: {column: 到店时间, zone: UTC}\nidentifiers: [{namespace: m, column: 会员}]\n\
                  event: {const: e}\nchannel: {const: c}\n";
    assert_eq!(decode(&at("visits.xls"), &parsed(stated)).unwrap().events.len(), 2);
}

#[test]
fn broken_workbooks_say_what_is_wrong() {
    let whole = table(|sheet| row(sheet, 1, "u1", "a"));
    let cut = decode(&given("a.xlsx", &whole[..whole.len() / 2]).path, &mapping("")).unwrap_err();
    assert_eq!(cut.kind(), ErrorKind::Damaged);
    assert!(cut.to_string().contains("was it cut short?"), "{cut}");

    let archive = |parts: &[(&str, &[u8])]| -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    for (parts, hint) in [
        (vec![("readme.txt", &b"x"[..])], "no Excel workbook; unpack it"),
        (vec![("mimetype", b"x"), ("content.xml", b"<x/>")], "OpenDocument"),
        (vec![("[Content_Types].xml", b"<x/>"), ("xl/workbook.bin", b"")], "(.xlsb)"),
        (vec![("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")], "no Excel workbook"),
    ] {
        let error = decode(&given("a.xlsx", archive(&parts)).path, &mapping("")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains(hint), "{error}");
    }
    let (types, none) = (("[Content_Types].xml", &b"<x/>"[..]), decode);
    let error = none(&given("a.xlsx", archive(&[types])).path, &mapping("")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    // A part that claims more texts than it has bytes would make the reader ask for that much memory.
    let texts = &b"<sst uniqueCount=\"99999999999\"></sst>"[..];
    let error =
        none(&given("a.xlsx", archive(&[types, ("xl/sharedStrings.xml", texts)])).path, &mapping("")).unwrap_err();
    assert!(error.to_string().contains("cannot hold"), "{error}");
}

#[test]
fn no_damage_to_a_workbook_ends_in_anything_but_rows_or_an_error() {
    let text = "source: t\ntime: {const: \"2024-01-01\", zone: UTC}\nidentifiers: [{namespace: u, expr: '\"u\"'}]\n\
                event: {const: e}\nchannel: {const: c}\n";
    for name in ["visits.xls", "orders-1904.xlsx"] {
        let mut whole = Vec::new();
        std::fs::File::open(at(name)).unwrap().read_to_end(&mut whole).unwrap();
        for step in 0..120 {
            let mut bytes = whole.clone();
            if step % 3 == 0 {
                bytes.truncate(whole.len() * step / 120);
            } else {
                let place = whole.len() * step / 120;
                bytes[place..(place + 8).min(whole.len())].fill(if step % 3 == 1 { 0xff } else { 0 });
            }
            // It must come back; what it says depends on where the damage is.
            let _ = decode(&given(name, bytes).path, &parsed(text));
        }
    }
}

#[test]
fn suggestions_find_sheet_header_and_roles() {
    for name in ["orders-1904.xlsx", "visits.xls"] {
        let file = SourceFile::at(at(name)).unwrap();
        let suggestion = suggest(&[file]).unwrap();
        insta::assert_snapshot!(name, format!("{}\n---\n{}", suggestion.yaml, suggestion.notes.join("\n")));
    }
    // Workbooks that differ in the name of their sheet alone are one kind.
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<SourceFile> = ["一月", "二月"]
        .into_iter()
        .map(|month| {
            let bytes = workbook(|book| {
                let sheet = book.add_worksheet();
                sheet.set_name(month).unwrap();
                for (column, title) in ["user_id", "time", "event"].into_iter().enumerate() {
                    sheet.write(0, column as u16, title).unwrap();
                }
                row(sheet, 1, "u1", "a");
            });
            let path = folder.path().join(format!("{month}.xlsx"));
            std::fs::write(&path, bytes).unwrap();
            SourceFile::at(path).unwrap()
        })
        .collect();
    let suggestion = suggest(&files).unwrap();
    assert!(suggestion.yaml.contains("match: \"*月.xlsx\""), "{}", suggestion.yaml);
    assert!(suggestion.yaml.contains("sheet: {skip_rows: 0, header: 1}"), "{}", suggestion.yaml);
}

#[test]
fn the_table_is_found_behind_a_cover_and_below_titles() {
    let bytes = workbook(|book| {
        let cover = book.add_worksheet().set_name("封面").unwrap();
        for (at, text) in ["门店订单导出", "导出人：张三", "仅供内部使用"].into_iter().enumerate() {
            cover.write(at as u32, 0, text).unwrap();
        }
        let sheet = book.add_worksheet().set_name("订单").unwrap();
        sheet.merge_range(0, 0, 0, 5, "三月订单明细", &Format::new()).unwrap();
        // Pairs of a name and a value, as wide as half of the table.
        for (column, text) in ["导出人", "张三", "部门", "运营"].into_iter().enumerate() {
            sheet.write(1, column as u16, text).unwrap();
        }
        for (column, name) in ["订单号", "会员号", "下单时间", "金额", "门店", "备注"].into_iter().enumerate()
        {
            sheet.write(2, column as u16, name).unwrap();
        }
        for n in 0..6_u32 {
            let fields = [&format!("A{n}"), &format!("M{n}"), "2026-03-01 10:00", "¥ 1,088.50", "上海", "好"];
            for (column, text) in fields.into_iter().enumerate() {
                if column != 4 {
                    sheet.write(3 + n, column as u16, text).unwrap();
                }
            }
        }
        sheet.merge_range(3, 4, 5, 4, "上海", &Format::new()).unwrap();
        sheet.merge_range(6, 4, 8, 4, "北京", &Format::new()).unwrap();
        sheet.write(9, 0, "合计").unwrap();
        sheet.write(9, 3, 6531.0).unwrap();
        book.add_worksheet().set_name("退货").unwrap().write(0, 0, "会员号").unwrap();
    });
    let kept = given("upload.part", bytes);
    let inspection = inspect(&SourceFile::called(&kept.path, "三月.xlsx").unwrap(), None).unwrap();
    assert_eq!(inspection.sheet.as_deref(), Some("订单"));
    assert_eq!(inspection.sheets, ["封面", "订单", "退货"]);
    let names: Vec<&str> = inspection.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["订单号", "会员号", "下单时间", "金额", "门店", "备注"]);
    let told: Vec<_> = inspection.doubts.iter().map(|doubt| (doubt.kind, doubt.count)).collect();
    for doubt in [(DoubtKind::SheetChosen, Some(3)), (DoubtKind::CellsMerged, Some(2)), (DoubtKind::TotalRows, Some(1))]
    {
        assert!(told.contains(&doubt), "{doubt:?} {told:?}");
    }
    let mapping =
        parsed(&inspection.yaml.replace("match: 三月.xlsx\n", "").replace("zone: UTC", "zone: Asia/Shanghai"));
    let decoded = decode(&kept.path, &mapping).unwrap();
    assert_eq!((decoded.events.len(), decoded.skipped, decoded.codes()), (6, 1, Vec::new()));
    let amount = |event: &model::event::Event| event.columns[&Column::Amount] == ColumnValue::Number(1088.5);
    assert!(decoded.events.iter().all(amount));
    // The sheet that is asked for counts.
    let cover =
        inspect(&SourceFile::called(&kept.path, "三月.xlsx").unwrap(), Some(SheetChoice::Name("封面".to_owned())));
    assert_eq!(cover.unwrap().sheet.as_deref(), Some("封面"));
}

#[test]
fn a_table_is_not_taken_for_titles() {
    // Rows of text under a header that lacks names, and a table without header: the first row stays the first.
    for (rows, first) in [
        (vec![vec!["a", "b", "c", ""], vec!["x", "y", "z", "w"], vec!["x", "1", "z", "w"]], "a"),
        (vec![vec!["a", "b", "c", "d"], vec!["x", "y", "z", "w"], vec!["1", "2", "3", "4"]], "a"),
        (vec![vec!["a", "b", "c", ""], vec!["x", "y", "z", "w"], vec!["x", "y", "z", "w"]], "a"),
    ] {
        let bytes = workbook(|book| {
            let sheet = book.add_worksheet();
            for (at, row) in rows.iter().enumerate() {
                for (column, text) in row.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                    sheet.write(at as u32, column as u16, *text).unwrap();
                }
            }
        });
        let kept = given("upload.part", bytes);
        let inspection = inspect(&SourceFile::called(&kept.path, "a.xlsx").unwrap(), None).unwrap();
        assert_eq!((inspection.columns[0].name.as_str(), inspection.rows), (first, 2), "{rows:?}");
    }
}
