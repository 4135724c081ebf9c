//! Pains on the floor in words.

use chrono::NaiveDate;
use model::pain::Estimate;
use model::place::pain::{PlaceCauseKind, PlaceComparison, PlaceMoney, PlacePain, PlacePainKind};
use model::text::LocalizedText;

use super::{points, text};

pub(crate) fn definition() -> LocalizedText {
    text(
        "门店痛点：某一区域、排队区或全店，在某些时段、某些日子或与其他区域相比，「受影响率」高出不值得关注的幅度（1 个百分点或对照的十分之一）；\
         全部比较一起作多重检验校正（Benjamini–Hochberg，q ≤ 5%）；其他区域同时也升高的部分不计在内。久留未购的原因各由一个信号判断，\
         只有信号随之变化、且能解释至少三成超出部分的才列为可能原因",
        "Pains on the floor: in a zone, a queue or the whole site the share that is hit is higher at some hours, on some days or \
         than in other zones, by more than does not matter (one point, or a tenth of the reference). All looks are corrected \
         together (Benjamini–Hochberg, q ≤ 5 %); what other zones have more of at that time, too, does not count. Each cause of \
         dwell without purchase is told by one signal, and is likely only if that goes with at least three tenths of the excess",
    )
}

/// What a kind counts, as a rate that can be high.
pub(crate) fn kind(kind: PlacePainKind) -> (&'static str, &'static str) {
    match kind {
        PlacePainKind::DwellWithoutPurchase => ("久留未购率", "dwell without purchase"),
        PlacePainKind::LongWait => ("久候率", "long waits"),
        PlacePainKind::AbandonedQueue => ("弃排率", "giving up the queue"),
        PlacePainKind::Lost => ("绕路率", "getting lost"),
        PlacePainKind::PassedBy => ("路过未停率", "passing by"),
        PlacePainKind::Crowded => ("拥挤率", "crowding"),
        PlacePainKind::Unattended => ("无人接待率", "being left unattended"),
    }
}

/// 「酒水」在 17:00–21:00 久留未购率高 14 个百分点，约影响 120 个购物单元/月
pub(crate) fn sentence(pain: &PlacePain) -> LocalizedText {
    let points = points(pain.difference.value);
    let (zh, en) = kind(pain.kind);
    let place = |language: &str, whole: &str| pain.name.as_ref().map_or(whole, |name| name.get(language)).to_owned();
    let (when_zh, when_en) = when(pain);
    let number = |estimate: Estimate| format!("{:.0}", estimate.value);
    let (size_zh, size_en) = match &pain.money {
        PlaceMoney::PerMonth { amount, .. } => {
            (format!("约少卖 {}/月", number(*amount)), format!("about {} of sales a month at stake", number(*amount)))
        }
        PlaceMoney::Missing { .. } => {
            let (unit_zh, unit_en) = unit(pain.kind);
            let size = number(pain.per_month);
            (format!("约影响 {size} {unit_zh}/月"), format!("about {size} {unit_en} a month"))
        }
    };
    text(
        format!("「{}」{when_zh}{zh}高 {points} 个百分点，{size_zh}", place("zh-CN", "全店")),
        format!("“{}”: {en} {points} points higher{when_en}, {size_en}", place("en", "Whole site")),
    )
}

fn unit(kind: PlacePainKind) -> (&'static str, &'static str) {
    match kind {
        PlacePainKind::DwellWithoutPurchase | PlacePainKind::Unattended => ("个购物单元", "shopping units"),
        _ => ("次到访", "visits"),
    }
}

fn when(pain: &PlacePain) -> (String, String) {
    match (pain.comparison, pain.hours) {
        (PlaceComparison::OtherHours, Some([from, to])) => {
            (format!("在 {from}–{to} 点"), format!(" from {from}:00 to {to}:00"))
        }
        (PlaceComparison::OtherDays, _) if pain.from == pain.to => {
            (format!("在 {} ", pain.from), format!(" on {}", pain.from))
        }
        (PlaceComparison::OtherDays, _) => {
            (format!("在 {} 至 {} ", pain.from, pain.to), format!(" from {} to {}", pain.from, pain.to))
        }
        _ => ("比其他区域".to_owned(), " than in other zones".to_owned()),
    }
}

