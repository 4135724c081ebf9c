//! Why rows were rejected, in Chinese. In English a rejection says it itself, with what it found.

use model::event::Rejection;

/// The reason of a rejection in Chinese; its own words where its code is of none of those that imports give.
pub(super) fn reason(rejection: &Rejection) -> String {
    of_code(&rejection.code).map_or_else(|| rejection.reason.clone(), str::to_owned)
}

fn of_code(code: &str) -> Option<&'static str> {
    Some(match code {
        "time_missing" => "没有时间：请填写",
        "time_unreadable" => "时间无法识别：请写成与其他行相同的格式",
        "time_out_of_range" => "时间不在 1900 年到 2200 年之间：请检查年份或单位",
        "time_zone_missing" => "时间没有写时区：请在映射中填写 zone",
        "identifier_missing" | "identifier_empty" => "没有客户标识：请填写是谁",
        "identifier_placeholder" => "客户标识是「无」一类的词，不代表任何人：请填写真实的标识",
        "identifier_malformed" => "客户标识的写法不对：请检查邮箱、手机号是否完整",
        "identifier_too_long" => "客户标识过长：请检查是否填错了列",
        "identifiers_too_many" => "客户标识过多：一行最多 16 个",
        "event_missing" => "没有事件名：请填写发生了什么",
        "channel_missing" => "没有渠道：请填写",
        "source_missing" => "没有数据名称：请填写",
        "name_too_long" => "名称过长：最多 200 字节",
        "number_unreadable" => "不是数字：请写成 1299.00 或 ¥1,299.00 这样的数",
        "type_mismatch" => "值与这一列的类型不符：请改写，或在映射中修改类型",
        "value_unreadable" => "值无法识别：请改写",
        "items_invalid" => "明细不是对象的列表：请检查格式",
        "expression_failed" => "映射中的表达式算不出这一行：请检查这一行的值",
        "event_too_large" => "一行的内容过多：请减少列",
        "row_too_long" => "行过长：请检查引号是否配对",
        "field_count" => "字段数与表头不同：含分隔符的字段要加引号",
        "quote_unclosed" => "引号没有成对：请补上，或把字段内的引号写成两个",
        "quote_stray" => "右引号之后还有文字：请把字段内的引号写成两个",
        "nul_byte" => "含有空字节：文件可能是 UTF-16 编码，请另存为 UTF-8",
        "encoding_invalid" => "字符编码有误：请另存为 UTF-8",
        "json_invalid" => "不是有效的 JSON 对象：每行写一个对象",
        "ocel_invalid" => "日志的条目不完整：请检查 id、type 和属性名",
        "object_repeated" => "对象在前面已经出现过：请删去一个",
        "attribute_invalid" => "属性的值与它的类型不符：请改写",
        "group_key_missing" => "没有写属于哪一组：请填写分组的列",
        "group_split" => "同一组的行没有排在一起：请按分组的列排序",
        "group_rejected" => "同一组中有其他行不能导入，整组未导入：请一并修正",
        "group_mixed" => "同一组的行互相矛盾：请检查",
        "group_too_long" => "一组的行过多：请检查分组的列",
        "group_empty" => "一组中没有可用的行：请检查",
        "file_empty" => "文件是空的：导出时可能中断了",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_an_import_has_its_words() {
        for code in ingest::rejects::CODES {
            assert!(of_code(code).is_some(), "{code}");
        }
        let strange = Rejection {
            line: 1,
            code: "strange".to_owned(),
            field: None,
            reason: "in its own words".to_owned(),
            original: String::new(),
        };
        assert_eq!(reason(&strange), "in its own words");
    }
}
