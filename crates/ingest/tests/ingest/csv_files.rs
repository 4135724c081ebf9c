//! CSV files as people really have them: broken, cut short, oddly encoded. Each has one clear outcome.

use std::io::Write;

use crate::common::{decode, given, mapping, parsed};
use ingest::{Error, ErrorKind};
use model::event::Column;
use proptest::prelude::*;

const HEADER: &str = "user,time,event,note\n";

fn rows(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

#[test]
fn a_clean_file_is_taken_whole() {
    let file = given("a.csv", rows("u1,2024-01-01 10:00:00,view,\"a, \"\"b\"\"\nc\"\r\nu2,2024-01-02,buy,\n"));
    let decoded = decode(&file.path, &mapping("")).unwrap();
    assert_eq!(decoded.codes(), []);
    assert_eq!(decoded.events[0].props["note"], "a, \"b\"\nc");
    assert!(decoded.events[1].props.is_empty(), "an empty field is no property");
    assert_eq!(decoded.events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((decoded.events[0].received_at_us, decoded.events[0].source.as_str()), (9, "test"));
}

#[test]
fn broken_rows_cost_themselves_and_nothing_else() {
    let text = rows(
        "u1,2024-01-01,view,ok\nu1,2024-01-01,view\nu1,2024-01-01,view,\"stray\" text\nu1,never,view,x\n,2024-01-01,view,x\n\
         u1,2024-01-01,,x\n\nu1,2024-01-01,view,nul\0\nu2,2024-01-01,buy,ok\n",
    );
    let file = given("a.csv", text);
    let decoded = decode(&file.path, &mapping("")).unwrap();
    let expected = [
        (3, "field_count"),
        (4, "quote_stray"),
        (5, "time_unreadable"),
        (6, "identifier_missing"),
        (7, "event_missing"),
        (9, "nul_byte"),
    ];
    assert_eq!(decoded.codes(), expected);
    assert_eq!(decoded.events.len(), 2);
    assert_eq!(decoded.rejections[2].original, "u1,never,view,x");
    assert_eq!(decoded.rejections[2].field.as_deref(), Some("time"));
    assert_eq!(decoded.rows, 8);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_line() {
    let file = given("a.csv", rows("u1,2024-01-01,view,\"open\nu2,2024-01-01,view,ok\nu3,2024-01-01,view,ok\n"));
    let decoded = decode(&file.path, &mapping("")).unwrap();
    assert_eq!(decoded.codes(), [(2, "quote_unclosed")]);
    assert_eq!(decoded.events.len(), 2);
    let without_quotes = decode(&file.path, &mapping("csv: {quote: none}\n")).unwrap();
    assert_eq!(without_quotes.events.len(), 3);
}

#[test]
fn text_that_is_not_in_its_encoding_is_refused_by_row() {
    let mut bytes = rows("u1,2024-01-01,view,ok\n").into_bytes();
    bytes.extend_from_slice(b"u2,2024-01-01,view,\xff\xfe\xfa\n");
    let file = given("a.csv", bytes);
    let decoded = decode(&file.path, &mapping("csv: {encoding: utf-8}\n")).unwrap();
    assert_eq!(decoded.codes(), [(3, "encoding_invalid")]);
    assert_eq!(decoded.events.len(), 1);
}

#[test]
fn empty_files_and_headers_alone_are_told_apart() {
    let empty = decode(&given("a.csv", "").path, &mapping("")).unwrap();
    assert_eq!(empty.codes(), [(1, "file_empty")]);
    let header = decode(&given("a.csv", HEADER).path, &mapping("")).unwrap();
    assert_eq!((header.events.len(), header.codes().len()), (0, 0));
    let blank = decode(&given("a.csv", "\n\n").path, &mapping("")).unwrap();
    assert_eq!(blank.codes(), [(1, "file_empty")]);
}

#[test]
fn missing_and_doubled_columns_are_told_with_what_there_is() {
    let file = given("a.csv", "user,tiem,event\nu1,2024-01-01,view\n");
    let error = decode(&file.path, &mapping("")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Mapping);
    let text = error.to_string();
    assert!(
        text.contains("there is no column `time`, perhaps you mean `tiem`; the file has user, tiem, event"),
        "{text}"
    );

    let doubled = given("a.csv", "user,time,event,x,x\nu1,2024-01-01,view,1,2\n");
    let decoded = decode(&doubled.path, &mapping("")).unwrap();
    assert_eq!((&decoded.events[0].props["x"], &decoded.events[0].props["x_2"]), (&"1".into(), &"2".into()));
    assert_eq!(decoded.notes, ["the column `x` stands twice in the header; the later one is read as `x_2`"]);
    let wanted = decode(&doubled.path, &mapping("columns: {amount: x}\n")).unwrap_err();
    assert!(wanted.to_string().contains("`x` stands twice"), "{wanted}");
}

#[test]
fn files_without_header_are_named_by_the_mapping() {
    let file = given("a.csv", "junk line\nu1;2024-01-01;view;1,5\nu2;2024-01-02;buy;2,5\n");
    let text = "csv: {header: false, skip_lines: 1, names: [user, time, event, price]}\n\
                numbers: {decimal: \",\"}\ncolumns: {amount: price}\n";
    let decoded = decode(&file.path, &mapping(text)).unwrap();
    assert_eq!(decoded.events.len(), 2);
    assert_eq!(decoded.events[0].columns[&Column::Amount], model::event::ColumnValue::Number(1.5));

    let numbered = parsed(
        "source: t\ntime: {column: column_2, zone: UTC}\nidentifiers: [{namespace: u, column: column_1}]\n\
         event: column_3\nchannel: {const: web}\ncsv: {skip_lines: 1}\n",
    );
    assert_eq!(decode(&file.path, &numbered).unwrap().events.len(), 2);
}

#[test]
fn encodings_delimiters_and_packings_are_found() {
    let text = "user\ttime\tevent\t城市\nu1\t2024-01-01\t浏览商品\t上海市浦东新区\nu2\t2024-01-02\t购买\t北京\n";
    let gb18030 = encoding_rs::GB18030.encode(text).0.into_owned();
    let utf16 = |to: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let mark = if mark { Some(0xfeff) } else { None };
        mark.into_iter().chain(text.encode_utf16()).flat_map(to).collect()
    };
    let bom = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&gb18030).unwrap();
    let forms = [
        text.as_bytes().to_vec(),
        bom,
        gb18030.clone(),
        utf16(u16::to_le_bytes, true),
        utf16(u16::to_be_bytes, true),
        utf16(u16::to_le_bytes, false),
        gzip.finish().unwrap(),
        zstd::encode_all(text.as_bytes(), 1).unwrap(),
    ];
    for (index, bytes) in forms.into_iter().enumerate() {
        let decoded = decode(&given("a.txt", bytes).path, &mapping("")).unwrap();
        assert_eq!(decoded.codes(), [], "form {index}");
        let found: Vec<_> =
            decoded.events.iter().map(|event| (event.event.as_str(), event.props["城市"].clone())).collect();
        assert_eq!(found, [("浏览商品", "上海市浦东新区".into()), ("购买", "北京".into())], "form {index}");
    }
}

#[test]
fn the_same_row_has_the_same_id_whatever_file_it_stands_in() {
    let plain = decode(&given("a.csv", rows("u1,2024-01-01,view,x\n")).path, &mapping("")).unwrap();
    let windows =
        decode(&given("b.csv", "user,time,event,note\r\nu1,2024-01-01,view,x\r\n").path, &mapping("")).unwrap();
    assert_eq!(plain.events[0].event_id, windows.events[0].event_id);
    // Stored rows hold this value: it never changes.
    assert_eq!(plain.events[0].event_id, model::event::event_id_of_row("test", b"u1,2024-01-01,view,x", 0, 0));

    let twice =
        decode(&given("a.csv", rows("u1,2024-01-01,view,x\nu1,2024-01-01,view,x\n")).path, &mapping("")).unwrap();
    assert_eq!(twice.events[1].event_id, model::event::event_id_of_row("test", b"u1,2024-01-01,view,x", 0, 1));
    let by_message =
        decode(&given("a.csv", rows("u1,2024-01-01,view,m1\n")).path, &mapping("message_id: note\n")).unwrap();
    assert_eq!(by_message.events[0].event_id, model::event::event_id("test", "m1"));
}

#[test]
fn a_packed_file_that_ends_early_gives_its_rows_and_then_says_so() {
    let text = rows(&(0..20_000).map(|i| format!("u{i},2024-01-01,view,{}\n", i * 7919)).collect::<String>());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let whole = gzip.finish().unwrap();
    let file = given("a.csv.gz", &whole[..whole.len() / 2]);
    let mut decoder = crate::common::open(&file.path, &mapping(""), 0, 100).unwrap();
    let mut events = 0;
    let error = loop {
        match decoder.next_batch() {
            Ok(Some(batch)) => events += batch.events.len(),
            Ok(None) => panic!("a truncated file ended as if it were whole"),
            Err(error) => break error,
        }
    };
    assert!(events > 1_000 && events < 20_000, "{events}");
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert!(error.to_string().contains("ends too early"), "{error}");
}

#[test]
fn formats_that_are_not_read_say_what_to_do() {
    for (bytes, hint) in [
        (&b"PK\x03\x04rest"[..], "no Excel workbook; unpack it"),
        (b"SQLite format 3\0", "in JSON or XML"),
        (b"<!DOCTYPE html><html><table></table></html>", "save it as .xlsx"),
        (b"<?xml version=\"1.0\"?><rows/>", "no event log"),
        (b"{\"ocel:global-log\": {}, \"ocel:events\": {}}", "export it as OCEL 2"),
        (b"[{\"a\": 1}]", "one object a line"),
        (b"BZh91AY", "unpack it"),
    ] {
        let error = decode(&given("a.csv", bytes).path, &mapping("")).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }) && error.to_string().contains(hint), "{error}");
    }
}