/// What a cause is told by. `other`: what is bought with it.
pub(crate) fn signal(kind: PlaceCauseKind, other: Option<&str>) -> LocalizedText {
    let (zh, en) = (other.unwrap_or("搭配品"), other.unwrap_or("what is bought with it"));
    match kind {
        PlaceCauseKind::Stock => text(
            "停留期间有缺货记录，或一直有人看、却久到不可能是偶然地一件未卖",
            "a stock-out was on while they were there, or it was looked at all the time and none was sold for longer than chance allows",
        ),
        PlaceCauseKind::Complement => text(
            format!("常与它同买的「{zh}」当时缺货，或一件未卖"),
            format!("“{en}”, which is often bought with it, was out or did not sell at all then"),
        ),
        PlaceCauseKind::Price => text(
            "当时的价格比对照期高至少 5%（调价事件，或小票单价）",
            "it cost at least 5 % more than in the reference (by changes of price, or unit prices of receipts)",
        ),
        PlaceCauseKind::Staff => {
            text("停留期间身边没有店员", "nobody of the staff was within reach while they were there")
        }
        PlaceCauseKind::Display => {
            text("停留时间不到通常的一半", "they stayed no more than half as long as is usual there")
        }
        PlaceCauseKind::Information => text(
            "停留时间达通常的两倍、折返再看，或上网查询",
            "they stayed twice as long as is usual, came back to it, or looked it up",
        ),
    }
}

/// What would settle whether it is the cause.
pub(crate) fn settle(kind: PlaceCauseKind) -> LocalizedText {
    match kind {
        PlaceCauseKind::Stock => text(
            "在这些时段清点货架；补足一周，看成交是否恢复",
            "count the shelf at those hours; keep it full for a week and see whether purchases come back",
        ),
        PlaceCauseKind::Complement => text(
            "把搭配品补足、摆到一起两周，看两者的成交",
            "keep the complement full and beside it for two weeks, and look at both",
        ),
        PlaceCauseKind::Price => text(
            "两周内恢复原价（或在一家店保留原价），按日比较",
            "give the old price for two weeks, or in one store, and compare by day",
        ),
        PlaceCauseKind::Staff => text(
            "在这些时段隔日安排一名店员驻守，比较两种日子",
            "have somebody stand there at those hours every other day, and compare the days",
        ),
        PlaceCauseKind::Display => text(
            "恢复或更换陈列两周，比较停下率与停留时间",
            "change the display for two weeks, and compare who stops and for how long",
        ),
        PlaceCauseKind::Information => text(
            "贴出价签、比较卡或试用说明两周，比较停留与折返",
            "put up labels, a comparison or a sample for two weeks, and compare stays and returns",
        ),
    }
}

/// What to collect, so that the cause can be told. None: its signal is there.
pub(crate) fn collect(cause: Option<PlaceCauseKind>) -> LocalizedText {
    match cause {
        Some(PlaceCauseKind::Stock) => text(
            "小票带商品类别（区域设好类别），或缺货事件（规则 signals）",
            "receipts whose items have categories (and a category of the zone), or events of stock-outs (the rule signals)",
        ),
        Some(PlaceCauseKind::Complement) => text(
            "带商品类别的小票，至少 50 张含该类别",
            "receipts whose items have categories, at least 50 with this one",
        ),
        Some(PlaceCauseKind::Price) => text(
            "小票单价，或调价事件（规则 signals）",
            "unit prices of receipts, or events of price changes (the rule signals)",
        ),
        Some(PlaceCauseKind::Staff) => text(
            "店员的位置：传感器标出店员，或设员工专用区",
            "positions of staff: marked by the sensor, or told by zones for staff only",
        ),
        Some(PlaceCauseKind::Display | PlaceCauseKind::Information) => text("停留时长", "stays"),
        None => text(
            "现有信号都不随之变化：在该区域问一个问题的小调查，或现场观察",
            "no signal there is goes with it: ask one question at the zone, or watch it",
        ),
    }
}

