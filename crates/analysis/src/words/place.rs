//! The floor in words.

use model::text::LocalizedText;

use super::text;
use crate::place::{PlaceMeta, PlaceReport, PlaceScope};

pub(crate) fn visits() -> LocalizedText {
    text(
        "到访：在店内停留足够久、且不是店员的人，断开的轨迹已接续；同行的人合为一个购物单元",
        "A visit is who was within for long enough and does not work there, broken tracks put together; those who walked \
         together are one shopping unit",
    )
}

pub(crate) fn zones() -> LocalizedText {
    text(
        "到达率：进入该区域的到访占全部到访的比例；停留点：在一处停下；有效停留：停留达到该区域自己的秒数；区域内的时间含其内部区域的时间",
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