#[test]
fn typed_columns_refuse_what_is_no_number() {
    let file = given("a.csv", rows("u1,2024-01-01,buy,12.50\nu1,2024-01-01,buy,cheap\nu1,2024-01-01,buy,\n"));
    let decoded = decode(&file.path, &mapping("columns: {amount: note}\n")).unwrap();
    assert_eq!(decoded.codes(), [(3, "number_unreadable")]);
    assert!(decoded.rejections[0].reason.starts_with("`cheap` is no number"), "{}", decoded.rejections[0].reason);
    assert!(decoded.events[1].columns.is_empty());
    let typed = decode(&file.path, &mapping("types: {note: number}\n")).unwrap();
    assert_eq!(typed.codes(), [(3, "type_mismatch")]);
    assert_eq!(typed.events[0].props["note"], 12.5);
}

#[test]
fn limits_refuse_rows() {
    let long = "x".repeat(600);
    let file = given("a.csv", rows(&format!("{long},2024-01-01,view,\nu1,2024-01-01,{long},\nu1,2024-01-01,view,\n")));
    let decoded = decode(&file.path, &mapping("")).unwrap();
    assert_eq!(decoded.codes(), [(2, "identifier_too_long"), (3, "name_too_long")]);

    let huge = "y".repeat(3 << 20);
    let file = given(
        "a.csv",
        rows(&format!("u1,2024-01-01,view,{huge}\nu1,2024-01-01,view,{huge}{huge}\nu1,2024-01-01,view,ok\n")),
    );
    let decoded = decode(&file.path, &mapping("")).unwrap();
    assert_eq!(decoded.codes(), [(2, "event_too_large"), (3, "row_too_long")]);
    assert_eq!(decoded.events.len(), 1);
    assert!(decoded.rejections.iter().all(|rejection| rejection.original.len() < 100_000));
}