/// What could be done.
pub(crate) fn suggestion(kind: PlaceCauseKind, pain: &PlacePain, other: Option<&str>) -> LocalizedText {
    let place = |language: &str, whole: &str| pain.name.as_ref().map_or(whole, |name| name.get(language)).to_owned();
    let (zh, en) = (place("zh-CN", "全店"), place("en", "the site"));
    match kind {
        PlaceCauseKind::Stock => text(
            format!("「{zh}」补足货源，缺货时给出替代"),
            format!("Keep “{en}” in stock, and offer an alternative where it is not"),
        ),
        PlaceCauseKind::Complement => {
            let (with_zh, with_en) = (other.unwrap_or("搭配品"), other.unwrap_or("what is bought with it"));
            text(
                format!("「{with_zh}」补足货源，并摆到「{zh}」旁"),
                format!("Keep “{with_en}” in stock, and show it beside “{en}”"),
            )
        }
        PlaceCauseKind::Price => text(
            format!("「{zh}」重新核定调价，或以试价验证"),
            format!("Look at the price of “{en}” again, or test the old one"),
        ),
        PlaceCauseKind::Staff => {
            text(format!("「{zh}」在这些时段安排店员"), format!("Have staff at “{en}” at those hours"))
        }
        PlaceCauseKind::Display => text(
            format!("「{zh}」调整陈列，让人看得懂、拿得到"),
            format!("Change the display of “{en}” so that it can be seen and reached"),
        ),
        PlaceCauseKind::Information => text(
            format!("「{zh}」补上价签、说明与比较"),
            format!("Tell at “{en}” what it is, what it costs and how it compares"),
        ),
    }
}

/// What could be done about a pain that says its cause itself.
pub(crate) fn suggestion_of(pain: &PlacePain) -> Option<LocalizedText> {
    let place = |language: &str, whole: &str| pain.name.as_ref().map_or(whole, |name| name.get(language)).to_owned();
    let (zh, en) = (place("zh-CN", "全店"), place("en", "the site"));
    Some(match pain.kind {
        PlacePainKind::DwellWithoutPurchase => return None,
        PlacePainKind::LongWait | PlacePainKind::AbandonedQueue => {
            text(format!("「{zh}」在这些时段多开收银台"), format!("Open more tills at “{en}” at those times"))
        }
        PlacePainKind::Lost => text("补上指引与区域标识", "Put up signs to what people look for"),
        PlacePainKind::PassedBy => text(
            format!("让「{zh}」更显眼：端头、灯光、标识"),
            format!("Make “{en}” be seen: ends of aisles, light, signs"),
        ),
        PlacePainKind::Crowded => text(
            format!("拓宽「{zh}」的通道，或分散热门商品"),
            format!("Widen the way at “{en}”, or spread what draws people there"),
        ),
        PlacePainKind::Unattended => {
            text(format!("「{zh}」在这些时段安排店员"), format!("Have staff at “{en}” at those hours"))
        }
    })
}

/// What sales at stake take for granted.
pub(crate) fn assumption(kind: PlacePainKind) -> LocalizedText {
    match kind {
        PlacePainKind::DwellWithoutPurchase => text(
            "假定超出对照的未购者，原本会买该类别买家的平均金额",
            "if those beyond the reference had bought what buyers of it spend on it on average",
        ),
        _ => text(
            "假定超出对照的受影响者，原本会与未受影响者花得一样多",
            "if those hit beyond the reference had spent what those who are not hit spend on average",
        ),
    }
}

pub(crate) fn no_receipts() -> LocalizedText {
    text(
        "久留未购需要小票：在站点规则里打开「小票匹配」，并导入小票",
        "dwell without purchase takes receipts: turn the rule that matches them on, and import them",
    )
}

pub(crate) fn no_staff() -> LocalizedText {
    text(
        "无人接待需要店员的位置：传感器标出店员，或设员工专用区",
        "being left unattended takes positions of staff: marked by the sensor, or told by zones for staff only",
    )
}

pub(crate) fn no_queues() -> LocalizedText {
    text("久候与弃排需要排队区（队尾、队首）", "waits and giving up take zones of a queue: a tail and a head")
}

pub(crate) fn too_short(days: usize) -> LocalizedText {
    let unit = if days == 1 { "day" } else { "days" };
    text(
        format!("与其他日子的比较需要多日数据，现有 {days} 天"),
        format!("comparing days takes several; there are positions of {days} {unit}"),
    )
}

/// Why anybody should believe it, in both languages: a proposal is read by all.
pub(crate) fn rests_on(pain: &PlacePain, signal: Option<&LocalizedText>) -> String {
    let of = |language: &str| {
        let why = signal.map_or(String::new(), |signal| format!("：{}", signal.get(language)));
        format!("{}{why}", pain.sentence.get(language))
    };
    format!("{}\n{}", of("zh-CN"), of("en").replace('：', ": "))
}

/// The days of a stretch, both included.
pub(crate) fn days(days: &[NaiveDate], [from, to]: [u32; 2]) -> Option<(NaiveDate, NaiveDate)> {
    Some((*days.get(from as usize)?, *days.get((to as usize).checked_sub(1)?)?))
}
