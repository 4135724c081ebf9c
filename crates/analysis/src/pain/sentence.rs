//! A pain in one sentence, in each language of the interface.

use model::journey::Journey;
use model::pain::{Comparison, Facet, Money, Pain, PainKind};
use model::text::LocalizedText;

use crate::words::{day, points, text};

/// 「支付阶段安卓端流失高 9 个百分点，约损失 ¥3.8 万/月」
pub(crate) fn of(pain: &Pain, journey: &Journey) -> LocalizedText {
    let stage = journey.stages.iter().find(|stage| stage.id == pain.stage);
    let stage = |language: &str| stage.map_or(pain.stage.as_str(), |stage| stage.name.get(language)).to_owned();
    let points = points(pain.difference.value);
    let (zh, en) = hurt(pain.kind);
    let who_zh = pain.facet.as_ref().map_or_else(String::new, zh_value);
    let who_en = pain.facet.as_ref().map_or_else(String::new, |facet| format!(" for {}", en_value(facet)));
    let (than_zh, than_en) = match pain.comparison {
        Comparison::Others => (String::new(), String::new()),
        Comparison::OtherTimes => stretch(pain, &journey.zone),
        Comparison::Expectation => ("比预期".to_owned(), " than expected".to_owned()),
    };
    let (size_zh, size_en) = size(pain);
    text(
        format!("「{}」{who_zh}{than_zh}{zh}高 {points} 个百分点，{size_zh}", stage("zh-CN")),
        format!("“{}”{who_en}: {en} {points} points higher{than_en}, {size_en}", stage("en")),
    )
}

/// The days it hurts on, both included.
fn stretch(pain: &Pain, zone: &str) -> (String, String) {
    let last = pain.to_us.saturating_sub(1).max(pain.from_us);
    match (day(pain.from_us, zone), day(last, zone)) {
        (Some(from), Some(to)) if from == to => (format!("在 {from} "), format!(" on {from}")),
        (Some(from), Some(to)) => (format!("在 {from} 至 {to} "), format!(" from {from} to {to}")),
        _ => (String::new(), String::new()),
    }
}

/// What a kind counts, as a rate that can be high.
fn hurt(kind: PainKind) -> (&'static str, &'static str) {
    match kind {
        PainKind::DropOff | PainKind::SegmentGap => ("流失率", "drop-off"),
        PainKind::Stall => ("卡顿（停留过久）率", "stalling"),
        PainKind::Loop => ("折返率", "turning back"),
        PainKind::Effort => ("费力（操作过多）率", "excessive effort"),
        PainKind::RepeatContact => ("重复联系率", "repeat contact"),
        PainKind::ChannelSwitchLoss => ("换渠道后流失率", "loss after changing channel"),
        PainKind::BrokenPromise => ("未按承诺履约率", "broken promises"),
        PainKind::DwellWithoutPurchase => ("久留未购率", "dwell without purchase"),
        PainKind::UnclearInformation => ("信息不清（详情与帮助间往返）率", "going between details and help"),
        PainKind::OpaquePrice => ("看到价格后离开率", "turning away at the price"),
        PainKind::PoorAfterSales => ("退换后投诉率", "complaints after a return"),
        PainKind::LowScore => ("低分率", "low scores"),
        PainKind::StepError => ("出错率", "errors"),
    }
}

fn size(pain: &Pain) -> (String, String) {
    match &pain.money {
        Money::PerMonth { amount, currency, .. } => {
            let (symbol_zh, symbol_en) = match currency.as_deref() {
                Some("CNY") => ("¥".to_owned(), "¥".to_owned()),
                Some("USD") => ("$".to_owned(), "$".to_owned()),
                Some("EUR") => ("€".to_owned(), "€".to_owned()),
                Some(code) => (format!("{code} "), format!("{code} ")),
                None => (String::new(), String::new()),
            };
            let (zh, en) = (zh_number(amount.value), en_number(amount.value));
            (format!("约损失 {symbol_zh}{zh}/月"), format!("about {symbol_en}{en} lost a month"))
        }
        Money::Missing { .. } => {
            let (zh, en) = (zh_number(pain.customers_per_month.value), en_number(pain.customers_per_month.value));
            (format!("约影响 {zh} 位客户/月"), format!("about {en} customers a month"))
        }
    }
}

fn zh_number(value: f64) -> String {
    match value {
        value if value >= 1e8 => format!("{:.1} 亿", value / 1e8),
        value if value >= 1e4 => format!("{:.1} 万", value / 1e4),
        value => format!("{value:.0}"),
    }
}

fn en_number(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{:.1}m", value / 1e6),
        value if value >= 1e4 => format!("{:.0}k", value / 1e3),
        value if value >= 1e3 => format!("{:.1}k", value / 1e3),
        value => format!("{value:.0}"),
    }
}

/// Values that have a name of their own in Chinese; others are the data's own words.
fn zh_value(facet: &Facet) -> String {
    let name = |value: &str| -> String {
        match value {
            "android" | "Android" => "安卓端",
            "ios" | "iOS" => "iOS 端",
            "desktop" => "电脑端",
            "mobile" => "手机端",
            "tablet" => "平板端",
            "web" => "网站",
            "mobile_web" => "手机网站",
            "app" => "App",
            "store" => "门店",
            "miniprogram" => "小程序",
            "chat" => "在线客服",
            "call_center" => "客服电话",
            "sms" => "短信",
            "email" => "邮件",
            "direct_mail" => "邮寄",
            other => return format!("「{other}」"),
        }
        .to_owned()
    };
    match facet.value.split_once(super::evidence::ARROW) {
        Some((from, to)) => format!("{}转{}", name(from), name(to)),
        None => name(&facet.value),
    }
}

fn en_value(facet: &Facet) -> String {
    let dimension = facet.dimension.strip_prefix("traits.").unwrap_or(&facet.dimension);
    match dimension {
        super::evidence::SWITCH => facet.value.replace(super::evidence::ARROW, " to "),
        _ => format!("{dimension} {}", facet.value),
    }
}
