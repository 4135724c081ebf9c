//! Files for a meeting are read back by others' readers, hold every number, and refuse what they cannot hold.

use std::collections::HashSet;
use std::io::{Cursor, Read};

use calamine::{Data, Reader as _, Xlsx};
use quick_xml::events::Event;
use serde_json::{Value, json};
use zip::ZipArchive;

use super::{Document, Office, write};
use crate::words::Language;
use crate::{Error, Format};

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn document(parts: &Value) -> Document {
    let value = json!({"title": "流失 & <why>", "facts": ["ecom"], "as_of_us": 1_700_000_000_000_000_i64, "parts": parts,
                       "notes": [{"title": "人群", "text": "全部客户"}]});
    serde_json::from_value(value).unwrap()
}

fn table(rows: usize) -> Value {
    let row = |n: usize| json!([{"value": format!("=1+{n}"), "text": format!("=1+{n}")}, {"value": 0.125, "text": "12.5%"}, {"text": "–"}]);
    json!({"part": "table", "title": "各步 [1/2]", "columns": [{"name": "步骤"}, {"name": "转化率", "numeric": true}, {"name": "无"}],
           "rows": (0..rows).map(row).collect::<Vec<_>>()})
}

fn workbook(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// The parts of a package; every XML part is well formed, and what one speaks of is there.
fn package(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: HashSet<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut parts = Vec::new();
    for name in &names {
        let mut bytes = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
                Event::Eof => break,
                Event::Empty(tag) if tag.name().as_ref() == "Relationship" => {
                    let target = tag.try_get_attribute("Target").unwrap().unwrap().value.into_owned();
                    let folder = name.split_once("_rels/").unwrap().0;
                    let path = match target.strip_prefix("../") {
                        Some(rest) => format!("{}/{rest}", folder.trim_end_matches('/').rsplit_once('/').unwrap().0),
                        None => format!("{folder}{target}"),
                    };
                    assert!(names.contains(&path), "{name} speaks of {path}");
                }
                _ => {}
            }
        }
        parts.push((name.clone(), text));
    }
    parts
}

#[test]
fn a_workbook_holds_numbers_as_numbers_and_text_as_text() {
    let parts = json!([table(3), table(1), {"part": "picture", "title": "图", "description": "一条线", "png": PNG}]);
    let bytes = write(&document(&parts), Office::Xlsx, Language::Chinese).unwrap();
    let mut book = workbook(bytes.clone());
    assert_eq!(book.sheet_names(), ["说明", "各步  1 2", "各步  1 2 2", "图"]);
    let sheet = book.worksheet_range("各步  1 2").unwrap();
    assert_eq!(sheet.get((1, 0)), Some(&Data::String("=1+0".to_owned())), "no formula");
    assert_eq!((sheet.get((3, 1)), sheet.get((3, 2))), (Some(&Data::Float(0.125)), Some(&Data::Empty)));
    let formulas = book.worksheet_formula("各步  1 2").unwrap();
    assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()));
    let about = book.worksheet_range("说明").unwrap();
    assert_eq!(about.get((0, 0)), Some(&Data::String("流失 & <why>".to_owned())));
    let media = ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert_eq!(media.file_names().filter(|name| name.as_ref().unwrap().starts_with("xl/media/")).count(), 1);
}

#[test]
fn slides_hold_every_row_up_to_their_number_and_say_what_they_leave_out() {
    let parts =
        json!([table(300), {"part": "picture", "title": "图", "description": "一条 \"线\" & mehr", "png": PNG}]);
    let parts = package(write(&document(&parts), Office::Pptx, Language::Chinese).unwrap());
    let slides: String =
        parts.iter().filter(|(name, _)| name.starts_with("ppt/slides/slide")).map(|(_, text)| text.as_str()).collect();
    for row in 0..120 {
        assert_eq!(slides.matches(&format!("<a:t>=1+{row}</a:t>")).count(), 1, "row {row}");
    }
    assert!(!slides.contains("<a:t>=1+120</a:t>") && slides.contains("前 120 行，共 300 行"));
    assert!(slides.contains("流失 &amp; &lt;why&gt;") && slides.contains("全部客户"));
    // Long texts take slides of their own, none is lost.
    let long = json!([{"part": "table", "title": "t", "columns": [{"name": "a"}],
                       "rows": (0..9).map(|n| json!([{"text": format!("{n}{}", "长".repeat(3_000))}])).collect::<Vec<_>>()}]);
    let parts = package(write(&document(&long), Office::Pptx, Language::English).unwrap());
    let rows = parts.iter().map(|(_, text)| text.matches("长".repeat(3_000).as_str()).count()).sum::<usize>();
    assert_eq!(rows, 9);
}

#[test]
fn a_document_that_cannot_be_written_says_where_it_is_wrong() {
    let refused = |parts: &Value| match write(&document(parts), Office::Xlsx, Language::English) {
        Err(Error::Document(what)) => what,
        other => panic!("{:?}", other.map(|bytes| bytes.len())),
    };
    let mut ragged = table(2);
    ragged["rows"][1] = json!([{"text": "alone"}]);
    assert_eq!(refused(&json!([table(1), ragged])), "`parts[1].rows[1]` has 1 cells for 3 columns");
    assert!(refused(&json!([])).contains("`parts` holds 0 parts"));
    let picture = json!({"part": "picture", "title": "x", "description": "x", "png": "AAAA"});
    assert!(refused(&json!([picture])).contains("`parts[0].png` is no PNG"));
    let mut long = table(1);
    long["rows"][0][0]["text"] = json!("x".repeat(40_000));
    assert!(refused(&json!([long])).contains("`xxxxxxxxxxxxxxxxxxxx`"));
}

#[test]
fn a_map_is_a_workbook_of_its_numbers_and_slides_of_its_words() {
    let map = crate::tests::map(12, 1_000);
    for language in [Language::Chinese, Language::English] {
        let picture = crate::tests::picture(&map, &[], language);
        let book = crate::export(&picture, Format::Xlsx).unwrap();
        let mut book = workbook(book.bytes);
        let stages = book.worksheet_range(language.words().stage).unwrap();
        for (row, stage) in (1..).zip(&map.stages) {
            let number = |column: usize| {
                stages.get((row, column)).and_then(|cell| match cell {
                    Data::Float(value) => Some(*value),
                    Data::Int(value) => Some(*value as f64),
                    _ => None,
                })
            };
            assert_eq!(number(1), Some(stage.reach.reached.instances as f64), "row {row}");
            assert_eq!(number(3), stage.reach.share.share, "row {row}");
            assert_eq!(number(5), stage.time.median_s, "row {row}");
        }
        let slides = package(crate::export(&picture, Format::Pptx).unwrap().bytes);
        let text: String = slides.iter().map(|(_, text)| text.as_str()).collect();
        for stage in &map.stages {
            let name = stage.name.get(language.tag());
            let begin: String = name.chars().take(6).collect();
            assert!(text.contains(&begin), "{name}");
        }
        let [width, height] = [1_600_i64, 900].map(|side| side * 9_525);
        for part in text.split("<a:xfrm").skip(1) {
            let at = |key: &str| {
                part.split(key).nth(1).and_then(|rest| rest.split('"').next()).unwrap().parse::<i64>().unwrap()
            };
            assert!((0..=width).contains(&at("<a:off x=\"")) && at("\" y=\"") <= height, "beyond the slide");
        }
    }
}
