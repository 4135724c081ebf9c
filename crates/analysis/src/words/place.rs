//! The floor in words.

use model::text::LocalizedText;

use super::text;
use crate::place::{PlaceChange, PlaceMeta, PlaceMoveOf, PlaceReport, PlaceScope};

pub(crate) fn visits() -> LocalizedText {
    text(
        "到访：在店内停留足够久、且不是店员的人，断开的轨迹已接续；同行的人合为一个购物单元",
        "A visit is who was within for long enough and does not work there, broken tracks put together; those who walked \
         together are one shopping unit",
    )
}

pub(crate) fn zones() -> LocalizedText {
    text(
        "触达率：进入该区域的到访占全部到访的比例；停留点：在一处停下；有效停留：停留达到该区域自己的秒数；区域内的时间含其内部区域的时间",
        "Reach is the share of visits that came into the zone; a stop is a stay on one spot; engaged is who stayed for the \
         zone's own time; time within a zone is that of the zones in it, too",
    )
}

pub(crate) fn flows() -> LocalizedText {
    text(
        "按进入的先后排列区域，同一区域不连续出现两次；首尾以店外相接，因此进出每个区域的次数相等；首次停留取第一次有效停留",
        "Zones in the order they were entered, none twice in a row; with the outside at both ends as many come into a zone as \
         go out of it; a first stop is the first stay that engages",
    )
}

pub(crate) fn trips() -> LocalizedText {
    text(
        "路径类型：按区域先后与时间分配最相似的到访归为一类（k-medoids）；带动：先到甲区、后到乙区的到访中，在甲停下的人比路过甲的人更常在乙停下多少，\
         按在别处停下的次数分层（Mantel–Haenszel），并减去其他区域通常的程度，是相关而非因果，全部区域对一起校正（q ≤ 5%）；曝光：促销区与高毛利区有多少到访看到、停下",
        "Path types are visits alike in the order of their zones and in how they shared out their time (k-medoids). Spillover is how \
         much more often those who stopped at one zone stop at a later one than those who walked past the first, among visits with \
         as many stops elsewhere (Mantel–Haenszel), less what is usual; an association and no cause, all pairs corrected together (q ≤ 5 %). Exposure \
         is how many visits came to promotions and zones of high margin, and stopped there",
    )
}

pub(crate) fn heat() -> LocalizedText {
    text(
        "每格内的停留秒数（步行在格线处切开）与到过该格的到访数",
        "Seconds spent in each cell, walks cut at its edges, and how many visits came there",
    )
}

pub(crate) fn queues() -> LocalizedText {
    text(
        "在队尾区慢下来即为加入排队，进入队首区即为被接待，离开队尾区而未进入队首区即为放弃",
        "Who becomes slow in the tail joins, who enters a head is served, who leaves the tail without that has given up",
    )
}

pub(crate) fn staffing() -> LocalizedText {
    text(
        "到达：加入排队或不排队即被接待的人，按半小时取各日平均；服务时长：在队首区的时间；所有收银台共用一条队（Erlang-C，Allen–Cunneen 修正）",
        "Arrivals are those who joined or were served without waiting, by half-hour on average of the days; service is the \
         time in a head; one line feeds all tills (Erlang-C, Allen–Cunneen)",
    )
}

pub(crate) fn tracks() -> LocalizedText {
    text(
        "到访的行走：已清洗、接续，不含店员与路过者；相邻两点间隔超过不予连接的时长时，中间不画线",
        "The walks of visits, cleaned and put together, without staff and passers-by; between two points further apart than \
         the gap that is not bridged, nothing is known",
    )
}

pub(crate) fn forecast() -> LocalizedText {
    text(
        "逐一改写每次到访的行走：为移动的商品而停留的，随商品移动；其余停留与路线按实测保留；新出现的路段按本店实测的经过概率估计。\
         区间针对同样多的到访，含到访之间的差异、换一批顾客的差异与模型误差",
        "Every visit's walk is edited: stops for what moves go with it, all other stops and ways are kept as measured, and new \
         ways pass a zone as likely as measured in this shop. The interval is of as many visits: it has the variance between \
         visits, that of other people coming, and the error of the model",
    )
}