fn field() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            Just("\"".to_owned()),
            Just(",".to_owned()),
            Just("\n".to_owned()),
            Just("\r\n".to_owned()),
            Just(" ".to_owned()),
            Just("商".to_owned()),
            "[a-z0-9]{1,3}",
        ],
        0..6,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// What the csv crate writes, in any quoting, is read back as the csv crate reads it.
    #[test]
    fn quoting_round_trips(notes in proptest::collection::vec(field(), 1..8), always in any::<bool>()) {
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let mut writer = csv::WriterBuilder::new().quote_style(style).from_writer(Vec::new());
        writer.write_record(["user", "time", "event", "note"]).unwrap();
        for note in &notes {
            writer.write_record(["u1", "2024-01-01", "view", note]).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let oracle: Vec<String> =
            csv::Reader::from_reader(bytes.as_slice()).records().map(|record| record.unwrap()[3].to_owned()).collect();
        prop_assert_eq!(&oracle, &notes);
        let decoded = decode(&given("a.csv", &bytes).path, &mapping("csv: {delimiter: \",\"}\n")).unwrap();
        prop_assert_eq!(decoded.codes(), []);
        let read: Vec<String> = decoded
            .events
            .iter()
            .map(|event| event.props.get("note").map_or(String::new(), |note| note.as_str().unwrap().to_owned()))
            .collect();
        prop_assert_eq!(read, notes);
    }

    /// No bytes at all make the reader fail, loop or lose count: every row is an event or a rejection.
    #[test]
    fn any_bytes_have_an_outcome(bytes in proptest::collection::vec(prop_oneof![4 => proptest::sample::select(b",\"\n\rab\0\xff".to_vec()), 1 => any::<u8>()], 0..200)) {
        let text = [HEADER.as_bytes(), &bytes].concat();
        let decoded = decode(&given("a.csv", text).path, &mapping("csv: {delimiter: \",\", encoding: utf-8}\n")).unwrap();
        prop_assert_eq!(decoded.rows, (decoded.events.len() + decoded.rejections.len()) as u64);
    }

    /// The same text in every encoding gives the same events.
    #[test]
    fn encodings_agree(words in proptest::collection::vec("[a-z商品上海]{1,6}", 1..20)) {
        let text: String = HEADER.chars().chain(words.iter().flat_map(|word| format!("u1,2024-01-01,{word},渠道{word}\n").chars().collect::<Vec<_>>())).collect();
        let plain = decode(&given("a.csv", &text).path, &mapping("")).unwrap();
        prop_assert_eq!(plain.events.len(), words.len());
        for label in ["gb18030", "utf-16le", "utf-16be"] {
            let bytes: Vec<u8> = match label {
                "gb18030" => encoding_rs::GB18030.encode(&text).0.into_owned(),
                "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                _ => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            };
            let other = decode(&given("a.csv", bytes).path, &mapping(&format!("csv: {{encoding: {label}}}\n"))).unwrap();
            prop_assert_eq!(&other.events, &plain.events);
        }
    }
}