pub(crate) fn forecast_score() -> LocalizedText {
    text(
        "预测与变动之后各天的实测对照，换算为同样多的到访；并与“什么都不变”的误差比较",
        "The forecast against what was measured on the days after the change, of as many visits, and beside the error of saying \
         that nothing changes",
    )
}

/// What is to change.
pub(crate) fn change(change: &PlaceChange) -> LocalizedText {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for [one, other] in &change.swaps {
        zh.push(format!("{one} 与 {other} 对调"));
        en.push(format!("{one} and {other} exchange what they offer"));
    }
    for PlaceMoveOf { zone, by_m: [right, up] } in &change.moves {
        zh.push(format!("{zone} 向右移 {right} 米、向上移 {up} 米"));
        en.push(format!("{zone} moves {right} m to the right and {up} m up"));
    }
    if let Some(from) = change.plan {
        zh.push(format!("改用自 {from} 起的平面图"));
        en.push(format!("the plan from {from} on"));
    }
    text(zh.join("；"), en.join("; "))
}

/// What a forecast cannot know.
pub(crate) fn forecast_caveats(days: usize, lost_stops: u64, adds: bool) -> Vec<LocalizedText> {
    let mut caveats = vec![
        text(
            "假定顾客的需要不变：来的人一样多，想要的东西也一样；因新布局而来或不来的人不在其中",
            "It takes people's needs as they are: as many come, for the same things; who would come or stay away because of the new \
             layout is not in it",
        ),
        text(
            "标识、促销与陈列的吸引力如何变化无从得知；为路过而停的比例取自模拟店铺，不是本店实测",
            "How signs, promotions and display draw people differently is unknown; the share of stops by chance is from simulated \
             shops, not measured in this one",
        ),
    ];
    if days < 7 {
        caveats.push(text(
            format!("只依据 {days} 天，不足一周：工作日与周末的差异不在其中"),
            format!("It rests on less than a week ({days} of 7 days): weekdays and weekends are not told apart"),
        ));
    }
    if lost_stops > 0 {
        caveats.push(text(
            format!("有 {lost_stops} 次停留所为的商品在新布局中不再提供，它们被略去"),
            format!("{lost_stops} stops were for what the new layout no longer offers; they are left out"),
        ));
    }
    if adds {
        caveats.push(text(
            "新布局提供了以前没有的商品：谁会为它停留无从得知，只预测路过的人",
            "The new layout offers something that was not there before: who would stop for it is unknown, only who passes is forecast",
        ));
    }
    caveats
}

/// Filters in force.
pub(crate) fn filters(scope: &PlaceScope) -> Vec<LocalizedText> {
    let mut filters = Vec::new();
    match (scope.from, scope.to) {
        (Some(from), Some(to)) if from == to => filters.push(text(format!("{from} 当日"), format!("on {from}"))),
        (Some(from), Some(to)) => filters.push(text(format!("{from} 至 {to}"), format!("{from} to {to}"))),
        (Some(from), None) => filters.push(text(format!("自 {from} 起"), format!("from {from}"))),
        (None, Some(to)) => filters.push(text(format!("至 {to} 止"), format!("until {to}"))),
        (None, None) => {}
    }
    if let Some(floor) = &scope.floor {
        filters.push(text(format!("仅楼层 {floor}"), format!("floor {floor} only")));
    }
    filters
}

/// Whose the numbers are.
pub(crate) fn population(meta: &PlaceMeta) -> LocalizedText {
    let PlaceReport { visits, units, tracks, passers_by, .. } = meta.report;
    let staff = meta.report.staff_said + meta.report.staff_by_place + meta.report.staff_by_stay;
    let (days, shown_from) = (meta.days.len(), meta.shown_from);
    let unit = if days == 1 { "day" } else { "days" };
    text(
        format!(
            "{days} 天内 {units} 个购物单元的 {visits} 次到访，来自 {tracks} 条轨迹；未计入：路过者 {passers_by} 条，店员 {staff} 条。\
             不足 {shown_from} 次到访的项目不予显示，只计入合计"
        ),
        format!(
            "{visits} visits by {units} shopping units on {days} {unit}, of {tracks} tracks; left out: {passers_by} of \
             passers-by, {staff} of staff. What fewer than {shown_from} visits stand behind is withheld and counted in sums"
        ),
    )
}
